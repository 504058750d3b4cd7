import { DigitrainError } from "../../base/errors.js";
import { entriesOf, join } from "../files.js";
import { inOrder } from "./names.js";

/** A picture's file and the name of its class. */
export interface Labelled {
  readonly path: string;
  readonly className: string;
}

/** The pictures of a part of a data set, and how many there are whose class nothing tells. */
export interface LabelledPictures {
  readonly labelled: readonly Labelled[];
  /** How many there are that nothing tells the class of. */
  readonly unlabelled: number;
}

/** A picture's file, and the directories that it lies in, from the part's on. */
interface Found {
  readonly path: string;
  readonly directories: readonly string[];
  readonly name: string;
}

const PICTURE = /\.(png|jpe?g)$/i;
const OTHER_PICTURE = /\.(bmp|gif|webp|tiff?|heic|heif|avif|svg|p[gnp]m)$/i;
/** Directories so far below each other are looked into. */
const DEEPEST = 4;
const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** Whether a file's name is that of a picture that is read. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name);
}

/** The digit that a class's name means: "7", "07", "seven". */
export function digitNamed(name: string): number | undefined {
  const word = WORDS.indexOf(name.toLowerCase());
  if (word >= 0) return word;
  return /^0?\d$/.test(name) ? Number(name) : undefined;
}

/** A directory's pictures and those of the directories in it. */
async function walk(path: string, directories: readonly string[] = []): Promise<Found[]> {
  const entries = await entriesOf(path);
  const files = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => name);
  const inside = inOrder(entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name));
  const pictures = inOrder(files.filter(isPictureName));
  const found: Found[] = pictures.map((name) => ({ path: join(path, name), directories, name }));
  for (const name of inside) {
    const deeper = directories.length < DEEPEST ? await walk(join(path, name), [...directories, name]) : [];
    // One without pictures among others with some is probably a class whose pictures can't be read.
    if (directories.length === 0 && deeper.length === 0) await refuseEmpty(join(path, name));
    found.push(...deeper);
  }
  return found;
}

async function refuseEmpty(path: string): Promise<never> {
  const other = (await entriesOf(path)).map(({ name }) => OTHER_PICTURE.exec(name)?.[0]).find((name) => name);
  const but =
    other === undefined
      ? ""
      : `, but there are ${other} files; convert these, such as with: mogrify -format png *${other}`;
  throw new DigitrainError(
    `${path}: there are no .png, .jpg or .jpeg files in it; each class needs some${but}`,
  );
}

/** Without the directories that all pictures lie in, as archives have them. */
function unwrapped(pictures: readonly Found[]): Found[] {
  const [first] = pictures.map(({ directories }) => directories[0]);
  const isWrapped = pictures.every(({ directories }) => directories.length > 1 && directories[0] === first);
  if (!isWrapped || first === undefined) return [...pictures];
  return unwrapped(pictures.map((picture) => ({ ...picture, directories: picture.directories.slice(1) })));
}

/**
 * Which of a picture's directories has its class's name: the first, or where the same names recur in several of these, as
 * those of digits by each writer, the second.
 */
function classLevel(pictures: readonly Found[]): 0 | 1 {
  const above = new Map<string, Set<string>>();
  for (const { directories } of pictures) {
    const [first = "", second] = directories;
    if (second === undefined) return 0;
    above.set(second, (above.get(second) ?? new Set()).add(first));
  }
  if (above.size < 2) return 0;
  const areDigits = [...above.keys()].every((name) => digitNamed(name) !== undefined);
  return areDigits || [...above.values()].every((groups) => groups.size > 1) ? 1 : 0;
}

/** How file names tell labels, the surest first: label_7, class-dog; 7_0001, dog.12; img_0001_7. */
const LABELS_IN_NAMES = [
  /(?:^|[^a-z])(?:label|class|digit|target)[_\-= ]?([a-z]+|\d+)(?=[^a-z\d]|$)/i,
  /^(\d{1,2}|[a-z]+)[_\-. (]+.*\d/i,
  /[_\-. ](\d)$/,
];

/** Classes told by file names; undefined where not all names tell one. */
function labelsInNames(names: readonly string[]): string[] | undefined {
  const stems = names.map((name) => name.replace(PICTURE, ""));
  for (const pattern of LABELS_IN_NAMES) {
    const labels = stems.map((stem) => pattern.exec(stem)?.[1]);
    const kinds = new Set(labels);
    // Numbers that are all different count the pictures.
    if (!kinds.has(undefined) && kinds.size > 1 && kinds.size < names.length)
      return labels.map((label) => label ?? "");
  }
  return undefined;
}

/**
 * The pictures of a directory with their classes: the names of the directories that they lie in, under others that all lie
 * in or not, or where they lie in none, what all their names tell.
 */
export async function listPictures(path: string): Promise<LabelledPictures> {
  const all = await walk(path);
  // Loose pictures beside directories of others are none of them.
  const nested = all.filter(({ directories }) => directories.length > 0);
  const pictures = unwrapped(nested.length > 0 ? nested : all);
  if (nested.length === 0) {
    const labels = labelsInNames(pictures.map(({ name }) => name));
    if (!labels) return { labelled: [], unlabelled: pictures.length };
    return {
      labelled: pictures.map((found, i) => ({ path: found.path, className: labels[i] ?? "" })),
      unlabelled: 0,
    };
  }
  const level = classLevel(pictures);
  const labelled = pictures.map((found) => ({ path: found.path, className: found.directories[level] ?? "" }));
  return { labelled, unlabelled: 0 };
}
