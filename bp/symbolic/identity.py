"""Are two expressions the same function? A test by residues, and an exact certificate.

Every independent atom (a symbol, f(u), log(u)) is replaced by a residue modulo a prime, and the expression is
computed in that field: two different rational functions agree there with probability of about degree/2^59 a
round (Schwartz and Zippel). exp(u) becomes g^u, where u is computed modulo the order of g, the next prime of a
chain p = 2q + 1; so exp(u + v) = exp(u) exp(v) holds. A step [z > 0] is 0 or 1, and all combinations are tried.

Accepting is therefore probabilistic; ``certificate`` adds an exact proof where that is cheap. Rejecting is certain
for rational functions, exp, tanh and unspecified functions; of log it knows nothing, so that log(x y) and
log x + log y count as different.
"""

from hashlib import blake2b

import sympy as sp
from sympy.core.function import AppliedUndef

from .atoms import Largest, Step, Unspecified

# Fourteen primes, each twice the one before plus one: one level for each exp inside another
_CHAIN = [(95405042230542329 + 1) * 2**k - 1 for k in range(14)][::-1]
_ROUNDS = 2
_ATOMS = (Unspecified, Largest, sp.log, AppliedUndef)      # nothing is known of their values


class Undecided(ValueError):
    """The test does not know a function in the expression: neither equal nor different."""


class _Field:
    """One random point: what each expression is worth modulo the primes of the chain."""

    def __init__(self, seed, steps=()):
        self.seed, self.steps, self.trail = seed, list(steps), {}
        self.memo = {}

    def random(self, level, *key):
        text = "|".join(map(str, (self.seed, level, *key)))
        return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big") % _CHAIN[level]

    def __call__(self, e, level=0):
        found = self.memo.get((level, e))
        if found is None:
            if level >= len(_CHAIN) - 1:
                raise Undecided(f"exp is nested more than {len(_CHAIN) - 2} deep")
            found = self.memo[level, e] = self.residue(e, level)
        return found

    def residue(self, e, level):
        p = _CHAIN[level]
        if e.is_Rational:
            return e.p * pow(e.q, -1, p) % p
        if e.is_Symbol or isinstance(e, sp.Indexed):
            return self.random(level, sp.srepr(e))
        if e.is_Add:
            return sum(self(x, level) for x in e.args) % p
        if e.is_Mul:
            product = 1
            for x in e.args:
                product = product * self(x, level) % p
            return product
        if e.is_Pow and e.exp.is_Integer and e.base is not sp.E:
            base, n = self(e.base, level), int(e.exp)
            if base == 0 and n < 0:
                raise ZeroDivisionError
            return pow(base, n, p)
        if e is sp.E or isinstance(e, sp.exp):
            return self.power_of_e(sp.S.One if e is sp.E else e.exp, level)
        if isinstance(e, sp.tanh):
            square = self.power_of_e(2 * e.args[0], level)          # tanh u = (e^2u - 1)/(e^2u + 1)
            if square == p - 1:
                raise ZeroDivisionError
            return (square - 1) * pow(square + 1, -1, p) % p
        if isinstance(e, Step):
            return self.step(self(e.args[0]))
        if isinstance(e, _ATOMS):
            return self.random(level, type(e).__name__, *(self(x, level) for x in e.args))
        raise Undecided(f"no residue is defined for {type(e).__name__} in {short(e)}")

    def power_of_e(self, u, level):
        p = _CHAIN[level]
        g = pow(2 + self.random(level, "e") % (p - 4), 2, p)        # a square: its order is the next prime
        return pow(g, self(u, level + 1), p)

    def step(self, z):
        if z == 0:
            return 0
        if _CHAIN[0] - z in self.trail:
            return 1 - self.trail[_CHAIN[0] - z]        # [-z > 0] = 1 - [z > 0] off the kink
        if z not in self.trail:
            n = len(self.trail)
            self.trail[z] = self.steps[n] if n < len(self.steps) else 0
        return self.trail[z]


def differences(pairs):
    """The numbers of the pairs (p, q) that differ, in order; [] if all are equal. Raises Undecided."""
    pairs = [(n, sp.sympify(p), sp.sympify(q)) for n, (p, q) in enumerate(pairs) if p != q]
    wrong, rounds, retries, seed, steps = set(), 0, 0, 0, []
    while rounds < _ROUNDS:
        field, seed = _Field(seed, steps), seed + 1
        try:
            wrong |= {n for n, p, q in pairs if n not in wrong and field(p) != field(q)}
        except ZeroDivisionError:
            retries += 1
            if retries > 3:
                raise Undecided("a denominator is zero at every point that was tried") from None
            continue
        steps = list(field.trail.values())          # count up in binary through all regions of the steps
        while steps and steps[-1] == 1:
            steps.pop()
        if steps:
            steps[-1] = 1
        else:
            rounds += 1
    return sorted(wrong)


def equal(p, q):
    """True if the expressions p and q are the same function (see the module's text). Raises Undecided."""
    return not differences([(p, q)])


def certificate(p, q, budget=1000):
    """True if exact algebra shows p - q to be 0; False says nothing: too long, or of the wrong kind."""
    p, q = sp.sympify(p), sp.sympify(q)
    if p == q:
        return True
    names, d = {}, p - q
    if d.has(Step):
        return False
    d = d.replace(lambda e: isinstance(e, _ATOMS), lambda e: names.setdefault(e, sp.Dummy()))
    if d.has(sp.tanh):
        d = d.rewrite(sp.exp)
    if sp.count_ops(d) > budget:
        return False
    if d.is_polynomial(*d.free_symbols):
        return sp.expand(d) == 0
    if sp.count_ops(d) > budget // 4:
        return False
    numerator = sp.fraction(sp.together(d))[0]
    return sp.count_ops(numerator) <= budget and sp.expand(numerator) == 0


def short(e, width=160):
    """The expression as text, cut in its middle."""
    text = str(e)
    return text if len(text) <= width else f"{text[:width - 45]} ... {text[-40:]}"
