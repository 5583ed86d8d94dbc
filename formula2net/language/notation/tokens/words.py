"""Words of the text -> names, keywords, and the heads of declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from formula2net.language.notation import vocabulary
from formula2net.language.notation.faults import Span
from formula2net.language.notation.tokens import spellings as sp
from formula2net.language.notation.tokens.letters import greek, pieces, plain_letters
from formula2net.language.notation.tokens.rules import DECLARES

if TYPE_CHECKING:
    from formula2net.language.notation.tokens.lexing import Scanner


def word(scanner: Scanner, match: re.Match[str]) -> int:
    """Reads a word up to its subscript; gives the end of what was read."""
    start, text = match.start(), scanner.source.text
    head = plain_letters(match[0]).split("_")[0]
    end = start + len(head)
    if scanner.tokens.at_start and _opens_declaration(scanner, head, (start, end)):
        return end
    if scanner.tokens.last in ("SUB", "SUP") and text[start - 1] in "_^":
        head = _one_letter(scanner, head, start)
    for offset, piece in pieces(head):
        span = (start + offset, start + offset + len(piece))
        _name_or_keyword(scanner, greek(piece) or piece, span)
    return start + len(head)


def _one_letter(scanner: Scanner, head: str, start: int) -> str:
    """As in LaTeX, one letter follows a `_` or `^` without braces."""
    if len(head) > 1 and head[:2].islower() and head[:2].isalpha():
        sign = scanner.source.text[start - 1]
        raise scanner.source.error(
            f"{head!r} after a bare {sign!r} can be read in two ways.",
            (start, start + len(head)),
            try_=f"{{{','.join(head)}}} for indices, a space after {head[0]!r} for a product, "
            "or a declaration of the whole name",
        )
    return head[0]


def _opens_declaration(scanner: Scanner, head: str, span: Span) -> bool:
    kind = {"indices": "index"}.get(head, head.removesuffix("s"))
    is_formula = kind == "formula"
    if not is_formula and kind not in vocabulary.KINDS:
        return False
    if not DECLARES.match(scanner.source.text, span[1]):
        return False
    scanner.tokens.add("FORMULA" if is_formula else "DECLARE", kind, span)
    scanner.tokens.block_ahead = is_formula
    scanner.known.declaring = True
    return True


def _name_or_keyword(scanner: Scanner, text: str, span: Span) -> None:
    kind = sp.WORDS.get(text, "NAME")
    if kind == "MOD" and scanner.source.text[span[1] :].lstrip()[:1] == "(":
        kind = "NAME"  # the function mod(i, 2)
    scanner.sign(kind, text, span)


def keyword(scanner: Scanner, match: re.Match[str]) -> None:
    r"""Reads the word of `\text{where}`."""
    _name_or_keyword(scanner, match["key"], match.span("key"))


def prime(scanner: Scanner, match: re.Match[str]) -> None:
    """Adds a prime to the name before it.

    Raises:
        NotationError: If there is no name.
    """
    if scanner.tokens.last != "NAME":
        what = "A prime belongs to a name."
        raise scanner.source.error(what, match.span(), try_="X'_{i-1}, with the prime first")
    name = scanner.tokens.list.pop()
    scanner.tokens.add("NAME", f"{name.value}prime", (name.start_pos or 0, match.end()))


def accent(scanner: Scanner, match: re.Match[str]) -> None:
    r"""Reads `\hat{x}` as the name xhat."""
    name = (match["wide"] or match["narrow"]) + sp.ACCENTS[match["hat"]]
    scanner.tokens.add("NAME", name, match.span())


def increment(scanner: Scanner, match: re.Match[str]) -> None:
    r"""Reads `\Delta t` as the name Deltat."""
    scanner.tokens.add("NAME", "Delta" + match["step"], match.span())


def command(scanner: Scanner, match: re.Match[str]) -> None:
    """Reads a command of LaTeX: a sign, a name, or nothing.

    Raises:
        NotationError: If the notation has no such command.
    """
    name, span = match["name"], match.span()
    if name in sp.IGNORED or name in sp.FONTS:
        return
    if name in sp.RELATIONS:
        scanner.tokens.add("REL", sp.RELATIONS[name], span)
    elif name == "sqrt" and scanner.source.text[span[1] :].lstrip().startswith("["):
        scanner.tokens.add("ROOT_OF", match[0], span)
    elif name in sp.COMMANDS:
        scanner.sign(sp.COMMANDS[name], match[0], span)
    elif _is_name(name.removeprefix("var").lower()):
        scanner.tokens.add("NAME", name.removeprefix("var"), span)
    else:
        raise scanner.source.error(f"{match[0]} is no command of the notation.", span)


def _is_name(name: str) -> bool:
    r"""Whether LaTeX has a command for a name of the notation, as `\alpha` and `\max`."""
    return name in sp.GREEK or name in vocabulary.FUNCTIONS or name in vocabulary.ACTIVATIONS
