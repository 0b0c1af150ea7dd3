"""The figures in a running JupyterLab, on this machine alone: stored ones without a kernel, panels with one."""
import json
import os
import re
import shutil
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
from sliders import FIGURES, NEEDS, use_every_slider
from test_sliders import PAGES

PATIENCE = 60_000       # milliseconds: a slow machine is no reason to fail
PANELS = """import bp
from IPython.display import display
display(*(getattr(bp.widgets, name)().panel() for name in %s))"""
TRAINER = """from test_panels import digits
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
           "PYTHONPATH": os.pathsep.join(map(str, (BOOK, BOOK.parent, BOOK.parent / "tests")))}
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
    """The address of a JupyterLab that shows the book's folders, every chapter with live figures trusted."""
    with running(tmp_path_factory.mktemp("lab")) as (address, notebooks, data):
        (notebooks / "book").mkdir()
        shutil.copytree(BOOK.parent / "figures", notebooks / "figures")
        notary = NotebookNotary(data_dir=str(data))
        for name in PAGES:
            chapter = nbformat.read(BOOK / f"{name}.ipynb", as_version=4)
            nbformat.write(chapter, notebooks / "book" / f"{name}.ipynb")
            notary.sign(chapter)
        notary.store.close()
        chapter = nbformat.read(BOOK / "08-descent.ipynb", as_version=4)
        at = next(n for n, cell in enumerate(chapter.cells) if "widgets.bowl()" in cell.source)
        chapter.cells = chapter.cells[at:at + 1]        # another text: no signature fits it
        nbformat.write(chapter, notebooks / "untrusted.ipynb")
        for name, code in (("panels", PANELS % FIGURES), ("trainer", TRAINER)):
            live = new_notebook(cells=[new_code_cell(code, id="cell-001")])
            live.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
            nbformat.write(live, notebooks / f"{name}.ipynb")
        yield address


@pytest.fixture(scope="module")
def window(browser):
    """One for all tests, so that JupyterLab itself is loaded once."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context


@pytest.fixture
def visit(lab, window):
    """visit(notebook): it, in a new tab; a request that leaves or an error in the console fails the test."""
    opened, complaints = [], []

    def visit(name):
        opened.append(page := window.new_page())
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda r: r.url.startswith((lab, lab.replace("http", "ws", 1), "data:", "blob:"))
                or complaints.append(r.url))
        page.on("websocket", lambda s: s.url.startswith(lab.replace("http", "ws", 1)) or complaints.append(s.url))
        page.on("console", lambda said: said.type == "error" and complaints.append(f"{said.text} {said.location}"))
        page.on("pageerror", lambda error: complaints.append(f"{error} {error.stack}"))
        page.goto(f"{lab}lab/tree/{name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        return page

    yield visit
    for page in opened:
        page.close()
    assert complaints == []


def figures(name):
    """(number of its cell, class) of each live figure that is stored in this chapter."""
    cells = nbformat.read(BOOK / f"{name}.ipynb", as_version=4).cells
    return [(n, found) for n, cell in enumerate(cells) for output in cell.get("outputs", [])
            for found in re.findall(r'class="bpw (bpw-\w+)"', output.get("data", {}).get("text/html", ""))]


def to_the_figure(page, cell, cls):
    """The figure, scrolled to until it is alive: JupyterLab builds a cell, and moves all others, as it comes near."""
    page.evaluate("n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'center')", cell)
    figure, end = page.locator(f".{cls}"), time.monotonic() + PATIENCE / 1000
    figure.wait_for(state="attached")
    while not page.locator(f".{cls}.bpw-live > svg text").count():
        assert time.monotonic() < end, f"{cls} does not start"
        figure.evaluate("r => r.scrollIntoView({block: 'center', behavior: 'instant'})")
        page.wait_for_timeout(100)
    return figure


@pytest.mark.parametrize("name", PAGES)
def test_every_slider_of_a_trusted_chapter_moves_its_picture_and_its_words(visit, name):
    page, here = visit(f"book/{name}.ipynb"), figures(name)
    assert here
    for cell, cls in here:
        use_every_slider(page, to_the_figure(page, cell, cls))


def test_the_words_of_a_stored_figure_are_what_bp_computes(visit):
    page = visit("book/08-descent.ipynb")
    figure = to_the_figure(page, *figures("08-descent")[0])
    slider = figure.locator("input[name=alpha]")
    for _ in range(5):
        slider.press("ArrowRight")      # 0.3 and five steps of 0.02
    X, Y = bp.widgets.bowls.columns(bp.widgets.bowls.X, bp.widgets.bowls.Y)
    w, b = bp.widgets.bowls.descend(X, Y, (-2.5, 2.0), 0.4, 0.0, 20)[-1]
    said = figure.locator(".bpw-state").inner_text().replace("\u00a0", " ").replace("−", "-")
    assert f"α = 0.4 and λ = 0: w = {w:.4g}, b = {b:.4g}" in said
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert "Diverges" in figure.locator(".bpw-state").inner_text()


def test_an_untrusted_notebook_shows_the_picture_and_its_words(visit):
    page = visit("untrusted.ipynb")
    picture = page.locator("img[alt^='Level lines of J']")
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
    assert page.locator(".bpw-live").count() == 0


def run_the_cell(page):
    """Runs the notebook's only cell, when the kernel is there."""
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")
    page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
    page.wait_for_timeout(1000)
    page.keyboard.press("Shift+Enter")


SHOWN = "p => [p.querySelector('img').src, p.querySelector('[role=status]').innerText]"


def moves(page, panel, act, what):
    """Acts, then waits for the kernel: another picture and other words."""
    before, end = panel.evaluate(SHOWN), time.monotonic() + PATIENCE / 1000
    act()
    while any(new == old for new, old in zip(panel.evaluate(SHOWN), before)):
        assert time.monotonic() < end, f"{what} moves nothing"
        page.wait_for_timeout(20)


def test_every_slider_of_every_panel_moves_its_picture_and_its_words(visit):
    page = visit("panels.ipynb")
    run_the_cell(page)
    outputs = page.locator(".jp-OutputArea-output:has([role=status])")
    outputs.nth(len(FIGURES) - 1).wait_for(state="attached")
    for k, name in enumerate(FIGURES):
        panel = outputs.nth(k)
        controls = [c for c in getattr(bp.widgets, name)().controls if c["kind"] == "range"]
        handles = panel.locator(".widget-slider [role=slider]").all()
        assert len(handles) == len(controls)
        for control, handle in zip(controls, handles):
            for function in NEEDS.get(control["name"], {}).values():
                moves(page, panel, lambda f=function, p=panel: p.locator("select").select_option(label=f), function)
            at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
            key = "ArrowLeft" if at_end else "ArrowRight"
            moves(page, panel, lambda h=handle, k=key: h.press(k), f"{control['name']} of {name}")
    assert cut_off(page) == []


def cut_off(page):
    """What no panel may have in a narrow window: parts beyond its right edge."""
    page.set_viewport_size({"width": 860, "height": 900})
    page.wait_for_timeout(1000)
    return page.locator(".jp-OutputArea-output:has([role=status])").evaluate_all("""all => all.flatMap((o, n) =>
        [...o.querySelectorAll("img, canvas, p, button, select, [role=slider], .widget-readout")]
        .filter(e => e.getBoundingClientRect().right > o.getBoundingClientRect().right + 1)
        .map(e => `${n}: ${e.outerHTML.slice(0, 80)}`))""")


def test_panels_answer_while_a_network_trains(visit):
    page = visit("trainer.ipynb")
    run_the_cell(page)
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
    assert cut_off(page) == []
