"""The gradient by difference quotients: slow, and independent of every backward pass (chapter 15)."""

import numpy as np

from . import checks, problem
from .network import Gradient
from .objective import mean_cost, penalty


def numeric_gradient(net, X, Y, *, cost, lam=0.0, h=None):
    """Gradient of J by central differences (J(p + h) - J(p - h)) / 2h, one parameter p at a time.

    X (E, n_0), Y (E, n_L). h: the step for |p| <= 1, it grows with |p|; the default, the cube root of the machine
    epsilon, balances rounding against curvature. Near a kink of f the quotient is no derivative. Two passes a
    parameter: for checking small networks. Raises ValueError for SymPy expressions, for h <= 0 and
    for an h that rounding takes away.
    """
    net, X, Y, lam = problem.checked(net, X, Y, cost, lam, batch=True)
    if net.dtype == object:
        raise ValueError("net, X, Y and lam must be numbers for difference quotients, got SymPy expressions")
    h = float(np.finfo(net.dtype).eps) ** (1 / 3) if h is None else checks.real("h", h, 0, open_end=True)
    net = net.copy()

    def quotients(parameters):
        slopes = np.zeros_like(parameters)                      # shape of the parameters
        for i in np.ndindex(parameters.shape):
            p = parameters[i]
            step = h * max(1.0, abs(float(p)))
            parameters[i] = p + step
            above, up = mean_cost(net, X, Y, cost) + penalty(net, lam), parameters[i]
            parameters[i] = p - step
            below, down = mean_cost(net, X, Y, cost) + penalty(net, lam), parameters[i]
            parameters[i] = p
            if up == down:
                raise ValueError(f"h must be large enough to change a parameter of {p}, got {h!r}")
            slopes[i] = (above - below) / (up - down)           # the step as it was after rounding
        return slopes

    return Gradient({l: quotients(W) for l, W in net.W.items()}, {l: quotients(b) for l, b in net.b.items()})
