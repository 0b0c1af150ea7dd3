"""alpha and lambda on a bowl: gradient descent for one linear neuron (chapter 08)."""

import numpy as np
import sympy

from .. import activations, batched, costs, objective
from ..draw import SYMBOL_COLOURS
from ..network import Network
from . import picture
from .code import function
from .figure import Figure, slider

X, Y = (-1.0, 0.0, 1.0, 2.0), (-1.4, 0.6, 0.2, 2.6)     # the examples of both bowls: x and y of one neuron
BLUE, PURPLE = SYMBOL_COLOURS["W"], SYMBOL_COLOURS["J"]
VIEW = (-3.0, 3.0)
w, b, alpha, lam = sympy.symbols("w b alpha lam", real=True)


def neuron(w, b):
    """a = w x + b; numbers or symbols."""
    return Network([np.array([[w]])], [np.array([b])], activations.identity)


def columns(X, Y):
    """x and y of E examples as (E, 1), checked to be as many."""
    X, Y = np.array(X, dtype=float).reshape(-1, 1), np.array(Y, dtype=float).reshape(-1, 1)     # (E, 1)
    if len(X) != len(Y) or len(set(X.flat)) < 2:
        raise ValueError(f"X and Y must be as many, with two different x or more, got {len(X)} and {len(Y)}")
    return X, Y


def of_neuron(X, Y, lam):
    """J and (dJ/dw, dJ/db) as polynomials in w and b: the package's own lines, run on symbols."""
    net = neuron(w, b)
    g = batched.backward(net, X, Y, cost=costs.squared_error, lam=lam)
    J = objective(net, X, Y, cost=costs.squared_error, lam=lam)
    return sympy.expand(J), [sympy.expand(g.W[1][0, 0]), sympy.expand(g.b[1][0])]


def bowl_code(X, Y):
    """J, one step of descent, the minimum and the largest alpha that converges, as JavaScript."""
    J, slope = of_neuron(X, Y, lam)
    minimum = sympy.solve(slope, [w, b], dict=True)[0]
    H = sympy.Matrix([[sympy.diff(s, p) for p in (w, b)] for s in slope])
    steepest = H.trace() / 2 + sympy.sqrt(sympy.expand(H.trace() ** 2 / 4 - H.det()))   # largest curvature
    return {"J": function([w, b, lam], J),
            "step": function([w, b, alpha, lam], [w - alpha * slope[0], b - alpha * slope[1]]),
            "minimum": function([lam], [minimum[w], minimum[b]]),
            "limit": function([lam], 2 / steepest)}


def rings(X, Y, lam, levels):
    """(minimum, one closed curve a level, the limit of alpha) for the still picture, from J's quadratic form."""
    J, slope = of_neuron(X, Y, sympy.Rational(str(lam)))
    at = sympy.solve(slope, [w, b], dict=True)[0]
    H = np.array(sympy.hessian(J, (w, b)).tolist(), dtype=float)            # (2, 2)
    turn = np.linspace(0, 2 * np.pi, 61)                                    # (61,)
    circle = np.linalg.solve(np.linalg.cholesky(H).T, np.array([np.cos(turn), np.sin(turn)]))   # (2, 61)
    centre = np.array([float(at[w]), float(at[b])])                         # (2,)
    curves = [(centre + np.sqrt(2 * level) * circle.T).tolist() for level in levels]
    return centre, curves, 2 / np.linalg.eigvalsh(H)[-1]


def descend(X, Y, at, alpha, lam, steps):
    """The path of batch gradient descent, (steps + 1, 2), by the package's backward pass."""
    path = [np.array(at, dtype=float)]                                      # (2,) each
    for _ in range(steps):
        g = batched.backward(neuron(*path[-1]), X, Y, cost=costs.squared_error, lam=lam)
        path.append(path[-1] - alpha * np.array([g.W[1][0, 0], g.b[1][0]]))     # (2,)
    return np.array(path)                                                   # (steps + 1, 2)


def bowl(X=X, Y=Y, *, alpha=0.3, lam=0.0, steps=20, start=(-2.5, 2.0)):
    """Level lines of J(w, b) for one neuron, the path of descent and the minimum; sliders for alpha and lambda.

    X, Y: x and y of E examples, (E,). Raises ValueError for values outside the sliders' ranges.
    """
    X, Y = columns(X, Y)
    controls = [slider("alpha", "learning rate α", 0.02, 1.5, 0.02, alpha),
                slider("lam", "weight decay λ", 0, 4, 0.1, lam),
                slider("steps", "steps", 0, 60, 1, steps)]
    spacing = 0.06
    centre, curves, limit = rings(X, Y, lam, [spacing * k * k for k in range(1, 12)])
    path = descend(X, Y, start, alpha, lam, steps)                          # (steps + 1, 2)
    still = picture.plot(VIEW, VIEW, "w", "b", [(c, "#bbb", "") for c in curves] + [(path, BLUE, "")],
                         [(p, BLUE, "") for p in path] + [(centre, PURPLE, "minimum")], height=460)
    alt = ("Level lines of J over w and b, a tilted bowl with its minimum at "
           f"w = {centre[0]:.4g}, b = {centre[1]:.4g}. "
           f"Gradient descent with alpha = {alpha:g} and lambda = {lam:g} goes from w = {start[0]:g}, "
           f"b = {start[1]:g} to w = {path[-1, 0]:.4g}, b = {path[-1, 1]:.4g} in {steps} steps.")
    if alpha >= limit:
        alt += f" It diverges: alpha is not below the limit {limit:.4g}."
    return Figure("bowls", "Learning rate and weight decay on a bowl", alt, controls,
                  {"view": VIEW, "start": list(start), "spacing": spacing}, bowl_code(X, Y), still,
                  lambda **state: bowl(X, Y, start=start, **state), {"alpha": (limit, "diverges")})
