import fc from "fast-check";
import { digitOfStrokes, type Point } from "../../../../ts/data/pictures/strokes.js";

/** A stroke through so many places of a curve, `t` from 0 to 1. */
function stroke(places: number, curve: (t: number) => [x: number, y: number]): Point[] {
  return Array.from({ length: places + 1 }, (_, i) => {
    const [x, y] = curve(i / places);
    return { x, y };
  });
}

const zero = [stroke(60, (t) => [Math.cos(2 * Math.PI * t), 1.5 * Math.sin(2 * Math.PI * t)])];
const one = [stroke(1, (t) => [0, t])];
const four = [
  [
    { x: 2, y: 0 },
    { x: 0, y: 6 },
    { x: 6, y: 6 },
  ],
  stroke(5, (t) => [4.5, 2 + 8 * t]),
];

/** The first and the last row and column that ink fills at least by half: the line's outline. */
function boxOf(pixels: Uint8Array, least = 128) {
  const places = [...pixels.keys()].filter((i) => (pixels[i] ?? 0) >= least);
  const [xs, ys] = [places.map((i) => i % 28), places.map((i) => Math.floor(i / 28))];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
}

function centreOf(pixels: Uint8Array): [number, number] {
  const mass = pixels.reduce((sum, value) => sum + value, 0);
  const x = pixels.reduce((sum, value, i) => sum + value * ((i % 28) + 0.5), 0) / mass;
  const y = pixels.reduce((sum, value, i) => sum + value * (Math.floor(i / 28) + 0.5), 0) / mass;
  return [x, y];
}

function inkOf(pixels: Uint8Array): number {
  return pixels.reduce((sum, value) => sum + value, 0) / 255;
}

describe("strokes", () => {
  it.each([
    ["a circle", zero, { width: 14, height: 20 }],
    ["a line", one, { width: 2, height: 20 }],
    ["two strokes", four, { width: 12, height: 20 }],
  ])("of %s fill a box of 20x20, with their centre of mass in the middle", (_, strokes, size) => {
    const { pixels, remark } = digitOfStrokes(strokes);
    expect(remark).toBeUndefined();
    const { width, height } = boxOf(pixels, 1);
    expect(Math.max(width, height)).toBe(20);
    const outline = boxOf(pixels);
    expect(Math.abs(outline.width - size.width)).toBeLessThanOrEqual(1);
    expect(Math.abs(outline.height - size.height)).toBeLessThanOrEqual(2);
    for (const centre of centreOf(pixels)) {
      expect(centre).toBeGreaterThanOrEqual(13.9);
      expect(centre).toBeLessThan(15.1);
    }
  });

  it("are as wide as MNIST's, whatever the size of the drawing", () => {
    // The length of the line within the box is 16.8 pixels, and its round ends add as much as a disc.
    const area = 16.8 * 2.4 + Math.PI * 1.2 ** 2;
    for (const size of [1e-6, 1, 300, 1e9]) {
      const line = [stroke(7, (t) => [0, t * size])];
      expect(inkOf(digitOfStrokes(line).pixels) / area).toBeCloseTo(1, 1);
      const turned = [stroke(7, (t) => [-t * size, t * size])];
      const longer = area + 2.4 * 16.8 * (Math.SQRT2 - 1);
      expect(inkOf(digitOfStrokes(turned).pixels) / longer).toBeCloseTo(1, 1);
    }
  });

  it("are the same in any unit and any place", () => {
    for (const strokes of [zero, one, four]) {
      const moved = strokes.map((points) =>
        points.map(({ x, y }) => ({ x: 64 * x - 256, y: 64 * y + 1024 })),
      );
      expect(digitOfStrokes(moved)).toEqual(digitOfStrokes(strokes));
    }
  });

  it("that are a dot stay one", () => {
    const dot = digitOfStrokes([[{ x: 3, y: 4 }]]);
    expect(dot.remark).toBe("this is a dot, not a digit");
    expect(inkOf(dot.pixels)).toBeCloseTo(5, 0);
    const trembling = [stroke(4, (t) => [3 + t, 4 + t])];
    expect(digitOfStrokes(trembling, 1)).toEqual(dot);
    expect(digitOfStrokes(trembling, 0.9).remark).toBeUndefined();
    expect(digitOfStrokes([[], [{ x: 3, y: 4 }], []])).toEqual(dot);
  });

  it("need points of finite coordinates", () => {
    for (const nothing of [[], [[]]])
      expect(() => digitOfStrokes(nothing)).toThrow(
        "the drawing is empty; a stroke of one point at least is needed",
      );
    for (const x of [NaN, Infinity, -1e10])
      expect(() => digitOfStrokes([[{ x, y: 2 }]])).toThrow(
        `a stroke's points need coordinates of at most 1e9, got (${x}, 2)`,
      );
  });

  it("of any kind keep MNIST's form", () => {
    const coordinate = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    const strokes = fc.array(fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 1 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(strokes, (drawn) => {
        const { pixels } = digitOfStrokes(drawn);
        const { width, height } = boxOf(pixels, 1);
        expect(pixels).toHaveLength(784);
        expect(Math.max(width, height)).toBeLessThanOrEqual(20);
        expect(Math.max(...pixels)).toBe(255);
      }),
    );
  });
});
