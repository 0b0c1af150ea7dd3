"""With a kernel: panels whose every knob moves the picture and the words, and training that stops and leaks nothing."""
import functools
import gc
import re
import threading
import time
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure as MplFigure

import bp
from bp.widgets import training
from displays import BOOK
from sliders import FIGURES, NEEDS
from spoken import bowl, three_paths

every_figure = pytest.mark.parametrize("name", FIGURES)


@functools.cache
def digits():
    with np.load(BOOK / "data" / "digits.npz", allow_pickle=False) as data:
        return data["images"] / 16, data["labels"]                          # (E, 64), (E,)


@pytest.fixture
def trainer():
    """A panel on few images; its thread ends with the test."""
    images, labels = digits()
    panel = bp.widgets.digits_panel(images[:200], labels[:200], first=8)
    yield panel
    panel.stop()


def said(panel):
    return re.search(r'<p role="status"[^>]*>(.*)</p>', panel.shown.value)[1]


def pictured(panel):
    """The picture without its alt text, or nothing."""
    return "".join(re.findall(r'src="([^"]*)"', panel.shown.value))


def wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@every_figure
def test_every_knob_of_a_panel_changes_what_it_shows_and_reset_brings_it_back(name):
    panel = getattr(bp.widgets, name)().panel()
    first = panel.shown.value
    assert panel.figure.alt and re.search('src="[^"]*"', panel.figure.picture)[0] in first
    for control in panel.figure.controls:
        knob = panel.knobs[control["name"]]
        for other, value in NEEDS.get(control["name"], {}).items():
            panel.knobs[other].value = value
        if control["kind"] == "choice":
            values = [value for value, _ in control["options"]]
        else:
            values = [control["min"], control["min"] + 4 * control["step"], control["max"]]
        shown = []
        for value in values:
            knob.value = value
            shown.append((pictured(panel), said(panel)))
        moving = [len(set(part)) > 1 for part in zip(*shown)]
        assert any(moving) if control["kind"] == "choice" else all(moving), control["name"]
    panel.children[-2].click()
    assert panel.shown.value == first


def test_a_panel_says_what_descent_does():
    panel = bp.widgets.bowl().panel()
    panel.knobs["alpha"].value, panel.knobs["lam"].value, panel.knobs["steps"].value = 0.5, 1.0, 7
    X, Y = bp.widgets.bowls.columns(bp.widgets.bowls.X, bp.widgets.bowls.Y)
    run = bp.train(bp.widgets.bowls.neuron(-2.5, 2.0), X, Y, cost=bp.squared_error, alpha=0.5, lam=1.0, epochs=7)
    assert f"to w = {run.net.W[1][0, 0]:.4g}, b = {run.net.b[1][0]:.4g} in 7 steps" in said(panel)


def test_what_has_no_picture_is_said_and_the_panel_goes_on():
    panel = bp.widgets.bowl().panel()
    again = panel.figure.again

    def refuses(**state):
        if state["steps"] > 50:
            raise ValueError("steps: too many")
        return again(**state)

    panel.figure.again = refuses
    panel.knobs["steps"].value = 60
    assert said(panel) == "steps: too many" and not pictured(panel)
    panel.knobs["steps"].value = 10
    assert pictured(panel) and "in 10 steps" in said(panel)


def test_the_network_keeps_what_was_moved_before():
    panel = bp.widgets.network_332().panel()
    panel.knobs["value"].value = 2.0
    panel.knobs["move"].value = "a0_2"
    assert panel.knobs["value"].value == -0.5       # the slider takes the input's own value
    panel.knobs["value"].value = 1.5
    W = {**bp.widgets.perceptron.NET.W, 1: bp.widgets.perceptron.NET.W[1].copy()}
    W[1][0, 0] = 2.0
    net = bp.Network(W, bp.widgets.perceptron.NET.b, bp.sigmoid)
    g = bp.vectorized.backward(net, [0.9, 1.5, 0.4], [1.0, 0.0], cost=bp.squared_error)
    assert f"δ₁⁽¹⁾ = {g.b[1][0]:.4g}." in said(panel)


def test_a_descent_that_diverges_is_said_and_the_panel_goes_on():
    panel = bp.widgets.three_paths().panel()
    panel.knobs["epochs"].value, panel.knobs["lam"].value = 30, 4.0
    panel.knobs["alpha"].value = 1.5
    assert "stochastic diverges" in said(panel)
    assert f"Batch descent diverges: alpha is not below the limit {three_paths(1.5, 4, 4, 1)[-1]:.4g}." in said(panel)
    assert "stochastic" in pictured(panel) and "nan" not in pictured(panel)         # the paths until then are shown
    panel.knobs["alpha"].value = 0.1
    assert "diverges" not in said(panel)


def test_the_bowl_says_from_which_alpha_on_it_diverges():
    panel, limit = bp.widgets.bowl().panel(), bowl(0.3, 0.0, 1)[-1]
    for alpha in (limit - 0.01, limit + 0.01):
        panel.knobs["alpha"].value = alpha
        assert ("diverges" in said(panel)) == (alpha > limit)
        assert (panel.knobs["alpha"].style.handle_color is not None) == (alpha > limit)
        mark = f"diverges above {limit:.4g}"
        assert panel.marks["alpha"].value == (f"<b>{mark}</b>" if alpha > limit else mark)
    panel.knobs["lam"].value = 4.0      # steeper: the limit sinks
    assert f"above {bowl(0.3, 4.0, 1)[-1]:.4g}" in panel.marks["alpha"].value
    panel.knobs["lam"].value = 0.0
    assert f"the limit {limit:.4g}." in said(panel)


def test_the_training_panel_shows_what_the_network_says_of_each_point():
    panel = bp.widgets.train_2h1("two rings", hidden=4, alpha=1.5).panel()
    table = np.array(training.problems()["two rings"])                      # (E, 3)

    def train(alpha):
        return bp.train(training.start(4, 1), table[:, :2], table[:, 2:], cost=training.COST, alpha=alpha, epochs=200)

    run = train(1.5)
    a = bp.batched.forward(run.net, table[:, :2]).a[2]                      # (E, 1)
    right = ((a > 0.5) == (table[:, 2:] > 0.5)).sum()
    assert right > 16 and f"{run.history[-1]:.4g}; {right} of 32 examples" in said(panel)
    areas = training.shades(run.net)
    assert sum((x1 - x0) * (y1 - y0) for cells, *_ in areas for (x0, y0), (x1, y1) in cells) == pytest.approx(16)
    for shade, (cells, colour, opacity) in enumerate(areas):
        assert colour == training.COLOURS[shade >= 5] and 0 < opacity <= 0.5
        for (x0, y0), (x1, y1) in cells:
            middles = np.column_stack([np.arange(x0 + 0.05, x1, 0.1), np.full(round((x1 - x0) / 0.1), (y0 + y1) / 2)])
            a = training.outputs(run.net, middles)                          # (cells,)
            assert (shade / 10 <= a).all() and (a <= (shade + 1) / 10).all()
    panel.knobs["alpha"].value = 5.0
    assert f"J rises in {int((np.diff(train(5.0).history) > 0).sum())} of these epochs" in said(panel)


def test_a_knob_that_is_turned_while_the_panel_still_answers_counts():
    panel, states = bp.widgets.bowl().panel(), []
    slow, other = panel.figure.again, threading.Thread(target=setattr, args=(panel.knobs["alpha"], "value", 0.5))

    def again(**state):
        states.append(state)
        if not other.ident:
            other.start()       # as JupyterLab does it
            wait(lambda: panel.knobs["alpha"].value == 0.5)
            other.join(0.5)
        return slow(**state)

    panel.figure.again = again
    panel.knobs["lam"].value = 1.0
    other.join()
    assert panel.knobs["alpha"].value == 0.5 and panel.knobs["lam"].value == 1.0
    assert "alpha = 0.5 and lambda = 1 " in said(panel)
    assert len(states) == 1     # the second is asked of the figure that is then shown


def test_a_slider_that_sends_its_own_rounding_changes_nothing():
    panel = bp.widgets.bowl().panel()
    figure = panel.figure
    panel.knobs["alpha"].value = 0.30000000000000004
    assert panel.figure is figure


@every_figure
def test_a_notebook_stores_the_html_alone(name):
    figure = getattr(bp.widgets, name)()
    before, _ = figure._repr_html_(), figure.panel()
    assert figure._repr_html_() == before
    assert not hasattr(figure, "_repr_mimebundle_") and not hasattr(figure, "_ipython_display_")


def test_each_epoch_is_an_epoch_of_train(trainer):
    net, knobs = trainer.net, trainer.knobs
    images, labels = trainer.images[trainer.seen], trainer.labels[trainer.seen]     # (E, 64), (E,)
    knobs["alpha"].value, knobs["lam"].value, knobs["batch_size"].value = 0.3, 0.01, 256     # all at once: no lot
    for _ in range(3):
        trainer.step()
    run = bp.train(net, images, np.eye(10)[labels], cost=bp.categorical_cross_entropy, alpha=0.3, lam=0.01, epochs=3)
    assert trainer.history == pytest.approx(run.history, rel=1e-12)
    guesses = bp.batched.forward(run.net, trainer.images[trainer.held_out]).a[2].argmax(axis=1)
    share = (guesses == trainer.labels[trainer.held_out]).mean()
    assert trainer.right[-1] == share and f"{share:.1%} of 40" in said(trainer)
    assert set(trainer.seen).isdisjoint(trainer.held_out) and len(trainer.seen) == 160


def test_training_learns_to_read_digits():
    panel = bp.widgets.digits_panel(*digits())
    for _ in range(8):
        panel.step()
    assert panel.right[-1] > 0.94 and panel.history[-1] < panel.history[0] / 5


def test_training_runs_beside_the_kernel_and_stops_at_once(trainer):
    trainer.knobs["epochs"].value = 300
    trainer.children[-3].children[0].click()        # Train
    wait(lambda: len(trainer.right) >= 3)
    trainer.knobs["alpha"].value = 0.1              # while it runs
    trainer.children[-3].children[1].click()        # Stop
    done = len(trainer.right)
    assert 3 <= done < 300 and trainer.bar.value == done and f"Epoch {done}:" in said(trainer)
    time.sleep(0.3)
    assert len(trainer.right) == done
    trainer.knobs["epochs"].value = done + 4
    trainer.start()
    wait(lambda: not trainer._thread.is_alive())
    assert len(trainer.right) == done + 4 and trainer.bar.value == trainer.bar.max
    trainer.knobs["second"].value = 5               # other layers start anew
    assert trainer.right == [] and trainer.net.sizes == [64, 8, 5, 10] and "before training" in said(trainer)


def test_training_that_diverges_says_so_and_keeps_the_network(trainer, monkeypatch):
    net, setting = trainer.net, trainer.setting
    monkeypatch.setattr(trainer, "setting", lambda name: 1e200 if name == "alpha" else setting(name))
    trainer.start()
    wait(lambda: not trainer._thread.is_alive())
    assert "try a learning rate smaller" in said(trainer) and trainer.net is net


def test_hundreds_of_updates_leak_no_figure_and_no_memory():
    images, labels = digits()
    panel = bp.widgets.digits_panel(images[:40], labels[:40], first=4)
    for ax in panel._figure.axes:
        ax.set_axis_off()       # most of the time goes into tick labels

    def counts():
        gc.collect()
        return (sum(isinstance(o, MplFigure) for o in gc.get_objects()), plt.get_fignums(), len(_instances))

    def updates(times):
        for _ in range(times):
            if len(panel.right) >= 10:
                panel.restart()
            panel.step()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before, settled = counts(), updates(50)
        grown = updates(250) - settled
    finally:
        tracemalloc.stop()
    assert counts() == before
    assert grown < 100_000


@pytest.mark.parametrize("change, says", [
    ({"images": np.zeros((3, 4))}, "images and labels must be"),
    ({"labels": np.zeros(200)}, "labels must be integers"),
    ({"alpha": 9}, "alpha must lie in"),
    ({"first": 0}, "first must lie in"),
])
def test_bad_arguments_are_refused_by_name(change, says):
    images, labels = digits()
    with pytest.raises(ValueError, match=says):
        bp.widgets.digits_panel(**{"images": images[:200], "labels": labels[:200], **change})


def test_a_typed_formula_is_judged_and_stays_text():
    field = bp.widgets.formula_field(r"\delta_i^{(L)} = a_i^{(L)} - y_i")
    assert field.trial.report.status == "false" and "<b>false</b>" in field.answer.value
    field.setting.value = "binary_cross_entropy"
    assert field.trial.report.status == "true" and "<b>true</b>" in field.answer.value
    field.latex.value = r"a = <script>alert(1)</script> < b"
    assert field.trial.report.status != "true" and "<script>" not in field.answer.value
