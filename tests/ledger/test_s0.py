"""S0, the notes on the UFLDL back-propagation algorithm: every equation and claim that can be decided, decided."""

import numpy as np
import pytest
from common import book, conditional, corrected, derivative, fails, holds, same

import bp
from bp import conventions
from bp.symbolic import general
from oracle import gradient as true_gradient

S0 = "S0"
LAM, ALPHA = 0.3, 0.4
SIZES = [3, 5, 4, 2]
SAMPLE = r"J(W, b; x^{(k)}, y^{(k)})"
BY_W, BY_b = r"\frac{\partial}{\partial W_{ij}^{(l)}}", r"\frac{\partial}{\partial b_i^{(l)}}"


def problem(sizes=SIZES, K=6, seed=5):
    """A tanh network whose biases are not 0, and samples X (K, n_0), Y (K, n_L)."""
    rng = np.random.default_rng(seed)
    net = bp.Network.random(sizes, hidden=bp.tanh, output=bp.tanh, rng=rng)
    net = net.replace(net.W, {l: rng.normal(size=b.shape) for l, b in net.b.items()})
    return net, rng.normal(size=(K, sizes[0])), rng.uniform(-0.9, 0.9, size=(K, sizes[-1]))


def parameters(net):
    """W and b numbered as the notes do: 1..n_l - 1, leaving their layer."""
    p = conventions.export(net, S0)
    return p["W"], p["b"]


def outputs(W, b, x):
    """a^(1)..a^(n_l), by the notes' numbers."""
    a = {1: x}
    for l in W:
        a[l + 1] = np.tanh(W[l] @ a[l] + b[l])      # (s_{l+1},)
    return a


def passes(W, b, x, y):
    """Outputs and residuals of one sample by the notes' recipe, the output layer first."""
    a, n_l = outputs(W, b, x), len(W) + 1
    delta = {n_l: -(y - a[n_l]) * (1 - a[n_l]**2)}                          # (s_{n_l},)
    for l in range(n_l - 1, 1, -1):
        delta[l] = W[l].T @ delta[l + 1] * (1 - a[l]**2)                    # (s_l,)
    return a, delta


def accumulated(net, X, Y, dW=None, db=None):
    """Delta W and Delta b, with one sample after the other added; from 0 unless they are given."""
    W, b = parameters(net)
    dW, db = dW or {l: 0 * W[l] for l in W}, db or {l: 0 * b[l] for l in b}
    for x, y in zip(X, Y):
        a, delta = passes(W, b, x, y)
        dW = {l: dW[l] + np.outer(delta[l + 1], a[l]) for l in W}           # (s_{l+1}, s_l)
        db = {l: db[l] + delta[l + 1] for l in b}                           # (s_{l+1},)
    return dW, db


def truth(net, X, Y, lam=0.0):
    """dJ/dW and dJ/db in the notes' numbers, by complex step through an independent forward pass."""
    return parameters(bp.Gradient(*true_gradient(net, X, Y, bp.squared_error, lam)))


def agree(got, want):
    return all(set(g) == set(w) and all(same(g[l], w[l]) for l in w) for g, w in zip(got, want))


def equation(latex):
    """An update as it is printed, with = for :=, in the book's notation."""
    ours = book(latex, S0)
    assert r"\leftarrow" in ours, ours
    return ours.replace(r"\leftarrow", "=")


def literally(latex):
    """A sum over samples as it is printed: nothing but J carries the sample's number k."""
    ours = book(latex, S0)
    assert "_{e," in ours, ours
    return ours.replace("_{e,", "_{")


# ---- the network and its cost


def test_s0_04_the_size_is_written_with_a_letter_that_was_not_introduced():
    with pytest.raises(ValueError, match="S"):
        book(r"S_{l+1} = 1", S0)                                            # s_l is the number of units
    assert book(r"s_{l+1} = 1", S0) == "n_{l} = 1"
    holds(r"W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}")                   # s_{l+1} x s_l in the notes' numbers
    fails(r"W^{(l)} \in \mathbb{R}^{n_{l-1} \times n_l}")


@pytest.mark.parametrize("i", [1, 2, 3, 4])
def test_s0_05_each_output_of_the_second_layer_is_written_out_rightly(i):
    row = "+".join(rf"W_{{{i}{j}}}^{{(1)}}x_{j}" for j in (1, 2, 3))
    holds(rf"a_{i}^{{(2)}} = f({row} + b_{i}^{{(1)}})", "sizes=3-4-2", S0)


def test_s0_06_the_vector_form_says_the_same():
    holds(r"z^{(2)} = W^{(1)}x + b^{(1)}", key=S0)
    holds(r"a^{(2)} = f(z^{(2)})", key=S0)


def test_s0_07_the_matrix_has_a_row_for_each_unit_of_layer_2():
    rows = r" \\ ".join(" & ".join(f"W_{{{i}{j}}}^{{(1)}}" for j in (1, 2, 3)) for i in (1, 2, 3, 4))
    holds(rf"W^{{(1)}} = \begin{{bmatrix}} {rows} \end{{bmatrix}}", "sizes=3-4-2")


def test_s0_08_four_units_behind_three_make_a_matrix_of_4_by_3():
    holds(r"W^{(1)} \in \mathbb{R}^{4 \times 3}", "sizes=3-4-2")
    fails(r"W^{(1)} \in \mathbb{R}^{3 \times 4}", "sizes=3-4-2")


def test_s0_09_the_cost_of_a_sample_is_half_the_square():
    holds(r"J(W, b; x, y) = \frac{1}{2} \|h_{W,b}(x) - y\|^2", "squared_error", S0)


def test_s0_10_the_total_cost_is_the_mean_and_the_penalty_over_all_weights():
    squares = r"\frac{\lambda}{2} \sum_{l=1}^{n_l-1} \sum_{i=1}^{s_l} \sum_{j=1}^{s_{l+1}} (W_{ji}^{(l)})^2"
    mean = r"\left[ \frac{1}{K} \sum_{k=1}^K "
    holds(rf"J(W, b) = {mean} {SAMPLE} \right] + {squares}", key=S0)
    half = r"\left( \frac{1}{2} \|h_{W,b}(x^{(k)}) - y^{(k)}\|^2 \right)"
    conditional(rf"J(W, b) = {mean} {half} \right] + {squares}", "squared_error", key=S0)
    fails(rf"J(W, b) = {mean} {SAMPLE} \right] + {squares.replace('W_{ji}', 'W_{ij}')}", key=S0)


# ---- gradient descent


def ends(f, starts, X, Y, alpha):
    """J at the end of batch descent for one unit with one input, from each start (w, b)."""
    nets = (bp.Network([[[w]]], [[b]], f) for w, b in starts)
    return [bp.train(net, X, Y, cost=bp.squared_error, alpha=alpha, epochs=4000, tolerance=1e-13).history[-1]
            for net in nets]


def test_s0_11_descent_finds_the_optimum_only_where_no_worse_valley_waits():
    X, Y = np.array([[-2.0], [-1.0], [0.5], [6.0]]), np.array([[0.1], [0.2], [0.7], [0.1]])     # (K, 1), (K, 1)
    starts = [(-1.0, 0.0), (4.0, 2.0)]
    low, high = sorted(ends(bp.sigmoid, starts, X, Y, alpha=1.0))
    assert high > 1.2 * low                                     # a sigmoid unit: two starts, two ends
    A = np.hstack([X, np.ones_like(X)])                         # (K, 2)
    best = ((A @ np.linalg.lstsq(A, Y)[0] - Y)**2).mean() / 2
    assert same(ends(bp.identity, starts, X, Y, alpha=0.1), [best, best], 1e-8)     # a bowl: one end, the optimum


def test_s0_12_the_weight_update_is_an_assignment_not_an_equation():
    mean = rf"\left( \frac{{1}}{{K}} \sum_{{k=1}}^K {BY_W} {SAMPLE} \right)"
    for step in (rf"{BY_W} J(W, b)", rf"\left[ {mean} + \lambda W_{{ij}}^{{(l)}} \right]"):
        update = rf"W_{{ij}}^{{(l)}} = W_{{ij}}^{{(l)}} - \alpha {step}"
        corrected(equation(update), book(update, S0))
    fails(rf"W_{{ij}}^{{(l)}} = W_{{ij}}^{{(l)}} - \alpha \left[ {mean} \right]", key=S0)


def test_s0_13_the_bias_update_is_an_assignment_not_an_equation():
    mean = rf"\frac{{1}}{{K}} \sum_{{k=1}}^K {BY_b} {SAMPLE}"
    for step in (rf"{BY_b} J(W, b)", rf"\left[ {mean} \right]"):
        update = rf"b_i^{{(l)}} = b_i^{{(l)}} - \alpha {step}"
        corrected(equation(update), book(update, S0))
    fails(rf"b_i^{{(l)}} = b_i^{{(l)}} - \alpha \left[ {mean} + \lambda b_i^{{(l)}} \right]", key=S0)


def test_s0_14_the_two_derivatives_of_each_sample_are_all_that_a_step_needs():
    net, X, Y = problem()
    W, b = parameters(net)
    each = [truth(net, x[None], y[None]) for x, y in zip(X, Y)]
    new_W = {l: W[l] - ALPHA * (np.mean([dW[l] for dW, _ in each], axis=0) + LAM * W[l]) for l in W}
    new_b = {l: b[l] - ALPHA * np.mean([db[l] for _, db in each], axis=0) for l in b}
    step = parameters(bp.train(net, X, Y, cost=bp.squared_error, alpha=ALPHA, lam=LAM).net)
    assert agree((new_W, new_b), step)
    assert not agree((new_W, b), step) and not agree((W, new_b), step)      # and both are needed


def test_s0_15_the_weighted_sum_runs_over_the_layer_below():
    holds(r"z_i^{(l+1)} = \sum_{j=1}^{s_l} W_{ij}^{(l)} a_j^{(l)} + b_i^{(l)}", key=S0)


def test_s0_16_the_weight_acts_through_one_z_alone():
    by_z = rf"\frac{{\partial {SAMPLE}}}{{\partial z_i^{{(l+1)}}}} \cdot"
    by_W = r"\frac{\partial z_i^{(l+1)}}{\partial W_{ij}^{(l)}}"
    holds(rf"{BY_W} {SAMPLE} = {by_z} {by_W} = {by_z} a_j^{{(l)}}", key=S0)
    for equal_widths in (False, True):
        assert general.weight_lemma(equal_widths).exact
    fails(r"\frac{\partial z_k^{(l)}}{\partial W_{ij}^{(l)}} = a_j^{(l-1)}")    # every other z stands still


def test_s0_17_the_bias_acts_through_one_z_with_the_factor_1():
    by_z = rf"\frac{{\partial {SAMPLE}}}{{\partial z_i^{{(l+1)}}}}"
    by_b = r"\frac{\partial z_i^{(l+1)}}{\partial b_i^{(l)}}"
    holds(rf"{BY_b} {SAMPLE} = {by_z} \cdot {by_b} = {by_z}", key=S0)
    assert general.bias_lemma().exact


# ---- residuals


def test_s0_18_every_sample_has_a_residual_of_its_own():
    holds(rf"\delta_i^{{(l)}} = \frac{{\partial}}{{\partial z_i^{{(l)}}}} {SAMPLE}", key=S0)
    net, X, Y = problem()
    W, b = parameters(net)
    assert not same(passes(W, b, X[0], Y[0])[1][4], passes(W, b, X[1], Y[1])[1][4])


def test_s0_19_the_residual_of_the_update_has_lost_the_number_of_its_sample():
    penalty = r"+ \lambda W_{ij}^{(l)} \right]"
    start = r"W_{ij}^{(l)} = W_{ij}^{(l)} - \alpha \left[ \left( \frac{1}{K} \sum_{k=1}^K"
    by_z = rf"{start} \frac{{\partial {SAMPLE}}}{{\partial z_i^{{(l+1)}}}} \cdot a_j^{{(l)}} \right) {penalty}"
    residual = rf"{start} \delta_i^{{(l+1)}} \cdot a_j^{{(l)}} \right) {penalty}"
    for step in (by_z, residual):
        corrected(literally(step), book(step, S0))
        fails(equation(step))
    net, X, Y = problem()
    one = truth(net, X[:1], Y[:1])[0][1]
    k_times, _ = accumulated(net, X[[0] * len(X)], Y[[0] * len(X)])         # K times one and the same residual
    assert same(k_times[1] / len(X), one) and not same(one, truth(net, X, Y)[0][1])


def test_s0_20_the_bias_update_changes_its_index_from_j_to_i():
    start = r"b_j^{(l)} = b_j^{(l)} - \alpha \frac{1}{K} \sum_{k=1}^K"
    by_b = rf"{start} {BY_b} {SAMPLE}".replace("b_i", "b_j")
    corrected(equation(by_b), book(by_b, S0))                               # step 2: only = for :=
    for step in (rf"\frac{{\partial {SAMPLE}}}{{\partial z_i^{{(l+1)}}}}", r"\delta_i^{(l+1)}"):
        update = rf"{start} {step}"
        fails(book(update, S0), says="i stands on one side only")
        corrected(equation(update), book(update.replace("b_j", "b_i"), S0))
        fails(literally(update.replace("b_j", "b_i")))                      # and k is lost, as in the other update


def test_s0_21_with_the_residuals_everything_is_known():
    net, X, Y = problem()
    W, b = parameters(net)
    dW, db = {l: LAM * W[l] for l in W}, {l: 0 * b[l] for l in b}
    for x, y in zip(X, Y):
        a = outputs(W, b, x)
        delta = {l + 1: truth(net, x[None], y[None])[1][l] for l in b}      # from outside, not by the notes' rules
        dW = {l: dW[l] + np.outer(delta[l + 1], a[l]) / len(X) for l in W}  # (s_{l+1}, s_l)
        db = {l: db[l] + delta[l + 1] / len(X) for l in b}                  # (s_{l+1},)
    assert agree((dW, db), truth(net, X, Y, LAM))


def test_s0_22_the_residual_of_an_output_unit():
    by_z = r"\frac{\partial}{\partial z_i^{(n_l)}}"
    chain = [rf"{by_z} J(W, b; x, y)", rf"{by_z} \frac{{1}}{{2}} \|h_{{W,b}}(x) - y\|^2",
             rf"{by_z} \frac{{1}}{{2}} \sum_{{j=1}}^{{s_{{n_l}}}} (y_j - a_j^{{(n_l)}})^2"]
    last = [rf"{by_z} \frac{{1}}{{2}} \sum_{{j=1}}^{{s_{{n_l}}}} (y_j - f(z_j^{{(n_l)}}))^2",
            r"-(y_i - f(z_i^{(n_l)})) f'(z_i^{(n_l)})"]
    holds(r"\delta_i^{(n_l)} = " + " = ".join(chain + last), "squared_error", S0)
    fails(r"\delta_i^{(n_l)} = " + last[1], "squared_error, softmax", S0)   # f works on one unit alone
    assert general.squared_error_lemma().exact


def hidden_steps(limit):
    """The derivation for layer n_l - 1, its sum over q running to s_{limit}; the first entry is its left side."""
    by_z, s = r"\frac{\partial}{\partial z_i^{(n_l-1)}}", r"\sum_{j=1}^{s_{n_l}}"
    return [
        r"\delta_i^{(n_l-1)}",
        rf"{by_z} J(W, b; x, y)",
        rf"{by_z} \frac{{1}}{{2}} {s} (y_j - a_j^{{(n_l)}})^2",
        rf"\frac{{1}}{{2}} {s} {by_z} (y_j - f(z_j^{{(n_l)}}))^2",
        rf"{s} -(y_j - f(z_j^{{(n_l)}})) {by_z} f(z_j^{{(n_l)}})",
        rf"{s} -(y_j - f(z_j^{{(n_l)}})) f'(z_j^{{(n_l)}})"
        r"\frac{\partial z_j^{(n_l)}}{\partial z_i^{(n_l-1)}}",
        rf"{s} \delta_j^{{(n_l)}} {by_z} \sum_{{q=1}}^{{s_{{{limit}}}}} W_{{jq}}^{{(n_l-1)}} f(z_q^{{(n_l-1)}})",
        rf"{s} W_{{ji}}^{{(n_l-1)}} \delta_j^{{(n_l)}} f'(z_i^{{(n_l-1)}})",
    ]


def test_s0_23_the_inner_sum_runs_to_the_wrong_layer():
    printed = hidden_steps("n_l")
    for n in (1, 2, 3, 4, 5):
        holds(f"{printed[n - 1]} = {printed[n]}", "squared_error", S0, tries=3)
    fails(f"{printed[5]} = {printed[6]}", "squared_error", S0, says="sum over q runs to n_L")
    holds(" = ".join(hidden_steps("n_l-1")), "squared_error", S0)

    net, X, Y = problem([3, 5, 2])                              # units beyond the limit would get no residual
    W, b = parameters(net)
    a, delta = passes(W, b, X[0], Y[0])
    s_nl = len(a[3])
    slopes = derivative(lambda z: W[2][:, :s_nl] @ np.tanh(z)[:s_nl], np.arctanh(a[2]))     # (2, 5): q = 1..2 of 5
    assert not (delta[3] @ slopes)[s_nl:].any() and abs(delta[2][s_nl:]).min() > 1e-3
    assert same((delta[3] @ slopes)[:s_nl], delta[2][:s_nl])


def test_s0_25_residuals_of_neighbouring_layers_are_tied_by_a_matrix():
    holds(r"\delta^{(l)} = \left( \frac{\partial z^{(l+1)}}{\partial z^{(l)}} \right)^\top \delta^{(l+1)}")


def test_s0_26_the_residual_of_any_hidden_layer():
    holds(r"\delta_i^{(l)} = \sum_{j=1}^{s_{l+1}} w_{ji}^{(l)} \delta_j^{(l+1)} f'(z_i^{(l)})", key=S0)
    for equal_widths in (False, True):
        assert general.hidden_lemma(equal_widths).exact


def test_s0_27_the_updates_need_an_assignment_and_the_number_of_the_sample():
    for update in (r"w_{ij}^{(l)} = w_{ij}^{(l)} - \alpha \left[ \left( \frac{1}{K} \sum_{k=1}^K \delta_i^{(l+1)}"
                   r"\cdot a_j^{(l)} \right) + \lambda w_{ij}^{(l)} \right]",
                   r"b_i^{(l)} = b_i^{(l)} - \alpha \frac{1}{K} \sum_{k=1}^K \delta_i^{(l+1)}"):
        corrected(equation(update), book(update, S0))
        fails(literally(update))


def test_s0_28_output_first_then_layer_by_layer_then_the_update():
    net, X, Y = problem()
    W, b = parameters(net)
    dW, db = accumulated(net, X, Y)
    mean = {l: dW[l] / len(X) + LAM * W[l] for l in W}, {l: db[l] / len(X) for l in b}
    assert agree(mean, truth(net, X, Y, LAM))
    a, delta = passes(W, b, X[0], Y[0])
    exact = truth(net, X[:1], Y[:1])[1][2]                      # (s_3,)

    def below(alpha):       # delta^(3) with W^(3) already changed by a step of alpha
        return (W[3] - alpha * np.outer(delta[4], a[3])).T @ delta[4] * (1 - a[3]**2)

    assert same(below(0.0), exact) and not same(below(ALPHA), exact)


# ---- vectors and matrices


def test_s0_29_a_whole_layer_is_updated_at_once():
    net, X, Y = problem()
    W, b = parameters(net)
    a, delta = passes(W, b, X[0], Y[0])
    for l in W:
        at_once = W[l] - ALPHA * (np.outer(delta[l + 1], a[l]) + LAM * W[l])                    # (s_{l+1}, s_l)
        one_by_one = W[l].copy()
        for i, j in np.ndindex(W[l].shape):
            one_by_one[i, j] -= ALPHA * (delta[l + 1][i] * a[l][j] + LAM * W[l][i, j])
        assert same(at_once, one_by_one)
        assert same(at_once, W[l] - ALPHA * truth(net, X[:1], Y[:1], LAM)[0][l])


def test_s0_30_a_vector_cannot_be_equal_to_one_of_its_entries():
    right = r"\sum_{j=1}^{s_{l+2}} w_{ji}^{(l+1)} \delta_j^{(l+2)} f'(z_i^{(l+1)})"
    corrected(rf"\delta^{{(l+1)}} = {right}", rf"\delta_i^{{(l+1)}} = {right}", key=S0)


def test_s0_31_transpose_first_then_entry_by_entry():
    holds(r"\delta^{(l+1)} = (W^{(l+1)})^T \delta^{(l+2)} \cdot f'(z^{(l+1)})", key=S0)
    fails(r"\delta^{(l)} = W^{(l+1)\top} (\delta^{(l+1)} \odot f_l'(z^{(l)}))")     # the other grouping does not fit


def test_s0_32_the_dot_is_the_element_wise_product_and_the_residual_a_column():
    holds(r"\delta^{(l)} \in \mathbb{R}^{n_l \times 1}")
    fails(r"\delta^{(l)} = (W^{(l+1)\top} \delta^{(l+1)})^\top f_l'(z^{(l)})")      # an inner product is one number
    fails(r"\delta^{(l)} = W^{(l+1)\top} \delta^{(l+1)} f_l'(z^{(l)})")


def test_s0_33_the_outputs_of_a_layer_are_a_column():
    holds(r"a^{(l)} \in \mathbb{R}^{n_l \times 1}")
    fails(r"a^{(l)} \in \mathbb{R}^{1 \times n_l}")


def test_s0_34_the_gradient_of_the_weights_is_an_outer_product():
    holds(r"\nabla_{W^{(l)}} J(W, b; x, y) = \delta^{(l+1)} (a^{(l)})^T", key=S0)


def test_s0_35_s0_36_the_accumulator_that_starts_at_0_holds_the_sum():
    net, X, Y = problem()
    wanted = {l: len(X) * d for l, d in truth(net, X, Y)[0].items()}
    dW, _ = accumulated(net, X, Y)
    assert all(same(dW[l], wanted[l]) for l in wanted)
    again, _ = accumulated(net, X, Y, dW)                       # not set back to 0 before the next step
    assert not any(same(again[l], wanted[l]) for l in wanted)


def with_sums(latex, name, summand):
    """An update with the accumulator written out as a sum over the samples."""
    assert rf"\Delta {name}^{{(l)}}" in latex
    return latex.replace(rf"\Delta {name}^{{(l)}}", rf"\sum_{{k=1}}^K {summand}")


def test_s0_37_the_update_from_the_accumulator_is_an_assignment():
    printed = r"W^{(l)} = W^{(l)} - \alpha \left[ \left( \frac{1}{K} \Delta W^{(l)} \right) + \lambda W^{(l)} \right]"
    update = with_sums(printed, "W", r"\delta^{(l+1)} (a^{(l)})^T")
    corrected(equation(update), book(update, S0))
    fails(book(update, S0).replace(r"\frac{1}{E}", ""))


def test_s0_38_a_smaller_batch_needs_its_own_number_in_the_mean():
    holds(r"\sum_{e=1}^{E} \delta_e^{(l)} a_e^{(l-1)\top} = E \frac{\partial J}{\partial W^{(l)}}", "lambda=0")
    net, X, Y = problem(K=6)
    K, m = len(X), 2
    sums = [accumulated(net, X[s:s + m], Y[s:s + m])[0][1] for s in range(0, K, m)]
    full = truth(net, X, Y)[0][1]
    assert same(np.mean(sums, axis=0) / m, full)                # 1/m: right on average
    assert same(np.mean(sums, axis=0) / K, full * m / K)        # 1/K as printed: only m/K of the step
    assert not same(sums[0] / m, full)


def test_s0_39_the_gradient_of_the_biases_is_the_residual_itself():
    holds(r"\nabla_{b^{(l)}} J(W, b; x, y) = \delta^{(l+1)}", key=S0)


def test_s0_40_s0_41_s0_43_the_bias_accumulator_holds_the_sum_of_the_residuals():
    net, X, Y = problem()
    _, db = accumulated(net, X, Y)
    wanted = {l: len(X) * d for l, d in truth(net, X, Y)[1].items()}
    assert all(same(db[l], wanted[l]) for l in wanted)
    _, again = accumulated(net, X, Y, db=db)
    assert not any(same(again[l], wanted[l]) for l in wanted)
    holds(r"\sum_{e=1}^{E} \delta_e^{(l)} = E \frac{\partial J}{\partial b^{(l)}}")


def test_s0_42_the_bias_update_from_the_accumulator_is_an_assignment():
    printed = r"b^{(l)} = b^{(l)} - \alpha \left[ \frac{1}{K} \Delta b^{(l)} \right]"
    update = with_sums(printed, "b", r"\delta^{(l+1)}")
    corrected(equation(update), book(update, S0))
    fails(book(update, S0).replace(r"\frac{1}{E}", ""))
