import {
  asJpeg,
  blur,
  change,
  coloured,
  developed,
  gradient,
  noise,
  PAPER,
  PEN,
  SIDE,
  written,
} from "./effects.mjs";

const photo = (image, random, { paper = PAPER, pen = PEN, ...options } = {}) =>
  coloured(written(image, random, options), paper, pen);

/** Makes pixels the darker of themselves and a shade, where a share of it covers them. */
function covered(picture, colour, shareAt) {
  return change(picture, (value, x, y, c) => value + shareAt(x, y) * (colour[c] - value));
}

/** Waves of several lengths, -1 to 1, as crumpled paper has them. */
function waves(random, width, sharpness) {
  const all = Array.from({ length: 7 }, () => {
    const angle = random.between(0, 2 * Math.PI);
    const length = random.between(0.1, 0.5) * width;
    return { x: Math.cos(angle) / length, y: Math.sin(angle) / length, phase: random.unit() };
  });
  return (x, y) => {
    let sum = 0;
    for (const wave of all) {
      const turn = wave.x * x + wave.y * y + wave.phase;
      // A fold is sharp on one side.
      sum += (2 * (turn - Math.floor(turn)) - 1) * sharpness + Math.sin(2 * Math.PI * turn) * (1 - sharpness);
    }
    return sum / all.length;
  };
}

/** A line of something like print: rows of short strokes. */
function print(picture, random, left, top, width, height) {
  const letters = [];
  for (let x = left; x < left + width; x += height * random.between(0.6, 0.9)) {
    if (random.unit() < 0.2) continue;
    letters.push([x, random.pick([0, 0.4]), random.unit() < 0.5]);
  }
  const pen = height * 0.15;
  return change(picture, (value, x, y) => {
    const row = (y - top) / height;
    if (row < 0 || row > 1) return value;
    const hit = letters.some(([at, from, hasBar]) => {
      const column = x - at;
      return (
        row >= from &&
        column >= 0 &&
        column < 0.5 * height &&
        (column < pen || column > 0.5 * height - pen || (hasBar && Math.abs(row - 0.7) < 0.08))
      );
    });
    return hit ? Math.min(value, 45) : value;
  });
}

/** The part of a photo that its digit fills, with a margin of so many pixels. */
function cropped({ width, height, data }, ink, margin) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  ink.forEach((share, i) => {
    if (share < 0.3) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x + 1),
      Math.min(top, y),
      Math.max(bottom, y + 1),
    ];
  });
  [left, top] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  [right, bottom] = [Math.min(width, right + margin), Math.min(height, bottom + margin)];
  const part = new Uint8Array(4 * (right - left) * (bottom - top));
  for (let y = top; y < bottom; y++)
    part.set(data.subarray(4 * (y * width + left), 4 * (y * width + right)), 4 * (y - top) * (right - left));
  return { width: right - left, height: bottom - top, data: part };
}

/** What else a photo may show, and what else may have become of it: as the other kinds. */
export const SURROUNDINGS = {
  "margin line": (image, random) => {
    const sheet = written(image, random, { most: 0.6 });
    const at = random.pick([0.6 * sheet.left, Math.min(sheet.width - 4, sheet.left + 1.15 * sheet.extent)]);
    const thickness = Math.max(1, sheet.extent * 0.012);
    const picture = covered(coloured(sheet, PAPER, PEN), [215, 70, 80], (x) => (Math.abs(x - at) < thickness ? 0.7 : 0));
    return developed(noise(picture, random, 2));
  },
  "punched holes": (image, random) => {
    const sheet = written(image, random, { most: 0.55 });
    const { width, height, extent, left } = sheet;
    const radius = 0.14 * extent;
    const x0 = left > width - left - extent ? Math.max(radius, 0.1 * left) : width - radius * 1.4;
    const isHole = (x, y) => [0.2, 0.8].some((part) => Math.hypot(x - x0, y - part * height) < radius);
    const hole = random.pick([[40, 38, 36], [120, 90, 60]]);
    return developed(noise(covered(coloured(sheet, PAPER, PEN), hole, (x, y) => (isHole(x, y) ? 1 : 0)), random, 2));
  },
  "print beside it": (image, random) => {
    const sheet = written(image, random, { most: 0.5 });
    const { width, height, extent, top } = sheet;
    const line = 0.1 * extent;
    const isBelow = top < height - top - extent;
    const picture = coloured(sheet, PAPER, PEN);
    for (let i = 0; i < 2; i++) {
      const y = isBelow ? top + (1.2 + 0.2 * i) * extent : top - (0.3 + 0.2 * i) * extent;
      print(picture, random, random.between(0, 0.2) * width, y, random.between(0.5, 0.75) * width, line);
    }
    return developed(noise(picture, random, 2));
  },
  "hand-drawn box": (image, random) => {
    const sheet = written(image, random, { least: 0.3, most: 0.5, size: 400 });
    const { extent, left, top } = sheet;
    const [tilt, thickness] = [random.between(-0.05, 0.05), extent * random.between(0.02, 0.05)];
    const [a, b] = [random.between(0.05, 0.2) * extent, 0.03 * extent];
    const isBox = (x, y) => {
      const [u, v] = [x - left - extent / 2 + tilt * (y - top), y - top - extent / 2 - tilt * (x - left)];
      const wobble = b * Math.sin((u + v) / (0.3 * extent));
      return Math.abs(Math.max(Math.abs(u), Math.abs(v)) - extent / 2 - a + wobble) < thickness / 2;
    };
    return developed(noise(covered(coloured(sheet, PAPER, PEN), PEN, (x, y) => (isBox(x, y) ? 1 : 0)), random, 2));
  },
  "a finger in the corner": (image, random) => {
    const sheet = written(image, random, { most: 0.5 });
    const { width, height, left, top, extent } = sheet;
    const [x0, y0] = [left + extent / 2 > width / 2 ? 0 : width, top + extent / 2 > height / 2 ? 0 : height];
    const radius = 0.3 * Math.min(width, height);
    const isFinger = (x, y) => 1 / (1 + Math.exp((Math.hypot(x - x0, 0.8 * (y - y0)) - radius) / 2));
    return developed(noise(covered(coloured(sheet, PAPER, PEN), [190, 130, 105], isFinger), random, 3));
  },
  whiteboard: (image, random) => {
    const pen = random.pick([[30, 60, 160], [180, 40, 40], [20, 20, 20], [20, 120, 60]]);
    const picture = photo(image, random, { paper: [205, 208, 210], pen, contour: 0.3 });
    const { width, height } = picture;
    const [x0, y0, radius] = [random.between(0, width), random.between(0, height), random.between(0.1, 0.3) * width];
    // A lamp's reflection on what is dark, too.
    covered(picture, [255, 255, 255], (x, y) => 0.75 * Math.exp(-((Math.hypot(x - x0, y - y0) / radius) ** 2)));
    return asJpeg(developed(noise(gradient(picture, random), random, 3)), 70);
  },
  blackboard: (image, random) => {
    const sheet = written(image, random, { contour: 0.3 });
    // Chalk leaves grains of the board free, and dust on it.
    sheet.ink = sheet.ink.map((ink) => ink * (random.unit() < 0.25 ? 0.3 : 0.9));
    const cloud = waves(random, sheet.width, 0);
    const picture = coloured(sheet, [52, 70, 62], [225, 225, 215]);
    change(picture, (value, x, y) => value + 14 * cloud(x, y));
    return asJpeg(developed(noise(picture, random, 6)), 75);
  },
  "crumpled paper": (image, random) => {
    const picture = photo(image, random);
    const folds = waves(random, picture.width, 0.5);
    return developed(noise(change(picture, (value, x, y) => value * (0.85 + 0.35 * folds(x, y))), random, 3));
  },
  vignette: (image, random) => {
    const picture = photo(image, random, { paper: [240, 228, 200], pen: [70, 55, 45] });
    const { width, height } = picture;
    const reach = Math.hypot(width, height) / 2;
    const dark = random.between(0.6, 0.9);
    change(picture, (value, x, y) => value * (1 - dark * (Math.hypot(x - width / 2, y - height / 2) / reach) ** 2));
    return developed(noise(picture, random, 3));
  },
  thumbnail: (image, random) =>
    developed(noise(photo(image, random, { size: random.whole(36, 64), least: 0.6, most: 0.95 }), random, 2)),
  "black and white": (image, random) => {
    const picture = noise(gradient(photo(image, random), random), random, 10);
    return developed(change(picture, (value) => (value < 75 ? 0 : 255)));
  },
  "salt and pepper": (image, random) => {
    const picture = photo(image, random);
    const share = random.between(0.005, 0.03);
    const { width, height, colours } = picture;
    for (let i = 0; i < width * height; i++)
      if (random.unit() < share) colours.fill(random.pick([0, 255]), 3 * i, 3 * i + 3);
    return developed(picture);
  },
  "faint pencil": (image, random) =>
    asJpeg(developed(noise(gradient(photo(image, random, { paper: [222, 220, 214], pen: [178, 177, 174], contour: 0.6 }), random), random, 3)), 80),
  "cut out closely": (image, random) => {
    const sheet = written(image, random, { least: 0.6 });
    return cropped(developed(noise(coloured(sheet, PAPER, PEN), random, 2)), sheet.ink, random.whole(0, 3));
  },
  "cut out, white on black": (image, random) => {
    const sheet = written(image, random, { least: 0.6 });
    return cropped(developed(coloured(sheet, [0, 0, 0], [255, 255, 255])), sheet.ink, random.whole(0, 3));
  },
  "moving camera": (image, random) => {
    const picture = photo(image, random, { most: 0.6 });
    const { width, height, colours } = picture;
    const length = Math.round(0.04 * random.between(0.5, 1) * width);
    const from = colours.slice();
    const [dx, dy] = random.pick([[1, 0], [0, 1], [1, 1]]);
    return developed(
      noise(
        change(picture, (_, x, y, c) => {
          let sum = 0;
          for (let i = 0; i < length; i++) {
            const [u, v] = [Math.min(width - 1, x + i * dx), Math.min(height - 1, y + i * dy)];
            sum += from[3 * (v * width + u) + c];
          }
          return sum / Math.max(1, length);
        }),
        random,
        2,
      ),
    );
  },
  "28x28, a JPEG": (image) => {
    const data = new Uint8Array(4 * SIDE * SIDE).fill(255);
    image.forEach((ink, i) => data.fill(ink, 4 * i, 4 * i + 3));
    return asJpeg({ width: SIDE, height: SIDE, data }, 75);
  },
  "28x28, dark on light, noisy": (image, random) => {
    const [x, y] = [random.whole(-3, 3), random.whole(-3, 3)];
    const data = new Uint8Array(4 * SIDE * SIDE).fill(255);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const [column, row] = [(i % SIDE) - x, Math.floor(i / SIDE) - y];
      const ink = column >= 0 && column < SIDE && row >= 0 && row < SIDE ? image[row * SIDE + column] : 0;
      data.fill(Math.min(255, Math.max(0, 235 - 0.8 * ink + 5 * random.normal())), 4 * i, 4 * i + 3);
    }
    return { width: SIDE, height: SIDE, data };
  },
  "coffee stain": (image, random) => {
    const sheet = written(image, random, { most: 0.6 });
    const { width, height, extent } = sheet;
    const [x0, y0, radius] = [random.between(0, width), random.between(0, height), random.between(0.5, 1) * extent];
    const ring = (x, y) => {
      const distance = Math.hypot(x - x0, y - y0) / radius;
      return distance > 1 ? 0 : 0.18 + 0.25 * Math.exp(-(((distance - 0.97) / 0.03) ** 2));
    };
    return developed(noise(covered(coloured(sheet, PAPER, PEN), [150, 105, 60], ring), random, 3));
  },
  "a screenshot": (image, random) => {
    const sheet = written(image, random, { most: 0.6, contour: 0.35 });
    const { width, height, left, extent } = sheet;
    const spacing = random.between(0.15, 0.3) * extent;
    const picture = change(coloured(sheet, [255, 255, 255], [0, 0, 0]), (value, x, y) =>
      x % spacing < 1 || y % spacing < 1 ? Math.min(value, 225) : value,
    );
    // A cursor, and a bar along the top.
    const at = left > width - left - extent ? 0.3 * left : Math.min(width - 4, left + 1.2 * extent);
    return developed(
      change(picture, (value, x, y) => {
        if (y < 0.06 * height) return 60;
        return Math.abs(x - at) < 1 && y > 0.4 * height && y < 0.4 * height + 0.1 * extent ? 0 : value;
      }),
    );
  },
  "blurred at night": (image, random) =>
    asJpeg(developed(noise(blur(photo(image, random, { paper: [70, 62, 50], pen: [22, 20, 18] }), 1.5), random, 8)), 50),
}; // prettier-ignore
