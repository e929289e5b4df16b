"""What makes another run of the same training: orders of summation, and hyperparameters moved."""

import numpy as np


class Orders:
    """The order of every layer's units and every batch's samples: as they are, or at random.

    Groups of hidden units change places as a whole, and within each of them its units.
    """

    def __init__(self, widths, steps, batch_size, generator=None, groups=1):
        order = np.arange if generator is None else generator.permutation

        def hidden(width):
            if groups == 1:
                return order(width)
            size = width // groups
            return np.concatenate([size * group + order(size) for group in order(groups)])

        self.units = [order(widths[0]), *map(hidden, widths[1:-1]), order(widths[-1])]
        self.samples = [order(batch_size) for _ in range(steps)]

    def axes(self, name, array):
        """The orders of a tensor's axes, in Batchwise's layout."""
        layer = int(name[2])
        return [self.units[layer]] if array.ndim == 1 else self.units[layer - 1:layer + 1]

    def permuted(self, name, array):
        return array[np.ix_(*self.axes(name, array))]

    def restored(self, name, array):
        return array[np.ix_(*map(np.argsort, self.axes(name, array)))]


class Moved(float):
    """A number, up or down by at most one unit in the last place; so are its powers, t times."""

    def __new__(cls, value, generator):
        number = super().__new__(cls, np.nextafter(value, value + generator.integers(-1, 2)))
        number.generator = generator
        return number

    def __pow__(self, exponent):
        exponent = float(exponent)
        power = float(self) ** exponent
        return power + power * exponent * float(self.generator.uniform(-1, 1)) * 2**-53


def moved(value, generator):
    """A hyperparameter for a float64 member; zero, which means none, stays."""
    if isinstance(value, tuple):
        return tuple(moved(part, generator) for part in value)
    return value if isinstance(value, bool) or value == 0 else Moved(value, generator)
