"""Path polynomials and count tables as text and LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

import sympy

from formula2net.paths.counts import Counts, Number
from formula2net.paths.graph import Word

if TYPE_CHECKING:
    from formula2net.paths.polynomial import PathPolynomial


def print_polynomial(polynomial: PathPolynomial, shown: int) -> str:
    """``1 + W_4 + W_4*W_3 + ...``; says what is left out, and when it is formal (design 7)."""
    text = _joined(polynomial, shown, "*".join, str)
    if polynomial.view == "paper" and polynomial.formal:
        text += "  (formal: the exact view differs)"
    return text


def latex_polynomial(polynomial: PathPolynomial, shown: int) -> str:
    """The polynomial in LaTeX."""
    return _joined(polynomial, shown, lambda word: " ".join(map(_latex_letter, word)), sympy.latex)


def print_counts(counts: Mapping[int, Counts]) -> str:
    """The counts by length as a plain table."""
    rows = [["length", "wired", "words", "total"]]
    rows += [[str(k), *map(str, c)] for k, c in counts.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows
    )


def _joined(
    polynomial: PathPolynomial,
    shown: int,
    spell: Callable[[Word], str],
    number: Callable[[Number], str],
) -> str:
    text = ""
    for word, coefficient in islice(polynomial, shown):
        sign, size = _signed(coefficient)
        text += f" {sign} " if text else "-" if sign == "-" else ""
        text += _term(size, spell(word), number)
    left = polynomial.words - shown
    return text + (f" + ... ({left:,} more words)" if left > 0 else "") or "0"


def _signed(value: Number) -> tuple[str, Number]:
    """A sum of numbers keeps its signs: without brackets, -(k - 1) would read -k - 1."""
    size = sympy.sympify(value)
    negative = not isinstance(size, sympy.Add) and size.could_extract_minus_sign()
    return ("-", -value) if negative else ("+", value)


def _term(size: Number, word: str, number: Callable[[Number], str]) -> str:
    if not word:
        return number(size)
    if size == 1:
        return word
    text = number(size)
    return f"({text})*{word}" if isinstance(size, sympy.Add) else f"{text}*{word}"


def _latex_letter(letter: str) -> str:
    name, _, slot = letter.partition(":")
    head, _, tail = name.partition("_")
    tail = tail.replace("_", ",")
    mark = f"^{{({slot})}}" if slot else ""
    return f"{head}_{{{tail}}}{mark}" if tail else f"{head}{mark}"
