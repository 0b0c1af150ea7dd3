"""``batched.sweep`` once more, for speed: the same numbers from fewer and smaller arrays (tests prove them equal).

Where f allows it, A^(l) is written over Z^(l), and f' over A^(l) once BP3 has used it. Everything else goes a block
of rows at a time, so that its temporaries stay in the processor's cache and don't grow with E. ``dot`` is ``@``
without the search for a broader meaning, and sums over examples or units are products with ones.
"""

from typing import NamedTuple

import numpy as np

from . import kept
from .activations import Activation, identity, relu, sigmoid, softmax, tanh
from .costs import binary_cross_entropy, categorical_cross_entropy, squared_error
from .network import Gradient

BLOCK = 32768   # entries of a temporary: 256 KB of float64


class Workspace:
    """The arrays of a sweep of E examples through networks of the sizes, activations and type of net.

    A sweep that is given one allocates nothing that grows with E. Its Gradient lies in here: the next sweep with the
    same workspace writes over it.
    """

    def __init__(self, net, E):
        self.A = {l: np.empty((E, net.sizes[l]), net.dtype) for l in net.W}                             # (E, n_l)
        self.Z = {l: np.empty_like(A) for l, A in self.A.items() if l == net.L or not in_place(net.f[l])}   # (E, n_l)
        self.Delta = {l: np.empty_like(A) for l, A in self.A.items()}                                   # (E, n_l)
        self.dW = {l: np.empty_like(W) for l, W in net.W.items()}                   # (n_l, n_{l-1})
        self.db = {l: np.empty_like(b) for l, b in net.b.items()}                   # (n_l,)
        self.ones = np.ones(E, net.dtype)                                           # (E,)
        self.block = min(BLOCK, max(1024, sum(dW.size for dW in self.dW.values()) // 6))    # small beside the rest


class _New:
    """No workspace: every array is new."""

    A = Z = Delta = dW = db = {}
    ones, block = None, BLOCK


def sweep(net, X, Y, cost, lam, space=_New):
    """batched.sweep for numbers: its Gradient, in new arrays or in those of the workspace."""
    L, E, dtype = net.L, len(X), X.dtype
    Z, A, ways = _forward(net, X, space, id(cost) in _NEED_NO_Z)
    dW, db = {}, {}
    ones = kept.ones(E, dtype) if space.ones is None else space.ones                    # (E,)
    lam = np.array(lam, dtype)                                                      # ()
    for l in range(L, 0, -1):
        out = space.Delta.get(l)
        if l == L:
            Delta = _by_rows(_output_delta(net.f[L], cost), out, Z[L], A[L], Y)     # (E, n_L)      BP1
            if E > 1:
                Delta = np.divide(Delta, E, out)                                    # (E, n_L)
        else:
            Delta = Delta.dot(net.W[l + 1], out)                                    # (E, n_l)      BP2
            if l in ways:
                Delta = ways[l].pull_back(A[l], Delta)                              # (E, n_l)
            else:
                Delta = _by_rows(net.f[l].pull_back, Delta, Z[l], A[l], Delta)      # (E, n_l)
        dW[l] = Delta.T.dot(A[l - 1], space.dW.get(l))                              # (n_l, n_{l-1}) BP3
        if lam and dW[l].size <= space.block:
            np.add(dW[l], lam * net.W[l], dW[l])
        elif lam:
            for rows, W in _blocks(space.block, dW[l], net.W[l]):
                np.add(rows, lam * W, rows)
        db[l] = ones.dot(Delta, space.db.get(l))                                    # (n_l,)        BP4
    return Gradient(dW, db)


def outputs(net, X):
    """z^(L) and a^(L), each of shape (E, n_L): all that the cost needs."""
    Z, A, _ = _forward(net, X, _New, False)
    return Z[net.L], A[net.L]


def _forward(net, X, space, over_last):
    """Z, A, and how to go back where Z is no more (and Z[l] is A[l])."""
    Z, A, ways, E = {}, {0: X}, {}, len(X)
    for l, f in net.f.items():
        way = in_place(f) if l < net.L or over_last else None
        z = A[l - 1].dot(net.W[l].T, (space.A if way else space.Z).get(l))          # (E, n_l)
        rows = z.ravel() if E == 1 else z       # two rows are added faster than a row and a matrix
        np.add(rows, net.b[l], rows)
        if way:
            Z[l] = A[l] = way.value(z)                                              # (E, n_l)
            ways[l] = way
        else:
            Z[l], A[l] = z, _by_rows(f.value, space.A.get(l), z)                    # (E, n_l)
    return Z, A, ways


def _output_delta(f, cost):
    """The function (z, a, y) -> BP1 without its 1/E."""
    if short := cost.shortcut(f):
        return _FASTER.get(short.delta, short.delta)

    def long_way(z, a, y):
        cost.require_domain(f, a, y)
        return f.pull_back(z, a, cost.gradient(a, y))

    return long_way


def _blocks(size, *arrays):
    """The arrays, all of one shape, cut into blocks of so many entries in whole rows: their parts, block by block."""
    E, n = arrays[0].shape
    step = max(1, size // n)
    if E <= step:
        return (arrays,)
    return ([array[e:e + step] for array in arrays] for e in range(0, E, step))


def _by_rows(function, out, *arrays):
    """function(*arrays), all of shape (E, n): at once where that is small, otherwise block by block, into out.

    The result has the type of the arrays, whatever a function of the reader's returns.
    """
    if arrays[0].size <= BLOCK:
        return function(*arrays).astype(arrays[0].dtype, copy=False)
    out = np.empty_like(arrays[0]) if out is None else out                          # (E, n)
    for rows, *parts in _blocks(BLOCK, out, *arrays):
        rows[:] = function(*parts)
    return out


class InPlace(NamedTuple):
    """An f whose derivative is a function of a alone, so that z need not be kept."""

    value: object       # z -> f(z), written over z
    pull_back: object   # (a, Delta) -> Delta (.) f'(z), written over Delta; a may be overwritten too


def in_place(f):
    """InPlace(value, pull_back) of an activation, None for one that needs z and a side by side."""
    return _IN_PLACE.get((f.value, f.derivative)) if type(f) is Activation else None


def _sigmoid(z):
    one, largest = kept.limits(z.dtype)
    out = z if z.size > 1 else None         # NumPy is slow where a single number is written over itself
    z = np.negative(z, out)
    z = np.minimum(z, largest, out=out)     # faster than errstate; what should be 0 becomes 1e-38 at most
    z = np.exp(z, out)
    z = np.add(z, one, out)
    return np.reciprocal(z, out)


def _sigmoid_back(a, Delta):
    np.multiply(Delta, a, Delta)
    np.subtract(kept.limits(a.dtype)[0], a, a)
    return np.multiply(Delta, a, Delta)


def _tanh_back(a, Delta):
    np.multiply(a, a, a)
    np.subtract(kept.limits(a.dtype)[0], a, a)
    return np.multiply(Delta, a, Delta)


def _softmax(z):
    ones = kept.ones(z.shape[1], z.dtype)                                           # (n_l,)
    for rows, in _blocks(BLOCK, z):
        if not np.vdot(rows, rows) < 6400:      # otherwise all |z| < 80, and e^z is neither infinite nor 0
            rows -= rows.max(axis=-1, keepdims=True)
        np.exp(rows, rows)
        np.divide(rows, rows.dot(ones)[:, None], rows)
    return z


def _softmax_delta(z, a, y):
    return a * y.dot(kept.ones(y.shape[1], y.dtype))[:, None] - y                   # (E, n_L)


_IN_PLACE = {(f.value, f.derivative): InPlace(value, back) for f, value, back in (
    (identity, lambda z: z, lambda a, Delta: Delta),
    (sigmoid, _sigmoid, _sigmoid_back),
    (tanh, lambda z: np.tanh(z, z), _tanh_back),
    (softmax, _softmax, lambda a, Delta: _by_rows(softmax.pull_back, Delta, a, a, Delta)),
    (relu, lambda z: np.maximum(z, 0, out=z), lambda a, Delta: np.multiply(Delta, np.sign(a, a), Delta)),
)}
_NEED_NO_Z = {id(squared_error), id(binary_cross_entropy), id(categorical_cross_entropy)}    # nor their shortcuts
_FASTER = {categorical_cross_entropy.shortcuts["softmax"].delta: _softmax_delta}
