"""What the names of one formula stand for while its expressions are built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

from sympy import Expr, Integer, Rational

from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.notation import vocabulary
from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.kinds import Names
from formula2net.language.notation.tree.syntax import Name
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar

# Kinds of names that are no value by themselves: what to say, and what to write.
_NO_VALUE: Final = {
    "state": ("alone is no value: it is a state.", "{0}_{{i-1}} or {0}[i - 1]"),
    "function": ("is a function and needs an argument.", "{0}(...), or declare `operator {0}`"),
    "doubtful": ("is one name, or the product of two.", "`{1} {2}`, or a declaration of {0}"),
    "index": ("is an index, and no equation or sum binds it here.", ""),
}


@dataclass(slots=True)
class Scope:
    """The names of one formula.

    Attributes:
        source: The text.
        names: The kind of each name.
        integers: Values of the parameters.
        starts: Start values of scalars.
        shapes: Widths and strides of operators.
        formulas: Formulas that are blocks here.
        taken: All names that occur, so that a new index can be called otherwise.
        weights: For each operator what its weights are called: the theta of `F(x, theta_i)`, or
            nothing where it is applied without weights.
        symbols: What has been made so far, one object a name.
    """

    source: Source
    names: Names
    integers: Mapping[str, int]
    starts: Mapping[str, Rational]
    shapes: Mapping[str, Mapping[str, Expr]]
    formulas: Mapping[str, FormulaOperator]
    taken: frozenset[str]
    weights: dict[str, str] = field(default_factory=dict)
    symbols: dict[str, Expr] = field(default_factory=dict)

    def symbol(self, name: Name) -> Expr:
        """The object that a name without an index stands for.

        Raises:
            NotationError: If the name alone has no value.
        """
        text = name.text
        if text not in self.symbols:
            self.symbols[text] = self._made(name)
        return self.symbols[text]

    def _made(self, name: Name) -> Expr:
        text, kind = name.text, self.names.kind(name.text)
        is_declared = text in self.names.declared
        match kind:
            case "operator":
                return Operator(text, **self.shapes.get(text, {}))
            case "norm":
                return Norm(text)
            case "formula":
                return self.formulas[text]
            case "activation":
                return Activation(text if is_declared else vocabulary.activation(text))
            case "scalar":
                return Scalar(text, self.starts.get(text))
            case "input":
                return Input(text if is_declared else text.lower())
            case "integer":
                return Integer(self.integers[text])
        what, try_ = _NO_VALUE[kind]
        try_ = try_.format(text, text[0], text[1:])
        raise self.source.error(f"{text} {what}", name.span, try_=try_)

    def free_index(self, *around: Expr) -> str:
        """A name for an index that is used nowhere, nor bound in the values it goes around."""
        used = self.taken | {str(index) for value in around for index in value.atoms(Index)}
        more = (f"j{number}" for number in count(1))
        return next(name for name in chain("jklmnpqrst", more) if name not in used)
