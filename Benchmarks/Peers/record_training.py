#!/usr/bin/env python3
"""Records what PyTorch makes of small training runs, for ReferenceTrainingTests to replay.

Usage: record_training.py [--data FOLDER] [--output FILE] [--members K]

Each case is a model, an optimizer and an order of samples, trained by PyTorch for 100 steps:

- once in float64, the base run, with float32's inputs and initial weights: the truth of the
  formulas;
- K times in float32 and K times in float64, the members. A member is the same mathematics in
  another order: pixels, hidden units, classes and the samples of each batch are permuted, so that
  every sum is folded in another order. The float64 members also move every hyperparameter by at
  most one unit in the last place, for the algebraically equal forms in which a formula can use it
  (1 - beta, a reciprocal), and a power beta^t by at most t units of rounding, which is what t
  rounded multiplications can lose; Adam divides by 1 - beta^t, where most digits cancel.

The spread of a precision is the largest distance of any member from the base run, so far in the
run: what rounding, amplified by the training itself, makes of that quantity.

Recorded are the loss before every step, and after some steps a digest of every tensor: some of its
elements, its sum and its Euclidean norm. Indices are Batchwise's: weights are [inputs, outputs],
the transpose of PyTorch's.
"""

import argparse
import gzip
import json
import pathlib
import platform
import re

import numpy as np
import torch
from torch import nn

from initial_weights import check_philox, initial_tensors
from members import Orders, moved

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[1] / "Fixtures" / "fashion-mnist-10k"
OUTPUT = HERE / "recordings" / "training.json"
SEED = 20260729
STEPS = 100
BATCH_SIZE = 16
DIGEST_STEPS = (1, 10, 100)
DIGEST_ELEMENTS = 16
HYPERPARAMETERS = ("lr", "momentum", "nesterov", "weight_decay", "betas", "eps", "alpha")
ACTIVATIONS = {"tanh": nn.Tanh, "gelu": lambda: nn.GELU(approximate="tanh")}
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}

# By name: the model, the optimizer, its arguments where they aren't PyTorch's defaults, and the
# norm to which gradients are clipped. RMSprop's default rate of 0.01 moves every weight by 0.1 in
# the first step, more than the largest is, so smaller ones are used. The norm of 2.75 clips
# three steps in five.
CASES = {
    "sgd": ("mlp-1", "SGD", {"lr": 0.05}, None),
    "adam": ("mlp-1", "Adam", {"lr": 0.001}, None),
    "rmsprop": ("mlp-1", "RMSprop", {"lr": 0.001}, None),
    "sgd-momentum": ("mlp:784-128-10", "SGD", {"lr": 0.05, "momentum": 0.9}, None),
    "sgd-nesterov-decay": (
        "mlp:784-128-10", "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4}, None),
    "sgd-clipped": ("mlp:784-128-10", "SGD", {"lr": 0.05}, 2.75),
    "adam-decay": ("mlp:784-128-10", "Adam", {"lr": 0.001, "weight_decay": 0.01}, None),
    "adamw": ("mlp:784-128-10", "AdamW", {"lr": 0.001, "weight_decay": 0.1}, None),
    "rmsprop-momentum": ("mlp:784-128-10", "RMSprop", {"lr": 0.0002, "momentum": 0.9}, None),
    "batchnorm": ("mlp:784-128-10+batchnorm", "SGD", {"lr": 0.05}, None),
    "tanh": ("mlp:784-128-10+tanh", "Adam", {"lr": 0.001}, None),
    "gelu": ("mlp:784-128-10+gelu", "Adam", {"lr": 0.001}, None),
    "layernorm": ("mlp:784-128-10+layernorm", "SGD", {"lr": 0.05}, None),
    "groupnorm": ("mlp:784-128-10+groupnorm8", "SGD", {"lr": 0.05}, None),
    "label-smoothing": ("mlp:784-128-10", "SGD", {"lr": 0.05}, None),
    "class-weights": ("mlp:784-128-10", "SGD", {"lr": 0.05}, None),
}
# By a case's name: what its loss is given.
LOSSES = {
    "label-smoothing": {"label_smoothing": 0.1},
    "class-weights": {
        "label_smoothing": 0.2, "weight": (0.3, 1.0, 2.5, 0.7, 1.3, 4.0, 0.1, 1.9, 0.6, 1.1)},
}


def read_idx(path):
    """The unsigned bytes of a gzipped IDX file."""
    with gzip.open(path, "rb") as file:
        data = file.read()
    extents = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(extents)


def checksum(values):
    """The sum of value x (position + 1) modulo 2^64, of unsigned integers, as text."""
    values = values.reshape(-1).astype(np.uint64)
    places = np.arange(1, values.size + 1, dtype=np.uint64)
    return str(int(np.sum(values * places, dtype=np.uint64)))


def layers(model):
    """The widths of a model's layers, and what its name says behind the plus sign."""
    name, _, option = model.partition("+")
    widths = (784, 1024, 10) if name == "mlp-1" else tuple(map(int, name[4:].split("-")))
    return widths, option


def groups(option):
    """The groups of a layer's units that stay together."""
    return int(option.removeprefix("groupnorm")) if option.startswith("groupnorm") else 1


def build(model, dtype):
    """The PyTorch model, its modules named as Batchwise's tensors are."""
    widths, option = layers(model)
    network = nn.Sequential()
    for layer, (inputs, outputs) in enumerate(zip(widths, widths[1:]), 1):
        network.add_module(f"fc{layer}", nn.Linear(inputs, outputs))
        if layer < len(widths) - 1:
            if option == "batchnorm":
                network.add_module(f"bn{layer}", nn.BatchNorm1d(outputs))
            elif option == "layernorm":
                network.add_module(f"ln{layer}", nn.LayerNorm(outputs))
            elif option.startswith("groupnorm"):
                network.add_module(f"gn{layer}", nn.GroupNorm(groups(option), outputs))
            network.add_module(f"act{layer}", ACTIVATIONS.get(option, nn.ReLU)())
    return network.to(dtype)


def digest_indices(shape):
    """Where in a tensor the digest's elements are: spread over all of its axes."""
    k = np.arange(min(DIGEST_ELEMENTS, shape[-1]))
    outputs = (2 * k + 1) * shape[-1] // (2 * k.size)
    return (outputs,) if len(shape) == 1 else ((7 * k + 3) * shape[0] // (7 * k.size + 3), outputs)


def learned(network, orders):
    """The network's tensors by name, in Batchwise's layout and order of units."""
    for name, tensor in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            yield name, orders.restored(name, tensor.detach().numpy().T)


def digest(array):
    """The chosen elements, the sum and the norm; sums in the widest type there is."""
    wide = array.astype(np.longdouble)
    sums = [np.sum(wide), np.sqrt(np.sum(wide * wide))]
    return np.concatenate([array[digest_indices(array.shape)], sums]).astype(np.float64)


def hyperparameters(case):
    """Everything that the case's optimizer is given or defaults to."""
    _, optimizer, arguments, clip_norm = CASES[case]
    defaults = getattr(torch.optim, optimizer)([torch.zeros(1)], **arguments).defaults
    chosen = {name: defaults[name] for name in HYPERPARAMETERS if name in defaults}
    clipping = {} if clip_norm is None else {"clip_norm": clip_norm}
    return chosen | clipping | LOSSES.get(case, {})


def train(case, images, labels, dtype, generator=None):
    """One run: the loss before every step, and all digests after it."""
    model, optimizer, _, _ = CASES[case]
    widths, option = layers(model)
    orders = Orders(widths, STEPS, BATCH_SIZE, generator, groups(option))
    numbers = hyperparameters(case)
    if generator is not None and dtype is torch.float64:
        numbers = {name: moved(value, generator) for name, value in numbers.items()}
    clip_norm = numbers.pop("clip_norm", None)
    criterion = {name: numbers.pop(name) for name in LOSSES.get(case, {})}
    if "weight" in criterion:
        weight = np.array(criterion["weight"])[orders.units[-1]]
        criterion["weight"] = torch.from_numpy(weight).to(dtype)
    network = build(model, dtype)
    state = network.state_dict()
    for name, array in initial_tensors(widths, state, SEED).items():
        state[name].copy_(torch.from_numpy(orders.permuted(name, array).T.copy()))
    stepper = getattr(torch.optim, optimizer)(network.parameters(), **numbers)
    place_of_class = np.argsort(orders.units[-1])
    losses, digests = [], {name: [] for name, _ in learned(network, orders)}
    for step in range(STEPS):
        batch = orders.samples[step] + step * BATCH_SIZE
        inputs = torch.from_numpy(images[batch][:, orders.units[0]]).to(dtype)
        targets = torch.from_numpy(place_of_class[labels[batch]])
        loss = nn.functional.cross_entropy(network(inputs), targets, **criterion)
        losses.append(loss.item())
        stepper.zero_grad()
        loss.backward()
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        stepper.step()
        for name, array in learned(network, orders):
            digests[name].append(digest(array))
    return losses, digests


def spread(base, members):
    """The largest distance of any member from the base run, up to each step, not rounded down."""
    distances = np.max(np.abs(np.asarray(members) - np.asarray(base)), axis=0)
    return np.vectorize(lambda distance: float(f"{distance * 1.0005:.3e}"))(
        np.maximum.accumulate(distances, axis=0))


def record(case, images, labels, members):
    """A case's entry in the recording."""
    model, optimizer, _, _ = CASES[case]
    losses, digests = train(case, images, labels, torch.float64)
    runs = {
        precision: [
            train(case, images, labels, dtype, np.random.default_rng([SEED, member]))
            for member in range(members)]
        for precision, dtype in PRECISIONS.items()}
    tensors = []
    initial = initial_tensors(layers(model)[0], digests, SEED)
    for name, base in digests.items():
        start = initial[name]
        places = digest_indices(start.shape)
        spreads = {
            precision: spread(base, [run[1][name] for run in runs[precision]])
            for precision in PRECISIONS}
        tensors.append({
            "name": name,
            "indices": np.ravel_multi_index(places, start.shape).tolist(),
            "initial": start[places].tolist(),
            "checksum": checksum(start.view(np.uint32)),
            "steps": [
                {"step": step, "base": base[step - 1].tolist()}
                | {precision: spreads[precision][step - 1].tolist() for precision in PRECISIONS}
                for step in DIGEST_STEPS]})
    loss_spreads = {
        precision: spread(losses, [run[0] for run in runs[precision]]).tolist()
        for precision in PRECISIONS}
    return {
        "name": case, "model": model, "optimizer": optimizer,
        "hyperparameters": hyperparameters(case), "loss": {"base": losses} | loss_spreads,
        "tensors": tensors}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT)
    parser.add_argument("--members", type=int, default=16)
    options = parser.parse_args()
    check_philox()
    torch.set_num_threads(1)
    count = STEPS * BATCH_SIZE
    pixels = read_idx(options.data / "train-images-idx3-ubyte.gz")[:count].reshape(count, -1)
    labels = read_idx(options.data / "train-labels-idx1-ubyte.gz")[:count]
    half = np.float32(0.5)
    images = (pixels.astype(np.float32) / np.float32(255) - half) / half
    recording = {
        "provenance": {
            "command": f"record_training.py --members {options.members}",
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "machine": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}",
        },
        "seed": SEED, "steps": STEPS, "batchSize": BATCH_SIZE, "members": options.members,
        "pixelChecksum": checksum(pixels), "labelChecksum": checksum(labels),
        "cases": [record(case, images, labels.astype(np.int64), options.members) for case in CASES],
    }
    text = json.dumps(recording, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda found: " ".join(found[0].split()), text)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
