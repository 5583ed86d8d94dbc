"""Text -> syntax tree: the grammar, and errors that say what could have stood there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from formula2net.errors import NotationError
from formula2net.language.notation.faults import Source
from formula2net.language.notation.tokens.lexing import Scanner
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.transformer import TREE, Misplaced, span_of

_SHOWN: Final = {
    "CLOSE": "a closing bracket",
    "OPEN": "'('",
    "BLOCK_OPEN": "'{'",
    "BLOCK_CLOSE": "'}'",
    "COMMA": "','",
    "REL": "'='",
}


def read(source: Source, known: Iterable[str] = ()) -> tuple[st.Node, ...]:
    """The statements of a text.

    Args:
        source: The text.
        known: Names that are one word though they have an underscore.

    Raises:
        NotationError: At the first character that fits no rule.
    """
    tokens = Scanner(source, known).scan()
    try:
        # The parser hands what it is given to the lexer as it is, here the finished tokens.
        tree: Any = _parser().parse(tokens)
    except UnexpectedToken as error:
        raise _unexpected(source, error, tokens) from None
    except Misplaced as error:
        raise source.error(error.what, error.span, try_=error.try_) from None
    return tree  # type: ignore[no-any-return]


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Tokens, transformer=TREE)


class _Tokens(Lexer):
    """Stands where lark expects a lexer; the tokens are made before."""

    def __init__(self, *_: object) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        return iter(lexer_state)


def _unexpected(source: Source, error: UnexpectedToken, tokens: list[Token]) -> NotationError:
    parser: Any = error.interactive_parser
    accepted = parser.accepts() if parser else set()
    expected = _expected(accepted)
    if error.token.type == "$END":
        end = tokens[-1].end_pos or 0 if tokens else 0
        return source.error("The text ends too early.", (end, end + 1), expected=expected)
    span = span_of(error.token)
    shown = source.text[slice(*span)].strip() or "the end of the line"
    if error.token.type == "SEP" and shown in ("the end of the line", r"\\"):
        return source.error("The line ends too early.", span, expected=expected)
    return source.error(f"{shown!r} cannot stand here.", span, expected=expected)


def _expected(accepted: set[str]) -> str:
    if "STAR" in accepted:
        kinds = ["an operator such as +"]
    elif "NUMBER" in accepted:
        return "a name or a number"
    else:
        kinds = ["a name"] if "NAME" in accepted else []
    kinds += [_SHOWN[kind] for kind in _SHOWN if kind in accepted and kind != "OPEN"]
    return " or ".join(kinds or ["'('"])
