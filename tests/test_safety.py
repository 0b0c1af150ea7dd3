"""Reading is safe: the policy that the pages obey is the published one, and no text of a figure becomes markup."""
import urllib.request
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import bp
from bp.widgets.figure import Figure, _json, button, choice, slider
from served import POLICY, served

HOSTILE = """</script><script>window.broken = 1</script><img src=x onerror="window.broken = 2">"'<b>&amp;"""
ROOT = Path(__file__).resolve().parents[1]


def hostile():
    """A figure whose every word is hostile."""
    controls = [slider("s", HOSTILE, 0, 1, 0.1, 0.5), choice("c", HOSTILE, [(HOSTILE, HOSTILE)]), button("b", HOSTILE)]
    still = f"<svg xmlns='http://www.w3.org/2000/svg'><title>{HOSTILE.replace('<', '&lt;')}</title></svg>"
    return Figure("parts", HOSTILE, HOSTILE, controls, {"words": HOSTILE}, {}, still, None)


def markup(page):
    """(number of scripts, of pictures, of bold words, attributes that run something)"""
    soup = BeautifulSoup(page, "html.parser")
    runs = [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    return len(soup.find_all("script")), len(soup.find_all("img")), len(soup.find_all("b")), runs


def test_no_word_of_a_figure_becomes_markup():
    assert markup(hostile().page()) == (1, 1, 0, [])
    assert BeautifulSoup(hostile().page(), "html.parser").find("img")["alt"] == HOSTILE


def test_markup_would_be_noticed():
    assert markup(f"<p>{HOSTILE}</p>") == (1, 1, 1, ["onerror"])


def test_the_policy_of_the_tests_is_the_published_one():
    assert f"    Content-Security-Policy: {POLICY}\n" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


PAGES = {
    "eval": "<script>eval('window.seen = 1')</script>",
    "a foreign script": "<script src='https://example.org/x.js'></script>",
    "a foreign picture": "<img alt='' src='https://example.org/x.png'>",
    "a plug-in": "<object data='x.swf'></object>",
}


@pytest.mark.parametrize("case", PAGES)
def test_the_policy_is_in_force(case, tmp_path, browser):
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{PAGES[case]}")
    with served(tmp_path) as addresses:
        with urllib.request.urlopen(f"{addresses['http']}/index.html") as answer:
            assert answer.headers["Content-Security-Policy"] == POLICY
        page, said = browser.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{addresses['http']}/index.html")
        page.close()
    assert any("Content Security Policy" in text for text in said), said


def test_a_live_figure_shows_hostile_words_as_words(tmp_path, browser):
    figure = bp.widgets.shards().page()
    page_text = figure.replace('"label":"shards"', f'"label":{_json(HOSTILE)}').replace('"batch"', _json(HOSTILE))
    assert page_text != figure
    (tmp_path / "index.html").write_text(page_text, encoding="utf-8")
    with served(tmp_path) as addresses:
        page = browser.new_page()
        page.goto(f"{addresses['http']}/index.html")
        page.wait_for_selector(".bpw-live svg text")
        assert page.locator(".bpw label").first.inner_text().startswith(HOSTILE[:40])
        assert page.evaluate("window.broken") is None
        assert page.locator("b, img[src=x]").count() == 0
        page.close()
