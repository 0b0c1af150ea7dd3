"""The checks themselves: what they hand on, and a quick look that accepts nothing that the slow one refuses."""
import re
import subprocess
import sys
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


def of_class(cls, a):
    """The same numbers as an array of that class; np.matrix itself warns of its age."""
    return np.ma.array(a) if cls is np.ma.MaskedArray else a.view(cls)


@pytest.mark.parametrize("cls", [np.matrix, np.ma.MaskedArray, OtherArray])
def test_the_arithmetic_is_that_of_plain_arrays(cls):
    net = bp.Network({l: of_class(cls, W) for l, W in NET.W.items()}, {l: of_class(OtherArray, b) for l, b in
                                                                       NET.b.items()}, NET.f)
    assert {type(part) for part in (*net.W.values(), *net.b.values())} == {np.ndarray}
    got = bp.batched.backward(net, of_class(cls, X), of_class(cls, Y), cost=CE)
    for l, W in bp.batched.backward(NET, X, Y, cost=CE).W.items():
        np.testing.assert_array_equal(got.W[l], W)
    np.testing.assert_array_equal(bp.swish()(of_class(cls, X)), bp.swish().value(X))


@pytest.mark.parametrize("dtype", [float, int, object])
def test_a_masked_entry_is_no_number(dtype):
    hidden = np.ma.array(np.ones((1, 3), dtype), mask=[[0, 1, 0]])
    for call in (lambda: bp.batched.forward(NET, hidden), lambda: bp.tanh(hidden)):
        with pytest.raises(ValueError, match="must not have masked entries, got masked_array"):
            call()


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, np.dtype(float).newbyteorder(), np.int8, np.uint64, bool,
                                   object])
def test_other_types_of_number_become_float64(dtype):
    net = bp.Network([np.array([[1, 0]], dtype)], [np.array([1], dtype)], bp.identity)
    assert {net.W[1].dtype, net.b[1].dtype, bp.batched.forward(net, np.ones((1, 2), dtype)).a[1].dtype} == {
        np.dtype(float)}
    assert bp.sigmoid(np.array([1], dtype)).dtype == np.dtype(float)
    assert checks.numbers("z", np.array([1], dtype)).dtype.isnative


def test_a_table_of_mixed_numbers_holds_floats():
    a = checks.numbers("X", np.array([[1, 0.5], [np.float32(2), np.int64(3)], [True, 2 ** 70]], dtype=object))
    assert a.dtype == float and a.tolist() == [[1, 0.5], [2, 3], [1, 2.0 ** 70]]
    assert type(checks.numbers("X", exact(X))) is SymbolicArray


@pytest.mark.parametrize("value", [10 ** 400, [[1, None]], [[1.0, 1j]], ["1"], [[1], [1, 2]], {}, [1, {}], None],
                         ids=range(8))
def test_what_is_no_real_number_is_named(value):
    with pytest.raises(ValueError) as e:
        checks.numbers("X", value)
    assert str(e.value).startswith("X must be an array of real numbers, got ")


def test_what_float32_cannot_hold_is_refused():
    for x, y, words in ((X * 1e300, Y, "X must hold numbers that are finite in float32, got 3.4"),
                        (X, Y * 1e300, "Y must hold numbers that are finite in float32, got ")):
        with pytest.raises(ValueError, match=words):
            bp.objective(SINGLE, x, y, cost=bp.squared_error)
    with pytest.raises(ValueError, match="X must hold finite numbers, got inf at index"):
        bp.batched.forward(SINGLE, np.float32(X * [1, 1, np.inf]))
    with pytest.raises(ValueError, match="X must hold finite numbers, got inf at index"):
        bp.batched.forward(NET, np.full((1, 3), np.longdouble("1e400")))
    with pytest.raises(ValueError, match=r"X must hold finite numbers, got nan at index \(2, 1\)"):
        bp.batched.forward(NET, X * [[1, 1, 1], [1, 1, 1], [1, np.nan, 1], [np.nan, 1, 1], [1, 1, 1], [1, 1, 1]])


def test_without_sympy_bad_input_is_named_all_the_same():
    code = """import sys; sys.modules["sympy"] = None
import bp, numpy as np
net = bp.Network.random([2, 1])
bp.batched.forward(net, np.array([[1, 0.5]], dtype=object))
try:
    bp.batched.forward(net, [[1, None]])
except ValueError as error:
    print(error)"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "X must be an array of real numbers, got [[1, None]]"


class Length(float):
    """A number of the reader's."""


@pytest.mark.parametrize("value", [Fraction(1, 2), sp.Rational(1, 2), sp.Float("0.5"), np.float32(0.5), Length(0.5)],
                         ids=lambda value: type(value).__name__)
def test_real_numbers_of_every_kind_become_floats(value):
    assert checks.real("h", value, 0.5) == 0.5 and type(checks.real("h", value)) is float
    with pytest.raises(ValueError, match="h must be > 0.5, got "):
        checks.real("h", value, 0.5, open_end=True)
    assert type(checks.real("h", sp.pi)) is type(checks.real("h", 1)) is float


NO_NUMBER = [10 ** 400, Fraction(10 ** 400), sp.Symbol("h"), sp.Matrix([1]), sp.nan, sp.oo, sp.I, np.complex128(1),
             np.array(1.0), np.inf, -np.inf, "1", b"1", None, True, np.True_, sp.true]


@pytest.mark.parametrize("value", NO_NUMBER, ids=range(len(NO_NUMBER)))
def test_what_is_no_finite_number_is_named(value):
    for call in (lambda: checks.real("h", value, 0), lambda: checks.real("h", value)):
        with pytest.raises(ValueError) as e:
            call()
        assert str(e.value) == f"h must be a finite number, got {value!r}"


@pytest.mark.parametrize("value, words", [
    (sp.Integer(-1), "lam must be >= 0, got -1"), (sp.Symbol("l", negative=True), "lam must be >= 0, got l"),
    (-1e-9, "lam must be >= 0, got -1e-09"), (10 ** 400, "lam must be a finite number, got 1000"),
    (sp.Matrix([[1]]), r"lam must have shape \(\), got \(1, 1\)"), (sp.nan, "lam must be a real number, got nan"),
    (sp.Symbol("x") > 0, "lam must be a real number, got x > 0"), (True, "lam must be a finite number, got True"),
], ids=range(8))
def test_lambda_is_a_number_or_an_expression_that_may_be_one(value, words):
    with pytest.raises(ValueError, match=words):
        bp.objective(NET, X, Y, cost=CE, lam=value)
    with pytest.raises(ValueError, match=words):
        bp.conventions.lam("S0", value, 3)


def test_lambda_stays_exact_where_it_was():
    for value in (sp.Rational(1, 3), sp.Integer(0), sp.Symbol("l"), 1 - sp.Symbol("l", positive=True)):
        assert checks.factor("lam", value) == value
    assert checks.factor("lam", sp.Float("0.1")) == sp.Rational(1, 10)
    assert type(checks.factor("lam", Fraction(1, 2))) is type(checks.factor("lam", 0)) is float


def test_lambda_must_be_finite_in_float32_too():
    assert problem.checked(SINGLE, np.float32(X), np.float32(Y), CE, 3.1e38, batch=True)[3] == 3.1e38
    assert problem.checked(NET, X, Y, CE, 1e300, batch=True)[3] == 1e300
    for lam in (3.5e38, 1e300):
        with pytest.raises(ValueError, match="lam must hold numbers that are finite in float32, got "):
            bp.objective(SINGLE, np.float32(X), np.float32(Y), cost=CE, lam=lam)


RESHAPED = {
    "a column": ("b", 2, lambda b: b[:, None], (4,), "array"), "a number": ("b", 1, lambda b: 1.0, (5,), "1.0"),
    "one bias for all": ("b", 3, lambda b: b[:1], (2,), "array"), "a row": ("W", 3, lambda W: W[:1], (2, 4), "array"),
    "one column": ("W", 1, lambda W: W[:, :1], (5, 3), "array"), "a list": ("W", 2, np.ndarray.tolist, (4, 5), "[["),
    "the first a list": ("W", 1, np.ndarray.tolist, (5, 3), "[["), "float32": ("W", 2, np.float32, (4, 5), "array"),
    "whole numbers": ("b", 3, lambda b: b.astype(int), (2,), "array"),
}


@pytest.mark.parametrize("case", RESHAPED)
def test_other_shapes_in_the_dicts_of_a_network_are_named(case):
    part, l, change, shape, got = RESHAPED[case]
    words = re.escape(f"net.{part}[{l}] must be an array of shape {shape} and of one type with W[1], got {got}")
    net = NET.copy()
    getattr(net, part)[l] = change(getattr(net, part)[l])
    assert not quickly(net=net) and problem.misshapen(NET) is None
    for call in (lambda: bp.batched.forward(net, X), lambda: bp.batched.backward(net, X, Y, cost=CE),
                 lambda: bp.objective(net, X, Y, cost=CE), lambda: bp.indexed.backward(net, X[0], Y[0], cost=CE)):
        with pytest.raises(ValueError, match=words):
            call()
