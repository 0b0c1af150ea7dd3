"""The quantity that training makes small (chapter 03)."""

import numpy as np

from . import batched, fast, problem

ROWS = 1024     # examples that are sent through the network at once


def objective(net, X, Y, *, cost, lam=0.0):
    """J = (1/E) sum_e C_e + (lam/2) sum_l ||W^(l)||_F^2, a number (or a SymPy expression); no lambda on b.

    X (E, n_0), Y (E, n_L). Raises ValueError for input that does not fit, naming the argument.
    """
    net, X, Y, lam = problem.checked(net, X, Y, cost, lam, batch=True)
    J = mean_cost(net, X, Y, cost) + penalty(net, lam)
    return J if net.dtype == object else float(J)


def mean_cost(net, X, Y, cost):
    """(1/E) sum_e C_e, without checks."""
    f, E = net.f[net.L], len(X)
    if net.dtype == object:
        Z, A = batched.sweep_forward(net, X)
        C = cost.of_output(f, Z[net.L], A[net.L], Y)                            # (E,)
    else:
        C = np.empty(E, net.dtype)                                              # (E,)
        for e in range(0, E, ROWS):
            C[e:e + ROWS] = cost.of_output(f, *fast.outputs(net, X[e:e + ROWS]), Y[e:e + ROWS])
    return C.sum()[()] / E


def penalty(net, lam):
    """(lam/2) sum_l ||W^(l)||_F^2; nothing where lam is 0, though W^2 were infinite."""
    return lam * sum((W * W).sum()[()] for W in net.W.values()) / 2 if lam else 0
