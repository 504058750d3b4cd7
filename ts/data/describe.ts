import { visible } from "../base/format.js";
import type { Dataset, Examples } from "./dataset.js";
import { type Range, rangeOf, rangeOfImages } from "./range.js";

function line(name: string, shape: readonly number[], type: string, { minimum, maximum }: Range): string {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  return `${name}: ${tuple} ${type}, min ${float(minimum)}, max ${float(maximum)}`;
}

/** A number with a float32's seven digits. */
function float(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function lines(suffix: string, { images, labels, count, shape }: Examples): string[] {
  const { minimum, maximum } = rangeOfImages(images);
  const scale = images instanceof Uint8Array ? 255 : 1;
  return [
    line(`x${suffix}`, [count, ...shape], "float32", { minimum: minimum / scale, maximum: maximum / scale }),
    line(`y${suffix}`, [count], "int32", rangeOf(labels)),
  ];
}

function namesInBrief(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(visible).join(", ");
  return names.length > 20 ? `${shown}, ... (${names.length})` : shown;
}

/**
 * Shapes, types, minima and maxima of a data set, as the network sees it: pixels divided by 255.
 * @returns a line an array, such as `x: (60000, 28, 28) float32, min 0, max 1`, and one of the classes' names where they have any,
 * without a newline at the end
 */
export function describe(dataset: Dataset): string {
  const test = dataset.test ? lines("_test", dataset.test) : [];
  const names = dataset.classNames ? [`classes: ${namesInBrief(dataset.classNames)}`] : [];
  return [...lines("", dataset.train), ...test, ...names].join("\n");
}
