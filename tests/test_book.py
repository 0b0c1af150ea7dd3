"""The chapters: the rules each keeps, and every displayed formula, executed."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import displays
import rules

CHAPTERS = displays.chapters()
FORMULAS = [formula for path in CHAPTERS for formula in displays.displays(displays.read(path))]
chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
@chapters
def test_chapter_keeps_the_rule(path, rule):
    assert rule(displays.read(path)) == []


def test_names_are_unique_across_the_book():
    assert rules.names_are_unique(map(displays.read, CHAPTERS)) == []


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_formula_is_executed(formula):
    verdict = displays.verdict(formula)
    assert verdict.ok, f"{verdict.text}\n{formula.latex}"


def test_opt_outs_are_few_and_current():
    assert stale(displays.opt_outs(), FORMULAS) == []
    assert sum(formula.mode == "opt-out" for formula in FORMULAS) <= 0.1 * len(FORMULAS)


def stale(entries, formulas):
    """Entries that no formula of the book asks for, or that give no proper reason."""
    wanted = {(formula.notebook, formula.sha256) for formula in formulas if formula.mode == "opt-out"}
    return [entry for entry in entries if (entry["notebook"], entry["sha256"]) not in wanted
            or entry["reason"] not in displays.REASONS or not entry["note"].strip()]


# Each rule must be able to fail: a chapter that keeps all rules, and one small break for each.
GOOD_FORMULA = r"\begin{equation*} z = 2 \tag{1.1}\label{eq-1.1} \end{equation*}"


def chapter(*cells):
    """A notebook of (kind, source) cells, with execution counts; no arguments: one that keeps every rule."""
    cells = cells or (
        ("md", "# Title\n\nText with $z$ and `code`, see [this](#A-heading) and $\\eqref{eq-1.1}$."),
        ("code", "z = 1 + 1"),
        ("md", f"## A heading\n\n<!-- formula: scalar -->\n{GOOD_FORMULA}\n\n[it](#eq-1.1) ![a net](x.svg)"),
        ("code", "assert z == 2\n" * 10),
        ("md", "| | a |\n|---|---|\n| row | 2 |"),
    )
    notebook, count = new_notebook(), 0
    notebook["name"] = "01-broken.ipynb"
    for kind, source in cells:
        count += kind == "code"
        cell = new_code_cell(source, execution_count=count) if kind == "code" else new_markdown_cell(source)
        notebook.cells.append(cell)
    return notebook


def with_picture(data):
    notebook = chapter()
    notebook.cells[1].outputs = [new_output("display_data", data=data)]
    return notebook


def tagged(cell, tag):
    notebook = chapter()
    notebook.cells[cell].metadata["tags"] = [tag]
    return notebook


def uncounted():
    notebook = chapter()
    notebook.cells[3].execution_count = None
    return notebook


CHECK = ("code", "assert True")
BROKEN = [
    ("results_are_checked", chapter(("md", GOOD_FORMULA), ("code", "z = 2"), ("md", "# Next"), CHECK), "1.1"),
    ("enough_is_asserted", chapter(*[CHECK] * 9), "9 asserts"),
    ("enough_is_asserted", chapter(*[("code", "# assert\n'assert'")] * 10), "0 asserts"),
    ("cells_are_executed", uncounted(), "cell 4: execution count is None, expected 2"),
    ("cells_are_executed", tagged(3, "nbval-skip"), "kept from the tests"),
    ("cells_are_executed", chapter(("code", "#NBVAL_IGNORE_OUTPUT\n1")), "kept from the tests"),
    ("cells_are_short", chapter(("code", "1\n" * 26)), "26 lines"),
    ("code_ends_without_semicolon", chapter(("code", "plot();")), "ends with ;"),
    ("displays_are_well_placed", chapter(("md", r"\begin{equation} z \end{equation}")), "expected equation*"),
    ("displays_are_well_placed", chapter(("md", GOOD_FORMULA.replace("eq-1.1", "eq-1.2"))), "do not fit"),
    ("displays_are_well_placed", chapter(("md", r"$$ z \tag{1.1} $$")), "do not fit"),
    ("displays_are_well_placed", chapter(("md", "$$ z")), "TeX outside"),
    ("displays_are_well_placed", chapter(("md", r"by \\(z\\)")), "TeX outside"),
    ("displays_are_well_placed", chapter(("md", rf"so ${GOOD_FORMULA}$")), "within a line"),
    ("displays_are_well_placed", chapter(("md", "<!-- formula: sigmoid -->\n\nText.")), "without a formula"),
    ("displays_are_well_placed", chapter(("md", "Text\n\n<!-- formula: sigmoid -->")), "without a formula"),
    ("eqrefs_resolve", chapter(("md", r"see $\eqref{eq-1.1}$")), "eq-1.1"),
    ("links_resolve", chapter(("md", "# A b\n\n[x](#A-c)")), "A-c"),
    ("links_resolve", chapter(("md", "[x](99-nothing.ipynb#eq-1.1)")), "no file"),
    ("links_resolve", chapter(("md", f"[x]({CHAPTERS[0].name}#eq-0.0)")), "eq-0.0 in"),
    ("images_have_alt_text", chapter(("md", "![](net.svg)")), "net.svg"),
    ("images_have_alt_text", chapter(("md", '<img src="net.svg">')), "no alt"),
    ("images_have_alt_text", with_picture({"image/png": "", "text/plain": ""}), "mystnb.image.alt"),
    ("images_have_alt_text", with_picture({"text/html": '<img src="x" alt="">'}), "no alt"),
    ("markdown_is_plain", chapter(("md", "see {eq}`eq-1.1`")), "a role"),
    ("markdown_is_plain", chapter(("md", ":::{note}\n:::")), "a directive"),
    ("markdown_is_plain", chapter(("md", "```{note}\n```")), "a directive"),
    ("markdown_is_plain", chapter(("md", "(here)=\n## A heading")), "a target"),
    ("markdown_is_plain", chapter(("md", "so[^1]")), "a footnote"),
    ("table_heads_are_filled", chapter(("md", "| | b | |\n|---|---|---|\n| 1 | 2 | 3 |")), "without a head"),
    ("one_title", chapter(("md", "## Title")), "expected [1]"),
    ("one_title", chapter(("md", "# Title\n\n# Title")), "[1, 1]"),
]


@pytest.mark.parametrize("name, notebook, words", BROKEN, ids=[f"{b[0]}-{n}" for n, b in enumerate(BROKEN)])
def test_rule_rejects_a_broken_chapter(name, notebook, words):
    complaints = getattr(rules, name)(notebook)
    assert any(words in complaint for complaint in complaints), complaints


def test_every_rule_accepts_a_good_chapter_and_is_seen_to_reject_one():
    assert [complaint for rule in rules.RULES for complaint in rule(chapter())] == []
    assert {rule.__name__ for rule in rules.RULES} == {name for name, _, _ in BROKEN}


def test_a_repeated_tag_is_found():
    assert len(rules.names_are_unique([chapter(), chapter()])) == 2  # its tag and its label


def formula(latex, comment=None):
    text = f"<!-- formula: {comment} -->\n{latex}" if comment else latex
    return displays.displays(chapter(("md", text)))[0]


BP3 = r"$$ \frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)} $$"
SHORT = r"$$ \delta^{(L)} = a^{(L)} - y $$"


@pytest.mark.parametrize(("latex", "comment", "ok"), [
    (BP3, None, True),
    (BP3.replace("a_j", "z_j"), None, False),
    (BP3.replace("_{ij}", "_{ji}"), None, False),
    (BP3.replace("_{ij}", "_{ji}"), "must-be-ill-formed", True),
    (BP3.replace("_{ij}", "_{ji}"), "must-be-false", False),
    (SHORT, None, False),
    (SHORT, "binary_cross_entropy", True),
    (SHORT, "must-be-false", True),
    (SHORT, "must-be-false; binary_cross_entropy", False),
    (BP3, "opt-out", False),
    (r"$$ \text{loop until it stops} $$", None, False),
    (r"$$ \text{loop until it stops} $$", "opt-out", False),  # no entry in the file
])
def test_verdict_follows_the_mode(latex, comment, ok):
    assert displays.verdict(formula(latex, comment)).ok is ok


def test_an_opt_out_needs_a_listed_reason(monkeypatch):
    prose = formula(r"$$ \text{loop until it stops} $$", "opt-out")
    for reason, ok in (("algorithm", True), ("too hard", False)):
        monkeypatch.setattr(displays, "reasons", lambda: {(prose.notebook, prose.sha256): reason})  # noqa: B023
        assert displays.verdict(prose).ok is ok


def test_a_stale_opt_out_is_found():
    prose = formula(r"$$ \text{loop until it stops} $$", "opt-out")
    entry = {"notebook": prose.notebook, "sha256": prose.sha256, "reason": "algorithm", "note": "a loop"}
    assert stale([entry], [prose]) == []
    for change in ({"sha256": "0"}, {"reason": "too hard"}, {"note": " "}, {"notebook": "02-forward.ipynb"}):
        assert stale([entry | change], [prose])
    assert stale([entry], [prose._replace(mode="check")])
