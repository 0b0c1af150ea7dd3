"""The pages of the book, over http and from file://: every slider dragged and keyed, small pages, a quick start."""
import pytest

import bp
import displays
from served import served
from sliders import FIGURES, use_every_slider
from test_html import DESKTOP, awaken

PAGES = [path.stem for path in displays.chapters() if 'class=\\"bpw' in path.read_text(encoding="utf-8")]
pages = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def site(built):
    with served(built[0]) as addresses:
        yield addresses


@pytest.fixture
def visit(site, browser):
    """visit(scheme, name): a page of the book; a request that leaves or a word in the console fails the test."""
    opened, complaints = [], []

    def visit(scheme, name):
        opened.append(page := browser.new_page(viewport=DESKTOP))
        # typesetting takes longer than all sliders together, and test_html looks at the formulas
        page.route("**/tex-chtml.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.on("request", lambda r: r.url.startswith((site[scheme], "data:", "blob:")) or complaints.append(r.url))
        page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site[scheme]}/{name}.html", wait_until="load")
        return page

    yield visit
    for page in opened:
        page.close()
    assert complaints == []


def test_every_figure_is_on_a_page(built):
    here = "".join((built[0] / f"{name}.html").read_text(encoding="utf-8") for name in PAGES)
    assert [name for name in FIGURES if f'aria-label="{getattr(bp.widgets, name)().title}"' not in here] == []


@pytest.mark.parametrize("scheme", ["http", "file"])
@pages
def test_the_first_paint_waits_for_no_figure_and_every_slider_moves_its_picture_and_its_words(visit, scheme, name):
    page = visit(scheme, name)
    page.wait_for_timeout(300)
    far = "[...document.querySelectorAll('.bpw')].filter(r => r.getBoundingClientRect().top > 2 * innerHeight)"
    assert page.evaluate(f"{far}.length") and page.evaluate(f"{far}.every(r => !r.matches('.bpw-live'))")
    awaken(page)
    for figure in page.locator(".bpw").all():
        use_every_slider(page, figure)


@pages
def test_a_page_with_its_pictures_weighs_little(built, name):
    html = (built[0] / f"{name}.html").read_text(encoding="utf-8")
    pictures = [p for p in (built[0] / "_images").iterdir() if p.name in html]
    assert len(html.encode()) + sum(p.stat().st_size for p in pictures) <= 1_500_000
