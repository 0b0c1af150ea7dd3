"""The functions that no formula opens: an unspecified f with its f', the step of ReLU, the largest entry."""

from functools import cache

import sympy as sp


class Step(sp.Function):
    """1 where z > 0, otherwise 0, with derivative 0: off the kink its square is itself. Prints as [z > 0]."""

    nargs = 1

    @classmethod
    def eval(cls, z):
        if z.is_positive:
            return sp.S.One
        if z.is_nonpositive:
            return sp.S.Zero
        return None

    def fdiff(self, argindex=1):
        return sp.S.Zero

    def _latex(self, printer, exp=None):
        body = rf"\left[{printer._print(self.args[0])} > 0\right]"
        return body if exp is None else rf"{body}^{{{exp}}}"


class Largest(sp.Function):
    """The largest of z_1..z_n; of symbols it stays unspecified, with partial derivatives of its own.

    Softmax subtracts it only against overflow: what is proved for any shift holds for this one.
    """

    @classmethod
    def eval(cls, *z):
        return sp.Max(*z) if all(x.is_Number for x in z) else None

    def fdiff(self, argindex=1):
        return unspecified_of_many(f"d{argindex}Largest", rf"\partial_{{{argindex}}}\max")(*self.args)

    def _latex(self, printer, exp=None):
        body = rf"\max\left({', '.join(map(printer._print, self.args))}\right)"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class Unspecified(sp.Function):
    """Base of all functions of which nothing is known but their derivatives, which are unspecified too."""

    symbol = "f"

    def _latex(self, printer, exp=None):
        body = rf"{self.symbol}\left({', '.join(map(printer._print, self.args))}\right)"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


@cache
def unspecified(name, order=0):
    """f of one argument, differentiated ``order`` times: f_1, f_1', f_1''; prints as f_{1}'(z)."""
    head, _, index = name.partition("_")
    symbol = head + (f"_{{{index}}}" if index else "") + "'" * order
    return type(name + "'" * order, (Unspecified,), {
        "nargs": 1, "symbol": symbol, "fdiff": lambda self, argindex=1: unspecified(name, order + 1)(*self.args)})


@cache
def unspecified_of_many(name, symbol=""):
    """A function of any number of arguments whose partial derivatives are functions of their own."""
    def fdiff(self, argindex=1):
        return unspecified_of_many(f"d{argindex}{name}", rf"\partial_{{{argindex}}} {symbol or name}")(*self.args)

    return type(name, (Unspecified,), {"symbol": symbol or name, "fdiff": fdiff})
