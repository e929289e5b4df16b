"""Batchwise's dropout masks, computed a second time, with NumPy.

A unit is kept if its random word is at least rate x 2^32; the word belongs to (seed, layer, epoch,
sample, unit), as initial_weights.py says. Kept units are divided by 1 - rate.
"""

import math

import numpy as np

from initial_weights import philox

DROPOUT = 4


def dropout_masks(task, steps, seed):
    """The factors of each dropout layer in the first steps, by its index: [steps, batch, H, W, C].

    Samples are in the data's order, and the epoch is the first.
    """
    return {
        index: mask(layer, index, task.labels[:steps].size, seed).reshape(
            *task.labels[:steps].shape, *layer.shape)
        for index, layer in enumerate(task.layers) if layer.kind == "dropout"}


def mask(layer, index, samples, seed):
    """A layer's factors, [samples, units]."""
    rate, units = layer.fields["rate"], math.prod(layer.shape)
    sample, quad = np.meshgrid(
        np.arange(samples, dtype=np.uint64), np.arange((units + 3) // 4, dtype=np.uint64),
        indexing="ij")
    nothing = np.zeros_like(quad)
    stream = nothing + np.uint64(DROPOUT << 24 | index)
    words = philox((quad, sample, nothing, stream), (seed & 0xFFFFFFFF, seed >> 32))
    words = np.stack(words, axis=2).reshape(samples, -1)[:, :units]
    kept = np.float32(1) / np.float32(1 - rate)
    return np.where(words >= math.floor(rate * 2**32), kept, np.float32(0))
