"""f and f' of every element-wise activation, with parameters and a tangent to move (chapters 01 and 02)."""

import numpy as np
import sympy

from .. import activations as f
from ..draw import SYMBOL_COLOURS
from . import picture
from .code import function
from .figure import Figure, choice, slider

z, gamma, beta = sympy.symbols("z gamma beta", real=True)
VIEW = {"z": (-5.0, 5.0), "a": (-2.5, 2.5)}


def shown(gamma, beta):
    """The activations of the figure with these parameters, by name."""
    return {a.name: a for a in (f.identity, f.sigmoid, f.tanh, f.relu, f.leaky_relu(gamma), f.prelu([gamma]),
                                f.elu(gamma), f.softplus, f.swish(beta))}


def explorer_code(functions):
    """{name: (z, gamma, beta) => [f, f']}, from the expressions that are proved equal to the code."""
    code = {}
    for name, activation in functions.items():
        value = sympy.sympify(activation.expression, {"z": z, "gamma": gamma, "beta": beta})
        code[name] = function([z, gamma, beta], [value, sympy.diff(value, z)])
    return code


def activation_explorer(name="sigmoid", *, gamma=0.1, beta=1.0, at=1.0):
    """f and f' over z, with the tangent at a point that can be moved, for each activation but softmax."""
    functions = shown(gamma, beta)
    if name not in functions:
        raise ValueError(f"name must be one of {', '.join(functions)}, got {name!r}")
    uses = {n: next(iter(a.parameters), "") for n, a in functions.items()}
    controls = [choice("f", "activation f", list(functions), name),
                slider("z", "point z", *VIEW["z"], 0.05, at),
                slider("gamma", "γ of leaky_relu, prelu, elu", 0, 2, 0.05, gamma),
                slider("beta", "β of swish", 0, 5, 0.1, beta)]
    grid = np.linspace(*VIEW["z"], 101)                                     # (101,)
    a = functions[name](grid)                                               # (101,)
    slope = functions[name].derivative(grid, a)                             # (101,)
    here = functions[name](np.array([at]))                                  # (1,)
    slope_here = functions[name].derivative(np.array([at]), here)           # (1,)
    curves = [(list(zip(grid, a)), SYMBOL_COLOURS["a"], "f"),
              (list(zip(grid, slope)), SYMBOL_COLOURS["delta"], "f'")]
    still = picture.plot(VIEW["z"], VIEW["a"], "z", "a", curves, [((at, here[0]), SYMBOL_COLOURS["a"], "")])
    used = {"gamma": gamma, "beta": beta}.get(uses[name])
    with_ = f" with {uses[name]} = {used:g}" if uses[name] else ""
    alt = (f"The activation {name}{with_} and its derivative over z from {VIEW['z'][0]:g} to {VIEW['z'][1]:g}. "
           f"At z = {at:g}: f = {here[0]:.4g} and f' = {slope_here[0]:.4g}.")
    return Figure("explorer", "Activation functions and their derivatives", alt, controls,
                  {"view": VIEW, "uses": uses}, explorer_code(functions), still,
                  lambda f, z, **state: activation_explorer(f, at=z, **state))
