"""A batch, one example per row: what training runs (chapter 07). Delta^(l) = dJ/dZ^(l), so 1/E enters once, in BP1."""

from . import fast, problem
from .network import Gradient, Trace


def forward(net, X):
    """Z^(l) = A^(l-1) (W^(l))^T + 1 (b^(l))^T, A^(l) = f_l(Z^(l)); X of shape (E, n_0), a[0] is X itself."""
    net, X = problem.inputs(net, "X", X, batch=True)
    return sweep_forward(net, X)


def output_delta(f, cost, Z, A, Y, shortcut=True):
    """BP1, row by row and times 1/E: Delta^(L) = dJ/dZ^(L); Z, A, Y and the result of shape (E, n_L)."""
    E = len(Z)
    if shortcut and (short := cost.shortcut(f)):
        return short.delta(Z, A, Y) / E                                         # (E, n_L)
    cost.require_domain(f, A, Y)
    return f.pull_back(Z, A, cost.gradient(A, Y)) / E                           # (E, n_L)


def hidden_delta(f, Z, A, W_next, Delta_next):
    """BP2: Delta^(l) = (Delta^(l+1) W^(l+1)) (.) f_l'(Z^(l)); shape (E, n_l)."""
    if f.elementwise:
        return (Delta_next @ W_next) * f.derivative(Z, A)                       # (E, n_l)
    return f.pull_back(Z, A, Delta_next @ W_next)                               # (E, n_l)


def weight_gradient(Delta, A_prev, W, lam):
    """BP3: dJ/dW^(l) = (Delta^(l))^T A^(l-1) + lambda W^(l); shape (n_l, n_{l-1})."""
    return Delta.T @ A_prev + lam * W                                           # (n_l, n_{l-1})


def bias_gradient(Delta):
    """BP4: dJ/db^(l) = (Delta^(l))^T 1, a sum over the examples; shape (n_l,)."""
    return Delta.sum(axis=0)                                                    # (n_l,)


def backward(net, X, Y, *, cost, lam=0.0):
    """Gradient of J = (1/E) sum_e C_e + (lam/2) sum_l ||W^(l)||^2: X (E, n_0), Y (E, n_L)."""
    net, X, Y, lam = problem.checked(net, X, Y, cost, lam, batch=True)
    return (sweep if net.dtype == object else fast.sweep)(net, X, Y, cost, lam)


def sweep_forward(net, X):
    """forward without its checks."""
    Z, A = {}, {0: X}
    for l in range(1, net.L + 1):
        Z[l] = A[l - 1] @ net.W[l].T + net.b[l]                                 # (E, n_l)
        A[l] = net.f[l].value(Z[l])                                             # (E, n_l)
    return Trace(Z, A)


def sweep(net, X, Y, cost, lam):
    """backward without its checks: training makes them once and calls this many times."""
    Z, A = sweep_forward(net, X)
    dW, db = {}, {}
    Delta = output_delta(net.f[net.L], cost, Z[net.L], A[net.L], Y)             # (E, n_L)
    for l in range(net.L, 0, -1):
        if l < net.L:
            Delta = hidden_delta(net.f[l], Z[l], A[l], net.W[l + 1], Delta)     # (E, n_l)
        dW[l] = weight_gradient(Delta, A[l - 1], net.W[l], lam)                 # (n_l, n_{l-1})
        db[l] = bias_gradient(Delta)                                            # (n_l,)
    return Gradient(dW, db)
