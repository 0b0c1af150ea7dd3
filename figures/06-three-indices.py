"""How dz_k/dW_ij, an array with three indices, becomes an outer product."""

from bp import draw

CELL = (0.68, 0.52)


def build():
    fig, ax = draw.canvas(7.5, 4.85)
    draw.phrase(ax, 3.75, 4.45, [
        ("$\\dfrac{\\partial C}{\\partial W_{ij}}$", "W"), ("$\\;=\\;\\sum_k\\;$", None),
        ("$\\delta_k$", "delta"),
        ("$\\,\\dfrac{\\partial z_k}{\\partial W_{ij}}$", "z"), ("$\\qquad$ with $\\qquad$", None),
        ("$\\dfrac{\\partial z_k}{\\partial W_{ij}}$", "z"), ("$\\;=\\;$", None), ("$a_j$", "a"),
        (" if $k = i$, otherwise 0", None)], size=14)
    for k, left in (1, 1.15), (2, 4.4):
        rows = [[f"$a_{j}$" if i == k else "0" for j in (1, 2, 3)] for i in (1, 2)]
        box = draw.matrix(ax, rows, (left, 3.4), "a", cell=CELL, size=15,
                          shade=lambda i, j, k=k: 0.25 if i + 1 == k else 0.0)
        draw.text(ax, box.left - 0.15, box.middle[1], f"$\\delta_{k}$", "delta", 19, ha="right")
        draw.phrase(ax, box.middle[0], box.top + 0.22, [
            (f"slice $k = {k}$:  ", None), (f"$\\partial z_{k} / \\partial W_{{ij}}$", "z")], size=13)
    draw.text(ax, 3.55, 2.88, "$+$", size=19)
    left, top = 3.05, 1.3
    draw.text(ax, left - 1.25, top - CELL[1], "$=$", size=19)
    draw.matrix(ax, ["$\\delta_1$", "$\\delta_2$"], (left - 0.85, top), "delta", cell=CELL, size=15)
    draw.matrix(ax, [["$a_1$", "$a_2$", "$a_3$"]], (left, top + CELL[1] + 0.14), "a", cell=CELL, size=15)
    product = [[f"$\\delta_{i}\\,a_{j}$" for j in (1, 2, 3)] for i in (1, 2)]
    box = draw.matrix(ax, product, (left, top), "W", cell=CELL, size=15)
    outer = [("$=\\;$", None), ("$\\delta$", "delta"), ("$\\,a^{\\top}$", "a")]
    draw.phrase(ax, box.right + 0.25, box.middle[1], outer, size=18, anchor=(0, 0.5))
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
