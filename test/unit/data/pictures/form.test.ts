import { digitOfStrokes, type Point } from "../../../../ts/data/pictures/strokes.js";
import { readDigit } from "../../../../ts/data/pictures/picture.js";
import { numbers } from "../../../numbers.js";

type Line = readonly (readonly [x: number, y: number])[];

const strokesOf = (lines: readonly Line[]): Point[][] =>
  lines.map((line) => line.map(([x, y]) => ({ x, y })));
const curve = (places: number, at: (t: number) => [number, number]) =>
  Array.from({ length: places + 1 }, (_, i) => at(i / places));
const circle = (x: number, y: number, width: number, height: number) =>
  curve(30, (t) => [x + width * Math.cos(2 * Math.PI * t), y + height * Math.sin(2 * Math.PI * t)]);

const JUNK: [string, Line[]][] = [
  ["a zigzag", [curve(8, (t) => [100 * t, (8 * t) % 2 === 0 ? 0 : 70])]],
  ["a line from left to right", [curve(1, (t) => [100 * t, 3 * t])]],
  ["waves", [curve(60, (t) => [120 * t, 15 * Math.sin(20 * t)])]],
  ["hatching", curve(6, (t) => [t, 0]).map(([t]) => curve(1, (s) => [80 * t + 15 * s, 100 * s]))],
  ["a face", [circle(50, 50, 45, 45), circle(35, 35, 6, 6), circle(65, 35, 6, 6), circle(50, 65, 18, 8)]],
  [
    "two digits",
    [
      [
        [10, 0],
        [10, 90],
      ],
      circle(60, 45, 25, 45),
    ],
  ],
  ["two lines", [curve(1, (t) => [0, 90 * t]), curve(1, (t) => [40, 90 * t])]],
  ["an H", [[[0, 0], [0, 90]], [[60, 0], [60, 90]], [[0, 45], [60, 45]]]], // prettier-ignore
  ["an X", [[[0, 0], [70, 90]], [[70, 0], [0, 90]]]], // prettier-ignore
  ["a D", [[[0, 0], [0, 90], [40, 80], [55, 45], [40, 10], [0, 0]]]], // prettier-ignore
  ["a T", [[[0, 0], [80, 0]], [[40, 0], [40, 90]]]], // prettier-ignore
  ["a cross", [[[0, 45], [80, 45]], [[40, 0], [40, 90]]]], // prettier-ignore
  ["dashes", curve(3, (t) => [t, 0]).map(([t]) => curve(1, (s) => [20 * s, 90 * t + 5 * s]))],
];

const DIGITS: [string, Line[]][] = [
  ["0", [circle(30, 50, 30, 50)]],
  ["1", [curve(1, (t) => [0, 100 * t])]],
  ["1 with a flag and a foot", [[[0, 40], [40, 0], [40, 100]], [[5, 100], [75, 100]]]], // prettier-ignore
  ["7 with a bar", [[[0, 0], [60, 0], [20, 100]], [[15, 50], [55, 50]]]], // prettier-ignore
  ["4 in two strokes", [[[40, 0], [0, 60], [70, 60]], [[50, 30], [50, 100]]]], // prettier-ignore
  ["open 4", [[[5, 0], [0, 50], [60, 50]], [[60, 0], [55, 100]]]], // prettier-ignore
  ["2", [[[5, 15], [30, 0], [55, 20], [0, 100], [65, 98]]]], // prettier-ignore
  ["6", [[[45, 0], [10, 45], [5, 80], [30, 100], [55, 80], [35, 60], [8, 75]]]], // prettier-ignore
  ["8", [circle(30, 25, 22, 25), circle(30, 75, 28, 25)]],
];

describe("what is far from a digit's form has a remark", () => {
  it.each(JUNK)("%s", (_, lines) => {
    expect(digitOfStrokes(strokesOf(lines)).remark).toEqual(expect.any(String));
  });

  it.each([40, 100, 300])("noise of %p pixels' side", async (side) => {
    const shades = numbers(side * side, 3);
    const data = new Uint8Array(4 * side * side).fill(255);
    shades.forEach((shade, i) => data.fill(255 * (shade + 0.5), 4 * i, 4 * i + 3));
    expect((await readDigit({ width: side, height: side, data })).remark).toEqual(expect.any(String));
  });
});

it.each(DIGITS)("a %s has none", (_, lines) => {
  expect(digitOfStrokes(strokesOf(lines)).remark).toBeUndefined();
});
