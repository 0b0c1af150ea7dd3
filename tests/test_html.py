"""The exported book in a browser: every page, over http and from file://, light, dark and on a phone."""
import functools
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from bs4 import BeautifulSoup

import displays
from served import served, until

PAGES = ["search", "genindex", *sorted(path.stem for path in (*displays.chapters(), *displays.BOOK.glob("*.md")))]
SCHEMES = ["http", "file"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js"
RAW_TEX = re.compile(r"\\[(\[]|\$\$|\\(?:begin|end|eqref|frac|sum)|\$[^$]*\\[^$]*\$")
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
# What no scrolling shows: cut off, left of the window, or right of it with no box of its own that scrolls.
TOO_WIDE = """() => [...document.querySelectorAll('article *')].filter(e => {
  if (!e.checkVisibility() || e.closest('mjx-assistive-mml')) return false;
  const {left, right, width} = e.getBoundingClientRect();
  const hides = e.matches('.math') && getComputedStyle(e).overflowX === 'hidden';
  if ((hides && e.scrollWidth > e.clientWidth) || (width > 1 && left < -1)) return true;
  if (right <= innerWidth + 1) return false;
  for (let p = e.parentElement; !p.matches('article'); p = p.parentElement)
    if (p.clientWidth < p.scrollWidth && /auto|scroll/.test(getComputedStyle(p).overflowX)) return false;
  return true;
}).map(e => e.outerHTML.slice(0, 120))"""
# axe-core takes its time for each element, and most of a page is the inside of formulas, which it doesn't judge,
# and words of code: one of each colour is enough.
PRUNE = """() => {
  for (const formula of document.querySelectorAll('mjx-container'))
    if (!formula.querySelector('a')) formula.replaceChildren();
  const colours = new Set();
  for (const word of document.querySelectorAll('.highlight pre span:not(:has(*))')) {
    if (colours.has(word.className)) word.replaceWith(word.textContent);
    colours.add(word.className);
  }
}"""
VIOLATIONS = """async () => (await axe.run({resultTypes: ['violations'], preload: false})).violations.map(
  v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)"""
# A page with one of each fault: every check must be seen to fail.
BREAKS = {
    "outside": '<img alt="x" src="http://127.0.0.1:9/x.png">',
    "errors": "<script>console.error('broken')</script>",
    "broken": r'<span class="math">\(\nosuchmacro\)</span>',
    "no_alt": '<img src="_static/favicon.svg">',
    "dead_images": '<img alt="x" src="data:image/png;base64,AAAA">',
    "light": '<p style="color: #eee; background: #fff">pale</p>',
    "dark": '<p style="color: #222; background: #000">dim</p>',
    "too_wide": '<div style="width: 700px">wide</div>',
}


@pytest.fixture(scope="session")
def site(built):
    """The address of the exported book by each scheme."""
    out = built[0]
    whole = (out / "speed.html").read_text(encoding="utf-8")
    broken = whole.replace("</article>", "".join(BREAKS.values()) + "</article>")
    (out / "broken.html").write_text(broken, encoding="utf-8")

    with served(out) as addresses:
        yield addresses


@pytest.fixture(scope="session")
def visit(site, browser):
    """visit(scheme, name): what one visit to a page showed; each page is visited once by each scheme."""
    return functools.cache(lambda scheme, name: look(browser, site[scheme], f"{name}.html"))


def look(browser, site, name):
    """Facts about one page, as a dict."""
    page = browser.new_page(viewport=DESKTOP)
    requests, errors, seen = [], [], {}
    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda got: errors.append(f"{got.url} {got.status}") if got.status >= 400 else None)
    page.on("requestfailed", lambda request: errors.append(f"{request.url} {request.failure}"))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site}/{name}", wait_until="load")
    if page.locator(".math").count():
        page.evaluate("MathJax.startup.promise")
    awaken(page)
    page.evaluate("document.fonts.ready.then(() => null)")
    seen["requests"], seen["errors"] = list(requests), list(errors)
    seen["outside"] = [u for u in requests if not u.startswith((site, "data:", "blob:"))]
    seen["formulas"] = page.locator("mjx-container").count()
    seen["sources"] = page.locator(".math").count()
    seen["broken"] = page.evaluate(BROKEN_FORMULAS)
    seen["text"] = page.evaluate(VISIBLE_TEXT)
    seen["no_alt"] = page.evaluate("[...document.images].filter(i => !i.hasAttribute('alt')).map(i => i.src)")
    seen["dead_images"] = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
    if site.startswith("http"):
        page.set_viewport_size(PHONE)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        settle(page)
        seen["too_wide"] = page.evaluate(TOO_WIDE)
        seen["width"] = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate(PRUNE)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        seen["dark"] = page.evaluate(VIOLATIONS)
        page.set_viewport_size(DESKTOP)
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        settle(page)
        seen["light"] = page.evaluate(VIOLATIONS)
    page.close()
    return seen


def awaken(page):
    """Live figures start when they are scrolled near."""
    for figure in page.locator(".bpw").all():
        figure.evaluate("f => f.scrollIntoView({behavior: 'instant'})")
        figure.locator(":scope.bpw-live > svg text").first.wait_for(state="attached")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")


def settle(page):
    """After a change of width or colour: transitions end, and the theme makes each box that scrolls focusable."""
    page.wait_for_timeout(300)
    until(page, "[...document.querySelectorAll('pre')].every("
                "box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)")


pages = pytest.mark.parametrize("name", PAGES)
schemes = pytest.mark.parametrize("scheme", SCHEMES)


def test_the_book_is_exported_without_a_warning(built):
    assert built[1:] == (0, "")


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
    assert RAW_TEX.findall(seen["text"]) == []


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


@pages
def test_every_link_has_its_target(site, name):
    for anchor in parsed(folder(site) / f"{name}.html").select("main a[href]"):
        path, _, fragment = unquote(anchor["href"]).partition("#")
        if not re.match("[a-z]+:", path):
            there = folder(site) / (path or f"{name}.html")
            assert there.exists(), path
            assert not fragment or fragment in ids(there), anchor["href"]


@pytest.mark.parametrize("path", displays.chapters(), ids=lambda path: path.stem)
def test_every_formula_has_its_anchor_and_says_whether_it_was_executed(site, path):
    page = parsed(folder(site) / f"{path.stem}.html")
    formulas = displays.displays(displays.read(path))
    badges = [box.select_one("[class^=badge-]").text for box in page.select("main .formula")]
    assert len(badges) == len(formulas)
    assert [badge == "executed" for badge in badges] == [formula.mode == "check" for formula in formulas]
    there = Counter(part["id"] for part in page.select(".formula[id], .formula [id]"))
    assert {label: there[label] for formula in formulas for label in formula.labels if there[label] != 1} == {}


def test_the_first_page_tells_the_totals(site):
    formulas = [f for path in displays.chapters() for f in displays.displays(displays.read(path))]
    executed = sum(formula.mode == "check" for formula in formulas)
    index = parsed(folder(site) / "index.html").text
    assert f"Of {len(formulas)} displayed formulas, {executed} were executed" in index


def folder(site):
    return Path(url2pathname(urlsplit(site["file"]).path))


@functools.cache
def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def ids(path):
    return {part["id"] for part in parsed(path).select("[id]")}


@pytest.mark.parametrize("fact", BREAKS)
def test_a_broken_page_is_noticed(visit, fact):
    assert visit("http", "broken")[fact]


def test_an_unrendered_formula_is_noticed():
    assert all(RAW_TEX.findall(text) for text in (r"so \(z\)", "$$ z $$", r"by $\frac12$", r"\begin{x}"))
    assert RAW_TEX.findall("5 $ and 6 $, or f(z)") == []
