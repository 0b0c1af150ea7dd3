"""The computational graph: values, gradients by hand, and the two classic defects it must not have."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from bp import graph
from bp.graph import gradients, variable


def test_the_sigmoid_of_a_weighted_sum_has_the_gradients_worked_by_hand():
    w0, x0, w1, x1, w2 = (variable(v) for v in (2.0, -1.0, -3.0, -2.0, -3.0))
    a = 1 / (1 + graph.exp(-(w0 * x0 + w1 * x1 + w2)))      # z = -2 + 6 - 3 = 1
    s = 1 / (1 + np.exp(-1.0))
    slope = s * (1 - s)
    g = gradients(a)
    want = [-slope, 2 * slope, -2 * slope, -3 * slope, slope]   # x0, w0, x1, w1, 1, each times a'
    assert a.value == pytest.approx(s, rel=1e-15)
    assert [g[v] for v in (w0, x0, w1, x1, w2)] == pytest.approx(want, rel=1e-14)
    assert graph.sigmoid(w0 * x0 + w1 * x1 + w2).value == pytest.approx(s, rel=1e-15)


def test_what_flows_back_to_a_fork_adds_up():
    x = variable(3.0)
    assert gradients(x * x + x)[x] == 7.0
    y = x + x
    assert gradients(y * y)[x] == 24.0


def test_a_second_sweep_gives_the_same_gradient():
    x, y = variable(2.0), variable(5.0)
    q = x * y
    out = q * q + q
    assert gradients(out)[x] == gradients(out)[x] == 105.0


def test_depth_is_no_limit():
    x = node = variable(1.0)
    for _ in range(50_000):
        node = node + 1
    assert gradients(node)[x] == 1


@pytest.mark.parametrize("f, x0", [
    (graph.exp, 0.7), (graph.log, 0.7), (graph.reciprocal, -1.3), (graph.sigmoid, 0.4), (lambda x: 2 / x - x, 1.7),
    (lambda x: graph.maximum(x, 0.5) * 3 + graph.maximum(1.5, x), 0.9), (lambda x: 1 - x / 4 + 3 * -x, 2.0),
], ids=range(7))
def test_each_gate_agrees_with_a_difference_quotient(f, x0):
    x, h = variable(x0), 1e-6
    quotient = (f(variable(x0 + h)).value - f(variable(x0 - h)).value) / (2 * h)
    assert gradients(f(x))[x] == pytest.approx(quotient, rel=1e-8)


def test_a_tie_of_max_takes_the_first_road():
    x, y = variable(1.0), variable(1.0)
    g = gradients(graph.maximum(x, y))
    assert (g[x], g[y]) == (1, 0)


def test_expressions_flow_through_the_same_graph():
    sympy = pytest.importorskip("sympy")
    w, x = sympy.symbols("w x")
    node_w, node_x = variable(w), variable(x)
    out = graph.log(1 + graph.exp(node_w * node_x)) / node_w
    g = gradients(out)
    for node, symbol in ((node_w, w), (node_x, x)):
        difference = g[node] - sympy.diff(out.value, symbol)
        assert sympy.simplify(difference) == 0


def test_a_number_may_stand_on_either_side():
    x = variable(4.0)
    for out, value, slope in [
        (x + 3, 7, 1), (3 + x, 7, 1), (x - 3, 1, 1), (3 - x, -1, -1), (x * 3, 12, 3), (3 * x, 12, 3),
        (x / 8, 0.5, 1 / 8), (8 / x, 2, -0.5), (-x, -4, -1), (graph.maximum(x, 5), 5, 0), (graph.maximum(3, x), 4, 1),
    ]:
        assert (out.value, gradients(out)[x]) == (value, slope)


def test_a_number_becomes_a_named_node_without_parents():
    out = variable(1.0, "x") + 3
    assert isinstance(out.parents, tuple)
    three, slope = out.parents[1]
    assert (three.name, three.value, three.parents, slope) == ("3", 3, (), 1)


@pytest.mark.parametrize("gate, value", [
    (graph.exp, np.exp(0.5)), (graph.log, np.log(0.5)), (graph.sigmoid, 1 / (1 + np.exp(-0.5))),
], ids=["exp", "log", "sigmoid"])
def test_gates_take_every_real_number_and_give_floats(gate, value):
    for half in (0.5, np.float32(0.5), Fraction(1, 2)):
        out = gate(variable(half)).value
        assert type(out) is float and out == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("bad", [True, "1", None, 1j, float("nan"), float("inf"), Fraction(10 ** 400)])
def test_what_is_no_finite_number_is_refused(bad):
    with pytest.raises(ValueError, match="value of variable 'x' must be a finite number, got "):
        variable(bad, "x")


@pytest.mark.parametrize("bad, words", [
    (sp.nan, "a real number, got nan"), (sp.oo, "a real number, got oo"), (sp.I, "a real number, got I"),
    (sp.Symbol("x") > 0, "a real number, got x > 0"),
])
def test_what_is_no_scalar_expression_is_refused(bad, words):
    with pytest.raises(ValueError, match=f"value of variable 'x' must be {words}"):
        variable(bad, "x")


@pytest.mark.parametrize("matrix", [sp.Matrix([[1]]), sp.ImmutableMatrix([[1]]), sp.MatrixSymbol("A", 1, 1)])
def test_a_matrix_is_no_value(matrix):
    with pytest.raises(ValueError, match=r"value of variable 'x' must have shape \(\), got \(1, 1\)"):
        variable(matrix, "x")


def test_the_slope_of_a_very_large_quotient_is_no_division_by_0():
    x = variable(1e-200)
    assert gradients(1 / x)[x] == -np.inf and gradients(1e-200 / (1 / variable(2.0)))       # x^2 is 0
    x = variable(1e-150)
    assert gradients(graph.reciprocal(x))[x] == pytest.approx(-1e300, rel=1e-15)


@pytest.mark.parametrize("gate", [graph.exp, graph.log, graph.sigmoid, graph.reciprocal])
def test_gates_take_plain_numbers(gate):
    out, (parent, slope) = gate(0.25), gate(0.25).parents[0]
    same = gate(variable(0.25))
    assert (out.value, slope, parent.name) == (same.value, same.parents[0][1], "0.25")
    with pytest.raises(ValueError, match="value of variable '1' must be a finite number, got '1'"):
        gate("1")
