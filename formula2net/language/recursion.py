"""A recursion formula: what the compiler compiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from sympy import Basic, Expr

from formula2net.errors import FormulaError, Problem
from formula2net.language.canonical import canonical
from formula2net.language.checks.formula import find_problems
from formula2net.language.formula import Formula
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.given import given_equations, given_expects, given_output
from formula2net.language.revising import (
    changed,
    check_renaming,
    substitutions,
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
    StateAt,
)

if TYPE_CHECKING:
    from formula2net.language.backbone import Backbone
    from formula2net.paths.polynomial import PathPolynomial

NAMED = (Activation, Norm, Input, Scalar, ScalarAt, Index)
EXAMPLE = "Recursion(Eq(X[i], W[i](X[i - 1])))"


class Recursion(Formula):
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

    __slots__ = ("_meaning",)

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
        super().__init__(given, first, shown, given_expects(expects))
        self._set("_meaning", None)

    def subs(self, mapping: Mapping[Any, Any]) -> Recursion:
        """The formula with other values in place of scalars or of whole sub-expressions.

        Args:
            mapping: From what is replaced to its value. A scalar, or its name, stands for all its
                uses; for `a[i]` the value may be a function of the indices. Indices are bound: they
                stay.

        Raises:
            FormulaError: if the formula does not have it, or what comes of it is no formula.
        """
        changes = substitutions(mapping, self._parts())
        return self._rewritten(lambda part: substitute(part, changes))

    def rename(self, mapping: Mapping[str, str] | None = None, **names: str) -> Recursion:
        """The formula with other names: `rename(X="Y", W="F", i="n")`.

        Args:
            mapping: From old names to new ones.
            **names: The same, as keywords.

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
        depth: int | Backbone,
        source: int | StateAt = 0,
        view: Literal["paper", "exact"] = "paper",
        letters: Literal["application", "block"] = "application",
        limit: int = 1_000_000,
    ) -> PathPolynomial:
        """The path polynomial at a depth or over a backbone: dX_L / dX_source, exactly.

        Args:
            depth: The depth L; or a `Backbone`, which adds its transitions.
            source: Where paths start: j for X_j, X being the output's state, or a state `V[j]`.
            view: "paper" takes activations, norms and transitions for the identity; "exact" keeps
                them, as letters of length 0.
            letters: A letter for each "application", or for each "block": tied ones are one then.
            limit: How many words may be listed where that cannot be done lazily.

        Returns:
            The polynomial: counted without being expanded, its words listed lazily.

        Raises:
            FormulaError: if the formula makes no program of this depth, or has no such state; or
                there is no such view or letter.

        Example:
            >>> print(parse("X_i = (1 + W_i) X_{i-1}").paths(2))
            1 + W_2 + W_1 + W_2*W_1
        """
        paths: PathPolynomial = _later("paths.formula").path_polynomial(
            self, depth, source, view, letters, limit
        )
        return paths

    def closed_form(
        self,
        of: Literal["words", "wired", "total"] = "words",
        by: Literal["length", "all"] = "length",
    ) -> Expr:
        """A count of the paper view, from source 0, as an expression for all depths.

        `find_closed_form` says why it holds.

        Args:
            of: "words" that are left after cancellation, "wired" walks, or the "total" of the
                words' coefficients.
            by: "length", or "all" lengths together.

        Returns:
            An expression in the symbols L, the depth, and k, the length; it holds for L = 1, 2, ...
            and k = 0, 1, ...

        Raises:
            FormulaError: if there is no such count.
            PathCountError: if no closed form was found.

        Example:
            >>> parse("X_i = (1 + W_i) X_{i-1}").closed_form()
            binomial(L, k)
        """
        return _later("paths.closed_form").closed_form(self, of, by)

    def to_text(self) -> str:
        """The formula in the text notation; `parse` reads it back."""
        return str(_later("language.notation").to_text(self))

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


def _later(module: str) -> Any:
    """A module that stands on this one: it is loaded when it is asked for."""
    return import_module(f"formula2net.{module}")
