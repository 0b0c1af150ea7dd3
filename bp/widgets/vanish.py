"""How delta shrinks or grows on its way back: depth and weight scale (chapter 16)."""

import numpy as np

from .. import activations, costs, vectorized
from ..draw import SYMBOL_COLOURS
from ..network import Network
from . import picture
from .figure import Figure, slider

FUNCTIONS = {"sigmoid": activations.sigmoid, "tanh": activations.tanh, "relu": activations.relu,
             "identity": activations.identity}
COLOURS = dict(zip(FUNCTIONS, (SYMBOL_COLOURS[s] for s in ("delta", "W", "a", "z"))))
DEPTHS, SCALES, WIDTH = range(2, 13), [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0], 10


def delta_norms(f, depth, scale, rng=0):
    """log10 ||delta^(l)|| for l = 1..depth of one example; weights of standard deviation scale / sqrt(n_{l-1})."""
    rng = np.random.default_rng(rng)
    net = Network.random([WIDTH] * (depth + 1), hidden=f, output=f, rng=rng)
    net = Network([scale * W for W in net.W.values()], list(net.b.values()), net.f)
    x, y = rng.normal(size=WIDTH), np.zeros(WIDTH)                                  # (n_0,), (n_L,)
    delta = vectorized.backward(net, x, y, cost=costs.squared_error).b              # BP4: dC/db = delta
    norms = [np.linalg.norm(delta[l]) for l in range(1, depth + 1)]
    return [round(float(np.log10(v)), 2) if v > 1e-30 else None for v in norms]     # None: nothing arrives


def vanishing(depth=8, scale=1.0):
    """||delta^(l)|| by layer for four activations, with sliders for the depth and the scale of the weights."""
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(map(str, SCALES))}, got {scale!r}")
    controls = [slider("depth", "layers L", DEPTHS[0], DEPTHS[-1], 1, depth),
                slider("scale", "weight scale", 0, len(SCALES) - 1, 1, SCALES.index(scale))]
    norms = {name: [[delta_norms(f, d, s) for s in SCALES] for d in DEPTHS] for name, f in FUNCTIONS.items()}
    now = {name: rows[depth - DEPTHS[0]][SCALES.index(scale)] for name, rows in norms.items()}
    curves = [([(l + 1, v) for l, v in enumerate(row) if v is not None], COLOURS[name], name)
              for name, row in now.items() if any(v is not None for v in row)]
    heights = [v for row in now.values() for v in row if v is not None]
    view = min(-10, np.floor(min(heights))), max(6, np.ceil(max(heights)))
    still = picture.plot((1, depth), view, "layer l", "log10 |delta|", curves)
    alt = (f"Size of delta by layer in networks of {depth} layers, weight scale {scale:g}. From the last layer "
           "to the first it changes by a factor of " +
           ", ".join(f"{10 ** (row[0] - row[-1]):.2g} for {name}" for name, row in now.items()
                     if row[0] is not None) + ".")
    return Figure("vanish", "Vanishing and exploding gradients", alt, controls,
                  {"norms": norms, "scales": SCALES, "first": DEPTHS[0], "colours": COLOURS}, {}, still,
                  lambda depth, scale: vanishing(depth, SCALES[scale]))
