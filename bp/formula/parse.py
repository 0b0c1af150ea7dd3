"""From LaTeX to trees and back: tokens, a recursive-descent parser, and a printer that shows how it was understood."""

import re
from itertools import takewhile
from string import ascii_lowercase
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
    conditions: tuple  # of Node("test")


RELATIONS = ("=", r"\approx", r"\leftarrow", r"\in", "<", ">", r"\le", r"\ge", r"\ne")
INEQUALITIES = RELATIONS[4:]
BINARY = ("+", "-", r"\odot", r"\cdot")  # a row that begins so goes on with the row before
OPEN = {"(": ")", "[": "]", r"\{": r"\}"}
BARS = {"|": "abs", r"\|": "norm"}
PUNCTUATION = (",", ".", ";")
SEPARATORS = (*PUNCTUATION, r"\quad", r"\\")  # of statements
ENDS = ("", r"\quad", r"\\", "&", r"\end{cases}", r"\end{pmatrix}", r"\end{bmatrix}")  # of a statement or a cell
OPERATORS = set(r"\diag \softmax \relu \softplus \elu \swish \leakyrelu \prelu \sign".split())
FUNCTIONS = OPERATORS | set(r"\log \exp \sin \cos \tanh \sigma \sqrt \max \min \Im f C J".split())
CALLED = ("h", r"\phi", r"\varphi", r"\psi")  # names that before a bracket look like functions
GREEK = set(r"\alpha \beta \gamma \epsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \rho \tau \phi \varphi \psi "
            r"\omega".split())
PRINTED = {r"\ones": r"\mathbf{1}", r"\yhat": r"\hat{y}", r"\iunit": r"\mathrm{i}"} | {
    name: rf"\operatorname{{{name[1:]}}}" for name in OPERATORS}
SYMBOLS = GREEK | {r"\delta", r"\Delta", r"\pi", r"\ones", r"\yhat", r"\iunit", r"\partial", r"\top"}
SPELLINGS = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\circ": r"\odot",
    r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\ln": r"\log",
    r"\ldots": r"\dots", r"\cdots": r"\dots", r"\qquad": r"\quad", ":=": "=", r"\equiv": "=", r"\gets": r"\leftarrow",
    r"\lbrace": r"\{", r"\rbrace": r"\}", r"\times": r"\cdot", r"\ReLU": r"\relu", r"\ELU": r"\elu",
    r"\PReLU": r"\prelu", r"\LeakyReLU": r"\leakyrelu", r"\SiLU": r"\swish",
}
LAYOUT = re.compile(
    r"(?<!\\)\\(?:(?:left|right)(?![a-zA-Z])\s*\.?|[,;:! ])"
    r"|(?<!\\)\\(?:[bB]igg?[lrm]?|displaystyle|textstyle|nonumber|notag|limits)(?![a-zA-Z])"
    r"|\\(?:begin|end)\{(?:equation|align|aligned|gather|split)\*?\}|\\(?:tag|label|eqref)\*?\{[^{}]*\}"
    r"|(?<=\\\\)\s*\[[\d.]+\s*(?:pt|em|ex)\]|~|\$|(?<!\\)%.*")
NAMED = re.compile(r"\\(operatorname|mathrm|mathsf|mathbf|mathbb)\s*\*?(?:\{\s*(\w+)\s*\}|(\w))")
FONTS = {("mathbf", "1"): r" \ones ", ("mathbb", "1"): r" \ones ", ("mathbb", "R"): r" \reals ", ("mathrm", "d"): " d ",
         ("mathsf", "T"): r" \top ", ("mathrm", "T"): r" \top ", ("mathrm", "e"): " e ", ("mathrm", "i"): r" \iunit "}
WORDS = {"otherwise": r" \otherwise ", "else": r" \otherwise ", "if": r" \if ", "for": r" \if ", "when": r" \if ",
         "where": r" \if ", "with": r" \if ", "and": r" \\ ", "": " "}
TOKEN = re.compile(r"\\(?:begin|end)\{[a-z]+\*?\}|\\[a-zA-Z]+|\\.|\d*\.\d+|\d+|:=|\S")


def tokens(latex):
    """The tokens of a formula, with one spelling for each thing and without what is only layout."""
    def named(match):
        font, name = match[1], match[2] or match[3]
        if (font, name) not in FONTS and len(name) == 1:
            raise Unsupported(f"{match[0]} is not a symbol of this book; it uses plain letters")
        return FONTS.get((font, name), f" \\{name} ")

    def word(match):
        said = match[1].strip(" ,.;").lower()
        if said not in WORDS:
            raise Unsupported(f"{match[0]}: words are not executed; known are {', '.join(filter(None, WORDS))}")
        return WORDS[said]

    text = re.sub(r"\\(?:text|textrm|mbox)\s*\{([^{}]*)\}", word, latex)
    text = re.sub(r"\\hat\s*(\{\s*y\s*\}|y)", r" \\yhat ", text)
    kept, inside, conditional, columns = [], 0, False, 0  # inside a matrix or cases; behind a \quad; & in this row
    found = [SPELLINGS.get(t, t) for t in TOKEN.findall(NAMED.sub(named, LAYOUT.sub(" ", text)))]
    for n, t in enumerate(found):
        inside += {r"\begi": 1, r"\end{": -1}.get(t[:5], 0)
        starts_row = kept[-1:] == [r"\\"]
        if t == r"\if":
            t = "" if inside else r"\quad"
        if t == "&" and not inside:
            columns += 1
            t = "" if columns % 2 else r"\quad"  # every second one parts two columns
        if not t or starts_row and t == r"\quad":
            continue
        if starts_row and t in BINARY and not inside and not conditional and not relates(found[n:]):
            while kept and kept[-1] in SEPARATORS:
                kept.pop()
        kept.append(t)
        conditional = t == r"\quad" or conditional and not starts_row
        columns = 0 if t == r"\\" and not inside else columns
    return kept


def relates(found):
    """Does a relation stand in this row of tokens, outside of brackets?"""
    depth = 0
    for t in takewhile(lambda t: t != r"\\", found):
        depth += (t in ("{", *OPEN)) - (t in ("}", *OPEN.values()))
        if depth == 0 and t in RELATIONS:
            return True
    return False


def walk(node):
    """Every node of a tree, those of indices and layers included."""
    yield node
    for part in (*node.kids, *node.indices, *([node.layer] if node.layer else [])):
        yield from walk(part)


def is_name(token):
    return bool(re.fullmatch("[a-zA-Z]", token)) or token in SYMBOLS


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

    def peek(self, ahead=0):
        return self.items[self.at + ahead] if self.at + ahead < len(self.items) else ""

    def take(self, wanted=None):
        t = self.peek()
        if not t or wanted not in (None, t):
            raise Unsupported(f"expected {wanted or 'something more'} but found {t or 'the end of the formula'}")
        self.at += 1
        return t

    def argument(self, rule):
        """One TeX argument: what a rule reads in a braced group, or a single letter or digit (as in \\frac12)."""
        if self.peek() == "{":
            return self.enclosed(rule, "}")
        t = self.take()
        if t.isdigit():
            self.items[self.at - 1:self.at] = t  # its digits one by one
            return number(t[0])
        if is_name(t):
            return symbol(t)
        raise Unsupported(f"cannot read {t} here")

    def enclosed(self, rule, closing):
        """What stands between brackets or bars."""
        self.take()
        outer, self.bar = self.bar, closing
        node = rule()
        self.bar = outer
        self.take(closing)
        return node

    def chain(self, rule, mark):
        """Parts read by one rule, separated by a mark."""
        parts = [rule()]
        while self.peek() == mark:
            self.take()
            parts.append(rule())
        return parts

    def comparison(self, first=None):
        """A chain of relations. Names may be listed before the first; 1, \\dots, n may stand behind one."""
        parts, relations = [first or self.listed()], []
        while self.peek() in RELATIONS:
            relations.append(self.take())
            rest = takewhile(lambda t: t not in (*ENDS, *RELATIONS), self.items[self.at:])
            parts.append(self.listed() if r"\dots" in rest else self.expression())
        return Node("test", tuple(parts), " ".join(relations)) if relations else parts[0]

    def listed(self):
        """Expressions between commas; with dots: up to the one behind the dots."""
        parts, dots = [self.expression()], Node("dots")
        while self.peek() in (",", ";") and self.peek(1) not in (*ENDS, *PUNCTUATION) and dots not in parts[:-1]:
            self.take()
            parts.append(self.expression())
        if dots not in parts[:-1]:
            return joined("list", parts)
        start = parts[:parts.index(dots)]
        if len(start) > 2 or len(start) == 2 and [n.name for n in start] not in (["0", "1"], ["1", "2"], ["2", "3"]):
            raise Unsupported(r"a range is written 1, \dots, n or 1, 2, \dots, n")
        return Node("range", (parts[0], parts[-1]))

    def expression(self):
        parts = [self.signed()]
        while self.peek() in ("+", "-"):
            parts.append(self.signed())
        return joined("add", parts)

    def signed(self, rule=None):
        sign = self.take() if self.peek() in ("+", "-") else ""
        node = (rule or self.term)()
        return Node("neg", (node,)) if sign == "-" else node

    def term(self):
        return joined("had", self.chain(self.product, r"\odot"))

    def product(self):
        parts = [self.factor()]
        while self.peek() in ("/", r"\cdot") or self.starts_factor():
            mark = self.take() if self.peek() in ("/", r"\cdot") else ""
            if not mark and self.items[self.at - 1][-1:].isdigit() and self.peek()[-1:].isdigit():
                raise Unsupported(f"two numbers side by side, {self.items[self.at - 1]} {self.peek()}: write \\cdot")
            new = self.signed(self.factor) if mark else self.factor()
            parts = [*parts[:-1], Node("div", (parts[-1], new))] if mark == "/" else [*parts, new]
        return joined("mul", parts)

    def starts_factor(self):
        t = self.peek()
        return re.match(r"[a-zA-Z\d(\[{|]|\.\d|\\[a-zA-Z{|]", t) and t not in (
            self.bar, *RELATIONS, *ENDS, r"\odot", r"\cdot")

    def factor(self):
        t = self.peek()
        if t in (r"\sum", r"\prod"):
            return self.big(self.take()[1:])
        if is_name(t) or t in self.functions:
            return self.scripts(symbol(self.take()), bare=True)
        if t == r"\nabla":
            self.take()
            self.take("_")
            wrt, body = self.argument(self.factor), self.factor()
            if self.starts_factor():
                raise Unsupported("how much is differentiated? Write brackets round it")
            return Node("deriv", (body, wrt))
        if t == r"\reals":
            self.take()
            start, sizes = self.at, self.argument(self.term) if self.peek() == "^" and self.take() else None
            if sizes and sizes.op == "mul" and self.items[start:self.at].count(r"\cdot") + 1 != len(sizes.kids):
                raise Unsupported(r"write \times between the sizes of a space")
            return Node("space", () if sizes is None else sizes.kids if sizes.op == "mul" else (sizes,))
        if t == r"\dots":
            self.take()
            return Node("dots")
        if t == "{":  # prints nothing, so it may hold one factor only
            node = self.argument(self.factor)
        elif t in BARS:
            node = Node(BARS[t], (self.enclosed(self.expression, t),))
            index = self.argument(self.factor) if self.peek() == "_" and self.take() else symbol("")
            if index.name not in ("", "2", "F") or index.name and node.op == "abs":
                raise Unsupported("only the 2-norm and the Frobenius norm are known")
            node = node._replace(name=index.name)
        elif t in OPEN:
            node = self.enclosed(self.comparison, OPEN[t])
            node = Node("iverson", (node,)) if node.op == "test" else node
        elif t == r"\frac":
            node = self.fraction()
        elif t.startswith(r"\begin"):
            node = self.environment()
        elif re.fullmatch(r"\d*\.?\d+", t):
            node = number(self.take())
        else:
            raise Unsupported(f"cannot read {t or 'the end of the formula'} here")
        return self.scripts(node)

    def big(self, op):
        """Sum or product: letter, limits, and a body of one term."""
        below, above = Node("nothing"), []
        while self.peek() in ("_", "^"):
            if self.take() == "_":
                below = self.argument(self.comparison)
            else:
                above = [self.argument(self.expression)]
        relation = below.name if below.op == "test" else ""
        letters = below.kids[:1] if relation else below.kids if below.op in ("list", "mul") else [below]
        known = relation == "=" or relation in ("", r"\ne") and not above
        if not known or any(n != symbol(n.name[:1]) for n in letters):
            raise Unsupported(rf"\{op} needs its letter below it, as in \{op}_{{j=1}}^{{n_l}}")
        body = self.signed()
        for letter in reversed(letters):
            limits = (below if relation else letter, *(above if relation == "=" else []))
            body = Node(op, (body, *limits), letter.name)
        return body

    def fraction(self):
        self.take()
        top, bottom = self.argument(self.expression), self.argument(self.expression)
        over, by = (node.kids if node.op == "mul" else (node,) for node in (top, bottom))
        d = over[0].kids[0] if over[0].op == "pow" else over[0]
        if d not in (symbol("d"), symbol(r"\partial")) or by[0] != d:
            return Node("div", (top, bottom))
        if over[0] != d or len(by) != 2 or by[1].op != "sym":
            raise Unsupported("a derivative is by one quantity; write a second one as a derivative of a derivative")
        if over[1:]:
            return Node("deriv", (joined("mul", over[1:]), by[1]))
        bracketed = self.peek() in OPEN
        body = self.factor() if bracketed else self.product()  # without brackets: all that is left of the term
        if bracketed and self.starts_factor() or not bracketed and any(n.op == "deriv" for n in walk(body)):
            raise Unsupported("how much is differentiated? Write brackets round it")
        return Node("deriv", (body, by[1]))

    def environment(self):
        name = self.take()[7:-1]
        if name not in ("pmatrix", "bmatrix", "cases"):
            raise Unsupported(f"{name} is not known; use pmatrix, bmatrix or cases")
        rows, end = [], rf"\end{{{name}}}"
        while self.peek() != end:
            cells = self.chain(self.cell if name == "cases" else self.expression, "&")
            if name == "cases" and len(cells) == 1:
                cells.append(Node("otherwise"))
            rows.append(Node("case" if name == "cases" else "row", tuple(cells)))
            if self.peek() != end:
                self.take(r"\\")
        self.take()
        tests = [row.kids[1].op for row in rows] if name == "cases" else []
        if {*tests} - {"test", "otherwise"} or "otherwise" in tests[:-1] or tests == ["otherwise"]:
            raise Unsupported("each of several cases needs a test, but for the last")
        return Node("cases" if name == "cases" else "matrix", tuple(rows))

    def cell(self):
        """The value or the test of one of several cases; a word or nothing stands for the test of what is left."""
        node = Node("otherwise") if self.peek() in (*ENDS, r"\otherwise") else self.comparison()
        self.skip(r"\otherwise", *PUNCTUATION)
        return node

    def skip(self, *marks):
        while self.peek() in marks:
            self.at += 1

    def scripts(self, node, bare=False):
        """Indices, layer, primes, a call's arguments, powers and transposes, in whatever order they are written."""
        indices, layer, primes, powers = (), None, 0, []
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                primes += 1
            elif mark == "_":
                found = self.argument(self.listed)
                for part in found.kids if found.op == "list" else (found,):
                    indices += part.kids if part.op == "mul" else (part,)  # ij
            elif bare and layer is None and self.peek() == "{" and self.peek(1) == "(":
                self.take()
                layer = self.enclosed(self.expression, ")")
                powers += [self.expression()] if self.peek() != "}" else []
                self.take("}")
            elif self.items[self.at:self.at + 2] == ["{", "("] and node.op not in ("num", "entry") and self.layered():
                raise Unsupported("a layer belongs to the name of a quantity; a power is written without brackets")
            else:
                powers.append(self.argument(self.expression))
        if bare:
            node = self.call(symbol(node.name, indices, layer, primes))
            if node.op == "call" and any(power.op == "neg" for power in powers):
                raise Unsupported(f"{node.name} to a negative power may be an inverse or a reciprocal: write it out")
        elif primes or indices and node.op in ("norm", "abs"):
            raise Unsupported("a prime belongs to a function's name, the index of a norm before its power")
        elif indices:
            node = Node("entry", (node,), indices=indices)
        for power in powers:
            node = Node("T", (node,)) if power in (symbol(r"\top"), symbol("T")) else Node("pow", (node, power))
        return node

    def layered(self):
        """Is the exponent that follows one pair of brackets?"""
        depth = 0
        for k, t in enumerate(self.items[self.at + 1:], self.at + 1):
            depth += (t == "(") - (t == ")")
            if depth == 0:
                return self.items[k + 1:k + 2] == ["}"]
        return False

    def call(self, node):
        """A function's name with its arguments, where any follow."""
        if node.name not in self.functions:
            inside = self.items[self.at + 1:self.at + 3]
            single = inside[1:] == [")"] and (is_name(inside[0]) or inside[0].isdigit())
            if self.peek() == "(" and (node.name in CALLED or single):
                raise Unsupported(f"is {node.name} a function? Define it (where {node.name}(t) = ..) or write \\cdot")
            return node
        if node.name == r"\sqrt" and self.peek() == "[":
            raise Unsupported(r"write other roots than the square root as powers: u^{\frac{1}{3}}")
        if self.peek() in ("(", r"\{"):
            inner = self.enclosed(self.listed, OPEN[self.peek()])
            args = inner.kids if inner.op == "list" else (inner,)
        elif self.starts_factor() and node.name.startswith("\\"):
            args = (self.argument(self.expression) if node.name == r"\sqrt" else self.factor(),)
            if node.name != r"\sqrt" and self.starts_factor() and self.peek() not in self.functions:
                raise Unsupported(f"how much belongs to {node.name}? Write brackets round it")
        else:
            return node
        node = node._replace(op="call", kids=args)
        return self.scripts(node) if self.peek() in ("_", "^") else node


def statements(latex, functions=frozenset(FUNCTIONS), definitions=False):
    """The statements of a display, each with the conditions behind it."""
    found, parser = [], Parser(tokens(latex), functions)
    parser.skip(*SEPARATORS)
    while parser.peek():
        apart = parser.items[max(parser.at - 2, 0):parser.at]  # what separates it from the statement before
        last = found[-1] if found else None
        goes_on = last and parser.peek() in RELATIONS  # a row of the chain before
        node = parser.comparison(last.sides[-1] if goes_on else None)
        stray = [n.name for n in walk(node) if n.name in (r"\partial", r"\top")]
        if stray or parser.peek() not in (*SEPARATORS, ""):
            raise Unsupported(f"cannot read {[*stray, parser.peek()][0]} here")
        parser.skip(*SEPARATORS)
        sides, relations = (node.kids, tuple(node.name.split())) if node.op == "test" else ((node,), ())
        own_row = apart[-1:] == [r"\\"] and apart[:1] != [","]
        if last and not goes_on and not definitions and not own_row and restricts(node, last):
            found[-1] = last._replace(conditions=(*last.conditions, node))
            continue
        if any(n.op in ("dots", "range") for n in walk(node)):
            raise Unsupported("dots cannot be executed: write a sum with limits, or set sizes=.. and write all of it")
        if goes_on:
            found[-1] = last._replace(sides=last.sides + sides[1:], relations=last.relations + relations)
        else:
            found.append(Statement(sides, relations, ()))
        if sides[0].op == "sym" and sides[0].name.islower() and relations[:1] == ("=",):  # a number calls nothing
            parser.functions = parser.functions - {sides[0].name}
    return found


def restricts(node, last):
    """Does it only restrict what it follows: i = 1, \\dots, n; l < L; i \\ne j; z > 0? All else claims something."""
    if node.op != "test":
        return False
    if {*node.name.split()} <= {*INEQUALITIES}:
        return all(n.op in ("test", "sym", "num", "neg", "add") and not n.primes for n in walk(node))
    return node.name == "=" and node.kids[0] in map(symbol, ascii_lowercase) and (
        node.kids[1].op == "range" or numbers(last, node.kids[0].name))


def numbers(statement, letter):
    """Does a letter stand in an index, a layer or below a sum?"""
    return any(n.name == letter and n.op in ("sum", "prod") or any(
        symbol(letter) in walk(place) for place in (*n.indices, *([n.layer] if n.layer else [])))
        for side in statement.sides for n in walk(side))


# How strongly an operation binds, and how those print that only stand around and between their parts.
RANK = {"test": 0, "add": 0, "neg": 0, "sum": 1, "prod": 1, "had": 1, "mul": 2, "deriv": 3, "T": 4, "pow": 4,
        "entry": 4}
FRAMES = {
    "div": (r"\frac{", "}{", "}"), "norm": (r"\lVert ", "", r" \rVert"), "abs": (r"\lvert ", "", r" \rvert"),
    "iverson": ("[", "", "]"), "list": ("", ", ", ""), "range": ("", r", \dots, ", ""), "dots": (r"\dots", "", ""),
    "row": ("", " & ", ""), "matrix": (r"\begin{pmatrix} ", r" \\ ", r" \end{pmatrix}"),
    "case": ("", " & ", ""), "cases": (r"\begin{cases} ", r" \\ ", r" \end{cases}"),
    "otherwise": (r"\text{otherwise}", "", ""), "space": (r"\mathbb{R}^{", r" \times ", "}"),
}


def show(node, rank=-1):
    """The tree as LaTeX, in brackets if it binds no tighter than `rank`."""
    op, kids, name, indices, layer, primes = node
    if op == "num":
        return name
    if op == "call" and name == r"\sqrt" and not primes:
        return rf"\sqrt{{{show(kids[0])}}}"
    if op in ("sym", "call"):
        text = PRINTED.get(name, name) + below(indices) + "'" * primes + (f"^{{({tight(layer)})}}" if layer else "")
        return text + (bracket(", ".join(map(show, kids))) if op == "call" else "")
    if op in FRAMES:
        before, between, after = FRAMES[op]
        return before + between.join(map(show, kids)) + after if kids or op != "space" else r"\mathbb{R}"
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
        text = part(kids[0], 2, False)
        for before, k in zip(kids, kids[1:]):
            new = part(k, 2, k is kids[-1])
            bracketed = before.op == "deriv" and before.kids[0].op != "sym"
            text += (r" \cdot " if new[0].isdigit() or bracketed else " ") + new
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
