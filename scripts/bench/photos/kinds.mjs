import jpeg from "jpeg-js";
import { blockInk, write } from "./ink.mjs";

const SIDE = 28;

/** An empty sheet, and where a digit stands on it: its box of 28x28 pixels has the side `extent`. */
function sheetFor(random, { least = 0.35, most = 0.85, size = random.whole(160, 640) } = {}) {
  const [width, height] = [size, Math.round(size * random.between(0.75, 1.33))];
  const extent = random.between(least, most) * Math.min(width, height);
  const [left, top] = [random.between(0, width - extent), random.between(0, height - extent)];
  return { width, height, extent, left, top, ink: new Float32Array(width * height) };
}

function written(image, random, options = {}) {
  const sheet = sheetFor(random, options);
  const scale = sheet.extent / SIDE;
  const { tilt = 0, perspective = 0 } = options;
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const place = (x, y) => {
    const [u, v] = [(x - sheet.left) / scale - SIDE / 2, (y - sheet.top) / scale - SIDE / 2];
    const depth = 1 + (perspective * (u + v)) / SIDE;
    return [(u * cos - v * sin) / depth + SIDE / 2, (u * sin + v * cos) / depth + SIDE / 2];
  };
  write(sheet, image, place, { scale, ...options });
  return sheet;
}

/** The sheet in colours, 0..255 each, as float numbers. */
function coloured({ width, height, ink }, paper, pen) {
  const colours = new Float32Array(3 * width * height);
  ink.forEach((share, i) => {
    for (let c = 0; c < 3; c++) colours[3 * i + c] = paper[c] + share * (pen[c] - paper[c]);
  });
  return { width, height, colours };
}

/** Changes each pixel's three numbers in place. */
function change(photo, next) {
  const { width, height, colours } = photo;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let c = 0; c < 3; c++) colours[3 * i + c] = next(colours[3 * i + c], x, y, c);
  }
  return photo;
}

function noise(photo, random, deviation) {
  return change(photo, (value) => value + deviation * random.normal());
}

/** Blurs with three boxes, which is nearly a normal distribution. */
function blur(photo, deviation) {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * deviation ** 2 + 1) - 1) / 2));
  const { width, height } = photo;
  const pass = (from, count, stride, lines, lineStride) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let j = -radius; j <= radius; j++)
          sum += from[line * lineStride + Math.min(count - 1, Math.max(0, i + j)) * stride];
        to[line * lineStride + i * stride] = sum / (2 * radius + 1);
      }
    }
    return to;
  };
  for (let c = 0; c < 3; c++) {
    let channel = Float32Array.from({ length: width * height }, (_, i) => photo.colours[3 * i + c]);
    for (let i = 0; i < 3; i++) {
      channel = pass(channel, width, 1, height, width);
      channel = pass(channel, height, width, width, 1);
    }
    channel.forEach((value, i) => (photo.colours[3 * i + c] = value));
  }
  return photo;
}

/** 8-bit pixels as a canvas has them. */
function developed({ width, height, colours }) {
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[4 * i + c] = Math.min(255, Math.max(0, Math.round(colours[3 * i + c])));
  return { width, height, data };
}

function asJpeg(picture, quality) {
  return jpeg.decode(jpeg.encode(picture, quality).data, { useTArray: true });
}

const PAPER = [238, 236, 230];
const PEN = [40, 40, 44];

function gradient(photo, random) {
  const angle = random.between(0, 2 * Math.PI);
  const darkest = random.between(0.35, 0.6);
  const { width, height } = photo;
  return change(photo, (value, x, y) => {
    const along = (Math.cos(angle) * (x / width - 0.5) + Math.sin(angle) * (y / height - 0.5)) / Math.SQRT2;
    return value * (darkest + (1 - darkest) * Math.min(1, Math.max(0, along + 0.5)));
  });
}

/** The shadow of something with a straight edge, which is more or less sharp. */
function shadow(photo, random) {
  const { width, height } = photo;
  const angle = random.between(0, 2 * Math.PI);
  const strength = random.between(0.3, 0.55);
  const softness = random.between(0.005, 0.08) * width;
  const offset = random.between(-0.2, 0.2) * width;
  return change(photo, (value, x, y) => {
    const distance = Math.cos(angle) * (x - width / 2) + Math.sin(angle) * (y - height / 2) - offset;
    return value * (1 - strength / (1 + Math.exp(-distance / softness)));
  });
}

/** Rules a photo's paper: `both` ways for squares. */
function ruled(sheet, random, both, faintest = 0.5) {
  const photo = coloured(sheet, PAPER, PEN);
  const spacing = sheet.extent * (both ? random.between(0.12, 0.3) : random.between(0.3, 0.8));
  const thickness = Math.max(1, random.between(0.004, 0.01) * sheet.extent);
  const tilt = random.between(-0.03, 0.03);
  const strength = random.between(0.15, faintest);
  const line = random.pick([
    [120, 150, 210],
    [130, 130, 130],
    [200, 110, 110],
  ]);
  const [startX, startY] = [random.between(0, spacing), random.between(0, spacing)];
  return change(photo, (value, x, y, c) => {
    const isLine = (place, start) => (((place - start) % spacing) + spacing) % spacing < thickness;
    const hit = isLine(y + tilt * x, startY) || (both && isLine(x - tilt * y, startX));
    return hit ? Math.min(value, PAPER[c] + strength * 1.4 * (line[c] - PAPER[c])) : value;
  });
}

function dusty(photo, random) {
  const { width, height, colours } = photo;
  const specks = random.whole(10, 50);
  for (let i = 0; i < specks; i++) {
    const [x, y] = [random.between(0, width), random.between(0, height)];
    const radius = random.between(0.5, Math.max(1, width / 150));
    const shade = random.between(0, 120);
    for (let row = Math.floor(y - radius); row <= y + radius; row++)
      for (let column = Math.floor(x - radius); column <= x + radius; column++)
        if (row >= 0 && row < height && column >= 0 && column < width)
          if (Math.hypot(column - x, row - y) <= radius)
            colours.fill(shade, 3 * (row * width + column), 3 * (row * width + column) + 3);
  }
  return photo;
}

/** The image itself, white on black, moved by so many pixels. */
function shifted(image, right, down) {
  const data = new Uint8Array(4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [(i % SIDE) - right, Math.floor(i / SIDE) - down];
    const isInside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
    data.fill(isInside ? image[y * SIDE + x] : 0, 4 * i, 4 * i + 3);
  }
  return { width: SIDE, height: SIDE, data };
}

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
};
