"""prove(p, q): two sides compared entry by entry, with a failure text that names the layer."""

from dataclasses import dataclass

import numpy as np

from .arrays import array, expression
from .identity import certificate, differences, short


@dataclass(frozen=True)
class Proved:
    """What a proof leaves: the statement, how many entries were compared, how many of them by exact algebra."""

    statement: str
    entries: int
    exact: int

    def __repr__(self):
        how = "exactly" if self.exact == self.entries else f"{self.exact} exactly, all modulo large primes"
        return f"proved: {self.statement} ({self.entries} {'entry' if self.entries == 1 else 'entries'}, {how})"


def entries(p, name=""):
    """[(name, layer, expression)] of a number, an array, a dict keyed by layers, a Gradient or a Trace."""
    if isinstance(p, tuple) and hasattr(p, "_asdict"):
        return [e for part, value in p._asdict().items() for e in entries(value, part)]
    if isinstance(p, dict):
        return [(f"layer {l}, {name}^({l}){entry}", l, e) for l, value in sorted(p.items())
                for entry, _, e in entries(value)]
    p = array(p)
    return [(f"{name}_{','.join(str(i + 1) for i in index)}" if index else name, None, expression(p[index]))
            for index in np.ndindex(p.shape)]


def prove(p, q, statement="both sides are the same function", certify=True):
    """Compare p and q entry by entry (numbers, arrays, dicts by layer, Gradients); returns a printable Proved.

    certify: add an exact certificate where one is cheap. Raises AssertionError that names the layers that are
    wrong and shows both sides of one entry, the nearest to the output; or Undecided.
    """
    left, right = entries(p), entries(q)
    if [name for name, *_ in left] != [name for name, *_ in right]:
        raise AssertionError(f"{statement}: the two sides differ in shape or layers")
    wrong = differences([(u, v) for (*_, u), (*_, v) in zip(left, right)])
    if wrong:
        layers = sorted({left[n][1] for n in wrong if left[n][1] is not None})
        worst = next(n for n in wrong if left[n][1] == (layers[-1] if layers else None))
        plural = "s" if len(layers) > 1 else ""
        where = f" (layer{plural} {', '.join(map(str, layers))})" if layers else ""
        name, _, u = left[worst]
        raise AssertionError(f"{statement}\n  fails in {len(wrong)} of {len(left)} entries{where}; at {name or 'it'}:"
                             f"\n  one side is   {short(u)}\n  the other is  {short(right[worst][2])}")
    exact = sum(certificate(u, v) for (*_, u), (*_, v) in zip(left, right)) if certify else 0
    return Proved(statement, len(left), exact)


def assert_equal(p, q, statement="both sides are the same function"):
    """prove without exact certificates: quicker, raises AssertionError in the same words."""
    prove(p, q, statement, certify=False)
