"""Every mechanical change of a module: one operator, constant, comparison, transpose, index or call at a time."""
import ast
import copy
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parents[2] / "bp"
MODULES = ["activations", "batched", "checks", "conventions", "costs", "descent", "fast", "graph", "indexed", "kept",
           "network", "numeric", "objective", "problem", "storage", "vectorized"]
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.And: ast.Or, ast.Or: ast.And,
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
NAMES = {
    "sum": "max", "mean": "sum", "max": "min", "min": "max", "any": "all", "all": "any", "maximum": "minimum",
    "minimum": "maximum", "exp": "expm1", "expm1": "exp", "zeros": "ones", "zeros_like": "ones_like", "ones": "zeros",
    "ones_like": "zeros_like", "logaddexp": "maximum", "sign": "abs", "multiply": "add", "subtract": "add",
    "add": "subtract", "divide": "multiply",
}


class Mutant(NamedTuple):
    module: str
    name: str       # function, old text -> new text, and which of several such places
    source: str     # of the whole module


def changes(node):
    """What may stand in this node's place."""
    def other(**fields):
        new = copy.copy(node)
        for field, value in fields.items():
            setattr(new, field, value)
        return new

    match node:
        case ast.BinOp(left, op, right):
            if type(op) in OPERATORS:
                yield other(op=OPERATORS[type(op)]())
            if isinstance(op, (ast.Mult, ast.Add, ast.Sub, ast.Div)):
                yield left                                  # a factor or a term is forgotten
            if isinstance(op, (ast.MatMult, ast.Sub, ast.Div)):
                yield other(left=right, right=left)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                for new in COMPARISONS.get(type(op), ()):
                    yield other(ops=[*ops[:k], new(), *ops[k + 1:]])
        case ast.BoolOp(op=op, values=values):
            yield other(op=OPERATORS[type(op)]())
            for k in range(len(values)):
                yield other(values=values[:k] + values[k + 1:]) if len(values) > 2 else values[1 - k]
        case ast.Constant(bool() as value):
            yield other(value=not value)
        case ast.Constant(int() | float() as value):
            yield other(value=value + 1 if isinstance(value, int) else 2 * value or 1.0)
        case ast.Attribute(value, "T"):
            yield value
        case ast.Attribute(attr=attr) if attr in NAMES:
            yield other(attr=NAMES[attr])
        case ast.Name(id="sum" | "max" | "min" | "any" | "all" as name):
            yield other(id=NAMES[name])
        case ast.Call(func, args, keywords):
            if args and not isinstance(args[0], ast.Starred):
                yield args[0]
            elif isinstance(func, ast.Attribute) and not args:
                yield func.value                            # x.copy() -> x
            if len(args) > 1:
                yield other(args=[args[1], args[0], *args[2:]])
            for k, keyword in enumerate(keywords):
                if keyword.arg not in (None, "dtype"):
                    yield other(keywords=keywords[:k] + keywords[k + 1:])
        case ast.Slice(lower, upper) if lower or upper:
            yield other(**({"lower": None} if lower else {"upper": None}))
        case ast.Subscript(slice=ast.Tuple(elts=[first, second])):
            yield other(slice=ast.Tuple([second, first], ast.Load()))
        case ast.IfExp(body=body, orelse=orelse):
            yield other(body=orelse, orelse=body)
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, (ast.Compare, ast.BoolOp)):
            yield other(test=ast.UnaryOp(ast.Not(), test))
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Break():
            yield ast.Pass()


def places(parent, scope=()):
    """(parent, field, index, node, scope) of every node that matters: no messages, texts or annotations."""
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or getattr(node, "name", "") == "__repr__":
                continue
            yield parent, field, index if isinstance(value, list) else None, node, scope
            if not isinstance(node, (ast.Raise, ast.JoinedStr)):
                yield from places(node, (*scope, node.name) if hasattr(node, "name") and node.name else scope)


def put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


@cache
def mutants(module):
    """All mutants of bp/<module>.py, each once."""
    return tuple(_mutants(module))


def _mutants(module):
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    seen, names = {ast.unparse(tree)}, Counter()
    for parent, field, index, node, scope in list(places(tree)):
        for new in changes(node):
            put(parent, field, index, new)
            source = ast.unparse(ast.fix_missing_locations(tree))
            put(parent, field, index, node)
            if source not in seen:
                seen.add(source)
                old = ast.unparse(node).split("\n")[0]
                name = f"{'.'.join((module, *scope))}: {old} -> {ast.unparse(new).splitlines()[0]}"
                names[name] += 1
                yield Mutant(module, name if names[name] == 1 else f"{name} ({names[name]})", source)
