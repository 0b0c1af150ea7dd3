"""From results.json: the page book/speed.md, the words for its figure, and what `make bench` prints."""
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
PAGE, WORDS = ROOT / "book" / "speed.md", ROOT / "figures" / "09-speed.alt.txt"
SINGLE = "threads 1"
LIMITS = {"PyTorch eager": (0.15, 0.15, 0.20, 0.25, 0.80, 0.92), "JAX jit": (None, 1, 1, 1, 1, 1),
          "BLAS floor": (None, None, None, None, 1.15, 1.15)}
COLUMNS = ("PyTorch eager", "PyTorch, leanest", "torch.compile", "JAX jit", "autograd", "scikit-learn", "micrograd",
           "textbook loop", "BLAS floor")
OURS = ("bp", "bp, workspace", "bp, plain sweep", "bp, compiled", "bp, compiled, floats", "BLAS floor")
INTRO = """<!-- Written by tests/bench/page.py from tests/bench/results.json: run make bench. -->

# Speed: how far from the limit?

`bp` is written to be read. Is it slow for that? A reader would otherwise pick PyTorch, JAX or scikit-learn, so
`make bench` gives each of them the same task in turn: one gradient of $J$, forward, backward and the penalty with
$\\lambda$. Before a peer is timed, its gradient is compared with that of `bp`. The *floor* is the time of the matrix
products alone: no gradient can be had for less with the same library.

The public call `bp.batched.backward` is measured as it is, with its argument checks and with new arrays for the
result. On numbers it runs `bp/fast.py`, which computes what BP1 to BP4 of chapter 7 say from fewer and smaller arrays;
a test proves both equal for every activation and every cost.
"""
HOW = """## How it was measured

One network with tanh in its hidden layers and softmax (sigmoid at 2-3-1) at its end, both with their cross-entropy;
$\\lambda$ = 0.01. Peers take turns of about 30 ms; of each turn the best fifth counts, since on a machine that does
other things too the rest is noise. A ratio is taken within one round, and {rounds} rounds give the median and, small
below it, the quartiles.

*PyTorch eager* is a Sequential, its loss with the penalty, and `backward()`; *PyTorch, leanest* is the least that
PyTorch needs, without modules and with the penalty's gradient added by hand. *micrograd* has no tanh: it has ReLU and
half the squared error, and one object for each number. *scikit-learn* is MLPClassifier's own gradient without the rest
of its `fit`. No variable of the environment tunes a library, but for the number of threads.

{machine}
"""


def ratios(case, peer, of="bp"):
    """of / peer, round by round; None where one of them was not measured."""
    ours, theirs = case["rounds"].get(of), case["rounds"].get(peer)
    return [a / b for a, b in zip(ours, theirs)] if ours and theirs else None


def spread(values):
    """The median and, small below it, the quartiles, to two or three digits."""
    if not values:
        return ""
    if len(values) < 2:
        return digits(values[0])
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return f"{digits(middle)}<br><small>{digits(low)}\u2060–\u2060{digits(high)}</small>"


def digits(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def time(seconds):
    """A time that a reader can take in."""
    return f"{digits(1e6 * seconds)}\u00a0µs" if seconds < 1e-3 else f"{digits(1e3 * seconds)}\u00a0ms"


def name(case):
    return f"{'-'.join(map(str, case['sizes']))} ({case['E']})"


def table(head, rows):
    yield "| " + " | ".join(head) + " |\n|---|" + "---:|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def of_type(part, dtype):
    return [case for case in part["gradients"] if case["dtype"] == dtype]


def targets(results):
    """(what was aimed at, for which case, measured, limit, reached) of all that has a figure to reach."""
    part = results[SINGLE]
    for peer, limits in LIMITS.items():
        for dtype in ("float64", "float32"):
            for case, limit in zip(of_type(part, dtype), limits):
                if limit:
                    got = median(ratios(case, peer))
                    yield f"share of {peer}", f"{name(case)} {dtype}", got, limit, got <= limit
    first = of_type(part, "float64")[0]
    peers = [peer for peer in COLUMNS[:-1] if peer in first["rounds"]]
    got = max(median(ratios(first, peer, "bp, compiled, floats")) for peer in peers)
    yield "compiled code, share of the fastest peer", name(first), got, 0.2, got <= 0.2
    for case in part["memory"][2:]:         # below, Python's own objects outweigh the arrays
        got = case["peak"] / case["counted"]
        yield "peak memory, share of A, Z, Delta and gradients", name(case), got, 1.2, got <= 1.2
    for epoch in part["epochs"]:
        for peer in ("scikit-learn", "PyTorch eager"):
            got = median(ratios(epoch, peer))
            yield f"an epoch on the digits, share of {peer}", epoch["dtype"], got, 1, got < 1
    got = 1e3 * median(results["import"])
    yield "import bp after import numpy, in milliseconds", "", got, 30, got <= 30


def summary(results):
    """The lines that `make bench` prints."""
    yield f"{'':52}{'':36}measured   limit"
    for what, where, got, limit, reached in targets(results):
        yield f"{what:52}{where:36}{got:8.3f}{limit:8}   {'reached' if reached else 'NOT REACHED'}"


def machine(results):
    about, versions = results["machine"], results["versions"]
    kernels = results[SINGLE]["kernels"]
    return (f"{about['processor']}, {about['cores']} cores, {about['system']}; Python {about['python']}, "
            + ", ".join(f"{package} {version}" for package, version in versions.items())
            + f". NumPy's OpenBLAS used its {kernels} kernels.")


def reached(results):
    rows = list(targets(results))
    missed = [row for row in rows if not row[-1]]
    yield f"**Of {len(rows)} figures that were to be reached, {len(rows) - len(missed)} are.**" + (
        " Not reached:\n" if missed else "\n")
    if missed:
        yield from table(("aim", "case", "measured", "limit"), [
            (what, where, digits(got), str(limit)) for what, where, got, limit, _ in missed])
        yield ""
    groups = {what: [row for row in rows if row[0] == what] for what, *_ in rows}
    yield from table(("aim", "cases", "limit", "measured"), [
        (what, str(len(same)), limit_text(same), between([row[2] for row in same])) for what, same in groups.items()])


def between(values):
    low, high = digits(min(values)), digits(max(values))
    return low if low == high else f"{low} to {high}"


def limit_text(rows):
    return ", ".join(dict.fromkeys(f"{row[3]}" for row in rows))


def gradients(results, key, title):
    part = results[key]
    for dtype in ("float64", "float32"):
        cases = of_type(part, dtype)
        yield f"\n### {title}, {dtype}\n"
        yield from table(("layers (E)", *map(name, cases)), [
            ("time of `bp`", *(time(median(case["rounds"]["bp"])) for case in cases)),
            *((f"/\u00a0{peer}", *(spread(ratios(case, peer)) for case in cases))
              for peer in COLUMNS if any(peer in case["rounds"] for case in cases))])


def page(results):
    """The text of book/speed.md."""
    part = results[SINGLE]
    rounds = max(len(r) for case in part["gradients"] for r in case["rounds"].values())
    yield INTRO
    yield from reached(results)
    yield f"\n![{alt(results)}](../figures/09-speed.svg)\n"
    yield HOW.format(rounds=rounds, machine=machine(results))
    yield "## One gradient\n"
    yield "The time of `bp`, and that time divided by each peer's: below 1, `bp` is faster."
    yield from gradients(results, SINGLE, "One thread")
    yield from gradients(results, "threads 2", "Two threads")
    yield (f"\nWith its {results['AVX2']['kernels']} kernels, OpenBLAS does without AVX-512. PyTorch and JAX bring "
           "kernels of their own, so where OpenBLAS is set so, or does not know the processor, `bp` falls back:")
    yield from gradients(results, "AVX2", "One thread, narrower kernels")
    yield "\n## What the time goes to\n"
    yield ("*workspace*: the arrays of the step before are used again, as in `bp.train`. *plain sweep*: the lines that "
           "the book prints, without checks. *compiled*: Python that `bp.symbolic.compile` prints from the proved "
           "expressions, called with a network, or on plain floats.\n")
    cases = of_type(part, "float64")
    yield from table(("layers (E), float64", *map(name, cases)), [
        (n, *(time(median(case["rounds"][n])) if n in case["rounds"] else "" for case in cases)) for n in OURS])
    yield "\n## An epoch\n"
    yield ("The digits of chapter 8, 1,437 images, 64-32-10 in batches of 32, as a reader would write it with each. "
           "`bp.train` also computes $J$ over all images, before and after.\n")
    epochs = list(part["epochs"][0]["rounds"])
    yield from table(("", *epochs), [
        (epoch["dtype"], *(time(median(epoch["rounds"][n])) for n in epochs)) for epoch in part["epochs"]])
    yield "\n## Memory\n"
    yield ("Bytes at the peak of a step together with its workspace, beside the sum of all $A$, $Z$, $\\Delta$ and "
           "gradients. It can be below 1 since $A^{(l)}$ is written over $Z^{(l)}$ where f allows it; at 2-3-1 "
           "Python's own objects outweigh the arrays. What the step itself allocates does not grow with E: a test sees "
           "to that.\n")
    yield from table(("layers (E), float64", "sum", "peak", "peak / sum", "in the step"), [
        (name(m), *(f"{m[key]:,}" for key in ("counted", "peak")), digits(m["peak"] / m["counted"]), f"{m['step']:,}")
        for m in part["memory"]])


def alt(results):
    """The figure in words."""
    cases = of_type(results[SINGLE], "float64")
    parts = [f"{name(case)}: " + ", ".join(
        f"{peer} {digits(median(case['rounds'][peer]) / median(case['rounds']['bp']))}"
        for peer in COLUMNS if peer in case["rounds"]) for case in cases]
    return ("For six networks, from 2-3-1 to 784-1024-1024-10, the time that each peer takes for one gradient in units "
            "of the time of bp, on a logarithmic scale, float64, one thread. " + "; ".join(parts) + ".")


def write(results):
    """The page and the words; the figure's script draws the rest."""
    PAGE.write_text("\n".join(page(results)) + "\n", encoding="utf-8", newline="\n")
    WORDS.write_text(alt(results) + "\n", encoding="utf-8", newline="\n")
