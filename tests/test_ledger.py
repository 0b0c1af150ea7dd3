"""The ledger: every statement of the five sources has a verdict, a place in the book, and a test that decides it."""

import ast
import functools
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))

import displays  # noqa: E402
import pages  # noqa: E402

ENTRIES, PAGES = pages.ledger(), pages.pages()
KEYS = ["id", "source", "formula", "says", "verdict", "chapter", "note", "correction", "check"]


@functools.cache
def anchors(stem):
    """What a link to this page may point at."""
    if (ROOT / "book" / f"{stem}.md").exists():
        return {displays.slug(h) for h in re.findall(r"^#+ (.*)$", (ROOT / "book" / f"{stem}.md").read_text(), re.M)}
    book = displays.read(ROOT / "book" / f"{stem}.ipynb")
    return {a for _, a in displays.headings(book)} | {label for d in displays.displays(book) for label in d.labels}


@functools.cache
def functions_in(path):
    """Names of the test functions of a file."""
    return {node.name for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)}


def complaints(entries):
    """What is wrong with a ledger, one line each."""
    wanted = [f"{key}-{n:02d}" for key, count in pages.COUNTS.items() for n in range(1, count + 1)]
    if [e["id"] for e in entries] != wanted:
        yield f"ids missing, twice or out of order: {sorted(set(wanted) ^ {e['id'] for e in entries})}"
    for e in entries:
        if list(e) != KEYS or any(not isinstance(v, str) for v in e.values()):
            yield f"{e['id']}: keys or types"
        if e["verdict"] not in pages.VERDICTS:
            yield f"{e['id']}: verdict {e['verdict']!r}"
        if not e["says"] or not e["source"]:
            yield f"{e['id']}: says nothing"
        if e["verdict"] in ("wrong", "typo", "assumption") and not e["note"]:
            yield f"{e['id']}: no note says what is wrong or missing"
        if e["verdict"] in ("wrong", "typo") and e["formula"] and not e["correction"]:
            yield f"{e['id']}: no correction"
        if e["verdict"] not in ("definition", "not-checkable") and not e["check"]:
            yield f"{e['id']}: no check"
        stem, _, anchor = e["chapter"].partition("#")
        if not list((ROOT / "book").glob(f"{stem}.*")):
            yield f"{e['id']}: no chapter {stem!r}"
        elif anchor and anchor not in anchors(stem):
            yield f"{e['id']}: no place {anchor!r} in {stem}"
        path, _, name = e["check"].partition("::")
        if path and not (ROOT / path).exists():
            yield f"{e['id']}: no file {path}"
        elif path and name.partition("[")[0] not in functions_in(path):
            yield f"{e['id']}: no test {name} in {path}"


def test_every_statement_has_a_verdict_a_place_and_a_test():
    assert len(ENTRIES) == 299
    assert list(complaints(ENTRIES)) == []


@pytest.mark.parametrize("change, complaint", [
    ({"id": "S0-99"}, "ids missing"), ({"verdict": "fine"}, "verdict 'fine'"), ({"says": ""}, "says nothing"),
    ({"verdict": "wrong", "note": ""}, "no note"), ({"verdict": "holds", "check": ""}, "no check"),
    ({"verdict": "wrong", "formula": "a = b", "note": "x", "correction": ""}, "no correction"),
    ({"chapter": "99-nowhere"}, "no chapter"), ({"chapter": "05-index#nowhere"}, "no place"),
    ({"check": "tests/ledger/nowhere.py::test_x"}, "no file"), ({"check": "tests/test_ledger.py::test_x"}, "no test"),
])
def test_a_broken_ledger_is_noticed(change, complaint):
    broken = [ENTRIES[0] | change, *ENTRIES[1:]]
    assert any(complaint in line for line in complaints(broken))


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_pages_are_in_step(name):
    assert (ROOT / "book" / name).read_text(encoding="utf-8") == PAGES[name], f"{name}: run make pages"
