"""Activation functions: f and f' stand together (chapter 01).

Every function maps weighted sums z to outputs a over the last axis, so one object serves one example (n_l,) and
a batch (E, n_l). The lines run on floats and on arrays of SymPy expressions alike. ``expression`` is the function
as the book prints it; ``bp.symbolic`` proves that the code equals it and that the derivative is its derivative.
At a kink the derivative is the one from the left: relu'(0) = 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import numpy as np

from . import checks


@dataclass(frozen=True)
class Activation:
    """a = value(z) and, for an element-wise f, f'(z) = derivative(z, a), both of the shape of z."""

    name: str
    value: Callable                     # z -> a
    derivative: Callable | None         # (z, a) -> f'(z); None where outputs depend on more than their own z
    expression: str                     # f as SymPy reads it, in z and the parameters
    parameters: dict = field(default_factory=dict, hash=False)

    @property
    def elementwise(self):
        """True if output i depends on z_i alone: all but softmax."""
        return self.derivative is not None

    def __call__(self, z):
        """f(z) for real numbers or SymPy expressions that are not an array yet, shape of z."""
        z = checks.numbers("z", z)
        return self.value(z)[()] if z.dtype == object else self.value(z)

    def jacobian(self, z, a):
        """J[k, i] = da_k/dz_i for one example: (n,), (n,) -> (n, n)."""
        one = np.eye(len(z), dtype=z.dtype)                     # (n, n)
        if self.elementwise:
            return one * self.derivative(z, a)                  # (n, n) diagonal
        return a[:, None] * (one - a[None, :])                  # (n, n) softmax: a_k (1[k = i] - a_i)

    def pull_back(self, z, a, dC_da):
        """dC/dz from dC/da, that is J^T dC/da, row by row: all of shape (n,) or (E, n)."""
        if self.elementwise:
            return dC_da * self.derivative(z, a)                # (E, n)
        return a * (dC_da - (a * dC_da).sum(axis=-1, keepdims=True))    # (E, n) softmax

    def __reduce_ex__(self, protocol):
        """In a pickle the package's own activations are their names and parameters, as in ``bp.save``."""
        return (named, (self.name, self.parameters)) if is_own(self) else super().__reduce_ex__(protocol)

    def __repr__(self):
        values = ", ".join(f"{k}={v}" for k, v in self.parameters.items())
        return f"{self.name}({values})" if values else self.name


def _sigmoid(z):
    with np.errstate(over="ignore"):        # far on the left e^-z is infinite, and 1/infinity is the right answer
        return 1 / (1 + np.exp(-z))


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))       # (E, n) a common shift cancels; the largest term is 1
    return e / e.sum(axis=-1, keepdims=True)            # (E, n)


_made = WeakValueDictionary()


def _once(f):
    """f, or the activation with the same parameters that is there already: functions are equal if they are one."""
    return _made.setdefault((f.name, *f.parameters.values()), f)


identity = Activation("identity", lambda z: z + 0, lambda z, a: np.ones_like(z), "z")
sigmoid = Activation("sigmoid", _sigmoid, lambda z, a: a * (1 - a), "1/(1 + exp(-z))")
tanh = Activation("tanh", np.tanh, lambda z, a: 1 - a * a, "(exp(z) - exp(-z))/(exp(z) + exp(-z))")
relu = Activation("relu", lambda z: np.maximum(z, 0), lambda z, a: np.heaviside(z, 0),
                  "Piecewise((z, z > 0), (0, True))")
softplus = Activation("softplus", lambda z: np.logaddexp(0, z), lambda z, a: _sigmoid(z), "log(1 + exp(z))")
softmax = Activation("softmax", _softmax, None, "exp(z_k)/Sum(exp(z_m), (m, 1, n))")


def leaky_relu(gamma=0.01):
    """max(0, z) + gamma min(0, z), one slope gamma for all units."""
    g = checks.real("gamma of leaky_relu", gamma)
    return _once(Activation("leaky_relu", lambda z: np.maximum(z, 0) + g * np.minimum(z, 0),
                            lambda z, a: np.heaviside(z, 0) + g * (1 - np.heaviside(z, 0)),
                            "Piecewise((z, z > 0), (gamma*z, True))", {"gamma": g}))


def prelu(gamma):
    """max(0, z_i) + gamma_i min(0, z_i): leaky_relu with a slope of its own for every unit, gamma of shape (n_l,).

    The slopes are given here, not learned. Raises ValueError unless gamma is one row of finite numbers.
    """
    try:
        row = [checks.real("a slope", slope) for slope in (gamma if np.ndim(gamma) else [gamma])]
        if not row:
            raise ValueError("there is no slope")
    except ValueError as why:
        raise ValueError(f"gamma of prelu must be finite numbers of shape (n_l,), got {gamma!r}") from why
    slopes = np.array(row)                              # (n_l,)

    def slope(z):
        units = z.shape[-1] if z.ndim else 1
        if units != len(slopes) and len(slopes) != 1:
            raise ValueError(f"gamma of prelu has {len(slopes)} slopes, the layer has {units} units")
        return slopes.astype(z.dtype)                   # (n_l,) so that float32 stays float32

    return _once(Activation("prelu", lambda z: np.maximum(z, 0) + slope(z) * np.minimum(z, 0),
                            lambda z, a: np.heaviside(z, 0) + slope(z) * (1 - np.heaviside(z, 0)),
                            "Piecewise((z, z > 0), (gamma*z, True))", {"gamma": tuple(row)}))


def elu(gamma=1.0):
    """max(0, z) + min(0, gamma (e^z - 1)) for gamma >= 0."""
    g = checks.real("gamma of elu", gamma, 0)
    return _once(Activation("elu", lambda z: np.maximum(z, 0) + g * np.expm1(np.minimum(z, 0)),
                            lambda z, a: np.heaviside(z, 0) + (1 - np.heaviside(z, 0)) * g * np.exp(np.minimum(z, 0)),
                            "Piecewise((z, z > 0), (gamma*(exp(z) - 1), True))", {"gamma": g}))


def swish(beta=1.0):
    """z sigmoid(beta z)."""
    t = checks.real("beta of swish", beta)
    return _once(Activation("swish", lambda z: z * _sigmoid(t * z),
                            lambda z, a: _sigmoid(t * z) * (1 + t * (z - a)),
                            "z/(1 + exp(-beta*z))", {"beta": t}))


PLAIN = {f.name: f for f in (identity, sigmoid, tanh, relu, softplus, softmax)}
WITH_PARAMETERS = {make.__name__: make for make in (leaky_relu, prelu, elu, swish)}


def named(name, parameters):
    """The package's activation of that name. Raises KeyError or TypeError if there is none with such parameters."""
    return WITH_PARAMETERS[name](**parameters) if name in WITH_PARAMETERS else PLAIN[name]


def is_own(f):
    """True if f is the package's: its name and its parameters bring it back."""
    try:
        return named(f.name, f.parameters) == f
    except (KeyError, TypeError, ValueError):
        return False
