"""Difference quotients: the step that was asked for, grown with the parameter, and an untouched network."""
import numpy as np
import pytest
import sympy as sp

import bp
from problems import batch, network

X, Y = batch()
ONE = np.array([[1.0]])


def single(w, f=bp.identity, b=0.0):
    """One unit with one weight."""
    return bp.Network([[[w]]], [[b]], f)


def test_there_is_no_penalty_unless_lambda_is_given():
    net = network(bp.tanh, bp.identity)
    plain, zero = (bp.numeric_gradient(net, X, Y, cost=bp.squared_error, **lam) for lam in ({}, {"lam": 0.0}))
    for l in net.W:
        np.testing.assert_array_equal(plain.W[l], zero.W[l])


@pytest.mark.parametrize("w", [0.25, -1.0, 1.0, 4.0, -4.0])
def test_the_step_is_h_and_grows_with_a_large_parameter(w):
    def J(w):
        return bp.objective(single(w, bp.softplus), ONE, ONE, cost=bp.squared_error)

    step = 0.25 * max(1, abs(w))        # exact in binary, and large enough for the curvature to tell
    got = bp.numeric_gradient(single(w, bp.softplus), ONE, ONE, cost=bp.squared_error, h=0.25)
    assert got.W[1][0, 0] == pytest.approx((J(w + step) - J(w - step)) / (2 * step), rel=1e-13)


@pytest.mark.parametrize("w", [1e6, -1e6])
def test_a_large_parameter_is_no_trouble(w):
    got = bp.numeric_gradient(single(w), ONE, 0 * ONE, cost=bp.squared_error)       # J = w^2 / 2
    assert got.W[1][0, 0] == pytest.approx(w, rel=1e-9)


def test_the_network_is_never_changed_not_even_for_a_moment():
    net = network(bp.tanh, bp.identity)
    for part in (*net.W.values(), *net.b.values()):
        part.setflags(write=False)
    bp.numeric_gradient(net, X, Y, cost=bp.squared_error)


def test_expressions_are_refused():
    net = bp.Network([[[sp.Symbol("w")]]], [[sp.Symbol("b")]], bp.identity)
    with pytest.raises(ValueError, match="net, X, Y and lam must be numbers for difference quotients"):
        bp.numeric_gradient(net, ONE, ONE, cost=bp.squared_error)


@pytest.mark.parametrize("w, h", [(1.0, 1e-20), (-3.0, 1e-17), (4096.0, 1e-17)])
def test_a_step_that_rounding_takes_away_is_refused(w, h):
    with pytest.raises(ValueError, match=f"h must be large enough to change a parameter of .*{abs(w):.0f}.*, got {h}$"):
        bp.numeric_gradient(single(w), ONE * 1e-300, ONE, cost=bp.squared_error, h=h)
    assert bp.numeric_gradient(single(0.0), ONE, ONE, cost=bp.squared_error, h=1e-20).W[1].shape == (1, 1)
