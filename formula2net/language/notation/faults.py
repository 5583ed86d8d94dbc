"""Errors that point at a character of the text."""

from __future__ import annotations

from dataclasses import dataclass

from formula2net.errors import NotationError, Problem

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """The text that is being read."""

    text: str

    def problem(
        self, what: str, span: Span, *, got: str = "", expected: str = "", try_: str = ""
    ) -> Problem:
        """One problem, with the line it is in and carets below `span`."""
        start = min(span[0], len(self.text))
        if start == len(self.text):  # the end of the text is shown below its last character
            start = len(self.text.rstrip())
        above = self.text.count("\n", 0, start)
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        line = self.text[first : last if last >= 0 else len(self.text)]
        if "\n" in self.text.strip():
            what = f"Line {above + 1}: {what}"
        shown = (start - first, max(span[1], start + 1) - first)
        return Problem(what, line, shown, got=got, expected=expected, try_=try_)

    def error(
        self, what: str, span: Span, *, got: str = "", expected: str = "", try_: str = ""
    ) -> NotationError:
        """The same as an error with this one problem."""
        return NotationError(self.problem(what, span, got=got, expected=expected, try_=try_))
