"""`formula2net stability`: what the steps of a scheme, or of a formula, multiply by."""

from __future__ import annotations

from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from formula2net.cli import options
from formula2net.cli.console import explain, indented, say
from formula2net.cli.reading import NAME, read_formula
from formula2net.errors import FormulaError, Problem, TableauError

if TYPE_CHECKING:
    from sympy import Expr

    from formula2net.language.schemes.tableau import ButcherTableau
    from formula2net.report.stability import Scheme

BOUNDED: Final = {
    True: "Without its blocks a step is power-bounded.",
    False: "Without its blocks a step is not power-bounded.",
    None: "Whether a step is power-bounded without its blocks is not known.",
}


def stability(
    scheme: Annotated[
        str,
        typer.Argument(
            metavar="SCHEME",
            help="A Runge-Kutta or multistep method by name, as rk4 or leapfrog; or a formula, as "
            "for `formula2net show`.",
            show_default=False,
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="NUMBER",
            help="A number in the place of each block, as -2 or 1/2.",
            show_default=False,
        ),
    ] = None,
    settings: options.Settings = None,
    draw: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Draw the region (.png, .svg or .pdf)."),
    ] = None,
) -> None:
    """Show what a step multiplies by: stability function, root condition, growth, region."""
    number = None if at is None else _read_number(at)
    found = _find(scheme, settings)
    _describe(found)
    if number is not None:
        factor = _growth(found, number)
        say(f"Where each block is {number}, a step multiplies by {factor} in the long run.")
    if draw is not None:
        from formula2net.report.stability import draw_stability

        say(f"The region is drawn in {draw_stability(found, draw)}.")


def _read_number(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"--at {text}: write a number, as -2 or 1/2") from None


def _find(text: str, settings: list[str] | None) -> Scheme:
    """A method by its name; else a formula."""
    from formula2net.formulas import FORMULAS, list_tableaux
    from formula2net.language.schemes.multistep import METHODS

    name = text.strip()
    if NAME.fullmatch(name) and not settings:
        if name in METHODS:
            return METHODS[name]
        if name not in FORMULAS or name in list_tableaux():
            return _tableau(name)
    return read_formula(text, settings).recursion


def _tableau(name: str) -> ButcherTableau:
    """A Runge-Kutta method by its name or another one that it has."""
    from formula2net.formulas import FORMULAS, list_tableaux, load_tableau
    from formula2net.language.schemes.multistep import METHODS

    try:
        return load_tableau(name)
    except TableauError:
        near = get_close_matches(name, dict.fromkeys([*METHODS, *list_tableaux(), *FORMULAS]), n=5)
        what = f"There is no method and no formula {name!r}."
        raise FormulaError(Problem(what, try_=", ".join(near) or "rk4, leapfrog")) from None


def _describe(found: Scheme) -> None:
    from sympy import Poly, cancel

    from formula2net.language.recursion import Recursion
    from formula2net.language.schemes.multistep import LinearMultistep
    from formula2net.language.schemes.stability import is_zero_stable, zeta
    from formula2net.language.schemes.tableau import ButcherTableau
    from formula2net.paths.growth import is_power_bounded
    from formula2net.report.stability import roots_polynomial

    say(str(found) if isinstance(found, ButcherTableau) else indented(str(found)))
    say()
    roots = roots_polynomial(found)
    lead, *rest = Poly(roots, zeta).all_coeffs()
    if len(rest) == 1:
        factor = zeta - roots if lead == 1 else cancel(-rest[0] / lead)
        explain(f"A step multiplies by R(z) = {factor}, where each block multiplies by z.")
    else:
        explain(
            f"A step multiplies by the roots zeta of {roots}, where each block multiplies by z."
        )
    if isinstance(found, LinearMultistep):
        stable = "zero-stable" if is_zero_stable(found) else "not zero-stable"
        say(f"It is of order {found.order}, and {stable}.")
    if isinstance(found, Recursion):
        say(BOUNDED[is_power_bounded(found)])


def _growth(found: Scheme, number: Fraction) -> Expr:
    from sympy import Rational

    from formula2net.language.schemes.stability import stability_function, z
    from formula2net.language.schemes.tableau import ButcherTableau
    from formula2net.paths.growth import growth_factor

    blocks = Rational(number)
    if isinstance(found, ButcherTableau):
        return abs(stability_function(found).subs(z, blocks))
    return growth_factor(found, blocks)
