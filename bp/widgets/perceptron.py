"""Forward and backward through the 3-3-2 network, every number on the diagram (chapters 02 and 05)."""

import numpy as np

from .. import activations, costs, vectorized
from ..draw import SYMBOL_COLOURS
from ..network import Network
from . import picture, sweeps
from .figure import Figure, choice, slider

NET = Network([[[0.4, -0.6, 0.3], [-0.5, 0.8, 0.2], [0.7, 0.1, -0.9]], [[1.2, -0.7, 0.5], [-0.4, 0.9, -1.1]]],
              [[0.1, -0.2, 0.3], [-0.3, 0.2]], activations.sigmoid)
COST = costs.squared_error


def numbers(net, x, y):
    """{name: value} of the arguments W, b, x, y and of all that the two sweeps compute from them."""
    n, (z, a) = sweeps.names(net.sizes), vectorized.forward(net, x)
    g = vectorized.backward(net, x, y, cost=COST)
    table = [("W", net.W), ("b", net.b), ("z", z), ("a", a), ("d", g.b),    # BP4: delta = dC/db
             ("dW", g.W), ("db", g.b)]
    values = {name: float(v) for key, layers in table for l in layers
              for name, v in zip(n[key][l].flat, np.asarray(layers[l]).flat)}
    C = COST.of_output(net.f[net.L], z[net.L], a[net.L], np.asarray(y, dtype=float))
    return {**values, **{name: float(v) for name, v in zip(n["y"], y)}, "C": float(C)}


def network_code(net):
    """(names of arguments, names of results, JavaScript, {name: formula}) of both sweeps of this network."""
    n = sweeps.names(net.sizes)
    done = sweeps.steps(net.sizes, net.f, COST)
    arguments = [str(name) for key in ("W", "b") for l in n[key] for name in n[key][l].flat]
    arguments += [str(name) for name in (*n["a"][0], *n["y"])]
    results = [name for name, _ in done]
    formulas = {name: sweeps.template(value) for name, value in done}
    return arguments, results, sweeps.program(arguments, done, results), formulas


def network_332(net=NET, x=(0.9, -0.5, 0.4), y=(1.0, 0.0), *, move="W1_11", explain="d1_1", edges="W"):
    """All numbers of one example's forward and backward pass; move any weight, bias, input or target.

    net: a Network with at most 3 units a layer; x (n_0,), y (n_L,), every number within [-3, 3]. move, explain: names
    of what the slider moves and the sentence explains, such as W1_11 and d1_1; edges: W or dW.
    """
    fits = isinstance(net, Network) and net.L == 2 and max(net.sizes) <= 3
    if not fits or not all(f.elementwise for f in net.f.values()):
        raise ValueError(f"net must be a Network of 2 layers, at most 3 units each, f element-wise, got {net!r}")
    arguments, results, code, formulas = network_code(net)
    values = numbers(net, x, y)
    controls = [choice("move", "move", [(n, sweeps.pretty(n)) for n in arguments], move),
                slider("value", "its value", -3, 3, 0.05, values[move]),
                choice("explain", "explain", [(n, sweeps.pretty(n)) for n in results], explain),
                choice("edges", "on the edges", [("W", "weights W"), ("dW", "gradients ∂C/∂W")], edges)]
    for name in arguments:
        slider(name, "", -3, 3, 0.05, values[name])     # refuses what no slider could bring back
    data = {"sizes": net.sizes, "arguments": arguments, "results": results, "formulas": formulas,
            "start": [values[n] for n in arguments],
            "pretty": {n: sweeps.pretty(n) for n in (*arguments, *results)}}
    alt = (f"The {'-'.join(map(str, net.sizes))} network with its numbers: outputs " +
           ", ".join(f"{values[f'a2_{k + 1}']:.4g}" for k in range(net.sizes[2])) +
           f", cost C = {values['C']:.4g}, delta of the hidden layer " +
           ", ".join(f"{values[f'd1_{i + 1}']:.4g}" for i in range(net.sizes[1])) +
           f". {sweeps.pretty(move)} = {values[move]:.4g}, {sweeps.pretty(explain)} = {values[explain]:.4g}.")

    def again(value, **state):
        """The network with this value where the slider stands; a slider that changed its number brings none along."""
        now = {**values, move: value} if state["move"] == move else values
        n, pick = sweeps.names(net.sizes), np.vectorize(now.get, otypes=[float])
        moved = Network(*({l: pick(names) for l, names in n[key].items()} for key in ("W", "b")), net.f)
        return network_332(moved, pick(n["a"][0]), pick(n["y"]), **state)

    return Figure("perceptron", "Forward and backward through the network", alt, controls, data, {"sweeps": code},
                  _still(net.sizes, values, edges), again)


def _still(sizes, values, edges):
    colour, out, height = SYMBOL_COLOURS, [], 400

    def at(l, i):
        return 80 + 220 * l, height / 2 - 20 + 118 * (i - (sizes[l] - 1) / 2)

    for l in (1, 2):
        for i in range(sizes[l]):
            for j in range(sizes[l - 1]):
                (x1, y1), (x2, y2), W = at(l - 1, j), at(l, i), values[f"{edges}{l}_{i + 1}{j + 1}"]
                out.append(f'<line x1="{x1}" y1="{y1:g}" x2="{x2}" y2="{y2:g}" stroke="{colour["W"]}" '
                           f'stroke-width="{0.5 + (2 if edges == "W" else 24) * abs(W):.2f}" stroke-opacity="0.5"/>')
    for l in (0, 1, 2):
        for i in range(sizes[l]):
            x, y = at(l, i)
            out.append(f'<circle cx="{x}" cy="{y:g}" r="26" fill="#fff" stroke="{colour["a"]}"/>')
            out.append(picture.text(x, y + 5, f"{values[f'a{l}_{i + 1}']:.3g}", "middle", colour["a"]))
            if l:
                z, delta = values[f"z{l}_{i + 1}"], values[f"d{l}_{i + 1}"]
                out.append(picture.text(x, y - 32, f"z = {z:.3g}", "middle", colour["z"]))
                out.append(picture.text(x, y + 44, f"δ = {delta:.3g}", "middle", colour["delta"]))
    return picture.svg("".join(out), height=height)
