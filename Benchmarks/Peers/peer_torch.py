#!/usr/bin/env python3
"""Trains a model with PyTorch as README.md's protocol says.

Usage: peer_torch.py --threads N [--flush-subnormals]
"""

import time

import peer

OPTIONS = peer.options(flush_subnormals="treat subnormal numbers as zero")
try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    peer.exit_for_missing(error)


def module(layer):
    """A layer's module, with its numbers."""
    fields = layer.fields
    made = {
        "dense": lambda: nn.Linear(fields["inputs"], fields["outputs"]),
        "convolution": lambda: nn.Conv2d(
            layer.shape[2], fields["output_channels"], layer.extents("kernel"),
            layer.extents("stride"), layer.extents("padding"), groups=fields["groups"],
            bias=fields["has_bias"]),
        "average_pool": lambda: nn.AvgPool2d(layer.extents("window"), layer.extents("stride")),
        "max_pool": lambda: nn.MaxPool2d(layer.extents("window"), layer.extents("stride")),
        "global_average_pool": lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        "relu": nn.ReLU, "relu6": nn.ReLU6, "tanh": nn.Tanh,
        "gelu": lambda: nn.GELU(approximate="tanh"), "residual": nn.Identity,
        "dropout": lambda: nn.Dropout(fields["rate"]),
        "batch_norm": lambda: (nn.BatchNorm2d if layer.is_image else nn.BatchNorm1d)(
            fields["features"], fields["epsilon"], fields["momentum"]),
    }[layer.kind]()
    parameters = made.parameters(recurse=False)
    for parameter, array in zip(parameters, layer.tensors, strict=True):
        parameter.data = torch.from_numpy(torch_layout(layer, array))
    if layer.statistics:
        made.running_mean.copy_(torch.tensor(layer.statistics[0]))
        made.running_var.copy_(torch.tensor(layer.statistics[1]))
    return made


def torch_layout(layer, array):
    """An array of a layer as PyTorch has it: outputs before inputs, C before H and W."""
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1).copy()
    if array.ndim == 2 and layer.is_image:
        height, width, channels = layer.shape
        image = array.reshape(height, width, channels, -1)
        return image.transpose(3, 2, 0, 1).reshape(array.shape[1], -1)
    return array.T.copy()


class Network(nn.Module):
    """The task's layers. Masks, by the index of a dropout layer, take the place of its own."""

    def __init__(self, task):
        super().__init__()
        self.layers = nn.ModuleList(map(module, task.layers))
        self.kinds = [layer.kind for layer in task.layers]
        self.flattens = [layer.kind == "dense" and layer.is_image for layer in task.layers]
        self.spans = [layer.fields.get("layers", 0) for layer in task.layers]
        self.shortcuts = task.shortcuts

    def forward(self, x, masks):
        shortcuts = {}
        for index, layer in enumerate(self.layers):
            if index in self.shortcuts:
                shortcuts[index] = x
            if self.kinds[index] == "residual":
                x = x + shortcuts[index - self.spans[index]]
            elif index in masks:
                x = x * masks[index]
            else:
                x = layer(torch.flatten(x, 1) if self.flattens[index] else x)
        return x


class TorchEngine:
    name = "PyTorch"
    version = torch.__version__
    variants = ["eager"]
    image_variants = ["eager nhwc"]

    def __init__(self):
        self.subnormals = peer.subnormals(lambda x, factor: torch.from_numpy(x) * factor)
        self.left_out = []
        try:
            torch.compile(lambda x: x + 1)(torch.zeros(8))
        except Exception as error:
            lines = [line.strip() for line in str(error).splitlines()]
            told = [line for line in lines if line and not line.startswith("backend=")]
            self.left_out = [{"variant": "compile", "reason": next(iter(told), repr(error))}]
        else:
            self.variants = [*self.variants, "compile"]
            self.image_variants = [*self.image_variants, "compile nhwc"]

    def load(self, task, variant):
        # A model's code is compiled anew: there is a limit to how often the same code may be.
        torch.compiler.reset()
        words = variant.split()
        layout = torch.channels_last if "nhwc" in words else torch.contiguous_format
        inputs = torch.tensor(task.inputs)
        if task.takes_images:
            inputs = inputs.permute(0, 1, 4, 2, 3)
            self.inputs = [batch.contiguous(memory_format=layout) for batch in inputs]
        else:
            self.inputs = inputs.unbind()
        self.labels = torch.tensor(task.labels, dtype=torch.int64).unbind()
        network = Network(task).to(memory_format=layout)
        self.model = network
        self.initial = [tensor.clone() for tensor in network.state_dict().values()]
        # Fused, because it makes Adam faster: for 784-1024-10 on two cores a step took 0.5, 0.9 and
        # 1.7 ms at batch 1, 16 and 64 (medians of two or three runs), and 1.0, 1.5 and 2.6 ms with
        # the best of the default, foreach and the plain loop. At batch 256, and for SGD at 1 to
        # 256, no choice was faster by more than runs differed.
        optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[task.optimizer]
        self.optimizer = optimizer(network.parameters(), lr=task.learning_rate, fused=True)

        def loss(inputs, labels, masks):
            return functional.cross_entropy(network(inputs, masks), labels)

        compiles = "compile" in words
        self.loss = torch.compile(loss, fullgraph=True, dynamic=False) if compiles else loss
        self.outputs = (
            torch.compile(network, fullgraph=True, dynamic=False) if compiles else network)

    @torch.no_grad()
    def restart(self):
        """Sets everything back, in the memory where it is."""
        for tensor, value in zip(self.model.state_dict().values(), self.initial, strict=True):
            tensor.copy_(value)
        for state in self.optimizer.state.values():
            for value in state.values():
                if torch.is_tensor(value):
                    value.zero_()
        self.model.train()

    def step(self, inputs, labels, masks):
        loss = self.loss(inputs, labels, masks)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss

    def losses(self, steps, masks):
        self.restart()
        masks = {index: self.placed(mask) for index, mask in masks.items()}
        return [
            self.step(
                self.inputs[step], self.labels[step],
                {index: mask[step] for index, mask in masks.items()}).item()
            for step in range(steps)]

    def placed(self, mask):
        """Masks [steps, batch, H, W, C] as the layer has its numbers; rows have one position."""
        mask = torch.from_numpy(mask)
        return mask.flatten(2) if mask.shape[2:4] == (1, 1) else mask.permute(0, 1, 4, 2, 3)

    def train(self, passes):
        self.restart()
        start = time.perf_counter()
        for _ in range(passes):
            for inputs, labels in zip(self.inputs, self.labels):
                self.step(inputs, labels, {})
        return time.perf_counter() - start

    def infer(self, passes):
        self.model.eval()
        samples = []
        with torch.inference_mode():
            for _ in range(passes):
                for inputs in self.inputs:
                    start = time.perf_counter()
                    self.outputs(inputs, {})
                    samples.append(time.perf_counter() - start)
        return samples


# Before there are other threads, which take it over.
if OPTIONS.flush_subnormals:
    torch.set_flush_denormal(True)
torch.set_num_threads(OPTIONS.threads)
peer.serve(TorchEngine(), OPTIONS.threads)
