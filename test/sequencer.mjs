import { sep } from "node:path";
import Sequencer from "@jest/test-sequencer";

/** The files that take longest. What begins last should be short, or one of two workers waits for the other. */
const FIRST = [
  "browser/page",
  "reference/published",
  "browser/train",
  "fuzz/fuzz",
  "packaging/package",
  "reference/picture",
  "cli/checkpoint",
  "reference/tensorflow",
];

/** Jest's own order goes by the files' sizes, where it has not measured them before. */
export default class extends Sequencer {
  sort(tests) {
    const place = ({ path }) => FIRST.findIndex((name) => path.endsWith(`${name.replace("/", sep)}.test.ts`));
    const rank = (test) => (place(test) < 0 ? FIRST.length : place(test));
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
