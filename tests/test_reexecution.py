"""Running a chapter again writes the same bytes: its outputs hold no time, address or order of chance."""
import platform
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import execute

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


@pytest.mark.parametrize("path", execute.chapters(), ids=lambda path: path.stem)
def test_running_a_chapter_again_changes_nothing(path):
    assert comparable(execute.executed(path)) == comparable(path.read_text(encoding="utf-8"))


def written(tmp_path, source):
    """A chapter of one code cell, executed once and stored."""
    path = tmp_path / "01-small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source, id="cell-001")]), path)
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
