import { DigitrainError, reasonOf } from "../../base/errors.js";
import { Pace } from "../../base/turns.js";
import type { Dataset } from "../dataset.js";
import { entriesOf, join, nameOf, readBytes } from "../files.js";
import { toDataset, type Unchecked } from "../own.js";
import type { Ink } from "../pictures/contrast.js";
import { decodePicture } from "../pictures/decode.js";
import { greyOf, readDigit } from "../pictures/picture.js";
import type { Remark } from "../remark.js";
import { digitNamed, type Labelled, listPictures } from "./labelled.js";
import { inOrder } from "./names.js";

/** How many files are read at once. */
const AT_ONCE = 32;
/** Of a part's pictures, fewer may be broken. */
const MOST_BROKEN = 0.01;
/** So many broken pictures are named. */
const NAMED = 5;

/** How to read pictures. */
interface Reading {
  readonly labelOf: ReadonlyMap<string, number>;
  readonly areDigits: boolean;
  readonly ink: Ink;
  readonly signal: AbortSignal | undefined;
}

/** One picture as a row of pixels. */
interface Row {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

async function toRow(bytes: Uint8Array, path: string, { areDigits, ink, signal }: Reading): Promise<Row> {
  if (bytes.length === 0) throw new DigitrainError(`${path}: the file is empty`);
  const picture = await decodePicture(bytes, path);
  if (!areDigits) return { ...picture, pixels: greyOf(picture) };
  try {
    return { pixels: (await readDigit(picture, { ink, signal })).pixels, width: 28, height: 28 };
  } catch (error) {
    signal?.throwIfAborted();
    throw new DigitrainError(`${path}: ${reasonOf(error)}`);
  }
}

/** Pictures that can't be read: a few are left out, and said. */
function checkBroken(
  broken: readonly { path: string; error: DigitrainError }[],
  total: number,
  called: string,
): Remark[] {
  const [first] = broken;
  if (!first) return [];
  const reasons = broken.slice(0, NAMED).map(({ error }) => error.message);
  const list = `${reasons.join("; ")}${broken.length > NAMED ? "; ..." : ""}`;
  if (broken.length < MOST_BROKEN * total)
    return [
      {
        kind: "left out",
        text: `${called}: ${broken.length} of ${total} pictures can't be read, and are left out (${list})`,
      },
    ];
  if (broken.length === 1) throw first.error;
  throw new DigitrainError(`${called}: ${broken.length} of ${total} pictures can't be read: ${list}`);
}

async function readPictures(
  pictures: readonly Labelled[],
  called: string,
  reading: Reading,
): Promise<{ unchecked: Unchecked; remarks: Remark[] }> {
  const rows: Row[] = [];
  const labels: number[] = [];
  const broken: { path: string; error: DigitrainError }[] = [];
  let firstPath = "";
  const pace = new Pace();
  for (let start = 0; start < pictures.length; start += AT_ONCE) {
    const group = pictures.slice(start, start + AT_ONCE);
    const files = await Promise.all(group.map(({ path }) => readBytes(path, reading.signal)));
    for (const [i, { path, className }] of group.entries()) {
      try {
        const row = await toRow(files[i] ?? new Uint8Array(), path, reading);
        checkSize(row, rows[0], path, firstPath);
        if (rows.length === 0) firstPath = path;
        rows.push(row);
        labels.push(reading.labelOf.get(className) ?? -1);
      } catch (error) {
        if (!(error instanceof DigitrainError) || error instanceof SizeError) throw error;
        broken.push({ path, error });
      }
      await pace.rest(reading.signal);
    }
  }
  const remarks = checkBroken(broken, pictures.length, called);
  const { width = 0, height = 0 } = rows[0] ?? {};
  const images = new Uint8Array(rows.length * width * height);
  rows.forEach(({ pixels }, i) => {
    images.set(pixels, i * pixels.length);
  });
  return {
    unchecked: { images, labels, shape: [height, width], called: { images: called, labels: called } },
    remarks,
  };
}

class SizeError extends DigitrainError {}

function checkSize(row: Row, first: Row | undefined, path: string, firstPath: string): void {
  if (!first || (row.width === first.width && row.height === first.height)) return;
  throw new SizeError(
    `${path} is ${row.width}x${row.height}, but ${firstPath} is ${first.width}x${first.height}; pictures of anything but the digits 0 to 9 must be of one size`,
  );
}

/** The names of the directories of a data set's parts. */
const PARTS = {
  train: /^train(ing)?([-_ ]?(set|data|images|pictures))?$/i,
  validation: /^(val(id|idation)?|dev)([-_ ]?(set|data|images|pictures))?$/i,
  test: /^test(ing)?([-_ ]?(set|data|images|pictures))?$/i,
};
type Part = keyof typeof PARTS;

const isPart = (name: string) => Object.values(PARTS).some((pattern) => pattern.test(name));

/** Which directory is a part's, also behind a data set's name where all have one: "MNIST - JPG - training". */
function partIn(directories: readonly string[], part: Part): string | undefined {
  const shortened = (name: string) => name.replace(/^.*[-_ .](?=train|val|dev|test)/i, "");
  const areParts = directories.every((name) => isPart(shortened(name)));
  return directories.find((name) => PARTS[part].test(areParts ? shortened(name) : name));
}

async function directoriesIn(path: string): Promise<string[]> {
  return (await entriesOf(path)).filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
}

/** A part's directory without others of its kind around it: Kaggle's testSet/testSet. */
async function innermost(path: string): Promise<string> {
  const [only, ...more] = await directoriesIn(path);
  return only !== undefined && more.length === 0 && isPart(only) ? innermost(join(path, only)) : path;
}

/**
 * Reads a directory of PNG and JPEG pictures: DIR/CLASS/*.png, or DIR/train/CLASS/*.png and so on, with test and val
 * beside train. The classes' directories may lie in others, and pictures that lie in none may have their labels in all their
 * names. Where the classes are digits, 0 to 9, 00 to 09 or zero to nine, the pictures may have any size and become MNIST's
 * form; others are taken as they are, in shades of grey, and must all be of one size.
 * @throws DigitrainError for a class without pictures, and where pictures are damaged, empty or of another size.
 */
export async function readPictureDirectory(
  path: string,
  { ink = "auto", signal }: { ink?: Ink | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Dataset> {
  const directories = await directoriesIn(path);
  const placeOf = (part: Part) => {
    const name = partIn(directories, part);
    return name === undefined ? undefined : innermost(join(path, name));
  };
  const places = { validation: await placeOf("validation"), test: await placeOf("test") };
  const trainPath = (await placeOf("train")) ?? path;
  const hasParts = trainPath !== path;
  const none = { labelled: [], unlabelled: 0 };
  const list = async (place: string | undefined) =>
    hasParts && place !== undefined ? listPictures(place) : none;
  const train = await listPictures(trainPath);
  const others = { validation: await list(places.validation), test: await list(places.test) };
  if (train.labelled.length === 0) throw unlabelled(trainPath, train.unlabelled);
  const all = [train, others.validation, others.test].flatMap(({ labelled }) => labelled);
  const names = inOrder(new Set(all.map(({ className }) => className)));
  const areDigits = names.every((name) => digitNamed(name) !== undefined);
  if (!areDigits && names.length < 2)
    throw new DigitrainError(
      `${trainPath}: there is one class, ${names.join("")}, but at least 2 are needed`,
    );
  const labelOf = new Map(names.map((name, i) => [name, areDigits ? (digitNamed(name) ?? i) : i]));
  const remarks: Remark[] = [];
  const place = ({ className }: Labelled) => labelOf.get(className) ?? -1;
  const read = async (labelled: readonly Labelled[], called: string) => {
    if (labelled.length === 0) return undefined;
    const inClassOrder = [...labelled].sort((a, b) => place(a) - place(b));
    const part = await readPictures(inClassOrder, called, { labelOf, areDigits, ink, signal });
    remarks.push(...part.remarks);
    return part.unchecked;
  };
  const training = await read(train.labelled, trainPath);
  if (!training) throw unlabelled(trainPath, 0);
  const validation = await read(others.validation.labelled, places.validation ?? "");
  const test = await read(others.test.labelled, places.test ?? "");
  for (const part of ["validation", "test"] as const) {
    if (others[part].unlabelled > 0)
      remarks.push({
        kind: "left out",
        text: `${places[part] ?? ""}: its ${others[part].unlabelled} pictures have no labels, so they are not used as a ${part} set; predict can read them`,
      });
  }
  const data = await toDataset(
    {
      name: nameOf(path),
      train: training,
      test: test ?? validation,
      validation: test && validation,
      ...(areDigits ? { classes: 10 } : { classNames: names }),
    },
    signal,
  );
  const isGiven = areDigits && ink !== "auto";
  return { ...data, ...(isGiven && { ink }), ...(remarks.length > 0 && { remarks }) };
}

function unlabelled(path: string, pictures: number): DigitrainError {
  const what =
    pictures === 0
      ? "there are no directories of pictures in it, one for each class"
      : `there are ${pictures} pictures, but nothing tells their classes; put those of each class into a directory of its name, or the label into each name, such as 7_0001.png`;
  return new DigitrainError(`${path}: ${what}`);
}
