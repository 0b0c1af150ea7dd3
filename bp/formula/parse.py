"""From LaTeX to statements: tokens, a tree of `Node`s, and the printer that turns a tree back into LaTeX."""

import re
from typing import NamedTuple


class Unsupported(Exception):
    """The text is outside the contract; the message says what to write instead."""


class Node(NamedTuple):
    op: str  # num sym add mul had div neg pow T sum prod call deriv norm abs test cases matrix entry
    kids: tuple = ()
    info: object = None  # num: text; sym: (name, indices, layer, primes); sum, prod: index name; ...


class Statement(NamedTuple):
    sides: list  # of Node; a shape ("\mathbb{R}^{..}") is Node("space", sizes)
    relations: list  # of str, one fewer than sides
    conditions: list  # of Node("test", ...) or Node("range", (low, high), index)


RELATIONS = {"=", r"\approx", r"\leftarrow", r"\in", "<", ">", r"\le", r"\ge", r"\ne", r"\equiv"}
FUNCTIONS = set(r"\log \exp \sin \cos \tanh \cosh \sinh \sqrt \max \min \diag \softmax \sigma \relu \softplus \elu \swish "
                r"\leakyrelu \prelu \tr \sign \Im \Re f C J C_e".split())
OPEN = {"(": ")", "[": "]", r"\{": r"\}"}
ALIASES = {  # spelling -> the one spelling the parser knows
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\gets": r"\leftarrow",
    r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\ln": r"\log",
    r"\ldots": r"\dots", r"\qquad": r"\quad", r"\intercal": r"\top", r"\lbrace": r"\{", r"\rbrace": r"\}",
    r"\R": r"\reals", r"\lbrack": "[", r"\rbrack": "]", r"\varepsilon": r"\epsilon", r"\ReLU": r"\relu",
    r"\ELU": r"\elu", r"\LeakyReLU": r"\leakyrelu", r"\PReLU": r"\prelu", r"\SiLU": r"\swish", r"\circ": r"\odot",
}
DROPPED = re.compile(
    r"(?<!\\)\\(?:(?:left|right|[bB]igg?[lrm]?|displaystyle|textstyle|nonumber|notag|limits)(?![a-zA-Z])|[,;:! ])"
    r"|\\(?:begin|end)\{(?:equation|align|aligned|gather|split)\*?\}|\\(?:tag|label|eqref)\*?\{[^{}]*\}|~|\$|(?<!\\)%.*")
NAMED = re.compile(r"\\(?:operatorname|mathrm|mathsf|mathbf|mathbb|mathit)\s*\*?(?:\{\s*(\w+)\s*\}|(\w))")
TOKEN = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}|\\[a-zA-Z]+|\\.|\d+\.\d+|\.\d+|\d+|:=|\S")


def tokens(latex):
    """The list of tokens of a formula, spellings unified, everything that is only layout removed."""
    def named(match):
        whole, name = match[0], match[1] or match[2]
        if name == "1":
            return r"\ones "
        if name == "d" or whole.startswith(r"\mathit"):
            return f" {name} "
        if name == "R" and "bb" in whole:
            return r"\reals "
        if name == "T" and "sf" in whole:
            return r"\top "
        if name in "ei" and "rm" in whole:
            return " e " if name == "e" else r"\iunit "
        if len(name) == 1:
            raise Unsupported(f"{whole.strip()} is not a symbol of this book; plain letters only")
        return f"\\{name} "

    text = re.sub(r"\\(left|right)\s*\.|(?<=\\\\)\s*\[[\d.]+\s*(pt|em|ex)\]", "", latex)
    text = re.sub(r"\\(?:text|textrm|mbox)\s*\{([^{}]*)\}",
                  lambda m: r" \otherwise " if re.search("otherwise|else", m[1]) else " ", text)
    text = re.sub(r"\\hat\s*(\{\s*y\s*\}|y)", r"\\yhat ", text)
    text = NAMED.sub(named, DROPPED.sub(" ", text))
    found = [ALIASES.get(t, t) for t in TOKEN.findall(text)]
    return [{":=": "="}.get(t, t) for t in found]


def walk(node):
    """Every node of a tree, indices, layers and conditions included."""
    yield node
    for kid in node.kids:
        for part in kid if node.op == "matrix" else (kid,):
            yield from walk(part)
    if node.op in ("sym", "call"):
        _, indices, layer, _ = node.info
        for part in (*indices, *(() if layer is None else (layer,))):
            yield from walk(part)
    if node.op in ("sum", "prod") and node.info[1] is not None:
        yield from walk(node.info[1])


def split(items, separators, keep_empty=False):
    """Cut a list of tokens at separators that stand outside every bracket and environment."""
    parts, depth = [[]], 0
    for t in items:
        depth += (t in ("{", "(", "[", r"\{") or t.startswith(r"\begin"))
        depth -= (t in ("}", ")", "]", r"\}") or t.startswith(r"\end"))
        if depth == 0 and t in separators:
            parts.append([])
        else:
            parts[-1].append(t)
    return parts if keep_empty else [p for p in parts if p]


class Parser:
    """Recursive descent over one list of tokens."""

    def __init__(self, items, functions):
        self.items, self.at, self.functions = items, 0, functions

    def peek(self, ahead=0):
        return self.items[self.at + ahead] if self.at + ahead < len(self.items) else ""

    def take(self, wanted=None):
        t = self.peek()
        if not t or (wanted and t != wanted):
            raise Unsupported(f"expected {wanted or 'something'} but found {t or 'the end of the formula'}")
        self.at += 1
        return t

    def group(self):
        """The tokens of one TeX argument: a braced group or a single token."""
        if self.peek() != "{":
            first = self.take()
            if first.isdigit() and len(first) > 1:  # \frac12
                self.at -= 1
                self.items = [*self.items[:self.at], first[1:], *self.items[self.at + 1:]]
            return [first[:1] if first.isdigit() else first]
        start, depth = self.at + 1, 0
        while True:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
            if depth == 0:
                return self.items[start:self.at - 1]

    def sub(self, items, rule="sum_of_terms"):
        """Parse a list of tokens completely with the same functions."""
        inner = Parser(items, self.functions)
        node = getattr(inner, rule)()
        if inner.peek():
            raise Unsupported(f"cannot read {inner.peek()} here: " + " ".join(items)[:60])
        return node

    def comparison(self):
        left = self.sum_of_terms()
        if self.peek() not in RELATIONS:
            return left
        kids, signs = [left], []
        while self.peek() in RELATIONS:
            signs.append(self.take())
            kids.append(self.sum_of_terms())
        return Node("test", tuple(kids), tuple(signs))

    def sum_of_terms(self):
        parts = []
        while True:
            sign = self.take() if self.peek() in ("+", "-") else "+"
            term = self.term()
            parts.append(Node("neg", (term,)) if sign == "-" else term)
            if self.peek() not in ("+", "-"):
                return parts[0] if len(parts) == 1 else Node("add", tuple(parts))

    def term(self):
        parts = [self.product()]
        while self.peek() == r"\odot":
            self.take()
            parts.append(self.product())
        return parts[0] if len(parts) == 1 else Node("had", tuple(parts))

    def product(self):
        parts = [self.factor()]
        while True:
            t = self.peek()
            if t == "/":
                self.take()
                parts[-1] = Node("div", (parts[-1], self.factor()))
            elif t in (r"\cdot", r"\times"):
                self.take()
                negative = self.peek() == "-" and self.take()
                parts.append(Node("neg", (self.factor(),)) if negative else self.factor())
            elif self.starts_factor(t):
                parts.append(self.factor())
            else:
                return parts[0] if len(parts) == 1 else Node("mul", tuple(parts))

    def starts_factor(self, t):
        if t in ("|", r"\|"):
            return self.closing != t
        return bool(t) and t not in RELATIONS and t not in (
            "+", "-", ")", "]", "}", r"\}", r"\odot", ",", "/", "&", r"\\", ";", ".") and not t.startswith(r"\end")

    closing = None  # the bar that would end the norm being read

    def factor(self):
        t = self.peek()
        if t in (r"\sum", r"\prod"):
            return self.big(self.take()[1:])
        if t == r"\frac":
            return self.scripts(self.fraction())
        if t == r"\nabla":
            self.take()
            self.take("_")
            wrt = self.sub(self.group(), "factor")
            return Node("deriv", (self.factor(), wrt))
        if t in OPEN:
            return self.scripts(self.bracket())
        if t in ("|", r"\|"):
            return self.bars()
        if t.startswith(r"\begin"):
            return self.scripts(self.environment())
        if re.fullmatch(r"[\d.]*\d", t):
            return self.scripts(Node("num", (), self.take()))
        if t == "{":
            return self.scripts(self.sub(self.group()))
        return self.scripts(self.symbol())

    def big(self, op):
        """Sum or product: index, limits, body; the body is one term."""
        low = high = condition = None
        names = []
        while self.peek() in ("_", "^"):
            mark, items = self.take(), self.group()
            if mark == "^":
                high = self.sub(items)
            elif "=" in items:
                names, low = [items[0]], self.sub(items[items.index("=") + 1:])
                if items[1] != "=":
                    raise Unsupported("write the lower limit as index = value")
            elif r"\ne" in items:
                names, condition = [items[0]], self.sub(items, "comparison")
            else:
                names = [i for i in items if i != ","]
        if not names or any(not re.fullmatch(r"[a-zA-Z]", n) for n in names):
            raise Unsupported(rf"\{op} needs an index letter below it")
        body = self.term()
        for name in reversed(names):
            body = Node(op, tuple(n for n in (body, low, high) if n is not None), (name, condition))
        return body

    def fraction(self):
        self.take()
        top, bottom = self.group(), self.group()
        mark = top[0] if top else ""
        if mark in ("d", r"\partial") and bottom[:1] == [mark]:
            wrt = bottom[1:]
            if top[1:2] == ["^"]:
                raise Unsupported("write a second derivative as a derivative of a derivative")
            wrt = self.sub(wrt, "factor")
            if wrt.op != "sym":
                raise Unsupported("the lower side of a derivative must be one quantity")
            if top[1:]:
                return Node("deriv", (self.sub(top[1:], "product"), wrt))
            body = self.factor() if self.peek() in OPEN else self.product()
            return Node("deriv", (body, wrt))
        return Node("div", (self.sub(top), self.sub(bottom)))

    def bracket(self):
        opened = self.take()
        saved, self.closing = self.closing, None
        inner = self.comparison()
        self.closing = saved
        self.take(OPEN[opened])
        return inner if inner.op != "test" else Node("iverson", (inner,))

    def bars(self):
        bar = self.take()
        saved, self.closing = self.closing, bar
        inner = self.sum_of_terms()
        self.closing = saved
        self.take(bar)
        if self.peek() == "_":
            self.take()
            if self.group() not in (["F"], ["2"]):
                raise Unsupported("only the 2-norm and the Frobenius norm are known")
        return self.scripts(Node("norm" if bar == r"\|" else "abs", (inner,)))

    def environment(self):
        name = self.take()[7:-1]
        start = self.at
        while self.take() != rf"\end{{{name}}}":
            if self.peek().startswith(r"\begin"):
                raise Unsupported("a matrix or cases inside another")
        rows = [split(row, {"&"}, True) for row in split(self.items[start:self.at - 1], {r"\\"})]
        if name == "cases":
            pairs = []
            for row in rows:
                value = row[0][:-1] if row[0][-1:] == [","] else row[0]
                test = [t for t in (row[1] if len(row) > 1 else []) if t not in (",", ".")]
                pairs += [self.sub(value), self.sub(test, "comparison") if test and test != [r"\otherwise"]
                          else Node("num", (), "1")]
            return Node("cases", tuple(pairs))
        if name not in ("pmatrix", "bmatrix", "matrix"):
            raise Unsupported(f"{name} is not known; use pmatrix, bmatrix or cases")
        return Node("matrix", tuple(tuple(self.sub(cell) for cell in row) for row in rows))

    def symbol(self):
        name = self.take()
        if name in (r"\dots", r"\cdots", r"\vdots", r"\ddots"):
            raise Unsupported("dots cannot be executed: write the sum with its limits, or name sizes=.. and write all out")
        if not re.fullmatch(r"[a-zA-Z]|\\[a-zA-Z]+", name):
            raise Unsupported(f"cannot read {name} here")
        indices, layer, primes, powers = (), None, 0, []
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                primes += 1
                continue
            items = self.group()
            if mark == "_":
                indices += self.indices(items)
                continue
            if items[:1] == ["("] and ")" in items and layer is None:
                end = items.index(")")
                layer, items = self.sub(items[1:end]), items[end + 1:]
            if items:
                powers.append(items)
        node = Node("sym", (), (name, indices, layer, primes))
        if name in self.functions or name in FUNCTIONS:
            node = self.call(node, powers)
        for items in powers:
            node = self.power(node, items)
        return node

    def call(self, node, powers):
        name = node.info[0]
        if self.peek() == "(" or (name == r"\max" and self.peek() in OPEN):
            opened = self.take()
            args, saved = [], self.closing
            self.closing = None
            args.append(self.sum_of_terms())
            while self.peek() in (",", ";"):
                self.take()
                args.append(self.sum_of_terms())
            self.closing = saved
            self.take(OPEN[opened])
            return Node("call", tuple(args), node.info)
        if name == r"\sqrt" and self.peek() == "{":
            return Node("call", (self.sub(self.group()),), node.info)
        if name.startswith("\\") and self.starts_factor(self.peek()):
            return Node("call", (self.factor(),), node.info)
        return node

    def indices(self, items):
        pieces = split(items, {","})
        found = []
        for piece in pieces:
            if all(re.fullmatch(r"[a-zA-Z]|\d+", t) for t in piece):
                found += [Node("num", (), t) if t.isdigit() else Node("sym", (), (t, (), None, 0)) for t in piece]
            else:
                found.append(self.sub(piece))
        return tuple(found)

    def scripts(self, node):
        while self.peek() in ("_", "^"):
            mark, items = self.take(), self.group()
            node = Node("entry", (node, *self.indices(items))) if mark == "_" else self.power(node, items)
        return node

    def power(self, node, items):
        if items in ([r"\top"], ["T"]):
            return Node("T", (node,))
        if items[:1] == ["("]:
            raise Unsupported("a layer belongs on a symbol, not on a bracket")
        return Node("pow", (node, self.sub(items)))


def statements(latex, functions=()):
    """All statements of a display. A row that starts with a relation continues the chain of the row before."""
    found = []
    for row in split(tokens(latex), {r"\\"}):
        row = [t for t in row if t != "&"] if not any(t.startswith(r"\begin") for t in row) else \
            sum(split(row, {"&"}), [])
        while row and row[0] == r"\quad":
            row = row[1:]
        for k, part in enumerate(split(row, {r"\quad"})):
            while part and part[-1] in (",", ".", ";"):
                part = part[:-1]
            if not part:
                continue
            if k == 0 and found and (part[0] in RELATIONS or part[0] in ("+", "-", r"\odot", r"\cdot")):
                found[-1][0].extend(part)
            elif found and is_condition(part):
                found[-1][1].append(part)
            else:
                found.append((part, []))
    return [statement(chain, conditions, functions) for chain, conditions in found]


def is_condition(part):
    """A part after a quad that only restricts: i = 1, ..., n;  l < L;  i \\ne j;  z > 0."""
    signs = [t for t in part if t in RELATIONS]
    return bool(signs) and (part[0] in "lijkmepqrL" and part[1:2] == ["="] or all(
        s in ("<", ">", r"\le", r"\ge", r"\ne") for s in signs))


def statement(chain, conditions, functions):
    sides, relations, current = [], [], []
    depth = 0
    for t in chain:
        depth += (t in ("{", "(", "[") or t.startswith(r"\begin")) - (t in ("}", ")", "]") or t.startswith(r"\end"))
        if depth == 0 and t in RELATIONS:
            sides.append(current)
            relations.append(t)
            current = []
        else:
            current.append(t)
    sides.append(current)
    parsed = [side(s, functions) for s in sides]
    return Statement(parsed, relations, [n for c in conditions for n in condition(c, functions)])


def side(items, functions):
    if items[:1] == [r"\reals"]:
        sizes = Parser(items[2:], functions).group() if items[1:2] == ["^"] else []
        return Node("space", tuple(Parser(s, functions).sub(s) for s in split(sizes, {r"\times"})))
    pieces = split(items, {","})
    if len(pieces) > 1:
        return Node("list", tuple(Parser([], functions).sub(p) for p in pieces))
    return Parser([], functions).sub(items)


def condition(items, functions):
    if r"\dots" in items:
        pieces = split(items, {","})
        first = pieces[0]
        return [Node("range", tuple(Parser([], functions).sub(p) for p in (first[2:], pieces[-1])), first[0])]
    return [Parser([], functions).sub(p, "comparison") for p in split(items, {","})]


RANK = {"add": 0, "neg": 0, "sum": 1, "prod": 1, "had": 1, "mul": 2, "deriv": 2.5}


def show(node, rank=-1):
    """The tree as LaTeX: how the formula was understood."""
    op, kids = node.op, node.kids
    if op == "num":
        return node.info
    if op in ("sym", "call"):
        name, indices, layer, primes = node.info
        text = name + ("_{" + ",".join(map(show, indices)) + "}" if indices else "") + "'" * primes
        text += "^{(" + show(layer) + ")}" if layer is not None else ""
        return text + ("(" + ", ".join(map(show, kids)) + ")" if op == "call" else "")
    if op == "neg":
        text = "-" + show(kids[0], 1)
    elif op == "add":
        text = show(kids[0], 0) + "".join(
            " - " + show(k.kids[0], 1) if k.op == "neg" else " + " + show(k, 0.5) for k in kids[1:])
    elif op == "had":
        text = r" \odot ".join(show(k, 1.5) for k in kids)
    elif op == "mul":
        text = " ".join((r"\cdot " if k.op == "num" and n else "") + show(k, 2 if n + 1 < len(kids) else 2)
                        for n, k in enumerate(kids))
    elif op in ("sum", "prod"):
        name, test = node.info
        low = show(test) if test else name + ("=" + show(kids[1]) if len(kids) > 1 else "")
        text = rf"\{op}_{{{low}}}" + (f"^{{{show(kids[2])}}}" if len(kids) > 2 else "") + " " + show(kids[0], 1)
    elif op == "div":
        return rf"\frac{{{show(kids[0])}}}{{{show(kids[1])}}}"
    elif op == "deriv":
        if kids[0].op in ("sym", "call"):
            return rf"\frac{{\partial {show(kids[0])}}}{{\partial {show(kids[1])}}}"
        return rf"\frac{{\partial}}{{\partial {show(kids[1])}}}\left({show(kids[0])}\right)"
    elif op in ("pow", "T", "entry"):
        base = kids[0]
        inner = show(base) if base.op in ("num", "call", "norm", "abs", "matrix", "iverson") or (
            base.op == "sym" and base.info[2] is None) else rf"\left({show(base)}\right)"
        if op == "entry":
            return inner + "_{" + ",".join(map(show, kids[1:])) + "}"
        return inner + (r"^{\top}" if op == "T" else "^{" + show(kids[1]) + "}")
    elif op == "norm":
        return rf"\|{show(kids[0])}\|"
    elif op == "abs":
        return f"|{show(kids[0])}|"
    elif op == "test":
        return show(kids[0]) + "".join(f" {s} {show(k)}" for s, k in zip(node.info, kids[1:]))
    elif op == "iverson":
        return f"[{show(kids[0])}]"
    elif op == "cases":
        rows = [f"{show(v)} & {show(t)}" for v, t in zip(kids[::2], kids[1::2])]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
    elif op == "matrix":
        return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(map(show, row)) for row in kids) + r" \end{pmatrix}"
    elif op == "space":
        return r"\mathbb{R}" + ("^{" + r" \times ".join(map(show, kids)) + "}" if kids else "")
    elif op == "list":
        return ", ".join(map(show, kids))
    elif op == "range":
        return f"{node.info} = {show(kids[0])}, \\dots, {show(kids[1])}"
    return rf"\left({text}\right)" if RANK[op] <= rank else text


def written(s):
    """A whole statement as LaTeX."""
    text = show(s.sides[0]) + "".join(f" {r} {show(n)}" for r, n in zip(s.relations, s.sides[1:]))
    return text + "".join(r" \quad " + show(c) for c in s.conditions)
