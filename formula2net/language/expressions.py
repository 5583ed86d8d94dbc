"""The two sorts of the language: features (values) and operators (maps).

SymPy's `Mul` pulls a number out of every product, so `W*(x/2)` would become `(W*x)/2`, which is
another network. Features and operators therefore have sums, multiples and compositions of their
own, and keep what was written: numbers never move, nothing is expanded (design: values form a
near-ring). What has no meaning, as a product of two features, is kept as a `Misuse`, so that
`Recursion` can report it together with everything else that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Literal, TypeAlias

from sympy import Add, Basic, Eq, Expr, Mul, Piecewise, Pow, S, Sum
from sympy.core.symbol import Str
from sympy.core.sympify import SympifyError, _sympify
from sympy.multipledispatch import dispatch

from formula2net.errors import FormulaError

Sort: TypeAlias = Literal["feature", "operator", "number"]
_Method: TypeAlias = Callable[["Term", Expr], Expr]


def _with_operand(method: _Method) -> Callable[[Term, Any], Expr]:
    """Reads the other operand as SymPy does, and leaves what is no expression to that operand."""

    @wraps(method)
    def wrapper(self: Term, other: Any) -> Expr:
        try:
            other = _sympify(other)
        except SympifyError:
            return NotImplemented
        return method(self, other) if isinstance(other, Expr) else NotImplemented

    return wrapper


class Term(Expr):  # type: ignore[misc]
    """What features and operators share: the overloads, which decide by sort."""

    __slots__ = ()
    is_commutative = False
    is_number = False
    _op_priority = 100.0
    __array_ufunc__ = None  # numpy leaves arithmetic with us to us

    def __new__(cls, *args: Any) -> Term:
        return Expr.__new__(cls, *map(as_expression, args))  # type: ignore[no-any-return]

    @_with_operand
    def __add__(self, other: Expr) -> Expr:
        return add(self, other)

    @_with_operand
    def __radd__(self, other: Expr) -> Expr:
        return add(other, self)

    @_with_operand
    def __sub__(self, other: Expr) -> Expr:
        return add(self, scale(S.NegativeOne, other))

    @_with_operand
    def __rsub__(self, other: Expr) -> Expr:
        return add(other, -self)

    @_with_operand
    def __mul__(self, other: Expr) -> Expr:
        return multiply(self, other)

    @_with_operand
    def __rmul__(self, other: Expr) -> Expr:
        return multiply(other, self)

    @_with_operand
    def __truediv__(self, other: Expr) -> Expr:
        if sort_of(other) != "number":
            return misuse("/", self, other)
        return scale(S.One / other, self)

    @_with_operand
    def __rtruediv__(self, other: Expr) -> Expr:
        return misuse("/", other, self)

    @_with_operand
    def __pow__(self, other: Expr) -> Expr:
        return power(self, other)

    @_with_operand
    def __rpow__(self, other: Expr) -> Expr:
        return misuse("**", other, self)

    def __neg__(self) -> Expr:
        return scale(S.NegativeOne, self)

    def __pos__(self) -> Expr:
        return self

    def _sympystr(self, printer: Any) -> str:
        from formula2net.language.printing import text_of

        return text_of(self)

    def _latex(self, printer: Any) -> str:
        from formula2net.language.latex import latex_of

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


def as_expression(value: Any) -> Any:
    """The value as SymPy reads it.

    Raises:
        FormulaError: if SymPy does not know it, as a string or a list.
    """
    try:
        return _sympify(value)
    except SympifyError as error:
        raise FormulaError(f"{value!r} is no expression: write X[i - 1], W[i](x), ...") from error


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
    if left is S.Zero:
        return right
    if right is S.Zero:
        return left
    if "feature" in (sort_of(left), sort_of(right)):
        head = left.args if isinstance(left, FeatureSum) else (left,)
        return FeatureSum(*head, right)
    left, right = as_operator(left), as_operator(right)
    return OperatorSum(*(left.args if isinstance(left, OperatorSum) else (left,)), right)


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


def power(base: Expr, exponent: Expr) -> Expr:
    """base ** exponent: an operator composed with itself; anything else is a misuse."""
    if sort_of(base) != "operator" or not (exponent.is_Integer and exponent >= 0):
        return misuse("**", base, exponent)
    if exponent is S.Zero:
        return Identity()
    return base if exponent is S.One else Compose(*[base] * int(exponent))


def misuse(sign: str, left: Expr, right: Expr) -> Expr:
    """Keeps what has no meaning until `Recursion` reports it with a caret."""
    is_feature = "feature" in (sort_of(left), sort_of(right))
    return (FeatureMisuse if is_feature else OperatorMisuse)(Str(sign), left, right)


# `Eq` asks this before it reasons about zeros and signs, which features do not have. An equation
# stays as it was written, also X[i] = X[i], which would be True.
@dispatch(Term, Basic)  # type: ignore[untyped-decorator]
def _eval_is_eq(lhs: Basic, rhs: Basic) -> Basic:
    return Eq(lhs, rhs, evaluate=False)
