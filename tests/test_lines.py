"""The lines BP1 to BP4, called one by one: what they return is new, and what they are given stays."""

import numpy as np
import pytest
import sympy as sp

import bp
from problems import HIDDEN, OUTPUTS, batch, network

FORMS = [bp.indexed, bp.vectorized, bp.batched]
forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)


def locked(*arrays):
    for array in arrays:
        array.setflags(write=False)
    return arrays


def example(form, array):
    return array if form is bp.batched else array[0]


@forms
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_a_line_returns_a_new_array_and_reads_its_arguments(form, hidden):
    net, (X, Y) = network(hidden, bp.sigmoid), batch()
    z, a = form.forward(net, example(form, X))
    locked(X, Y, *z.values(), *a.values(), *net.W.values(), *net.b.values())
    delta = form.output_delta(net.f[3], bp.binary_cross_entropy, z[3], a[3], example(form, Y))
    locked(delta)
    later = [form.hidden_delta(hidden, z[2], a[2], net.W[3], delta), form.bias_gradient(delta),
             form.weight_gradient(delta, a[2], net.W[3], 0.1)]
    for given in (z[2], a[2], z[3], a[3], delta):
        assert given is delta or not np.shares_memory(delta, given)
        assert not any(np.shares_memory(result, given) for result in later)


@forms
@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
def test_the_long_way_is_another_way_with_the_same_result(form, output, cost):
    net, (X, Y) = network(bp.tanh, output), batch()
    z, a = form.forward(net, example(form, X))
    asked = []
    told = bp.Cost(cost.name, cost.value, lambda a, y: asked.append(1) or cost.gradient(a, y), cost.complaint,
                   cost.domain, cost.shortcuts)
    short, long = (form.output_delta(output, told, z[3], a[3], example(form, Y), shortcut=way) for way in (True, False))
    np.testing.assert_allclose(short, long, rtol=1e-9, atol=1e-13)
    assert len(asked) == 1 + (output.name not in cost.shortcuts)


@forms
def test_an_output_without_a_logarithm_is_refused_by_every_form(form):
    net, (X, Y) = network(bp.tanh, bp.identity), batch()
    with pytest.raises(ValueError, match="outputs of identity do not fit categorical_cross_entropy"):
        form.backward(net, example(form, X), example(form, Y), cost=bp.categorical_cross_entropy)


@forms
def test_a_layer_whose_jacobian_is_not_symmetric_keeps_its_order(form):
    # a_k = z_k + z_1^2 for k > 1: row k, column 1 of the Jacobian is 2 z_1, column k of row 1 is 0
    class Lower(bp.Activation):
        def jacobian(self, z, a):
            J = np.eye(len(z))                                  # (n, n)
            J[1:, 0] = 2 * z[0]
            return J

        def pull_back(self, z, a, dC_da):
            back = dC_da.copy()                                 # (E, n)
            back[..., 0] += 2 * z[..., 0] * dC_da[..., 1:].sum(axis=-1)
            return back

    def value(z):
        a = z.copy()                                            # (E, n)
        a[..., 1:] += z[..., :1] ** 2
        return a

    lower, (X, Y) = Lower("lower", value, None, ""), batch()
    net = network(lower, lower)
    X, Y = (X[:1], Y[:1]) if form is bp.batched else (X[0], Y[0])
    got = form.backward(net, X, Y, cost=bp.squared_error)
    want = bp.numeric_gradient(net, np.atleast_2d(X), np.atleast_2d(Y), cost=bp.squared_error)
    for l in net.W:
        np.testing.assert_allclose(got.W[l], want.W[l], rtol=1e-6, atol=1e-7 * abs(want.W[l]).max())
        np.testing.assert_allclose(got.b[l], want.b[l], rtol=1e-6, atol=1e-7 * abs(want.b[l]).max())


def test_J_is_a_plain_number():
    net, (X, Y) = network(bp.tanh, bp.identity), batch()
    assert type(bp.objective(net, X, Y, cost=bp.squared_error)) is float
    exact = bp.objective(net.symbolic(), X, Y, cost=bp.squared_error)
    assert hasattr(exact, "free_symbols")


def test_J_of_many_examples_is_the_mean_of_theirs():
    net, (X, Y) = network(bp.tanh, bp.identity), batch(E=2500)     # more than are worked on at a time
    each = bp.squared_error.value(bp.batched.forward(net, X).a[3], Y)       # (E,)
    assert bp.objective(net, X, Y, cost=bp.squared_error) == pytest.approx(each.mean(), rel=1e-12)


@pytest.mark.parametrize("lam", [0, 0.0, sp.Integer(0)], ids=repr)
def test_without_lambda_a_huge_weight_costs_nothing(lam):
    net, (X, Y) = bp.Network([[[1e200, -1e200]]], [[0.5]], bp.tanh), (np.ones((1, 2)), np.ones((1, 1)))
    J = float(bp.objective(net, X, Y, cost=bp.squared_error, lam=lam))
    assert J == pytest.approx((1 - np.tanh(0.5)) ** 2 / 2)
    if not hasattr(lam, "free_symbols"):
        assert bp.train(net, X, Y, cost=bp.squared_error, alpha=0.1, lam=lam).history[1] < 0.2


def test_a_symbol_for_lambda_stays():
    lam, (X, Y) = sp.Symbol("lam"), batch()
    net = network(bp.identity, bp.identity)
    J = bp.objective(net, X, Y, cost=bp.squared_error, lam=lam)
    square = sum((W * W).sum() for W in net.W.values())
    assert float(J.coeff(lam)) == pytest.approx(square / 2, rel=1e-12)
