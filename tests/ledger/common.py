"""What the ledger's tests share: a source's formula in the book's notation, executed, and able to fail."""

import numpy as np

from bp import conventions, formula

WRONG = ("false", "ill-formed")


def book(latex, key=None):
    """The formula as the book writes it; key: the source whose notation it has, None for the book's own."""
    return conventions.translate(latex, key) if key else latex


def holds(latex, setting="generic", key=None, tries=5):
    """Assert that a formula is true, and that most of its one-edit mutants, `tries` of them, are not."""
    ours = book(latex, key)
    report = formula.check(ours, setting)
    assert report.status == "true", f"{ours}: {report.status}, {report.message}"
    variants = [text for _, text in formula.mutants(ours, setting)]
    picked = variants[::max(1, len(variants) // tries)][:tries]
    rejected = [text for text in picked if formula.check(text, setting).status in WRONG]
    assert picked and 2 * len(rejected) > len(picked), f"{ours}: these say the same, so the check is blind: {picked}"


def fails(latex, setting="generic", key=None, says=""):
    """Assert that a formula is judged false or ill-formed, and that the reader's message holds `says`."""
    ours = book(latex, key)
    report = formula.check(ours, setting)
    assert report.status in WRONG, f"{ours}: {report.status}, {report.message}"
    assert says in report.message, f"{ours}: {report.message}"


def corrected(printed, correction, setting="generic", key=None):
    """Assert that what is printed is not true, and that its correction is."""
    fails(printed, setting, key)
    holds(correction, setting, key)


def conditional(latex, under, without="generic", key=None):
    """Assert that a formula is true in one setting, and false or ill-formed in another."""
    holds(latex, under, key)
    fails(latex, without, key)


def same(u, v, tolerance=1e-10):
    """Equal shapes, and equal values to rounding."""
    u, v = np.asarray(u), np.asarray(v)
    return u.shape == v.shape and bool(np.allclose(u, v, rtol=tolerance, atol=tolerance))


def derivative(function, at, step=1e-30):
    """d function / d at by complex step, for analytic functions; the value's axes come first, then those of at."""
    at = np.asarray(at)
    moved = (at + 1j * step * (np.arange(at.size).reshape(at.shape) == n) for n in range(at.size))
    slopes = [np.imag(function(m)) / step for m in moved]  # one array for each entry of at
    return np.stack(slopes, axis=-1).reshape(*np.shape(slopes[0]), *at.shape)
