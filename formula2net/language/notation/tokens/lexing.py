"""Text -> tokens: plain, unicode and LaTeX spellings become the same tokens.

The text itself is never rewritten, so every token knows its characters and errors can point at
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from lark import Token

from formula2net.errors import NotationError, Problem
from formula2net.language.notation.faults import Source, Span
from formula2net.language.notation.tokens import spellings as sp
from formula2net.language.notation.tokens import words
from formula2net.language.notation.tokens.known_names import KnownNames
from formula2net.language.notation.tokens.letters import vulgar
from formula2net.language.notation.tokens.rules import RUN, TOKEN
from formula2net.language.notation.tokens.scripts import script_pieces
from formula2net.language.notation.tokens.token_list import Tokens

_DIGITS: Final = 4000  # Python reads no longer ones
_LONG: Final = 40


class Scanner:
    """One pass over a text.

    Args:
        source: The text.
        known: Names to be taken as they are, whatever their letters would else mean.
    """

    def __init__(self, source: Source, known: Iterable[str] = ()) -> None:
        self.source = source
        self.tokens = Tokens(source)
        self.known = KnownNames(known)
        self._problems: list[Problem] = []

    def scan(self) -> list[Token]:
        """All tokens.

        Raises:
            NotationError: At a character that begins no token or a bracket without a partner, or
                at all floats.
        """
        text, position = self.source.text, 0
        while position < len(text):
            position = self._known_name(position) or self._next(position)
        tokens = self.tokens.finish()
        if self._problems:
            raise NotationError(*self._problems)
        return tokens

    def _known_name(self, position: int) -> int:
        """Reads a name as it stands, if it is known or being declared; gives its end, or 0."""
        run = RUN.match(self.source.text, position)
        head = self.known.head(run[0]) if run else ""
        if not head:
            return 0
        self.tokens.add("NAME", head, (position, position + len(head)))
        return position + len(head)

    def _next(self, position: int) -> int:
        """Reads one token or space; gives its end."""
        match = TOKEN.match(self.source.text, position)
        if match is None:
            what = f"{self.source.text[position]!r} is no sign of the notation."
            raise self.source.error(what, (position, position + 1))
        return _READERS[str(match.lastgroup)](self, match) or match.end()

    # ------------------------------------------------------------------ numbers

    def _inexact(self, match: re.Match[str]) -> None:
        value = Fraction(match[0])
        what = f"{match[0]} is a float, and coefficients are exact."
        shown = str(value) if len(str(value)) < _LONG else "an exact number"
        self._problems.append(self.source.problem(what, match.span(), try_=shown))
        self.tokens.add("NUMBER", value, match.span())

    def _number(self, match: re.Match[str]) -> None:
        if len(match[0]) > _DIGITS:
            what = f"A number has more than {_DIGITS} digits."
            raise self.source.error(what, (match.start(), match.start() + 10))
        self.tokens.add("NUMBER", Fraction(match[0]), match.span())

    def _part(self, match: re.Match[str]) -> None:
        value = vulgar(match[0]) or Fraction(int(match["over"]), int(match["under"]))
        self.tokens.add("NUMBER", value, match.span())

    # ------------------------------------------------------------------ signs

    def _separator(self, match: re.Match[str]) -> None:
        if self.tokens.separate(match[0], match.span()):
            self.known.declaring = False

    def _relation(self, match: re.Match[str]) -> None:
        if match[0] == "<" and self.tokens.last == "SUB":
            self.tokens.add("OPEN", "<", match.span())
        elif match[0] == ">" and self.tokens.level == "<":
            self.tokens.add("CLOSE", ">", match.span())
        else:
            self.tokens.add("REL", sp.RELATION_SIGNS[match[0]], match.span())

    def _symbol(self, match: re.Match[str]) -> None:
        self.sign(sp.SYMBOLS[match[0]], match[0], match.span())

    def sign(self, kind: str, value: str, span: Span) -> None:
        """Adds a sign or word, unless it means nothing where it stands."""
        if kind == "WHERE":
            kind = "" if self.tokens.last == "COMMA" else "COMMA"
        elif value in ("&", "~") and not self._is_logic(value, span):
            kind = ""
        if kind:
            self.tokens.add(kind, value, span)
        if kind == "CLOSE" and self.tokens.last == "SEP":
            self.known.close_block()
        elif self.tokens.last == "BLOCK_OPEN":
            self.known.open_block()

    def _is_logic(self, sign: str, span: Span) -> bool:
        """Whether a sign is SymPy's "and" or "not"; LaTeX aligns and spaces with the same."""
        if self.tokens.level != "(":
            return False
        return sign == "&" or self.source.text[span[1] : span[1] + 1] == "("

    def _script(self, match: re.Match[str]) -> None:
        for piece in script_pieces(match[0], match.start()):
            self.tokens.add(*piece)


# What each rule does; one that gives a position has read up to there, the others all they matched.
_READERS: Final[dict[str, Callable[[Scanner, re.Match[str]], int | None]]] = {
    "separator": Scanner._separator,
    "space": lambda scanner, match: None,
    "inexact": Scanner._inexact,
    "number": Scanner._number,
    "part": Scanner._part,
    "keyword": words.keyword,
    "prime": words.prime,
    "accent": words.accent,
    "increment": words.increment,
    "command": words.command,
    "script": Scanner._script,
    "word": words.word,
    "relation": Scanner._relation,
    "symbol": Scanner._symbol,
}
