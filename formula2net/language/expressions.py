"""The two sorts of the language: features (values) and operators (maps).

SymPy's `Mul` pulls a number out of every product, so `W*(x/2)` would become `(W*x)/2`, which is
another network. Features and operators therefore have sums, multiples and compositions of their
own, and keep what was written: numbers never move, nothing is expanded (design: values form a
near-ring). What has no meaning, as a product of two features, is kept as a `Misuse`, so that
`Recursion` can report it together with everything else that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from sympy import Add, Basic, Eq, Expr, Mul, Piecewise, Pow, S, Sum
from sympy.core.symbol import Str
from sympy.multipledispatch import dispatch

from formula2net.errors import FormulaError
from formula2net.language.naming import as_expression
from formula2net.language.overloads import Overloads, Sign

Sort: TypeAlias = Literal["feature", "operator", "number"]


class Term(Overloads):
    """What features and operators share: signs between them, which are decided by sort."""

    __slots__ = ()
    is_commutative = False
    is_number = False

    def __new__(cls, *args: Any) -> Term:
        return Expr.__new__(cls, *map(as_expression, args))  # type: ignore[no-any-return]

    def _joined(self, sign: Sign, left: Expr, right: Expr) -> Expr:
        return _ARITHMETIC[sign](left, right)

    # Printing knows every kind of term, so it is loaded when something is printed.
    def _sympystr(self, printer: Any) -> str:
        from formula2net.language.printing import text_of

        return text_of(self)

    def _latex(self, printer: Any) -> str:
        from formula2net.language.printing.latex import latex_of

        return latex_of(self)


class Feature(Term):
    """A value that flows through the network."""

    __slots__ = ()


class OperatorExpr(Term):
    """A map from features to features; calling it applies it."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Expr:
        """`W[i](x)` is the application, `W[i](V[i])` the composition.

        Raises:
            FormulaError: if there is not exactly one argument.
        """
        if not arguments:
            raise FormulaError(f"{self} is applied to nothing: write {self}(X[i - 1]).")
        if len(arguments) > 1:
            inner = ", ".join(map(str, arguments))
            raise FormulaError(f"{self} takes one value: write {self}(Concat({inner})).")
        argument = as_expression(arguments[0])
        if sort_of(argument) == "operator":
            return Compose(self, argument)
        return Applied(self, argument, called=True)


class FeatureSum(Feature):
    """A sum of features; a number among them is a constant feature (inside `Hadamard` only)."""

    __slots__ = ()

    @property
    def terms(self) -> tuple[Expr, ...]:
        return self.args  # type: ignore[no-any-return]


class FeatureScale(Feature):
    """A number times a feature."""

    __slots__ = ()

    @property
    def coefficient(self) -> Expr:
        return self.args[0]

    @property
    def feature(self) -> Expr:
        return self.args[1]


class Applied(Feature):
    """An operator applied to a feature; `called` says that it was written `W(x)`, not `W*x`."""

    __slots__ = ("called",)
    called: bool

    def __new__(cls, operator: Any, argument: Any, called: bool = False) -> Applied:
        applied = super().__new__(cls, operator, argument)
        applied.called = called  # a spelling, so no part of equality
        return applied

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (*self.args, self.called)

    @property
    def func(self) -> Callable[..., Applied]:
        """Rebuilds from arguments and keeps the spelling."""
        return partial(Applied, called=True) if self.called else Applied

    @property
    def operator(self) -> Expr:
        return self.args[0]

    @property
    def argument(self) -> Expr:
        return self.args[1]


class OperatorSum(OperatorExpr):
    """A sum of operators."""

    __slots__ = ()

    @property
    def terms(self) -> tuple[Expr, ...]:
        return self.args  # type: ignore[no-any-return]


class OperatorScale(OperatorExpr):
    """A number times an operator: (cA)(x) = c*A(x)."""

    __slots__ = ()

    @property
    def coefficient(self) -> Expr:
        return self.args[0]

    @property
    def operator(self) -> Expr:
        return self.args[1]


class Compose(OperatorExpr):
    """A composition; the last factor is applied first: Compose(A, B)(x) = A(B(x))."""

    __slots__ = ()

    @property
    def factors(self) -> tuple[Expr, ...]:
        return self.args  # type: ignore[no-any-return]


class Identity(OperatorExpr):
    """The operator that returns its argument; the 1 of `1 + W[i]`."""

    __slots__ = ()


class FeatureMisuse(Feature):
    """`left sign right` that is no formula but would be a feature; `Recursion` refuses it."""

    __slots__ = ()


class OperatorMisuse(OperatorExpr):
    """`left sign right` that is no formula but would be an operator; `Recursion` refuses it."""

    __slots__ = ()


def sort_of(expr: Basic) -> Sort:
    """Feature, operator or number; a plain SymPy `Sum`, `Add`, ... has the sort of its parts.

    A plain SymPy function of a feature or an operator counts as a number: it can only have been
    meant as a coefficient, and is refused there.
    """
    if isinstance(expr, Feature):
        return "feature"
    if isinstance(expr, OperatorExpr):
        return "operator"
    if not isinstance(expr, Expr) or expr.is_commutative:
        return "number"
    sorts = {sort_of(part) for part in _parts_of_plain(expr)}
    if "feature" in sorts:
        return "feature"
    return "operator" if "operator" in sorts else "number"


def _parts_of_plain(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, (Add, Mul)):
        return expr.args  # type: ignore[no-any-return]
    if isinstance(expr, (Sum, Pow)):
        return expr.args[:1]  # type: ignore[no-any-return]
    if isinstance(expr, Piecewise):
        return tuple(branch for branch, _ in expr.args)
    return ()


def add(left: Expr, right: Expr) -> Expr:
    """left + right for any two sorts; a chain is one sum, a plain 0 adds nothing."""
    sorts = {sort_of(left), sort_of(right)}
    if sorts == {"number"}:
        return left + right
    if left is S.Zero:
        return right
    if right is S.Zero:
        return left
    if "feature" in sorts:
        head = left.args if isinstance(left, FeatureSum) else (left,)
        return FeatureSum(*head, right)
    left, right = as_operator(left), as_operator(right)
    return OperatorSum(*(left.args if isinstance(left, OperatorSum) else (left,)), right)


def subtract(left: Expr, right: Expr) -> Expr:
    """left - right for any two sorts."""
    return add(left, scale(S.NegativeOne, right))


def as_operator(expr: Expr) -> Expr:
    """A number as that multiple of the identity; an operator as it is."""
    return scale(expr, Identity()) if sort_of(expr) == "number" else expr


def scale(coefficient: Expr, expr: Expr) -> Expr:
    """coefficient * expr; 1 is not written."""
    sort = sort_of(expr)
    if sort == "number":
        return coefficient * expr
    if coefficient is S.One:
        return expr
    return (FeatureScale if sort == "feature" else OperatorScale)(coefficient, expr)


def multiply(left: Expr, right: Expr) -> Expr:
    """left * right for any two sorts."""
    sorts = (sort_of(left), sort_of(right))
    if sorts[0] == "number":
        return scale(left, right)
    if sorts == ("feature", "number"):
        return scale(right, left)
    if sorts == ("operator", "feature"):
        return Applied(left, right)
    if sorts == ("operator", "operator"):
        return Compose(*(left.args if isinstance(left, Compose) else (left,)), right)
    return misuse("*", left, right)


def divide(left: Expr, right: Expr) -> Expr:
    """left / right: a multiple, if the divisor is a number; anything else is a misuse."""
    if sort_of(right) != "number":
        return misuse("/", left, right)
    return scale(S.One / right, left)


def power(base: Expr, exponent: Expr) -> Expr:
    """base ** exponent: an operator composed with itself; anything else is a misuse."""
    if sort_of(base) != "operator" or not (exponent.is_Integer and exponent >= 0):
        return misuse("**", base, exponent)
    if exponent is S.Zero:
        return Identity()
    return base if exponent is S.One else Compose(*[base] * int(exponent))


def misuse(sign: Sign, left: Expr, right: Expr) -> Expr:
    """Keeps what has no meaning until `Recursion` reports it with a caret."""
    is_feature = "feature" in (sort_of(left), sort_of(right))
    return (FeatureMisuse if is_feature else OperatorMisuse)(Str(sign), left, right)


_ARITHMETIC: Final[dict[Sign, Callable[[Expr, Expr], Expr]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


# `Eq` asks this before it reasons about zeros and signs, which features do not have. An equation
# stays as it was written, also X[i] = X[i], which would be True.
@dispatch(Term, Basic)  # type: ignore[untyped-decorator]
def _eval_is_eq(lhs: Basic, rhs: Basic) -> Basic:
    return Eq(lhs, rhs, evaluate=False)
