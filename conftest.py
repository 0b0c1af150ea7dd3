"""Settings that every test and every notebook run under it shares."""
import os

import pytest

from execute import ENVIRONMENT, missing

os.environ.update(ENVIRONMENT)


LONGEST = ("test_html", "test_lab", "test_reexecution", "test_widgets", "test_book_mutants")  # minutes, of one file


def pytest_collection_modifyitems(items):
    """The longest files come first, or one worker ends alone; cells that need what is missing here are not run."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    for item in items:
        if (cell := getattr(item, "cell", None)) is not None and (names := missing(cell)):
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(names)}"))
