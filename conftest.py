"""Settings that every test and every notebook run under it shares."""
import os

import pytest

from execute import ENVIRONMENT, missing

os.environ.update(ENVIRONMENT)


def pytest_collection_modifyitems(items):
    """Cells that need what is not installed are not run (`execute.missing`)."""
    for item in items:
        if (cell := getattr(item, "cell", None)) is not None and (names := missing(cell)):
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(names)}"))
