import * as v from "valibot";

// Each message says what the field should be.
const WHOLE = "a whole number of at least 0";
const FINITE = "a finite number";
const FRACTION = "a number from 0 to 1";

const whole = v.pipe(v.number(WHOLE), v.safeInteger(WHOLE), v.minValue(0, WHOLE));
const positive = v.pipe(whole, v.minValue(1, "a whole number of at least 1"));
const finite = v.pipe(v.number(FINITE), v.finite(FINITE));
const seconds = v.pipe(finite, v.minValue(0, "a number of at least 0"));
const fraction = v.pipe(v.number(FRACTION), v.minValue(0, FRACTION), v.maxValue(1, FRACTION));
const text = v.string("a text");
const optimizers = '"sgd" or "adam"';

const epochRecord = v.strictObject({
  epoch: whole,
  seconds,
  meanLoss: finite,
  validationLoss: v.exactOptional(finite),
  validationAccuracy: v.exactOptional(fraction),
  testLoss: v.exactOptional(finite),
  testAccuracy: v.exactOptional(fraction),
});

const fields = v.strictObject({
  layers: v.array(positive, "a list of layer sizes"),
  // Compared as a whole with those of the run that resumes; these decide what else a checkpoint holds.
  options: v.looseObject({
    epochs: whole,
    optimizer: v.picklist(["sgd", "adam"], optimizers),
    momentum: finite,
    validationFraction: fraction,
    keepBest: v.boolean("true or false"),
  }),
  data: v.strictObject({ name: text, digest: text }),
  lanes: text,
  stepsPerEpoch: positive,
  progress: v.strictObject({
    epoch: whole,
    step: whole,
    seconds,
    epochs: v.array(epochRecord, "a list of epochs"),
  }),
});

/** What the metadata "checkpoint" holds as JSON: all but the numbers that are tensors. */
export type Description = v.InferOutput<typeof fields>;

function hasPossibleEpoch({ options, progress }: Description): boolean {
  return progress.epoch <= options.epochs;
}

/** An epoch whose steps are all done may still have its evaluation to come. */
function hasPossibleStep({ options, progress, stepsPerEpoch }: Description): boolean {
  return progress.step <= (progress.epoch === options.epochs ? 0 : stepsPerEpoch);
}

function hasEndedEpochs({ progress: { epoch, epochs } }: Description): boolean {
  return epochs.length === epoch && epochs.every((record, i) => record.epoch === i);
}

/** Data may have validation examples of its own, whatever the options say. */
function hasValidatedEpochs({ options, progress: { epochs } }: Description): boolean {
  const isExpected = options.validationFraction > 0 || epochs[0]?.validationLoss !== undefined;
  return epochs.every(({ validationLoss, validationAccuracy }) =>
    [validationLoss, validationAccuracy].every((figure) => (figure !== undefined) === isExpected),
  );
}

const schema = v.pipe(
  fields,
  v.forward(v.check(hasPossibleEpoch, "at most the run's number of epochs"), ["progress", "epoch"]),
  v.forward(v.check(hasPossibleStep, "a step of an epoch of the run"), ["progress", "step"]),
  v.forward(v.check(hasEndedEpochs, "a list of the epochs that have ended"), ["progress", "epochs"]),
  v.forward(v.check(hasValidatedEpochs, "a list of epochs that were validated as the options say"), [
    "progress",
    "epochs",
  ]),
);

/**
 * Reads a checkpoint's description.
 * @param fail is told what is wrong with it
 */
export function parseDescription(json: string, fail: (what: string) => never): Description {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return fail("its description is not JSON");
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = `"${v.getDotPath(issue) ?? ""}"`;
  if (issue.type === "check") return fail(`its field ${field} is not ${issue.message}`);
  if (!/^(strict|loose)_object$/.test(issue.type))
    return fail(`its field ${field} is ${issue.received}, not ${issue.message}`);
  if (issue.expected === "never") return fail(`it has a field ${field}, which is unknown`);
  if (issue.received === "undefined") return fail(`its field ${field} is missing`);
  return fail(`its field ${field} is ${issue.received}, not an object`);
}
