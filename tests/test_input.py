"""Bad input ends in a ValueError that names the argument, its value and what was expected."""

import numpy as np
import pytest

import bp
from problems import batch, network

X, Y = batch()
NET = network(bp.tanh, bp.softmax)
CE = bp.categorical_cross_entropy
W, B, F = list(NET.W.values()), list(NET.b.values()), list(NET.f.values())


def with_nan(a, value=np.nan):
    a = np.array(a, dtype=float)
    a.flat[1] = value
    return a


def gradient(net=NET, x=X, y=Y, cost=CE, lam=0.0):
    return bp.batched.backward(net, x, y, cost=cost, lam=lam)


def descent(**changes):
    return bp.train(**{"net": NET, "X": X, "Y": Y, "cost": CE, "alpha": 0.1, "epochs": 1, **changes})


CASES = {
    # building a network
    "W not chained": (lambda: bp.Network([W[0], W[2]], [B[0], B[2]], bp.tanh), r"W\[2\].*\(any, 5\).*\(2, 4\)"),
    "W one-dimensional": (lambda: bp.Network([[1.0, 2.0]], [[0.0]], bp.tanh), r"W\[1\].*\(any, any\).*\(2,\)"),
    "W with NaN": (lambda: bp.Network([with_nan(W[0])], [B[0]], bp.tanh), r"W\[1\].*finite.*nan.*\(0, 1\)"),
    "W with infinity": (lambda: bp.Network([with_nan(W[0], np.inf)], [B[0]], bp.tanh), r"W\[1\].*finite.*inf"),
    "W of text": (lambda: bp.Network([[["a"]]], [[0.0]], bp.tanh), r"W\[1\].*real numbers"),
    "W complex": (lambda: bp.Network([[[1j]]], [[0.0]], bp.tanh), r"W\[1\].*real numbers.*complex"),
    "W ragged": (lambda: bp.Network([[[1.0], [1.0, 2.0]]], [[0.0]], bp.tanh), r"W\[1\]"),
    "W without rows": (lambda: bp.Network([np.ones((0, 3))], [[]], bp.tanh), r"W\[1\].*at least one row"),
    "W empty": (lambda: bp.Network([], [], bp.tanh), r"W must have the layers 1..L"),
    "W keyed from 0": (lambda: bp.Network({0: W[0]}, {0: B[0]}, bp.tanh), r"W must have the layers 1..L.*\[0\]"),
    "W a number": (lambda: bp.Network(3.0, [], bp.tanh), r"W must be a dict.*3\.0"),
    "b of another length": (lambda: bp.Network([W[0]], [[1.0, 2.0]], bp.tanh), r"b\[1\].*\(5,\).*\(2,\)"),
    "b with NaN": (lambda: bp.Network([W[0]], [with_nan(B[0])], bp.tanh), r"b\[1\].*finite"),
    "b missing a layer": (lambda: bp.Network(W, B[:2], bp.tanh), r"b must have the layers of W"),
    "f not an activation": (lambda: bp.Network([W[0]], [B[0]], [np.tanh]), r"f\[1\] must be an Activation.*tanh"),
    "f a string": (lambda: bp.Network([W[0]], [B[0]], "tanh"), r"f must be a dict.*'tanh'"),
    "f missing a layer": (lambda: bp.Network(W, B, [bp.tanh]), r"f must have the layers of W"),
    "size 0": (lambda: bp.Network.random([3, 0, 2]), r"sizes\[1\] must be a positive integer, got 0"),
    "size negative": (lambda: bp.Network.random([3, -2]), r"sizes\[1\].*-2"),
    "size fractional": (lambda: bp.Network.random([3, 2.5]), r"sizes\[1\].*2\.5"),
    "size a bool": (lambda: bp.Network.random([3, True]), r"sizes\[1\].*True"),
    "one size": (lambda: bp.Network.random([3]), r"sizes must name at least.*\[3\]"),
    "sizes a number": (lambda: bp.Network.random(3), r"sizes must be a list.*3"),
    "rng negative": (lambda: bp.Network.random([3, 2], rng=-1), r"rng.*-1"),
    "rng a float": (lambda: bp.Network.random([3, 2], rng=0.5), r"rng.*0\.5"),
    "hidden not an activation": (lambda: bp.Network.random([3, 4, 2], hidden="relu"), r"f\[1\].*Activation.*'relu'"),
    # activations
    "leaky gamma NaN": (lambda: bp.leaky_relu(np.nan), r"gamma of leaky_relu.*nan"),
    "leaky gamma text": (lambda: bp.leaky_relu("x"), r"gamma of leaky_relu.*'x'"),
    "elu gamma negative": (lambda: bp.elu(-1), r"gamma of elu must be >= 0, got -1"),
    "swish beta infinite": (lambda: bp.swish(np.inf), r"beta of swish.*inf"),
    "prelu gamma a matrix": (lambda: bp.prelu([[0.1]]), r"gamma of prelu.*\(n_l,\)"),
    "prelu gamma NaN": (lambda: bp.prelu([np.nan]), r"gamma of prelu.*nan"),
    "prelu of another length": (lambda: bp.prelu([0.1, 0.2]).value(np.ones(3)), r"gamma of prelu has 2 .* 3 units"),
    # one gradient
    "net not a network": (lambda: gradient(net="net"), r"net must be a bp.Network, got 'net'"),
    "X of another width": (lambda: gradient(x=X[:, :2]), r"X must have shape \(any, 3\), got \(6, 2\)"),
    "X a single example": (lambda: gradient(x=X[0]), r"X must have shape \(any, 3\), got \(3,\)"),
    "X empty": (lambda: gradient(x=X[:0], y=Y[:0]), r"X must hold at least one example, got shape \(0, 3\)"),
    "X with NaN": (lambda: gradient(x=with_nan(X)), r"X must hold finite numbers, got nan at index \(0, 1\)"),
    "X with infinity": (lambda: gradient(x=with_nan(X, -np.inf)), r"X must hold finite numbers, got -inf"),
    "X of text": (lambda: gradient(x=[["a", "b", "c"]]), r"X must be an array of real numbers"),
    "X of None": (lambda: gradient(x=[[None] * 3]), r"X must be an array of real numbers"),
    "Y of another width": (lambda: gradient(y=Y[:, :1]), r"Y must have shape \(6, 2\), got \(6, 1\)"),
    "Y with fewer rows": (lambda: gradient(y=Y[:3]), r"Y must have shape \(6, 2\), got \(3, 2\)"),
    "Y with NaN": (lambda: gradient(y=with_nan(Y)), r"Y must hold finite"),
    "Y class numbers": (lambda: gradient(y=np.zeros(6, int)), r"Y must have shape \(6, 2\), got \(6,\)"),
    "Y not summing to 1": (lambda: gradient(y=Y * 2), r"targets Y do not fit categorical_cross_entropy: "),
    "Y all zero": (lambda: gradient(y=Y * 0), r"targets Y.*each row must sum to 1, got a sum of 0"),
    "Y negative": (lambda: gradient(y=np.array([[-1.0, 2.0]] * 6)), r"targets Y.*\[0, 1\], got -1"),
    "Y above 1": (lambda: gradient(y=Y + 1, cost=bp.binary_cross_entropy), r"targets Y.*binary_cross_ent.*\[0, 1\]"),
    "cost a string": (lambda: gradient(cost="mse"), r"cost must be a Cost.*'mse'"),
    "lam negative": (lambda: gradient(lam=-0.1), r"lam must be >= 0, got -0\.1"),
    "lam NaN": (lambda: gradient(lam=np.nan), r"lam must be a finite number, got nan"),
    "lam text": (lambda: gradient(lam="0.1"), r"lam must be a finite number, got '0\.1'"),
    "log of a negative output": (
        lambda: gradient(net=network(bp.tanh, bp.identity)), r"outputs of identity do not fit categorical.*a > 0"),
    "log outside (0, 1)": (
        lambda: bp.objective(network(bp.tanh, bp.identity), X, Y, cost=bp.binary_cross_entropy),
        r"outputs of identity do not fit binary_cross_entropy.*0 < a < 1"),
    "x of another length": (lambda: bp.indexed.forward(NET, X[0, :2]), r"x must have shape \(3,\), got \(2,\)"),
    "x a batch": (lambda: bp.vectorized.backward(NET, X, Y, cost=CE), r"x must have shape \(3,\), got \(6, 3\)"),
    "y of another length": (
        lambda: bp.indexed.backward(NET, X[0], Y[0, :1], cost=CE), r"y must have shape \(2,\), got \(1,\)"),
    "y not summing to 1": (lambda: bp.vectorized.backward(NET, X[0], [1.0, 1.0], cost=CE), r"targets y.*sum of 2"),
    "h zero": (lambda: bp.numeric_gradient(NET, X, Y, cost=CE, h=0), r"h must be > 0, got 0"),
    # training
    "alpha zero": (lambda: descent(alpha=0), r"alpha must be > 0, got 0"),
    "alpha negative": (lambda: descent(alpha=-0.1), r"alpha must be > 0, got -0\.1"),
    "alpha NaN": (lambda: descent(alpha=np.nan), r"alpha must be a finite number, got nan"),
    "epochs fractional": (lambda: descent(epochs=1.5), r"epochs must be an integer >= 0, got 1\.5"),
    "epochs negative": (lambda: descent(epochs=-1), r"epochs must be an integer >= 0, got -1"),
    "batch_size 0": (lambda: descent(batch_size=0), r"batch_size must be an integer >= 1, got 0"),
    "batch_size a float": (lambda: descent(batch_size=32.0), r"batch_size must be an integer >= 1, got 32\.0"),
    "tolerance negative": (lambda: descent(tolerance=-1), r"tolerance must be >= 0, got -1"),
    "seed text": (lambda: descent(rng="0"), r"rng must be a seed.*'0'"),
    "training on nothing": (lambda: descent(X=X[:0], Y=Y[:0]), r"X must hold at least one example"),
    # the graph
    "a variable that is NaN": (lambda: bp.graph.variable(np.nan, "x"), r"variable 'x'.*nan"),
    "a variable that is text": (lambda: bp.graph.variable("2", "x"), r"variable 'x'.*'2'"),
    "log of 0": (lambda: bp.graph.log(bp.graph.variable(0.0)), r"log needs x > 0, got 0"),
    "1/0": (lambda: 1 / bp.graph.variable(0.0), r"1/x needs x != 0"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_names_the_argument_and_what_was_expected(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_the_good_input_beside_the_bad_is_accepted():
    gradient()
    descent()
    bp.Network(W, B, F)
    bp.Network(dict(enumerate(W, 1)), dict(enumerate(B, 1)), dict(enumerate(F, 1)))
    gradient(x=X.tolist(), y=Y.tolist(), lam=1)
    gradient(x=np.ones((6, 3), dtype=int), y=np.array([[1, 0]] * 6))


def test_there_are_at_least_60_cases():
    assert len(CASES) >= 60
