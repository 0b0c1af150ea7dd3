"""The bench behind `make bench`: each gradient it times is the right one, and its page tells what it measured."""
import copy
import json
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parent / "bench"
sys.path.insert(0, str(FOLDER))
import measure  # noqa: E402
import page  # noqa: E402
import peers  # noqa: E402

RESULTS = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
HERE = ["bp", "bp, workspace", "bp, plain sweep", "bp, compiled", "bp, compiled, floats", "textbook loop", "BLAS floor"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("sizes, E", [([2, 3, 1], 1), ([2, 3, 1], 5), ([6, 4, 3], 7)])
def test_what_needs_no_other_package_is_timed(sizes, E, dtype):
    case = measure.gradients(sizes, E, dtype, 2, set(peers.PEERS) - set(HERE))
    assert case["missing"] == {} and {"bp", "textbook loop", "BLAS floor"} <= set(case["rounds"]) <= set(HERE)
    assert all(len(rounds) == 2 and min(rounds) > 0 for rounds in case["rounds"].values())


@pytest.mark.parametrize("spoil", [
    lambda parts: [2 * parts[0], *parts[1:]], lambda parts: [*parts[:-1], parts[-1] + 1e-6], lambda parts: parts[:-1],
    lambda parts: [parts[0].T, *parts[1:]], lambda parts: [part * np.nan for part in parts],
    lambda parts: [part.astype(np.float32) for part in parts],
])
def test_a_peer_with_another_gradient_is_not_timed(spoil):
    p = peers.problem([2, 3, 1], 4, "float64")
    call, parts = peers.build("bp", p)
    peers.check("bp", p, parts)
    with pytest.raises(AssertionError):
        peers.check("bp", p, lambda: spoil(parts()))


def test_the_page_and_the_words_of_its_figure_tell_the_results():
    assert page.PAGE.read_text(encoding="utf-8") == "\n".join(page.page(RESULTS)) + "\n"
    assert page.WORDS.read_text(encoding="utf-8") == page.alt(RESULTS) + "\n"


def test_every_size_type_and_number_of_threads_was_measured_often_enough():
    for threads in ("threads 1", "threads 2"):
        cases = RESULTS[threads]["gradients"]
        assert [(c["sizes"], c["E"], c["dtype"]) for c in cases] == [
            (sizes, E, dtype) for sizes, E in measure.SIZES for dtype in ("float64", "float32")]
        assert all(len(case["rounds"]["bp"]) >= 7 for case in cases)
        assert [set(case["missing"]) for case in cases] == [set()] * len(cases)


def test_a_slower_bp_misses_its_aims():
    slow = copy.deepcopy(RESULTS)
    for case in slow["threads 1"]["gradients"]:
        for name in page.OURS[:-1]:
            case["rounds"][name] = [10 * t for t in case["rounds"].get(name, [])]
    assert sum(not reached for *_, reached in page.targets(slow)) > 20
