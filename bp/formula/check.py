"""Ranges first, then numbers: a display is checked statement by statement, pair by pair, case by case."""

from itertools import product
from typing import NamedTuple

import numpy as np

from .meaning import (
    KINKS,
    NETWORKS,
    ONES,
    QUOTIENT_STEP,
    RESERVED,
    SAMPLES,
    IllFormed,
    NoLayer,
    Reader,
    are_names,
    bent,
    differentiates,
    flat_name,
    holds,
    letters,
    network,
    settle,
    size_text,
)
from .parse import INEQUALITIES, Node, Unsupported, show, statements, symbol, walk, written

EXACT = 1e-14  # relative, for numbers alone
TOLERANCE = 1e-11  # relative; complex-step derivatives are exact to rounding
NESTED = 1e-6  # relative, where a derivative is taken of a derivative
QUOTIENT = 1e-4  # relative, for a difference quotient
LONGEST = 6000  # characters
TAKEN = {*"WwbxyzaZAXYCJELKnIheijklm", r"\delta", r"\Delta", r"\yhat", r"\lambda", r"\alpha", r"\pi", ONES}


class Report(NamedTuple):
    status: str  # true, false, ill-formed, unsupported, nothing-to-check
    message: str
    checked: tuple = ()  # for each adjacent pair of a chain one line, with the range that was checked
    notes: tuple = ()
    understood: str = ""  # the tree printed back as LaTeX


class Refuted(Exception):
    """The sides differ."""


class Nothing(Exception):
    """Nothing is claimed."""


class Pair(NamedTuple):
    left: Node
    relation: str
    right: Node
    bound: object  # how far apart the sides may be: a function of their size


STATUS = {Refuted: "false", IllFormed: "ill-formed", Nothing: "nothing-to-check", Unsupported: "unsupported",
          RecursionError: "unsupported", MemoryError: "unsupported", ArithmeticError: "unsupported",
          ValueError: "unsupported", TypeError: "unsupported"}


def check(latex, setting="generic", *, seed=0):
    """Execute one display formula on a random network (see the package's docstring). Always returns a `Report`."""
    lines, notes, understood, defined, unrelated, cases = [], {}, [], [], [], 0
    try:
        if len(latex) > LONGEST:
            raise Unsupported(f"a formula of {len(latex)} characters; {LONGEST} is the limit")
        with np.errstate(all="ignore"):
            for s in statements(latex, network(setting, seed).names()):
                understood.append(written(s))
                name = new_name(s, network(setting, seed))
                if name:
                    defined.append(name)
                    setting += r" \quad " if "where" in setting else " where "
                    setting += written(s._replace(sides=s.sides[:2], conditions=()))
                    s = s._replace(sides=s.sides[1:], relations=s.relations[1:])
                if not s.relations and not name:
                    unrelated.append(understood[-1])
                elif s.relations:
                    new, count = check_statement(s, setting, seed, notes)
                    lines, cases = lines + new, cases + count
        if unrelated and (lines or defined):
            raise Unsupported(f"{unrelated[0]} claims nothing: a part of a display needs a relation")
        if not lines:
            raise Nothing(f"defines {', '.join(defined)}; later formulas name it in their setting (where ..)" if defined
                          else "there is no relation, so nothing is claimed")
        status, message = "true", "holds in the one case" if cases == 1 else f"holds in all {cases} cases"
    except tuple(STATUS) as e:
        status = next(status for kind, status in STATUS.items() if isinstance(e, kind))
        message = "nested too deeply" if isinstance(e, RecursionError) else str(e)
    return Report(status, message, tuple(lines), tuple(notes), r" \qquad ".join(understood))


def new_name(s, net):
    """The name that a statement introduces: one new plain letter on the left, absent on the right. Otherwise ""."""
    left, scalars = s.sides[0], net.mode == "scalar"
    function = left.op == "mul" and len(left.kids) == 2 and left.kids[1].op == "sym"  # g(z) = .., g not yet known
    head = left.kids[0] if function else left
    if left in (symbol("e"), symbol("d")) and s.relations[:1] == ("=",):
        raise Unsupported(f"{left.name} has a meaning already; take another letter")
    used = {n.name for side in s.sides[1:] for n in walk(side) if n.op in ("sym", "call")}
    known = {*net.definitions, *net.functions, *net.constants, *(name for name, layer in net.data if layer is None)}
    if s.relations[:1] != ("=",) or head.op not in ("sym", "call") or head.name in used:
        return ""
    if known & {head.name, flat_name(head)} or head.primes or head.layer or head.indices and not scalars:
        return ""
    if head.op == "call" or function:
        arguments = left.kids if head.op == "call" else left.kids[1:]
        if any(a.name in RESERVED for a in arguments):
            raise Unsupported(f"{show(left)}: a letter that has a meaning already is no argument")
        if not are_names(arguments):
            return ""
        may_be_new = ("g", "h", r"\phi", "f")[:4 if scalars and not function else 3]
        return head.name if head.name in may_be_new else ""
    return show(left) if head.name != "d" and (scalars or head.name not in TAKEN) else ""


def check_statement(s, setting, seed, notes):
    """(a line for each pair of the chain, number of cases); a difference raises Refuted.

    Every statement is tried on three networks of other widths, depth, units and E, on more where letters are free.
    """
    first, spans, count, reason, work = network(setting, seed), {}, 0, None, 0
    scalars, pairs = first.mode == "scalar", list(pairs_of(s, first, notes))
    bounds = any(pair.relation in INEQUALITIES for pair in pairs)
    kinks = any(kinked(n, scalars) for n in all_nodes(pairs, first))
    kind = "step" if r"\approx" in s.relations else "kink" if kinks and not bounds else ""
    many = SAMPLES
    if bounds or kinks and scalars:  # a bound can hold by chance
        many = first.wide
    elif kinks or first.chance:
        many = 6 * KINKS if first.mode else KINKS  # small networks vary less
    for sample in range(many):
        net = network(setting, seed, sample, kind)
        net.start(work)
        for case in cases(s, pairs, net):
            if isinstance(case, NoLayer):
                reason = case
                continue
            count += 1
            for name, value in case.items():
                spans.setdefault(name, set()).add(value)
            failure = compare_all(pairs, Reader(net.state(), case))
            if failure:
                at = ", ".join(f"{k} = {v}" for k, v in case.items())
                raise Refuted((f"for {at}: " if at else "") + failure + "".join(
                    f" ({n} stands on one side only)" for n in lonely(pairs)))
        work, free = net.work, net.met - ({"h"} if kind == "step" else set())
        if not free and (scalars or sample == NETWORKS - 1 and many == SAMPLES):
            break
    if not count:
        raise IllFormed(f"no case is left to check{': ' + str(reason) if reason else ''}")
    tried = [f"{n} = {min(v)}" + (f"..{max(v)}" if len(v) > 1 else "")
             for n, v in sorted(spans.items(), key=lambda item: (item[0] != "l", item[0]))]
    tried += [f"{sample + 1} values of the free letters"] * bool(free) + domains(free)
    tried += [f"{sample + 1} networks"] * (not scalars)
    tried += [f"where {show(c)}" for c in s.conditions if c.kids[1].op != "range"]
    text = ", ".join(tried) or "one case"
    return [f"{show(u)} {r} {show(v)}   ({text})" for u, r, v, _ in pairs], count * len(pairs)


def domains(free):
    """Where those free letters lie that are not of both signs."""
    return [f"0 < {n} < 1" if n[0] in "aypq" else f"{n} > 0" for n in sorted(free) if n[0] in "aypqn\\"]


def all_nodes(pairs, net):
    """Every node of the pairs and of the definitions and functions that they use."""
    found, trees = set(), [side for pair in pairs for side in (pair.left, pair.right)]
    while trees:
        new = {*walk(trees.pop())} - found
        found |= new
        trees += [table[flat_name(n)][1] for n in new if n.op in ("sym", "call")
                  for table in (net.definitions, net.functions) if flat_name(n) in table]
    return found


def kinked(node, scalars):
    """Does it hide a sign or a piece? Then letters are tried more often, and further out."""
    if node.op == "test":  # of a bracket or a case; indices are compared by =
        return bool({*node.name.split()} - {"=", r"\ne"})
    root = node.op == "pow" and node.kids[0] != symbol("e") and (
        node.kids[1].op not in ("num", "neg", "sym") or "." in show(node.kids[1]))
    return root or bent(node) or node.op == "call" and node.name == r"\sqrt" or scalars and (
        node.op == "norm" or node.op == "call" and node.name == r"\log")


def lonely(pairs):
    """The free indices that are found on one side of a pair only."""
    return sorted({n for u, _, v, _ in pairs for n in {n for n, _ in letters(u)} ^ {n for n, _ in letters(v)}
                   if not all(any(part.name == n for part in walk(side)) for side in (u, v))})


def pairs_of(s, net, notes):
    """Yield what is compared; an update claims the step X - alpha dJ/dX."""
    for left, relation, right in zip(s.sides, s.relations, s.sides[1:]):
        if relation == r"\leftarrow":
            if left.op != "sym" or left.name not in ("W", "b", "w"):
                raise Nothing(f"{show(left)} is not a parameter; an update is checked for W and b")
            step = Node("mul", (symbol(r"\alpha"), Node("deriv", (symbol("J"), left))))
            left = Node("add", (left, Node("neg", (step,))))
        elif left == right and relation == "=":
            if len(s.relations) == 1:
                raise Nothing(f"both sides are {show(left)}")
            continue
        spaces = [side.op == "space" and len(side.kids) < 3 for side in (left, right)]
        if spaces != [False, relation == r"\in"]:
            raise Unsupported(r"\in is read for shapes: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}")
        for part in left.kids if left.op == "list" else [left]:
            yield Pair(part, relation, right, bound_for(part, right, relation, net, notes))


def cases(s, pairs, net):
    """Yield {letter: value} for every case that the conditions leave; NoLayer for layers that do not exist."""
    trees = [tree for pair in pairs for tree in (pair.left, pair.right)]
    free = [found for tree in trees for found in letters(tree)]
    layers, indices = ([*dict.fromkeys(n for n, role in free if role == wanted)] for wanted in ("layer", "index"))
    bound = {n.name for tree in trees for n in walk(tree) if n.op in ("sum", "prod")}
    for name in {*layers} & {*indices}:
        raise IllFormed(f"{name} numbers a layer in one place and an entry in another")
    for name in bound & {*layers, *indices}:
        raise IllFormed(f"{name} is free in one place and bound by a sum in another")
    tests = [c for c in s.conditions if c.kids[1].op != "range"]
    for name in {c.kids[0].name for c in s.conditions if c.kids[1].op == "range"} - {*layers, *indices}:
        raise Unsupported(f"a range of {name}, which is no free index or layer here")
    early = [t for t in tests if not {n.name for n in walk(t) if n.op == "sym"} & {*indices}]
    for values in product(range(net.L + 1), repeat=len(layers)):
        case = dict(zip(layers, values))
        reader = Reader(net.state(), case)
        ends = {c.kids[0].name: sorted(map(reader.integer, c.kids[1].kids)) for c in s.conditions if c not in tests}
        stated = {name: range(low, high + 1) for name, (low, high) in ends.items()}
        for name in {*layers} & {*stated}:
            if stated[name] and (stated[name][-1] > net.L or stated[name][0] < 0):
                raise IllFormed(f"{name} is to run to {stated[name][-1]}, but the layers run to L = {net.L}")
        if any(v not in stated.get(n, [v]) for n, v in case.items()):
            continue
        try:
            if not all(reader.value(t).real for t in early):
                continue
            found = [axis for tree in trees for axis in reader.axes(tree)]
        except NoLayer as e:
            if not layers or {*layers} & {*stated}:
                raise
            yield e
            continue
        ranges = [range_of(name, found, stated.get(name)) for name in indices]
        for entry in product(*ranges):
            full = case | dict(zip(indices, entry))
            if all(Reader(net.state(), full).value(t).real for t in tests):
                yield full


def range_of(name, found, stated):
    """The values of a free index: those of every axis that it numbers, which must be those stated."""
    size, owner = settle(found, name)
    if size is None and stated is None:
        raise IllFormed(f"{name} numbers no axis, so its range cannot be told")
    if size is not None and stated not in (None, range(1, size + 1)):
        raise IllFormed(f"{name} is to run to {stated[-1]}, but numbers {size} entries in {show(owner)}")
    return stated or range(1, size + 1)


def compare_all(pairs, reader):
    """What differs in one case, or nothing. A \\mathbf 1 or I without a size takes the one that fits."""
    if not any(n.op == "sym" and n.name in (ONES, "I") and not n.indices
               for pair in pairs for side in (pair.left, pair.right) for n in walk(side)):
        return compare_chain(pairs, reader)
    net, error = reader.net, None
    for shapes in [[(n, 1) for n in sorted({net.E, *net.sizes})], [(net.E, n) for n in {*net.sizes}]]:
        fits = set()
        for shape in shapes:
            try:
                fits.add(compare_chain(pairs, reader.using(ONES, shape)))
            except IllFormed as e:
                error = error or e
        if len(fits) > 1:
            raise IllFormed(r"the length of \mathbf 1 cannot be told; write \mathbf 1_E or \mathbf 1_{n_l}")
        if fits:
            return fits.pop()
    raise error


def compare_chain(pairs, reader):
    """What differs first; each side of a chain is evaluated once, and all of them before any is compared."""
    sides = dict.fromkeys(side for pair in pairs for side in (pair.left, pair.right) if side.op != "space")
    values = {side: reader.value(side) for side in sides}
    differences = [misshaped(pair, values[pair.left], reader) if pair.relation == r"\in" else
                   differing(pair, values[pair.left], values[pair.right]) for pair in pairs]
    return next(filter(None, differences), "")


def misshaped(pair, value, reader):
    stated = tuple(reader.integer(k) for k in pair.right.kids)
    stated = () if set(stated) <= {1} else (*stated, 1)[:2]
    found = np.shape(value)
    if not np.isfinite(value).all() or np.abs(np.imag(value)).max() > 1e-9:
        return f"{show(pair.left)} is not a real number"
    return "" if found == stated else f"{show(pair.left)} is {size_text(found)}, not {size_text(stated)}"


def differing(pair, u, v):
    """What differs if the relation does not hold for these values."""
    left, relation, right, bound = pair
    if np.shape(u) != np.shape(v):
        raise IllFormed(f"{show(left)} is {size_text(np.shape(u))}, but {show(right)} is {size_text(np.shape(v))}")
    u, v = np.asarray(u), np.asarray(v)
    size = np.maximum(np.abs(u), np.abs(v))
    if np.isinf(size).any() and not any(n.op == "div" for side in (left, right) for n in walk(side)):
        raise Unsupported(f"a number in {show(left)} {relation} {show(right)} is too large to be computed")
    if holds(relation, u, v, bound(size) + 1e-16 * size.max()).all():
        return ""
    at = np.unravel_index(np.argmax(np.nan_to_num(np.abs(u - v), nan=np.inf)), u.shape)
    entry = f" in entry {tuple(int(i) + 1 for i in at)}" if at else ""
    for side, value in ((left, u[at]), (right, v[at])):
        if not np.isfinite(value):
            return f"{show(side)} is not defined for every value that was tried; say where it holds, as in x > 0"
    return f"{show(left)} is {plain(u[at])}, but {show(right)} is {plain(v[at])}{entry}"


def plain(value):
    return f"{value.real:.6g}" if abs(value.imag) <= 1e-9 * abs(value) else f"{value:.6g}"


def bound_for(left, right, relation, net, notes):
    """How far apart two values may be: a function of their size. What is not exact is noted."""
    nodes = [*walk(left), *walk(right)]
    if any(n.op == "cases" or bent(n) for n in nodes):
        notes["checked on both sides of the kink, not on it; the book takes f' = 0 there"] = True
    if relation == r"\approx":
        printed = [side for side in (left, right) if not any(n.op in ("sym", "call", "deriv") for n in walk(side))]
        if not printed and symbol("h") not in nodes:
            raise Unsupported(r"\approx needs printed numbers on one side, or a difference quotient with h")
        if not printed and not (only_divided(left) and only_divided(right)):
            raise Unsupported(r"with \approx a step h stands in difference quotients, divided by h or 2h, only")
        notes["compared to half a unit of the last printed digits" if printed else
              f"difference quotient: h = {QUOTIENT_STEP:g}, compared to {QUOTIENT:g}"] = True
        rounded = sum(rounding(side, net) for side in printed) + 1e-12
        return lambda size: rounded if printed else QUOTIENT * size + 2e-5
    if any(n.primes > 1 or n.op == "deriv" and differentiates(n.kids[0], net) or
           n.op == "call" and n.primes and flat_name(n) in net.functions for n in nodes):
        notes[f"a derivative of a derivative: compared to {NESTED:g}"] = True
        return lambda size: NESTED * size + 1e-9
    if not any(n.op in ("sym", "call") for n in nodes):
        return lambda size: EXACT * size  # nothing but digits
    return lambda size: TOLERANCE * size + 1e-13


def only_divided(node):
    """Does h stand only in quotients by h, 2h or -h? Elsewhere its terms are too small to be noticed."""
    h = symbol("h")
    if node.op == "div" and h in walk(node.kids[1]):
        factors = node.kids[1].kids if node.kids[1].op in ("mul", "neg") else node.kids[1:]
        return factors.count(h) == 1 and all(k in (h, symbol(r"\iunit")) or k.op == "num" for k in factors)
    return node != h and all(map(only_divided, node.kids))


def rounding(side, net):
    """By how much half a unit in the last digit of each printed number can move a side that is made of numbers.

    A number without decimals counts as exact, unless it is the whole side.
    """
    exact, total = Reader(net.state(), {}).value(side), 0
    alone = side.kids[0] if side.op == "neg" else side
    if alone.op == "num" and len(alone.name) == 1:
        raise Unsupported(f"to how many digits is {show(side)} rounded? Write {show(side)}.0, or more of them")
    for node in {n for n in walk(side) if n.op == "num" and ("." in n.name or n is alone)}:
        half = 0.5 * 10.0 ** -len(node.name.partition(".")[2]) * (1 + 1e-9)
        total = total + np.abs(Reader(net.state(), {node: half}).value(side) - exact)
    return total
