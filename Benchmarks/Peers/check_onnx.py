#!/usr/bin/env python3
"""Checks the files that Batchwise writes with the programs that they are for.

Usage: check_onnx.py [PROGRAM]        (default .build/release/batchwise)

Prints a line for each file; the exit status is 1 where one is wrong.

check_onnx trains small models, exports them, and runs them with ONNX Runtime on random images,
normalised as the file's metadata says. Three things are compared with PyTorch's layers in float64,
which have the checkpoint's weights:

- each operator's output, given the numbers that entered it: within what rounding to float32 can do
  in any order of summation (gamma_n = n u/(1 - n u), u = 2^-24, times the sum of the magnitudes;
  Higham 2002, section 3.1);
- the logits of the whole, by ONNX Runtime with all of its optimisations: within what these bounds
  come to there, each times the logits' derivatives by what leaves its operator (so to first order
  in u);
- the loss that `batchwise evaluate` prints for the same images: within the same bound and the
  rounding of the loss. Its hits have to be equal where the bound leaves no doubt.

A hyperbolic tangent has no such bound: its error is measured over all floats that may enter.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import safetensors
import torch
from torch.nn import functional

UNIT = 2.0**-24
IMAGES = 40
# Exponents of the smallest and of the largest number that may enter a hyperbolic tangent.
TANH_RANGE = (-30, 4)

# By the model's name: the images' height, width and channels, and the options of its training.
ONNX_CASES = {
    "mlp:784-64-10": ((28, 28, 1), []),
    "mlp:48-16-10": ((4, 4, 3), ["--normalization", "unit"]),
    "mlp:784-32-24-10+tanh+dropout0.5": ((28, 28, 1), []),
    "mlp:784-32-24-10+batchnorm": ((28, 28, 1), ["--normalization", "standard"]),
    "mlp:784-32-10+ghost4": ((28, 28, 1), []),
    "mlp-2-crop20": ((28, 28, 1), []),
    "lenet": ((28, 28, 1), []),
    # A rate at which numbers grow beyond 6, where ReLU6 ends.
    "mobilenet-v2-tiny": ((28, 28, 1), ["--learning-rate", 0.2]),
    "mobilenet-v2-tiny+channels3+input33": ((33, 33, 3), ["--normalization", "standard"]),
    "alexnet": ((224, 224, 3), ["--optimizer", "sgd"]),
}


def gamma(count):
    return count * UNIT / (1 - count * UNIT)


def write_dataset(folder, shape, generator):
    """Writes IDX files of random images, a darker first channel; returns the test set."""
    folder.mkdir()
    for stem in ("train", "t10k"):
        images = generator.integers(0, 256, (IMAGES, *shape), dtype=np.uint8)
        images[..., 0] //= 2
        labels = (np.arange(IMAGES) % 10).astype(np.uint8)
        for name, array in (("images-idx3", images), ("labels-idx1", labels)):
            extents = struct.pack(f">{array.ndim}I", *array.shape)
            content = bytes([0, 0, 8, array.ndim]) + extents + array.tobytes()
            (folder / f"{stem}-{name}-ubyte").write_bytes(content)
    return images, labels


def run(program, *words):
    result = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {result.stderr.strip()}")
    return result.stdout


def tanh_error():
    """The largest relative error of ONNX Runtime's hyperbolic tangent over the range."""
    def value(name):
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N"])

    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Tanh", ["x"], ["y"])], "tanh", [value("x")], [value("y")])
    model = onnx.helper.make_model(
        graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    session = onnxruntime.InferenceSession(model.SerializeToString())
    worst = 0.0
    for exponent in range(*TANH_RANGE):
        first = (127 + exponent) << 23
        x = np.arange(first, first + (1 << 23), dtype=np.uint32).view(np.float32)
        y = np.tanh(x.astype(np.float64))
        worst = max(worst, np.max(np.abs(session.run(None, {"x": x})[0] - y) / y))
    return worst


class Layers:
    """A checkpoint's layers in float64, each with a bound of what rounding to float32 can do."""

    def __init__(self, checkpoint, tanh_error):
        with safetensors.safe_open(checkpoint, "pt") as file:
            model = json.loads(file.metadata()["batchwise.configuration"])["model"]
            tensors = {
                name: file.get_tensor(name).double() for name in file.keys()
                if not name.startswith("optimizer.")}
        self.tanh_error = tanh_error
        self.layers = []
        numbers = {}
        for index, layer in enumerate(model["layers"]):
            (kind, fields), = layer.items()
            word = {"dense": "fc", "convolution": "conv", "batchNorm": "bn"}.get(kind)
            numbers[word] = numbers.get(word, 0) + 1
            names = model["moduleNames"]
            module = names[index] if names else f"{word}{numbers[word]}"
            own = {
                name.rpartition(".")[2]: tensor for name, tensor in tensors.items()
                if word and name.rpartition(".")[0] == module}
            self.layers.append((kind, fields.get("_0", fields), own))

    def output(self, index, x, entered):
        """What leaves a layer, and how far off float32 may be, given x; `entered` is what entered
        each layer so far.
        """
        kind, fields, own = self.layers[index]

        def pair(name):
            return fields[name]["height"], fields[name]["width"]

        def linear(function, terms, bias):
            weight = own["weight"]
            size = function(x.abs(), weight.abs(), None if bias is None else bias.abs())
            return function(x, weight, bias), gamma(terms + 1) * size

        def mean(function, terms):
            # A sum and a division, or a product with a rounded reciprocal.
            return function(x), gamma(terms + 1) * function(x.abs())

        if kind == "dense":
            x = x.flatten(1)
            return linear(functional.linear, own["weight"].shape[1], own["bias"])
        if kind == "convolution":
            def convolve(x, weight, bias):
                return functional.conv2d(
                    x, weight, bias, pair("stride"), pair("padding"), groups=fields["groups"])
            return linear(convolve, own["weight"][0].numel(), own.get("bias"))
        if kind == "batchNorm":
            def channels(tensor):
                return tensor.reshape(1, -1, *[1] * (x.ndim - 2))
            deviation = torch.sqrt(own["running_var"] + float(np.float32(fields["epsilon"])))
            scale = channels(own["weight"] / deviation)
            centre, shift = channels(own["running_mean"]), channels(own["bias"])
            # At most seven roundings, whichever of scale, mean and shift are merged beforehand.
            size = (x.abs() + centre.abs()) * scale.abs() + shift.abs()
            return (x - centre) * scale + shift, gamma(7) * size
        if kind == "averagePool":
            window, stride = pair("window"), pair("stride")
            return mean(lambda x: functional.avg_pool2d(x, window, stride), window[0] * window[1])
        if kind == "globalAveragePool":
            return mean(lambda x: functional.adaptive_avg_pool2d(x, 1), x[0, 0].numel())
        if kind == "residual":
            y = x + entered[index - fields["layers"]]
            return y, gamma(1) * y.abs()
        if kind == "tanh":
            size = x[x != 0].abs()
            assert size.min() >= 2.0**TANH_RANGE[0] and size.max() < 2.0**TANH_RANGE[1]
            y = torch.tanh(x)
            return y, self.tanh_error * y.abs()
        if kind == "maxPool":
            y = functional.max_pool2d(x, pair("window"), pair("stride"))
        else:
            y = {
                "relu": functional.relu, "relu6": functional.relu6, "dropout": lambda x: x}[kind](x)
        return y, torch.zeros_like(y)

    def outputs(self, x):
        """The logits, and how far off they may be."""
        values, errors = [x.requires_grad_()], []
        for index in range(len(self.layers)):
            y, error = self.output(index, values[-1], values)
            values.append(y)
            errors.append(error.detach())
        logits = values[-1].flatten(1)
        bound = torch.zeros_like(logits)
        for o in range(logits.shape[1]):
            slopes = torch.autograd.grad(logits[:, o].sum(), values[1:], retain_graph=True)
            for slope, error in zip(slopes, errors, strict=True):
                bound[:, o] += (slope.abs() * error).flatten(1).sum(1)
        return logits.detach(), bound.detach()


def operators_excess(model, layers, inputs):
    """The largest of each operator's errors as a share of its bound, and how many were compared."""
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model)
    del exposed.graph.output[:]
    for node in model.graph.node:
        exposed.graph.output.add().name = node.output[0]
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(exposed.SerializeToString(), options)
    values = iter(zip(model.graph.node, session.run(None, {"input": inputs}), strict=True))
    x = torch.from_numpy(inputs).double()
    entered, worst, count = [], 0.0, 0
    for index, (kind, _, _) in enumerate(layers.layers):
        entered.append(x)
        if kind == "dropout":
            continue
        node, value = next(values)
        while node.op_type == "Flatten":
            node, value = next(values)
        expected, bound = layers.output(index, x, entered)
        x = torch.from_numpy(value).double()
        assert x.shape == expected.shape, f"{node.name}: {x.shape}, not {expected.shape}"
        excess = share(x - expected, bound)
        if not excess <= 1:
            print(f"  {node.name}: {excess:.3g} times its bound")
        worst, count = max(worst, excess), count + 1
    rest = [node.op_type for node, _ in values]
    assert rest in ([], ["Flatten"]), rest
    return worst, count


def share(difference, bound):
    """The largest difference as a share of its bound; infinite where that is zero and it is not."""
    ratio = torch.where(difference == 0, 0.0, difference.abs() / bound)
    return float(torch.nan_to_num(ratio, nan=torch.inf, posinf=torch.inf).max())


def check_onnx(program, folder):
    """Whether ONNX Runtime computes what Batchwise and PyTorch do, for every case."""
    generator = np.random.default_rng(1)
    torch.manual_seed(1)
    tangent = tanh_error()
    print(f"ONNX Runtime {onnxruntime.__version__}, PyTorch {torch.__version__}; "
          f"tanh is off by at most {tangent / UNIT:.2f} u")
    is_right = True
    for number, (name, (shape, options)) in enumerate(ONNX_CASES.items()):
        data, output, path = (folder / f"onnx-{number}{end}" for end in ("-data", "", ".onnx"))
        images, labels = write_dataset(data, shape, generator)
        run(program, "train", "--model", name, "--data", data, "--epochs", 2, "--batch-size", 8,
            "--output", output, *options)
        run(program, "export", output, "--onnx", path)
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(path)
        metadata = session.get_modelmeta().custom_metadata_map
        assert metadata["model"] == name
        mean, std = (
            np.array(metadata[key].split(","), dtype=np.float32) for key in ("mean", "std"))
        inputs = (images.astype(np.float32) / np.float32(255) - mean) / std
        extents = session.get_inputs()[0].shape
        assert extents[0] == "N"
        if len(extents) == 2:
            inputs = inputs.reshape(IMAGES, -1)
        else:
            # A smaller input takes the middle of the image.
            top, left = ((side - kept) // 2 for side, kept in zip(shape, extents[2:]))
            inputs = inputs[:, top:top + extents[2], left:left + extents[3]]
            inputs = np.ascontiguousarray(inputs.transpose(0, 3, 1, 2))
        layers = Layers(output / "checkpoint.safetensors", tangent)
        worst, count = operators_excess(model, layers, inputs)

        expected, bound = layers.outputs(torch.from_numpy(inputs).double())
        logits = torch.from_numpy(session.run(["logits"], {"input": inputs})[0]).double()
        one = torch.from_numpy(session.run(["logits"], {"input": inputs[:1]})[0]).double()
        whole = max(share(logits - expected, bound), share(one - expected[:1], bound[:1]))

        evaluation = json.loads(run(program, "evaluate", output, "--json"))
        targets = torch.from_numpy(labels.astype(np.int64))
        losses = functional.cross_entropy(expected, targets, reduction="none")
        classes = expected.shape[1]
        spread = expected.max(1).values - expected.min(1).values + 2 * bound.max(1).values
        # Exponentials, their sum, its logarithm and two differences, of numbers up to the spread.
        rounding = gamma(classes + 8) * (1 + spread + np.log(classes))
        allowed = float((2 * bound.max(1).values + rounding).mean())
        difference = abs(float(losses.mean()) - evaluation["loss"])
        best = expected.topk(2)
        is_sure = best.values[:, 0] - best.values[:, 1] > 2 * bound.max(1).values
        hits = best.indices[:, 0] == targets
        found = round(evaluation["accuracy"] * IMAGES)
        is_hit_right = (hits & is_sure).sum() <= found <= (hits | ~is_sure).sum()

        passed = worst <= 1 and whole <= 1 and difference <= allowed and bool(is_hit_right)
        is_right &= passed
        print(
            f"{'right' if passed else 'WRONG'}  {name}: {count} operators within {worst:.3g} of "
            f"their bounds; logits up to {float(expected.abs().max()):.3g} off by "
            f"{float((logits - expected).abs().max()):.2g}, bound {float(bound.max()):.2g}; "
            f"evaluate's loss {evaluation['loss']:.6f} off by {difference:.2g}, bound "
            f"{allowed:.2g}; {found} hits, {int(hits.sum())} expected, {int(is_sure.sum())} of "
            f"{IMAGES} sure", flush=True)
    return is_right


def main():
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/batchwise")
    with tempfile.TemporaryDirectory() as folder:
        is_right = check_onnx(program.resolve(), pathlib.Path(folder))
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
