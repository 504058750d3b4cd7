import { checkSize, TooLarge } from "../limits.js";

/** The marks of a JPEG file's segments, as ITU-T T.81 names them. */
const [SOI, EOI, SOS, DQT, DHT, DRI, APP1, APP14] = [0xd8, 0xd9, 0xda, 0xdb, 0xc4, 0xdd, 0xe1, 0xee] as const;
const [BASELINE, EXTENDED, PROGRESSIVE] = [0xc0, 0xc1, 0xc2] as const;

/** One of a picture's colours, or its brightness. */
export interface Component {
  readonly id: number;
  /** How many of its blocks lie side by side, and one below the other, in a unit of the file. */
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
}

/** What a file's picture is. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
}

/** A pass over some of the components. */
export interface Scan {
  readonly components: readonly { place: number; dc: number; ac: number }[];
  /** The first and the last of a block's 64 coefficients, and by how many bits they are shifted, before and now. */
  readonly first: number;
  readonly last: number;
  readonly before: number;
  readonly shift: number;
  /** Where its bits begin. */
  readonly start: number;
}

/** A segment that the decoder works on, in the file's order. */
export type Segment =
  | { kind: "quantization"; data: Uint8Array }
  | { kind: "huffman"; data: Uint8Array }
  | { kind: "restart"; interval: number }
  | { kind: "scan"; scan: Scan };

/** What a JPEG file has in front of its pixels, and between. */
export interface Contents {
  readonly frame: Frame;
  readonly segments: readonly Segment[];
  /** A TIFF file's header and directory. */
  readonly exif: Uint8Array | undefined;
  /** How Adobe's programs say that the colours are transformed: 0, not at all. */
  readonly adobe: number | undefined;
}

/** 25 million pixels of three colours, and what fills up their blocks; in a progressive file, whose samples are looked at several times, fewer. */
const [MOST_SAMPLES, MOST_PROGRESSIVE] = [76_000_000, 40_000_000];
/** Blocks of 64 pixels that all scans look at: a dozen scans of as many. */
const MOST_BLOCKS = 12_000_000;
const MOST_SEGMENTS = 10_000;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI;
}

/**
 * Reads all of a JPEG file but its pixels, and checks that these may be decoded.
 * @throws TooLarge, or Error where it is damaged or of a kind that isn't read; the message is for the middle of a
 * sentence.
 */
export function contentsOf(bytes: Uint8Array): Contents {
  const segments: Segment[] = [];
  let frame: Frame | undefined;
  let [exif, adobe]: [Uint8Array | undefined, number | undefined] = [undefined, undefined];
  for (const { mark, data, end } of marksOf(bytes)) {
    if (segments.length > MOST_SEGMENTS) throw new Error(`it has more than ${MOST_SEGMENTS} segments`);
    if (mark === DQT) segments.push({ kind: "quantization", data });
    else if (mark === DHT) segments.push({ kind: "huffman", data });
    else if (mark === DRI)
      segments.push({ kind: "restart", interval: 256 * (data[0] ?? 0) + (data[1] ?? 0) });
    else if (mark === SOS) {
      if (!frame) throw new Error("its pixels come before its header");
      segments.push({ kind: "scan", scan: scanOf(data, frame, end) });
    } else if (mark === APP1 && isNamed(data, "Exif\0\0")) exif ??= data.subarray(6);
    else if (mark === APP14 && isNamed(data, "Adobe")) adobe = data[11];
    else if (isFrame(mark)) {
      if (frame) throw new Error("it has more than one header");
      frame = frameOf(mark, data);
    }
  }
  if (!frame) throw new Error("it has no header");
  checkWork(frame, segments, bytes.length);
  return { frame, segments, exif, adobe };
}

function isNamed(data: Uint8Array, name: string): boolean {
  return Array.from(name).every((letter, i) => data[i] === letter.charCodeAt(0));
}

/** The marks SOF0 to SOF15; those between them are tables' and of no use here. */
function isFrame(mark: number): boolean {
  return mark >= BASELINE && mark <= 0xcf && mark !== DHT && mark !== 0xc8 && mark !== 0xcc;
}

/** Each segment's mark, what it holds and where it ends. */
function* marksOf(bytes: Uint8Array): Generator<{ mark: number; data: Uint8Array; end: number }> {
  let place = 2;
  for (;;) {
    // Between segments there are a scan's bits, in which a zero follows each 0xff, or a restart's mark.
    place = bytes.indexOf(0xff, place);
    const mark = bytes[place + 1];
    if (place < 0 || mark === undefined) throw new Error("the file ends too early");
    if (mark === EOI) return;
    const isBare = mark === 0 || mark === 0xff || mark === 1 || (mark >= 0xd0 && mark <= SOI);
    if (isBare) {
      place += mark === 0xff ? 1 : 2;
      continue;
    }
    const end = place + 2 + 256 * (bytes[place + 2] ?? 0) + (bytes[place + 3] ?? 0);
    if (end > bytes.length || end < place + 4) throw new Error("the file ends too early");
    yield { mark, data: bytes.subarray(place + 4, end), end };
    place = end;
  }
}

function frameOf(mark: number, data: Uint8Array): Frame {
  const [precision = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = data;
  const [width, height] = [256 * widthHigh + widthLow, 256 * heightHigh + heightLow];
  if (mark !== BASELINE && mark !== EXTENDED && mark !== PROGRESSIVE)
    throw new Error(
      mark > 0xc8 ? "its coding is arithmetic, which isn't read" : "its coding is lossless, which isn't read",
    );
  if (precision !== 8) throw new Error(`its samples have ${precision} bits; 8 are read`);
  if (width === 0 || height === 0) throw new Error(`its size is ${width}x${height}`);
  if (![1, 3, 4].includes(count) || data.length < 6 + 3 * count)
    throw new Error(`it has ${count} components; 1, 3 or 4 are read`);
  checkSize(width, height);
  const components = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0, quantization = 0] = data.subarray(6 + 3 * i);
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4 || quantization > 3)
      throw new Error("its header's components are damaged");
    return { id, across, down, quantization };
  });
  return { width, height, isProgressive: mark === PROGRESSIVE, components };
}

function scanOf(data: Uint8Array, frame: Frame, start: number): Scan {
  const [count = 0] = data;
  if (count < 1 || count > 4 || data.length < 4 + 2 * count) throw new Error("a scan's header is damaged");
  const components = Array.from({ length: count }, (_, i) => {
    const [id, tables = 0] = data.subarray(1 + 2 * i);
    const place = frame.components.findIndex((component) => component.id === id);
    if (place < 0) throw new Error("a scan is of a component that there isn't");
    return { place, dc: (tables >> 4) & 3, ac: tables & 3 };
  });
  const [first = 0, last = 0, shifts = 0] = data.subarray(1 + 2 * count);
  if (!frame.isProgressive) return { components, first: 0, last: 63, before: 0, shift: 0, start };
  const isWrong = first > last || last > 63 || (first === 0 ? last > 0 : count > 1) || (shifts & 15) > 13;
  if (isWrong) throw new Error("a scan's header is damaged");
  return { components, first, last, before: shifts >> 4, shift: shifts & 15, start };
}

/** How many blocks of 8x8 samples a component has across and down, without those that fill up the file's last units. */
export function blocksOf(frame: Frame, { across, down }: Component): { across: number; down: number } {
  const most = unitOf(frame);
  return {
    across: Math.ceil(Math.ceil((frame.width * across) / most.across) / 8),
    down: Math.ceil(Math.ceil((frame.height * down) / most.down) / 8),
  };
}

/** A unit's blocks, across and down, of the component that has most. */
export function unitOf({ components }: Frame): { across: number; down: number } {
  return {
    across: Math.max(...components.map(({ across }) => across)),
    down: Math.max(...components.map(({ down }) => down)),
  };
}

/** Checks that so many bytes may hold the picture, and that its scans don't take too long. */
function checkWork(frame: Frame, segments: readonly Segment[], bytes: number): void {
  const counts = frame.components.map((component) => {
    const { across, down } = blocksOf(frame, component);
    return across * down;
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  const scans = segments.flatMap((segment) => (segment.kind === "scan" ? [segment.scan] : []));
  const seen = scans
    .flatMap(({ components }) => components)
    .reduce((sum, { place }) => sum + (counts[place] ?? 0), 0);
  // A block takes a bit at least.
  if (8 * bytes < all) throw new Error(`${bytes} bytes can't hold its ${frame.width}x${frame.height} pixels`);
  const most = frame.isProgressive ? MOST_PROGRESSIVE : MOST_SAMPLES;
  if (64 * all > most)
    throw new TooLarge(`${most / 1e6} million samples are read at most of one of its kind`);
  if (seen < all) throw new Error("some of its colours are missing");
  if (seen > MOST_BLOCKS) throw new TooLarge(`scans of ${MOST_BLOCKS / 1e6} million blocks are read at most`);
}
