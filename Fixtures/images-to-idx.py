#!/usr/bin/env python3
"""Makes a data set of IDX files from images: a folder of each class, or a CSV file of labels.

    images-to-idx.py IMAGES OUTPUT               IMAGES/cat/1.png, IMAGES/dog/2.png
    images-to-idx.py IMAGES LABELS.csv OUTPUT

The CSV file has a line for each image: its file's name and its label. A first line whose name has
no suffix, as .png is one, is a header. If all labels are whole numbers from 0 to 255, they are the
classes; else the labels' names, sorted, are classes 0, 1, 2 and so on, and are printed.

Images become [N, H, W, C], in the order of the CSV file or of their names: C is 1 if all are grey,
else 3. Grey pixels of 16 bits are divided by 257 and rounded; pixels whose mode has no stated range
(32-bit integers and floats) are refused. Of each class, a share is drawn for testing; the same seed
draws the same images. Folders of classes may be in IMAGES/train and IMAGES/test: then these decide.

Needs Python with Pillow.
"""

import argparse
import array
import collections
import csv
import pathlib
import random
import struct
import sys

from PIL import Image

GREY_MODES = ("1", "L", "LA")
WIDE_MODES = ("I;16", "I;16L", "I;16B", "I;16N")
# Modes of 8 bits a channel, which Pillow converts by their range.
BYTE_MODES = GREY_MODES + (
    "P", "PA", "RGB", "RGBA", "RGBX", "La", "RGBa", "CMYK", "YCbCr", "LAB", "HSV")
TEST_NAMES = ("test", "t10k", "testing")


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


def rows_below(folder):
    """File and label, the name of its folder, of each image in a folder's folders."""
    rows = [
        (file, label.name)
        for label in sorted(folder.iterdir()) if label.is_dir()
        for file in sorted(label.iterdir())
        if file.suffix.lower() in Image.registered_extensions()
    ]
    if not rows:
        sys.exit(f"{folder}: a folder of images for each class expected, or a CSV file of labels")
    return rows


def split_rows(folder):
    """The rows in a folder's train and test, and how many of the first; all, and None, without."""
    names = {child.name.lower(): child for child in folder.iterdir() if child.is_dir()}
    training = names.get("train") or names.get("training")
    test = next((names[name] for name in TEST_NAMES if name in names), None)
    if not (training and test):
        return rows_below(folder), None
    rows = rows_below(training)
    return rows + rows_below(test), len(rows)


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
        return image.mode in GREY_MODES + WIDE_MODES


def with_bytes(image):
    """The image with 8 bits a channel, by the range that its mode states."""
    if image.mode in BYTE_MODES:
        return image
    bits = getattr(image, "tag_v2", {}).get(258, (16,))
    if image.mode not in WIDE_MODES or tuple(bits) != (16,):
        raise ValueError(
            f"pixels of mode {image.mode} with {bits[0]} bits have no stated range: "
            "save them with 8 or 16 bits")
    wide = array.array("i", image.convert("I").tobytes())
    return Image.frombytes("L", image.size, bytes((value + 128) // 257 for value in wide))


def pixels_of(path, mode, extents):
    """The bytes of an image, [H, W, C], and its height and width."""
    with Image.open(path) as image:
        image = with_bytes(image).convert(mode)
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


def naming(function, path, *arguments):
    """What a function makes of a file; the program ends with the file's name where it can't."""
    try:
        return function(path, *arguments)
    except Exception as error:  # Pillow raises whatever its decoders do.
        sys.exit(f"{path}: {str(error) or type(error).__name__}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=pathlib.Path, help="the folder of images")
    parser.add_argument(
        "paths", type=pathlib.Path, nargs="+", metavar="[labels] output",
        help="the CSV file, unless folders are classes; and the folder for the four IDX files")
    parser.add_argument("--size", type=size, help="make all images 32 or 32x48, height first")
    parser.add_argument("--test-fraction", type=share, default=0.2, help="default 0.2")
    parser.add_argument("--seed", type=int, default=0, help="default 0")
    options = parser.parse_intermixed_args()
    *labels, output = options.paths
    if len(labels) > 1:
        parser.error("one CSV file of labels is expected")

    training_count = None
    try:
        if labels:
            rows = rows_of(labels[0], options.images)
        else:
            rows, training_count = split_rows(options.images)
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(str(error))
    mode = "L" if all(naming(is_grey, path) for path, _ in rows) else "RGB"
    images = [naming(pixels_of, path, mode, options.size) for path, _ in rows]
    extents = images[0][1]
    for (path, _), (_, found) in zip(rows, images):
        if found != extents:
            sys.exit(
                f"{path}: {found[0]}x{found[1]}, but the first is {extents[0]}x{extents[1]}: "
                "take --size")
    classes, names = classes_of([label for _, label in rows])
    if training_count is None:
        drawn = test_indices(classes, options.test_fraction, options.seed)
    else:
        drawn = set(range(training_count, len(rows)))
    if not 0 < len(drawn) < len(rows):
        sys.exit("too few images to train on some and test with others")

    output.mkdir(parents=True, exist_ok=True)
    for stem, is_test in (("train", False), ("t10k", True)):
        kept = [index for index in range(len(rows)) if (index in drawn) == is_test]
        shape = (len(kept), *extents, len(mode))
        write_idx(
            output / f"{stem}-images-idx4-ubyte", shape,
            (images[index][0] for index in kept))
        write_idx(
            output / f"{stem}-labels-idx1-ubyte", shape[:1],
            [bytes(classes[index] for index in kept)])
        print(f"{stem}: {'×'.join(map(str, shape))}")
    for name, number in names.items():
        print(f"class {number}: {name}")


if __name__ == "__main__":
    main()
