"""The network and what its two sweeps return, each keyed by the layer number l (chapter 02)."""

from typing import NamedTuple

import numpy as np

from . import checks
from .activations import Activation, identity, tanh


class Trace(NamedTuple):
    """What the forward sweep leaves behind: z[1..L] and a[0..L], shapes (n_l,) or (E, n_l); a[0] is the input."""

    z: dict
    a: dict


class Gradient(NamedTuple):
    """Derivatives by layer: W[l] of shape (n_l, n_{l-1}) and b[l] of shape (n_l,), l = 1..L."""

    W: dict
    b: dict


class Network:
    """A fully connected network: W[l] of shape (n_l, n_{l-1}), b[l] of shape (n_l,), f[l], for l = 1..L.

    W, b: a dict keyed 1..L or a list in that order; the arrays are copied, other types of number than float32
    become float64. f: one Activation for all layers,
    a list, or a dict. ``L`` is the number of layers, ``sizes`` is [n_0, ..., n_L].
    Raises ValueError for shapes that do not chain, NaN or infinity, or an f that is no Activation.
    """

    def __init__(self, W, b, f):
        W, b = checks.by_layer("W", W), checks.by_layer("b", b)
        if set(W) != set(b):
            raise ValueError(f"b must have the layers of W, {sorted(W)}, got layers {sorted(b)}")
        self.L = len(W)
        self.f = checks.by_layer("f", dict.fromkeys(W, f) if isinstance(f, Activation) else f)
        if set(self.f) != set(W):
            raise ValueError(f"f must have the layers of W, {sorted(W)}, got layers {sorted(self.f)}")
        self.W, self.b, self.sizes = {}, {}, []
        for l in range(1, self.L + 1):
            n_before = self.sizes[-1] if self.sizes else None
            self.W[l] = checks.array(f"W[{l}]", W[l], (None, n_before)).copy()      # (n_l, n_{l-1})
            n_l, n_before = self.W[l].shape
            if n_l == 0 or n_before == 0:
                raise ValueError(f"W[{l}] must have at least one row and one column, got shape {self.W[l].shape}")
            self.b[l] = checks.array(f"b[{l}]", b[l], (n_l,)).copy()                # (n_l,)
            self.sizes += [n_l] if self.sizes else [n_before, n_l]
            if not isinstance(self.f[l], Activation):
                raise ValueError(f"f[{l}] must be an Activation such as bp.tanh, got {self.f[l]!r}")
        self._share_one_dtype()

    def _share_one_dtype(self):
        kinds = [p.dtype for p in (*self.W.values(), *self.b.values())]
        if object in kinds:
            self.W = {l: checks.symbols(w) for l, w in self.W.items()}
            self.b = {l: checks.symbols(v) for l, v in self.b.items()}
        elif len(set(kinds)) > 1:
            common = np.result_type(*kinds)
            self.W = {l: w.astype(common) for l, w in self.W.items()}
            self.b = {l: v.astype(common) for l, v in self.b.items()}

    @classmethod
    def random(cls, sizes, hidden=tanh, output=identity, rng=0):
        """A network of the given layer sizes [n_0, ..., n_L], reproducible by its seed.

        Weights are normal with mean 0 and standard deviation 1/sqrt(n_{l-1}), biases are 0. rng: a seed or a
        numpy.random.Generator. Raises ValueError for fewer than two sizes or one that is not a positive integer.
        """
        sizes = checks.layer_sizes(sizes)
        rng = checks.generator(rng)
        W, b, f = {}, {}, {}
        for l in range(1, len(sizes)):
            n_l, n_before = sizes[l], sizes[l - 1]
            W[l] = rng.standard_normal((n_l, n_before)) / np.sqrt(n_before)     # (n_l, n_{l-1})
            b[l] = np.zeros(n_l)                                                # (n_l,)
            f[l] = output if l == len(sizes) - 1 else hidden
        return cls(W, b, f)

    def replace(self, W, b):
        """The network with these parameters and the same activations; for the package's own arrays: no checks."""
        net = object.__new__(type(self))
        net.W, net.b, net.f, net.L, net.sizes = W, b, self.f, self.L, self.sizes
        return net

    @property
    def dtype(self):
        """float64, float32, or object for SymPy expressions: the type that all computing is done in."""
        return self.W[1].dtype

    def copy(self):
        """The same network with arrays of its own."""
        return self.replace({l: W.copy() for l, W in self.W.items()}, {l: b.copy() for l, b in self.b.items()})

    def symbolic(self):
        """The same network with its numbers as exact SymPy rationals."""
        return self.replace({l: checks.symbols(w) for l, w in self.W.items()},
                            {l: checks.symbols(v) for l, v in self.b.items()})

    def __repr__(self):
        return f"Network({'-'.join(map(str, self.sizes))}, {', '.join(map(repr, self.f.values()))})"
