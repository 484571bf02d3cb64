"""A reader of IDX files of bytes, the format of MNIST, which shares nothing with that of descent."""

import gzip
import pathlib
import sys

import numpy


def read_idx(path, dimensions):
    """The array of a file, plain or .gz."""
    data = (gzip.open if str(path).endswith(".gz") else open)(path, "rb").read()
    shape = numpy.frombuffer(data, ">u4", dimensions, 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def find_idx(folder, split, part):
    """The file `train-images-idx3-ubyte` and so on, also with a dot before `idx`, or ending in .gz."""
    paths = sorted(pathlib.Path(folder).glob(f"{split}-{part}?idx*"))
    return paths[0] if paths else sys.exit(f"{folder}: no file {split}-{part}-idx…; expected the files of MNIST")


def read_split(folder, split):
    """The images, `[count × height × width]`, and the labels of MNIST's split `train` or `t10k`."""
    return read_idx(find_idx(folder, split, "images"), 3), read_idx(find_idx(folder, split, "labels"), 1)
