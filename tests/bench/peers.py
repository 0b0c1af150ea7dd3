"""One gradient of J by each peer, as a reader would write it; before it is timed, each is compared with bp's."""
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import bp  # noqa: E402
from bp import fast  # noqa: E402

LAM = 0.01


class Problem(NamedTuple):
    """A network with its batch; one output means sigmoid, several softmax, each with its cross-entropy."""

    net: bp.Network
    X: np.ndarray       # (E, n_0)
    Y: np.ndarray       # (E, n_L)
    cost: bp.Cost

    @property
    def parameters(self):
        """[W1, b1, W2, b2, ...]"""
        return [p for l in self.net.W for p in (self.net.W[l], self.net.b[l])]


def problem(sizes, E, dtype):
    """Random numbers of that shape and type; tanh in the hidden layers."""
    rng = np.random.default_rng(1)
    one = sizes[-1] == 1
    net = bp.Network.random(sizes, hidden=bp.tanh, output=bp.sigmoid if one else bp.softmax, rng=rng)
    net = bp.Network({l: W.astype(dtype) for l, W in net.W.items()},
                     {l: rng.normal(size=b.shape).astype(dtype) / 10 for l, b in net.b.items()}, net.f)
    X = rng.normal(size=(E, sizes[0])).astype(dtype)                                # (E, n_0)
    labels = rng.integers(2 if one else sizes[-1], size=E)
    Y = (labels[:, None] if one else np.eye(sizes[-1])[labels]).astype(dtype)       # (E, n_L)
    return Problem(net, X, Y, bp.binary_cross_entropy if one else bp.categorical_cross_entropy)


def flat(gradient):
    return [p for l in sorted(gradient.W) for p in (gradient.W[l], gradient.b[l])]


# ---- bp

def bp_backward(p):
    """The public call: argument checks, new arrays."""
    return lambda: bp.batched.backward(p.net, p.X, p.Y, cost=p.cost, lam=LAM)


def bp_workspace(p):
    """The same with the arrays of the step before, as in bp.train."""
    space = fast.Workspace(p.net, len(p.X))

    def gradient():
        bp.problem.checked(p.net, p.X, p.Y, p.cost, LAM, batch=True)
        return fast.sweep(p.net, p.X, p.Y, p.cost, LAM, space)

    return gradient


def bp_plain(p):
    """The lines that the book prints, without checks."""
    return lambda: bp.batched.sweep(p.net, p.X, p.Y, p.cost, LAM)


def bp_compiled(p):
    """Python printed from the proved expressions, called with a network."""
    if len(p.X) > 1 or p.net.sizes != [2, 3, 1]:
        return None
    code, x, y = bp.symbolic.compile(p.net, p.cost), p.X[0], p.Y[0]
    return lambda: code(p.net, x, y, LAM)[1]


def bp_compiled_floats(p):
    """The same function on plain floats, as a program would call it that keeps its parameters so."""
    if len(p.X) > 1 or p.net.sizes != [2, 3, 1] or p.X.dtype == np.float32:
        return None
    function = bp.symbolic.compile(p.net, p.cost).function
    numbers = [float(v) for part in (*p.parameters, p.X, p.Y) for v in part.flat] + [LAM]

    def shaped():
        slopes, parts = list(function(*numbers)[1:]), []
        for part in p.parameters:
            parts.append(np.reshape(slopes[:part.size], part.shape))
            del slopes[:part.size]
        return parts

    return partial(function, *numbers), shaped


# ---- the peers

def torch_loss(p, model):
    import torch
    loss = torch.nn.BCEWithLogitsLoss() if p.Y.shape[1] == 1 else torch.nn.CrossEntropyLoss()
    weights = [w for w in model.parameters() if w.ndim == 2]
    X, Y = torch.tensor(p.X), torch.tensor(p.Y)
    return lambda: loss(model(X), Y) + LAM / 2 * sum((w**2).sum() for w in weights)


def torch_model(p):
    import torch
    layers, dtype = [], torch.tensor(p.X).dtype
    for l in p.net.W:
        linear = torch.nn.Linear(*p.net.sizes[l - 1:l + 1], dtype=dtype)
        linear.load_state_dict({"weight": torch.tensor(p.net.W[l]), "bias": torch.tensor(p.net.b[l])})
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def torch_eager(p, wrap=lambda function: function):
    """A Sequential, the loss with its penalty, backward()."""
    model = torch_model(p)
    J, parameters = wrap(torch_loss(p, model)), list(model.parameters())

    def gradient():
        model.zero_grad()
        J().backward()
        return [w.grad for w in parameters]

    return gradient


def torch_lean(p):
    """The least that PyTorch needs: functions for modules, the penalty's gradient added by hand."""
    import torch
    from torch.nn import functional
    parameters = [torch.tensor(part, requires_grad=True) for part in p.parameters]
    X, Y, L = torch.tensor(p.X), torch.tensor(p.Y), p.net.L
    loss = functional.binary_cross_entropy_with_logits if Y.shape[1] == 1 else functional.cross_entropy

    def gradient():
        A = X
        for l in range(L):
            Z = functional.linear(A, *parameters[2 * l:2 * l + 2])
            A = torch.tanh(Z) if l < L - 1 else Z
        slopes = torch.autograd.grad(loss(Z, Y), parameters)
        with torch.no_grad():
            for W, slope in zip(parameters[::2], slopes[::2]):
                slope.add_(W, alpha=LAM)
        return slopes

    return gradient


def torch_compile(p):
    """The loss through torch.compile."""
    import torch
    torch._dynamo.reset()
    return torch_eager(p, partial(torch.compile, dynamic=False))


def of_arrays(np, p):
    """J as a function of [W1, b1, ...], X and Y, in the words of autograd.numpy or jax.numpy."""
    def J(parameters, X, Y):
        A, penalty = X, 0.0
        for l, (W, b) in enumerate(zip(parameters[::2], parameters[1::2]), start=1):
            Z = A @ W.T + b
            A = np.tanh(Z) if l < p.net.L else Z
            penalty = penalty + (W * W).sum()
        if Y.shape[1] == 1:
            C = np.logaddexp(0, Z) - Y * Z
        else:
            top = Z.max(axis=1, keepdims=True)
            C = Y * (np.log(np.exp(Z - top).sum(axis=1, keepdims=True)) + top - Z)
        return C.sum() / X.shape[0] + LAM / 2 * penalty

    return J


def jax_jit(p):
    """jit(grad(J))."""
    import jax
    gradient = jax.jit(jax.grad(of_arrays(jax.numpy, p)))
    parameters, X, Y = jax.device_put((p.parameters, p.X, p.Y))
    return lambda: jax.block_until_ready(gradient(parameters, X, Y))


def hips_autograd(p):
    """grad(J)."""
    import autograd.numpy
    from autograd import grad
    gradient = grad(of_arrays(autograd.numpy, p))
    return lambda: gradient(p.parameters, p.X, p.Y)


def sklearn_mlp(p):
    """MLPClassifier's own loss and gradient, without the rest of its fit; it divides its alpha by E."""
    from sklearn.neural_network import MLPClassifier
    E, classes = len(p.X), np.arange(max(2, p.Y.shape[1]))
    mlp = MLPClassifier(p.net.sizes[1:-1], activation="tanh", alpha=LAM * E, solver="sgd", batch_size=E)
    mlp.partial_fit(p.X, p.Y.argmax(axis=1) if p.Y.shape[1] > 1 else p.Y[:, 0].astype(int),
                    classes=classes)
    mlp.coefs_, mlp.intercepts_ = [W.T.copy() for W in p.net.W.values()], [b.copy() for b in p.net.b.values()]
    A = [p.X] + [np.empty((E, n), p.X.dtype) for n in p.net.sizes[1:]]              # (E, n_l)
    Delta = [np.empty_like(a) for a in A[1:]]                                       # (E, n_l)
    dW, db = [np.empty_like(W) for W in mlp.coefs_], [np.empty_like(b) for b in mlp.intercepts_]

    def gradient():
        _, W, b = mlp._backprop(p.X, p.Y, None, A, Delta, dW, db)
        return W, b

    return gradient, lambda: [part for W, b in zip(*gradient()) for part in (W.T, b)]


def micrograd(p):
    """A graph of single numbers. Its one activation is ReLU, so this peer has ReLU and half the squared error."""
    if p.net.sizes != [2, 3, 1] or p.X.dtype == np.float32:
        return None
    from micrograd.engine import Value
    parameters = [[Value(float(v)) for v in part.flat] for part in p.parameters]
    W1, b1, W2, b2 = parameters
    X, Y = p.X.tolist(), p.Y.tolist()

    def gradient():
        for part in parameters:
            for v in part:
                v.grad = 0
        J = 0
        for (x1, x2), (y,) in zip(X, Y):
            a = [(W1[2 * i] * x1 + W1[2 * i + 1] * x2 + b1[i]).relu() for i in range(3)]
            J = J + (W2[0] * a[0] + W2[1] * a[1] + W2[2] * a[2] + b2[0] - y) ** 2
        J = J * (0.5 / len(X)) + sum(w * w for w in W1 + W2) * (LAM / 2)
        J.backward()
        return parameters

    def shaped():
        return [np.reshape([v.grad for v in part], like.shape) for part, like in zip(gradient(), p.parameters)]

    return gradient, shaped


def of_micrograd(p):
    """The problem that micrograd solves in place of p."""
    return p._replace(net=bp.Network(p.net.W, p.net.b, [bp.relu, bp.identity]), cost=bp.squared_error)


def textbook(p):
    """One example after the other, matrices times column vectors, as many books print it."""
    L, E = p.net.L, len(p.X)

    def gradient():
        dW = {l: np.zeros_like(W) for l, W in p.net.W.items()}                      # (n_l, n_{l-1})
        db = {l: np.zeros_like(b) for l, b in p.net.b.items()}                      # (n_l,)
        for x, y in zip(p.X, p.Y):
            a = {0: x}
            for l in range(1, L + 1):
                z = p.net.W[l] @ a[l - 1] + p.net.b[l]                              # (n_l,)
                if l < L:
                    a[l] = np.tanh(z)                                               # (n_l,)
                elif len(z) == 1:
                    a[l] = 1 / (1 + np.exp(-z))                                     # (1,)
                else:
                    e = np.exp(z - z.max())                                         # (n_L,)
                    a[l] = e / e.sum()                                              # (n_L,)
            delta = a[L] - y                                                        # (n_L,)
            for l in range(L, 0, -1):
                dW[l] += np.outer(delta, a[l - 1])
                db[l] += delta
                if l > 1:
                    delta = (p.net.W[l].T @ delta) * (1 - a[l - 1] ** 2)            # (n_{l-1},)
        return bp.Gradient({l: dW[l] / E + LAM * p.net.W[l] for l in dW}, {l: db[l] / E for l in db})

    return gradient


def floor(p):
    """The matrix products alone, into arrays that are there already: no gradient comes out."""
    L, E, dtype = p.net.L, len(p.X), p.X.dtype
    A = [p.X] + [np.ones((E, n), dtype) for n in p.net.sizes[1:]]                   # (E, n_l)
    Delta = [np.ones_like(a) for a in A]                                            # (E, n_l)
    dW = {l: np.ones_like(W) for l, W in p.net.W.items()}                           # (n_l, n_{l-1})

    def products():
        for l in range(1, L + 1):
            np.matmul(A[l - 1], p.net.W[l].T, out=A[l])
        for l in range(L, 0, -1):
            if l < L:
                np.matmul(Delta[l + 1], p.net.W[l + 1], out=Delta[l])
            np.matmul(Delta[l].T, A[l - 1], out=dW[l])

    return products


PEERS = {   # name in the table: how to build it
    "bp": bp_backward, "bp, workspace": bp_workspace, "bp, plain sweep": bp_plain, "bp, compiled": bp_compiled,
    "bp, compiled, floats": bp_compiled_floats,
    "PyTorch eager": torch_eager, "PyTorch, leanest": torch_lean, "torch.compile": torch_compile, "JAX jit": jax_jit,
    "autograd": hips_autograd, "scikit-learn": sklearn_mlp, "micrograd": micrograd, "textbook loop": textbook,
    "BLAS floor": floor,
}


def build(name, p):
    """(call, parts) of a peer: call is timed, parts() is its gradient as [dW1, db1, ...]; None where it can't play."""
    made = PEERS[name](p)
    if made is None or isinstance(made, tuple):
        return made
    return made, lambda: (lambda g: flat(g) if isinstance(g, bp.Gradient) else g)(made())


def check(name, p, parts):
    """AssertionError unless the peer's gradient is bp's."""
    if name == "BLAS floor":
        return
    q = of_micrograd(p) if name == "micrograd" else p
    want = flat(bp.batched.sweep(q.net, q.X, q.Y, q.cost, LAM))
    got = [np.asarray(part) for part in parts()]
    assert len(got) == len(want), name
    for g, w in zip(got, want):
        assert g.shape == w.shape and (g.dtype == p.X.dtype or "floats" in name), (name, g.shape, g.dtype)
        worst = abs(g - w).max() / abs(w).max()    # NaN, and so no, if nothing moves
        assert worst < (1e-11 if w.dtype == np.float64 else 1e-3), (name, worst)
