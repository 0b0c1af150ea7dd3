"""A live figure: one self-contained piece of HTML that needs no kernel and asks for nothing.

It holds a picture with alt text (what a printer, a reader without scripts or an untrusted notebook shows), and
a script that puts sliders, the drawing and a sentence about its state in the picture's place. What the page
computes was printed by SymPy from expressions of ``bp`` (``code.py``); the .js files only draw.
"""

import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files

from ..draw import SYMBOL_COLOURS


@cache
def source(name):
    """The text of a .js file that stands beside this one."""
    return (files(__package__) / f"{name}.js").read_text(encoding="utf-8").strip()


def slider(name, label, low, high, step, value):
    """A range control; the value must lie in it, so that the reset state is a state of the slider."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie in [{low}, {high}], the range of its slider, got {value!r}")
    return {"kind": "range", "name": name, "label": label, "min": low, "max": high, "step": step,
            "value": value}


def choice(name, label, options, value=None):
    """A list to choose from: options are values, or pairs of a value and what the reader sees."""
    options = [[o, o] if isinstance(o, str) else list(o) for o in options]
    value = options[0][0] if value is None else value
    if value not in (allowed := [o for o, _ in options]):
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return {"kind": "choice", "name": name, "label": label, "options": options, "value": value}


def button(name, label):
    return {"kind": "button", "name": name, "label": label}


class Figure:
    """What a notebook displays: ``title``, ``alt`` and the same HTML, byte for byte, each time.

    drawing: the .js file that draws; controls: what ``slider``, ``choice`` and ``button`` return; data: values
    for the drawing; code: {name: JavaScript function}; picture: an SVG that stands in where no script runs;
    again(**values of sliders and choices): the same figure in that state, for ``panel``; unsafe: {name of a slider:
    (limit, what happens above it)} in this state, likewise.
    """

    def __init__(self, drawing, title, alt, controls, data, code, picture, again, unsafe=None):
        self.title, self.alt, self.again, self.unsafe = title, alt, again, unsafe or {}
        self.controls = [c for c in controls if c["kind"] != "button"]
        self.picture = f'<img class="bpw-picture" alt="{escape(alt)}" src="{_data_url(picture)}">'
        functions = ", ".join(f"{name}: {text}" for name, text in code.items())
        runtime = source("runtime")
        version = hashlib.sha256(runtime.encode()).hexdigest()[:10]
        spec = {"title": title, "controls": controls, "data": data, "colours": SYMBOL_COLOURS}
        call = f"{_json(spec)}, {{{functions}}}, {source(drawing)}"
        self.key = hashlib.sha256((runtime + call + self.picture).encode()).hexdigest()[:10]
        self._script = (f'const lib = ((window.bpWidgets ??= {{}})["{version}"] ??= {runtime});\n'
                        f'lib.start("bpw-{self.key}", {call});')

    def _repr_html_(self):
        return (f'<div class="bpw bpw-{self.key}" role="group" aria-label="{escape(self.title)}">\n'
                f'{self.picture}\n<script type="module">\n{self._script}\n</script>\n</div>')

    def panel(self):
        """The figure as an ipywidgets panel, for a live kernel: ``bp`` computes each state anew.

        A method and not part of what a notebook displays by itself: a widget's view holds random ids and dies with
        its kernel, so a stored notebook keeps the HTML alone.
        """
        from .panel import Panel
        return Panel(self)

    def page(self):
        """A whole HTML page with this figure alone."""
        return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width">'
                f'<meta name="color-scheme" content="light dark"><title>{escape(self.title)}</title></head>\n'
                f'<body><main><h1>{escape(self.title)}</h1>\n{self._repr_html_()}\n</main></body></html>\n')

    def __repr__(self):
        return f"Figure({self.title!r}): {self.alt}"


def _json(value):
    """JSON that may stand in <script>; floats with 6 significant digits, so that no rounding noise is stored."""
    def rounded(v):
        if isinstance(v, dict):
            return {k: rounded(x) for k, x in v.items()}
        if isinstance(v, (list, tuple)):
            return [rounded(x) for x in v]
        return float(f"{v:.6g}") if isinstance(v, float) else v
    text = json.dumps(rounded(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _data_url(svg):
    for character, code in (("%", "%25"), ("#", "%23"), ("<", "%3C"), (">", "%3E"), ('"', "'"), ("\n", " ")):
        svg = svg.replace(character, code)
    return "data:image/svg+xml;charset=utf-8," + svg
