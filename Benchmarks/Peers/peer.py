"""What peer_torch.py and peer_jax.py share: the protocol that README.md describes.

An engine has a `name`, a `version` and five methods. `load(task)` takes the work over, with a
fresh timed state. `restart()` makes the timed state fresh again: the prepared weights, the
optimizer's state zero. `losses(steps)` trains a state of its own. `train(passes)` gives the seconds
that it took, `infer(passes)` the seconds of each call.
"""

import argparse
import dataclasses
import json
import math
import os
import platform
import statistics
import sys
import time


def exit_for_missing(error):
    """Ends the process because a package can't be imported."""
    reason = " ".join(str(error).split())
    print(
        f"{os.path.basename(sys.argv[0])}: {reason}; to install what is needed: "
        "pip install -r Benchmarks/Peers/requirements.txt", file=sys.stderr)
    sys.exit(3)


try:
    import numpy as np
except ImportError as error:
    exit_for_missing(error)

OPTIMIZERS = ("sgd", "adam")
MOST_SAMPLES = 2000


class Refusal(Exception):
    """Why a command can't be done, in one line."""


@dataclasses.dataclass
class Task:
    """The work: `weights` is a list of (W [inputs, outputs], b [outputs]), in NumPy.

    `inputs` is [batches, batch, inputs] and `labels` [batches, batch].
    """

    optimizer: str
    learning_rate: float
    weights: list
    inputs: object
    labels: object


def wanted_threads():
    """The number of threads that the command line asks for.

    Where it is fewer than there are processors, keeps this process on as many processors: XLA has
    no other way to have fewer threads. To be called before a framework is imported, since its
    threads are made for the processors it finds.
    """
    parser = argparse.ArgumentParser(description="Answers commands on standard input; README.md.")
    parser.add_argument("--threads", type=int, required=True)
    threads = parser.parse_args().threads
    has_affinity = hasattr(os, "sched_setaffinity")
    processors = sorted(os.sched_getaffinity(0)) if has_affinity else range(os.cpu_count())
    if not 1 <= threads <= len(processors):
        parser.error(f"--threads {threads}: use 1 to {len(processors)}, the processors here")
    if threads < len(processors):
        if not has_affinity:
            parser.error(f"--threads {threads}: here only all {len(processors)} can be used")
        os.sched_setaffinity(0, processors[:threads])
    return threads


def field(command, name, is_valid, wanted):
    """A field of a command, checked."""
    value = command.get(name)
    if not is_valid(value):
        raise Refusal(f'"{name}" is {json.dumps(value)}: must be {wanted}')
    return value


def is_count(value):
    return type(value) is int and value > 0


def read(command, name, dtype):
    """The numbers in the file that a field names."""
    path = field(command, name, lambda value: isinstance(value, str), "a file's path")
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    if len(data) % np.dtype(dtype).itemsize:
        raise Refusal(f"{path}: {len(data)} bytes are no whole number of float32")
    return path, np.frombuffer(data, dtype)


def task(command):
    """The work that a prepare command describes."""
    layers = field(
        command, "layers",
        lambda value: isinstance(value, list) and len(value) > 1 and all(map(is_count, value)),
        "a list of two or more widths")
    optimizer = field(
        command, "optimizer", lambda value: value in OPTIMIZERS, " or ".join(OPTIMIZERS))
    learning_rate = field(
        command, "learning_rate",
        lambda value: type(value) in (int, float) and math.isfinite(value), "a number")
    batch_size = field(command, "batch_size", is_count, "a positive integer")

    path, numbers = read(command, "weights", "<f4")
    shapes = list(zip(layers, layers[1:]))
    expected = sum(inputs * outputs + outputs for inputs, outputs in shapes)
    if numbers.size != expected:
        raise Refusal(f"{path}: {numbers.size} numbers, but layers {layers} have {expected}")
    weights = []
    for inputs, outputs in shapes:
        weight, bias, numbers = (
            numbers[:inputs * outputs].reshape(inputs, outputs),
            numbers[inputs * outputs:][:outputs],
            numbers[inputs * outputs + outputs:])
        weights.append((weight, bias))

    path, labels = read(command, "labels", "u1")
    if labels.size == 0 or labels.size % batch_size:
        raise Refusal(f"{path}: {labels.size} labels are no whole batches of {batch_size}")
    if labels.max() >= layers[-1]:
        raise Refusal(f"{path}: label {labels.max()}, but there are {layers[-1]} classes")
    path, inputs = read(command, "inputs", "<f4")
    if inputs.size != labels.size * layers[0]:
        raise Refusal(
            f"{path}: {inputs.size} numbers, but {labels.size} labels need "
            f"{labels.size * layers[0]}")
    return Task(
        optimizer, learning_rate, weights, inputs.reshape(-1, batch_size, layers[0]),
        labels.reshape(-1, batch_size))


class Session:
    """The commands: each method but __init__ answers the one that it is named after."""

    def __init__(self, engine, threads):
        self.engine = engine
        self.threads = threads
        self.batches = None

    def describe(self, command):
        return {
            "name": self.engine.name, "version": self.engine.version,
            "python": platform.python_version(), "threads": self.threads}

    def prepare(self, command):
        self.batches = None
        work = task(command)
        self.engine.load(work)
        self.engine.train(1)
        self.engine.infer(1)
        self.engine.restart()
        self.batches = len(work.labels)
        return {"ready": True, "batches": self.batches}

    def losses(self, command):
        losses = self.engine.losses(self.count(command, "steps"))
        for step, loss in enumerate(losses):
            if not math.isfinite(loss):
                raise Refusal(
                    f"the loss before step {step + 1} is {loss}: use a lower learning_rate")
        return {"losses": losses}

    def train(self, command):
        passes = self.count(command, "passes")
        return {"seconds": self.engine.train(passes), "steps": passes * self.batches}

    def infer(self, command):
        passes = self.count(command, "passes")
        start = time.perf_counter()
        samples = self.engine.infer(passes)
        seconds = time.perf_counter() - start
        return {
            "seconds": seconds, "calls": len(samples), "median": statistics.median(samples),
            "samples": samples[::math.ceil(len(samples) / MOST_SAMPLES)]}

    def count(self, command, name):
        """A field that says how often, of a command that needs prepared work."""
        if self.batches is None:
            raise Refusal("nothing is prepared: send prepare first")
        return field(command, name, is_count, "a positive integer")


COMMANDS = ("describe", "prepare", "losses", "train", "infer", "quit")


def answer(session, line):
    """The answer to a line; None for quit.

    What stops in the middle may leave a state that is half updated, so it needs a new prepare.
    """
    try:
        try:
            command = json.loads(line)
        except json.JSONDecodeError as error:
            raise Refusal(f"not JSON: {error.msg}") from None
        if not isinstance(command, dict):
            raise Refusal('not a JSON object with a "command"')
        name = field(command, "command", lambda value: value in COMMANDS, ", ".join(COMMANDS))
        return None if name == "quit" else getattr(session, name)(command)
    except Refusal as refusal:
        return {"error": str(refusal)}
    except KeyboardInterrupt:
        session.batches = None
        return {"error": "interrupted: send prepare again"}
    except Exception as error:
        session.batches = None
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())}


def serve(engine, threads):
    """Answers commands until quit or the end of standard input."""
    # What a library prints goes to standard error, so that standard output has answers only.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdin.reconfigure(errors="replace")
    session = Session(engine, threads)
    try:
        for line in sys.stdin:
            reply = answer(session, line)
            if reply is None:
                break
            print(json.dumps(reply), file=answers, flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Nobody listens any more; leaves without flushing what nobody can get.
        os._exit(1)
