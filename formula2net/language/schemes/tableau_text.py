"""A Butcher tableau as text and LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Rational
from sympy.printing.printer import Printer

if TYPE_CHECKING:
    from formula2net.language.schemes.tableau import ButcherTableau


def tableau_text(tableau: ButcherTableau) -> str:
    """The tableau in the usual arrangement: c on the left, b below."""
    table = [(short(head), *map(short, row)) for head, row in _table(tableau)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        f"{cells[0]} | {'  '.join(cells[1:])}".rstrip()
        for row in table
        for cells in [[text.ljust(width) for text, width in zip(row, widths, strict=True)]]
    ]
    rule = "-" * (widths[0] + 1) + "+" + "-" * (sum(widths[1:]) + 2 * tableau.stages - 1)
    kind = "explicit" if tableau.is_explicit else "implicit"
    claim = "no exact order" if tableau.order is None else f"order {tableau.order}"
    size = f"{tableau.stages} RK stage{'s' if tableau.stages > 1 else ''}"
    title = f"{tableau.name or 'ButcherTableau'}: {kind}, {size}, {claim}"
    return "\n".join([title, *lines[: tableau.stages], rule, *lines[tableau.stages :]])


def tableau_latex(tableau: ButcherTableau, printer: Printer) -> str:
    """The same table in LaTeX."""
    lines = [
        " & ".join(text if text == "" else printer._print(text) for text in (head, *row))
        for head, row in _table(tableau)
    ]
    lines[tableau.stages] = r"\hline " + lines[tableau.stages]
    body = " \\\\\n".join(lines)
    return rf"\begin{{array}}{{c|{'c' * tableau.stages}}}" + f"\n{body}\n" + r"\end{array}"


def _table(tableau: ButcherTableau) -> list[tuple[Expr | str, list[Expr | str]]]:
    """Rows of the usual table (head, entries); what an explicit method leaves out is blank."""
    blank = tableau.is_explicit
    rows: list[tuple[Expr | str, list[Expr | str]]] = [
        (c, ["" if blank and j >= i else entry for j, entry in enumerate(row)])
        for i, (c, row) in enumerate(zip(tableau.c, tableau.A, strict=True))
    ]
    weights = [tableau.b] if tableau.b_hat is None else [tableau.b, tableau.b_hat]
    return rows + [("", list(b)) for b in weights]


def short(number: Expr | str) -> str:
    """The number; or 20 digits of it where it would fill the line."""
    if isinstance(number, str) or all(
        max(abs(q.p), q.q).bit_length() < 64 for q in number.atoms(Rational)
    ):
        return str(number)
    return str(number.evalf(20)) + "..."
