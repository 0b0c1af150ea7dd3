"""Wrong variants of the package, each one edit away from the right line: the proof must reject every one.

    for mutant in bp.symbolic.CATALOGUE:
        print(mutant.name, mutant.says, mutant.reject(), mutant.training())

The layers are square (2-2-2-2): with unequal ones NumPy's shape errors would do the proof's work.
"""

import inspect
from dataclasses import dataclass, fields
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

import numpy as np

from ..activations import Activation
from ..costs import Cost
from ..network import Network
from ..objective import objective
from .networks import generic_activation, generic_cost, generic_layer, network, prove_backward


def variant(module, function, old, new):
    """bp.<module> anew, with ``old``, found once in that function ("": in the module), replaced by ``new``.

    Raises ValueError if the text is not found exactly once: the catalogue follows the source.
    """
    right = import_module(f"bp.{module}")
    text = inspect.getsource(right)
    place = text
    if function:
        found = right
        for name in function.split("."):
            found = getattr(found, name)
        place = inspect.getsource(found)
    if place.count(old) != 1 or text.count(place) != 1:
        raise ValueError(f"old must stand once in bp.{module} {function}, found {place.count(old)} times: {old!r}")
    wrong = ModuleType(right.__name__)
    wrong.__package__ = "bp"
    exec(compile(text.replace(place, place.replace(old, new)), f"<mutant of bp.{module}>", "exec"), vars(wrong))
    return wrong


class Training(NamedTuple):
    """J before training, after training with the mutant, and after training with the right code."""

    before: float
    mutant: float
    right: float

    @property
    def falls(self):
        """The test that proves nothing: the loss goes down."""
        return bool(self.mutant < self.before)

    @property
    def share(self):
        """The mutant's part of the right drop in J."""
        return (self.before - self.mutant) / (self.before - self.right)


@dataclass(frozen=True)
class Mutant:
    """One mistake: in bp.<module>, in that function, ``old`` reads ``new``; and a network that shows it."""

    name: str
    says: str                   # the mistake in words
    module: str
    function: str               # "" for a line outside functions
    old: str
    new: str
    hidden: tuple = ()          # name and parameters of the hidden activations; () is an unspecified f
    output: tuple = ()          # the same for the last layer; ("layer",) is an unspecified a_k = g_k(z)
    cost: str = "squared_error"     # "" is an unspecified C

    def parts(self):
        """{name: module} of the form, the activations and the costs, one of them wrong."""
        form = self.module if self.module in ("indexed", "vectorized", "batched") else "batched"
        parts = {"form": form, "activations": "activations", "costs": "costs"}
        wrong = variant(self.module, self.function, self.old, self.new)
        return {part: wrong if name == self.module else import_module(f"bp.{name}")
                for part, name in parts.items()}

    def reject(self):
        """The message with which the proof rejects this mutant, or None if it lets it pass."""
        parts = self.parts()
        net = network([2, 2, 2] if self.hidden or self.output else [2, 2, 2, 2])
        f = {l: _symbolic(parts["activations"], self.output if l == net.L else self.hidden, l) for l in net.f}
        cost = _own(Cost, parts["costs"], (self.cost,)) if self.cost else generic_cost
        try:
            prove_backward(Network(net.W, net.b, f), parts["form"], cost, E=2, certify=False)
        except AssertionError as why:
            return str(why)
        return None

    def training(self, steps=300, alpha=0.05, lam=0.01):
        """What a look at the loss would see: Training(J before, with the mutant, with the right code)."""
        from .. import activations, batched, costs
        parts = self.parts()
        rng = np.random.default_rng(3)
        X = rng.standard_normal((8, 2))                                         # (E, 2)
        Y = np.eye(2)[(X.sum(axis=1) > 0).astype(int)]                          # (E, 2) one-hot
        W = [rng.standard_normal((2, 2)) for _ in range(3)]                     # (n_l, n_{l-1}) each
        b = [0.3 * rng.standard_normal(2) for _ in range(3)]                    # (n_l,) each

        def J_after(steps, form, activations, costs):
            f = [_own(Activation, activations, name) for name in names]
            net, cost = Network(W, b, f), _own(Cost, costs, (self.cost or "squared_error",))
            with np.errstate(all="ignore"):
                try:
                    for _ in range(steps):
                        net = _step(net, form, X, Y, cost, alpha, lam)
                    return objective(net, X, Y, cost=cost, lam=lam)
                except ValueError:      # shapes that do not fit, or numbers that are none any more
                    return np.inf

        names = [self.hidden or ("tanh",)] * 2 + [self.output or ("identity",)]
        names = [("softmax",) if name == ("layer",) else name for name in names]
        return Training(J_after(0, batched, activations, costs), J_after(steps, **parts),
                        J_after(steps, batched, activations, costs))


def _step(net, form, X, Y, cost, alpha, lam):
    if form.__name__ == "bp.batched":
        dW, db = form.sweep(net, X, Y, cost, lam)      # the lines that the mutant changes
    else:
        rows = [form.backward(net, x, y, cost=cost, lam=lam) for x, y in zip(X, Y)]
        dW = {l: sum(g.W[l] for g in rows) / len(X) for l in net.W}             # (n_l, n_{l-1})
        db = {l: sum(g.b[l] for g in rows) / len(X) for l in net.b}             # (n_l,)
    return net.replace({l: W - alpha * dW[l] for l, W in net.W.items()},        # (n_l, n_{l-1})
                       {l: b - alpha * db[l] for l, b in net.b.items()})        # (n_l,)


def _own(kind, module, name):
    """The activation or cost called name in that module, its methods too, as one of the package's own class."""
    made = getattr(module, name[0])
    made = made(*name[1:]) if len(name) > 1 else made
    methods = {m: vars(getattr(module, kind.__name__))[m] for m in ("jacobian", "pull_back") if kind is Activation}
    return type(kind.__name__, (kind,), methods)(**{f.name: getattr(made, f.name) for f in fields(kind)})


def _symbolic(module, name, l):
    if name == ("layer",):
        return generic_layer(l)
    return _own(Activation, module, name) if name else generic_activation(l)
