"""One browser and one export of the book for all tests that look at pages."""
import json
import os
import shutil
import subprocess
import sys
import time

import pytest

import displays

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


def launch(playwright):
    """A browser: $CHROMIUM, else one on the path, else an installed Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    where = {"executable_path": found} if found else {"channel": "chrome"}
    return playwright.chromium.launch(args=FLAGS, **where)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import Error, sync_playwright
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            if os.environ.get("CI"):
                raise
            reason = error.message.splitlines()[0]
            pytest.skip(f"no browser found; install chromium or set CHROMIUM to one: {reason}")
        yield browser
        browser.close()


def export(out):
    """Builds the book in this folder; [exit code, warnings]."""
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-n", "-W", "--keep-going", "-q"]
    done = subprocess.run([*sphinx, str(displays.BOOK), str(out)], capture_output=True, text=True)
    return [done.returncode, done.stderr]


@pytest.fixture(scope="session")
def built(tmp_path_factory, request):
    """The export: its folder, exit code and warnings. A warning fails one test, not all. Workers share one export."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if hasattr(request.config, "workerinput") else base
    out, said, end = base / "html", base / "html.json", time.monotonic() + 600
    try:
        out.mkdir()
    except FileExistsError:     # another worker is at it
        while not said.exists():
            assert time.monotonic() < end, "the export does not end"
            time.sleep(0.2)
    else:
        draft = said.with_suffix(".draft")
        draft.write_text(json.dumps(export(out)), encoding="utf-8")
        draft.replace(said)
    code, warnings = json.loads(said.read_text(encoding="utf-8"))
    assert (out / "index.html").exists(), warnings
    return out, code, warnings
