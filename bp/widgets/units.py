"""Universal approximation: more hidden units, smaller error (chapter 12)."""

import numpy as np

from .. import activations, batched
from ..draw import SYMBOL_COLOURS
from ..network import Network
from . import picture
from .figure import Figure, choice, slider

MOST = 20
GRID = np.linspace(0, 1, 81)        # (81,)


def target(x):
    """The function to approximate on [0, 1], same shape as x."""
    return 0.6 * np.sin(5 * x) + 0.3 * np.cos(13 * x) + 0.2 * x


def relu_network(h):
    """1-h-1 with relu: joins the target's values at h + 1 equidistant points by straight lines."""
    knots = np.arange(h + 1) / h                                            # (h + 1,)
    slopes = np.diff(target(knots)) * h                                     # (h,)
    change = np.diff(slopes, prepend=0.0)                                   # (h,) what each unit adds at its knot
    return Network([np.ones((h, 1)), change[None, :]], [-knots[:-1], target(knots[:1])],
                   [activations.relu, activations.identity])


def sigmoid_network(h):
    """1-h-1 with sigmoid: a staircase of h steep steps between the target's values at h + 1 points."""
    steps, middles = np.arange(1, h + 1) / (h + 1), (np.arange(h + 1) + 0.5) / (h + 1)      # (h,), (h + 1,)
    steep = 6.0 * (h + 1)
    return Network([np.full((h, 1), steep), np.diff(target(middles))[None, :]],
                   [-steep * steps, target(middles[:1])], [activations.sigmoid, activations.identity])


NETWORKS = {"relu": relu_network, "sigmoid": sigmoid_network}


def approximation(kind="relu", *, hidden=5):
    """A 1-h-1 network, its weights written down rather than trained, comes close to a given curve as h grows."""
    if kind not in NETWORKS:
        raise ValueError(f"kind must be one of {', '.join(NETWORKS)}, got {kind!r}")
    controls = [choice("kind", "hidden activation", list(NETWORKS), kind),
                slider("h", "hidden units h", 1, MOST, 1, hidden)]
    curves = {name: [batched.forward(make(h), GRID[:, None]).a[2][:, 0].round(4) for h in range(1, MOST + 1)]
              for name, make in NETWORKS.items()}                           # (81,) each
    wanted = target(GRID)                                                   # (81,)
    errors = {name: [float(abs(a - wanted).max()) for a in rows] for name, rows in curves.items()}
    still = picture.plot((0, 1), (-0.8, 1.2), "x", "a", [
        (list(zip(GRID, wanted)), SYMBOL_COLOURS["J"], "target"),
        (list(zip(GRID, curves[kind][hidden - 1])), SYMBOL_COLOURS["a"], "network")])
    alt = (f"A curve and a 1-{hidden}-1 network with {kind} units that approximates it: the largest distance is "
           f"{errors[kind][hidden - 1]:.4g}; with {MOST} units it is {errors[kind][-1]:.4g}.")
    return Figure("units", "How many hidden units?", alt, controls,
                  {"x": GRID.tolist(), "target": wanted.round(4).tolist(), "errors": errors,
                   "curves": {name: [a.tolist() for a in rows] for name, rows in curves.items()}}, {}, still,
                  lambda kind, h: approximation(kind, hidden=h))
