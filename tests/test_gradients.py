"""The gradients of all three forms against an oracle that knows nothing of bp."""

import numpy as np
import pytest

import bp
import oracle
from problems import HIDDEN, OUTPUTS, SIZES, arrays, assert_close, batch, network

X, Y = batch()


def mean(gradients):
    E = len(gradients)
    return bp.Gradient({l: sum(g.W[l] for g in gradients) / E for l in gradients[0].W},
                       {l: sum(g.b[l] for g in gradients) / E for l in gradients[0].b})


@pytest.mark.parametrize("lam", [0.0, 0.3])
@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_all_three_forms_equal_the_complex_step_derivative(hidden, output, cost, lam):
    net = network(hidden, output)
    truth = oracle.gradient(net, X, Y, cost, lam)
    assert bp.objective(net, X, Y, cost=cost, lam=lam) == pytest.approx(
        oracle.objective(list(net.W.values()), list(net.b.values()), list(net.f.values()), X, Y, cost, lam), rel=1e-12)
    batched = bp.batched.backward(net, X, Y, cost=cost, lam=lam)
    assert_close(batched, truth, 1e-10)
    for form in (bp.indexed, bp.vectorized):
        by_example = mean([form.backward(net, x, y, cost=cost, lam=lam) for x, y in zip(X, Y)])
        assert_close(by_example, truth, 1e-10)
        assert_close(by_example, batched, 1e-12)


@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
def test_the_shortcut_output_delta_equals_the_long_way(output, cost):
    net = network(bp.tanh, output)
    L = net.L
    Z, A = bp.batched.forward(net, X)
    short = bp.batched.output_delta(output, cost, Z[L], A[L], Y)
    long = bp.batched.output_delta(output, cost, Z[L], A[L], Y, shortcut=False)
    np.testing.assert_allclose(short, long, rtol=1e-10, atol=1e-13)
    for form in (bp.indexed, bp.vectorized):
        for e in range(len(X)):
            for shortcut in (True, False):
                row = form.output_delta(output, cost, Z[L][e], A[L][e], Y[e], shortcut=shortcut) / len(X)
                np.testing.assert_allclose(row, short[e], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("output, cost", [(f, c) for f, c in OUTPUTS if f.name in c.shortcuts], ids=lambda p: p.name)
def test_the_cost_from_z_equals_the_cost_from_a(output, cost):
    net = network(bp.tanh, output)
    Z, A = bp.batched.forward(net, X)
    np.testing.assert_allclose(cost.of_output(output, Z[3], A[3], Y), cost.value(A[3], Y), rtol=1e-12)


@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
def test_the_batch_gradient_is_the_mean_of_the_example_gradients(output, cost):
    net = network(bp.softplus, output)
    singles = [bp.batched.backward(net, X[e:e + 1], Y[e:e + 1], cost=cost, lam=0.2) for e in range(len(X))]
    assert_close(bp.batched.backward(net, X, Y, cost=cost, lam=0.2), mean(singles), 1e-12)


@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
def test_the_numeric_gradient_agrees(output, cost):
    net = network(bp.tanh, output)
    assert_close(bp.numeric_gradient(net, X, Y, cost=cost, lam=0.1),
                 bp.batched.backward(net, X, Y, cost=cost, lam=0.1), 1e-8)


def test_weight_decay_adds_lambda_W_and_leaves_b_alone():
    net = network(bp.tanh, bp.softmax)
    plain, decayed = (bp.batched.backward(net, X, Y, cost=bp.categorical_cross_entropy, lam=lam) for lam in (0, 0.7))
    for l in net.W:
        np.testing.assert_allclose(decayed.W[l] - plain.W[l], 0.7 * net.W[l], rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(decayed.b[l], plain.b[l])


def test_two_numbers_worked_by_hand():
    # one unit a = z = 2 x + 1 at x = 3, so a = 7; y = 5, C = 2; dC/dw = (7 - 5) 3, dC/db = 2, penalty adds 0.5 * 2
    net = bp.Network([[[2.0]]], [[1.0]], bp.identity)
    assert bp.objective(net, [[3.0]], [[5.0]], cost=bp.squared_error) == 2.0
    for form, x, y in [(bp.indexed, [3.0], [5.0]), (bp.vectorized, [3.0], [5.0]), (bp.batched, [[3.0]], [[5.0]])]:
        g = form.backward(net, x, y, cost=bp.squared_error, lam=0.5)
        assert (g.W[1][0, 0], g.b[1][0]) == (7.0, 2.0)
    # relu, all in the head: z1 = (1, -1), a1 = (1, 0), a2 = 3 * 1 + 5 * 0 = 3, delta2 = 3 - 1 = 2, delta1 = (3 * 2, 0)
    net = bp.Network([[[1.0], [-1.0]], [[3.0, 5.0]]], [[0.0, 0.0], [0.0]], [bp.relu, bp.identity])
    g = bp.batched.backward(net, [[1.0]], [[1.0]], cost=bp.squared_error)
    assert g.W[2].tolist() == [[2.0, 0.0]] and g.W[1].tolist() == [[6.0], [0.0]] and g.b[1].tolist() == [6.0, 0.0]


def test_the_derivative_at_a_kink_is_the_one_from_the_left():
    zero = np.array([0.0])
    for f, left in [(bp.relu, 0.0), (bp.leaky_relu(0.1), 0.1), (bp.prelu([0.3]), 0.3), (bp.elu(0.7), 0.7)]:
        assert f.derivative(zero, f.value(zero))[0] == pytest.approx(left, abs=1e-15)


@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_float32_stays_float32(hidden, output, cost):
    net64 = network(hidden, output)
    net = bp.Network({l: W.astype(np.float32) for l, W in net64.W.items()},
                     {l: b.astype(np.float32) for l, b in net64.b.items()}, net64.f)
    got = bp.batched.backward(net, X, Y, cost=cost, lam=0.1)
    for form, x, y in [(bp.indexed, X[0], Y[0]), (bp.vectorized, X[0], Y[0]), (bp.batched, X, Y)]:
        for name, g in arrays(form.backward(net, x, y, cost=cost, lam=0.1)):
            assert g.dtype == np.float32, (form.__name__, name)
    assert_close(got, bp.batched.backward(net64, X, Y, cost=cost, lam=0.1), 2e-4)


SATURATING = [(f, c) for f, c in OUTPUTS if c.name == "squared_error" or f.name in c.shortcuts]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("output, cost", SATURATING, ids=lambda p: p.name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_saturated_units_give_finite_costs_and_gradients(hidden, output, cost, dtype):
    net = network(hidden, output)
    for l in net.W:     # layer by layer, until the largest |z| of each is 1e4
        scale = 1e4 / abs(bp.batched.forward(net, X).z[l]).max()
        net.W[l] *= scale
        net.b[l] *= scale
    net = bp.Network({l: W.astype(dtype) for l, W in net.W.items()},
                     {l: b.astype(dtype) for l, b in net.b.items()}, net.f)
    targets = np.eye(2)[np.arange(len(X)) % 2]
    assert all(abs(z).max() > 9.9e3 for z in bp.batched.forward(net, X).z.values())
    assert np.isfinite(bp.objective(net, X, targets, cost=cost))
    for form, x, y in [(bp.indexed, X[0], targets[0]), (bp.vectorized, X[0], targets[0]), (bp.batched, X, targets)]:
        for name, g in arrays(form.backward(net, x, y, cost=cost)):
            assert np.isfinite(g).all(), name


def test_no_function_changes_its_arguments():
    net = network(bp.tanh, bp.softmax)
    parts = [X, Y, *net.W.values(), *net.b.values()]
    before = [p.copy() for p in parts]
    cost = bp.categorical_cross_entropy
    for form, x, y in [(bp.indexed, X[0], Y[0]), (bp.vectorized, X[0], Y[0]), (bp.batched, X, Y)]:
        form.forward(net, x)
        g = form.backward(net, x, y, cost=cost, lam=0.1)
        for _, part in arrays(g):
            part += 1        # what is returned is the caller's own
    bp.objective(net, X, Y, cost=cost)
    bp.numeric_gradient(net, X, Y, cost=cost)
    bp.train(net, X, Y, cost=cost, alpha=0.1, epochs=2, batch_size=4)
    for part, kept in zip(parts, before):
        np.testing.assert_array_equal(part, kept)


def test_an_activation_takes_a_plain_number():
    for f in HIDDEN[:-1]:
        assert f(0.5) == f(np.array([0.5]))[0]


def test_the_sizes_in_these_tests_hide_nothing():
    assert len(set(SIZES)) == len(SIZES) and len(X) >= 2 and len(X) not in SIZES
