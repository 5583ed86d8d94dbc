"""Coefficients of power series as SymPy expressions: exact integers wherever the indices are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, Lambda, Poly, RootSum, Symbol, Tuple, cancel, latex
from sympy.polys.rings import PolyElement, ring

Table = dict[int, Any]


class SeriesCoefficient(Expr):  # type: ignore[misc]
    """``[x^L] f(x)``, or ``[x^L t^k] f(x, t)``: a coefficient of the power series of f at 0.

    f is a rational function whose denominator does not vanish at x = 0, or a power ``P(t)^L`` of a
    polynomial. With whole numbers for the indices it is a number: ``expr.subs({L: 10})``. With
    symbols it stays as it is, and ``rewrite(RootSum)`` writes a coefficient in one symbol by the
    roots of the denominator, where these are simple.

    Args:
        function: f.
        *of: Pairs of a symbol of f and its exponent; that of the depth first.
    """

    is_commutative = True

    def __new__(cls, function: Any, *of: Any) -> Expr:  # noqa: D102 - the class says it
        function = sympy.sympify(function)
        pairs = [Tuple(*map(sympy.sympify, pair)) for pair in of]
        exponents = [pair[1] for pair in pairs]
        open_exponents = isinstance(function, sympy.Pow) and bool(function.exp.free_symbols)
        if all(e.is_Integer for e in exponents) and not open_exponents:
            if any(e < 0 for e in exponents):
                return sympy.S.Zero
            return _value(function, tuple(pair[0] for pair in pairs), tuple(map(int, exponents)))
        return Expr.__new__(cls, function, *pairs)

    @property
    def function(self) -> Expr:
        """f."""
        return self.args[0]

    @property
    def bound_symbols(self) -> list[Symbol]:
        """The symbols of the series, which are no symbols of the coefficient."""
        return [pair[0] for pair in self.args[1:]]

    @property
    def free_symbols(self) -> set[Symbol]:
        """The exponents' symbols, and what else f has."""
        own: set[Symbol] = self.function.free_symbols - set(self.bound_symbols)
        return own.union(*(pair[1].free_symbols for pair in self.args[1:]))

    def _eval_subs(self, old: Expr, new: Expr) -> Expr | None:
        return self if old in self.bound_symbols else None

    def _eval_rewrite_as_RootSum(  # noqa: N802 - SymPy's name
        self, function: Expr, *of: Tuple, **hints: Any
    ) -> Expr | None:
        """``sum of w(r) r^L`` over the roots r of the reversed denominator."""
        if len(of) != 1 or (isinstance(function, sympy.Pow) and function.exp.free_symbols):
            return None
        (x, n), y = of[0], sympy.Dummy("r")
        above, below = (Poly(part, x) for part in sympy.fraction(sympy.together(function)))
        if above.degree() >= below.degree() or below.discriminant() == 0:
            return None
        reverse = Poly(list(reversed(below.all_coeffs())), y)
        weight = cancel((-above.as_expr() / below.diff(x).as_expr()).subs(x, 1 / y) * y)
        p, q = sympy.fraction(weight)
        weight = sympy.rem(p * sympy.invert(q, reverse.as_expr(), y), reverse.as_expr(), y)
        return RootSum(reverse.as_expr(), Lambda(y, weight * y**n), auto=False)

    def _sympystr(self, printer: Any) -> str:
        return f"SeriesCoefficient({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any) -> str:
        powers = " ".join(f"{latex(x)}^{{{printer._print(n)}}}" for x, n in self.args[1:])
        return rf"\left[{powers}\right] {printer._print(self.function)}"


def _value(function: Expr, symbols: tuple[Symbol, ...], exponents: tuple[int, ...]) -> Expr:
    if isinstance(function, sympy.Pow) and function.exp.is_Integer and function.exp > 1:
        series = _power(function.base, symbols[0], int(function.exp))
        return series[exponents[0]] if exponents[0] < len(series) else sympy.S.Zero
    rows = _rows(function, symbols)
    table = rows.at(exponents[0])
    return rows.to_sympy(table.coeff(_monomial(table, exponents[1:])))


def _monomial(table: PolyElement, exponents: Sequence[int]) -> PolyElement:
    ring_of = table.ring
    return ring_of.from_dict({tuple(exponents) or (0,): ring_of.domain.one})


class _Rows:
    """The coefficients of x^0, x^1, ... of a rational function: polynomials in the other symbol."""

    def __init__(self, function: Expr, symbols: tuple[Symbol, ...]) -> None:
        x, *others = symbols
        radicals = any(not p.exp.is_Integer for p in function.atoms(sympy.Pow))
        options = {"extension": True} if radicals else {"field": True}
        parts = sympy.fraction(sympy.together(function))
        (above, below), _ = sympy.parallel_poly_from_expr(parts, x, *others, **options)
        self.domain = below.domain.get_field()
        polynomials = ring([str(s) for s in others] or ["_"], self.domain)[0]
        self.above, self.below = (
            _by_power(part.set_domain(self.domain), polynomials) for part in (above, below)
        )
        self.lead = self.below[0].LC
        self.known: list[PolyElement] = []
        self.zero = polynomials.zero

    def to_sympy(self, value: Any) -> Expr:
        """An element of the field in SymPy."""
        return self.domain.to_sympy(value)

    def at(self, n: int) -> PolyElement:
        """The coefficient of x^n."""
        while len(self.known) <= n:
            at = len(self.known)
            row = self.above.get(at, self.zero)
            for j, factor in self.below.items():
                if 0 < j <= at:
                    row = row - factor * self.known[at - j]
            self.known.append(row.mul_ground(self.domain.one / self.lead))
        return self.known[n]


def _by_power(part: Poly, polynomials: Any) -> dict[int, PolyElement]:
    """The coefficients of the powers of the first symbol."""
    tables: dict[int, dict[tuple[int, ...], Any]] = {}
    for (power, *rest), coefficient in zip(part.monoms(), part.rep.coeffs(), strict=True):
        tables.setdefault(power, {})[tuple(rest) or (0,)] = coefficient
    return {power: polynomials.from_dict(table) for power, table in tables.items()}


@lru_cache(maxsize=32)
def _rows(function: Expr, symbols: tuple[Symbol, ...]) -> _Rows:
    return _Rows(function, symbols)


@lru_cache(maxsize=256)
def _power(base: Expr, t: Symbol, n: int) -> list[Expr]:
    """All coefficients of Q = P^n, each by those before it, as P Q' = n P' Q (Knuth 4.7)."""
    polynomial = Poly(base, t, extension=True) if base.atoms(sympy.Pow) else Poly(base, t)
    below, whole = polynomial.clear_denoms(convert=True)
    domain, ((lowest,), _) = whole.domain, whole.terms()[-1]
    first, *rest = list(reversed(whole.rep.to_list()))[lowest:]
    found = [first**n]
    for k in range(1, n * len(rest) + 1):
        terms = (
            domain.convert(n * j - k + j) * factor * found[k - j]
            for j, factor in enumerate(rest[:k], start=1)
            if factor
        )
        found.append(domain.exquo(sum(terms, domain.zero), domain.convert(k) * first))
    return [sympy.S.Zero] * (n * lowest) + [domain.to_sympy(c) / below**n for c in found]
