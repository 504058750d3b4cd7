import { thousands } from "../base/format.js";
import { extname } from "node:path";
import { augmented, type AugmentedOptions, type Dataset, imageOf, OptionError } from "../index.js";
import { writeFileAtomically } from "./files.js";
import type { Screen } from "./screen.js";
import { type Captioned, drawInRows, sheet } from "./sheet.js";

/** How many pictures there are of an image: it itself, then as each epoch sees it. */
const VIEWS = 10;
/** How many images stand side by side on a sheet. */
const ACROSS = 2;
const MOST = 1_000;

/** How many images, of those that have so many pictures each, are shown. */
function imagesFor(count: number | undefined, isSheet: boolean): number {
  const chosen = count ?? (isSheet ? 40 : 2);
  if (chosen >= 1 && chosen <= MOST) return chosen;
  throw new OptionError(`--count takes a whole number from 1 to ${thousands(MOST)}, got ${chosen}`);
}

/** The first training images, each followed by what a run's first epochs see. */
function views({ classNames, train }: Dataset, count: number, options: AugmentedOptions): Captioned[] {
  const epochs = Array.from({ length: VIEWS - 1 }, (_, epoch) =>
    augmented(train, { ...options, epoch, limit: count }),
  );
  return Array.from({ length: count }, (_, example) => {
    const label = train.labels[example] ?? 0;
    return [train, ...epochs].flatMap((examples, i): Captioned[] => {
      const image = imageOf(examples, example);
      return image
        ? [{ image, caption: i === 0 ? (classNames?.[label] ?? String(label)) : `epoch ${i - 1}` }]
        : [];
    });
  }).flat();
}

/** Shows training images as `train --augment` changes them, or saves a sheet of them. */
export async function showAugmented(
  data: Dataset,
  {
    save,
    count,
    ...options
  }: AugmentedOptions & {
    save?: string | undefined;
    count?: number | undefined;
  },
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  if (save !== undefined && extname(save).toLowerCase() !== ".png")
    throw new OptionError(`--save takes a file that ends in .png with --augmented, got "${save}"`);
  const chosen = Math.min(data.train.count, imagesFor(count, save !== undefined));
  const pictures = views(data, chosen, options);
  if (save === undefined) {
    screen.print(drawInRows(pictures, process.stdout.columns || 80));
    return;
  }
  const images = pictures.map(({ image }) => image);
  await writeFileAtomically(save, sheet(images, { columns: ACROSS * VIEWS }), "the sheet", signal);
  screen.note(`saved ${chosen} training images in ${save}, each as it is and as ${VIEWS - 1} epochs see it`);
}
