import { GREY, GREY_ALPHA, type Header, INDEXED } from "./header.js";

/** Makes a row's bytes, the first of which is its filter's kind, into red, green, blue and alpha of 8 bits each. */
export type Colours = (row: Uint8Array, pixels: Uint8Array) => void;

const [RED, GREEN, BLUE, ALPHA] = [0, 1, 2, 3] as const;

/**
 * How a PNG file's pixels are made of its bytes.
 * @param palette the palette, where there is one
 * @param transparency what the file says of its transparent pixels, where it does
 * @throws Error where the palette is missing or damaged; the message is for the middle of a sentence.
 */
export function coloursOf(header: Header, palette?: Uint8Array, transparency?: Uint8Array): Colours {
  const { depth, colour, samples } = header;
  if (depth < 8 || colour === INDEXED) {
    const table = colour === INDEXED ? indexed(palette, transparency) : greys(depth, transparency);
    return (row, pixels) => {
      for (let i = 0, place = 0; place < pixels.length; i++, place += 4) {
        const bit = i * depth;
        const sample = ((row[1 + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
        for (let c = 0; c < 4; c++) pixels[place + c] = table[4 * sample + c] ?? 0;
      }
    };
  }
  // The higher byte of 16 bits comes first, and does.
  const bytes = depth / 8;
  const hasColours = colour !== GREY && colour !== GREY_ALPHA;
  const [green, blue] = hasColours ? [bytes, 2 * bytes] : [0, 0];
  const hasAlpha = samples % 2 === 0;
  const step = samples * bytes;
  // A picture without alpha may name one colour that is transparent, two bytes a sample.
  const named = hasAlpha ? undefined : transparency;
  const isNamed = (row: Uint8Array, start: number) => {
    for (let i = 0; i < samples; i++) {
      const [high, low] = [named?.[2 * i], named?.[2 * i + 1]];
      const sample = start + i * bytes;
      if (bytes === 1 ? row[sample] !== low : row[sample] !== high || row[sample + 1] !== low) return false;
    }
    return true;
  };
  return (row, pixels) => {
    for (let start = 1, place = 0; place < pixels.length; start += step, place += 4) {
      pixels[place + RED] = row[start] ?? 0;
      pixels[place + GREEN] = row[start + green] ?? 0;
      pixels[place + BLUE] = row[start + blue] ?? 0;
      pixels[place + ALPHA] = hasAlpha
        ? (row[start + step - bytes] ?? 0)
        : named && isNamed(row, start)
          ? 0
          : 255;
    }
  };
}

/** The four numbers of each shade of grey that so few bits can tell. */
function greys(depth: number, transparency?: Uint8Array): Uint8Array {
  const largest = 2 ** depth - 1;
  const table = new Uint8Array(4 * (largest + 1));
  for (let sample = 0; sample <= largest; sample++) {
    table.fill((255 * sample) / largest, 4 * sample, 4 * sample + 3);
    table[4 * sample + ALPHA] = transparency?.[1] === sample ? 0 : 255;
  }
  return table;
}

/** The four numbers of each of a palette's colours. */
function indexed(palette?: Uint8Array, transparency?: Uint8Array): Uint8Array {
  if (!palette) throw new Error("its palette is missing");
  const count = palette.length / 3;
  if (!Number.isInteger(count) || count > 256 || count === 0)
    throw new Error(`its palette has ${palette.length} bytes`);
  // Colours that the palette lacks are black.
  const table = new Uint8Array(4 * 256);
  for (let index = 0; index < 256; index++) {
    table.set(palette.subarray(3 * index, 3 * index + 3), 4 * index);
    table[4 * index + ALPHA] = transparency?.[index] ?? 255;
  }
  return table;
}

/**
 * The colours of Apple's own PNG files (CgBI), in which blue and red have changed places and all are multiplied with
 * alpha, as those of other files.
 */
export function fromApple(pixels: Uint8Array): void {
  for (let place = 0; place < pixels.length; place += 4) {
    const alpha = pixels[place + ALPHA] ?? 0;
    const plain = (value: number | undefined) =>
      alpha === 0 ? 0 : Math.min(255, ((value ?? 0) * 255) / alpha);
    const [blue, green, red] = pixels.subarray(place, place + 3);
    pixels[place + RED] = plain(red);
    pixels[place + GREEN] = plain(green);
    pixels[place + BLUE] = plain(blue);
  }
}
