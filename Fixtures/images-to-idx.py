#!/usr/bin/env python3
"""Makes a data set of IDX files from a folder of images and a CSV file of their labels.

The CSV file has a line for each image: its file's name and its label. A first line whose name has
no suffix, as .png is one, is a header. If all labels are whole numbers from 0 to 255, they are the
classes; else the labels' names, sorted, are classes 0, 1, 2 and so on, and are printed.

Images become [N, H, W, C], in the order of the CSV file: C is 1 if all are grey, else 3. Of each
class, a share is drawn for testing; the same seed draws the same images.
"""

import argparse
import collections
import csv
import pathlib
import random
import struct
import sys

from PIL import Image

GREY_MODES = ("1", "L", "LA")


def size(text):
    """Height and width of `32` or `32x48`."""
    extents = [int(number) for number in text.lower().split("x")]
    if len(extents) > 2 or min(extents) < 1:
        raise ValueError
    return extents[0], extents[-1]


def share(text):
    """A number between 0 and 1."""
    number = float(text)
    if not 0 < number < 1:
        raise ValueError
    return number


def rows_of(path, folder):
    """File and label of each line of a CSV file, without its header."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    if rows and not pathlib.PurePath(rows[0][0]).suffix:
        rows = rows[1:]
    if not rows:
        sys.exit(f"{path}: no images")
    for row in rows:
        if len(row) < 2:
            sys.exit(f"{path}: a file and a label expected, found {','.join(row)}")
    return [(folder / row[0], row[1]) for row in rows]


def classes_of(labels):
    """The class of each label, and the names of the classes."""
    if all(label.isascii() and label.isdigit() and int(label) <= 255 for label in labels):
        return [int(label) for label in labels], {}
    names = sorted(set(labels))
    if len(names) > 256:
        sys.exit(f"{len(names)} classes: 256 at most fit into a byte")
    numbers = {name: number for number, name in enumerate(names)}
    return [numbers[label] for label in labels], numbers


def is_grey(path):
    with Image.open(path) as image:
        return image.mode in GREY_MODES


def pixels_of(path, mode, extents):
    """The bytes of an image, [H, W, C], and its height and width."""
    with Image.open(path) as image:
        image = image.convert(mode)
        if extents and (image.height, image.width) != extents:
            image = image.resize((extents[1], extents[0]), Image.Resampling.BILINEAR)
        return image.tobytes(), (image.height, image.width)


def test_indices(classes, fraction, seed):
    """The indices of the images to test with, the same share of each class."""
    of_class = collections.defaultdict(list)
    for index, label in enumerate(classes):
        of_class[label].append(index)
    generator = random.Random(seed)
    drawn = set()
    for label in sorted(of_class):
        indices = of_class[label]
        drawn.update(generator.sample(indices, int(fraction * len(indices) + 0.5)))
    return drawn


def write_idx(path, extents, content):
    """An IDX file of unsigned bytes."""
    with open(path, "wb") as file:
        file.write(struct.pack(f">HBB{len(extents)}I", 0, 8, len(extents), *extents))
        file.writelines(content)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=pathlib.Path, help="the folder of images")
    parser.add_argument("labels", type=pathlib.Path, help="the CSV file")
    parser.add_argument("output", type=pathlib.Path, help="the folder for the four IDX files")
    parser.add_argument("--size", type=size, help="make all images 32 or 32x48, height first")
    parser.add_argument("--test-fraction", type=share, default=0.2, help="default 0.2")
    parser.add_argument("--seed", type=int, default=0, help="default 0")
    options = parser.parse_args()

    try:
        rows = rows_of(options.labels, options.images)
        mode = "L" if all(is_grey(path) for path, _ in rows) else "RGB"
        images = [pixels_of(path, mode, options.size) for path, _ in rows]
    except OSError as error:
        sys.exit(str(error))
    extents = images[0][1]
    for (path, _), (_, found) in zip(rows, images):
        if found != extents:
            sys.exit(
                f"{path}: {found[0]}x{found[1]}, but the first is {extents[0]}x{extents[1]}: "
                "take --size")
    classes, names = classes_of([label for _, label in rows])
    drawn = test_indices(classes, options.test_fraction, options.seed)
    if not 0 < len(drawn) < len(rows):
        sys.exit("too few images to train on some and test with others")

    options.output.mkdir(parents=True, exist_ok=True)
    for stem, is_test in (("train", False), ("t10k", True)):
        kept = [index for index in range(len(rows)) if (index in drawn) == is_test]
        shape = (len(kept), *extents, len(mode))
        write_idx(
            options.output / f"{stem}-images-idx4-ubyte", shape,
            (images[index][0] for index in kept))
        write_idx(
            options.output / f"{stem}-labels-idx1-ubyte", shape[:1],
            [bytes(classes[index] for index in kept)])
        print(f"{stem}: {'×'.join(map(str, shape))}")
    for name, number in names.items():
        print(f"class {number}: {name}")


if __name__ == "__main__":
    main()
