"""S3, the lecture slides on artificial neural networks: every equation and claim that can be decided, decided."""

from graphlib import CycleError, TopologicalSorter

import numpy as np
import pytest
import sympy as sp
from common import book, conditional, corrected, fails, holds, same

import bp
from bp import conventions, formula, graph, symbolic
from bp.symbolic import general

S3, S3B = "S3", "S3b"       # the second part of the slides counts the input as layer 1, the first as layer 0
THREE = "sizes=3-3-2"
HALF_SQUARE = "sizes=3-3-2, squared_error"
GRID = np.linspace(-12, 12, 4801)       # (4801,) with 0


def numbers(seed=3, E=6, sizes=(3, 3, 2)):
    """X (E, n_0) and Y (E, n_L)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(E, sizes[0])), rng.normal(size=(E, sizes[-1]))


def perceptron(hidden=bp.tanh, output=bp.sigmoid, sizes=(3, 3, 2), seed=4):
    """A network whose biases are not 0."""
    rng = np.random.default_rng(seed)
    net = bp.Network.random(list(sizes), hidden=hidden, output=output, rng=rng)
    return net.replace(net.W, {l: rng.normal(size=b.shape) for l, b in net.b.items()})


# ---- neurons and activation functions


def test_s3_03_the_printed_range_leaves_out_the_parts_that_it_names():
    parts = 140 * 10**8 + 1000 * 10**8          # cortex and cerebellum, in the same sentence
    assert not 1011 * 10**8 <= parts <= 1014 * 10**8
    assert 10**11 <= parts <= 10**14            # with the exponents raised again, and without the unit of 10^8
    assert not 10**11 * 10**8 <= parts          # with both it would be 10^19 to 10^22


def is_wanted(f):
    """Continuous, differentiable but for at most one point, and not linear."""
    h = 1e-6
    jumps = abs(f(GRID + h) - f(GRID - h)) > 1e-4                                   # (4801,)
    left, right = (f(GRID) - f(GRID - h)) / h, (f(GRID + h) - f(GRID)) / h          # (4801,), (4801,)
    kinks = abs(left - right) > 1e-4                                                # (4801,)
    linear = same(f(GRID) + f(-GRID), 2 * f(np.zeros_like(GRID))) and same(f(2 * GRID) - f(0 * GRID),
                                                                       2 * (f(GRID) - f(0 * GRID)))
    return not jumps.any() and kinks.sum() <= 1 and not linear


def test_s3_07_every_function_that_the_slides_list_has_the_wanted_properties():
    listed = [bp.sigmoid, bp.tanh, bp.relu, bp.leaky_relu(0.1), bp.prelu([0.2]), bp.elu(0.7), bp.softplus,
              bp.swish(1.5)]
    assert all(is_wanted(f.value) for f in listed)
    assert not is_wanted(bp.identity.value)
    assert not is_wanted(lambda z: np.where(z >= 0, 1.0, 0.0))                      # the step of 1943
    linear = bp.Network.random([3, 4, 2], hidden=bp.identity, output=bp.identity)   # why not linear: layers collapse
    X, _ = numbers()
    assert same(bp.batched.forward(linear, X).a[2], X @ (linear.W[2] @ linear.W[1]).T)


def is_named(function, f):
    """The printed expression, in x, is the package's function f."""
    x = sp.Symbol("x", real=True)
    z = symbolic.array([x])
    return symbolic.equal(f.value(z)[0], sp.sympify(function, {"x": x, "beta": sp.Rational(3, 2)}))


def test_s3_08_the_logistic_function_is_named():
    holds(r"\sigma(x) = \frac{1}{1 + \exp(-x)}", "scalar")
    assert is_named("1/(1 + exp(-x))", bp.sigmoid) and not is_named("1/(1 + exp(x))", bp.sigmoid)


def test_s3_09_the_hyperbolic_tangent_is_named():
    holds(r"\tanh(x) = \frac{\exp(x) - \exp(-x)}{\exp(x) + \exp(-x)}", "scalar")
    assert is_named("(exp(x) - exp(-x))/(exp(x) + exp(-x))", bp.tanh)


def on_both_sides(cases, closed):
    """A function in cases (x > 0, x < 0, x = 0) is its closed form: proved for every x."""
    points = sp.Symbol("x", positive=True), sp.Symbol("x", negative=True), sp.Integer(0)
    return all(sp.simplify(closed(x) - case(x)) == 0 for x, case in zip(points, cases))


def test_s3_10_relu_in_cases_is_a_maximum():
    printed = r"\operatorname{ReLU}(x) = \begin{cases} x & x \geq 0 \\ 0 & x < 0 \end{cases} = \max(0, x)"
    holds(printed, "scalar")
    assert on_both_sides([lambda x: x, lambda x: 0, lambda x: x], lambda x: sp.Max(0, x))
    assert not on_both_sides([lambda x: x, lambda x: 0, lambda x: x], lambda x: sp.Min(0, x))


def test_s3_11_leaky_relu_in_cases_is_max_and_min_for_every_gamma():
    printed = (r"\operatorname{LeakyReLU}(x) = \begin{cases} x & \text{if } x > 0 \\ \gamma x & \text{if } x \leq 0 "
               r"\end{cases} = \max(0, x) + \gamma \min(0, x)")
    holds(printed, "scalar")
    gamma = sp.Symbol("gamma", real=True)
    cases = [lambda x: x, lambda x: gamma * x, lambda x: 0]
    assert on_both_sides(cases, lambda x: sp.Max(0, x) + gamma * sp.Min(0, x))
    assert not on_both_sides(cases, lambda x: sp.Max(0, x) - gamma * sp.Min(0, x))


def test_s3_12_prelu_is_leaky_relu_with_a_slope_for_each_unit():
    slopes = [0.1, 1.7, -0.4]
    z = np.random.default_rng(12).normal(size=(50, 3))                              # (E, 3)
    columns = [np.where(z[:, i] > 0, z[:, i], slopes[i] * z[:, i]) for i in range(3)]
    assert same(bp.prelu(slopes).value(z), np.stack(columns, axis=1))
    assert not same(bp.prelu(slopes[::-1]).value(z), np.stack(columns, axis=1))
    test_s3_11_leaky_relu_in_cases_is_max_and_min_for_every_gamma()


def elu_by_cases(x, gamma):
    return np.where(x > 0, x, gamma * np.expm1(x))


def elu_by_max_and_min(x, gamma):
    return np.maximum(0, x) + np.minimum(0, gamma * np.expm1(x))


def test_s3_13_the_two_forms_of_elu_agree_only_if_gamma_is_not_negative():
    holds(r"\operatorname{ELU}(x) = \begin{cases} x & \text{if } x > 0 \\ \gamma(\exp(x) - 1) & \text{if } x \leq 0 "
          r"\end{cases} = \max(0, x) + \min(0, \gamma(\exp(x) - 1))", "scalar")
    assert all(same(elu_by_cases(GRID, g), elu_by_max_and_min(GRID, g)) for g in (0, 0.3, 1, 2.5))
    assert elu_by_cases(1.0, -0.5) == 1 and elu_by_max_and_min(1.0, -0.5) < 0.2
    assert elu_by_cases(-1.0, -0.5) > 0.3 and elu_by_max_and_min(-1.0, -0.5) == 0


def test_s3_14_softplus_is_named():
    holds(r"\operatorname{softplus}(x) = \log(1 + \exp(x))", "scalar")
    assert is_named("log(1 + exp(x))", bp.softplus) and not is_named("log(1 + exp(-x))", bp.softplus)


def test_s3_15_swish_is_named():
    holds(r"\operatorname{swish}(x) = x\sigma(\beta x)", "scalar")
    assert is_named("x/(1 + exp(-beta*x))", bp.swish(1.5)) and not is_named("x/(1 + exp(-x))", bp.swish(1.5))


def test_s3_16_the_slope_of_the_logistic_function_is_f_times_1_minus_f():
    holds(r"f'(x) = f(x)(1 - f(x))", r"scalar where f(x) = \frac{1}{1+\exp(-x)}")
    assert symbolic.prove_activation(bp.sigmoid)


def test_s3_17_the_slope_of_tanh_is_1_minus_its_square():
    holds(r"f'(x) = 1 - f(x)^2", r"scalar where f(x) = \frac{\exp(x)-\exp(-x)}{\exp(x)+\exp(-x)}")
    assert symbolic.prove_activation(bp.tanh)


def one_sided(f, h=1e-7):
    """Slopes at 0 from the left and from the right."""
    return np.array([(f(0.0) - f(-h)) / h, (f(h) - f(0.0)) / h])                    # (2,)


def test_s3_18_the_slope_of_relu_is_the_indicator_except_at_0():
    holds(r"f'(x) = [x > 0]", r"scalar where f(x) = \max(0, x)")
    assert same(one_sided(lambda x: max(0.0, x)), [0, 1])       # two slopes at 0, so no derivative there
    assert same(one_sided(np.tanh), [1, 1], 1e-6)


def test_s3_19_the_slope_of_elu_needs_gamma_not_negative_and_at_0_gamma_1():
    elu = r"scalar where f(x) = \max(0, x) + \min(0, \gamma(\exp(x) - 1))"
    slope = r"f'(x) = [x > 0] + [x \leq 0] \cdot \gamma \exp(x)"
    holds(slope, elu)
    holds(slope.replace(r"\gamma", "0.5"), elu.replace(r"\gamma", "0.5"))
    fails(slope.replace(r"\gamma", "(-0.5)"), elu.replace(r"\gamma", "(-0.5)"))
    assert same(one_sided(lambda x: elu_by_cases(x, 1.0)), [1, 1], 1e-6)
    assert same(one_sided(lambda x: elu_by_cases(x, 0.7)), [0.7, 1], 1e-6)


def test_s3_20_the_slope_of_softplus_is_the_logistic_function():
    holds(r"f'(x) = \frac{1}{1+\exp(-x)}", r"scalar where f(x) = \log(1 + \exp(x))")
    assert symbolic.prove_activation(bp.softplus)


# ---- the feed-forward network, input as layer 0


def test_s3_24_layers_without_inner_connections_and_without_feedback_make_an_acyclic_graph():
    sizes = [3, 3, 2]
    needs = {(l, i): {(l - 1, j) for j in range(sizes[l - 1])} for l in (1, 2) for i in range(sizes[l])}
    layers = [l for l, _ in TopologicalSorter(needs).static_order()]
    assert layers == [0, 0, 0, 1, 1, 1, 2, 2]
    with pytest.raises(CycleError):
        list(TopologicalSorter({**needs, (1, 0): {(2, 0)}}).static_order())
    with pytest.raises(CycleError):                             # a connection inside a layer, both ways
        list(TopologicalSorter({**needs, (1, 0): {(1, 1)}, (1, 1): {(1, 0)}}).static_order())
    holds(r"\frac{\partial z_i^{(l)}}{\partial a_j^{(l-1)}} = W_{ij}^{(l)}")        # all pairs are connected


def test_s3_25_the_shapes_fit_each_other():
    holds(r"W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}} \qquad b^{(l)} \in \mathbb{R}^{n_l} \qquad "
          r"z^{(l)} \in \mathbb{R}^{n_l} \qquad a^{(l)} \in \mathbb{R}^{n_l}")
    net = perceptron(sizes=(3, 5, 4, 2))
    assert len(net.W) == net.L == 3 and len(net.sizes) == net.L + 1     # L does not count the input


def test_s3_26_a_layer_is_an_affine_map_and_then_f():
    holds(r"\mathbf{z}^{(l)} = \mathbf{W}^{(l)} \cdot \mathbf{a}^{(l-1)} + \mathbf{b}^{(l)}", key=S3B)
    holds(r"\mathbf{a}^{(l)} = f_l(\mathbf{z}^{(l)})", key=S3B)


def test_s3_27_the_forward_chain_is_one_nested_function():
    holds(r"a^{(L)} = f_3(W^{(3)} f_2(W^{(2)} f_1(W^{(1)} x + b^{(1)}) + b^{(2)}) + b^{(3)})", "sizes=3-5-4-2")
    net, x = perceptron(sizes=(3, 5, 4, 2)), numbers()[0][0]
    z, a = bp.vectorized.forward(net, x)
    left = a[0]
    for l in (1, 2, 3):                                         # each arrow needs only what stands left of it
        left = net.f[l](net.W[l] @ left + net.b[l])             # (n_l,)
        assert same(left, a[l]) and same(net.f[l](z[l]), a[l])


# ---- universal approximation


def staircase(f, m):
    """Cybenko's sum with m + 1 logistic units for f on [0, 1]: one unit a step, and one with w = 0 for f(0)."""
    x = np.arange(m + 1) / m                                    # (m + 1,)
    steep = 40.0 * m
    v = np.append(np.diff(f(x)), 2 * f(x[:1]))                  # (m + 1,)
    w = np.append(np.full(m, steep), 0.0)                       # (m + 1,)
    b = np.append(-steep * (x[:-1] + x[1:]) / 2, 0.0)           # (m + 1,)
    return lambda t: bp.sigmoid(np.multiply.outer(t, w) + b) @ v


UNIT = np.linspace(0, 1, 4001)          # (4001,) with 0, 1/2 and 1


def worst(f, F):
    """The largest distance of two functions on [0, 1]."""
    return abs(f(UNIT) - F(UNIT)).max()


def hump(t):
    return 4 * t * (1 - t)


def test_s3_28_for_every_epsilon_enough_units_come_as_close():
    for epsilon, m in [(0.2, 20), (0.05, 80), (0.01, 400)]:     # epsilon first: then enough units exist
        for f in (hump, lambda t: abs(t - 0.3), lambda t: np.sin(4 * t)):
            assert worst(f, staircase(f, m)) < epsilon
    assert worst(hump, staircase(hump, 20)) > 0.05              # and fewer are not enough
    rng = np.random.default_rng(28)
    units = np.append(rng.normal(scale=10, size=(300, 3)), [[1, 0, 0]], axis=0)     # (301, 3): v, w, b
    errors = [worst(hump, lambda t, v=v, w=w, b=b: v * bp.sigmoid(w * t + b)) for v, w, b in units]
    assert same(min(errors), 0.5)                               # one unit is monotone, whatever its numbers
    for v in np.linspace(-2, 2, 81):                            # "non-constant" is needed: else F is constant, too
        assert worst(hump, lambda t, v=v: v * np.full_like(t, 0.7)) >= 0.5 - 1e-9


def test_s3_29_a_function_with_a_jump_is_not_approximated():
    def jump(t):
        return np.where(t < 0.5, 0.0, 1.0)

    near = 0.5 + np.array([-1e-12, 1e-12])                      # (2,)
    for m in (20, 80, 400):
        assert worst(hump, staircase(hump, m)) < 5 / m          # a continuous function: better and better
        assert abs(jump(near) - staircase(jump, m)(near)).max() >= 0.5 - 1e-6       # not this one
        assert abs(jump(UNIT) - staircase(jump, m)(UNIT)).mean() < 1 / m            # but on the mean it is


# ---- classification and the cost


def test_s3_31_logistic_regression_is_a_last_layer_with_one_sigmoid_unit():
    net, (X, _) = perceptron(sizes=(3, 4, 1)), numbers()
    Y = np.array([[0.0], [1.0], [1.0], [0.0], [1.0], [0.0]])                        # (E, 1)
    features = bp.batched.forward(net, X).a[1]                                      # (E, n_1)
    p = 1 / (1 + np.exp(-(features @ net.W[2][0] + net.b[2][0])))                   # (E,)
    assert same(bp.batched.forward(net, X).a[2][:, 0], p)
    slopes = (p - Y[:, 0]) @ features / 6                                           # (n_1,) of logistic regression
    assert same(bp.batched.backward(net, X, Y, cost=bp.binary_cross_entropy).W[2][0], slopes)
    assert not same(bp.batched.forward(perceptron(output=bp.tanh, sizes=(3, 4, 1)), X).a[2][:, 0], p)


def test_s3_32_softmax_outputs_sum_to_1_and_are_posteriors_only_after_training():
    holds(r"\hat{y} = \operatorname{softmax}(z^{(L)})", "categorical_cross_entropy")
    holds(r"\sum_{k=1}^{n_L} a_k^{(L)} = 1", "softmax", tries=3)
    X = np.repeat([[1.0, 0.0], [0.0, 1.0]], 10, axis=0)                             # (E, 2): two inputs, ten times each
    Y = np.eye(3)[[0] * 7 + [1] * 2 + [2] + [0] * 1 + [1] * 4 + [2] * 5]            # (E, 3)
    truth = np.array([[0.7, 0.2, 0.1], [0.1, 0.4, 0.5]])                            # (2, 3) shares of the classes
    net = bp.Network.random([2, 3], output=bp.softmax, rng=1)
    before = bp.batched.forward(net, np.eye(2)).a[1]                                # (2, 3)
    net = bp.train(net, X, Y, cost=bp.categorical_cross_entropy, alpha=2.0, epochs=1000).net
    after = bp.batched.forward(net, np.eye(2)).a[1]                                 # (2, 3)
    assert same(before.sum(axis=1), [1, 1]) and abs(before - truth).max() > 0.1
    assert same(after, truth, 1e-6)
    twice = bp.softmax(before)                                                      # (2, 3) of outputs, not of z
    assert abs(twice - before).max() > 0.01


def test_s3_33_cross_entropy_is_minus_y_times_log_y_hat():
    holds(r"\mathcal{L}(\mathbf{y}, \hat{\mathbf{y}}) = -\mathbf{y}^T \log \hat{\mathbf{y}}",
          "categorical_cross_entropy", S3B)
    y, p = np.array([0.0, 1.0, 0.0]), np.array([0.2, 0.5, 0.3])                     # (K,), (K,)
    assert same(bp.categorical_cross_entropy.value(p, y), -np.log(0.5))


def test_s3_35_the_label_must_be_a_vector_and_the_norm_a_sum_over_layers():
    corrected(r"J = \frac{1}{E} \sum_{e=1}^{E} C_e + \frac{1}{2} \lambda \|W^{(1)}\|_F^2",
              r"J = \frac{1}{E} \sum_{e=1}^{E} C_e + \frac{1}{2} \lambda \sum_{l=1}^{L} \|W^{(l)}\|_F^2")
    net, (X, _) = perceptron(output=bp.softmax, sizes=(3, 4, 3)), numbers()
    label = np.array([2, 0, 1, 1, 2, 0])                                            # (E,) y^(n) as printed in D
    p = bp.batched.forward(net, X).a[2]                                             # (E, K)
    J = bp.objective(net, X, np.eye(3)[label], cost=bp.categorical_cross_entropy)
    assert same(J, -np.mean([np.eye(3)[y] @ np.log(q) for y, q in zip(label, p)]))
    as_printed = [-y * np.log(q) for y, q in zip(label, p)]                         # a number times a vector
    assert np.shape(as_printed) == (6, 3)                                           # no number for an example
    with pytest.raises(ValueError):
        np.vstack([net.W[1], net.W[2]])                                             # the W^(l) are not one matrix


def test_s3_36_the_weights_step_against_the_gradient():
    holds(r"W^{(l)} \leftarrow W^{(l)} - \alpha \frac{\partial \mathcal{R}(W, \mathbf{b})}{\partial W^{(l)}}", key=S3B)
    one_step_lowers_the_risk()


def test_s3_37_the_biases_step_against_the_gradient():
    holds(r"\mathbf{b}^{(l)} \leftarrow \mathbf{b}^{(l)} - \alpha "
          r"\frac{\partial \mathcal{R}(W, \mathbf{b})}{\partial \mathbf{b}^{(l)}}", key=S3B)
    one_step_lowers_the_risk()


def one_step_lowers_the_risk():
    net, (X, Y) = perceptron(), numbers()
    given = dict(cost=bp.squared_error, lam=0.1)
    g = bp.numeric_gradient(net, X, Y, **given)
    J = bp.objective(net, X, Y, **given)
    moved = {sign: net.replace({l: net.W[l] - sign * 0.05 * g.W[l] for l in g.W},
                               {l: net.b[l] - sign * 0.05 * g.b[l] for l in g.b}) for sign in (1, -1)}
    assert bp.objective(moved[1], X, Y, **given) < J < bp.objective(moved[-1], X, Y, **given)
    step = bp.train(net, X, Y, alpha=0.05, epochs=1, **given).net
    assert all(same(step.W[l], moved[1].W[l], 1e-7) and same(step.b[l], moved[1].b[l], 1e-7) for l in step.W)


# ---- the chain rule and the idea of backpropagation


def test_s3_38_one_bracket_too_many_and_an_order_for_numbers_only():
    printed = r"y = f^5(f^4(f^3(f^2(f^1(x))))))"
    assert printed.count(")") == printed.count("(") + 1
    five = (r"scalar where u_1 = \sin(x) \quad u_2 = u_1^2 + u_1 \quad u_3 = \exp(2 u_2) \quad u_4 = \tanh(u_3) \quad "
            r"y = u_4^3")
    holds(r"\frac{dy}{dx} = \frac{d u_1}{dx} \frac{d u_2}{d u_1} \frac{d u_3}{d u_2} \frac{d u_4}{d u_3} "
          r"\frac{d y}{d u_4}", five)
    jacobian = r"\frac{{\partial z^{{({})}}}}{{\partial z^{{({})}}}}"
    whole, late, early = jacobian.format(3, 1), jacobian.format(3, 2), jacobian.format(2, 1)
    corrected(f"{whole} = {early} {late}", f"{whole} = {late} {early}")             # vectors: output first
    holds(rf"({whole})^\top = ({early})^\top ({late})^\top")                        # or everything transposed


def counted():
    """tanh that counts its calls: (activation, {"value": .., "slope": ..})."""
    calls = {"value": 0, "slope": 0}

    def value(z):
        calls["value"] += 1
        return np.tanh(z)

    def slope(z, a):
        calls["slope"] += 1
        return 1 - a * a

    return bp.Activation("counted", value, slope, "tanh(z)"), calls


def test_s3_39_one_pass_forward_and_one_back_give_the_whole_gradient():
    f, calls = counted()
    net, (X, Y) = perceptron(f, f), numbers()
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error)
    assert calls == {"value": net.L, "slope": net.L}
    n = bp.numeric_gradient(net, X, Y, cost=bp.squared_error)
    assert calls["value"] > 30 * net.L                                              # two passes for each of 20 numbers
    assert all(same(g.W[l], n.W[l], 1e-7) and same(g.b[l], n.b[l], 1e-7) for l in g.W)


def by_the_four_steps(repeat_forward, steps=60, alpha=0.3):
    """J after the algorithm of S3-40 on a line through three points; step (1) once, or in every round."""
    X, Y = np.array([[-1.0], [0.0], [1.0]]), np.array([[0.0], [1.0], [5.0]])        # (E, 1), (E, 1)
    net = bp.Network([[[0.0]]], [[0.0]], bp.identity)
    f, trace = net.f[1], bp.batched.forward(net, X)
    for _ in range(steps):
        if repeat_forward:
            trace = bp.batched.forward(net, X)
        Delta = bp.batched.output_delta(f, bp.squared_error, trace.z[1], trace.a[1], Y)             # (E, 1)
        W = net.W[1] - alpha * bp.batched.weight_gradient(Delta, trace.a[0], net.W[1], 0.0)         # (1, 1)
        b = net.b[1] - alpha * bp.batched.bias_gradient(Delta)                                      # (1,)
        net = bp.Network([W], [b], f)
    return bp.objective(net, X, Y, cost=bp.squared_error)


def test_s3_40_repeating_only_the_last_two_steps_never_looks_at_the_new_outputs():
    X, Y = np.array([[-1.0], [0.0], [1.0]]), np.array([[0.0], [1.0], [5.0]])        # (E, 1), (E, 1)
    start = bp.objective(bp.Network([[[0.0]]], [[0.0]], bp.identity), X, Y, cost=bp.squared_error)
    assert by_the_four_steps(repeat_forward=False) > 100 * start                    # (2), (3), (2), (3), ..
    assert abs(by_the_four_steps(repeat_forward=True) - 0.25) < 1e-6                # (1), (2), (3), (1), ..


def test_s3_41_the_error_is_shared_out_only_if_slopes_and_weights_keep_its_sum():
    f, z, delta = bp.tanh, np.array([0.3, -0.8, 1.1]), np.array([0.7, -0.2])        # (3,), (2,)
    W = np.random.default_rng(41).normal(size=(2, 3))                               # (n_{l+1}, n_l)
    back = bp.vectorized.hidden_delta(f, z, f.value(z), W, delta)                   # (3,)
    assert abs(back.sum() - delta.sum()) > 0.1
    keeping = W / (W @ f.derivative(z, f.value(z)))[:, None]                        # (2, 3): sum_i W_ji f'(z_i) = 1
    back = bp.vectorized.hidden_delta(f, z, f.value(z), keeping, delta)             # (3,)
    assert same(back.sum(), delta.sum())
    holds(r"\frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}") # each unit mends its own numbers


# ---- the computational graph

GATES = (r"scalar where u_1 = w_0 x_0 \quad u_2 = w_1 x_1 \quad u_3 = u_1 + u_2 \quad u_4 = u_3 + w_2 \quad u_5 = -u_4 "
         r"\quad u_6 = \exp(u_5) \quad u_7 = 1 + u_6 \quad u_8 = \frac{1}{u_7}")
BIAS = r"\frac{1}{1 + e^{-(w_0x_0 + w_1x_1 + w_2)}}"            # ten of the seventeen slides
TWO_TERMS = r"\frac{1}{1 + e^{-(w_0x_0 + w_1x_1 + w_2x_2)}}"    # seven of them


def the_third_term_is_the_bias_alone():
    """The slides show one graph, so one function; with x_2 it is another one, unless x_2 = 1."""
    corrected(TWO_TERMS + " = u_8", BIAS + " = u_8", GATES)
    holds(TWO_TERMS + " = u_8", GATES.replace("where", r"where x_2 = 1 \quad"))


def gate(slope):
    holds(slope, "scalar", tries=10)


def values(x2=None):
    """(nodes, slopes of the output) for the numbers of the slides; x2: the seven slides' extra input."""
    n = {k: graph.variable(v, k) for k, v in dict(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0, x2=x2 or 1.0).items()}
    last = n["w2"] if x2 is None else n["w2"] * n["x2"]
    n["u7"] = 1 + graph.exp(-(n["w0"] * n["x0"] + n["w1"] * n["x1"] + last))
    n["u8"] = graph.reciprocal(n["u7"])
    return n, graph.gradients(n["u8"])


def test_s3_42_48_58_the_third_term_has_no_x2():
    the_third_term_is_the_bias_alone()
    assert round(values()[0]["u7"].value, 2) == 1.37 != round(values(x2=2.0)[0]["u7"].value, 2)


def test_s3_43_the_slope_of_1_over_x():
    holds(BIAS + " = u_8", GATES)
    gate(r"\frac{d}{dx}(\frac{1}{x}) = -\frac{1}{x^2}")


def test_s3_44_the_third_term_has_no_x2_and_the_number_is_rounded():
    the_third_term_is_the_bias_alone()
    gate(r"\frac{d}{dx}(\frac{1}{x}) = -\frac{1}{x^2}")
    corrected(r"\frac{-1}{1.37^2} \cdot 1.00 = -0.53", r"\frac{-1}{1.37^2} \cdot 1.00 \approx -0.53", "scalar")
    nodes, back = values()
    assert round(nodes["u7"].value, 2) == 1.37 and round(back[nodes["u7"]], 2) == -0.53


def test_s3_45_the_third_term_has_no_x2_at_the_plus_1_gate():
    the_third_term_is_the_bias_alone()
    gate(r"\frac{d}{dx}(c + x) = 1")


def test_s3_46_the_slope_of_c_plus_x():
    holds(BIAS + " = u_8", GATES)
    gate(r"\frac{d}{dx}(c + x) = 1")


def test_s3_47_the_slope_of_exp():
    holds(BIAS + " = u_8", GATES)
    gate(r"\frac{d}{dx}(e^x) = e^x")


def test_s3_49_the_slope_of_a_times_x():
    holds(BIAS + " = u_8", GATES)
    gate(r"\frac{d}{dx}(a x) = a")


def test_s3_50_the_third_term_has_no_x2_at_the_minus_gate():
    the_third_term_is_the_bias_alone()
    gate(r"\frac{d}{dx}(a x) = a")


def test_s3_51_52_53_54_a_sum_has_slope_1_if_its_inputs_are_two():
    holds(BIAS + " = u_8", GATES)
    conditional(r"\frac{\partial}{\partial x}(x + p) = 1", "scalar", "scalar where p = x")
    x, p = graph.variable(3.0), graph.variable(-4.0)
    assert graph.gradients(x + p)[x] == 1 and graph.gradients(x + x)[x] == 2


def test_s3_55_the_slide_without_a_gate_shows_the_function():
    holds(BIAS + " = u_8", GATES)


def product_gate():
    conditional(r"\frac{\partial}{\partial x}(x p) = p", "scalar", "scalar where p = x")
    x, p = graph.variable(3.0), graph.variable(-4.0)
    assert graph.gradients(x * p)[x] == -4 and graph.gradients(x * x)[x] == 6


def test_s3_56_a_product_has_the_other_input_for_a_slope_if_its_inputs_are_two():
    holds(BIAS + " = u_8", GATES)
    product_gate()


def test_s3_57_the_third_term_has_no_x2_at_the_product_gate():
    the_third_term_is_the_bias_alone()
    product_gate()
    _, back = values()
    n, other = values(x2=2.0)
    assert same(other[n["w2"]] / (n["u8"].value * (1 - n["u8"].value)), 2.0)        # x_2 would come back to w_2
    assert len(back) < len(other)


# ---- the 3-3-2 perceptron, input as layer 1


def test_s3_59_the_input_is_layer_1():
    holds(r"a_i^{(1)} = x_i", THREE, S3)
    theirs = conventions.export(perceptron(), S3)["W"]
    assert {l: W.shape for l, W in theirs.items()} == {2: (3, 3), 3: (2, 3)}
    assert set(conventions.export(perceptron(), S3B)["W"]) == {1, 2}                # the first part counts from 0


SUM = {(l, i): rf"w_{{{i}1}}^{{({l})}} {x}_1{s} + w_{{{i}2}}^{{({l})}} {x}_2{s} + w_{{{i}3}}^{{({l})}} {x}_3{s} "
       rf"+ b_{i}^{{({l})}}" for l, x, s in ((2, "x", ""), (3, "a", "^{(2)}")) for i in (1, 2, 3)}


def forward_lines(l, units):
    for i in units:
        holds(rf"z_{i}^{{({l})}} = {SUM[l, i]}", THREE, S3)
        holds(rf"a_{i}^{{({l})}} = f(z_{i}^{{({l})}})", THREE, S3)


def test_s3_60_the_hidden_layer_written_out():
    forward_lines(2, (1, 2, 3))


def test_s3_61_the_output_layer_written_out():
    forward_lines(3, (1, 2))


def test_s3_62_94_a_layer_in_vectors():
    holds(r"\mathbf{z}^{(l)} = \mathbf{W}^{(l)} \mathbf{a}^{(l-1)} + \mathbf{b}^{(l)}", key=S3)
    holds(r"\mathbf{a}^{(l)} = f(\mathbf{z}^{(l)})", key=S3)


def test_s3_63_the_chain_ends_in_the_output_not_in_the_target():
    fails(r"\mathbf{a}^{(L)} = \mathbf{y}", "squared_error", S3)
    assert book(r"\mathbf{a}^{(L)} = \mathbf{o}", S3) == "a^{(L)} = a^{(L)}"        # o is the name of the output
    net, (X, _) = perceptron(), numbers()
    assert bp.objective(net, X, bp.batched.forward(net, X).a[2], cost=bp.squared_error) == 0    # nothing to learn


def test_s3_65_half_the_squared_error_of_one_example():
    holds(r"E_{(i)} = \frac{1}{2} \|\mathbf{y}^{(i)} - \mathbf{o}^{(i)}\|^2 "
          r"= \frac{1}{2} \sum_{k=1}^{n_L} (y_k^{(i)} - o_k^{(i)})^2", "squared_error", S3)


def parabola(half, mu, steps=40, lam=0.0, w=3.0):
    """Descent on half * (w - 1)^2 + lam/2 w^2: the path, (steps + 1,)."""
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - mu * (2 * half * (path[-1] - 1) + lam * path[-1]))
    return np.array(path)


def test_s3_67_the_half_can_go_only_if_mu_is_halved_and_nothing_is_penalised():
    assert same(parabola(0.5, 0.4), parabola(1.0, 0.2))                             # the same path with half the step
    assert abs(parabola(0.5, 1.5)[-1] - 1) < 1e-9 and abs(parabola(1.0, 1.5)[-1] - 1) > 1e9     # same step: too long
    assert same(parabola(0.5, 0.2, 400, lam=1.0)[-1], 1 / 2)                        # a penalty: another minimum
    assert same(parabola(1.0, 0.2, 400, lam=1.0)[-1], 2 / 3)
    corrected(r"\delta_i^{(L)} = -2(y_i - a_i^{(L)})f'(z_i^{(L)})", r"\delta_i^{(L)} = -(y_i - a_i^{(L)})f'(z_i^{(L)})",
              "squared_error", S3)                                                  # BP-1 has the half in it


def test_s3_68_the_activations_lack_their_example():
    corrected(r"E_{(i)} = \frac{1}{2}(y_1^{(i)} - a_1^{(3)})^2 + \frac{1}{2}(y_2^{(i)} - a_2^{(3)})^2",
              r"E_{(i)} = \frac{1}{2}(y_1^{(i)} - o_1^{(i)})^2 + \frac{1}{2}(y_2^{(i)} - o_2^{(i)})^2", HALF_SQUARE, S3)
    holds(r"E = \frac{1}{2}(y_1 - a_1^{(3)})^2 + \frac{1}{2}(y_2 - a_2^{(3)})^2 "
          rf"= \frac{{1}}{{2}}(y_1 - f({SUM[3, 1]}))^2 + \frac{{1}}{{2}}(y_2 - f({SUM[3, 2]}))^2", HALF_SQUARE, S3)


def test_s3_69_the_total_cost_is_the_mean():
    holds(r"E_{total} = \frac{1}{N} \sum_{i=1}^N E_{(i)}", "lambda=0", S3)


def update(p, with_total):
    """(the update read as an equation, the update with an arrow), in the book's notation."""
    q = f"{p}^{{(l)}}"
    total = rf"{q} - \mu \frac{{\partial E_{{total}}}}{{\partial {q}}} ="
    mean = rf"{q} - \frac{{\mu}}{{N}} \sum_{{i=1}}^N \frac{{\partial E_{{(i)}}}}{{\partial {q}}}"
    arrow = book(f"{q} = {total if with_total else ''} {mean}", S3)
    assert arrow.count(r"\leftarrow") == 1
    return arrow.replace(r"\leftarrow", "="), arrow


def test_s3_70_the_update_is_an_assignment_not_an_equation():
    for p in "Wb":
        corrected(*update(p, with_total=True), "lambda=0")


# ---- the output layer


def test_s3_71_steps_1_and_2_lack_the_square():
    square = rf"\frac{{1}}{{2}} \left((y_1 - f({SUM[3, 1]}))^2 + (y_2 - f({SUM[3, 2]}))^2 \right)"
    steps = [r"\frac{1}{2} \left((y_1 - a_1^{(3)})^2 + (y_2 - a_2^{(3)})^2 \right)",
             r"\frac{1}{2} \left((y_1 - f(z_1^{(3)}))^2 + (y_2 - f(z_2^{(3)}))^2 \right)", square]
    norms = [r"\frac{1}{2} \|\mathbf{y} - \mathbf{o}\|", r"\frac{1}{2} \|\mathbf{y} - \mathbf{a}^{(3)}\|"]
    for norm in norms:
        corrected(f"E = {norm}", f"E = {norm}^2", HALF_SQUARE, S3)
    holds(" = ".join(["E", norms[1] + "^2", *steps]), HALF_SQUARE, S3)


def test_s3_72_the_derivative_by_the_first_output_weight():
    holds(r"\frac{\partial E}{\partial w_{11}^{(3)}} "
          r"= \frac{1}{2} \cdot 2(y_1 - a_1^{(3)}) \left(-\frac{\partial a_1^{(3)}}{\partial w_{11}^{(3)}} \right) "
          r"= -(y_1 - a_1^{(3)}) f'(z_1^{(3)}) \frac{\partial z_1^{(3)}}{\partial w_{11}^{(3)}} "
          r"= -(y_1 - a_1^{(3)}) f'(z_1^{(3)}) a_1^{(2)}", HALF_SQUARE, S3)


def test_s3_73_delta_is_the_derivative_by_z():
    holds(r"\delta_i^{(l)} \equiv \frac{\partial E}{\partial z_i^{(l)}}", key=S3)


def test_s3_74_the_same_derivative_with_delta():
    holds(r"\frac{\partial E}{\partial w_{11}^{(3)}} = \frac{\partial E}{\partial z_1^{(3)}} "
          r"\frac{\partial z_1^{(3)}}{\partial w_{11}^{(3)}} = \delta_1^{(3)} a_1^{(2)}", THREE, S3)


def test_s3_75_the_error_of_output_1():
    holds(r"\delta_1^{(3)} = \frac{\partial E}{\partial z_1^{(3)}} "
          r"= \frac{\partial E}{\partial a_1^{(3)}} \frac{\partial a_1^{(3)}}{\partial z_1^{(3)}} "
          r"= -(y_1 - a_1^{(3)}) f'(z_1^{(3)})", HALF_SQUARE, S3)
    fails(r"\delta_1^{(3)} = \frac{\partial E}{\partial a_1^{(3)}} \frac{\partial a_1^{(3)}}{\partial z_1^{(3)}}",
          "sizes=3-3-2, softmax", S3)           # not where outputs share a denominator


def test_s3_76_the_other_output_weights():
    for i, j in [(1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]:
        holds(rf"\frac{{\partial E}}{{\partial w_{{{i}{j}}}^{{(3)}}}} = \delta_{i}^{{(3)}} a_{j}^{{(2)}}", THREE, S3)


def test_s3_77_the_error_of_output_2():
    holds(r"\delta_2^{(3)} = -(y_2 - a_2^{(3)})f'(z_2^{(3)})", HALF_SQUARE, S3)


def questions(net, x, y, remember):
    """How often dC/dz is asked for until all of layer 1 are known, with or without a memory."""
    z, a = bp.vectorized.forward(net, x)
    known, asked = {}, 0

    def delta(l, i):
        nonlocal asked
        if remember and (l, i) in known:
            return known[l, i]
        asked += 1
        known[l, i] = a[l][i] - y[i] if l == net.L else (1 - a[l][i]**2) * sum(
            net.W[l + 1][j, i] * delta(l + 1, j) for j in range(net.sizes[l + 1]))
        return known[l, i]

    return [delta(1, i) for i in range(net.sizes[1])], asked


def test_s3_78_delta_of_a_unit_needs_all_deltas_above_and_each_is_computed_once():
    fails(r"\delta_i^{(l)} = \delta_i^{(l+1)} w_{ii}^{(l+1)} f'(z_i^{(l)})", key=S3, says="i numbers")
    holds(r"\delta_i^{(l)} = \sum_{j=1}^{n_{l+1}} \delta_j^{(l+1)} w_{ji}^{(l+1)} f'(z_i^{(l)})", key=S3)
    net = perceptron(output=bp.identity, sizes=(3, 4, 4, 4, 2))
    x, y = np.array([0.1, -0.4, 0.8]), np.array([1.0, -1.0])                        # (n_0,), (n_L,)
    (kept, few), (anew, many) = questions(net, x, y, True), questions(net, x, y, False)
    assert same(kept, anew) and same(kept, bp.vectorized.backward(net, x, y, cost=bp.squared_error).b[1])
    assert few == 4 + 4 + 4 + 2 and many == 4 * (1 + 4 + 4 * 4 + 4 * 4 * 2)


BP1 = r"\delta_i^{(L)} = -(y_i - a_i^{(L)})f'(z_i^{(L)})"
BP2 = r"\delta_i^{(l)} = \left(\sum_{j=1}^{n_{l+1}} \delta_j^{(l+1)} w_{ji}^{(l+1)} \right) f'(z_i^{(l)})"
BP3 = r"\frac{\partial E}{\partial w_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}"
BP4 = r"\frac{\partial E}{\partial b_i^{(l)}} = \delta_i^{(l)}"


def output_error():
    """BP-1 for half the squared error and an element-wise output function: executed, and proved for any width."""
    conditional(BP1, "squared_error", "binary_cross_entropy", S3)
    assert general.squared_error_lemma()


def hidden_error():
    """BP-2: executed, and proved for any width."""
    holds(BP2, key=S3)
    assert general.hidden_lemma() and general.hidden_lemma(equal_widths=True)


def test_s3_79_the_output_layer_for_any_depth():
    output_error()
    holds(r"\frac{\partial E}{\partial w_{ij}^{(L)}} = \delta_i^{(L)} a_j^{(L-1)} "
          r"\quad (1 \leq i \leq n_L, 1 \leq j \leq n_{L-1})", key=S3)


def test_s3_80_the_output_layer_in_vectors():
    conditional(r"\boldsymbol{\delta}^{(L)} = -(\mathbf{y} - \mathbf{a}^{(L)}) \odot f'(\mathbf{z}^{(L)})",
                "squared_error", key=S3)
    holds(r"\nabla_{W^{(L)}} E = \boldsymbol{\delta}^{(L)} (\mathbf{a}^{(L-1)})^\top", key=S3)


def test_s3_81_the_hadamard_product_multiplies_entry_by_entry():
    a, b = (np.array(sp.symbols(f"{name}_1:4_1:3")).reshape(3, 2) for name in "ab") # (3, 2), (3, 2)
    printed = np.array([[a[i, j] * b[i, j] for j in range(2)] for i in range(3)])   # (3, 2)
    assert (a * b == printed).all() and (sp.Matrix(a).multiply_elementwise(sp.Matrix(b)) == sp.Matrix(printed))
    with pytest.raises(ValueError):
        a @ b                                                                       # no matrix product at all


# ---- hidden layers and biases


def test_s3_82_a_weight_of_any_layer():
    holds(r"\frac{\partial E}{\partial w_{ij}^{(l)}} = \frac{\partial E}{\partial z_i^{(l)}} "
          r"\frac{\partial z_i^{(l)}}{\partial w_{ij}^{(l)}} "
          r"= \delta_i^{(l)} \frac{\partial z_i^{(l)}}{\partial w_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}", key=S3)
    assert general.weight_lemma()


def test_s3_83_delta_collects_over_the_next_layer():
    holds(r"\delta_i^{(l)} \equiv \frac{\partial E}{\partial z_i^{(l)}} "
          r"= \sum_{j=1}^{n_{l+1}} \frac{\partial E}{\partial z_j^{(l+1)}} "
          r"\frac{\partial z_j^{(l+1)}}{\partial z_i^{(l)}} "
          r"= \sum_{j=1}^{n_{l+1}} \delta_j^{(l+1)} \frac{\partial z_j^{(l+1)}}{\partial z_i^{(l)}}", key=S3)


def test_s3_84_the_recursion_with_f_prime_inside_and_outside_of_the_sum():
    holds(r"\delta_i^{(l)} = \sum_{j=1}^{n_{l+1}} \delta_j^{(l+1)} w_{ji}^{(l+1)} f'(z_i^{(l)}) "
          r"= \left(\sum_{j=1}^{n_{l+1}} \delta_j^{(l+1)} w_{ji}^{(l+1)} \right) f'(z_i^{(l)})", key=S3)
    hidden_error()


def test_s3_86_a_bias_of_any_layer():
    holds(r"\frac{\partial E}{\partial b_i^{(l)}} = \frac{\partial E}{\partial z_i^{(l)}} "
          r"\frac{\partial z_i^{(l)}}{\partial b_i^{(l)}} = \delta_i^{(l)}", key=S3)
    assert general.bias_lemma()


def test_s3_87_the_layer_lost_its_brackets():
    report = formula.check(r"\nabla_{b^{(l)}} C = \delta^{l}")
    assert report.status == "ill-formed" and "needs its layer" in report.message    # delta to the power l
    holds(r"\nabla_{b^{(l)}} E = \boldsymbol{\delta}^{(l)}", key=S3)


# ---- the four formulas and the algorithm


def test_s3_88_95_bp1():
    output_error()


def test_s3_89_96_102_bp2():
    hidden_error()


def test_s3_90_bp3():
    holds(BP3, key=S3)
    assert general.weight_lemma()


def test_s3_91_bp4():
    holds(BP4, key=S3)
    assert general.bias_lemma()


def test_s3_97_both_derivatives():
    holds(BP3, key=S3)
    holds(BP4, key=S3)


def deep(depth, spread, n=8):
    """A tanh network with `depth` hidden layers; all weights and biases are random numbers of this spread."""
    rng, sizes = np.random.default_rng(1), [3] + [n] * depth + [2]
    W = [spread * rng.normal(size=(sizes[l], sizes[l - 1])) for l in range(1, depth + 2)]      # (n_l, n_{l-1})
    b = [spread * rng.normal(size=sizes[l]) for l in range(1, depth + 2)]                      # (n_l,)
    return bp.Network(W, b, [bp.tanh] * depth + [bp.identity])


def test_s3_92_near_zero_is_right_for_few_layers_and_too_small_for_many():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3))                                                    # (E, 3)
    Y = np.stack([np.tanh(X[:, 0] - X[:, 1]), X[:, 2] * X[:, 1]], axis=1)           # (E, 2)
    constant = ((Y - Y.mean(axis=0))**2).sum() / 2 / 20                             # J of the best constant
    J = {case: bp.train(deep(*case), X, Y, cost=bp.squared_error, alpha=0.1, epochs=300).history[-1]
         for case in [(1, 0.01), (10, 0.01), (10, 1 / np.sqrt(8))]}
    assert J[1, 0.01] < 0.5 * constant                          # one hidden layer: it learns
    assert abs(J[10, 0.01] - constant) < 1e-9                   # ten: nothing but a constant
    assert J[10, 1 / np.sqrt(8)] < 0.5 * constant               # ten, with the spread that 8 inputs need
    g = bp.batched.backward(deep(10, 0.01), X, Y, cost=bp.squared_error)
    assert abs(g.W[1]).max() < 1e-12 < 1e-2 < abs(g.b[11]).max()


def from_equal(value, sizes=(3, 4, 3, 2), f=bp.sigmoid):
    """A network whose weights and biases all start at one value, after 20 steps."""
    W, b = [np.full((n, m), value) for m, n in zip(sizes, sizes[1:])], [np.full(n, value) for n in sizes[1:]]
    net = bp.Network(W, b, f)
    X, Y = numbers(sizes=sizes)
    return bp.train(net, X, Y, cost=bp.squared_error, alpha=0.5, epochs=20).net


def spread(a, axis):
    return np.ptp(a, axis=axis).max()


def test_s3_93_the_weights_of_the_output_layer_do_not_stay_equal():
    for value in (0.0, 0.5):
        net = from_equal(value)
        assert spread(net.W[1], 0) < 1e-12 and spread(net.W[2], 0) < 1e-12          # hidden: equal for all i
        assert spread(net.W[3], 0) > 1e-2                                           # output: not equal for all i
        assert spread(net.W[3], 1) < 1e-12                                          # there: equal for all j
    for f in (bp.tanh, bp.relu):                                # from zero, with a linear output: no weight moves
        net = from_equal(0.0, f=[f, f, bp.identity])
        assert not any(W.any() for W in net.W.values()) and net.b[3].all()
    assert spread(from_equal(0.5, sizes=(3, 2)).W[1], 1) > 1e-2                     # no hidden layer: not for all j
    equal = (r"where W^{(1)} = \begin{pmatrix} 2 & 2 \\ 2 & 2 \\ 2 & 2 \end{pmatrix} "
             r"\quad b^{(1)} = \begin{pmatrix} 2 \\ 2 \\ 2 \end{pmatrix} "
             r"\quad W^{(2)} = \begin{pmatrix} 2 & 2 & 2 \\ 2 & 2 & 2 \end{pmatrix} "
             r"\quad b^{(2)} = \begin{pmatrix} 2 \\ 2 \end{pmatrix}")
    rows = r"\frac{{\partial C}}{{\partial W_{{ij}}^{{({0})}}}} = \frac{{\partial C}}{{\partial W_{{kj}}^{{({0})}}}}"
    corrected(rows.format("2"), rows.format("1"), equal)
    random = bp.Network.random([3, 4, 3, 2], hidden=bp.sigmoid, output=bp.sigmoid)
    assert spread(random.W[1], 0) > 1e-2


def as_the_slides_say(net, X, Y, mu, tolerance, most):
    """(1) BP-1 to BP-4 for every example, (2) update with their mean, (3) again until the error hardly changes."""
    W, b = net.W, net.b
    total = [bp.objective(net, X, Y, cost=bp.squared_error)]
    while len(total) <= most and (len(total) < 2 or abs(total[-1] - total[-2]) >= tolerance):
        g = [bp.indexed.backward(net, x, y, cost=bp.squared_error) for x, y in zip(X, Y)]
        W = {l: W[l] - mu / len(X) * sum(one.W[l] for one in g) for l in W}         # (n_l, n_{l-1})
        b = {l: b[l] - mu / len(X) * sum(one.b[l] for one in g) for l in b}         # (n_l,)
        net = net.replace(W, b)
        total.append(bp.objective(net, X, Y, cost=bp.squared_error))
    return net, total


def test_s3_98_the_three_steps_are_batch_gradient_descent_and_they_stop():
    net, (X, Y) = perceptron(output=bp.identity), numbers()
    by_hand, total = as_the_slides_say(net, X, Y, mu=0.1, tolerance=1e-3, most=200)
    run = bp.train(net, X, Y, cost=bp.squared_error, alpha=0.1, epochs=200, tolerance=1e-3)
    assert 10 < len(total) - 1 < 200 and len(total) == len(run.history) and same(total, run.history)
    assert all(same(by_hand.W[l], run.net.W[l]) and same(by_hand.b[l], run.net.b[l]) for l in net.W)
    assert total[-1] < 0.6 * total[0] and (np.diff(total) < 0).all()
    assert len(as_the_slides_say(net, X, Y, mu=0.1, tolerance=0.0, most=5)[1]) - 1 == 5     # or so many rounds


def test_s3_99_the_batch_update_is_an_assignment_not_an_equation():
    corrected(*update("W", with_total=False), "lambda=0")


def test_s3_100_the_derivative_by_b_lost_its_second_partial():
    arrow = update("b", with_total=False)[1]
    printed = arrow.replace(r"{\partial b^{(l)}}", "{b^{(l)}}")
    assert printed.count(r"\partial") == 1 and formula.check(printed, "lambda=0").status == "unsupported"
    corrected(arrow.replace(r"\frac{\partial C_e}{\partial b^{(l)}}", r"\frac{C_e}{b^{(l)}}"), arrow, "lambda=0")


def test_s3_101_a_batch_step_uses_every_example_a_stochastic_step_one():
    rows = []
    f = bp.Activation("noting", lambda z: rows.append(len(z)) or np.tanh(z), lambda z, a: 1 - a * a, "tanh(z)")
    net, (X, Y) = perceptron(f, f, sizes=(3, 3, 2)), numbers()
    whole = bp.batched.backward(net, X, Y, cost=bp.squared_error)
    assert rows == [6, 6]
    rows.clear()
    single = [bp.batched.backward(net, X[i:i + 1], Y[i:i + 1], cost=bp.squared_error) for i in range(6)]
    assert rows == [1] * 12
    assert same(sum(g.W[1] for g in single) / 6, whole.W[1])    # on average the single steps go the way of the batch
    assert not same(single[0].W[1], whole.W[1])
    run = bp.train(net, X, Y, cost=bp.squared_error, alpha=0.1, epochs=50, batch_size=1)
    assert run.history[-1] < 0.8 * run.history[0]


# ---- vanishing gradients


def slope_of(f):
    return f.derivative(GRID, f.value(GRID))                                        # (4801,)


def test_s3_103_the_slopes_lie_in_the_intervals_and_never_reach_0():
    holds(r"\sigma'(x) = \sigma(x)(1 - \sigma(x)) = \frac{1}{4} - (\sigma(x) - \frac{1}{2})^2", "scalar")
    holds(r"\tanh'(x) = 1 - (\tanh(x))^2", "scalar")
    for f, top in ((bp.sigmoid, 0.25), (bp.tanh, 1.0)):
        assert slope_of(f).max() == top and 0 < slope_of(f).min() < 1e-4
    x = sp.Symbol("x", real=True)
    assert sp.limit(1 - sp.tanh(x)**2, x, sp.oo) == 0


def test_s3_104_the_slope_of_tanh_reaches_1_and_errors_can_grow():
    assert slope_of(bp.tanh).max() == 1                                             # at 0: not smaller than 1
    fails(r"\| \delta^{(l)} \| < \| \delta^{(l+1)} \|", "tanh")
    chain = bp.Network([[[8.0]]] * 11, [[0.0]] + [[-4.0]] * 10, bp.sigmoid)         # one unit a layer, all z = 0
    g = bp.batched.backward(chain, [[0.0]], [[1.0]], cost=bp.squared_error)
    assert g.b[1][0] == 2**10 * g.b[11][0]                                          # w f' = 2: the error doubles
    rng = np.random.default_rng(104)
    for f, top in ((bp.sigmoid, 0.25), (bp.tanh, 1.0)):
        ratios, tries = [], [(rng.normal(size=(4, 6)), rng.normal(size=4), rng.normal(size=6)) for _ in range(200)]
        for W, delta, z in [*tries, (np.ones((4, 6)), np.ones(4), np.zeros(6))]:            # (4, 6), (4,), (6,)
            back = bp.vectorized.hidden_delta(f, z, f.value(z), W, delta)                   # (6,)
            ratios.append(np.linalg.norm(back) / np.linalg.norm(W) / np.linalg.norm(delta))
        assert same(max(ratios), top)                                               # the corrected bound is reached


def test_s3_105_relu_is_not_linear_and_the_slope_of_softplus_is_below_1():
    assert bp.relu(1.0) + bp.relu(-1.0) != bp.relu(0.0)
    corrected(r"\operatorname{ReLU}'(x) = 1", r"\operatorname{ReLU}'(x) = [x > 0]", "scalar")
    corrected(r"\operatorname{softplus}'(x) = 1", r"\operatorname{softplus}'(x) = \sigma(x)", "scalar")
    zero = np.array([0.0])                                                          # (1,)
    assert bp.softplus.derivative(zero, bp.softplus.value(zero))[0] == 0.5
    assert slope_of(bp.softplus).max() < 1
