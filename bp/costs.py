"""Costs of one example: C(a, y) and dC/da stand together (chapter 03).

``value`` sums over the last axis: (n_L,) -> scalar, (E, n_L) -> (E,). ``gradient`` has the shape of a. For the
named output activations a cost also has a shortcut: C and delta^(L) = dC/dz^(L) straight from z^(L), finite even
where a has rounded to 0 or 1. Tests prove each shortcut equal to the long way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

import numpy as np

from . import kept
from .activations import PLAIN


class Shortcut(NamedTuple):
    """C and BP1 for one output activation, from z^(L), a^(L) and y."""

    value: Callable     # (z, y) -> C
    delta: Callable     # (z, a, y) -> dC/dz, shape of z


@dataclass(frozen=True)
class Cost:
    """C = value(a, y) and dC/da = gradient(a, y) for outputs a and targets y of shape (n_L,) or (E, n_L)."""

    name: str
    value: Callable
    gradient: Callable
    complaint: Callable = lambda y: None        # y -> why these targets do not fit, or None
    domain: Callable = lambda a, y: None        # (a, y) -> why C(a, y) does not exist, or None
    shortcuts: dict = field(default_factory=dict, hash=False)   # name of the package's output activation -> Shortcut
    fits: Callable = lambda y: False            # y -> True if a glance shows finite targets without complaint

    def shortcut(self, f):
        """The Shortcut for output activation f, or None; a known name with functions of its own has none."""
        known = PLAIN.get(f.name)
        same = known and (f.value, f.derivative) == (known.value, known.derivative)
        return self.shortcuts.get(f.name) if same else None

    def of_output(self, f, z, a, y):
        """C for output activation f at z^(L), a^(L): (n_L,) -> scalar, (E, n_L) -> (E,)."""
        if short := self.shortcut(f):
            return short.value(z, y)
        self.require_domain(f, a, y)
        return self.value(a, y)

    def require_domain(self, f, a, y):
        """ValueError if these outputs have no finite cost, such as log of a negative number."""
        if a.dtype != object and (why := self.domain(a, y)):
            raise ValueError(f"outputs of {f} do not fit {self.name}: {why}")

    def __reduce_ex__(self, protocol):
        """In a pickle the package's own costs are their names."""
        return self.name if globals().get(self.name) is self else super().__reduce_ex__(protocol)

    def __repr__(self):
        return self.name


def _total(c):
    return c.sum(axis=-1)


def _used(a, factor):
    return np.where(factor == 0, 1, a)      # 0 log 0 = 0 and 0/0 = 0: where the factor is 0, anything positive does


def _not_probabilities(y):
    outside = (y < 0) | (y > 1)
    return f"they must lie in [0, 1], got {y[outside].flat[0]}" if outside.any() else None


def _not_a_distribution(y):
    if why := _not_probabilities(y):
        return why
    sums = y.sum(axis=-1)                                       # (E,)
    off = abs(sums - 1) > 1e-6
    return f"each row must sum to 1, got a sum of {sums[off][0]:.6g}" if off.any() else None


def _are_probabilities(y):
    return y.min() >= 0 and y.max() <= 1        # false for NaN


def _are_distributions(y):
    off = y.dot(kept.ones(y.shape[1], y.dtype)) - kept.limits(y.dtype)[0]   # (E,)
    largest = np.vdot(off, off)
    return largest <= 1e-12 and y.min() >= 0 and (largest == 0 or y.max() <= 1)


def _need_positive(a, y):
    bad = (y > 0) & (a < np.finfo(a.dtype).tiny)
    return f"its logarithm needs a > 0 and a finite 1/a, got a = {a[bad].flat[0]}" if bad.any() else None


def _need_open_interval(a, y):
    bad = ((y > 0) & (a < np.finfo(a.dtype).tiny)) | ((y < 1) & (a >= 1))
    return f"its logarithms need 0 < a < 1 and a finite 1/a, got a = {a[bad].flat[0]}" if bad.any() else None


def _minus_log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)                       # (E, n_L) first, or large z would swallow the logarithm
    return np.log(np.exp(z).sum(axis=-1, keepdims=True)) - z    # (E, n_L)


squared_error = Cost(
    "squared_error",
    value=lambda a, y: _total((a - y) ** 2) / 2,
    gradient=lambda a, y: a - y,
    fits=lambda y: isfinite(np.vdot(y, y)),
)

binary_cross_entropy = Cost(
    "binary_cross_entropy",     # summed over the K outputs, each of which answers yes or no
    value=lambda a, y: -_total(y * np.log(_used(a, y)) + (1 - y) * np.log(_used(1 - a, 1 - y))),
    gradient=lambda a, y: (1 - y) / _used(1 - a, 1 - y) - y / _used(a, y),
    complaint=_not_probabilities,
    domain=_need_open_interval,
    fits=_are_probabilities,
    # log(1 + e^z) - y z, without the difference, which loses all digits where a is nearly y
    shortcuts={"sigmoid": Shortcut(lambda z, y: _total(np.logaddexp(-y * z, (1 - y) * z)), lambda z, a, y: a - y)},
)

categorical_cross_entropy = Cost(
    "categorical_cross_entropy",
    value=lambda a, y: -_total(y * np.log(_used(a, y))),
    gradient=lambda a, y: -y / _used(a, y),
    complaint=_not_a_distribution,
    domain=_need_positive,
    fits=_are_distributions,
    shortcuts={
        # a - y, since targets sum to 1; the sum stays in the line so that it is true for any y
        "softmax": Shortcut(lambda z, y: _total(y * _minus_log_softmax(z)),
                            lambda z, a, y: a * y.sum(axis=-1, keepdims=True) - y),
        "sigmoid": Shortcut(lambda z, y: _total(y * np.logaddexp(0, -z)), lambda z, a, y: y * (a - 1)),
    },
)
