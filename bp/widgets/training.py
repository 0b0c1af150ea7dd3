"""Training a 2-h-1 network in the page: XOR and two rings, alpha and lambda (chapter 08)."""

import numpy as np
import sympy

from .. import activations, costs, train
from ..draw import SYMBOL_COLOURS
from ..network import Network
from ..objective import penalty
from . import picture, sweeps
from .figure import Figure, button, choice, slider

HIDDEN, SEEDS = 6, 5
F = {1: activations.tanh, 2: activations.sigmoid}
COST = costs.binary_cross_entropy


def problems():
    """{name: rows x_1, x_2, y}: the corners of a square, and points on two rings round 0."""
    turn = np.arange(16) * np.pi / 8                                                    # (16,)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])                                # (16, 2)
    rings = np.vstack([0.6 * ring, 1.5 * ring]).round(2) + 0.0                          # (32, 2)
    return {"XOR": [[-1, -1, 0], [-1, 1, 1], [1, -1, 1], [1, 1, 0]],
            "two rings": np.column_stack([rings, np.repeat([1, 0], 16)]).tolist()}


def start(h, seed):
    """The network that training starts from; rounded, so that page and package hold the same numbers."""
    net = Network.random([2, h, 1], hidden=F[1], output=F[2], rng=seed)
    return Network([W.round(4) for W in net.W.values()], list(net.b.values()), F)


def parameters(net):
    """W[1], b[1], W[2], b[2] in one row, (4 h + 1,)."""
    return np.concatenate([np.concatenate([net.W[l].ravel(), net.b[l]]) for l in (1, 2)])


def training_code(h):
    """{update, output} of the 2-h-1 network: one example's own step and J, and the output alone.

    update: [parameters, x, y, alpha, lam] => [new parameters, C + penalty]; a batch takes their mean.
    """
    n, (alpha, lam) = sweeps.names([2, h, 1]), sympy.symbols("alpha lam", real=True)
    p = [str(name) for l in (1, 2) for key in ("W", "b") for name in n[key][l].flat]
    done = sweeps.steps([2, h, 1], F, COST, lam)
    net = Network([sweeps.symbols(n["W"][l]) for l in (1, 2)], [sweeps.symbols(n["b"][l]) for l in (1, 2)], F)
    old, gradient = sweeps.symbols(np.array(p)), sweeps.symbols(np.array([f"d{name}" for name in p]))   # (4 h + 1,)
    new = [(f"new_{name}", value) for name, value in zip(p, old - alpha * gradient)]
    new.append(("J", sweeps.symbols(np.array(["C"]))[0] + penalty(net, lam)))
    x, forward = [str(name) for name in n["a"][0]], [step for step in done if step[0][0] in "za"]
    return {"update": sweeps.program([*p, *x, "y_1", "alpha", "lam"], done + new, [name for name, _ in new]),
            "output": sweeps.program([*p, *x], forward, ["a2_1"])}


def train_2h1(problem="XOR", *, hidden=3, alpha=0.5, lam=0.0, seed=1):
    """Decision surface, cost curve and weights while a 2-h-1 network (tanh, sigmoid) learns XOR or two rings."""
    tables = problems()
    if problem not in tables:
        raise ValueError(f"problem must be one of {', '.join(tables)}, got {problem!r}")
    controls = [choice("problem", "examples", list(tables), problem),
                slider("hidden", "hidden units", 1, HIDDEN, 1, hidden),
                slider("alpha", "learning rate α", 0.05, 5, 0.05, alpha),
                slider("lam", "weight decay λ", 0, 0.05, 0.001, lam),
                slider("seed", "seed", 0, SEEDS - 1, 1, seed),
                button("play", "▶ Play"), button("step", "Step"), button("restart", "Restart")]
    sizes = range(1, HIDDEN + 1)
    data = {"problems": tables,
            "starts": {h: [parameters(start(h, s)).tolist() for s in range(SEEDS)] for h in sizes}}
    table, net = np.array(tables[problem], dtype=float), start(hidden, seed)            # (E, 3)
    run = train(net, table[:, :2], table[:, 2:], cost=COST, alpha=alpha, lam=lam, epochs=200, progress=False)
    top = max(1.0, float(run.history.max()))
    curve = (list(enumerate(run.history)), SYMBOL_COLOURS["J"], "")
    still = picture.plot((0, 200), (0, top), "epoch", "J", [curve])
    alt = (f"Cost curve of a 2-{hidden}-1 network on {problem}: J goes from {run.history[0]:.4g} to "
           f"{run.history[-1]:.4g} in 200 epochs with alpha = {alpha:g} and lambda = {lam:g}.")
    if rises := int((np.diff(run.history) > 0).sum()):
        alt += f" J rises in {rises} of these epochs: alpha is too large for a part of the way."
    parts = {h: training_code(h) for h in sizes}
    code = {name: "{" + ", ".join(f"{h}: {part[name]}" for h, part in parts.items()) + "}"
            for name in ("update", "output")}
    return Figure("training", "Training a small network", alt, controls, data, code, still, train_2h1)
