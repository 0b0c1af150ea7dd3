"""One epoch on the digits, 64-32-10 in batches of 32, as a reader would write it with each peer."""
import warnings

import numpy as np
from peers import LAM, Path, Problem, bp, of_arrays, torch_model

ALPHA, BATCH = 0.1, 32


def digits(dtype):
    with np.load(Path(__file__).resolve().parents[2] / "book" / "data" / "digits.npz", allow_pickle=False) as d:
        X, labels = d["images"][:1437] / 16, d["labels"][:1437]
    net = bp.Network.random([64, 32, 10], hidden=bp.tanh, output=bp.softmax)
    net = bp.Network({l: W.astype(dtype) for l, W in net.W.items()},
                     {l: b.astype(dtype) for l, b in net.b.items()}, net.f)
    return Problem(net, X.astype(dtype), np.eye(10, dtype=dtype)[labels], bp.categorical_cross_entropy)


def bp_train(p):
    return lambda: bp.train(p.net, p.X, p.Y, cost=p.cost, alpha=ALPHA, lam=LAM, batch_size=BATCH, progress=False)


def torch_eager(p):
    import torch
    model = torch_model(p)
    weights = [w for w in model.parameters() if w.ndim == 2]
    biases = [b for b in model.parameters() if b.ndim == 1]
    descent = torch.optim.SGD([{"params": weights, "weight_decay": LAM}, {"params": biases}], lr=ALPHA)
    loss, X, Y = torch.nn.CrossEntropyLoss(), torch.tensor(p.X), torch.tensor(p.Y)

    def epoch():
        for rows in torch.randperm(len(X)).split(BATCH):
            descent.zero_grad()
            loss(model(X[rows]), Y[rows]).backward()
            descent.step()

    return epoch


def jax_jit(p):
    import jax
    J = of_arrays(jax.numpy, p)

    @jax.jit
    def step(parameters, X, Y):
        return [part - ALPHA * slope for part, slope in zip(parameters, jax.grad(J)(parameters, X, Y))]

    rng = np.random.default_rng(0)

    def epoch():
        parameters, order = p.parameters, rng.permutation(len(p.X))
        for start in range(0, len(order), BATCH):
            rows = order[start:start + BATCH]
            parameters = step(parameters, p.X[rows], p.Y[rows])
        return jax.block_until_ready(parameters)

    return epoch


def hips_autograd(p):
    import autograd.numpy
    from autograd import grad
    gradient, rng = grad(of_arrays(autograd.numpy, p)), np.random.default_rng(0)

    def epoch():
        parameters, order = p.parameters, rng.permutation(len(p.X))
        for start in range(0, len(order), BATCH):
            rows = order[start:start + BATCH]
            slopes = gradient(parameters, p.X[rows], p.Y[rows])
            parameters = [part - ALPHA * slope for part, slope in zip(parameters, slopes)]
        return parameters

    return epoch


def sklearn_mlp(p):
    from sklearn.neural_network import MLPClassifier
    mlp = MLPClassifier([32], activation="tanh", solver="sgd", alpha=LAM * BATCH, batch_size=BATCH, momentum=0,
                        nesterovs_momentum=False, learning_rate_init=ALPHA)
    labels, classes = p.Y.argmax(axis=1), np.arange(10)

    def epoch():
        with warnings.catch_warnings(action="ignore"):
            mlp.partial_fit(p.X, labels, classes=classes)

    return epoch


EPOCHS = {"bp": bp_train, "PyTorch eager": torch_eager, "JAX jit": jax_jit, "autograd": hips_autograd,
          "scikit-learn": sklearn_mlp}
