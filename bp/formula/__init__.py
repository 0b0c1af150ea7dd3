r"""The printed formula is executed.

    check(latex, setting="generic") -> Report(status, message, checked, notes, understood)

A display is parsed from its LaTeX and evaluated on three random networks of other shapes; the sides of every `=` must
agree. Status is one of `true`, `false`, `ill-formed` (indices, shapes, layers, summation limits), `unsupported`,
`nothing-to-check`. What is not read is refused: no index, word, brace or prime is left out in silence.

>>> check(r"\frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}").status
'true'
>>> check(r"\delta^{(L)} = a^{(L)} - y").status, check(r"\delta^{(L)} = a^{(L)} - y", "binary_cross_entropy").status
('false', 'true')

Names of the book
    one example   x, y, z^{(l)}, a^{(l)}, \delta^{(l)} (columns), with one index an entry; C; \hat y is a^{(L)}
    example e     x_e, a_e^{(l)}, \delta_{e,i}^{(l)}, C_e
    batch (rows)  X, Y, Z^{(l)}, A^{(l)}, \Delta^{(l)} = dJ/dZ^{(l)}, entries A_{e,i}^{(l)}; J
    parameters    W^{(l)}, b^{(l)}, f_l, f_l'; numbers n_l, L, E, K = n_L, \lambda, \alpha
    free          any other lower-case or small Greek letter without index or layer: a scalar, tried at 6 values, of
                  both signs; a, y, p, q between 0 and 1, n and Greek ones positive. In a bound or at a kink: at 211
                  values up to 15, or in 61 and 8 networks. e is Euler's number or an example, d belongs to derivatives.
    \delta_{ij}   without a layer: Kronecker's delta
    functions     \sigma \tanh \exp \log \ln \sin \cos \sqrt \max \min, \operatorname{..}: ReLU, softplus, ELU (reads
                  \gamma), LeakyReLU and PReLU (\gamma), swish (\beta), softmax, diag, sign; each may carry a prime
Language
    = \approx \leftarrow \in < > \le \ge \ne; \sum \prod with limits or without; \frac, d and \partial, \nabla_{..};
    \odot, ^\top, \mathbf 1 (takes the length that fits, or \mathbf 1_E), I, norms, |..|, [i = j] (1 or 0), cases,
    pmatrix and bmatrix, (..)_i for an entry. Juxtaposition and \cdot bind tighter than \odot, \odot tighter than +.
    The body of \sum is one term, and so is that of d/dx: brackets round it if it holds + or -. `1 - a` puts the number
    in every entry; a quotient or a function of a vector is taken entry by entry.
    dN/dD moves D, runs everything downstream again and reads N. scalar by column: column; scalar by matrix: matrix;
    column by column: Jacobian (rows: N). Anything with more axes: write it with indices.
    C(a^{(L)}, y) is the cost of given vectors; J(W_{ij}^{(l)} + h) runs again with that entry moved; J(W, b) is J.
    \in checks a shape: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}. `X \leftarrow ..` must be X - \alpha dJ/dX.
    \approx compares to half a unit in the last digit of every printed number (one side is made of numbers alone), or to
    1e-4 of the value and 2e-5 for difference quotients by h, which is 1e-6 then.
    Rows of align* that start with a relation go on with the chain; every second & parts two columns. Commas, \quad,
    \qquad and \text{and} separate statements, or conditions: l = 1, \dots, L-1;  i = 1, \dots, n_l;  i \ne j;  z > 0
    (letters, numbers, + and - alone; all else is a claim). A free index holds for every value.
    A new name on the left (s = ..) is a definition, known to the rest of the display; alone it is nothing to check.
Setting, joined by commas
    squared_error, binary_cross_entropy (sigmoid output), categorical_cross_entropy (softmax output, targets sum to 1),
    softmax (output, any cost; targets sum to 1), one-hot (targets); sigmoid, linear, tanh, relu, softplus (all units);
    lambda=0; E=1 (then J is C + penalty, and one example's step is the update); sizes=3-4-2.
    unit: one neuron, all scalars: w, x, b, z, a, y, \delta, C, f.    neuron: the same with inputs w_j, x_j, j = 1..n.
    layer: one layer, names without ^{(1)}: W, b, x, z, a, f, \delta; batch Z, A, \Delta.
    scalar: no network; every letter is a free scalar (w_1, w_2 too), f and g are arbitrary smooth functions.
    where ..: LaTeX, parts separated by \quad: names (s = w x + b), functions (g(t) = t^2), shapes of free arrays
    (u \in \mathbb{R}^{3}), or numbers of the network (W^{(1)} = \begin{pmatrix} .. \end{pmatrix}, x, y, b, \lambda):
    check(r"\frac{dC}{dt} = \frac{\partial C}{\partial u} \frac{du}{dt}", r"scalar where u = t^2 \quad C = \sin(u)")
For readers and tests
    try_formula(latex, setting) shows the formula as understood, its ranges, the verdict and a one-edit repair.
    mutants(latex, setting) yields (kind, latex): every one-edit variant, to be false, ill-formed, or equivalent.
"""

import time
from html import escape
from typing import NamedTuple

import numpy as np

from .check import STATUS, Report, check, letters, network
from .meaning import LAYERED
from .parse import Node, number, show, statements, symbol, tight, walk, written

__all__ = ["Report", "check", "mutants", "try_formula"]
TWINS = {"a": "z", "z": "a", "A": "Z", "Z": "A", "C": "J", "J": "C", r"\delta": "a", r"\Delta": "A", "y": "a", "x": "b"}
RENAMED = {f"write {twin} for {name}" for name, twin in TWINS.items()}
MINUS_ONE = Node("neg", (number(1),))


def replaced(items, n, *new):
    return (*items[:n], *new, *items[n + 1:])


def shifted(layer, step):
    """l + 1 or l - 1, with l + 1 - 1 written as l."""
    back, on = (MINUS_ONE, number(1)) if step > 0 else (number(1), MINUS_ONE)
    if layer.op == "num" and layer.name.isdigit():
        return number(int(layer.name) + step)
    return layer.kids[0] if layer.op == "add" and layer.kids[1] == back else Node("add", (layer, on))


def has_axes(node, arrays):
    """Is this a vector or a matrix? Order, transposes and \\odot mean nothing between numbers."""
    if node.op in ("norm", "num", "entry", "abs") or node.op == "sym" and node.indices:
        return False
    return node.op == "matrix" or (node.name, bool(node.layer)) in arrays and node.op == "sym" or any(
        has_axes(kid, arrays) for kid in node.kids)


def arrays_of(net):
    """(name, with a layer?) of all that stands for a vector or a matrix when it carries no index."""
    bare = {name for (name, layer), value in net.data.items() if layer is None and np.size(value) > 1} - {"Y"}
    if net.mode == "scalar" or set(net.sizes) == {1}:
        return {(name, False) for name in bare}
    bare |= {"neuron": {"x", "w"}, "layer": {*LAYERED, *"XYxy"}}.get(net.mode, {*"XYxy", r"\ones"})
    return {(name, False) for name in bare} | {(name, True) for name in LAYERED}


def symbol_edits(node, names, arrays):
    name, indices, layer = node.name, node.indices, node.layer
    numbered = name in ("f", "n") and len(indices) == 1
    if len(indices) == 2 and indices[0] != indices[1]:
        yield f"swap the indices of {name}", node._replace(indices=indices[::-1])
    for k, index in enumerate(() if numbered else indices):
        for other in sorted(names - {show(index)}) if index.op == "sym" else ():
            changed = node._replace(indices=replaced(indices, k, symbol(other)))
            yield f"write {other} for the index {show(index)} of {name}", changed
    for step in (1, -1) if numbered or layer else ():
        moved = shifted(indices[0] if numbered else layer, step)
        changed = node._replace(**{"indices": (moved,)} if numbered else {"layer": moved})
        yield f"take {name} from layer {tight(moved)}", changed
    if node.primes:
        yield f"write {name} for its derivative", node._replace(primes=node.primes - 1)
    elif node.op == "call" and name in ("f", r"\sigma"):
        yield f"write the derivative of {name}", node._replace(primes=1)
    if node.op == "sym" and name in TWINS and not (name == r"\delta" and layer is None):
        yield f"write {TWINS[name]} for {name}", node._replace(name=TWINS[name])
    if node.op == "sym" and has_axes(node, arrays):
        yield f"transpose {name}", Node("T", (node,))


def local_edits(node, names, arrays):
    """Yield (what the edit does, the node after it) for this very node."""
    op, kids, name = node[:3]
    if op in ("sym", "call"):
        yield from symbol_edits(node, names, arrays)
    if op in ("mul", "had", "add"):
        for n, kid in enumerate(kids):
            rest = replaced(kids, n)
            yield f"drop {show(kid)}", rest[0] if len(rest) == 1 else node._replace(kids=rest)
            if op == "add":
                flipped = kid.kids[0] if kid.op == "neg" else Node("neg", (kid,))
                yield f"change the sign of {show(kid)}", node._replace(kids=replaced(kids, n, flipped))
        several = sum(has_axes(k, arrays) for k in kids) > 1
        if op == "mul" and several:
            yield r"write \odot for the matrix product", node._replace(op="had")
            yield "turn the factors round", node._replace(kids=kids[::-1])
        if op == "had" and several:
            yield r"write the matrix product for \odot", node._replace(op="mul")
    if op in ("T", "neg", "div", "pow", "sum", "prod"):
        word = {"T": "the transpose", "neg": "the minus sign", "pow": "the power"}.get(op, f"the {op}")
        yield f"drop {word}" + (f" by {show(kids[1])}" if op == "div" else ""), kids[0]
    if op == "num" and name.isdigit() and len(name) < 9:
        yield f"write {int(name) + 1} for {name}", number(int(name) + 1)
    if op in ("sum", "prod") and len(kids) > 2:
        body, (letter, start), limit = kids[0], kids[1].kids, kids[2]
        sized = limit.op == "sym" and limit.indices  # n_l
        moved = symbol("n", (shifted(sized[0], 1),)) if sized else shifted(limit, -1)
        yield f"let the {op} over {name} run to {show(moved)}", node._replace(kids=(body, kids[1], moved))
        below = kids[1]._replace(kids=(letter, shifted(start, -1)))
        yield f"start the {op} over {name} at {show(below.kids[1])}", node._replace(kids=(body, below, limit))
    if op == "deriv" and kids[0].op == "sym" and kids[0].name in "CJ":
        yield "turn the derivative over", Node("deriv", kids[::-1])


def edits(node, *context):
    """Yield (kind, tree) for every edit anywhere in a tree, except in limits and tests."""
    yield from local_edits(node, *context)
    fields = {"kids": node.kids[:1] if node.op in ("sum", "prod", "case") else node.kids}
    fields |= {"indices": node.indices} if node.op == "entry" else {}
    for field, parts in fields.items():
        for n, part in enumerate(parts):
            for kind, new in edits(part, *context):
                if node.op != "deriv" or n == 0 or new.op == "sym":
                    yield kind, node._replace(**{field: replaced(getattr(node, field), n, new)})


def insertions(side, first, net):
    """Yield what is most often forgotten: f', 1/E, the penalty, a factor 2, a sign."""
    head = next((n for n in walk(first.kids[-1] if first.op == "deriv" else first) if n.op == "sym"), None)
    if head and head.layer:
        name, indices, layer = head.name, head.indices, head.layer
        z = symbol("Z" if name in ("Z", "A", r"\Delta") else "z", indices, layer)
        slope = Node("call", (z,), "f", (layer,), primes=1)
        yield f"multiply by {show(slope)}", Node("mul" if indices else "had", (side, slope))
        if first.op == "deriv" and name == "W":
            yield "add the penalty", Node("add", (side, Node("mul", (symbol(r"\lambda"), head))))
    if net.mode != "scalar" and net.E > 1:
        yield "divide by E", Node("mul", (Node("div", (number(1), symbol("E"))), side))
    yield "halve it", Node("mul", (Node("div", (number(1), number(2))), side))
    yield "double it", Node("mul", (number(2), side))
    yield "change its sign", side.kids[0] if side.op == "neg" else Node("neg", (side,))


def mutants(latex, setting="generic"):
    """Yield (kind, latex) for every one-edit variant of a display, each once."""
    net = network(setting, 0)
    parsed, arrays = list(statements(latex, net.names())), arrays_of(net)
    original = [written(s) for s in parsed]
    seen = {r" \qquad ".join(original)}
    for k, s in enumerate(parsed):
        names = {n for side in s.sides for n, role in letters(side) if role == "index"} | {
            n.name for side in s.sides for n in walk(side) if n.op == "sum" and n.name not in "el"}
        for n, side in enumerate(s.sides):
            more = insertions(side, s.sides[0], net) if n and side.op not in ("space", "num") else ()
            for kind, new in (*edits(side, names, arrays), *more):
                text = r" \qquad ".join(replaced(original, k, written(s._replace(sides=replaced(s.sides, n, new)))))
                if text not in seen:
                    seen.add(text)
                    yield kind, text


class Trial(NamedTuple):
    """What `try_formula` found; it shows itself in a notebook and in a terminal."""
    latex: str
    setting: str
    report: Report
    repair: tuple  # (what to change, the formula then) or ()

    def lines(self, formula="{}", code="{}", bold="{}"):
        report = self.report
        if report.understood:
            yield "understood as " + formula.format(report.understood)
        setting, message = code.format(self.setting), code.format(report.message)
        yield bold.format(report.status) + f" in the setting {setting}: {message}"
        for text, _, ranges in (line.rpartition("   ") for line in report.checked):
            yield f"checked {formula.format(text)} {ranges}"
        yield from map("note: {}".format, report.notes)
        if self.repair:
            yield bold.format("true if you") + " " + code.format(self.repair[0]) + ": " + formula.format(self.repair[1])

    def _repr_markdown_(self):
        return "\n".join("- " + line for line in self.lines("${}$", "`{}`", "**{}**"))

    def html_lines(self):
        """The same as lines of HTML with formulas in dollars; nothing that was typed becomes markup."""
        safe = self._replace(latex=escape(self.latex), setting=escape(self.setting), report=self.report._replace(
            understood=escape(self.report.understood), message=escape(self.report.message),
            checked=tuple(map(escape, self.report.checked)), notes=tuple(map(escape, self.report.notes))),
            repair=tuple(map(escape, self.repair)))
        return list(safe.lines("${}$", "<code>{}</code>", "<b>{}</b>"))

    def __repr__(self):
        return "\n".join(self.lines())


def try_formula(latex, setting="generic", *, seconds=2.0):
    """Check a formula; where it is false or ill-formed, look for a one-edit change that makes it true."""
    report, start = check(latex, setting), time.monotonic()
    try:
        for kind, text in mutants(latex, setting) if report.status in ("false", "ill-formed") else ():
            if kind in RENAMED and network(setting, 0).mode == "scalar":
                continue  # another free letter would be another statement
            if check(text, setting).status == "true":
                return Trial(latex, setting, report, (kind, text))
            if time.monotonic() - start > seconds:
                break
    except tuple(STATUS):
        pass
    return Trial(latex, setting, report, ())
