"""One example, whole vectors at a time: the loops of ``indexed`` as matrix products (chapter 06)."""

import numpy as np

from . import problem
from .network import Gradient, Trace


def forward(net, x):
    """z^(l) = W^(l) a^(l-1) + b^(l), a^(l) = f_l(z^(l)); x of shape (n_0,), a[0] is x itself."""
    net, x = problem.inputs(net, "x", x, batch=False)
    z, a = {}, {0: x}
    for l in range(1, net.L + 1):
        z[l] = net.W[l] @ a[l - 1] + net.b[l]                                   # (n_l,)
        a[l] = net.f[l].value(z[l])                                             # (n_l,)
    return Trace(z, a)


def output_delta(f, cost, z, a, y, shortcut=True):
    """BP1: delta^(L) = (da/dz)^T dC/da; z, a, y and the result of shape (n_L,)."""
    if shortcut and (short := cost.shortcut(f)):
        return short.delta(z, a, y)                                             # (n_L,)
    cost.require_domain(f, a, y)
    return f.jacobian(z, a).T @ cost.gradient(a, y)                             # (n_L,)


def hidden_delta(f, z, a, W_next, delta_next):
    """BP2: delta^(l) = (W^(l+1))^T delta^(l+1) (.) f_l'(z^(l)); shape (n_l,)."""
    if f.elementwise:
        return (W_next.T @ delta_next) * f.derivative(z, a)                     # (n_l,)
    return f.jacobian(z, a).T @ (W_next.T @ delta_next)                         # (n_l,)


def weight_gradient(delta, a_prev, W, lam):
    """BP3: dC/dW^(l) = delta^(l) (a^(l-1))^T, plus lambda W^(l) of the penalty; shape (n_l, n_{l-1})."""
    return np.outer(delta, a_prev) + lam * W                                    # (n_l, n_{l-1})


def bias_gradient(delta):
    """BP4: dC/db^(l) = delta^(l); shape (n_l,)."""
    return delta.copy()                                                         # (n_l,)


def backward(net, x, y, *, cost, lam=0.0):
    """Gradient of C + (lam/2) sum_l ||W^(l)||^2 for one example: x (n_0,), y (n_L,)."""
    net, x, y, lam = problem.checked(net, x, y, cost, lam, batch=False)
    z, a = forward(net, x)
    dW, db = {}, {}
    delta = output_delta(net.f[net.L], cost, z[net.L], a[net.L], y)             # (n_L,)
    for l in range(net.L, 0, -1):
        if l < net.L:
            delta = hidden_delta(net.f[l], z[l], a[l], net.W[l + 1], delta)     # (n_l,)
        dW[l] = weight_gradient(delta, a[l - 1], net.W[l], lam)                 # (n_l, n_{l-1})
        db[l] = bias_gradient(delta)                                            # (n_l,)
    return Gradient(dW, db)
