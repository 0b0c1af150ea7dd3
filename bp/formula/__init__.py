r"""The printed formula is executed.

    check(latex, setting="generic") -> Report(status, message, checked, notes, understood)

A display is parsed from its LaTeX and evaluated on a random network; the sides of every `=` must agree. Status is one of
`true`, `false`, `ill-formed` (indices, shapes, layers, summation limits), `unsupported`, `nothing-to-check`.

>>> check(r"\frac{\partial C}{\partial W_{ij}^{(l)}} = \delta_i^{(l)} a_j^{(l-1)}").status
'true'
>>> check(r"\delta^{(L)} = a^{(L)} - y").status, check(r"\delta^{(L)} = a^{(L)} - y", "binary_cross_entropy").status
('false', 'true')

Names of the book
    one example   x, y, z^{(l)}, a^{(l)}, \delta^{(l)} (columns), with one index an entry; C; \hat y is a^{(L)}
    example e     x_e, a_e^{(l)}, \delta_{e,i}^{(l)}, C_e
    batch (rows)  X, Y, Z^{(l)}, A^{(l)}, \Delta^{(l)} = dJ/dZ^{(l)}, entries A_{e,i}^{(l)}; J
    parameters    W^{(l)}, b^{(l)}, f_l, f_l'; numbers n_l, L, E, K = n_L, \lambda, \alpha; h = 1e-5
    free          any other lower-case or small Greek letter without index or layer: a scalar, tried at 6 values
    \delta_{ij}   without a layer: Kronecker's delta
    functions     \sigma \tanh \exp \log \ln \sin \cos \sqrt \max \min, \operatorname{..}: ReLU, softplus, ELU (reads
                  \gamma), LeakyReLU and PReLU (\gamma), swish (\beta), softmax, diag, tr, sign; each may carry a prime
Language
    = \approx \leftarrow \in < > \le \ge \ne; \sum \prod with limits or without; \frac, d and \partial, \nabla_{..};
    \odot, ^\top, \mathbf 1 (takes the length that fits, or \mathbf 1_E), I, norms, |..|, [i = j] (1 or 0), cases,
    pmatrix and bmatrix, (..)_i for an entry. Juxtaposition and \cdot bind tighter than \odot, \odot tighter than +.
    The body of \sum is one term: brackets round it if it holds + or -. `1 - a` puts the number in every entry; a
    quotient or a function of a vector is taken entry by entry.
    dN/dD moves D, runs everything downstream again and reads N. scalar by column: column; scalar by matrix: matrix;
    column by column: Jacobian (rows: N). Anything with more axes: write it with indices.
    \in checks a shape: W^{(l)} \in \mathbb{R}^{n_l \times n_{l-1}}. `X \leftarrow ..` must be X - \alpha dJ/dX.
    \approx compares to half a unit of the last printed digit, or to 1e-4 for a difference quotient in h.
    Rows of align* that start with a relation go on with the chain. \quad and \qquad separate statements, or conditions:
    l = 1, \dots, L-1;  i = 1, \dots, n_l;  i \ne j;  z > 0. A free index holds for every value.
    A new name on the left (s = ..) is a definition: it is known to the rest of the display; alone it is nothing to check.
Setting, joined by commas
    squared_error, binary_cross_entropy (sigmoid output), categorical_cross_entropy (softmax output, targets sum to 1),
    softmax (output, any cost), one-hot (targets); sigmoid, linear, tanh, relu, softplus (all units); lambda=0; E=1 (then
    J is C + penalty, and one example's step is the update); sizes=3-4-2.
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
from typing import NamedTuple

from .check import Report, check, letters
from .parse import Node, Unsupported, show, statements, walk, written

__all__ = ["Report", "check", "mutants", "try_formula"]
TRANSPOSABLE = ("W", "A", "Z", "X", "Y", "\\Delta", "\\delta", "a", "x", "b", "\\ones")
TWINS = {"a": "z", "z": "a", "A": "Z", "Z": "A", "C": "J", "J": "C", "\\delta": "a", "\\Delta": "A", "y": "a", "x": "b"}
ONE, TWO = Node("num", (), "1"), Node("num", (), "2")


def symbol(name, like=None, indices=None):
    """A symbol with the indices and the layer of another."""
    _, own, layer, _ = like.info if like else (None, (), None, 0)
    return Node("sym", (), (name, own if indices is None else indices, layer, 0))


def drop(node, n):
    """A product, sum or Hadamard product without its n-th part."""
    rest = node.kids[:n] + node.kids[n + 1:]
    return rest[0] if len(rest) == 1 else node._replace(kids=rest)


def local(node, names, inside):
    """Yield (kind, node) for every edit of this very node; `inside` names the part it stands in."""
    op, kids, info = node
    if op in ("sym", "call"):
        name, indices, layer, primes = info
        remake = lambda **new: node._replace(info=tuple({**dict(zip(("n", "i", "l", "p"), info)), **new}.values()))  # noqa: E731
        if len(indices) == 2 and indices[0] != indices[1]:
            yield f"swap the indices of {name}", remake(i=indices[::-1])
        for k, index in enumerate(indices):
            if index.op == "sym" and name not in ("f", "n"):
                for other in sorted(names - {index.info[0]}):
                    changed = indices[:k] + (symbol(other),) + indices[k + 1:]
                    yield f"write {other} for the index {show(index)} of {name}", remake(i=changed)
        place = indices[0] if name in ("f", "n") and len(indices) == 1 else layer
        for step in ((1, -1) if place is not None else ()):
            moved = shifted(place, step)
            new = remake(i=(moved,)) if name in ("f", "n") else remake(l=moved)
            yield f"take {name} from layer {show(moved)}", new
        if primes:
            yield f"write {name} for its derivative", remake(p=primes - 1)
        elif op == "call" and name in ("f", "\\sigma"):
            yield f"write the derivative of {name}", remake(p=1)
        if name in TWINS and op == "sym" and not (name == "\\delta" and layer is None):
            yield f"write {TWINS[name]} for {name}", remake(n=TWINS[name])
        if op == "sym" and name in TRANSPOSABLE and not indices and inside in ("mul", "had", "side", "neg", "add"):
            yield f"transpose {name}", Node("T", (node,))
    elif op == "T":
        yield f"drop the transpose of {show(kids[0])}", kids[0]
    elif op == "had":
        yield "write the matrix product for the Hadamard product", node._replace(op="mul")
        for n, kid in enumerate(kids):
            yield f"drop {show(kid)}", drop(node, n)
    elif op == "mul":
        if len(kids) == 2:
            yield "write the Hadamard product for the matrix product", node._replace(op="had")
            yield "swap the factors", node._replace(kids=kids[::-1])
        for n, kid in enumerate(kids):
            yield f"drop {show(kid)}", drop(node, n)
    elif op == "add":
        for n, kid in enumerate(kids):
            yield f"drop the term {show(kid)}", drop(node, n)
            flipped = kid.kids[0] if kid.op == "neg" else Node("neg", (kid,))
            yield f"change the sign of {show(kid)}", node._replace(kids=kids[:n] + (flipped,) + kids[n + 1:])
    elif op == "neg":
        yield "drop the sign", kids[0]
    elif op == "div":
        yield f"drop the denominator {show(kids[1])}", kids[0]
    elif op == "pow":
        yield "drop the power", kids[0]
    elif op == "num" and inside not in ("index", "sum", "prod"):
        yield f"write {int(float(info)) + 1} for {info}", Node("num", (), str(int(float(info)) + 1))
    elif op in ("sum", "prod"):
        yield f"drop the {op} over {info[0]}", kids[0]
        if len(kids) > 2:
            yield f"end the {op} over {info[0]} one layer later", node._replace(kids=(*kids[:2], bumped(kids[2])))
            yield f"start the {op} over {info[0]} at 0", node._replace(kids=(kids[0], Node("num", (), "0"), kids[2]))
    elif op == "deriv" and kids[0].op == "sym" and kids[0].info[0] in "CJ":
        yield "turn the derivative over", Node("deriv", kids[::-1])


def shifted(layer, step):
    """l + 1 or l - 1, simplified."""
    if layer.op == "num":
        return Node("num", (), str(int(layer.info) + step))
    if layer.op == "add" and len(layer.kids) == 2 and layer.kids[1] in (ONE, Node("neg", (ONE,))):
        now = 1 if layer.kids[1] == ONE else -1
        if now + step == 0:
            return layer.kids[0]
    return Node("add", (layer, ONE if step > 0 else Node("neg", (ONE,))))


def bumped(limit):
    """n_{l+1} for n_l, and L - 1 for L."""
    if limit.op == "sym" and limit.info[0] == "n" and limit.info[1]:
        return symbol("n", indices=(shifted(limit.info[1][0], 1),))
    return shifted(limit, -1)


def edits(node, names, inside="side"):
    """Yield (kind, tree) for every edit anywhere in a tree."""
    yield from local(node, names, inside)
    for n, kid in enumerate(node.kids):
        if node.op == "matrix":
            for m, cell in enumerate(kid):
                for kind, new in edits(cell, names, "matrix"):
                    row = kid[:m] + (new,) + kid[m + 1:]
                    yield kind, node._replace(kids=node.kids[:n] + (row,) + node.kids[n + 1:])
        elif not (node.op in ("sum", "prod") and n):
            for kind, new in edits(kid, names, node.op):
                yield kind, node._replace(kids=node.kids[:n] + (new,) + node.kids[n + 1:])


def insertions(side, first):
    """Yield what is most often forgotten: f', 1/E, the penalty, a transpose, a sign."""
    head = next((n for n in walk(first.kids[-1] if first.op == "deriv" else first) if n.op == "sym"), None)
    if head is not None and head.info[2] is not None:
        z = {"\\Delta": "Z", "Z": "Z", "A": "Z"}.get(head.info[0], "z")
        slope = Node("call", (symbol(z, head),), ("f", (head.info[2],), None, 1))
        joined = Node("mul", (side, slope)) if head.info[1] else Node("had", (side, slope))
        yield f"multiply by {show(slope)}", joined
        if first.op == "deriv" and head.info[0] == "W":
            yield "add the penalty", Node("add", (side, Node("mul", (symbol("\\lambda"), head))))
    yield "divide by E", Node("mul", (Node("div", (ONE, symbol("E"))), side))
    yield "halve it", Node("mul", (Node("div", (ONE, TWO)), side))
    yield "double it", Node("mul", (TWO, side))
    yield "change the sign", side.kids[0] if side.op == "neg" else Node("neg", (side,))


def mutants(latex, setting="generic"):
    """Yield (kind, latex) for every one-edit variant of a display, each only once."""
    parsed, seen = statements(latex), set()
    original = [written(s) for s in parsed]
    seen.add(r" \qquad ".join(original))
    for k, s in enumerate(parsed):
        names = {n for side in s.sides for n, role in letters(side) if role == "index"} | {
            n.info[0] for side in s.sides for n in walk(side) if n.op == "sum" and n.info[0] not in "el"}
        for n, side in enumerate(s.sides):
            more = insertions(side, s.sides[0]) if n and side.op != "space" else ()
            for kind, new in (*more, *edits(side, names)):
                text = written(s._replace(sides=s.sides[:n] + [new] + s.sides[n + 1:]))
                text = r" \qquad ".join(original[:k] + [text] + original[k + 1:])
                if text not in seen:
                    seen.add(text)
                    yield kind, text


class Trial(NamedTuple):
    """What `try_formula` found; shows itself in a notebook and in a terminal."""
    latex: str
    setting: str
    report: Report
    repair: tuple  # (kind, latex) or ()

    def lines(self, formula, bold):
        r = self.report
        if r.understood:
            yield "understood as " + formula(r.understood)
        yield f"{bold}{r.status}{bold}" + (f" ({self.setting})" if self.setting != "generic" else "") + f": {r.message}"
        yield from (f"checked: {line}" for line in r.checked)
        yield from (f"note: {line}" for line in r.notes)
        if self.repair:
            yield f"{bold}true if you {self.repair[0]}{bold}: " + formula(self.repair[1])

    def _repr_markdown_(self):
        return "\n".join("- " + line for line in self.lines(lambda t: f"${t}$", "**"))

    def __repr__(self):
        return "\n".join(self.lines(str, ""))


def try_formula(latex, setting="generic", *, seconds=2.0):
    """Check a formula; if it is false or ill-formed, look for the one-edit change that makes it true."""
    report, repair, start = check(latex, setting), (), time.monotonic()
    if report.status in ("false", "ill-formed"):
        try:
            for kind, text in mutants(latex, setting):
                if check(text, setting).status == "true":
                    repair = (kind, text)
                    break
                if time.monotonic() - start > seconds:
                    break
        except (Unsupported, RecursionError):
            pass
    return Trial(latex, setting, report, repair)
