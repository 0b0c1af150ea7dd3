"""The error going back: which weights meet in one sum, and where they stand in the matrix."""

from bp import draw

HIDDEN = 2      # the unit of layer 1 whose delta is gathered


def build():
    fig, ax = draw.canvas(7.5, 4.2)

    def label(l, i):
        return f"$\\delta_{i}^{{({l})}}$", "delta" if l == 2 or i == HIDDEN else None

    units = draw.network(ax, [0, 3, 2], at=(-1.95, 1.15), across=2.55, up=1.05, label=label,
                         edge=lambda *_: None)
    for i in 1, 2:
        for j in 1, 2, 3:
            draw.arrow(ax, units[2, i], units[1, j], "W" if j == HIDDEN else None, trim=0.3,
                       width=2.6 if j == HIDDEN else 0.7)
    draw.text(ax, 1.2, 2.59, "$W_{12}^{(2)}$", "W", 15)
    draw.text(ax, 1.2, 1.8, "$W_{22}^{(2)}$", "W", 15)
    draw.text(ax, 0.6, 3.95, "layer 1")
    draw.text(ax, 3.15, 3.95, "layer 2")

    def entry(i, j):
        return f"$W_{{{i}{j}}}^{{(2)}}$"

    entries = [[entry(i, j) for j in (1, 2, 3)] for i in (1, 2)]
    box = draw.matrix(ax, entries, (4.75, 2.95), "W", cell=(0.75, 0.6), size=15,
                      shade=lambda i, j: 0.4 if j + 1 == HIDDEN else 0.0)
    draw.text(ax, 4.47, box.middle[1], "$W^{(2)} =$", "W", 15, ha="right")
    for y in 2.65, 2.05:
        draw.arrow(ax, (box.right + 0.14, y), (box.right + 0.42, y), "z", width=2.0)
    draw.text(ax, box.middle[0], box.top + 0.42, "forward: row $i$ makes $z_i^{(2)}$", size=13)
    draw.arrow(ax, (box.middle[0], box.bottom), (box.middle[0], box.bottom - 0.38), "delta", width=2.0)
    draw.text(ax, box.middle[0], box.bottom - 0.55, "back: column 2 makes $\\delta_2^{(1)}$", size=13)
    draw.phrase(ax, 3.75, 0.35, [
        ("$\\delta_2^{(1)}$", "delta"), ("$\\;=\\;(\\,$", None), ("$W_{12}^{(2)}$", "W"),
        ("$\\,\\delta_1^{(2)}$", "delta"), ("$\\;+\\;$", None), ("$W_{22}^{(2)}$", "W"),
        ("$\\,\\delta_2^{(2)}$", "delta"), ("$\\,)\\,f_1'(\\,$", None), ("$z_2^{(1)}$", "z"), ("$)$", None),
    ], size=17)
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
