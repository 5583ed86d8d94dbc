"""Letters and signs of unicode: Greek, styled letters, fractions."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

from formula2net.language.notation.tokens.spellings import GREEK


def greek(letter: str) -> str:
    """English name of a Greek letter (`θ` gives `theta`, `Θ` gives `Theta`), else nothing.

    SymPy typesets a symbol of that name as the letter.
    """
    if len(letter) != 1:
        return ""
    kind, _, name = unicodedata.name(letter, "").partition(" LETTER ")
    name = {"lamda": "lambda", "final sigma": "sigma"}.get(name.lower(), name.lower())
    if kind not in ("GREEK CAPITAL", "GREEK SMALL") or name not in GREEK:
        return ""
    return name.capitalize() if kind == "GREEK CAPITAL" else name


def vulgar(sign: str) -> Fraction | None:
    """Exact value of a sign such as `½`, or None."""
    parts = unicodedata.normalize("NFKC", sign).split("⁄")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    return Fraction(int(parts[0]), int(parts[1]))


def plain_letters(word: str) -> str:
    """The letters that styled ones stand for (`𝒩` gives `N`)."""
    letters = [unicodedata.normalize("NFKC", letter) for letter in word]
    return "".join(new if len(new) == 1 else old for old, new in zip(word, letters, strict=True))


def pieces(word: str) -> list[tuple[int, str]]:
    """Splits at Greek letters, each of which is a name of its own."""
    found: list[tuple[int, str]] = []
    for offset, letter in enumerate(word):
        if found and not greek(letter) and not greek(word[offset - 1]):
            found[-1] = (found[-1][0], found[-1][1] + letter)
        else:
            found.append((offset, letter))
    return found
