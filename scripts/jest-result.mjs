// jest-result.mjs FILE: reads what `jest --json` wrote, names the skipped tests on stderr,
// and prints how many tests passed, failed and were skipped. A suite that didn't run counts as one failure.
import { readFileSync } from "node:fs";

const result = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { fullName, status } of result.testResults.flatMap((suite) => suite.assertionResults)) {
  if (status === "pending" || status === "todo") console.error(`skipped: ${fullName}`);
}
console.log(
  result.numPassedTests,
  result.numFailedTests + result.numRuntimeErrorTestSuites,
  result.numPendingTests + result.numTodoTests,
);
