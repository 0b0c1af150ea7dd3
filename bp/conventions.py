r"""Five sources, five notations: the dictionary between them and the book (chapter 00).

    theirs = conventions.export(net, "S4")          # {"Theta": {1: (n_1, 1 + n_0), 2: ...}}
    net = conventions.read(theirs, "S4", f)         # and back
    conventions.gradient(g, "S4")                   # a Gradient in their names, numbers and shapes
    conventions.lam("S4", lam, E)                   # their lambda that makes the book's penalty
    conventions.translate(r"\delta^l = \dots", "S2")    # a formula of theirs in the book's notation
    print(conventions.table())

The book: layers 0..L, ``W[l]`` of shape (n_l, n_{l-1}) and ``b[l]`` of shape (n_l,) enter layer l.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .network import Gradient, Network


class Convention(NamedTuple):
    """How one source writes a network; the words are Markdown with formulas in dollars."""

    title: str
    first: int          # the number of the input layer
    enters: bool        # True: weights of number l enter layer l; False: they leave layer l
    rows: bool          # True: a layer's outputs are a row, so W is (n_{l-1}, n_l) and b is (1, n_l)
    weight: str         # the name of the weights
    bias: str           # the name of the biases, or "" if they are column 0 of the weights (and x_0 = 1)
    cost: str           # of one example
    penalty: str        # the factor of the sum of squared weights in J, or "" if there is no penalty
    delta: str
    rate: str
    activation: str
    examples: str       # index and number


SOURCES = {
    "S0": Convention("反向传导算法 (notes on UFLDL)", 1, False, False, "W", "b",
                     r"$\frac{1}{2} \Vert h_{W,b}(x) - y \Vert^2$", r"$\frac{\lambda}{2}$",
                     r"$\partial J(W, b; x, y) / \partial z$", r"$\alpha$", "$f$", "$k = 1..K$"),
    "S1": Convention("反向传播 (one neuron to E examples)", 0, True, True, "W", "b",
                     r"$-\sum_k [y_k \log a_{Lk} + (1 - y_k) \log(1 - a_{Lk})]$", "",
                     r"$\partial \mathcal{L} / \partial Z_l$, without a name, 1/E in it", "", r"$\sigma$",
                     "$(e) = (1)..(E)$"),
    "S2": Convention("Deep Learning深度学习（二）：反向传播", 1, True, False, "w", "b",
                     r"$\frac{1}{2} \Vert y(x) - a^L(x) \Vert^2$", "", r"$\partial C / \partial z$",
                     r"$\eta$", r"$\sigma$", "$x$, $n$ of them"),
    "S3": Convention("第 8 章 人工神经网络, BP 算法", 1, True, False, "W", "b",
                     r"$\frac{1}{2} \Vert y - o \Vert^2$", "", r"$\partial E / \partial z$", r"$\mu$", "$f$",
                     "$(i) = 1..N$"),
    "S3b": Convention("第 8 章 人工神经网络, 前馈网络", 0, True, False, "W", "b", r"$-y^T \log \hat{y}$",
                      r"$\frac{1}{2} \lambda$", "", r"$\alpha$", "$f_l$", "$(n) = 1..N$"),
    "S4": Convention("BackPropagation 逆向参数调整法", 1, False, False, "Theta", "",
                     r"$\frac{1}{2} \sum_k (h_\Theta(x)_k - y_k)^2$", r"$\frac{\lambda}{2m}$",
                     r"$\sum_i \delta_i^{(l+1)} \Theta_{ij}^{(l)}$, true of linear units", "",
                     "$g$, linear in all derivatives", "$(i) = 1..m$"),
}


def _source(key):
    """The Convention of a key of SOURCES."""
    if not isinstance(key, str) or key not in SOURCES:
        raise ValueError(f"key must be one of {', '.join(SOURCES)}, got {key!r}")
    return SOURCES[key]


def number(key, l):
    """The number that this source gives to the weights which enter the book's layer l = 1..L."""
    c = _source(key)
    return checks.count("l", l) + c.first - (not c.enters)


def export(net, key):
    """Weights and biases of a Network (or Gradient) in this source's form: {name: {its layer number: array}}.

    Shapes: columns (n_l, n_{l-1}) and (n_l,), rows (n_{l-1}, n_l) and (1, n_l), Theta (n_l, 1 + n_{l-1}).
    """
    c = _source(key)
    if not isinstance(net, (Network, Gradient)):
        raise ValueError(f"net must be a bp.Network or a bp.Gradient, got {net!r}")
    W, b = {}, {}
    for l in net.W:
        k = number(key, l)
        if not c.bias:
            W[k] = np.concatenate([net.b[l][:, None], net.W[l]], axis=1)        # (n_l, 1 + n_{l-1})
        elif c.rows:
            W[k], b[k] = net.W[l].T.copy(), net.b[l][None, :].copy()            # (n_{l-1}, n_l), (1, n_l)
        else:
            W[k], b[k] = net.W[l].copy(), net.b[l].copy()                       # (n_l, n_{l-1}), (n_l,)
    return {c.weight: W, c.bias: b} if c.bias else {c.weight: W}


def gradient(g, key):
    """A Gradient in this source's form: each derivative has the shape of its parameter."""
    if not isinstance(g, Gradient):
        raise ValueError(f"g must be a bp.Gradient, got {g!r}")
    return export(g, key)


def read(parameters, key, f):
    """The Network that this source's parameters describe; f as for Network, by the book's layers.

    Raises ValueError for names, layer numbers or shapes that this source does not have.
    """
    c = _source(key)
    names = [name for name in (c.weight, c.bias) if name]
    if not isinstance(parameters, dict) or set(parameters) != set(names):
        got = list(parameters) if isinstance(parameters, dict) else repr(parameters)
        raise ValueError(f"parameters of {key} must be a dict with {' and '.join(names)}, got {got}")
    for name in names:
        layers, start = parameters[name], number(key, 1)
        if not layers or not isinstance(layers, dict) or set(layers) != set(range(start, start + len(layers))):
            got = list(layers) if isinstance(layers, dict) else repr(layers)
            raise ValueError(f"{name} of {key} must be a dict with layers numbered from {start}, got {got}")
    if c.bias and set(parameters[c.weight]) != set(parameters[c.bias]):
        raise ValueError(f"{c.weight} and {c.bias} of {key} must have the same layers, got "
                         f"{sorted(parameters[c.weight])} and {sorted(parameters[c.bias])}")
    W, b = {}, {}
    for l in range(1, len(parameters[c.weight]) + 1):
        k = number(key, l)
        w = checks.array(f"{c.weight}[{k}] of {key}", parameters[c.weight][k], (None, None))
        if not c.bias:
            if w.shape[1] < 2:
                raise ValueError(f"{c.weight}[{k}] of {key} must have column 0 for the biases and one more, "
                                 f"got shape {w.shape}")
            W[l], b[l] = w[:, 1:], w[:, 0]                                      # (n_l, n_{l-1}), (n_l,)
        elif c.rows:
            v = checks.array(f"{c.bias}[{k}] of {key}", parameters[c.bias][k], (1, w.shape[1]))
            W[l], b[l] = w.T, v[0]                                              # (n_l, n_{l-1}), (n_l,)
        else:
            v = checks.array(f"{c.bias}[{k}] of {key}", parameters[c.bias][k], (w.shape[0],))
            W[l], b[l] = w, v                                                   # (n_l, n_{l-1}), (n_l,)
    return Network(W, b, f)


def lam(key, lam, E):
    """The lambda this source writes for the book's penalty lam/2 sum W^2 over a batch of E examples."""
    lam, E = checks.factor("lam", lam), checks.count("E", E)
    return lam * _times(key, lam, E)


def read_lam(key, lam, E):
    """The book's lam for the lambda of this source."""
    lam, E = checks.factor("lam", lam), checks.count("E", E)
    return lam / _times(key, lam, E)


def _times(key, lam, E):
    penalty = _source(key).penalty
    if not penalty and lam != 0:
        raise ValueError(f"lam must be 0 for {key}, which has no penalty, got {lam!r}")
    return E if penalty == r"$\frac{\lambda}{2m}$" else 1


def translate(latex, key, one_unit=False):
    """A formula in the notation of this source, rewritten in the book's notation.

    one_unit: all layers have a single unit (the first part of S1), so nothing is transposed. Layers are
    shifted so that the first one named with l reads (l); ranges of indices and equation numbers are left out.
    What a formula says is kept, mistakes too. Raises ValueError naming what it cannot translate.
    """
    from .translation import translate
    _source(key)
    return translate(latex, key, one_unit)


def table():
    """The sources side by side, as a Markdown table with a row for each choice."""
    rows = {
        "source": lambda c: c.title,
        "number of the input layer": lambda c: c.first,
        "weights of number $l$": lambda c: f"{'enter' if c.enters else 'leave'} layer $l$",
        "outputs of a layer": lambda c: "a row" if c.rows else "a column",
        "weights": lambda c: r"$\Theta$" if c.weight == "Theta" else f"${c.weight}$",
        "biases": lambda c: f"${c.bias}$" if c.bias else r"column 0 of $\Theta$, with $x_0 = 1$",
        "cost of one example": lambda c: c.cost,
        "factor of the squared weights": lambda c: c.penalty or "no penalty",
        r"$\delta$": lambda c: c.delta or "not used",
        "learning rate": lambda c: c.rate or "not given",
        "activation": lambda c: c.activation,
        "examples": lambda c: c.examples,
    }
    lines = ["| | " + " | ".join(SOURCES) + " |", "|" + "---|" * (len(SOURCES) + 1)]
    lines += [f"| {name} | " + " | ".join(str(of(c)) for c in SOURCES.values()) + " |"
              for name, of in rows.items()]
    return "\n".join(lines)
