"""Batch, mini-batch, stochastic: three paths on one bowl (chapter 08)."""

import numpy as np
import sympy

from .. import Diverged, costs, train
from ..draw import SYMBOL_COLOURS
from . import picture
from .bowls import VIEW, alpha, b, bowl_code, columns, lam, neuron, of_neuron, rings, w
from .code import function
from .figure import Figure, slider

X = (-1.5, -1.2, -0.7, -0.5, -0.1, 0.2, 0.4, 0.9, 1.1, 1.4, 1.8, 2.2)
Y = (-2.9, -0.3, -1.9, 0.8, -0.9, 1.4, -0.6, 2.0, 0.3, 2.8, 0.9, 3.2)
COLOURS = {"batch": SYMBOL_COLOURS["W"], "mini-batch": SYMBOL_COLOURS["a"],
           "stochastic": SYMBOL_COLOURS["delta"]}
MOST_EPOCHS = 30


def three_paths(X=X, Y=Y, *, alpha=0.1, lam=0.0, batch_size=4, epochs=5, start=(-2.0, 2.5), rng=0):
    """Three descents from one start, in ``bp.train``'s order: all E examples a step, batch_size, one.

    X, Y: x and y of E examples, (E,). Raises ValueError for values outside the sliders' ranges.
    """
    X, Y = columns(X, Y)
    E, random = len(X), np.random.default_rng(rng)
    orders = [random.permutation(E).tolist() for _ in range(MOST_EPOCHS)]   # (MOST_EPOCHS, E)
    controls = [slider("alpha", "learning rate α", 0.02, 1.5, 0.02, alpha),
                slider("lam", "weight decay λ", 0, 4, 0.1, lam),
                slider("size", "mini-batch size", 2, E - 1, 1, batch_size),
                slider("epochs", "epochs", 0, MOST_EPOCHS, 1, epochs)]
    spacing = 0.12
    centre, curves, limit = rings(X, Y, lam, [spacing * k * k for k in range(1, 12)])
    paths, lost = {}, set()
    for name, size in zip(COLOURS, (None, batch_size, 1)):
        paths[name] = [np.array(start)]                                     # (2,) after each epoch
        try:
            train(neuron(*start), X, Y, cost=costs.squared_error, alpha=alpha, lam=lam, epochs=epochs,
                  batch_size=size, rng=rng, progress=False, callback=lambda epoch, net, J, path=paths[name]:
                  path.append(np.array([net.W[1][0, 0], net.b[1][0]])))
        except Diverged:
            lost.add(name)      # the path until then is drawn
    still = picture.plot(VIEW, VIEW, "w", "b", [(c, "#bbb", "") for c in curves] +
                         [(p, COLOURS[name], name) for name, p in paths.items()],
                         [(centre, SYMBOL_COLOURS["J"], "minimum")], height=460)
    alt = (f"Three descents on one bowl from w = {start[0]:g}, b = {start[1]:g}, alpha = {alpha:g}, "
           f"{epochs} epochs: " +
           "; ".join(f"{name} diverges: J is no longer finite" if name in lost else
                     f"{name} ends at w = {p[-1][0]:.4g}, b = {p[-1][1]:.4g}" for name, p in paths.items()) +
           f". The minimum is at w = {centre[0]:.4g}, b = {centre[1]:.4g}.")
    if alpha >= limit:
        alt += f" Batch descent diverges: alpha is not below the limit {limit:.4g}."
    return Figure("paths", "Batch, mini-batch, stochastic", alt, controls,
                  {"view": VIEW, "start": list(start), "spacing": spacing, "orders": orders,
                   "colours": COLOURS, "examples": np.hstack([X, Y]).tolist()}, three_paths_code(X, Y), still,
                  lambda size, **state: three_paths(X, Y, batch_size=size, start=start, rng=rng, **state),
                  {"alpha": (limit, "batch diverges")})


def three_paths_code(X, Y):
    """bowl_code, and the step that one example alone asks for; a batch's step is the mean of these."""
    x, y = sympy.symbols("x y", real=True)
    _, slope = of_neuron(np.array([[x]]), np.array([[y]]), lam)
    step = function([w, b, x, y, alpha, lam], [w - alpha * slope[0], b - alpha * slope[1]])
    return {**bowl_code(X, Y), "example_step": step}
