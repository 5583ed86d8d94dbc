"""Small raised and lowered signs: what LaTeX would write in braces, `ᵢ₋₁` as `_{i-1}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from formula2net.language.notation.faults import Span
from formula2net.language.notation.tokens import spellings as sp
from formula2net.language.notation.tokens.rules import SUBS

Piece = tuple[str, object, Span]  # kind and value of a token, and where it stands


def script_pieces(signs: str, start: int) -> Iterator[Piece]:
    """The tokens of a run of small signs that begins at `start`."""
    is_sub, end = signs[0] in SUBS, start + len(signs)
    yield (*(("SUB", "_") if is_sub else ("SUP", "^")), (start, start + 1))
    yield "OPEN", "{", (start, start + 1)
    text = signs.translate(sp.SUBSCRIPTS if is_sub else sp.SUPERSCRIPTS)
    after_name = False
    for piece in re.finditer(r"\d+|\S", text):
        span = (start + piece.start(), start + piece.end())
        if piece[0].isalnum() and after_name:
            yield "COMMA", ",", span  # what follows a letter is another index
        after_name = piece[0].isalpha()
        if piece[0].isdigit():
            yield "NUMBER", Fraction(piece[0]), span
        elif after_name:
            yield "NAME", piece[0], span
        else:
            yield sp.SYMBOLS.get(piece[0], "REL"), piece[0], span
    yield "CLOSE", "}", (end - 1, end)
