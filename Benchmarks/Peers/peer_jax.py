#!/usr/bin/env python3
"""Trains a model with JAX, compiled for the CPU, as README.md's protocol says.

Usage: peer_jax.py --threads N

The state is the parameters, the moving averages, what the optimizer keeps (for Adam the number of
steps and both moments), and the key of random numbers.
"""

import functools
import math
import os
import time

import peer

OPTIONS = peer.options()
# XLA makes as many threads.
os.environ["NPROC"] = str(OPTIONS.threads)
try:
    import jax
    from jax import lax, numpy as jnp
except ImportError as error:
    peer.exit_for_missing(error)

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def pool(layer, x, start, combine):
    window, stride = layer.extents("window"), layer.extents("stride")
    return lax.reduce_window(x, start, combine, (1, *window, 1), (1, *stride, 1), "valid")


def convolve(layer, x, weight, bias=None):
    padding = [(extent, extent) for extent in layer.extents("padding")]
    y = lax.conv_general_dilated(
        x, weight, layer.extents("stride"), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=layer.fields["groups"])
    return y if bias is None else y + bias


def normalize(layer, x, scale, shift, statistics, training):
    """The normalised x, and the moving averages."""
    mean, variance = statistics
    if training:
        axes = tuple(range(x.ndim - 1))
        count = math.prod(x.shape[:-1])
        batch_mean, batch_variance = jnp.mean(x, axes), jnp.var(x, axes)
        momentum = layer.fields["momentum"]
        statistics = (
            mean + momentum * (batch_mean - mean),
            variance + momentum * (batch_variance * (count / (count - 1)) - variance))
        mean, variance = batch_mean, batch_variance
    y = (x - mean) * (scale * lax.rsqrt(variance + layer.fields["epsilon"])) + shift
    return y, statistics


def drop(layer, x, key):
    keep = 1 - layer.fields["rate"]
    return jnp.where(jax.random.bernoulli(key, keep, x.shape), x / keep, 0)


PLAIN = {
    "relu": jax.nn.relu, "relu6": jax.nn.relu6, "tanh": jnp.tanh,
    "gelu": jax.nn.gelu,
    "global_average_pool": lambda x: jnp.mean(x, (1, 2)),
}


def forward(layers, parameters, statistics, x, key=None, masks={}):
    """The outputs and the moving averages; in training mode where there is a key.

    Masks, by the index of a dropout layer, take the place of its own.
    """
    statistics, places, inputs = list(statistics), iter(range(len(statistics))), []
    for index, (layer, own) in enumerate(zip(layers, parameters)):
        inputs.append(x)
        if layer.kind == "dense":
            x = x.reshape(len(x), -1) @ own[0] + own[1]
        elif layer.kind == "convolution":
            x = convolve(layer, x, *own)
        elif layer.kind == "average_pool":
            x = pool(layer, x, 0.0, lax.add) / math.prod(layer.extents("window"))
        elif layer.kind == "max_pool":
            x = pool(layer, x, -jnp.inf, lax.max)
        elif layer.kind == "batch_norm":
            place = next(places)
            x, statistics[place] = normalize(layer, x, *own, statistics[place], key is not None)
        elif layer.kind == "residual":
            x = x + inputs[index - layer.fields["layers"]]
        elif layer.kind != "dropout":
            x = PLAIN[layer.kind](x)
        elif index in masks:
            x = x * masks[index].reshape(x.shape)
        elif key is not None:
            x = drop(layer, x, jax.random.fold_in(key, index))
    return x, statistics


def sgd(parameters, gradients, kept, learning_rate):
    return jax.tree.map(lambda p, g: p - learning_rate * g, parameters, gradients), kept


def adam(parameters, gradients, kept, learning_rate):
    steps, means, squares = kept
    steps = steps + 1
    # 1 - beta^steps, without the digits that float32 would lose.
    correction1 = -jnp.expm1(steps * math.log(BETA1))
    correction2 = -jnp.expm1(steps * math.log(BETA2))
    means = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, means, gradients)
    squares = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, squares, gradients)
    rate, scale = learning_rate / correction1, jnp.sqrt(correction2)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) / scale + EPSILON), parameters, means, squares)
    return parameters, (steps, means, squares)


class JAXEngine:
    name = "JAX"
    version = jax.__version__
    variants = ["scan", "step"]
    image_variants = []
    left_out = []

    def __init__(self):
        self.subnormals = peer.subnormals(jax.jit(jnp.multiply))

    def load(self, task, variant):
        self.task = task
        self.is_scan = variant == "scan"
        self.batches = (jnp.asarray(task.inputs), jnp.asarray(task.labels, jnp.int32))
        self.single = list(zip(*self.batches))
        update = {"sgd": sgd, "adam": adam}[task.optimizer]

        def mean_loss(parameters, statistics, key, inputs, labels, masks):
            logits, statistics = forward(task.layers, parameters, statistics, inputs, key, masks)
            scores = jax.nn.log_softmax(logits)
            one_hot = jax.nn.one_hot(labels, scores.shape[1])
            return -jnp.mean(jnp.sum(scores * one_hot, axis=1)), statistics

        def step(state, batch):
            parameters, statistics, kept, key = state
            key, this_key = jax.random.split(key)
            (loss, statistics), gradients = jax.value_and_grad(mean_loss, has_aux=True)(
                parameters, statistics, this_key, *batch)
            parameters, kept = update(parameters, gradients, kept, task.learning_rate)
            return (parameters, statistics, kept, key), loss

        self.step = jax.jit(step, donate_argnums=0)
        self.scan = jax.jit(functools.partial(lax.scan, step), donate_argnums=0)
        self.weights = self.fresh()[:2]
        self.outputs = jax.jit(
            lambda parameters, statistics, inputs:
            forward(task.layers, parameters, statistics, inputs)[0])

    def fresh(self):
        """The prepared state, in memory of its own: it is donated."""
        parameters = [list(map(jnp.array, layer.tensors)) for layer in self.task.layers]
        statistics = [
            tuple(map(jnp.array, layer.statistics)) for layer in self.task.layers
            if layer.statistics]
        kept = () if self.task.optimizer == "sgd" else (
            jnp.float32(0), jax.tree.map(jnp.zeros_like, parameters),
            jax.tree.map(jnp.zeros_like, parameters))
        state = parameters, statistics, kept, jax.random.key(0, impl="rbg")
        return jax.block_until_ready(state)

    def losses(self, steps, masks):
        if self.is_scan:
            # Without masks, this is the program that is timed, over a whole pass.
            inputs, labels = self.batches
            batches = (inputs[:steps], labels[:steps], masks) if masks else (*self.batches, {})
            return self.scan(self.fresh(), batches)[1][:steps].tolist()
        state, losses = self.fresh(), []
        for index, batch in enumerate(self.single[:steps]):
            own = {layer: mask[index] for layer, mask in masks.items()}
            state, loss = self.step(state, (*batch, own))
            losses.append(float(loss))
        return losses

    def train(self, passes):
        state = self.fresh()
        start = time.perf_counter()
        for _ in range(passes):
            if self.is_scan:
                state, _ = self.scan(state, (*self.batches, {}))
            else:
                for inputs, labels in self.single:
                    state, _ = self.step(state, (inputs, labels, {}))
        jax.block_until_ready(state)
        return time.perf_counter() - start

    def infer(self, passes):
        samples = []
        for _ in range(passes):
            for inputs, _ in self.single:
                start = time.perf_counter()
                self.outputs(*self.weights, inputs).block_until_ready()
                samples.append(time.perf_counter() - start)
        return samples


jax.config.update("jax_platforms", "cpu")
peer.serve(JAXEngine(), OPTIONS.threads)
