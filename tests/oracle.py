"""An independent forward pass and its complex-step gradient: shares no line with bp.

The complex step f(p + ih)/h has no subtraction, so its derivative is good to rounding. Every function here is
analytic, or branches on the real part alone.
"""

import numpy as np

H = 1e-30


def _step(z):
    return np.asarray(z).real > 0


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "relu": lambda z: np.where(_step(z), z, 0),
    "leaky_relu": lambda z, gamma: np.where(_step(z), z, gamma * z),
    "prelu": lambda z, gamma: np.where(_step(z), z, np.array(gamma) * z),
    "elu": lambda z, gamma: np.where(_step(z), z, gamma * (np.exp(z) - 1)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "swish": lambda z, beta: z / (1 + np.exp(-beta * z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(-1, keepdims=True),
}

COSTS = {
    "squared_error": lambda a, y: ((a - y) ** 2).sum(-1) / 2,
    "binary_cross_entropy": lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(-1),
    "categorical_cross_entropy": lambda a, y: -(y * np.log(a)).sum(-1),
}


def objective(W, b, f, X, Y, cost, lam):
    """J of lists of arrays, f a list of activations by layer."""
    a = X
    for W_l, b_l, f_l in zip(W, b, f):
        a = ACTIVATIONS[f_l.name](np.einsum("ij,ej->ei", W_l, a) + b_l, **f_l.parameters)
    return COSTS[cost.name](a, Y).mean() + lam / 2 * sum((W_l ** 2).sum() for W_l in W)


def gradient(net, X, Y, cost, lam):
    """dJ/dW and dJ/db as two dicts of arrays by layer."""
    W = [net.W[l].astype(complex) for l in range(1, net.L + 1)]
    b = [net.b[l].astype(complex) for l in range(1, net.L + 1)]
    f = [net.f[l] for l in range(1, net.L + 1)]

    def slopes(parameters):
        out = np.zeros(parameters.shape)
        for i in np.ndindex(parameters.shape):
            kept = parameters[i]
            parameters[i] = kept + 1j * H
            out[i] = objective(W, b, f, X, Y, cost, lam).imag / H
            parameters[i] = kept
        return out

    return ({l + 1: slopes(p) for l, p in enumerate(W)}, {l + 1: slopes(p) for l, p in enumerate(b)})
