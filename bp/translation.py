r"""Formulas of the five sources, rewritten in the book's notation; used through conventions.translate.

A formula becomes a tree of atoms (a name with primes and scripts), groups and fractions. Each atom is
rewritten by its role: a unit's value, weights, biases, a cost, ... Layer numbers are first written as marks
<l+1>; at the end all are shifted together, so that the first one named with l reads (l). What is not
understood ends in a ValueError.
"""

import re
from typing import NamedTuple

FONT = r"\\(?:mathbf|boldsymbol|mathrm|text|mathcal)\s*\{[^{}]*\}"
TOKEN = re.compile(FONT + r"|\\[A-Za-z]+|\\.|[A-Za-z]|\d+|\s+|.")
PLAIN = set(r"+ - = , . / \partial \log \exp \odot \cdot \times \quad \qquad \leftarrow".split())
BRACKETS = {"(": ")", "[": "]", "{": "}"}
TOP = {"": "", "T": r"\top", r"\top": r"\top"}


class Rules(NamedTuple):
    """What the letters of one source mean."""

    unit: int           # book's layer of a unit = its number + unit
    weight: int         # book's layer that weights enter = their number + weight
    top: str            # the source's name of the last layer
    over: int           # by how much that exceeds the book's L
    sample: str         # the index of an example
    size: str           # the letter of a layer's size
    arguments: str      # what may stand in brackets behind a cost or an output, a regular expression
    roles: dict         # letter -> (role, book's name)


def rules(*numbers, **letters):
    roles = {}
    for role, names in letters.items():
        for pair in names.split():
            theirs, _, ours = pair.partition(">")
            roles[theirs] = (role, ours or theirs)
    return Rules(*numbers, roles)


RULES = {
    "S0": rules(-1, 0, "n_l", 1, "k", "s", r"W,b(;x,y|;x\^\(k\),y\^\(k\))?|x|x\^\(k\)",
                units=r"a z \delta", weights="W w>W", biases="b", cost="J>C", output="h>a", data="x y",
                activation="f", letter=r"K>E \alpha \lambda"),
    "S1": rules(0, 0, "L", 0, "e", "n", r"A_L,Y", units="a z A Z", weights="W w>W", biases="b",
                cost=r"\mathcal{L}>C", data="x y X Y", activation=r"\sigma>f f", letter="E K>n_{L}"),
    "S2": rules(-1, -1, "L", 1, "x", "", "", units=r"a z \delta", weights="w>W", biases="b", cost="C",
                data="x y", activation=r"\sigma>f", letter=r"n>E m>E \eta>\alpha"),
    "S3": rules(-1, -1, "L", 1, "i", "n", "", units=r"a z \delta", weights="w>W W", biases="b",
                cost="E>C", output="o>a", data="x y", activation="f", letter=r"N>E \mu>\alpha"),
    "S3b": rules(0, 0, "L", 0, "n", "n", r"W,b|y,\\hat\{y\}", units="a z", weights="W", biases="b",
                 cost=r"\mathcal{L}>C \mathcal{R}>J", output=r"\hat{y}>a", data="x y", activation="f",
                 letter=r"N>E \alpha \lambda"),
    "S4": rules(-1, 0, "L", 1, "i", "S", r"\\[Tt]heta|x|x\^\(i\)", units=r"a \delta",
                weights=r"\Theta>W \theta>W", cost="J>C", output="h>a", data="x y", activation="g>f",
                letter=r"m>E K>n_{L} \lambda>E\lambda"),
}


class Atom(NamedTuple):
    """A token with its primes and its scripts, as text without spaces."""

    name: str
    primes: int = 0
    sub: str = ""
    sup: str = ""


class Group(NamedTuple):
    """Nodes in brackets, with the scripts behind the bracket."""

    left: str
    nodes: list
    right: str
    sub: str = ""
    sup: str = ""


class Frac(NamedTuple):
    """A quotient or a derivative."""

    top: list
    bottom: list


class Reader:
    """LaTeX to nodes."""

    def __init__(self, latex, key):
        self.key, self.at = key, 0
        for pattern, plain in (
            (r"\\tag\s*\{?[^}\s]*\}?|\\(begin|end)\{\w+\*?\}|\\(left|right)\b|&|\\\\|\.\s*$", " "),
            (r",?\s*\\quad\s*\((\\text\{[^}]*\}|\d+)\)", " "),                      # an equation's number
            (r",?\s*\\quad\s*\(\s*1\s*\\leq?\s*[a-z]\s*\\leq?[^)]*\)", " "),    # a free index runs over all
            (r"\\parallel", r"\\Vert "), (r"\\\|", r"\\Vert "), (r"\\equiv", "="),
            (r"\\circ\b", r"\\odot "), (r"\\mathrm\s*\{d\}", r"\\partial "),
        ):
            latex = re.sub(pattern, plain, latex)
        self.tokens = [unbold(t) for t in TOKEN.findall(latex) if not t.isspace()]

    def take(self):
        if self.at == len(self.tokens):
            fail(self.key, "a formula without its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def nodes(self, end=""):
        found = []
        while self.peek() != end:
            found.append(self.node())
        if end:
            self.take()
        return found

    def node(self):
        token = self.take()
        if token == r"\frac":
            return Frac(self.part(), self.part())
        if token in BRACKETS:
            inside = self.nodes(BRACKETS[token])
            primes, sub, sup = self.scripts()
            if primes:
                fail(self.key, "a prime behind a bracket")
            return Group(token, inside, BRACKETS[token], sub, sup)
        if token == r"\hat":
            token = rf"\hat{{{self.argument()}}}"
        return Atom(token, *self.scripts())

    def part(self):
        return self.nodes("}") if self.peek() == "{" and self.take() else [self.node()]

    def scripts(self):
        primes, sub, sup = 0, "", ""
        while self.peek() in ("'", "_", "^") and self.peek():
            kind = self.take()
            if kind == "'":
                primes += 1
            elif kind == "_":
                sub += self.argument()
            else:
                sup += self.argument()
        return primes, sub, sup

    def argument(self):
        """The text of one token, or of all in {...}."""
        if (token := self.take()) != "{":
            return token
        parts, depth = [], 1
        while depth:
            parts.append(self.take())
            depth += (parts[-1] == "{") - (parts[-1] == "}")
        return "".join(parts[:-1])


class Writer:
    """Nodes to the book's LaTeX, with marks for layers."""

    def __init__(self, reader, one_unit):
        self.key, self.rules = reader.key, RULES[reader.key]
        self.rows = self.key == "S1" and not one_unit
        self.example = ""       # "e," inside a sum over the examples
        self.plain = False      # inside a derivative, where nothing is transposed
        self.fixed = False      # l is bound by a sum: no shift
        text = "".join(reader.tokens)
        self.batch = {"S1": any(t in "AZXY" for t in reader.tokens) or "(e)" in text, "S2": r"\sum_x" in text,
                      "S4": "m" in reader.tokens}.get(self.key, False)

    def layer(self, text, shift):
        """The mark of a layer that the source writes as text."""
        text = text.strip("(){}")
        if m := re.fullmatch(rf"({self.rules.top}|l)([+-]\d+)?", text):
            at_top = m[1] == self.rules.top
            return f"<{'L' if at_top else 'l'}{int(m[2] or 0) + at_top * self.rules.over + shift:+d}>"
        if text.isdigit():
            return f"<{int(text) + shift}>"
        self.fail(f"layer {text}")

    def fail(self, what):
        fail(self.key, what)

    def name(self, ours, index, layer, transposed=False):
        """ours_{index}^{(layer)}, with what is empty left out."""
        index = index.rstrip(",")
        if not re.fullmatch(r"(e,)?([a-z]|[1-9]|,)*|e", index):
            self.fail(f"index {index} of {ours}")
        sup = (f"({layer})" if layer else "") + (r"\top" if transposed else "")
        return ours + (f"_{{{index}}}" if index else "") + (f"^{{{sup}}}" if sup else "")

    # ---- lists of nodes

    def all(self, nodes):
        parts, outer, bars, n = [], self.example, 0, 0
        while n < len(nodes):
            node = nodes[n]
            bars += getattr(node, "name", "") == r"\Vert"
            if getattr(node, "name", "") in ("+", "-", "=", ",") and bars % 2 == 0:
                self.example = outer                                    # a sum over the examples ends here
            text, used = self.one(node, nodes[n + 1:])
            parts.append(text)
            n += used
        self.example = outer
        return " ".join(p for p in parts if p)

    def one(self, node, rest):
        """(text, how many nodes it takes)."""
        if isinstance(node, Frac):
            return self.fraction(node), 1
        if isinstance(node, Group):
            return self.group(node), 1
        if self.rules.size and node.name == self.rules.size and not node.primes and node.sub + node.sup:
            return f"n_{{{self.layer(node.sub + node.sup, self.rules.unit)}}}", 1
        role, ours = self.rules.roles.get(node.name, ("sign", ""))
        if node.primes and role != "activation":
            self.fail(f"{node.name} with a prime")
        behind = rest[0] if rest and isinstance(rest[0], Group) and rest[0].left == "(" else None
        if role in ("activation", "cost", "output"):
            return getattr(self, role)(node, ours, behind)
        if role == "weights":
            return self.weights(node, ours, rest)
        if self.key == "S2" and behind and flat(behind.nodes) == "x" and role in ("units", "data"):
            return getattr(self, role)(node._replace(sup=node.sup + "(x)"), ours), 2
        if role == "sign":
            return self.sign(node, rest), 1
        return getattr(self, role)(node, ours), 1

    def fraction(self, node):
        if not flat(node.top).startswith(r"\partial"):
            return rf"\frac{{{self.all(node.top)}}}{{{self.all(node.bottom)}}}"
        above, below = ([a for a in part if isinstance(a, Atom) and a.name in self.rules.roles]
                        for part in (node.top, node.bottom))
        if self.key == "S1" and above and below and above[0].name in "AZ" and below[0].name in "AZW":
            self.fail(f"d{above[0].name}/d{below[0].name}, which has four indices,")
        was, self.plain = self.plain, True
        text = rf"\frac{{{self.all(node.top)}}}{{{self.all(node.bottom)}}}"
        self.plain = was
        of_cost = above and below and self.rules.roles[above[0].name][0] == "cost"
        if self.rows and of_cost and below[0].name not in "AZ" and not self.split(below[0])[1]:
            return rf"\left({text}\right)^{{\top}}"         # theirs is a row, or of the shape of W^T
        return text

    def group(self, node):
        inside, sup = self.all(node.nodes), node.sup
        if node.sub:
            if self.key == "S4" and inside == "a^{(<L+0>)}":
                return self.name("a", node.sub, "<L+0>")        # (h(x))_1
            self.fail(f"the index {node.sub} of a bracket")
        if sup not in {**TOP, "2": "2"}:
            self.fail(f"a bracket to the {sup}")
        if node.left == "{" and not sup:
            return inside
        if sup in TOP and sup and re.fullmatch(r"\\?[A-Za-z]+(_\{\w+\})?\^\{\([^()]*\)\}", inside):
            return inside[:-1] + r"\top}"                       # (W^{(l)})^T is W^{(l)\top}
        left, right = (node.left, node.right) if node.left != "{" else ("(", ")")
        if re.search(r"\\frac|\\sum", inside):
            left, right = rf"\left{left}", rf"\right{right}"
        return left + inside + right + (f"^{{{TOP.get(sup, sup)}}}" if sup else "")

    # ---- one role each

    def activation(self, node, ours, behind):
        """f(...) is f of the layer that its argument belongs to."""
        if behind is None or node.sup or behind.sub or behind.sup:
            self.fail(f"{node.name} without a plain argument")
        argument = self.all(behind.nodes)
        named = re.search(r"<[^<>]*>", argument)
        if not node.sub and not named:
            self.fail(f"{node.name}({flat(behind.nodes)}), whose layer is not named,")
        layer = self.layer(node.sub, self.rules.unit) if node.sub else named[0]
        return f"{ours}_{{{layer}}}" + "'" * node.primes + f"({argument})", 2

    def arguments(self, behind):
        """What stands in the brackets behind a cost or an output, if this source writes something there."""
        if behind is None:
            return "", 1
        if not re.fullmatch(self.rules.arguments, flat(behind.nodes)):
            self.fail(f"the argument ({flat(behind.nodes)})")
        return flat(behind.nodes), 2

    def cost(self, node, ours, behind):
        """C for one example, C_e for example e, J for the batch."""
        inside, used = self.arguments(behind)
        scripts = (node.sub + node.sup).strip("()")
        if scripts == self.rules.sample and used == 1:
            return "C_e", used
        if scripts not in ("", "total") or (behind and behind.sub + behind.sup):
            self.fail(f"{node.name} with the script {scripts}")
        whole = scripts == "total" or ours == "J" or (self.key == "S0" and ";" not in inside)
        if whole or (self.batch and not self.example):
            return "J", used
        return ("C_e" if self.example else "C"), used

    def output(self, node, ours, behind):
        """h(x), o and y-hat are the outputs of the last layer; the index of h stands behind the bracket."""
        inside, used = self.arguments(behind) if node.name == "h" else ("", 1)
        if node.name == "h" and (used == 1 or node.sub not in ("W,b", r"\Theta", r"\theta") or behind.sup):
            self.fail("h without (x)")
        sample = f"({self.rules.sample})"
        if node.name != "h" and node.sup not in ("", sample):
            self.fail(f"{node.name} to the {node.sup}")
        example = "e," if self.example or sample in inside + node.sup else ""
        return self.name(ours, example + (behind.sub if node.name == "h" else node.sub), "<L+0>"), used

    def data(self, node, ours):
        """x and y, of one example or of example e, whole or one entry."""
        example, sup = self.pick_example(node.sup)
        index = node.sub
        if self.key == "S1" and re.fullmatch(r"[a-z\d]", sup):
            index, sup = sup, ""
        if sup not in TOP:
            self.fail(f"{node.name} to the {sup}")
        turned = self.rows and not index and not self.plain and ours.islower()
        return self.name(ours, example + index, "", (sup != "") != turned)

    def pick_example(self, sup):
        """("e," or "", what else stands in a superscript)."""
        sample = f"({self.rules.sample})"
        rest = re.sub(r"[{}^]", "", sup.replace(sample, ""))
        return ("e," if self.example or sample in sup else ""), rest

    def units(self, node, ours):
        if self.key == "S1":
            return self.row(node, ours)
        example, layer = self.pick_example(node.sup) if self.key == "S2" else (self.example, node.sup)
        if not layer:
            self.fail(f"{node.name} without a layer")
        return self.name(ours, example + node.sub, self.layer(layer, self.rules.unit))

    def biases(self, node, ours):
        if self.key == "S1":
            return self.row(node, ours)
        if not node.sup:
            self.fail(f"{node.name} without a layer")
        return self.name(ours, node.sub, self.layer(node.sup, self.rules.weight))

    def weights(self, node, ours, rest):
        if self.key == "S1":
            return self.row(node, ours), 1
        if not node.sup:
            self.fail(f"{node.name}{'_' + node.sub if node.sub else ''} without a layer")
        layer = self.layer(node.sup, self.rules.weight)
        if self.key != "S4":
            return self.name(ours, node.sub, layer), 1
        if len(node.sub) != 2:
            self.fail(f"{node.name} without two indices, whose column 0 is the bias,")
        if node.sub[1] == "0":                                  # the bias, times x_0 = a_0 = 1
            unit = bool(rest) and isinstance(rest[0], Atom) and rest[0].name in "xa" and rest[0].sub == "0"
            return self.name("b", node.sub[0], layer), 1 + unit
        return self.name(ours, node.sub, layer), 1

    def split(self, node):
        r"""Layer, index, example and \top of an atom of S1: a_{Lk}^{(e)}, z_{l+1}^1, W_{l+1}^{1,2}, A_l^T."""
        m = re.fullmatch(r"(l(?:[+-]\d+)?|L(?:-\d+)?|\d+)_?\{?([a-z]?)\}?", node.sub)
        example, rest = self.pick_example(node.sup)
        known = re.fullmatch(r"\\top|T|([\da-z](,[\da-z])?)?", rest)
        if not m or not known or (example and node.name.isupper()):
            self.fail(f"{node.name} with the scripts {node.sub} and {node.sup}")
        index = m[2] + (rest if rest not in TOP else "")
        return self.layer(m[1], 0), index, example, rest in TOP and rest != ""

    def row(self, node, ours):
        """A row of S1 is the transpose of a column of the book; a batch has rows in both."""
        layer, index, example, transposed = self.split(node)
        turned = self.rows and not index and not self.plain and (ours == "W" or ours.islower())
        return self.name(ours, example + index, layer, transposed != turned)

    def letter(self, node, ours):
        if node.sub or node.sup:
            self.fail(f"{node.name} with scripts")
        return ours

    def sign(self, node, rest):
        """Operators, sums, norms and numbers."""
        name, scripts = node.name, (node.sub, node.sup)
        if name == r"\sum":
            return self.sum(node)
        if name == r"\nabla" and node.sub and not node.sup:
            was, self.plain = self.plain, True
            text = rf"\nabla_{{{self.all(Reader(node.sub, self.key).nodes())}}}"
            self.plain = was
            return text
        if name == r"\cdot" and self.key == "S0" and rest and getattr(rest[0], "primes", 0):
            arguments = rest[1].nodes if len(rest) > 1 and isinstance(rest[1], Group) else []
            return r"\odot" if arguments and not getattr(arguments[0], "sub", "") else name
        if name == r"\Vert" and node.sub in ("", "2", "F") and node.sup in ("", "2"):
            return r"\|" + ("_F" if node.sub == "F" else "") + ("^2" if node.sup else "")
        if name == r"\mathbf{1}" and not node.sub and node.sup in TOP:
            return r"\mathbf{1}" + (r"^{\top}" if node.sup else "")
        if scripts == ("", "") and (name in PLAIN or name.isdigit()):
            return name
        if name == ":" and rest and getattr(rest[0], "name", "") == "=":
            return ""
        self.fail(name + "".join(f"{mark}{{{text}}}" for mark, text in zip("_^", scripts) if text))

    def sum(self, node):
        variable, _, start = node.sub.strip("()").partition("=")
        counts = self.rules.roles.get(node.sup) == ("letter", "E")
        examples = counts if node.sup else self.key in ("S1", "S2")
        if examples and variable.strip("()") in (self.rules.sample, "") and start in ("", "1"):
            self.example = "e,"
            return r"\sum_{e=1}^{E}"
        if not re.fullmatch("[ijkmql]", variable) or start not in ("", "1"):
            self.fail(f"a sum over {node.sub}")
        if not node.sup:
            return rf"\sum_{{{variable}}}"
        if variable == "l":
            self.fixed = True
            return rf"\sum_{{l=1}}^{{{self.layer(node.sup, 0)}}}"
        return rf"\sum_{{{variable}=1}}^{{{self.all(Reader(node.sup, self.key).nodes())}}}"


def unbold(token):
    r"""\mathbf{x} is x; \mathbf{1} and \mathcal{L} stay."""
    inner = re.fullmatch(r"\\(?:mathbf|boldsymbol|mathrm)\s*\{(.*)\}", token)
    return inner[1].strip() if inner and inner[1] != "1" else re.sub(r"\s", "", token) or token


def flat(nodes):
    """The text of nodes, without spaces."""
    parts = []
    for node in nodes:
        if isinstance(node, Frac):
            parts.append(flat(node.top) + flat(node.bottom))
        elif isinstance(node, Group):
            parts.append(node.left + flat(node.nodes) + node.right)
        else:
            scripts = (f"_{node.sub}" if node.sub else "") + (f"^{node.sup}" if node.sup else "")
            parts.append(node.name + scripts)
    return "".join(parts)


def fail(key, what):
    raise ValueError(f"latex: cannot translate {what} of {key} into the book's notation".replace("  ", " "))


def translate(latex, key, one_unit=False):
    """See conventions.translate."""
    if not isinstance(latex, str) or not latex.strip():
        raise ValueError(f"latex must be a formula, got {latex!r}")
    if one_unit and key != "S1":
        raise ValueError(f"one_unit is for S1 alone, got key {key!r}")
    reader = Reader(latex, key)
    writer = Writer(reader, one_unit)
    text = writer.all(reader.nodes())
    first = re.search(r"<l([+-]\d+)>", text)
    shift = 0 if writer.fixed or not first else -int(first[1])

    def number(mark):
        by = int(mark[2] or 0) + (shift if mark[1] == "l" else 0)
        return mark[1] + (f"{by:+d}" if by else "")

    text = re.sub(r"<([lL]|-?\d+)([+-]\d+)?>", number, text)
    left, _, right = text.partition("=")
    parameter = re.fullmatch(r"[Wb](_\{\w+\})?\^\{\([^()]*\)\} ", left)
    if parameter and right.strip().startswith(left + "-"):
        text = left + r"\leftarrow" + right                     # W = W - ... is an update
    return text
