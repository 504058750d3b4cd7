import { type Dataset, type Examples, firstOf } from "../data/dataset.js";
import type { Ink } from "../data/pictures/contrast.js";
import { rangeOfImages } from "../data/range.js";
import { countsByClass } from "../data/remarks.js";

/** What one part of a data set holds. */
export interface Contents {
  readonly count: number;
  /** The range of its numbers as a network sees them: pixels divided by 255. */
  readonly minimum: number;
  readonly maximum: number;
  /** How many examples each class has. */
  readonly byClass: readonly number[];
}

/** The parts that a data set has, and what they hold. */
export interface AllContents {
  readonly train: Contents;
  readonly validation?: Contents;
  readonly test?: Contents;
}

/** A data set of which only the first so many training examples are used. */
export function limited(data: Dataset, limit: number | undefined): Dataset {
  return limit === undefined ? data : { ...data, train: firstOf(data.train, limit) };
}

/** What a data set holds, by its parts and classes. */
export function contentsOf({ train, validation, test, classes }: Dataset): AllContents {
  const of = (examples: Examples): Contents => {
    const { minimum, maximum } = rangeOfImages(examples.images);
    const scale = examples.images instanceof Uint8Array ? 255 : 1;
    return {
      count: examples.count,
      minimum: minimum / scale,
      maximum: maximum / scale,
      byClass: [...countsByClass(examples, classes)],
    };
  };
  return {
    train: of(train),
    ...(validation && { validation: of(validation) }),
    ...(test && { test: of(test) }),
  };
}

/** How a network sees a data set's images: what was judged when they were loaded isn't judged again. */
export function seenOf({ ink }: Dataset): { ink: Ink } {
  return { ink: ink === undefined ? "auto" : "light" };
}

/** The places of the first example of each class, in the classes' order, of so many classes at most. */
export function firstOfEachClass({ labels }: Examples, classes: number, most: number): number[] {
  const places = new Map<number, number>();
  for (let i = 0; i < labels.length && places.size < classes; i++) {
    const label = labels[i] ?? 0;
    if (!places.has(label)) places.set(label, i);
  }
  return [...places]
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, place]) => place);
}
