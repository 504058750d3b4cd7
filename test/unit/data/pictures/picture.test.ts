import type { Picture } from "../../../../ts/data/pictures/grid.js";
import { digitOf, readDigit } from "../../../../ts/data/pictures/picture.js";

/** A picture of grey pixels, opaque unless told otherwise. */
function grey(width: number, height: number, value: (x: number, y: number) => number, alpha = 255): Picture {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const pixel = value(i % width, Math.floor(i / width));
    data.set([pixel, pixel, pixel, alpha], 4 * i);
  }
  return { width, height, data };
}

/** A thick slash, white on black, thicker at its upper end. */
const slash = (x: number, y: number) =>
  y > 30 && y < 90 && Math.abs(x - y / 2 - 20) < 4 + (90 - y) / 7 ? 255 : 0;

function boxOf(pixels: Uint8Array) {
  const places = [...pixels.keys()].filter((i) => pixels[i]);
  const [xs, ys] = [places.map((i) => i % 28), places.map((i) => Math.floor(i / 28))];
  return {
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
  };
}

function centreOf(pixels: Uint8Array): [number, number] {
  const mass = pixels.reduce((sum, value) => sum + value, 0);
  const x = pixels.reduce((sum, value, i) => sum + value * ((i % 28) + 0.5), 0) / mass;
  const y = pixels.reduce((sum, value, i) => sum + value * (Math.floor(i / 28) + 0.5), 0) / mass;
  return [x, y];
}

/** The mean difference of two images' pixels. */
function differenceOf(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, pixel, i) => sum + Math.abs(pixel - (other[i] ?? NaN)), 0) / one.length;
}

describe("a picture in MNIST's form", () => {
  const digit = digitOf(grey(120, 150, slash));

  it("fits 20x20, with its centre of mass in the middle", () => {
    const { width, height } = boxOf(digit);
    expect(height).toBe(20);
    expect(width).toBeLessThan(20);
    for (const centre of centreOf(digit)) {
      expect(centre).toBeGreaterThanOrEqual(13.9);
      expect(centre).toBeLessThan(15.1);
    }
    expect(Math.max(...digit)).toBe(255);
  });

  it("is the same for dark ink on light paper, grey paper, other margins and a larger picture", () => {
    expect(digitOf(grey(120, 150, (x, y) => 255 - slash(x, y)))).toEqual(digit);
    expect(digitOf(grey(120, 150, (x, y) => 180 - (slash(x, y) / 255) * 120))).toEqual(digit);
    expect(digitOf(grey(200, 180, (x, y) => slash(x - 50, y - 20)))).toEqual(digit);
    const larger = digitOf(grey(360, 450, (x, y) => slash(Math.floor(x / 3), Math.floor(y / 3))));
    expect(differenceOf(larger, digit)).toBeLessThan(2);
  });

  it("is the same for ink on nothing, dark or light", () => {
    for (const colour of [0, 255]) {
      const picture = grey(120, 150, () => colour);
      for (let i = 0; i < 120 * 150; i++) picture.data[4 * i + 3] = slash(i % 120, Math.floor(i / 120));
      expect(digitOf(picture)).toEqual(digit);
    }
  });

  it("loses the paper's grain", () => {
    const grain = (x: number, y: number) => 200 + ((x * 73 + y * 151) % 9) - (slash(x, y) / 255) * 150;
    const { width, height } = boxOf(digitOf(grey(120, 150, grain)));
    expect([width, height]).toEqual(Object.values(boxOf(digit)));
  });

  it("is found where its strokes are much of the picture's edges", () => {
    // A ring that touches all four of them.
    const ring = (x: number, y: number) => {
      const radius = Math.hypot(x - 7.5, y - 7.5);
      return radius > 5 && radius < 8 ? 255 : 0;
    };
    const pixels = digitOf(grey(16, 16, ring));
    expect(boxOf(pixels)).toEqual({ width: 20, height: 20 });
    expect(pixels[14 * 28 + 14]).toBe(0);
  });

  it("stays as it is", () => {
    const again = digitOf(grey(28, 28, (x, y) => digit[y * 28 + x] ?? 0));
    expect(again).toEqual(digit);
  });

  it("of a single pixel of ink is a full box", () => {
    expect(boxOf(digitOf(grey(9, 9, (x, y) => (x === 2 && y === 7 ? 0 : 255))))).toEqual({
      width: 20,
      height: 20,
    });
  });

  it("needs ink", () => {
    const message = "the picture is empty; a digit in ink unlike its paper is needed";
    for (const colour of [0, 128, 255]) expect(() => digitOf(grey(28, 28, () => colour))).toThrow(message);
    expect(() => digitOf(grey(50, 50, () => 0, 0))).toThrow(message);
  });

  it("needs four numbers a pixel", () => {
    const picture = { width: 3, height: 2, data: new Uint8Array(23) };
    expect(() => digitOf(picture)).toThrow(
      "a picture of 3x2 needs 24 numbers for red, green, blue and alpha, got 23",
    );
    expect(() => digitOf({ width: 0, height: 2, data: new Uint8Array() })).toThrow("a picture of 0x2 needs");
  });
});

describe("what is no ink", () => {
  const [width, height] = [300, 360];
  /** How much of a pixel is ink of a 7 with a bar: 0 or 1. */
  const seven = (x: number, y: number) => {
    const [column, row] = [x - 110, y - 120];
    const isRoof = row >= 0 && row < 14 && column >= 0 && column < 90;
    const isLeg = row >= 0 && row < 130 && Math.abs(column - 83 + 0.4 * row) < 8;
    const isBar = Math.abs(row - 60) < 6 && column > 30 && column < 95;
    return isRoof || isLeg || isBar ? 1 : 0;
  };
  const written = (paper: (x: number, y: number) => number) =>
    grey(width, height, (x, y) => Math.round(paper(x, y) * (seven(x, y) ? 0.2 : 1)));
  const clean = digitOf(written(() => 230));
  /** Noise from -1 to 1, the same each time. */
  const noise = (x: number, y: number) => {
    const mixed = Math.imul(Math.imul(x * 7919 + y * 104729, 0x9e3779b1) ^ (x + 31 * y), 0x85ebca6b);
    return (mixed >>> 8) / 2 ** 23 - 1;
  };

  it.each<[string, (x: number, y: number) => number]>([
    ["one grey level of grain", (x, y) => 230 + Math.round(noise(x, y))],
    ["much noise", (x, y) => 180 + 50 * noise(x, y)],
    ["light that falls from a corner", (x, y) => 240 - 0.25 * x - 0.2 * y],
    ["light in the middle alone", (x, y) => 240 - 0.5 * Math.hypot(x - 150, y - 180)],
    ["the sharp edge of a shadow", (x, y) => (x + y / 2 < 210 ? 230 : 150)],
    ["lines", (_, y) => (y % 40 < 2 ? 180 : 230)],
    ["squares", (x, y) => (y % 25 < 2 || x % 25 < 2 ? 180 : 230)],
    ["specks", (x, y) => ((x * 37 + y * 91) % 2003 < 3 ? 20 : 230)],
    ["the edge of a table", (x, y) => (x + 0.1 * y < 50 ? 90 : 230)],
    ["a stroke at the edge", (x, y) => (x > 285 && y > 100 && y < 250 ? 40 : 230)],
  ])("%s", async (_, paper) => {
    const { pixels, remark } = await readDigit(written(paper));
    expect(remark).toBeUndefined();
    expect(differenceOf(pixels, clean)).toBeLessThan(15);
  });

  it("may be a frame in the ink's own colour, along the picture's edge or within", () => {
    const plain = digitOf(grey(150, 150, (x, y) => 255 - slash(x - 10, y - 10)));
    for (const inset of [0, 1, 6]) {
      const framed = grey(150, 150, (x, y) => {
        const depth = Math.min(x, y, 149 - x, 149 - y) - inset;
        return depth >= 0 && depth < 6 ? 0 : 255 - slash(x - 10, y - 10);
      });
      expect(differenceOf(digitOf(framed), plain)).toBeLessThan(2);
    }
  });

  it("is told from ink of any colour", () => {
    const coloured = (paper: number[], pen: number[]) => {
      const picture = grey(width, height, () => 0);
      for (let i = 0; i < width * height; i++)
        picture.data.set(seven(i % width, Math.floor(i / width)) ? pen : paper, 4 * i);
      return digitOf(picture);
    };
    for (const [paper, pen] of [
      [
        [0, 0, 0],
        [20, 40, 255],
      ],
      [
        [0, 0, 0],
        [200, 0, 0],
      ],
      [
        [255, 255, 255],
        [255, 230, 0],
      ],
      [
        [240, 240, 200],
        [30, 60, 180],
      ],
    ] as const)
      expect(differenceOf(coloured([...paper], [...pen]), clean)).toBeLessThan(2);
  });

  it("is what the caller says it isn't", () => {
    // Two bars, one darker and one lighter than the paper.
    const bars = grey(120, 120, (x, y) => {
      const isUpright = x > 30 && x < 40 && y > 20 && y < 100;
      const isFlat = y > 55 && y < 65 && x > 60 && x < 110;
      return isUpright ? 20 : isFlat ? 250 : 150;
    });
    const [dark, light] = (["dark", "light"] as const).map((ink) => boxOf(digitOf(bars, { ink })));
    expect(dark).toEqual({ width: 2, height: 20 });
    expect(light).toEqual({ width: 20, height: 4 });
  });

  it("may be too much for one digit", async () => {
    const one = (x: number, y: number, left: number) => x > left && x < left + 12 && y > 50 && y < 150;
    const two = grey(200, 200, (x, y) => (one(x, y, 40) || one(x, y, 130) ? 20 : 230));
    expect((await readDigit(two)).remark).toBe("there is more than one digit");
  });
});

describe("a picture of 28x28 pixels", () => {
  it("that is not in MNIST's form is brought into it", () => {
    const digit = digitOf(grey(120, 150, slash));
    for (const [right, down] of [
      [2, 2],
      [-4, 2],
      [0, -4],
    ] as const) {
      const moved = grey(28, 28, (x, y) => {
        const [column, row] = [x - right, y - down];
        return column >= 0 && column < 28 && row >= 0 && row < 28 ? (digit[row * 28 + column] ?? 0) : 0;
      });
      expect(differenceOf(digitOf(moved), digit)).toBeLessThan(1);
    }
  });
});
