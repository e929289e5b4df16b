"""What peer_torch.py and peer_jax.py share: the protocol that README.md describes.

An engine has a `name` and a `version`; `subnormals`, what it measured that it makes of them;
`variants` and `image_variants`, the ways in which it can do the work, of any model and of images
only; `left_out`, those that it can't here, each a `variant` and the `reason`; and four methods.
`load(task, variant)` takes the work over. `losses(steps, masks)` and `train(passes)` begin with the
prepared weights and the optimizer's state zero, and give the losses, and the seconds that it took;
`infer(passes)` gives the seconds of each call.
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

from dropout_masks import dropout_masks

OPTIMIZERS = ("sgd", "adam")
KINDS = (
    "dense", "convolution", "average_pool", "max_pool", "global_average_pool", "relu", "relu6",
    "tanh", "gelu", "residual", "dropout", "batch_norm")
MOST_SAMPLES = 2000


class Refusal(Exception):
    """Why a command can't be done, in one line."""


@dataclasses.dataclass
class Layer:
    """A layer: its kind, what is to be known of it, the shape [H, W, C] of what enters.

    `tensors` are what it learns, and `statistics` its moving averages, in NumPy and in Batchwise's
    layout: W [inputs, outputs], kernels [KH, KW, I, O]. `is_image` says whether it takes images;
    they come as rows where only dense layers follow.
    """

    kind: str
    fields: dict
    shape: tuple
    is_image: bool
    tensors: list = ()
    statistics: list = ()

    def extents(self, name):
        """An extent, such as a stride, as (rows, columns)."""
        return self.fields[name]["height"], self.fields[name]["width"]

    def learned_shapes(self):
        fields = self.fields
        if self.kind == "dense":
            return [(fields["inputs"], fields["outputs"]), (fields["outputs"],)]
        if self.kind == "convolution":
            outputs = fields["output_channels"]
            weight = (*self.extents("kernel"), self.shape[2] // fields["groups"], outputs)
            return [weight, (outputs,)] if fields["has_bias"] else [weight]
        return self.statistics_shapes()

    def statistics_shapes(self):
        return [(self.fields["features"],)] * 2 if self.kind == "batch_norm" else []


@dataclasses.dataclass
class Task:
    """The work: `inputs` is [batches, batch, H, W, C], or [batches, batch, inputs] where the first
    layer is dense, and `labels` [batches, batch].
    """

    layers: list
    optimizer: str
    learning_rate: float
    inputs: object
    labels: object

    @property
    def takes_images(self):
        return self.layers[0].is_image

    @property
    def shortcuts(self):
        """The layers whose input is added to what leaves a later one."""
        return {
            index - layer.fields["layers"] for index, layer in enumerate(self.layers)
            if layer.kind == "residual"}


def options(**more):
    """What the command line says: `threads`, and the named switches with their help."""
    parser = argparse.ArgumentParser(description="Answers commands on standard input; README.md.")
    parser.add_argument("--threads", type=int, required=True)
    for name, text in more.items():
        parser.add_argument("--" + name.replace("_", "-"), action="store_true", help=text)
    chosen = parser.parse_args()
    if chosen.threads < 1:
        parser.error(f"--threads {chosen.threads}: use 1 or more")
    return chosen


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


def layers(command):
    """The model's layers, without numbers."""
    def is_layer(value):
        return isinstance(value, dict) and len(value) == 1 and isinstance(*value.values(), dict)

    described = field(
        command, "layers",
        lambda value: isinstance(value, list) and value and all(map(is_layer, value)),
        'a list of layers such as {"relu": {}}')
    shapes = field(
        command, "shapes",
        lambda value: isinstance(value, list) and len(value) == len(described) + 1,
        "a list of one shape more than layers")
    model, is_image = [], "dense" not in described[0]
    for layer, shape in zip(described, shapes):
        (kind, fields), = layer.items()
        if kind not in KINDS:
            raise Refusal(f'"layers" has a "{kind}": the kinds are {", ".join(KINDS)}')
        model.append(Layer(
            kind, fields.get("_0", fields), (shape["height"], shape["width"], shape["channels"]),
            is_image))
        is_image = is_image and kind not in ("dense", "global_average_pool")
    return model, shapes[-1]["channels"]


def task(command):
    """The work that a prepare command describes."""
    model, classes = layers(command)
    optimizer = field(
        command, "optimizer", lambda value: value in OPTIMIZERS, " or ".join(OPTIMIZERS))
    learning_rate = field(
        command, "learning_rate",
        lambda value: type(value) in (int, float) and math.isfinite(value), "a number")
    batch_size = field(command, "batch_size", is_count, "a positive integer")

    path, numbers = read(command, "weights", "<f4")
    expected = sum(
        math.prod(shape) for layer in model
        for shape in layer.learned_shapes() + layer.statistics_shapes())
    if numbers.size != expected:
        raise Refusal(f"{path}: {numbers.size} numbers, but the layers have {expected}")

    def take(shapes):
        nonlocal numbers
        arrays = []
        for shape in shapes:
            count = math.prod(shape)
            arrays.append(numbers[:count].reshape(shape))
            numbers = numbers[count:]
        return arrays

    for layer in model:
        layer.tensors = take(layer.learned_shapes())
    for layer in model:
        layer.statistics = take(layer.statistics_shapes())

    path, labels = read(command, "labels", "u1")
    if labels.size == 0 or labels.size % batch_size:
        raise Refusal(f"{path}: {labels.size} labels are no whole batches of {batch_size}")
    if labels.max() >= classes:
        raise Refusal(f"{path}: label {labels.max()}, but there are {classes} classes")
    path, inputs = read(command, "inputs", "<f4")
    shape = model[0].shape
    if inputs.size != labels.size * math.prod(shape):
        raise Refusal(
            f"{path}: {inputs.size} numbers, but {labels.size} labels need "
            f"{labels.size * math.prod(shape)}")
    if not model[0].is_image:
        shape = (math.prod(shape),)
    return Task(
        model, optimizer, learning_rate, inputs.reshape(-1, batch_size, *shape),
        labels.reshape(-1, batch_size))


def subnormals(multiply):
    """What arithmetic makes of subnormal numbers: kept, flushed to zero, or mixed.

    `multiply` has a framework multiply an array, which is large enough for all of its threads.
    """
    zeros = np.count_nonzero(np.asarray(multiply(np.full(1 << 22, 1e-38, np.float32), 0.1)) == 0)
    return {0: "kept", 1 << 22: "flushed"}.get(zeros, "mixed")


class Session:
    """The commands: each method but __init__ answers the one that it is named after."""

    def __init__(self, engine, threads):
        self.engine = engine
        self.threads = threads
        self.batches = None

    def describe(self, command):
        engine = self.engine
        return {
            "name": engine.name, "version": engine.version,
            "python": platform.python_version(), "threads": self.threads,
            "subnormals": engine.subnormals, "variants": engine.variants,
            "image_variants": engine.image_variants, "left_out": engine.left_out}

    def prepare(self, command):
        self.batches = None
        work = task(command)
        variants = self.engine.variants + self.engine.image_variants * work.takes_images
        variant = field(command, "variant", lambda value: value in variants, ", ".join(variants))
        self.engine.load(work, variant)
        self.engine.train(1)
        self.engine.infer(1)
        self.task, self.batches = work, len(work.labels)
        return {"ready": True, "batches": self.batches}

    def losses(self, command):
        steps = self.count(command, "steps")
        if steps > self.batches:
            raise Refusal(f'"steps" is {steps}: there are {self.batches} batches')
        seed = field(command, "seed", lambda value: type(value) is int, "an integer")
        losses = self.engine.losses(steps, dropout_masks(self.task, steps, seed))
        for step, loss in enumerate(losses):
            if not math.isfinite(loss):
                raise Refusal(
                    f"the loss before step {step + 1} is {loss}: use a lower learning_rate")
        return {"losses": losses}

    def train(self, command):
        passes = self.count(command, "passes")
        return {
            "seconds": self.engine.train(passes), "steps": passes * self.batches,
            "processor_seconds": time.process_time()}

    def infer(self, command):
        passes = self.count(command, "passes")
        start = time.perf_counter()
        samples = self.engine.infer(passes)
        seconds = time.perf_counter() - start
        return {
            "seconds": seconds, "calls": len(samples), "median": statistics.median(samples),
            "processor_seconds": time.process_time(),
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
