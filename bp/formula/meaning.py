r"""What a tree means: a random network, and derivatives by intervention.

dN/dD is looked up nowhere. Node D is moved by a tiny imaginary step, all that lies downstream of D is run again, and N
is read: its imaginary part over the step is the derivative, to rounding. No line of `bp`'s backward pass takes part.
"""

import re
from functools import lru_cache, reduce

import numpy as np

from .parse import FUNCTIONS, GREEK, INEQUALITIES, Unsupported, number, show, statements, symbol, walk


class IllFormed(Exception):
    """Indices, shapes, layers or summation limits that cannot be."""


class NoLayer(IllFormed):
    """A layer that the network lacks; a free l simply does not take that value."""


SIZES = [(4, 3, 5, 2), (2, 5, 3, 4, 6), (7, 2, 4, 3), (3, 4, 2, 6, 5)]  # neighbours differ in width, depth and E
STEP, REAL_STEP, QUOTIENT_STEP = 1e-20, 2e-3, 1e-6
NAN = complex(np.nan, np.nan)  # with an imaginary part, so that its derivative is none either
NETWORKS, KINKS = 3, 8  # networks for an equation; with kinks or chance in them
SAMPLES, WIDE, WIDER = 6, 61, 211  # values of a free scalar in an equation, of both signs; in a bound or at a kink
BUDGET = 150_000  # tree nodes and moved networks for one statement: any text ends in about a second
LARGEST = 100_000  # entries of an array
# name: the array that it reads, and in which layer: its own (l), always 0, always L, or none
NAMES = {
    "x": ("A", 0), "X": ("A", 0), r"\yhat": ("A", "L"), "y": ("Y", None), "Y": ("Y", None), "C": ("C", None),
    "J": ("J", None), "a": ("A", "l"), "A": ("A", "l"), "z": ("Z", "l"), "Z": ("Z", "l"), "w": ("W", "l"),
    "W": ("W", "l"), "b": ("b", "l"), r"\delta": ("delta", "l"), r"\Delta": ("Delta", "l"),
}
EXAMPLE = ("x", "z", "a", "y", r"\yhat", r"\delta", "C")  # of the first example, or of example e
LAYERED = {name for name, (_, layer) in NAMES.items() if layer == "l"} | {"f"}  # need no layer where there is one only
ONES = r"\ones"
RESERVED = ("e", "d", "E", "L", "K", r"\pi", r"\iunit", ONES)  # no setting gives them another meaning


def where(test, u, v):
    return np.where(np.real(test), u, v)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FORMULAS = {  # taken entry by entry; those with a parameter find it as an index or under the letter in PARAMETERS
    "exp": np.exp, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "Im": np.imag,
    "linear": lambda z: z, "gate": lambda z: z * sigmoid(z) - 0.3, "sine": lambda z: np.sin(z) + z / 2,
    "sign": lambda z: np.sign(np.real(z)),
    "log": lambda z: where(np.real(z) > 0, np.log(z), NAN),
    "sqrt": lambda z: where(np.real(z) > 0, np.sqrt(z), where(z == 0, 0, NAN)),
    "sigma": sigmoid, "sigmoid": sigmoid, "softplus": lambda z: np.log(1 + np.exp(z)),
    "relu": lambda z: where(np.real(z) > 0, z, 0),
    "elu": lambda z, gamma: where(np.real(z) > 0, z, gamma * (np.exp(z) - 1)),
    "leakyrelu": lambda z, gamma: where(np.real(z) > 0, z, gamma * z),
    "prelu": lambda z, gamma: where(np.real(z) > 0, z, gamma * z),
    "swish": lambda z, beta: z / (1 + np.exp(-beta * z)),
}
KINKED = (r"\max", r"\min", r"\relu", r"\elu", r"\leakyrelu", r"\prelu", r"\sign")
PARAMETERS = {"elu": r"\gamma", "leakyrelu": r"\gamma", "prelu": r"\gamma", "swish": r"\beta"}
GENERIC = ("tanh", "softplus", "gate", "sine")  # another one in each layer, and in each network
UNITS = ("sigmoid", "linear", "tanh", "relu", "softplus")


def softmax(z):
    e = np.exp(z - np.real(z).max(-1, keepdims=True))  # (E, n)
    return e / e.sum(-1, keepdims=True)


def generic_cost(a, y):
    """Smooth, of no special form, with coupled outputs: nothing cancels by accident."""
    k = np.arange(a.shape[-1])  # (n,)
    return ((1 + k) * np.sin(a + 2 * y + k) + a * y).sum(-1) + ((1 + k) * a).sum(-1) ** 2 / 7


def cross_entropy(a, y):
    return -(y * np.log(a)).sum(-1)


COSTS = {  # name: (the cost, its output activation if it asks for one)
    "squared_error": (lambda a, y: ((a - y) ** 2).sum(-1) / 2, None),
    "binary_cross_entropy": (lambda a, y: cross_entropy(a, y) + cross_entropy(1 - a, 1 - y), "sigmoid"),
    "categorical_cross_entropy": (cross_entropy, "softmax"),
}
MODES = {"unit": [(1, 1)], "neuron": [(4, 1), (3, 1), (5, 1)], "layer": [(4, 3), (2, 5), (5, 4)], "scalar": [(2, 3)]}
FLAGS = {"generic", "softmax", "one-hot", "lambda=0", "E=1", *COSTS, *UNITS, *MODES}


class Network:
    """Random parameters, a batch of examples and the names that a setting adds; read through a `State`."""

    def __init__(self, setting, seed, sample, kind=""):
        flags, _, text = re.sub(r"\bwhere\b", "\0", setting, count=1).partition("\0")
        flags = {f.strip() for f in re.split("[,;]", flags) if f.strip()}
        stated = {f for f in flags if re.fullmatch(r"sizes=\d+(-\d+)+", f)}
        for flag in flags - stated - FLAGS:
            raise Unsupported(f"setting {flag!r} is not known: {', '.join(sorted(FLAGS))}, sizes=3-4-2, where ..")
        self.rng, self.sample, self.kind = np.random.default_rng([seed, sample]), sample, kind
        self.definitions, self.functions, self.data, self.scalars, self.states = {}, {}, {}, {}, {}
        self.constants = {"e": np.e, r"\pi": np.pi, r"\iunit": 1j}
        self.start()

        def chosen(names, default):
            found = [name for name in names if name in flags]
            if len(found) > 1:
                raise Unsupported(f"setting: {' and '.join(found)} exclude each other")
            return found[0] if found else default

        self.mode = chosen(MODES, "")
        self.wide = WIDER if self.mode == "scalar" else WIDE  # so many of them
        self.chance = not flags.isdisjoint(("relu", "one-hot"))  # a dead unit, the class that is drawn
        given = self.read_where(text)
        known = MODES.get(self.mode, SIZES)
        self.sizes = known[(seed + sample) % len(known)]
        if known is SIZES and sample >= 2 * SAMPLES:  # for a bound: any sizes
            self.sizes = tuple(map(int, self.rng.integers(2, 7, size=4 + 2 * (sample % 16 == 0))))
        if len(stated) + bool(self.mode) + any(name == "W" for name, _ in given) > 1:
            raise Unsupported("setting: the sizes are stated twice")
        for flag in stated:
            self.sizes = tuple(map(int, flag[6:].split("-")))
        layers = sorted(l for name, l in given if name == "W")
        if layers != list(range(1, len(layers) + 1)):
            raise Unsupported("where: give every W^{(l)}, from l = 1")
        if layers:
            self.sizes = (given["W", 1].shape[1], *(given["W", l].shape[0] for l in layers))
        one = "E=1" in flags or ("A", 0) in given or ("Y", None) in given
        self.weights = sum(m * n for m, n in zip(self.sizes, self.sizes[1:]))
        if max(self.sizes) > LARGEST or self.weights > LARGEST:
            raise Unsupported(f"sizes: a network of at most {LARGEST} weights")
        rows = [n for n in (8, 5, 7, 6, 9, 3, 4) if n not in self.sizes]  # never 2, which hides a half for 1/E
        self.L, self.E = len(self.sizes) - 1, 1 if one else rows[(sample + sample // 3) % len(rows)]
        if self.mode != "scalar":
            self.constants |= {"E": self.E, "L": self.L, "K": self.sizes[-1]}
        if self.mode == "neuron":
            self.constants["n"] = self.sizes[0]
        self.cost, output = COSTS.get(chosen(COSTS, ""), (generic_cost, None))
        unit = chosen(UNITS, None)
        self.f = {l: unit or GENERIC[(l + sample) % 4] for l in range(1, self.L + 1)}
        self.f[self.L] = "softmax" if "softmax" in flags else output or self.f[self.L]
        for l in range(1, self.L + 1):
            self.data["W", l] = 0.8 * self.rng.normal(size=(self.sizes[l], self.sizes[l - 1]))  # (n_l, n_{l-1})
            self.data["b", l] = 0.8 * self.rng.normal(size=self.sizes[l])  # (n_l,)
        self.data["A", 0] = self.rng.normal(size=(self.E, self.sizes[0]))  # (E, n_0)
        y = self.rng.uniform(0.01, 0.99, size=(self.E, self.sizes[-1]))  # (E, n_L)
        y = y / y.sum(-1, keepdims=True) if self.f[self.L] == "softmax" else y
        self.data["Y", None] = np.eye(self.sizes[-1])[y.argmax(-1)] if "one-hot" in flags else y
        wide = self.rng.uniform(0.3, 0.9, size=2) * (1 if sample < SAMPLES else 9.0 ** (sample % 4 - 1))
        self.scalars |= {r"\lambda": 0.0 if "lambda=0" in flags else wide[0], r"\alpha": wide[1]}
        for key, value in given.items():
            if key in self.data and np.size(value) != np.size(self.data[key]):
                raise Unsupported(f"where: {key[0]} must have {size_text(self.data[key].shape)} entries")
            self.data[key] = value.reshape(self.data[key].shape) if key in self.data else np.squeeze(value)
        self.callable = self.names()

    def read_where(self, text):
        """Names, functions and shapes go into their tables; numbers for the network are returned: {key: array}."""
        given = {}
        scalars, seen = self.mode == "scalar", set()
        for s in statements(text, FUNCTIONS | {"f", "g", "h", r"\phi"}, definitions=True):
            if s.relations not in [("=",), (r"\in",)]:
                raise Unsupported("where: each part is one name = one expression, or name \\in a shape")
            right = s.sides[1]
            for left in s.sides[0].kids if s.sides[0].op == "list" else s.sides[:1]:
                name = left.name if left.op in ("sym", "call") else ""
                taken = name in RESERVED or not scalars and name in ("f", "C", "J", "n", *"ijkl")
                if taken or left.primes or left._replace(kids=()) in seen:
                    raise Unsupported(f"where: {show(left)} has a meaning already; take another letter")
                seen.add(left._replace(kids=()))
                layer, numbered = left.layer, scalars and all(i.op == "num" for i in left.indices)
                if left.indices and not numbered or layer and layer.op not in ("num", "sym"):
                    raise Unsupported(f"where: {show(left)} must be a name without an index")
                if left.op == "call":
                    if not are_names(left.kids):
                        raise Unsupported(f"where: the arguments of {name} must be different letters")
                    self.functions[flat_name(left)] = ([k.name for k in left.kids], right)
                elif right.op == "space" and all(k.op == "num" and k.name.isdigit() for k in right.kids):
                    shape = [int(k.name) for k in right.kids]
                    if np.prod(shape, dtype=float) > LARGEST:
                        raise Unsupported(f"where: {name} has more than {LARGEST} entries")
                    self.data[name, None] = self.rng.normal(size=shape)
                elif self.mode != "scalar" and name in ("W", "w", "b", "x", "y", r"\lambda", r"\alpha") and not any(
                        n.op in ("sym", "deriv") or n.name in ("f", "C", "J") for n in walk(right)):
                    array, place = NAMES.get(name, (name, None))
                    if layer and (layer.op != "num" or place != "l"):
                        raise Unsupported(f"where: give the number of a layer, as in W^{{(1)}}, not {show(left)}")
                    place = place if place != "l" else int(layer.name) if layer else 1
                    value = np.real(np.atleast_2d(Reader(State(self), {}).value(right)))
                    if name != "W" and value.shape[1] != 1:
                        raise Unsupported(f"where: {show(left)} must be a column or a number")
                    given[array, place] = value.T if name == "w" else value
                elif name and (scalars or name not in NAMES and right.op != "space") and (
                        not layer or layer.op == "sym"):
                    self.definitions[flat_name(left)] = (layer, right)
                else:
                    raise Unsupported(f"where: {show(left)} cannot be set to {show(right)}")
        for tree in (tree for table in (self.definitions, self.functions) for _, tree in table.values()):
            for node in walk(tree):
                if node.op == "call" and node.name in self.definitions:
                    raise Unsupported(f"where: {node.name} is a number and is called as a function")
        return given

    def start(self, work=0):
        """Forget what belongs to one statement: ranges of sums, the work done, the free letters that were met."""
        self.spans, self.work, self.met = {}, work, set()

    def names(self):
        """What an opening bracket turns into a call, and what means nothing without its argument."""
        letters = {"f", "g"} if self.mode == "scalar" else {"f", "C", "J"}
        own = {f.split("_")[0] for f in self.functions}
        return (FUNCTIONS - {"f", "C", "J"} | letters | own) - set(self.definitions)

    def state(self, bumps=()):
        if len(self.states) > 4000:
            self.states.clear()
        if bumps not in self.states:
            if self.work > BUDGET:
                raise Unsupported("too many cases to check; bind fewer indices in one formula")
            self.work += 20 + self.weights // 20
            self.states[bumps] = State(self, bumps)
        return self.states[bumps]

    def free(self, name):
        """A free scalar of either sign, away from 0; a, y, p, q lie in (0, 1), Greek parameters are positive."""
        if name not in self.scalars:
            rng = np.random.default_rng([self.sample, *name.encode()])
            size = rng.uniform(0.15, 0.85) if name[0] in "aypq\\" else rng.uniform(0.3, 1.5)
            order = np.random.default_rng([*name.encode()]).permutation(SAMPLES)  # three times each sign
            sign = -1 if name[0] not in "aypqn\\" and order[self.sample % SAMPLES] % 2 else 1
            if self.sample >= SAMPLES:  # for a bound: 0 and sizes up to 15, another order for each letter
                place = (self.sample * (1 + sum(name.encode()) % (self.wide - 1))) % self.wide / (self.wide - 1)  # 0..1
                place -= 0.3 / self.wide * (self.kind == "kink")
                wide, sign = np.sinh(6.8 * place - 3.4), 1
                size = 0.001 + 0.998 * place if name[0] in "aypq" else abs(wide) + 1e-3 if name[0] in "n\\" else wide
            self.scalars[name] = QUOTIENT_STEP if name == "h" and self.kind == "step" else sign * size
        return self.scalars[name]


def network(setting, seed, sample=0, kind=""):
    """Random network number `sample`; kind "step" makes h small, kind "kink" keeps free letters away from 0."""
    return remembered(setting, seed, sample, kind)


@lru_cache(maxsize=256)
def remembered(*key):
    return Network(*key)


def flat_name(node, env=None):
    """w_1 is a name of its own in a scalar setting; so is w_k in a sum over k."""
    known = env or {}
    values = (i.name if i.op == "num" else str(known.get(i.name, "")) if i.op == "sym" else "" for i in node.indices)
    return "_".join([node.name, *filter(None, values)])


class State:
    """All quantities of a network, each computed when asked for, with some nodes moved: ((key, position, step), ..)."""

    def __init__(self, net, bumps=()):
        self.net, self.bumps, self.cache, self.uses = net, bumps, {}, {}  # uses: the free letters behind each

    def bumped(self, key, position, step):
        return self.net.state((*self.bumps, (key, position, step)))

    def get(self, name, layer=None):
        key = (name, layer)
        if key not in self.cache:
            outside, self.net.met = self.net.met, set()
            value = np.array(self.compute(name, layer), dtype=complex)
            for moved, position, step in self.bumps:
                if moved == key:
                    value.flat[position] += step
            self.cache[key], self.uses[key], self.net.met = value, self.net.met, outside
        if self.uses[key]:
            self.net.met |= self.uses[key]
        return self.cache[key]

    def compute(self, name, layer):
        net = self.net
        if (name, layer) in net.data:
            return net.data[name, layer]
        if name in net.definitions:
            letter, tree = net.definitions[name]
            return Reader(self, {letter.name: layer} if letter else {}).value(tree)
        if name == "Z":
            return self.get("A", layer - 1) @ self.get("W", layer).T + self.get("b", layer)  # (E, n_l)
        if name == "A":
            z = self.get("Z", layer)
            return softmax(z) if net.f[layer] == "softmax" else FORMULAS[net.f[layer]](z)  # (E, n_l)
        if name == "C":
            return net.cost(self.get("A", net.L), self.get("Y"))  # (E,)
        if name == "J":
            penalty = sum((self.get("W", l) ** 2).sum() for l in range(1, net.L + 1))
            return self.get("C").mean() + self.get(r"\lambda") / 2 * penalty
        if name in ("delta", "Delta"):  # by intervention on every entry of Z; delta reads C of the entry's own example
            n = self.get("Z", layer).shape[1]
            moved = [self.bumped(("Z", layer), p, STEP * 1j) for p in range(net.E * n)]
            slopes = [s.get("C")[p // n] if name == "delta" else s.get("J") for p, s in enumerate(moved)]
            return np.reshape(slopes, (net.E, n)).imag / STEP  # (E, n_l)
        net.met |= {name} - {r"\lambda", r"\alpha"}
        return net.free(name)


def scalar(value):
    """A 1 x 1 matrix counts as a number."""
    if isinstance(value, complex):
        return value  # nearly all are
    return complex(np.asarray(value).flat[0]) if np.size(value) == 1 else value


def size_text(shape):
    return " × ".join(map(str, shape)) or "a number"


def is_number(node):
    """Made of digits alone, such as 1 or \\frac{1}{2}."""
    return node.op == "num" or node.op in ("neg", "div", "mul", "add") and all(map(is_number, node.kids))


def is_free(name):
    """May this name stand for a free scalar?"""
    return len(name) == 1 and name.islower() and name != "d" or name in GREEK


def is_e(indices):
    return indices[:1] == (symbol("e"),)


def are_names(nodes):
    """Different letters that may stand for the arguments of a function."""
    return len({*nodes}) == len(nodes) and all(n == symbol(n.name) and n.name not in RESERVED for n in nodes)


def is_kronecker(node):
    return node.name == r"\delta" and node.layer is None and len(node.indices) == 2 and not is_e(node.indices)


@lru_cache(maxsize=4096)
def differentiates(node, net):
    """Does the tree hold a derivative? One taken around it then needs real steps."""
    return any(n.op == "deriv" or n.op in ("sym", "call") and (
        n.primes or n.name in (r"\delta", r"\Delta") or any(
            flat_name(n) in table and differentiates(table[flat_name(n)][1], net)
            for table in (net.definitions, net.functions))) for n in walk(node))


def letters(node, bound=frozenset(), role=None):
    """Yield (letter, "layer" or "index") for every free letter that numbers something."""
    name = node.name
    if node.op == "sym" and role and len(name) == 1 and name.islower() and name not in bound and name != "n":
        yield name, role
    bound = bound | {name} if node.op in ("sum", "prod") else bound
    inside = "layer" if name in ("f", "n") else "index"
    for parts, place in ((node.kids, role), ([node.layer] if node.layer else [], "layer"), (node.indices, inside)):
        for part in parts:
            yield from letters(part, bound, place)


def settle(found, letter):
    """The one size that a letter numbers, and a symbol that shows it; a conflict is an error."""
    sizes = {size: node for name, size, node in reversed(found) if name == letter}
    if len(sizes) > 1:
        (n, u), (m, v) = list(sizes.items())[-2:]
        raise IllFormed(f"{letter} numbers {m} entries in {show(v)}, but {n} in {show(u)}")
    return next(iter(sizes.items()), (None, None))


def bent(node):
    """Is it a function of two pieces? `cases` are, too, where they test more than indices."""
    return node.op == "abs" or node.op == "call" and node.name in KINKED


class Reader:
    """Evaluates trees in one state. `env` holds the values of index and layer letters, and of a function's argument."""

    def __init__(self, state, env):
        self.state, self.net, self.env = state, state.net, env

    def using(self, name, value):
        return Reader(self.state, {**self.env, name: value})

    def value(self, node):
        """A complex number or a matrix; a vector is a column."""
        self.net.work += 1
        if self.net.work > BUDGET:
            raise Unsupported("too many cases to check; bind fewer indices in one formula")
        return scalar(getattr(self, node.op)(node))

    def integer(self, node):
        value = self.value(node)
        if not isinstance(value, complex) or not abs(value) < 1e6 or value != int(value.real):
            raise IllFormed(f"{show(node)} is not a whole number")
        return int(value.real)

    def layer(self, node, first=1):
        """A layer's number, if there is such a layer. It is written with letters, numbers, + and - alone."""
        if any(n.op not in ("sym", "num", "add", "neg") for n in walk(node)):
            raise IllFormed(f"{show(node)} is not a layer")
        value = self.integer(node)
        if not first <= value <= self.net.L:
            raise NoLayer(f"layer {show(node)} = {value} does not exist: layers run from {first} to L = {self.net.L}")
        return value

    def entries(self, array, indices, owner):
        """What the indices choose from an array."""
        at = []
        for node, size in zip(indices, array.shape):
            at.append(self.integer(node) - 1)
            if not 0 <= at[-1] < size:
                raise IllFormed(f"{show(node)} = {at[-1] + 1} in {show(owner)}: that axis has {size} entries")
        return array[tuple(at)]

    # ranges

    def axes(self, node):
        """Yield (letter, size, symbol) for every axis that a letter numbers. A layer that does not exist raises."""
        name, indices, sizes = node.name, node.indices, ()
        if node.op in ("sum", "prod"):
            body, values = node.kids[0], self.span(node)
            for value in values if (name, "layer") in letters(body) else values[:1]:
                yield from (axis for axis in self.using(name, value).axes(body) if axis[0] != name)
            return
        if name in ("f", "n") and len(indices) == 1 and self.net.mode != "scalar":
            self.layer(indices[0], int(name == "f"))
        elif node.op == "sym" and (indices or node.layer) and name not in (ONES, "I") and not is_kronecker(node):
            sizes = self.place(node)[1].shape
        elif node.op == "entry":
            blank = Reader(self.state, {**{letter: 1 for letter, _ in letters(node)}, **self.env})
            shape = np.shape(blank.value(node.kids[0]))
            sizes = shape if len(indices) == 2 else [n for n in shape if n > 1]
        yield from ((i.name, n, node) for i, n in zip(indices, sizes) if i.op == "sym")
        for part in node.kids:
            yield from self.axes(part)

    def span(self, node):
        """The values of a sum's letter, settled from limits and axes before any number is computed."""
        key = (id(node), *sorted((k, v) for k, v in self.env.items() if isinstance(v, int)))
        if any(not isinstance(v, (int, tuple)) for v in self.env.values()):
            return self.settled_span(node)  # in a function, whose argument may be a limit
        if key not in self.net.spans:
            self.net.spans[key] = self.settled_span(node)
        return self.net.spans[key]

    def settled_span(self, node):
        """The limits must be those of the axes that the letter numbers."""
        (body, below, *above), name, word = node.kids, node.name, "sum" if node.op == "sum" else "product"
        first = below.kids[1] if below.name == "=" else number(1)
        low, high = self.integer(first), self.integer(above[0]) if above else None
        if (name, "layer") in letters(body):
            values = range(low, (high if above else self.net.L) + 1)
            if not values:
                raise NoLayer(f"the {word} over {name} is empty")
            for value in values:
                list(self.using(name, value).axes(body))
            return values
        size, owner = settle(list(self.using(name, 1).axes(body)), name)
        if size is None:
            if above and symbol(name) in walk(body):
                return range(low, high + 1)
            raise IllFormed(f"the {word} runs over {name}, but {name} numbers nothing in {show(body)}")
        for limit, value, wanted, verb in ((first, low, 1, "starts at"), (above and above[0], high, size, "runs to")):
            if value not in (wanted, None):
                text = show(limit) if limit.op == "num" else f"{show(limit)} = {value}"
                raise IllFormed(f"{word} over {name} {verb} {text}, but {name} numbers {size} entries in {show(owner)}")
        return range(1, size + 1)

    # symbols

    def place(self, node):
        """(key, positions): the stored array that a symbol reads, and what its indices choose from."""
        name, indices, layer, net = node.name, node.indices, node.layer, self.net
        flat, (stored, at) = flat_name(node, self.env), NAMES.get(name, ("", "l"))
        if net.mode == "scalar" or {name, flat} & {*net.definitions} or (name, None) in net.data:
            key = (name, layer and self.integer(layer))
            key = key if name in net.definitions or key in net.data else (flat, None)
            if layer and key not in net.data and not net.definitions.get(name, [None])[0]:
                raise Unsupported(f"{name} has no layer here; a power is written without brackets, {name}^{{..}}")
            if name in net.definitions and net.definitions[name][0] and not layer:
                raise IllFormed(f"{name} needs its layer: {name}^{{(l)}}")
            if key[0] not in net.definitions and key not in net.data:
                if name in net.callable:
                    raise Unsupported(f"{name} needs its argument: {name}(..)")
                if indices and key[0] == name or any(i.op != "num" for i in indices):
                    raise IllFormed(f"{show(node)}: {key[0]} is not defined")
                if not is_free(name):
                    raise Unsupported(f"{name} is not defined; the setting can name it (where ..)")
            shape = self.state.get(*key).shape
            row = len(shape) == 2 and shape[0] == 1 < shape[1]  # all else of one axis is a column
            positions = np.arange(np.prod(shape, dtype=int))
            return key, positions.reshape(shape if row else [n for n in shape if n > 1 or len(shape) < 2])
        if name == "w" and net.mode not in ("unit", "neuron"):
            raise Unsupported("w belongs to a unit or a neuron; the weights of a layer are W")
        if layer is None and net.mode and name in LAYERED:
            layer = number(1)
        if at != "l":
            if layer:
                raise IllFormed(f"{name} has no layer: write {name} without one")
            at = net.L if at == "L" else at
        elif stored and layer:
            at = self.layer(layer, 0 if stored == "A" else 1)
        elif layer:
            raise IllFormed(f"{name} has no layer here")
        elif not indices and is_free(name) and name != "f":
            return (name, None), np.array(0)
        elif stored or indices or name == "f":
            raise IllFormed(f"{name} needs its layer: {'f_l' if name == 'f' and not indices else name + '^{(l)}'}")
        else:
            raise Unsupported(f"{name} is not a quantity of this book; the setting can name it (where ..)")
        shape = self.state.get(stored, at).shape
        positions = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        if name == "w" or name in EXAMPLE and not is_e(indices) and len(indices) < (1 if name == "C" else 2):
            positions = positions[0]
        return (stored, at), positions

    def chosen(self, node):
        """(key, positions) of a symbol with its indices applied: an int, or a matrix of positions."""
        if node.primes:
            raise IllFormed(f"{show(node)}: a prime belongs to a function with its argument")
        key, positions = self.place(node)
        name, indices = node.name, node.indices
        if len(indices) == 1 and positions.ndim == 2 and indices[0].op == "num" and len(indices[0].name) == 2:
            indices = tuple(map(number, indices[0].name))  # W_{11}
        indices = () if name != key[0] == flat_name(node, self.env) else indices  # w_1 is a name of its own
        if len(indices) not in (0, positions.ndim) and not (name in EXAMPLE and is_e(indices) and len(indices) == 1):
            raise IllFormed(f"{show(node)} has {len(indices)} indices; it takes {positions.ndim}")
        positions = self.entries(positions, indices, node)
        positions = positions[:, None] if positions.ndim == 1 else positions
        return key, int(positions.flat[0]) if positions.size == 1 else positions

    def sym(self, node):
        name, indices, net = node.name, node.indices, self.net
        if node.primes:
            raise IllFormed(f"{show(node)}: a prime belongs to a function with its argument")
        if name in self.env and not indices and node.layer is None and name != ONES:
            return self.env[name]
        if name == "d":
            raise Unsupported(r"a d that stands alone: write a derivative as \frac{dC}{dw}")
        if name in (ONES, "I") and (name, None) not in net.data:
            if len(indices) > 1 or node.layer:
                raise Unsupported(rf"{show(node)}: only its size stands at \mathbf 1 and at I")
            shape = (self.integer(indices[0]), 1) if indices else self.env.get(ONES)
            if shape and (shape[0] * (shape[0] if name == "I" else 1) > LARGEST):
                raise Unsupported(f"{show(node)} has more than {LARGEST} entries")
            if shape is None:
                raise IllFormed(rf"the length of {show(node)} cannot be told; write \mathbf 1_E")
            return np.ones(shape, complex) if name == ONES else np.eye(shape[0], dtype=complex)
        if name in net.constants and not indices and node.layer is None:
            return complex(net.constants[name])
        if name == "n" and len(indices) == 1 and net.mode != "scalar" and node.layer is None:
            return complex(net.sizes[self.layer(indices[0], 0)])
        if is_kronecker(node):
            return complex(self.integer(indices[0]) == self.integer(indices[1]))
        key, positions = self.chosen(node)
        return self.state.get(*key).ravel()[positions]

    def num(self, node):
        return complex(float(node.name)) + self.env.get(node, 0)  # moved where the effect of rounding is measured

    # arithmetic

    def fold(self, operation, node):
        """Combine the parts of a node, all of one shape; a number made of digits stands for every entry."""
        total, digits = self.value(node.kids[0]), is_number(node.kids[0])
        for kid in node.kids[1:]:
            v, plain = self.value(kid), is_number(kid)
            spread = node.op != "had" and (digits and np.ndim(total) == 0 or plain)
            if np.shape(total) != np.shape(v) and not spread:
                raise IllFormed(f"{size_text(np.shape(total))} and {size_text(np.shape(v))} do not fit in {show(node)}")
            total, digits = operation(total, v), digits and plain
        return total

    def add(self, node):
        return self.fold(np.add, node)

    def had(self, node):
        return self.fold(np.multiply, node)

    def neg(self, node):
        return -self.value(node.kids[0])

    def times(self, u, v, node):
        if np.ndim(u) == 0 or np.ndim(v) == 0:
            return u * v
        if u.shape[1] != v.shape[0]:
            raise IllFormed(f"the product {show(node)} does not fit: {size_text(u.shape)} times {size_text(v.shape)}")
        if u.shape[0] * v.shape[1] > LARGEST:
            raise Unsupported(f"{show(node)} has more than {LARGEST} entries")
        return scalar(u @ v)

    def mul(self, node):
        return reduce(lambda u, v: self.times(u, v, node), map(self.value, node.kids))

    def div(self, node):
        below = self.value(node.kids[1])
        return np.divide(self.value(node.kids[0]), below) if np.ndim(below) == 0 else self.fold(np.divide, node)

    def pow(self, node):
        base, power = node.kids[0], self.value(node.kids[1])
        if base == symbol("e"):  # never an example
            return np.exp(power)
        u = self.value(base)
        if np.ndim(u) or np.ndim(power):
            raise IllFormed(f"a power of a vector or matrix, {show(node)}: write \\odot, a norm, or one entry")
        return np.power(np.complex128(u), power)

    def T(self, node):
        return np.transpose(self.value(node.kids[0]))

    def real(self, node):
        """A value without an imaginary part, but for a tiny step."""
        u = self.value(node)
        if np.abs(np.imag(u)).max() > 1e-9:
            raise Unsupported(f"{show(node)} is complex here; only real numbers have an order or a size")
        return u

    def norm(self, node):
        u = self.real(node.kids[0])
        if node.name == "2" and np.ndim(u) and min(u.shape) > 1:
            raise Unsupported(f"{show(node)}: the 2-norm of a matrix is not computed; write _F")
        return np.sqrt(np.sum(u ** 2))

    def abs(self, node):
        u = self.real(node.kids[0])
        return where(np.real(u) < 0, -u, u)

    def sum(self, node):
        body, below = node.kids[:2]
        if node.name == "e" and self.net.mode == "scalar":
            raise Unsupported("e is Euler's number here; take another letter for the sum")
        readers = (self.using(node.name, k) for k in self.span(node))
        terms = [r.value(body) for r in readers if below.name != r"\ne" or r.value(below)]
        if node.op == "prod":
            return reduce(lambda u, v: self.times(u, v, node), terms, 1 + 0j)
        if len({np.shape(term) for term in terms}) > 1:
            raise IllFormed(f"the terms of {show(node)} differ in size")
        return sum(terms[1:], terms[0]) if terms else 0j

    prod = sum

    # functions and derivatives

    def call(self, node):
        name, own = node.name, flat_name(node) in self.net.functions
        several = name in ("C", "J", r"\max", r"\min")
        indexed = own or len(node.indices) < 2 and name in ("f", "g", *map("\\".__add__, PARAMETERS))
        if node.layer or node.indices and not indexed:
            raise Unsupported(f"{show(node)}: {name} takes no index and no layer")
        if node.primes and (several or name == r"\diag" or len(node.kids) > 1 or node.primes > 3):
            raise Unsupported(f"{show(node)}: a prime belongs to a function of one number")
        count = len(self.net.functions[flat_name(node)][0]) if own else 1
        if not several and len(node.kids) != count:
            raise IllFormed(f"{show(node)}: {name} takes {count} argument{'s' * (count > 1)}, not {len(node.kids)}")
        if name in ("C", "J"):
            return self.cost(node)
        values = [self.real(k) if name in KINKED else self.value(k) for k in node.kids]
        if own and node.primes and np.ndim(values[0]):
            raise Unsupported(f"{show(node)}: a prime belongs to a function of one number")
        if name in (r"\max", r"\min"):
            if len(values) > 1 and any(np.ndim(v) for v in values):
                raise IllFormed(f"{show(node)}: write it for one entry")
            return (max if name == r"\max" else min)((v for value in values for v in np.ravel(value)), key=np.real)
        if name == r"\diag":
            if np.ndim(values[0]) == 0 or values[0].shape[1] != 1:
                raise IllFormed(f"diag takes a vector, not {size_text(np.shape(values[0]))}")
            return np.diag(values[0][:, 0])
        rough = own and differentiates(self.net.functions[flat_name(node)][1], self.net)
        return derived(self.function(node, values), node.primes, rough)(values[0])

    def function(self, node, values):
        """The function that a call names, of its first argument."""
        net, name, indices, own = self.net, node.name, node.indices, flat_name(node)
        plain, u = name.lstrip("\\"), values[0]
        if name == "f" and net.mode != "scalar" and own not in net.functions:
            if not indices and not net.mode:
                raise IllFormed("a bare f: write f_l, every layer has its own activation")
            plain = net.f[self.layer(indices[0]) if indices else 1]
        if own in net.functions:
            names, tree = net.functions[own]
            fit = {ONES: self.env[ONES]} if ONES in self.env else {}
            return lambda z: Reader(self.state, {**fit, **dict(zip(names, [z, *values[1:]]))}).value(tree)
        if plain == "softmax":
            if node.primes:
                raise IllFormed("softmax has a Jacobian and no f': write the derivative of a_k by z_i")
            if np.ndim(u) == 0 or u.shape[1] != 1 and u.shape[0] != net.E:
                raise IllFormed(f"softmax takes a whole vector: {show(node)}")
            return lambda z: softmax(z.T).T if z.shape[1] == 1 else softmax(z)
        if name in ("f", "g", "h") and net.mode == "scalar":
            k = self.integer(indices[0]) if indices else 0
            p, q, r, s = np.random.default_rng([net.sample, ord(name), k % 1000]).uniform(0.4, 1.6, size=4)
            net.met.add(name)  # any function: another one in each sample
            return lambda z: np.sin(p * z + 3 * q) + (r - 1) * z * z / 2 + 2 * (s - 1)
        if plain in PARAMETERS:
            parameter = self.value(indices[0] if indices else symbol(PARAMETERS[plain]))
            return lambda z: FORMULAS[plain](z, parameter)
        if plain not in FORMULAS:
            raise Unsupported(f"{own} is not defined; the setting can name it (where ..)")
        return FORMULAS[plain]

    def cost(self, node):
        """C(a, y) on given vectors; J(W_{ij}^{(l)} + h): run again with that entry moved; J(W, b): plain J."""
        args, plain = node.kids, node._replace(op="sym", kids=())
        if args in [tuple(map(symbol, names)) for names in ("Wb", "wb", "W", "w", "xy", "Wbxy")]:
            return self.value(plain)
        if len(args) == 1 and args[0].op == "add" and args[0].kids[0].op == "sym" and args[0].kids[0].name in NAMES:
            key, position = self.chosen(args[0].kids[0])
            step = self.value(args[0]) - self.value(args[0].kids[0])
            if isinstance(position, int):
                return Reader(self.state.bumped(key, position, step), self.env).value(plain)
        if node.name == "C" and len(args) == 2:
            a, y = (np.atleast_2d(self.value(k)) for k in args)
            if a.shape == y.shape and a.shape[1] == 1:
                return self.net.cost(a[:, 0], y[:, 0])
        raise IllFormed(f"{show(node)}: C takes two vectors of one size; J(W_{{ij}}^{{(l)}} + h) moves one entry")

    def deriv(self, node):
        top, wrt = node.kids
        if wrt.name in self.env and not wrt.indices:
            raise Unsupported(f"{show(node)}: {wrt.name} is the argument of a function; use a prime")
        if wrt.name in self.net.constants and not wrt.indices or any(n.name in (r"\iunit", r"\Im") for n in walk(top)):
            raise Unsupported(f"{show(node)} cannot be taken: constants do not move, and the step is imaginary itself")
        key, positions = self.chosen(wrt)
        nested = differentiates(top, self.net)

        def at(p, step):
            return Reader(self.state.bumped(key, p, step), self.env).value(top)

        def slope(p):
            if nested:  # real steps around the complex one
                return slope_of(lambda step: at(p, step))
            return np.imag(at(p, STEP * 1j)) / STEP + 0j

        if isinstance(positions, int):
            return slope(positions)
        slopes = [slope(int(p)) for p in positions.flat]
        if np.ndim(slopes[0]) == 0:
            return np.reshape(slopes, positions.shape)
        if slopes[0].shape[1] == positions.shape[1] == 1:
            return np.hstack(slopes)  # a Jacobian: (entries of N, entries of D)
        raise Unsupported(f"{show(node)} has more than two axes; write it with indices, for one component")

    # what is written out

    def test(self, node):
        values = [self.real(k) for k in node.kids]
        if any(np.ndim(v) for v in values) and {*node.name.split()} & {*INEQUALITIES}:
            raise IllFormed(f"{show(node)}: vectors and matrices have no order; write it for one entry")
        for relation, pair in zip(node.name.split(), zip(values, values[1:])):
            if relation == "=" and any(v != np.round(v) for v in pair):
                raise Unsupported(f"{show(node)}: equal numbers are not met by chance")
        return all(holds(r, u, v).all() for r, u, v in zip(node.name.split(), values, values[1:]))

    def iverson(self, node):
        return self.value(node.kids[0])

    def cases(self, node):
        fitting = (value for value, test in (row.kids for row in node.kids)
                   if test.op == "otherwise" or self.value(test).real)
        return next(map(self.value, fitting), NAN)

    def matrix(self, node):
        try:
            return np.block([[np.atleast_2d(self.value(cell)) for cell in row.kids] for row in node.kids])
        except ValueError:
            raise IllFormed(f"the rows of {show(node)} do not fit together") from None

    def entry(self, node):
        u = np.asarray(self.value(node.kids[0]))
        u = u.reshape([n for n in u.shape if n > 1]) if len(node.indices) == 1 else u
        if u.ndim != len(node.indices):
            raise IllFormed(f"{show(node)}: {size_text(np.shape(u))} takes {u.ndim} indices")
        return self.entries(u, node.indices, node)

    def list(self, node):
        raise Unsupported(f"{show(node)}: separate statements by \\quad")

    space = range = dots = otherwise = list


def derived(function, times, rough=False):
    """The derivative of that order, entry by entry: the first by a complex step, the others by real ones."""
    if times == 0:
        return function
    if not rough:
        return derived(lambda z: np.imag(function(z + STEP * 1j)) / STEP, times - 1, True)
    return derived(lambda z: slope_of(lambda step: function(z + step)), times - 1, True)


def slope_of(moved):
    """The slope by real steps of fourth order; moved(step) is the value after a step."""
    rough, fine = ((8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
                   for h in (REAL_STEP, REAL_STEP / 2))
    if (np.abs(rough - fine) > 1e-6 * np.abs(fine) + 1e-8).any():
        raise Unsupported("a derivative of a derivative changes too quickly here to be computed")
    return fine


def holds(relation, u, v, bound=1e-12):
    """Entry by entry, with a bound on the difference where the relation says equal; NaN and infinity never hold."""
    u, v = np.asarray(u), np.asarray(v)
    if not np.isfinite([u, v]).all():
        return np.array(False)
    if relation in ("<", ">", r"\le", r"\ge"):
        if np.abs(np.imag([u, v])).max() > 1e-9:
            return np.array(False)
        less = (v - u if relation in ("<", r"\le") else u - v).real
        return less > 1e-15 * np.maximum(1, np.abs(u)) if relation in "<>" else less >= -bound
    return (np.abs(u - v) > bound).any() if relation == r"\ne" else np.abs(u - v) <= bound
