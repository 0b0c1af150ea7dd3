"""Five notations, one mathematics: parameters go there and back, gradients agree, formulas stay true."""

import numpy as np
import pytest

import bp
from bp import conventions, formula
from source_formulas import MISPRINTS, ONE_UNIT, TRUE

SIZES, E, LAM = [4, 3, 5, 2], 3, 0.3
KEYS = list(conventions.SOURCES)


def problem(hidden=bp.tanh, output=bp.identity, targets="numbers"):
    """A network with biases, X (E, n_0) and Y (E, n_L)."""
    rng = np.random.default_rng(7)
    net = bp.Network.random(SIZES, hidden=hidden, output=output, rng=rng)
    net = bp.Network(net.W, {l: rng.standard_normal(n) for l, n in enumerate(SIZES) if l}, net.f)
    X, Y = rng.standard_normal((E, SIZES[0])), rng.standard_normal((E, SIZES[-1]))      # (E, n_0), (E, n_L)
    if targets != "numbers":
        Y = np.exp(Y) / (1 + np.exp(Y)) if targets == "probabilities" else np.eye(SIZES[-1])[[0, 1, 1]]
    return net, X, Y


def agree(theirs, expected):
    """Every array of theirs equals the book's gradient in their form, to 1e-12 of its size."""
    assert {name: set(layers) for name, layers in theirs.items()} == {n: set(d) for n, d in expected.items()}
    for name, layers in expected.items():
        for k, wanted in layers.items():
            assert theirs[name][k].shape == wanted.shape, (name, k)
            np.testing.assert_allclose(theirs[name][k], wanted, rtol=1e-12, atol=1e-12, err_msg=f"{name}[{k}]")


# ---- parameters


@pytest.mark.parametrize("key", KEYS)
def test_parameters_come_back_as_they_went(key):
    net, _, _ = problem()
    again = conventions.read(conventions.export(net, key), key, net.f)
    assert again.sizes == net.sizes and again.f == net.f
    for l in net.W:
        assert np.array_equal(again.W[l], net.W[l]) and np.array_equal(again.b[l], net.b[l])


@pytest.mark.parametrize("key", KEYS)
def test_a_gradient_comes_back_as_it_went(key):
    net, X, Y = problem()
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=LAM)
    again = conventions.read(conventions.gradient(g, key), key, net.f)
    for l in net.W:
        assert np.array_equal(again.W[l], g.W[l]) and np.array_equal(again.b[l], g.b[l])


def test_layer_numbers_and_shapes_are_those_of_the_sources():
    net, _, _ = problem()
    shapes = {key: {name: {k: a.shape for k, a in layers.items()} for name, layers in
                    conventions.export(net, key).items()} for key in KEYS}
    columns = [(3, 4), (5, 3), (2, 5)], [(3,), (5,), (2,)]
    assert shapes == {
        "S0": {"W": dict(zip((1, 2, 3), columns[0])), "b": dict(zip((1, 2, 3), columns[1]))},
        "S1": {"W": {1: (4, 3), 2: (3, 5), 3: (5, 2)}, "b": {1: (1, 3), 2: (1, 5), 3: (1, 2)}},
        "S2": {"w": dict(zip((2, 3, 4), columns[0])), "b": dict(zip((2, 3, 4), columns[1]))},
        "S3": {"W": dict(zip((2, 3, 4), columns[0])), "b": dict(zip((2, 3, 4), columns[1]))},
        "S3b": {"W": dict(zip((1, 2, 3), columns[0])), "b": dict(zip((1, 2, 3), columns[1]))},
        "S4": {"Theta": {1: (3, 5), 2: (5, 4), 3: (2, 6)}},
    }


@pytest.mark.parametrize("key", KEYS)
def test_what_is_exported_or_read_shares_no_memory(key):
    net, _, _ = problem()
    theirs = conventions.export(net, key)
    again = conventions.read(theirs, key, net.f)
    for layers in theirs.values():
        for array in layers.values():
            array += 1.0
    for l in net.W:
        assert np.array_equal(again.W[l], net.W[l]) and np.array_equal(again.b[l], net.b[l])
    g = bp.Gradient(net.W, net.b)
    there = conventions.gradient(g, key)
    back = conventions.read(there, key, net.f)
    for layers in there.values():
        for array in layers.values():
            array += 1.0
    assert all(np.array_equal(back.W[l], g.W[l]) and np.array_equal(back.b[l], g.b[l]) for l in g.W)
    net_again, _, _ = problem()
    assert all(np.array_equal(net.W[l], net_again.W[l]) for l in net.W)


# ---- the same gradients, each source by its own formulas: its layer numbers, index by index, example by example


def test_gradients_of_s0_by_its_own_formulas():
    net, X, Y = problem(output=bp.sigmoid, hidden=bp.sigmoid)
    p, lam = conventions.export(net, "S0"), conventions.lam("S0", LAM, E)
    W, b, n_l, K = p["W"], p["b"], 4, E
    s = {1: 4, 2: 3, 3: 5, 4: 2}
    dW, db = {l: 0 * W[l] for l in W}, {l: 0 * b[l] for l in b}
    for x, y in zip(X, Y):
        a, z, delta = {1: x}, {}, {}
        for l in range(1, n_l):
            z[l + 1] = np.array([sum(W[l][i, j] * a[l][j] for j in range(s[l])) + b[l][i] for i in range(s[l + 1])])
            a[l + 1] = 1 / (1 + np.exp(-z[l + 1]))
        slope = {l: a[l] * (1 - a[l]) for l in z}
        delta[n_l] = np.array([-(y[i] - a[n_l][i]) * slope[n_l][i] for i in range(s[n_l])])
        for l in range(n_l - 1, 1, -1):
            delta[l] = np.array([sum(W[l][j, i] * delta[l + 1][j] * slope[l][i] for j in range(s[l + 1]))
                                 for i in range(s[l])])
        for l in range(1, n_l):
            for i in range(s[l + 1]):
                db[l][i] += delta[l + 1][i]
                for j in range(s[l]):
                    dW[l][i, j] += delta[l + 1][i] * a[l][j]
    theirs = {"W": {l: dW[l] / K + lam * W[l] for l in W}, "b": {l: db[l] / K for l in b}}
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=LAM)
    agree(theirs, conventions.gradient(g, "S0"))


def test_gradients_of_s1_by_its_own_formulas():
    net, X, Y = problem(hidden=bp.sigmoid, output=bp.sigmoid, targets="probabilities")
    p = conventions.export(net, "S1")
    W, b, L = p["W"], p["b"], 3
    dW, db = {l: 0 * W[l] for l in W}, {l: 0 * b[l] for l in b}
    for e in range(E):
        a, dz = {0: X[e:e + 1]}, {}                                             # rows (1, n_l)
        for l in range(1, L + 1):
            a[l] = 1 / (1 + np.exp(-(a[l - 1] @ W[l] + b[l])))
        dz[L] = (a[L] - Y[e:e + 1]) / E
        for l in range(L - 1, 0, -1):
            dz[l] = dz[l + 1] @ W[l + 1].T * a[l] * (1 - a[l])
        for l in W:
            for i in range(W[l].shape[0]):
                for o in range(W[l].shape[1]):
                    dW[l][i, o] += a[l - 1][0, i] * dz[l][0, o]
            db[l] += dz[l]
    g = bp.batched.backward(net, X, Y, cost=bp.binary_cross_entropy)
    agree({"W": dW, "b": db}, conventions.gradient(g, "S1"))


@pytest.mark.parametrize("key", ["S2", "S3"])
def test_gradients_of_s2_and_s3_by_their_own_formulas(key):
    net, X, Y = problem(hidden=bp.tanh, output=bp.tanh)
    p = conventions.export(net, key)
    name = "w" if key == "S2" else "W"
    w, b, L = p[name], p["b"], 4
    dw, db = {l: 0 * w[l] for l in w}, {l: 0 * b[l] for l in b}
    for x, y in zip(X, Y):
        a, z, delta = {1: x}, {}, {}
        for l in range(2, L + 1):
            z[l] = np.array([sum(w[l][j, k] * a[l - 1][k] for k in range(len(a[l - 1]))) + b[l][j]
                             for j in range(len(b[l]))])
            a[l] = np.tanh(z[l])
        delta[L] = -(y - a[L]) * (1 - np.tanh(z[L]) ** 2)
        for l in range(L - 1, 1, -1):
            delta[l] = np.array([sum(w[l + 1][k, j] * delta[l + 1][k] for k in range(len(delta[l + 1])))
                                 * (1 - np.tanh(z[l][j]) ** 2) for j in range(len(z[l]))])
        for l in w:
            for j in range(len(b[l])):
                db[l][j] += delta[l][j] / E
                for k in range(len(a[l - 1])):
                    dw[l][j, k] += delta[l][j] * a[l - 1][k] / E
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error)
    agree({name: dw, "b": db}, conventions.gradient(g, key))


def test_gradients_of_s3b_by_the_complex_step_of_its_risk():
    net, X, Y = problem(output=bp.softmax, targets="classes")
    p, lam = conventions.export(net, "S3b"), conventions.lam("S3b", LAM, E)

    def risk(W, b):
        total = 0.0
        for x, y in zip(X, Y):
            a = x
            for l in (1, 2, 3):
                z = W[l] @ a + b[l]
                a = np.tanh(z) if l < 3 else np.exp(z) / np.exp(z).sum()
            total -= y @ np.log(a)
        return total / E + lam / 2 * sum((W[l] ** 2).sum() for l in W)

    theirs = {}
    for name in ("W", "b"):
        theirs[name] = {}
        for l, array in p[name].items():
            theirs[name][l] = np.empty_like(array)
            for at in np.ndindex(array.shape):
                moved = {n: {k: v.astype(complex) for k, v in layers.items()} for n, layers in p.items()}
                moved[name][l][at] += 1e-30j
                theirs[name][l][at] = risk(moved["W"], moved["b"]).imag / 1e-30
    g = bp.batched.backward(net, X, Y, cost=bp.categorical_cross_entropy, lam=LAM)
    agree(theirs, conventions.gradient(g, "S3b"))


def test_gradients_of_s4_by_its_own_formulas():
    net, X, Y = problem(hidden=bp.identity)
    Theta, lam, m, L = conventions.export(net, "S4")["Theta"], conventions.lam("S4", LAM, E), E, 4
    D = {l: 0 * Theta[l] for l in Theta}
    for x, y in zip(X, Y):
        a, delta = {1: [1.0, *x]}, {}                                           # a_0 = x_0 = 1
        for l in range(1, L):
            out = [sum(Theta[l][i, j] * a[l][j] for j in range(len(a[l]))) for i in range(len(Theta[l]))]
            a[l + 1] = [1.0, *out]
        delta[L] = {i: a[L][i] - y[i - 1] for i in range(1, len(a[L]))}
        for l in range(L - 1, 1, -1):
            delta[l] = {j: sum(delta[l + 1][i] * Theta[l][i - 1, j] for i in delta[l + 1]) for j in range(1, len(a[l]))}
        for l in Theta:
            for i in delta[l + 1]:
                for j in range(len(a[l])):
                    D[l][i - 1, j] += delta[l + 1][i] * a[l][j]
    theirs = {l: (D[l] + lam * np.c_[0 * Theta[l][:, :1], Theta[l][:, 1:]]) / m for l in Theta}
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=LAM)
    agree({"Theta": theirs}, conventions.gradient(g, "S4"))


def test_a_gradient_read_back_takes_the_same_step_in_both_notations():
    net, X, Y = problem(hidden=bp.identity)
    g = bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=LAM)
    theirs, step = conventions.export(net, "S4")["Theta"], conventions.gradient(g, "S4")["Theta"]
    there = conventions.read({"Theta": {l: theirs[l] - 0.1 * step[l] for l in theirs}}, "S4", net.f)
    for l in net.W:
        np.testing.assert_allclose(there.W[l], net.W[l] - 0.1 * g.W[l], rtol=1e-15)
        np.testing.assert_allclose(there.b[l], net.b[l] - 0.1 * g.b[l], rtol=1e-15)


@pytest.mark.parametrize("key, factor", [("S0", 1), ("S3b", 1), ("S4", E)])
def test_lambda_is_converted_both_ways(key, factor):
    assert conventions.lam(key, LAM, E) == factor * LAM
    assert conventions.read_lam(key, conventions.lam(key, LAM, E), E) == pytest.approx(LAM, rel=1e-15)


# ---- formulas

@pytest.mark.parametrize("key, latex, setting", [(key, *pair) for key, pairs in TRUE.items() for pair in pairs])
def test_a_formula_of_a_source_is_true_in_the_books_notation(key, latex, setting):
    ours = conventions.translate(latex, key)
    report = formula.check(ours, setting)
    assert report.status == "true", f"{ours}: {report.message}"


@pytest.mark.parametrize("latex, setting", ONE_UNIT)
def test_a_formula_for_one_unit_is_true_in_the_books_notation(latex, setting):
    ours = conventions.translate(latex, "S1", one_unit=True)
    report = formula.check(ours, "sizes=1-1-1" + setting)
    assert report.status == "true" and r"\top" not in ours, f"{ours}: {report.message}"


@pytest.mark.parametrize("key, latex, setting", MISPRINTS)
def test_a_mistake_of_a_source_is_not_mended_in_passing(key, latex, setting):
    ours = conventions.translate(latex, key)
    assert formula.check(ours, setting).status in ("false", "ill-formed"), ours


@pytest.mark.parametrize("key", ["S0", "S2", "S3"])
def test_the_same_formula_comes_out_of_each_source(key):
    theirs = {"S0": r"\delta_i^{(l)} = \sum_{j=1}^{s_{l+1}} w_{ji}^{(l)} \delta_j^{(l+1)} f'(z_i^{(l)})",
              "S2": r"\delta_i^l=\sum_j w_{ji}^{l+1}\delta_j^{l+1}\sigma'(z_i^l)",
              "S3": r"\delta_i^{(l)} = \sum_{j=1}^{n_{l+1}} w_{ji}^{(l+1)} \delta_j^{(l+1)} f'(z_i^{(l)})"}
    limits = "_{j}" if key == "S2" else "_{j=1}^{n_{l+1}}"
    assert conventions.translate(theirs[key], key) == (
        r"\delta_{i}^{(l)} = \sum" + limits + r" W_{ji}^{(l+1)} \delta_{j}^{(l+1)} f_{l}'(z_{i}^{(l)})")


@pytest.mark.parametrize("theirs, ours", [
    (r"\sum_{i=1}^N E_{(i)} + z_1^{(2)}", r"\sum_{e=1}^{E} C_e + z_{1}^{(1)}"),
    (r"\sum_{i=1}^N \|\mathbf{y} - \mathbf{o}\|^2 - a_1^{(2)}",
     r"\sum_{e=1}^{E} \| y_{e} - a_{e}^{(L)} \|^2 - a_{1}^{(1)}"),
    (r"\left(\frac{1}{N} \sum_{i=1}^N z_1^{(2)} a_1^{(2)}\right) a_1^{(2)}",
     r"\left(\frac{1}{E} \sum_{e=1}^{E} z_{e,1}^{(1)} a_{e,1}^{(1)}\right) a_{1}^{(1)}"),
])
def test_a_sum_over_examples_reaches_to_the_next_sign_or_bracket(theirs, ours):
    assert conventions.translate(theirs, "S3") == ours


def test_each_source_has_six_formulas_or_more():
    assert {key: len(pairs) >= 6 for key, pairs in TRUE.items() if key != "S3b"} == dict.fromkeys(
        ("S0", "S1", "S2", "S3", "S4"), True)


# ---- bad input


@pytest.mark.parametrize("key, latex, what", [
    ("S0", r"\Delta W^{(l)} := \Delta W^{(l)} + \nabla_{W^{(l)}} J(W, b; x, y)", r"\Delta"),
    ("S1", r"\frac{\mathrm{d}A_l}{\mathrm{d}Z_l} = A_l \circ (\mathbf{1} - A_l)", "dA/dZ, which has four indices"),
    ("S1", r"\left(\frac{\mathrm{d}z_{l+1}}{\mathrm{d}z_{l}}\right)^{(e)} = W_{l+1}^{\top}", r"\(e\)"),
    ("S2", r"w_k \to w_{k}' = w_k-\frac{\eta}{m}\sum_j \frac{\partial C_{x_j}}{\partial w_k}",
     "w_k without a layer"),
    ("S2", r"\frac{\partial C}{\partial w_j} \approx \frac{C(w + \epsilon e_j) - C(w)}{\epsilon}",
     "w_j without a layer"),
    ("S2", r"D = C(w + \epsilon e_j)", "D"),
    ("S2", r"\delta^l = C(w) w^l", r"the argument \(w\)"),
    ("S3", r"y = f^5(f^4(x))", "f without a plain argument"),
    ("S3", r"\mathbf{a}^{(l)} = f(x)", r"f\(x\), whose layer is not named"),
    ("S3", r"w_{ij}^{(l)'} = 0", "layer"),
    ("S3", r"w_{ij}'^{(l)} = 0", "w with a prime"),
    ("S2", r"z^{l}{}' = 0", "a prime behind a bracket"),
    ("S4", r"a^{(2)} = g(\Theta^{(1)} x)", "without two indices, whose column 0 is the bias"),
    ("S4", r"a_i^{(j)} = x_i", r"layer j"),
    ("S0", r"\delta_i^{(l = \sum_{j", "a formula without its end"),
    ("S0", r"\frac{1}{K", "a formula without its end"),
    ("S0", r"a^{(l)} \heartsuit", r"\\heartsuit"),
])
def test_what_cannot_be_translated_is_named(key, latex, what):
    with pytest.raises(ValueError, match=f"latex: cannot translate .*{what}.* of {key} into the book's notation"):
        conventions.translate(latex, key)


@pytest.mark.parametrize("call, message", [
    (lambda net: conventions.export(net, "S9"), "key must be one of S0, S1, S2, S3, S3b, S4, got 'S9'"),
    (lambda net: conventions.export("net", "S0"), "net must be a bp.Network or a bp.Gradient, got 'net'"),
    (lambda net: conventions.gradient(net, "S0"), "g must be a bp.Gradient"),
    (lambda net: conventions.read({"w": {}}, "S0", bp.tanh),
     r"parameters of S0 must be a dict with W and b, got \['w'\]"),
    (lambda net: conventions.read("Wb", "S0", bp.tanh), "parameters of S0 must be a dict with W and b, got 'Wb'"),
    (lambda net: conventions.read(5, "S0", bp.tanh), "parameters of S0 must be a dict with W and b, got 5"),
    (lambda net: conventions.read([1], "S4", bp.tanh), "parameters of S4 must be a dict with Theta, got "),
    (lambda net: conventions.read({"w": {1: [[1.0]]}, "b": {1: [1.0]}}, "S2", bp.tanh),
     r"w of S2 must be a dict with layers numbered from 2, got \[1\]"),
    (lambda net: conventions.read({"W": {}, "b": {}}, "S0", bp.tanh), "W of S0 must be a dict with layers"),
    (lambda net: conventions.read({"W": [1], "b": [1]}, "S0", bp.tanh), "W of S0 must be a dict with layers"),
    (lambda net: conventions.read({"W": "x", "b": "x"}, "S0", bp.tanh),
     "W of S0 must be a dict with layers numbered from 1, got 'x'"),
    (lambda net: conventions.read({"W": {1: [[1.0]], 2: [[1.0]]}, "b": {1: [1.0]}}, "S0", bp.tanh),
     r"W and b of S0 must have the same layers, got \[1, 2\] and \[1\]"),
    (lambda net: conventions.read({"Theta": {1: [[1.0]]}}, "S4", bp.tanh), "must have column 0 for the biases"),
    (lambda net: conventions.read({"Theta": {1: [[np.nan, 1.0]]}}, "S4", bp.tanh),
     r"Theta\[1\] of S4 must hold finite numbers"),
    (lambda net: conventions.read({"W": {1: [[1.0, 2.0]]}, "b": {1: [1.0, 2.0]}}, "S1", bp.tanh),
     r"b\[1\] of S1 must have shape \(1, 2\)"),
    (lambda net: conventions.read({"W": {1: [[1.0, 2.0]]}, "b": {1: [1.0, 2.0]}}, "S0", bp.tanh),
     r"b\[1\] of S0 must have shape \(1,\)"),
    (lambda net: conventions.lam("S2", 0.1, 3), "lam must be 0 for S2, which has no penalty, got 0.1"),
    (lambda net: conventions.lam("S2", 1, 3), "lam must be 0 for S2, which has no penalty, got 1"),
    (lambda net: conventions.lam("S4", -0.1, 3), "lam must be >= 0"),
    (lambda net: conventions.lam("S4", 0.1, 0), "E must be an integer >= 1"),
    (lambda net: conventions.translate("", "S0"), "latex must be a formula, got ''"),
    (lambda net: conventions.translate("z", "S7"), "key must be one of"),
    (lambda net: conventions.translate("z^l = 0", "S2", one_unit=True), "one_unit is for S1 alone"),
])
def test_bad_input_names_the_argument_its_value_and_what_was_expected(call, message):
    net, _, _ = problem()
    with pytest.raises(ValueError, match=message):
        call(net)


def test_where_there_is_no_penalty_lambda_is_0():
    assert conventions.lam("S2", 0, 3) == conventions.read_lam("S2", 0, 3) == 0


def test_theta_of_a_layer_with_one_input_is_read():
    net = conventions.read({"Theta": {1: [[5.0, 7.0]]}}, "S4", bp.tanh)
    assert net.sizes == [1, 1] and net.W[1].tolist() == [[7.0]] and net.b[1].tolist() == [5.0]


def test_the_table_has_a_column_for_each_source_and_no_stray_bars():
    lines = conventions.table().splitlines()
    assert lines[0] == "| | S0 | S1 | S2 | S3 | S3b | S4 |"
    assert all(line.count("|") == 8 for line in lines)


def test_the_table_says_what_each_source_does():
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")]
                        for line in conventions.table().splitlines())
    column = {key: {row[0]: row[header.index(key)] for row in rows} for key in KEYS}
    assert [column[key]["number of the input layer"] for key in KEYS] == ["1", "0", "1", "1", "0", "1"]
    assert [column[key]["weights of number $l$"].split()[0] for key in KEYS] == [
        "leave", "enter", "enter", "enter", "enter", "leave"]
    assert {key for key in KEYS if column[key]["outputs of a layer"] == "a row"} == {"S1"}
    assert [column[key]["weights"] for key in KEYS] == ["$W$", "$W$", "$w$", "$W$", "$W$", r"$\Theta$"]
    assert [column[key]["biases"] for key in KEYS] == ["$b$"] * 5 + [r"column 0 of $\Theta$, with $x_0 = 1$"]
    assert column["S1"]["factor of the squared weights"] == "no penalty"
    assert column["S4"]["factor of the squared weights"] == r"$\frac{\lambda}{2m}$"
    assert column["S3b"][r"$\delta$"] == "not used" and column["S2"][r"$\delta$"] == r"$\partial C / \partial z$"
    assert column["S1"]["learning rate"] == "not given" and column["S2"]["learning rate"] == r"$\eta$"


@pytest.mark.parametrize("formula", [r"W^{(l)} \cdot f'()", r"W^{(l)} \cdot f'(\frac{a}{b})", r"W^{(l)} \cdot f'",
                                     r"W^{(l)} \cdot f' + 1"])
def test_a_product_with_a_slope_of_nothing_is_no_formula(formula):
    with pytest.raises(ValueError, match="latex: cannot translate "):
        conventions.translate(formula, "S0")


def test_the_product_with_a_slope_is_by_entries_unless_an_index_is_named():
    for argument, sign in ((r"z^{(l)}", r"\odot"), (r"\frac{z^{(l)}}{2}", r"\odot"), (r"z_i^{(l)}", r"\cdot")):
        assert f" {sign} f" in conventions.translate(rf"a_i^{{(l)}} \cdot f'({argument})", "S0")


@pytest.mark.parametrize("key", [["S4"], {"S4": 1}, None, "S5", 4])
def test_a_key_is_one_of_the_sources(key):
    for call in (lambda: conventions.number(key, 1), lambda: conventions.translate("x", key),
                 lambda: conventions.lam(key, 0, 1), lambda: conventions.export(problem()[0], key)):
        with pytest.raises(ValueError, match="key must be one of S0, S1, S2, S3, S3b, S4, got "):
            call()


@pytest.mark.parametrize("l", [0, -3, 1.5, True, None])
def test_a_layer_that_weights_enter_is_counted_from_1(l):
    with pytest.raises(ValueError, match=f"l must be an integer >= 1, got {l}"):
        conventions.number("S4", l)
