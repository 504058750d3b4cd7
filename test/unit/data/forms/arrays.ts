import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { Examples } from "../../../../ts/data/dataset.js";
import { npy, npyOf, npz } from "../made.js";
import { type Digits, type Form, onTheirSide } from "./form.js";

const images = (examples: Examples, shape: readonly number[] = [28, 28]) =>
  npy("|u1", [examples.count, ...shape], examples.images);
const labels = ({ labels, count }: Examples, shape: readonly number[] = [count]) => npy("<i8", shape, labels);

/** An .npz file of four arrays, called in some way. */
function named(names: readonly [string, string, string, string]) {
  return ({ train, test }: Digits) => {
    const [x, y, xTest, yTest] = names;
    return {
      "d.npz": npz({ [x]: images(train), [y]: labels(train), [xTest]: images(test), [yTest]: labels(test) }),
    };
  };
}

/** One file of training images and labels. */
function single(x: Uint8Array, y: Uint8Array) {
  return { "d.npz": npz({ x_train: x, y_train: y }, 6) };
}

/** Colours whose grey is the pixel. */
const coloured = ({ images }: Examples, channelsFirst: boolean) =>
  Uint8Array.from({ length: 3 * images.length }, (_, i) => {
    const image = Math.floor(i / 2352);
    const rest = i % 2352;
    return images[784 * image + (channelsFirst ? rest % 784 : Math.floor(rest / 3))] ?? 0;
  });

const oneHot = ({ labels, count }: Examples) =>
  npy(
    "<f4",
    [count, 10],
    Array.from(labels).flatMap((label) => Array.from({ length: 10 }, (_, i) => Number(i === label))),
  );

const trainAlone = ({ train }: Digits) => ({ train });

export const ARRAY_FORMS: readonly Form[] = [
  {
    what: "keras's `mnist.npz`: `x_train`, `y_train`, `x_test`, `y_test`",
    done: "read",
    files: named(["x_train", "y_train", "x_test", "y_test"]),
    path: "d.npz",
  },
  {
    what: "`train_images`, `train_labels`, ...; `train-images`, `images_train`, `trainX`, `X_train`",
    done: "read",
    files: named(["train-images", "trainY", "test_images", "Y_test"]),
    path: "d.npz",
  },
  {
    what: "MedMNIST: also `val_images`, `val_labels`; labels `[N, 1]`",
    done: "validation examples, which judge the epochs; without test images they are these",
    files: ({ train, test }) => ({
      "d.npz": npz({
        train_images: images(train),
        train_labels: labels(train, [train.count, 1]),
        val_images: images(train),
        val_labels: labels(train, [train.count, 1]),
        test_images: images(test),
        test_labels: labels(test, [test.count, 1]),
      }),
    }),
    path: "d.npz",
    data: ({ train, test }) => ({ train, test, validation: train }),
  },
  {
    what: "`x` and `y`, `X` and `Y`, `images` and `labels`, `features` and `target`",
    done: "training examples",
    files: ({ train }) => ({ "d.npz": npz({ X: images(train, [784]), Y: labels(train) }) }),
    path: "d.npz",
    data: trainAlone,
  },
  {
    what: "scikit-learn's `data`, `images`, `target`, with names beside them",
    done: "`images` and `target`; pixels that end at 16 are said",
    files: ({ train }) => {
      const eights = Float64Array.from({ length: 64 * train.count }, (_, i) => {
        const [image, y, x] = [Math.floor(i / 64), Math.floor((i % 64) / 8), i % 8];
        return Math.round(
          (train.images[784 * image + 28 * (4 + Math.floor(2.5 * y)) + 4 + Math.floor(2.5 * x)] ?? 0) / 16,
        );
      });
      return {
        "d.npz": npz({
          data: npy("<f8", [train.count, 64], eights),
          images: npy("<f8", [train.count, 8, 8], eights),
          target: labels(train),
          feature_names: npyOf("{'descr': '|O', 'fortran_order': False, 'shape': (64,)}", new Uint8Array(9)),
        }),
      };
    },
    path: "d.npz",
    data: ({ train: { labels } }) => ({ train: { labels, shape: [8, 8] } }),
    remarks: ["scale"],
    remark: "the numbers go up to 16",
  },
  {
    what: "`arr_0` and `arr_1` (`numpy.savez(file, x, y)`)",
    done: "told by their shapes, and said; of four or six, training first",
    files: named(["arr_0", "arr_2", "arr_1", "arr_3"]),
    path: "d.npz",
    remarks: ["converted"],
  },
  {
    what: "KMNIST's and K49's files, an array each: `kmnist-train-imgs.npz`, ...",
    done: "their directory is named; the files' names tell what they hold",
    files: ({ train, test }) => ({
      "kmnist-train-imgs.npz": npz({ arr_0: images(train) }),
      "kmnist-train-labels.npz": npz({ arr_0: labels(train) }),
      "kmnist-test-imgs.npz": npz({ arr_0: images(test) }),
      "kmnist-test-labels.npz": npz({ arr_0: labels(test) }),
    }),
  },
  {
    what: "`.npy` files, `x_train.npy` and so on",
    done: "the same",
    files: ({ train, test }) => ({
      "x_train.npy": images(train),
      "y_train.npy": labels(train),
      "x_test.npy": images(test),
      "y_test.npy": labels(test),
    }),
  },
  {
    what: "`train.npz` and `test.npz`, of `x` and `y` each",
    done: "both names tell",
    files: ({ train, test }) => ({
      "train.npz": npz({ x: images(train), y: labels(train) }),
      "test.npz": npz({ x: images(test), y: labels(test) }),
    }),
  },
  {
    what: "one-hot labels, `[N, classes]`",
    done: "made one label each, and said",
    files: ({ train }) => single(images(train), oneHot(train)),
    path: "d.npz",
    data: trainAlone,
    remarks: ["converted"],
  },
  {
    what: "several labels an image, as ChestMNIST has them",
    done: "refused",
    files: ({ train }) =>
      single(images(train), npy("|u1", [train.count, 2], new Uint8Array(2 * train.count).fill(1))),
    path: "d.npz",
    error: "row 0 of its 2 columns has no single 1 among zeros, as a one-hot label does",
  },
  {
    what: "labels that are texts",
    done: "classes with names, in order",
    files: ({ train }) =>
      single(
        images(train),
        npyOf(
          `{'descr': '|S1', 'fortran_order': False, 'shape': (${train.count},)}`,
          Uint8Array.from(train.labels, (label) => 97 + label),
        ),
      ),
    path: "d.npz",
    data: ({ train }) => ({ train, classNames: "abcdefghij".match(/./g) }),
  },
  {
    what: "a channel of its own: `[N, 28, 28, 1]`, `[N, 1, 28, 28]`",
    done: "left out",
    files: ({ train }) => single(images(train, [1, 28, 28]), labels(train)),
    path: "d.npz",
    data: trainAlone,
  },
  {
    what: "colours: `[N, 28, 28, 3]`, `[N, 3, 28, 28]`",
    done: "turned grey, and said",
    files: ({ train }) => single(npy("|u1", [train.count, 3, 28, 28], coloured(train, true)), labels(train)),
    path: "d.npz",
    data: trainAlone,
    remarks: ["converted"],
  },
  {
    what: "rows `[N, 784]`",
    done: "28x28",
    files: ({ train }) => single(images(train, [784]), labels(train)),
    path: "d.npz",
    data: trainAlone,
  },
  {
    what: "Fortran order, as pandas' `to_numpy` gives",
    done: "read",
    files: ({ train }) => {
      const columns = Uint8Array.from(
        train.images,
        (_, i) => train.images[784 * (i % train.count) + Math.floor(i / train.count)] ?? 0,
      );
      const header = `{'descr': '|u1', 'fortran_order': True, 'shape': (${train.count}, 784)}`;
      return single(npyOf(header, columns), labels(train));
    },
    path: "d.npz",
    data: trainAlone,
  },
  {
    what: "whole numbers of any type, 0 to 255",
    done: "pixels",
    files: ({ train }) => single(npy("<i8", [train.count, 28, 28], train.images), labels(train)),
    path: "d.npz",
    data: trainAlone,
  },
  {
    what: "real numbers, of 16, 32 or 64 bits, and booleans",
    done: "used as they are; beyond 1 that is said",
    files: ({ train }) => single(npy("<f8", [train.count, 28, 28], train.images), labels(train)),
    path: "d.npz",
    data: ({ train }) => ({ train: { ...train, images: Float32Array.from(train.images) } }),
    remarks: ["scale"],
    remark: "the numbers go up to 255",
  },
  {
    what: "EMNIST's images in an `.npz` file",
    done: "set upright, and said",
    files: ({ train }) => ({ "emnist.npz": npz({ x: images(onTheirSide(train)), y: labels(train) }) }),
    path: "emnist.npz",
    data: trainAlone,
    remarks: ["transposed"],
  },
  {
    what: "test images without labels",
    done: "no test set, and said",
    files: ({ train, test }) => ({
      "d.npz": npz({ x_train: images(train), y_train: labels(train), x_test: images(test) }),
    }),
    path: "d.npz",
    data: trainAlone,
    remarks: ["left out"],
  },
  {
    what: "`mnist.pkl.gz`",
    done: "refused, with the line of Python that makes an `.npz` file of it",
    files: () => ({ "mnist.pkl.gz": gzipSync(Uint8Array.of(0x80, 0x02, 0x28)) }),
    path: "mnist.pkl.gz",
    error:
      "this is a Python pickle, which isn't read; make an .npz file of it: python -c \"import gzip, pickle",
  },
  {
    what: "`.mat` of SVHN, EMNIST and others, of MATLAB 5 or 7.3 (HDF5)",
    done: "the same",
    files: () => ({ "train_32x32.mat": "MATLAB 5.0 MAT-file, Platform: GLNX86" }),
    path: "train_32x32.mat",
    error:
      "~/train_32x32.mat: this is a MATLAB file, which isn't read; make an .npz file of it: python -c \"import scipy.io, numpy as n; d = scipy.io.loadmat('train_32x32.mat')",
  },
  {
    what: "Parquet, as Hugging Face has it, and Arrow",
    done: "the same",
    files: () => ({ "train-00000-of-00001.parquet": "PAR1.." }),
    error:
      "this is a Parquet file, which isn't read; make an .npz file of it: python -c \"import io, numpy as n, pandas as p",
  },
  {
    what: "PyTorch's `.pt`",
    done: "refused; its tensors can be saved with numpy",
    files: () => ({ "training.pt": zipSync({ "archive/data.pkl": new Uint8Array(3) }) }),
    path: "training.pt",
    error:
      "~/training.pt: this is a PyTorch file, which isn't read; save its tensors with numpy.savez_compressed",
  },
  {
    what: "ARFF (Weka, OpenML), LIBSVM's format",
    done: "refused, with the line of Python that converts it",
    files: () => ({
      "mnist_784.arff": "% MNIST\n@RELATION mnist\n@ATTRIBUTE pixel1 real\n@DATA\n0,5\n",
      "mnist.scale": "5 153:0.01 154:0.07\n",
    }),
    path: "mnist_784.arff",
    error:
      "~/mnist_784.arff: this is an ARFF file, which isn't read; make a CSV file of it: python -c \"open('mnist_784.arff.csv', 'w')",
  },
  {
    what: "tar, zip, 7z and other archives; Git LFS pointers; web pages saved in a file's place; JSON",
    done: "refused by what they are, with what to do",
    files: () => ({ "mnist.gz": "<!DOCTYPE html><html>404</html>" }),
    path: "mnist.gz",
    error:
      "~/mnist.gz: this is a web page, perhaps an error that was saved in the file's place, which isn't read; download it again",
  },
];
