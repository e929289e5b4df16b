"""A network's layers in one precision, with every sum folded term by term in an order of its own.

PyTorch's layers sum in blocks, and batch normalisation of float32 in float64. These are what the
formulas come to without such care: the plainest program, in an order drawn at random. Only the
places of a kernel, in the gradient of a convolution's input, are summed in PyTorch's order, and so
are the few positions of global average pooling.
"""

import types

import torch
from torch import nn
from torch.nn import functional


class Fold(torch.autograd.Function):
    """The sum over the first axis; its gradient belongs to each term."""

    @staticmethod
    def forward(ctx, terms, generator):
        ctx.count = len(terms)
        return folded_sum(terms, generator)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.expand(ctx.count, *gradient.shape), None


class Copies(torch.autograd.Function):
    """As many copies along a new first axis; the gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx, value, count, generator):
        ctx.generator = generator
        return value.expand(count, *value.shape)

    @staticmethod
    def backward(ctx, gradient):
        return folded_sum(gradient, ctx.generator), None, None


class Product(torch.autograd.Function):
    """The matrix products [G, N, K] x [G, K, O]."""

    @staticmethod
    def forward(ctx, x, weight, generator):
        ctx.save_for_backward(x, weight)
        ctx.generator = generator
        return folded_product(x, weight, generator)

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        return (
            folded_product(gradient, weight.transpose(1, 2), ctx.generator),
            folded_product(x.transpose(1, 2), gradient, ctx.generator), None)


def folded_sum(terms, generator):
    total = torch.zeros_like(terms[0])
    for index in generator.permutation(len(terms)):
        total = total + terms[index]
    return total


def folded_product(a, b, generator):
    total = a.new_zeros(a.shape[0], a.shape[1], b.shape[2])
    for k in generator.permutation(b.shape[1]):
        total = torch.addcmul(total, a[:, :, k, None], b[:, k, None, :])
    return total


def affine(layer, rows, weight):
    """rows [G, N, K] x weight [G, K, O], and the bias, which is one more term of each sum."""
    if layer.bias is not None:
        rows = torch.cat([rows, rows.new_ones(*rows.shape[:2], 1)], 2)
        weight = torch.cat([weight, layer.bias.reshape(len(weight), 1, -1)], 1)
    return Product.apply(rows, weight, layer.orders)


def convolve(layer, x):
    count, groups = len(x), layer.groups
    windows = functional.unfold(x, layer.kernel_size, layer.dilation, layer.padding, layer.stride)
    places = windows.shape[1] // groups
    windows = windows.reshape(count, groups, places, -1).permute(1, 0, 3, 2)
    weight = layer.weight.reshape(groups, -1, places).transpose(1, 2)
    y = affine(layer, windows.reshape(groups, -1, places), weight)
    height, width = (
        (x.shape[2 + axis] + 2 * layer.padding[axis] - layer.kernel_size[axis])
        // layer.stride[axis] + 1 for axis in (0, 1))
    return y.transpose(0, 1).reshape(count, height, width, -1).permute(0, 3, 1, 2)


def multiply(layer, x):
    return affine(layer, x[None], layer.weight.T[None])[0]


def normalize(layer, x):
    rows = x.permute(0, 2, 3, 1).reshape(-1, layer.num_features)
    count = len(rows)

    def copies(value):
        return Copies.apply(value, count, layer.orders)

    if layer.training:
        mean = Fold.apply(rows, layer.orders) / count
        centred = rows - copies(mean)
        squares = Fold.apply(centred * centred, layer.orders)
        variance = squares / count
        with torch.no_grad():
            layer.running_mean += layer.momentum * (mean - layer.running_mean)
            layer.running_var += layer.momentum * (squares / (count - 1) - layer.running_var)
    else:
        centred, variance = rows - layer.running_mean, layer.running_var
    deviation = torch.sqrt(variance + layer.eps)
    y = centred * copies(1 / deviation) * copies(layer.weight) + copies(layer.bias)
    return y.reshape(len(x), *x.shape[2:], -1).permute(0, 3, 1, 2)


def average(layer, x):
    count, channels = x.shape[:2]
    windows = functional.unfold(x, layer.kernel_size, stride=layer.stride)
    places = windows.shape[1] // channels
    windows = windows.reshape(count, channels, places, -1).permute(2, 0, 1, 3)
    y = Fold.apply(windows, layer.orders) / places
    height, width = (extent // layer.stride for extent in x.shape[2:])
    return y.reshape(count, channels, height, width)


FORWARD = {
    nn.Conv2d: convolve, nn.Linear: multiply, nn.BatchNorm2d: normalize, nn.AvgPool2d: average}


def fold(network, generator):
    """Replaces the network's layers, whose orders of summation the generator draws."""
    for module in network.modules():
        if type(module) in FORWARD:
            module.orders = generator
            module.forward = types.MethodType(FORWARD[type(module)], module)
    return network
