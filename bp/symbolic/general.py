"""BP1 to BP4 for layers of any width, index by index.

The local lemmas and the output lemma prove every depth by induction; whole networks of two and three layers,
batches and softmax are proved outright as well.

Each function states a theorem, proves it and returns a Proved that can be printed. ``equal_widths`` gives all
layers one width, so that no mistake can hide behind ranges that differ.
"""

import sympy as sp

from .atoms import unspecified
from .indices import index, normal, size, total
from .networks import lam
from .prove import Proved

f, c = unspecified("f"), unspecified("c")


def show(statement, left, right, ranges):
    """Both sides have one normal form, or AssertionError with the two."""
    one, other = normal(left, ranges), normal(right, ranges)
    if one != other:
        raise AssertionError(f"{statement}\n  one side is   {one}\n  the other is  {other}")
    return Proved(statement, 1, 1)


def _bases(*names):
    return [sp.IndexedBase(name) for name in names]


def _widths(names, equal_widths):
    return [size("n") for _ in names] if equal_widths else [size(name) for name in names]


def weight_lemma(equal_widths=False):
    """BP3: with delta_i = dC/dz_i and z_i = sum_j W_ij a_j + b_i, dC/dW_pq = delta_p a_q."""
    n, m = _widths(["n", "m"], equal_widths)
    W, a, b, delta = _bases("W", "a", "b", "delta")
    p, q = index("p"), index("q")

    def z(i):
        return total(lambda j: W[i, j] * a[j], m) + b[i]

    chain_rule = total(lambda i: delta[i] * z(i).diff(W[p, q]), n)
    return show("BP3: dC/dW_pq = delta_p a_q for any widths", chain_rule, delta[p] * a[q], {p: n, q: m})


def bias_lemma(equal_widths=False):
    """BP4: with delta_i = dC/dz_i and z_i = sum_j W_ij a_j + b_i, dC/db_p = delta_p."""
    n, m = _widths(["n", "m"], equal_widths)
    W, a, b, delta = _bases("W", "a", "b", "delta")
    p = index("p")

    def z(i):
        return total(lambda j: W[i, j] * a[j], m) + b[i]

    chain_rule = total(lambda i: delta[i] * z(i).diff(b[p]), n)
    return show("BP4: dC/db_p = delta_p for any widths", chain_rule, delta[p], {p: n})


def hidden_lemma(equal_widths=False):
    """BP2: with delta_j = dC/dz_j of the next layer, dC/dz_p = (sum_j W_jp delta_j) f'(z_p)."""
    n, m = _widths(["n", "m"], equal_widths)
    W, z, b, delta = _bases("W", "z", "b", "delta")
    p = index("p")

    def z_next(j):
        return total(lambda i: W[j, i] * f(z[i]), m) + b[j]

    chain_rule = total(lambda j: delta[j] * z_next(j).diff(z[p]), n)
    formula = total(lambda j: W[j, p] * delta[j], n) * f(z[p]).fdiff()
    return show("BP2: dC/dz_p = (sum_j W_jp delta_j) f'(z_p) for any widths", chain_rule, formula, {p: m})


def hidden_lemma_of_a_layer(equal_widths=False):
    """BP2 where outputs mix (softmax): dC/dz_p = sum_k (sum_j W_jk delta_j) J_kp with J_kp = da_k/dz_p."""
    n, m = _widths(["n", "m"], equal_widths)
    W, a, b, delta, J = _bases("W", "a", "b", "delta", "J")
    p = index("p")

    def z_next(j):
        return total(lambda i: W[j, i] * a[i], m) + b[j]

    def slope(j):       # dz_j/dz_p = sum_k dz_j/da_k da_k/dz_p
        k = index("k")
        return sp.Sum(z_next(j).diff(a[k]) * J[k, p], (k, 1, m))

    chain_rule = total(lambda j: delta[j] * slope(j), n)
    formula = total(lambda k: total(lambda j: W[j, k] * delta[j], n) * J[k, p], m)
    return show("BP2 with a full Jacobian, for any widths", chain_rule, formula, {p: m})


def output_lemma():
    """BP1 for a cost that adds up over the outputs, C = sum_k c(a_k): delta_p = c'(a_p) f'(z_p)."""
    n, p, (z,) = size("n"), index("p"), _bases("z")
    C = total(lambda k: c(f(z[k])), n)
    return show("BP1: delta_p = c'(a_p) f'(z_p) for any width", C.diff(z[p]), c(f(z[p])).fdiff() * f(z[p]).fdiff(),
                {p: n})


def squared_error_lemma():
    """BP1 for C = 1/2 sum_k (a_k - y_k)^2: delta_p = (a_p - y_p) f'(z_p)."""
    n, p, (z, y) = size("n"), index("p"), _bases("z", "y")
    C = total(lambda k: (f(z[k]) - y[k])**2, n) / 2
    formula = (f(z[p]) - y[p]) * f(z[p]).fdiff()
    return show("BP1: delta_p = (a_p - y_p) f'(z_p) for half squared error", C.diff(z[p]), formula, {p: n})


def binary_cross_entropy_lemma():
    """BP1 for sigmoid outputs with the sum of binary cross-entropies: delta_p = a_p - y_p."""
    n, p, (z, y) = size("n"), index("p"), _bases("z", "y")
    # -log a = log(1 + e^-z), -log(1 - a) = z + log(1 + e^-z)
    C = total(lambda k: y[k] * sp.log(1 + sp.exp(-z[k])) + (1 - y[k]) * (z[k] + sp.log(1 + sp.exp(-z[k]))), n)
    slope = normal(C.diff(z[p]), {p: n})
    formula = 1 / (1 + sp.exp(-z[p])) - y[p]
    return show("BP1: delta_p = a_p - y_p for sigmoid with binary cross-entropy, any width",
                sp.together(slope - formula).as_numer_denom()[0].expand(), 0, {p: n})


def softmax(z, n):
    """The two parts of a_k = exp(z_k) / sum_m exp(z_m): k -> a_k, with one and the same sum for all k."""
    S = total(lambda m: sp.exp(z[m]), n)
    return lambda k: sp.exp(z[k]) / S


def softmax_jacobian():
    """da_k/dz_p = a_k (1[k = p] - a_p) for any number of classes."""
    n, k, p, (z,) = size("n"), index("k"), index("p"), _bases("z")
    a = softmax(z, n)
    return show("da_k/dz_p = a_k (1[k = p] - a_p) for softmax of any width", a(k).diff(z[p]),
                a(k) * (sp.KroneckerDelta(k, p) - a(p)), {k: n, p: n})


def softmax_cross_entropy():
    """BP1 for softmax with cross-entropy, dC/da_k = -y_k/a_k: delta_p = a_p sum_k y_k - y_p.

    So delta_p = a_p - y_p where the targets sum to 1.
    """
    n, p, (z, y) = size("n"), index("p"), _bases("z", "y")
    a = softmax(z, n)
    chain_rule = total(lambda k: -y[k] / a(k) * a(k).diff(z[p]), n)
    return show("BP1: delta_p = a_p sum_k y_k - y_p for softmax with cross-entropy, any number of classes",
                chain_rule, a(p) * total(lambda k: y[k], n) - y[p], {p: n})


class _Net:
    """A network of L layers by indices: z(l, i), a(l, i), and delta(l, i) by BP1 and BP2; of example e, if given."""

    def __init__(self, L, equal_widths):
        self.L = L
        self.n = _widths([f"n_{l}" for l in range(L + 1)], equal_widths)
        self.W, self.b = _bases(*(f"W{l}" for l in range(L + 1))), _bases(*(f"b{l}" for l in range(L + 1)))
        self.x, self.y = _bases("x", "y")

    def z(self, l, i, *e):
        return total(lambda j: self.W[l][i, j] * self.a(l - 1, j, *e), self.n[l - 1]) + self.b[l][i]

    def a(self, l, i, *e):
        return self.x[(*e, i)] if l == 0 else unspecified(f"f_{l}")(self.z(l, i, *e))

    def slope(self, l, i, *e):
        return unspecified(f"f_{l}", 1)(self.z(l, i, *e))

    def cost(self, *e):
        return total(lambda k: (self.a(self.L, k, *e) - self.y[(*e, k)])**2, self.n[self.L]) / 2

    def square(self, l):
        return total(lambda i: total(lambda j: self.W[l][i, j]**2, self.n[l - 1]), self.n[l])

    def delta(self, l, i, *e):
        if l == self.L:
            return (self.a(l, i, *e) - self.y[(*e, i)]) * self.slope(l, i, *e)
        back = total(lambda j: self.W[l + 1][j, i] * self.delta(l + 1, j, *e), self.n[l + 1])
        return back * self.slope(l, i, *e)


def whole_network(L, equal_widths=False):
    """All weights and biases of L layers with half squared error: dC/dW_pq = delta_p a_q, dC/db_p = delta_p."""
    net, done = _Net(L, equal_widths), 0
    for l in range(1, L + 1):
        p, q = index("p"), index("q")
        ranges = {p: net.n[l], q: net.n[l - 1]}
        formula = net.delta(l, p) * net.a(l - 1, q)
        show(f"dC/dW^({l})_pq, {L} layers", net.cost().diff(net.W[l][p, q]), formula, ranges)
        show(f"dC/db^({l})_p, {L} layers", net.cost().diff(net.b[l][p]), net.delta(l, p), ranges)
        done += 2
    return Proved(f"BP1-BP4 for {L} layers of any widths", done, done)


def batch_with_penalty(equal_widths=False):
    """Two layers, any E: dJ/dW_pq = (1/E) sum_e delta_{e,p} a_{e,q} + lambda W_pq, without lambda for b."""
    net, E, done = _Net(2, equal_widths), size("E"), 0
    J = total(net.cost, E) / E + sum(lam / 2 * net.square(l) for l in (1, 2))
    for l in (1, 2):
        p, q, e = index("p"), index("q"), index("e")
        ranges = {p: net.n[l], q: net.n[l - 1]}
        dW = sp.Sum(net.delta(l, p, e) * net.a(l - 1, q, e), (e, 1, E)) / E + lam * net.W[l][p, q]
        db = sp.Sum(net.delta(l, p, e), (e, 1, E)) / E
        show(f"dJ/dW^({l})_pq", J.diff(net.W[l][p, q]), dW, ranges)
        show(f"dJ/db^({l})_p", J.diff(net.b[l][p]), db, ranges)
        done += 2
    return Proved("batch mean with penalty, two layers of any widths, any E", done, done)


THEOREMS = (weight_lemma, bias_lemma, hidden_lemma, hidden_lemma_of_a_layer, output_lemma, squared_error_lemma,
            binary_cross_entropy_lemma, softmax_jacobian, softmax_cross_entropy)
