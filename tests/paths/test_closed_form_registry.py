"""Every registered formula has closed forms, or a reason why it has none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from sympy import Mod, Piecewise, Rational, binomial, fibonacci, floor, symbols

from formula2net.errors import Formula2NetError
from formula2net.formulas import FORMULAS, list_tableaux, load_tableau
from formula2net.ir.program import Program, source_of
from formula2net.language.schemes.stability import stability_function, z
from formula2net.passes.exact import to_sympy
from formula2net.passes.unroll import unroll
from formula2net.paths.closed_form import find_closed_form
from formula2net.paths.counting import Counting
from formula2net.paths.proved_steps import proved_step
from formula2net.paths.rows import total_rows
from formula2net.paths.series_coefficient import SeriesCoefficient
from formula2net.paths.totals import totals

L, k, x, t = symbols("L k x t")

INSIDE = Piecewise((1, k <= L), (0, True))
WHOLE = Piecewise((1, sympy.Eq(k, L)), (0, True))
PARITY = Piecewise((binomial((L + k) / 2, k), sympy.Eq(Mod(L + k, 2), 0)), (0, True))


def power(base: Any) -> SeriesCoefficient:
    return SeriesCoefficient(base**L, (t, k))


def quotient(function: Any) -> SeriesCoefficient:
    return SeriesCoefficient(function, (x, L), (t, k))


def in_all(function: Any) -> SeriesCoefficient:
    return SeriesCoefficient(function, (x, L))


RK = {
    name
    for name in list_tableaux()
    if load_tableau(name).is_explicit and load_tableau(name).order is not None
}

# Words by length, and in all.
WORDS: dict[str, tuple[Any, Any]] = {
    "plain": (WHOLE, 1),
    "plain_relu": (WHOLE, 1),
    "resnet": (binomial(L, k), 2**L),
    "resnet_relu": (binomial(L, k), 2**L),
    "difference": (INSIDE, L + 1),
    "difference_twin": (INSIDE, L + 1),
    "difference_system": (INSIDE, L + 1),
    "published_a5": (
        quotient((1 + x) / (1 - t * x - (1 + t) * x**3)),
        in_all((1 + x) / (1 - x - 2 * x**3)),
    ),
    "published_a5_system": (
        quotient((1 + x) / (1 - t * x - (1 + t) * x**3)),
        in_all((1 + x) / (1 - x - 2 * x**3)),
    ),
    "additional_example_1": (PARITY, fibonacci(L + 1)),
    "additional_example_2": (binomial(k, L - k), fibonacci(L + 1)),
    "leapfrog": (binomial(floor((L + k) / 2), k), fibonacci(L + 2)),
    "highway": (3**k * binomial(L, k), 4**L),
    "squeeze_excitation": (power(t + t**3), 2**L),
    "res2next_block": (power(t**2 + 3 * t**3 + 2 * t**4 + t**5), 7**L),
    "seqconv": (quotient(t * x / ((1 - x) * (1 - x - t * x))), 2**L - 1),
    "seqconv_windowed": (
        quotient(t * x * (1 + 3 * x + 2 * x**2 + x**3) / (1 - (1 + t) * x + t * x**5)),
        in_all(x * (1 + 3 * x + 2 * x**2 + x**3) / (1 - 2 * x + x**5)),
    ),
    "seqconv_bottleneck": (power(2 * t**2), 2**L),
    "seqconv_first_downsampling": (
        quotient(t**2 * x / ((1 - x) * (1 - x - t * x))),
        2**L - 1,
    ),
    "densenet": (binomial(L, k), 2**L),
    "fractal": (power(t + t**2 + 2 * t**3 + t**4), 5**L),
    "fractal_joined": (power(t + t**2 + 2 * t**3 + t**4), 5**L),
    "hyper_connection": (binomial(L, k), 2**L),
    "polynet": (power(1 + t + t**2), 3**L),
    "lm_resnet": (binomial(L, k), 2**L),
    "lm_resnet_printed": (binomial(L, k), 2**L),
    "second_order": (binomial(L, k), 2**L),
    "midpoint_printed": (power(1 + t + t**2), 3**L),
    "rk4_printed": (power(1 + 4 * t + 3 * t**2 + 2 * t**3 + t**4), 11**L),
    "nested_midpoint": (power((1 + t + t**2) ** 2), 9**L),
    "adams_bashforth2": (binomial(L, k), 2**L),
    "adams_bashforth3": (binomial(L, k), 2**L),
    "adams_bashforth4": (binomial(L, k), 2**L),
    "rk4": (power(1 + 4 * t + 3 * t**2 + 2 * t**3 + t**4), 11**L),
    "rk38": (binomial(4 * L, k), 16**L),
}
# Their closed forms are long; they are compared with exact counts alone.
LONG = {
    "seqresnet_stage",
    "seqresnet_stage_dense",
    "seqresnet_first_stage",
    "seqconv_downsampling",
    "seqconv_downsampling_released",
    "revnet",
    "verner89_adaptive",
    *(RK - WORDS.keys()),
}
NONE = {
    "res2net_chunks": "A split into 4 has no part 5",  # it has one depth, that of its 4 scales
    "sparsenet": "No closed form found",  # lags 1, 2, 4, 8, ...: no lag bounds what a step reads
}
NO_TOTAL = {"hyper_connection", "lm_resnet", "lm_resnet_printed"}  # a Scalar a step and more
CHECKED_ONLY = {  # words
    "published_a5",  # which letters are left has the period 6
    "published_a5_system",
    "seqconv_downsampling_released",  # one window grows inside of it, another one moves
    "second_order",  # how much of a letter is left grows with its age
    "seqresnet_stage",  # parts of the input may be joined in another step
    "seqresnet_stage_dense",
}
CHECKED_TOTALS = {  # parts that are joined count once
    "seqconv_downsampling_released",
    "seqresnet_stage",
    "seqresnet_stage_dense",
}
# Their totals have thousands of lengths, of 10,000 bits and more each.
HEAVY = {"dormand_prince87", "verner89", "verner89_adaptive", "verner8_fixed"}
POINTS = (Fraction(1, 2), Fraction(-3, 2), Fraction(5, 7))


def test_every_formula_is_in_the_table() -> None:
    assert WORDS.keys() | LONG | NONE.keys() == set(FORMULAS)
    assert len(WORDS) + len(LONG) + len(NONE) == len(FORMULAS)


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    recursion, (by_length, of_all) = FORMULAS[name].recursion, WORDS[name]
    found = [find_closed_form(recursion, "words", by) for by in ("length", "all")]
    for form in found:
        assert form.is_proved is (name not in CHECKED_ONLY), form.proof
    for depth in (1, 2, 5):
        for length in range(3 * depth):
            at = {L: depth, k: length}
            assert sympy.expand(found[0].expr.subs(at) - sympy.sympify(by_length).subs(at)) == 0
        at = {L: depth}
        assert sympy.expand(found[1].expr.subs(at) - sympy.sympify(of_all).subs(at)) == 0
    if isinstance(by_length, SeriesCoefficient) and isinstance(found[0].expr, SeriesCoefficient):
        assert found[0].expr.args[1:] == by_length.args[1:]  # a power stays one


@pytest.mark.parametrize("name", FORMULAS)
def test_whose_steps_are_proved(name: str) -> None:
    recursion = FORMULAS[name].recursion
    proved = {of for of in ("words", "wired", "total") if proved_step(recursion, of)}
    open_ = {"words"} if name in CHECKED_ONLY else set()
    open_ |= {"total"} if name in NO_TOTAL | CHECKED_TOTALS else set()
    assert proved == (set() if name in NONE else {"words", "wired", "total"} - open_)


@pytest.mark.parametrize("name", NONE)
def test_what_has_none(name: str) -> None:
    for of in ("words", "wired", "total"):
        with pytest.raises(Formula2NetError, match=NONE[name]):
            FORMULAS[name].recursion.closed_form(of)


@pytest.mark.parametrize("name", sorted(NO_TOTAL))
def test_what_has_no_total(name: str) -> None:
    with pytest.raises(Formula2NetError, match="too many Scalars"):
        FORMULAS[name].recursion.closed_form("total")


@pytest.mark.parametrize("name", sorted(RK - {"verner89", "verner8_fixed"}))  # long roots
def test_totals_of_a_stack_are_powers_of_r(name: str) -> None:
    r = stability_function(load_tableau(name))
    found = FORMULAS[name].recursion.closed_form("total", by="all")
    for depth in (1, 2, 7):
        assert sympy.expand(found.subs(L, depth) - r.subs(z, 1) ** depth) == 0


def slow_cases() -> list[Any]:
    return [
        pytest.param(name, of, by, marks=pytest.mark.slow, id=f"{name}-{of}-{by}")
        for name in FORMULAS
        for of in ("words", "wired", "total")
        for by in ("length", "all")
        if name not in NONE and not (of == "total" and name in NO_TOTAL)
    ]


@pytest.mark.parametrize(("name", "of", "by"), slow_cases())
def test_counts_at_depth_200(name: str, of: str, by: str) -> None:
    """Far beyond the depths that a closed form is found from, each of which it is checked at."""
    recursion, depth = FORMULAS[name].recursion, 200
    expr = find_closed_form(recursion, of, by).expr.subs(L, depth)
    program = unroll(recursion, depth)
    counting = Counting(program, source_of(program), "paper", 10**6)
    if by == "all":
        _check(expr, getattr(counting, of))
        return
    if of == "total" and name in HEAVY:
        _check_at_points(expr, program)
        return
    counts = getattr(counting, f"{of}_by_length")
    longest = max(counts)
    for length in {*range(0, longest + 2, max(1, longest // 40)), longest, longest + 1}:
        _check(expr.subs(k, length), counts.get(length, 0))


def _check(found: sympy.Expr, exact: Any) -> None:
    difference = sympy.expand(found - exact)
    if difference.is_Rational or difference.free_symbols:
        assert difference == 0
    else:  # cosines; to far more digits than the number has
        digits = 60 + len(str(sympy.ceiling(abs(sympy.sympify(exact)))))
        assert abs(sympy.N(found - exact, digits)) < Rational(1, 10**30)


def _check_at_points(expr: sympy.Expr, program: Program) -> None:
    """All lengths at once: [t^k] f(t) times t^k, added up, is f(t), for some numbers t.

    The totals are counted with t times the weight of each application, without lengths.
    """
    assert expr.args[1:] == ((t, k),)
    rows = total_rows(program, "paper", source_of(program))
    for point in POINTS:
        weighted = [
            (tuple((weight * point**length, read) for weight, read in terms), length, source)
            for terms, length, source in rows
        ]
        (exact,) = totals(weighted, [program.output], 10**6, graded=False)
        found = expr.function.subs(t, Rational(point.numerator, point.denominator))
        assert sympy.expand(found - to_sympy(exact[0])) == 0
