"""From LaTeX to trees and back: tokens, a recursive-descent parser, and a printer that shows how it was understood."""

import re
from typing import NamedTuple


class Unsupported(Exception):
    """The text is outside the contract; the message says what to write instead."""


class Node(NamedTuple):
    """One node of a tree. The Reader in meaning.py has a method for each op.

    A sum or product has the kids body, what stands below it (its letter, or letter = start, or letter \\ne other) and,
    where it is written, the last value. A matrix has rows for kids, cases have rows of a value and its test.
    """

    op: str
    kids: tuple = ()
    name: str = ""  # sym, call: the name; num: its digits; sum, prod, range: the letter; test: its relations
    indices: tuple = ()  # sym, call, entry
    layer: "Node | None" = None  # sym, call
    primes: int = 0  # sym, call


class Statement(NamedTuple):
    sides: tuple  # of Node
    relations: tuple  # of str, one fewer than sides
    conditions: tuple  # of Node("test") or Node("range", (low, high), letter)


RELATIONS = ("=", r"\approx", r"\leftarrow", r"\in", "<", ">", r"\le", r"\ge", r"\ne")
INEQUALITIES = RELATIONS[4:]
OPEN = {"(": ")", "[": "]", r"\{": r"\}"}
CLOSING = OPEN | {"|": "|", r"\|": r"\|"}
DEPTH = {"{": 1, "}": -1, r"\beg": 1, r"\end": -1} | dict.fromkeys(OPEN, 1) | dict.fromkeys(OPEN.values(), -1)
OPERATORS = set(r"\diag \softmax \relu \softplus \elu \swish \leakyrelu \prelu \sign".split())
FUNCTIONS = OPERATORS | set(r"\log \exp \sin \cos \tanh \sigma \sqrt \max \min \Im f C J".split())
GREEK = set(r"\alpha \beta \gamma \epsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \rho \tau \phi \varphi \psi "
            r"\omega".split())
PRINTED = {r"\ones": r"\mathbf{1}", r"\yhat": r"\hat{y}", r"\iunit": r"\mathrm{i}"} | {
    name: rf"\operatorname{{{name[1:]}}}" for name in OPERATORS}
SYMBOLS = GREEK | {r"\delta", r"\Delta", r"\pi", r"\ones", r"\yhat", r"\iunit"}
SPELLINGS = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\circ": r"\odot",
    r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\ln": r"\log",
    r"\ldots": r"\dots", r"\cdots": r"\dots", r"\qquad": r"\quad", ":=": "=", r"\equiv": "=", r"\gets": r"\leftarrow",
    r"\lbrace": r"\{", r"\rbrace": r"\}", r"\times": r"\cdot", r"\ReLU": r"\relu", r"\ELU": r"\elu",
    r"\PReLU": r"\prelu", r"\LeakyReLU": r"\leakyrelu", r"\SiLU": r"\swish",
}
LAYOUT = re.compile(
    r"(?<!\\)\\(?:(?:left|right|[bB]igg?[lrm]?|displaystyle|textstyle|nonumber|notag|limits)(?![a-zA-Z])\s*\.?|[,;:! ])"
    r"|\\(?:begin|end)\{(?:equation|align|aligned|gather|split)\*?\}|\\(?:tag|label|eqref)\*?\{[^{}]*\}"
    r"|(?<=\\\\)\s*\[[\d.]+\s*(?:pt|em|ex)\]|~|\$|(?<!\\)%.*")
NAMED = re.compile(r"\\(operatorname|mathrm|mathsf|mathbf|mathbb)\s*\*?(?:\{\s*(\w+)\s*\}|(\w))")
FONTS = {("mathbf", "1"): r" \ones ", ("mathbb", "1"): r" \ones ", ("mathbb", "R"): r" \reals ", ("mathrm", "d"): " d ",
         ("mathsf", "T"): r" \top ", ("mathrm", "T"): r" \top ", ("mathrm", "e"): " e ", ("mathrm", "i"): r" \iunit "}
TOKEN = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}|\\[a-zA-Z]+|\\.|\d*\.\d+|\d+|:=|\S")


def tokens(latex):
    """The tokens of a formula, with one spelling for each thing and without what is only layout."""
    def named(match):
        font, name = match[1], match[2] or match[3]
        if (font, name) not in FONTS and len(name) == 1:
            raise Unsupported(f"{match[0]} is not a symbol of this book; it uses plain letters")
        return FONTS.get((font, name), f" \\{name} ")

    text = re.sub(r"\\(?:text|textrm|mbox)\s*\{([^{}]*)\}", lambda m: r" \otherwise " if "wise" in m[1] else " ", latex)
    text = re.sub(r"\\hat\s*(\{\s*y\s*\}|y)", r" \\yhat ", text)
    return [SPELLINGS.get(t, t) for t in TOKEN.findall(NAMED.sub(named, LAYOUT.sub(" ", text)))]


def split(items, separators, found=None):
    """Cut a list of tokens at separators that stand outside every bracket and environment; `found` collects those."""
    parts, depth = [[]], 0
    for t in items:
        depth += DEPTH.get(t[:4], 0)
        if depth == 0 and t in separators:
            parts.append([])
            if found is not None:
                found.append(t)
        else:
            parts[-1].append(t)
    return parts


def walk(node):
    """Every node of a tree, those of indices and layers included."""
    yield node
    for part in (*node.kids, *node.indices, *([node.layer] if node.layer else [])):
        yield from walk(part)


def number(value):
    return Node("num", name=str(value))


def symbol(name, indices=(), layer=None, primes=0):
    return Node("sym", (), name, indices, layer, primes)


def joined(op, parts):
    return parts[0] if len(parts) == 1 else Node(op, tuple(parts))


class Parser:
    """Recursive descent over one list of tokens; `functions` are the names that an opening bracket makes a call."""

    def __init__(self, items, functions):
        self.items, self.at, self.functions, self.bar = list(items), 0, functions, None

    def peek(self):
        return self.items[self.at] if self.at < len(self.items) else ""

    def take(self, wanted=None):
        t = self.peek()
        if not t or wanted not in (None, t):
            raise Unsupported(f"expected {wanted or 'something more'} but found {t or 'the end of the formula'}")
        self.at += 1
        return t

    def group(self):
        """The tokens of one TeX argument: a braced group, a single token, or one digit (as in \\frac12)."""
        t = self.take()
        if t.isdigit() and len(t) > 1:
            self.items[self.at - 1:self.at] = t[0], t[1:]
        if t != "{":
            return [self.items[self.at - 1]]
        start, depth = self.at, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
        return self.items[start:self.at - 1]

    def sub(self, items, rule="comparison"):
        """Parse a list of tokens to its end."""
        inner = Parser(items, self.functions)
        node = getattr(inner, rule)()
        if inner.peek():
            raise Unsupported(f"cannot read {inner.peek()} here: {' '.join(items)[:60]}")
        return node

    def enclosed(self, rule="comparison"):
        """What stands between brackets or bars."""
        closing = CLOSING[self.take()]
        outer, self.bar = self.bar, closing if closing in ("|", r"\|") else None
        node = getattr(self, rule)()
        self.bar = outer
        self.take(closing)
        return node

    def chain(self, rule, marks):
        """Parts read by one rule, and the marks that separate them."""
        parts, found = [rule()], []
        while self.peek() in marks:
            found.append(self.take())
            parts.append(rule())
        return parts, found

    def comparison(self):
        parts, relations = self.chain(self.expression, RELATIONS)
        return Node("test", tuple(parts), " ".join(relations)) if relations else parts[0]

    def listed(self):
        return joined("list", self.chain(self.expression, (",", ";"))[0])

    def expression(self):
        parts = [self.signed()]
        while self.peek() in ("+", "-"):
            parts.append(self.signed())
        return joined("add", parts)

    def signed(self, rule="term"):
        sign = self.take() if self.peek() in ("+", "-") else ""
        node = getattr(self, rule)()
        return Node("neg", (node,)) if sign == "-" else node

    def term(self):
        return joined("had", self.chain(self.product, (r"\odot",))[0])

    def product(self):
        parts = [self.factor()]
        while self.peek() in ("/", r"\cdot") or self.starts_factor():
            mark = self.take() if self.peek() in ("/", r"\cdot") else ""
            new = self.signed("factor") if mark else self.factor()
            parts = [*parts[:-1], Node("div", (parts[-1], new))] if mark == "/" else [*parts, new]
        return joined("mul", parts)

    def starts_factor(self):
        t = self.peek()
        return re.match(r"[a-zA-Z\d(\[{|]|\.\d|\\[a-zA-Z{|]", t) and not t.startswith(r"\end") and t not in (
            self.bar, *RELATIONS, r"\odot", r"\quad")

    def factor(self):
        t = self.peek()
        if t in (r"\sum", r"\prod"):
            return self.big(self.take()[1:])
        if re.fullmatch("[a-zA-Z]", t) or t in SYMBOLS or t in self.functions:
            return self.scripts(symbol(self.take()), bare=True)
        if t == r"\nabla":
            self.at += 2
            wrt = self.sub(self.group(), "factor")
            return Node("deriv", (self.factor(), wrt))
        if t == r"\reals":
            self.take()
            sizes = split(self.group(), {r"\cdot"}) if self.peek() == "^" and self.take() else []
            return Node("space", tuple(map(self.sub, sizes)))
        if t == "{":
            node = self.sub(self.group())
        elif t in ("|", r"\|"):
            node = Node("abs" if t == "|" else "norm", (self.enclosed("expression"),))
            if self.peek() == "_" and self.take() and self.group() not in (["F"], ["2"]):
                raise Unsupported("only the 2-norm and the Frobenius norm are known")
        elif t in OPEN:
            node = self.enclosed()
            node = Node("iverson", (node,)) if node.op == "test" else node
        elif t == r"\frac":
            node = self.fraction()
        elif t.startswith(r"\begin"):
            node = self.environment()
        elif re.fullmatch(r"\d*\.?\d+", t):
            node = number(self.take())
        elif t == r"\dots":
            raise Unsupported("dots cannot be executed: write a sum with limits, or set sizes=.. and write all of it")
        else:
            raise Unsupported(f"cannot read {t or 'the end of the formula'} here")
        return self.scripts(node)

    def big(self, op):
        """Sum or product: letter, limits, and a body of one term."""
        scripts = {"_": [], "^": []}
        while self.peek() in scripts:
            mark = self.take()
            scripts[mark] = self.group()
        below, above = scripts.values()
        limited = below[1:2] in (["="], [r"\ne"])
        names = below[:1] if limited else [t for t in below if t != ","]
        if not names or any(not re.fullmatch("[a-zA-Z]", n) for n in names):
            raise Unsupported(rf"\{op} needs its letter below it, as in \{op}_{{j=1}}^{{n_l}}")
        body = self.signed()
        for name in reversed(names):
            limits = [self.sub(below) if limited else symbol(name)]
            limits += [self.sub(above)] if above and below[1:2] == ["="] else []
            body = Node(op, (body, *limits), name)
        return body

    def fraction(self):
        self.take()
        top, bottom = self.group(), self.group()
        if top[:1] not in (["d"], [r"\partial"]) or top[:1] != bottom[:1]:
            return Node("div", (self.sub(top), self.sub(bottom)))
        wrt = self.sub(bottom[1:], "factor")
        if wrt.op != "sym" or top[1:2] == ["^"]:
            raise Unsupported("a derivative is by one quantity; write a second one as a derivative of a derivative")
        if top[1:]:
            return Node("deriv", (self.sub(top[1:], "product"), wrt))
        return Node("deriv", (self.factor() if self.peek() in OPEN else self.product(), wrt))

    def environment(self):
        name, start = self.take()[7:-1], self.at
        while self.take() != rf"\end{{{name}}}":
            pass
        if name not in ("pmatrix", "bmatrix", "cases"):
            raise Unsupported(f"{name} is not known; use pmatrix, bmatrix or cases")
        rows = [split(row, {"&"}) for row in split(self.items[start:self.at - 1], {r"\\"}) if row]
        if name == "cases":
            rows = [[[t for t in cell if t not in (",", ".")] for cell in row] for row in rows]
            return Node("cases", tuple(Node("case", (self.sub(value), self.case(test))) for value, *test in rows))
        return Node("matrix", tuple(Node("row", tuple(map(self.sub, row))) for row in rows))

    def case(self, test):
        return self.sub(test[-1]) if test not in ([], [[]], [[r"\otherwise"]]) else Node("otherwise")

    def scripts(self, node, bare=False):
        """Indices, layer, primes, a call's arguments, powers and transposes, in whatever order they are written."""
        indices, layer, primes, powers = (), None, 0, []
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            items = self.group() if mark != "'" else []
            primes += mark == "'"
            if mark == "_":
                indices += tuple(i for piece in split(items, {","}) for i in self.index(piece))
            elif items[:1] == ["("] and ")" in items and layer is None and bare:
                layer = self.sub(items[1:items.index(")")])
                items = items[items.index(")") + 1:]
            if mark == "^" and items:
                powers.append(items)
        if bare:
            node = self.call(symbol(node.name, indices, layer, primes))
        elif indices:
            node = Node("entry", (node,), indices=indices)
        for items in powers:
            node = Node("T", (node,)) if items in ([r"\top"], ["T"]) else Node("pow", (node, self.sub(items)))
        return node

    def index(self, piece):
        if all(re.fullmatch(r"[a-zA-Z]|\d+", t) for t in piece):
            return [number(t) if t.isdigit() else symbol(t) for t in piece]
        return [self.sub(piece)]

    def call(self, node):
        """A function's name with its arguments, where any follow."""
        if node.name not in self.functions:
            return node
        if node.name == r"\sqrt" and self.peek() == "[":
            raise Unsupported(r"write other roots than the square root as powers: u^{\frac{1}{3}}")
        if self.peek() == "(":
            inner = self.enclosed("listed")
            args = inner.kids if inner.op == "list" else (inner,)
        elif self.starts_factor() and node.name.startswith("\\"):
            args = (self.factor(),)
        else:
            return node
        node = node._replace(op="call", kids=args)
        return self.scripts(node) if self.peek() in ("_", "^") else node


def statements(latex, functions=frozenset(FUNCTIONS), definitions=False):
    """The statements of a display. A row that begins with a relation goes on with the chain of the row before."""
    found = []  # (tokens of the chain, conditions)
    parser = Parser((), functions)
    for row in split(tokens(latex), {r"\\"}):
        parts = [p for p in split([t for cell in split(row, {"&"}) for t in cell], {r"\quad"}) if p]
        for n, part in enumerate(parts):
            while part and part[-1] in (",", ".", ";"):
                part = part[:-1]
            if n == 0 and found and part[:1] and part[0] in (*RELATIONS, "+", "-", r"\odot", r"\cdot"):
                found[-1][0].extend(part)
            elif found and not definitions and is_condition(part, functions):
                found[-1][1].extend(condition(part, parser))
            elif part:
                found.append((part, []))
    for chain, conditions in found:
        relations = []
        sides = tuple(parser.sub(side, "listed") for side in split(chain, RELATIONS, relations))
        yield Statement(sides, tuple(relations), tuple(conditions))


def is_condition(part, functions):
    """A part after \\quad that only restricts: i = 1, \\dots, n; l < L; i \\ne j; z > 0. With a function it claims."""
    signs = {t for t in part if t in RELATIONS}
    if signs and signs <= set(INEQUALITIES):
        return not {"'", *functions} & {*part}
    return bool(signs and re.fullmatch("[lijkme]" if r"\dots" not in part else "[a-z]", part[0]) and part[1] == "=")


def condition(items, parser):
    pieces = [p for p in split(items, {","}) if p]
    if r"\dots" in items:
        return [Node("range", (parser.sub(pieces[0][2:]), parser.sub(pieces[-1])), items[0])]
    return map(parser.sub, pieces)


# How strongly an operation binds, and how those print that only stand around and between their parts.
RANK = {"test": 0, "add": 0, "neg": 0, "sum": 1, "prod": 1, "had": 1, "mul": 2, "deriv": 3, "T": 4, "pow": 4,
        "entry": 4}
FRAMES = {"div": (r"\frac{", "}{", "}"), "norm": (r"\lVert ", "", r" \rVert"), "abs": (r"\lvert ", "", r" \rvert"),
          "iverson": ("[", "", "]"), "list": ("", ", ", ""), "row": ("", " & ", ""), "case": ("", " & ", ""),
          "otherwise": (r"\text{otherwise}", "", ""), "cases": (r"\begin{cases} ", r" \\ ", r" \end{cases}"),
          "matrix": (r"\begin{pmatrix} ", r" \\ ", r" \end{pmatrix}"), "space": (r"\mathbb{R}^{", r" \times ", "}")}


def show(node, rank=-1):
    """The tree as LaTeX, in brackets if it binds no tighter than `rank`."""
    op, kids, name, indices, layer, primes = node
    if op == "num":
        return name
    if op in ("sym", "call"):
        text = PRINTED.get(name, name) + below(indices) + "'" * primes + (f"^{{({tight(layer)})}}" if layer else "")
        return text + (bracket(", ".join(map(show, kids))) if op == "call" else "")
    if op in FRAMES:
        before, between, after = FRAMES[op]
        return before + between.join(map(show, kids)) + after if kids or op != "space" else r"\mathbb{R}"
    if op == "range":
        return rf"{name} = {show(kids[0])}, \dots, {show(kids[1])}"
    if op == "test":
        text = show(kids[0]) + "".join(f" {r} {show(k)}" for r, k in zip(name.split(), kids[1:]))
    elif op == "neg":
        text = "-" + show(kids[0], 0.5)
    elif op == "add":
        signed = [(" - ", k.kids[0]) if k.op == "neg" else (" + ", k) for k in kids[1:]]
        text = show(kids[0]) + "".join(sign + show(k, 0) for sign, k in signed)
    elif op == "had":
        text = r" \odot ".join(part(k, 1, k is kids[-1]) for k in kids)
    elif op == "mul":
        text = part(kids[0], 2, False) + "".join(
            (r" \cdot " if k.op == "num" else " ") + part(k, 2, k is kids[-1]) for k in kids[1:])
    elif op in ("sum", "prod"):
        limits = "".join(f"{mark}{{{tight(k)}}}" for mark, k in zip("_^", kids[1:]))
        text = rf"\{op}{limits} {show(kids[0], 0.5)}"
    elif op == "deriv":
        top, plain = show(kids[0]), kids[0].op == "sym"
        text = rf"\frac{{\partial{' ' + top if plain else ''}}}{{\partial {show(kids[1])}}}"
        text += "" if plain else bracket(top)
    else:  # pow, T, entry
        base, layered = kids[0], kids[0].op == "sym" and kids[0].layer
        if op == "T" and layered:
            return show(base)[:-1] + r"\top}"
        atom = base.op in ("num", "norm", "abs", "matrix", "call", "sym") and not layered
        text = show(base) if atom else bracket(show(base))
        text += r"^\top" if op == "T" else below(indices) if op == "entry" else "^{" + show(kids[1]) + "}"
    return bracket(text) if RANK[op] <= rank else text


def bracket(text):
    return rf"\left({text}\right)" if re.search(r"\\(frac|sum|prod|begin)", text) else f"({text})"


def tight(node):
    return re.sub(" ([-+=]) ", r"\1", show(node))


def below(indices):
    """_i, _{ij}, _{e,i}, _{l+1}, or nothing."""
    texts = [tight(i) for i in indices]
    joined = ("" if all(len(t) == 1 for t in texts) and texts[:1] != ["e"] else ",").join(texts)
    return "" if not texts else "_" + joined if len(joined) == 1 else "_{" + joined + "}"


def part(node, rank, last):
    """One part of a product; a sum may stand without brackets only where nothing follows that it would swallow."""
    end = node
    while end.op in ("mul", "had"):
        end = end.kids[-1]
    return show(node, (0.5 if node is end else rank) if last and end.op in ("sum", "prod")
                else 9 if end.op in ("sum", "prod") else rank)


def written(s):
    """A statement as LaTeX."""
    chain = show(s.sides[0]) + "".join(f" {r} {show(n)}" for r, n in zip(s.relations, s.sides[1:]))
    return chain + "".join(r", \quad " + show(c) for c in s.conditions)
