"""A formula as it was written: its lines, what they are made of, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, Self

from sympy import Basic, Expr

from formula2net.language.equation import Equation, shifted
from formula2net.language.formula_operator import FormulaAtom, FormulaOperator
from formula2net.language.lines import latex_lines, text_lines
from formula2net.language.rewriting import substitute
from formula2net.language.symbols import (
    Activation,
    Index,
    Input,
    Operator,
    Scalar,
    ScalarAt,
    State,
)


class Formula:
    """Equations, initial values, output and promised counts. Frozen; nothing is checked here.

    Args:
        equations: The equations as they were written, at least one.
        initial: The initial values.
        output: A state, an expression in states, or None for the last equation's state.
        expects: The promised counts.
    """

    __slots__ = ("equations", "expects", "index", "initial", "output", "written_output")

    equations: tuple[Equation, ...]
    initial: tuple[Equation, ...]
    output: Expr
    written_output: Expr | None
    index: Index
    expects: Mapping[Any, Expr]

    def __init__(
        self,
        equations: Sequence[Equation],
        initial: Sequence[Equation],
        output: Basic | None,
        expects: Mapping[Any, Expr],
    ) -> None:
        index = next((item.step_index for item in equations if item.step_index), Index("i"))
        self._set("equations", tuple(shifted(item, index) for item in equations))
        self._set("initial", tuple(initial))
        self._set("index", index)
        self._set("written_output", output)
        self._set("output", self._output_at(index))
        self._set("expects", expects)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        kind = type(self).__name__
        raise AttributeError(f"a {kind} is frozen: build a new one instead of setting {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is frozen: {name} stays")

    def _output_at(self, index: Index) -> Expr:
        """The output with the recursion's index, whatever index its author wrote."""
        if self.written_output is None:
            return self.equations[-1].lhs.state[index]
        if isinstance(self.written_output, State):
            return self.written_output[index]
        free = [s for s in self.written_output.free_symbols if isinstance(s, Index)]
        return substitute(self.written_output, dict.fromkeys(free, index))

    @property
    def lines(self) -> tuple[Equation, ...]:
        """All equations: the general ones, then the initial values."""
        return self.equations + self.initial

    @property
    def written(self) -> tuple[Equation, ...]:
        """The same lines as their author wrote them."""
        return tuple(line.written or line for line in self.lines)

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states that have an equation, in order."""
        return tuple(dict.fromkeys(item.name for item in self.lines))

    @property
    def operators(self) -> tuple[str, ...]:
        """Names of the blocks, in order of appearance; formulas used as blocks are among them."""
        return self._names(Operator, FormulaOperator)

    @property
    def activations(self) -> tuple[str, ...]:
        """Names of the activations, in order of appearance; those inside nested formulas too."""
        nested = (part.recursion for part in self._parts() if isinstance(part, FormulaOperator))
        inner = (name for formula in nested for name in formula.activations)
        return tuple(dict.fromkeys((*self._names(Activation), *inner)))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the `Input` symbols, in order of appearance."""
        return self._names(Input)

    @property
    def scalars(self) -> tuple[Scalar, ...]:
        """The scalars, in order of appearance; those of formulas used as blocks too."""
        found: dict[Scalar, None] = {}
        for part in self._parts():
            if isinstance(part, Scalar):
                found[part] = None
            elif isinstance(part, ScalarAt):
                found[part.scalar] = None
            elif isinstance(part, FormulaAtom):
                found.update(dict.fromkeys(part.recursion.scalars))
        return tuple(found)

    @property
    def free_symbols(self) -> set[Basic]:
        """The scalars: the index is bound."""
        return set(self.scalars)

    def _names(self, *kinds: type[Any]) -> tuple[str, ...]:
        """Names of the parts of these kinds, in order of appearance."""
        found = (str(part.name) for part in self._parts() if isinstance(part, kinds))
        return tuple(dict.fromkeys(found))

    def _parts(self) -> Iterator[Basic]:
        """All parts of the lines and of the output, as they were written."""
        for line in self.written:
            yield from _uses(line.rhs)
            yield from _uses(line.lhs)
        yield from _uses(self.written_output or self.output)

    @property
    def spelling(self) -> tuple[Any, ...]:
        """What was written, as a hashable tuple; two spellings may mean the same recursion."""
        return (
            tuple(line.as_argument() for line in self.equations),
            tuple(line.as_argument() for line in self.initial),
            self.written_output,
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __str__(self) -> str:
        return "\n".join(self._texts())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'; '.join(self._texts())})"

    def _texts(self) -> list[str]:
        return text_lines(self.lines, self.written_output, self._parts())

    def _sympystr(self, printer: Any) -> str:
        return str(self)

    def _sympyrepr(self, printer: Any) -> str:
        equations, initial, output = self.spelling
        parts = [printer._print(part) for part in (list(equations), list(initial), output)]
        promises = (f"{key!r}: {printer._print(count)}" for key, count in self.expects.items())
        return f"{type(self).__name__}({', '.join(parts)}, {{{', '.join(promises)}}})"

    def _latex(self, printer: Any = None) -> str:
        return latex_lines(self.lines, self.written_output)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self._latex()}$"


def _uses(expr: Basic) -> Iterator[Basic]:
    """All parts of an expression, from the outside in; `a[i]` is no use of `a` itself."""
    yield expr
    for part in expr.indices if isinstance(expr, ScalarAt) else expr.args:
        yield from _uses(part)
