"""Arrays of SymPy expressions that NumPy's functions understand: the package's own lines run on symbols."""

from fractions import Fraction
from numbers import Integral, Real

import numpy as np
import sympy as sp

from .atoms import Largest, Step


class SymbolicArray(np.ndarray):
    """An ndarray with dtype=object whose entries are SymPy expressions; results are exact and of this class."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if method not in ("__call__", "reduce") or ufunc.__name__ not in (*_TWINS, *_NATIVE):
            raise TypeError(f"numpy.{ufunc.__name__} ({method}) is not defined for SymPy expressions")
        plain = [array(x).view(np.ndarray) for x in inputs]
        if out is not None:
            kwargs["out"] = tuple(o.view(np.ndarray) for o in out)
        twin = _TWINS.get(ufunc.__name__)
        if twin is not None and method == "reduce":
            result = _reduce(_REDUCTIONS[ufunc.__name__], plain[0], **kwargs)
        elif twin is not None:
            result = np.frompyfunc(twin, len(plain), 1)(*plain, **kwargs)
        else:
            result = getattr(ufunc, method)(*plain, **kwargs)
        if out is not None:
            return out[0]
        return result if ufunc.__name__ in _COMPARISONS else array(result)

    def __array_function__(self, func, types, args, kwargs):
        if func is np.linalg.inv:
            return array(sp.Matrix(args[0].tolist()).inv().tolist())            # (n, n)
        result = super().__array_function__(func, types, args, kwargs)
        if isinstance(result, np.ndarray) and result.dtype == object:
            for index in np.ndindex(result.shape):      # ones_like and where leave Python's numbers behind
                if isinstance(result[index], Real):
                    np.asarray(result)[index] = expression(result[index])
            return result.view(SymbolicArray)
        return result

    def astype(self, dtype, **options):
        """As ndarray.astype; numbers leave the class."""
        return np.asarray(self).astype(dtype, **options)

    def _repr_latex_(self):
        rows = sp.Matrix(self.tolist()) if self.ndim in (1, 2) else self[()]
        return f"$\\displaystyle {sp.latex(rows)}$"


def array(a):
    """a as a SymbolicArray of the same shape: numbers become exact, a float is read as the decimal it prints.

    Raises ValueError for an entry that is neither a finite real number nor a scalar SymPy expression.
    """
    if isinstance(a, SymbolicArray):
        return a
    if isinstance(a, sp.Basic):
        a = _scalar(a)
    a = np.asarray(a) if not isinstance(a, list) else np.array(a, dtype=object)
    result = np.empty(a.shape, dtype=object)                # shape of a
    for index in np.ndindex(a.shape):
        result[index] = expression(a[index])
    return result.view(SymbolicArray)


def expression(value):
    """One entry as an exact SymPy expression; raises ValueError where it is none."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, sp.Expr) and not value.is_Matrix:
        if value.is_Atom and not value.is_Float:
            exact = value
        else:
            exact = value.xreplace({x: sp.Rational(str(x)) for x in value.atoms(sp.Float) if x.is_finite})
    elif isinstance(value, Integral):
        exact = sp.Integer(int(value))
    elif isinstance(value, Fraction):
        exact = sp.Rational(value.numerator, value.denominator)
    elif isinstance(value, Real) and np.isfinite(value):
        exact = sp.Rational(str(value))
    else:
        raise ValueError(f"an entry must be a finite real number or a SymPy expression, got {value!r}")
    if exact.has(sp.nan, sp.oo, -sp.oo, sp.zoo, sp.I, sp.Float):
        raise ValueError(f"an entry must be a finite real number or a SymPy expression, got {value!r}")
    return exact


def _scalar(value):
    box = np.empty((), dtype=object)        # ()
    box[()] = value
    return box


def _logaddexp(x, y):
    return x + sp.log(1 + sp.exp(y - x))


def _maximum(x, y):
    return y + (x - y) * Step(x - y)


def _minimum(x, y):
    return x - (x - y) * Step(x - y)


def _heaviside(x, at_zero):
    if at_zero != 0:
        return 1 - Step(-x) if at_zero == 1 else _no_twin("heaviside", at_zero)
    return Step(x)


def _no_twin(name, value):
    raise TypeError(f"numpy.{name} with {value} has no SymPy twin here")


# NumPy's function -> the same function of expressions
_TWINS = {
    "exp": sp.exp, "log": sp.log, "tanh": sp.tanh, "expm1": lambda x: sp.exp(x) - 1,
    "log1p": lambda x: sp.log(1 + x), "logaddexp": _logaddexp, "maximum": _maximum, "minimum": _minimum,
    "heaviside": _heaviside, "clip": lambda x, low, high: _minimum(_maximum(x, low), high),
    "square": lambda x: x**2,
}
# these reach the expressions' own + - * / ** ==
_COMPARISONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
_NATIVE = {"add", "subtract", "multiply", "divide", "true_divide", "power", "negative", "positive", "matmul",
           "vecmat", "matvec", "vecdot", *_COMPARISONS}
_REDUCTIONS = {"maximum": Largest}


def _reduce(function, a, axis=0, keepdims=False, **ignored):
    """function(*row) for every row along axis (None: over all), as ufunc.reduce does."""
    axes = tuple(range(a.ndim)) if axis is None else (axis,)
    rest = [i for i in range(a.ndim) if i not in {n % a.ndim for n in axes}]
    rows = a.transpose(rest + [n % a.ndim for n in axes]).reshape([a.shape[i] for i in rest] + [-1])
    result = np.empty(rows.shape[:-1], dtype=object)
    for index in np.ndindex(result.shape):
        result[index] = function(*rows[index])
    return np.expand_dims(result, axes) if keepdims else result
