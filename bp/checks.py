"""Bad input ends here: a ValueError that names the argument, its value and what was expected.

This module knows values alone; ``problem`` checks what belongs together.
"""

from math import inf, isfinite, nan
from numbers import Integral, Real

import numpy as np

_PLAIN = (int, float, np.integer, np.floating)


def numbers(name, value, kind="an array of real numbers"):
    """value as an array of its shape: float32, float64 or SymPy expressions; other real numbers become float64."""
    try:
        a = np.asanyarray(value)        # np.asarray would drop a mask
        masked = np.any(getattr(a, "mask", False))
        if a.dtype == object and not all(isinstance(entry, _PLAIN) for entry in a.flat):
            a = symbols(a)
        elif a.dtype.kind in "iubfO" and a.dtype not in (np.float32, np.float64):
            with np.errstate(over="ignore"):
                a = a.astype(float)
    except (ValueError, TypeError, OverflowError, ImportError) as why:      # without SymPy there are no expressions
        raise ValueError(f"{name} must be {kind}, got {value!r}") from why
    if masked:
        raise ValueError(f"{name} must not have masked entries, got {value!r}")
    if a.dtype.kind not in "fO":
        raise ValueError(f"{name} must be {kind}, got {a.dtype} values")
    return a if a.dtype == object else np.asarray(a)    # the * of np.matrix is another one


def array(name, value, shape, dtype=object):
    """numbers of that shape (None = any length), finite as dtype; object: as the type that they have."""
    a = numbers(name, value, "an array of real numbers" if shape else "a real number")
    if a.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, a.shape)):
        wanted = ", ".join("any" if n is None else str(n) for n in shape) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} must have shape ({wanted}), got {a.shape}")
    if a.dtype == object:
        return a
    with np.errstate(over="ignore"):    # what float32 cannot hold is named below
        fit = a if np.dtype(dtype).kind == "O" else a.astype(dtype, copy=False)
    if not np.isfinite(fit).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(fit))[0])
        kind = "finite numbers" if fit.dtype == a.dtype else f"numbers that are finite in {fit.dtype}"
        raise ValueError(f"{name} must hold {kind}, got {a[where]} at index {where}")
    return fit


def symbols(a):
    """a as an array of SymPy expressions that NumPy's functions understand; decimals become exact rationals."""
    from . import symbolic  # only where symbols arrive: numbers never load SymPy
    return symbolic.array(a)


def by_layer(name, value):
    """A dict keyed 1..L from a dict or a list in that order."""
    if isinstance(value, dict):
        layers = value
    elif isinstance(value, (list, tuple)):
        layers = dict(enumerate(value, start=1))
    else:
        raise ValueError(f"{name} must be a dict keyed 1..L or a list of L entries, got {value!r}")
    if not layers or set(layers) != set(range(1, len(layers) + 1)):
        raise ValueError(f"{name} must have the layers 1..L, L >= 1, got {list(layers)}")
    return {l: layers[l] for l in sorted(layers)}


def layer_sizes(sizes):
    """[n_0, ..., n_L] as integers."""
    try:
        sizes = list(sizes)
    except TypeError:
        raise ValueError(f"sizes must be a list [n_0, ..., n_L], got {sizes!r}") from None
    if len(sizes) < 2:
        raise ValueError(f"sizes must name at least an input and an output layer, got {sizes!r}")
    for l, n in enumerate(sizes):
        if isinstance(n, bool) or not isinstance(n, Integral) or n < 1:
            raise ValueError(f"sizes[{l}] must be a positive integer, got {n!r}")
    return [int(n) for n in sizes]


def generator(rng):
    """A numpy.random.Generator from a seed or a Generator."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool) or not isinstance(rng, Integral) or rng < 0:
        raise ValueError(f"rng must be a seed (an integer >= 0) or a numpy.random.Generator, got {rng!r}")
    return np.random.default_rng(rng)


def real(name, value, least=-inf, open_end=False):
    """A finite number >= least (> least where open_end) as a float."""
    try:
        known = isinstance(value, Real) and not isinstance(value, bool) or hasattr(value, "free_symbols")
        number = float(value) if known else nan
    except (TypeError, OverflowError):      # a SymPy expression that is no number, or 10**400
        number = nan
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if number < least or (open_end and number == least):
        raise ValueError(f"{name} must be {'>' if open_end else '>='} {least}, got {value!r}")
    return number


def factor(name, value):
    """A number >= 0 as a float, or a SymPy expression that is not known to be < 0, exact."""
    if not hasattr(value, "free_symbols"):
        return real(name, value, 0)
    exact = array(name, value, ())[()]
    if exact.is_negative:
        raise ValueError(f"{name} must be >= 0, got {value!r}")
    return exact


def count(name, value, least=1):
    """An integer >= least."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {value!r}")
    return int(value)
