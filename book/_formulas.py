"""Sphinx extension: each displayed formula gets its anchor and says whether it was executed."""
import html
import re
from collections import Counter

from docutils import nodes
from sphinx.util import logging

import displays

logger = logging.getLogger(__name__)
BADGES = {"executed": "executed", "wrong-on-purpose": "wrong on purpose", "unchecked": "not executed"}


def judge(app):
    """Run every formula once; the verdicts serve the pages and the totals."""
    app.formula_verdicts, app.formula_places = {}, {}
    for path in displays.chapters():
        found = displays.displays(displays.read(path))
        app.formula_verdicts[path.stem] = [(d, displays.verdict(d)) for d in found]
        for display in found:
            app.formula_places |= {label: (path.stem, tag) for label, tag in display.anchors}
    totals = Counter(v.kind for pairs in app.formula_verdicts.values() for _, v in pairs)
    app.config.myst_substitutions["formula_totals"] = totals_text(totals)


def totals_text(totals):
    """One sentence for the first page. `totals`: how many formulas of each kind."""
    text = f"Of {sum(totals.values())} displayed formulas, {totals['executed']} were executed and are true"
    if totals["wrong-on-purpose"]:
        text += f"; {totals['wrong-on-purpose']} are quoted mistakes, executed and found so"
    if totals["unchecked"]:
        text += f"; {totals['unchecked']} cannot be executed and say why"
    return text + "."


def mark(app, doctree):
    """Wrap each displayed formula in a box that carries its labels as anchors and its badge."""
    name = app.env.docname
    waiting = list(app.formula_verdicts.get(name, []))
    for node in list(doctree.findall(nodes.math_block)):
        if not waiting or displays.sha256(node.astext()) != waiting[0][0].sha256:
            continue  # a formula that a code cell printed
        display, verdict = waiting.pop(0)
        if not verdict.ok:
            logger.warning("%s: %s", display.name, verdict.text, location=node)
        box = nodes.container(classes=["formula"], ids=list(display.labels))
        node.parent.replace(node, box)
        note = html.escape(verdict.text, quote=True)
        badge = f'<p class="badge-{verdict.kind}" title="{note}">{BADGES[verdict.kind]}</p>'
        box += [node, nodes.raw("", badge, format="html")]
        # the slug table is where links of other pages look an anchor up
        slugs = app.env.metadata[name].setdefault("myst_slugs", {})
        slugs.update({label: (0, label, f"({tag})") for label, tag in display.anchors})
    for display, _ in waiting:
        logger.warning("%s: formula not found on the page", display.name)


def link(app, doctree):
    r"""Make each `$\eqref{..}$` an ordinary link: MathJax hides its own from screen readers."""
    for node in list(doctree.findall(nodes.math)):
        label = re.fullmatch(r"\\eqref\{([^}]*)\}", node.astext())
        if label and label[1] in app.formula_places:
            page, tag = app.formula_places[label[1]]
            address = "" if page == app.env.docname else app.builder.get_relative_uri(app.env.docname, page)
            reference = nodes.reference("", f"({tag})", internal=True, refuri=f"{address}#{label[1]}")
            node.parent.replace(node, reference)


def setup(app):
    app.connect("builder-inited", judge)
    app.connect("doctree-read", mark)
    app.connect("doctree-read", link)
    return {"parallel_read_safe": False}
