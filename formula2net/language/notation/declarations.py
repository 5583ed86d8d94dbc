"""What is known of a formula's names before its equations are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer

from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.statements import Statements, name_of
from formula2net.language.notation.options import plain_scope, read_options
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.values.builder import Indices, Values
from formula2net.language.symbols import NORM_NAME


@dataclass(frozen=True, slots=True)
class Given:
    """Names that are known, from arguments, declarations and formulas around this one.

    Attributes:
        kinds: Their kinds.
        integers: Values of the parameters.
        starts: Start values of scalars.
        shapes: Widths and strides of operators, as keywords of `Operator`.
        formulas: Formulas that may be used as blocks.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    integers: Mapping[str, int] = field(default_factory=dict)
    starts: Mapping[str, Expr] = field(default_factory=dict)
    shapes: Mapping[str, Mapping[str, Expr]] = field(default_factory=dict)
    formulas: Mapping[str, FormulaOperator] = field(default_factory=dict)

    def inside(self) -> Given:
        """What a formula that stands in this one knows of it: all but states and inputs."""
        own = ("state", "input", "index")
        kinds = {name: kind for name, kind in self.kinds.items() if kind not in own}
        return replace(self, kinds=kinds, shapes={})

    def with_formula(self, name: str, formula: FormulaOperator) -> Given:
        """The same with one more formula."""
        return replace(
            self,
            kinds={**self.kinds, name: "formula"},
            formulas={**self.formulas, name: formula},
        )


def with_declarations(source: Source, statements: Statements, given: Given) -> Given:
    """What is known after the declarations of a formula.

    Raises:
        NotationError: If a name is declared twice, or against its use, or its value is no number.
    """
    kinds, starts = dict(given.kinds), dict(given.starts)
    own: dict[str, str] = {}
    shaped: list[tuple[str, st.Declared]] = []
    assigned = list(statements.integers)
    for declaration in statements.declarations:
        for item in declaration.names:
            name = item.name.text
            if own.setdefault(name, declaration.kind) != declaration.kind:
                what = f"{name} is declared twice, as {own[name]} and as {declaration.kind}."
                raise source.error(what, item.name.span)
            if declaration.kind == "norm" and not NORM_NAME.fullmatch(name):
                expected = "norm, or norm and a number, as in norm2"
                what = f"{name} is no name of a norm."
                raise source.error(what, item.name.span, expected=expected)
            kinds[name] = declaration.kind
            starts.pop(name, None)
            if item.options:
                shaped.append((declaration.kind, item))
            if declaration.kind == "integer":
                assigned.append(_value_of(source, item))
            elif item.value is not None:
                starts[name] = _start(source, declaration.kind, item)
    integers = _integers(source, assigned, given.integers)
    shapes = {**given.shapes, **_shapes(source, shaped, integers)}
    kinds.update(dict.fromkeys(integers, "integer"))
    _check_states(source, statements, kinds)
    return replace(given, kinds=kinds, starts=starts, shapes=shapes, integers=integers)


def _value_of(source: Source, item: st.Declared) -> tuple[st.Name, st.Node]:
    if item.value is None:
        what = f"The integer {item.name.text} has no value."
        raise source.error(what, item.name.span, try_=f"integer {item.name.text} = 4")
    return item.name, item.value


def _start(source: Source, kind: str, item: st.Declared) -> Expr:
    values = Values(plain_scope(source, {}), {})
    if kind != "scalar" or item.value is None or any(st.names_in(item.value)):
        what = f"The {kind} {item.name.text} takes no such value."
        raise source.error(what, item.span, expected="scalar a = 1/2, for a start value")
    return values.number(item.value)


def _shapes(
    source: Source, shaped: list[tuple[str, st.Declared]], integers: Mapping[str, int]
) -> dict[str, dict[str, Expr]]:
    """Widths and strides of operators."""
    shapes: dict[str, dict[str, Expr]] = {}
    for kind, item in shaped:
        name = item.name.text
        shape = read_options(source, kind, item.name, item.options, integers)
        if shapes.setdefault(name, shape) != shape:
            what = f"{name} is declared twice, with other options."
            raise source.error(what, item.span)
    return shapes


def _integers(
    source: Source, assigned: list[tuple[st.Name, st.Node]], known: Mapping[str, int]
) -> Mapping[str, int]:
    integers = dict(known)
    for name, node in assigned:
        unknown = [part for part in st.names_in(node) if part.text not in integers]
        value = None if unknown else Indices(plain_scope(source, integers), {}).value(node)
        if not isinstance(value, Integer):
            what = f"{name.text} has no index, so its value should be an integer."
            raise source.error(what, node.span, try_=f"{name.text}_i = ... for a state")
        if integers.setdefault(name.text, int(value)) != value:
            what = f"{name.text} is {integers[name.text]} already."
            raise source.error(what, node.span)
    return integers


def _check_states(source: Source, statements: Statements, kinds: Mapping[str, str]) -> None:
    targets = [t for definition in statements.definitions for t in definition.targets]
    for name in filter(None, map(name_of, targets)):
        kind = kinds.get(name.text, "state")
        if kind != "state":
            what = f"{name.text} is declared as {kind}, and only a state can be defined."
            raise source.error(what, name.span)
