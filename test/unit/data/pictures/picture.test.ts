import { digitOf, type Picture } from "../../../../ts/data/pictures/picture.js";

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
    expect(digitOf(grey(360, 450, (x, y) => slash(Math.floor(x / 3), Math.floor(y / 3))))).toEqual(digit);
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
