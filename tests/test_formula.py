"""The checker of printed formulas, checked: what it must accept, reject, refuse, survive, and how fast it is."""

import random
import statistics
import subprocess
import sys
import time

import pytest

from bp.formula import Report, check, mutants, try_formula
from bp.formula.parse import statements, written
from formula_equivalents import EQUIVALENT
from formula_pairs import ACCEPT, REFUSED, REJECT
from formula_traps import ENDLESS, FALSE, TRUE

WRONG = ("false", "ill-formed")


def pair(entry):
    return entry if isinstance(entry, tuple) else ("generic", entry)


def name(entry):
    return pair(entry)[1][:60]


@pytest.mark.parametrize("entry", ACCEPT, ids=name)
def test_true_formulas_are_true_for_three_seeds_and_three_size_sets(entry):
    setting, latex = pair(entry)
    for seed in range(9):  # sizes follow seed % 3
        report = check(latex, setting, seed=seed)
        assert report.status == "true", report.message
        assert report.checked and report.understood


@pytest.mark.parametrize("entry", REJECT, ids=name)
def test_wrong_formulas_are_rejected_for_three_seeds_and_three_size_sets(entry):
    setting, latex = pair(entry)
    for seed in range(9):
        assert check(latex, setting, seed=seed).status in WRONG


@pytest.mark.parametrize("entry", REFUSED, ids=name)
def test_what_cannot_be_read_is_refused_with_a_reason(entry):
    setting, latex = pair(entry)
    report = check(latex, setting)
    assert report.status in ("unsupported", "nothing-to-check") and report.message


@pytest.mark.parametrize("entry", FALSE, ids=name)
def test_a_false_statement_that_is_easily_misread_is_never_called_true(entry):
    setting, latex = pair(entry)
    for seed in range(3):
        assert check(latex, setting, seed=seed).status != "true"


@pytest.mark.parametrize("entry", TRUE, ids=name)
def test_a_true_statement_that_is_easily_misread_is_never_called_wrong(entry):
    setting, latex = pair(entry)
    for seed in range(3):
        report = check(latex, setting, seed=seed)
        assert report.status not in WRONG, report.message


@pytest.mark.parametrize("entry", ENDLESS, ids=name)
def test_what_is_large_or_odd_ends_in_a_report_and_soon(entry):
    setting, latex = pair(entry)
    start = time.process_time()
    report = check(latex, setting)
    assert report.status != "true" and time.process_time() - start < 2  # half a second on an idle machine
    assert try_formula(latex, setting, seconds=0.2).report == report


def test_the_range_of_free_letters_is_said():
    (line,) = check(r"\sqrt{a^2} = a", "scalar").checked
    assert "values of the free letters, 0 < a < 1" in line
    (line,) = check(r"\frac{d}{dz} (\gamma z) = \gamma", "scalar").checked
    assert r"\gamma > 0" in line and "z" not in line.partition("values")[2]


def test_a_repair_does_not_rename_free_letters():
    assert try_formula(r"\operatorname{ReLU}'(z) = 1", "scalar").repair == ()


def test_pairs_are_at_least_150_and_all_different():
    assert len(ACCEPT) + len(REJECT) >= 150 and min(len(ACCEPT), len(REJECT)) >= 75
    assert len({pair(e) for e in (*ACCEPT, *REJECT, *REFUSED)}) == len(ACCEPT) + len(REJECT) + len(REFUSED)


def test_every_mutant_of_a_true_formula_is_not_true_or_listed_as_equivalent():
    equivalent = {latex for listed in EQUIVALENT.values() for latex in listed}
    survivors, count = set(), 0
    for setting, latex in map(pair, ACCEPT):
        for _, variant in mutants(latex, setting):
            count += 1
            if check(variant, setting).status == "true":
                survivors.add(variant)
    assert count > 3000
    assert survivors - equivalent == set(), "wrong variants that the checker calls true"
    assert equivalent - survivors == set(), "stale entries in formula_equivalents.py"


@pytest.mark.parametrize("entry", ACCEPT, ids=name)
def test_the_formula_as_understood_means_the_same(entry):
    setting, latex = pair(entry)
    understood = check(latex, setting).understood
    again = check(understood, setting)
    assert again.status == "true" and again.understood == understood


def test_brackets_of_the_printer_keep_the_tree():
    for latex in (r"a (b + c) = (a b)^2", r"(\sum_k y_k) z = \sum_k (y_k z)", r"-(a - b) - (c - d) = 0",
                  r"(u \odot v) w = u \odot (v w)", r"\frac{d}{dz} (z^2) \cdot z = (e^z)^2",
                  r"(\sum_k y_k \odot z) \odot a = 1"):
        (tree,) = statements(latex)
        assert list(statements(written(tree))) == [tree], written(tree)


MESSAGES = [
    (r"\delta_i^{(l)} = \sum_{j=1}^{n_l} W_{ji}^{(l+1)} \delta_j^{(l+1)}",
     r"sum over j runs to n_l = 3, but j numbers 5 entries in W_{ji}^{(l+1)}"),
    (r"\delta_i^{(l)} = \sum_j W_{ij}^{(l+1)} \delta_j^{(l+1)}",
     r"j numbers 3 entries in W_{ij}^{(l+1)}, but 5 in \delta_j^{(l+1)}"),
    (r"a^{(l)} = f(z^{(l)})", "a bare f: write f_l, every layer has its own activation"),
    (r"W^{(1)} \in \mathbb{R}^{n_0 \times n_1}", "W^{(1)} is 3 × 4, not 4 × 3"),
    (r"z^{(4)} = W^{(4)} a^{(3)} + b^{(4)}", "layer 4 = 4 does not exist: layers run from 1 to L = 3"),
    (r"z_7^{(1)} = 0", "7 = 7 in z_7^{(1)}: that axis has 3 entries"),
    (r"C = \sum_j a_i^{(L)}", r"the sum runs over j, but j numbers nothing in a_i^{(L)}"),
]


@pytest.mark.parametrize("latex, message", MESSAGES)
def test_messages_name_the_index_and_the_sizes(latex, message):
    assert check(latex).message == message


def test_a_difference_names_the_index_that_stands_on_one_side_only():
    message = check(r"z_k^{(l)} = \sum_j W_{ij}^{(l)} a_j^{(l-1)} + b_i^{(l)}").message
    assert message.startswith("for l = 1, k = 1, i = 2: z_k^{(l)} is ")
    assert message.endswith("(i stands on one side only) (k stands on one side only)")


def test_ranges_are_reported_for_every_pair_of_a_chain():
    report = check(r"\delta_i^{(l)} = \frac{\partial C}{\partial z_i^{(l)}} = \delta_i^{(l)} \cdot 1, \quad"
                   r" l = 1, \dots, L - 1")
    said = "(l = 1..3, i = 1..5, 3 networks)"
    assert len(report.checked) == 2 and all(line.endswith(said) for line in report.checked)


@pytest.mark.parametrize("latex", ["", "x", r"a^{(l)} = a^{(l)}", r"s = 3", r"v \leftarrow 2 v"])
def test_formulas_that_claim_nothing_are_not_called_true(latex):
    assert check(latex).status == "nothing-to-check"


def test_a_formula_without_a_case_is_not_called_true():
    assert check(r"a^{(l)} = f_l(z^{(l)}), \quad l > 7").status == "ill-formed"
    assert check(r"\sigma(z) = 2, \quad z > 99").status == "ill-formed"


def test_nan_is_a_difference():
    assert check(r"\log(-2) = \log(-2) \cdot 1").status == "false"
    assert check(r"\frac{1}{0} = \frac{2}{0}").status == "false"


def test_every_index_of_a_hidden_delta_counts():
    """Each index of BP2 broken once, as a reader might."""
    right = r"\delta_i^{(l)} = \left( \sum_{j=1}^{n_{l+1}} W_{ji}^{(l+1)} \delta_j^{(l+1)} \right) f_l'(z_i^{(l)})"
    broken = [v for kind, v in mutants(right) if "index" in kind or "indices" in kind or "layer" in kind]
    assert len(broken) >= 12 and all(check(v).status in WRONG for v in broken)


REPAIRS = [
    ("generic", r"\delta_i^{(l)} = \sum_{j=1}^{n_{l+1}} W_{ji}^{(l+1)} \delta_j^{(l+1)}",
     r"multiply by f_l'(z_i^{(l)})"),
    ("generic", r"\delta_i^{(l)} = \left( \sum_j W_{ij}^{(l+1)} \delta_j^{(l+1)} \right) f_l'(z_i^{(l)})",
     "swap the indices of W"),
    ("generic", r"\delta^{(l)} = W^{(l+1)} \delta^{(l+1)} \odot f_l'(z^{(l)})", "transpose W"),
    ("generic", r"\frac{\partial J}{\partial W^{(l)}} = \Delta^{(l)\top} A^{(l-1)}", "add the penalty"),
    ("generic", r"\Delta_{e,i}^{(l)} = \delta_{e,i}^{(l)}", "divide by E"),
    ("generic", r"\frac{\partial C}{\partial W^{(l)}} = \delta^{(l)} a^{(l)\top}", "take a from layer l-1"),
    ("binary_cross_entropy", r"\delta^{(L)} = y - a^{(L)}", "change its sign"),
    ("squared_error", r"\delta^{(L)} = a^{(L)} - y", r"multiply by f_L'(z^{(L)})"),
]


@pytest.mark.parametrize("setting, latex, change", REPAIRS)
def test_a_student_is_told_the_one_change_that_makes_it_true(setting, latex, change):
    trial = try_formula(latex, setting, seconds=60)
    assert trial.report.status in WRONG
    assert trial.repair[0] == change and check(trial.repair[1], setting).status == "true"
    assert f"true if you {change}" in repr(trial) and f"**true if you** `{change}`" in trial._repr_markdown_()


def test_a_true_formula_and_a_hopeless_one_get_no_repair():
    assert try_formula(r"\delta^{(L)} = \frac{\partial C}{\partial z^{(L)}}").repair == ()
    assert try_formula(r"W^{(1)} = 5", seconds=60).repair == ()
    assert "end of the formula" in repr(try_formula(r"z = ("))


def texts(count):
    """Soups of tokens, and real formulas with characters lost, doubled or swapped."""
    rng = random.Random(0)
    pieces = (r"\frac \sum \prod \delta W z a x y i j l e L E n _ ^ { } ( ) [ ] ' = + - \odot \top \partial d 1 0 "
              r"2.5 , \quad \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} & \\ \in \mathbb{R} \mathbf \left "
              r"\right \| | \leftarrow \approx \log \max f J C \text{a} \operatorname{diag} \dots \sqrt ^{(l)} _{ij} "
              r"^{(l+1)\top} f_l'( \alpha \nabla").split()
    for _ in range(count // 2):
        yield " ".join(rng.choices(pieces, k=rng.randint(1, 40)))
    for _ in range(count // 2):
        text = list(pair(rng.choice(ACCEPT + REJECT))[1])
        for _ in range(rng.randint(1, 4)):
            k = rng.randrange(len(text))
            text[k] = rng.choice(["", text[k] * 2, rng.choice(text), rng.choice("(){}_^&%~\\é∂\0\n")])
        yield "".join(text)


NASTY = ["(" * 3000, "{" * 3000, "[" * 50 + "]" * 50, r"\frac" * 900, "-" * 3000 + "1 = 1", "x" * 100_000,
         r"\begin{cases}", r"\sum_{i}" * 300 + "1 = 1", r"9^{9^{9^{9}}} = 1", r"0^{-1} = 1", r"\frac{1}{0} = 1",
         "1" * 400 + " = 1", "a = " * 200, r"W_{99999999999999999999,1}^{(1)} = 0", r"\sum_{k=1}^{10^{9}} k = 0",
         r"\sum_{k=1}^{99999999} k = 1",
         r"x^{(1.5)} = x", r"a^{(l - l + 1)} = a^{(1)}", r"f_{l'}(z) = 1", r"_ = ^", r"\end{pmatrix} = 1",
         r"\frac{\partial}{\partial} = 1",
         r"\sum_{k=1}^{E} \sum_{m=1}^{E} \sum_{p=1}^{E} \sum_{q=1}^{E} \sum_{r=1}^{E} \sum_{s=1}^{E} Z_{k,1}^{(1)}"
         r" Z_{m,1}^{(1)} Z_{p,1}^{(1)} Z_{q,1}^{(1)} Z_{r,1}^{(1)} Z_{s,1}^{(1)} = 1"]


def test_any_text_ends_in_a_report_in_under_a_second():
    for setting in ("generic", "scalar", "unit, sigmoid, squared_error"):
        for text in (*texts(400), *NASTY):
            start = time.process_time()
            report = check(text, setting)
            assert isinstance(report, Report), text
            assert time.process_time() - start < 1, text


SETTINGS = ["", "where", "where =", "where x", "where x = (", "sizes=0-2", "sizes=1", "sizes=3-4 where W^{(1)} = 2",
            "where W^{(2)} = 1", r"where u \in \mathbb{R}^{n}", "where s = s", r"where s = t \quad t = s",
            "where x = x",
            "where f(t) = f(t)", "sigmoid; linear", r"where \lambda = \begin{pmatrix} 1 & 2 \end{pmatrix}"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_any_setting_ends_in_a_report(setting):
    for latex in (r"z^{(1)} = s", r"f_1(x_1) = s + \lambda", r"\frac{dC}{ds} = 1", r"u^\top u = 1", "s = 1"):
        assert isinstance(check(latex, setting), Report)


def test_the_median_formula_takes_under_10_ms():
    def seconds(setting, latex):
        start = time.process_time()
        check(latex, setting)
        return time.process_time() - start

    assert statistics.median(seconds(*pair(e)) for e in (*ACCEPT, *REJECT)) < 0.010


def test_import_needs_numpy_alone():
    code = ("import sys, numpy; before = set(sys.modules); import bp.formula; "
            "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['bp']"


def test_the_reference_examples_run():
    import doctest

    import bp.formula
    assert doctest.testmod(bp.formula).attempted >= 2 and doctest.testmod(bp.formula).failed == 0
