"""The figures in a running JupyterLab, on this machine alone: stored ones without a kernel, panels with one."""
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import ProxyHandler, build_opener

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook

import bp
from displays import BOOK

PATIENCE = 60_000       # milliseconds: a slow machine is no reason to fail
CHAPTER = "08-descent.ipynb"
LIVE = """from test_panels import digits
import bp
from IPython.display import display
images, labels = digits()
trainer = bp.widgets.digits_panel(images[:300], labels[:300], epochs=300)
display(bp.widgets.bowl().panel(), trainer)"""


@contextmanager
def running(folder):
    """(address, folder of notebooks, environment) of a JupyterLab that knows this folder and nothing else."""
    notebooks, home = folder / "notebooks", folder / "home"
    notebooks.mkdir()
    names = {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data",
             "IPYTHONDIR": "ipython", "HOME": "."}
    env = {**os.environ, **{name: str(home / part) for name, part in names.items()},
           "PYTHONPATH": os.pathsep.join((str(BOOK), str(BOOK.parent / "tests")))}
    for part in names.values():
        (home / part).mkdir(parents=True, exist_ok=True)
    options = ["--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root", "--IdentityProvider.token=",
               f"--ServerApp.root_dir={notebooks}", "--LabApp.news_url=None", "--LabApp.check_for_updates_class="
               "jupyterlab.NeverCheckForUpdate", "--expose-app-in-browser"]
    log = (folder / "log").open("w")
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=log)
    try:
        info = home / "runtime" / f"jpserver-{server.pid}.json"
        end, ask = time.monotonic() + PATIENCE / 1000, build_opener(ProxyHandler({}))
        while True:
            try:
                address = json.loads(info.read_text())["url"]
                ask.open(f"{address}api", timeout=5).close()
                break
            except (OSError, ValueError):
                if server.poll() is not None or time.monotonic() > end:
                    pytest.skip(f"JupyterLab cannot start: {(folder / 'log').read_text()[-300:]}")
                time.sleep(0.2)
        yield address, notebooks, home / "data"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with running(tmp_path_factory.mktemp("lab")) as (address, notebooks, data):
        chapter = nbformat.read(BOOK / CHAPTER, as_version=4)
        nbformat.write(chapter, notebooks / "trusted.ipynb")
        notary = NotebookNotary(data_dir=str(data))
        notary.sign(chapter)
        notary.store.close()
        at = next(n for n, cell in enumerate(chapter.cells) if "widgets.bowl()" in cell.source)
        chapter.cells = chapter.cells[at:at + 1]        # another text: the signature does not fit it
        nbformat.write(chapter, notebooks / "untrusted.ipynb")
        live = new_notebook(cells=[new_code_cell(LIVE, id="cell-001")])
        live.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
        nbformat.write(live, notebooks / "live.ipynb")
        yield address


@pytest.fixture
def visit(lab, browser):
    """visit(notebook): it, opened in a fresh window; an error of our code or a request that leaves fails the test."""
    contexts, complaints = [], []

    def visit(name):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda r: re.match(r"(ws|http)s?://(?!127\.0\.0\.1)", r.url) and complaints.append(r.url))
        page.on("console", lambda said: said.type == "error" and "bpw" in said.text and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(f"{error} {error.stack}"))
        page.goto(f"{lab}lab/tree/{name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def to_the_figure(page, inner):
    """Scrolls until JupyterLab, which builds cells as they come into sight, has built the first figure."""
    notebook, end = page.locator(".jp-WindowedPanel-outer").first, time.monotonic() + PATIENCE / 1000
    while not page.locator(inner).count():
        assert time.monotonic() < end, f"no {inner} in the notebook"
        notebook.hover()
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(100)
    page.locator(inner).first.scroll_into_view_if_needed()
    return page.locator(inner).first


def test_a_slider_moves_in_a_trusted_notebook(visit):
    page = visit("trusted.ipynb")
    figure = to_the_figure(page, ".bpw")
    page.wait_for_selector(".bpw-live svg text")
    picture = figure.locator("svg").first.inner_html()
    slider = figure.locator("input[name=alpha]")
    for _ in range(5):
        slider.press("ArrowRight")      # 0.3 and five steps of 0.02
    X, Y = bp.widgets.bowls.columns(bp.widgets.bowls.X, bp.widgets.bowls.Y)
    w, b = bp.widgets.bowls.descend(X, Y, (-2.5, 2.0), 0.4, 0.0, 20)[-1]
    said = figure.locator(".bpw-state").inner_text().replace("\u00a0", " ").replace("−", "-")
    assert f"α = 0.4 and λ = 0: w = {w:.4g}, b = {b:.4g}" in said
    assert figure.locator("svg").first.inner_html() != picture
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert "Diverges" in figure.locator(".bpw-state").inner_text()


def test_an_untrusted_notebook_shows_the_picture_and_its_words(visit):
    page = visit("untrusted.ipynb")
    picture = page.locator("img[alt^='Level lines of J']")
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
    assert page.locator(".bpw-live").count() == 0


def test_panels_answer_while_a_network_trains(visit):
    page = visit("live.ipynb")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
    page.wait_for_timeout(1000)
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".jp-OutputArea button >> text=Train", state="attached")
    train = page.locator(".jp-OutputArea button").filter(has_text="Train")
    status = page.locator(".jp-OutputArea [role=status]")
    assert "alpha = 0.3" in status.first.inner_text()
    train.click()
    page.wait_for_function("/Epoch ([3-9]|\\d\\d)/.test("
                           "[...document.querySelectorAll('[role=status]')].at(-1).innerText)")
    alpha = page.locator(".jp-OutputArea [role=slider]").first      # of the bowl, while the network trains
    alpha.press("ArrowRight")
    page.wait_for_function("document.querySelector('.jp-OutputArea [role=status]').innerText.includes('alpha = 0.32')")
    page.locator(".jp-OutputArea button").filter(has_text="Stop").click()
    page.wait_for_timeout(1500)
    stopped = status.last.inner_text()
    page.wait_for_timeout(1000)
    assert status.last.inner_text() == stopped and not stopped.startswith("Epoch 300")
