"""bp: backpropagation in three forms, one symbol for one symbol as in the book.

Layers are numbered l = 0..L and everything is keyed by its layer: ``net.W[2]``, ``trace.a[0]``.

====================  ======================  =========================  ==============================
name                  one example             a batch, one row each      meaning
====================  ======================  =========================  ==============================
``a[0]`` = x, X       ``(n_0,)``              ``(E, n_0)``               input
``W[l]``              ``(n_l, n_{l-1})``      the same                   weights that enter layer l
``b[l]``              ``(n_l,)``              the same                   biases of layer l
``z[l]``              ``(n_l,)``              ``(E, n_l)``               weighted sums
``a[l]``              ``(n_l,)``              ``(E, n_l)``               outputs of layer l
``y``, ``Y``          ``(n_L,)``              ``(E, n_L)``               targets
delta, Delta          ``(n_l,)`` dC/dz        ``(E, n_l)`` dJ/dZ         error of layer l
====================  ======================  =========================  ==============================

``indexed``, ``vectorized`` and ``batched`` hold the same six functions: forward, output_delta (BP1),
hidden_delta (BP2), weight_gradient (BP3), bias_gradient (BP4), backward.
"""

from importlib import import_module

from . import batched, conventions, graph, indexed, vectorized
from .activations import Activation, elu, identity, leaky_relu, prelu, relu, sigmoid, softmax, softplus, swish, tanh
from .costs import Cost, binary_cross_entropy, categorical_cross_entropy, squared_error
from .descent import Diverged, Run, train
from .network import Gradient, Network, Trace
from .numeric import numeric_gradient
from .objective import objective
from .storage import load, save

_LAZY = ("symbolic", "formula", "widgets", "draw")  # they need SymPy, matplotlib or a notebook: loaded on first use

__all__ = [
    "Activation", "Cost", "Diverged", "Gradient", "Network", "Run", "Trace", "batched",
    "binary_cross_entropy", "categorical_cross_entropy", "conventions", "elu", "graph", "identity", "indexed",
    "leaky_relu", "load", "numeric_gradient", "objective", "prelu", "relu", "save", "sigmoid", "softmax", "softplus",
    "squared_error", "swish", "tanh", "train", "vectorized",
]


def __getattr__(name):
    if name in _LAZY:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*__all__, *_LAZY]
