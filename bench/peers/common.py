"""What the peers in Python share: their arguments, the data, the initial weights, and their one line of JSON."""

import argparse
import gzip
import json
import time

import numpy as np
from safetensors.numpy import load_file, save_file


def arguments(**extra):
    """The arguments that every peer takes; `extra` maps a further one's name to its choices, of which the first is the default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="directory of MNIST's IDX.gz files")
    parser.add_argument("--initial", required=True, help="safetensors file of the weights to start from")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--save", help="file for the trained weights")
    for name, choices in extra.items():
        parser.add_argument(f"--{name}", choices=choices, default=choices[0])
    return parser.parse_args()


def training_set(directory):
    """The images as float32 in [0, 1], [60000, 784], and their one-hot labels, [60000, 10]."""

    def read(name, header):
        with gzip.open(f"{directory}/{name}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8)[header:]

    images = read("train-images-idx3", 16).reshape(-1, 784).astype(np.float32) / np.float32(255)
    return images, np.eye(10, dtype=np.float32)[read("train-labels-idx1", 8)]


def initial_parameters(path):
    """w1, b1, w2, ... as arrays."""
    tensors = load_file(path)
    return [tensors[f"{kind}{layer + 1}"] for layer in range(len(tensors) // 2) for kind in "wb"]


def run(args, version, epoch, parameters):
    """Calls `epoch()`, which returns the losses of its steps, and reports. `parameters()` gives the trained arrays."""
    seconds, losses = [], []
    for _ in range(args.epochs):
        begun = time.perf_counter()
        of_epoch = np.asarray(epoch())
        seconds.append(time.perf_counter() - begun)
        losses.extend(of_epoch[::100].tolist())
    if args.save:
        names = [f"{kind}{layer + 1}" for layer in range(len(parameters()) // 2) for kind in "wb"]
        save_file({name: np.asarray(value) for name, value in zip(names, parameters())}, args.save)
    print(json.dumps({"version": version, "seconds": seconds, "losses": losses}))
