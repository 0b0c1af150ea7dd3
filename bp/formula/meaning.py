r"""What a tree means: a random network, and derivatives by intervention.

dN/dD is not looked up anywhere. Node D is moved by a tiny imaginary step, all that lies downstream of D is run again,
and N is read: the imaginary part over the step is the derivative, to rounding. Nothing of `bp`'s backward pass is used.
"""

import re
from functools import lru_cache

import numpy as np

from .parse import Node, Unsupported, show, statements, walk


class IllFormed(Exception):
    """Indices, shapes, layers or summation limits that cannot be."""


class NoLayer(IllFormed):
    """A layer that the network does not have; a free l simply does not take that value."""


SIZES = [(4, 3, 5, 2), (3, 5, 2, 4), (2, 6, 4, 3)]
STEP, REAL_STEP, QUOTIENT_STEP = 1e-20, 2e-3, 1e-5
BUDGET = 120_000  # evaluated tree nodes for one formula: keeps any text under a second
VECTORS = {"x": "A", "y": "Y", "z": "Z", "a": "A", r"\delta": "delta", r"\yhat": "A"}
BATCHES = {"X": "A", "Y": "Y", "Z": "Z", "A": "A", r"\Delta": "Delta"}
MODES = ("unit", "neuron", "layer", "scalar")
ELEMENTWISE = {
    r"\exp": np.exp, r"\sin": np.sin, r"\cos": np.cos, r"\tanh": np.tanh, r"\cosh": np.cosh, r"\sinh": np.sinh,
    r"\sigma": lambda z: 1 / (1 + np.exp(-z)),
    r"\log": lambda z: np.where(np.real(z) > 0, np.log(z), np.nan),
    r"\sqrt": lambda z: np.where(np.real(z) > 0, np.sqrt(z), np.nan),
    r"\softplus": lambda z: np.log(1 + np.exp(z)),
    r"\relu": lambda z: np.where(np.real(z) > 0, z, 0),
    r"\sign": lambda z: np.sign(np.real(z)) + 0j, r"\Im": np.imag, r"\Re": np.real,
    "sine": lambda z: np.sin(z) + z / 2, "arctan": np.arctan, "linear": lambda z: z,
    "smooth f": lambda z: np.sin(1.3 * z) + z * z / 3, "smooth g": lambda z: np.cos(0.7 * z) + z / 2,
}
PARAMETRIC = {  # functions that read a free parameter
    r"\elu": ("\\gamma", lambda z, p: np.where(np.real(z) > 0, z, p * (np.exp(z) - 1))),
    r"\leakyrelu": ("\\gamma", lambda z, p: np.where(np.real(z) > 0, z, p * z)),
    r"\prelu": ("\\gamma", lambda z, p: np.where(np.real(z) > 0, z, p * z)),
    r"\swish": ("\\beta", lambda z, p: z / (1 + np.exp(-p * z))),
}


def softmax(z):
    """Over the last axis, for (E, n)."""
    e = np.exp(z - np.real(z).max(-1, keepdims=True))  # (E, n)
    return e / e.sum(-1, keepdims=True)


def generic_cost(a, y):
    """A smooth cost of no special form: nothing simplifies, and the outputs are coupled."""
    k = np.arange(a.shape[-1])  # (n,)
    return (np.sin(a + 2 * y + k) * (1 + k)).sum(-1) + ((1 + k) * a).sum(-1) ** 2 / 7 + (a * y).sum(-1)


def cross_entropy(a, y):
    return -(y * np.log(a)).sum(-1)


COSTS = {
    "squared_error": lambda a, y: ((a - y) ** 2).sum(-1) / 2,
    "binary_cross_entropy": lambda a, y: cross_entropy(a, y) + cross_entropy(1 - a, 1 - y),
    "categorical_cross_entropy": cross_entropy,
}
UNITS = ("sigmoid", "linear", "tanh", "relu", "softplus")


class Network:
    """Random parameters, an example batch and the names that a setting adds. Everything is read through a State."""

    def __init__(self, setting="generic", seed=0, sample=0):
        flags, _, where = re.sub(r"\bwhere\b", "\0", setting, count=1).partition("\0")
        flags = [f.strip() for f in re.split(r"[,;]", flags) if f.strip()]
        known = {"generic", "softmax", "lambda=0", "E=1", "one-hot", *COSTS, *UNITS, *MODES}
        for flag in flags:
            if flag not in known and not re.fullmatch(r"sizes=\d+(-\d+)+", flag):
                raise Unsupported(f"setting {flag!r} is not known; known are {', '.join(sorted(known))}, sizes=3-4-2")
        rng = np.random.default_rng([seed, sample])
        self.mode = next((m for m in MODES if m in flags), "")
        self.sizes = {"unit": (1, 1), "neuron": (4, 1), "layer": (4, 3)}.get(self.mode, SIZES[seed % len(SIZES)])
        for flag in flags:
            if flag.startswith("sizes="):
                self.sizes = tuple(int(n) for n in flag[6:].split("-"))
        self.definitions, self.functions, self.data, self.notes = {}, {}, {}, []
        self.states, self.work, self.free_used, self.rng, self.sample = {}, 0, False, rng, sample
        self.scalars = {}
        given = self.read_where(where)
        self.L = len(self.sizes) - 1
        self.E = 1 if "E=1" in flags or {"x", "y"} & set(given) else min(set(range(2, 99)) - set(self.sizes))
        cost = next((c for c in COSTS if c in flags), None)
        self.cost = COSTS.get(cost, generic_cost)
        unit = next((u for u in UNITS if u in flags), None)
        self.f = {l: unit or ("tanh", "softplus", "arctan")[l % 3] for l in range(1, self.L + 1)}
        if not unit:
            self.f[self.L] = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}.get(cost, "sine")
        if "softmax" in flags or cost == "categorical_cross_entropy":
            self.f[self.L] = "softmax"
        if cost == "binary_cross_entropy":
            self.f[self.L] = "sigmoid"
        for l in range(1, self.L + 1):
            self.data["W", l] = rng.normal(size=(self.sizes[l], self.sizes[l - 1])) * 0.8  # (n_l, n_{l-1})
            self.data["b", l] = rng.normal(size=self.sizes[l]) * 0.8  # (n_l,)
        self.data["A", 0] = rng.normal(size=(self.E, self.sizes[0]))  # (E, n_0)
        y = rng.uniform(0.1, 0.9, size=(self.E, self.sizes[-1]))  # (E, n_L)
        if "one-hot" in flags:
            y = np.eye(self.sizes[-1])[rng.integers(self.sizes[-1], size=self.E)]  # (E, n_L)
        elif self.f[self.L] == "softmax":
            y = y / y.sum(-1, keepdims=True)
        self.data["Y", None] = y
        self.data[r"\lambda", None] = np.array(0.0 if "lambda=0" in flags else rng.uniform(0.3, 0.9))
        self.data[r"\alpha", None] = np.array(rng.uniform(0.3, 0.9))
        for name, value in given.items():
            key = {"x": ("A", 0), "y": ("Y", None)}.get(name, name if isinstance(name, tuple) else (name, None))
            if key in self.data and key[0] in "AYb":
                value = value.reshape(self.data[key].shape)
            self.data[key] = value

    def read_where(self, where):
        """Definitions, functions, declared shapes and given numbers, in the order written."""
        given = {}
        for s in statements(where, self.functions):
            pairs = [(n, s.sides[1]) for n in (s.sides[0].kids if s.sides[0].op == "list" else [s.sides[0]])] \
                if len(s.sides) == 2 else []
            for left, right in pairs:
                if left.op == "call" and all(k.op == "sym" for k in left.kids):
                    self.functions[left.info[0]] = ([k.info[0] for k in left.kids], right)
                    continue
                if left.op == "mul" and len(left.kids) == 2:  # g(z) = ... before g is known as a function
                    self.functions[left.kids[0].info[0]] = ([left.kids[1].info[0]], right)
                    continue
                if left.op != "sym":
                    raise Unsupported(f"where: {show(left)} cannot be defined")
                name, _, layer, _ = left.info
                if right.op == "space":
                    shape = [int(k.info) for k in right.kids]
                    self.data[name, None] = self.rng.normal(size=shape)
                    continue
                known = name in VECTORS or name in ("W", "b", r"\lambda", r"\alpha", "w")
                if known and self.mode != "scalar":
                    value = np.real(as_array(Reader(State(self, ()), {}).value(right)))
                    key = name if layer is None else (VECTORS.get(name, name), int(layer.info))
                    given[key] = value[:, 0] if value.ndim == 2 and value.shape[1] == 1 and name != "W" else value
                else:
                    self.definitions[flat_name(left)] = (layer, right)
        weights = {k[1]: v for k, v in given.items() if isinstance(k, tuple) and k[0] == "W"}
        if weights:
            self.sizes = (weights[1].shape[1], *(weights[l].shape[0] for l in sorted(weights)))
        return given

    def state(self, bumps=()):
        if len(self.states) > 4000:
            self.states.clear()
        if bumps not in self.states:
            self.states[bumps] = State(self, bumps)
        return self.states[bumps]

    def free(self, name):
        """A free scalar: away from 0, of either sign; a, y, p, q lie in (0, 1), Greek parameters are positive."""
        if name not in self.scalars:
            rng = np.random.default_rng([self.sample, *name.encode()])
            size = rng.uniform(0.15, 0.85) if name[0] in "aypq\\" else rng.uniform(0.3, 1.5)
            sign = -1 if name[0] not in "aypqn\\" and (self.sample + ord(name[0])) % 2 else 1
            self.scalars[name] = QUOTIENT_STEP if name == "h" else sign * size
        return self.scalars[name]


@lru_cache(maxsize=256)
def network(setting, seed, sample):
    return Network(setting, seed, sample)


def flat_name(node):
    """w_1 as a name of its own, for scalar settings."""
    name, indices, _, _ = node.info
    return name + "".join("_" + i.info for i in indices if i.op == "num")


class State:
    """All quantities of the network, each computed when asked for, with some nodes moved."""

    def __init__(self, net, bumps):
        self.net, self.bumps, self.cache = net, bumps, {}

    def bumped(self, key, position, step):
        return self.net.state((*self.bumps, (key, position, step)))

    def get(self, name, layer=None):
        key = (name, layer)
        if key not in self.cache:
            value = np.array(self.compute(name, layer), dtype=complex)
            for moved, position, step in self.bumps:
                if moved == key:
                    value.flat[position] += step
            self.cache[key] = value
        return self.cache[key]

    def compute(self, name, layer):
        net, key = self.net, (name, layer)
        if key in net.data:
            return net.data[key]
        if name in net.definitions:
            variable, tree = net.definitions[name]
            return Reader(self, {variable.info[0]: layer} if layer is not None else {}).value(tree)
        if name == "Z":
            return self.get("A", layer - 1) @ self.get("W", layer).T + self.get("b", layer)  # (E, n_l)
        if name == "A":
            z = self.get("Z", layer)
            return softmax(z) if net.f[layer] == "softmax" else elementwise(net.f[layer], z)  # (E, n_l)
        if name == "C":
            return net.cost(self.get("A", net.L), self.get("Y"))  # (E,)
        if name == "J":
            squares = sum((self.get("W", l) ** 2).sum() for l in range(1, net.L + 1))
            return self.get("C").mean() + self.get(r"\lambda") / 2 * squares
        if name in ("delta", "Delta"):  # by intervention on every entry of Z
            z = self.get("Z", layer)
            slopes = [self.slope(("Z", layer), p, "C" if name == "delta" else "J") for p in range(z.size)]
            if name == "delta":
                slopes = [s[p // z.shape[1]] for p, s in enumerate(slopes)]
            return np.reshape(slopes, z.shape)  # (E, n_l)
        return net.free(name)

    def slope(self, key, position, name):
        return self.bumped(key, position, STEP * 1j).get(name).imag / STEP


def elementwise(name, z, parameter=None):
    name = {"sigmoid": r"\sigma", "tanh": r"\tanh", "relu": r"\relu", "softplus": r"\softplus"}.get(name, name)
    return PARAMETRIC[name][1](z, parameter) if name in PARAMETRIC else ELEMENTWISE[name](z)


def as_array(value):
    return np.atleast_2d(value) if np.ndim(value) == 0 else value


def scalar(value):
    """1 x 1 counts as a scalar."""
    return complex(np.asarray(value).flat[0]) if np.size(value) == 1 else value


def shape_text(value):
    return "a number" if np.ndim(value) == 0 else " × ".join(map(str, np.shape(value)))


class Reader:
    """Evaluates trees in one state, with values for the bound letters."""

    def __init__(self, state, env):
        self.state, self.net, self.env = state, state.net, env

    def value(self, node):
        self.net.work += 1
        if self.net.work > BUDGET:
            raise Unsupported("too many cases to check; bind fewer indices in one formula")
        return getattr(self, "op_" + node.op)(node)

    def integer(self, node):
        """A layer, an index or a size."""
        value = self.value(node)
        if np.ndim(value) or value != int(value.real):
            raise IllFormed(f"{show(node)} is not a whole number")
        return int(value.real)

    def using(self, name, value):
        return Reader(self.state, {**self.env, name: value})

    # --- symbols -----------------------------------------------------------------------------------------------------

    def axes(self, node):
        """(key, shape of the stored array, sizes that the indices number, column?) of a network symbol, or None."""
        name, indices, layer, _ = node.info
        net = self.net
        if net.mode == "scalar" or name in net.definitions or (name, None) in net.data:
            return None
        if layer is not None:
            layer = self.integer(layer)
        elif net.mode and name in ("W", "w", "b", "z", "a", "Z", "A", r"\delta", r"\Delta") and not (
                name == r"\delta" and len(indices) == 2 and not is_letter(indices[0], "e")):
            layer = 1
        if name in ("x", "X"):
            layer = self.only(node, layer, 0)
        if name == r"\yhat":
            layer = self.only(node, layer, net.L)
        if name in ("y", "Y"):
            stored, n = self.only(node, layer, None), net.sizes[-1]
        elif name in VECTORS or name in BATCHES or name in ("W", "w", "b"):
            if layer is None:
                return None
            first = 0 if name in ("a", "A", "x", "X", r"\yhat") else 1
            if not first <= layer <= net.L:
                raise NoLayer(f"{show(node)} does not exist for layer {layer}: layers run from {first} to L = {net.L}")
            stored, n = layer, net.sizes[layer]
        else:
            return None
        if name in ("W", "w"):
            shape = (n, net.sizes[layer - 1])
            return ("W", stored), shape, shape if name == "W" else shape[1:], False
        if name == "b":
            return ("b", stored), (n,), (n,), True
        if name in BATCHES:
            return (BATCHES[name], stored), (net.E, n), (net.E, n), False
        sizes = (net.E, n) if len(indices) == 2 else (net.E,) if is_letter(*indices[:1], "e") else (n,)
        return (VECTORS[name], stored), (net.E, n), sizes, True

    def numbered(self, node):
        """The sizes that the indices of a symbol number."""
        name, indices, _, _ = node.info
        if name == "C":
            return (self.net.E,)
        found = self.axes(node)
        if found:
            return found[2]
        known = name in self.net.definitions or (name, None) in self.net.data
        return self.state.get(name).squeeze().shape if indices and known else ()

    def only(self, node, layer, answer):
        if layer is not None:
            raise IllFormed(f"{node.info[0]} has no layer: write {node.info[0]}")
        return answer

    def locate(self, node):
        """Where a symbol lives: its key and the positions of its entries in the stored array (an int for one entry)."""
        name, indices, layer, _ = node.info
        if name == "J" or name == "C":
            if len(indices) > 1 or (name == "J" and indices) or layer is not None:
                raise IllFormed(f"{show(node)}: C takes an example as its only index, J none")
            return (name, None), (self.index(indices[0], self.net.E, node) if indices else 0)
        found = self.axes(node)
        if found is None:
            return self.locate_free(node)
        key, shape, sizes, column = found
        positions = np.arange(np.prod(shape)).reshape(shape)
        if len(indices) == 1 and indices[0].op == "num" and name == "W" and len(indices[0].info) == 2:
            indices = tuple(Node("num", (), d) for d in indices[0].info)
        if indices and len(indices) != len(sizes):
            raise IllFormed(f"{show(node)} has {len(indices)} indices; {name} takes {len(sizes)}")
        at = [self.index(i, n, node) for i, n in zip(indices, sizes)]
        if name == "w":
            positions = positions.T
        elif name in VECTORS and (len(sizes) == 1 and sizes[0] != shape[0] or not is_letter(*indices[:1], "e")):
            pass
        if name in VECTORS:
            if len(at) == 2:
                positions = positions[at[0], at[1]]
            elif at and is_letter(*indices[:1], "e"):
                positions = positions[at[0]][:, None]
            else:
                positions = positions[0, at[0]] if at else positions[0][:, None]
        elif at:
            positions = positions[tuple(at)] if name != "w" else positions[at[0], 0]
        elif column:
            positions = positions[:, None]
        return key, int(positions.flat[0]) if np.size(positions) == 1 else positions

    def locate_free(self, node):
        name, indices, layer, _ = node.info
        net = self.net
        key = (name, None)
        if layer is not None:
            if name not in net.definitions:
                raise IllFormed(f"{name} has no layer in this book's contract")
            key = (name, self.integer(layer))
        if name not in net.definitions and key not in net.data:
            if indices and net.mode == "scalar" and all(i.op == "num" for i in indices):
                key = (flat_name(node), None)
            elif indices:
                raise IllFormed(f"{name} with an index needs its layer: {name}_{{..}}^{{(l)}}")
            elif not re.fullmatch(r"[a-z]|\\[a-z]+", name) and net.mode != "scalar":
                raise Unsupported(f"{name} is not a quantity of this book (a layer missing, or a name the setting should give)")
            elif name in ("f", "g", r"\yhat"):
                raise IllFormed(f"a bare {name}: write f_l, every layer has its own activation")
            net.free_used |= name != "h"
            return key, 0
        array = self.state.get(*key)
        positions = np.arange(array.size).reshape(array.shape)
        if indices:
            if len(indices) != array.squeeze().ndim:
                raise IllFormed(f"{show(node)} has {len(indices)} indices; {name} takes {array.squeeze().ndim}")
            positions = positions.reshape(array.squeeze().shape)
            positions = positions[tuple(self.index(i, n, node) for i, n in zip(indices, positions.shape))]
        elif array.ndim == 1:
            positions = positions[:, None]
        return key, int(positions.flat[0]) if np.size(positions) == 1 else positions

    def index(self, node, size, owner):
        value = self.integer(node)
        if not 1 <= value <= size:
            raise IllFormed(f"{show(node)} = {value} in {show(owner)}: that axis has {size} entries")
        return value - 1

    def op_sym(self, node):
        name, indices, layer, primes = node.info
        net = self.net
        if name in self.env and not indices and layer is None and name != r"\ones":
            return scalar(self.env[name])
        if name == r"\ones" or name == "I" and ("I", None) not in net.data:
            shape = (self.integer(indices[0]), 1) if indices else self.env.get(r"\ones")
            if shape is None:
                raise IllFormed(r"the length of \mathbf 1 cannot be told; write \mathbf 1_E")
            return scalar(np.ones(shape, complex) if name == r"\ones" else np.eye(shape[0], dtype=complex))
        if name == "e" and not indices:
            return complex(np.e)
        if name == r"\pi":
            return complex(np.pi)
        if name == r"\iunit":
            return 1j
        if name in ("E", "L", "K") and not indices and net.mode != "scalar":
            return complex({"E": net.E, "L": net.L, "K": net.sizes[-1]}[name])
        if name == "n" and net.mode != "scalar":
            if not indices and net.mode == "neuron":
                return complex(net.sizes[0])
            if len(indices) == 1:
                l = self.integer(indices[0])
                if not 0 <= l <= net.L:
                    raise NoLayer(f"n_{l} does not exist: layers run from 0 to L = {net.L}")
                return complex(net.sizes[l])
        if name == r"\delta" and layer is None and len(indices) == 2 and not is_letter(indices[0], "e"):
            return complex(self.value(indices[0]) == self.value(indices[1]))
        if primes:
            raise Unsupported(f"{show(node)}: a prime belongs to a function with its argument")
        key, positions = self.locate(node)
        stored = self.state.get(*key)
        return complex(stored.flat[positions]) if isinstance(positions, int) else stored.ravel()[positions]

    def op_num(self, node):
        return complex(float(node.info))

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def op_neg(self, node):
        return -self.value(node.kids[0])

    def op_add(self, node):
        total = self.value(node.kids[0])
        for k, kid in enumerate(node.kids[1:], 1):
            total = self.entrywise(np.add, total, self.value(kid), node, is_number(node.kids[0]) and k == 1 or is_number(kid))
        return total

    def entrywise(self, operation, u, v, node, number=False):
        """u and v of one shape; a plain number may stand for every entry."""
        if np.shape(u) != np.shape(v) and not (number and (np.ndim(u) == 0 or np.ndim(v) == 0)):
            raise IllFormed(f"{shape_text(u)} and {shape_text(v)} do not fit in {show(node)}")
        if np.ndim(u) == np.ndim(v) == 0:
            u, v = np.complex128(u), np.complex128(v)
        return scalar(operation(u, v))

    def op_mul(self, node):
        total = self.value(node.kids[0])
        for kid in node.kids[1:]:
            v = self.value(kid)
            if np.ndim(total) and np.ndim(v):
                if total.shape[1] != v.shape[0]:
                    raise IllFormed(f"the product {show(node)} does not fit: {shape_text(total)} times {shape_text(v)}")
                total = scalar(total @ v)
            else:
                total = total * v
        return total

    def op_had(self, node):
        total = self.value(node.kids[0])
        for kid in node.kids[1:]:
            total = self.entrywise(np.multiply, total, self.value(kid), node)
        return total

    def op_div(self, node):
        u, v = (self.value(k) for k in node.kids)
        if np.ndim(v) == 0:
            return u / v if v else scalar(np.full(np.shape(u), np.nan, complex))
        return self.entrywise(np.divide, u, v, node, is_number(node.kids[0]))

    def op_pow(self, node):
        base, power = node.kids
        p = self.value(power)
        if base.op == "sym" and base.info == ("e", (), None, 0) and "e" not in self.env:
            return scalar(np.exp(p))
        u = self.value(base)
        if np.ndim(u) or np.ndim(p):
            raise IllFormed(f"a power of a vector or matrix, {show(node)}: write \\odot or a norm")
        return complex(np.power(np.complex128(u), int(p.real) if p == int(p.real) else p))

    def op_T(self, node):
        u = self.value(node.kids[0])
        return u.T if np.ndim(u) else u

    def op_norm(self, node):
        return complex(np.sqrt(np.sum(self.value(node.kids[0]) ** 2)))

    def op_abs(self, node):
        u = self.value(node.kids[0])
        if np.ndim(u):
            raise IllFormed(f"|..| of {shape_text(u)}: a norm is written with double bars")
        return -u if u.real < 0 else u

    def op_sum(self, node):
        name, test = node.info
        total = None
        for k in self.span(node):
            inner = self.using(name, k)
            if test is None or inner.value(test):
                v = inner.value(node.kids[0])
                if total is None:
                    total = v
                elif node.op == "sum":
                    total = self.entrywise(np.add, total, v, node)
                else:
                    total = scalar(total @ v) if np.ndim(total) and np.ndim(v) else total * v
        return (0j if node.op == "sum" else 1 + 0j) if total is None else total

    op_prod = op_sum

    def span(self, node):
        """The values of a bound letter; their range was settled, with its limits, before any number is computed."""
        spans = self.net.__dict__.setdefault("spans", {})
        key = (node, tuple(sorted((k, v) for k, v in self.env.items() if k != r"\ones")))
        if key not in spans:
            from .check import span_of
            spans[key] = span_of(node, self)
        return spans[key]

    # --- functions, derivatives, written-out things ------------------------------------------------------------------

    def op_call(self, node):
        name, indices, layer, primes = node.info
        net = self.net
        if name in ("C", "J") and name not in net.functions:
            return self.cost(node)
        values = [self.value(k) for k in node.kids]
        u = values[0]
        if name in net.functions:
            letters, tree = net.functions[name]
            def function(z):
                return Reader(self.state, {**self.env, **dict(zip(letters, [z, *values[1:]]))}).value(tree)
        elif name in ("f", "g") and net.mode == "scalar":
            def function(z):
                return ELEMENTWISE["smooth " + name](z)
        elif name == "f":
            function = self.activation(node, indices, u)
        elif name == r"\softmax":
            if np.ndim(u) == 0 or u.shape[1] != 1 and u.shape[0] != net.E:
                raise IllFormed("softmax takes a whole vector")
            def function(z):
                return softmax(z.T).T if z.shape[1] == 1 else softmax(z)
        elif name in PARAMETRIC:
            letter = indices[0] if indices else Node("sym", (), (PARAMETRIC[name][0], (), None, 0))
            parameter = self.value(letter)
            def function(z):
                return scalar(elementwise(name, z, parameter))
        elif name in (r"\max", r"\min"):
            return self.extreme(name, values, node)
        elif name == r"\diag":
            return np.diag(u[:, 0]) if np.ndim(u) and u.shape[1] == 1 else self.refuse(f"diag takes a vector: {show(node)}")
        elif name == r"\tr":
            return complex(np.trace(u))
        else:
            def function(z):
                return scalar(ELEMENTWISE[name](z))
        for _ in range(primes):
            function = differentiated(function, name == r"\softmax" or name == "f" and net.f.get(
                self.integer(indices[0]) if indices else 1) == "softmax")
        return scalar(function(u))

    def activation(self, node, indices, u):
        if not indices and not self.net.mode:
            raise IllFormed("a bare f: write f_l, every layer has its own activation")
        l = self.integer(indices[0]) if indices else 1
        if l not in self.net.f:
            raise IllFormed(f"f_{l} does not exist: layers run from 1 to L = {self.net.L}")
        if self.net.f[l] != "softmax":
            return lambda z: scalar(elementwise(self.net.f[l], z))
        if np.ndim(u) == 0 and self.net.sizes[l] > 1:
            raise IllFormed("softmax takes the whole layer, not one unit")
        return lambda z: softmax(z.T).T if z.shape[1] == 1 else softmax(z)

    def refuse(self, message):
        raise IllFormed(message)

    def extreme(self, name, values, node):
        pick = np.argmax if name == r"\max" else np.argmin
        if len(values) == 1:
            return complex(values[0].flat[pick(values[0].real)])
        u, v = values[:2]
        choose_u = np.real(u) > np.real(v) if name == r"\max" else np.real(u) < np.real(v)
        return self.entrywise(lambda s, t: np.where(choose_u, s, t), u, v, node, any(map(is_number, node.kids)))

    def cost(self, node):
        """C(a, y) on given values; J(W_{ij}^{(l)} + h): run again with that entry moved; J(W, b): plain J."""
        name, indices, layer, _ = node.info
        plain = Node("sym", (), node.info)
        args = node.kids
        if name == "C" and len(args) == 2 and not all(bare(k, "WbwXY") for k in args):
            a, y = (as_array(self.value(k)) for k in args)
            if a.shape != y.shape or a.shape[1] != 1:
                raise IllFormed(f"C takes two vectors of one size: {show(node)}")
            return complex(self.net.cost(a[:, 0], y[:, 0]))
        if len(args) == 1 and args[0].op == "add" and args[0].kids[0].op == "sym":
            key, position = self.locate(args[0].kids[0])
            if not isinstance(position, int):
                raise Unsupported("move one entry at a time: J(W_{ij}^{(l)} + h)")
            step = self.value(args[0]) - self.value(args[0].kids[0])
            return Reader(self.state.bumped(key, position, step), self.env).value(plain)
        if all(bare(k, "WbwXYxya") for k in args):
            return self.value(plain)
        raise Unsupported(f"cannot read the arguments of {show(node)}")

    def op_deriv(self, node):
        top, wrt = node.kids
        key, positions = self.locate(wrt)
        self.state.get(*key)
        real = differentiates(top, self.net)

        def slope(p):
            if not real:
                return np.imag(Reader(self.state.bumped(key, p, STEP * 1j), self.env).value(top)) / STEP
            at = {s: Reader(self.state.bumped(key, p, s * REAL_STEP), self.env).value(top) for s in (-2, -1, 1, 2)}
            return (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * REAL_STEP)

        if isinstance(positions, int):
            s = slope(positions)
            return complex(s) if np.ndim(s) == 0 else s + 0j
        slopes = [slope(int(p)) for p in positions.flat]
        if np.ndim(slopes[0]) == 0:
            return np.reshape(slopes, positions.shape) + 0j
        if slopes[0].shape[1] == 1 and positions.shape[1] == 1:
            return np.hstack(slopes) + 0j  # Jacobian, (entries of N, entries of D)
        raise Unsupported(f"{show(node)} has more than two axes; write it for one component, with indices")

    def op_test(self, node):
        values = [self.value(k) for k in node.kids]
        if any(np.ndim(v) for v in values):
            raise IllFormed(f"{show(node)} compares vectors")
        compare = {"=": np.equal, r"\ne": np.not_equal, "<": np.less, ">": np.greater, r"\le": np.less_equal,
                   r"\ge": np.greater_equal}
        if set(node.info) - set(compare):
            raise Unsupported(f"cannot decide {show(node)}")
        return all(compare[s](u.real, v.real) for s, u, v in zip(node.info, values, values[1:]))

    def op_iverson(self, node):
        return complex(self.value(node.kids[0]))

    def op_cases(self, node):
        for value, test in zip(node.kids[::2], node.kids[1::2]):
            if self.value(test):
                return self.value(value)
        return complex(np.nan)

    def op_matrix(self, node):
        rows = [[as_array(self.value(cell)) for cell in row] for row in node.kids]
        try:
            return scalar(np.block(rows))
        except ValueError:
            raise IllFormed(f"the rows of {show(node)} do not fit together") from None

    def op_entry(self, node):
        u = as_array(self.value(node.kids[0]))
        sizes = [n for n in u.shape if n > 1] if len(node.kids) == 2 else u.shape
        if len(sizes) != len(node.kids) - 1:
            raise IllFormed(f"{show(node)}: {shape_text(u)} takes {len(sizes)} indices")
        return complex(u.reshape(sizes)[tuple(self.index(i, n, node) for i, n in zip(node.kids[1:], sizes))])

    def op_list(self, node):
        raise Unsupported(f"separate the parts of {show(node)} by \\quad")

    op_space = op_range = op_list


def differentiated(function, is_softmax):
    if is_softmax:
        raise Unsupported("softmax has a Jacobian, not f': write the derivative of a_k by z_i")
    return lambda z: np.imag(function(z + STEP * 1j)) / STEP + 0j


def is_letter(node=None, letter=None):
    return letter is not None and node.op == "sym" and node.info[0] == letter


def is_number(node):
    """Made of digits alone, such as 1 or \\frac{1}{2}."""
    return node.op == "num" or node.op in ("neg", "div", "mul", "add") and all(map(is_number, node.kids))


def bare(node, letters):
    return node.op == "sym" and node.info[0] in letters


def differentiates(node, net):
    """Does the tree hold a derivative, so that one around it needs real steps?"""
    for n in walk(node):
        if n.op == "deriv" or n.op in ("sym", "call") and (n.info[3] or n.info[0] in (r"\delta", r"\Delta")):
            return True
        if n.op == "sym" and n.info[0] in net.definitions and differentiates(net.definitions[n.info[0]][1], net):
            return True
    return False
