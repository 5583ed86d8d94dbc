"""A recursion formula: what the compiler compiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, NoReturn

from sympy import Basic, Expr

from formula2net.errors import FormulaError, Problem
from formula2net.language.canonical import canonical
from formula2net.language.checks.formula import find_problems
from formula2net.language.equation import Equation, shifted
from formula2net.language.formula_operator import FormulaAtom, FormulaOperator
from formula2net.language.given import given_equations, given_expects, given_output
from formula2net.language.latex import latex_of_recursion
from formula2net.language.revising import (
    changed,
    check_renaming,
    substitutions,
    uses,
    with_operators,
)
from formula2net.language.rewriting import renamed, substitute
from formula2net.language.symbols import (
    Activation,
    Index,
    Input,
    Norm,
    Operator,
    Scalar,
    ScalarAt,
    State,
)

NAMED = (Activation, Norm, Input, Scalar, ScalarAt, Index)
EXAMPLE = "Recursion(Eq(X[i], W[i](X[i - 1])))"


class Recursion:
    """A formula, with its initial values, its output and the path counts its author promises.

    Frozen, and equal to another recursion when both mean the same: after the laws of operators
    and sums, whatever the index is called and wherever it is shifted.

    Args:
        equations: An `Eq`, a list of them, or families `(Eq(X[i, k], ...), (k, 1, n))`.
        initial: Values at fixed steps, in the same forms.
        output: A state, or an expression in states whose index stands for the depth L; the last
            equation's state unless given.
        expects: Promised counts, as `{"words": L + 1, ("words", "length"): 1}`, in symbols L, k.

    Raises:
        FormulaError: with every problem of the formula that does not depend on the depth.

    Attributes:
        equations: The equations, read so that a general one defines `X[i]`, i being `index`.
        initial: The initial values.
        output: The output at step L, with `index` standing for L.
        index: The step's index.
        expects: The promised counts.
    """

    __slots__ = (
        "_meaning",
        "equations",
        "expects",
        "index",
        "initial",
        "output",
        "written_output",
    )

    equations: tuple[Equation, ...]
    initial: tuple[Equation, ...]
    output: Expr
    written_output: Expr | None
    index: Index
    expects: Mapping[Any, Expr]
    _meaning: tuple[Any, ...] | None

    def __init__(
        self,
        equations: Any,
        initial: Any = None,
        output: Any = None,
        expects: Mapping[Any, Any] | None = None,
    ) -> None:
        given, problems = given_equations(equations)
        first, more = given_equations(initial)
        problems += more
        shown, more = given_output(output)
        problems += more
        if not given and not problems:
            problems.append(Problem("The formula has no equation.", try_=EXAMPLE))
        problems += find_problems(given, first, shown, expects)
        if problems:
            raise FormulaError(*problems)
        index = next((item.step_index for item in given if item.step_index), Index("i"))
        self._set("equations", tuple(shifted(item, index) for item in given))
        self._set("initial", tuple(first))
        self._set("index", index)
        self._set("written_output", shown)
        self._set("output", self._output_at(index))
        self._set("expects", given_expects(expects))
        self._set("_meaning", None)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Recursion is frozen: build a new one instead of setting {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Recursion is frozen: {name} stays")

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
        inner = (name for recursion in nested for name in recursion.activations)
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
        found = (str(part.name) for part in self._parts() if isinstance(part, kinds))
        return tuple(dict.fromkeys(found))

    def _parts(self) -> Iterator[Basic]:
        for line in self.written:
            yield from uses(line.rhs)
            yield from uses(line.lhs)
        yield from uses(self.written_output or self.output)

    @property
    def spelling(self) -> tuple[Any, ...]:
        """What was written, as a hashable tuple; two spellings may mean the same recursion."""
        return (
            tuple(line.as_argument() for line in self.equations),
            tuple(line.as_argument() for line in self.initial),
            self.written_output,
        )

    def subs(self, mapping: Mapping[Any, Any]) -> Recursion:
        """The formula with other values in place of scalars or of whole sub-expressions.

        A scalar, or its name, stands for all its uses; for `a[i]` the value may be a function of
        the indices. Indices are bound: they stay.
        """
        changes = substitutions(mapping, self._parts())
        return self._rewritten(lambda part: substitute(part, changes))

    def rename(self, mapping: Mapping[str, str] | None = None, **names: str) -> Recursion:
        """The formula with other names: `rename(X="Y", W="F", i="n")`.

        Raises:
            FormulaError: if a name is not in the formula, or a new one is there already.
        """
        changes = {**(mapping or {}), **names}
        check_renaming(changes, self._names(State, Operator, FormulaOperator, *NAMED))
        return self._rewritten(lambda part: renamed(part, changes))

    def with_blocks(self, **blocks: Any) -> Recursion:
        """The formula with other blocks: `midpoint.with_blocks(F=midpoint.as_operator(1))`.

        Promised counts are not kept: a formula used as a block counts by its own blocks.

        Args:
            **blocks: By the operator's name, a formula as an operator, or another `Operator`. It
                takes over the operator's name and indices. A multiple of one will do as well:
                `rk4.with_blocks(F=2 * F)` has twice the step size.

        Raises:
            FormulaError: If the formula has no such operator, or what is given is none.
        """
        change = with_operators(blocks, self.operators)
        return self._rewritten(change, expects=None)

    def _rewritten(self, change: Callable[[Basic], Basic], **other: Any) -> Recursion:
        equations, initial = ([changed(item, change) for item in g] for g in self.spelling[:2])
        output = None if self.written_output is None else change(self.written_output)
        return Recursion(equations, initial, output, **{"expects": self.expects, **other})

    def as_operator(self, depth: int, name: str = "F", width: Any = None) -> FormulaOperator:
        """This formula, `depth` steps of it, as a block `F` or `F[i]` of another formula.

        Args:
            depth: Number of its steps.
            name: What the other formula calls it.
            width: What it hands on, as of `Operator`.

        Raises:
            FormulaError: if the depth is less than 1, or the width no positive exact number.
        """
        return FormulaOperator(name, self, depth, width=width)

    def paths(
        self,
        depth: Any,
        source: Any = 0,
        view: str = "paper",
        letters: str = "application",
        **options: Any,
    ) -> Any:
        """The path polynomial at a depth or over a backbone: dX_L / dX_source, exactly.

        See `formula2net.paths.formula.path_polynomial`.
        """
        module = import_module("formula2net.paths.formula")
        return module.path_polynomial(
            self, depth, source=source, view=view, letters=letters, **options
        )

    def closed_form(self, of: str = "words", by: str = "length") -> Expr:
        """A count as an expression in the depth L and the length k.

        See `formula2net.paths.closed_form.closed_form`.
        """
        return import_module("formula2net.paths.closed_form").closed_form(self, of, by)

    def to_text(self) -> str:
        """The formula in the text notation; `parse` reads it back."""
        return str(import_module("formula2net.language.notation").to_text(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recursion):
            return NotImplemented
        return self is other or self.meaning == other.meaning

    def __hash__(self) -> int:
        return hash(self.meaning)

    @property
    def meaning(self) -> Any:
        """A hashable value that is equal for recursions that mean the same."""
        if self._meaning is None:
            self._set("_meaning", canonical(self))
        return self._meaning

    def __reduce__(self) -> tuple[Any, ...]:
        equations, initial, output = self.spelling
        return Recursion, (list(equations), list(initial), output, dict(self.expects))

    def __copy__(self) -> Recursion:
        return self

    def __deepcopy__(self, memo: Any) -> Recursion:
        return self

    def __str__(self) -> str:
        return "\n".join(self._texts())

    def __repr__(self) -> str:
        return f"Recursion({'; '.join(self._texts())})"

    def _texts(self) -> list[str]:
        """The lines, after what they do not show; that is for the notation to write."""
        parts = [part for part in self._parts() if isinstance(part, Operator | FormulaOperator)]
        told = any(isinstance(p, FormulaOperator) or p.shaped for p in parts)
        module = "formula2net.language.notation.writing"
        first = import_module(module).preamble(parts) if told else []
        output = [] if self.written_output is None else [f"output = {self.written_output}"]
        return [*first, *(line.text for line in self.lines), *output]

    def _sympystr(self, printer: Any) -> str:
        return str(self)

    def _sympyrepr(self, printer: Any) -> str:
        equations, initial, output = self.spelling
        parts = [printer._print(part) for part in (list(equations), list(initial), output)]
        promises = (f"{key!r}: {printer._print(count)}" for key, count in self.expects.items())
        return f"Recursion({', '.join(parts)}, {{{', '.join(promises)}}})"

    def _latex(self, printer: Any = None) -> str:
        return latex_of_recursion(self)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self._latex()}$"
