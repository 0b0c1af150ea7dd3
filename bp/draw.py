"""Pictures for the book: one colour per symbol, reproducible files, both SVG and PNG.

    fig, ax = draw.figure(6, 3)                             # axes for a plot
    ax.plot(run.history, color=SYMBOL_COLOURS["J"])
    draw.text(ax, 20, 0.3, "$J$", "J")                      # a label at the curve instead of a legend
    draw.show(fig, alt="J falls from 2.3 to 0.1 in 30 epochs.")

    fig, ax = draw.canvas(5, 3)                             # no axes; 1 unit = 1 inch, (0, 0) is bottom left
    units = draw.network(ax, [3, 3, 2], at=(0.5, 0.5))      # {(l, i): (x, y)}, l = 0.., i = 1.. as in text
    box = draw.matrix(ax, W, (3, 2.5), "W", name="$W^{(1)}$")   # numbers in boxes; box.right, box.middle, ...
    draw.arrow(ax, units[1, 2], units[2, 1], "delta", trim=0.3)

A symbol argument is a key of SYMBOL_COLOURS; None means INK, the neutral colour of all that is no symbol. All
colours have a contrast of at least 3.5:1 on white and on a dark page and stay apart for colour-blind readers;
figures have no ground of their own. Nothing is shown until ``show``: a notebook never shows a picture twice.
This module needs matplotlib; ``import bp`` does not load it.
"""

import io
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

SYMBOL_COLOURS = {
    "z": "#00967f", "a": "#c97000", "delta": "#e00f64", "W": "#556bb2", "b": "#96642c", "J": "#8c5ee9",
}
INK = "#7a7a7a"         # as dark on white as it is light on black

_STYLE = {
    "svg.hashsalt": "bp", "svg.fonttype": "path", "path.simplify": False,
    "font.family": "DejaVu Sans", "font.size": 11, "mathtext.fontset": "cm",
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
    "savefig.bbox": "standard", "figure.dpi": 100, "savefig.dpi": "figure",
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.titlecolor": INK, "grid.color": INK, "grid.alpha": 0.3, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "xtick.labelsize": 10, "ytick.labelsize": 10,
    "axes.titlesize": 11, "axes.labelsize": 11, "legend.frameon": False, "lines.linewidth": 2.0,
    "axes.prop_cycle": mpl.cycler(color=list(SYMBOL_COLOURS.values())),
}


def colour(symbol):
    """The colour of a symbol, or INK for None. Raises ValueError for a symbol that has none."""
    if symbol is None:
        return INK
    if symbol not in SYMBOL_COLOURS:
        raise ValueError(f"symbol must be None or one of {', '.join(SYMBOL_COLOURS)}, got {symbol!r}")
    return SYMBOL_COLOURS[symbol]


def _style():
    """Set matplotlib's parameters as the book has them; ``figure`` and ``canvas`` call this themselves."""
    mpl.rcParams.update(_STYLE)


def figure(width=6.0, height=3.0, **subplots):
    """A figure of that many inches and its axes; subplots go to matplotlib: figure(7, 3, ncols=2)."""
    _style()
    fig = Figure((width, height), layout="constrained")
    return fig, fig.subplots(**subplots)


def canvas(width, height):
    """A figure without axes to draw in: 1 unit is 1 inch, (0, 0) is the bottom left corner."""
    _style()
    fig = Figure((width, height))
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return fig, ax


def text(ax, x, y, content, symbol=None, size=11, **options):
    """Text centred at (x, y) in the colour of a symbol; formulas in dollars are best at size 14 or more."""
    options = {"ha": "center", "va": "center", **options}
    return ax.text(x, y, content, color=colour(symbol), fontsize=size, **options)


def phrase(ax, x, y, pieces, size=15, anchor=(0.5, 0.5)):
    """A line of text in several colours, pieces = [(text, symbol), ...]; anchor (0, 0.5) starts it at x."""
    parts = [TextArea(content, textprops={"color": colour(symbol), "size": size})
             for content, symbol in pieces]
    row = HPacker(children=parts, align="baseline", pad=0, sep=0)
    ax.add_artist(AnnotationBbox(row, (x, y), frameon=False, pad=0, box_alignment=anchor))


def arrow(ax, start, end, symbol=None, *, trim=0.0, width=1.4, bend=0.0, head=True, **options):
    """An arrow (a line where head is False), each end cut back by trim; bend bows it sideways."""
    start, end = np.asarray(start, float), np.asarray(end, float)               # (2,), (2,)
    step = (end - start) / np.hypot(*(end - start)) * trim                      # (2,)
    patch = FancyArrowPatch(start + step, end - step, arrowstyle="-|>" if head else "-", mutation_scale=11,
                            connectionstyle=f"arc3,rad={bend}", color=colour(symbol), lw=width, shrinkA=0,
                            shrinkB=0, joinstyle="miter", capstyle="butt", **options)
    return ax.add_patch(patch)


def node(ax, at, content, symbol=None, *, radius=0.3, size=15):
    """A circle with text in it."""
    ax.add_patch(Circle(at, radius, fill=False, ec=colour(symbol), lw=1.8))
    return text(ax, *at, content, symbol, size)


def network(ax, sizes, *, at=(0.5, 0.5), across=1.7, up=0.9, radius=0.3, label=None, edge=None):
    """Draw a fully connected network; returns {(l, i): (x, y)} with l = 0..L, i = 1..n_l from the top.

    at: where the lowest unit of a tallest layer would stand in column 0. label(l, i) -> (text, symbol),
    default a_i^(l), and x_i in layer 0. edge(l, i, j) -> (symbol, width) of the line from unit j of layer l-1
    to unit i of layer l, or None for no line.
    """
    label = label or (lambda l, i: (f"$a_{i}^{{({l})}}$" if l else f"$x_{i}$", "a"))
    edge = edge or (lambda l, i, j: ("W", 1.0))
    tallest = max(sizes)
    units = {(l, i): (at[0] + l * across, at[1] + up * ((tallest + n) / 2 - i))
             for l, n in enumerate(sizes) for i in range(1, n + 1)}
    for l, i in units:
        for j in range(1, sizes[l - 1] + 1) if l else ():
            if (drawn := edge(l, i, j)) is not None:
                arrow(ax, units[l - 1, j], units[l, i], drawn[0], trim=radius, width=drawn[1])
        node(ax, units[l, i], *label(l, i), radius=radius)
    return units


class Box(NamedTuple):
    """Where a matrix or block was drawn."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self):
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def block(ax, at, width, height, symbol=None, *, name="", rows="", columns="", size=15):
    """A rectangle for a matrix, at = top left: name inside, number of rows at its left, of columns on top."""
    box = Box(at[0], at[1] - height, at[0] + width, at[1])
    ax.add_patch(Rectangle((box.left, box.bottom), width, height, fc=colour(symbol), alpha=0.14, lw=0))
    ax.add_patch(Rectangle((box.left, box.bottom), width, height, fill=False, ec=colour(symbol), lw=1.6))
    text(ax, *box.middle, name, symbol, size)
    text(ax, box.left - 0.07, box.middle[1], rows, None, 13, ha="right")
    text(ax, box.middle[0], box.top + 0.06, columns, None, 13, va="bottom")
    return box


def matrix(ax, values, at, symbol=None, *, name="", fmt="{:.2f}", cell=(0.62, 0.42), size=11, shade=None):
    """Numbers (or strings) in boxes, at = top left corner; a 1-D array is one column. name stands on top.

    shade(i, j) -> 0..1 tints a cell, i and j from 0 as in the array.
    """
    values = np.asarray(values)
    values = values[:, None] if values.ndim == 1 else values                    # (rows, columns)
    (rows, columns), (w, h) = values.shape, cell
    for i in range(rows):
        for j in range(columns):
            corner = (at[0] + j * w, at[1] - (i + 1) * h)
            tint = shade(i, j) if shade else 0.14
            ax.add_patch(Rectangle(corner, w, h, fc=colour(symbol), alpha=tint, lw=0))
            ax.add_patch(Rectangle(corner, w, h, fill=False, ec=colour(symbol), lw=1.0))
            content = values[i, j] if values.dtype.kind in "UO" else fmt.format(values[i, j])
            text(ax, corner[0] + w / 2, corner[1] + h / 2, content, symbol, size)
    box = Box(at[0], at[1] - rows * h, at[0] + columns * w, at[1])
    if name:
        text(ax, box.middle[0], box.top + 0.08, name, symbol, 15, va="bottom")
    return box


def svg(fig, alt):
    """The figure as SVG text with alt as its title: the same figure gives the same bytes."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must say in words what the picture shows, got {alt!r}")
    out, about = io.BytesIO(), {"Date": None, "Creator": None, "Title": " ".join(alt.split())}
    with mpl.rc_context(_STYLE):
        fig.savefig(out, format="svg", metadata=about)
    return out.getvalue().decode().replace("\r\n", "\n")


def png(fig, dpi=144):
    """The figure as PNG bytes, without the program's name or a date."""
    out = io.BytesIO()
    with mpl.rc_context(_STYLE):
        fig.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


def save(fig, script):
    """Write <stem>.svg beside a script of figures/; the alt text is read from <stem>.alt.txt."""
    script = Path(script)
    alt = script.with_suffix(".alt.txt").read_text(encoding="utf-8")
    script.with_suffix(".svg").write_text(svg(fig, alt), encoding="utf-8", newline="\n")


def show(fig, alt):
    """Display the figure as SVG and as PNG (all that an untrusted notebook shows), both with alt text."""
    from IPython.display import display
    width, height = (round(96 * inches) for inches in fig.get_size_inches())
    data = {"image/svg+xml": svg(fig, alt), "image/png": b64encode(png(fig)).decode() + "\n",
            "text/plain": " ".join(alt.split())}
    about = {"alt": data["text/plain"]}
    display(data, raw=True, metadata={"image/svg+xml": about,
                                      "image/png": about | {"width": width, "height": height}})
