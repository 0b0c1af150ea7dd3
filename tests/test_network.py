"""A network owns its arrays, has one type of number and at least one unit in each layer."""
import numpy as np
import pytest
import sympy as sp

import bp


def test_the_network_keeps_copies():
    W, b = [np.ones((3, 2)), np.ones((1, 3))], [np.ones(3), np.ones(1)]
    net = bp.Network(W, b, bp.tanh)
    for given in (*W, *b):
        given[:] = 7
    assert all((part == 1).all() for part in (*net.W.values(), *net.b.values()))


@pytest.mark.parametrize("shape", [(0, 2), (2, 0)])
def test_a_layer_without_units_is_refused(shape):
    with pytest.raises(ValueError, match=r"W\[1\] must have at least one row and one column"):
        bp.Network([np.ones(shape)], [np.ones(shape[0])], bp.tanh)


@pytest.mark.parametrize("odd", ["W1", "W2", "b1", "b2"])
def test_all_parameters_share_the_widest_type(odd):
    def parts(dtype):
        return {"W1": np.ones((3, 2), dtype), "W2": np.ones((1, 3), dtype), "b1": np.ones(3, dtype),
                "b2": np.ones(1, dtype)}

    def types(**given):
        net = bp.Network([given["W1"], given["W2"]], [given["b1"], given["b2"]], bp.tanh)
        return {part.dtype for part in (*net.W.values(), *net.b.values())}

    single = parts(np.float32)
    assert types(**single) == {np.dtype(np.float32)}
    assert types(**single | {odd: single[odd].astype(float)}) == {np.dtype(float)}
    symbols = np.full(single[odd].shape, sp.Symbol("p"))
    assert types(**single | {odd: symbols}) == {np.dtype(object)}


def test_numbers_beside_symbols_become_exact():
    net = bp.Network([[[sp.Symbol("w"), 0.5]]], [[0.25]], bp.tanh)
    assert net.W[1][0, 1] == sp.Rational(1, 2) and net.b[1][0] == sp.Rational(1, 4)
    assert all(isinstance(part, sp.Basic) for part in (net.W[1][0, 1], net.b[1][0]))


def test_a_random_network_has_seed_0_unless_told_otherwise():
    np.testing.assert_array_equal(bp.Network.random([2, 3]).W[1], bp.Network.random([2, 3], rng=0).W[1])


def test_random_weights_have_the_deviation_of_the_docstring_and_biases_are_0():
    net = bp.Network.random([400, 100, 2])
    for l, n_before in ((1, 400), (2, 100)):
        assert np.std(net.W[l]) == pytest.approx(1 / np.sqrt(n_before), rel=0.1)
        assert (net.b[l] == 0).all()


def test_a_symbolic_network_has_the_same_numbers_exactly():
    net = bp.Network([np.array([[0.5, 0.25], [2.0, 3.0]])], [np.array([0.75, -1.0])], bp.tanh)
    exact = net.symbolic()
    assert exact.W[1].tolist() == [[sp.Rational(1, 2), sp.Rational(1, 4)], [2, 3]]
    assert exact.b[1].tolist() == [sp.Rational(3, 4), -1]
    assert all(isinstance(p, sp.Basic) for p in (*exact.W[1].flat, *exact.b[1].flat))


def test_a_copy_shares_no_array():
    net = bp.Network.random([2, 3, 1], bp.elu())
    again = net.copy()
    assert (again.sizes, again.L, again.f) == (net.sizes, net.L, net.f)
    for l in net.W:
        for part, same in ((net.W[l], again.W[l]), (net.b[l], again.b[l])):
            assert (part == same).all() and not np.shares_memory(part, same)


@pytest.mark.parametrize("form, x", [(bp.batched, np.ones((2, 3))), (bp.vectorized, np.ones(3)),
                                     (bp.indexed, np.ones(3))], ids=["batched", "vectorized", "indexed"])
def test_the_input_of_a_trace_is_the_array_itself(form, x):
    assert form.forward(bp.Network.random([3, 1]), x).a[0] is x
