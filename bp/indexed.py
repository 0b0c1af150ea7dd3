"""One example, index by index: every sum of chapter 05 is a loop that can be read aloud.

Slow on purpose. ``vectorized`` and ``batched`` hold the same functions.
"""

import numpy as np

from . import problem
from .network import Gradient, Trace


def forward(net, x):
    """z_i^(l) = sum_j W_ij^(l) a_j^(l-1) + b_i^(l), a^(l) = f_l(z^(l)); x of shape (n_0,), a[0] is x itself."""
    net, x = problem.inputs(net, "x", x, batch=False)
    z, a = {}, {0: x}
    for l in range(1, net.L + 1):
        W, b = net.W[l], net.b[l]
        z[l] = np.zeros_like(b)                                                 # (n_l,)
        for i in range(W.shape[0]):
            z[l][i] = sum(W[i, j] * a[l - 1][j] for j in range(W.shape[1])) + b[i]
        a[l] = net.f[l].value(z[l])                                             # (n_l,)
    return Trace(z, a)


def output_delta(f, cost, z, a, y, shortcut=True):
    """BP1: delta_i^(L) = sum_k dC/da_k da_k/dz_i; z, a, y and the result of shape (n_L,)."""
    if shortcut and (short := cost.shortcut(f)):
        return short.delta(z, a, y)                                             # (n_L,)
    cost.require_domain(f, a, y)
    dC_da, da_dz = cost.gradient(a, y), f.jacobian(z, a)                        # (n_L,), (n_L, n_L)
    delta = np.zeros_like(z)                                                    # (n_L,)
    for i in range(len(z)):
        delta[i] = sum(dC_da[k] * da_dz[k, i] for k in range(len(z)))
    return delta


def hidden_delta(f, z, a, W_next, delta_next):
    """BP2: delta_i^(l) = (sum_j W_ji^(l+1) delta_j^(l+1)) f_l'(z_i^(l)); shape (n_l,)."""
    back = np.zeros_like(z)                                                     # (n_l,) dC/da_i
    for i in range(len(z)):
        back[i] = sum(W_next[j, i] * delta_next[j] for j in range(len(delta_next)))
    delta, da_dz = np.zeros_like(z), f.jacobian(z, a)                           # (n_l,), (n_l, n_l)
    for i in range(len(z)):
        if f.elementwise:
            delta[i] = back[i] * da_dz[i, i]                                    # da_i/dz_i = f'(z_i)
        else:
            delta[i] = sum(back[k] * da_dz[k, i] for k in range(len(z)))
    return delta


def weight_gradient(delta, a_prev, W, lam):
    """BP3: dC/dW_ij^(l) = delta_i^(l) a_j^(l-1), plus lambda W_ij^(l) of the penalty; shape (n_l, n_{l-1})."""
    dW = np.zeros_like(W)                                                       # (n_l, n_{l-1})
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            dW[i, j] = delta[i] * a_prev[j] + lam * W[i, j]
    return dW


def bias_gradient(delta):
    """BP4: dC/db_i^(l) = delta_i^(l); shape (n_l,)."""
    db = np.zeros_like(delta)                                                   # (n_l,)
    for i in range(len(delta)):
        db[i] = delta[i]
    return db


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
