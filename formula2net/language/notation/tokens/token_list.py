"""The list of tokens while it grows: brackets, and where statements end."""

from __future__ import annotations

import re
from typing import Final

from lark import Token

from formula2net.language.notation.faults import Source, Span

# A line that begins so goes on with the equation above it.
_GOES_ON: Final = re.compile(
    r"[\s&]*(?:[-+*/=·⋅×⊙∘−–]|\\(?:cdot|times|odot|circ)\b|(?:\\text\s*\{\s*)?(?:where|for|with)\b)"
)
_UNFINISHED: Final = frozenset("PLUS MINUS STAR SLASH MOD HADAMARD CIRC REL SUP SUB".split())
_PARTNER: Final = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", "<": ">"}


class Tokens:
    """Tokens of a text so far.

    Args:
        source: The text.

    Attributes:
        list: The tokens.
        block_ahead: Whether the next brace opens the block of a formula.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.list: list[Token] = []
        self.block_ahead = False
        self._open: list[tuple[str, Span]] = []

    def add(self, kind: str, value: object, span: Span) -> None:
        """Appends a token; brackets are matched, and a brace may open or close a block.

        Raises:
            NotationError: At a closing bracket that is not the partner of the last opening one.
        """
        if kind == "OPEN":
            if value == "{" and self.block_ahead and self.level == "block":
                kind, self.block_ahead = "BLOCK_OPEN", False
            self._open.append(("block" if kind == "BLOCK_OPEN" else str(value), span))
        elif kind == "CLOSE" and value == "}" and self._open and self.level == "block":
            self._end_statement()
            if self.last == "SEP":
                self.list.pop()
            self._open.pop()
            self._append("BLOCK_CLOSE", value, span)
            kind = "SEP"
        elif kind == "CLOSE":
            self._close(str(value), span)
        self._append(kind, value, span)

    def _append(self, kind: str, value: object, span: Span) -> None:
        # lark declares values as str, and passes on whatever it is given.
        self.list.append(Token(kind, value, start_pos=span[0], end_pos=span[1]))

    def _close(self, value: str, span: Span) -> None:
        if not self._open:
            raise self.source.error(f"{value!r} closes nothing.", span)
        sign, _ = self._open.pop()
        partner = _PARTNER.get(sign, "}")
        if value != partner:
            what = f"{value!r} does not close {sign!r}."
            raise self.source.error(what, span, got=repr(value), expected=repr(partner))

    @property
    def last(self) -> str:
        """Kind of the last token; `SEP` before the first."""
        return self.list[-1].type if self.list else "SEP"

    @property
    def level(self) -> str:
        """The innermost open bracket, or `block` where statements stand."""
        return self._open[-1][0] if self._open else "block"

    @property
    def at_start(self) -> bool:
        """Whether a statement begins here."""
        return self.last in ("SEP", "BLOCK_OPEN")

    def separate(self, sign: str, span: Span) -> bool:
        """Ends a statement, if it ends here: not in brackets, nor where the next line goes on."""
        if self.level != "block" and sign != ";":
            return False
        unfinished = self.last in _UNFINISHED and sign != ";"
        self._end_statement()
        if self.at_start or unfinished:
            return False
        if sign != ";" and _GOES_ON.match(self.source.text, span[1]):
            return False
        self._append("SEP", sign, span)
        return True

    def finish(self) -> list[Token]:
        """All tokens, at the end of the text.

        Raises:
            NotationError: If a bracket is open.
        """
        if self._open:
            sign, span = self._open[-1]
            shown = "{" if sign == "block" else sign
            raise self.source.error(f"{shown!r} is never closed.", span)
        self._end_statement()
        if self.list and self.last == "SEP":
            self.list.pop()
        return self.list

    def _end_statement(self) -> None:
        """Drops the punctuation and the number after an equation: `, (20)`."""
        while self.list:
            if self.last in ("COMMA", "DOT"):
                self.list.pop()
            elif self._is_equation_number():
                del self.list[-3:]
            else:
                return

    def _is_equation_number(self) -> bool:
        tail = self.list[-4:]
        if [token.type for token in tail[1:]] != ["OPEN", "NUMBER", "CLOSE"]:
            return False
        space = (tail[1].start_pos or 0) - (tail[0].end_pos or 0)
        return space > 0 and tail[0].type not in (*_UNFINISHED, "SEP", "BLOCK_OPEN")
