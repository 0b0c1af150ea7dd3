"""Source S1, "Backpropagation with rows for examples": each verdict of the ledger, decided by running the line.

In the source's notation W_l is in by out and enters layer l, superscripts number units, W^{i,j} is entry (i, j) of W^T.
"""

import numpy as np
import pytest
from common import book, conditional, corrected, derivative, fails, holds, same
from rows import SIZES, Rows, entropies, half_square, mean_entropy, sigma

import bp
from bp import conventions, formula, symbolic

ONE, ENTROPY = "sizes=1-1-1-1", ", binary_cross_entropy"
SMALL = "sigmoid, sizes=4-3-2"  # layer 1 has 3 units, layer 2 has 2, as in the source's matrices
CLASSES = "sizes=3-5-4, binary_cross_entropy, lambda=0"  # K = 4


def one(latex):
    """A formula of the part with one neuron in each layer, in the book's notation."""
    return conventions.translate(latex, "S1", one_unit=True)


def plain(E, **options):
    """The network of the first part: no bias, half the squared error."""
    return Rows(E, **({"cost": half_square, "bias": False} | options))


def misfit(*factors):
    """Is there no product of these matrices in this order?"""
    return any(u.shape[1] != v.shape[0] for u, v in zip(factors, factors[1:]))


def unbroadcast(u, v):
    """Is there no Hadamard product of these matrices, not even with broadcasting?"""
    return any(m != n and 1 not in (m, n) for m, n in zip(u.shape, v.shape))


# ---- basic principle


def test_s1_03_20_the_forward_pass_is_the_books_with_biases_0():
    rows = plain(6)
    net = conventions.read({"W": rows.W, "b": rows.b}, "S1", bp.sigmoid)
    trace = bp.batched.forward(net, rows.X)
    assert all(same(trace.z[l], rows.Z[l]) and same(trace.a[l], rows.A[l]) for l in rows.W)
    biased = Rows(6)
    assert not same(biased.X @ biased.W[1], biased.Z[1])


def test_s1_04_naming_the_input_a_0_gives_all_layers_one_form():
    rows = plain(6)
    assert rows.A[0] is rows.X
    assert all(same(rows.A[l], sigma(rows.A[l - 1] @ rows.W[l])) for l in (1, 2, 3))


def test_s1_05_11_12_the_norm_must_be_taken_entry_by_entry():
    rng = np.random.default_rng(0)

    def half_norm(A, Y):
        return np.linalg.norm(A - Y, 2) ** 2 / 2

    def differences(A, Y, h=1e-5):
        units = (h * np.eye(A.size)[n].reshape(A.shape) for n in range(A.size))
        return np.reshape([(half_norm(A + u, Y) - half_norm(A - u, Y)) / (2 * h) for u in units], A.shape)

    for E, agree in ((1, True), (6, False)):  # of a matrix with several rows, the 2-norm is the spectral norm
        A, Y = rng.normal(size=(E, 4)), rng.normal(size=(E, 4))
        assert same(half_norm(A, Y), half_square(A, Y)) == agree
        assert same(differences(A, Y), A - Y, 1e-6) == agree
        assert same(derivative(lambda a, Y=Y: half_square(a, Y), A), A - Y)
    holds(r"\frac{\partial C}{\partial a^{(L)}} = a^{(L)} - y", "squared_error")


def test_s1_06_a_small_step_against_the_gradient_lowers_the_loss():
    rows = plain(6)
    start = rows.loss()
    for l in rows.W:
        step = 1e-3 * rows.slope(f"W{l}")
        assert rows.loss(**{f"W{l}": rows.W[l] - step}) < start < rows.loss(**{f"W{l}": rows.W[l] + step})


@pytest.mark.parametrize("chain", ["W3 Z3 A3", "W1 Z1 A1 Z2 A2 Z3 A3"])
def test_s1_07_08_the_chain_holds_for_full_derivatives_and_not_for_the_matrices_given_later(chain):
    rows, (bottom, *path) = plain(3, sizes=[3, 3, 3, 3]), chain.split()
    g = rows.slope("A3")
    for above, below in zip(path[::-1], [*path[-2::-1], bottom]):
        g = np.tensordot(g, rows.jacobian(above, below), 2)  # both axes of what stands between
    assert same(g, rows.slope(bottom))

    # the factors as S1-12, S1-19, S1-21 and S1-25 give them, multiplied in the printed order
    def factors(net):
        local = {"A": lambda l: net.A[l] * (1 - net.A[l]), "Z": lambda l: net.W[l]}
        last = int(bottom[1])
        return [net.A[3] - net.Y, *(local[v[0]](int(v[1])) for v in path[:0:-1]), net.A[last - 1]]

    assert not same(np.linalg.multi_dot(factors(rows)), rows.slope(bottom))  # they fit only because all is square
    assert misfit(*factors(plain(6)))


def test_s1_10_16_one_layer_back_is_a_contraction_or_the_jacobians_of_one_row():
    rows = plain(6)
    for l in (2, 3):
        outer, inner = rows.jacobian(f"A{l}", f"Z{l}"), rows.jacobian(f"Z{l}", f"A{l - 1}")
        assert same(np.tensordot(outer, inner, 2), rows.jacobian(f"A{l}", f"A{l - 1}"))
        assert misfit(rows.A[l] * (1 - rows.A[l]), rows.W[l])
    holds(r"\frac{\partial a^{(l)}}{\partial a^{(l-1)}} = "
          r"\frac{\partial a^{(l)}}{\partial z^{(l)}} \frac{\partial z^{(l)}}{\partial a^{(l-1)}}")


def test_s1_10_the_three_parts_need_the_slope_of_the_last_layer_on_their_own():
    rows = plain(6)
    back = np.tensordot(np.tensordot(rows.slope("A3"), rows.jacobian("A3", "A2"), 2), rows.jacobian("A2", "A1"), 2)
    assert not same(np.tensordot(back, rows.jacobian("Z1", "W1"), 2), rows.slope("W1"))
    slope = np.tensordot(back, rows.jacobian("A1", "Z1"), 2)
    assert same(np.tensordot(slope, rows.jacobian("Z1", "W1"), 2), rows.slope("W1"))


# ---- simple derivation


def backward(rows, dA, slopes):
    """The gradient by W of each layer, from dL/dA_L (E, n_L) and the slopes f'(Z_l) (E, n_l) of all layers."""
    found = {}
    for l in range(rows.L, 0, -1):
        dZ = dA * slopes[l]  # (E, n_l)
        found[l] = rows.A[l - 1].T @ dZ  # (n_{l-1}, n_l)
        dA = dZ @ rows.W[l].T  # (E, n_{l-1})
    return found


def agrees(rows, found):
    return all(same(found[l], rows.slope(f"W{l}")) for l in rows.W)


def logistic_slopes(rows):
    return {l: rows.A[l] * (1 - rows.A[l]) for l in rows.W}


def test_s1_13_another_differentiable_loss_changes_its_own_slope_and_nothing_else():
    losses = {
        lambda A, Y: ((A - Y) ** 4).sum(): lambda A, Y: 4 * (A - Y) ** 3,
        lambda A, Y: np.log(np.cosh(A - Y)).sum(): lambda A, Y: np.tanh(A - Y),
        lambda A, Y: entropies(A, Y).sum(): lambda A, Y: -Y / A + (1 - Y) / (1 - A),
    }
    for cost, slope in losses.items():
        rows = Rows(6, cost=cost)
        assert agrees(rows, backward(rows, slope(rows.A[3], rows.Y), logistic_slopes(rows)))
        assert not agrees(rows, backward(rows, rows.A[3] - rows.Y, logistic_slopes(rows)))


def test_s1_14_the_cross_entropy_of_matrices_lacks_its_sum():
    printed = r"\mathcal{L} = -Y \log A_L - (\mathbf{1} - Y) \log(\mathbf{1} - A_L)"
    fails(printed, "binary_cross_entropy, lambda=0", "S1", says="does not fit")
    rows = Rows(6)
    assert np.shape(entropies(rows.A[3], rows.Y)) == (6, 4)  # entry by entry it is no number either
    assert misfit(rows.Y, np.log(rows.A[3]))
    square = Rows(4)  # E = K: the matrix product can be formed, and is a matrix
    assert np.shape(square.Y @ np.log(square.A[3])) == (4, 4)
    net = conventions.read({"W": rows.W, "b": rows.b}, "S1", bp.sigmoid)
    J = bp.objective(net, rows.X, rows.Y, cost=bp.binary_cross_entropy)
    assert same(entropies(rows.A[3], rows.Y).sum() / 6, J)


def test_s1_15_the_slope_of_the_cross_entropy_belongs_to_the_sum_and_not_to_the_mean():
    for E in (1, 6):
        rows = Rows(E)
        A, Y = rows.A[3], rows.Y
        printed = -Y / A + (1 - Y) / (1 - A)
        assert same(derivative(lambda a, Y=Y: entropies(a, Y).sum(), A), printed)
        assert same(derivative(lambda a, Y=Y: mean_entropy(a, Y), A), printed) == (E == 1)
    holds(r"\frac{\partial C}{\partial a^{(L)}} = -\frac{y}{a^{(L)}} + \frac{1 - y}{1 - a^{(L)}}", ENTROPY[2:])


def test_s1_17_the_sigmoid_is_taken_of_every_entry():
    assert same(Rows(6).A[1], bp.sigmoid.value(Rows(6).Z[1]))
    conditional(r"A^{(l)} = \frac{1}{1 + e^{-Z^{(l)}}}", "sigmoid")


def test_s1_18_the_first_step_has_the_wrong_sign():
    first = r"\frac{da}{dz} = -\left( \frac{1}{e^{-z} + 1} \right)^2 e^{-z} (-1)"
    second = r"\frac{e^{-z}}{(e^{-z} + 1)^2}"
    rest = (second + r" = \frac{e^{-z} + 1 - 1}{(e^{-z} + 1)^2} = \frac{e^{-z} + 1}{(e^{-z} + 1)^2} "
            r"- \frac{1}{(e^{-z} + 1)^2} = \frac{1}{e^{-z} + 1} - \frac{1}{(e^{-z} + 1)^2} = a - a^2 = a (1 - a)")
    setting = r"scalar where a = \frac{1}{1 + e^{-z}}"
    corrected(first + "^2", first, setting)
    holds(rest, setting)
    holds(r"\frac{da}{dz} = " + second, setting)


def test_s1_19_a_times_1_minus_a_lists_slopes_entry_by_entry_and_is_not_the_jacobian():
    rows = Rows(6)
    for l in rows.W:
        printed, full = rows.A[l] * (1 - rows.A[l]), rows.jacobian(f"A{l}", f"Z{l}")
        assert same(np.einsum("eiei->ei", full), printed)
        assert full.shape != printed.shape and np.count_nonzero(full) == printed.size
        assert same(rows.slope(f"A{l}") * printed, rows.slope(f"Z{l}")) and misfit(rows.slope(f"A{l}"), printed)
    conditional(r"\frac{\partial a_i^{(l)}}{\partial z_i^{(l)}} = a_i^{(l)} (1 - a_i^{(l)})", "sigmoid")


def test_s1_21_the_jacobian_of_a_weighted_sum_is_the_transposed_matrix():
    rows = Rows(1)
    for l in rows.W:
        below = f"A{l - 1}" if l > 1 else "X"
        jacobian = rows.jacobian(f"Z{l}", below)[0, :, 0, :]  # (n_l, n_{l-1}): rows are outputs, as in S1-43
        assert same(jacobian, rows.W[l].T) and not same(jacobian, rows.W[l])
    dZ = rows.slope("Z3")
    assert misfit(dZ, rows.W[3]) and same(dZ @ rows.W[3].T, rows.slope("A2"))  # the order of S1-16
    holds(r"\frac{\partial z^{(l)}}{\partial a^{(l-1)}} = W^{(l)}")  # our W^(l) is the source's transposed


def test_s1_22_the_step_from_layer_to_layer_is_no_hadamard_product_with_w():
    rows = Rows(6)
    for l in (2, 3):
        A, W = rows.A[l], rows.W[l]
        assert unbroadcast(A * (1 - A), W)
        full = rows.jacobian(f"A{l}", f"A{l - 1}")
        for e in range(6):
            correction = (A[e:e + 1] * (1 - A[e:e + 1])).T * W.T  # (n_l, n_{l-1}): a column over all columns
            assert same(full[e, :, e, :], correction)
            assert not same(full[e, :, e, :], A[e:e + 1] * (1 - A[e:e + 1]) * W)  # broadcast, it is the transpose


def test_s1_24_the_jacobian_of_one_example_is_element_wise_and_the_way_back_is_a_matrix_product():
    rows = Rows(6)
    for l in (2, 3):
        A, W, full = rows.A[l], rows.W[l], rows.jacobian(f"A{l}", f"A{l - 1}")
        for e in range(6):
            a = A[e:e + 1].T  # (n_l, 1)
            assert same(full[e, :, e, :], a * (1 - a) * W.T)  # all element-wise, with broadcasting
            assert unbroadcast(A[e:e + 1] * (1 - A[e:e + 1]), W.T)  # as a row it does not fit
        assert same((rows.slope(f"A{l}") * A * (1 - A)) @ W.T, rows.slope(f"A{l - 1}"))
        assert unbroadcast(rows.slope(f"A{l}") * A * (1 - A), W.T)
    square = Rows(3, sizes=[3, 3, 3, 3])  # where everything fits, element-wise products are still wrong
    A, dA = square.A[3], square.slope("A3")
    assert not same(dA * A * (1 - A) * square.W[3], square.slope("A2"))
    assert same((dA * A * (1 - A)) @ square.W[3].T, square.slope("A2"))


def test_s1_23_the_formula_asks_for_the_layers_own_output_and_not_for_the_one_before():
    rows = Rows(1)
    silent = np.linalg.svd(rows.W[1].T)[2][-1:]  # (1, n_0), W_1 maps it to 0
    assert same(silent @ rows.W[1], np.zeros((1, 3)))

    def jacobian(X):
        return derivative(lambda v: rows.run(X=v)[1][1], X)

    assert same(jacobian(rows.X + silent), jacobian(rows.X))  # another A_0, the same A_1: the same derivative
    assert not same(jacobian(rows.X + rows.W[1][:, :1].T), jacobian(rows.X))


def test_s1_25_the_derivative_by_the_weights_has_four_axes():
    rows = Rows(6)
    for l in rows.W:
        full, A, dZ = rows.jacobian(f"Z{l}", f"W{l}"), rows.A[l - 1], rows.slope(f"Z{l}")
        assert full.ndim == 4 and full.shape != A.shape
        assert same(full, np.einsum("ej,ik->eijk", A, np.eye(SIZES[l])))  # dZ_ei/dW_jk = [i = k] A_ej
        assert misfit(dZ, A) and same(A.T @ dZ, rows.slope(f"W{l}"))
    holds(r"\frac{\partial z_k^{(l)}}{\partial W_{ij}^{(l)}} = [k = i] a_j^{(l-1)}")


class Counted(np.ndarray):
    """Counts the calls of NumPy's functions on it."""

    calls = []

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if method == "__call__":
            Counted.calls.append(ufunc.__name__)
        plain = [np.asarray(v) for v in inputs]
        return np.asarray(getattr(ufunc, method)(*plain, **options)).view(Counted)


def counted(function, *arrays):
    """(names of the calls, value)."""
    Counted.calls = []
    value = function(*(np.asarray(a).view(Counted) for a in arrays))
    return Counted.calls, np.asarray(value)


def test_s1_26_matrix_products_alone_give_the_gradient_of_linear_units_only():
    for f, slopes in ((lambda z: z, lambda z: np.ones_like(z)), (sigma, lambda z: sigma(z) * (1 - sigma(z)))):
        rows = plain(6, f=f)
        only_products = backward(rows, rows.A[3] - rows.Y, dict.fromkeys(rows.W, 1.0))
        assert agrees(rows, only_products) == (f is not sigma)
        assert agrees(rows, backward(rows, rows.A[3] - rows.Y, {l: slopes(z) for l, z in rows.Z.items()}))


def test_s1_26_78_one_pass_forward_and_less_than_two_back():
    rows = Rows(6)

    def forward(X):
        A = X
        for l in rows.W:
            A = sigma(A @ rows.W[l] + rows.b[l])
        return A

    passes, A = counted(forward, rows.X)
    assert passes.count("matmul") == 3 and same(A, rows.A[3])
    back, _ = counted(lambda dA: np.concatenate(
        [np.ravel(g) for g in backward(rows, dA, logistic_slopes(rows)).values()]), (rows.A[3] - rows.Y))
    assert back.count("matmul") <= 2 * 3
    parameters = sum(W.size + rows.b[l].size for l, W in rows.W.items())
    assert 3 * (parameters + 1) > 10 * (3 + back.count("matmul"))  # one difference quotient for each parameter


def test_s1_27_a_new_function_is_a_local_change_and_softmax_brings_its_whole_jacobian():
    def softmax(z):
        e = np.exp(z)  # (E, n)
        return e / e.sum(1, keepdims=True)

    local = {
        np.tanh: lambda rows, l: 1 - rows.A[l] ** 2,
        lambda z: np.log(1 + np.exp(z)): lambda rows, l: sigma(rows.Z[l]),
        softmax: lambda rows, l: rows.A[l] * (1 - rows.A[l]),  # the diagonal of its Jacobian
    }
    for f, slope in local.items():
        rows = Rows(6, f=f, cost=half_square)
        found = backward(rows, rows.A[3] - rows.Y, {l: slope(rows, l) for l in rows.W})
        assert agrees(rows, found) == (f is not softmax)
    dA = rows.A[3] - rows.Y  # (E, n_3)
    for l in (3, 2, 1):  # softmax: its whole Jacobian, the same procedure
        dZ = np.stack([g @ (np.diag(a) - np.outer(a, a)) for g, a in zip(dA, rows.A[l])])  # (E, n_l)
        assert same(rows.A[l - 1].T @ dZ, rows.slope(f"W{l}"))
        dA = dZ @ rows.W[l].T  # (E, n_{l-1})


def test_s1_28_the_column_of_ones_belongs_to_every_layer_and_goes_on_the_way_back():
    rows = Rows(6)

    def with_ones(A):
        return np.concatenate([A, np.ones((len(A), 1))], axis=1)  # (E, n + 1)

    joined = {l: np.concatenate([rows.W[l], rows.b[l]]) for l in rows.W}  # (n_{l-1} + 1, n_l)
    everywhere = only_input = rows.X
    for l in rows.W:
        everywhere = sigma(with_ones(everywhere) @ joined[l])
        only_input = sigma(with_ones(only_input) @ joined[l]) if l == 1 else sigma(only_input @ rows.W[l])
    assert same(everywhere, rows.A[3]) and not same(only_input, rows.A[3])
    dZ = rows.slope("Z3")
    assert same(with_ones(rows.A[2]).T @ dZ, np.concatenate([rows.slope("W3"), rows.slope("b3")]))
    back = dZ @ joined[3].T  # one column too many
    assert back.shape != rows.A[2].shape and same(back[:, :-1], rows.slope("A2"))


# ---- one neuron in each layer, one example, two classes


def test_s1_29_with_one_neuron_everything_is_a_number():
    rows = Rows(1, sizes=[1, 1, 1, 1])
    everything = [rows.X, rows.Y, rows.loss(), *(v for d in (rows.W, rows.b, rows.Z, rows.A) for v in d.values())]
    derivatives = [rows.slope(f"{name}{l}") for name in "WbZA" for l in rows.W]
    assert {np.size(v) for v in everything + derivatives + [rows.jacobian("Z2", "Z1")]} == {1}
    assert np.size(Rows(1).jacobian("Z2", "Z1")) == 6


def numbered_from_1(rows):
    """w, b, z, a and the slopes by them, all numbered with the input as layer 1: w_l and b_l enter layer l = 2..L."""
    w, b, z = ({l + 1: v[l].item() for l in v} for v in (rows.W, rows.b, rows.Z))
    a = {l + 1: v.item() for l, v in rows.A.items()}
    dw, db, dz = ({l + 1: rows.slope(f"{name}{l}").item() for l in rows.W} for name in "WbZ")
    return w, b, z, a, dw, db, dz


def test_s1_30_with_the_input_as_layer_1_the_whole_section_is_right_for_l_from_2():
    rows = Rows(1, sizes=[1, 1, 1, 1])
    (w, b, z, a, dw, db, dz), x, y, L = numbered_from_1(rows), rows.X.item(), rows.Y.item(), 4
    assert a[1] == x and set(w) == set(b) == set(z) == {2, 3, 4}  # there is no w_1, and no a_0
    assert all(same(z[l], w[l] * a[l - 1] + b[l]) and same(a[l], sigma(z[l])) for l in range(2, L + 1))
    assert same(rows.loss(), -y * np.log(a[L]) - (1 - y) * np.log(1 - a[L]))
    assert same(rows.slope("A3").item(), -y / a[L] + (1 - y) / (1 - a[L]))
    assert same(dz[L], rows.slope("A3").item() * a[L] * (1 - a[L])) and same(dz[L], a[L] - y)
    for l in range(2, L):
        step = rows.jacobian(f"Z{l}", f"Z{l - 1}").item()  # dz_{l+1}/dz_l: our layers are one lower
        assert same(step, w[l + 1] * a[l] * (1 - a[l])) and same(dz[l], dz[l + 1] * step)
    for l in range(1, L):
        assert same(dw[l + 1], dz[l + 1] * a[l]) and same(db[l + 1], dz[l + 1])
    assert not same(a[2], x)  # counted from 0, as in S1-04, this is a_1, and it is not the input


@pytest.mark.parametrize("latex", [
    r"z_l = w_l a_{l-1} + b_l", r"a_l = \sigma(z_l)", r"z_L = w_L a_{L-1} + b_L", r"a_L = \sigma(z_L)"])
def test_s1_31_32_the_forward_recursion_is_the_books(latex):
    holds(one(latex), ONE)


def test_s1_33_the_binary_cross_entropy_is_the_books():
    holds(one(r"\mathcal{L} = -y \log a_L - (1-y) \log (1-a_L)"), ONE + ENTROPY)


@pytest.mark.parametrize("setting, latex", [
    (ENTROPY, r"\frac{\partial \mathcal{L}}{\partial a_L} = -\frac{y}{a_L} + \frac{1-y}{1-a_L}"),
    (", sigmoid", r"\frac{\partial a_L}{\partial z_L} = a_L (1-a_L)"),
    (ENTROPY, r"\frac{\partial \mathcal{L}}{\partial z_L} = \frac{\partial \mathcal{L}}{\partial a_L} "
              r"\frac{\partial a_L}{\partial z_L} = a_L - y"),
    (", sigmoid", r"\frac{\partial z_{l+1}}{\partial z_l} = \frac{\partial z_{l+1}}{\partial a_l} "
                  r"\frac{\partial a_l}{\partial z_l} = w_{l+1} \cdot a_l \cdot (1-a_l)"),
    ("", r"\frac{\partial \mathcal{L}}{\partial z_l} = \frac{\partial \mathcal{L}}{\partial z_{l+1}} "
         r"\frac{\partial z_{l+1}}{\partial z_l}"),
    ("", r"\frac{\partial \mathcal{L}}{\partial w_{l+1}} = \frac{\partial \mathcal{L}}{\partial z_{l+1}} "
         r"\frac{\partial z_{l+1}}{\partial w_{l+1}} = \frac{\partial \mathcal{L}}{\partial z_{l+1}} a_l"),
    ("", r"\frac{\partial \mathcal{L}}{\partial b_{l+1}} = \frac{\partial \mathcal{L}}{\partial z_{l+1}} "
         r"\frac{\partial z_{l+1}}{\partial b_{l+1}} = \frac{\partial \mathcal{L}}{\partial z_{l+1}}"),
], ids=["s1_34", "s1_35", "s1_36", "s1_37", "s1_38", "s1_39", "s1_40"])
def test_s1_34_to_40_the_scalar_chain_is_right(setting, latex):
    holds(one(latex), ONE + setting)


def test_s1_36_59_sigmoid_and_cross_entropy_leave_a_minus_y_for_any_number_of_classes():
    assert symbolic.general.binary_cross_entropy_lemma().exact == 1


def test_s1_38_39_40_the_scalar_chain_is_proved_for_any_activation_and_cost():
    proof = symbolic.prove_backward(symbolic.network([1, 1, 1, 1]), bp.vectorized, symbolic.generic_cost, E=1)
    assert proof.exact == proof.entries == 6


def test_s1_41_the_scalar_formulas_reach_every_weight_and_bias():
    rows = Rows(1, sizes=[1, 1, 1, 1])
    dz = rows.A[3] - rows.Y
    for l in (3, 2, 1):  # the source's l = 4, 3, 2
        assert same(dz * rows.A[l - 1], rows.slope(f"W{l}")) and same(dz, rows.slope(f"b{l}"))
        dz = dz * rows.W[l] * rows.A[l - 1] * (1 - rows.A[l - 1])
    assert not same((rows.A[3] - rows.Y) * rows.A[3], rows.slope("W3"))


# ---- I neurons, one example, two classes


def grid(*lines):
    """A matrix in LaTeX: each line its entries, separated by ;."""
    return r"\begin{bmatrix}" + r" \\ ".join(" & ".join(line.split(";")) for line in lines) + r"\end{bmatrix}"


def d(above, i, below, j):
    """d above_i / d below_j; above and below as z2, a1, C."""
    top = rf"{above[0]}_{i}^{{({above[1]})}}" if i else above
    return rf"\frac{{\partial {top}}}{{\partial {below[0]}_{j}^{{({below[1]})}}}}"


def table(rule, lines, columns):
    return grid(*(";".join(rule(i, j) for j in range(1, columns + 1)) for i in range(1, lines + 1)))


JACOBIAN = r"\frac{\partial z^{(2)}}{\partial z^{(1)}} = "


def test_s1_43_the_first_step_has_units_of_other_entries_in_its_last_column():
    def through(i, j):
        return d("z2", i, "a1", j) + d("a1", j, "z1", j)

    holds(JACOBIAN + table(lambda i, j: d("z2", i, "z1", j), 2, 3), SMALL)
    printed = {(1, 3): d("z2", 2, "a1", 2) + d("a1", 3, "z1", 3), (2, 3): d("z2", 1, "a1", 3) + d("a1", 3, "z1", 3)}
    right = JACOBIAN + table(through, 2, 3)
    for slips in (printed, *({place: text} for place, text in printed.items())):  # both, and each alone
        fails(JACOBIAN + table(lambda i, j, slips=slips: slips.get((i, j), through(i, j)), 2, 3), SMALL)
    holds(right + " = " + table(lambda i, j: f"W_{{{i}{j}}}^{{(2)}}" + d("a1", j, "z1", j), 2, 3), SMALL)


def test_s1_43_72_the_jacobian_is_the_transposed_matrix_with_a_row_of_slopes_broadcast_over_it():
    rows = Rows(6)
    for l in (1, 2):
        full = rows.jacobian(f"Z{l + 1}", f"Z{l}")
        for e in range(6):
            a = rows.A[l][e:e + 1]  # (1, n_l)
            assert same(full[e, :, e, :], rows.W[l + 1].T * a * (1 - a))
            assert full[e, :, e, :].shape == (SIZES[l + 1], SIZES[l])
            assert unbroadcast(rows.W[l + 1], a * (1 - a)) or not same(full[e, :, e, :], rows.W[l + 1] * a * (1 - a))
    holds(r"\frac{\partial z_i^{(l+1)}}{\partial z_j^{(l)}} = W_{ij}^{(l+1)} a_j^{(l)} (1 - a_j^{(l)})", "sigmoid")


def test_s1_43_w_with_superscripts_i_j_is_an_entry_of_the_transpose():
    rows = Rows(1)
    assert rows.W[2].shape == (3, 2)  # W^{1,3} would lie outside of it
    with pytest.raises(IndexError):
        rows.W[2][0, 2]
    assert all(rows.jacobian("Z2", "A1")[0, i, 0, j] == rows.W[2].T[i, j] for i in range(2) for j in range(3))


def test_s1_44_the_hadamard_product_multiplies_entry_by_entry():
    holds(r"(u \odot v)_i = u_i v_i", r"scalar where u \in \mathbb{R}^{3} \quad v \in \mathbb{R}^{3}")


def test_s1_45_the_matrices_are_2_by_3_and_1_by_3():
    weights, slopes = Rows(1).W[2].T, Rows(1).A[1]
    assert (weights.shape, slopes.shape) == ((2, 3), (1, 3))
    assert np.broadcast_shapes((2, 3), (1, 3)) == (2, 3)
    assert np.broadcast_shapes((3, 2), (3, 1)) == (3, 2)  # as stated, columns would be repeated and not rows
    assert same(np.broadcast_to(slopes, (2, 3)), np.concatenate([slopes, slopes]))
    with pytest.raises(ValueError):
        np.broadcast_shapes((2, 3), (3, 1))


def test_s1_46_every_row_of_the_repeated_matrix_is_the_same():
    def whole(j):
        return rf"\frac{{\partial a^{{(1)}}}}{{\partial z_{j}^{{(1)}}}}"

    printed = grid(whole(1) + ";" + whole(2) + ";" + d("a1", 3, "z1", 3),
                   ";".join(d("a1", j, "z1", 3) for j in (1, 2, 3)))
    second_line = table(lambda i, j: d("a1", j, "z1", j if i == 1 else 3), 2, 3)
    right = table(lambda i, j: d("a1", j, "z1", j), 2, 3)
    assert formula.check(JACOBIAN + r"W^{(2)} \odot " + printed, SMALL).status != "true"
    corrected(JACOBIAN + r"W^{(2)} \odot " + second_line, JACOBIAN + r"W^{(2)} \odot " + right, SMALL)


def test_s1_47_an_entry_of_the_broadcast_row_reaches_a_whole_column():
    rng = np.random.default_rng(0)
    weights, row = rng.normal(size=(2, 3)), rng.normal(size=(1, 3))

    def reached(v, product):
        return np.count_nonzero(product(v) != product(v + np.eye(1, v.size).reshape(v.shape)))

    assert reached(weights, lambda v: v * row) == 1
    assert reached(np.repeat(row, 2, axis=0), lambda v: weights * v) == 1  # equal sizes: one entry for one
    assert reached(row, lambda v: weights * v) == 2  # the source's example


def test_s1_47_51_the_hadamard_form_comes_from_the_activation_and_not_from_the_weights():
    zeros = r"\frac{\partial a_i^{(l)}}{\partial z_j^{(l)}} = 0 \quad i \ne j"
    conditional(zeros, "sigmoid", "softmax")
    # W^{1,j} reaches z^1 alone in both networks; the Hadamard form holds in one
    holds(r"\frac{\partial z_k^{(l)}}{\partial W_{ij}^{(l)}} = 0 \quad k \ne i", "sigmoid")
    holds(r"\frac{\partial z_k^{(l)}}{\partial W_{ij}^{(l)}} = 0 \quad k \ne i", "softmax")
    conditional(r"\frac{\partial a_i^{(L)}}{\partial a_j^{(L-1)}} = "
                r"W_{ij}^{(L)} \frac{\partial a_i^{(L)}}{\partial z_i^{(L)}}", "sigmoid", "softmax")


def test_s1_48_the_sums_of_one_example_are_a_row():
    rows = Rows(1)
    z = rows.A[1] @ rows.W[2] + rows.b[2]
    assert z.shape == (1, 2) == rows.Z[2].shape
    column = rows.Z[2].T
    assert column.shape != z.shape and misfit(column, rows.W[3])


def test_s1_49_50_a_weight_reaches_the_sum_of_its_own_unit_alone():
    full = Rows(1).jacobian("Z2", "W2")[0]  # (unit, from, to)
    for unit, other in ((0, 1), (1, 0)):
        assert not full[other, :, unit].any() and full[unit, :, unit].all()
    holds(r"\frac{\partial z_k^{(l)}}{\partial W_{ij}^{(l)}} = [k = i] a_j^{(l-1)}")


def test_s1_52_the_matrix_of_equation_6_names_a_unit_twice():
    left = r"\left( \frac{\partial C}{\partial z^{(1)}} \right)^\top = " + grid(
        d("C", 0, "z2", 1) + ";" + d("C", 0, "z2", 2))
    slip = table(lambda i, j: d("z2", i, "z1", 2 if (i, j) == (2, 1) else j), 2, 3)
    corrected(left + slip, left + table(lambda i, j: d("z2", i, "z1", j), 2, 3), SMALL)
    holds(r"\left( \frac{\partial C}{\partial z^{(l)}} \right)^\top = "
          r"\left( \frac{\partial C}{\partial z^{(l+1)}} \right)^\top \frac{\partial z^{(l+1)}}{\partial z^{(l)}}")


def test_s1_53_the_weight_gradient_is_a_column_times_a_row():
    def weight(i, j):
        return f"W_{{{j}{i}}}^{{(2)}}"  # from unit i to unit j

    def by_weight(i, j, what="C"):
        return rf"\frac{{\partial {what}}}{{\partial {weight(i, j)}}}"

    def error(j):
        return d("C", 0, "z2", j)

    chain = [r"\left( \frac{\partial C}{\partial W^{(2)}} \right)^\top", table(by_weight, 3, 2),
             table(lambda i, j: error(j) + by_weight(i, j, f"z_{j}^{{(2)}}"), 3, 2),
             table(lambda i, j: error(j) + f"a_{i}^{{(1)}}", 3, 2),
             grid("a_1^{(1)}", "a_2^{(1)}", "a_3^{(1)}") + grid(error(1) + ";" + error(2))]
    holds(" = ".join(chain), SMALL)
    assert symbolic.general.weight_lemma().exact == symbolic.general.weight_lemma(equal_widths=True).exact == 1


def test_s1_54_the_bias_gradient_is_the_error():
    def bias(j):
        return d("C", 0, "z2", j) + d("z2", j, "b2", j)

    holds(r"\left( \frac{\partial C}{\partial b^{(2)}} \right)^\top = " + grid(
        d("C", 0, "b2", 1) + ";" + d("C", 0, "b2", 2)) + " = " + grid(bias(1) + ";" + bias(2))
        + r" = \left( \frac{\partial C}{\partial z^{(2)}} \right)^\top", SMALL)
    assert symbolic.general.bias_lemma().exact == 1


# ---- I neurons, one example, K classes


def test_s1_55_the_four_codes_are_the_rows_of_the_unit_matrix():
    codes = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    assert same(codes, np.eye(4)) and list(codes.argmax(1)) == [0, 1, 2, 3] and set(codes.sum(1)) == {1}


SUM_OF_CLASSES = r"\mathcal{L} = \sum_{k=1}^{K} [-y_k \log a_{Lk} - (1-y_k) \log (1-a_{Lk})]"


def test_s1_56_the_sum_runs_over_classes_and_not_over_layers():
    printed = SUM_OF_CLASSES.replace("_{k=1}^{K}", "_{l}")
    corrected(printed, SUM_OF_CLASSES, CLASSES, "S1")
    fails(SUM_OF_CLASSES.replace("[", "").replace("]", ""), CLASSES, "S1", says="k is free")  # the brackets


def test_s1_57_the_cross_entropy_pushes_each_output_to_its_target():
    def lost_sign(A, Y):  # as S1-58 prints it
        return Y * np.log(A) - (1 - Y) * np.log(1 - A)

    A = np.linspace(0.01, 0.99, 99)[None, :]  # (1, 99)
    for y, wanted in ((0.0, 1), (1.0, -1)):
        for cost in (entropies, lost_sign):
            slopes = derivative(lambda a, y=y, cost=cost: cost(a, y * np.ones_like(A)).sum(), A)
            assert (np.sign(slopes) == wanted).all() == (cost is entropies or y == 0)


def test_s1_58_two_signs_and_a_transpose_are_lost_on_the_way_to_row_times_column():
    holds(SUM_OF_CLASSES + r" = \sum_{k=1}^{K} [-y_k \log a_{Lk}] - \sum_{k=1}^{K} [(1-y_k) \log (1-a_{Lk})]",
          CLASSES, "S1")
    rows = Rows(1)
    (y,), (a,), loss = rows.Y, rows.A[3], rows.loss()
    assert not same(y @ np.log(a[[0, 1, 2, 2]]) - (1 - y) @ np.log(1 - a), loss)  # step 3: a_3 twice
    assert not same(y @ np.log(a) - (1 - y) @ np.log(1 - a), loss)  # its sign alone
    assert len(1 - y) != len(np.log(1 - a[[1, 2, 2]]))  # its last column has 3 rows
    assert same(-y @ np.log(a) - (1 - y) @ np.log(1 - a), loss)
    printed = r"\mathcal{L} = y \log a_{L}^{\top} - (1-y) \log (1-a_{L})"
    correction = r"\mathcal{L} = -y \log a_{L}^{\top} - (1-y) \log (1-a_{L})^{\top}"
    corrected(printed, correction, CLASSES, "S1")
    fails(printed.replace("= y", "= -y"), CLASSES, "S1")  # the transpose is lost as well
    fails(correction.replace("= -y", "= y"), CLASSES, "S1")  # and the sign


def test_s1_59_equation_12_has_wrong_units_and_13_stands_upright():
    left = r"\left( \frac{\partial C}{\partial z^{(2)}} \right)^\top = "

    def line(*entries):
        return grid(";".join(entries))

    def through(k):
        return d("C", 0, "a2", k) + d("a2", k, "z2", k)

    printed = [d("C", 0, "a2", 1) + d("a2", 1, "z2", 2), *(d("a2", k, "a2", k) * 2 for k in (2, 3)),
               d("C", 0, "a2", 4) + d("a2", 4, "a2", 4)]
    right = [through(k) for k in (1, 2, 3, 4)]
    corrected(left + line(*printed), left + line(*right), CLASSES)
    for k in range(4):  # each slip alone is refused
        fails(left + line(*right[:k], printed[k], *right[k + 1:]), CLASSES)
    slopes = [rf"\left( -\frac{{y_{k}}}{{a_{k}^{{(2)}}}} + \frac{{1 - y_{k}}}{{1 - a_{k}^{{(2)}}}} \right) "
              rf"a_{k}^{{(2)}} (1 - a_{k}^{{(2)}})" for k in (1, 2, 3, 4)]
    corrected(left + grid(*slopes), left + line(*slopes), CLASSES)  # a column is no row
    holds(left + line(*(f"a_{k}^{{(2)}} - y_{k}" for k in (1, 2, 3, 4))) + r" = (a^{(2)} - y)^\top", CLASSES)


def test_s1_60_the_formulas_below_the_output_do_not_know_the_number_of_classes():
    for sizes in ([5, 3, 2, 1], [5, 3, 2, 4]):
        rows = Rows(1, sizes=sizes)
        for l in (1, 2):
            a = rows.A[l]  # (1, n_l)
            jacobian = rows.W[l + 1].T * a * (1 - a)
            assert same(rows.jacobian(f"Z{l + 1}", f"Z{l}")[0, :, 0, :], jacobian)
            assert same(rows.slope(f"Z{l + 1}") @ jacobian, rows.slope(f"Z{l}"))
            assert same(a.T @ rows.slope(f"Z{l + 1}"), rows.slope(f"W{l + 1}"))
            assert not same(jacobian, rows.W[l + 1].T * a)


# ---- I neurons, E examples, K classes


def slope(name):
    """dL by a quantity of the source, in its notation."""
    return rf"\frac{{\mathrm{{d}}\mathcal{{L}}}}{{\mathrm{{d}}{name}}}"


@pytest.mark.parametrize("name, size", [("Y", "K"), ("A^{(l)}", "n_l"), ("Z^{(l)}", "n_l")])
def test_s1_61_62_targets_and_layers_have_e_rows_and_not_m(name, size):
    space = r" \in \mathbb{R}^{%s \times " + size + "}"
    holds_for = {rows: formula.check(name + space % rows).status for rows in ("E", "n_0")}  # M inputs: n_0
    assert holds_for == {"E": "true", "n_0": "false"}
    assert formula.check(r"X \in \mathbb{R}^{E \times n_0}").status == "true"


def test_s1_61_the_two_targets_are_codes_of_classes_2_and_3():
    Y = np.array([[0, 1, 0, 0], [0, 0, 1, 0]])
    assert Y.shape == (2, 4) and list(Y.argmax(1) + 1) == [2, 3]


def test_s1_64_the_mean_needs_the_number_of_the_example_below_its_sum():
    unread = r"J = \frac{1}{E} \sum^{E} C_e"
    assert formula.check(unread, "lambda=0").status == "unsupported"
    mean = r"J = \frac{1}{E} \sum_{e=1}^{E} C_e"
    corrected(mean.replace("C_e", "C_1"), mean, "lambda=0")  # a sum of E equal terms is another number


def test_s1_65_the_first_term_loses_its_sign_in_steps_2_and_3():
    third = r"\mathcal{L} = \frac{1}{E}\sum_{e}^{E}\sum_{k}^{K}%s[y_{k}^{(e)}\log a_{Lk}^{(e)}" \
            r"%s(1-y_{k}^{(e)})\log (1-a_{Lk}^{(e)})]"
    corrected(third % ("", "-"), third % ("-", "+"), CLASSES, "S1")
    fails((third % ("", "-")).replace("[", "").replace("]", ""), CLASSES, "S1", says="is free")
    rows = Rows(6)
    A, Y, loss = rows.A[3], rows.Y, rows.loss()
    second = [y @ np.log(a) - (1 - y) @ np.log(1 - a) for a, y in zip(A, Y)]  # one number for each example
    assert not same(sum(second) / 6, loss)
    assert same(sum(s - 2 * y @ np.log(a) for s, a, y in zip(second, A, Y)) / 6, loss)
    assert same((-Y * np.log(A) - (1 - Y) * np.log(1 - A)).sum() / 6, loss)  # step 4


def test_s1_66_matrices_give_the_loss_of_the_loop_with_a_fixed_number_of_calls():
    def looped(A, Y):
        return sum(-Y[e, k] * np.log(A[e, k]) - (1 - Y[e, k]) * np.log(1 - A[e, k])
                   for e in range(len(Y)) for k in range(Y.shape[1])) / len(Y)

    calls = {}
    for E in (2, 20):
        rows = Rows(E)
        (quick, value), slow = counted(mean_entropy, rows.A[3], rows.Y), looped(rows.A[3], rows.Y)
        assert same(value, slow)
        calls[E] = quick.count("log"), E * 4 * 2
    assert calls == {2: (2, 16), 20: (2, 160)}
    assert not same(looped(rows.A[3][::-1], rows.Y), value)


def test_s1_67_with_e_examples_the_error_is_divided_by_e():
    for E in (1, 2, 6):
        rows = Rows(E)
        assert same(rows.slope("Z3"), (rows.A[3] - rows.Y) / E)
        assert same(rows.slope("Z3"), rows.A[3] - rows.Y) == (E == 1)


def example_slopes(rows):
    """dL^(e)/dz_L^(e) of each example alone, stacked (E, K)."""
    return np.concatenate([derivative(lambda z, e=e: entropies(sigma(z), rows.Y[e:e + 1]).sum(), rows.Z[3][e:e + 1])
                           for e in range(len(rows.Y))])


def test_s1_68_the_stack_holds_example_1_and_example_2():
    rows = Rows(2)
    whole = rows.slope("Z3")
    assert whole.shape == (2, 4)
    assert not same(whole[[1, 1]], whole) and same(whole[[0, 1]], whole)


def test_s1_69_an_example_sees_its_own_forward_pass_alone():
    def losses(rows, **new):
        return entropies(rows.run(**new)[1][3], rows.Y).sum(1)  # (E,)

    rows = Rows(3)
    for name in ("X", "Z1", "Z2", "Z3"):
        mixed = derivative(lambda v, name=name: losses(rows, **{name: v}), rows.value(name)).any(axis=2)  # (E, E)
        assert same(mixed, np.eye(3))
    normalised = Rows(3, f=lambda z: sigma(z - z.mean(0, keepdims=True)))  # batch normalisation does mix them
    assert derivative(lambda v: losses(normalised, Z1=v), normalised.Z[1]).any(axis=2).all()


def test_s1_70_the_slopes_of_the_examples_have_no_1_over_e():
    rows = Rows(2)
    printed = example_slopes(rows)[[1, 1]]
    result = (rows.A[3] - rows.Y) / 2
    assert not same(printed, result)
    assert not same(example_slopes(rows), result)  # with both examples in place a factor E remains
    assert same(example_slopes(rows) / 2, result) and same(rows.slope("Z3"), result)


def test_s1_71_what_belongs_to_an_example_has_an_axis_e_and_parameters_do_not():
    shapes = {}
    for E in (1, 6):
        rows = Rows(E)
        values = {"X": rows.X, "Y": rows.Y, "W": rows.W[2], "b": rows.b[2], "Z": rows.Z[2], "A": rows.A[2],
                  "dW": rows.slope("W2"), "db": rows.slope("b2"), "dZ": rows.slope("Z2"), "loss": rows.loss()}
        shapes[E] = {name: np.shape(value) for name, value in values.items()}
    grown = {name for name in shapes[1] if shapes[1][name] != shapes[6][name]}
    assert grown == {"X", "Y", "Z", "A", "dZ"}
    full = rows.jacobian("Z2", "Z1")
    assert full.shape == (6, 2, 6, 3) and full[0, :, 0, :].shape == (2, 3)
    assert np.count_nonzero(full) == 6 * 2 * 3  # only the E blocks of one example each


def test_s1_73_step_5_needs_layer_l_plus_1_and_the_matrix_product_comes_first():
    rows = Rows(2, sizes=[5, 3, 3, 4])  # equal widths, so that another layer's error would fit
    above, A, W = rows.slope("Z2"), rows.A[1], rows.W[2]
    slip = np.concatenate([above[:1], rows.slope("Z1")[1:]])
    assert same((above @ W.T) * A * (1 - A), rows.slope("Z1"))
    assert not same((slip @ W.T) * A * (1 - A), rows.slope("Z1"))
    with pytest.raises(ValueError):
        book(slope("Z_l") + " = " + slope("Z") + r"W_{l+1}^{\top}", "S1")
    rows = Rows(6)
    for l in (2, 1):
        above, A, W = rows.slope(f"Z{l + 1}"), rows.A[l], rows.W[l + 1]
        assert same((above @ W.T) * A * (1 - A), rows.slope(f"Z{l}"))
        assert unbroadcast(W.T, A * (1 - A))  # the other order cannot be formed
        by_row = [above[e:e + 1] @ (W.T * A[e:e + 1] * (1 - A[e:e + 1])) for e in range(6)]  # step 2: both can
        assert same(np.concatenate(by_row), rows.slope(f"Z{l}"))
    two = Rows(2)  # E = n_{l+1} = 2, as in the source's example: the other order can be formed, and is wrong
    assert not same(two.slope("Z2") @ (two.W[2].T * two.A[1] * (1 - two.A[1])), two.slope("Z1"))
    holds(slope("Z_l") + " = " + slope("Z_{l+1}") + r"\cdot W_{l+1}^{\top}\circ A_l\circ (\mathbf{1}-A_l)",
          "sigmoid", "S1")
    assert symbolic.general.hidden_lemma().exact == symbolic.general.hidden_lemma(equal_widths=True).exact == 1


def test_s1_74_75_one_example_gives_a_column_times_a_row():
    rows = Rows(1)
    for l in (0, 1, 2):
        a, dZ, dW = rows.A[l], rows.slope(f"Z{l + 1}"), rows.slope(f"W{l + 1}")
        assert same(a.T @ dZ, dW) and misfit(a, dZ)
        below, above = SIZES[l:l + 2]
        assert np.shape(rows.loss()) == () and rows.W[l + 1].shape == dW.shape == (below, above)
        assert a.shape == (1, below) and rows.Z[l + 1].shape == dZ.shape == (1, above)
    holds(slope("W_{l+1}") + r" = a_l^{\top}" + slope("z_{l+1}"), key="S1")


def test_s1_76_the_batch_sums_over_its_rows():
    conditional(slope("W_{l+1}") + r" = A_l^{\top}" + slope("Z_{l+1}"), "lambda=0", key="S1")
    rows = Rows(6)
    for l in (0, 1, 2):
        A, dZ = rows.A[l], rows.slope(f"Z{l + 1}")
        assert A.shape == (6, SIZES[l]) and dZ.shape == (6, SIZES[l + 1])
        assert same(A.T @ dZ, rows.slope(f"W{l + 1}")) and not same(A.T @ dZ / 6, rows.slope(f"W{l + 1}"))
        assert same(sum(A[e:e + 1].T @ dZ[e:e + 1] for e in range(6)), A.T @ dZ)
    assert symbolic.general.batch_with_penalty().exact == 4


def test_s1_77_the_layer_of_the_bias_is_l_and_k_numbers_classes():
    printed = r"\frac{\partial J}{\partial b^{(k+1)}} = \Delta^{(k+1)\top} \mathbf{1}_E \quad k = 1, \dots, K"
    fails(printed, "sizes=3-5-4")  # K = 4 classes, and no layer 3, 4, 5
    holds(slope("b_{l+1}") + r" = \mathbf{1}^{\top}" + slope("Z_{l+1}"), key="S1")
    rows = Rows(6)
    ones = np.ones((6, 1))
    for l in rows.W:
        assert same(ones.T @ rows.slope(f"Z{l}"), rows.slope(f"b{l}"))
        assert not same(ones.T @ rows.slope(f"Z{l}") / 6, rows.slope(f"b{l}"))  # 1/E is in dL/dZ already
