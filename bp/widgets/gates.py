"""The computational graph of chapter 04, gate by gate, forward and back."""

import sympy

from .. import graph
from ..draw import SYMBOL_COLOURS
from . import picture
from .code import function
from .figure import Figure, button, slider

INPUTS = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
PLACES = [(0, 0), (0, 1), (0, 2), (0, 3), (2, 3),   # (column, row) of the inputs, then of the gates
          (1, 0.5), (1, 2.5), (2, 1.5), (3, 1.8), (4, 1.8), (5, 1.8), (6, 1.8), (7, 1.8)]
GATES = ["w0 · x0", "w1 · x1", "sum of both", "sum with w2", "times −1", "exp", "plus 1", "1/x"]
SIGNS = ["×", "×", "+", "+", "× −1", "exp", "+ 1", "1/x"]


def build(values):
    """f = 1/(1 + exp(-(w0 x0 + w1 x1 + w2))): five inputs and eight gates as nodes of ``bp.graph``."""
    w0, x0, w1, x1, w2 = inputs = [graph.variable(value, name) for name, value in values.items()]
    p, q = w0 * x0, w1 * x1
    r = p + q
    s = r + w2
    t = -s
    u = graph.exp(t)
    v = u + 1
    return [*inputs, p, q, r, s, t, u, v, graph.reciprocal(v)]


def graph_code(nodes, names):
    """JavaScript: inputs => [values of all nodes, what flows back to each, local derivatives of all edges]."""
    back = graph.gradients(nodes[-1])
    locals_ = [local for node in nodes for _, local in node.parents]
    return function([sympy.Symbol(n, real=True) for n in names],
                    [n.value for n in nodes] + [back[n] for n in nodes] + locals_)


def computational_graph(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0, *, step=0):
    """1/(1 + exp(-(w0 x0 + w1 x1 + w2))): eight steps forward give the values, eight back the derivatives."""
    values = dict(zip(INPUTS, (w0, x0, w1, x1, w2)))
    symbols = build({n: sympy.Symbol(n, real=True) for n in INPUTS})
    place = {node: k for k, node in enumerate(symbols)}
    edges = [(place[parent], place[node]) for node in symbols for parent, _ in node.parents
             if parent in place]        # all but the one from the constant 1
    controls = [slider("step", "step", 0, 16, 1, step), button("back", "◀ Step back"),
                button("next", "Step forward ▶"), *(slider(n, n, -4, 4, 0.5, v) for n, v in values.items())]
    nodes = build(values)
    back = graph.gradients(nodes[-1])
    out = []
    for i, j in edges:
        (x, y), (u, v) = ((40 + 74 * c, 50 + 80 * r) for c, r in (PLACES[i], PLACES[j]))
        out.append(f'<line x1="{x}" y1="{y:g}" x2="{u}" y2="{v:g}" stroke="#999"/>')
    for k, node in enumerate(nodes):
        x, y = 40 + 74 * PLACES[k][0], 50 + 80 * PLACES[k][1]
        out += [f'<circle cx="{x}" cy="{y:g}" r="20" fill="#fff" stroke="#444"/>',
                picture.text(x, y + 5, (list(INPUTS) + SIGNS)[k], "middle")]
        if not 0 < step < k - 4:                            # step 0: the whole picture
            out.append(picture.text(x, y - 25, f"{node.value:.3g}", "middle", SYMBOL_COLOURS["z"]))
        if step in (0, 16) or step > 8 and (k == 12 or any(i == k and j > 20 - step for i, j in edges)):
            out.append(picture.text(x, y + 37, f"{back[node]:.3g}", "middle", SYMBOL_COLOURS["delta"]))
    alt = ((f"Step {step} of 16. " if step else "") +
           "Computational graph of f = 1/(1 + exp(-(w0 x0 + w1 x1 + w2))) = "
           f"{nodes[-1].value:.4g}; derivatives of f: " +
           ", ".join(f"by {n} {back[node]:.4g}" for n, node in zip(INPUTS, nodes)) + ".")
    return Figure("gates", "A computational graph, forward and back", alt, controls,
                  {"places": PLACES, "edges": edges, "names": list(INPUTS), "signs": list(INPUTS) + SIGNS,
                   "gates": GATES, "locals": [place.get(p, -1) for n in symbols for p, _ in n.parents]},
                  {"evaluate": graph_code(symbols, INPUTS)}, picture.svg("".join(out), height=350), computational_graph)
