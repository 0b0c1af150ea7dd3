"""Networks of SymPy symbols, and the proofs: the package's own lines are run on symbols and compared with sympy.diff.

    net = network([2, 3, 2])                        unspecified f_1, f_2; weights print as W_{12}^{(1)}
    x, y = example(net);  X, Y = example(net, E=2)  symbols for data; also vector("x", n), matrix("x", E, n)
    lam, generic_cost, generic_layer(l)             symbolic lambda; an unspecified C(a, y); an unspecified layer
    differentiate(net, X, Y, cost, lam)             Gradient of bp.objective by sympy.diff (x, y: one example)
    equal(p, q) -> bool                             are two expressions the same function?
    prove(p, q, "statement") -> Proved              numbers, arrays, dicts by layer, Gradients; or AssertionError
    assert_equal(p, q)                              the same without exact certificates
    prove_backward(net, form, cost, E=2) -> Proved  form.backward == differentiate, every weight and bias
    long_way(cost)                                  the cost without its shortcuts for delta^(L)
    array(a)                                        any numbers and expressions as an array for bp's functions
"""

from .arrays import SymbolicArray, array
from .identity import Undecided, certificate, equal
from .networks import (Proved, assert_equal, differentiate, entries, example, generic_activation, generic_cost,
                       generic_layer, lam, long_way, matrix, network, prove, prove_backward, vector)

__all__ = [
    "Proved", "SymbolicArray", "Undecided", "array", "assert_equal", "certificate", "differentiate", "entries", "equal",
    "example", "generic_activation", "generic_cost", "generic_layer", "lam", "long_way", "matrix", "network",
    "prove", "prove_backward", "vector",
]
