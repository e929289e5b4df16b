#!/usr/bin/env python3
"""Checks that files which other programs write are read as these programs mean them.

    check_data.py .build/release/batchwise

Arrays are written by NumPy and images by Pillow, imported, and compared as bytes.
"""

import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
STEMS = [
    f"{split}-{kind}" for split in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]


def run(*words):
    """The exit status of a command, and the lines that it printed."""
    done = subprocess.run(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.splitlines()


def expect(condition, what):
    if not condition:
        sys.exit(f"check_data.py: {what}")


def expect_refusal(status, lines, *words):
    """Expects one line that has the words, and no trace of a program."""
    expect(status == 1 and len(lines) == 1, f"one line and status 1 expected, found {status}: {lines}")
    for word in words:
        expect(word in lines[0], f"'{word}' expected in: {lines[0]}")


def read_idx(path):
    """The array of an IDX file of unsigned bytes."""
    content = path.read_bytes()
    count = content[3]
    shape = struct.unpack_from(f">{count}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * count).reshape(shape)


def read_set(folder):
    """The four arrays of a data set: training images and labels, and those to test with."""
    arrays = []
    for stem in STEMS:
        path = folder / f"{stem}-ubyte"
        arrays.append(read_idx(path if path.exists() else folder / f"{stem[:-1]}4-ubyte"))
    return arrays


def check_numpy(program, folder):
    """What NumPy saves is imported as it is, whatever its type, shape and file."""
    random = np.random.default_rng(1)
    names = ["x_train", "y_train", "x_test", "y_test"]
    colour = random.integers(0, 256, (7, 5, 6, 3), np.uint8)
    grey = random.integers(0, 256, (7, 5, 5), np.uint8)
    grey[0, 0, 0], grey[6, 0, 0] = 0, 255
    labels = np.arange(7) % 3
    saves = 0

    def check(images, expected, labels, save, *options):
        nonlocal saves
        saves += 1
        source, output = folder / f"source{saves}", folder / f"output{saves}"
        source.mkdir()
        arrays = dict(zip(names, [images[:5], labels[:5], images[5:], labels[5:]]))
        save(source, arrays)
        status, lines = run(program, "import", source, "--output", output, *options)
        expect(status == 0, f"save {saves} of {images.dtype} {images.shape}: {lines}")
        plain = labels.reshape(-1).astype(np.uint8)
        for found, wanted in zip(
                read_set(output), [expected[:5], plain[:5], expected[5:], plain[5:]]):
            expect(
                np.array_equal(found, wanted), f"save {saves}: {images.dtype} {images.shape}")

    def save_npz(source, arrays):
        np.savez(source / "all.npz", **arrays)

    def save_compressed(source, arrays):
        np.savez_compressed(source / "all.npz", **arrays)

    def save_npy(source, arrays):
        for name, values in arrays.items():
            np.save(source / f"{name}.npy", values)

    def save_kmnist(source, arrays):
        for name, values in zip(
                ["train-imgs", "train-labels", "test-imgs", "test-labels"], arrays.values()):
            np.savez_compressed(source / f"kmnist-{name}.npz", values)

    def save_numbered(source, arrays):
        values = list(arrays.values())
        np.savez(source / "train.npz", *values[:2])
        np.savez(source / "test.npz", *values[2:])

    def save_csv(source, arrays, last=False, header=True):
        for split in ("train", "test"):
            rows = arrays[f"x_{split}"].reshape(len(arrays[f"x_{split}"]), -1)
            column = arrays[f"y_{split}"].reshape(-1, 1)
            pixels = [f"pixel{index}" for index in range(rows.shape[1])]
            table = np.hstack([rows, column] if last else [column, rows])
            titles = pixels + ["label"] if last else ["label"] + pixels
            np.savetxt(
                source / f"mnist_{split}.csv", table, "%d", ",",
                header=",".join(titles) if header else "", comments="")

    all_saves = [save_npz, save_compressed, save_npy, save_kmnist, save_numbered]
    for save in all_saves:
        check(grey, grey, labels, save)
    for kind in (np.uint8, np.int8, ">i2", np.int32, np.int64, np.uint64, np.float32, ">f8"):
        check(grey, grey, labels.astype(kind), save_npy)
    for kind in (np.uint16, ">i4", np.int64, np.float32, np.float64, ">f4"):
        check(grey.astype(kind), grey, labels, save_compressed)
        check(grey.astype(kind), grey, labels.reshape(7, 1), save_npz)
    for kind in (np.float32, np.float64):
        check((grey / 255).astype(kind), grey, labels, save_npz)
    check(grey > 127, np.where(grey > 127, 255, 0), labels, save_npy)
    for shape in ((7, 1, 5, 5), (7, 5, 5, 1), (7, 25)):
        check(grey.reshape(shape), grey, labels, save_npy)
    planes = np.ascontiguousarray(colour.transpose(0, 3, 1, 2))
    check(colour, colour, labels, save_npz)
    check(planes, colour, labels, save_npz)
    check(planes.reshape(7, 90), colour, labels, save_csv, "--shape", "3x5x6")
    check(grey, grey, labels, save_csv)
    check(grey, grey, labels, lambda *words: save_csv(*words, last=True))
    check(grey, grey, labels, lambda *words: save_csv(*words, header=False))
    check(
        grey, grey, labels, lambda *words: save_csv(*words, last=True, header=False),
        "--label-column", "last")

    for name, images, words in (
            ("fortran", np.asfortranarray(grey), ["ascontiguousarray"]),
            ("half", grey.astype(np.float16), ["uint8 or float32"]),
            ("normalised", (grey / 255 - 0.5) / 0.5, ["found pixels from -1 to 1"]),
            ("wide", grey.astype(np.uint16) * 257, ["found pixels from", "65535"]),
            ("objects", grey.astype(object), ["uint8 or float32"])):
        path = folder / f"{name}.npz"
        np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
        status, lines = run(program, "import", path, "--output", folder / name)
        expect_refusal(status, lines, path.name, "x_train", *words)
    path = folder / "cut.npz"
    save_compressed(folder, {"x_train": grey})
    path.write_bytes((folder / "all.npz").read_bytes()[:-30])
    expect_refusal(*run(program, "import", path, "--output", folder / "cut"), path.name, "damaged")
    print(f"NumPy: {saves} saves read as they are, 6 refused")


def check_images(program, folder):
    """What Pillow saves becomes the bytes that its modes mean, or is refused by its file's name."""
    from PIL import Image

    script = ROOT / "Fixtures" / "images-to-idx.py"
    ramp = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1040
    byte = np.round(ramp / 257).astype(np.uint8)
    colour = np.stack([byte, byte[::-1], byte.T], axis=2)
    cases = 0

    def convert(images, by_folder, suffix):
        nonlocal cases
        cases += 1
        source, output = folder / f"images{cases}", folder / f"idx{cases}"
        rows = []
        for index, image in enumerate(images):
            place = source / (f"class{index % 2}" if by_folder else "")
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(place / f"{index}{suffix}")
            rows.append(f"{index}{suffix},class{index % 2}")
        table = source / "labels.csv"
        table.write_text("\n".join(["file,label"] + rows) + "\n")
        words = [source] + ([] if by_folder else [table]) + [output, "--test-fraction", "0.5"]
        return source, output, run(sys.executable, script, *words)

    for by_folder in (False, True):
        for suffix, image, wanted in (
                (".png", ramp, byte), (".tiff", ramp, byte), (".png", byte, byte),
                (".png", colour, colour), (".bmp", colour, colour),
                (".png", byte > 127, np.where(byte > 127, 255, 0))):
            _, output, (status, lines) = convert([image] * 4, by_folder, suffix)
            expect(status == 0, f"{suffix} {image.dtype}: {lines}")
            train, labels, test, _ = read_set(output)
            expect(train.shape[0] == 2 and sorted(labels) == [0, 1], f"{suffix}: {labels}")
            for found in [*train, *test]:
                expect(
                    np.array_equal(found.squeeze(), wanted),
                    f"{suffix} {image.dtype} has other pixels")
            status, lines = run(
                program, "train", "--data", output, "--epochs", "0", "--model",
                f"mlp:{wanted.size}-2", "--output", output / "run")
            expect(status == 0, f"{lines}")
    for image in (ramp / np.float32(65535), ramp.astype(np.int32)):
        source, output, (status, lines) = convert([image] * 4, False, ".tiff")
        expect_refusal(status, lines, str(source / "0.tiff"), "no stated range")
        expect(not output.exists(), "a refused set was written")

    for by_folder in (False, True):
        source, output, _ = convert([ramp] * 4, by_folder, ".png")
        path = sorted(source.rglob("*.png"))[1]
        whole = path.read_bytes()
        noisy = np.random.default_rng(1).integers(0, 256, (40, 40), np.uint8)
        for damaged in (whole[:20], whole[:60], b"", b"text"):
            path.write_bytes(damaged)
            words = [source] + ([] if by_folder else [source / "labels.csv"]) + [folder / "none"]
            expect_refusal(*run(sys.executable, script, *words), str(path))
        Image.fromarray(noisy).save(path)
        path.write_bytes(path.read_bytes()[:-600])
        expect_refusal(*run(sys.executable, script, *words), str(path), "truncated")
        expect(not (folder / "none").exists(), "a damaged set was written")

    split = folder / "split"
    for part, count in (("train", 3), ("test", 2)):
        for index in range(count):
            place = split / part / str(index + 1)
            place.mkdir(parents=True)
            Image.fromarray(byte).save(place / "a.png")
    expect(run(sys.executable, script, split, folder / "out")[0] == 0, "train and test folders")
    _, labels, _, test = read_set(folder / "out")
    expect(list(labels) == [1, 2, 3] and list(test) == [1, 2], f"labels {labels} and {test}")
    print(f"Pillow: {cases + 1} sets of images; 16-bit ones by their range, floats refused")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} BATCHWISE")
    program = pathlib.Path(sys.argv[1]).resolve()
    for check in (check_numpy, check_images):
        with tempfile.TemporaryDirectory() as folder:
            check(program, pathlib.Path(folder))


if __name__ == "__main__":
    main()
