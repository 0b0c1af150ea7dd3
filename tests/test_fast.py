"""bp.fast computes what batched.sweep computes, from arrays that it uses again."""

import tracemalloc

import numpy as np
import pytest

import bp
from bp import costs, fast, kept
from problems import HIDDEN, OUTPUTS, SIZES, arrays, batch, network

EXAMPLES = (1, 6, fast.BLOCK // 2 + 3)      # one row, one block, several blocks and a smaller last one
CE = bp.categorical_cross_entropy


def as_type(net, dtype):
    return bp.Network({l: W.astype(dtype) for l, W in net.W.items()},
                      {l: b.astype(dtype) for l, b in net.b.items()}, net.f)


def problem(hidden, output, E, dtype):
    X, Y = batch(E=E)
    return as_type(network(hidden, output), dtype), X.astype(dtype), Y.astype(dtype)


def assert_same(got, want, E):
    """Equal but for the order in which E terms are added."""
    want = dict(arrays(want))
    assert len(want) == len(arrays(got))
    for name, g in arrays(got):
        w = want[name]
        assert g.dtype == w.dtype and g.shape == w.shape, name
        tolerance = (4 + E / 100) * np.finfo(w.dtype).eps * max(abs(w).max(), 0.1)
        assert abs(g - w).max() <= tolerance, (name, abs(g - w).max(), tolerance)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_the_fast_sweep_is_the_plain_one(hidden, output, cost, dtype):
    for E in EXAMPLES[:2] if hidden is not output else EXAMPLES:
        net, X, Y = problem(hidden, output, E, dtype)
        kept_arrays = [p.copy() for p in (X, Y, *net.W.values(), *net.b.values())]
        space = fast.Workspace(net, E)
        for lam in (0.0, 0.3):
            want = bp.batched.sweep(net, X, Y, cost, lam)
            assert_same(fast.sweep(net, X, Y, cost, lam), want, E)
            for _ in range(2):      # what the first use leaves behind must not show in the second
                assert_same(fast.sweep(net, X, Y, cost, lam, space), want, E)
        for part, before in zip((X, Y, *net.W.values(), *net.b.values()), kept_arrays):
            np.testing.assert_array_equal(part, before)


@pytest.mark.parametrize("lam", [0.0, 0.3])
@pytest.mark.parametrize("block", [1, 8, 20])
@pytest.mark.parametrize("f", HIDDEN, ids=lambda f: f.name)
def test_the_size_of_the_blocks_changes_nothing(f, block, lam, monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", block)           # W^(1) has 15 entries, W^(2) 20
    monkeypatch.setattr(fast._New, "block", block)
    for E in (1, 2, 5):
        net, X, Y = problem(f, bp.softmax, E, np.float64)
        want = bp.batched.sweep(net, X, Y, CE, lam)
        assert_same(fast.sweep(net, X, Y, CE, lam), want, E)
        assert_same(fast.sweep(net, X, Y, CE, lam, fast.Workspace(net, E)), want, E)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", HIDDEN, ids=lambda f: f.name)
def test_a_hidden_layer_of_many_rows_goes_block_by_block(f, dtype):
    E = EXAMPLES[2]
    net, X, Y = problem(f, bp.softmax, E, dtype)
    assert_same(fast.sweep(net, X, Y, CE, 0.1), bp.batched.sweep(net, X, Y, CE, 0.1), E)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("f", HIDDEN, ids=lambda f: f.name)
def test_far_out_it_is_the_plain_one_too(f, scale):
    for dtype in (np.float64, np.float32):
        for output, cost in ((f, bp.squared_error), (bp.softmax, CE), (bp.sigmoid, bp.binary_cross_entropy)):
            net, X, Y = problem(f, output, 6, dtype)
            X *= dtype(scale)
            assert_same(fast.sweep(net, X, Y, cost, 0.1), bp.batched.sweep(net, X, Y, cost, 0.1), 6)


def test_an_activation_of_the_readers_own_is_not_taken_for_a_known_one():
    mine = bp.Activation("tanh", np.tanh, lambda z, a: 2 - a * a, "tanh(z)")
    cost = bp.Cost("squared_error", bp.squared_error.value, lambda a, y: a + 0 * y, shortcuts={
        "tanh": costs.Shortcut(lambda z, y: (z * y).sum(axis=-1), lambda z, a, y: z - y)})
    for output in (mine, bp.tanh):
        net, X, Y = problem(mine, output, 6, np.float64)
        want = bp.batched.sweep(net, X, Y, cost, 0.1)
        assert_same(fast.sweep(net, X, Y, cost, 0.1), want, 6)
        assert_same(bp.batched.backward(net, X, Y, cost=cost, lam=0.1), want, 6)


@pytest.mark.parametrize("E", EXAMPLES)
def test_functions_of_the_readers_own_may_return_float64(E):
    half = bp.Activation("half", lambda z: np.float64(0.5) * z.astype(float), lambda z, a: np.full(z.shape, 0.5), "z/2")
    cost = bp.Cost("own", bp.squared_error.value, lambda a, y: (a - y).astype(float))
    net, X, Y = problem(half, half, E, np.float32)
    for space in ((), (fast.Workspace(net, E),)):
        got = dict(arrays(fast.sweep(net, X, Y, cost, 0.1, *space)))
        want = dict(arrays(bp.batched.sweep(as_type(net, float), X.astype(float), Y.astype(float), cost, 0.1)))
        for name, g in got.items():
            assert g.dtype == np.float32 and abs(g - want[name]).max() <= 1e-5 * abs(want[name]).max()
    assert bp.train(net, X, Y, cost=cost, alpha=0.01).net.dtype == np.float32


@pytest.mark.parametrize("sweep", [bp.batched.sweep, fast.sweep])
def test_both_refuse_outputs_that_have_no_cost(sweep):
    net, X, Y = problem(bp.tanh, bp.tanh, 6, np.float64)
    with pytest.raises(ValueError, match="outputs of tanh do not fit binary_cross_entropy"):
        sweep(net, X, np.abs(Y) / 2, bp.binary_cross_entropy, 0.0)


def test_targets_may_sum_to_1_but_for_rounding():
    net, X, Y = problem(bp.tanh, bp.softmax, 6, np.float64)
    Y *= 1 + 5e-7
    assert_same(bp.batched.backward(net, X, Y, cost=CE), bp.batched.sweep(net, X, Y, CE, 0.0), 6)


def test_a_cost_whose_gradient_is_the_target_leaves_the_target_alone():
    linear = bp.Cost("linear", lambda a, y: (a * y).sum(axis=-1), lambda a, y: y,
                     shortcuts={"identity": costs.Shortcut(lambda z, y: (z * y).sum(axis=-1), lambda z, a, y: y)})
    for E in (1, 6):
        net, X, Y = problem(bp.tanh, bp.identity, E, np.float64)
        before = Y.copy()
        for _, part in arrays(bp.batched.backward(net, X, Y, cost=linear)):
            part += 1
        np.testing.assert_array_equal(Y, before)


def test_backward_gives_arrays_of_the_callers_own():
    net, X, Y = problem(bp.tanh, bp.softmax, 6, np.float64)
    first = bp.batched.backward(net, X, Y, cost=CE)
    copies = [part.copy() for _, part in arrays(first)]
    for E in (6, 1):
        bp.batched.backward(net, 2 * X[:E], Y[:E], cost=CE)
    for (_, part), copy in zip(arrays(first), copies):
        np.testing.assert_array_equal(part, copy)


def peak(function):
    """The most memory that is held at once while function runs, beyond what was held before."""
    function()
    tracemalloc.start()
    function()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    function()
    most = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("output, cost", OUTPUTS, ids=lambda p: p.name)
@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda f: f.name)
def test_with_a_workspace_nothing_grows_with_E(hidden, output, cost, monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", 2048)    # small, so that the test is quick

    def most(E, space=True):
        net, X, Y = problem(hidden, output, E, np.float64)
        with_space = {"space": fast.Workspace(net, E)} if space else {}
        return peak(lambda: fast.sweep(net, X, Y, cost, 0.1, **with_space))

    E = 2 * fast.BLOCK      # beyond the size of a block, where temporaries have reached their full size
    assert most(2 * E) <= most(E) + 2000
    if hidden is bp.tanh:
        assert most(2 * E, space=False) > 1.9 * most(E, space=False)    # the measure can see growth


def test_with_a_workspace_nothing_grows_for_a_cost_of_the_readers_own(monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", 2048)
    own = bp.Cost("own", bp.squared_error.value, bp.squared_error.gradient)     # its output layer keeps Z

    def most(E):
        net, X, Y = problem(bp.tanh, bp.tanh, E, np.float64)
        space = fast.Workspace(net, E)
        return peak(lambda: fast.sweep(net, X, Y, own, 0.1, space))

    assert most(8192) <= most(4096) + 2000


@pytest.mark.parametrize("sizes, E", [([784, 30, 10], 10), ([64, 32, 10], 32), ([30, 40, 50, 10], 400)])
def test_a_step_and_its_workspace_take_little_more_than_what_it_computes(sizes, E):
    net = network(bp.tanh, bp.softmax, sizes=sizes)
    X, Y = batch(E=E, sizes=sizes)
    counted = 8 * sum(3 * E * n for n in sizes[1:]) + 8 * sum(W.size for W in net.W.values())  # A, Z, Delta, dW
    fast.sweep(net, X, Y, CE, 0.1, fast.Workspace(net, E))
    tracemalloc.start()
    space = fast.Workspace(net, E)
    fast.sweep(net, X, Y, CE, 0.1, space)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most <= 1.2 * counted


def test_training_allocates_nothing_that_grows_with_the_batch():
    def most(E):
        net, X, Y = problem(bp.tanh, bp.softmax, E, np.float64)
        return peak(lambda: bp.train(net, X, Y, cost=CE, alpha=0.1, epochs=1, batch_size=64))

    small, large = most(40_000), most(80_000)
    assert large - small < 2 * 8 * 40_000   # the order of the examples and their costs, and no layer of the network


def test_kept_constants_cannot_be_written_to():
    for constant in (kept.ones(3, np.dtype(float)), *kept.limits(np.dtype("f4"))):
        with pytest.raises(ValueError, match="read-only"):
            constant += 1
    assert kept.ones(5000, np.dtype("f4")).tolist() == [1.0] * 5000
    one, largest = kept.limits(np.dtype("f4"))
    assert one.dtype == np.float32 and one == 1 and 80 < largest
    for dtype in (np.float32, np.float64):      # arithmetic on subnormal numbers is slow
        largest = kept.limits(np.dtype(dtype))[1]
        assert np.isfinite(np.exp(largest)) and 1 / (1 + np.exp(largest)) >= np.finfo(dtype).tiny


def test_the_layer_sizes_hide_nothing():
    assert len(set(SIZES)) == len(SIZES)


# Compiled code: straight-line Python of one small network

@pytest.fixture(scope="module")
def compiled():
    from bp import symbolic
    return symbolic.compile(bp.Network.random([2, 3, 1], bp.tanh, bp.sigmoid), bp.binary_cross_entropy)


def small(dtype=np.float64):
    net = network(bp.tanh, bp.sigmoid, sizes=[2, 3, 1])
    return as_type(net, dtype), np.array([0.3, -0.4], dtype), np.ones(1, dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_compiled_code_computes_the_gradient_of_one_example(compiled, dtype):
    net, x, y = small(dtype)
    C, g = compiled(net, x, y, lam=0.2)
    cost = bp.binary_cross_entropy
    assert abs(C - bp.objective(net, x[None], y[None], cost=cost, lam=0.2)) <= 8 * np.finfo(dtype).eps
    assert_same(g, bp.batched.backward(net, x[None], y[None], cost=cost, lam=0.2), 1)
    assert [part.tolist() for _, part in arrays(compiled(net, x.tolist(), [1], 0.2)[1])] == [
        part.tolist() for _, part in arrays(g)]


@pytest.mark.parametrize("change, message", [
    ({"x": [0.3]}, r"x must have shape \(2,\), got \(1,\)"),
    ({"y": [[1.0]]}, r"y must have shape \(1,\), got \(1, 1\)"),
    ({"x": np.array([0.3, np.nan])}, "x must hold finite numbers, got nan at index"),
    ({"lam": -1}, "lam must be >= 0, got -1"),
    ({"lam": np.nan}, "lam must be a finite number"), ({"net": "net"}, "net must be like the compiled one.*'net'"),
    ({"net": network(bp.tanh, bp.sigmoid, sizes=[2, 4, 1])}, r"sizes \[2, 3, 1\].*Network\(2-4-1"),
    ({"net": network(bp.relu, bp.sigmoid, sizes=[2, 3, 1])}, "f {1: tanh, 2: sigmoid}.*relu"),
], ids=str)
def test_compiled_code_refuses_what_it_is_not_for(compiled, change, message):
    net, x, y = small()
    with pytest.raises(ValueError, match=message):
        compiled(**{"net": net, "x": x, "y": y, **change})
