"""What each kind of token looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from formula2net.language.notation.tokens import spellings as sp

SUBS: Final = "".join(map(chr, sp.SUBSCRIPTS))
SUPS: Final = "".join(map(chr, sp.SUPERSCRIPTS))
VULGAR: Final = "¼½¾⅐-⅞"
_SIGNS: Final = f"{SUBS}{SUPS}{VULGAR}"  # letters and digits to Python, and no part of a name


def _any(signs: Iterable[str]) -> str:
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


_RULES: Final = {
    "separator": r"\\\\(?:\[-?[\d.]+ ?[a-z]{2}\])?|[;\n]",
    "space": r"[^\S\n]+|[$]|\\[,:;! ()\[\]]|\#[^\n]*|\\(?:begin|end|tag|label)\*?\{[^}\n]*\}",
    "inexact": r"\d+\.\d+(?:[eE][-+]?\d{1,3})?|\d+[eE][-+]?\d{1,3}|\.\d+",
    "number": r"\d+",
    "part": rf"[{VULGAR}]|\\[dt]?frac\s*(?P<over>\d)\s*(?P<under>\d)",
    "keyword": r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?P<key>[a-z]+)[\s,]*\}",
    "prime": r"['′]|\^\s*\{?\s*\\prime\s*\}?",
    "accent": rf"\\(?P<hat>{_any(sp.ACCENTS)})(?![A-Za-z])\s*"
    r"(?:\{\s*\\?(?P<wide>[A-Za-z]+)\s*\}|\\?(?P<narrow>[A-Za-z]))",
    "increment": r"(?:\\Delta\s*|Δ\s*)(?P<step>[a-z])(?![A-Za-z])",
    "command": r"\\(?P<name>[A-Za-z]+)\*?",
    "script": rf"[{SUBS}]+(?:,\s?[{SUBS}]+)*|[{SUPS}]+",
    "word": rf"[^\W\d_{_SIGNS}][^\W{_SIGNS}]*",
    "relation": _any(sp.RELATION_SIGNS),
    "symbol": _any(sp.SYMBOLS),
}
TOKEN: Final = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES.items()))
RUN: Final = re.compile(r"[^\W\d]\w*")
DECLARES: Final = re.compile(r"\s+\\?[^\W\d]")
