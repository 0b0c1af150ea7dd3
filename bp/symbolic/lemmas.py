"""Scalar lemmas: the code of every activation and cost is what the book prints, and f' is the derivative of f."""

import numpy as np
import sympy as sp

from .arrays import array, expression
from .networks import long_way, vector
from .prove import Proved, prove


def prove_activation(f, n=3):
    """The code of f equals f.expression, and the code of f' (softmax: jacobian, pull_back) its derivative.

    Functions with a kink are proved left and right of it; at the kink f' is the derivative from the left.
    Returns Proved or raises AssertionError.
    """
    return _elementwise(f) if f.elementwise else _layer(f, n)


def _elementwise(f):
    sides = (dict(real=True),) if "Piecewise" not in f.expression else (dict(positive=True), dict(negative=True))
    found, wanted = [], []
    n = max([len(v) for v in f.parameters.values() if isinstance(v, tuple)], default=1)
    for side in sides:
        z = array([sp.Symbol(f"z_{i + 1}", **side) for i in range(n)])          # (n,)
        a = f.value(z)                                                          # (n,)
        for i, z_i in enumerate(z):
            printed = documented(f, z_i, i)
            found += [a[i], f.derivative(z, a)[i]]
            wanted += [printed, printed.diff(z_i)]
            if "negative" in side:      # the kink belongs to the left
                zero = array(np.zeros(n, dtype=int))                            # (n,)
                found += [f.value(zero)[i], f.derivative(zero, f.value(zero))[i]]
                wanted += [printed.subs(z_i, 0), printed.diff(z_i).subs(z_i, 0)]
    return prove(array(found), array(wanted), f"{f}: the code of f is {f.expression}, the code of f' its derivative")


def documented(f, z, i=0):
    """f.expression as SymPy reads it, at z, with the parameters of unit i as exact numbers."""
    values = {k: expression(v[i] if isinstance(v, tuple) else v) for k, v in f.parameters.items()}
    return sp.sympify(f.expression, locals={"z": z, **values})


def _layer(f, n):
    z, v = vector("z", n), vector("v", n)                                       # (n,), (n,)
    text = f.expression.replace("z_k", "z[k]").replace("z_m", "z[m]")
    base, k = sp.IndexedBase("z"), sp.Symbol("k")
    general = sp.sympify(text, locals={"z": base, "k": k, "n": n}).doit()
    values = {base[i + 1]: z_i for i, z_i in enumerate(z)}
    printed = array([general.subs(k, i + 1).subs(values) for i in range(n)])    # (n,)
    slopes = array([[a_k.diff(z_i) for z_i in z] for a_k in printed])           # (n, n)
    a = f.value(z)                                                              # (n,)
    found = [*a, *f.jacobian(z, a).flat, *f.pull_back(z, a, v)]
    wanted = [*printed, *slopes.flat, *(slopes.T @ v)]
    return prove(array(found), array(wanted), f"{f}: the code of f is {f.expression}, the code of its Jacobian "
                 f"and pull-back its derivative, {n} units")


def prove_cost(cost, n=3):
    """The code of dC/da is the derivative of the code of C, over n outputs."""
    a, y = vector("a", n), vector("y", n)                                       # (n,), (n,)
    C = expression(cost.value(a, y))
    return prove(cost.gradient(a, y), array([C.diff(a_i) for a_i in a]),
                 f"{cost}: the code of dC/da is the derivative of C, {n} outputs")


def prove_shortcut(cost, f, n=3):
    """The shortcut of cost for output activation f: the same C and the same delta^(L) as the long way.

    Both C have the same derivative in every z_i and the same value at z = 0, so they are the same function.
    """
    z, y = vector("z", n), vector("y", n)                                       # (n,), (n,)
    a, zero = f.value(z), array(np.zeros(n, dtype=int))                         # (n,), (n,)
    short, long = cost.shortcuts[f.name], long_way(cost)
    delta = short.delta(z, a, y)                                                # (n,)
    values = [expression(short.value(z, y)), expression(long.value(a, y))]
    statement = f"{cost} after {f}: the shortcut is the long way, {n} outputs"
    proofs = [
        prove(delta, f.pull_back(z, a, long.gradient(a, y)), f"{statement}, delta"),
        *(prove(delta, array([C.diff(z_i) for z_i in z]), f"{statement}, derivative of C") for C in values),
        prove(short.value(zero, y)[()], long.value(f.value(zero), y)[()], f"{statement}, C at z = 0"),
    ]
    return Proved(statement, sum(p.entries for p in proofs), sum(p.exact for p in proofs))
