#!/usr/bin/env python3
"""Rebuilds fashion-mnist-10k/ from the official Fashion-MNIST files.

Usage: rebuild-fashion-mnist.py [OFFICIAL_FOLDER [OUTPUT_FOLDER]]

OFFICIAL_FOLDER holds the four official gzipped IDX files; by default it is where Debian's package
dataset-fashion-mnist puts them. OUTPUT_FOLDER is fashion-mnist-10k/ beside this script by default.

The first 10,000 training and the first 2,000 test images are kept, in the official order. The gzip
header carries no time and no name, so the same zlib gives the same bytes every time.
"""

import gzip
import math
import os
import struct
import sys
import zlib

DEBIAN_FOLDER = "/usr/share/datasets/fashion-mnist"
KEPT = {
    "train-images-idx3-ubyte.gz": 10_000,
    "train-labels-idx1-ubyte.gz": 10_000,
    "t10k-images-idx3-ubyte.gz": 2_000,
    "t10k-labels-idx1-ubyte.gz": 2_000,
}
UNSIGNED_BYTE = 8


def first_samples(idx, count):
    """The IDX file of the first `count` samples of `idx`."""
    zeros, kind, dimensions = struct.unpack_from(">HBB", idx)
    if zeros != 0 or kind != UNSIGNED_BYTE:
        raise ValueError("not an IDX file of unsigned bytes")
    total, *extents = struct.unpack_from(f">{dimensions}I", idx, 4)
    sample = math.prod(extents)
    start = 4 + 4 * dimensions
    if total < count or len(idx) != start + total * sample:
        raise ValueError(f"{count} whole samples expected, {len(idx)} bytes found")
    header = struct.pack(f">HBB{dimensions}I", 0, kind, dimensions, count, *extents)
    return header + idx[start : start + count * sample]


def gzipped(content):
    """`content` as one gzip member without time, name or operating system."""
    header = b"\x1f\x8b\x08" + b"\0" * 5 + b"\x02\xff"
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(content) + deflate.flush()
    return header + body + struct.pack("<II", zlib.crc32(content), len(content) % 2**32)


def main(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    official = arguments[0] if arguments else DEBIAN_FOLDER
    output = arguments[1] if len(arguments) > 1 else os.path.join(here, "fashion-mnist-10k")
    os.makedirs(output, exist_ok=True)
    for name, count in KEPT.items():
        with gzip.open(os.path.join(official, name)) as file:
            kept = gzipped(first_samples(file.read(), count))
        with open(os.path.join(output, name), "wb") as file:
            file.write(kept)
        print(f"{name}: {count} samples, {len(kept)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
