"""Reads MNIST's IDX files, as the examples need them."""

import gzip
from pathlib import Path

import numpy


def read(directory, part):
    """The images [n, 784], float32 in 0..1, and the labels [n] of a part: "train" or "t10k"."""
    images = _bytes(directory, f"{part}-images-idx3-ubyte")[16:].reshape(-1, 784).astype(numpy.float32) / 255
    return images, _bytes(directory, f"{part}-labels-idx1-ubyte")[8:].astype(numpy.int64)


def _bytes(directory, name):
    path = Path(directory, name)
    data = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(name + ".gz").read_bytes())
    return numpy.frombuffer(data, numpy.uint8)
