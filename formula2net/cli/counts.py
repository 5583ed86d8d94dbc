"""The counts of a formula's paths: numbers, closed forms, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text
from sympy import N, Piecewise, Pow, Rational

from formula2net.errors import PathCountError
from formula2net.ir.layout import View
from formula2net.ir.program import source_of
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.closed_form import ClosedForm, find_closed_form
from formula2net.paths.counting import Counting
from formula2net.paths.series_coefficient import SeriesCoefficient

if TYPE_CHECKING:
    from formula2net.cli.reading import Named

COUNTS: Final = ("wired", "words", "total")
FORMS: Final = (("words", "length"), ("words", "all"), ("wired", "all"), ("total", "all"))
LONGEST: Final = 20  # characters of a number in a table
WIDEST: Final = 160  # characters of a closed form in a table
TERMS: Final = 2_000  # of a total in symbolic scalars; a longer one would fill the screen


@dataclass(frozen=True)
class Tally:
    """Counts of one formula at one depth.

    Attributes:
        by_length: From length to the numbers of `COUNTS`; a total that is None is a polynomial of
            too many terms.
        of_all: The same for all lengths together.
        formal: Whether the two views differ.
    """

    by_length: dict[int, tuple[Any, ...]]
    of_all: tuple[Any, ...]
    formal: bool

    @property
    def is_short(self) -> bool:
        """Whether all coefficients can be printed."""
        return self.of_all[-1] is not None


def tally(recursion: Recursion, depth: int | Backbone, view: View = "paper") -> Tally:
    """The counts of all paths from the input to the output."""
    polynomial = recursion.paths(depth, view=view, limit=TERMS)
    try:
        return Tally(
            {length: tuple(counts) for length, counts in polynomial.by_length().items()},
            (polynomial.wired, polynomial.words, polynomial.total),
            polynomial.formal,
        )
    except PathCountError:
        program = unroll(recursion, depth)
        counting = Counting(program, source_of(program), view, TERMS)
        wired, words = counting.wired_by_length, counting.words_by_length
        rows = {length: (count, words.get(length, 0), None) for length, count in wired.items()}
        return Tally(rows, (counting.wired, counting.words, None), polynomial.formal)


def counts_table(counts: Tally, title: str = "") -> Table:
    """The counts by length, and of all lengths together."""
    table = Table(title=title or None, title_style="", title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("length", *COUNTS):
        table.add_column(column, justify="right", no_wrap=True)
    for length, row in counts.by_length.items():
        table.add_row(str(length), *map(short, row))
    table.add_section()
    table.add_row("all", *map(short, counts.of_all))
    return table


def closed_forms(named: Named) -> dict[tuple[str, str], ClosedForm | None]:
    """Closed forms by count and grading; None where none was found.

    A formula that has one depth has none. The total of a formula with roots among its numbers is
    left out: finding it takes minutes.
    """
    found: dict[tuple[str, str], ClosedForm | None] = {}
    recursion = named.recursion
    if named.entry is not None and named.entry.depth is not None:
        return found
    for of, by in FORMS:
        if of == "total" and has_roots(recursion):
            continue
        try:
            found[of, by] = find_closed_form(recursion, of, by)
        except PathCountError:
            found[of, by] = None
    return found


def forms_table(forms: Mapping[tuple[str, str], ClosedForm | None]) -> Table:
    """The closed forms, to stand beside the counts."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("closed forms")
    table.add_column("at depth L", overflow="fold")  # a number that is cut is another one
    for (of, by), form in forms.items():
        name = f"{of} of length k" if by == "length" else f"{of}, all lengths"
        shown = Text(form_text(form.expr)) if form else Text("no closed form found", "dim")
        table.add_row(name, shown)
    return table


def unproved(forms: Mapping[tuple[str, str], ClosedForm | None]) -> list[str]:
    """What is checked only, in sentences."""
    checked = {of: form.proof for (of, _), form in forms.items() if form and not form.is_proved}
    return [f"Note: closed forms of {of} are not proved. {proof}" for of, proof in checked.items()]


def form_text(expr: Any) -> str:
    """A closed form in one line: `1 if k <= L, else 0`."""
    if isinstance(expr, SeriesCoefficient):
        text = f"[{'*'.join(f'{x}**{n}' for x, n in expr.args[1:])}] {expr.function}"
        return text if len(text) <= WIDEST else "a SeriesCoefficient: closed_form() shows it"
    if not isinstance(expr, Piecewise):
        return str(expr)
    *cases, (last, _) = expr.args
    return ", ".join([*(f"{value} if {condition}" for value, condition in cases), f"else {last}"])


def has_roots(recursion: Recursion) -> bool:
    """Whether roots are among a formula's numbers."""
    return any(
        not power.exp.is_Integer
        for line in recursion.lines
        for power in line.rhs.atoms(Pow)
        if isinstance(power.exp, Rational)
    )


def short(count: Any) -> str:
    """A count in a table: in full up to 15 digits, else rounded or cut."""
    if count is None:
        return "..."
    text = f"{count:,}" if isinstance(count, int) else str(count)
    if len(text) <= LONGEST:
        return text
    if isinstance(count, int) or not count.free_symbols:
        return str(N(count, 5))
    return f"{text[: LONGEST - 4]} ..."
