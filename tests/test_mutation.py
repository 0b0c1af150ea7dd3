"""The tool behind `make mutants`: it changes what it should, and its figure in the book is the one it printed."""
import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "mutation"
sys.path.insert(0, str(FOLDER))
mutants = pytest.importorskip("mutants")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the tool forks a process for each mutant")


@pytest.mark.parametrize("source, wrong", [
    ("a + b", ["a - b", "a"]), ("A @ B", ["A * B", "B @ A"]), ("-x", ["x"]), ("x < 1", ["x <= 1", "x >= 1"]),
    ("W.T", ["W"]), ("c.sum(axis=0)", ["c", "c.sum()"]),
    ("c.sum", ["c.max"]), ("W[i, j]", ["W[j, i]"]),
    ("p and q", ["p or q", "q", "p"]), ("f(x, y)", ["x", "f(y, x)"]), ("x.copy()", ["x"]), ("0.5", ["1.0"]),
    ("l - 1", ["l + 1", "l", "1 - l"]), ("p if q else r", ["r if q else p"]), ("True", ["False"]), ("'text'", []),
])
def test_each_kind_of_place_is_changed(source, wrong):
    assert [ast.unparse(new) for new in mutants.changes(ast.parse(source, mode="eval").body)] == wrong


def test_mutants_differ_from_the_module_and_from_each_other():
    some = list(mutants.mutants("objective"))
    sources = {mutant.source for mutant in some}
    right = ast.unparse(ast.parse((mutants.PACKAGE / "objective.py").read_text(encoding="utf-8")))
    assert len(sources) == len(some) == len({mutant.name for mutant in some}) > 30 and right not in sources


@linux
def test_every_listed_equivalent_is_still_a_mutant():
    import run
    listed = run.equivalents()
    there = {mutant.name for name in {key.split(".")[0].split(":")[0] for key in listed}
             for mutant in mutants.mutants(name)}
    assert set(listed) <= there


@linux
def test_the_page_tells_the_results():
    import run
    assert run.PAGE.read_text(encoding="utf-8") == run.page(json.loads(run.RESULTS.read_text()))


@linux
def test_the_results_are_those_of_the_code_as_it_is():
    import run
    results = json.loads(run.RESULTS.read_text())
    assert {name: results[name]["code"] for name in results} == {name: run.digest(name) for name in mutants.MODULES}


@linux
def test_every_survivor_is_known_to_mean_the_same():
    import run
    results = json.loads(run.RESULTS.read_text())
    assert {name for r in results.values() for name in r["survivors"]} <= set(run.equivalents())


@linux
def test_a_sample_of_mutants_is_killed():
    done = subprocess.run([sys.executable, str(FOLDER / "run.py"), "--near", "--sample", "4", "objective"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 mutants run, 0 survived without a reason" in done.stdout
