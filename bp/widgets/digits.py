"""Training on labelled images with a live kernel: turn the settings while it runs, stop it at any time (chapter 08)."""

import io
import threading
from base64 import b64encode

import ipywidgets as widgets
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from .. import activations, batched, costs, draw
from ..descent import Diverged, train
from ..network import Network
from .figure import slider
from .panel import knob, shown

COST = costs.categorical_cross_entropy
LONGEST = 300       # epochs


class DigitsPanel(widgets.VBox):
    """Sliders, a progress bar, the cost curve and the share of held-out images read correctly.

    images (E, n_0), labels (E,) from 0 on; every fifth image, chosen at random, is held out. alpha, lam and
    batch_size count from the next epoch on; other layers start anew. A network of two hidden layers where second > 0.
    ``net``, ``history`` (J before and after each epoch) and ``right`` (the shares) are there to be read.
    """

    def __init__(self, images, labels, *, alpha=0.5, lam=0.001, batch_size=32, first=32, second=0, epochs=30, rng=0):
        images, labels = np.asarray(images, dtype=float), np.asarray(labels)        # (E, n_0), (E,)
        if images.ndim != 2 or labels.shape != images.shape[:1] or len(labels) < 10:
            raise ValueError("images and labels must be (E, n_0) and (E,) with E of 10 at least, "
                             f"got {images.shape} and {labels.shape}")
        if labels.dtype.kind not in "iu" or labels.min() < 0:
            raise ValueError(f"labels must be integers from 0 on, got {labels.dtype} from {labels.min()}")
        order, cut = np.random.default_rng(rng).permutation(len(images)), len(images) - len(images) // 5     # (E,)
        self.seen, self.held_out, self.rng = order[:cut], order[cut:], rng
        self.images, self.labels = images, labels                                   # (E, n_0), (E,)
        self.targets = np.eye(labels.max() + 1)[labels]                             # (E, K)
        self.knobs = {c["name"]: knob(c) for c in (
            slider("alpha", "learning rate α", 0.02, 2, 0.02, alpha),
            slider("lam", "weight decay λ", 0, 0.05, 0.001, lam),
            slider("batch_size", "examples a step, E", 1, 256, 1, batch_size),
            slider("epochs", "epochs", 1, LONGEST, 1, epochs),
            slider("first", "units in hidden layer 1", 1, 64, 1, first),
            slider("second", "units in hidden layer 2", 0, 64, 1, second))}
        self.bar, self.shown = widgets.IntProgress(description="epochs"), widgets.HTML()
        buttons = [widgets.Button(description=words) for words in ("Train", "Stop", "Start anew")]
        for button, press in zip(buttons, (self.start, self.stop, self.restart)):
            button.on_click(lambda _, press=press: press())
        super().__init__([*self.knobs.values(), widgets.HBox(buttons), self.bar, self.shown])
        for name in ("first", "second"):
            self.knobs[name].observe(lambda _: self.restart(), "value")
        self.knobs["epochs"].observe(lambda _: self.show(), "value")
        self._figure, axes = draw.figure(7.5, 2.8, ncols=2)
        self._lines = [ax.plot([], [], color=draw.colour(symbol))[0] for ax, symbol in zip(axes, "Ja")]
        axes[0].set(xlabel="epoch", ylabel="J")
        axes[1].set(xlabel="epoch", ylabel="held-out images right", ylim=(0, 1.02))
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")      # found once: half the time of an update
        self._canvas = FigureCanvasAgg(self._figure)
        self._stopping, self._thread, self._lock = threading.Event(), None, threading.Lock()
        self.restart()

    def setting(self, name):
        return self.knobs[name].value

    def restart(self):
        """A new network of these layers, as the seed gives it."""
        self.stop()
        hidden = [n for n in (self.setting("first"), self.setting("second")) if n]
        self._random = np.random.default_rng(self.rng)
        self.net = Network.random([self.images.shape[1], *hidden, self.targets.shape[1]], hidden=activations.tanh,
                                  output=activations.softmax, rng=self._random)
        self.history, self.right = [], []
        self.show()

    def step(self):
        """One epoch with the settings as they are now, and the picture of it."""
        run = train(self.net, self.images[self.seen], self.targets[self.seen], cost=COST, alpha=self.setting("alpha"),
                    lam=self.setting("lam"), batch_size=self.setting("batch_size"), rng=self._random, progress=False)
        self.net = run.net
        self.history = self.history or [float(run.history[0])]
        self.history.append(float(run.history[-1]))
        self.right.append(self.share_right())
        self.show()

    def share_right(self):
        guesses = batched.forward(self.net, self.images[self.held_out]).a[self.net.L].argmax(axis=1)
        return float((guesses == self.labels[self.held_out]).mean())

    def start(self):
        """Trains up to the wanted number of epochs, beside the kernel's own work, so that every control stays alive."""
        if self._thread and self._thread.is_alive():
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while len(self.right) < self.setting("epochs") and not self._stopping.is_set():
            try:
                self.step()
            except Diverged as end:
                self.show(f"{end}. Start anew.")
                return

    def stop(self):
        """Ends training after the epoch that is running; what is learnt so far stays."""
        self._stopping.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()

    def show(self, words=""):
        with self._lock:        # one figure, its artists moved in place, for two threads
            done = len(self.right)
            self.bar.max, self.bar.value = self.setting("epochs"), done
            self._lines[0].set_data(range(len(self.history)), self.history)
            self._lines[1].set_data(range(1, done + 1), self.right)
            for line in self._lines:
                line.axes.set_xlim(0, max(10, done))
            self._lines[0].axes.set_ylim(0, 1.05 * max(self.history, default=1.0))
            file = io.BytesIO()
            self._canvas.print_png(file)
            sizes = "-".join(map(str, self.net.sizes))
            words = words or (f"Epoch {done}: a {sizes} network, J = {self.history[-1]:.4g}, {self.right[-1]:.1%} of "
                              f"{len(self.held_out)} held-out images right." if done else
                              f"A {sizes} network before training.")
            picture = b64encode(file.getvalue()).decode()
            self.shown.value = shown('<img alt="Cost and share of held-out images right by epoch" '
                                     f'src="data:image/png;base64,{picture}">', words)
