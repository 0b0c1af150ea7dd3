"""Training: the updates, the stopping rules, and what is left when it ends early."""

import hashlib
import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp

import bp
from problems import assert_close, batch, network

X, Y = batch(E=10)
NET = network(bp.tanh, bp.softmax)
CE = bp.categorical_cross_entropy


def run(**changes):
    return bp.train(**{"net": NET, "X": X, "Y": Y, "cost": CE, "alpha": 0.3, "epochs": 5, **changes})


def test_one_batch_epoch_is_one_step_against_the_gradient():
    g = bp.batched.backward(NET, X, Y, cost=CE, lam=0.2)
    after = run(epochs=1, lam=0.2).net
    assert_close((after.W, after.b), ({l: NET.W[l] - 0.3 * g.W[l] for l in g.W},
                                      {l: NET.b[l] - 0.3 * g.b[l] for l in g.b}), 1e-14)


def test_an_epoch_of_mini_batches_visits_every_example_once():
    # with a linear unit and a step that is tiny, the sum of the small steps is the batch step, whatever the order
    net = bp.Network([[[1.0, 2.0, 3.0]]], [[1.0]], bp.identity)
    y, alpha = Y[:, :1], 1e-7
    g = bp.batched.backward(net, X, y, cost=bp.squared_error)
    for size, steps in [(1, 10), (2, 5), (5, 2)]:
        after = bp.train(net, X, y, cost=bp.squared_error, alpha=alpha, batch_size=size, rng=3).net
        np.testing.assert_allclose((net.W[1] - after.W[1]) / alpha, steps * g.W[1], rtol=1e-4)


def test_the_last_smaller_batch_divides_by_its_own_size():
    net = bp.Network([[[1.0, 2.0, 3.0]]], [[1.0]], bp.identity)
    y, alpha = Y[:, :1], 1e-7
    after = bp.train(net, X, y, cost=bp.squared_error, alpha=alpha, batch_size=8, rng=3).net
    rows = np.random.default_rng(3).permutation(10)
    want = sum(bp.batched.backward(net, X[r], y[r], cost=bp.squared_error).W[1] for r in (rows[:8], rows[8:]))
    np.testing.assert_allclose((net.W[1] - after.W[1]) / alpha, want, rtol=1e-4)


def test_history_holds_J_before_and_after_each_epoch():
    r = run(epochs=3, lam=0.1)
    assert r.history.shape == (4,)
    assert r.history[0] == bp.objective(NET, X, Y, cost=CE, lam=0.1)
    assert r.history[-1] == bp.objective(r.net, X, Y, cost=CE, lam=0.1)
    assert (np.diff(r.history) < 0).all() and r.stopped == "did all 3 epochs"


def test_no_epochs_leave_the_network_as_it_was():
    r = run(epochs=0)
    assert_close((r.net.W, r.net.b), (NET.W, NET.b), 0)


@pytest.mark.parametrize("epochs", [0, 2])
def test_a_run_owns_its_networks(epochs):
    net = bp.Network(NET.W, NET.b, NET.f)
    first = run(net=net, epochs=epochs, alpha=50.0)     # too long a step: the network before it stays the best
    again = run(net=first, epochs=epochs + 1, alpha=50.0)
    assert first.best.W[1] is not net.W[1] and (first.best.W[1] == net.W[1]).all() and again.history.argmin() == 0
    for edited, kept in ((net, first), (first.best, again), (first.last, again)):
        parts = [(part, part.copy()) for name in ("net", "last", "best") for part in
                 (*getattr(kept, name).W.values(), *getattr(kept, name).b.values())]
        for part in (*edited.W.values(), *edited.b.values()):
            part += 1
        for part, before in parts:
            np.testing.assert_array_equal(part, before)


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    first, again, other = run(batch_size=3, rng=5), run(batch_size=3, rng=5), run(batch_size=3, rng=6)
    np.testing.assert_array_equal(first.history, again.history)
    assert not np.array_equal(first.history, other.history)


def test_a_small_change_of_J_stops_the_run():
    r = run(epochs=1000, tolerance=1e-3)
    assert abs(np.diff(r.history))[-1] < 1e-3 <= abs(np.diff(r.history))[:-1].min()
    assert r.stopped == f"J changed by less than 0.001 in epoch {len(r.history) - 1}"


def test_a_callback_sees_each_epoch_and_can_stop():
    seen = []
    r = run(callback=lambda epoch, net, J: seen.append((epoch, J)) or epoch == 2)
    assert [e for e, _ in seen] == [1, 2] and [J for _, J in seen] == r.history[1:].tolist()
    assert r.stopped == "the callback stopped it after epoch 2"


def test_a_diverging_run_names_the_epoch_and_keeps_the_best_network():
    net = bp.Network([[[1.0, 2.0, 3.0]]], [[1.0]], bp.identity)
    with pytest.raises(bp.Diverged, match=r"after epoch \d+: try a learning rate smaller than alpha = 1e\+160") as e:
        bp.train(net, X, Y[:, :1], cost=bp.squared_error, alpha=1e160, epochs=50)
    best = bp.objective(e.value.run.net, X, Y[:, :1], cost=bp.squared_error)
    assert best == e.value.run.history[np.isfinite(e.value.run.history)].min()


def test_an_interrupt_leaves_the_best_network_and_the_history():
    def interrupt(epoch, net, J):
        if epoch == 3:
            raise KeyboardInterrupt
    r = run(callback=interrupt)
    assert len(r.history) == 4 and "interrupted in epoch 3" in r.stopped
    assert bp.objective(r.net, X, Y, cost=CE) == r.history.min()


def test_the_progress_bar_is_shown_when_asked_for_and_not_otherwise(capsys, monkeypatch):
    run(epochs=2, progress=True)
    shown = capsys.readouterr().err
    assert "epoch 1/2" in shown and shown.endswith("\n") and "[" + "#" * 30 + "]" in shown
    run(epochs=2)
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("BP_PROGRESS", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    run(epochs=2)
    assert "epoch 2/2" in capsys.readouterr().err


def digits():
    path = pathlib.Path(__file__).parents[1] / "book" / "data" / "digits.npz"
    with np.load(path, allow_pickle=False) as d:
        return d["images"], d["labels"]


def test_the_digits_are_the_published_ones():
    images, labels = digits()
    readme = (pathlib.Path(__file__).parents[1] / "book" / "data" / "README.md").read_text()
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() in readme


def test_the_digits_network_reads_95_percent_of_images_it_has_not_seen():
    images, labels = digits()
    order = np.random.default_rng(0).permutation(len(images))
    seen, held_out = order[:1437], order[1437:]
    net = bp.Network.random([64, 32, 10], hidden=bp.tanh, output=bp.softmax, rng=0)
    r = bp.train(net, images[seen] / 16, np.eye(10)[labels[seen]], cost=CE, alpha=0.5, lam=1e-3, epochs=30,
                 batch_size=32, rng=0)
    guesses = bp.batched.forward(r.net, images[held_out] / 16).a[2].argmax(axis=1)
    assert (guesses == labels[held_out]).mean() >= 0.95


@pytest.mark.parametrize("how", ["import bp", "from bp import *", "import bp; dir(bp)"])
def test_import_bp_loads_neither_sympy_nor_matplotlib(how):
    slow = ("sympy", "matplotlib", "ipywidgets", "IPython")
    code = f"import sys; {how}; print([m for m in {slow} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_bp_lists_what_is_loaded_on_first_use():
    assert {"symbolic", "formula", "widgets", "draw", *bp.__all__} == set(dir(bp))
    assert all(hasattr(bp, name) for name in ("symbolic", *bp.__all__))


# one unit a = w + b, J = a^2 / 2: a step takes a to (1 - 2 alpha) a
UNIT, ONE = bp.Network([[[1.0]]], [[0.0]], bp.identity), np.array([[1.0]])


def unit(**changes):
    return bp.train(**{"net": UNIT, "X": ONE, "Y": 0 * ONE, "cost": bp.squared_error, "epochs": 4, **changes})


def test_the_first_of_two_equally_good_networks_is_the_best_and_the_last_is_returned():
    r = unit(alpha=1.0, epochs=1)       # a goes from 1 to -1
    assert r.history.tolist() == [0.5, 0.5]
    assert r.best.W[1].tolist() == [[1.0]] and r.net.W[1].tolist() == r.last.W[1].tolist() == [[0.0]]
    worse = unit(alpha=1.5, epochs=2)
    assert worse.history.tolist() == [0.5, 2.0, 8.0] and worse.net is worse.last is not worse.best


def test_a_rising_J_is_no_small_change():
    assert unit(alpha=1.5, tolerance=0.1).stopped == "did all 4 epochs"
    assert unit(alpha=1.0, tolerance=0).stopped == "did all 4 epochs"
    assert unit(alpha=1.0, tolerance=1e-9).stopped == "J changed by less than 1e-09 in epoch 1"


def test_the_seed_is_0_and_the_penalty_none_unless_given():
    np.testing.assert_array_equal(run(batch_size=3).history, run(batch_size=3, rng=0, lam=0.0).history)


def test_the_words_of_diverged_are_its_message():
    with pytest.raises(bp.Diverged) as e:
        unit(alpha=1e200)
    assert str(e.value) == e.value.run.stopped
    assert str(e.value).endswith(" after epoch 1: try a learning rate smaller than alpha = 1e+200")
    again = pickle.loads(pickle.dumps(e.value))
    assert str(again) == str(e.value) and again.run.stopped == e.value.run.stopped


@pytest.mark.parametrize("changes, words", [
    ({"lam": sp.Symbol("lam")}, "net, X, Y and lam must be numbers to train, got SymPy expressions"),
    ({"net": UNIT.symbolic()}, "net, X, Y and lam must be numbers to train, got SymPy expressions"),
    ({"alpha": sp.Symbol("rate")}, "alpha must be a finite number, got rate"),
    ({"tolerance": sp.Symbol("t")}, "tolerance must be a finite number, got t"),
], ids=["lam", "net", "alpha", "tolerance"])
def test_expressions_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        unit(**{"alpha": 0.1} | changes)


@pytest.mark.parametrize("bad", [-1e-9, np.nan, "0", True])
def test_a_bad_tolerance_is_refused(bad):
    with pytest.raises(ValueError, match="tolerance must be "):
        unit(alpha=0.1, tolerance=bad)


@pytest.mark.parametrize("alpha", [0.5, np.float64(0.5), np.float32(0.5), 1])
def test_float32_stays_float32_whatever_alpha_is(alpha):
    net = bp.Network([np.float32([[1.0]])], [np.float32([0.0])], bp.identity)
    r = unit(net=net, alpha=alpha)
    assert {part.dtype for part in (*r.net.W.values(), *r.net.b.values())} == {np.dtype(np.float32)}


NEGATIVE = bp.Cost("negative", lambda a, y: -((a - y) ** 2).sum(axis=-1), lambda a, y: -2 * (a - y))


def test_float32_rounds_alike_whatever_alpha_is():
    net = bp.Network({l: W.astype(np.float32) for l, W in NET.W.items()},
                     {l: b.astype(np.float32) for l, b in NET.b.items()}, NET.f)
    plain, numpys = (run(net=net, alpha=alpha, epochs=50).net for alpha in (1.1, np.float64(1.1)))
    for l in net.W:
        np.testing.assert_array_equal(plain.W[l], numpys.W[l])


@pytest.mark.parametrize("cost", [bp.squared_error, NEGATIVE], ids=lambda cost: cost.name)
@pytest.mark.parametrize("scale", [1e-2, 1.0, 1e4])
def test_going_on_allows_for_rounding_alone(scale, cost):
    start = unit(net=bp.Network([[[scale]]], [[0.0]], bp.identity), alpha=0.1, epochs=0, cost=cost)
    allowed = 100 * np.finfo(float).eps * max(1, abs(start.history[0]))

    def on(difference):
        return unit(net=start._replace(history=start.history + difference), alpha=0.1, epochs=0, cost=cost)

    for sign in (1, -1):
        assert on(sign * 0.9 * allowed).stopped == "did all 0 epochs"
        with pytest.raises(ValueError, match="X, Y, cost and lam must be those of the run to go on"):
            on(sign * 1.2 * allowed)


def test_a_batch_of_all_examples_is_not_shuffled_and_nothing_is_written_to_them():
    for array in (x := X.copy(), y := Y.copy()):
        array.setflags(write=False)
    whole, by_size = run(X=x, Y=y, rng=3), run(X=x, Y=y, batch_size=len(X), rng=3)
    assert by_size.history.tolist() == whole.history.tolist() and by_size.rng == whole.rng
    assert by_size.rng == np.random.default_rng(3).bit_generator.state


def test_an_epoch_that_diverges_warns_of_nothing():
    x = np.array([[1.0], [2.0], [-1.0], [3.0]])     # infinity after the first examples, then infinity - infinity
    with pytest.raises(bp.Diverged, match="J is nan after epoch 1"):
        unit(X=x, Y=0 * x, alpha=1e200, batch_size=1)


class Screen:
    """A stream that remembers what was written before each flush."""

    def __init__(self, terminal):
        self.terminal, self.text, self.seen = terminal, "", []

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.text += text

    def flush(self):
        self.seen.append(self.text)


def test_each_epoch_overwrites_the_line_and_is_seen_at_once(monkeypatch):
    monkeypatch.setattr(sys, "stderr", screen := Screen(terminal=False))
    run(epochs=2, progress=True)
    first, second = screen.seen[0], screen.seen[-1][len(screen.seen[0]):]
    assert first.startswith("\r[" + "#" * 15 + "." * 15 + "] epoch 1/2  J = ") and "\n" not in first
    assert second.startswith("\r[" + "#" * 30 + "] epoch 2/2  J = ") and second.endswith("\n")


@pytest.mark.parametrize("setting, terminal, notebook, shown", [
    (None, True, False, True), (None, False, True, True), (None, False, False, False), ("1", True, False, True),
    ("0", True, False, False), ("0", False, True, False), ("0", True, True, False),
])
def test_the_bar_is_for_a_terminal_or_a_notebook_unless_switched_off(monkeypatch, setting, terminal, notebook, shown):
    monkeypatch.delenv("BP_PROGRESS", raising=False)
    if setting is not None:
        monkeypatch.setenv("BP_PROGRESS", setting)
    monkeypatch.setattr(sys, "stderr", screen := Screen(terminal))
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    if notebook:
        monkeypatch.setitem(sys.modules, "ipykernel", sys)
    run(epochs=1)
    assert bool(screen.text) == shown


@pytest.mark.parametrize("start, J", [(1e200, "inf"), (np.nan, "nan")])
def test_there_is_no_way_down_from_where_J_is_not_finite(start, J):
    net = unit(alpha=0.1, epochs=0).net
    net.W[1][:] = start
    for given in (net, unit(alpha=0.1, epochs=0)._replace(last=net)):
        with pytest.raises(ValueError, match=f"net must have a finite J to start from, got J = {J}"):
            unit(net=given, alpha=0.1)


def test_a_bad_callback_or_seed_is_refused_at_once():
    for given in (NET, run(epochs=1)):
        with pytest.raises(ValueError, match=r"callback must be None or a function of \(epoch, net, J\), got 5"):
            run(net=given, callback=5)
        with pytest.raises(ValueError, match="rng must be a seed .* got 'five'"):
            run(net=given, rng="five")


@pytest.mark.parametrize("notebook", [True, False])
def test_a_program_without_a_screen_trains_in_silence(monkeypatch, capsys, notebook):
    monkeypatch.delenv("BP_PROGRESS", raising=False)
    monkeypatch.setattr(sys, "stderr", None)        # as under pythonw
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    if notebook:
        monkeypatch.setitem(sys.modules, "ipykernel", sys)
    run(epochs=1)
    assert capsys.readouterr().out == ""


def test_a_softmax_of_infinite_sums_is_reported_without_a_warning():
    start = bp.Network.random([2, 3, 2], hidden=bp.relu, output=bp.softmax, rng=0)
    with pytest.raises(bp.Diverged):
        bp.train(start, [[1.0, 2.0], [0.5, -1.0]], np.eye(2), cost=bp.categorical_cross_entropy, alpha=1e100, epochs=5)
