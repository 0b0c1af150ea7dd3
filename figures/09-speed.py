"""What each peer of `make bench` takes for one gradient, in units of the time of bp."""

import json
from pathlib import Path
from statistics import median

from matplotlib.ticker import NullLocator

from bp import draw

RESULTS = Path(__file__).resolve().parents[1] / "tests" / "bench" / "results.json"
MARKS = {   # peer: colour, marker
    "PyTorch eager": ("delta", "o"), "JAX jit": ("W", "s"), "scikit-learn": ("z", "^"), "autograd": ("b", "D"),
    "textbook loop": ("J", "v"), "BLAS floor": (None, "|"),
}


def shares():
    """[(network, {peer: time / time of bp})], float64 on one thread."""
    cases = json.loads(RESULTS.read_text(encoding="utf-8"))["threads 1"]["gradients"]
    return [(f"{'-'.join(map(str, case['sizes']))} ({case['E']})",
             {peer: median(case["rounds"][peer]) / median(case["rounds"]["bp"])
              for peer in MARKS if peer in case["rounds"]})
            for case in cases if case["dtype"] == "float64"]


def build():
    fig, ax = draw.figure(7.2, 4.2)
    rows = shares()
    for height, (_, times) in zip(range(len(rows), 0, -1), rows):
        for peer, value in times.items():
            symbol, marker = MARKS[peer]
            ax.plot(value, height, marker, color=draw.colour(symbol), markersize=9 if marker != "|" else 16,
                    markeredgewidth=2.5 if marker == "|" else 1, label=peer if height == len(rows) else None)
    ax.axvline(1, color=draw.INK, linewidth=1.5)
    ax.set_xscale("log")
    values = [value for _, times in rows for value in times.values()]
    low, high = 0.8 * min(values), 1.25 * max(values)
    ax.set_xlim(low, high)
    ax.set_xticks([tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= tick <= high])
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("time of one gradient / time of bp")
    ax.set_yticks(range(len(rows), 0, -1), [network for network, _ in rows])
    ax.set_ylim(0.4, len(rows) + 0.6)
    ax.grid(axis="x")
    fig.legend(loc="outside upper center", ncols=3)
    return fig


if __name__ == "__main__":
    draw.save(build(), __file__)
