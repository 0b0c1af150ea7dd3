"""Networks of SymPy symbols, and the proofs: the package's own lines, run on symbols, against sympy.diff.

    net = network([2, 3, 2])                        unspecified f_1, f_2; weights print as W_{12}^{(1)}
    x, y = example(net);  X, Y = example(net, E=2)  symbols for data; vector("x", n), matrix("x", E, n), targets(n)
    lam, generic_cost, generic_layer(l)             symbolic lambda; an unspecified C(a, y); an unspecified layer
    differentiate(net, X, Y, cost, lam)             Gradient of bp.objective by sympy.diff (x, y: one example)
    equal(p, q) -> bool                             are two expressions the same function?
    prove(p, q, "statement") -> Proved              numbers, arrays, dicts by layer, Gradients; or AssertionError
    assert_equal(p, q)                              the same without exact certificates
    prove_backward(net, form, cost, E=2) -> Proved  form.backward == differentiate, every weight and bias
    prove_activation(f), prove_cost(cost)           the code is what is printed, and its derivative is the derivative
    prove_shortcut(cost, f)                         a shortcut for delta^(L) is the long way
    long_way(cost)                                  the cost without its shortcuts
    compile(net, cost)                              plain Python printed from the proved expressions
    array(a)                                        any numbers and expressions as an array for bp's functions

``general`` proves BP1 to BP4 for layers of any width. ``CATALOGUE`` holds wrong variants of the package, each a
``mutants.Mutant``, which the proofs must reject: mutant.reject() is the message, mutant.training() what J shows.
"""

from . import general, mutants
from .arrays import SymbolicArray, array
from .catalogue import CATALOGUE
from .code import Compiled, compile
from .identity import Undecided, certificate, equal
from .lemmas import documented, prove_activation, prove_cost, prove_shortcut
from .networks import (
    differentiate,
    example,
    generic_activation,
    generic_cost,
    generic_layer,
    lam,
    long_way,
    matrix,
    network,
    prove_backward,
    targets,
    vector,
)
from .prove import Proved, assert_equal, entries, prove

__all__ = [
    "CATALOGUE", "Compiled", "Proved", "SymbolicArray", "Undecided", "array", "assert_equal", "certificate",
    "compile", "differentiate", "documented", "entries", "equal", "example", "general", "generic_activation",
    "generic_cost", "generic_layer", "lam", "long_way", "matrix", "mutants", "network", "prove",
    "prove_activation", "prove_backward", "prove_cost", "prove_shortcut", "targets", "vector",
]
