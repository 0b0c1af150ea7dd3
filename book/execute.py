"""Run notebooks so that running them again writes the same bytes.

    python book/execute.py                      every chapter, in place
    python book/execute.py book/05-index.ipynb  only this one
    python book/execute.py --check              write nothing, fail where a notebook would change

A code cell tagged `needs-torch` runs only where the module torch can be imported, and so for any other module that
not every reader installs. Elsewhere it is left out and its stored outputs stay, to be read.
"""
import argparse
import copy
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

BOOK = Path(__file__).resolve().parent
TIMEOUT = 120  # seconds a cell; about one kernel in thirty hangs at its start, and then a test must end too
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ENVIRONMENT = {
    "BP_PROGRESS": "0",  # a progress bar is for readers, not for stored outputs
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",  # several threads for small matrices mostly wait
}


def chapters():
    """Paths of the book's notebooks, in reading order."""
    return sorted(BOOK.glob("[0-9][0-9]-*.ipynb"))


def needed(cell):
    """Names of the modules that a cell's tags ask for: `needs-torch` for torch."""
    tags = cell.metadata.get("tags", [])
    return [tag.removeprefix("needs-") for tag in tags if tag.startswith("needs-")]


def missing(cell):
    """Those of them that are not installed here; where there are any, the cell is not run."""
    return [name for name in needed(cell) if find_spec(name) is None]


def dumps(notebook):
    """The notebook as text, without what differs between two runs or two machines."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = KERNEL
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    for number, cell in enumerate(notebook.cells, 1):
        cell.setdefault("id", f"cell-{number:03d}")
        for key in ("execution", "collapsed", "scrolled"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = joined_streams(cell.outputs)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def joined_streams(outputs):
    """Neighbouring pieces of one stream as one: how a kernel cuts its text depends on the clock."""
    kept = []
    for output in outputs:
        if kept and output.output_type == "stream" and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def executed(path):
    """Text of the notebook after a run in a fresh kernel. Raises CellExecutionError where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    os.environ.update(ENVIRONMENT)
    client = NotebookClient(
        notebook, timeout=TIMEOUT, kernel_name="python3", record_timing=False, store_widget_state=False,
        resources={"metadata": {"path": str(Path(path).resolve().parent)}},
    )
    left_out = [(cell, cell.source, cell.outputs) for cell in notebook.cells if missing(cell)]
    for cell, _, _ in left_out:
        cell.source = "pass"  # the kernel counts on, so that the cells behind keep their numbers
    client.execute()
    for cell, source, outputs in left_out:
        cell.source, cell.outputs = source, outputs
    return dumps(notebook)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every chapter")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    options = parser.parse_args(arguments)
    failed = False
    for path in options.notebooks or chapters():
        try:
            text = executed(path)
        except CellExecutionError as error:
            print(f"{path.name}: a cell fails\n{error}", file=sys.stderr)
            failed = True
            continue
        changed = text.encode() != path.read_bytes()
        if changed and not options.check:
            path.write_bytes(text.encode())
        failed |= changed and options.check
        print(f"{path.name}: {'changed' if changed else 'unchanged'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
