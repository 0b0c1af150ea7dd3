"""Change the package mechanically and run its tests: which changes does no test notice?

    python tests/mutation/run.py                what has changed since results.json was written, and writes that
    python tests/mutation/run.py --all          everything
    python tests/mutation/run.py --survivors    what survived the last time, once more: for new tests
    python tests/mutation/run.py --sample 10    every so many mutants, ten in all; writes nothing

Each mutant runs in a copy of the package, in a process of its own forked from one that has loaded NumPy and pytest:
for Linux alone. A mutant is killed where a test fails, or where those nearest to it need more than a minute of the
processor's time. A survivor must stand, with the reason why it means the same, in equivalent.yaml.
"""
import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import warnings
from pathlib import Path

import hypothesis  # noqa: F401  loaded once, for all the forks
import mutants
import numpy  # noqa: F401
import pytest
import sympy  # noqa: F401
import yaml

HERE, ROOT = Path(__file__).resolve().parent, mutants.PACKAGE.parent
RESULTS, PAGE = HERE / "results.json", ROOT / "book" / "mutants.md"
NEAR = {     # the tests that know most of a module run first
    "activations": ["activations", "gradients", "input"], "batched": ["fast", "lines"], "checks": ["checks", "input"],
    "conventions": ["conventions"], "costs": ["costs", "gradients"], "descent": ["descent", "storage"],
    "fast": ["fast", "gradients"], "graph": ["graph", "input"], "indexed": ["lines", "gradients"], "kept": ["fast"],
    "network": ["network", "input", "descent"], "numeric": ["numeric", "lines"], "objective": ["lines", "input"],
    "problem": ["checks", "input"], "storage": ["storage"], "vectorized": ["lines", "gradients"],
}
FAR = ["activations", "checks", "costs", "network", "numeric", "input", "graph", "conventions", "descent", "storage",
       "lines", "properties", "gradients", "symbolic", "fast", "proofs"]
SLOW = "digits or import_bp or depth_is_no_limit"
TIMEOUT = 60


def survives(folder, check, seconds=TIMEOUT):
    """Whether a process of its own finds nothing wrong with the package in folder."""
    if child := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 3:
            raise RuntimeError("no test was run")
        return status == 0
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.alarm(20 * seconds)          # a busy machine is no reason to call a mutant killed
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    sys.dont_write_bytecode = True      # a stale file of the mutant before would be taken for this one
    sys.path[:0] = [str(folder), str(folder / "tests")]
    os.environ.update(PYTHONPATH=str(folder), PYTHONDONTWRITEBYTECODE="1", BP_PROGRESS="0",
                      PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")       # looking for plugins takes longer than most tests
    status = 1
    try:
        status = check()
        if Path(sys.modules["bp"].__file__).parent != folder / "bp":
            status = 3
    finally:
        os._exit(status)


def glance():
    """A few of the tests without pytest, in a fraction of a second: most mutants end here."""
    warnings.simplefilter("error")
    import test_gradients as gradients
    import test_input as bad
    combinations = [(bad.bp.tanh, *pair) for pair in gradients.OUTPUTS] + \
                   [(hidden, *gradients.OUTPUTS[0]) for hidden in gradients.HIDDEN]
    for lam, (hidden, output, cost) in enumerate(combinations):
        gradients.test_all_three_forms_equal_the_complex_step_derivative(hidden, output, cost, lam % 2 / 3)
    gradients.test_two_numbers_worked_by_hand()
    bad.test_the_good_input_beside_the_bad_is_accepted()
    return 0


def suite(names, select):
    """The tests of these files that pytest's -k selects; 0 if they pass, 3 if there is none."""
    files = [f"tests/test_{name}.py" for name in names if (ROOT / "tests" / f"test_{name}.py").exists()]
    code = pytest.main(["-x", "-q", "--tb=no", "-W", "error", "--assert=plain", "-p", "no:cacheprovider", "-c",
                        "pytest.ini", "-k", select, *files])
    return {0: 0, 4: 3, 5: 3}.get(int(code), 1)


def start(folder):
    """A worker's own copy of what the tests need."""
    global FOLDER
    FOLDER = Path(tempfile.mkdtemp(dir=folder)).resolve()
    for part, pattern in (("bp", "*.py"), ("bp/symbolic", "*.py"), ("tests", "[!c]*.py"), ("book/data", "*")):
        (FOLDER / part).mkdir(parents=True, exist_ok=True)
        for file in (ROOT / part).glob(pattern):
            shutil.copy(file, FOLDER / part)
    (FOLDER / "pytest.ini").write_text("[pytest]\n")


def judge(mutant):
    """(mutant, whether it survived); one that is listed as equivalent need not survive the farther tests too"""
    path = FOLDER / "bp" / f"{mutant.module}.py"
    right = path.read_bytes()
    path.write_text(mutant.source, encoding="utf-8")
    try:
        near = NEAR.get(mutant.module, ["gradients", "input"])
        return mutant, (survives(FOLDER, glance) and survives(FOLDER, lambda: suite(near, f"not ({SLOW})"))
                        and (not FAR or mutant.name in equivalents()
                             or survives(FOLDER, lambda: suite(FAR, "test"), 10 * TIMEOUT)))
    finally:
        path.write_bytes(right)


def digest(module):
    """What a module's mutants depend on: its code without comments."""
    return hashlib.sha256("".join(m.source for m in mutants.mutants(module)).encode()).hexdigest()[:16]


def equivalents():
    """{name of a mutant: why it means the same}"""
    listed = yaml.safe_load((HERE / "equivalent.yaml").read_text(encoding="utf-8")) or {}
    return {name: reason for reason, names in listed.items() for name in names}


def table(results):
    """Lines of the result: by module, and in all."""
    known = equivalents()
    rows = [(name, r["mutants"], r["mutants"] - len(r["survivors"]), sum(s in known for s in r["survivors"]))
            for name, r in sorted(results.items())]
    rows.append(("all", *(sum(column) for column in list(zip(*rows))[1:])))
    return rows


def page(results):
    """The page of the book."""
    rows = table(results)
    _, total, killed, same = rows[-1]
    missed = total - killed - same
    lines = ["<!-- Written by tests/mutation/run.py: run make mutants. -->\n", "# Mutants: is every line tested?\n",
             "Green tests say little if they would be green for wrong code too. So a program makes the code wrong: it "
             "changes each operator, constant, comparison, transpose, index, reduction and call of a module, one at a "
             "time, and runs the tests on the result. A change that they notice is *killed*. One that nobody could "
             "notice, since it means the same, is *equivalent* and listed with its reason. The rest is *missed*.\n",
             f"**Of {total} mutants {killed} are killed, {same} are equivalent, {missed} are missed.**\n",
             "| module | mutants | killed | equivalent | missed |\n|---|---|---|---|---|"]
    lines += [f"| {name} | {n} | {dead} | {alike} | {n - dead - alike} |" for name, n, dead, alike in rows]
    if left := [name for name in mutants.MODULES if name not in results]:
        lines.append(f"\nNot yet run: {', '.join(left)}.")
    known = equivalents()
    survived = [name for r in results.values() for name in r["survivors"]]
    for title, names in (("Equivalent", [n for n in survived if n in known]),
                         ("Missed", [n for n in survived if n not in known])):
        if names:
            lines.append(f"\n## {title}\n")
            lines += [f"- `{name}`" + (f": {known[name]}" if name in known else "") for name in names]
    return "\n".join(lines) + "\n"


def survivors(jobs):
    """Those of these mutants that no test notices."""
    alive = []
    with tempfile.TemporaryDirectory() as folder:
        with multiprocessing.get_context("fork").Pool(2, start, (folder,)) as pool:
            right = [mutants.Mutant(name, "", (mutants.PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
                     for name in {job.module for job in jobs}]
            if not all(survived for _, survived in pool.map(judge, right)):
                raise SystemExit("the tests fail without any change: mend that first")
            for mutant, survived in pool.imap_unordered(judge, jobs):
                if survived:
                    alive.append(mutant.name)
                    print(f"survived: {mutant.name}", flush=True)
    return sorted(alive)


def main():
    global FAR
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--near", action="store_true", help="the nearest tests alone: quicker, with more survivors")
    parser.add_argument("--sample", type=int)
    parser.add_argument("modules", nargs="*", default=mutants.MODULES)
    options = parser.parse_args()
    if options.near:
        FAR = []
    if options.sample:
        jobs = [mutant for name in options.modules for mutant in mutants.mutants(name)]
        jobs = jobs[options.sample // 2::max(1, len(jobs) // options.sample)][:options.sample]
        unknown = [name for name in survivors(jobs) if name not in equivalents()]
        print(f"{len(jobs)} mutants run, {len(unknown)} survived without a reason")
        return int(bool(unknown))
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in options.modules:
        code, jobs, before = digest(name), list(mutants.mutants(name)), results.get(name, {})
        if before.get("code") != code or options.all:
            results[name] = {"code": code, "mutants": len(jobs), "survivors": survivors(jobs)}
        elif options.survivors and before["survivors"]:
            before["survivors"] = survivors([job for job in jobs if job.name in before["survivors"]])
        results = {name: results[name] for name in mutants.MODULES if name in results}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    print(f"{'module':12}{'mutants':>9}{'killed':>9}{'equivalent':>12}{'missed':>9}")
    for name, total, killed, same in table(results):
        print(f"{name:12}{total:9}{killed:9}{same:12}{total - killed - same:9}")
    return int(any(name not in equivalents() for r in results.values() for name in r["survivors"]))


if __name__ == "__main__":
    sys.exit(main())
