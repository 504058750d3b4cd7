import { DigitrainError } from "../../base/errors.js";
import { nameOf } from "../files.js";

/** What a file is that isn't read, and what to do with it. */
interface Kind {
  readonly starts: RegExp;
  readonly is: string;
  readonly instead: (name: string) => string;
}

const npzNamed = (name: string) => `${name.replace(/(\.[a-z0-9]+)+$/i, "")}.npz`;
const python = (program: string) => `make an .npz file of it: python -c "${program}"`;

/** The three pairs of mnist.pkl.gz, as old tutorials have them. */
function fromPickle(name: string): string {
  const open = name.endsWith(".gz") ? "gzip.open" : "open";
  const arrays = "x_train=a[0], y_train=a[1], x_val=b[0], y_val=b[1], x_test=c[0], y_test=c[1]";
  return python(
    `import gzip, pickle, numpy as n; a, b, c = pickle.load(${open}('${name}', 'rb'), encoding='latin1'); n.savez_compressed('${npzNamed(name)}', ${arrays})`,
  );
}

/** EMNIST's file is a structure of its own; others mostly have X and y, as SVHN has, whose images are counted last. */
function fromMat(name: string): string {
  const load = `import scipy.io, numpy as n; d = scipy.io.loadmat('${name}')`;
  if (/emnist/i.test(name))
    return python(
      `${load}['dataset'][0, 0]; a, b = d['train'][0, 0], d['test'][0, 0]; n.savez_compressed('${npzNamed(name)}', x_train=a['images'].reshape(-1, 28, 28), y_train=a['labels'], x_test=b['images'].reshape(-1, 28, 28), y_test=b['labels'])`,
    );
  return python(
    `${load}; X = d['X']; n.savez_compressed('${npzNamed(name)}', x=n.moveaxis(X, -1, 0) if X.ndim > 2 else X, y=d['y'].ravel() % 10)`,
  );
}

function fromHdf5(name: string): string {
  return python(
    `import h5py, numpy as n; d = h5py.File('${name}'); n.savez_compressed('${npzNamed(name)}', **{k: v[()] for k, v in d.items()})`,
  );
}

function fromParquet(name: string): string {
  return python(
    `import io, numpy as n, pandas as p; from PIL import Image as I; d = p.read_parquet('${name}'); n.savez_compressed('${npzNamed(name)}', x=n.stack([n.array(I.open(io.BytesIO(i['bytes'])).convert('L')) for i in d['image']]), y=d['label'])`,
  );
}

const unpack = () => "unpack it, and name the directory that comes out";
const PICTURE = "this is a single picture";

const KINDS: readonly Kind[] = [
  { starts: /^MATLAB 5\.0/, is: "this is a MATLAB file", instead: fromMat },
  { starts: /^MATLAB 7\.3|^\x89HDF/, is: "this is an HDF5 file", instead: fromHdf5 },
  { starts: /^PAR1/, is: "this is a Parquet file", instead: fromParquet },
  { starts: /^\x80[^ -~\s]/, is: "this is a Python pickle", instead: fromPickle },
  {
    starts: /^\x93NUMPY/,
    is: "this is a single array",
    instead: () =>
      "put images and labels into one directory, such as x_train.npy and y_train.npy, and name that",
  },
  { starts: /^[^]{257}ustar/, is: "this is a tar archive", instead: unpack },
  { starts: /^(7z\xbc\xaf|Rar!|\xfd7zXZ|BZh\d|\x28\xb5\x2f\xfd)/, is: "this is an archive", instead: unpack },
  {
    starts: /^(\x89PNG|\xff\xd8\xff|GIF8|BM[^]{8}|RIFF[^]{4}WEBP)/,
    is: PICTURE,
    instead: () => "name the directory of the classes' directories; predict takes pictures",
  },
  {
    starts: /^version https:\/\/git-lfs/,
    is: "this is a pointer of Git LFS, not the file itself",
    instead: () => "run git lfs pull",
  },
  {
    starts: /^\s*<(!doctype|html|\?xml)/i,
    is: "this is a web page, perhaps an error that was saved in the file's place",
    instead: () => "download it again",
  },
  {
    starts: /^\s*(\{|\[\s*[[{])/,
    is: "this is JSON",
    instead: (name) =>
      `make a CSV file of it: python -c "import pandas as p; p.read_json('${name}'${/\.(jsonl|ndjson)/i.test(name) ? ", lines=True" : ""}).to_csv('${name}.csv', index=False)"`,
  },
  {
    starts: /^(\s*%.*\n)*\s*@relation/i,
    is: "this is an ARFF file",
    instead: (name) =>
      `make a CSV file of it: python -c "open('${name}.csv', 'w').writelines(l for l in open('${name}') if l.strip() and l[0] not in '@%')"`,
  },
  {
    starts: /^\S+( \d+:\S+){2}/,
    is: "this is a LIBSVM file",
    instead: (name) =>
      python(
        `import numpy as n, sklearn.datasets as d; x, y = d.load_svmlight_file('${name}'${/mnist/i.test(name) ? ", n_features=784" : ""}); n.savez_compressed('${npzNamed(name)}', x=x.toarray(), y=y)`,
      ),
  },
  {
    starts: /^ARROW1|^FEA1/,
    is: "this is an Arrow file",
    instead: (name) => fromParquet(name).replace("read_parquet", "read_feather"),
  },
];

/**
 * Refuses a file of a known form that isn't read, with the way to one that is.
 * @param start what it begins with, unpacked
 * @throws DigitrainError
 */
export function refuse(start: Uint8Array, path: string): void {
  if (start.length === 0) throw new DigitrainError(`${path}: the file is empty`);
  const text = String.fromCharCode(...start.subarray(0, 512));
  const kind = KINDS.find(({ starts }) => starts.test(text));
  if (kind) throw new DigitrainError(`${path}: ${kind.is}, which isn't read; ${kind.instead(nameOf(path))}`);
}
