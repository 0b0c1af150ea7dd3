"""Activations on their own: values known by heart, parameters and their defaults, bad parameters."""
import copy
import dataclasses
import gc
import pickle
import weakref
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import bp
from bp import activations, symbolic
from problems import HIDDEN


def test_a_call_takes_numbers_lists_and_arrays():
    assert bp.sigmoid(0) == 0.5 and bp.relu(3) == 3.0 and bp.tanh(0) == 0
    for z in ([1, -2], np.array([1, -2]), np.array([1.0, -2.0])):
        np.testing.assert_array_equal(bp.relu(z), [1, 0])
        np.testing.assert_allclose(bp.leaky_relu(0.5)(z), [1, -1])
    assert bp.identity([1, 2]).dtype == float
    assert bp.sigmoid(np.array([0.0, 1.0], np.float32)).dtype == np.float32


@pytest.mark.parametrize("dtype", [int, np.int8, np.uint8, bool, object])
def test_numbers_of_every_type_are_computed_as_floats(dtype):
    z = np.array([[0, 1]] if dtype in (bool, np.uint8) else [[-4, 2]], dtype)       # (E, n)
    for f in HIDDEN:
        got = f(z)
        assert got.dtype == float
        np.testing.assert_array_equal(got, f.value(z.astype(float)))


def test_symbols_are_as_good_as_numbers():
    z, u = sp.symbols("z u", real=True)
    assert isinstance(bp.sigmoid(z), sp.Expr) and symbolic.equal(bp.sigmoid(z), 1 / (1 + sp.exp(-z)))
    for both in ([z, u], np.array([z, u], dtype=object)):
        row = bp.swish(2)(both)
        assert row.shape == (2,) and symbolic.equal(row[1], u / (1 + sp.exp(-2 * u)))


@pytest.mark.parametrize("bad", ["1", [None], 1j, sp.I])
def test_what_is_no_number_has_no_value(bad):
    with pytest.raises(ValueError, match="z must be an array of real numbers, got "):
        bp.sigmoid(bad)


def test_identity_returns_an_array_of_its_own():
    z = np.ones(3)
    assert not np.shares_memory(bp.identity.value(z), z)


@pytest.mark.parametrize("f", [bp.softmax, bp.tanh], ids=lambda f: f.name)
def test_one_example_is_pulled_back_as_a_row_of_a_batch_is(f):
    rng = np.random.default_rng(0)
    z, dC_da = rng.normal(size=(2, 4, 3))       # both (E, n)
    a = f.value(z)
    rows = f.pull_back(z, a, dC_da)
    for e in range(4):
        np.testing.assert_allclose(f.pull_back(z[e], a[e], dC_da[e]), rows[e], rtol=1e-14)
        np.testing.assert_allclose(f.jacobian(z[e], a[e]).T @ dC_da[e], rows[e], rtol=1e-12)


@pytest.mark.parametrize("f, shown", [
    (bp.leaky_relu(), "leaky_relu(gamma=0.01)"), (bp.elu(), "elu(gamma=1.0)"), (bp.swish(), "swish(beta=1.0)"),
    (bp.elu(2), "elu(gamma=2.0)"), (bp.elu(0), "elu(gamma=0.0)"), (bp.swish(np.float32(0.5)), "swish(beta=0.5)"),
    (bp.prelu([0.5, 0.25]), "prelu(gamma=(0.5, 0.25))"), (bp.prelu(0.5), "prelu(gamma=(0.5,))"), (bp.tanh, "tanh"),
])
def test_an_activation_shows_its_parameters(f, shown):
    assert repr(f) == shown


@pytest.mark.parametrize("make, bad, words", [
    (bp.leaky_relu, True, "gamma of leaky_relu must be a finite number, got True"),
    (bp.elu, "1", "gamma of elu must be a finite number, got '1'"),
    (bp.elu, -0.5, "gamma of elu must be >= 0, got -0.5"),
    (bp.swish, np.inf, "beta of swish must be a finite number, got inf"),
    (bp.prelu, [0.3, np.nan], r"gamma of prelu must be finite numbers of shape \(n_l,\), got \[0.3, nan\]"),
    (bp.leaky_relu, Fraction(10 ** 400), "gamma of leaky_relu must be a finite number, got Fraction"),
    *[(bp.prelu, bad, r"gamma of prelu must be finite numbers of shape \(n_l,\), got ") for bad in (
        [[0.3]], "a", ["a"], [[1], [1, 2]], 1j, [1j], True, [True], [], np.ones((0, 2)), None, {})],
])
def test_bad_parameters_are_refused(make, bad, words):
    with pytest.raises(ValueError, match=words):
        make(bad)


def test_parameters_may_be_numbers_of_every_kind():
    for quarter in (Fraction(1, 4), sp.Rational(1, 4), np.float32(0.25)):
        for make in (bp.leaky_relu, bp.prelu, bp.elu, bp.swish):
            assert repr(make(quarter)) == repr(make(0.25))
    assert repr(bp.prelu((0, np.float32(0.5)))) == repr(bp.prelu(np.array([0, 0.5]))) == "prelu(gamma=(0.0, 0.5))"


def test_prelu_has_a_slope_for_each_unit_or_one_for_all():
    f, z = bp.prelu([0.5, 0.25]), np.array([[-2.0, -4.0], [2.0, 4.0]])      # (E, n_l)
    np.testing.assert_array_equal(f.value(z), [[-1, -1], [2, 4]])
    np.testing.assert_array_equal(f.derivative(z, f.value(z)), [[0.5, 0.25], [1, 1]])
    np.testing.assert_array_equal(bp.prelu([0.5]).value(z), [[-1, -2], [2, 4]])
    assert bp.prelu(0.5)(-2.0) == -1
    for units in (1, 3):
        with pytest.raises(ValueError, match=f"gamma of prelu has 2 slopes, the layer has {units} units"):
            f.value(np.ones(units))
    with pytest.raises(ValueError, match="gamma of prelu has 2 slopes, the layer has 1 units"):
        f(1.0)


def slope_of_cube(z, a):
    return 3 * z ** 2


CUBE = bp.Activation("cube", np.cbrt, slope_of_cube, "z**3")


@pytest.mark.parametrize("f", [*HIDDEN, CUBE], ids=lambda f: f.name)
def test_activations_are_pickled_copied_and_looked_up(f):
    again = pickle.loads(pickle.dumps(f))
    assert again == f and hash(again) == hash(f) and {f: 1}[again] == 1 and copy.deepcopy(f) == f
    assert (again.value, again.derivative) == (f.value, f.derivative)
    net = pickle.loads(pickle.dumps(bp.Network.random([2, 3, 1], f)))
    assert net.f == {1: f, 2: bp.identity} and (net.W[1] == bp.Network.random([2, 3]).W[1]).all()


@pytest.mark.parametrize("make", [bp.leaky_relu, bp.prelu, bp.elu, bp.swish])
def test_activations_are_equal_if_their_parameters_are(make):
    f, same, other = make(0.5), make(0.5), make(0.25)
    assert f == same and hash(f) == hash(same) and f != other and len({f, same, other, bp.tanh}) == 3
    assert f != dataclasses.replace(f, derivative=slope_of_cube)


@pytest.mark.parametrize("f", [bp.tanh, bp.elu(0.5)], ids=repr)
def test_what_was_changed_is_not_the_package_s(f):
    assert activations.is_own(f)
    parameters = {"gamma": 0.25}, {"gamma": -1}, {"beta": 0.5}
    for changes in ({"name": "cube"}, {"name": "softmax"}, {"value": np.cbrt}, {"derivative": slope_of_cube},
                    *[{"parameters": values} for values in parameters]):
        changed = dataclasses.replace(f, **changes)
        assert changed != f and not activations.is_own(changed)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(dataclasses.replace(bp.sigmoid, name="mine"))


def test_an_activation_that_nobody_needs_is_forgotten():
    made = weakref.ref(bp.elu(0.123))
    gc.collect()
    assert made() is None
