"""Bad input ends here: a ValueError that names the argument, its value and what was expected."""

from math import inf, isfinite
from numbers import Integral, Real

import numpy as np

from . import costs, network  # network imports this module too: its names are there when a function runs


def array(name, value, shape):
    """value as a real array of that shape (None = any length); floats keep their type, integers become float64."""
    try:
        a = np.asanyarray(value)
        if a.dtype == object:
            a = symbols(a)
        elif a.dtype.kind in "iub":
            a = a.astype(float)
    except (ValueError, TypeError) as why:
        raise ValueError(f"{name} must be an array of real numbers, got {value!r}") from why
    if a.dtype.kind not in "fO":
        raise ValueError(f"{name} must be an array of real numbers, got {a.dtype} values")
    if a.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, a.shape)):
        wanted = ", ".join("any" if n is None else str(n) for n in shape) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} must have shape ({wanted}), got {a.shape}")
    if a.dtype != object and not np.isfinite(a).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(a))[0])
        raise ValueError(f"{name} must hold finite numbers, got {a[where]} at index {where}")
    return a


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


def real(name, value, least, open_end=False):
    """A finite number >= least (> least where open_end), or a SymPy expression, as it came."""
    if hasattr(value, "free_symbols"):
        return value
    if isinstance(value, bool) or not isinstance(value, Real) or not np.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if value < least or (open_end and value == least):
        raise ValueError(f"{name} must be {'>' if open_end else '>='} {least}, got {value!r}")
    return value


def count(name, value, least=1):
    """An integer >= least."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {value!r}")
    return int(value)


def inputs(net, name, x, batch):
    """The network and its input (n_0,) or, for a batch, (E, n_0), both of one dtype: the network's, or SymPy's."""
    if not isinstance(net, network.Network):
        raise ValueError(f"net must be a bp.Network, got {net!r}")
    x = array(name, x, (None, net.sizes[0]) if batch else (net.sizes[0],))
    if x.shape[0] == 0:
        raise ValueError(f"{name} must hold at least one example, got shape {x.shape}")
    if net.dtype == object:
        return net, symbols(x)
    if x.dtype == object:
        return net.symbolic(), x
    return net, x.astype(net.dtype, copy=False)


def plainly_right(net, X, Y, cost, lam):
    """True if a batch of numbers passes all the checks of ``problem`` and needs no conversion, seen at a glance.

    False says nothing: the slower checks then decide, and name what is wrong. A sum of squares is finite only if
    every entry is; comparisons with NaN are false.
    """
    return (
        type(net) is network.Network and type(X) is type(Y) is np.ndarray and type(lam) in (float, int)
        and net.dtype == X.dtype == Y.dtype and X.dtype.kind == "f"
        and X.ndim == Y.ndim == 2 and 0 < len(X) == len(Y)
        and X.shape[1] == net.sizes[0] and Y.shape[1] == net.sizes[-1]
        and 0 <= lam < inf and isfinite(np.vdot(X, X)) and isinstance(cost, costs.Cost) and cost.fits(Y)
    )


def problem(net, x, y, cost, lam, batch):
    """net, x, y, lam of one cost or gradient, checked and of one dtype; x and y are rows where batch is true."""
    if batch and plainly_right(net, x, y, cost, lam):
        return net, x, y, float(lam)
    x_name, y_name = ("X", "Y") if batch else ("x", "y")
    net, x = inputs(net, x_name, x, batch)
    if not isinstance(cost, costs.Cost):
        raise ValueError(f"cost must be a Cost such as bp.squared_error, got {cost!r}")
    y = array(y_name, y, (len(x), net.sizes[-1]) if batch else (net.sizes[-1],))
    if y.dtype != object and (why := cost.complaint(y)):
        raise ValueError(f"targets {y_name} do not fit {cost.name}: {why}")
    lam = real("lam", lam, 0)
    if net.dtype == object or y.dtype == object or hasattr(lam, "free_symbols"):
        net = net if net.dtype == object else net.symbolic()
        return net, symbols(x), symbols(y), symbols(lam)[()]
    return net, x, y.astype(net.dtype, copy=False), float(lam)
