#!/usr/bin/env python3
"""Trains a perceptron with JAX, compiled for the CPU, as README.md's protocol says.

Usage: peer_jax.py --threads N

A pass over all batches is one compiled scan whose state is donated. The state is the parameters,
and for Adam the number of steps and both moments.
"""

import functools
import math
import time

import peer

THREADS = peer.wanted_threads()
try:
    import jax
    from jax import numpy as jnp
except ImportError as error:
    peer.exit_for_missing(error)

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def forward(parameters, x):
    for layer, (weight, bias) in enumerate(parameters):
        x = (jax.nn.relu(x) if layer else x) @ weight + bias
    return x


def mean_loss(parameters, x, labels):
    scores = jax.nn.log_softmax(forward(parameters, x))
    return -jnp.mean(jnp.sum(scores * jax.nn.one_hot(labels, scores.shape[1]), axis=1))


def sgd(state, gradients, learning_rate):
    parameters, = state
    return jax.tree.map(lambda p, g: p - learning_rate * g, parameters, gradients),


def adam(state, gradients, learning_rate):
    parameters, steps, means, squares = state
    steps = steps + 1
    # 1 - beta^steps, without the digits that float32 would lose.
    correction1 = -jnp.expm1(steps * math.log(BETA1))
    correction2 = -jnp.expm1(steps * math.log(BETA2))
    means = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, means, gradients)
    squares = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, squares, gradients)
    rate, scale = learning_rate / correction1, jnp.sqrt(correction2)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) / scale + EPSILON), parameters, means, squares)
    return parameters, steps, means, squares


class JAXEngine:
    name = "JAX"
    version = jax.__version__

    def load(self, task):
        self.task = task
        self.inputs = jnp.asarray(task.inputs)
        self.labels = jnp.asarray(task.labels, jnp.int32)
        self.batches = [jnp.asarray(batch) for batch in task.inputs]
        update = {"sgd": sgd, "adam": adam}[task.optimizer]

        def step(state, batch):
            loss, gradients = jax.value_and_grad(mean_loss)(state[0], *batch)
            return update(state, gradients, task.learning_rate), loss

        @functools.partial(jax.jit, donate_argnums=0)
        def train_pass(state, inputs, labels):
            def body(state, batch):
                return step(state, batch)[0], None
            return jax.lax.scan(body, state, (inputs, labels))[0]

        self.step, self.train_pass, self.forward = jax.jit(step), train_pass, jax.jit(forward)
        self.restart()

    def restart(self):
        self.state = self.fresh()

    def fresh(self):
        """The prepared parameters and the optimizer's state before the first step."""
        # Copies: a donated buffer must not be the task's own.
        parameters = jax.tree.map(jnp.array, self.task.weights)
        if self.task.optimizer == "sgd":
            return parameters,
        return (parameters, jnp.float32(0), jax.tree.map(jnp.zeros_like, parameters),
                jax.tree.map(jnp.zeros_like, parameters))

    def losses(self, steps):
        state, losses = self.fresh(), []
        for step in range(steps):
            batch = step % len(self.labels)
            state, loss = self.step(state, (self.inputs[batch], self.labels[batch]))
            losses.append(float(loss))
        return losses

    def train(self, passes):
        start = time.perf_counter()
        for _ in range(passes):
            self.state = self.train_pass(self.state, self.inputs, self.labels)
        jax.block_until_ready(self.state)
        return time.perf_counter() - start

    def infer(self, passes):
        parameters, samples = self.state[0], []
        for _ in range(passes):
            for inputs in self.batches:
                start = time.perf_counter()
                self.forward(parameters, inputs).block_until_ready()
                samples.append(time.perf_counter() - start)
        return samples


jax.config.update("jax_platforms", "cpu")
peer.serve(JAXEngine(), THREADS)
