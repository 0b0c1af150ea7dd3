"""The whole book in one picture: values go forward, deltas come back, and four formulas say how."""

from bp import draw

SIZES = [3, 4, 2]
FORMULAS = [
    ("BP1", [("$\\delta^{(L)}$", "delta"), ("$\\;=\\;(\\partial$", None), ("$a^{(L)}$", "a"),
             ("$/\\partial$", None), ("$z^{(L)}$", "z"), ("$)^{\\top}\\;\\partial C/\\partial$", None),
             ("$a^{(L)}$", "a")]),
    ("BP2", [("$\\delta^{(l)}$", "delta"), ("$\\;=\\;$", None), ("$W^{(l+1)\\top}$", "W"),
             ("$\\delta^{(l+1)}$", "delta"), ("$\\odot\\;f_l'($", None), ("$z^{(l)}$", "z"), ("$)$", None)]),
    ("BP3", [("$\\partial C/\\partial$", None), ("$W^{(l)}$", "W"), ("$\\;=\\;$", None),
             ("$\\delta^{(l)}$", "delta"), ("$\\,a^{(l-1)\\top}$", "a")]),
    ("BP4", [("$\\partial C/\\partial$", None), ("$b^{(l)}$", "b"), ("$\\;=\\;$", None),
             ("$\\delta^{(l)}$", "delta")]),
]


def build():
    fig, ax = draw.canvas(8.0, 3.4)
    units = draw.network(ax, SIZES, at=(0.4, 0.78), across=1.45, up=0.62, radius=0.19, label=lambda l, i: ("", "a"),
                         edge=lambda l, i, j: ("W", 0.7))
    top, bottom = 3.18, 0.18
    for l in 0, 1:
        x0, x1 = units[l, 1][0], units[l + 1, 1][0]
        draw.arrow(ax, (x0 + 0.3, top), (x1 - 0.3, top), "a", width=2.2)
        if l > 0:
            draw.arrow(ax, (x1 - 0.3, bottom), (x0 + 0.3, bottom), "delta", width=2.2)
    for l in 0, 1, 2:
        x = units[l, 1][0]
        draw.text(ax, x, top, f"$a^{{({l})}}$" if l else "$x$", "a", 15)
        draw.text(ax, x, bottom, f"$\\delta^{{({l})}}$" if l else "", "delta", 15)
    for y, (name, pieces) in zip((2.75, 2.05, 1.35, 0.65), FORMULAS):
        draw.text(ax, 3.95, y, name, size=12, ha="left")
        draw.phrase(ax, 4.5, y, pieces, size=16, anchor=(0, 0.5))
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
