"""The numbers that each live figure must say in its sentence, in their order, as ``bp`` computes them."""
import re

import numpy as np

import bp
from bp.widgets import bowls, explorer, gates, paths, perceptron, quotients, training, units, vanish

# how a reader gets to a state that is not the first one: {control: keys, or what is chosen from a list}
KEYS = {
    "activation_explorer": {"f": "elu", "gamma": ["ArrowRight"] * 3, "z": ["ArrowLeft"] * 44},
    "approximation": {"kind": "sigmoid", "h": ["ArrowRight"] * 4},
    "bowl": {"alpha": ["ArrowRight"] * 4, "lam": ["ArrowRight"] * 3, "steps": ["ArrowLeft"] * 9},
    "computational_graph": {"w0": ["ArrowRight"] * 2, "x1": ["ArrowLeft"], "step": ["End"]},
    "difference_step": {"h": ["ArrowRight"] * 6, "w": ["ArrowLeft"] * 3},
    "network_332": {"move": "W2_12", "value": ["ArrowRight"] * 7, "explain": "dW1_23"},
    "shards": {"parts": ["ArrowRight"] * 2},
    "three_paths": {"alpha": ["ArrowRight"] * 3, "lam": ["ArrowRight"] * 2, "size": ["ArrowRight"],
                    "epochs": ["ArrowRight"]},
    "train_2h1": {"problem": "two rings", "hidden": ["ArrowRight"], "alpha": ["ArrowRight"] * 9,
                  "lam": ["ArrowRight"] * 4, "seed": ["ArrowRight"]},
    "vanishing": {"depth": ["ArrowLeft"] * 2, "scale": ["ArrowRight"]},
}


def said(text):
    """The numbers of a sentence, in order; not those inside of names such as w0, 1-5-1 or W₁₁."""
    text = text.replace("−", "-").replace("\u00a0", " ")
    return [float(number) for number in re.findall(r"(?<![\w-])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w/-])", text)]


def activation_explorer(f, z, gamma, beta):
    activation = explorer.shown(gamma, beta)[f]
    a = activation(np.array([z]))                                               # (1,)
    return [gamma, z, a[0], activation.derivative(np.array([z]), a)[0]]


def approximation(kind, h):
    x = np.linspace(0, 1, 81)                                                   # (81,)
    nets = [units.NETWORKS[kind](hidden) for hidden in (int(h), 1)]
    return [abs(bp.batched.forward(net, x[:, None]).a[2][:, 0] - units.target(x)).max() for net in nets]


def lowest(X, Y, lam):
    """(w, b, J) at the minimum of a bowl, and the limit of alpha: least squares, without bp's gradients."""
    X, Y = bowls.columns(X, Y)
    H = np.array([[(X * X).mean() + lam, X.mean()], [X.mean(), 1]])             # (2, 2)
    w, b = np.linalg.solve(H, [(X * Y).mean(), Y.mean()])
    J = bp.objective(bowls.neuron(w, b), X, Y, cost=bp.squared_error, lam=lam)
    return [w, b, J], 2 / np.linalg.eigvalsh(H)[-1]


def end(X, Y, start, **how):
    """[w, b, J] where ``train`` ends."""
    X, Y = bowls.columns(X, Y)
    run = bp.train(bowls.neuron(*start), X, Y, cost=bp.squared_error, **how)
    return [run.net.W[1][0, 0], run.net.b[1][0], run.history[-1]]


def bowl(alpha, lam, steps):
    minimum, limit = lowest(bowls.X, bowls.Y, lam)
    there = end(bowls.X, bowls.Y, (-2.5, 2.0), alpha=alpha, lam=lam, epochs=int(steps))
    return [steps, alpha, lam, *there, *minimum, limit]


def three_paths(alpha, lam, size, epochs):
    minimum, limit = lowest(paths.X, paths.Y, lam)
    out = [epochs, alpha, lam]
    for batch in (12, int(size), 1):
        out += [epochs * -(-12 // batch), *end(paths.X, paths.Y, (-2.0, 2.5), alpha=alpha, lam=lam, epochs=int(epochs),
                                               batch_size=batch)]
    return [*out, *minimum, limit]


def computational_graph(step, **inputs):
    nodes = gates.build(inputs)
    back = [bp.graph.gradients(nodes[-1])[node] for node in nodes]
    assert step == 16       # the gate w0 · x0 sends back to both, and all derivatives are there
    return [step, back[5], inputs["x0"], back[0], inputs["w0"], back[1], *back[:5]]


def difference_step(h, w):
    net, step = quotients.neuron(w), 10.0 ** h
    J = [bp.objective(quotients.neuron(v), quotients.X, quotients.Y, cost=bp.squared_error)
         for v in (w + step, w, w - step)]
    slope = bp.batched.backward(net, quotients.X, quotients.Y, cost=bp.squared_error).W[1][0, 0]
    return [step, w, slope, abs((J[0] - J[1]) / step - slope), abs((J[0] - J[2]) / (2 * step) - slope)]


def network_332(move, value, explain, edges):
    W = {l: v.copy() for l, v in perceptron.NET.W.items()}
    assert (move, explain) == ("W2_12", "dW1_23")
    W[2][0, 1] = value
    numbers = perceptron.numbers(bp.Network(W, perceptron.NET.b, bp.sigmoid), (0.9, -0.5, 0.4), (1.0, 0.0))
    return [numbers["a0_3"], numbers["d1_2"], numbers[explain], value, numbers["C"]]


def shards(parts):
    X, Y = bowls.columns(paths.X, paths.Y)
    rows = np.array_split(np.arange(len(X)), int(parts))
    each = np.array([gradient(X[r], Y[r]) for r in rows])                       # (parts, 2)
    whole = gradient(X, Y)                                                      # (2,)
    return [parts, *map(len, rows), *whole, *whole, *each.mean(axis=0)]


def gradient(X, Y):
    """dJ/dw, dJ/db of a neuron at w = 0.5, b = -0.5, (2,): by difference quotients."""
    g = bp.numeric_gradient(bowls.neuron(0.5, -0.5), X, Y, cost=bp.squared_error)
    return np.array([g.W[1][0, 0], g.b[1][0]])                                  # (2,)


def train_2h1(problem, hidden, alpha, lam, seed, epochs=5):
    table = np.array(training.problems()[problem], dtype=float)                 # (E, 3)
    X, Y = table[:, :2], table[:, 2:]                                           # (E, 2), (E, 1)
    net = training.start(int(hidden), int(seed))
    run = bp.train(net, X, Y, cost=training.COST, alpha=alpha, lam=lam, epochs=epochs)
    right = ((bp.batched.forward(run.net, X).a[2] > 0.5) == (Y > 0.5)).sum()
    return [epochs, run.history[-1], right, len(X), 0.5, hidden, alpha, lam, alpha_limit(run.net, X, Y, lam)]


def alpha_limit(net, X, Y, lam):
    """2 by the largest curvature of J at this network."""
    flat, shapes = training.parameters(net), [net.W[1], net.b[1], net.W[2], net.b[2]]
    ends = np.cumsum([0, *(v.size for v in shapes)])

    def slope(p):
        W1, b1, W2, b2 = (p[i:j].reshape(v.shape) for i, j, v in zip(ends, ends[1:], shapes))
        g = bp.batched.backward(bp.Network([W1, W2], [b1, b2], net.f), X, Y, cost=training.COST, lam=lam)
        return training.parameters(g)

    H = np.array([(slope(flat + e) - slope(flat - e)) / 2e-5 for e in 1e-5 * np.eye(len(flat))])    # (P, P)
    return 2 / np.linalg.eigvalsh((H + H.T) / 2)[-1]


def vanishing(depth, scale):
    out, depth, scale = [depth, vanish.SCALES[int(scale)]], int(depth), vanish.SCALES[int(scale)]
    for f in (bp.sigmoid, bp.tanh, bp.relu, bp.identity):
        rng = np.random.default_rng(0)
        net = bp.Network.random([10] * (depth + 1), hidden=f, output=f, rng=rng)
        net = bp.Network([scale * W for W in net.W.values()], list(net.b.values()), f)
        delta = bp.indexed.backward(net, rng.normal(size=10), np.zeros(10), cost=bp.squared_error).b
        first, last = (round(float(np.log10(np.linalg.norm(delta[l]))), 2) for l in (1, depth))    # as stored
        out.append(float(f"{10 ** (first - last):.2g}"))
    return out
