import { crc32, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { numbers } from "../../numbers.js";
import { idxImages, idxLabels, npy, npyOf, npz, TYPES } from "../../unit/data/made.js";
import type { Kind } from "../mutate.js";
import { bytesOf, joined } from "./bytes.js";

const gzipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes, { level: 9 }));

/** An IDX file of any magic number and sizes. */
function idxOf(magic: number, sizes: readonly number[], length: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * sizes.length + length));
  [magic, ...sizes].forEach((number, i) => {
    view.setUint32(4 * i, number);
  });
  return new Uint8Array(view.buffer);
}

export const idx: Kind = {
  seeds: [
    idxImages(2, 3, 1, Uint8Array.of(0, 50, 100, 150, 200, 255)),
    idxLabels([7, 2, 1]),
    idxOf(0x0d03, [2, 2, 2], 32),
    idxOf(0x0e02, [2, 2], 32),
    idxOf(0x0b02, [2, 3], 12),
    idxOf(0x0c02, [3, 8], 96),
    idxOf(0x0804, [2, 2, 2, 3], 24),
    idxOf(0x0901, [5], 5),
    joined(idxLabels([1, 2]), new Uint8Array(20)),
    // As many as can be said, of nothing.
    idxOf(0x0803, [0xffff_ffff, 0, 0xffff_ffff], 0),
    idxOf(0x0c02, [3, 0], 0),
  ],
};

const npyFiles = [
  ...TYPES.map((type) => npy(`<${type}`, [3, 2], [0, 1, 0, 1, 1, 0])),
  npy(">f4", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
  npy("|u1", [], [1]),
  npy("<i8", [4], [0, 1, 2, 3], 2),
  npy("<u2", [1, 0, 3], [], 3),
  npyOf("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", new Uint8Array(48)),
  npyOf("{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }", new Uint8Array(32).fill(1)),
  npyOf("{'descr': '|S3', 'fortran_order': True, 'shape': (2, 2), }", new Uint8Array(12).fill(65)),
  npyOf("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)),
  npyOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)),
];

export const npyKind: Kind = {
  seeds: npyFiles,
  words: ["'<f4'", "'>f8'", "'|u1'", "'<i8'", "'<U9'", "'<U9999'", "'|S0'", "'<f2'", "'|b1'", "True", "False"]
    .concat([
      "(0,)",
      "()",
      "(4294967296, 0)",
      "(3L, 2L)",
      "(9007199254740993,)",
      "'shape':",
      "'descr':",
      "}",
      ",",
    ])
    .concat(["(0, 99999999999)", "(1, 1, 1, 1, 1, 1, 6)", "(6,)", "(6, 1)"]),
  repair(bytes, seed) {
    const copy = bytes.slice();
    if (copy.length < 12) return copy;
    const view = new DataView(copy.buffer);
    if (copy[6] === 1) view.setUint16(8, view.getUint16(8, true) + copy.length - seed.length, true);
    else view.setUint32(8, view.getUint32(8, true) + copy.length - seed.length, true);
    return copy;
  },
};

const x = npy("|u1", [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255]);
const y = npy("<i8", [3], [2, 0, 1]);
const oneHot = npy("<f4", [3, 2], [0, 1, 1, 0, 0, 1]);
const colours = npy("<f4", [3, 2, 2, 3], numbers(36));
const texts = npyOf("{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }", new Uint8Array(24).fill(1));

export const npzKind: Kind = {
  seeds: [
    npz({ x_train: x, y_train: y, x_test: x, y_test: y }),
    npz({ x_train: x, y_train: y }, 6),
    npz({ images: colours, labels: texts, target_names: texts }, 6),
    npz({ arr_0: x, arr_1: oneHot }),
    npz({ data: npy("<f8", [3, 4], numbers(12)), target: y, x_val: x, y_val: y }, 6),
    npz({}),
    zipSync({ "a/data.pkl": Uint8Array.of(1) }),
    // A megabyte in a few bytes.
    npz({ x_train: npy("|u1", [2 ** 20, 1], new Uint8Array(2 ** 20)), y_train: y }, 6),
  ],
  words: ["x_train.npy", "y_train.npy", "x_test.npy", "labels.npy", "PK\x01\x02", "PK\x03\x04", "PK\x05\x06"],
};

/** What the images' and the labels' arrays are called. */
export const npzNames = [
  ["x_train.npy", "y_train.npy"],
  ["arr_0.npy", "arr_1.npy"],
  ["images.npy", "labels.npy"],
] as const;

/** The arrays of an .npz file, for changes that its checksums don't tell of. */
export const arrays: Kind = { ...npyKind, seeds: [x, y, oneHot, colours, texts, ...npyFiles] };

const content = Uint8Array.from({ length: 500 }, (_, i) => (i * i) & 255);

/** A gzip file whose header has all that a header may have. */
function withHeader(bytes: Uint8Array): Uint8Array {
  const header = bytes.slice(0, 10);
  header[3] = 0x1e;
  const before = joined(header, Uint8Array.of(3, 0, 1, 2, 3), bytesOf("name\0comment\0"));
  const check = new DataView(new ArrayBuffer(2));
  check.setUint16(0, crc32(before) & 0xffff, true);
  return joined(before, new Uint8Array(check.buffer), bytes.subarray(10));
}

export const gzip: Kind = {
  seeds: [
    gzipped(content),
    gzipped(new Uint8Array()),
    joined(gzipped(content), gzipped(Uint8Array.of(1, 2, 3)), new Uint8Array(100)),
    withHeader(gzipped(content)),
    new Uint8Array(gzipSync(content, { level: 0 })),
  ],
  slowSeeds: [gzipped(new Uint8Array(2 ** 25))],
};

const rows = (count: number, row: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join("\n");
const csvTexts = [
  "label,pixel0,pixel1\n7,0,255\n1,3,4\n",
  "7,0,255\n1,3,4",
  "\ufefflabel,pixel0,pixel1\r\n\r\n7,0,255\r\n1,3,4\r\n\r\n",
  '"label","1x1","1x2"\n"7", 0,"255"\n1, 3 ,4\n',
  "pixel0;pixel1;class\n0,5;25;cat\n3;4;dog\n",
  "0\t255\t7\r3\t4\t1\r",
  `# saved by hand\n${rows(12, (i) => `  ${(i / 7).toExponential(3)} 1.5e+00   ${i % 3}`)}`,
  rows(
    12,
    (i) => `${i},${i % 2},${1 - (i % 2)},${Array.from({ length: 16 }, (_, j) => (i * j) % 256).join()}`,
  ),
  `id,name,label,a,b\n${rows(12, (i) => `${i},row ${i},${"xyz"[i % 3] ?? ""},${i},${2 * i}`)}`,
  'label,a\n"two\nlines, and ""quotes""",3\nb,4\n',
  // What a terminal or a page would obey.
  "<script>alert(1)</script>,0,2,3,4\n\u001b]0;OWNED\u0007\u001b[31m\u001b[2J,1,2,3,4\n",
  "label,a\n1,\u001b]0;OWNED\u0007\u001b[31m\u001b[2J\n",
  "\u202elabel,\u2028a\n1,2\n\u0000,3\n",
];
const csvFiles = [
  ...csvTexts.map(bytesOf),
  new Uint8Array(Buffer.from("\ufefflabel,a,b\n1,2,3\n0,5,6\n", "utf16le")),
  new Uint8Array(Buffer.from("Mülle,0,2\nMÿlle,1,2\nx,2,2\nMülle,3,2\n", "latin1")),
];

export const csv: Kind = {
  seeds: [...csvFiles, ...csvFiles.slice(0, 4).map(gzipped)],
  // Millions of lines, columns, and characters of one field, in some kilobytes.
  slowSeeds: ["1,2\n", "1,", "1", '"a""b', "\n", " "].map((text) => gzipped(bytesOf(text.repeat(2_000_000)))),
  words: [
    ",",
    ";",
    "\t",
    "|",
    '"',
    '""',
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " ",
    "label",
    "class",
    "0.5",
    "-1",
    "1e3",
    "256",
  ].concat(["#", "\ufeff", "\0", "\u001b[2J", "é", "nan", "inf", "'5'", "1,5", "0x10", "1e999", ",,,,"]),
};

export const options: Kind = {
  seeds: [
    "{}",
    '{"recipe":"fast","hidden":[256,128],"learningRate":0.1,"momentum":0.9,"epochs":3,"seed":1}',
    '{"optimizer":"adam","loss":"cross-entropy","outputActivation":"relu","schedule":"one-cycle","weightDecay":0}',
    '{"augment":{"rotation":15,"scale":0.1,"shear":0.2,"shift":1,"elastic":1,"thickness":0.5},"dropout":0.5}',
    '{"checkpoint":{"directory":"run","resume":true,"everySteps":3,"everySeconds":1,"keep":2},"threads":"auto"}',
    '{"earlyStopping":{"patience":2,"minimumImprovement":0.1},"validationFraction":0.2,"keepBest":true,"limit":5}',
    '{"data":"mnist","ink":"auto","batchSize":128,"shuffle":true,"deterministic":true,"logEvery":1,"evaluateEvery":0}',
    '{"initialization":"he","initialStandardDeviation":0.1,"earlyStopping":null,"augment":true}',
  ].map(bytesOf),
  words: [
    '"hidden":[]',
    '"hidden":[1,null]',
    '"hidden":"256,128"',
    '"recipe":"seed"',
    '"toString":1',
    '"__proto__":{}',
    "null",
  ]
    .concat([
      "true",
      "[]",
      "{}",
      '""',
      '"momentum":1',
      '"initial":{}',
      '"signal":{}',
      '"onStep":1',
      '"data":null',
      "\\n",
    ])
    .concat(['"constructor":1', '"learning_rate":1', '"epoch":1', '"augment":null', '"checkpoint":""']),
};
