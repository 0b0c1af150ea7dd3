"""One batch gradient as the mean of its parts (chapters 07 and 13)."""

import numpy as np

from .. import batched, costs
from ..draw import SYMBOL_COLOURS
from . import picture
from .bowls import columns, neuron
from .figure import Figure, slider
from .paths import X, Y


def gradient(at, X, Y):
    """(dJ/dw, dJ/db) of these examples at (w, b), shape (2,)."""
    g = batched.backward(neuron(*at), X, Y, cost=costs.squared_error)
    return np.array([g.W[1][0, 0], g.b[1][0]])                              # (2,)


def shards(X=X, Y=Y, *, parts=3, at=(0.5, -0.5)):
    """The gradients of the shards of a batch, their mean weighted by size, and their plain mean.

    X, Y: x and y of E examples, (E,); at: the w and b where the gradients are taken.
    """
    X, Y = columns(X, Y)
    controls = [slider("parts", "shards", 1, len(X), 1, parts)]
    whole, table = gradient(at, X, Y), []                                   # (2,)
    for k in range(1, len(X) + 1):
        rows = np.array_split(np.arange(len(X)), k)
        each = np.array([gradient(at, X[r], Y[r]) for r in rows])           # (k, 2)
        sizes = np.array([len(r) for r in rows])                            # (k,)
        table.append({"sizes": sizes.tolist(), "each": each.tolist(), "plain": each.mean(axis=0).tolist(),
                      "weighted": (sizes @ each / sizes.sum()).tolist()})
    now, reach = table[parts - 1], float(np.ceil(abs(np.array(table[-1]["each"])).max()))
    blue, pink = SYMBOL_COLOURS["W"], SYMBOL_COLOURS["delta"]
    still = picture.plot((-reach, reach), (-reach, reach), "dJ/dw", "dJ/db",
                         [([(0, 0), g], blue, "") for g in now["each"]] + [([(0, 0), whole], pink, "batch")],
                         [(g, blue, "") for g in now["each"]] + [(whole, pink, "")], height=460)
    alt = (f"Gradients of {parts} shards of {len(X)} examples as arrows; their mean weighted by size, "
           f"({now['weighted'][0]:.4g}, {now['weighted'][1]:.4g}), is the gradient of the whole batch.")
    return Figure("parts", "One batch gradient from shards", alt, controls,
                  {"table": table, "whole": whole.tolist(), "reach": reach}, {}, still,
                  lambda parts: shards(X, Y, parts=parts, at=at))
