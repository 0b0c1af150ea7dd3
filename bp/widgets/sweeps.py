"""Both sweeps through a small network, step by step: what the package's own lines do to fresh symbols.

Every z, a, delta and gradient is an expression in the symbols just before it, so the steps are a program for
the page and, at once, the formulas that a reader wants to see filled in with numbers.
"""

import re

import numpy as np
import sympy

from .. import symbolic, vectorized
from ..network import Network


def names(sizes):
    """{l: names of the layer's symbols} for W, b, z, a, d (delta), dW, db; the input is a[0], the target y."""
    if max(sizes) > 9:
        raise ValueError(f"sizes must be 9 at most, so that an index is one digit, got {sizes}")

    def vector(prefix, l):
        return np.array([f"{prefix}{l}_{i + 1}" for i in range(sizes[l])])              # (n_l,)

    def matrix(prefix, l):
        return np.array([[f"{prefix}{l}_{i + 1}{j + 1}" for j in range(sizes[l - 1])]
                         for i in range(sizes[l])])                                     # (n_l, n_{l-1})

    layers = range(1, len(sizes))
    table = {name: {l: vector(name, l) for l in layers} for name in ("b", "z", "a", "d", "db")}     # (n_l,)
    table |= {name: {l: matrix(name, l) for l in layers} for name in ("W", "dW")}       # (n_l, n_{l-1})
    table["a"][0] = vector("a", 0)                                                      # (n_0,)
    table["y"] = np.array([f"y_{k + 1}" for k in range(sizes[-1])])                     # (n_L,)
    return table


def symbols(array):
    """The symbols of these names, same shape, as an array for bp's functions."""
    return symbolic.array(np.vectorize(lambda n: sympy.Symbol(str(n), real=True), otypes=[object])(array))


def steps(sizes, f, cost, lam=0):
    """[(name, expression)] of a forward and a backward sweep for one example with activations f[1..L]."""
    n = names(sizes)
    W, b, z, a, d = ({l: symbols(v) for l, v in n[key].items()} for key in ("W", "b", "z", "a", "d"))
    y, L, done = symbols(n["y"]), len(sizes) - 1, []

    def step(layer_names, results):
        done.extend(zip(map(str, layer_names.flat), np.asarray(results).flat))

    for l in range(1, L + 1):
        layer = Network([W[l]], [b[l]], [f[l]])
        step(n["z"][l], vectorized.forward(layer, a[l - 1]).z[1])                       # (n_l,)
        step(n["a"][l], f[l].value(z[l]))                                               # (n_l,)
    done.append(("C", cost.of_output(f[L], z[L], a[L], y)))
    for l in range(L, 0, -1):
        step(n["d"][l], vectorized.output_delta(f[L], cost, z[L], a[L], y) if l == L else
             vectorized.hidden_delta(f[l], z[l], a[l], W[l + 1], d[l + 1]))             # (n_l,)
        step(n["dW"][l], vectorized.weight_gradient(d[l], a[l - 1], W[l], lam))         # (n_l, n_{l-1})
        step(n["db"][l], vectorized.bias_gradient(d[l]))                                # (n_l,)
    return [(name, sympy.sympify(np.asarray(value)[()])) for name, value in done]


def program(arguments, steps, results):
    """A JavaScript function (array of arguments) => array of results; both are lists of names."""
    lines = "".join(f"const {name}={sympy.jscode(value)};".replace("\n", " ") for name, value in steps)
    return f"([{','.join(arguments)}])=>{{{lines}return [{','.join(results)}];}}"


_SUB, _SUPER = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"), str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def pretty(name):
    """W1_12 -> W₁₂⁽¹⁾, dW1_12 -> ∂C/∂W₁₂⁽¹⁾, d2_1 -> δ₁⁽²⁾, a0_1 -> x₁, y_1 -> y₁."""
    if not (m := re.fullmatch(r"(dW|db|[Wbzady])(\d?)_(\d+)", name)):
        return {"lam": "λ"}.get(name, name)
    kind, l, index = m.groups()
    kind, l = ("x", "") if kind + l == "a0" else ({"d": "δ", "dW": "∂C/∂W", "db": "∂C/∂b"}.get(kind, kind), l)
    return kind + index.translate(_SUB) + (f"⁽{l.translate(_SUPER)}⁾" if l else "")


def template(expression):
    """The expression as text, each symbol as {name}, for the page to fill in with names or with numbers."""
    text = re.sub(r"[A-Za-z]+\d*_\d+|lam", r"{\g<0>}", sympy.sstr(expression))
    return text.replace("**2", "²").replace("*", " · ").replace("-", "−")
