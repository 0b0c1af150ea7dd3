"""Gradient descent: W <- W - alpha dJ/dW, b <- b - alpha dJ/db (chapter 08)."""

import os
import sys
from typing import NamedTuple

import numpy as np

from . import checks, fast, problem
from .network import Network
from .objective import mean_cost, penalty


class Run(NamedTuple):
    """What training leaves: the network, J over all examples before and after each epoch, and why it ended.

    The rest is what going on needs: the networks after the last whole epoch (None where J is not finite) and at
    the lowest J, and the state of the random numbers. ``bp.save`` writes a run to a file, ``bp.load`` reads it.
    """

    net: Network
    history: np.ndarray     # (epochs done + 1,)
    stopped: str
    last: Network | None
    best: Network
    rng: dict               # state of the Generator's bit_generator


class Diverged(ArithmeticError):
    """J is no longer finite. ``run`` holds the best network so far and the history up to that point."""

    def __init__(self, message, run=None):
        super().__init__(message)
        self.run = run


def train(net, X, Y, *, cost, alpha, lam=0.0, epochs=1, batch_size=None, rng=0, tolerance=None, callback=None,
          progress=None):
    """Gradient descent from net, which stays as it is; returns a Run: net, history, stopped and what going on needs.

    X (E, n_0), Y (E, n_L). alpha > 0: learning rate; lam >= 0: weight decay, on W alone. batch_size: examples a
    step, None for all of them (batch), 1 for stochastic, otherwise mini-batches, shuffled anew each epoch by rng
    (a seed or Generator); the last batch of an epoch may be smaller. tolerance: stop when J changes by less from
    one epoch to the next. callback(epoch, net, J): called after each epoch, a true answer stops. progress: show a
    bar; None: where somebody looks on. Interrupting (Ctrl-C) ends the run and keeps the best network so far; any
    other exception passes on with that run in its attribute ``run``.
    A Run in place of net goes on after its last epoch, with its own random numbers, up to ``epochs`` in all: every
    bit is as if it had never ended. Raises ValueError for bad input, or if J is not finite from the start, Diverged
    when it is no longer.
    """
    done = _begun(net, epochs) if isinstance(net, Run) else None
    net, X, Y, lam = problem.checked(net if done is None else done.last, X, Y, cost, lam, batch=True)
    alpha = checks.real("alpha", alpha, 0, open_end=True)
    if net.dtype == object:
        raise ValueError("net, X, Y and lam must be numbers to train, got SymPy expressions")
    epochs = checks.count("epochs", epochs, least=0)
    batch_size = len(X) if batch_size is None else checks.count("batch_size", batch_size)
    if tolerance is not None:
        checks.real("tolerance", tolerance, 0)
    if callback is not None and not callable(callback):
        raise ValueError(f"callback must be None or a function of (epoch, net, J), got {callback!r}")
    rng = checks.generator(rng)
    if done is not None:
        rng = generator_in(done.rng)
    report = _bar if (_somebody_looks_on() if progress is None else progress) else _nothing

    def J_of(candidate):
        with np.errstate(over="ignore", invalid="ignore"):      # a diverging run is reported below, by name
            return float(mean_cost(candidate, X, Y, cost) + penalty(candidate, lam))

    arrays = {}
    net = net.copy()
    history, best = [J_of(net)], net
    if not np.isfinite(history[0]):
        raise ValueError(f"net must have a finite J to start from, got J = {history[0]}")
    if done is not None:
        _same_problem(history[0], done, net.dtype)
        history, best = done.history.tolist(), done.best.copy()
    best_J = min(history)
    # assigned once an epoch, as a whole: an interrupt at any line finds what belongs together
    safe = (len(history), net, best, rng.bit_generator.state)

    def ended(stopped, early=True):
        length, net, best, state = safe
        return Run(best if early else net, np.array(history[:length]), stopped, net, best, state)

    epoch, stopped = len(history) - 1, f"did all {epochs} epochs"
    try:
        for epoch in range(len(history), epochs + 1):
            net = _one_epoch(net, X, Y, cost, alpha, lam, batch_size, rng, arrays)
            J = J_of(net)
            history.append(J)
            if not np.isfinite(J):
                stopped = f"J is {J} after epoch {epoch}: try a learning rate smaller than alpha = {alpha}"
                run = ended(stopped)
                raise Diverged(stopped, run._replace(history=np.array(history), last=None))
            safe = (epoch + 1, net, net if J < best_J else safe[2], rng.bit_generator.state)
            best_J = min(J, best_J)
            report(epoch, epochs, J)
            if callback is not None and callback(epoch, net, J):
                stopped = f"the callback stopped it after epoch {epoch}"
                break
            if tolerance is not None and abs(history[-2] - J) < tolerance:
                stopped = f"J changed by less than {tolerance} in epoch {epoch}"
                break
        return ended(stopped, early=False)
    except KeyboardInterrupt:
        return ended(f"interrupted in epoch {epoch}: this is the best network so far")
    except Diverged:
        raise
    except Exception as error:
        error.run = ended(f"{type(error).__name__} in epoch {epoch}: this is the best network so far")
        error.add_note("the best network so far and the history are in this exception's attribute run")
        raise


def generator_in(state):
    """A new Generator in this state of its bit_generator, which must be one of NumPy's own."""
    kind = getattr(np.random, state["bit_generator"], None)
    if not isinstance(kind, type) or not issubclass(kind, np.random.BitGenerator):
        raise ValueError(f"rng must be a Generator with a bit generator of NumPy's, got {state['bit_generator']!r}")
    bits = kind()
    bits.state = state
    return np.random.Generator(bits)


def _begun(run, epochs):
    """The run, if there is anything to go on with."""
    done = len(run.history) - 1
    if run.last is None:
        raise ValueError(f"net must be a Run that did not diverge to go on with, got one whose {run.stopped}; "
                         "its best network is run.net")
    if checks.count("epochs", epochs, least=0) < done:
        raise ValueError(f"epochs must count from the start of the run, which has done {done}, got {epochs}")
    return run


def _same_problem(J, run, dtype):
    """ValueError unless J is what the run ended with: then X, Y, cost and lam are those of the run."""
    if abs(J - run.history[-1]) > 100 * np.finfo(dtype).eps * max(1, abs(J)):
        raise ValueError(f"X, Y, cost and lam must be those of the run to go on with it: they give J = {J:.6g}, "
                         f"it ended with {run.history[-1]:.6g}")


def _one_epoch(net, X, Y, cost, alpha, lam, batch_size, rng, arrays):
    """The network after one more epoch; arrays, by number of examples, are those that each step uses again."""
    E = len(X)
    order = np.arange(E) if batch_size >= E else rng.permutation(E)             # (E,)
    net = net.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, E, batch_size):
            rows = order[start:start + batch_size]                              # (batch_size,)
            if len(rows) not in arrays:
                arrays[len(rows)] = fast.Workspace(net, len(rows)), *_like(len(rows), X, Y)
            space, x, y = arrays[len(rows)]
            if len(rows) < E:                   # "clip" since the usual mode makes a copy first
                np.take(X, rows, axis=0, out=x, mode="clip")                    # (batch_size, n_0)
                np.take(Y, rows, axis=0, out=y, mode="clip")                    # (batch_size, n_L)
            g = fast.sweep(net, x, y, cost, lam, space)
            for l in net.W:
                net.W[l] -= np.multiply(g.W[l], alpha, out=g.W[l])              # (n_l, n_{l-1})
                net.b[l] -= np.multiply(g.b[l], alpha, out=g.b[l])              # (n_l,)
    return net


def _like(rows, *arrays):
    return [a if len(a) == rows else np.empty((rows, *a.shape[1:]), a.dtype) for a in arrays]


def _somebody_looks_on():
    if os.environ.get("BP_PROGRESS") == "0":
        return False
    return sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)


def _bar(epoch, epochs, J):
    done = 30 * epoch // epochs
    end = "\n" if epoch == epochs else ""
    print(f"\r[{'#' * done}{'.' * (30 - done)}] epoch {epoch}/{epochs}  J = {J:.6g}  ", end=end, file=sys.stderr,
          flush=True)


def _nothing(epoch, epochs, J):
    pass
