"""Symbols through NumPy's functions, the zero tests, index sums, and the silent errors of SymPy they avoid."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import bp
from bp import symbolic
from bp.symbolic.arrays import array
from bp.symbolic.atoms import Largest, Step, unspecified, unspecified_of_many
from bp.symbolic.identity import _CHAIN, Undecided, certificate, differences, equal
from bp.symbolic.indices import index, normal, size, total

x, y, z, t = sp.symbols("x y z t", real=True)
f, g = unspecified("f"), unspecified("g")
h = unspecified_of_many("h")
sigma = 1 / (1 + sp.exp(-x))


# --- arrays of symbols ------------------------------------------------------------------------------------------

def test_every_numpy_function_of_bp_has_a_twin_that_agrees_with_it_in_numbers():
    values = np.array([-1.5, -0.25, 0.0, 0.5, 2.0])                             # (5,)
    exact = array(values)                                                       # (5,)
    for name in ("exp", "tanh", "expm1", "square", "negative"):
        ufunc = getattr(np, name)
        assert np.allclose(ufunc(exact).astype(float), ufunc(values), atol=1e-15, rtol=1e-15), name
    assert np.allclose(np.log(exact + 3).astype(float), np.log(values + 3), atol=1e-15)
    assert np.allclose(np.log1p(exact + 3).astype(float), np.log1p(values + 3), atol=1e-15)
    for name in ("maximum", "minimum", "logaddexp", "heaviside", "add", "subtract", "multiply", "power"):
        ufunc, second = getattr(np, name), 0 if name == "heaviside" else 2
        assert np.allclose(ufunc(exact, second).astype(float), ufunc(values, second), atol=1e-15), name
    assert np.heaviside(exact, 1)[2] == 1
    assert np.clip(exact, -1, 1).tolist() == [-1, sp.Rational(-1, 4), 0, sp.Rational(1, 2), 1]


def test_results_stay_exact_and_of_the_class():
    v = array([x, y])                                                           # (2,)
    M = array([[x, 1], [0, y]])                                                 # (2, 2)
    for result in (v + 0.1, 0.1 * v, M @ v, M.T, v.sum(), v.max(), np.zeros_like(v), np.ones_like(v), v[None, :],
                   np.where(v == 0, 1, v), np.stack([v, v]), np.exp(v), v.copy(), np.outer(v, v), v.mean()):
        assert isinstance(result, symbolic.SymbolicArray), result
        assert not any(e.has(sp.Float) for e in np.ravel(result) if isinstance(e, sp.Basic)), result
    assert (v + 0.1)[0] == x + sp.Rational(1, 10)
    assert (np.ones_like(v) / 3)[0] == sp.Rational(1, 3)
    assert v.sum()[()] == x + y
    assert (np.linalg.inv(M) @ M).tolist() == [[1, 0], [0, 1]]


def test_arguments_are_not_changed():
    plain = np.array([x, 0.5], dtype=object)                                    # (2,)
    array(plain)[0] = y
    assert plain.tolist() == [x, 0.5]
    v = array([x, y])                                                           # (2,)
    np.maximum(v, 0), np.exp(v), v * 2.0
    assert v.tolist() == [x, y]


@pytest.mark.parametrize("value, exact", [
    (3, sp.Integer(3)), (0.1, sp.Rational(1, 10)), (np.float64(2.5), sp.Rational(5, 2)), (np.float32(0.5), sp.S.Half),
    (np.int64(-2), sp.Integer(-2)), (True, sp.S.One), (Fraction(1, 3), sp.Rational(1, 3)), (x, x), (sp.pi, sp.pi),
    (0.5 * x, x / 2), (sp.Float("0.3"), sp.Rational(3, 10)), (np.array(x), x),
], ids=str)
def test_entries_become_exact(value, exact):
    assert array(np.array(value, dtype=object))[()] == exact


@pytest.mark.parametrize("value", ["x", None, float("nan"), float("inf"), sp.nan, sp.oo, sp.zoo, 1j, sp.I * x, x > 0,
                                   sp.MatrixSymbol("W", 2, 2), [x], {}], ids=repr)
def test_what_is_no_expression_is_refused(value):
    box = np.empty((1,), dtype=object)                                          # (1,)
    box[0] = value
    with pytest.raises(ValueError, match="an entry must be a finite real number or a SymPy expression, got"):
        array(box)


def test_functions_without_a_twin_are_refused_by_name():
    with pytest.raises(TypeError, match="numpy.sin .* not defined for SymPy expressions"):
        np.sin(array([x]))
    with pytest.raises(TypeError):
        np.heaviside(array([x]), 0.5)


def test_where_on_symbols_looks_at_their_structure():
    v = array([x, 0, 1 - x])                                                    # (3,)
    assert np.where(v == 0, 1, v).tolist() == [x, 1, 1 - x]
    assert (v == 0).dtype == bool


def test_import_bp_leaves_sympy_alone():
    code = "import sys, bp; assert 'sympy' not in sys.modules; bp.symbolic; assert 'sympy' in sys.modules"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


# --- printing ---------------------------------------------------------------------------------------------------

def test_symbols_print_as_in_the_book():
    net = symbolic.network([2, 12, 2])
    assert sp.latex(symbolic.network([2, 3]).W[1][0, 1]) == "W_{12}^{(1)}"
    assert sp.latex(net.W[1][10, 1]) == "W_{11,2}^{(1)}"
    assert sp.latex(net.b[2][0]) == "b_{1}^{(2)}"
    assert sp.latex(symbolic.matrix("x", 2, 3)[1, 2]) == "x_{2,3}"
    F = unspecified("f_1")
    assert sp.latex(F(z)) == r"f_{1}\left(z\right)"
    assert sp.latex(F(z).diff(z)) == r"f_{1}'\left(z\right)"
    assert sp.latex(F(z)**2) == r"\left(f_{1}\left(z\right)\right)^{2}"
    assert sp.latex(Step(z)) == r"\left[z > 0\right]"
    assert str(F(2 * z).diff(z)) == "2*f_1'(2*z)"
    assert symbolic.vector("x", 2)._repr_latex_().startswith("$")


def test_proofs_print_their_statement():
    assert repr(symbolic.prove(x + x, 2 * x, "twice")) == "proved: twice (1 entry, exactly)"
    proof = symbolic.prove_backward(symbolic.network([1, 1]), bp.vectorized)
    assert repr(proof) == ("proved: vectorized.backward is the gradient: 1-1 network, f_1, squared_error "
                           "(2 entries, exactly)")


# --- what a failure says ----------------------------------------------------------------------------------------

def test_a_failure_names_layers_entry_and_both_sides():
    net = symbolic.network([2, 2, 2])
    right = symbolic.differentiate(net, *symbolic.example(net))
    wrong = bp.Gradient({1: right.W[1], 2: right.W[2] * array([[1, 1], [2, 1]])}, right.b)
    with pytest.raises(AssertionError, match=r"(?s)the claim\s+fails in 1 of 12 entries \(layer 2\); at layer 2, "
                                             r"W\^\(2\)_2,1:\s+one side is .*the other is "):
        symbolic.prove(wrong, right, "the claim")


def test_a_missing_layer_or_another_shape_fails():
    v = symbolic.vector("x", 2)
    for left, right in (({1: v, 2: v}, {1: v}), (v, v[:, None]), (v, v[:1])):
        with pytest.raises(AssertionError, match="differ in shape or layers"):
            symbolic.prove(left, right)


def test_numbers_can_not_be_differentiated_by():
    net = bp.Network.random([2, 2]).symbolic()
    with pytest.raises(ValueError, match="net must have symbols to differentiate by"):
        symbolic.differentiate(net, *symbolic.example(net))


# --- the zero tests, audited ------------------------------------------------------------------------------------

EQUAL = [
    (x + y, y + x), ((x + y)**2, x**2 + 2 * x * y + y**2), (x * (y + z), x * y + x * z), (x / x, 1),
    ((x**2 - y**2) / (x - y), x + y), (1 / x + 1 / y, (x + y) / (x * y)), (x**-2, 1 / (x * x)),
    ((x - y)**3, -(y - x)**3), (sp.Rational(1, 3) + sp.Rational(1, 6), sp.S.Half),
    (x / (x + y) + y / (x + y), 1), ((x / y) / (z / t), x * t / (y * z)),
    # exp
    (sp.exp(x + y), sp.exp(x) * sp.exp(y)), (sp.exp(2 * x), sp.exp(x)**2), (sp.exp(-x), 1 / sp.exp(x)),
    (sp.exp(x / 2)**2, sp.exp(x)), (sp.exp(0 * x), 1), (sp.exp(1 + x), sp.E * sp.exp(x)),
    (sigma, sp.exp(x) / (1 + sp.exp(x))), (sigma + sigma.subs(x, -x), 1), (sigma.diff(x), sigma * (1 - sigma)),
    (sp.exp((x + y)**2), sp.exp(x**2) * sp.exp(2 * x * y) * sp.exp(y**2)),
    (sp.exp(sp.exp(x + y)), sp.exp(sp.exp(x) * sp.exp(y))), (sp.exp(x - y) * sp.exp(y - x), 1),
    (sp.exp(sigma), sp.exp(1 - sigma.subs(x, -x))), (sp.exp(sp.exp(sp.exp(2 * x))), sp.exp(sp.exp(sp.exp(x)**2))),
    # tanh
    (sp.tanh(x).diff(x), 1 - sp.tanh(x)**2), (sp.tanh(x), (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1)),
    (sp.tanh(x), 2 / (1 + sp.exp(-2 * x)) - 1), (sp.tanh(-x), -sp.tanh(x)),
    (sp.tanh(x + y), (sp.tanh(x) + sp.tanh(y)) / (1 + sp.tanh(x) * sp.tanh(y))),
    # softmax
    (sp.exp(x) / (sp.exp(x) + sp.exp(y)), 1 / (1 + sp.exp(y - x))),
    (sp.exp(x - t) / (sp.exp(x - t) + sp.exp(y - t)), sp.exp(x) / (sp.exp(x) + sp.exp(y))),
    (sp.exp(x - Largest(x, y)) / (sp.exp(x - Largest(x, y)) + sp.exp(y - Largest(x, y))),
     sp.exp(x) / (sp.exp(x) + sp.exp(y))),
    # unspecified functions
    (f(x + y), f(y + x)), (f(x * (y + z)), f(x * y + x * z)), (f(g(x) + g(x)), f(2 * g(x))),
    (f(sp.exp(x) * sp.exp(y)), f(sp.exp(x + y))), (f(x)**2 - g(y)**2, (f(x) - g(y)) * (f(x) + g(y))),
    (f(2 * x).diff(x), 2 * f(t).diff(t).subs(t, 2 * x)), (h(x, x + x), h(x, 2 * x)),
    (f(g(x)).diff(x), f(t).diff(t).subs(t, g(x)) * g(x).diff(x)),
    (h(x, y * x).diff(x), h(x, y * x).fdiff(1) + y * h(x, y * x).fdiff(2)),
    # log, of which nothing is known but its derivative
    (sp.log(x + x), sp.log(2 * x)), (x * sp.log(y) + y * sp.log(y), (x + y) * sp.log(y)),
    (sp.log(1 + sp.exp(x)).diff(x), sigma), (sp.log(sp.exp(x)), x),
    # steps
    (Step(x)**2, Step(x)), (Step(x) * (1 - Step(x)), 0), (x * Step(x) + x * Step(-x), x), (Step(x)**3, Step(x)),
    (f(x * Step(x)) * Step(x), f(x) * Step(x)), (sp.exp(x * Step(x)), 1 + Step(x) * (sp.exp(x) - 1)),
    (Step(x + y), Step(y + x)), (Step(x * (y + z)), Step(x * y + x * z)), (Step(x) * Step(y), Step(y) * Step(x)**2),
]

DIFFERENT = [
    (x, y), (x, 2 * x), (x, -x), (x + y, x - y), (x * y, x + y), ((x + y)**2, x**2 + y**2), (x**2, x**3),
    (x / y, y / x),
    (1 / (x + y), 1 / x + 1 / y), (x, x + sp.Rational(1, 10**30)), (10**18 * x, (10**18 + 1) * x),
    (x * y**2, x**2 * y), (x, 0), (0 * x, 1), (x**-1, x**-2),
    (sp.Symbol("x"), x), (sp.Dummy("x"), sp.Dummy("x")),
    # exp
    (sp.exp(x + y), sp.exp(x) + sp.exp(y)), (sp.exp(x * y), sp.exp(x) * sp.exp(y)), (sp.exp(2 * x), 2 * sp.exp(x)),
    (sp.exp(x), sp.exp(-x)), (sp.exp(x), x), (sp.exp(x)**2, sp.exp(x**2)), (sp.E, 3), (sp.exp(x + 1), sp.exp(x) + sp.E),
    (sigma.diff(x), sigma * (1 + sigma)), (sigma, sigma.subs(x, -x)), (sigma.diff(x), x * (1 - x)),
    (sp.exp(sp.exp(x)), sp.exp(x)**2), (sp.exp(sigma), sp.exp(sigma**2)),
    # tanh
    (sp.tanh(x).diff(x), 1 - sp.tanh(x)), (sp.tanh(x), sigma), (sp.tanh(2 * x), 2 * sp.tanh(x)),
    (sp.tanh(x), -sp.tanh(x)),
    # softmax
    (sp.exp(x) / (sp.exp(x) + sp.exp(y)), sp.exp(y) / (sp.exp(x) + sp.exp(y))),
    (sp.exp(x - t) / (sp.exp(x) + sp.exp(y)), sp.exp(x) / (sp.exp(x) + sp.exp(y))),
    (Largest(x, y), x), (Largest(x, y), Largest(y, z)),
    # unspecified functions
    (f(x), g(x)), (f(x), f(y)), (f(x), f(x).diff(x)), (f(x).diff(x), f(x).diff(x, 2)), (f(x + y), f(x) + f(y)),
    (f(2 * x), 2 * f(x)), (h(x, y), h(y, x)), (h(x, y).fdiff(1), h(x, y).fdiff(2)), (f(g(x)), g(f(x))),
    (unspecified("f_1")(x), unspecified("f_2")(x)), (f(-x), -f(x)), (f(0 * x), 0),
    # log
    (sp.log(x), sp.log(y)), (sp.log(x + y), sp.log(x) + sp.log(y)), (sp.log(x)**2, sp.log(x)),
    # steps
    (Step(x), Step(y)), (Step(x), 1), (Step(x), 0), (Step(x), Step(-x)), (x * Step(x), x),
    (Step(x) * Step(y), Step(x) + Step(y)), (Step(x), Step(2 * y)), (f(x * Step(x)), f(x) * Step(x)),
    (Step(x) * Step(y) * Step(z), 0), (Step(x) + Step(y) + Step(z) + Step(t), 0),
    ((1 - Step(x)) * (1 - Step(y)) * (1 - Step(z)), 0),
]


def test_there_are_enough_pairs():
    assert len(EQUAL) >= 40 and len(DIFFERENT) >= 40


@pytest.mark.parametrize("p, q", EQUAL, ids=str)
def test_equal_pairs_are_accepted(p, q):
    assert equal(p, q) and equal(q, p)


@pytest.mark.parametrize("p, q", DIFFERENT, ids=str)
def test_different_pairs_are_rejected(p, q):
    assert not equal(p, q) and not equal(q, p)
    assert not certificate(p, q)


def test_no_pair_is_certified_wrongly_and_most_equal_pairs_are_certified():
    assert sum(certificate(p, q) for p, q in EQUAL) >= 35
    assert not any(certificate(p, q) for p, q in DIFFERENT)


def test_every_term_of_a_long_sum_counts():
    terms = [f(x**k) * y**k for k in range(1, 12)]
    for n in range(len(terms)):
        assert not equal(sum(terms), sum(terms) + terms[n])


def test_all_differing_pairs_are_found():
    assert differences([(x, x), (x, y), (x + y, y + x), (Step(x), Step(y)), (1, 1)]) == [1, 3]


@pytest.mark.parametrize("e", [sp.sin(x), sp.Abs(x), sp.sqrt(x), sp.Piecewise((x, x > 0), (0, True)), sp.Max(x, y),
                               sp.Derivative(sp.Function("u")(x), x), sp.Float(0.5), x**y,
                               sp.Sum(x, (y, 1, z)), sp.Heaviside(x)], ids=str)
def test_what_the_zero_test_does_not_know_is_neither_equal_nor_different(e):
    with pytest.raises(Undecided):
        equal(e, x)


def test_a_denominator_that_is_zero_everywhere_is_undecided():
    with pytest.raises(Undecided, match="denominator"):
        equal(1 / ((x + y)**2 - x**2 - 2 * x * y - y**2), x)


def test_the_chain_is_of_primes_each_twice_the_one_before_plus_one():
    assert all(sp.isprime(p) for p in _CHAIN)
    assert all(p == 2 * q + 1 for p, q in zip(_CHAIN, _CHAIN[1:]))
    assert min(_CHAIN) > 2**56


def test_deeper_nesting_than_the_chain_is_undecided():
    e = x
    for _ in range(20):
        e = sp.exp(e)
    with pytest.raises(Undecided, match="nested"):
        equal(e, x)


# --- index sums -------------------------------------------------------------------------------------------------

n, m = size("n"), size("m")
W, v, u = (sp.IndexedBase(name) for name in "Wvu")
p, q = index("p"), index("q")
RANGES = {p: n, q: m}


def _row(F):        # sum_i F(sum_j W_ij v_j)
    return total(lambda i: F(total(lambda j: W[i, j] * v[j], m)), n)


def _column(F):     # sum_i F(sum_j W_ji v_j)
    return total(lambda i: F(total(lambda j: W[j, i] * v[j], n)), n)


SAME_SUMS = [
    (total(lambda i: v[i], n), total(lambda k: v[k], n)),
    (total(lambda i: v[i], n) * total(lambda i: u[i], n), total(lambda i: total(lambda j: u[j] * v[i], n), n)),
    (total(lambda i: v[i], n)**2, total(lambda i: total(lambda j: v[i] * v[j], n), n)),
    (total(lambda i: v[i] + u[i], n), total(lambda i: u[i], n) + total(lambda i: v[i], n)),
    (total(lambda i: sp.KroneckerDelta(i, p) * v[i], n), v[p]), (total(lambda i: 3 + 0 * v[i], n), 3 * n),
    (total(lambda i: total(lambda j: W[i, j], m), n), total(lambda j: total(lambda i: W[i, j], n), m)),
    (_row(f).diff(v[q]), total(lambda i: W[i, q] * f(total(lambda j: W[i, j] * v[j], m)).fdiff(), n)),
    (total(lambda i: v[i], n) / total(lambda k: v[k], n) * u[p], u[p] * total(lambda i: v[i], n)
     / total(lambda i: v[i], n)),
    (total(lambda i: sp.KroneckerDelta(i, p), n), 1),
]
OTHER_SUMS = [
    (total(lambda i: v[i], n), total(lambda i: u[i], n)), (total(lambda i: v[i], n), total(lambda i: v[i], m)),
    (total(lambda i: v[i]**2, n), total(lambda i: v[i], n)**2), (total(lambda i: v[i], n), n * v[p]),
    (total(lambda i: total(lambda j: W[i, j] * v[j], n), n), total(lambda i: total(lambda j: W[j, i] * v[j], n), n)),
    (total(lambda i: f(total(lambda j: W[i, j] * v[j], n)), n), _column(f)),
    (total(lambda i: W[i, p] * v[i], n), total(lambda i: W[p, i] * v[i], n)),
    (total(lambda i: f(v[i]), n), f(total(lambda i: v[i], n))), (sp.KroneckerDelta(p, q), 1), (v[p], v[q]),
    (total(lambda i: W[i, i], n), total(lambda i: total(lambda j: W[i, j], n), n)),
    (total(lambda i: v[i], n) / n, total(lambda i: v[i], n)),
]


@pytest.mark.parametrize("left, right", SAME_SUMS, ids=str)
def test_equal_sums_have_one_normal_form(left, right):
    assert normal(left, RANGES) == normal(right, RANGES)


@pytest.mark.parametrize("left, right", OTHER_SUMS, ids=str)
def test_different_sums_have_different_normal_forms(left, right):
    assert normal(left, {p: n, q: n}) != normal(right, {p: n, q: n})


@pytest.mark.parametrize("left, right, ranges", [(*pair, RANGES) for pair in SAME_SUMS]
                         + [(*pair, {p: n, q: n}) for pair in OTHER_SUMS], ids=str)
def test_the_normal_form_is_worth_what_the_sum_is_worth(left, right, ranges):
    for e in map(sp.sympify, (left, right)):
        short = normal(e, ranges)
        for widths in ({n: 2, m: 3}, {n: 3, m: 3}):
            values = {**widths, p: 1, q: 2}
            one, other = (s.subs(values).doit().subs(values).doit() for s in (e, short))
            assert equal(one, other)


def test_a_delta_across_widths_is_refused():
    with pytest.raises(ValueError, match="different widths"):
        normal(total(lambda i: sp.KroneckerDelta(i, q) * v[i], n), RANGES)


# --- silent errors of SymPy 1.14, and what is done instead ------------------------------------------------------

measured = pytest.mark.skipif(not sp.__version__.startswith("1.14"), reason="what SymPy 1.14 does was measured")
i, j = sp.symbols("i j", integer=True)


@measured
def test_sympy_confuses_the_bound_index_with_a_free_one_of_the_same_name():
    e = sp.Sum(W[i, j] * v[j], (j, 1, m))
    assert e.diff(W[i, j]) == sp.Sum(v[j], (j, 1, m))       # wrong: it should be v_j for the free j


def test_a_derivative_at_fresh_indices_is_right():
    e = total(lambda k: W[p, k] * v[k], m)
    r = index("r")
    assert normal(e.diff(W[r, q]), {**RANGES, r: n}) == sp.KroneckerDelta(p, r) * v[q]


@measured
def test_sympy_substitution_captures_and_misses():
    e = sp.Sum(W[i, j] * v[j], (j, 1, m))
    assert e.subs(i, j) == sp.Sum(W[j, j] * v[j], (j, 1, m))        # wrong: the free index is caught by the sum
    assert sp.Sum(v[j], (j, 1, m)).subs(v[j], u[j]) == sp.Sum(v[j], (j, 1, m))      # nothing happens


@measured
def test_sympy_dummy_names_make_a_matrix_equal_to_its_transpose():
    A = sp.Sum(f(sp.Sum(W[i, j] * v[j], (j, 1, n))), (i, 1, n))
    B = sp.Sum(f(sp.Sum(W[j, i] * v[j], (j, 1, n))), (i, 1, n))
    assert A.as_dummy() == B.as_dummy() and A.dummy_eq(B)           # wrong
    assert normal(A, {}) != normal(B, {})


@measured
def test_sympy_matrix_calculus_loses_terms():
    A, B = sp.MatrixSymbol("A", n, m), sp.MatrixSymbol("B", m, n)
    assert sp.diff(sp.Trace(A.T * A) + sp.Trace(B.T * B), A) == sp.ZeroMatrix(n, m)     # wrong: 2 A
    column = sp.MatrixSymbol("z", n, 1)
    total_e = (sp.OneMatrix(1, n) * column.applyfunc(sp.exp))[0, 0]
    assert sp.log(total_e).diff(column) == sp.ZeroMatrix(n, 1)          # wrong: softmax


@measured
def test_sympy_contracts_a_delta_into_cases():
    piecewise = sp.Sum(v[i] * sp.KroneckerDelta(i, p), (i, 1, n)).doit()
    assert isinstance(piecewise, sp.Piecewise)
    assert normal(sp.Sum(v[i] * sp.KroneckerDelta(i, p), (i, 1, n)), {p: n}) == v[p]


def test_equality_by_structure_is_no_test():
    assert (x + y)**2 != x**2 + 2 * x * y + y**2 and equal((x + y)**2, x**2 + 2 * x * y + y**2)


# --- code printed from proved expressions -----------------------------------------------------------------------

COMPILED = [
    ([2, 3, 1], bp.sigmoid, bp.sigmoid, bp.binary_cross_entropy), ([2, 2, 3], bp.tanh, bp.softmax,
                                                                   bp.categorical_cross_entropy),
    ([3, 2, 2], bp.elu(0.5), bp.identity, bp.squared_error), ([2, 2, 1], bp.relu, bp.softplus, bp.squared_error),
    ([1, 2, 2], bp.swish(), bp.leaky_relu(0.1), bp.squared_error),
]


def _numbers(sizes, hidden, output, scale=1.0):
    rng = np.random.default_rng(7)
    net = bp.Network.random(sizes, hidden, output, rng)
    net = bp.Network({l: scale * W for l, W in net.W.items()},
                     {l: rng.standard_normal(n) for l, n in enumerate(sizes[1:], 1)}, net.f)
    y = rng.random(sizes[-1])                                                   # (n_L,)
    return net, rng.standard_normal(sizes[0]), y / y.sum()


@pytest.mark.parametrize("sizes, hidden, output, cost", COMPILED, ids=str)
def test_compiled_code_computes_what_bp_computes(sizes, hidden, output, cost):
    code = symbolic.compile(bp.Network.random(sizes, hidden, output), cost)
    for scale in (1.0, 300.0):      # 300: saturated units must not overflow
        net, v, target = _numbers(sizes, hidden, output, scale)
        C, gradient = code(net, v, target, lam=0.3)
        expected = bp.vectorized.backward(net, v, target, cost=cost, lam=0.3)
        J = bp.objective(net, v[None], target[None], cost=cost, lam=0.3)
        assert abs(C - J) <= 1e-12 * abs(J)
        for l in net.W:
            assert np.allclose(gradient.W[l], expected.W[l], rtol=1e-11, atol=1e-12)
            assert np.allclose(gradient.b[l], expected.b[l], rtol=1e-11, atol=1e-12)


def test_common_parts_make_the_code_short():
    code = symbolic.compile(bp.Network.random([2, 3, 1], bp.sigmoid, bp.sigmoid), bp.binary_cross_entropy)
    before, after = code.operations
    assert after < before / 3
    assert code.proved.entries == 13
    assert code.source.startswith("def gradient(W1_11, W1_12, ") and "sigma(" in code.source
