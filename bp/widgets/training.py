"""Training a 2-h-1 network in the page: XOR and two rings, alpha and lambda (chapter 08)."""

import numpy as np
import sympy

from .. import activations, batched, costs, train
from ..draw import SYMBOL_COLOURS
from ..network import Network
from ..objective import penalty
from . import picture, sweeps
from .figure import Figure, button, choice, slider

HIDDEN, SEEDS = 6, 5
F = {1: activations.tanh, 2: activations.sigmoid}
COST = costs.binary_cross_entropy
COLOURS = SYMBOL_COLOURS["W"], SYMBOL_COLOURS["a"]      # of y = 0 and y = 1


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


def outputs(net, points):
    """a^(2) of each point, (E,)."""
    return batched.forward(net, points).a[2][:, 0]


def shades(net, n=40):
    """Areas for ``picture.plot``: the square from -2 to 2 in ten shades of the network's output, row by row."""
    edges = np.linspace(-2, 2, n + 1)                                                   # (n + 1,)
    middles = (edges[1:] + edges[:-1]) / 2                                              # (n,)
    areas = [([], COLOURS[int(shade > 4)], abs(shade - 4.5) / 9) for shade in range(10)]
    for low, high, y in zip(edges, edges[1:], middles):
        a = outputs(net, np.column_stack([middles, np.full(n, y)]))                     # (n,)
        row = np.clip(10 * a, 0, 9).astype(int)                                         # (n,)
        starts = [0, *(np.flatnonzero(np.diff(row)) + 1), n]
        for i, j in zip(starts, starts[1:]):
            areas[row[i]][0].append(((edges[i], low), (edges[j], high)))
    return areas


def bars(net):
    """The parameters as bars, (SVG, its height)."""
    p, h, base, height = parameters(net), net.sizes[1], 60, 140                         # (4 h + 1,)
    reach, step = max(1.0, abs(p).max()), (picture.WIDTH - picture.LEFT - picture.RIGHT) / len(p)
    out = [picture.text(picture.LEFT - 6, base - 34, f"{reach:.3g}", "end"),
           picture.text(picture.LEFT - 6, base + 44, f"{-reach:.3g}", "end")]
    for name, first, many, colour in (("W⁽¹⁾", 0, 2 * h, "W"), ("b⁽¹⁾", 2 * h, h, "b"), ("W⁽²⁾", 3 * h, h, "W"),
                                      ("b⁽²⁾", 4 * h, 1, "b")):
        for k, v in enumerate(p[first:first + many], first):
            out.append(f'<rect x="{picture.LEFT + k * step + 1:.1f}" y="{base - max(0, 40 * v / reach):.1f}" '
                       f'width="{step - 2:.1f}" height="{abs(40 * v / reach):.1f}" fill="{SYMBOL_COLOURS[colour]}"/>')
        out.append(picture.text(picture.LEFT + first * step, 128, name, colour=SYMBOL_COLOURS[colour]))
    out.append(f'<path d="M{picture.LEFT} {base}H{picture.WIDTH - picture.RIGHT}" stroke="#222"/>')
    return picture.svg("".join(out), height=height), height


def still(run, table):
    """Decision surface, cost curve and parameters, one below the other."""
    squares = [((x - 0.05, y - 0.05), (x + 0.05, y + 0.05)) for x, y, t in table if t == 0]
    dots = [((x, y), COLOURS[1], "") for x, y, t in table if t == 1]
    areas = [*shades(run.net), (squares, COLOURS[0], 1)]
    surface = picture.plot((-2, 2), (-2, 2), "x₁", "x₂", dots=dots, height=560, areas=areas)
    curve = (list(enumerate(run.history)), SYMBOL_COLOURS["J"], "")
    top = max(1.0, float(run.history.max()))
    cost = picture.plot((0, len(run.history) - 1), (0, top), "epoch", "J", [curve], height=260)
    return picture.stacked((surface, 560), (cost, 260), bars(run.net))


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
    right = int(((outputs(run.net, table[:, :2]) > 0.5) == (table[:, 2] > 0.5)).sum())
    alt = (f"A 2-{hidden}-1 network on {problem} after 200 epochs with alpha = {alpha:g} and lambda = {lam:g}: the "
           "plane of x1 and x2 coloured by its output, the cost curve and the parameters. J goes from "
           f"{run.history[0]:.4g} to {run.history[-1]:.4g}; {right} of {len(table)} examples are on "
           "their side of a = 0.5.")
    if rises := int((np.diff(run.history) > 0).sum()):
        alt += f" J rises in {rises} of these epochs: alpha is too large for a part of the way."
    parts = {h: training_code(h) for h in sizes}
    code = {name: "{" + ", ".join(f"{h}: {part[name]}" for h, part in parts.items()) + "}"
            for name in ("update", "output")}
    return Figure("training", "Training a small network", alt, controls, data, code,
                  still(run, table), train_2h1)
