import jpeg from "jpeg-js";
import { write } from "./ink.mjs";

export const SIDE = 28;

/** An empty sheet, and where a digit stands on it: its box of 28x28 pixels has the side `extent`. */
function sheetFor(random, { least = 0.35, most = 0.85, size = random.whole(160, 640) } = {}) {
  const [width, height] = [size, Math.round(size * random.between(0.75, 1.33))];
  const extent = random.between(least, most) * Math.min(width, height);
  const [left, top] = [random.between(0, width - extent), random.between(0, height - extent)];
  return { width, height, extent, left, top, ink: new Float32Array(width * height) };
}

export function written(image, random, options = {}) {
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
export function coloured({ width, height, ink }, paper, pen) {
  const colours = new Float32Array(3 * width * height);
  ink.forEach((share, i) => {
    for (let c = 0; c < 3; c++) colours[3 * i + c] = paper[c] + share * (pen[c] - paper[c]);
  });
  return { width, height, colours };
}

/** Changes each pixel's three numbers in place. */
export function change(photo, next) {
  const { width, height, colours } = photo;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let c = 0; c < 3; c++) colours[3 * i + c] = next(colours[3 * i + c], x, y, c);
  }
  return photo;
}

export function noise(photo, random, deviation) {
  return change(photo, (value) => value + deviation * random.normal());
}

/** Blurs with three boxes, which is nearly a normal distribution. */
export function blur(photo, deviation) {
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
export function developed({ width, height, colours }) {
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[4 * i + c] = Math.min(255, Math.max(0, Math.round(colours[3 * i + c])));
  return { width, height, data };
}

export function asJpeg(picture, quality) {
  return jpeg.decode(jpeg.encode(picture, quality).data, { useTArray: true });
}

export const PAPER = [238, 236, 230];
export const PEN = [40, 40, 44];

export function gradient(photo, random) {
  const angle = random.between(0, 2 * Math.PI);
  const darkest = random.between(0.35, 0.6);
  const { width, height } = photo;
  return change(photo, (value, x, y) => {
    const along = (Math.cos(angle) * (x / width - 0.5) + Math.sin(angle) * (y / height - 0.5)) / Math.SQRT2;
    return value * (darkest + (1 - darkest) * Math.min(1, Math.max(0, along + 0.5)));
  });
}

/** The shadow of something with a straight edge, which is more or less sharp. */
export function shadow(photo, random) {
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
export function ruled(sheet, random, both, faintest = 0.5) {
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

export function dusty(photo, random) {
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
export function shifted(image, right, down) {
  const data = new Uint8Array(4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [(i % SIDE) - right, Math.floor(i / SIDE) - down];
    const isInside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
    data.fill(isInside ? image[y * SIDE + x] : 0, 4 * i, 4 * i + 3);
  }
  return { width: SIDE, height: SIDE, data };
}
