import { blockInk, write } from "./ink.mjs";
import {
  asJpeg,
  blur,
  change,
  coloured,
  developed,
  dusty,
  gradient,
  noise,
  PAPER,
  PEN,
  ruled,
  shadow,
  shifted,
  SIDE,
  written,
} from "./effects.mjs";
import { SURROUNDINGS } from "./surroundings.mjs";

const CHALKS = [
  [250, 250, 250],
  [30, 60, 255],
  [230, 40, 40],
  [60, 220, 80],
];
const INKS = [
  [40, 60, 170],
  [170, 40, 50],
  [30, 120, 70],
  [20, 90, 190],
];

/** Ways to photograph a digit: from its image, random numbers and the image of another digit to a picture. */
export const KINDS = {
  clean: (image, random) => developed(coloured(written(image, random), [255, 255, 255], [0, 0, 0])),
  blocks: (image, random) => developed(coloured(written(image, random, { sample: blockInk }), PAPER, PEN)),
  "grain of one level": (image, random) => {
    const photo = coloured(written(image, random), PAPER, PEN);
    return developed(change(photo, (value) => value + random.whole(-1, 1)));
  },
  "Gaussian noise": (image, random) =>
    developed(noise(coloured(written(image, random), PAPER, PEN), random, random.between(6, 30))),
  JPEG: (image, random) =>
    asJpeg(developed(coloured(written(image, random), PAPER, PEN)), random.whole(15, 60)),
  dust: (image, random) =>
    developed(noise(dusty(coloured(written(image, random), PAPER, PEN), random), random, 2)),
  "uneven light": (image, random) =>
    developed(noise(gradient(coloured(written(image, random), PAPER, PEN), random), random, 3)),
  shadow: (image, random) =>
    developed(noise(shadow(coloured(written(image, random), PAPER, PEN), random), random, 3)),
  "lined paper": (image, random) => developed(noise(ruled(written(image, random), random, false), random, 2)),
  "squared paper": (image, random) =>
    developed(noise(ruled(written(image, random), random, true), random, 2)),
  pencil: (image, random) => {
    const grey = random.between(140, 190);
    const sheet = written(image, random);
    // Graphite skips parts of the paper.
    sheet.ink = sheet.ink.map((ink) => ink * Math.min(1, random.between(0.6, 1.2)));
    return developed(noise(coloured(sheet, [225, 225, 222], [grey, grey, grey]), random, 4));
  },
  "coloured ink": (image, random) =>
    developed(noise(coloured(written(image, random), PAPER, random.pick(INKS)), random, 2)),
  "light on dark": (image, random) =>
    developed(
      noise(
        coloured(
          written(image, random),
          random.pick([
            [0, 0, 0],
            [40, 52, 46],
            [20, 20, 30],
          ]),
          random.pick(CHALKS),
        ),
        random,
        2,
      ),
    ),
  blurred: (image, random) => {
    const sheet = written(image, random);
    return developed(
      noise(blur(coloured(sheet, PAPER, PEN), random.between(0.01, 0.035) * sheet.extent), random, 2),
    );
  },
  tilted: (image, random) => {
    const tilt = random.between(-0.2, 0.2);
    const perspective = random.between(-0.3, 0.3);
    return developed(noise(coloured(written(image, random, { tilt, perspective }), PAPER, PEN), random, 2));
  },
  "another digit's edge": (image, random, other) => {
    const sheet = written(image, random, { most: 0.6 });
    const scale = sheet.extent / SIDE;
    const atLeft = sheet.left > sheet.width - sheet.left - sheet.extent;
    const left = atLeft ? -0.62 * sheet.extent : sheet.width - 0.38 * sheet.extent;
    write(sheet, other, (x, y) => [(x - left) / scale, (y - sheet.top) / scale], { scale });
    return developed(noise(coloured(sheet, PAPER, PEN), random, 2));
  },
  "edge of the paper": (image, random) => {
    const sheet = written(image, random, { most: 0.6 });
    const photo = coloured(sheet, PAPER, PEN);
    const edge = Math.min(sheet.left, sheet.width - sheet.left - sheet.extent) * random.between(0.2, 0.9);
    const slope = random.between(-0.03, 0.03);
    const atLeft = sheet.left > sheet.width - sheet.left - sheet.extent;
    const table = [90, 60, 40];
    const isTable = (x, y) => (atLeft ? x : sheet.width - 1 - x) < edge + slope * y;
    return developed(
      noise(
        change(photo, (value, x, y, c) => (isTable(x, y) ? table[c] : value)),
        random,
        3,
      ),
    );
  },
  "thin pen": (image, random) =>
    developed(noise(coloured(written(image, random, { contour: 0.8 }), PAPER, PEN), random, 2)),
  "thick pen": (image, random) =>
    developed(noise(coloured(written(image, random, { contour: 0.12 }), PAPER, PEN), random, 2)),
  "small on a page": (image, random) =>
    developed(
      noise(coloured(written(image, random, { least: 0.08, most: 0.15, size: 800 }), PAPER, PEN), random, 3),
    ),
  "28x28, shifted": (image, random) => shifted(image, random.whole(-4, 4), random.whole(-4, 4)),
  "28x28, dark on light": (image) => {
    const data = new Uint8Array(4 * SIDE * SIDE).fill(255);
    image.forEach((ink, i) => data.fill(255 - ink, 4 * i, 4 * i + 3));
    return { width: SIDE, height: SIDE, data };
  },
  "a phone's photo": (image, random) => {
    const sheet = written(image, random, { tilt: random.between(-0.1, 0.1), most: 0.6 });
    const photo = shadow(gradient(ruled(sheet, random, random.unit() < 0.5, 0.35), random), random);
    return asJpeg(developed(noise(blur(photo, 0.006 * sheet.extent), random, 4)), 60);
  },
  "a single speck": (image, random) => {
    const photo = coloured(written(image, random), [255, 255, 255], PEN);
    const { width, height } = photo;
    const [x, y] = [random.whole(2, width - 5), random.whole(2, height - 5)];
    const size = random.whole(1, 4);
    change(photo, (value, column, row) => {
      return column >= x && column < x + size && row >= y && row < y + size ? 0 : value;
    });
    return developed(photo);
  },
  "a scan": (image, random) => {
    const grey = random.between(225, 248);
    const photo = dusty(
      coloured(written(image, random, { size: 900 }), [grey, grey, grey - 4], [60, 60, 70]),
      random,
    );
    // Scanners leave streaks, and a dark margin where the sheet ends.
    const [streak, margin] = [random.whole(0, 899), random.whole(0, 12)];
    change(photo, (value, x) => (x < margin ? 70 : x === streak ? value - 12 : value));
    return asJpeg(developed(noise(photo, random, 3)), 75);
  },
  "coloured paper": (image, random) => {
    const paper = random.pick([
      [250, 235, 120],
      [170, 210, 250],
      [250, 180, 190],
      [180, 230, 170],
      [205, 175, 130],
    ]);
    const pen = random.pick([PEN, ...INKS]);
    return developed(noise(coloured(written(image, random), paper, pen), random, 3));
  },
  "coloured ink on black": (image, random) =>
    developed(
      noise(
        coloured(
          written(image, random),
          [0, 0, 0],
          random.pick([...CHALKS, [200, 0, 0], [0, 0, 220], [140, 0, 160]]),
        ),
        random,
        1,
      ),
    ),
  "in a frame": (image, random) => {
    const sheet = written(image, random, { most: 0.55 });
    const { width, height } = sheet;
    const [inset, thickness] = [random.between(0, 0.04) * width, random.between(0.005, 0.03) * width];
    const photo = coloured(sheet, PAPER, PEN);
    const isFrame = (x, y) => {
      const depth = Math.min(x, y, width - 1 - x, height - 1 - y) - inset;
      return depth >= 0 && depth < thickness;
    };
    return developed(
      noise(
        change(photo, (value, x, y, c) => (isFrame(x, y) ? PEN[c] : value)),
        random,
        2,
      ),
    );
  },
  transparent: (image, random) => {
    const sheet = written(image, random);
    const pen = random.pick([PEN, [255, 255, 255], ...INKS]);
    const picture = developed(coloured(sheet, pen, pen));
    sheet.ink.forEach((ink, i) => (picture.data[4 * i + 3] = Math.round(255 * ink)));
    return picture;
  },
  "low contrast": (image, random) => {
    const paper = random.between(120, 200);
    const pen = paper - random.between(25, 45);
    return developed(
      noise(coloured(written(image, random), [paper, paper, paper], [pen, pen, pen]), random, 2),
    );
  },
  "in a large photo's corner": (image, random) => {
    const size = 1600;
    const extent = random.between(0.1, 0.2) * size;
    const sheet = { width: size, height: 1200, ink: new Float32Array(size * 1200) };
    const [left, top] = [random.pick([0.02 * size, 0.98 * size - extent]), random.pick([20, 1180 - extent])];
    const scale = extent / SIDE;
    write(sheet, image, (x, y) => [(x - left) / scale, (y - top) / scale], { scale });
    return developed(noise(gradient(coloured(sheet, PAPER, PEN), random), random, 3));
  },
  "28x28, shifted by 4": (image, random) => shifted(image, random.pick([-4, 4]), random.pick([-4, 4])),
  ...SURROUNDINGS,
};
