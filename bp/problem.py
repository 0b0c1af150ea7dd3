"""A network, its data, a cost and lambda, checked together before anything is computed."""

from math import isfinite

import numpy as np

from . import checks
from .costs import Cost
from .network import Network


def misshapen(net):
    """What is wrong with W and b, where others have been put that might broadcast; otherwise None."""
    sizes = net.sizes
    for l in range(1, net.L + 1):
        for name, part, shape in (("W", net.W[l], (sizes[l], sizes[l - 1])), ("b", net.b[l], (sizes[l],))):
            if getattr(part, "shape", None) != shape or part.dtype != net.dtype:
                return f"net.{name}[{l}] must be an array of shape {shape} and of one type with W[1], got {part!r}"
    return None


def inputs(net, name, x, batch):
    """The network and its input (n_0,) or, for a batch, (E, n_0), both of one dtype: the network's, or SymPy's."""
    if not isinstance(net, Network):
        raise ValueError(f"net must be a bp.Network, got {net!r}")
    if why := misshapen(net):
        raise ValueError(why)
    x = checks.array(name, x, (None, net.sizes[0]) if batch else (net.sizes[0],), net.dtype)
    if x.shape[0] == 0:
        raise ValueError(f"{name} must hold at least one example, got shape {x.shape}")
    if net.dtype == object:
        return net, checks.symbols(x)
    if x.dtype == object:
        return net.symbolic(), x
    return net, x


def plainly_right(net, X, Y, cost, lam):
    """True if a batch of numbers passes all the checks of ``checked`` and needs no conversion, seen at a glance.

    False says nothing: the slower checks then decide, and name what is wrong. A sum of squares is finite only if
    every entry is; comparisons with NaN are false; 3e38 is finite in float32.
    """
    return (
        type(net) is Network and not misshapen(net)
        and type(X) is type(Y) is np.ndarray and type(lam) in (float, int)
        and net.dtype == X.dtype == Y.dtype and X.dtype.kind == "f"
        and X.ndim == Y.ndim == 2 and 0 < len(X) == len(Y)
        and X.shape[1] == net.sizes[0] and Y.shape[1] == net.sizes[-1]
        and 0 <= lam < 3e38 and isfinite(np.vdot(X, X)) and isinstance(cost, Cost) and cost.fits(Y)
    )


def checked(net, x, y, cost, lam, batch):
    """net, x, y, lam of one cost or gradient, checked and of one dtype; x and y are rows where batch is true."""
    if batch and plainly_right(net, x, y, cost, lam):
        return net, x, y, float(lam)
    x_name, y_name = ("X", "Y") if batch else ("x", "y")
    net, x = inputs(net, x_name, x, batch)
    if not isinstance(cost, Cost):
        raise ValueError(f"cost must be a Cost such as bp.squared_error, got {cost!r}")
    y = checks.array(y_name, y, (len(x), net.sizes[-1]) if batch else (net.sizes[-1],), net.dtype)
    if y.dtype != object and (why := cost.complaint(y)):
        raise ValueError(f"targets {y_name} do not fit {cost.name}: {why}")
    lam = checks.factor("lam", lam)
    if net.dtype == object or y.dtype == object or hasattr(lam, "free_symbols"):
        net = net if net.dtype == object else net.symbolic()
        return net, checks.symbols(x), checks.symbols(y), checks.symbols(lam)[()]
    checks.array("lam", lam, (), net.dtype)
    return net, x, y, lam
