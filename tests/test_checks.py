"""The checks themselves: what they hand on, and a quick look that accepts nothing that the slow one refuses."""
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import bp
from bp import checks, problem
from bp.symbolic.arrays import SymbolicArray
from problems import batch, network

X, Y = batch()
NET, CE = network(bp.tanh, bp.softmax), bp.categorical_cross_entropy
SINGLE = bp.Network({l: W.astype(np.float32) for l, W in NET.W.items()},
                    {l: b.astype(np.float32) for l, b in NET.b.items()}, NET.f)


class OtherNetwork(bp.Network):
    pass


class OtherArray(np.ndarray):
    pass


def exact(a):
    """The same numbers as an array of Fractions."""
    return np.array([[Fraction(v) for v in row] for row in a], dtype=object)


def quickly(net=NET, X=X, Y=Y, cost=CE, lam=0.5):
    return problem.plainly_right(net, X, Y, cost, lam)


@pytest.mark.parametrize("changes", [
    {}, {"lam": 0}, {"lam": 0.0}, {"lam": 3}, {"X": X[:1], "Y": Y[:1]},
    {"net": SINGLE, "X": X.astype(np.float32), "Y": Y.astype(np.float32)},
])
def test_a_plain_problem_is_seen_at_a_glance_and_comes_back_as_it_was(changes):
    assert quickly(**changes)
    given = {"net": NET, "X": X, "Y": Y, "cost": CE, "lam": 0.5} | changes
    net, x, y, lam = problem.checked(*given.values(), batch=True)
    assert net is given["net"] and x is given["X"] and y is given["Y"] and (type(lam), lam) == (float, given["lam"])


NOT_PLAIN = {
    "net of the reader's": {"net": OtherNetwork(NET.W, NET.b, NET.f)},
    "exact net": {"net": NET.symbolic(), "X": exact(X), "Y": exact(Y)},
    "net float32": {"net": SINGLE},
    "X a list": {"X": X.tolist()}, "X a subclass": {"X": X.view(OtherArray)}, "X float32": {"X": X.astype(np.float32)},
    "X one row": {"X": X[0]}, "X a stack": {"X": np.repeat(X[:, :, None], 2, axis=2)}, "X short": {"X": X[:-1]},
    "X empty": {"X": X[:0], "Y": Y[:0]}, "X narrow": {"X": X[:, :2]}, "X with NaN": {"X": X * [1, np.nan, 1]},
    "X complex": {"X": X + 0j}, "X masked": {"X": np.ma.array(X)}, "X whole numbers": {"X": X.astype(int)},
    "X of objects": {"X": X.astype(object)}, "X too large to square": {"X": 1e200 * X},
    "X infinite": {"X": X * [1, 1, np.inf]},
    "Y a list": {"Y": Y.tolist()}, "Y a subclass": {"Y": Y.view(OtherArray)}, "Y float32": {"Y": Y.astype(np.float32)},
    "Y a stack": {"Y": np.repeat(Y[:, :, None], 2, axis=2)}, "Y narrow": {"Y": Y[:, :1], "cost": bp.squared_error},
    "Y with NaN": {"Y": Y * [1, np.nan]}, "Y no distribution": {"Y": 2 * Y},
    "cost a function": {"cost": CE.value},
    "lam NumPy's": {"lam": np.float64(0.5)}, "lam a truth value": {"lam": True}, "lam negative": {"lam": -1e-9},
    "lam infinite": {"lam": np.inf}, "lam NaN": {"lam": float("nan")}, "lam a symbol": {"lam": sp.Symbol("lam")},
}


@pytest.mark.parametrize("case", NOT_PLAIN)
def test_all_else_needs_the_slow_look(case):
    assert not quickly(**NOT_PLAIN[case])


def test_numbers_too_large_to_square_are_right_all_the_same():
    huge = 1e200 * X
    assert problem.checked(NET, huge, Y, CE, 0.0, batch=True)[1] is huge


def test_rows_are_no_single_example():
    with pytest.raises(ValueError, match=r"x must have shape \(3,\), got \(6, 3\)"):
        problem.checked(NET, X, Y, CE, 0.5, batch=False)


@pytest.mark.parametrize("symbolic", ["net", "X", "Y", "lam"])
@pytest.mark.parametrize("form", [True, False], ids=["batch", "one example"])
def test_one_symbol_makes_everything_exact(symbolic, form):
    given = {"net": NET, "X": X if form else X[0], "Y": Y if form else Y[0], "cost": CE, "lam": 0.5}
    given[symbolic] = (NET.symbolic() if symbolic == "net" else sp.Symbol("lam") if symbolic == "lam"
                       else checks.symbols(given[symbolic]))
    net, x, y, lam = problem.checked(*given.values(), batch=form)
    assert net.dtype == object and type(x) is type(y) is SymbolicArray and isinstance(lam, sp.Expr)
    assert lam in (sp.Rational(1, 2), sp.Symbol("lam"))


def test_numbers_in_lists_become_floats_of_the_network():
    net, x, y, lam = problem.checked(SINGLE, X.tolist(), Y.tolist(), CE, 1, batch=True)
    assert net is SINGLE and x.dtype == y.dtype == np.float32 and (type(lam), lam) == (float, 1)


def test_a_forward_pass_of_symbols_makes_the_network_exact():
    net, x = problem.inputs(NET, "X", checks.symbols(X), True)
    assert net.dtype == object and type(x) is SymbolicArray
    assert type(problem.inputs(NET.symbolic(), "X", X, True)[1]) is SymbolicArray


def test_layers_come_in_their_order():
    assert list(checks.by_layer("f", {2: "b", 1: "a"}).items()) == [(1, "a"), (2, "b")]
    given = {1: "a"}
    assert checks.by_layer("f", given) is not given


@pytest.mark.parametrize("call, bad, words", [
    (lambda v: checks.layer_sizes([v, 1]), True, "sizes[0] must be a positive integer, got True"),
    (lambda v: checks.layer_sizes([1, v]), 0, "sizes[1] must be a positive integer, got 0"),
    (checks.generator, True, "rng must be a seed (an integer >= 0) or a numpy.random.Generator, got True"),
    (checks.generator, -1, "rng must be a seed (an integer >= 0) or a numpy.random.Generator, got -1"),
    (lambda v: checks.real("h", v, 0), True, "h must be a finite number, got True"),
    (lambda v: checks.real("h", v, 0), -1e-300, "h must be >= 0, got -1e-300"),
    (lambda v: checks.real("h", v, 0, open_end=True), 0.0, "h must be > 0, got 0.0"),
    (lambda v: checks.count("epochs", v), True, "epochs must be an integer >= 1, got True"),
    (lambda v: checks.count("epochs", v), 0, "epochs must be an integer >= 1, got 0"),
    (lambda v: checks.count("epochs", v, least=0), -1, "epochs must be an integer >= 0, got -1"),
])
def test_what_is_no_such_number_is_refused(call, bad, words):
    with pytest.raises(ValueError) as e:
        call(bad)
    assert str(e.value) == words


def test_what_is_just_large_enough_is_accepted_as_a_plain_number():
    sizes, n = checks.layer_sizes(np.array([1, 2])), checks.count("epochs", np.int64(1))
    assert sizes == [1, 2] and {type(v) for v in (*sizes, n)} == {int}
    assert checks.count("epochs", 0, least=0) == 0 and checks.real("h", 0, 0) == 0
    assert checks.generator(np.int64(0)).random() == checks.generator(0).random() == np.random.default_rng(0).random()
