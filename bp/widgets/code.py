"""JavaScript printed by SymPy from expressions that ``bp``'s own lines gave: no formula is typed twice."""

import sympy


def function(arguments, results):
    """A JavaScript function of these symbols that returns results, one expression or a list of them.

    Common subexpressions are computed once; in a backward pass these are the deltas.
    """
    alone = not isinstance(results, (list, tuple))
    expressions = [results] if alone else list(results)
    used = {s.name for s in arguments}
    fresh = (sympy.Symbol(n) for n in (f"t{i}" for i in range(10 ** 6)) if n not in used)
    shared, reduced = sympy.cse([sympy.sympify(e) for e in expressions], symbols=fresh)
    lines = "".join(f"const {name}={_js(value)};" for name, value in shared)
    values = ",".join(_js(e) for e in reduced)
    return f"({','.join(s.name for s in arguments)})=>{{{lines}return {values if alone else f'[{values}]'};}}"


def _js(expression):
    return sympy.jscode(expression).replace("\n", " ")
