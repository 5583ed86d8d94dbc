"""Closed forms of known formulas, each also against counts that were not fitted."""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Eq,
    Expr,
    KroneckerDelta,
    Mod,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    binomial,
    floor,
    sqrt,
    symbols,
)

from formula2net.errors import FormulaError, PathCountError
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat
from formula2net.language.symbols import Scalar
from tests.paths.formulas import (
    DENSE,
    DENSE_SUM,
    DIFFERENCE,
    EULER_2,
    FIRST,
    PLAIN,
    RESNET,
    TWIN,
    K,
    V,
    W,
    X,
    Y,
    i,
    j,
    window,
)

L, k = symbols("L k")
a = Scalar("a")
x = X[i - 1]

TWICE = Recursion(Eq(X[i], x + W[i](x) + K[i](x + W[i](x))))
PAIRS = Recursion(Eq(X[i], x + K[i](W[i](x))))
LEAPFROG = Recursion(Eq(X[i], X[i - 2] + 2 * W[i](x)), initial=FIRST)
STOERMER = Recursion(Eq(X[i], 2 * x - X[i - 2] + W[i](x)), initial=FIRST)
MINUS = Recursion(Eq(X[i], (1 - W[i]) * x))
HALF = Recursion(Eq(X[i], x + W[i](x) / 2))
SCALED = Recursion(Eq(X[i], x + a * W[i](x)))
ROOT = Recursion(Eq(X[i], x + sqrt(6) * W[i](x)))
DAMPED = Recursion(Eq(X[i], X[0] + W[i](x) / 2))
TURNING = Recursion(Eq(X[i], x - W[i](X[i - 2])), initial=Eq(X[1], X[0]))
SLOW = Recursion([Eq(V[i], V[i - 1] + W[i](X[0])), Eq(X[i], x + V[i])], initial=Eq(V[0], 0))
MEMORY = Recursion([Eq(V[i], V[i - 1] + W[i](x)), Eq(X[i], x + V[i])], initial=Eq(V[0], 0))
ALL_STATES = Recursion(Eq(X[i], W[i](x)), output=Sum(X[j], (j, 0, i)))
ALONE = Recursion(Eq(X[i], K[i](W[i](x))))


def binet(r: Expr, s: Expr, n: Expr) -> Expr:
    return (r**n - s**n) / sympy.sqrt(sympy.expand((r - s) ** 2))


PELL = binet(1 + sqrt(2), 1 - sqrt(2), L + 1)
GOLDEN = (1 + sqrt(5)) / 2, (1 - sqrt(5)) / 2
INSIDE = Piecewise((1, k <= L), (0, True))
EVEN = Eq(Mod(k, 2), 0)

ALL: dict[str, tuple[Recursion, str, Expr]] = {
    "resnet": (RESNET, "words", 2**L),
    "difference": (DIFFERENCE, "words", L + 1),
    "difference wired": (DIFFERENCE, "wired", PELL),
    "twin wired": (TWIN, "wired", L + 1),
    "plain": (PLAIN, "words", sympy.Integer(1)),
    "dense": (DENSE, "words", 2 ** (L - 1)),
    "window of 2": (window(2), "words", binet(*GOLDEN, L + 1)),
    "two residuals": (TWICE, "words", 4**L),
    "leapfrog": (LEAPFROG, "words", binet(*GOLDEN, L + 2)),
    "stoermer": (STOERMER, "total", binet(*GOLDEN, 2 * L + 1)),
    "memory": (MEMORY, "wired", binet(*GOLDEN, 2 * L + 1)),
    "minus": (MINUS, "total", sympy.Integer(0)),
    "half": (HALF, "total", Rational(3, 2) ** L),
    "scalar": (SCALED, "total", (1 + a) ** L),
    "root": (ROOT, "total", (1 + sqrt(6)) ** L),
    "damped": (DAMPED, "total", 2 - 2 ** (-L)),
    "turning": (TURNING, "total", 2 * sqrt(3) / 3 * sympy.sin(sympy.pi * (L + 1) / 3)),
    "slow": (SLOW, "wired", 1 + L * (L + 1) / 2),
    "two stages": (EULER_2, "total", Rational(5, 2) ** L),
    "all states": (ALL_STATES, "words", L + 1),
}

BY_LENGTH: dict[str, tuple[Recursion, str, Expr]] = {
    "resnet": (RESNET, "words", binomial(L, k)),
    "difference": (DIFFERENCE, "words", INSIDE),
    "difference total": (DIFFERENCE, "total", INSIDE),
    "twin wired": (TWIN, "wired", INSIDE),
    "plain": (PLAIN, "words", KroneckerDelta(L, k)),
    "alone": (ALONE, "words", KroneckerDelta(2 * L, k)),
    "dense": (DENSE, "words", binomial(L - 1, k - 1)),
    "dense sum": (DENSE_SUM, "wired", binomial(L - 1, k - 1)),
    "window of 2": (window(2), "words", binomial(k, L - k)),
    "two residuals": (TWICE, "words", binomial(2 * L, k)),
    "pairs": (PAIRS, "words", Piecewise((binomial(L, k / 2), EVEN), (0, True))),
    "leapfrog": (LEAPFROG, "words", binomial(floor(L / 2 + k / 2), k)),
    "stoermer": (STOERMER, "words", binomial(L, k)),
    "stoermer total": (STOERMER, "total", binomial(L + k, 2 * k)),
    "minus": (MINUS, "total", (-1) ** k * binomial(L, k)),
    "half": (HALF, "total", binomial(L, k) / 2**k),
    "scalar": (SCALED, "total", a**k * binomial(L, k)),
    "root": (ROOT, "total", 6 ** (k / 2) * binomial(L, k)),
    "damped": (DAMPED, "total", Piecewise((2 ** (-k), k <= L), (0, True))),
    "slow": (SLOW, "wired", Piecewise((1, Eq(k, 0)), (L * (L + 1) / 2, Eq(k, 1)), (0, True))),
    "all states": (ALL_STATES, "words", INSIDE),
}


@pytest.mark.parametrize("name", ALL)
def test_in_all(name: str) -> None:
    formula, of, wanted = ALL[name]
    found = formula.closed_form(of=of, by="all")
    _check_equal(found, wanted, [{L: n} for n in (1, 2, 3, 10)])
    depth = 45  # more than was checked
    exact = getattr(formula.paths(depth), of)
    _check_equal(found, sympy.sympify(exact), [{L: depth}])


@pytest.mark.parametrize("name", BY_LENGTH)
def test_by_length(name: str) -> None:
    formula, of, wanted = BY_LENGTH[name]
    found = formula.closed_form(of=of)
    assert found == wanted
    depth = 43
    counts = formula.paths(depth).by_length()
    for n in range(2 * depth + 2):
        exact = getattr(counts[n], of) if n in counts else 0
        assert sympy.expand(found.subs({L: depth, k: n}) - exact) == 0


def _check_equal(found: Expr, wanted: Expr, points: list[dict[Symbol, int]]) -> None:
    for point in points:
        difference = sympy.expand((found - wanted).subs(point))
        assert difference == 0 or abs(difference.evalf(50)) < 1e-30


@pytest.mark.parametrize("name", ["resnet", "dense", "plain", "difference", "damped", "half"])
def test_it_is_written_as_a_mathematician_would(name: str) -> None:
    formula, of, wanted = ALL[name]
    assert formula.closed_form(of, "all") == wanted


def test_pell_numbers_in_sqrt_2() -> None:
    found = DIFFERENCE.closed_form(of="wired", by="all")
    powers = (1 + sqrt(2)) ** (L + 1) - (1 - sqrt(2)) ** (L + 1)
    assert found == sqrt(2) * powers / 4


def test_the_default_is_words_by_length() -> None:
    assert RESNET.closed_form() == binomial(L, k)


def test_what_begins_late_has_a_case_of_its_own() -> None:
    late = Recursion([Eq(Y[i], (1 + W[i]) * Y[i - 1]), Eq(X[i], Y[i])], initial=Eq(X[1], 3 * Y[0]))
    found = late.closed_form(of="words", by="all")
    assert found == Piecewise((1, Eq(L, 1)), (2**L, True))


def test_what_is_known_instead_is_said() -> None:
    square = Piecewise((1, Eq(floor(sqrt(i)) ** 2, i)), (0, True))
    formula = Recursion(Eq(X[i], x + square * W[i](x)))
    with pytest.raises(PathCountError) as caught:
        formula.closed_form(by="all")
    what, formula_text, *rest = str(caught.value).splitlines()
    assert what == "No closed form found for words."
    assert formula_text.startswith("  X[i] = X[i - 1] + ")
    tried = "a recurrence with constant coefficients, as steps have that are alike"
    assert rest == [
        f"  got 2, 2, 2, 4, 4, 4, ... at L = 1, 2, ...; expected {tried}",
        "  try: paths(depth).by_length(), which is exact at any depth",
    ]


def test_no_recurrence_at_all() -> None:
    """Only the squares have a block: the words double at 1, 4, 9, ..."""
    square = Piecewise((1, Eq(floor(sqrt(i)) ** 2, i)), (0, True))
    formula = Recursion(Eq(X[i], x + square * W[i](x)))
    with pytest.raises(PathCountError, match=r"got 2, 2, 2, 4, 4, 4, \.\.\. at L = 1, 2, \.\.\.;"):
        formula.closed_form(by="all")
    with pytest.raises(PathCountError, match="No closed form found for words by length"):
        formula.closed_form()


def test_a_scalar_a_step_has_no_closed_total() -> None:
    formula = Recursion(Eq(X[i], x + a[i] * W[i](x)))
    assert formula.closed_form() == binomial(L, k)
    with pytest.raises(PathCountError, match="polynomials in too many Scalars"):
        formula.closed_form(of="total")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": "paths"}, "Unknown count 'paths'"),
        ({"by": "lengths"}, "Unknown grading 'lengths'"),
    ],
)
def test_unknown_counts(options: dict[str, str], message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        RESNET.closed_form(**options)


def test_a_count_without_paths_is_zero() -> None:
    nothing = Recursion(Eq(X[i], x - x))
    assert nothing.closed_form() == 0
    assert nothing.closed_form(by="all") == 0


def test_an_output_that_is_no_state() -> None:
    pair = Recursion(Eq(X[i], (1 + W[i]) * x), output=Concat(X[i], X[i - 1]))
    assert pair.closed_form(by="all") == 3 * 2 ** (L - 1)
