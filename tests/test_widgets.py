"""Live figures in a real browser: they move, say what bp says, ask for nothing, and everyone can use them."""
import functools
import os
import re
import subprocess
import sys
from urllib.parse import unquote

import numpy as np
import pytest

import bp
import spoken
from bp.widgets import bowls, explorer, gates, paths, perceptron, picture, quotients, sweeps, training, units, vanish
from served import served, until
from sliders import FIGURES
from test_html import AXE, VIOLATIONS

ROOT = "document.querySelector('.bpw')"
every_figure = pytest.mark.parametrize("name", FIGURES)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page for each figure, and its address by each scheme."""
    out = tmp_path_factory.mktemp("figures")
    for name in FIGURES:
        (out / f"{name}.html").write_text(figure(name).page(), encoding="utf-8")

    with served(out) as addresses:
        yield addresses


@pytest.fixture
def visit(site, browser):
    """visit(name, scheme, **context): the page of a figure, started; what goes wrong fails the test at its end."""
    contexts, complaints = [], []

    def visit(name, scheme="file", live=True, **context):
        contexts.append(browser.new_context(**{"viewport": {"width": 760, "height": 900}, **context}))
        page = contexts[-1].new_page()
        address = f"{site[scheme]}/{name}.html"
        page.on("request", lambda r: r.url == address or r.url.startswith("data:")
                or r.url.endswith("/favicon.ico") or complaints.append(f"request {r.url}"))
        page.on("console", lambda said: said.type == "error" and "favicon" not in str(said.location)
                and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        if live:
            page.wait_for_selector(".bpw-live svg text")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def seen(page):
    """(the drawing, the sentence)"""
    return tuple(page.evaluate(f"(r => [r.querySelector('svg').innerHTML, "
                               f"r.querySelector('.bpw-state').innerText])({ROOT})"))


@functools.cache
def figure(name):
    return getattr(bp.widgets, name)()


def put(page, **changes):
    page.evaluate(f"changes => {ROOT}.bpw.set(changes)", changes)


def numbers(text):
    """{'w': 1.5, ...}: what the sentence says after "w = "; the first one counts."""
    text, found = text.replace("−", "-").replace("\u00a0", " "), {}
    for name, value in re.findall(r"(\S+) = (-?[\d.]+(?:e[-+]?\d+)?)(?![\d.]*\w)", text):
        found.setdefault(name.strip("(,"), float(value.rstrip(".")))
    return found


def agrees(said, value):
    """The text shows 4 significant digits."""
    return abs(said - value) <= 5.1e-4 * abs(value) + 1e-12


def same(ours, theirs):
    ours, theirs = np.array(ours, dtype=float), np.array(theirs, dtype=float)
    return ours.shape == theirs.shape and bool(np.all(abs(ours - theirs) <= 1e-12 * np.maximum(1, abs(theirs))))


@every_figure
def test_axe_finds_nothing(visit, name):
    page = visit(name)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(VIOLATIONS) == []


@every_figure
def test_on_a_phone_nothing_is_cut_off_and_fingers_work(visit, name):
    page = visit(name, viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shrunk = f"(s => s.viewBox.baseVal.width / s.getBoundingClientRect().width)({ROOT}.querySelector('svg'))"
    assert page.evaluate(shrunk) < 1.01     # drawn for this width: text keeps its size
    outside = f"""() => {{ const w = {ROOT}.querySelector('svg').getBoundingClientRect();
      return [...{ROOT}.querySelectorAll(':scope > svg text')].filter(t => !t.closest('svg svg')).filter(t => {{
        const r = t.getBoundingClientRect();
        return r.left < w.left - 6 || r.right > w.right + 6 || r.top < w.top - 3 || r.bottom > w.bottom + 6;
      }}).map(t => t.textContent) }}"""
    assert page.evaluate(outside) == []
    slider = page.locator(".bpw input[type=range]").first
    slider.scroll_into_view_if_needed()
    box, before = slider.bounding_box(), slider.input_value()
    assert box["height"] >= 24
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert slider.input_value() != before


@pytest.mark.parametrize("width", [390, 760])
def test_no_number_of_the_graph_lies_on_a_gate(visit, width):
    page = visit("computational_graph", viewport={"width": width, "height": 900})
    put(page, step=16, w0=4)
    upon = f"""() => [...{ROOT}.querySelectorAll('svg text')].filter(t => {{
      const a = t.getBoundingClientRect();
      return [...{ROOT}.querySelectorAll('svg circle')].some(c => {{
        const b = c.getBoundingClientRect(), wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const inside = a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom;
        return wide > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4 && !inside;
      }});
    }}).map(t => t.textContent)"""
    assert page.locator(".bpw > svg text").count() > 35
    assert page.evaluate(upon) == []


@every_figure
def test_without_scripts_and_in_print_it_is_a_picture_with_words(visit, name):
    dead = visit(name, live=False, java_script_enabled=False)
    picture = dead.get_by_role("img", name=figure(name).alt)
    assert picture.bounding_box()["width"] > 300
    page = visit(name)
    assert not page.locator(".bpw-picture").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".bpw-picture").is_visible()
    assert page.evaluate("document.querySelector('.bpw-picture').naturalWidth") > 300
    assert not page.locator(".bpw > svg").is_visible() and not page.locator(".bpw-controls").is_visible()


@every_figure
def test_a_step_of_a_slider_redraws_within_a_frame(visit, name):
    page = visit(name)
    # the best of seven: what a redraw costs, not how busy the machine is
    times = page.evaluate(f"""() => {{ const {{set, spec}} = {ROOT}.bpw;
      const once = change => {{ const start = performance.now(); set(change); document.body.offsetHeight;
        return performance.now() - start; }};
      return spec.controls.filter(c => c.kind === 'range').flatMap(c => [0, 1, 2, 3, 4].map(k => {{
        const value = c.min + Math.round((c.max - c.min) * k / 4 / c.step) * c.step;
        return Math.min(...[1, 2, 3, 4, 5, 6, 7].map(() => once({{[c.name]: value}}))); }})); }}""")
    assert np.median(times) < 16 and max(times) < 50


@every_figure
def test_the_stored_html_is_small_and_holds_no_id_and_no_address(name):
    html = figure(name)._repr_html_()
    assert len(html) < 60_000
    assert not re.search(r"<[^>]*\bid=", html)
    assert set(re.findall(r"https?://[^\s\"'`]+", html)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("live", [
    bp.widgets.approximation(), bp.widgets.approximation("sigmoid", hidden=20), bp.widgets.vanishing(),
    bp.widgets.vanishing(12, 0.25), bp.widgets.vanishing(12, 4.0), bp.widgets.three_paths(alpha=0.3, epochs=30),
    bp.widgets.difference_step(), bp.widgets.activation_explorer("elu")])
def test_the_names_in_a_still_picture_stand_apart_and_inside(live):
    names = re.search(r"<g paint-order.*?</g>", unquote(live.picture))[0]
    heights = sorted(float(y) for y in re.findall(r"<text x='[-\d.]+' y='([-\d.]+)'", names))
    assert len(heights) > 1 and min(np.diff(heights)) >= 16.9
    assert picture.TOP < heights[0] and heights[-1] < 460 - picture.BOTTOM


def test_a_figure_is_the_same_bytes_in_every_process():
    program = (f"import bp, hashlib; print(hashlib.sha256(''.join(getattr(bp.widgets, n)()._repr_html_() "
               f"for n in {FIGURES}).encode()).hexdigest())")
    runs = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    digests = [run.communicate(timeout=120)[0] for run in runs]
    assert len(digests[0].strip()) == 64 and digests[0] == digests[1]


def test_a_figure_shown_twice_starts_twice_and_each_only_once(visit):
    page = visit("bowl")
    page.evaluate(f"{ROOT}.after({ROOT}.cloneNode(true))")      # what a second output of the same cell is
    page.evaluate("""() => { const two = document.querySelectorAll('.bpw')[1];
      two.className = two.className.replace(' bpw-live', '');
      for (const e of two.querySelectorAll(':scope > :not(img):not(script)')) e.remove();
      for (let k = 0; k < 2; k++) { const s = document.createElement('script'); s.type = 'module';
        s.textContent = two.querySelector('script').textContent; document.body.append(s); } }""")
    until(page, "document.querySelectorAll('.bpw-live').length === 2")
    page.wait_for_timeout(100)
    assert page.locator(".bpw > svg").count() == 2
    put(page, alpha=0.5)
    assert page.evaluate("[...document.querySelectorAll('.bpw')].map(r => r.bpw.state.alpha)") == [0.5, 0.3]


def test_a_figure_far_down_starts_when_scrolled_near(visit):
    page = visit("bowl", live=False)
    page.set_content(f"<div style='height: 5000px'></div>{figure('bowl')._repr_html_()}")
    page.wait_for_timeout(300)
    assert page.locator(".bpw-live").count() == 0
    page.locator(".bpw").scroll_into_view_if_needed()
    page.wait_for_selector(".bpw-live svg text")


def test_arrow_keys_stay_in_the_figure(visit):
    page = visit("bowl")
    page.evaluate("document.addEventListener('keydown', () => { window.escaped = true; })")
    page.locator(".bpw input").first.press("ArrowRight")
    assert not page.evaluate("window.escaped")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.escaped")      # the listener does hear what is not the figure's


# --- what the page computes is what bp computes

@every_figure
def test_after_keys_the_sentence_holds_the_numbers_of_bp(visit, name):
    page, before = visit(name), figure(name).controls
    for control, keys in spoken.KEYS[name].items():
        if isinstance(keys, str):
            page.locator(f".bpw select[name={control}]").select_option(value=keys)
        for key in keys if isinstance(keys, list) else ():
            page.locator(f".bpw input[name={control}]").press(key)
    if name == "train_2h1":
        for _ in range(5):
            page.get_by_role("button", name="Step", exact=True).click()
    state = page.evaluate(f"{ROOT}.bpw.state")
    assert all(state[c["name"]] != c["value"] for c in before if c["name"] in spoken.KEYS[name])
    ours, theirs = spoken.said(seen(page)[1]), getattr(spoken, name)(**state)
    if name == "difference_step":   # where rounding is least depends on the last digit of exp
        assert 1e-10 < ours.pop(-2) < 1e-6 and 1e-7 < ours.pop() < 1e-3
    assert ours == pytest.approx(theirs, rel=5.1e-4, abs=1e-12), seen(page)[1]


def test_bowl_equals_bp(visit):
    page, rng = visit("bowl"), np.random.default_rng(0)
    X, Y = bowls.columns(bowls.X, bowls.Y)
    for _ in range(20):
        (w, b), alpha, lam = rng.normal(size=2) * 2, rng.uniform(0.02, 1.5), rng.uniform(0, 4)
        net = bowls.neuron(w, b)
        g = bp.batched.backward(net, X, Y, cost=bp.squared_error, lam=lam)
        J, step, minimum, limit = page.evaluate(
            f"([w, b, alpha, lam]) => {{ const c = {ROOT}.bpw.code; "
            "return [c.J(w, b, lam), c.step(w, b, alpha, lam), c.minimum(lam), c.limit(lam)]; }", [w, b, alpha, lam])
        assert same(J, bp.objective(net, X, Y, cost=bp.squared_error, lam=lam))
        assert same(step, [w - alpha * g.W[1][0, 0], b - alpha * g.b[1][0]])
        at = bp.batched.backward(bowls.neuron(*minimum), X, Y, cost=bp.squared_error, lam=lam)
        assert same([at.W[1][0, 0], at.b[1][0]], [0, 0])
        H = [[(X * X).mean() + lam, X.mean()], [X.mean(), 1]]           # (2, 2) second derivatives of J
        assert same(limit, 2 / np.linalg.eigvalsh(H)[-1])


def test_bowl_says_what_descent_does(visit):
    page = visit("bowl")
    X, Y = bowls.columns(bowls.X, bowls.Y)
    for alpha, lam, steps in [(0.1, 0.5, 7), (0.9, 0.0, 30), (1.3, 0.2, 12)]:
        put(page, alpha=alpha, lam=lam, steps=steps)
        said, (w, b) = numbers(seen(page)[1]), bowls.descend(X, Y, (-2.5, 2.0), alpha, lam, steps)[-1]
        J = bp.objective(bowls.neuron(w, b), X, Y, cost=bp.squared_error, lam=lam)
        assert agrees(said["w"], w) and agrees(said["b"], b) and agrees(said["J"], J)
    assert "Diverges" in seen(page)[1]
    assert "diverges" in page.locator("input[name=alpha]").get_attribute("aria-valuetext")


def test_three_paths_are_the_paths_of_train(visit):
    page = visit("three_paths")
    put(page, alpha=0.2, lam=0.3, epochs=6, size=5)
    X, Y = bowls.columns(paths.X, paths.Y)
    for size in (12, 5, 1):
        run = bp.train(bowls.neuron(-2.0, 2.5), X, Y, cost=bp.squared_error, alpha=0.2, lam=0.3, epochs=6,
                       batch_size=size)
        ours = page.evaluate(f"size => {ROOT}.bpw.figure.descend({ROOT}.bpw.state, size).at(-1)", size)
        assert same(ours, [run.net.W[1][0, 0], run.net.b[1][0]])
        assert run.history[-1] < run.history[0]


def test_activations_equal_bp(visit):
    page, rng = visit("activation_explorer"), np.random.default_rng(1)
    for _ in range(4):
        gamma, beta, z = rng.uniform(0, 2), rng.uniform(0, 5), np.append(rng.uniform(-5, 5, 20), 0.0)
        for name, f in explorer.shown(gamma, beta).items():
            ours = page.evaluate("([name, gamma, beta, z]) => z.map(z => "
                                 f"{ROOT}.bpw.code[name](z, gamma, beta))", [name, gamma, beta, z.tolist()])
            a = f(z)
            assert same(np.array(ours).T, [a, f.derivative(z, a)]), name


def test_network_equals_bp_and_its_formulas_give_its_numbers(visit):
    page, rng = visit("network_332"), np.random.default_rng(2)
    spec = page.evaluate(f"{ROOT}.bpw.spec.data")
    for _ in range(5):
        W, b = [rng.normal(size=(3, 3)), rng.normal(size=(2, 3))], [rng.normal(size=3), rng.normal(size=2)]
        net = bp.Network(W, b, bp.sigmoid)
        v = perceptron.numbers(net, rng.normal(size=3), rng.uniform(size=2))
        ours = page.evaluate(f"p => {ROOT}.bpw.code.sweeps(p)", [v[n] for n in spec["arguments"]])
        assert same(ours, [v[n] for n in spec["results"]])
    for name in spec["results"]:
        put(page, explain=name)
        text = seen(page)[1].replace("−", "-").replace("\u00a0", " ")
        if name.startswith("db"):   # one symbol: nothing to work out
            continue
        *_, filled, value = text.split(". ")[0].replace("·", "*").replace("²", "**2").split(" = ")
        value = float(re.match(r"[-\d.e]+", value)[0])
        assert abs(eval(filled, {"exp": np.exp}) - value) < 2e-3 * max(0.1, abs(value)), text


def test_moving_any_number_of_the_network_moves_the_gradients_as_bp_says(visit):
    page = visit("network_332")
    names = page.evaluate(f"{ROOT}.bpw.spec.data.arguments")
    for name in names:
        put(page, move=name)
        before = page.evaluate(f"{ROOT}.bpw.state.value")
        put(page, value=before + 0.5 if before < 2 else before - 0.5)
    p = dict(zip(names, page.evaluate(f"{ROOT}.bpw.figure.values()")))
    n = sweeps.names([3, 3, 2])
    pick = np.vectorize(p.get, otypes=[float])
    net = bp.Network([pick(n["W"][l]) for l in (1, 2)], [pick(n["b"][l]) for l in (1, 2)], bp.sigmoid)
    assert all(abs(net.W[l] - perceptron.NET.W[l]).min() > 0.4 for l in (1, 2))
    values = perceptron.numbers(net, pick(n["a"][0]), pick(n["y"]))
    put(page, explain="dW1_23")
    assert agrees(numbers(seen(page)[1])["C"], values["C"])
    assert agrees(float(seen(page)[1].replace("−", "-").split(". ")[0].split("=")[-1]), values["dW1_23"])


def test_a_click_on_the_network_chooses_what_is_explained(visit):
    page = visit("network_332")
    page.locator("[data-pick=z2_2]").first.click()
    assert seen(page)[1].startswith("z₂⁽²⁾")
    page.locator("text[data-pick], [data-pick=W1_31] text").first.click()
    assert page.locator("select[name=move]").input_value() == "W1_31"
    assert seen(page)[1].startswith("∂C/∂W₃₁⁽¹⁾")


def test_graph_equals_bp_graph_gate_by_gate(visit):
    page, rng = visit("computational_graph"), np.random.default_rng(3)
    for _ in range(10):
        values = dict(zip(gates.INPUTS, rng.uniform(-4, 4, 5)))
        nodes = gates.build(values)
        back = bp.graph.gradients(nodes[-1])
        ours = page.evaluate(f"v => {ROOT}.bpw.code.evaluate(...v)", list(values.values()))
        assert same(ours[:26], [n.value for n in nodes] + [back[n] for n in nodes])
        assert same(ours[26:], [local for n in nodes for _, local in n.parents])
    for step in range(16):
        assert f"{step} of 16" in page.locator("input[name=step]").get_attribute("aria-valuetext")
        page.get_by_role("button", name="Step forward").click()
    text = seen(page)[1].replace("−", "-")
    assert "w0 -0.1966, x0 0.3932, w1 -0.3932, x1 -0.5898, w2 0.1966" in text


@pytest.mark.parametrize("problem, hidden, lam", [("XOR", 3, 0.0), ("two rings", 4, 0.01), ("XOR", 1, 0.05)])
def test_training_in_the_page_equals_train(visit, problem, hidden, lam):
    page = visit("train_2h1")
    put(page, problem=problem, hidden=hidden, lam=lam, alpha=0.4, seed=2)
    table = np.array(training.problems()[problem], dtype=float)
    net = training.start(hidden, 2)
    run = bp.train(net, table[:, :2], table[:, 2:], cost=training.COST, alpha=0.4, lam=lam, epochs=40)
    page.evaluate(f"{ROOT}.bpw.figure.train({ROOT}.bpw.state, 40); {ROOT}.bpw.set({{}})")
    assert same(page.evaluate(f"{ROOT}.bpw.figure.history()"), run.history)
    assert same(page.evaluate(f"{ROOT}.bpw.figure.parameters()"), training.parameters(run.net))
    out = bp.batched.forward(run.net, table[:, :2]).a[2]
    said = seen(page)[1]
    assert agrees(numbers(said)["J"], run.history[-1])
    assert f"{int(((out > 0.5) == (table[:, 2:] > 0.5)).sum())} of {len(table)} examples" in said


def test_quotients_equal_numeric_gradient_but_for_rounding(visit):
    page = visit("difference_step")
    for w in (-1.3, 0.8):
        net = quotients.neuron(w)
        exact = bp.batched.backward(net, quotients.X, quotients.Y, cost=bp.squared_error).W[1][0, 0]
        assert same(page.evaluate(f"w => {ROOT}.bpw.code.slope(w)", w), exact)
        for power in (-1.0, -3.5, -6.0, -9.0):
            step = 10.0 ** power / max(1, abs(w))       # numeric_gradient's own step grows with |w|
            n = bp.numeric_gradient(net, quotients.X, quotients.Y, cost=bp.squared_error, h=step).W[1][0, 0]
            ours = page.evaluate(f"([w, p]) => {ROOT}.bpw.figure.errors(w, p).central", [w, power])
            assert abs(ours - (n - exact)) <= 4 * np.finfo(float).eps / 10.0 ** power


def test_vanishing_shows_the_deltas_of_bp(visit):
    page = visit("vanishing")
    put(page, depth=5, scale=6)
    f, rng = vanish.FUNCTIONS["tanh"], np.random.default_rng(0)
    net = bp.Network.random([10] * 6, hidden=f, output=f, rng=rng)
    net = bp.Network([2.0 * W for W in net.W.values()], list(net.b.values()), f)
    x, y, delta = rng.normal(size=10), np.zeros(10), {}
    z, a = bp.indexed.forward(net, x)
    for l in range(5, 0, -1):
        delta[l] = (bp.indexed.output_delta(f, bp.squared_error, z[l], a[l], y) if l == 5 else
                    bp.indexed.hidden_delta(f, z[l], a[l], net.W[l + 1], delta[l + 1]))
    said = float(re.search(r"tanh × ([\d.e−]+\d)", seen(page)[1])[1].replace("−", "-"))
    assert abs(said / (np.linalg.norm(delta[1]) / np.linalg.norm(delta[5])) - 1) < 0.07      # 2 digits


@pytest.mark.parametrize("kind", ["relu", "sigmoid"])
def test_approximation_gets_better_with_units_and_says_the_distance(visit, kind):
    page = visit("approximation")
    x = np.linspace(0, 1, 81)
    distance = {}
    for h in (5, 10, 20):
        put(page, kind=kind, h=h)
        a = bp.batched.forward(units.NETWORKS[kind](h), x[:, None]).a[2][:, 0]
        distance[h] = abs(a - units.target(x)).max()
        assert agrees(float(re.search(r"target is ([\d.]+\d)", seen(page)[1])[1]), distance[h])
    assert distance[5] > distance[10] > distance[20]
    if kind == "relu":      # straight pieces: the distance falls with the square of h, four times less at the double
        assert distance[10] / distance[20] > 3


def test_shards_have_the_batch_gradient_as_weighted_mean_only(visit):
    page = visit("shards")
    X, Y = bowls.columns(paths.X, paths.Y)
    g = bp.batched.backward(bowls.neuron(0.5, -0.5), X, Y, cost=bp.squared_error)
    for k, equal in ((4, True), (5, False), (12, True)):
        put(page, parts=k)
        pairs = re.findall(r"\(([^,]+), ([^)]+)\)", seen(page)[1].replace("−", "-"))
        for pair in pairs[:2]:
            assert agrees(float(pair[0]), g.W[1][0, 0]) and agrees(float(pair[1]), g.b[1][0])
        assert len(pairs) == (2 if equal else 3)
        assert equal or not agrees(float(pairs[2][0]), g.W[1][0, 0])


def test_play_pauses_and_steps(visit):
    page = visit("train_2h1")
    page.get_by_role("button", name="Play").click()
    until(page, f"{ROOT}.bpw.figure.history().length > 20")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(50)
    epochs = page.evaluate(f"{ROOT}.bpw.figure.history().length")
    page.wait_for_timeout(100)
    assert page.evaluate(f"{ROOT}.bpw.figure.history().length") == epochs
    page.get_by_role("button", name="Step", exact=True).click()
    assert page.evaluate(f"{ROOT}.bpw.figure.history().length") == epochs + 1
    page.get_by_role("button", name="Restart").click()
    assert "Epoch 0" in seen(page)[1]


def test_reduced_motion_trains_without_a_film(visit):
    page = visit("train_2h1", reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    assert "Epoch 200" in seen(page)[1]
    assert page.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize("make, says", [
    (lambda: bp.widgets.bowl(alpha=9), "alpha must lie in"),
    (lambda: bp.widgets.bowl([1, 1], [0, 1]), "two different x"),
    (lambda: bp.widgets.three_paths(batch_size=50), "size must lie in"),
    (lambda: bp.widgets.activation_explorer("softmax"), "name must be one of"),
    (lambda: bp.widgets.network_332(bp.Network.random([4, 3, 2])), "at most 3 units"),
    (lambda: bp.widgets.network_332(x=[0, 0, 7.0]), "a0_3 must lie in"),
    (lambda: bp.widgets.network_332(move="W3_11"), "move must be one of"),
    (lambda: bp.widgets.train_2h1("spiral"), "problem must be one of"),
    (lambda: bp.widgets.approximation("cos"), "kind must be one of"),
    (lambda: bp.widgets.vanishing(scale=0.9), "scale must be one of"),
    (lambda: bp.widgets.shards(parts=13), "parts must lie in"),
    (lambda: bp.widgets.difference_step(h=2), "h must lie in"),
])
def test_bad_arguments_are_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()
