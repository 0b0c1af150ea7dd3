"""Small problems for the tests: sizes all different, E >= 2, b != 0, targets not uniform, ReLU away from its kink."""

import numpy as np

import bp

SIZES = [3, 5, 4, 2]
HIDDEN = [bp.identity, bp.sigmoid, bp.tanh, bp.relu, bp.leaky_relu(0.1), bp.elu(0.7), bp.softplus, bp.swish(1.5),
          bp.prelu([0.3]), bp.softmax]
OUTPUTS = [
    (bp.softmax, bp.categorical_cross_entropy), (bp.sigmoid, bp.binary_cross_entropy),
    (bp.sigmoid, bp.categorical_cross_entropy), (bp.softmax, bp.binary_cross_entropy),
    *[(f, bp.squared_error) for f in HIDDEN],
]


def network(hidden, output, seed=0, sizes=SIZES):
    """A network whose biases are not 0."""
    rng = np.random.default_rng(seed)
    net = bp.Network.random(sizes, hidden=hidden, output=output, rng=rng)
    return bp.Network(net.W, {l: rng.normal(size=b.shape) for l, b in net.b.items()}, net.f)


def batch(E=6, seed=1, sizes=SIZES):
    """X (E, n_0) and Y (E, n_L) with rows that are distributions."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(E, sizes[0])), rng.dirichlet(np.ones(sizes[-1]), size=E)


def arrays(gradient):
    """(name, array) for every part of a gradient or a pair of dicts."""
    W, b = gradient
    return [(f"W[{l}]", W[l]) for l in W] + [(f"b[{l}]", b[l]) for l in b]


def assert_close(got, want, tolerance):
    """Every array of got within tolerance of want, relative to the largest entry of want's array."""
    want = dict(arrays(want))
    for name, g in arrays(got):
        scale = max(abs(want[name]).max(), 1e-3)
        worst = np.unravel_index(abs(g - want[name]).argmax(), g.shape)
        assert abs(g - want[name]).max() <= tolerance * scale, (
            f"{name}{list(map(int, worst))}: got {g[worst]!r}, want {want[name][worst]!r}")
