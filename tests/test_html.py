"""The exported book in a browser: every page, over http and from file://, light, dark and on a phone."""
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "book"
PAGES = ["index", "search", "genindex", *sorted(path.stem for path in BOOK.glob("[0-9][0-9]-*.ipynb"))]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
SCHEMES = ["http", "file"]
AXE = Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js"
# Text a reader sees outside code and rendered formulas; what looks like TeX there was not rendered.
VISIBLE_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest('pre, code, script, style, noscript, mjx-container'))
      texts.push(walker.currentNode.data);
  return texts.join(' ');
}"""
BROKEN_FORMULAS = """() => [...document.querySelectorAll('mjx-container')]
  .filter(m => m.querySelector('mjx-merror') || m.textContent.includes('???')).map(m => m.textContent)"""
# What reaches beyond the window, unless a box of its own scrolls it.
TOO_WIDE = """() => [...document.querySelectorAll('article *')].filter(e => {
  if (e.getBoundingClientRect().right <= innerWidth + 1 || !e.checkVisibility()) return false;
  for (let p = e.parentElement; !p.matches('article'); p = p.parentElement)
    if (p.clientWidth < p.scrollWidth && /auto|scroll/.test(getComputedStyle(p).overflowX)) return false;
  return true;
}).map(e => e.outerHTML.slice(0, 120))"""
VIOLATIONS = """async () => (await axe.run()).violations.map(
  v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)"""


def launch(playwright):
    """A browser: $CHROMIUM, else one on the path, else an installed Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    where = {"executable_path": found} if found else {"channel": "chrome"}
    return playwright.chromium.launch(args=FLAGS, **where)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The exported book, and its address by each scheme."""
    out = tmp_path_factory.mktemp("html")
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-n", "-W", "--keep-going", "-q"]
    built = subprocess.run([*sphinx, str(BOOK), str(out)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(out))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}", "file": out.as_uri()}
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
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


@pytest.fixture(scope="session")
def visit(site, browser):
    """visit(scheme, name): what one visit to a page showed; each page is visited once by each scheme."""
    return functools.cache(lambda scheme, name: look(browser, site[scheme], f"{name}.html"))


def look(browser, site, name):
    """Facts about one page, as a dict."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    requests, errors, seen = [], [], {}
    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda got: errors.append(f"{got.url} {got.status}") if got.status >= 400 else None)
    page.on("requestfailed", lambda request: errors.append(f"{request.url} {request.failure}"))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site}/{name}", wait_until="load")
    if page.locator(".math").count():
        page.evaluate("MathJax.startup.promise")
    page.evaluate("document.fonts.ready.then(() => null)")
    seen["requests"], seen["errors"] = list(requests), list(errors)  # before axe, which fetches styles again
    seen["outside"] = [u for u in requests if not u.startswith((site, "data:", "blob:"))]
    seen["formulas"] = page.locator("mjx-container").count()
    seen["sources"] = page.locator(".math").count()
    seen["broken"] = page.evaluate(BROKEN_FORMULAS)
    seen["text"] = page.evaluate(VISIBLE_TEXT)
    seen["no_alt"] = page.evaluate("[...document.images].filter(i => !i.hasAttribute('alt')).map(i => i.src)")
    seen["dead_images"] = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
    if site.startswith("http"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        seen["light"] = page.evaluate(VIOLATIONS)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(300)  # colours and the folding sidebar are transitions
        seen["dark"] = page.evaluate(VIOLATIONS)
        seen["too_wide"] = page.evaluate(TOO_WIDE)
        seen["width"] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return seen


pages = pytest.mark.parametrize("name", PAGES)
schemes = pytest.mark.parametrize("scheme", SCHEMES)


@schemes
@pages
def test_no_request_leaves_the_site(visit, scheme, name):
    seen = visit(scheme, name)
    assert len(seen["requests"]) > 1
    assert seen["outside"] == []


@schemes
@pages
def test_nothing_fails_in_the_console(visit, scheme, name):
    assert visit(scheme, name)["errors"] == []


@schemes
@pages
def test_every_formula_is_rendered(visit, scheme, name):
    seen = visit(scheme, name)
    assert seen["formulas"] == seen["sources"]
    assert seen["broken"] == []
    assert re.findall(r"\\[(\[]|\$\$|\\begin|\\end|\\eqref|\\frac|\\sum|\$[^$]*\\[^$]*\$", seen["text"]) == []


@schemes
@pages
def test_every_image_loads_and_has_alternative_text(visit, scheme, name):
    seen = visit(scheme, name)
    assert seen["no_alt"] == seen["dead_images"] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pages
def test_page_is_accessible(visit, theme, name):
    assert visit("http", name)[theme] == []


@pages
def test_page_fits_a_phone(visit, name):
    seen = visit("http", name)
    assert seen["width"] <= 390
    assert seen["too_wide"] == []


@schemes
def test_search_finds_a_chapter(site, browser, scheme):
    page = browser.new_page()
    page.goto(f"{site[scheme]}/search.html?q=forward")
    page.wait_for_selector("#search-results li a[href*='02-forward.html']", timeout=10_000)
    page.close()


def test_a_formula_of_another_page_is_an_anchor(site, browser):
    page = browser.new_page()
    page.goto(f"{site['http']}/02-forward.html")
    for anchor in page.evaluate("[...document.querySelectorAll('main a[href*=\"#eq-\"]')].map(a => a.href)"):
        page.goto(anchor)
        assert page.locator(f"[id='{anchor.partition('#')[2]}']").count() == 1, anchor
    page.close()
