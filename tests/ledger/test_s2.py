"""S2, the reading notes on Neural Networks and Deep Learning: every equation and claim that can be decided, decided."""

import re

import numpy as np
import pytest
from common import book, conditional, fails, holds, same

import bp
from bp import conventions
from bp.symbolic import general
from oracle import gradient as true_gradient
from oracle import objective

S2 = "S2"
SIZES = [3, 5, 4, 2]


def problem(hidden=bp.tanh, sizes=SIZES, n=6, seed=8):
    """A network whose biases are not 0, its output units sigmoids, and samples X (n, n_0), Y (n, n_L)."""
    rng = np.random.default_rng(seed)
    net = bp.Network.random(sizes, hidden=hidden, output=bp.sigmoid, rng=rng)
    net = net.replace(net.W, {l: rng.normal(size=b.shape) for l, b in net.b.items()})
    return net, rng.normal(size=(n, sizes[0])), rng.uniform(0.1, 0.9, size=(n, sizes[-1]))


def truth(net, X, Y):
    """dC/dw and dC/db of C = 1/(2n) sum ||y - a^L||^2 by complex step, numbered 2..L as in the notes."""
    p = conventions.export(bp.Gradient(*true_gradient(net, X, Y, bp.squared_error, 0.0)), S2)
    return p["w"], p["b"]


def agree(got, want):
    return all(set(g) == set(w) and all(same(g[l], w[l]) for l in w) for g, w in zip(got, want))


def four_formulas(net, x, y):
    """dC_x/dw and dC_x/db of one sample by the notes' (1) to (4), layers 1..L; the hidden sigma is tanh."""
    p = conventions.export(net, S2)
    w, b = p["w"], p["b"]
    L, a = max(w), {1: x}
    for l in w:
        z = w[l] @ a[l - 1] + b[l]                                          # (s_l,)
        a[l] = 1 / (1 + np.exp(-z)) if l == L else np.tanh(z)
    delta = {L: (a[L] - y) * a[L] * (1 - a[L])}                             # (1)
    for l in range(L - 1, 1, -1):
        delta[l] = w[l + 1].T @ delta[l + 1] * (1 - a[l]**2)                # (2)
    return {l: np.outer(delta[l], a[l - 1]) for l in w}, delta              # (3), (4)


def mean_of(rule, net, X, Y):
    """The mean of a rule's derivatives over samples."""
    each = [rule(net, x, y) for x, y in zip(X, Y)]
    return tuple({l: np.mean([e[part][l] for e in each], axis=0) for l in each[0][part]} for part in (0, 1))


# ---- the network, its cost, a step


def test_s2_01_backpropagation_computes_the_derivatives_that_descent_needs():
    net, X, Y = problem()
    g = conventions.gradient(bp.batched.backward(net, X, Y, cost=bp.squared_error), S2)
    assert agree((g["w"], g["b"]), truth(net, X, Y))
    J = bp.train(net, X, Y, cost=bp.squared_error, alpha=0.3, epochs=5).history
    assert (np.diff(J) < 0).all()


def test_s2_02_a_layer_is_computed_from_the_one_below():
    holds(r"z^l=w^l a^{l-1}+b^l", key=S2)
    holds(r"a^l=\sigma(z^l)", key=S2)


def test_s2_04_the_cost_is_a_mean_of_half_squares():
    holds(r"C=\frac{1}{2n}\sum_x\parallel y(x)-a^L(x)\parallel^2", "squared_error, lambda=0", S2)


def test_s2_06_a_step_on_some_samples_is_one_on_c_only_in_the_mean():
    net, X, Y = problem(n=6)
    full, m = truth(net, X, Y), 2
    parts = [mean_of(four_formulas, net, X[s:s + m], Y[s:s + m]) for s in range(0, 6, m)]
    assert agree(mean_of(four_formulas, net, X, Y), full)                   # m = n: the step of C itself
    assert not any(agree(part, full) for part in parts)                     # m < n: another step ...
    assert agree([{l: np.mean([p[k][l] for p in parts], axis=0) for l in full[k]} for k in (0, 1)], full)
    for name, index in (("W", "ij"), ("b", "i")):
        parameter = rf"{name}_{{{index}}}^{{(l)}}"
        step = rf"\frac{{\alpha}}{{E}} \sum_{{e=1}}^{{E}} \frac{{\partial C_e}}{{\partial {parameter}}}"
        holds(rf"{parameter} \leftarrow {parameter} - {step}", "lambda=0")


# ---- the four formulas


def test_s2_08_s2_09_the_error_is_the_derivative_by_the_weighted_sum():
    holds(r"z_j^l=\sum_k w_{jk}^l a_k^{l-1}+b_j^l", key=S2)
    holds(r"\delta_j^l\equiv\frac{\partial C}{\partial z_j^l}", key=S2)
    fails(r"\delta_j^l\equiv\frac{\partial C}{\partial a_j^l}", key=S2)


def test_s2_10_each_output_must_depend_on_its_own_sum_alone():
    for right in (r"\frac{\partial C}{\partial a_j^L}\frac{\partial a_j^L}{\partial z_j^L}",
                  r"\frac{\partial C}{\partial a_j^L}\sigma'(z_j^L)"):
        conditional(rf"\delta_j^L={right}", under="generic", without="softmax", key=S2)
    holds(r"\delta_j^L=\sum_k\frac{\partial C}{\partial a_k^L}\frac{\partial a_k^L}{\partial z_j^L}", "softmax", S2)
    assert general.output_lemma().exact


def hidden_chain():
    return [r"\delta_j^l", r"\sum_k\frac{\partial C}{\partial z_k^{l+1}}\frac{\partial z_k^{l+1}}{\partial z_j^l}",
            r"\sum_k\frac{\partial z_k^{l+1}}{\partial z_j^l}\delta_k^{l+1}",
            r"\sum_k\frac{\partial (\sum_i w_{ki}^{l+1}a_i^l+b_k^{l+1})}{\partial z_j^l}\delta_k^{l+1}",
            r"\sum_kw_{kj}^{l+1}\frac{\partial a_j^l}{\partial z_j^l}\delta_k^{l+1}",
            r"\sum_kw_{kj}^{l+1}\delta_k^{l+1}\sigma'(z_j^l)"]


def test_s2_11_in_a_hidden_layer_that_mixes_its_sums_step_4_is_lost():
    steps = hidden_chain()
    for left, right in zip(steps, steps[1:]):
        holds(f"{left} = {right}", key=S2)                                  # each unit has its own sigma
    net, X, Y = problem(hidden=bp.softmax)
    z, a = bp.vectorized.forward(net, X[0])
    delta = truth(net, X[:1], Y[:1])[1]                                     # by (4), dC/db is the error
    mixed = net.f[2].jacobian(z[2], a[2])                                   # (n_2, n_2)
    back = net.W[3].T @ delta[4]                                            # (n_2,) their layer 4 is the book's 3
    assert same(mixed.T @ back, delta[3])                                   # steps 1 to 3: all the paths
    assert not same(np.diag(mixed) * back, delta[3])                        # step 4: only da_j/dz_j
    for equal_widths in (False, True):
        assert general.hidden_lemma(equal_widths).exact and general.hidden_lemma_of_a_layer(equal_widths).exact


def of_the_total(latex):
    """The formula for C of all samples; errors, outputs and sums belong to one of them, sample e."""
    letters = {"C": "J", r"\delta_{": r"\Delta_{e,", "a_{": "A_{e,", "z_{": "Z_{e,"}
    return re.sub(r"C|\\delta_\{|\b[az]_\{", lambda m: letters[m[0]], book(latex, S2))


@pytest.mark.parametrize("latex", [
    r"\frac{\partial C}{\partial w_{jk}^l}=\frac{\partial C}{\partial z_{j}^{l}}"
    r"\frac{\partial z_j^l}{\partial w_{jk}^l}",
    r"\frac{\partial C}{\partial w_{jk}^l}=\delta_j^l a_{k}^{l-1}",
])
def test_s2_12_the_c_of_the_weight_formula_is_that_of_one_sample(latex):
    holds(latex, key=S2)
    total = of_the_total(latex)
    holds(total, "lambda=0, E=1")
    fails(total, "lambda=0")
    summed = total.replace("=", r"=\sum_{e=1}^{E}", 1)
    holds(summed, "lambda=0")
    assert general.weight_lemma().exact


@pytest.mark.parametrize("latex", [
    r"\frac{\partial C}{\partial b_{j}^l}=\frac{\partial C}{\partial z_{j}^{l}}\frac{\partial z_j^l}{\partial b_{j}^l}",
    r"\frac{\partial C}{\partial b_{j}^l}=\delta_j^l",
])
def test_s2_13_the_c_of_the_bias_formula_is_that_of_one_sample(latex):
    holds(latex, key=S2)
    total = of_the_total(latex)
    holds(total, "lambda=0, E=1")
    fails(total, "lambda=0")
    summed = total.replace("=", r"=\sum_{e=1}^{E}", 1)
    holds(summed, "lambda=0")
    assert general.bias_lemma().exact


def test_s2_14_the_four_formulas_give_every_layers_descent():
    net, X, Y = problem()
    for x, y in zip(X, Y):
        assert agree(four_formulas(net, x, y), truth(net, x[None], y[None]))


# ---- why it is fast


def quotients(net, X, Y, epsilon):
    """(C(w + epsilon e_j) - C(w)) / epsilon for every parameter, in one row; and the derivatives, in one row."""
    parts = [*net.W.values(), *net.b.values()]
    w = np.concatenate([p.ravel() for p in parts])                          # (P,)
    ends = np.cumsum([p.size for p in parts])

    def C(w):
        p = [v.reshape(q.shape) for v, q in zip(np.split(w, ends), parts)]
        return objective(p[:net.L], p[net.L:], list(net.f.values()), X, Y, bp.squared_error, 0.0)

    unit = np.eye(len(w))                                                   # (P, P) e_j in row j
    slopes = true_gradient(net, X, Y, bp.squared_error, 0.0)
    exact = np.concatenate([d[l].ravel() for d in slopes for l in d])       # (P,)
    return np.array([(C(w + epsilon * e) - C(w)) / epsilon for e in unit]), exact


def test_s2_15_the_quotients_error_falls_with_epsilon():
    net, X, Y = problem()
    errors = []
    for epsilon in (1e-2, 1e-3, 1e-4):
        got, exact = quotients(net, X, Y, epsilon)
        errors.append(abs(got - exact).max())
    ratios = np.divide(errors[:-1], errors[1:])
    assert ((9 < ratios) & (ratios < 11)).all()                             # first order, no other limit than dC/dw_j


def test_s2_16_an_epsilon_may_be_too_small_for_the_machine():
    net, X, Y = problem()
    got, exact = quotients(net, X, Y, 1e-8)
    assert abs(got - exact).max() < 1e-6
    nothing, _ = quotients(net, X, Y, 1e-18)
    assert not nothing.any() and abs(exact).min() > 1e-6                    # 1e-18 vanishes beside w


def parameters(sizes):
    """(number of weights, number of biases) of a network of bp."""
    net = bp.Network.random(sizes)
    return sum(W.size for W in net.W.values()), sum(b.size for b in net.b.values())


def test_s2_17_the_count_takes_the_inputs_for_one_of_the_layers():
    for L, n in ((2, 3), (3, 4), (5, 2)):
        counted = (L - 1) * n**2, (L - 1) * n
        assert parameters([n] * L) == counted
        assert parameters([n] * (L + 1)) != counted                         # L layers with weights on n inputs
        assert parameters([n + 1] + [n] * (L - 1)) != counted               # another number of inputs


class Counted:
    """tanh units that count the layers passed: forward (values) and back (slopes), one example each."""

    def __init__(self, n, L, m, seed=2):
        self.forward = self.back = 0
        f = bp.Activation("counted", self.value, self.slope, "tanh(z)")
        rng = np.random.default_rng(seed)
        self.net = bp.Network.random([n] * L, hidden=f, output=f, rng=rng)
        self.X, self.Y = rng.normal(size=(2, m, n))                         # (m, n) each
        self.P = sum(parameters([n] * L))

    def value(self, z):
        self.forward += len(np.atleast_2d(z))
        return np.tanh(z)

    def slope(self, z, a):
        self.back += len(np.atleast_2d(z))
        return 1 - a * a

    def passes(self):
        return self.forward / self.net.L + self.back / self.net.L


def by_quotients(counted, epsilon=1e-6):
    """Forward differences, one sample after the other; the derivatives by all weights, then by all biases."""
    net, slopes = counted.net, []

    def C(W, b):
        return np.mean([bp.squared_error.value(bp.vectorized.forward(net.replace(W, b), x).a[net.L], y)
                        for x, y in zip(counted.X, counted.Y)])

    at_w = C(net.W, net.b)
    for name in ("W", "b"):
        for l in net.W:
            for entry in np.ndindex(getattr(net, name)[l].shape):
                moved = {k: v.copy() for k, v in getattr(net, name).items()}
                moved[l][entry] += epsilon
                W, b = (moved, net.b) if name == "W" else (net.W, moved)
                slopes.append((C(W, b) - at_w) / epsilon)
    return np.array(slopes)                                                 # (P,)


@pytest.mark.parametrize("L, n, m", [(3, 2, 3), (2, 3, 4), (4, 2, 1)])
def test_s2_18_the_passes_at_the_starting_point_are_left_out(L, n, m):
    counted = Counted(n, L, m)
    slopes = by_quotients(counted)
    passes = counted.passes()
    assert passes == ((L - 1) * (n + 1) * n + 1) * m
    assert passes != (L - 1) * (n + 1) * n * m
    exact = bp.batched.backward(counted.net, counted.X, counted.Y, cost=bp.squared_error)
    assert same(slopes, np.concatenate([d[l].ravel() for d in exact for l in sorted(d)]), 1e-5)


@pytest.mark.parametrize("L, n, m", [(3, 2, 3), (2, 3, 4), (4, 2, 1)])
def test_s2_19_counted_alike_it_is_two_passes_for_each_sample(L, n, m):
    counted = Counted(n, L, m)
    for x, y in zip(counted.X, counted.Y):
        bp.vectorized.backward(counted.net, x, y, cost=bp.squared_error)
    assert counted.passes() == 2 * m and (counted.passes() == 2) == (m == 1)
    counted = Counted(n, L, m)
    bp.batched.backward(counted.net, counted.X, counted.Y, cost=bp.squared_error)
    assert counted.passes() == 2 * m                                        # rows: all m go through in one product


class Noticing(float):
    """A number that counts its multiplications."""

    times = 0

    def __mul__(self, other):
        Noticing.times += 1
        return Noticing(float(self) * float(other))

    def __add__(self, other):
        return Noticing(float(self) + float(other))

    __rmul__, __radd__ = __mul__, __add__


def multiplications(step):
    Noticing.times = 0
    step()
    return Noticing.times


def test_s2_20_the_saving_grows_with_the_number_of_parameters():
    saved = []
    for n in (1, 2, 4, 8):
        w, v = (np.array([[Noticing(1)] * n] * n, dtype=object) for _ in range(2))      # (n, n), (n, n)
        x = np.array([Noticing(1)] * n, dtype=object)                                   # (n,)
        forward = multiplications(lambda w=w, v=v, x=x: v @ (w @ x))
        back = multiplications(lambda w=w, v=v, x=x: (np.outer(x, x), np.outer(v.T @ x * x, x)))
        P = sum(parameters([n] * 3))
        assert (forward, back) == (2 * n**2, 3 * n**2 + n)                              # (3) twice, (2) once
        saved.append((P + 1) * forward / (forward + back))
        assert saved[-1] > P / 4
    assert saved[0] > 1 and (np.diff(saved) > 0).all()
