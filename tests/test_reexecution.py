"""Running a chapter again writes the same bytes: its outputs hold no time, address or order of chance."""
import os
import platform
import random
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import execute

pytest_plugins = ["pytester"]

SEED = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))     # another in each run, one for all its workers
# The stored pictures come from here; elsewhere fonts and the last bit of a float may draw them otherwise.
SAME_MACHINE = sys.platform == "linux" and platform.machine() == "x86_64"


def comparable(text):
    """The notebook's text; on another kind of machine without its pictures."""
    if SAME_MACHINE:
        return text
    notebook = nbformat.reads(text, as_version=4)
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        for kind in ("image/png", "image/svg+xml"):
            output.get("data", {}).pop(kind, None)
    return nbformat.writes(notebook)


def shuffled(seed):
    """The chapters in an order of chance."""
    return random.Random(seed).sample(execute.chapters(), len(execute.chapters()))


@pytest.mark.parametrize("path", shuffled(SEED), ids=lambda path: path.stem)
def test_running_a_chapter_again_in_a_random_order_changes_nothing(path):
    same = comparable(execute.executed(path)) == comparable(path.read_text(encoding="utf-8"))
    assert same, f"{path.stem} changes in the order {[other.stem for other in shuffled(SEED)]}"


def test_the_order_is_random():
    orders = {tuple(shuffled(str(seed))) for seed in range(5)}
    assert len(orders) == 5 and {frozenset(order) for order in orders} == {frozenset(execute.chapters())}


def needs(path):
    """Names of the modules that some cell of this chapter asks for."""
    notebook = nbformat.read(path, as_version=4)
    return {name for cell in notebook.cells for name in execute.needed(cell)}


@pytest.mark.parametrize("path", [path for path in execute.chapters() if needs(path)], ids=lambda path: path.stem)
def test_a_chapter_runs_and_keeps_its_outputs_without_what_is_optional(path, monkeypatch):
    monkeypatch.setattr(execute, "find_spec", lambda name: None)
    assert comparable(execute.executed(path)) == comparable(path.read_text(encoding="utf-8"))


@pytest.mark.skipif("CI" not in os.environ, reason="what is optional is installed in CI: `make extras`")
def test_ci_has_what_is_optional():
    assert [name for path in execute.chapters() for name in needs(path) if execute.find_spec(name) is None] == []


def written(tmp_path, *sources, tags=()):
    """A chapter of these code cells, the first of them with tags, executed once and stored."""
    path = tmp_path / "01-small.ipynb"
    cells = [new_code_cell(source, id=f"cell-{n:03d}") for n, source in enumerate(sources, 1)]
    cells[0].metadata["tags"] = list(tags)
    nbformat.write(new_notebook(cells=cells), path)
    path.write_text(execute.executed(path), encoding="utf-8")
    return path


def test_what_depends_on_the_run_is_noticed(tmp_path):
    path = written(tmp_path, "import time\ntime.time_ns()")
    assert execute.executed(path) != path.read_text(encoding="utf-8")
    assert execute.main([str(path), "--check"]) == 1


def test_what_does_not_is_kept(tmp_path):
    path = written(tmp_path, "print('a')\nprint('b')\n1 + 1")
    before = path.read_bytes()
    assert execute.main([str(path)]) == 0
    assert path.read_bytes() == before


def test_a_failing_cell_fails_the_run(tmp_path, capsys):
    path = tmp_path / "01-small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("assert 1 == 2", id="cell-001")]), path)
    assert execute.main([str(path)]) == 1
    assert "assert 1 == 2" in capsys.readouterr().err


def test_a_cell_runs_where_its_module_is_installed(tmp_path):
    path = written(tmp_path, "import time\ntime.time_ns()", tags=["needs-math"])
    assert execute.executed(path) != path.read_text(encoding="utf-8")


def test_a_cell_without_its_module_keeps_its_outputs_and_its_number(tmp_path, monkeypatch):
    path = written(tmp_path, "import time\ntime.time_ns()", "In[1:]", tags=["needs-math"])
    text = path.read_text(encoding="utf-8")
    monkeypatch.setattr(execute, "find_spec", lambda name: None)
    again = nbformat.reads(execute.executed(path), as_version=4).cells
    before = nbformat.reads(text, as_version=4).cells
    assert again[0] == before[0]
    assert [cell.execution_count for cell in again] == [1, 2]
    assert again[1].outputs[0].data["text/plain"] == "['pass', 'In[1:]']"


def test_nbval_leaves_out_a_cell_without_its_module(pytester):
    source = "raise SystemExit('it ran')"
    for module, outcome in (("math", {"failed": 1}), ("no_such_module", {"skipped": 1})):
        cell = new_code_cell(source, id="cell-001", execution_count=1, metadata={"tags": [f"needs-{module}"]})
        nbformat.write(new_notebook(cells=[cell]), pytester.path / "01-small.ipynb")
        pytester.makeini(f"[pytest]\npythonpath = {execute.BOOK}\n")
        pytester.makeconftest((execute.BOOK.parent / "conftest.py").read_text(encoding="utf-8"))
        result = pytester.runpytest_subprocess("--nbval", "--nbval-current-env", "-p", "no:cacheprovider")
        result.assert_outcomes(**outcome)
