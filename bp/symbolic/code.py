"""Straight-line code for one small network, printed from the very expressions that were proved."""

import math
from typing import NamedTuple

import numpy as np
import sympy as sp

from .. import vectorized
from ..checks import array, real
from ..costs import squared_error
from ..network import Gradient, Network
from ..objective import objective
from .arrays import expression
from .atoms import Largest, Step
from .networks import example, lam, network, prove_backward
from .prove import Proved


class Compiled(NamedTuple):
    """What ``compile`` returns. Called with a network of numbers, it gives one example's C and Gradient."""

    function: object        # plain floats, in the order of the source's arguments -> C and its derivatives
    source: str             # Python that needs only math and the helpers below
    proved: Proved
    operations: tuple       # how many before and after common parts were taken out
    sizes: list             # [n_0, ..., n_L] of the networks that it is for
    f: dict                 # and their activations

    def __call__(self, net, x, y, lam=0.0):
        """(C + (lam/2) sum_l ||W^(l)||^2, its Gradient) for a network of the compiled shape; x (n_0,), y (n_L,).

        Raises ValueError for other sizes or activations and for numbers that are not finite. Whether a cost allows
        these targets is not asked.
        """
        if not isinstance(net, Network) or net.sizes != self.sizes or net.f != self.f:
            raise ValueError(f"net must be like the compiled one, sizes {self.sizes} and f {self.f}, got {net!r}")
        if not 0 <= lam < math.inf:
            real("lam", lam, 0)
        numbers = []
        for l, W in net.W.items():
            numbers += W.ravel().tolist() + net.b[l].tolist()
        numbers += _row("x", x, self.sizes[0]) + _row("y", y, self.sizes[-1]) + [float(lam)]
        if not math.isfinite(sum(numbers)):
            for name, values in {"x": x, "y": y, **_named("W", net.W), **_named("b", net.b)}.items():
                array(name, values, np.shape(values))
        C, *slopes = self.function(*numbers)
        slopes = np.array(slopes, net.dtype)        # every derivative, one after the other
        W, b, end = {}, {}, 0
        for l, n in enumerate(self.sizes[1:], start=1):
            start, middle = end, end + n * self.sizes[l - 1]
            end = middle + n
            W[l] = slopes[start:middle].reshape(n, -1)                          # (n_l, n_{l-1})
            b[l] = slopes[middle:end]                                           # (n_l,)
        return C, Gradient(W, b)


def _named(name, layers):
    return {f"{name}[{l}]": values for l, values in layers.items()}


def _row(name, values, n):
    row = values if isinstance(values, np.ndarray) else np.array(values, dtype=float)
    if row.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {row.shape}")
    return row.tolist()


def compile(net, cost=squared_error):
    """The gradient of one example as plain Python, for networks of the sizes and activations of net.

    The expressions are those of vectorized.backward on symbols, proved against sympy.diff first. sympy.cse takes
    out what they share; what is left is backpropagation again. For tens of parameters, not for hundreds.
    """
    blank = network(net.sizes)
    symbols = Network(blank.W, blank.b, net.f)
    x, y = example(symbols)                                                     # (n_0,), (n_L,)
    proved = prove_backward(symbols, vectorized, cost, certify=False)
    g = vectorized.backward(symbols, x, y, cost=cost, lam=lam)
    C = expression(objective(symbols, x[None], y[None], cost=cost, lam=lam))
    names = {s: sp.Symbol(_identifier(s)) for s in [*_parameters(symbols), *x, *y, lam]}
    results = [_stable(e).xreplace(names) for e in (C, *_parameters(g))]
    steps, shorter = sp.cse(results)
    source = _source(names.values(), steps, shorter)
    scope = dict(_HELPERS)
    exec(source, scope)
    after = sum(1 + sp.count_ops(e) for _, e in steps) + sum(map(sp.count_ops, shorter))
    return Compiled(scope["gradient"], source, proved, (int(sum(map(sp.count_ops, results))), int(after)),
                    net.sizes, net.f)


class Sigma(sp.Function):
    """1/(1 + e^-z), computed without overflow."""


class Softplus(sp.Function):
    """log(1 + e^z), computed without overflow."""


def _stable(e):
    """e with the two forms that overflow replaced by their helpers."""
    e = e.replace(lambda u: u.is_Pow and u.exp.is_Integer and u.exp < 0 and _one_plus_exp(u.base) is not None,
                  lambda u: Sigma(-_one_plus_exp(u.base))**-u.exp)
    return e.replace(lambda u: isinstance(u, sp.log) and _one_plus_exp(u.args[0]) is not None,
                     lambda u: Softplus(_one_plus_exp(u.args[0])))


def _one_plus_exp(e):
    """z of 1 + exp(z), otherwise None."""
    rest = e - 1
    return rest.exp if isinstance(rest, sp.exp) else None


def _sigma(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


_HELPERS = {
    "math": math, "sigma": _sigma, "softplus": lambda z: max(z, 0.0) + math.log1p(math.exp(-abs(z))),
    "step": lambda z: 1.0 if z > 0 else 0.0,
}
_PRINTED = {Sigma.__name__: "sigma", Softplus.__name__: "softplus", Step.__name__: "step", Largest.__name__: "max"}


def _source(arguments, steps, results):
    def line(e):
        return sp.pycode(e, user_functions=_PRINTED)

    body = [f"    {name} = {line(e)}" for name, e in steps]
    return "\n".join([f"def gradient({', '.join(map(str, arguments))}):", *body,
                      f"    return ({', '.join(map(line, results))},)", ""])


def _parameters(net):
    """W and b of a network or a gradient, layer by layer, as one list."""
    return [p for l in sorted(net.W) for p in (*net.W[l].flat, *net.b[l].flat)]


def _identifier(symbol):
    """W_{12}^{(1)} -> W1_12, x_{2} -> x_2, lambda -> lam."""
    name = str(symbol).replace(",", "_").translate(str.maketrans("", "", "{}()"))
    head, _, layer = name.partition("^")
    letter, _, index = head.partition("_")
    return "lam" if name == "lambda" else f"{letter}{layer}_{index}"
