"""Sums over layers of any width: a normal form for expressions of Indexed, Sum and KroneckerDelta.

Two expressions with the same normal form are equal for every width, for each step is an identity: products of
sums are multiplied out, sum_i 1[i = p] g(i) = g(p), sum_i c = n c, and bound indices are renamed from outside in.
Every Sum gets an index of its own (``total``) and derivatives are taken at fresh indices: SymPy would otherwise
mix bound and free indices that share a name.
"""

from itertools import permutations, product

import sympy as sp


def size(name):
    """A symbolic layer width or number of examples."""
    return sp.Symbol(name, integer=True, positive=True)


def index(name="i"):
    """A fresh index."""
    return sp.Dummy(name, integer=True)


def total(body, n, name="i"):
    """sum_{i=1}^n body(i), with a bound index that occurs nowhere else."""
    i = index(name)
    return sp.Sum(body(i), (i, 1, n))


def normal(e, ranges, depth=0):
    """The normal form of e; ranges gives each free index its width. Raises ValueError for a delta across widths."""
    result = []
    for factor, bound in _terms(sp.sympify(e)):
        contracted = _contract(factor, bound, ranges)
        if contracted is not None:
            result.append(_rename(*contracted, ranges, depth))
    return sp.Add(*result)


def _terms(e):
    """e as a sum of products: [(product, {bound index: width})], every bound index fresh."""
    if e.is_Add:
        return [t for arg in e.args for t in _terms(arg)]
    if e.is_Mul:
        apart = sp.expand_mul(e, deep=False)        # first, so that S and 1/S meet and cancel
        return _terms(apart) if apart.is_Add else [_times(row) for row in product(*map(_terms, apart.args))]
    if e.is_Pow and e.exp.is_Integer and e.exp > 0 and e.base.has(sp.Sum, sp.Add):
        return [_times(row) for row in product(*(_terms(e.base) for _ in range(int(e.exp))))]
    if isinstance(e, sp.Sum):
        (i, _, n), *more = e.limits
        inner = e.function if not more else sp.Sum(e.function, *more)
        fresh = index(i.name)
        return [(f, {fresh: n, **bound}) for f, bound in _terms(inner.xreplace({i: fresh}))]
    return [(e, {})]


def _times(row):
    return sp.Mul(*(f for f, _ in row)), {i: n for _, bound in row for i, n in bound.items()}


def _contract(factor, bound, ranges):
    """Use up deltas on bound indices and sums over nothing; None if the term vanishes."""
    bound = dict(bound)
    while True:
        deltas = [d for d in sp.Mul.make_args(factor) if isinstance(d, sp.KroneckerDelta)]
        found = next((d for d in deltas if bound.keys() & set(d.args)), None)
        if found is None:
            break
        i = next(i for i in found.args if i in bound)
        (other,) = set(found.args) - {i}
        n = bound.pop(i)
        if {**ranges, **bound}[other] != n:
            raise ValueError(f"{found} compares indices of different widths {n} and {({**ranges, **bound})[other]}")
        factor = sp.Mul(*(d for d in sp.Mul.make_args(factor) if d != found)).xreplace({i: other})
    for i in [i for i in bound if i not in factor.free_symbols]:
        factor *= bound.pop(i)
    return None if factor == 0 else (factor, bound)


def _rename(factor, bound, ranges, depth):
    """Bound indices get names by depth and place; of all orders the one that prints first."""
    best = None
    for order in permutations(bound):
        names = [sp.Symbol(f"i_{depth}{place}", integer=True) for place in range(len(order))]
        inside = {**ranges, **{name: bound[i] for name, i in zip(names, order)}}
        body = _arguments(factor.xreplace(dict(zip(order, names))), inside, depth + 1)
        key = (str([bound[i] for i in order]), str(body))
        if best is None or key < best[0]:
            best = key, sp.Sum(body, *((name, 1, inside[name]) for name in names)) if names else body
    return best[1]


def _arguments(e, ranges, depth):
    """Normal forms inside functions and denominators, in one product."""
    if e.is_Mul:
        return sp.Mul(*(_arguments(x, ranges, depth) for x in e.args))
    if e.is_Pow:
        return sp.Pow(_arguments(e.base, ranges, depth) if e.base.is_Pow or e.base.is_Function
                      else normal(e.base, ranges, depth), e.exp)
    if e.is_Function and not isinstance(e, sp.KroneckerDelta):
        return e.func(*(normal(x, ranges, depth) for x in e.args))
    return e
