"""Ranges first, then numbers: a display is checked statement by statement, pair by pair, case by case."""

from itertools import product
from typing import NamedTuple

import numpy as np

from .meaning import (
    QUOTIENT_STEP,
    SAMPLES,
    WIDE,
    IllFormed,
    NoLayer,
    Reader,
    differentiates,
    flat_name,
    holds,
    network,
    size_text,
)
from .parse import Node, Unsupported, show, statements, symbol, walk, written

TOLERANCE = 1e-9  # relative; complex-step derivatives are exact to rounding
NESTED = 1e-6  # relative, where a derivative is taken of a derivative
QUOTIENT = 1e-4  # relative, for a difference quotient
ORDER = ("<", ">", r"\le", r"\ge", r"\leq", r"\geq")  # a bound can hold by chance: it is tried far more often
LONGEST = 6000  # characters
KINKED = (r"\max", r"\min", r"\relu", r"\elu", r"\leakyrelu", r"\prelu", r"\sign")


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


STATUS = {Refuted: "false", IllFormed: "ill-formed", Nothing: "nothing-to-check", Unsupported: "unsupported",
          RecursionError: "unsupported", ArithmeticError: "unsupported", ValueError: "unsupported"}


def check(latex, setting="generic", *, seed=0):
    """Execute one display formula on a random network (see the package's docstring). Always returns a `Report`."""
    lines, notes, understood, defined, unrelated, cases = [], {}, [], [], [], 0
    try:
        if len(latex) > LONGEST:
            raise Unsupported(f"a formula of {len(latex)} characters; {LONGEST} is the limit")
        with np.errstate(all="ignore"):
            for s in statements(latex, network(setting, seed, 0).names()):
                understood.append(written(s))
                name = new_name(s, network(setting, seed, 0))
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
        if not lines:
            raise Nothing(f"defines {', '.join(defined)}; later formulas name it in their setting (where ..)" if defined
                          else "there is no relation, so nothing is claimed")
        if unrelated:
            raise Unsupported(f"{unrelated[0]} claims nothing: a part of a display needs a relation")
        status, message = "true", "holds in the one case" if cases == 1 else f"holds in all {cases} cases"
    except tuple(STATUS) as e:
        status = next(status for kind, status in STATUS.items() if isinstance(e, kind))
        message = "nested too deeply" if isinstance(e, RecursionError) else str(e)
    return Report(status, message, tuple(lines), tuple(notes), r" \qquad ".join(understood))


def new_name(s, net):
    """The name that a statement introduces: one new plain letter on the left, absent on the right. Otherwise ""."""
    left, right = s.sides[0], [n.info[0] for t in s.sides[1:] for n in walk(t) if n.op in ("sym", "call")]
    function = left.op == "mul" and len(left.kids) == 2 and left.kids[1].op == "sym"  # g(z) = .., g not yet known
    head = left.kids[0] if function else left
    if s.relations[:1] not in [("=",), (r"\leftarrow",)] or head.op not in ("sym", "call") or head.info[0] in right:
        return ""
    name, indices, layer, primes = head.info
    taken = (*"WwbxyzaZAXYCJELKnIhe", r"\delta", r"\Delta", r"\yhat", r"\lambda", r"\alpha", r"\pi", r"\ones")
    known = {name, flat_name(head)} & {*net.definitions, *net.functions, *(k for k, layer in net.data if layer is None)}
    if known or primes or layer is not None or indices and net.mode != "scalar":
        return ""
    if head.op == "call" or function:
        return name if name in ("g", "h", r"\phi") or head.op == "call" and name == "f" and net.mode == "scalar" else ""
    return show(left) if net.mode == "scalar" or name not in taken else ""


# letters and their ranges

def letters(node, bound=frozenset(), role=None):
    """Yield (letter, "layer" or "index") for every free letter that numbers something."""
    parts = [(cell, role) for row in node.kids for cell in row] if node.op == "matrix" else \
        [(k, "index" if node.op == "entry" and n else role) for n, k in enumerate(node.kids)]
    if node.op in ("sym", "call"):
        name, indices, layer, _ = node.info
        if role and len(name) == 1 and name.islower() and name not in bound and name != "n":
            yield name, role
        parts += [(layer, "layer")] if layer is not None else []
        parts += [(i, "layer" if name in ("f", "n") else "index") for i in indices]
    if node.op in ("sum", "prod"):
        bound = bound | {node.info[0]}
    for part, place in parts:
        yield from letters(part, bound, place)


def axes(node, reader):
    """Yield (letter, size, symbol) for every axis that a letter numbers. A layer that does not exist raises."""
    net, kids = reader.net, node.kids
    if node.op in ("sum", "prod"):
        name, values = node.info[0], reader.span(node)
        for value in values if (name, "layer") in letters(kids[0]) else values[:1]:
            yield from (a for a in axes(kids[0], reader.using(**{name: value})) if a[0] != name)
        return
    numbers, sizes = (), ()
    if node.op in ("sym", "call"):
        name, numbers, layer, _ = node.info
        if name in ("f", "n") and len(numbers) == 1 and net.mode != "scalar":
            reader.layer(numbers[0], int(name == "f"))
        elif name == "C" and numbers:
            sizes = (net.E,)
        elif node.op == "sym" and (numbers or layer is not None) and name != r"\ones" and not (
                name == r"\delta" and layer is None and len(numbers) == 2 and numbers[0] != symbol("e")):
            sizes = reader.place(node)[1].shape
    elif node.op == "entry":
        blank = Reader(reader.state, {**{k: 1 for k, _ in letters(node)}, **reader.env})
        shape, numbers = np.shape(blank.value(kids[0])), kids[1:]
        sizes = shape if len(numbers) == 2 else [n for n in shape if n > 1]
    yield from ((i.info[0], n, node) for i, n in zip(numbers, sizes) if i.op == "sym")
    for part in [cell for row in kids for cell in row] if node.op == "matrix" else kids:
        yield from axes(part, reader)


def settle(found, letter):
    """The one size that a letter numbers, and a symbol that shows it; a conflict is an error."""
    sizes = {size: node for name, size, node in reversed(found) if name == letter}
    if len(sizes) > 1:
        (n, u), (m, v) = list(sizes.items())[-2:]
        raise IllFormed(f"{letter} numbers {m} entries in {show(v)}, but {n} in {show(u)}")
    return next(iter(sizes.items()), (None, None))


def span_of(node, reader):
    """The values of the letter of a sum or product; its limits must be those of the axes that it numbers."""
    (name, _), body, word = node.info, node.kids[0], {"sum": "sum", "prod": "product"}[node.op]
    low, high = [reader.integer(k) for k in node.kids[1:]] + [1, None][len(node.kids) - 1:]
    if (name, "layer") in letters(body):
        values = range(low, (reader.net.L if high is None else high) + 1)
        if not values:
            raise NoLayer(f"the {word} over {name} is empty")
        for value in values:
            list(axes(body, reader.using(**{name: value})))
        return values
    size, owner = settle(list(axes(body, reader.using(**{name: 1}))), name)
    if size is None and (high is None or not any(n == symbol(name) for n in walk(body))):
        raise IllFormed(f"the {word} runs over {name}, but {name} numbers nothing in {show(body)}")
    for limit, value, wanted, verb in zip(node.kids[1:], (low, high), (1, size), ("starts at", "runs to")):
        if size is not None and value != wanted:
            text = show(limit) if limit.op == "num" else f"{show(limit)} = {value}"
            raise IllFormed(f"{word} over {name} {verb} {text}, but {name} numbers {size} entries in {show(owner)}")
    return range(low, (size or high) + 1)


# one statement

def check_statement(s, setting, seed, notes):
    """(a line for each pair of the chain, number of cases); a difference raises Refuted."""
    pairs = []
    for left, right, relation in zip(s.sides, s.sides[1:], s.relations):
        if relation == r"\leftarrow":
            left = updated(left)
        elif left == right:
            if len(s.relations) == 1:
                raise Nothing(f"both sides are {show(left)}")
            continue
        net = network(setting, seed, 0)
        pairs += [(side, right, relation, bound_for(side, right, relation, net, notes))
                  for side in (left.kids if left.op == "list" else [left])]
    flexible = any(n.op == "sym" and n.info[0] in (r"\ones", "I") and not n.info[1]
                   for pair in pairs for t in pair[:2] for n in walk(t))
    spans, failure, count, reason = {}, None, 0, None
    bound_stated = any(relation in ORDER for _, _, relation, _ in pairs)
    draws = WIDE if bound_stated else SAMPLES
    for sample in range(draws):
        net = network(setting, seed + sample * bound_stated, sample)
        net.start()
        for case in cases(s, pairs, net):
            if isinstance(case, NoLayer):
                reason = case
                continue
            count += 1
            for name, value in case.items():
                spans.setdefault(name, set()).add(value)
            difference = compare_all(pairs, flexible, Reader(net.state(), case))
            at = ", ".join(f"{k} = {v}" for k, v in case.items())
            if difference:
                failure = (f"for {at}: " if at else "") + difference
                break
        if failure or not (net.free_used or bound_stated):
            break
    if not count:
        raise IllFormed(f"no case is left to check{': ' + str(reason) if reason else ''}")
    if failure:
        alone = {n for u, v, *_ in pairs for n in {n for n, _ in letters(u)} ^ {n for n, _ in letters(v)}}
        raise Refuted(failure + "".join(f" ({n} stands on one side only)" for n in sorted(alone)))
    ranges = [f"{n} = {min(v)}" + (f"..{max(v)}" if len(v) > 1 else "") for n, v in sorted(spans.items(), key=order)]
    ranges += [f"{draws} values of the free letters"] * net.free_used
    ranges += [f"{draws} networks"] * (bound_stated and net.mode != "scalar")
    text = ", ".join(ranges) or "one case"
    return [f"{show(u)} {r} {show(v)}   ({text})" for u, v, r, _ in pairs], count * len(pairs)


def order(item):
    return item[0] != "l", item[0]


def updated(left):
    """X <- .. claims the step X - alpha dJ/dX."""
    if left.op != "sym" or left.info[0] not in ("W", "b", "w"):
        raise Nothing(f"{show(left)} is not a parameter; an update is checked for W and b")
    step = Node("mul", (symbol(r"\alpha"), Node("deriv", (symbol("J"), left))))
    return Node("add", (left, Node("neg", (step,))))


def cases(s, pairs, net):
    """Yield {letter: value} for every case that the conditions leave; NoLayer for layers that do not exist."""
    trees = [t for pair in pairs for t in pair[:2]]
    free = [pair for t in trees for pair in letters(t)]
    layers, indices = ([*dict.fromkeys(n for n, role in free if role == wanted)] for wanted in ("layer", "index"))
    bound = {n.info[0] for t in trees for n in walk(t) if n.op in ("sum", "prod")}
    for name in {*layers} & {*indices}:
        raise IllFormed(f"{name} numbers a layer in one place and an entry in another")
    for name in bound & {*layers, *indices}:
        raise IllFormed(f"{name} is free in one place and bound by a sum in another")
    tests = [c for c in s.conditions if c.op != "range"]
    if any(c.op != "test" for c in tests):
        raise Unsupported("a condition is a relation, or a range such as l = 1, \\dots, L")
    for values in product(range(net.L + 1), repeat=len(layers)):
        case = dict(zip(layers, values))
        reader = Reader(net.state(), case)
        stated = {c.info: sorted(map(reader.integer, c.kids)) for c in s.conditions if c.op == "range"}
        early = [t for t in tests if not {n.info[0] for n in walk(t) if n.op == "sym"} & {*indices}]
        if any(n in stated and not stated[n][0] <= v <= stated[n][1] for n, v in case.items()) or not all(
                reader.value(t).real for t in early):
            continue
        try:
            found = [a for t in trees for a in axes(t, reader)]
        except NoLayer as e:
            if not layers or {*layers} & {*stated}:
                raise
            yield e
            continue
        ranges = []
        for name in indices:
            size, owner = settle(found, name)
            if size is None and name not in stated:
                raise IllFormed(f"{name} numbers no axis, so its range cannot be told")
            if size is not None and stated.get(name, [1, size]) != [1, size]:
                raise IllFormed(f"{name} is to run to {stated[name][1]}, but numbers {size} entries in {show(owner)}")
            ranges.append(range(1, (size or stated[name][1]) + 1))
        for entry in product(*ranges):
            full = case | dict(zip(indices, entry))
            if all(Reader(net.state(), full).value(t).real for t in tests):
                yield full


def compare_all(pairs, flexible, reader):
    """What differs in one case, or None. A \\mathbf 1 or I without a size takes the one that fits."""
    if not flexible:
        return compare_chain(pairs, reader)
    net, error = reader.net, None
    for shapes in [[(n, 1) for n in sorted({net.E, *net.sizes})], [(net.E, n) for n in {*net.sizes}]]:
        fits = []
        for shape in shapes:
            try:
                fits.append(compare_chain(pairs, reader.using(**{r"\ones": shape})))
            except IllFormed as e:
                error = error or e
        if len(set(fits)) > 1:
            raise IllFormed(r"the length of \mathbf 1 cannot be told; write \mathbf 1_E or \mathbf 1_{n_l}")
        if fits:
            return fits[0]
    raise error


def compare_chain(pairs, reader):
    values = {}  # id of a tree: its value; each side of a chain is evaluated once
    for tree in (t for left, right, relation, _ in pairs for t in ((left,) if relation == r"\in" else (left, right))):
        values[id(tree)] = reader.value(tree) if id(tree) not in values else values[id(tree)]
    differences = [
        misshaped(left, np.shape(values[id(left)]), right, reader) if relation == r"\in" else
        differing(left, right, relation, bound, values[id(left)], values[id(right)])
        for left, right, relation, bound in pairs]
    return next((d for d in differences if d), None)


def misshaped(left, found, space, reader):
    if space.op != "space":
        raise Unsupported(r"\in is read for shapes: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}")
    stated = [reader.integer(k) for k in space.kids]
    stated = () if set(stated) <= {1} else (*stated, 1)[:2]
    return None if found == stated else f"{show(left)} is {size_text(found)}, not {size_text(stated)}"


def differing(left, right, relation, bound, u, v):
    """None if the relation holds for these values, else what differs."""
    if np.shape(u) != np.shape(v):
        raise IllFormed(f"{show(left)} is {size_text(np.shape(u))}, but {show(right)} is {size_text(np.shape(v))}")
    u, v = np.asarray(u), np.asarray(v)
    if holds(relation, u, v, bound(max(np.abs(u).max(), np.abs(v).max()))).all():
        return None
    at = np.unravel_index(np.argmax(np.nan_to_num(np.abs(u - v), nan=np.inf)), u.shape)
    entry = f" in entry {tuple(int(i) + 1 for i in at)}" if at else ""
    return f"{show(left)} is {u[at].real:.6g}, but {show(right)} is {v[at].real:.6g}{entry}"


def bound_for(left, right, relation, net, notes):
    """How far apart two values may be: a function of their size. What is not exact is noted."""
    nodes = [*walk(left), *walk(right)]
    if any(n.op in ("cases", "abs") or n.op == "call" and n.info[0] in KINKED for n in nodes):
        notes["checked on both sides of the kink, not on it; the book takes f' = 0 there"] = True
    if relation == r"\approx":
        printed = [side for side in (left, right) if not any(n.op in ("sym", "call", "deriv") for n in walk(side))]
        if not printed and symbol("h") not in nodes:
            raise Unsupported(r"\approx needs printed numbers on one side, or a difference quotient with h")
        notes["compared to half a unit of the last printed digits" if printed else
              f"difference quotient: h = {QUOTIENT_STEP:g}, compared to {QUOTIENT:g}"] = True
        rounded = sum(rounding(side, net) for side in printed) + 1e-12
        return lambda size: rounded if printed else QUOTIENT * size + 1e-9
    if any(n.op == "deriv" and differentiates(n.kids[0], net) for n in nodes):
        notes[f"a derivative of a derivative: compared to {NESTED:g}"] = True
        return lambda size: NESTED * size + 1e-9
    return lambda size: TOLERANCE * size + 1e-12


def rounding(side, net):
    """By how much half a unit in the last digit of each printed number can move a side that is made of numbers.

    A number without decimals counts as exact, unless it is the whole side and has two digits or more.
    """
    exact, total = Reader(net.state(), {}).value(side), 0
    for node in {n for n in walk(side) if n.op == "num" and ("." in n.info or n is side and len(n.info) > 1)}:
        half = 0.5 * 10.0 ** -len(node.info.partition(".")[2]) * (1 + 1e-9)
        total = total + np.abs(Reader(net.state(), {node: half}).value(side) - exact)
    return total
