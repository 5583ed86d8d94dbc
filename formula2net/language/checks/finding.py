"""What a check has found: a problem whose place is still a path in an expression."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from formula2net.errors import Problem
from formula2net.language.equation import Equation, printed
from formula2net.language.printing import Path, Spans, span_at


class Finding(NamedTuple):
    """A problem of the part at `path`; the other fields are those of `Problem`."""

    path: Path
    what: str
    got: str = ""
    expected: str = ""
    try_: str = ""

    def problem(self, text: str, spans: Spans) -> Problem:
        """The problem in the printed line, with its caret."""
        span = span_at(spans, self.path)
        return Problem(self.what, text, span, self.got, self.expected, self.try_)


def problems_in(equation: Equation, findings: Iterable[Finding]) -> list[Problem]:
    """The findings of an equation as problems of its line."""
    found = list(findings)
    if not found:
        return []
    text, spans = printed(equation)
    return [finding.problem(text, spans) for finding in found]
