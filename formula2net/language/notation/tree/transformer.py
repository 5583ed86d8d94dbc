"""The parser's rules -> nodes of the syntax tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lark import Token, Transformer

from formula2net.language.notation.faults import Span
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.folding import Row, fold


class Misplaced(Exception):
    """A node that stands where none of its kind can."""

    def __init__(self, what: str, span: Span, try_: str = "") -> None:
        self.what, self.span, self.try_ = what, span, try_


def span_of(*parts: Token | st.Node) -> Span:
    """From the beginning of the first to the end of the last."""
    first, last = parts[0], parts[-1]
    start = first.start_pos if isinstance(first, Token) else first.span[0]
    end = last.end_pos if isinstance(last, Token) else last.span[1]
    return start or 0, end or 0


def _nodes(parts: Iterable[Any]) -> tuple[st.Node, ...]:
    return tuple(part for part in parts if isinstance(part, st.Node))


class _Tree(Transformer[Token, Any]):
    """Builds the syntax tree while parsing; one method a rule of the grammar."""

    def start(self, parts: list[Any]) -> tuple[st.Node, ...]:
        return _nodes(parts)

    def declaration(self, parts: list[Any]) -> st.Node:
        kind, *names = parts
        return st.Declaration(span_of(kind, names[-1]), str(kind), _nodes(names))  # type: ignore

    def declared(self, parts: list[Any]) -> st.Node:
        name, options, _, value = parts
        named = self.name([name])
        span = span_of(name, value or options or name)
        return st.Declared(span, named, options.items if options else (), value)

    def block(self, parts: list[Any]) -> st.Node:
        options, statements = parts[2], parts[4]
        name = self.name(parts[1:2])
        return st.Block(span_of(parts[0], options), name, options.items, statements)

    def items(self, parts: list[Any]) -> st.Node:
        nodes = _nodes(parts)
        return st.Items(span_of(*nodes), nodes)

    def case(self, parts: list[Any]) -> st.Node:
        return st.Case(span_of(*parts), parts[0], parts[2])

    def otherwise(self, parts: list[Any]) -> st.Node:
        return st.Case(span_of(*parts), parts[0], None)

    def condition(self, parts: list[Any]) -> st.Node:
        return st.Logic(span_of(*parts), "or", _nodes(parts))

    def conjunction(self, parts: list[Any]) -> st.Node:
        return st.Logic(span_of(*parts), "and", _nodes(parts))

    def negation(self, parts: list[Any]) -> st.Node:
        return st.Logic(span_of(*parts), "not", _nodes(parts))

    def chain(self, parts: list[Any]) -> st.Node:
        return st.Chain(span_of(*parts), tuple(str(sign) for sign in parts[1::2]), _nodes(parts))

    def range(self, parts: list[Any]) -> st.Node:
        return st.Range(span_of(*parts), parts[0], parts[2])

    def expression(self, parts: list[Any]) -> st.Node:
        if parts[0] is None and len(parts) == 2:
            return parts[1]  # type: ignore[no-any-return]
        signs = [-1 if sign is not None and sign.type == "MINUS" else 1 for sign in parts[::2]]
        shown = [part for part in parts if part is not None]
        return st.Sum(span_of(*shown), tuple(signs), _nodes(parts))

    def gate(self, parts: list[Any]) -> st.Node:
        return st.Gate(span_of(*parts), tuple(token.type for token in parts[1::2]), _nodes(parts))

    def product(self, parts: list[Any]) -> st.Node:
        row: Row = []
        sign = ""
        for part in parts:
            if isinstance(part, Token):
                sign = {"STAR": "*", "SLASH": "/", "MOD": "%"}[part.type]
            else:
                row.append((sign, part))
                sign = ""
        return fold(row)

    def negative(self, parts: list[Any]) -> st.Node:
        return st.Sum(span_of(*parts), (-1,), _nodes(parts))

    def scripted(self, parts: list[Any]) -> st.Node:
        base, *scripts = parts
        for sign, operand in scripts:
            if sign.type == "SUB":
                base = self._subscript(base, operand)
            elif isinstance(base, st.SumSign):
                base = st.SumSign(span_of(base, operand), base.below, operand)
            else:
                base = st.Power(span_of(base, operand), base, operand, str(sign)[:2])
        return base  # type: ignore[no-any-return]

    def _subscript(self, base: st.Node, operand: st.Node) -> st.Node:
        span = span_of(base, operand)
        indices = operand.items if isinstance(operand, st.Group) else (operand,)
        if isinstance(base, st.SumSign):
            return st.SumSign(span, operand, None)
        if isinstance(base, st.Name):
            return st.Indexed(span, base, indices)
        if isinstance(base, st.Power) and isinstance(base.base, st.Name):
            inner = st.Indexed(base.span, base.base, indices)
            return st.Power(span, inner, base.exponent, base.sign)
        if isinstance(base, st.Group) and base.sign == "(":
            return st.Bracketed(span, base, indices)
        if isinstance(base, st.Group) and base.sign == "{":
            return st.Indexed(span, self._numbered(base), indices)
        raise Misplaced("Only a name takes a subscript.", operand.span)

    def _numbered(self, group: st.Group) -> st.Name:
        """`{K_1}` before another subscript is the name K1, as SymPy typesets it."""
        match group.items:
            case (st.Indexed(_, name, (st.Number(_, value),)),):
                return st.Name(group.span, f"{name.text}{value}")
        raise Misplaced("Only a name takes a subscript.", group.span)

    def script(self, parts: list[Any]) -> tuple[Token, st.Node]:
        sign, *minus, operand = parts
        if minus and minus[0] is not None:
            operand = st.Sum(span_of(minus[0], operand), (-1,), (operand,))
        return sign, operand

    def name(self, parts: list[Any]) -> st.Name:
        return st.Name(span_of(*parts), str(parts[0]))

    def number(self, parts: list[Any]) -> st.Node:
        return st.Number(span_of(*parts), parts[0].value)

    def dots(self, parts: list[Any]) -> st.Node:
        return st.Dots(span_of(*parts))

    def sum_sign(self, parts: list[Any]) -> st.Node:
        return st.SumSign(span_of(*parts), st.Dots(span_of(*parts)), None)

    def fraction(self, parts: list[Any]) -> st.Node:
        return st.Product(span_of(*parts), "/", parts[1], parts[2])

    def root(self, parts: list[Any]) -> st.Node:
        sign, *degree, operand = parts
        name = st.Name(span_of(sign), "root" if degree else "sqrt")
        inner = operand.items if isinstance(operand, st.Group) else (operand,)
        return st.Call(span_of(*parts), name, st.Group(operand.span, "(", (*inner, *degree)))

    def group(self, parts: list[Any]) -> st.Node:
        opener, items, _ = parts
        sign, span = str(opener), span_of(*parts)
        if sign == "{" and len(items.items) == 1:
            (only,) = items.items
            if isinstance(only, st.Group) and only.sign == "(":
                return st.Group(span, "{(", only.items)
            if isinstance(only, st.Name):
                return st.Name(span, only.text)
        return st.Group(span, sign, items.items)


TREE: Final = _Tree()
