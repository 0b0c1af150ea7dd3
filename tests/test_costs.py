"""Costs on their own: numbers worked by hand, targets accepted and refused, the quick look at them."""
import copy
import dataclasses
import pickle
from math import exp, log, log1p

import numpy as np
import pytest

import bp
from problems import assert_close, batch, network

BOTH = [bp.binary_cross_entropy, bp.categorical_cross_entropy]
ROWS = np.array([[1.0, 0.0], [0.25, 0.75], [0.5, 0.5]])     # (E, n_L): good for every cost


@pytest.mark.parametrize("cost, a, y, C, slope", [
    (bp.squared_error, [1.0, 3.0], [2.0, 1.0], 2.5, [-1, 2]),
    (bp.binary_cross_entropy, [0.25, 0.25], [1.0, 0.0], log(4) - log(0.75), [-4, 4 / 3]),
    (bp.binary_cross_entropy, [1.0, 0.0], [1.0, 0.0], 0, [-1, 1]),
    (bp.categorical_cross_entropy, [0.25, 0.75], [1.0, 0.0], log(4), [-4, 0]),
    (bp.categorical_cross_entropy, [0.5, 0.5], [0.25, 0.75], log(2), [-0.5, -1.5]),
    (bp.categorical_cross_entropy, [1.0, 0.0], [1.0, 0.0], 0, [-1, 0]),
])
def test_one_example_and_a_batch_worked_by_hand(cost, a, y, C, slope):
    a, y = np.array(a), np.array(y)     # (n_L,)
    assert cost.value(a, y) == pytest.approx(C, rel=1e-15)
    assert cost.gradient(a, y) == pytest.approx(slope, rel=1e-15)
    np.testing.assert_allclose(cost.value(np.array([a] * 3), np.array([y] * 3)), [C] * 3, rtol=1e-15)


GOOD = {     # every cost takes these, and sees so at a glance
    "one-hot": [[1, 0], [0, 1]], "between": ROWS, "exact halves": [[0.5, 0.5]], "thirds": [[1 / 3, 1 / 3, 1 / 3]],
    "not quite 1": [[1, 1e-8]],
}
BAD = {      # (cost, targets, what is wrong)
    "below 0": (bp.binary_cross_entropy, [*ROWS, [-0.25, 0.5]], r"they must lie in \[0, 1\], got -0.25"),
    "above 1": (bp.binary_cross_entropy, [*ROWS, [0.5, 1.5]], r"they must lie in \[0, 1\], got 1.5"),
    "below 0, sum 1": (bp.categorical_cross_entropy, [*ROWS, [-0.5, 1.5]], r"they must lie in \[0, 1\], got -0.5"),
    "a little above 1": (bp.categorical_cross_entropy, [*ROWS, [1 + 5e-7, 0]], r"they must lie in \[0, 1\], got 1"),
    "a little below 0": (bp.categorical_cross_entropy, [*ROWS, [1 + 5e-7, -5e-7]], r"they must lie in \[0, 1\], got "),
    "a bit above 1": (bp.binary_cross_entropy, [*ROWS, [1 + 1e-15, 0]], r"they must lie in \[0, 1\], got 1.0"),
    "a bit below 0": (bp.binary_cross_entropy, [*ROWS, [-1e-300, 1]], r"they must lie in \[0, 1\], got -1e-300"),
    "sum too large": (bp.categorical_cross_entropy, [*ROWS, [0.5, 0.75]], "each row must sum to 1, got a sum of 1.25"),
    "sum too small": (bp.categorical_cross_entropy, [*ROWS, [0.5, 0.25]], "each row must sum to 1, got a sum of 0.75"),
    "sum a little off": (bp.categorical_cross_entropy, [*ROWS, [0.5, 0.5 + 1.3e-6]], "each row must sum to 1, got a s"),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cost", [bp.squared_error, *BOTH], ids=lambda c: c.name)
@pytest.mark.parametrize("case", GOOD)
def test_good_targets_are_seen_at_a_glance(case, cost, dtype):
    y = np.array(GOOD[case], dtype)
    assert cost.complaint(y) is None and cost.complaint(y[0]) is None and cost.fits(y)


@pytest.mark.parametrize("case", BAD)
def test_bad_targets_are_named_and_no_glance_accepts_them(case):
    cost, y, words = BAD[case]
    y = np.array(y)
    assert not cost.fits(y) and not cost.fits(y[-1:])
    for targets, form in ((y, bp.batched), (y[-1:], bp.batched), (y[-1], bp.vectorized)):
        net = bp.Network.random([2, 2], output=bp.softmax)
        with pytest.raises(ValueError, match=f"do not fit {cost.name}: {words}"):
            form.backward(net, np.ones(targets.shape), targets, cost=cost)


@pytest.mark.parametrize("cost", [bp.squared_error, *BOTH], ids=lambda c: c.name)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_glance_accepts_what_is_not_finite(cost, value):
    for where in ([0, 0], [1, 1], [2, 0]):
        y = ROWS.copy()
        y[tuple(where)] = value
        assert not cost.fits(y)


def test_a_cost_of_the_readers_own_looks_at_its_targets():
    cube = bp.Cost("cube", lambda a, y: ((a - y) ** 3).sum(axis=-1), lambda a, y: 3 * (a - y) ** 2)
    net, X = bp.Network.random([2, 2]), np.ones((1, 2))
    bp.batched.backward(net, X, X, cost=cube)
    with pytest.raises(ValueError, match="Y must hold finite numbers, got nan"):
        bp.batched.backward(net, X, X * np.nan, cost=cube)
    assert repr(cube) == "cube"


@pytest.mark.parametrize("cost, a, y, words", [
    (bp.categorical_cross_entropy, [0, 0.5], [0, 1], None),
    (bp.categorical_cross_entropy, [2, 0.5], [0.5, 0.5], None),
    (bp.categorical_cross_entropy, [0, 0.5], [0.25, 0.75], "its logarithm needs a > 0 and a finite 1/a, got a = 0"),
    (bp.categorical_cross_entropy, [0.5, -1], [0.25, 0.75], "its logarithm needs a > 0 and a finite 1/a, got a = -1"),
    (bp.binary_cross_entropy, [0, 1], [0, 1], None),
    (bp.binary_cross_entropy, [0, 0.5], [0.25, 1], "its logarithms need 0 < a < 1 and a finite 1/a, got a = 0"),
    (bp.binary_cross_entropy, [0.5, 1], [0.25, 0.75], "its logarithms need 0 < a < 1 and a finite 1/a, got a = 1"),
    (bp.binary_cross_entropy, [0.5, 1], [0.25, 0], "its logarithms need 0 < a < 1 and a finite 1/a, got a = 1"),
    (bp.binary_cross_entropy, [1.5, 0.5], [0.25, 0], "its logarithms need 0 < a < 1 and a finite 1/a, got a = 1.5"),
    (bp.binary_cross_entropy, [1.5, 0.5], [1, 0], None),
])
def test_outputs_whose_logarithm_does_not_exist_are_named(cost, a, y, words):
    a, y = np.array(a, float), np.array(y, float)       # (n_L,)
    said = cost.domain(a, y)
    assert said == words if words is None else said.startswith(words)
    both = cost.domain(np.array([a, [0.5, 0.5]]), np.array([y, [1, 0]]))
    assert both == said


@pytest.mark.parametrize("cost, f", [(c, f) for c in BOTH for f in (bp.sigmoid, bp.softmax) if f.name in c.shortcuts],
                         ids=lambda p: p.name)
def test_the_cost_from_z_of_one_example_is_that_of_a_batch(cost, f):
    z = np.array([[0.5, -1.0], [2.0, 0.25], [0.0, 0.0]])    # (E, n_L)
    rows = cost.of_output(f, z, f.value(z), ROWS)
    for e in range(3):
        assert cost.of_output(f, z[e], f.value(z[e]), ROWS[e]) == pytest.approx(rows[e], rel=1e-15)
        assert rows[e] == pytest.approx(cost.value(f.value(z[e]), ROWS[e]), rel=1e-14)


def double_sigmoid(z):
    return 1 / (1 + np.exp(-2 * z))


IMPOSTORS = {
    "value": bp.Activation("sigmoid", double_sigmoid, lambda z, a: 2 * a * (1 - a), ""),
    "value alone": dataclasses.replace(bp.sigmoid, value=double_sigmoid),
    "derivative alone": dataclasses.replace(bp.sigmoid, derivative=lambda z, a: 2 * a * (1 - a)),
}


@pytest.mark.parametrize("cost", BOTH, ids=lambda c: c.name)
@pytest.mark.parametrize("f", IMPOSTORS.values(), ids=IMPOSTORS)
def test_a_name_alone_has_no_shortcut(f, cost):
    net, (X, Y) = network(bp.tanh, f), batch()
    trace = bp.batched.forward(net, X)
    assert cost.shortcut(f) is None and cost.shortcut(bp.sigmoid) is cost.shortcuts["sigmoid"]
    assert bp.objective(net, X, Y, cost=cost) == pytest.approx(cost.value(trace.a[3], Y).mean(), rel=1e-14)
    long = dataclasses.replace(cost, shortcuts={})
    for form, x, y in ((bp.batched, X, Y), (bp.vectorized, X[0], Y[0]), (bp.indexed, X[0], Y[0])):
        assert_close(form.backward(net, x, y, cost=cost), form.backward(net, x, y, cost=long), 1e-14)
    if f is IMPOSTORS["value"]:
        assert_close(bp.batched.backward(net, X, Y, cost=cost), bp.numeric_gradient(net, X, Y, cost=cost), 1e-8)


def test_a_name_that_is_not_the_package_s_has_no_shortcut():
    cost = bp.Cost("own", bp.squared_error.value, bp.squared_error.gradient, shortcuts={"cube": 1, "tanh": 2})
    cube = bp.Activation("cube", lambda z: z ** 3, lambda z, a: 3 * z ** 2, "z**3")
    assert cost.shortcut(cube) is None and cost.shortcut(bp.sigmoid) is None and cost.shortcut(bp.tanh) == 2


@pytest.mark.parametrize("cost", [bp.squared_error, *BOTH], ids=lambda c: c.name)
def test_costs_are_pickled_copied_and_looked_up(cost):
    assert pickle.loads(pickle.dumps(cost)) is cost and copy.deepcopy(cost) is cost and {cost: 1}[cost] == 1
    own = dataclasses.replace(cost, gradient=np.subtract, shortcuts={})
    assert copy.copy(own) == own is not cost and hash(own) != hash(cost)


def minus_log_sigmoid(z):
    """-log(1/(1 + e^-z)) with all its digits: Python's log1p."""
    return log1p(exp(-z)) if z > 0 else log1p(exp(z)) - z


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("z", [-1e4, -60.0, -34.0, -15.0, -0.5, 0.0, 0.5, 15.0, 34.0, 60.0])
@pytest.mark.parametrize("y", [0.0, 2.0 ** -20, 0.25, 0.5, 1 - 2.0 ** -20, 1.0])
def test_a_confident_sigmoid_keeps_its_digits(y, z, dtype):
    C = bp.binary_cross_entropy.of_output(bp.sigmoid, np.array([z], dtype), None, np.array([y], dtype))
    right = y * minus_log_sigmoid(z) + (1 - y) * minus_log_sigmoid(-z)
    assert C.dtype == dtype and C == pytest.approx(right, rel=4 * float(np.finfo(dtype).eps), abs=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_large_z_takes_no_digits_from_softmax(dtype):
    for z, right in (([1e4, 9999], log1p(exp(-1))), ([-1e4, -10001], log1p(exp(-1))), ([1e4, -1e4], 0),
                     ([1e7, 1e7, 1e7], log(3)), ([9999, 1e4], 1 + log1p(exp(-1)))):
        y = np.eye(len(z), dtype=dtype)[0]
        C = bp.categorical_cross_entropy.of_output(bp.softmax, np.array(z, dtype), None, y)
        assert C == pytest.approx(right, rel=4 * float(np.finfo(dtype).eps), abs=0)


@pytest.mark.parametrize("cost, f, z", [
    (bp.binary_cross_entropy, bp.softmax, [0, 0, -740.0]), (bp.categorical_cross_entropy, bp.softplus, [0, 0, -740.0]),
    (bp.categorical_cross_entropy, bp.softplus, [0, 0, -1e4]), (bp.binary_cross_entropy, bp.softmax, [0, 0, -1e4]),
], ids=str)
def test_an_output_so_small_that_1_over_a_is_infinite_is_refused(cost, f, z):
    net, X, Y = bp.Network([np.eye(3)], [np.zeros(3)], f), np.array([z]), np.array([[0.5, 0.25, 0.25]])
    words = f"outputs of {f} do not fit {cost}: its logarithm.* and a finite 1/a, got a = "
    for call in (bp.objective, bp.batched.backward, bp.batched.sweep):
        with pytest.raises(ValueError, match=words):
            call(net, X, Y, cost=cost, **{"lam": 0.0})
    for form in (bp.vectorized, bp.indexed):
        with pytest.raises(ValueError, match=words):
            form.backward(net, X[0], Y[0], cost=cost)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cost", BOTH, ids=lambda c: c.name)
def test_the_smallest_output_that_fits_has_a_finite_cost_and_slope(cost, dtype):
    tiny = np.finfo(dtype).tiny
    a, y = np.array([tiny, 0.5], dtype), np.array([1, 0], dtype)        # (n_L,)
    assert cost.domain(a, y) is None
    assert np.isfinite(cost.value(a, y)) and np.isfinite(cost.gradient(a, y)).all()
    assert cost.domain(a * dtype(0.5), y).endswith(f"got a = {tiny / 2}")
