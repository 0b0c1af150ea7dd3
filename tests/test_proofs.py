"""The theorems of the book, proved on the package's own lines.

The main proof goes by induction over the layers: the output lemma (BP1), the lemma from layer to layer (BP2) and
the lemmas for weights and biases (BP3, BP4), each for any width, in ``bp.symbolic.general``. The scalar lemmas tie
every activation and cost to what is printed. Whole networks are proved besides, on square layers and unequal ones.
"""

import dataclasses

import numpy as np
import pytest
import sympy as sp

import bp
from bp import symbolic
from bp.symbolic import general
from bp.symbolic.atoms import Largest
from bp.symbolic.indices import index, size, total

FORMS = (bp.indexed, bp.vectorized, bp.batched)
ACTIVATIONS = (bp.identity, bp.sigmoid, bp.tanh, bp.relu, bp.leaky_relu(), bp.leaky_relu(0.7), bp.prelu([0.25, 0.7]),
               bp.elu(), bp.elu(0.3), bp.softplus, bp.swish(), bp.swish(0.3), bp.softmax)
COSTS = (bp.squared_error, bp.binary_cross_entropy, bp.categorical_cross_entropy)
SHORTCUTS = [(cost, getattr(bp, f)) for cost in COSTS for f in cost.shortcuts]
named = dict(ids=str)


# --- activations and costs --------------------------------------------------------------------------------------

@pytest.mark.parametrize("f", ACTIVATIONS, **named)
def test_an_activation_is_what_is_printed_and_its_derivative_is_its_derivative(f):
    proof = symbolic.prove_activation(f)
    assert proof.exact == proof.entries


@pytest.mark.parametrize("cost", COSTS, **named)
@pytest.mark.parametrize("n", [1, 3])
def test_the_gradient_of_a_cost_is_its_derivative(cost, n):
    assert symbolic.prove_cost(cost, n).exact == n


@pytest.mark.parametrize("cost, f", SHORTCUTS, **named)
@pytest.mark.parametrize("n", [1, 3])
def test_a_shortcut_is_the_long_way(cost, f, n):
    proof = symbolic.prove_shortcut(cost, f, n)
    assert proof.exact == proof.entries


def test_there_is_a_shortcut_for_each_of_the_book_s_pairs():
    assert {(cost.name, f.name) for cost, f in SHORTCUTS} >= {
        ("binary_cross_entropy", "sigmoid"), ("categorical_cross_entropy", "softmax")}


def test_softmax_does_not_change_when_all_z_are_shifted():
    z, c = symbolic.vector("z", 3), sp.Symbol("c", real=True)
    symbolic.prove(bp.softmax.value(z - c), bp.softmax.value(z), "softmax(z - c) = softmax(z)")


def test_delta_of_softmax_with_cross_entropy_is_a_minus_y_exactly_if_the_targets_sum_to_one():
    z = symbolic.vector("z", 3)
    a = bp.softmax.value(z)                                                     # (n,)

    def delta(y):
        return bp.vectorized.output_delta(bp.softmax, bp.categorical_cross_entropy, z, a, y, shortcut=False)

    y = symbolic.targets(3)
    symbolic.prove(delta(y), a - y, "delta = a - y")
    y = symbolic.vector("y", 3)
    with pytest.raises(AssertionError, match="fails in 3 of 3"):
        symbolic.prove(delta(y), a - y, "delta = a - y for any y")


def test_delta_of_sigmoid_with_binary_cross_entropy_is_a_minus_y():
    z, y = symbolic.vector("z", 3), symbolic.vector("y", 3)
    a = bp.sigmoid.value(z)                                                     # (n,)
    for shortcut in (True, False):
        delta = bp.vectorized.output_delta(bp.sigmoid, bp.binary_cross_entropy, z, a, y, shortcut=shortcut)
        symbolic.prove(delta, a - y, "delta = a - y")


def test_the_pull_back_is_the_transposed_jacobian_times_the_vector():
    z, v = symbolic.vector("z", 3), symbolic.vector("v", 3)
    for f in (*ACTIVATIONS[:6], bp.softmax, symbolic.generic_activation(1), symbolic.generic_layer(1)):
        a = f.value(z)                                                          # (n,)
        symbolic.prove(f.pull_back(z, a, v), f.jacobian(z, a).T @ v, f"{f}: pull_back", certify=False)


# --- any width: the main proof ----------------------------------------------------------------------------------

@pytest.mark.parametrize("theorem", general.THEOREMS, ids=lambda f: f.__name__)
def test_bp1_to_bp4_hold_for_any_width(theorem):
    assert theorem().exact == 1


@pytest.mark.parametrize("theorem", [general.weight_lemma, general.bias_lemma, general.hidden_lemma,
                                     general.hidden_lemma_of_a_layer], ids=lambda f: f.__name__)
def test_the_lemmas_hold_where_all_widths_are_one_and_the_same_symbol(theorem):
    assert theorem(equal_widths=True).exact == 1


@pytest.mark.parametrize("L", [1, 2, 3])
@pytest.mark.parametrize("equal_widths", [False, True])
def test_whole_networks_of_any_widths(L, equal_widths):
    assert general.whole_network(L, equal_widths).entries == 2 * L


@pytest.mark.parametrize("equal_widths", [False, True])
def test_the_gradient_of_a_batch_of_any_size_is_the_mean_plus_the_penalty(equal_widths):
    assert general.batch_with_penalty(equal_widths).entries == 4


def _wrong_statements():
    n, p, q = size("n"), index("p"), index("q")
    W, a, b, delta, z = (sp.IndexedBase(name) for name in ("W", "a", "b", "delta", "z"))
    f = general.f

    def weighted(i):
        return total(lambda j: W[i, j] * f(z[j]), n) + b[i]

    dW = total(lambda i: delta[i] * weighted(i).diff(W[p, q]), n)
    dz = total(lambda i: delta[i] * weighted(i).diff(z[p]), n)
    softmax = general.softmax(z, n)
    return {
        "indices of W swapped": (dz, total(lambda j: W[p, j] * delta[j], n) * f(z[p]).fdiff()),
        "f' dropped": (dz, total(lambda j: W[j, p] * delta[j], n)),
        "f for f'": (dz, total(lambda j: W[j, p] * delta[j], n) * f(z[p])),
        "one road only": (dz, W[p, p] * delta[p] * f(z[p]).fdiff()),
        "f' inside the sum at j": (dz, total(lambda j: W[j, p] * delta[j] * f(z[j]).fdiff(), n)),
        "indices of the outer product swapped": (dW, delta[q] * f(z[p])),
        "no activation": (dW, delta[p]),
        "softmax entry by entry": (softmax(q).diff(z[p]), softmax(q) * (1 - softmax(q))),
        "softmax without the delta": (softmax(q).diff(z[p]), softmax(q) * (1 - softmax(p))),
        "softmax with the other index": (softmax(q).diff(z[p]), softmax(p) * (sp.KroneckerDelta(p, q) - softmax(p))),
    }, {p: n, q: n}


@pytest.mark.parametrize("name", _wrong_statements()[0])
def test_wrong_statements_for_any_width_are_rejected(name):
    statements, ranges = _wrong_statements()
    with pytest.raises(AssertionError, match="one side is"):
        general.show(name, *statements[name], ranges)


# --- whole networks, every weight and bias, against sympy.diff --------------------------------------------------

SIZES = ([2, 2, 2, 2], [3, 4, 2], [2, 3, 2, 1], [1, 1, 1])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("sizes", SIZES, **named)
@pytest.mark.parametrize("cost", [bp.squared_error, symbolic.generic_cost], **named)
def test_backward_is_the_gradient_for_unspecified_activations(form, sizes, cost):
    proof = symbolic.prove_backward(symbolic.network(sizes), form, cost)
    assert proof.exact == proof.entries == sum(n * (m + 1) for m, n in zip(sizes, sizes[1:]))


@pytest.mark.parametrize("E", [1, 3])
def test_backward_is_the_gradient_for_other_batch_sizes(E):
    symbolic.prove_backward(symbolic.network([2, 2, 2]), bp.batched, symbolic.generic_cost, E=E)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("sizes", [[2, 2, 2], [3, 2, 3]], **named)
def test_backward_is_the_gradient_for_layers_whose_outputs_mix(form, sizes):
    net = symbolic.network(sizes, symbolic.generic_layer(1), symbolic.generic_layer(2))
    symbolic.prove_backward(net, form, symbolic.generic_cost, certify=False)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_without_a_penalty_the_gradient_is_that_of_the_cost_alone(form):
    symbolic.prove_backward(symbolic.network([2, 3, 2]), form, lam=0)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("shortcuts", [True, False])
@pytest.mark.parametrize("cost", COSTS, **named)
@pytest.mark.parametrize("f", [bp.softmax, bp.sigmoid], **named)
def test_the_output_lemma_without_hidden_layers(form, shortcuts, cost, f):
    cost = cost if shortcuts else symbolic.long_way(cost)
    symbolic.prove_backward(symbolic.network([1, 3], output=f), form, cost, certify=False)


@pytest.mark.parametrize("f", ACTIVATIONS, **named)
def test_backward_is_the_gradient_for_each_activation_in_the_hidden_layer(f):
    symbolic.prove_backward(symbolic.network([2, 2, 2], f, bp.identity), bp.batched, certify=False)


@pytest.mark.parametrize("f, cost", [(bp.sigmoid, bp.binary_cross_entropy), (bp.softmax, bp.categorical_cross_entropy)],
                         **named)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_classifiers_with_an_unspecified_hidden_layer(f, cost, form):
    symbolic.prove_backward(symbolic.network([2, 3, 2], None, f), form, cost, certify=False)


@pytest.mark.parametrize("f, cost", [(bp.sigmoid, bp.binary_cross_entropy), (bp.softmax, bp.categorical_cross_entropy)],
                         **named)
def test_a_cost_comes_out_the_same_by_its_shortcut_and_the_long_way(f, cost):
    net = symbolic.network([2, 2], output=f)
    X, Y = symbolic.example(net, E=2)
    short, long = (symbolic.differentiate(net, X, Y, c) for c in (cost, symbolic.long_way(cost)))
    symbolic.prove(short, long, "the derivatives of both ways to write C", certify=False)


# --- the three forms are one ------------------------------------------------------------------------------------

def test_index_and_vector_give_the_same_trace_and_gradient():
    net = symbolic.network([3, 4, 2])
    x, y = symbolic.example(net)
    one, other = bp.indexed.forward(net, x), bp.vectorized.forward(net, x)
    symbolic.prove(one, other, "forward")
    symbolic.prove(*(form.backward(net, x, y, cost=symbolic.generic_cost, lam=symbolic.lam)
                     for form in (bp.indexed, bp.vectorized)), "backward")


def test_a_batch_of_one_is_one_example():
    net = symbolic.network([3, 4, 2])
    x, y = symbolic.example(net)
    symbolic.prove(bp.batched.backward(net, x[None], y[None], cost=symbolic.generic_cost, lam=symbolic.lam),
                   bp.vectorized.backward(net, x, y, cost=symbolic.generic_cost, lam=symbolic.lam))


@pytest.mark.parametrize("E", [2, 3])
def test_batch_gradient_is_the_mean_of_example_gradients(E):
    net = symbolic.network([2, 3, 2])
    X, Y = symbolic.example(net, E)
    rows = [bp.vectorized.backward(net, x, y, cost=bp.squared_error, lam=symbolic.lam) for x, y in zip(X, Y)]
    mean = bp.Gradient({l: sum(g.W[l] for g in rows) / E for l in net.W},
                       {l: sum(g.b[l] for g in rows) / E for l in net.b})
    symbolic.prove(bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=symbolic.lam), mean)


def test_delta_is_the_derivative_by_the_weighted_sum():
    net = symbolic.network([2, 3, 2, 2])
    x, y = symbolic.example(net)
    z, a = bp.vectorized.forward(net, x)
    delta = {3: bp.vectorized.output_delta(net.f[3], symbolic.generic_cost, z[3], a[3], y)}
    for l in (2, 1):
        delta[l] = bp.vectorized.hidden_delta(net.f[l], z[l], a[l], net.W[l + 1], delta[l + 1])     # (n_l,)
    for l in (1, 2, 3):         # C as a function of z^(l): the layers above run on symbols for z^(l)
        s = symbolic.vector("s", net.sizes[l])                                                      # (n_l,)
        out = net.f[l].value(s)                                                                     # (n_l,)
        for k in range(l + 1, 4):
            out = net.f[k].value(net.W[k] @ out + net.b[k])                                         # (n_k,)
        C = symbolic.generic_cost.value(out, y)[()]
        slope = symbolic.array([C.diff(s_i).subs(dict(zip(s, z[l]))) for s_i in s])                 # (n_l,)
        symbolic.prove(delta[l], slope, f"delta^({l}) = dC/dz^({l})")


def test_the_objective_is_the_mean_cost_plus_half_lambda_times_the_squares():
    net = symbolic.network([1, 2, 1])
    X, Y = symbolic.example(net, E=2)
    A = bp.batched.forward(net, X).a[2]
    J = (symbolic.generic_cost.value(A[0], Y[0]) + symbolic.generic_cost.value(A[1], Y[1])) / 2
    squares = sum(w**2 for W in net.W.values() for w in W.flat)
    symbolic.prove(bp.objective(net, X, Y, cost=symbolic.generic_cost, lam=symbolic.lam),
                   J + symbolic.lam * squares / 2)


# --- a proof that can not fail is none --------------------------------------------------------------------------

def _broken(f, **changes):
    return dataclasses.replace(f, **changes)


@pytest.mark.parametrize("f", [
    _broken(bp.sigmoid, derivative=lambda z, a: a), _broken(bp.tanh, value=lambda z: np.tanh(2 * z)),
    _broken(bp.relu, derivative=lambda z, a: np.heaviside(z, 1)), _broken(bp.relu, expression="z"),
    _broken(bp.elu(0.5), derivative=lambda z, a: np.ones_like(z)), _broken(bp.softmax, expression="exp(z_k)"),
    _broken(bp.leaky_relu(0.25), parameters={"gamma": 0.5}), _broken(bp.identity, value=lambda z: z + 1),
    _broken(bp.softmax, derivative=lambda z, a: a * (1 - a), expression="1/(1 + exp(-z))"),
    _broken(bp.prelu([0.25, 0.5]), parameters={"gamma": (0.5, 0.25)}),
    _broken(bp.swish(2.0), parameters={"beta": 1.0}),
], ids=lambda f: f.name)
def test_a_wrong_activation_has_no_proof(f):
    with pytest.raises(AssertionError, match="one side is"):
        symbolic.prove_activation(f)


def test_a_wrong_cost_or_shortcut_has_no_proof():
    wrong = _broken(bp.squared_error, gradient=lambda a, y: 2 * (a - y))
    with pytest.raises(AssertionError, match="dC/da is the derivative"):
        symbolic.prove_cost(wrong)
    right = bp.binary_cross_entropy.shortcuts["sigmoid"]
    for part in ({"delta": lambda z, a, y: y - a}, {"value": lambda z, y: right.value(z, y) + 1},
                 {"value": lambda z, y: 2 * right.value(z, y)}):
        wrong = _broken(bp.binary_cross_entropy, shortcuts={"sigmoid": right._replace(**part)})
        with pytest.raises(AssertionError, match="the shortcut is the long way"):
            symbolic.prove_shortcut(wrong, bp.sigmoid)


def test_the_shift_of_softmax_is_left_unspecified():
    z = symbolic.vector("z", 2)
    assert isinstance(z.max()[()], Largest)
    assert z.max()[()].diff(z[0]) not in (0, 1)     # nothing is assumed of its derivative
