#!/usr/bin/env python3
"""Checks the files that Batchwise writes with the programs that they are for.

Usage: check_tensorboard.py [PROGRAM]        (default .build/release/batchwise)

Prints a line for each file; the exit status is 1 where one is wrong.

check_tensorboard trains a small model with --tensorboard, goes on with it by --resume, and compares
what TensorBoard reads of both event files, as one run, with history.json: equality, after rounding to
float32, which event files have.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def run(program, *words):
    result = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {result.stderr.strip()}")
    return result.stdout


def check_tensorboard(program, folder):
    """Whether TensorBoard reads every figure of a training that was resumed."""
    output, events = folder / "tensorboard-run", folder / "tensorboard"
    words = ["train", "--output", output, "--tensorboard", events]
    run(program, *words, "--model", "mlp:784-16-10", "--images", 500, "--epochs", 3)
    run(program, *words, "--resume", "--epochs", 5)
    history = json.loads((output / "history.json").read_text())
    accumulator = EventAccumulator(str(events))
    accumulator.Reload()
    read = {
        tag: [(event.step, event.value) for event in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]}
    fields = {"learning_rate": "learningRate"} | {
        f"{figure}/{part}": part + figure.capitalize()
        for figure in ("loss", "accuracy") for part in ("training", "validation")}
    expected = {
        tag: [(epoch["epoch"], float(np.float32(epoch[field]))) for epoch in history["epochs"]]
        for tag, field in fields.items()}
    # Each of the two trainings ends with a test, and the history has the last one's.
    tests = {f"{figure}/test": read.pop(f"{figure}/test", []) for figure in ("loss", "accuracy")}
    passed = read == expected and all(
        [step for step, _ in values] == [3, 5]
        and values[-1][1] == float(np.float32(history["test"][tag.removesuffix("/test")]))
        for tag, values in tests.items())
    print(f"{'right' if passed else 'WRONG'}  TensorBoard: {len(read) + len(tests)} curves of "
          f"{len(history['epochs'])} epochs" + ("" if passed else f"; read {read | tests}"))
    return passed


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/batchwise")
    with tempfile.TemporaryDirectory() as folder:
        is_right = check_tensorboard(program.resolve(), pathlib.Path(folder))
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
