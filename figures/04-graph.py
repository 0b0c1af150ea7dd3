"""The graph of 1 / (1 + exp(-(w_0 x_0 + w_1 x_1 + w_2))): values above each line, gradients below."""

from bp import draw, graph

START = {"w_0": 2.0, "x_0": -1.0, "w_1": -3.0, "x_1": -2.0, "w_2": -3.0}
RADIUS = 0.24


def gates():
    """The nodes by name; every number in the picture is computed by bp.graph."""
    node = {name: graph.variable(value, name) for name, value in START.items()}
    node["w_0 x_0"] = node["w_0"] * node["x_0"]
    node["w_1 x_1"] = node["w_1"] * node["x_1"]
    node["first sum"] = node["w_0 x_0"] + node["w_1 x_1"]
    node["sum"] = node["first sum"] + node["w_2"]
    node["minus"] = node["sum"] * -1.0
    node["exp"] = graph.exp(node["minus"])
    node["plus 1"] = node["exp"] + 1.0
    node["out"] = graph.reciprocal(node["plus 1"])
    return node


PLACES = {      # name: (x, y, what stands in the circle, symbol)
    "w_0": (0.3, 4.6, "$w_0$", "W"), "x_0": (0.3, 3.55, "$x_0$", "a"), "w_1": (0.3, 2.5, "$w_1$", "W"),
    "x_1": (0.3, 1.45, "$x_1$", "a"), "w_2": (0.3, 0.4, "$w_2$", "W"),
    "w_0 x_0": (1.6, 4.08, "$\\times$", None), "w_1 x_1": (1.6, 1.98, "$\\times$", None),
    "first sum": (2.6, 3.03, "$+$", None), "sum": (3.5, 2.0, "$+$", None),
    "minus": (4.54, 2.0, "$\\times\\!-\\!1$", None), "exp": (5.58, 2.0, "$\\exp$", None),
    "plus 1": (6.62, 2.0, "$+1$", None), "out": (7.66, 2.0, "$1/x$", None),
}
EDGES = [("w_0", "w_0 x_0"), ("x_0", "w_0 x_0"), ("w_1", "w_1 x_1"), ("x_1", "w_1 x_1"),
         ("w_0 x_0", "first sum"), ("w_1 x_1", "first sum"), ("first sum", "sum"), ("w_2", "sum"),
         ("sum", "minus"), ("minus", "exp"), ("exp", "plus 1"), ("plus 1", "out"), ("out", None)]


def number(value):
    return f"{value:.2f}".replace("-", "\u2212")


def build():
    fig, ax = draw.canvas(8.6, 5.0)
    node = gates()
    back = graph.gradients(node["out"])
    for x, y, inside, symbol in PLACES.values():
        draw.node(ax, (x, y), inside, symbol, radius=RADIUS, size=11 if "1" in inside and not symbol else 15)
    for start, end in EDGES:
        x0, y0 = PLACES[start][:2]
        x1, y1 = PLACES[end][:2] if end else (x0 + 0.8, y0)
        draw.arrow(ax, (x0, y0), (x1, y1), trim=RADIUS, width=1.1)
        along = 0.42 if start in START else 0.5
        x, y = x0 + along * (x1 - x0), y0 + along * (y1 - y0)
        lean = 0.14 * abs(y1 - y0) / (x1 - x0)      # a steep line needs its numbers farther off
        draw.text(ax, x, y + 0.13 + lean, number(node[start].value), size=10)
        draw.text(ax, x, y - 0.14 - lean, number(back[node[start]]), "delta", 10)
    draw.text(ax, 4.3, 4.4, "above a line: its value, computed forward", size=11, ha="left")
    draw.text(ax, 4.3, 4.1, "below: d(output) / d(value), computed back", "delta", 11, ha="left")
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
