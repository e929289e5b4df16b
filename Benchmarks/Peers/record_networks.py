#!/usr/bin/env python3
"""Records what torchvision's MobileNetV2 and two other convolutional networks compute.

Usage: record_networks.py [--output FOLDER] [--members K]

Each case is a network with random weights, moving averages included, which are written to a
safetensors file under PyTorch's names. A batch of random images goes forward and backward, through
batch normalisation in inference and in training mode, and a step of SGD follows:

- once in float64, with float32's weights and images, through PyTorch's own layers: the base;
- K times in float32 and K times in float64, the members, in which every sum is folded term by term
  in another order (folded.py).

The spread of a precision is the largest distance of any member from the base: what rounding makes
of that quantity. Where rounding could put a rectifier or a maximum on another side, results jump;
so the first seed is taken with which none of the members' is on another side than the base's.

Recorded are the logits, the summed loss, of each gradient a digest, and after the step a digest of
every tensor: some of its elements, its sum and its Euclidean norm. Indices are Batchwise's, which
has images as [H, W, C], weights with inputs before outputs, and kernels as [KH, KW, I, O].
"""

import argparse
import copy
import json
import pathlib
import platform
import re

import numpy as np
import safetensors.torch
import torch
from torch import nn

from folded import fold
from initial_weights import check_philox, uniform
from record_training import checksum

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "recordings"
FIRST_SEED = 20261121
BATCH_SIZE = 4
LEARNING_RATE = 0.125
DIGEST_ELEMENTS = 6
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}


def import_torchvision():
    """torchvision, also where its compiled operators don't load, as those for CUDA without CUDA.

    Its import then stops at these two, which no model here uses.
    """
    library = torch.library.Library("torchvision", "FRAGMENT")
    try:
        import torchvision
    except RuntimeError:
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision
    return torchvision, library


torchvision, LIBRARY = import_torchvision()


class LeNet(nn.Sequential):
    """LeNet-5 without padding, its modules named as Batchwise's."""

    def __init__(self):
        super().__init__()
        for name, module in {
            "conv1": nn.Conv2d(1, 6, 5), "act1": nn.Tanh(), "pool1": nn.AvgPool2d(2),
            "conv2": nn.Conv2d(6, 16, 5), "act2": nn.Tanh(), "pool2": nn.AvgPool2d(2),
            "flatten": nn.Flatten(), "fc1": nn.Linear(256, 120), "act3": nn.Tanh(),
            "fc2": nn.Linear(120, 84), "act4": nn.Tanh(), "fc3": nn.Linear(84, 10),
        }.items():
            self.add_module(name, module)


class SmallAlexNet(nn.Module):
    """AlexNet's kinds of layers, for images of 23 x 19, named as torchvision's."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 1))
        self.classifier = nn.Sequential(
            nn.Dropout(0), nn.Linear(72, 16), nn.ReLU(inplace=True), nn.Linear(16, 5))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


# By name: the network, the images' height, width and channels, and the classes.
CASES = {
    "mobilenet-v2": (
        lambda: torchvision.models.mobilenet_v2(width_mult=0.25, num_classes=7, dropout=0.0),
        (40, 40, 3), 7),
    "lenet": (LeNet, (28, 28, 1), 10),
    "small-alexnet": (SmallAlexNet, (23, 19, 3), 5),
}


def images(shape, index, seed):
    """A batch of images with pixels from -1 to 1, [N, H, W, C]."""
    return uniform((BATCH_SIZE, *shape), 1, index, seed)


def tensor(images, dtype):
    """Images as PyTorch takes them, [N, C, H, W]."""
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).to(dtype)


def build(case, seed):
    """The case's network with random numbers in every tensor.

    Moving averages are those of another batch of images, and then off from these at random, as they
    are after training.
    """
    make, shape, _ = CASES[case]
    torch.manual_seed(seed)
    network = make()
    generator = torch.Generator().manual_seed(seed)

    def between(low, high, like):
        return low + (high - low) * torch.rand(like.shape, generator=generator)

    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.copy_(between(0.5, 2.5, module.weight))
                module.bias.copy_(between(-1, 2, module.bias))
                module.momentum = 1.0
            elif isinstance(module, nn.Linear):
                module.weight.copy_(between(-1, 1, module.weight) / module.in_features**0.5)
                module.bias.copy_(between(-1, 1, module.bias))
        network.train()(tensor(images(shape, 1, seed), torch.float32))
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                mean, variance = module.running_mean, module.running_var
                mean += between(-0.5, 0.5, mean) * variance.sqrt()
                variance *= between(0.5, 1.5, variance)
                module.momentum = 0.1
                module.num_batches_tracked.fill_(3)
    return network


def watch_sides(network):
    """A list to which each pass appends on which side of every kink it comes."""
    sides = []

    def rectifier(module, inputs):
        x = inputs[0].detach()
        sides.append((x > 0).int() + (x >= 6).int() * isinstance(module, nn.ReLU6))

    def maximum(module, inputs):
        sides.append(
            nn.functional.max_pool2d(
                inputs[0].detach(), module.kernel_size, module.stride, return_indices=True)[1])

    for module in network.modules():
        if isinstance(module, (nn.ReLU, nn.ReLU6)):
            module.register_forward_pre_hook(rectifier)
        elif isinstance(module, nn.MaxPool2d):
            module.register_forward_pre_hook(maximum)
    return sides


def in_our_layout(name, array, flattened):
    """An array of PyTorch's as Batchwise has it; `flattened` names the weight behind an image."""
    if name == flattened[0]:
        height, width, channels = flattened[1]
        array = array.reshape(-1, channels, height, width)
        return array.transpose(2, 3, 1, 0).reshape(height * width * channels, -1)
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T


FLATTENED = {
    "mobilenet-v2": ("", ()),
    "lenet": ("fc1.weight", (4, 4, 16)),
    "small-alexnet": ("classifier.1.weight", (3, 2, 12)),
}


def digest_indices(shape):
    """Where in a tensor the digest's elements are: drawn by its size."""
    count = int(np.prod(shape))
    chosen = np.random.default_rng(count).choice(count, min(DIGEST_ELEMENTS, count), replace=False)
    return np.sort(chosen)


def digest(array):
    """The chosen elements, the sum and the norm; sums in the widest type there is."""
    flat = array.reshape(-1)
    wide = flat.astype(np.longdouble)
    sums = [np.sum(wide), np.sqrt(np.sum(wide * wide))]
    return np.concatenate([flat[digest_indices(array.shape)], sums]).astype(np.float64)


def run(case, network, seed, dtype, generator=None):
    """All quantities by name, and on which side of every kink the passes came."""
    _, shape, classes = CASES[case]
    network = copy.deepcopy(network).to(dtype)
    if generator is not None:
        fold(network, generator)
    sides = watch_sides(network)
    inputs = tensor(images(shape, 0, seed), dtype)
    labels = torch.arange(BATCH_SIZE) * 3 % classes
    quantities = {}
    for mode in ("inference", "training"):
        network.train(mode == "training").zero_grad()
        logits = network(inputs)
        loss = nn.functional.cross_entropy(logits, labels, reduction="sum")
        loss.backward()
        quantities[f"{mode}/logits"] = logits.detach().numpy().reshape(-1).astype(np.float64)
        quantities[f"{mode}/loss"] = np.array([loss.item()])
        for name, parameter in network.named_parameters():
            gradient = in_our_layout(name, parameter.grad.numpy(), FLATTENED[case])
            quantities[f"{mode}/{name}"] = digest(gradient)
    for parameter in network.parameters():
        parameter.grad /= BATCH_SIZE
    torch.optim.SGD(network.parameters(), lr=LEARNING_RATE).step()
    for name, value in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            quantities[f"trained/{name}"] = digest(
                in_our_layout(name, value.numpy(), FLATTENED[case]))
    return quantities, sides


def spread(base, members):
    """The largest distance of any member from the base, not rounded down."""
    distances = np.max(np.abs(np.asarray(members) - np.asarray(base)), axis=0)
    return [float(f"{distance * 1.0005:.3e}") for distance in distances]


def attempt(case, seed, members):
    """A case's quantities with a seed, or None where a member comes on another side of a kink."""
    network = build(case, seed)
    base, sides = run(case, network, seed, torch.float64)
    runs = {precision: [] for precision in PRECISIONS}
    for member in range(members):
        for precision, dtype in PRECISIONS.items():
            quantities, found = run(
                case, network, seed, dtype, np.random.default_rng([seed, member]))
            changed = sum(int((a != b).sum()) for a, b in zip(sides, found, strict=True))
            if changed:
                print(f"{case}, seed {seed}: member {member} in {precision} differs at {changed}")
                return None
            runs[precision].append(quantities)
    return network, {
        name: {"base": value.tolist()} | {
            precision: spread(value, [run[name] for run in runs[precision]])
            for precision in PRECISIONS}
        for name, value in base.items()}


def record(case, members, folder):
    """A case's entry in the recording; its weights go to a file."""
    _, shape, classes = CASES[case]
    seed, found = FIRST_SEED, None
    while (found := attempt(case, seed, members)) is None:
        seed += 1
    network, quantities = found
    safetensors.torch.save_file(
        network.state_dict(), folder / f"{case}.safetensors", metadata={"format": "pt"})
    shapes = {
        name: in_our_layout(name, value.numpy(), FLATTENED[case]).shape
        for name, value in network.state_dict().items()}
    parameters = [name for name, _ in network.named_parameters()]

    def digests(group, names):
        return [
            {"name": name, "indices": digest_indices(shapes[name]).tolist()}
            | quantities[f"{group}/{name}"]
            for name in names]

    return {
        "name": case, "seed": seed, "image": shape, "classes": classes,
        "imageChecksum": checksum(images(shape, 0, seed).view(np.uint32)),
        "passes": {
            mode: {
                "logits": quantities[f"{mode}/logits"], "loss": quantities[f"{mode}/loss"],
                "gradients": digests(mode, parameters)}
            for mode in ("inference", "training")},
        "trained": digests(
            "trained", [name for name in shapes if not name.endswith("num_batches_tracked")]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT)
    parser.add_argument("--members", type=int, default=16)
    options = parser.parse_args()
    check_philox()
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    recording = {
        "provenance": {
            "command": f"record_networks.py --members {options.members}",
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "numpy": np.__version__,
            "machine": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}",
        },
        "batchSize": BATCH_SIZE, "learningRate": LEARNING_RATE, "members": options.members,
        "cases": [record(case, options.members, options.output) for case in CASES],
    }
    text = json.dumps(recording, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda found: " ".join(found[0].split()), text)
    (options.output / "networks.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
