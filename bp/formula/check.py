"""Ranges first, then numbers: one display is checked statement by statement, pair by pair, case by case."""

from itertools import product
from typing import NamedTuple

import numpy as np

from .meaning import IllFormed, NoLayer, Reader, bare, network, shape_text
from .parse import Node, Statement, Unsupported, show, statements, walk, written

TOLERANCE = 1e-9  # relative; complex-step derivatives are exact to rounding
NESTED = 1e-6  # relative, where a derivative is taken of a derivative (fourth-order real steps)
QUOTIENT = 1e-4  # relative, for a difference quotient with h = 1e-5
SAMPLES = 6  # values for every free scalar, of both signs
LONGEST = 6000  # characters


class Report(NamedTuple):
    status: str  # true, false, ill-formed, unsupported, nothing-to-check
    message: str
    checked: tuple = ()  # one line for each adjacent pair, with the range that was checked
    notes: tuple = ()
    understood: str = ""  # the tree printed back as LaTeX


class Nothing(Exception):
    """Nothing is claimed."""


def check(latex, setting="generic", *, seed=0):
    """Execute one display formula on a random network; see the package's docstring. Always returns a Report."""
    checked, notes, understood, defined = [], [], [], []
    try:
        if len(latex) > LONGEST:
            raise Unsupported(f"a formula of {len(latex)} characters; {LONGEST} is the limit")
        with np.errstate(all="ignore"):
            base = network(setting, seed, 0)
            functions = set(base.functions) | ({"f", "g"} if base.mode == "scalar" else set())
            budget = 0
            for s in statements(latex, functions):
                understood.append(written(s))
                name = definition(s, base)
                if name:
                    defined.append(name)
                    setting += (r" \quad " if "where" in setting else " where ") + written(s)
                    base = network(setting, seed, 0)
                    s = Statement(s.sides[1:], s.relations[1:], s.conditions)
                if s.relations:
                    checked += check_statement(s, setting, seed, notes)
        if not checked:
            raise Nothing(f"defines {', '.join(defined)}: name it in the setting of later formulas (where ...)" if defined
                          else "there is no relation, so nothing is claimed")
        return Report("true", f"holds in all {sum(c[1] for c in checked)} cases", tuple(c[0] for c in checked),
                      tuple(dict.fromkeys(notes)), r" \qquad ".join(understood))
    except Nothing as e:
        status, message = "nothing-to-check", e
    except Unsupported as e:
        status, message = "unsupported", e
    except IllFormed as e:
        status, message = "ill-formed", e
    except AssertionError as e:
        status, message = "false", e
    except RecursionError:
        status, message = "unsupported", "nested too deeply"
    return Report(status, str(message), tuple(c[0] for c in checked), tuple(dict.fromkeys(notes)),
                  r" \qquad ".join(understood))


def definition(s, net):
    """The name that a statement introduces, or "": one new plain letter on the left that does not occur on the right."""
    if not s.relations or s.relations[0] not in ("=", r"\leftarrow", r"\equiv"):
        return ""
    left = s.sides[0]
    names = {n.info[0] for side in s.sides[1:] for n in walk(side) if n.op in ("sym", "call")}
    head = left.kids[0] if left.op == "mul" and left.kids[0].op == "sym" else left
    if head.op not in ("sym", "call") or head.info[0] in names or not is_new(head, net):
        return ""
    if left.op == "mul":
        return show(head) if len(left.kids) == 2 and left.kids[1].op == "sym" and head.info[0] in FUNCTION_LETTERS else ""
    return show(left) if left.op == "sym" or net.mode == "scalar" and head.info[0] in "fg" else ""


FUNCTION_LETTERS = ("f", "g", "h", "F", "G", r"\phi", r"\varphi", r"\psi")


def is_new(node, net):
    """Not a quantity of the network or of the setting, nor an index."""
    name, indices, layer, primes = node.info
    if name in net.definitions or name in net.functions or (name, None) in net.data:
        return False
    if layer is not None or indices or primes or name in ("C", "J", "E", "L", "K", "I", "e", "h", r"\ones", r"\pi"):
        return False
    if node.op == "call":
        return name in "fg"
    if net.mode == "scalar":
        return True
    if net.mode and name in ("W", "w", "b", "z", "a", "Z", "A", r"\delta", r"\Delta", "n"):
        return False
    return name not in ("x", "y", "X", "Y", r"\delta", r"\Delta", r"\yhat", "W", "A", "Z")


# --- letters and their ranges ------------------------------------------------------------------------------------------

def letters(node, bound=frozenset(), layered=False):
    """Yield (letter, "layer" or "index") for every free letter in a place that numbers something."""
    if node.op == "sym" and layered is not None:
        name = node.info[0]
        if len(name) == 1 and name.islower() and name not in bound and layered:
            yield name, layered
    if node.op in ("sym", "call"):
        name, indices, layer, _ = node.info
        if layer is not None:
            yield from letters(layer, bound, "layer")
        for i in indices:
            yield from letters(i, bound, "layer" if name in ("f", "n") else "index")
    if node.op in ("sum", "prod"):
        bound = bound | {node.info[0]}
    for n, kid in enumerate(node.kids):
        for part in kid if node.op == "matrix" else (kid,):
            yield from letters(part, bound, "index" if node.op == "entry" and n else layered)


def constraints(node, reader):
    """Yield (letter, size, symbol) for every axis that a letter numbers; layers that do not exist raise."""
    if node.op in ("sum", "prod"):
        name, body = node.info[0], node.kids[0]
        values = reader.span(node)
        layered = (name, "layer") in set(letters(body))
        for value in values if layered else values[:1]:
            yield from (c for c in constraints(body, reader.using(name, value)) if c[0] != name)
        return
    if node.op in ("sym", "call"):
        name, indices, layer, _ = node.info
        if name in ("f", "n") and len(indices) == 1 and reader.net.mode != "scalar":
            reader.value(Node("sym", (), ("n", indices, None, 0)))
            if name == "f" and reader.integer(indices[0]) == 0:
                raise NoLayer("f_0 does not exist: layers run from 1 to L")
        sizes = reader.numbered(node) if node.op == "sym" or name == "C" else ()
        for index, size in zip(indices, sizes):
            if index.op == "sym":
                yield index.info[0], size, node
    if node.op == "entry":
        blank = Reader(reader.state, {**{k: 1 for k, _ in letters(node)}, **reader.env})
        shape = np.shape(blank.value(node.kids[0]))
        sizes = [n for n in shape if n > 1] if len(node.kids) == 2 else shape
        for index, size in zip(node.kids[1:], sizes):
            if index.op == "sym":
                yield index.info[0], size, node
    for kid in node.kids:
        for part in kid if node.op == "matrix" else (kid,):
            yield from constraints(part, reader)


def settle(found, letter):
    """The one size that a letter numbers, and a symbol that says so; a conflict is an error."""
    sizes = {}
    for name, size, node in found:
        if name == letter:
            sizes.setdefault(size, node)
    if len(sizes) > 1:
        (n, u), (m, v) = list(sizes.items())[:2]
        raise IllFormed(f"{letter} numbers {n} entries in {show(u)} but {m} in {show(v)}")
    return next(iter(sizes.items()), (None, None))


def span_of(node, reader):
    """The values of the letter of a sum or product, its limits compared with the axes it numbers."""
    (name, _), body, word = node.info, node.kids[0], {"sum": "sum", "prod": "product"}[node.op]
    low = reader.integer(node.kids[1]) if len(node.kids) > 1 else 1
    high = reader.integer(node.kids[2]) if len(node.kids) > 2 else None
    if (name, "layer") in set(letters(body)):
        values = list(range(low, (reader.net.L if high is None else high) + 1))
        if not values:
            raise NoLayer(f"the {word} over {name} is empty")
        for value in values:
            list(constraints(body, reader.using(name, value)))
        return values
    found = list(constraints(body, reader.using(name, 1)))
    size, owner = settle(found, name)
    if size is None:
        if high is None or not any(bare(n, name) for n in walk(body)):
            raise IllFormed(f"the {word} runs over {name}, but {name} numbers nothing in {show(body)}")
        return list(range(low, high + 1))
    if high is not None and high != size:
        raise IllFormed(f"{word} over {name} runs to {show(node.kids[2])} = {high}, but {name} numbers {size} entries "
                        f"in {show(owner)}")
    if low != 1:
        raise IllFormed(f"{word} over {name} starts at {show(node.kids[1])} = {low}, but {name} numbers {size} entries, "
                        f"from 1, in {show(owner)}")
    return list(range(1, size + 1))


# --- one statement -----------------------------------------------------------------------------------------------------

def check_statement(s, setting, seed, notes):
    """[(line, number of cases)] for each pair of the chain; a difference raises AssertionError."""
    pairs = []
    for k, relation in enumerate(s.relations):
        left, right = s.sides[k], s.sides[k + 1]
        if relation == r"\leftarrow":
            left = updated(left, network(setting, seed, 0))
        elif left == right:
            raise Nothing(f"both sides are {show(left)}")
        pairs += [(n, right, relation) for n in (left.kids if left.op == "list" else [left])]
    counts, spans = [0] * len(pairs), {}
    failure = None
    for sample in range(SAMPLES):
        net = network(setting, seed, sample)
        net.work, net.free_used = 0, False
        for case, reader in cases(s, pairs, net):
            for name, value in case.items():
                spans.setdefault(name, set()).add(value)
            failures = compare_all(pairs, reader, counts, notes)
            failure = failure or failures and (where(case) + failures)
        if not net.free_used:
            break
    if failure:
        raise AssertionError(failure)
    if not all(counts):
        raise IllFormed("no case is left to check")
    text = ", ".join(f"{n} = {min(v)}..{max(v)}" if len(v) > 1 else f"{n} = {min(v)}" for n, v in sorted(
        spans.items(), key=lambda item: (item[0] != "l", item[0])))
    free = f"{SAMPLES} values of the free letters" if net.free_used else ""
    text = "; ".join(t for t in (text, free) if t) or "one case"
    return [(f"{show(u)} {r} {show(v)}   ({text})", n) for (u, v, r), n in zip(pairs, counts)]


def where(case):
    return "for " + ", ".join(f"{k} = {v}" for k, v in case.items()) + ": " if case else ""


def updated(left, net):
    """X <- ... claims the step X - alpha dJ/dX."""
    name = left.info[0] if left.op == "sym" else ""
    if name not in ("W", "b", "w"):
        raise Nothing(f"{show(left)} is not a parameter; an update is checked for W and b")
    gradient = Node("deriv", (Node("sym", (), ("J", (), None, 0)), left))
    return Node("add", (left, Node("neg", (Node("mul", (Node("sym", (), (r"\alpha", (), None, 0)), gradient)),))))


def cases(s, pairs, net):
    """Yield (values of the free letters, a Reader with them) for every case that the conditions leave."""
    trees = [t for pair in pairs for t in pair[:2]]
    free = [pair for t in trees for pair in letters(t)]
    layers = sorted({n for n, role in free if role == "layer"})
    indices = [n for n in dict.fromkeys(n for n, role in free if role == "index")]
    both = set(layers) & set(indices)
    bound = {n.info[0] for t in trees for n in walk(t) if n.op in ("sum", "prod")}
    if both:
        raise IllFormed(f"{both.pop()} numbers a layer in one place and an entry in another")
    if bound & {*layers, *indices}:
        raise IllFormed(f"{(bound & {*layers, *indices}).pop()} is free in one place and bound by a sum in another")
    stated = {c.info: c.kids for c in s.conditions if c.op == "range"}
    tests = [c for c in s.conditions if c.op == "test"]
    if any(c.op not in ("range", "test") for c in s.conditions):
        raise Unsupported("a condition must be a relation or a range")
    reason, any_case = None, False
    state = net.state()
    for values in product(range(net.L + 1), repeat=len(layers)):
        case = dict(zip(layers, values))
        reader = Reader(state, case)
        told = {n: [reader.integer(k) for k in kids] for n, kids in stated.items()}
        if any(n in told and not min(told[n]) <= v <= max(told[n]) for n, v in case.items()):
            continue
        if not all(reader.value(t) for t in tests if not {n.info[0] for n in walk(t) if n.op == "sym"} & set(indices)):
            continue
        try:
            found = [c for t in trees for c in constraints(t, reader)]
        except NoLayer as e:
            if set(layers) & set(told) or not layers:
                raise IllFormed(f"{where(case)}{e}") from None
            reason = e
            continue
        ranges = []
        for name in indices:
            size, owner = settle(found, name)
            if name in told:
                low, high = told[name]
                if size is not None and (low, high) != (1, size):
                    raise IllFormed(f"{name} = {low}..{high} is stated, but {name} numbers {size} entries in {show(owner)}")
                size = high
            if size is None:
                raise IllFormed(f"{name} numbers no axis, so its range cannot be told")
            ranges.append(range(1, size + 1))
        for entry in product(*ranges):
            full = {**case, **dict(zip(indices, entry))}
            reader = Reader(state, full)
            if all(reader.value(t) for t in tests):
                any_case = True
                yield full, reader
    if not any_case:
        raise IllFormed(f"no case is left to check{': ' + str(reason) if reason else ''}")


def compare_all(pairs, reader, counts, notes):
    """The first difference of one case as text, or None. A \\mathbf 1 without a length takes the one that fits."""
    net, flexible = reader.net, any(n.op == "sym" and n.info[0] in (r"\ones", "I") and not n.info[1]
                                    for u, v, _ in pairs for t in (u, v) for n in walk(t))
    if not flexible:
        return compare_chain(pairs, reader, counts, notes)
    sizes = sorted({net.E, *net.sizes})
    for shapes in ([(n, 1) for n in sizes], [(net.E, n) for n in net.sizes]):
        fits, error = [], None
        for shape in shapes:
            try:
                fits.append(compare_chain(pairs, reader.using(r"\ones", shape), counts, notes))
            except IllFormed as e:
                error = error or e
        if len(fits) > 1 and len(set(fits)) > 1:
            raise IllFormed(r"the length of \mathbf 1 cannot be told; write \mathbf 1_E or \mathbf 1_{n_l}")
        if fits:
            return fits[0]
    raise error


def compare_chain(pairs, reader, counts, notes):
    failure, values = None, {}

    def value(tree):
        if tree not in values:
            values[tree] = reader.value(tree)
        return values[tree]

    for n, (left, right, relation) in enumerate(pairs):
        if relation == r"\in":
            failure = failure or compare_shape(left, right, reader)
        else:
            failure = failure or compare(left, right, relation, value(left), value(right), reader.net, notes)
        counts[n] += 1
    return failure


def compare_shape(left, space, reader):
    if space.op != "space":
        raise Unsupported(r"\in is read for shapes only: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}")
    sizes = [reader.integer(k) for k in space.kids]
    stated = tuple(sizes + [1]) if len(sizes) == 1 else tuple(sizes)
    found = np.shape(reader.value(left))
    if found != stated and (found or any(n != 1 for n in stated)):
        return f"{show(left)} is {shape_text(np.empty(found))}, not {' × '.join(map(str, stated)) or 'a number'}"
    return None


def compare(left, right, relation, u, v, net, notes):
    """None if the relation holds, else what differs."""
    if np.shape(u) != np.shape(v):
        raise IllFormed(f"{show(left)} is {shape_text(u)}, {show(right)} is {shape_text(v)}")
    u, v = np.asarray(u), np.asarray(v)
    size = max(np.abs(u).max(), np.abs(v).max())
    bound = TOLERANCE * size + 1e-12
    if relation == r"\approx":
        bound = rounding(left, right, size, notes)
    elif any(n.op == "deriv" and differentiates_twice(n, net) for t in (left, right) for n in walk(t)):
        bound = NESTED * size + 1e-9
        notes.append(f"a derivative of a derivative: compared to {NESTED:g}")
    if any(n.op in ("cases", "abs") or n.op == "call" and n.info[0] in KINKED for t in (left, right) for n in walk(t)):
        notes.append("checked on both sides of the kink, not on it; there the book's convention is that f' is 0")
    if relation in ("<", ">", r"\le", r"\ge", r"\ne"):
        compare = {"<": np.less, ">": np.greater, r"\le": np.less_equal, r"\ge": np.greater_equal, r"\ne": np.not_equal}
        holds = compare[relation](u.real, v.real).all()
    else:
        holds = bool((np.abs(u - v) <= bound).all())  # NaN is a difference
    if holds:
        return None
    p = np.unravel_index(np.argmax(np.nan_to_num(np.abs(u - v), nan=np.inf)), u.shape)
    entry = f" in entry {tuple(int(i) + 1 for i in p)}" if p else ""
    return f"{show(left)} is {u[p].real:.6g}, but {show(right)} is {v[p].real:.6g}{entry}"


KINKED = {r"\max", r"\min", r"\relu", r"\elu", r"\leakyrelu", r"\prelu", r"\sign"}


def differentiates_twice(node, net):
    from .meaning import differentiates
    return differentiates(node.kids[0], net)


def rounding(left, right, size, notes):
    """The bound for an approximate relation: half a unit of the last printed digit, or a difference quotient's error."""
    printed = [d for d in (decimals(left), decimals(right)) if d is not None]
    if printed:
        notes.append("compared to half a unit of the last printed digit")
        return 0.5 * 10.0 ** -min(printed) * (1 + 1e-9)
    if any(bare(n, "h") for t in (left, right) for n in walk(t)):
        notes.append(f"difference quotient: h = 1e-5, compared to {QUOTIENT:g}")
        return QUOTIENT * size + 1e-9
    raise Unsupported(r"\approx needs a printed number on one side, or a difference quotient with h")


def decimals(node):
    if node.op == "num":
        return len(node.info.partition(".")[2])
    if node.op == "neg":
        return decimals(node.kids[0])
    if node.op == "matrix":
        found = [decimals(cell) for row in node.kids for cell in row]
        return None if None in found else min(found)
    return None
