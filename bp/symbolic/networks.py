"""Networks of symbols, their derivatives by SymPy, and the proof that the package's backward pass equals them."""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from .. import batched
from ..activations import Activation
from ..costs import Cost, squared_error
from ..network import Gradient, Network
from ..objective import objective
from .arrays import array, expression
from .atoms import unspecified, unspecified_of_many
from .identity import certificate, first_difference, short

lam = sp.Symbol("lambda", positive=True)


def vector(name, n):
    """Symbols name_1 .. name_n as an array of shape (n,)."""
    return array(np.array([sp.Symbol(f"{name}_{{{i}}}", real=True) for i in range(1, n + 1)], dtype=object))  # (n,)


def matrix(name, rows, columns):
    """Symbols name_{1,1} .. name_{rows,columns}, shape (rows, columns): for a batch, one example per row."""
    return array(np.array([[sp.Symbol(f"{name}_{{{e},{i}}}", real=True) for i in range(1, columns + 1)]
                           for e in range(1, rows + 1)], dtype=object))         # (rows, columns)


def network(sizes, hidden=None, output=None):
    """A Network whose parameters are the symbols W_{ij}^{(l)} and b_{i}^{(l)}; sizes is [n_0, ..., n_L].

    hidden, output: an Activation, or None for an unspecified f_l with its own f_l'.
    """
    W, b, f = {}, {}, {}
    for l in range(1, len(sizes)):
        n_l, n_before = sizes[l], sizes[l - 1]
        comma = "," if max(n_l, n_before) > 9 else ""
        W[l] = np.array([[sp.Symbol(f"W_{{{i}{comma}{j}}}^{{({l})}}", real=True) for j in range(1, n_before + 1)]
                         for i in range(1, n_l + 1)], dtype=object)             # (n_l, n_{l-1})
        b[l] = np.array([sp.Symbol(f"b_{{{i}}}^{{({l})}}", real=True) for i in range(1, n_l + 1)], dtype=object)
        given = output if l == len(sizes) - 1 else hidden
        f[l] = generic_activation(l) if given is None else given
    return Network(W, b, f)


def generic_activation(l):
    """An unspecified differentiable f_l of one weighted sum; its derivative is the unspecified f_l'."""
    return Activation(f"f_{l}", _entrywise(unspecified(f"f_{l}")),
                      lambda z, a: _entrywise(unspecified(f"f_{l}", 1))(z), f"f_{l}(z)")


class _GenericLayer(Activation):
    """a_k = g_k(z_1, ..., z_n): every output depends on every weighted sum, as in softmax, and nothing is known."""

    def jacobian(self, z, a):
        n = len(z)
        return array(np.array([[unspecified_of_many(f"{self.name}^{k}")(*z).fdiff(i + 1) for i in range(n)]
                               for k in range(n)], dtype=object))               # (n, n)

    def pull_back(self, z, a, dC_da):
        rows = zip(z.reshape(-1, z.shape[-1]), dC_da.reshape(-1, z.shape[-1]))
        return np.stack([self.jacobian(z_e, None).T @ d_e for z_e, d_e in rows]).reshape(z.shape)   # (E, n)


def generic_layer(l):
    """An unspecified activation of a whole layer, a_k = g_k(z_1, ..., z_n), with its full Jacobian."""
    name = f"g{l}"

    def value(z):
        out = [[unspecified_of_many(f"{name}^{k}")(*row) for k in range(z.shape[-1])]
               for row in z.reshape(-1, z.shape[-1])]
        return array(np.array(out, dtype=object).reshape(z.shape))              # (E, n)
    return _GenericLayer(name, value, None, f"{name}(z)")


def _rows(function):
    def of_rows(a, y):
        return array(np.array([function(*row) for row in np.concatenate([a, y], axis=-1).reshape(-1, 2 * a.shape[-1])],
                              dtype=object).reshape(a.shape[:-1]))              # () or (E,)
    return of_rows


def _partials(a, y):
    out = [[unspecified_of_many("C")(*row).fdiff(k + 1) for k in range(a.shape[-1])]
           for row in np.concatenate([a, y], axis=-1).reshape(-1, 2 * a.shape[-1])]
    return array(np.array(out, dtype=object).reshape(a.shape))                  # (E, n)


generic_cost = Cost("C", value=_rows(unspecified_of_many("C")), gradient=_partials)


def long_way(cost):
    """The same cost without its shortcuts: delta^(L) is then always the product of dC/da and da/dz."""
    return Cost(cost.name, cost.value, cost.gradient, cost.complaint, cost.domain)


def _entrywise(function):
    def of_array(z):
        return array(np.frompyfunc(function, 1, 1)(np.asarray(z)))
    return of_array


def differentiate(net, X, Y, cost=squared_error, lam=0):
    """Gradient of bp.objective by sympy.diff, one parameter at a time: it knows nothing of any backward pass.

    net: parameters are symbols. X (E, n_0), Y (E, n_L), or one example x (n_0,), y (n_L,).
    """
    X, Y = array(X), array(Y)
    if X.ndim == 1:
        X, Y = X[None, :], Y[None, :]       # (1, n_0), (1, n_L)
    J = expression(objective(net, X, Y, cost=cost, lam=lam))

    def slopes(parameters):
        if not all(getattr(p, "is_Symbol", False) for p in parameters.flat):
            raise ValueError("net must have symbols for parameters to differentiate by, such as symbolic.network(...)")
        return array(np.frompyfunc(J.diff, 1, 1)(np.asarray(parameters)))       # shape of the parameters
    return Gradient({l: slopes(W) for l, W in net.W.items()}, {l: slopes(b) for l, b in net.b.items()})


@dataclass(frozen=True)
class Proved:
    """What a proof leaves: a statement, how many entries were compared, and how many of them by exact algebra."""

    statement: str
    entries: int
    exact: int

    def __repr__(self):
        how = "all exactly" if self.exact == self.entries else f"{self.exact} exactly, all modulo two 70-bit primes"
        return f"proved: {self.statement} ({self.entries} {'entry' if self.entries == 1 else 'entries'}, {how})"


def entries(p, name=""):
    """[(name, expression)] of a number, an array, a dict keyed by layers, a Gradient or a Trace, named as printed."""
    if isinstance(p, tuple) and hasattr(p, "_asdict"):
        return [e for part, value in p._asdict().items() for e in entries(value, part)]
    if isinstance(p, dict):
        return [e for l, value in sorted(p.items()) for e in entries(value, f"layer {l}: {name}^({l})")]
    p = np.asarray(p, dtype=object) if not isinstance(p, sp.Basic) else None if p is None else array(p)
    return [(f"{name}_{','.join(str(i + 1) for i in index)}" if index else name or "value", expression(p[index]))
            for index in np.ndindex(p.shape)]


def prove(p, q, statement="both sides are the same function", certify=True):
    """Compare p and q entry by entry (numbers, arrays, dicts by layer, Gradients); returns a printable Proved.

    Raises AssertionError that names the layer, the entry and both sides, or Undecided.
    """
    left, right = entries(p), entries(q)
    if [name for name, _ in left] != [name for name, _ in right]:
        raise AssertionError(f"{statement}: the two sides have different shapes or layers")
    wrong = first_difference([(u, v) for (_, u), (_, v) in zip(left, right)])
    if wrong is not None:
        (name, u), (_, v) = left[wrong], right[wrong]
        raise AssertionError(f"{statement}\n  fails at {name}:\n  one side is   {short(u)}\n  the other is  {short(v)}")
    exact = sum(certificate(u, v) for (_, u), (_, v) in zip(left, right)) if certify else 0
    return Proved(statement, len(left), exact)


def assert_equal(p, q, statement="both sides are the same function"):
    """prove without exact certificates: quick, raises AssertionError in the same words."""
    prove(p, q, statement, certify=False)


def example(net, E=None):
    """Symbols for the data: x (n_0,), y (n_L,), or X (E, n_0), Y (E, n_L) for a batch of E."""
    n_in, n_out = net.sizes[0], net.sizes[-1]
    if E is None:
        return vector("x", n_in), vector("y", n_out)
    return matrix("x", E, n_in), matrix("y", E, n_out)


def prove_backward(net, form=batched, cost=squared_error, E=2, lam=lam, certify=True):
    """form.backward on symbols equals sympy.diff of bp.objective, in every weight and every bias.

    net: symbolic.network(...). form: bp.indexed, bp.vectorized (one example each) or bp.batched (E examples).
    """
    one = form.__name__.rpartition(".")[2] in ("indexed", "vectorized")
    X, Y = example(net, None if one else E)
    found = form.backward(net, X, Y, cost=cost, lam=lam)
    name = form.__name__.rpartition(".")[2]
    size = "-".join(map(str, net.sizes))
    statement = f"{name}.backward is the gradient, {size} network, {', '.join(map(repr, net.f.values()))}, {cost}"
    return prove(found, differentiate(net, X, Y, cost, lam), statement + ("" if one else f", E = {E}"), certify)
