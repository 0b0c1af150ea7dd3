r"""S4, the page BackPropagation: every equation and claim that can be decided, decided.

The page's network N has 3 inputs, 3 hidden units and 2 outputs; its Theta^{(l)} leaves layer l and holds the biases in
column 0. All derivatives on the page are taken with linear units.
"""

from functools import cache

import numpy as np
import pytest
from common import book, conditional, corrected, derivative, fails, holds, same

import bp
from bp import conventions
from oracle import gradient as true_gradient

S4 = "S4"
N, LINEAR = "sizes=3-3-2, squared_error", "sizes=3-3-2, squared_error, linear"
SIZES = [3, 4, 5, 2]


def network(sizes=(3, 3, 2), f=bp.identity, seed=6):
    """A network whose biases are not 0."""
    rng = np.random.default_rng(seed)
    net = bp.Network.random(list(sizes), hidden=f, output=f, rng=rng)
    return net.replace(net.W, {l: rng.normal(size=b.shape) for l, b in net.b.items()})


def samples(sizes=(3, 3, 2), m=7, seed=7):
    """X (m, n_0) without small entries and Y (m, n_L)."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.5, 1.5, size=(m, sizes[0])) * rng.choice([-1, 1], size=(m, sizes[0]))
    return X, rng.normal(size=(m, sizes[-1]))


def task(m=12):
    """X (m, 3) and targets (m, 2) that two different hidden units can nearly reach, and one cannot."""
    X, noise = samples(m=m)
    return X, X @ [[1, 1], [-1, 2], [0.5, -1]] + [0.3, -0.2] + 0.1 * noise


def thetas(net):
    return conventions.export(net, S4)["Theta"]


def truth(net, X, Y, lam=0.0):
    """dJ/dTheta, with the bias in column 0, by complex step through an independent forward pass."""
    return conventions.gradient(bp.Gradient(*true_gradient(net, X, Y, bp.squared_error, lam)), S4)["Theta"]


def outputs(Theta, x, g=lambda z: z, unit=1.0):
    """a^(1)..a^(L) with a_0 in front, except in the output layer."""
    L, a = len(Theta) + 1, {1: np.append(unit, x)}                              # (1 + S_1,)
    for l in Theta:
        out = g(Theta[l] @ a[l])                                                # (S_{l+1},)
        a[l + 1] = out if l + 1 == L else np.append(unit, out)
    return a


def errors(Theta, x, y):
    """delta^(1)..delta^(L) of the page's recursion, without entry 0; delta^(1) goes beyond it."""
    L = len(Theta) + 1
    delta = {L: outputs(Theta, x)[L] - y}                                       # (S_L,)
    for l in range(L - 1, 0, -1):
        delta[l] = Theta[l][:, 1:].T @ delta[l + 1]                             # (S_l,)
    return delta


def J(Theta, x, y):
    a = outputs(Theta, x)
    return ((a[len(Theta) + 1] - y)**2).sum() / 2


# ---- the network and its cost


def test_s4_02_the_first_layers_outputs_are_the_inputs():
    holds(r"a_i^{(1)} = x_i", "sizes=3-3-2", S4)


def test_s4_03_the_glosses_exchange_the_two_ends_of_the_link():
    holds(r"\frac{\partial z_k^{(l)}}{\partial W_{ki}^{(l)}} = a_i^{(l-1)}")    # from item i of layer j to item k
    fails(r"\frac{\partial z_i^{(l)}}{\partial W_{ki}^{(l)}} = a_k^{(l-1)}")    # from item k to item i, as glossed


@pytest.mark.parametrize("k", [1, 2, 3])
def test_s4_05_the_hidden_units_of_n_are_right_if_x_0_is_1(k):
    row = "+".join(rf"\Theta_{{{k}{i}}}^{{(1)}} x_{{{i}}}" for i in range(4))
    holds(rf"a_{{{k}}}^{{(2)}}=g\left({row}\right)", "sizes=3-3-2", S4)
    net, (X, _) = network(f=bp.tanh), samples()
    hidden = bp.vectorized.forward(net, X[0]).a[1]
    assert same(outputs(thetas(net), X[0], np.tanh)[2][k], hidden[k - 1])
    assert not same(outputs(thetas(net), X[0], np.tanh, unit=0.5)[2][k], hidden[k - 1])


def test_s4_10_the_cost_is_half_a_sum_not_a_mean():
    holds(r"J(\theta)=\frac{1}{2} \sum_{k=1}^{K}\left(h_{\Theta}(x)_{k}-y_{k}\right)^{2}", "squared_error", S4)
    fails(r"J(\theta)=\frac{1}{K} \sum_{k=1}^{K}\left(h_{\Theta}(x)_{k}-y_{k}\right)^{2}",
          "squared_error, sizes=3-4-3", S4)


def test_s4_11_the_output_depends_on_every_weight_and_on_no_target():
    Theta, (X, Y) = thetas(network()), samples()
    by_last = derivative(lambda t: outputs({1: Theta[1], 2: t}, X[0])[3], Theta[2])      # (2, 2, 4)
    by_first = derivative(lambda t: outputs({1: t, 2: Theta[2]}, X[0])[3], Theta[1])     # (2, 3, 4)
    assert abs(by_first).min() > 1e-3 and all(abs(by_last[k, k]).min() > 1e-3 for k in (0, 1))
    assert abs(derivative(lambda y: J(Theta, X[0], y), Y[0])).min() > 1e-3               # y enters J alone
    assert abs(derivative(lambda x: outputs(Theta, x)[3], X[0])).min() > 1e-3            # all of x, not x_1..x_K


def reached(net, X, Y, alpha=0.1, epochs=2000):
    return bp.train(net, X, Y, cost=bp.squared_error, alpha=alpha, epochs=epochs).history[-1]


def least(X, Y):
    """The least J of a network of linear units that is nowhere narrower than its outputs."""
    A = np.hstack([np.ones((len(X), 1)), X])                                    # (m, 1 + S_1)
    return ((A @ np.linalg.lstsq(A, Y)[0] - Y)**2).sum(1).mean() / 2


def test_s4_12_descent_finds_the_minimum_from_a_good_start_with_a_small_step():
    X, Y = task()
    start, best = network(), least(X, Y)
    assert abs(reached(start, X, Y) - best) < 1e-9
    zero = start.replace({l: 0 * W for l, W in start.W.items()}, {l: 0 * b for l, b in start.b.items()})
    assert reached(zero, X, Y) > 1.1 * best                                     # only column 0 of the last layer moves
    end = thetas(bp.train(zero, X, Y, cost=bp.squared_error, alpha=0.1, epochs=50).net)
    assert not end[1].any() and not end[2][:, 1:].any() and abs(end[2][:, 0]).min() > 1e-3
    with pytest.raises(bp.descent.Diverged):
        reached(start, X, Y, alpha=5.0)


def test_s4_13_the_target_has_the_wrong_index_and_no_sample():
    fit = r"J(\Theta)=\frac{1}{2 m} \sum_{i=1}^{m} \sum_{k=1}^{S_{L}}\left(h_{\Theta}\left(x^{(i)}\right)_{k}-y_{i}" \
          r"\right)^{2}"
    penalty = r"+\frac{\lambda}{2 m} \sum_{l=1}^{L-1} \sum_{j=1}^{S_{l}} \sum_{i=1}^{S_{l+1}}" \
              r"\left(\Theta_{i j}^{(l)}\right)^{2}"
    corrected(fit + penalty, fit.replace("y_{i}", "y_{k}^{(i)}") + penalty, "squared_error", S4)
    one_target = book(fit.replace("y_{i}", "y_{k}") + penalty, S4).replace("y_{e,k}", "y_{k}")
    fails(one_target, "squared_error")                                          # y_k alone: one target for all samples


def test_s4_15_the_cost_of_n_adds_its_two_outputs():
    one, two = (rf"\frac{{1}}{{2}}\left(\left(h_{{\Theta}}(x)\right)_{{{k}}}-y_{{{k}}}\right)^{{2}}" for k in (1, 2))
    holds(rf"J(\Theta)={one}+{two}", N, S4)
    fails(rf"J(\Theta)={one}", N, S4)
    fails(rf"J(\Theta)={one}+{two}", "sizes=3-4-3, squared_error", S4)


# ---- the errors


def test_s4_17_errors_from_the_output_back_give_every_derivative():
    net, (X, Y) = network(SIZES), samples(SIZES)
    Theta = thetas(net)
    D = {l: 0 * Theta[l] for l in Theta}
    for x, y in zip(X, Y):
        a, delta = outputs(Theta, x), errors(Theta, x, y)
        D = {l: D[l] + np.outer(delta[l + 1], a[l]) / len(X) for l in Theta}    # (S_{l+1}, 1 + S_l)
    exact = truth(net, X, Y)
    assert all(same(D[l], exact[l]) for l in Theta)


def test_s4_18_y_is_the_target_not_the_output():
    fails(r"y_{p}=a_{p}^{(L)}", LINEAR, S4)
    holds(r"y_{p}=a_{p}^{(L)}-\delta_{p}^{(L)}", LINEAR, S4)
    Theta, (X, _) = thetas(network()), samples()
    output = outputs(Theta, X[0])[3]
    assert J(Theta, X[0], output) == 0 and not errors(Theta, X[0], output)[2].any()     # nothing left to learn


def test_s4_19_delta_is_a_rate_of_the_cost_not_a_part_of_the_differences():
    difference = r"\frac{\partial (a_1^{(L)} - y_1)}{\partial a_p^{(L-1)}}"
    holds(rf"{difference} = W_{{1p}}^{{(L)}}", LINEAR)                          # what it adds to the first difference
    fails(rf"{difference} = \delta_p^{{(L-1)}}", LINEAR)
    fails(r"\delta_p^{(l)} = \sum_{i} W_{ip}^{(l+1)} a_p^{(l)}", LINEAR)        # what it adds to the next layer's sums
    holds(r"\delta_p^{(l)} = \frac{\partial C}{\partial z_p^{(l)}}")
    conditional(r"\delta_p^{(l)} = \frac{\partial C}{\partial a_p^{(l)}}", LINEAR, N)


def test_s4_20_the_last_layer_has_the_number_l_not_l_minus_1():
    corrected(r"\delta_{i}^{(L-1)}=a_{i}^{(L-1)}-y_{i}", r"\delta_{i}^{(L)}=a_{i}^{(L)}-y_{i}", LINEAR, S4)
    fails(r"\delta_{i}^{(L)}=a_{i}^{(L)}-y_{i}", "sigmoid, squared_error", S4)
    Theta = thetas(network(SIZES))
    assert max(outputs(Theta, np.zeros(3))) == len(SIZES) == len(Theta) + 1     # layers 1..L, and L is the last


def test_s4_21_the_recursion_without_slope_needs_linear_units():
    recursion = r"\delta_{j}^{(l)}=\sum_{i=1}^{S_{l+1}}\left(\delta_{i}^{(l+1)} \Theta_{i j}^{(l)}\right)"
    conditional(recursion, "linear", "sigmoid", S4)
    fails(recursion, "generic", S4)
    holds(book(recursion, S4) + r" f_l'(z_j^{(l)})", "sigmoid")


def test_s4_22_the_bias_is_counted_from_0():
    fails(r"z_i^{(l)} = \sum_{j=1}^{n_{l-1}} W_{ij}^{(l)} a_j^{(l-1)}")
    holds(r"z_i^{(l)} = b_i^{(l)} + \sum_{j=1}^{n_{l-1}} W_{ij}^{(l)} a_j^{(l-1)}")
    net, (X, _) = network(), samples()
    Theta, wanted = thetas(net), bp.vectorized.forward(net, X[0]).a[2]
    assert same(outputs(Theta, X[0])[3], wanted)
    without = {l: np.c_[0 * t[:, :1], t[:, 1:]] for l, t in Theta.items()}      # (S_{l+1}, 1 + S_l) from 1 on
    assert not same(outputs(without, X[0])[3], wanted)


@pytest.mark.parametrize("sizes", [(3, 2), (3, 3, 2), (4, 2, 5, 3)])
def test_s4_23_there_is_one_layer_more_than_layers_with_weights(sizes):
    Theta = thetas(network(sizes))
    non_output = len(Theta)
    layers = outputs(Theta, np.ones(sizes[0]))
    assert len(layers) == len(sizes) == non_output + 1 and set(layers) - set(Theta) == {len(sizes)}


def test_s4_24_the_input_layers_weights_exist_and_have_two_indices():
    Theta, (X, Y) = thetas(network()), samples()
    assert 1 in Theta and Theta[1].ndim == 2                                    # theta_p^(1) alone names a row of four
    by_first = derivative(lambda t: J({1: t, 2: Theta[2]}, X[0], Y[0]), Theta[1])        # (3, 4)
    assert by_first.shape == (3, 4) and abs(by_first).min() > 1e-3


def longer(Theta, weights):
    """The network with one more layer of linear units behind its outputs, without biases."""
    return {**Theta, max(Theta) + 1: np.c_[np.zeros(len(weights)), weights]}


def test_s4_25_weights_1_behind_the_output_must_be_the_unit_matrix():
    Theta, (X, Y) = thetas(network()), samples()
    assert set(Theta) == {1, 2}                                                 # none leave layer 3
    pretended = longer(Theta, np.eye(2))
    assert same(J(pretended, X[0], Y[0]), J(Theta, X[0], Y[0]))
    assert same(errors(pretended, X[0], Y[0])[3], errors(Theta, X[0], Y[0])[3])
    ones = longer(Theta, np.ones((2, 2)))
    assert not same(J(ones, X[0], Y[0]), J(Theta, X[0], Y[0]))
    assert not same(errors(ones, X[0], Y[0])[3], errors(Theta, X[0], Y[0])[3])


def test_s4_26_theta_leads_from_its_layer_to_the_next():
    Theta, (X, _) = thetas(network(SIZES)), samples()
    for j in Theta:
        assert Theta[j].shape == (SIZES[j], 1 + SIZES[j - 1])                   # S_{j+1} by 1 + S_j
        moved = outputs({**Theta, j: Theta[j] + 0.1}, X[0])
        kept = [l for l, a in outputs(Theta, X[0]).items() if same(a, moved[l])]
        assert kept == list(range(1, j + 1))


def test_s4_27_layer_1_has_no_z_but_the_derivative_by_its_outputs_is_not_0():
    fails(r"\delta_p^{(0)} = \frac{\partial C}{\partial z_p^{(0)}}", says="layer 0 = 0 does not exist")  # the input
    holds(r"\frac{\partial C}{\partial x_p} = \sum_{i=1}^{n_1} \delta_i^{(1)} W_{ip}^{(1)}")
    Theta, (X, Y) = thetas(network(SIZES)), samples(SIZES)
    delta = errors(Theta, X[0], Y[0])
    assert same(delta[1], derivative(lambda x: J(Theta, x, Y[0]), X[0])) and abs(delta[1]).min() > 1e-3
    a, exact = outputs(Theta, X[0]), truth(network(SIZES), X[:1], Y[:1])
    assert all(same(np.outer(delta[l + 1], a[l]), exact[l]) for l in Theta)     # delta^(2), delta^(3), ... are enough


def test_s4_28_the_output_layer_has_an_error():
    holds(r"\delta_{p}^{(L)}=a_{p}^{(L)}-y_{p}", LINEAR, S4)
    net, (X, Y) = network(), samples()
    delta = errors(thetas(net), X[0], Y[0])[3]
    assert same(delta, truth(net, X[:1], Y[:1])[2][:, 0]) and abs(delta).min() > 1e-3    # also dJ/dTheta_{p0}


def test_s4_29_the_errors_of_a_layer_do_not_add_up_to_the_cost():
    fails(r"\sum_{p} \delta_p^{(l)} = C", LINEAR)
    fails(r"\sum_{p} \delta_p^{(L)} = C", LINEAR)
    holds(r"C = \frac{1}{2} \sum_{p} (\delta_p^{(L)})^2", LINEAR)
    fails(r"C = \frac{1}{2} \sum_{p} (\delta_p^{(1)})^2", LINEAR)               # in the output layer only
    h, y = np.array([1.0, 2.0]), np.array([2.0, 4.0])                           # by hand
    assert (h - y).sum() == -3 and ((h - y)**2).sum() / 2 == 2.5


def test_s4_30_delta_goes_with_the_layer_below_in_the_gradient_alone():
    holds(r"\frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}")      # layers j and j - 1
    holds(r"\delta_j^{(l)} = \sum_{i} \delta_i^{(l+1)} W_{ij}^{(l+1)}", "linear")        # the recursion: j and j + 1
    fails(r"\delta_i^{(l)} = \sum_{j} \delta_j^{(l-1)} W_{ij}^{(l)}", "linear")


def test_s4_31_n_has_two_layers_before_its_output():
    net, (X, _) = network(), samples()
    Theta = thetas(net)
    assert {l: t.shape for l, t in Theta.items()} == {1: (3, 4), 2: (2, 4)}     # the indices of the page's formulas
    assert len(Theta) == 2 and max(outputs(Theta, X[0])) == 3


# ---- the two derivations


def row(k, l, source):
    """Theta_k0 s_0 + ... + Theta_k3 s_3, the sum that arrives at unit k of layer l + 1."""
    unit = "x_{0}" if source == "x" else "a_{0}^{(2)}"
    rest = (rf"\Theta_{{{k}{i}}}^{{({l})}} " + (f"x_{{{i}}}" if source == "x" else f"a_{{{i}}}^{{(2)}}")
            for i in (1, 2, 3))
    return "+".join([rf"\Theta_{{{k}0}}^{{({l})}} {unit}", *rest])


def last_weight():
    """dJ/dTheta_11^(2), as the page goes."""
    by, out = r"{\partial \Theta_{11}^{(2)}}", r"\left(a_{1}^{(3)}-y_{1}\right)"
    return [
        rf"\frac{{\partial J(\Theta)}}{by}",
        rf"\frac{{\partial \frac{{1}}{{2}}\left(\left(h_{{\Theta}}(x)\right)_{{1}}-y_{{1}}\right)^{{2}}}}{by}+0",
        rf"\frac{{\partial \frac{{1}}{{2}}{out}^{{2}}}}{{\partial a_{{1}}^{{(3)}}}} "
        rf"\frac{{\partial a_{{1}}^{{(3)}}}}{by}",
        rf"{out} \cdot \frac{{\partial a_{{1}}^{{(3)}}}}{by}",
        rf"{out} \cdot \frac{{\partial\left({row(1, 2, 'a')}\right)}}{by}",
        rf"{out} a_{{1}}^{{(2)}}",
        r"\delta_{1}^{(3)} a_{1}^{(2)}",
    ]


def test_s4_33_the_last_weight_is_right_for_the_linear_units_of_n():
    steps = last_weight()
    for n in (1, 2, 3):
        holds(f"{steps[n - 1]}={steps[n]}", N, S4, tries=3)                     # true for any units
    conditional(f"{steps[3]}={steps[4]}", LINEAR, N, S4)
    holds(f"{steps[4]}={steps[5]}", N, S4)
    conditional(f"{steps[5]}={steps[6]}", LINEAR, N, S4)
    holds("=".join(steps), LINEAR, S4)
    holds(f"{steps[0]}={steps[6]}", N, S4)              # with delta = dJ/dz the result is right for any units


def test_s4_34_the_hidden_output_depends_on_x_and_not_on_the_weights_above():
    holds(r"\frac{\partial a_1^{(1)}}{\partial x_j} = f_1'(z_1^{(1)}) W_{1j}^{(1)}")
    Theta, (X, _) = thetas(network()), samples()
    by_above = derivative(lambda t: outputs({1: Theta[1], 2: t}, X[0])[2], Theta[2])     # (4, 2, 4)
    by_below = derivative(lambda t: outputs({1: t, 2: Theta[2]}, X[0])[2], Theta[1])     # (4, 3, 4)
    assert not by_above.any() and abs(by_below[1, 0]).min() > 1e-3              # but on those below as well


def first_weight():
    """dJ/dTheta_22^(1), as the page goes."""
    by = r"{\partial \Theta_{22}^{(1)}}"
    out = {k: rf"\left(a_{{{k}}}^{{(3)}}-y_{{{k}}}\right)" for k in (1, 2)}
    both = r"\left(" + "+".join(rf"{out[k]} \Theta_{{{k}2}}^{{(2)}}" for k in (1, 2)) + r"\right)"
    half = {k: rf"\partial \frac{{1}}{{2}}{out[k]}^{{2}}" for k in (1, 2)}
    a = {k: rf"\partial a_{{{k}}}^{{(3)}}" for k in (1, 2)}
    hidden = rf"\frac{{\partial a_{{2}}^{{(2)}}}}{by}"
    inner = {k: rf"\frac{{\partial\left({row(k, 2, 'a')}\right)}}" for k in (1, 2)}
    return [
        rf"\frac{{\partial J(\Theta)}}{by}",
        "+".join(rf"\frac{{{half[k]}}}{by}" for k in (1, 2)),
        "+".join(rf"\frac{{{half[k]}}}{{{a[k]}}} \frac{{{a[k]}}}{by}" for k in (1, 2)),
        "+".join(rf"{out[k]} \frac{{{a[k]}}}{by}" for k in (1, 2)),
        "+".join(rf"{out[k]} {inner[k]}{by}" for k in (1, 2)),
        "+".join(rf"{out[k]} {inner[k]}{{\partial a_{{2}}^{{(2)}}}} \cdot {hidden}" for k in (1, 2)),
        rf"{both} \cdot {hidden}",
        rf"{both} \cdot \frac{{\partial\left({row(2, 1, 'x')}\right)}}{by}",
        rf"{both} x_{{2}}",
        r"\left(\delta_{1}^{(3)} \Theta_{12}^{(2)}+\delta_{2}^{(3)} \Theta_{22}^{(2)}\right) x_{2}",
    ]


LINEAR_STEPS = (4, 7, 9)                                # counted from 0, as the list above


def test_s4_36_the_last_derivative_of_step_6_is_printed_by_a_square():
    steps = first_weight()                              # with a_2^(2) for a_2^2: three need linear units, all are true
    for n in range(1, 10):
        step = f"{steps[n - 1]}={steps[n]}"
        tries = 200 if n == 5 else 20                   # many: what Theta_22^(1) does not reach may be changed freely
        holds(step, LINEAR if n in LINEAR_STEPS else N, S4, tries)
        if n in LINEAR_STEPS:
            fails(step, N, S4)
    holds(r"\frac{\partial z_2^{(2)}}{\partial a_2^{(1)}} = W_{22}^{(2)}", LINEAR)
    a, w = 1.7, -0.6                                    # t = a^2: d(w a)/dt = w / (2 a), not w
    by_square = derivative(lambda t: w * np.sqrt(t), np.array([a**2]))             # (1, 1)
    assert same(by_square, [[w / (2 * a)]]) and not same(by_square, [[w]])


def test_s4_38_the_result_is_right_for_the_linear_units_of_n():
    out = r"\left(a_{1}^{(3)}-y_{1}\right) \Theta_{12}^{(2)}+\left(a_{2}^{(3)}-y_{2}\right) \Theta_{22}^{(2)}"
    chain = [r"\frac{\partial J(\Theta)}{\partial \Theta_{22}^{(1)}}", rf"\left({out}\right) x_{{2}}",
             r"\left(\delta_{1}^{(3)} \Theta_{12}^{(2)}+\delta_{2}^{(3)} \Theta_{22}^{(2)}\right) x_{2}",
             r"\delta_{2}^{(2)} x_{2}"]
    for left, right in zip(chain, chain[1:]):
        conditional(f"{left}={right}", LINEAR, N, S4)
    holds(f"{chain[0]}={chain[-1]}", N, S4)             # the short form is BP3, true for any units
    holds(book(f"{chain[0]}={chain[2]}", S4) + r" f_1'(z_2^{(1)})", N)


# ---- stored errors


def questions(sizes, remember):
    """How many errors are asked for, for all weights of the first layer; and those errors."""
    Theta, (X, Y) = thetas(network(sizes)), samples(sizes)
    last, count = outputs(Theta, X[0])[len(sizes)] - Y[0], 0

    def delta(l, j):
        nonlocal count
        count += 1
        if l == len(sizes):
            return last[j]
        return sum(delta(l + 1, i) * Theta[l][i, 1 + j] for i in range(sizes[l]))

    delta = cache(delta) if remember else delta
    return np.array([delta(2, j) for j in range(sizes[1])]), lambda: count, errors(Theta, X[0], Y[0])[2]


def test_s4_40_without_stored_errors_the_work_multiplies_with_every_layer():
    counts = []
    for depth in (1, 2, 3, 4):
        got, count, wanted = questions((3, *[4] * depth, 2), remember=False)
        assert same(got, wanted)
        counts.append(count())
    assert counts == [sum(4**k for k in range(1, d + 1)) + 2 * 4**d for d in (1, 2, 3, 4)]


def test_s4_41_with_stored_errors_each_unit_is_asked_once():
    counts = []
    for depth in (1, 2, 3, 4):
        got, count, wanted = questions((3, *[4] * depth, 2), remember=True)
        assert same(got, wanted)
        counts.append(count())
    assert counts == [4 * d + 2 for d in (1, 2, 3, 4)]


# ---- starting weights


def equal_start(hidden, W=0.3):
    """N with all weights equal; or another number of hidden units."""
    return bp.Network([np.full((hidden, 3), W), np.full((2, hidden), W)], [np.zeros(hidden), np.zeros(2)], bp.identity)


DIFFERENT = bp.Network([0.3 * np.eye(3), [[0.3, 0.2, 0.1], [0.1, 0.2, 0.3]]], [[0] * 3, [0] * 2], bp.identity)


def test_s4_43_random_values_are_not_what_the_two_passes_ask_for():
    X, Y = task()
    for net in (equal_start(3), equal_start(1), equal_start(3, W=0.0)):
        g = conventions.gradient(bp.batched.backward(net, X, Y, cost=bp.squared_error), S4)["Theta"]
        exact = truth(net, X, Y)
        assert all(same(g[l], exact[l]) for l in exact)                         # any start lets both passes run
    Y_one = np.stack([Y[:, 0], -2 * Y[:, 0]], axis=1)                           # (m, 2) in the reach of one unit
    assert abs(reached(equal_start(1), X, Y_one) - least(X, Y_one)) < 1e-9      # one unit: an equal start will do
    assert reached(equal_start(3), X, Y) > 1.1 * least(X, Y)                    # several units: it will not


def test_s4_47_it_is_the_small_l_that_never_reaches_the_number_of_layers():
    for sizes in ((3, 2), (3, 3, 2), (4, 2, 5, 3)):
        Theta, L = thetas(network(sizes)), len(sizes)
        assert set(Theta) == set(range(1, L)) and L not in Theta
        assert L in outputs(Theta, np.ones(sizes[0]))                           # L itself is taken, by a and delta


def test_s4_48_a_random_start_reaches_what_an_equal_one_cannot():
    X, Y = task()
    best = least(X, Y)
    assert reached(equal_start(3), X, Y) > 1.1 * best
    for seed in (1, 2, 3):
        assert abs(reached(bp.Network.random([3, 3, 2], hidden=bp.identity, rng=seed), X, Y) - best) < 1e-9
    assert abs(reached(DIFFERENT, X, Y) - best) < 1e-9                          # different is enough


EQUAL = (r", where W^{(1)} = \begin{pmatrix} 2 & -1 \\ 2 & -1 \\ 2 & -1 \end{pmatrix} "
         r"\quad b^{(1)} = \begin{pmatrix} 0.5 \\ 0.5 \\ 0.5 \end{pmatrix} "
         r"\quad W^{(2)} = \begin{pmatrix} 1 & 1 & 1 \\ 1 & 1 & 1 \end{pmatrix} "
         r"\quad b^{(2)} = \begin{pmatrix} 0.2 \\ 0.2 \end{pmatrix}")


def test_s4_49_equal_weights_get_different_updates_and_learn_something():
    X, Y = task()
    net = equal_start(3)
    g = truth(net, X, Y)
    assert same(g[1] - g[1][0], 0 * g[1])                                       # equal for the units of a layer
    assert abs(np.diff(np.sort(g[1][0]))).min() > 1e-3                          # not for their inputs
    assert abs(g[2][0] - g[2][1]).min() > 1e-3 and same(g[2][:, 2:], g[2][:, 1:3])      # nor for the outputs
    run = bp.train(net, X, Y, cost=bp.squared_error, alpha=0.1, epochs=2000)
    assert run.history[-1] < 0.9 * run.history[0]                               # and J falls
    alone = bp.Network([np.full((1, 3), 0.3), np.full((2, 1), 0.9)], [[0], [0, 0]], bp.identity)
    assert abs(run.history[-1] - reached(alone, X, Y)) < 1e-9                   # as far as one unit goes
    hidden = r"\frac{\partial C}{\partial W_{ij}^{(1)}} = \frac{\partial C}{\partial W_{kj}^{(1)}}"
    conditional(hidden, "linear, squared_error" + EQUAL, "linear, squared_error")
    fails(hidden.replace("kj", "ik"), "linear, squared_error" + EQUAL)


def test_s4_50_hidden_units_become_equivalent_outputs_do_not():
    conditional(r"\delta_i^{(1)} - \delta_k^{(1)} = 0", "linear, squared_error" + EQUAL, "linear, squared_error")
    conditional(r"a_i^{(1)} - a_k^{(1)} = 0", "linear, squared_error" + EQUAL, "linear, squared_error")
    fails(r"\delta_i^{(2)} - \delta_k^{(2)} = 0", "linear, squared_error" + EQUAL)  # each output has its own target
    X, Y = task()
    after = bp.train(equal_start(3), X, Y, cost=bp.squared_error, alpha=0.1, epochs=200).net
    assert np.ptp(after.W[1], axis=0).max() < 1e-12 and np.ptp(after.W[2], axis=0).min() > 1e-3
