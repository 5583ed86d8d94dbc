"""Text -> tokens: plain, unicode and LaTeX spellings become the same tokens.

The text itself is never rewritten, so every token knows its characters and errors can point at
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from lark import Token

from formula2net.errors import NotationError, Problem
from formula2net.language.notation import spellings as sp
from formula2net.language.notation.faults import Source, Span
from formula2net.language.notation.letters import greek, pieces, plain_letters, vulgar
from formula2net.language.notation.rules import DECLARES, RUN, SUBS, TOKEN
from formula2net.language.notation.tokens import Tokens

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
        self._known = [{*sp.UNDERSCORED, *known}]  # one set for each block around
        self._declaring = False
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
        if run is None:
            return 0
        head = run[0] if self._declaring else self._known_head(run[0])
        if head:
            self._known[-1].add(head)
            self.tokens.add("NAME", head, (position, position + len(head)))
        return position + len(head) if head else 0

    def _known_head(self, run: str) -> str:
        end = len(run)
        while end > 0:  # a known name may be followed by a subscript
            if run[:end] in self._known[-1]:
                return run[:end]
            end = run.rfind("_", 0, end)
        return ""

    def _next(self, position: int) -> int:
        """Reads one token or space; gives its end."""
        match = TOKEN.match(self.source.text, position)
        if match is None:
            what = f"{self.source.text[position]!r} is no sign of the notation."
            raise self.source.error(what, (position, position + 1))
        rule = str(match.lastgroup)
        if rule == "word":
            return self._word(match)
        if rule != "space":
            getattr(self, "_" + rule)(match)
        return match.end()

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

    # ------------------------------------------------------------------ names

    def _word(self, match: re.Match[str]) -> int:
        start = match.start()
        head = plain_letters(match[0]).split("_")[0]
        end = start + len(head)
        if self.tokens.at_start and self._opens_declaration(head, (start, end)):
            return end
        if self.tokens.last in ("SUB", "SUP") and self.source.text[start - 1] in "_^":
            head = self._one_letter(head, start)
        for offset, piece in pieces(head):
            span = (start + offset, start + offset + len(piece))
            self._name_or_keyword(greek(piece) or piece, span)
        return start + len(head)

    def _one_letter(self, head: str, start: int) -> str:
        """As in LaTeX, one letter follows a `_` or `^` without braces."""
        if len(head) > 1 and head[:2].islower() and head[:2].isalpha():
            what = f"{head!r} after a bare {self.source.text[start - 1]!r} can be read in two ways."
            raise self.source.error(
                what,
                (start, start + len(head)),
                try_=f"{{{','.join(head)}}} for indices, a space after {head[0]!r} for a product, "
                "or a declaration of the whole name",
            )
        return head[0]

    def _opens_declaration(self, word: str, span: Span) -> bool:
        kind = {"indices": "index"}.get(word, word.removesuffix("s"))
        is_formula = kind == "formula"
        if not is_formula and kind not in sp.KINDS:
            return False
        if not DECLARES.match(self.source.text, span[1]):
            return False
        self.tokens.add("FORMULA" if is_formula else "DECLARE", kind, span)
        self.tokens.block_ahead = is_formula
        self._declaring = True
        return True

    def _name_or_keyword(self, word: str, span: Span) -> None:
        kind = sp.WORDS.get(word, "NAME")
        if kind == "MOD" and self.source.text[span[1] :].lstrip()[:1] == "(":
            kind = "NAME"  # the function mod(i, 2)
        self._sign(kind, word, span)

    def _keyword(self, match: re.Match[str]) -> None:
        self._name_or_keyword(match["key"], match.span("key"))

    def _prime(self, match: re.Match[str]) -> None:
        if self.tokens.last != "NAME":
            what = "A prime belongs to a name."
            raise self.source.error(what, match.span(), try_="X'_{i-1}, with the prime first")
        name = self.tokens.list.pop()
        self.tokens.add("NAME", f"{name.value}prime", (name.start_pos or 0, match.end()))

    def _accent(self, match: re.Match[str]) -> None:
        name = (match["wide"] or match["narrow"]) + sp.ACCENTS[match["hat"]]
        self.tokens.add("NAME", name, match.span())

    def _increment(self, match: re.Match[str]) -> None:
        self.tokens.add("NAME", "Delta" + match["step"], match.span())

    def _command(self, match: re.Match[str]) -> None:
        name = match["name"]
        if name in sp.IGNORED or name in sp.FONTS:
            return
        if name in sp.RELATIONS:
            self.tokens.add("REL", sp.RELATIONS[name], match.span())
        elif name == "sqrt" and self.source.text[match.end() :].lstrip().startswith("["):
            self.tokens.add("ROOT_OF", match[0], match.span())
        elif name in sp.COMMANDS:
            self._sign(sp.COMMANDS[name], match[0], match.span())
        elif name.removeprefix("var").lower() in (*sp.GREEK, *sp.FUNCTIONS, *sp.ACTIVATIONS):
            self.tokens.add("NAME", name.removeprefix("var"), match.span())
        else:
            what = f"{match[0]} is no command of the notation."
            raise self.source.error(what, match.span())

    # ------------------------------------------------------------------ signs

    def _separator(self, match: re.Match[str]) -> None:
        if self.tokens.separate(match[0], match.span()):
            self._declaring = False

    def _relation(self, match: re.Match[str]) -> None:
        if match[0] == "<" and self.tokens.last == "SUB":
            self.tokens.add("OPEN", "<", match.span())
        elif match[0] == ">" and self.tokens.level == "<":
            self.tokens.add("CLOSE", ">", match.span())
        else:
            self.tokens.add("REL", sp.RELATION_SIGNS[match[0]], match.span())

    def _symbol(self, match: re.Match[str]) -> None:
        self._sign(sp.SYMBOLS[match[0]], match[0], match.span())

    def _sign(self, kind: str, value: str, span: Span) -> None:
        if kind == "WHERE":
            kind = "" if self.tokens.last == "COMMA" else "COMMA"
        elif value in ("&", "~") and not self._is_logic(value, span):
            kind = ""
        if kind:
            self.tokens.add(kind, value, span)
        if kind == "CLOSE" and self.tokens.last == "SEP":
            self._known.pop()
        elif self.tokens.last == "BLOCK_OPEN":
            self._known.append(set(self._known[-1]))
            self._declaring = False

    def _is_logic(self, sign: str, span: Span) -> bool:
        """Whether a sign is SymPy's "and" or "not"; LaTeX aligns and spaces with the same."""
        if self.tokens.level != "(":
            return False
        return sign == "&" or self.source.text[span[1] : span[1] + 1] == "("

    def _script(self, match: re.Match[str]) -> None:
        """Reads small raised or lowered signs as what LaTeX would write in braces."""
        is_sub = match[0][0] in SUBS
        text = match[0].translate(sp.SUBSCRIPTS if is_sub else sp.SUPERSCRIPTS)
        start, end = match.span()
        self.tokens.add(*(("SUB", "_") if is_sub else ("SUP", "^")), (start, start + 1))
        self.tokens.add("OPEN", "{", (start, start + 1))
        for piece in re.finditer(r"\d+|\S", text):
            span = (start + piece.start(), start + piece.end())
            if piece[0].isalnum() and self.tokens.last == "NAME":
                self.tokens.add("COMMA", ",", span)  # what follows a letter is another index
            if piece[0].isdigit():
                self.tokens.add("NUMBER", Fraction(piece[0]), span)
            elif piece[0].isalpha():
                self.tokens.add("NAME", piece[0], span)
            else:
                kind = sp.SYMBOLS.get(piece[0], "REL")
                self.tokens.add(kind, piece[0], span)
        self.tokens.add("CLOSE", "}", (end - 1, end))
