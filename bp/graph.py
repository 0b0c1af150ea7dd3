"""A scalar computational graph: forward values, local derivatives, one sweep back (chapter 04).

    x, y = variable(-2.0, "x"), variable(5.0, "y")
    q = x * y + x
    gradients(q)[x]         # 6.0, since x is used twice and what flows back adds up

A node keeps its value, its parents and the derivative of its value by each parent. Gradients are returned, never
stored, so a second sweep gives the same answer. Values may be numbers or SymPy expressions.
"""

from numbers import Real

import numpy as np

from . import checks


class Node:
    """One value of the graph. ``parents`` is a tuple of (node, d value / d parent)."""

    __slots__ = ("value", "parents", "name")

    def __init__(self, value, parents=(), name=""):
        self.value, self.parents, self.name = value, tuple(parents), name

    def __add__(self, other):
        other = _node(other)
        return Node(self.value + other.value, [(self, 1), (other, 1)], "+")

    def __sub__(self, other):
        other = _node(other)
        return Node(self.value - other.value, [(self, 1), (other, -1)], "-")

    def __mul__(self, other):
        other = _node(other)
        return Node(self.value * other.value, [(self, other.value), (other, self.value)], "*")

    def __truediv__(self, other):
        return self * reciprocal(other)

    def __neg__(self):
        return Node(-self.value, [(self, -1)], "* -1")

    def __radd__(self, other):
        return _node(other) + self

    def __rsub__(self, other):
        return _node(other) - self

    def __rmul__(self, other):
        return _node(other) * self

    def __rtruediv__(self, other):
        return _node(other) / self

    def __repr__(self):
        return f"Node({self.name}: {self.value})" if self.name else f"Node({self.value})"


def variable(value, name=""):
    """A node without parents. Raises ValueError unless value is a finite number or a SymPy expression."""
    what = f"value of variable {name!r}"
    if hasattr(value, "free_symbols"):
        checks.array(what, value, ())
    else:
        checks.real(what, value)
    return Node(value, (), name)


def exp(x):
    """e^x, whose derivative is its own value."""
    x = _node(x)
    a = _apply(np.exp, x.value)
    return Node(a, [(x, a)], "exp")


def log(x):
    """Natural logarithm of x > 0."""
    x = _node(x)
    if isinstance(x.value, Real) and x.value <= 0:
        raise ValueError(f"log needs x > 0, got {x.value!r}")
    return Node(_apply(np.log, x.value), [(x, 1 / x.value)], "log")


def reciprocal(x):
    """1/x for x != 0, derivative -1/x^2."""
    x = _node(x)
    if x.value == 0:
        raise ValueError("1/x needs x != 0, got 0")
    a = 1 / x.value
    return Node(a, [(x, -a * a)], "1/x")    # x^2 would be 0 for x = 1e-200


def maximum(x, y):
    """max(x, y): what flows back takes the road of the larger value, the first one at a tie."""
    x, y = _node(x), _node(y)
    first = bool(x.value >= y.value)
    return Node(x.value if first else y.value, [(x, int(first)), (y, int(not first))], "max")


def sigmoid(x):
    """1 / (1 + e^-x) as one gate, derivative a (1 - a)."""
    x = _node(x)
    a = _apply(lambda z: np.exp(-np.logaddexp(0, -z)), x.value)
    return Node(a, [(x, a * (1 - a))], "sigmoid")


def order(output):
    """All nodes that output depends on, parents before children; no recursion, so depth is no limit."""
    seen, done, todo = set(), [], [(output, False)]
    while todo:
        node, parents_done = todo.pop()
        if parents_done:
            done.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo.extend((parent, False) for parent, _ in node.parents)
    return done


def gradients(output):
    """{node: d output / d node} for every node that output depends on, in one sweep from output back."""
    back = {output: 1}
    for node in reversed(order(output)):
        for parent, local in node.parents:
            back[parent] = back.get(parent, 0) + back[node] * local     # roads that meet again add up
    return back


def _node(x):
    return x if isinstance(x, Node) else variable(x, str(x))


def _apply(f, x):
    if not hasattr(x, "free_symbols"):
        return float(f(float(x)))
    from .symbolic import array  # a SymPy expression: the same function, on symbols
    return f(array(x))[()]
