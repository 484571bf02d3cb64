"""A reader of IDX files of bytes, the format of MNIST, which shares nothing with that of descent."""

import gzip
import pathlib

import numpy


def read_idx(path, dimensions):
    """The array of a file, plain or .gz."""
    data = (gzip.open if str(path).endswith(".gz") else open)(path, "rb").read()
    shape = numpy.frombuffer(data, ">u4", dimensions, 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def read_split(folder, split):
    """The images, `[count × height × width]`, and the labels of MNIST's split `train` or `t10k`."""
    paths = [next(pathlib.Path(folder).glob(f"{split}-{part}-*")) for part in ["images", "labels"]]
    return read_idx(paths[0], 3), read_idx(paths[1], 1)
