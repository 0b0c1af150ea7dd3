"""Networks of symbols, their derivatives by SymPy, and the proof that the package's sweeps back equal them."""

import numpy as np
import sympy as sp

from .. import batched
from ..activations import Activation
from ..costs import Cost, squared_error
from ..network import Gradient, Network
from ..objective import objective
from .arrays import array, expression
from .atoms import unspecified, unspecified_of_many
from .prove import prove

lam = sp.Symbol("lambda", positive=True)


def vector(name, n):
    """Symbols name_1 .. name_n, shape (n,)."""
    return array([sp.Symbol(f"{name}_{{{i}}}", real=True) for i in range(1, n + 1)])            # (n,)


def matrix(name, rows, columns):
    """Symbols name_{1,1} .. name_{rows,columns}, shape (rows, columns): for a batch, one example per row."""
    return array([[sp.Symbol(f"{name}_{{{e},{i}}}", real=True) for i in range(1, columns + 1)]
                  for e in range(1, rows + 1)])                                 # (rows, columns)


def network(sizes, hidden=None, output=None):
    """A Network whose parameters are the symbols W_{ij}^{(l)} and b_{i}^{(l)}; sizes is [n_0, ..., n_L].

    hidden, output: an Activation, or None for an unspecified f_l with its own f_l'.
    """
    W, b, f = {}, {}, {}
    for l in range(1, len(sizes)):
        n_l, n_before = sizes[l], sizes[l - 1]
        comma = "," if max(n_l, n_before) > 9 else ""
        W[l] = array([[sp.Symbol(f"W_{{{i}{comma}{j}}}^{{({l})}}", real=True) for j in range(1, n_before + 1)]
                      for i in range(1, n_l + 1)])                              # (n_l, n_{l-1})
        b[l] = array([sp.Symbol(f"b_{{{i}}}^{{({l})}}", real=True) for i in range(1, n_l + 1)])     # (n_l,)
        given = output if l == len(sizes) - 1 else hidden
        f[l] = generic_activation(l) if given is None else given
    return Network(W, b, f)


def example(net, E=None):
    """Symbols for the data of net: x (n_0,), y (n_L,), or for a batch of E: X (E, n_0), Y (E, n_L)."""
    n_in, n_out = net.sizes[0], net.sizes[-1]
    if E is None:
        return vector("x", n_in), vector("y", n_out)
    return matrix("x", E, n_in), matrix("y", E, n_out)


def targets(n, E=None):
    """Symbols for targets that sum to 1, as probabilities do: the last is 1 minus the others; (n,) or (E, n)."""
    if E is not None:
        return np.stack([_rest(row) for row in matrix("y", E, n)])              # (E, n)
    return _rest(vector("y", n))                                                # (n,)


def _rest(y):
    return array([*y[:-1], 1 - sum(y[:-1])])                                    # (n,)


def generic_activation(l):
    """An unspecified differentiable f_l of one weighted sum; its derivative is the unspecified f_l'."""
    f, slope = np.frompyfunc(unspecified(f"f_{l}"), 1, 1), np.frompyfunc(unspecified(f"f_{l}", 1), 1, 1)
    return Activation(f"f_{l}", lambda z: array(f(np.asarray(z))), lambda z, a: array(slope(np.asarray(z))),
                      f"f_{l}(z)")


class _GenericLayer(Activation):
    """a_k = g_k(z_1, ..., z_n): every output depends on every weighted sum, and nothing else is known."""

    def jacobian(self, z, a):
        return array([[a_k.fdiff(i + 1) for i in range(len(z))] for a_k in a])  # (n, n)

    def pull_back(self, z, a, dC_da):
        if z.ndim == 1:
            return self.jacobian(z, a).T @ dC_da                                # (n,)
        return np.stack([self.pull_back(*rows) for rows in zip(z, a, dC_da)])   # (E, n)


def generic_layer(l):
    """An unspecified activation of a whole layer, a_k = g_k(z_1, ..., z_n), with its full Jacobian."""
    def value(z):
        if z.ndim > 1:
            return np.stack([value(row) for row in z])                          # (E, n)
        return array([unspecified_of_many(f"g{l}_{k}", f"g_{{{k}}}^{{({l})}}")(*z)
                      for k in range(1, len(z) + 1)])                           # (n,)
    return _GenericLayer(f"g_{l}", value, None, f"g_{l}(z)")


def _generic_C(a, y):
    if a.ndim > 1:
        return np.stack([_generic_C(*rows) for rows in zip(a, y)])              # (E,)
    return array(unspecified_of_many("C")(*a, *y))                              # ()


def _generic_dC_da(a, y):
    if a.ndim > 1:
        return np.stack([_generic_dC_da(*rows) for rows in zip(a, y)])          # (E, n_L)
    return array([_generic_C(a, y)[()].fdiff(k + 1) for k in range(len(a))])    # (n_L,)


generic_cost = Cost("C", value=_generic_C, gradient=_generic_dC_da)


def long_way(cost):
    """The same cost without its shortcuts: delta^(L) is then always the product of dC/da and da/dz."""
    return Cost(cost.name, cost.value, cost.gradient, cost.complaint, cost.domain)


def differentiate(net, X, Y, cost=squared_error, lam=0):
    """Gradient of bp.objective by sympy.diff, one parameter at a time: it knows nothing of any sweep back.

    net: parameters are symbols. X (E, n_0), Y (E, n_L), or one example x (n_0,), y (n_L,).
    """
    X, Y = array(X), array(Y)
    if X.ndim == 1:
        X, Y = X[None, :], Y[None, :]       # (1, n_0), (1, n_L)
    J = expression(objective(net, X, Y, cost=cost, lam=lam))

    def slopes(parameters):
        if not all(getattr(p, "is_Symbol", False) for p in parameters.flat):
            raise ValueError("net must have symbols to differentiate by, such as symbolic.network([2, 3, 2]), "
                             f"got {parameters.tolist()}")
        return array(np.frompyfunc(J.diff, 1, 1)(np.asarray(parameters)))       # shape of the parameters
    return Gradient({l: slopes(W) for l, W in net.W.items()}, {l: slopes(b) for l, b in net.b.items()})


def prove_backward(net, form=batched, cost=squared_error, E=2, lam=lam, certify=True):
    """form.backward on symbols equals sympy.diff of bp.objective, in every weight and every bias.

    net: symbolic.network(...). form: bp.indexed, bp.vectorized (one example each) or bp.batched (E examples).
    Returns Proved; raises AssertionError that names the layers that are wrong.
    """
    name = form.__name__.rpartition(".")[2]
    one = name != "batched"
    X, Y = example(net, None if one else E)
    found = form.backward(net, X, Y, cost=cost, lam=lam)
    layers = ", ".join(repr(f) for f in net.f.values())
    statement = (f"{name}.backward is the gradient: {'-'.join(map(str, net.sizes))} network, {layers}, {cost}"
                 f"{'' if one else f', E = {E}'}")
    return prove(found, differentiate(net, X, Y, cost, lam), statement, certify)
