"""Every slider of a live figure, keyed and dragged: one way for single figures, the book's pages and JupyterLab."""

import bp

FIGURES = [name for name in bp.widgets.__all__ if name not in ("Figure", "digits_panel", "formula_field")]
# what must be chosen before a slider counts
NEEDS = {"gamma": {"f": "elu"}, "beta": {"f": "swish"}}
# what a reader sees and hears of a figure: the picture, the sentence, and the value that is spoken for one slider
SEEN = """(r, knob) => [r.querySelector(':scope > svg').innerHTML, r.querySelector('.bpw-state').innerText,
                        r.querySelector(`input[name=${knob}]`).getAttribute('aria-valuetext')]"""
PARTS = ("picture", "words", "spoken value")
KEYS = ("Home", "ArrowRight", "End")


def use_every_slider(page, figure):
    """Keys and drags each slider of this figure, a locator: picture, words and spoken value must follow, each time.

    Ends with its reset button, which must bring all of it back, and returns the names of the sliders.
    """
    names = figure.locator("input[type=range]").evaluate_all("sliders => sliders.map(s => s.name)")
    assert names
    first = [figure.evaluate(SEEN, name) for name in names]
    for name in names:
        slider = figure.locator(f"input[name={name}]")
        figure.evaluate("(r, changes) => r.bpw.set(changes)", NEEDS.get(name, {}))
        slider.evaluate("s => s.scrollIntoView({block: 'center', behavior: 'instant'})")
        slider.focus()
        states = []
        for key in KEYS:
            page.keyboard.press(key)
            states.append(figure.evaluate(SEEN, name))
        for part, seen in zip(PARTS, zip(*states)):
            assert len(set(seen)) == len(KEYS), f"{name} by keys: the {part} stays"
        box = slider.bounding_box()
        page.mouse.move(box["x"] + box["width"] - 10, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
        for part, new, old in zip(PARTS, figure.evaluate(SEEN, name), states[-1]):
            assert new != old, f"{name} by mouse: the {part} stays"
    figure.get_by_role("button", name="Reset").click()
    assert [figure.evaluate(SEEN, name) for name in names] == first, "reset"
    return names
