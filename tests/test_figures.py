"""Every figure is what its script draws, can be read, and says in words what it shows."""

import re
import runpy
from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from bp import draw, graph

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "figures").glob("[0-9]*.py"))
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)


def build(script):
    return runpy.run_path(str(script))["build"]()


def alt_text(script):
    return script.with_suffix(".alt.txt").read_text(encoding="utf-8")


def texts(fig):
    FigureCanvasAgg(fig).draw()
    return [t for t in fig.findobj(Text) if t.get_text().strip() and t.get_visible()]


def smallest_size(text):
    scripts = re.search(r"\$[^$]*[_^][^$]*\$", text.get_text())
    return text.get_fontsize() * (0.7 if scripts else 1.0)      # matplotlib sets indices at 0.7 of the size


def box(text, shrink=1.0):
    return text.get_window_extent().padded(-shrink)


def complaints(fig):
    """What makes a picture hard to read: text below 9 points, text cut off, text over text."""
    found, shown = [], texts(fig)
    found += [f"{t.get_text()} has a part of {smallest_size(t):.1f} points"
              for t in shown if smallest_size(t) < 9]
    found += [f"{t.get_text()} is cut off"
              for t in shown if not all(fig.bbox.contains(*corner) for corner in (box(t).min, box(t).max))]
    found += [f"{s.get_text()} and {t.get_text()} overlap" for s, t in combinations(shown, 2)
              if box(s).overlaps(box(t))]
    return found


def test_there_is_a_figure_for_each_chapter_that_needs_one():
    stems = {path.stem for path in SCRIPTS}
    assert {"02-perceptron-332", "04-graph", "05-error-back", "06-three-indices", "07-shapes"} <= stems


@each_script
def test_running_a_script_again_gives_the_committed_bytes(script):
    locked = re.search(r"^matplotlib==(\S+)", (ROOT / "requirements.lock").read_text(), re.M)[1]
    if matplotlib.__version__ != locked:
        pytest.skip(f"figures are drawn with matplotlib {locked}, this is {matplotlib.__version__}")
    committed = script.with_suffix(".svg").read_text(encoding="utf-8")
    again = draw.svg(build(script), alt_text(script))
    assert again == committed, f"{script.stem}.svg is not what its script draws: run make figures"


@each_script
def test_nothing_is_too_small_cut_off_or_overlapping(script):
    assert complaints(build(script)) == []


def test_small_cut_off_and_overlapping_text_is_noticed():
    fig, ax = draw.canvas(3, 1)
    draw.text(ax, 1.0, 0.5, "large enough", size=9)
    assert complaints(fig) == []
    draw.text(ax, 1.1, 0.55, "over it", size=9)
    draw.text(ax, 2.9, 0.2, "beyond the edge", size=9)
    draw.text(ax, 2.2, 0.8, "$a_i^{(l)}$", size=12)
    assert [re.sub(r".* (overlap|cut off|points)$", r"\1", c) for c in complaints(fig)] == [
        "points", "cut off", "overlap"]


@each_script
def test_alt_text_says_more_than_a_title_and_stands_in_the_file(script):
    words = " ".join(alt_text(script).split())
    assert len(words) > 150
    svg = script.with_suffix(".svg").read_text(encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", svg, re.S)[1]
    assert title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == words


@each_script
def test_a_figure_has_no_ground_of_its_own_and_loads_nothing(script):
    svg = script.with_suffix(".svg").read_text(encoding="utf-8")
    assert re.search(r'id="patch_1">\s*<path [^>]*style="fill: none"', svg)
    assert "<image" not in svg and "@import" not in svg
    assert "<text" not in svg       # letters are paths: no font of the reader's machine is asked for
    assert not re.search(r'(?:href|src)="(?!#)', svg)


def test_numbers_in_the_words_for_the_graph_are_those_of_bp_graph():
    script = ROOT / "figures" / "04-graph.py"
    node = runpy.run_path(str(script))["gates"]()
    back, words = graph.gradients(node["out"]), " ".join(alt_text(script).split())
    for name in ("w_0", "x_0", "w_1", "x_1", "w_2"):
        assert f"{name} = {node[name].value:.0f}" in words
    for name in ("w_0", "x_0", "w_1", "x_1"):
        assert f"{back[node[name]]:.2f} for {name}" in words
    assert f"exp gives {node['exp'].value:.2f}" in words and f"output {node['out'].value:.2f}" in words
    assert f"{back[node['plus 1']]:.2f} before 1/x" in words
    assert f"{back[node['minus']]:.2f} before exp" in words


def linear(colour):
    c = np.array([int(colour[k:k + 2], 16) for k in (1, 3, 5)]) / 255           # (3,) sRGB
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)      # (3,) linear light


def contrast(one, other):
    dark, light = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other))
    return (light + 0.05) / (dark + 0.05)       # as WCAG defines it


def cielab(rgb):
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ np.clip(rgb, 0, 1)
    t = xyz / [0.9505, 1.0, 1.089]                                              # (3,)
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)                # (3,)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])    # (3,)


SEEN_BY = {     # Machado, Oliveira and Fernandes 2009, severity 1
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868],
                   [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968],
                     [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779],
                   [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}


def nearest_pair(colours, eye):
    seen = [cielab(np.asarray(SEEN_BY[eye]) @ linear(c)) for c in colours]
    return min(np.hypot.reduce(s - t) for s, t in combinations(seen, 2))


@pytest.mark.parametrize("ground", ["#ffffff", "#14181e", "#121212"])
def test_symbol_colours_can_be_read_on_white_and_on_dark_pages(ground):
    for symbol, colour in {**draw.SYMBOL_COLOURS, "ink": draw.INK}.items():
        assert contrast(colour, ground) >= 3.5, (symbol, contrast(colour, ground))


@pytest.mark.parametrize("eye", SEEN_BY)
def test_symbol_colours_stay_apart_for_every_kind_of_eye(eye):
    assert nearest_pair(draw.SYMBOL_COLOURS.values(), eye) >= 20


def test_the_colour_test_rejects_red_beside_green():
    assert nearest_pair(["#d62728", "#2ca02c"], "all cones") > 100
    assert nearest_pair(["#8c5c2c", "#5c7c1c"], "deuteranopia") < 20


def test_svg_bytes_do_not_depend_on_what_was_drawn_before():
    def one():
        fig, ax = draw.figure(4, 2)
        ax.plot([0, 1, 2], [1.0, 0.5, 0.25], color=draw.SYMBOL_COLOURS["J"])
        return fig

    first = draw.svg(one(), "J falls")
    matplotlib.rcParams["svg.hashsalt"] = "another"
    assert draw.svg(one(), "J falls") == first
    fig = one()
    assert draw.svg(fig, "J falls") == draw.svg(fig, "J falls") == first
    assert draw.png(fig) == draw.png(one())


def test_a_notebook_gets_svg_and_png_with_alt_text(monkeypatch):
    import IPython.display
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **options: shown.append((data, options)))
    fig, ax = draw.canvas(2, 1)
    draw.show(fig, "an empty\n picture")
    (data, options), = shown
    assert list(data) == ["image/svg+xml", "image/png", "text/plain"]
    assert data["text/plain"] == "an empty picture"
    assert data["image/svg+xml"].lstrip().startswith("<?xml") and options["raw"]
    assert options["metadata"]["image/png"] == {"alt": "an empty picture", "width": 192, "height": 96}
    assert options["metadata"]["image/svg+xml"] == {"alt": "an empty picture"}


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_a_picture_without_alt_text_is_refused(alt):
    fig, _ = draw.canvas(1, 1)
    with pytest.raises(ValueError, match="alt must say in words"):
        draw.svg(fig, alt)


def test_an_unknown_symbol_is_refused():
    with pytest.raises(ValueError, match="symbol must be None or one of z, a, delta, W, b, J, got 'w'"):
        draw.colour("w")


def test_network_units_are_numbered_as_in_the_text():
    fig, ax = draw.canvas(5, 3)
    units = draw.network(ax, [3, 2, 1])
    assert set(units) == {(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1)}
    assert units[0, 1][1] > units[0, 3][1] and units[2, 1][1] == pytest.approx(units[0, 2][1])
