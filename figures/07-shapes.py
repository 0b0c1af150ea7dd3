"""Shapes of one batched layer, forward and back: equal letters are equal lengths."""

from bp import draw

UNIT = 0.21
N = {"E": 6, "n_{l-1}": 5, "n_l": 4, "n_{l+1}": 3, "1": 1}
TOP = {"forward": 6.95, "BP2": 5.1, "BP3": 3.25, "BP4": 1.6}
ROWS = [    # title, then operands (name, symbol, rows, columns) and the signs between them
    ("forward", [("Z^{(l)}", "z", "E", "n_l"), "=", ("A^{(l-1)}", "a", "E", "n_{l-1}"),
                 ("W^{(l)\\top}", "W", "n_{l-1}", "n_l"), "+", ("\\mathbf{1}", None, "E", "1"),
                 ("b^{(l)\\top}", "b", "1", "n_l")]),
    ("BP2", [("\\Delta^{(l)}", "delta", "E", "n_l"), "= (", ("\\Delta^{(l+1)}", "delta", "E", "n_{l+1}"),
             ("W^{(l+1)}", "W", "n_{l+1}", "n_l"), ") \\odot", ("f_l'(Z^{(l)})", "z", "E", "n_l")]),
    ("BP3", [("\\dfrac{\\partial J}{\\partial W^{(l)}}", "W", "n_l", "n_{l-1}"), "=",
             ("\\Delta^{(l)\\top}", "delta", "n_l", "E"), ("A^{(l-1)}", "a", "E", "n_{l-1}"), "+ \\lambda",
             ("W^{(l)}", "W", "n_l", "n_{l-1}")]),
    ("BP4", [("\\partial J / \\partial b^{(l)}", "b", "n_l", "1"), "=",
             ("\\Delta^{(l)\\top}", "delta", "n_l", "E"), ("\\mathbf{1}", None, "E", "1")]),
]


def operand(ax, x, top, name, symbol, rows, columns):
    """One rectangle with its sides labelled; returns where the next thing may start."""
    width, height = N[columns] * UNIT, N[rows] * UNIT
    narrow = min(width, height) < 0.3
    left = x + (0.38 if len(rows) < 5 else 0.68)       # room for the label of its rows
    box = draw.block(ax, (left, top), width, height, symbol, name="" if narrow else f"${name}$",
                     rows=f"${rows}$", columns=f"${columns}$", size=15)
    if narrow:
        draw.text(ax, box.middle[0], box.bottom - 0.2, f"${name}$", symbol, 15)
    return box.right


def build():
    fig, ax = draw.canvas(8.0, 7.4)
    for title, things in ROWS:
        draw.text(ax, 0.1, TOP[title] - 0.45, title, size=12, ha="left")
        x = 0.75
        for thing in things:
            if isinstance(thing, str):
                draw.text(ax, x + 0.16, TOP[title] - 0.45, f"${thing}$", size=17, ha="left")
                x += 0.2 + 0.14 * len(thing.replace("\\odot", "o").replace("\\lambda", "l"))
            else:
                x = operand(ax, x, TOP[title], *thing)
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
