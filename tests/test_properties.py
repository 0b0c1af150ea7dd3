"""Laws that hold for every network, cost and batch, tried on networks and sizes drawn by Hypothesis.

All arrays are read-only: whatever changes an argument fails at once.
"""
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import bp
from problems import HIDDEN, OUTPUTS, arrays

LAWS = settings(derandomize=True, deadline=None, max_examples=60, database=None)
SCALES = st.integers(-8, 4).map(lambda k: 10.0 ** k)
LAMBDAS = st.one_of(st.just(0.0), SCALES)


class Problem(NamedTuple):
    net: bp.Network
    X: np.ndarray       # (E, n_0)
    Y: np.ndarray       # (E, n_L)
    cost: bp.Cost
    lam: float
    rng: np.random.Generator

    def gradient(self, form=bp.batched, rows=slice(None), **changes):
        """The gradient of these examples; where form takes one example, rows is its number."""
        p = self._replace(**changes)
        return form.backward(p.net, p.X[rows], p.Y[rows], cost=p.cost, lam=p.lam)

    def J(self, rows=slice(None), **changes):
        p = self._replace(**changes)
        return bp.objective(p.net, p.X[rows], p.Y[rows], cost=p.cost, lam=p.lam)


def locked(array):
    array.setflags(write=False)
    return array


def network(W, b, f, dtype=float):
    net = bp.Network({l: w.astype(dtype) for l, w in W.items()}, {l: v.astype(dtype) for l, v in b.items()}, f)
    for _, parameters in arrays((net.W, net.b)):
        locked(parameters)
    return net


@st.composite
def problems(draw, least_layers=1):
    """Any sizes from 1 to 6, activations, cost, lambda, E from 1 to 64; X and the weights of one layer of any scale."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=(L := draw(st.integers(least_layers, 3))) + 1, max_size=L + 1))
    output, cost = draw(st.sampled_from(OUTPUTS))
    f = [draw(st.sampled_from(HIDDEN)) for _ in range(L - 1)] + [output]
    E, rng = draw(st.integers(1, 64)), np.random.default_rng(draw(st.integers(0, 2 ** 32)))
    W = {l: rng.normal(size=(sizes[l], sizes[l - 1])) for l in range(1, L + 1)}     # (n_l, n_{l-1})
    b = {l: rng.normal(size=sizes[l]) for l in W}                                   # (n_l,)
    scale, of_X, l = draw(SCALES), draw(SCALES), draw(st.integers(1, L))
    finite = output.name in cost.shortcuts or cost is bp.squared_error      # even where an output rounds to 0 or 1
    assume(scale * of_X <= 1e4 and (finite or max(scale, of_X) <= 1))
    W[l], b[l] = scale * W[l], scale * b[l]
    X, Y = of_X * rng.normal(size=(E, sizes[0])), rng.dirichlet(np.ones(sizes[-1]), size=E)
    if draw(st.booleans()):
        Y = np.eye(sizes[-1])[Y.argmax(axis=1)]                                     # (E, n_L) targets 0 and 1 exactly
    return Problem(network(W, b, f), locked(X), locked(Y), cost, draw(LAMBDAS), rng)


def sizes_of_terms(p):
    """How large the numbers are that are added up to each part of the gradient: rounding is relative to them."""
    z, a = bp.batched.forward(p.net, p.X)
    L, sizes = p.net.L, bp.Gradient({}, {})
    delta = abs(a[L]).max() + abs(p.Y).max()
    if p.cost is not bp.squared_error and p.net.f[L].name not in p.cost.shortcuts:
        delta += abs(p.cost.gradient(a[L], p.Y)).max()
    for l in range(L, 0, -1):
        sizes.W[l], sizes.b[l] = delta * abs(a[l - 1]).max() + p.lam * abs(p.net.W[l]).max(), delta
        delta *= abs(p.net.W[l]).sum(axis=0).max()
    # an error of eps |z| in z is a relative error of that size in e^z
    return sizes, max(1, *(abs(z_l).max() for z_l in z.values()))


def assert_same(got, want, p, eps=1e-14):
    """Equal to rounding: E and the layers are small, 100 units in the last place are enough."""
    sizes, largest_z = sizes_of_terms(p)
    sizes, want = dict(arrays(sizes)), dict(arrays(want))
    for name, g in arrays(got):
        w = want[name]
        assert g.shape == w.shape and np.isfinite(g).all(), name
        assert abs(g - w).max() <= 100 * eps * largest_z * sizes[name], (name, g, w)


def mean(gradients):
    E = len(gradients)
    return bp.Gradient({l: sum(g.W[l] for g in gradients) / E for l in gradients[0].W},
                       {l: sum(g.b[l] for g in gradients) / E for l in gradients[0].b})


@LAWS
@given(problems())
def test_index_vector_and_batch_agree_and_the_batch_is_the_mean_of_its_examples(p):
    whole, E = p.gradient(), len(p.X)
    assert_same(mean([p.gradient(rows=slice(e, e + 1)) for e in range(E)]), whole, p)
    assert_same(mean([p.gradient(bp.vectorized, e) for e in range(E)]), whole, p)
    some = slice(0, 4)      # index by index is slow
    assert_same(mean([p.gradient(bp.indexed, e) for e in range(E)[some]]), p.gradient(rows=some), p)


@LAWS
@given(problems())
def test_the_order_of_examples_means_nothing(p):
    order = p.rng.permutation(len(p.X))
    assert_same(p.gradient(rows=order), p.gradient(), p)
    assert p.J(rows=order) == pytest.approx(p.J(), rel=1e-12)


@LAWS
@given(problems())
def test_a_batch_twice_is_the_batch(p):
    twice = np.tile(np.arange(len(p.X)), 2)
    assert_same(p.gradient(rows=twice), p.gradient(), p)
    assert p.J(rows=twice) == pytest.approx(p.J(), rel=1e-12)


@LAWS
@given(problems(least_layers=2), st.data())
def test_hidden_units_in_another_order_have_their_gradients_in_that_order(p, data):
    l, net = data.draw(st.integers(1, p.net.L - 1)), p.net
    order = p.rng.permutation(net.sizes[l])

    def reordered(W, b):
        return W | {l: W[l][order], l + 1: W[l + 1][:, order]}, b | {l: b[l][order]}

    other = p._replace(net=network(*reordered(net.W, net.b), net.f))
    assert_same(other.gradient(), bp.Gradient(*reordered(*p.gradient())), p)
    assert other.J() == pytest.approx(p.J(), rel=1e-11)


@LAWS
@given(problems(), st.floats(0, 1e4))
def test_lambda_enters_linearly_and_on_the_weights_alone(p, times):
    plain, once, more = (p.gradient(lam=lam) for lam in (0.0, p.lam, times * p.lam))
    for l, W in p.net.W.items():
        assert (once.b[l] == plain.b[l]).all() and (more.b[l] == plain.b[l]).all()
        for lam, g in ((p.lam, once), (times * p.lam, more)):
            size = abs(plain.W[l]) + lam * abs(W)                               # (n_l, n_{l-1})
            assert (abs(g.W[l] - plain.W[l] - lam * W) <= 1e-15 * size).all()
    penalty = p.lam / 2 * sum((W ** 2).sum() for W in p.net.W.values())
    assert p.J() == pytest.approx(p.J(lam=0.0) + penalty, rel=1e-12)


@LAWS
@given(problems())
def test_float32_is_float64_to_its_own_precision(p):
    W, b, X, Y = ({l: w.astype(np.float32) for l, w in p.net.W.items()},
                  {l: v.astype(np.float32) for l, v in p.net.b.items()}, *map(np.float32, (p.X, p.Y)))
    short = p._replace(net=network(W, b, p.net.f, np.float32), X=locked(X), Y=locked(Y))
    same = p._replace(net=network(W, b, p.net.f), X=locked(X.astype(float)), Y=locked(Y.astype(float)))
    rows = slice(0, 3)
    for form, examples in ((bp.batched, rows), (bp.vectorized, 0), (bp.indexed, 0)):
        got = short.gradient(form, examples)
        assert {part.dtype for _, part in arrays(got)} == {np.dtype(np.float32)}
        assert_same(got, same.gradient(form, examples), same, eps=1e-7)


@LAWS
@given(problems(), st.integers(-8, -1).map(lambda k: 10.0 ** k))
def test_an_epoch_with_the_whole_batch_is_one_step_against_the_gradient(p, alpha):
    try:
        run = bp.train(p.net, p.X, p.Y, cost=p.cost, alpha=alpha, lam=p.lam, batch_size=len(p.X))
    except bp.Diverged as error:    # the step is right, and too long
        assert not np.isfinite(error.run.history[-1])
        return
    except ValueError as error:     # so long that the outputs have no logarithm any more
        assert "do not fit" in str(error)
        return
    assert run.history[0] == p.J()
    before, slopes = dict(arrays((p.net.W, p.net.b))), dict(arrays(p.gradient()))
    for name, now in arrays((run.net.W, run.net.b)):
        was, slope = before[name], slopes[name]
        rounding = 1e-15 * (abs(was) + abs(alpha * slope)) + 1e-13 * alpha * abs(slope).max()
        assert (abs(now - (was - alpha * slope)) <= rounding).all(), name


def test_a_locked_array_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        network({1: np.ones((1, 1))}, {1: np.ones(1)}, bp.tanh).W[1][0, 0] = 2
