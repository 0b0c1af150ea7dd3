"""A live figure with a kernel: ipywidgets controls, and ``bp`` computes every state anew."""

import threading
from html import escape

import ipywidgets as widgets


class Panel(widgets.VBox):
    """Controls, picture and sentence of a Figure. ``figure`` is the one now shown, ``knobs`` the controls by name."""

    def __init__(self, figure):
        self.figure = self.first = figure
        self.knobs = {c["name"]: knob(c) for c in figure.controls}
        self.shown = widgets.HTML()
        reset = widgets.Button(description="Reset")
        reset.on_click(lambda _: self.show(self.first))
        self.marks = {name: widgets.HTML() for name in figure.unsafe}       # beside the knob: from where on it diverges
        wrap = {"flex_flow": "row wrap"}        # in a narrow window the mark goes below the knob
        rows = [widgets.HBox([each, self.marks[name]], layout=wrap) if name in self.marks else each
                for name, each in self.knobs.items()]
        super().__init__([*rows, reset, self.shown])
        # JupyterLab may send a reader's move to another thread than the one that is still answering the move before
        self.lock, self.busy = threading.RLock(), False     # busy: while the panel itself moves its knobs
        for each in self.knobs.values():
            each.observe(self.moved, "value")
        self.show(figure)

    def settings(self):
        """What the knobs stand at. A page's slider sends 0.30000000000000004 for 0.3, as soon as it is shown."""
        return {name: float(f"{each.value:.12g}") if isinstance(each.value, float) else each.value
                for name, each in self.knobs.items()}

    def moved(self, _):
        """Shows the state that the knobs stand for; where there is none, such as a descent that diverges, says why."""
        with self.lock:
            wanted = self.settings()
            if self.busy or wanted == self.wanted:
                return
            try:
                self.show(self.figure.again(**wanted), wanted)
            except (ValueError, ArithmeticError) as error:
                self.wanted = wanted
                self.say("", str(error))

    def show(self, figure, wanted=None):
        """Shows this figure; a knob that stood elsewhere follows, one that was moved since does not go back."""
        with self.lock:
            self.figure, self.busy = figure, True
            for c in figure.controls:
                if wanted is None or c["value"] != wanted[c["name"]]:
                    self.knobs[c["name"]].value = c["value"]
            self.busy, self.wanted = False, {c["name"]: c["value"] for c in figure.controls}
            self.say(figure.picture, figure.alt)
            for name, (limit, words) in figure.unsafe.items():
                beyond = bool(self.knobs[name].value > limit)
                self.knobs[name].style.handle_color = "#d55e00" if beyond else None
                self.marks[name].value = f'{"<b>" * beyond}{escape(words)} above {limit:.4g}{"</b>" * beyond}'

    def say(self, picture, words):
        self.shown.value = shown(picture, words)


def shown(picture, words):
    """The HTML of a picture (an <img> or nothing), as wide as there is room, and a sentence below it."""
    picture = picture.replace("<img ", '<img style="max-width: 100%; height: auto" ')
    return f'{picture}<p role="status" style="white-space: normal">{escape(words)}</p>'


def knob(control):
    """The ipywidgets control for what ``slider`` or ``choice`` describes."""
    look = {"description": control["label"], "style": {"description_width": "14em"},
            "layout": {"width": "40em", "max_width": "98%"}}
    if control["kind"] == "choice":
        return widgets.Dropdown(options=[(words, value) for value, words in control["options"]],
                                value=control["value"], **look)
    ends = {"min": control["min"], "max": control["max"], "step": control["step"], "value": control["value"]}
    if isinstance(control["step"], int):
        return widgets.IntSlider(**ends, **look)
    return widgets.FloatSlider(**ends, readout_format=".4g", **look)
