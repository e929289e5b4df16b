"""Batchwise's initial weights, computed a second time, with NumPy.

Philox 4x32-10 after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011, section 3.3. The key is the seed; the counter is (unit / 4, sample, epoch, stream), least
significant word first, and the stream is the purpose in its upper 8 bits and the tensor's index
in its lower 24. Unit u of a quad has word u mod 4.
"""

import numpy as np

INITIAL_WEIGHTS = 1
LOW = np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)


def philox(counter, key):
    """The four words at each counter: arrays of 32-bit values held in 64 bits."""
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    k0, k1 = key
    for _ in range(10):
        p0 = c0 * np.uint64(0xD2511F53)
        p1 = c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (
            (p1 >> WORD) ^ c1 ^ np.uint64(k0), p1 & LOW,
            (p0 >> WORD) ^ c3 ^ np.uint64(k1), p0 & LOW)
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def check_philox():
    """Compares with Random123's published vector for the digits of pi."""
    words = philox((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0))
    if [int(word) for word in words] != [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]:
        raise AssertionError("Philox 4x32-10 differs from its published vector")


def uniform(shape, fan_in, tensor_index, seed):
    """Uniform in +-1/sqrt(fan in), float32, of Batchwise's shape: [inputs, outputs] or [outputs]."""
    count = int(np.prod(shape))
    quads = np.arange((count + 3) // 4, dtype=np.uint64)
    nothing = np.zeros_like(quads)
    stream = nothing + np.uint64(INITIAL_WEIGHTS << 24 | tensor_index)
    words = philox((quads, nothing, nothing, stream), (seed & 0xFFFFFFFF, seed >> 32))
    units = (np.stack(words, axis=1).reshape(-1)[:count] >> np.uint64(8)).astype(np.float32)
    bound = np.float32(1 / np.sqrt(np.float64(fan_in)))
    return ((np.float32(2) * units * np.float32(2**-24) - np.float32(1)) * bound).reshape(shape)


def initial_tensors(widths, names, seed):
    """The named tensors of a perceptron by name: fc1.weight, bn1.running_var, and so on.

    A tensor's index counts what is learned: running statistics have none.
    """
    tensors = {}
    index = 0
    for name in names:
        module, part = name.split(".")
        if part == "num_batches_tracked":
            continue
        layer = int(module[2])
        inputs, outputs = widths[layer - 1:layer + 1]
        if module.startswith("fc"):
            shape = (inputs, outputs) if part == "weight" else (outputs,)
            tensors[name] = uniform(shape, inputs, index, seed)
        else:
            is_one = part in ("weight", "running_var")
            tensors[name] = np.full(outputs, 1 if is_one else 0, np.float32)
        if not part.startswith("running"):
            index += 1
    return tensors
