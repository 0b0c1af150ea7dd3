"""From LaTeX to trees and back: tokens, a recursive-descent parser, and a printer that shows how it was understood."""

import re
from typing import NamedTuple


class Unsupported(Exception):
    """The text is outside the contract; the message says what to write instead."""


class Node(NamedTuple):
    op: str  # num sym call add neg had mul div pow T sum prod deriv norm abs test iverson cases matrix entry ...
    kids: tuple = ()
    info: object = None  # num: its digits; sym, call: (name, indices, layer, primes); sum, prod: (letter, condition)


class Statement(NamedTuple):
    sides: tuple  # of Node
    relations: tuple  # of str, one fewer than sides
    conditions: tuple  # of Node("test", ..) or Node("range", (low, high), letter)


RELATIONS = ("=", r"\approx", r"\leftarrow", r"\in", "<", ">", r"\le", r"\ge", r"\ne")
INEQUALITIES = RELATIONS[4:]
OPEN = {"(": ")", "[": "]", r"\{": r"\}"}
DEPTH = {"{": 1, "}": -1, r"\beg": 1, r"\end": -1} | dict.fromkeys(OPEN, 1) | dict.fromkeys(OPEN.values(), -1)
OPERATORS = set(r"\diag \softmax \relu \softplus \elu \swish \leakyrelu \prelu \sign".split())
FUNCTIONS = OPERATORS | set(r"\log \exp \sin \cos \tanh \sigma \sqrt \max \min \Im f C J".split())
GREEK = set(r"\alpha \beta \gamma \epsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \rho \tau \phi \varphi \psi "
            r"\omega".split())
OTHERS = {r"\delta", r"\Delta", r"\pi", r"\ones", r"\yhat", r"\iunit"}
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
    """Every node of a tree, those of indices, layers and conditions included."""
    yield node
    parts = [cell for row in node.kids for cell in row] if node.op == "matrix" else list(node.kids)
    if node.op in ("sym", "call"):
        parts += [*node.info[1], *([] if node.info[2] is None else [node.info[2]])]
    if node.op in ("sum", "prod") and node.info[1] is not None:
        parts.append(node.info[1])
    for part in parts:
        yield from walk(part)


def symbol(name, indices=(), layer=None, primes=0):
    return Node("sym", (), (name, indices, layer, primes))


class Parser:
    """Recursive descent over one list of tokens; `functions` are the names that an opening bracket makes a call."""

    def __init__(self, items, functions, bar=None):
        self.items, self.at, self.functions, self.bar = list(items), 0, functions, bar

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
        if t.isdigit():
            self.at -= len(t) > 1
            self.items[self.at:self.at + (len(t) > 1)] = [t[1:]] if len(t) > 1 else []
            return [t[0]]
        if t != "{":
            return [t]
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

    def inside(self, closing, rule="comparison"):
        """What stands before a closing bracket or bar."""
        outer, self.bar = self.bar, closing if closing in ("|", r"\|") else None
        node = getattr(self, rule)()
        self.bar = outer
        return node

    def comparison(self):
        kids, signs = [self.expression()], []
        while self.peek() in RELATIONS:
            signs.append(self.take())
            kids.append(self.expression())
        return Node("test", tuple(kids), tuple(signs)) if signs else kids[0]

    def expression(self):
        parts = [self.signed()]
        while self.peek() in ("+", "-"):
            parts.append(self.signed())
        return parts[0] if len(parts) == 1 else Node("add", tuple(parts))

    def signed(self):
        sign = self.take() if self.peek() in ("+", "-") else ""
        term = self.term()
        return Node("neg", (term,)) if sign == "-" else term

    def term(self):
        parts = [self.product()]
        while self.peek() == r"\odot":
            self.take()
            parts.append(self.product())
        return parts[0] if len(parts) == 1 else Node("had", tuple(parts))

    def product(self):
        parts = [self.factor()]
        while self.peek() in ("/", r"\cdot") or self.starts_factor():
            mark = self.take() if self.peek() in ("/", r"\cdot") else ""
            sign = self.take() if mark and self.peek() == "-" else ""
            new = Node("neg", (self.factor(),)) if sign else self.factor()
            parts = [*parts[:-1], Node("div", (parts[-1], new))] if mark == "/" else [*parts, new]
        return parts[0] if len(parts) == 1 else Node("mul", tuple(parts))

    def starts_factor(self):
        t = self.peek()
        return re.match(r"[a-zA-Z\d(\[{|]|\.\d|\\[a-zA-Z{|]", t) and not t.startswith(r"\end") and t not in (
            self.bar, *RELATIONS, r"\odot", r"\quad")

    def factor(self):
        t = self.peek()
        if t in (r"\sum", r"\prod"):
            return self.big(self.take()[1:])
        if t == "{":
            node = self.sub(self.group())
        elif t in OPEN:
            node = self.inside(OPEN[self.take()])
            self.take(OPEN[t])
            node = Node("iverson", (node,)) if node.op == "test" else node
        elif t in ("|", r"\|"):
            node = Node("abs" if self.take() == "|" else "norm", (self.inside(t, "expression"),))
            self.take(t)
            if self.peek() == "_" and self.take() and self.group() not in (["F"], ["2"]):
                raise Unsupported("only the 2-norm and the Frobenius norm are known")
        elif t == r"\frac":
            node = self.fraction()
        elif t == r"\nabla":
            self.at += 2
            wrt = self.sub(self.group(), "factor")
            return Node("deriv", (self.factor(), wrt))
        elif t.startswith(r"\begin"):
            node = self.environment()
        elif re.fullmatch(r"\d*\.?\d+", t):
            node = Node("num", (), self.take())
        elif t == r"\dots":
            raise Unsupported("dots cannot be executed: write a sum with limits, or set sizes=.. and write all of it")
        elif re.fullmatch("[a-zA-Z]", t) or t in GREEK | OTHERS or t in self.functions:
            return self.scripts(symbol(self.take()), True)
        else:
            raise Unsupported(f"cannot read {t or 'the end of the formula'} here")
        return self.scripts(node)

    def big(self, op):
        """Sum or product: letter, limits, and a body of one term."""
        scripts = {}
        while self.peek() in ("_", "^"):
            mark = self.take()
            scripts[mark] = self.group()
        below = scripts.get("_", [])
        low = [self.sub(below[2:])] if below[1:2] == ["="] else []
        test = self.sub(below) if below[1:2] == [r"\ne"] else None
        names = below[:1] if low or test else [t for t in below if t != ","]
        if not names or any(not re.fullmatch("[a-zA-Z]", n) for n in names):
            raise Unsupported(rf"\{op} needs its letter below it, as in \{op}_{{j=1}}^{{n_l}}")
        body = self.signed()
        for name in reversed(names):
            body = Node(op, (body, *low, *([self.sub(scripts["^"])] if low and "^" in scripts else [])), (name, test))
        return body

    def fraction(self):
        self.take()
        top, bottom = self.group(), self.group()
        if top[:1] not in (["d"], [r"\partial"]) or top[:1] != bottom[:1]:
            return Node("div", (self.sub(top), self.sub(bottom)))
        wrt = self.sub(bottom[1:], "factor")
        if wrt.op != "sym" or top[1:2] == ["^"]:
            raise Unsupported("a derivative is by one quantity; write a second one as a derivative of a derivative")
        body = self.sub(top[1:], "product") if top[1:] else self.factor() if self.peek() in OPEN else self.product()
        return Node("deriv", (body, wrt))

    def environment(self):
        name, start = self.take()[7:-1], self.at
        while self.take() != rf"\end{{{name}}}":
            pass
        rows = [split(row, {"&"}) for row in split(self.items[start:self.at - 1], {r"\\"}) if row]
        if name == "cases":
            tests = [[t for t in row[-1] if t not in (",", ".")] for row in rows]
            return Node("cases", tuple(self.sub([t for t in row[0] if t != ","]) for row in rows),
                        tuple(self.sub(t) if len(row) > 1 and t and t != [r"\otherwise"] else None
                              for row, t in zip(rows, tests)))
        if name not in ("pmatrix", "bmatrix"):
            raise Unsupported(f"{name} is not known; use pmatrix, bmatrix or cases")
        return Node("matrix", tuple(tuple(self.sub(cell) for cell in row) for row in rows))

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
            node = self.call(node.info[0], symbol(node.info[0], indices, layer, primes))
        elif indices:
            node = Node("entry", (node, *indices))
        for items in powers:
            node = Node("T", (node,)) if items in ([r"\top"], ["T"]) else Node("pow", (node, self.sub(items)))
        return node

    def index(self, piece):
        if all(re.fullmatch(r"[a-zA-Z]|\d+", t) for t in piece):
            return [Node("num", (), t) if t.isdigit() else symbol(t) for t in piece]
        return [self.sub(piece)]

    def call(self, name, node):
        if name not in self.functions:
            return node
        if name == r"\sqrt" and self.peek() == "[":
            raise Unsupported(r"write other roots than the square root as powers: u^{\frac{1}{3}}")
        if self.peek() == "(":
            self.take()
            args = [self.inside(")", "expression")]
            while self.peek() in (",", ";"):
                self.take()
                args.append(self.inside(")", "expression"))
            self.take(")")
        elif self.starts_factor() and name.startswith("\\"):
            args = [self.factor()]
        else:
            return node
        node = node._replace(op="call", kids=tuple(args))
        return self.scripts(node) if self.peek() in ("_", "^") else node


def statements(latex, functions=frozenset(FUNCTIONS), definitions=False):
    """The statements of a display. A row that begins with a relation goes on with the chain of the row before."""
    found = []  # (tokens of the chain, [tokens of each condition])
    for row in split(tokens(latex), {r"\\"}):
        parts = [p for p in split(sum(split(row, {"&"}), []), {r"\quad"}) if p]
        for n, part in enumerate(parts):
            while part and part[-1] in (",", ".", ";"):
                part = part[:-1]
            if n == 0 and found and part[:1] and part[0] in (*RELATIONS, "+", "-", r"\odot", r"\cdot"):
                found[-1][0].extend(part)
            elif found and not definitions and is_condition(part, functions):
                found[-1][1].append(part)
            elif part:
                found.append((part, []))
    for chain, conditions in found:
        relations = []
        sides = split(chain, RELATIONS, relations)
        yield Statement(tuple(side(s, functions) for s in sides), tuple(relations),
                        tuple(c for items in conditions for c in condition(items, functions)))


def is_condition(part, functions):
    """A part after \\quad that only restricts: i = 1, \\dots, n; l < L; i \\ne j; z > 0. With a function it claims."""
    signs = {t for t in part if t in RELATIONS}
    if signs and signs <= set(INEQUALITIES):
        return not {"'", *functions} & {*part}
    return bool(signs and re.fullmatch("[lijkme]" if r"\dots" not in part else "[a-z]", part[0]) and part[1] == "=")


def side(items, functions):
    parser = Parser(items, functions)
    if items[:1] == [r"\reals"]:
        parser.at = 2 if items[1:2] == ["^"] else 1
        sizes = split(parser.group(), {r"\cdot"}) if parser.at == 2 else []
        if parser.peek():
            raise Unsupported(f"cannot read {parser.peek()} after a shape")
        return Node("space", tuple(parser.sub(s) for s in sizes))
    pieces = [p for p in split(items, {","}) if p]
    return Node("list", tuple(map(parser.sub, pieces))) if len(pieces) > 1 else parser.sub(items, "expression")


def condition(items, functions):
    parser, pieces = Parser(items, functions), [p for p in split(items, {","}) if p]
    if r"\dots" in items:
        return [Node("range", (parser.sub(pieces[0][2:]), parser.sub(pieces[-1])), items[0])]
    return [parser.sub(p) for p in pieces]


RANK = {"test": 0, "add": 0, "neg": 0, "sum": 1, "prod": 1, "had": 1, "mul": 2, "deriv": 3, "T": 4, "pow": 4,
        "entry": 4}


def show(node, rank=-1):
    """The tree as LaTeX, in brackets if it binds no tighter than `rank`."""
    op, kids, info = node
    if op == "num":
        return info
    if op in ("sym", "call"):
        name, indices, layer, primes = info
        name = {r"\ones": r"\mathbf{1}", r"\yhat": r"\hat{y}", r"\iunit": r"\mathrm{i}"}.get(name, name)
        name = rf"\operatorname{{{name[1:]}}}" if name in OPERATORS else name
        text = name + below(indices) + "'" * primes + ("" if layer is None else "^{(" + tight(layer) + ")}")
        return text + (bracket(", ".join(map(show, kids))) if op == "call" else "")
    if op == "add":
        signed = [(" - ", k.kids[0]) if k.op == "neg" else (" + ", k) for k in kids[1:]]
        text = show(kids[0]) + "".join(sign + show(k, 0) for sign, k in signed)
    elif op == "mul":
        text = part(kids[0], 2, False) + "".join(
            (r" \cdot " if k.op == "num" else " ") + part(k, 2, k is kids[-1]) for k in kids[1:])
    elif op in ("sum", "prod"):
        low = show(info[1]) if info[1] else info[0] + "".join(f"={tight(k)}" for k in kids[1:2])
        text = rf"\{op}_{{{low}}}" + "".join(f"^{{{tight(k)}}}" for k in kids[2:]) + " " + show(kids[0], 0.5)
    elif op == "deriv":
        top = show(kids[0])
        plain = kids[0].op == "sym"
        text = rf"\frac{{\partial{' ' + top if plain else ''}}}{{\partial {show(kids[1])}}}"
        text += "" if plain else bracket(top)
    elif op in ("pow", "T", "entry"):
        base, layered = kids[0], kids[0].op == "sym" and kids[0].info[2] is not None
        if op == "T" and layered:
            return show(base)[:-1] + r"\top}"
        atom = base.op in ("num", "norm", "abs", "matrix", "call", "sym") and not layered
        text = show(base) if atom else bracket(show(base))
        text += r"^\top" if op == "T" else below(kids[1:]) if op == "entry" else "^{" + show(kids[1]) + "}"
    elif op == "cases":
        rows = [show(k) + " & " + (show(t) if t else r"\text{otherwise}") for k, t in zip(kids, info)]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
    elif op == "matrix":
        return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(map(show, row)) for row in kids) + r" \end{pmatrix}"
    else:
        text = {"neg": lambda: "-" + show(kids[0], 0.5),
                "had": lambda: r" \odot ".join(part(k, 1, k is kids[-1]) for k in kids),
                "div": lambda: rf"\frac{{{show(kids[0])}}}{{{show(kids[1])}}}",
                "norm": lambda: rf"\lVert {show(kids[0])} \rVert", "abs": lambda: rf"\lvert {show(kids[0])} \rvert",
                "test": lambda: show(kids[0]) + "".join(f" {s} {show(k)}" for s, k in zip(info, kids[1:])),
                "iverson": lambda: f"[{show(kids[0])}]", "list": lambda: ", ".join(map(show, kids)),
                "space": lambda: r"\mathbb{R}" + ("^{" + r" \times ".join(map(show, kids)) + "}" if kids else ""),
                "range": lambda: rf"{info} = {show(kids[0])}, \dots, {show(kids[1])}"}[op]()
    return bracket(text) if RANK.get(op, 9) <= rank else text


def bracket(text):
    return rf"\left({text}\right)" if re.search(r"\\(frac|sum|prod|begin)", text) else f"({text})"


def tight(node):
    return show(node).replace(" + ", "+").replace(" - ", "-")


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
