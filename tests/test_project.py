"""The project's own files agree: what conda and pip install, what is locked, what CI runs."""
import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

import execute

ROOT = Path(__file__).resolve().parent.parent
EVERYWHERE = ("book", "html", "test")  # the extras that are locked; each of the others serves one chapter
CONDA_NAMES = {"playwright-python": "playwright"}  # conda-forge's name: PyPI's


def requirements(lines):
    """{name: version range} of lines as pip reads them."""
    parsed = [Requirement(line) for line in lines]
    return {CONDA_NAMES.get(r.name, r.name).lower(): str(r.specifier) for r in parsed}


def of_pyproject(text):
    project = tomllib.loads(text)["project"]
    extras = [line for extra in EVERYWHERE for line in project["optional-dependencies"][extra]]
    return requirements([f"python{project['requires-python']}", *project["dependencies"], *extras])


def of_conda(text):
    """The packages of an environment file; pip itself and the editable `bp` stand for no package."""
    entries = yaml.safe_load(text)["dependencies"]
    conda = [entry for entry in entries if isinstance(entry, str) and entry != "pip"]
    pip = [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    assert pip.pop() == "-e ."
    return requirements([*conda, *pip])


def of_lock(text):
    """{name: versions}; a package may be locked twice, for different Pythons."""
    locked = {}
    for line in text.splitlines():
        pinned = Requirement(line)
        locked.setdefault(pinned.name, []).append(str(pinned.specifier).removeprefix("=="))
    return locked


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_conda_and_pip_install_the_same():
    assert of_conda(read("environment.yml")) == of_pyproject(read("pyproject.toml"))


@pytest.mark.parametrize("line", ["numpy>=2.0", "playwright-python>=1.45", "sphinx>=8,<10"])
def test_a_difference_is_noticed(line):
    name = re.match("[a-z-]+", line)[0]
    for other in ("", f"  - {name}\n", f"  - {name}>=99\n"):
        changed = read("environment.yml").replace(f"  - {line}\n", other)
        assert of_conda(changed) != of_pyproject(read("pyproject.toml"))


def test_the_lock_holds_every_package_in_its_range():
    locked, wanted = of_lock(read("requirements.lock")), of_pyproject(read("pyproject.toml"))
    wanted.pop("python")
    for name, specifier in wanted.items():
        versions = Requirement(f"{name}{specifier}").specifier
        assert name in locked, name
        assert all(version in versions for version in locked[name]), (name, locked[name])


def optional():
    """The extras that are not installed everywhere: {name: requirements}."""
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    return {name: requirements(lines) for name, lines in extras.items() if name not in EVERYWHERE}


def test_an_optional_package_is_pinned_for_pip_alone_and_ci_installs_it():
    everywhere = of_lock(read("requirements.lock")).keys() | of_conda(read("environment.yml")).keys()
    for lines in optional().values():
        assert not lines.keys() & everywhere
        assert all(specifier.startswith("==") for specifier in lines.values())
    installed = re.search(r'-e "\.\[(.*)\]"', read("Makefile"))[1].split(",")
    assert set(installed) == set(optional())
    assert "make extras" in read(".ci/run").splitlines()


def test_a_cell_needs_what_is_optional_and_each_option_is_needed():
    cells = [cell for path in execute.chapters() for cell in nbformat.read(path, as_version=4).cells]
    assert {name for cell in cells for name in execute.needed(cell)} == optional().keys()


def test_ci_runs_the_command_of_the_readme():
    assert "make test" in read(".ci/run").splitlines()
    assert "make test" in read("README.md")
    assert (ROOT / ".ci" / "run").read_bytes().startswith(b"#!")


def test_the_workflow_calls_targets_that_exist():
    workflow = yaml.safe_load(read(".github/workflows/test.yml"))
    steps = [step.get("run", "") for step in workflow["jobs"]["test"]["steps"]]
    called = re.findall(r"make (\w+)", " ".join([*steps, read(".ci/run").split("\n\n")[-1]]))
    targets = re.findall(r"^(\w+):", read("Makefile"), re.MULTILINE)
    assert {"install", "lint", "test", "book"} <= set(called) <= set(targets)


def test_the_oldest_python_and_numpy_are_tried():
    jobs = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["test"]["strategy"]["matrix"]
    wanted = of_pyproject(read("pyproject.toml"))
    assert f">={min(jobs['python'], key=lambda version: int(version.split('.')[1]))}" == wanted["python"]
    assert wanted["numpy"] == ">=2.0"
    assert "numpy==2.0.*" in [job["numpy"] for job in jobs["include"]]


def imports(module, lazy):
    """The modules of bp that this one imports when it is loaded or, where lazy, inside a function."""
    tree = ast.parse((ROOT / "bp" / f"{module}.py").read_text(encoding="utf-8"))
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef)
              for node in ast.walk(function)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (id(node) in inside) == lazy]
    return {name for node in found if node.level for name in ([node.module] if node.module else
                                                              [alias.name for alias in node.names])}


MODULES = sorted(path.stem for path in (ROOT / "bp").glob("*.py"))
LAZY = {"checks": {"symbolic"}, "graph": {"symbolic"}, "conventions": {"translation"}}     # SymPy, or many lines


def test_no_module_imports_itself_not_even_by_way_of_others():
    above = {module: imports(module, lazy=False) - {"__init__"} for module in MODULES}
    assert above["problem"] == {"checks", "costs", "network"} and above["checks"] == set()
    while above:
        lowest = [module for module, needs in above.items() if not needs & above.keys()]
        assert lowest, f"these import each other: {above}"
        above = {module: needs for module, needs in above.items() if module not in lowest}


def test_only_what_is_slow_to_load_is_imported_inside_a_function():
    assert {module: found for module in MODULES if (found := imports(module, lazy=True))} == LAZY
