"""The 3-3-2 perceptron: where each symbol of the forward sweep stands."""

from bp import draw

SIZES, X, RADIUS = [3, 3, 2], {"x": 0.5, "z1": 2.75, "a1": 3.75, "z2": 6.0, "a2": 7.0}, 0.3


def height(l, i):
    return 1.35 + 1.1 * ((3 + SIZES[l]) / 2 - i)


def build():
    fig, ax = draw.canvas(7.5, 4.75)
    for i in range(1, 4):
        draw.node(ax, (X["x"], height(0, i)), f"$x_{i}$", "a")
    for l in 1, 2:
        z, a, before = X[f"z{l}"], X[f"a{l}"], X["x"] if l == 1 else X["a1"]
        for i in range(1, SIZES[l] + 1):
            y = height(l, i)
            for j in range(1, SIZES[l - 1] + 1):
                draw.arrow(ax, (before, height(l - 1, j)), (z, y), "W", trim=RADIUS,
                           width=1.8 if i == 1 else 0.7)
            draw.node(ax, (z, y), f"$z_{i}^{{({l})}}$", "z")
            draw.node(ax, (a, y), f"$a_{i}^{{({l})}}$", "a")
            draw.arrow(ax, (z, y), (a, y), trim=RADIUS)
            draw.text(ax, (z + a) / 2, y + 0.19, f"$f_{l}$", size=14)
            draw.arrow(ax, (z, y + RADIUS + 0.27), (z, y + RADIUS), "b")
            draw.text(ax, z + 0.08, y + RADIUS + 0.19, f"$b_{i}^{{({l})}}$", "b", 14, ha="left")
    for l, j, along, aside in ((1, 1, 0.5, 0.2), (1, 2, 0.55, 0.29), (1, 3, 0.13, 0.34),
                               (2, 1, 0.5, 0.24), (2, 2, 0.24, 0.2), (2, 3, 0.16, 0.34)):
        x0, x1 = (X["x"], X["z1"]) if l == 1 else (X["a1"], X["z2"])
        y0, y1 = height(l - 1, j), height(l, 1)
        draw.text(ax, x0 + along * (x1 - x0), y0 + along * (y1 - y0) + aside, f"$W_{{1{j}}}^{{({l})}}$",
                  "W", 14)
    for l, middle in enumerate([X["x"], (X["z1"] + X["a1"]) / 2, (X["z2"] + X["a2"]) / 2]):
        draw.text(ax, middle, 4.57, f"layer {l}")
        draw.text(ax, middle, 0.92, f"$n_{l} = {SIZES[l]}$", size=13)
    equals, plus = ("$\\;=\\;$", None), ("$\\;+\\;$", None)
    draw.phrase(ax, 3.75, 0.35, [
        ("$z_1^{(1)}$", "z"), equals, ("$W_{11}^{(1)}$", "W"), ("$x_1$", "a"), plus, ("$W_{12}^{(1)}$", "W"),
        ("$x_2$", "a"), plus, ("$W_{13}^{(1)}$", "W"), ("$x_3$", "a"), plus, ("$b_1^{(1)}$", "b"),
        ("$\\qquad$", None), ("$a_1^{(1)}$", "a"), equals, ("$f_1(\\,$", None),
        ("$z_1^{(1)}$", "z"), ("$)$", None),
    ], size=16)
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
