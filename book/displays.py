"""Read a notebook the way the HTML book does: its displayed formulas, headings, links and images.

One parser serves the tests and the HTML export (`_formulas.py`): neither overlooks what the other sees.
A formula's setting stands in an HTML comment directly before it:

    <!-- formula: squared_error, sigmoid -->    checked in this setting (without a comment: generic)
    <!-- formula: must-be-false; sigmoid -->    a quoted wrong formula, which must be false in this setting
    <!-- formula: must-be-ill-formed -->        one whose indices, shapes or layers don't fit
    <!-- formula: opt-out -->                   not executed; listed with its reason in unchecked.yaml
"""
import functools
import hashlib
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import nbformat
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

import bp.formula

BOOK = Path(__file__).resolve().parent
REASONS = ("prose", "limit", "external-theorem", "algorithm", "graph")
SETTING = re.compile(r"<!--\s*formula:\s*(.*?)\s*-->\s*\Z", re.DOTALL)
PARSER = MarkdownIt("commonmark").enable("table").use(amsmath_plugin).use(dollarmath_plugin)


class Display(NamedTuple):
    """One displayed formula. `latex` is the whole environment; `mode`: check, must-be-.. or opt-out."""

    notebook: str
    cell: int
    latex: str
    tags: tuple
    labels: tuple
    mode: str
    setting: str

    @property
    def sha256(self):
        return sha256(self.latex)

    @property
    def anchors(self):
        """(label, tag) of each numbered row."""
        return tuple(zip(self.labels, self.tags))

    @property
    def name(self):
        """What a reader calls it: its tag, or where it stands."""
        place = f"({self.tags[0]})" if self.tags else f"in cell {self.cell + 1}, {self.sha256[:8]}"
        return f"{self.notebook} {place}"


class Verdict(NamedTuple):
    """`ok`: as it should be; `kind`: executed, wrong-on-purpose or unchecked; `text`: for a reader."""

    ok: bool
    kind: str
    text: str


def chapters():
    """Paths of the book's notebooks, in reading order."""
    return sorted(BOOK.glob("[0-9][0-9]-*.ipynb"))


def read(path):
    notebook = nbformat.read(path, as_version=4)
    notebook["name"] = Path(path).name
    return notebook


def sha256(latex):
    """Hash of the formula without its tag, label and white space."""
    bare = re.sub(r"\\(tag|label)\{[^}]*\}", "", latex)
    return hashlib.sha256(re.sub(r"\s+", " ", bare).strip().encode()).hexdigest()


def tokens(notebook):
    """(cell number, token) for each block and inline token of the markdown cells."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for token in PARSER.parse(cell.source):
                yield number, token
                for child in token.children or ():
                    yield number, child


def displays(notebook):
    """The displayed formulas in order."""
    found, comment = [], None
    for cell, token in tokens(notebook):
        if token.type in ("amsmath", "math_block"):
            tags, labels = (re.findall(rf"\\{m}\{{([^}}]*)\}}", token.content) for m in ("tag", "label"))
            mode, setting = mode_and_setting(comment)
            latex = token.content.strip()
            found.append(Display(notebook.name, cell, latex, tuple(tags), tuple(labels), mode, setting))
        comment = setting_comment(token)
    return found


def dangling_settings(notebook):
    """Cell numbers of setting comments that no formula follows."""
    found, waiting = [], None
    for cell, token in [*tokens(notebook), (None, None)]:
        if waiting is not None and (token is None or token.type not in ("amsmath", "math_block")):
            found.append(waiting)
        waiting = cell if token is not None and setting_comment(token) else None
    return found


def setting_comment(token):
    """The match of a setting comment that ends this block of HTML, or None."""
    return SETTING.search(token.content) if token.type == "html_block" else None


def mode_and_setting(comment):
    """What a setting comment asks for; None is a formula without one."""
    text = comment[1] if comment else "generic"
    mode, _, rest = text.partition(";")
    if mode.strip() in ("must-be-false", "must-be-ill-formed", "opt-out"):
        return mode.strip(), rest.strip() or "generic"
    return "check", text


def opt_outs(path=BOOK / "unchecked.yaml"):
    """The entries of the file of formulas that cannot be executed: notebook, sha256, reason, note."""
    return yaml.safe_load(path.read_text(encoding="utf-8")) or []


def headings(notebook):
    """(cell number, anchor) of each heading, as JupyterLab and the HTML book both form it."""
    found, is_heading = [], False
    for cell, token in tokens(notebook):
        if token.type == "inline" and is_heading:
            title = "".join(t.content for t in token.children if t.type in ("text", "code_inline"))
            found.append((cell, slug(title)))
        is_heading = token.type == "heading_open"
    return found


def slug(title):
    """The anchor of a heading: the one JupyterLab makes."""
    return title.replace(" ", "-")


def links(notebook):
    """(cell number, target) of each link."""
    return [(c, unquote(t.attrs["href"])) for c, t in tokens(notebook) if t.type == "link_open"]


@functools.cache
def reasons():
    """{(notebook, sha256): reason} of the formulas that cannot be executed."""
    return {(entry["notebook"], entry["sha256"]): entry["reason"] for entry in opt_outs()}


def verdict(display):
    """Run one formula, and say whether the outcome is the one its mode asks for."""
    report = bp.formula.check(display.latex, display.setting)
    if display.mode == "opt-out":
        missing = f"no entry {display.sha256} in unchecked.yaml"
        reason = reasons().get((display.notebook, display.sha256), missing)
        possible = report.status in ("true", "false", "ill-formed")
        text = f"could be executed: {report.status}" if possible else f"not executed: {reason}"
        return Verdict(reason in REASONS and not possible, "unchecked", text)
    expected = display.mode.removeprefix("must-be-") if display.mode != "check" else "true"
    kind = "executed" if expected == "true" else "wrong-on-purpose"
    outcome = report.status if report.status == expected else f"{report.status}, expected {expected}"
    return Verdict(report.status == expected, kind, f"{outcome}: {report.message}")
