"""Every formula of the book with one edit is no longer true, or stands in book_equivalents.yaml with the reason.

A reason there says why the edited formula is true as well, or, for a bound, that it is only tried and not proved.
"""

import pathlib
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))

import displays  # noqa: E402
from bp.formula import check, mutants  # noqa: E402

REASONS = {
    "bound": "a looser bound, or one that no tried network breaks: bounds are tried, not proved",
    "constant": "what is dropped or changed does not depend on what the derivative is taken by",
    "one": "the factor is 1 here, or a whole side is named twice",
    "zero": "the other side is 0, and so is every multiple of it",
    "bracket": "all terms but one are 0, and in that one the two indices are equal",
    "linear": "with linear units z = a and f' = 1",
    "sum-1": "the targets sum to 1 in this setting",
    "norm": "a matrix and its transpose have the same norm",
    "symmetric": "the matrix is its own transpose, or the factor is a number",
    "shape": "both have this shape",
    "range": "the part is 0, or stays what it is, in the stated range",
    "numbers": "these numbers make the changed part 0, or the slope 1",
    "letter": "another free letter, or another form of the same quantity in this setting",
    "shift": "softmax is the same for every common shift",
}
LISTED = yaml.safe_load((pathlib.Path(__file__).parent / "book_equivalents.yaml").read_text(encoding="utf-8"))


def survivors(notebook):
    """The one-edit variants of a notebook's formulas that the checker still calls true, and how many there were."""
    found, count = set(), 0
    for display in displays.displays(notebook):
        if display.mode == "check":
            for _, variant in mutants(display.latex, display.setting):
                count += 1
                if check(variant, display.setting).status == "true":
                    found.add(variant)
    return found, count


@pytest.mark.parametrize("path", displays.chapters(), ids=lambda path: path.stem)
def test_each_edit_of_each_formula_is_noticed_or_explained(path):
    found, count = survivors(displays.read(path))
    listed = LISTED.get(path.stem, {})
    explained = {variant for variants in listed.values() for variant in variants}
    assert count >= 100
    assert found - explained == set(), "these edits are not noticed, and not explained"
    assert explained - found == set(), "these are explained, but no longer needed"
    assert set(listed) <= set(REASONS)


def test_a_formula_that_says_too_little_leaves_unexplained_edits():
    notebook = displays.read(displays.BOOK / "05-index.ipynb")
    notebook.cells = [cell for cell in notebook.cells if "eq-5.13" in cell.source][:1]
    notebook.cells[0]["source"] = r"$$0 \cdot \delta_i^{(l)} = 0$$"
    found, count = survivors(notebook)
    explained = {variant for variants in LISTED["05-index"].values() for variant in variants}
    assert count and found - explained
