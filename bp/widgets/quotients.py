"""The step of a difference quotient: too large and it bends away, too small and rounding drowns it (chapter 15)."""

import numpy as np
import sympy

from .. import activations, batched, costs, objective
from ..draw import SYMBOL_COLOURS
from ..network import Network
from . import picture
from .code import function
from .figure import Figure, slider

X, Y = np.array([[-1.0], [0.5], [2.0]]), np.array([[0.2], [0.9], [0.4]])   # (E, 1)
VIEW = {"h": (-15.0, 0.0), "error": (-16.0, 0.0)}      # powers of ten
w, h, above, here, below = sympy.symbols("w h above here below", real=True)


def neuron(w):
    """a = sigmoid(w x + 1/2); a number or a symbol."""
    return Network([np.array([[w]])], [np.array([sympy.Rational(1, 2) if isinstance(w, sympy.Basic) else 0.5])],
                   activations.sigmoid)


def quotient_code():
    """J and dJ/dw of the neuron, both quotients, and the laws that their errors follow, as JavaScript."""
    J = objective(neuron(w), X, Y, cost=costs.squared_error)
    slope = batched.backward(neuron(w), X, Y, cost=costs.squared_error).W[1][0, 0]
    laws = [abs(sympy.diff(slope, w)) / 2, abs(sympy.diff(slope, w, 2)) / 6, abs(J) * sympy.Rational(2) ** -53]
    return {"J": function([w], J), "slope": function([w], slope), "laws": function([w], laws),
            "forward": function([above, here, h], (above - here) / h),
            "central": function([above, below, h], (above - below) / (2 * h))}, sympy.lambdify(w, laws, "math")


def difference_step(w=0.8, *, h=-5.0):
    """Error of the one-sided and of the central quotient for dJ/dw of one sigmoid unit over h = 10 to the power h."""
    controls = [slider("h", "h = 10 to the power", *VIEW["h"], 0.25, h), slider("w", "weight w", -2, 2, 0.1, w)]
    code, laws = quotient_code()
    bend, curl, rounding = laws(float(w))
    grid = np.linspace(*VIEW["h"], 61)                                      # (61,)
    colours = {"forward": SYMBOL_COLOURS["W"], "central": SYMBOL_COLOURS["delta"]}
    curves = [(list(zip(grid, np.log10(c * 10 ** (p * grid) + rounding * 10 ** -grid))), colours[name], name)
              for name, c, p in (("forward", bend, 1), ("central", curl, 2))]
    best = [float(g) for g in (grid[np.argmin([y for _, y in points])] for points, _, _ in curves)]
    now = bend * 10 ** h + rounding / 10 ** h, curl * 100 ** h + rounding / 10 ** h
    marker = ([(h, VIEW["error"][0]), (h, VIEW["error"][1])], "#888", "")
    still = picture.plot(VIEW["h"], VIEW["error"], "log10 h", "log10 error", [*curves, marker],
                         [((h, np.log10(e)), colour, "") for e, colour in zip(now, colours.values())])
    alt = ("Expected error of two difference quotients over the step h, both V-shaped on logarithmic axes: the "
           f"one-sided quotient is best near h = 1e{best[0]:g}, the central one near h = 1e{best[1]:g}, with a smaller "
           f"error. With w = {w:g} and h = 1e{h:g} they are {now[0]:.4g} and {now[1]:.4g}.")
    return Figure("quotients", "The step of a difference quotient", alt, controls, {"view": VIEW}, code, still,
                  difference_step)
