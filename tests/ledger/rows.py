"""The network of source S1: examples are rows, Z_l = A_{l-1} W_l + b_l. No line is shared with bp.

Every quantity can be replaced by a value of ours, and everything downstream follows: that is how it is differentiated.
"""

import numpy as np
from common import derivative

SIZES = [5, 3, 2, 4]  # as the source draws it: 3 units, then 2; K = 4 classes


def sigma(z):
    return 1 / (1 + np.exp(-z))


def entropies(A, Y):
    """Cross-entropies of all outputs, (E, K)."""
    return -Y * np.log(A) - (1 - Y) * np.log(1 - A)


def mean_entropy(A, Y):
    """(1/E) sum of the examples' cross-entropies."""
    return entropies(A, Y).sum() / len(Y)


def half_square(A, Y):
    """Half the sum of all squared errors."""
    return ((A - Y) ** 2).sum() / 2


class Rows:
    """E examples; W[l] (n_{l-1}, n_l), b[l] (1, n_l), X (E, n_0), Y (E, n_L), Z[l] and A[l] (E, n_l)."""

    def __init__(self, E, sizes=SIZES, f=sigma, cost=mean_entropy, bias=True, seed=1):
        rng = np.random.default_rng(seed)
        self.f, self.cost, self.L = f, cost, len(sizes) - 1
        self.W = {l: rng.normal(size=sizes[l - 1:l + 1]) for l in range(1, len(sizes))}
        self.b = {l: bias * rng.normal(size=(1, sizes[l])) for l in self.W}
        self.X, self.Y = rng.normal(size=(E, sizes[0])), rng.uniform(0.1, 0.9, (E, sizes[-1]))
        self.Z, self.A = self.run()

    def run(self, **new):
        """Z and A of every layer; new: Z2=.., W1=.., X=.. replace what the network has."""
        Z, A = {}, {0: new.get("X", self.X)}
        for l in self.W:
            z = A[l - 1] @ new.get(f"W{l}", self.W[l]) + new.get(f"b{l}", self.b[l])  # (E, n_l)
            Z[l] = new.get(f"Z{l}", z)
            A[l] = new.get(f"A{l}", self.f(Z[l]))  # (E, n_l)
        return Z, A

    def loss(self, **new):
        return self.cost(self.run(**new)[1][self.L], self.Y)

    def value(self, name):
        return self.X if name == "X" else getattr(self, name[0])[int(name[1:])]

    def slope(self, name):
        """dL by W2, b1, Z3, A1, X: an array of its shape."""
        return derivative(lambda v: self.loss(**{name: v}), self.value(name))

    def jacobian(self, above, below):
        """d above / d below with all four axes: jacobian("Z2", "Z1")[e, i, m, j] = dZ2[e, i] / dZ1[m, j]."""
        part, l = "ZA".index(above[0]), int(above[1:])
        return derivative(lambda v: self.run(**{below: v})[part][l], self.value(below))
