"""A formula with its paths and counts, and the same as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from formula2net.cli import options
from formula2net.cli.reading import Named

if TYPE_CHECKING:
    from formula2net.cli.counts import Tally
    from formula2net.paths.polynomial import PathPolynomial


@dataclass(frozen=True)
class Shown:
    """A formula with its paths at one depth, and their counts."""

    named: Named
    depth: int
    polynomial: PathPolynomial
    counts: Tally

    @classmethod
    def of(cls, named: Named, depth: int, view: options.View) -> Shown:
        """Counts them."""
        from formula2net.cli.counts import tally

        polynomial = named.recursion.paths(depth, view=view.value)
        return cls(named, depth, polynomial, tally(named.recursion, depth, view.value))


def as_data(shown: Shown, words: int) -> dict[str, Any]:
    """Everything that is printed, as plain data; numbers that are no integers as text."""
    from sympy import latex

    from formula2net.cli.counts import COUNTS, closed_forms

    named, polynomial, counts = shown.named, shown.polynomial, shown.counts
    forms = closed_forms(named)
    return {
        "name": named.name,
        "source": named.entry.source if named.entry else None,
        "formula": named.recursion.to_text(),
        "latex": latex(named.recursion),
        "depth": shown.depth,
        "view": polynomial.view,
        "formal": counts.formal,
        "words": [
            {"word": list(word), "coefficient": _plain(coefficient)}
            for word, coefficient in islice(polynomial, words if counts.is_short else 0)
        ],
        "counts": {
            "all": dict(zip(COUNTS, map(_plain, counts.of_all), strict=True)),
            "by_length": {
                str(length): dict(zip(COUNTS, map(_plain, row), strict=True))
                for length, row in counts.by_length.items()
            },
        },
        "closed_forms": _by_count({key: str(form.expr) for key, form in forms.items() if form}),
        "proofs": _by_count({key: form.proof for key, form in forms.items() if form}),
    }


def _by_count(texts: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    counts = dict.fromkeys(of for of, _ in texts)
    return {of: {by: text for (kind, by), text in texts.items() if kind == of} for of in counts}


def _plain(number: Any) -> int | str | None:
    return number if isinstance(number, int) or number is None else str(number)
