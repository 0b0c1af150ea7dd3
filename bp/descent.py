"""Gradient descent: W <- W - alpha dJ/dW, b <- b - alpha dJ/db (chapter 08)."""

import os
import sys
from typing import NamedTuple

import numpy as np

from . import batched, checks
from .network import Network
from .objective import mean_cost, penalty


class Run(NamedTuple):
    """What training leaves: the network, J over all examples before and after each epoch, and why it ended."""

    net: Network
    history: np.ndarray     # (epochs done + 1,)
    stopped: str


class Diverged(ArithmeticError):
    """J is no longer finite. ``run`` holds the best network so far and the history up to that point."""

    def __init__(self, message, run):
        super().__init__(message)
        self.run = run


def train(net, X, Y, *, cost, alpha, lam=0.0, epochs=1, batch_size=None, rng=0, tolerance=None, callback=None,
          progress=None):
    """Gradient descent from net, which stays as it is; returns Run(net, history, stopped).

    X (E, n_0), Y (E, n_L). alpha > 0: learning rate; lam >= 0: weight decay, on W alone. batch_size: examples a
    step, None for all of them (batch), 1 for stochastic, otherwise mini-batches, shuffled anew each epoch by rng
    (a seed or Generator); the last batch of an epoch may be smaller. tolerance: stop when J changes by less from
    one epoch to the next. callback(epoch, net, J): called after each epoch, a true answer stops. progress: show a
    bar; None: where somebody looks on. Interrupting (Ctrl-C) ends the run and keeps the best network so far.
    Raises ValueError for bad input, Diverged when J is not finite.
    """
    net, X, Y, lam = checks.problem(net, X, Y, cost, lam, batch=True)
    alpha = checks.real("alpha", alpha, 0, open_end=True)
    if net.dtype == object or hasattr(alpha, "free_symbols"):
        raise ValueError("net, X, Y, lam and alpha must be numbers to train, got SymPy expressions")
    epochs = checks.count("epochs", epochs, least=0)
    batch_size = len(X) if batch_size is None else checks.count("batch_size", batch_size)
    if tolerance is not None:
        checks.real("tolerance", tolerance, 0)
    rng = checks.generator(rng)
    report = _bar if (_somebody_looks_on() if progress is None else progress) else _nothing

    def J_of(candidate):
        with np.errstate(over="ignore", invalid="ignore"):      # a diverging run is reported below, by name
            return float(mean_cost(candidate, X, Y, cost) + penalty(candidate, lam))

    history, best, stopped = [J_of(net)], net, f"did all {epochs} epochs"
    best_J, epoch = history[0], 0
    try:
        for epoch in range(1, epochs + 1):
            net = _one_epoch(net, X, Y, cost, alpha, lam, batch_size, rng)
            J = J_of(net)
            history.append(J)
            if not np.isfinite(J):
                stopped = f"J is {J} after epoch {epoch}: try a learning rate smaller than alpha = {alpha}"
                raise Diverged(stopped, Run(best, np.array(history), stopped))
            if J < best_J:
                best, best_J = net, J
            report(epoch, epochs, J)
            if callback is not None and callback(epoch, net, J):
                stopped = f"the callback stopped it after epoch {epoch}"
                break
            if tolerance is not None and abs(history[-2] - J) < tolerance:
                stopped = f"J changed by less than {tolerance} in epoch {epoch}"
                break
    except KeyboardInterrupt:
        net, stopped = best, f"interrupted in epoch {epoch}: this is the best network so far"
    return Run(net, np.array(history), stopped)                 # history: (epochs done + 1,)


def _one_epoch(net, X, Y, cost, alpha, lam, batch_size, rng):
    E = len(X)
    order = np.arange(E) if batch_size >= E else rng.permutation(E)             # (E,)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, E, batch_size):
            rows = order[start:start + batch_size]                              # (batch_size,)
            g = batched.sweep(net, X[rows], Y[rows], cost, lam)
            net = net.replace({l: W - alpha * g.W[l] for l, W in net.W.items()},    # (n_l, n_{l-1})
                              {l: b - alpha * g.b[l] for l, b in net.b.items()})    # (n_l,)
    return net


def _somebody_looks_on():
    if os.environ.get("BP_PROGRESS") == "0":
        return False
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def _bar(epoch, epochs, J):
    done = 30 * epoch // epochs
    end = "\n" if epoch == epochs else ""
    print(f"\r[{'#' * done}{'.' * (30 - done)}] epoch {epoch}/{epochs}  J = {J:.6g}  ", end=end, file=sys.stderr,
          flush=True)


def _nothing(epoch, epochs, J):
    pass
