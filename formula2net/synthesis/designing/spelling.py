"""Coefficients of words -> equations: sums of states and of blocks that are applied to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from sympy import Eq, Expr, Integer, Rational

from formula2net.language.expressions import Identity, OperatorScale, add, multiply, scale
from formula2net.language.recursion import Recursion
from formula2net.language.structure import ZerosLike
from formula2net.language.symbols import Index, Operator, State
from formula2net.synthesis.designing.linear import Number
from formula2net.synthesis.designing.series import SKIP, USE, Used, words

Coefficients = Mapping[int, Mapping[Used, Number]]  # lag -> word of that length -> weight

I = Index("i")  # noqa: E741
Rule = Callable[[Coefficients, Operator, Expr, int], Expr | None]

STATES = ("X", "Y", "Z", "U", "V", "S", "T")


def state(number: int) -> State:
    """The states of a system, by number; the output's first."""
    return State(STATES[number] if number < len(STATES) else f"Y{number}")


def total(terms: Iterable[tuple[Number, Expr]]) -> Expr | None:
    """A sum; terms whose coefficient is 0 are left out. None if there are no others."""
    result: Expr | None = None
    for coefficient, term in terms:
        if coefficient == 0:
            continue
        scaled = scale(rational(coefficient), term)
        result = scaled if result is None else add(result, scaled)
    return result


def rational(number: Number) -> Expr:
    """A number as SymPy has it."""
    exact = Fraction(number)
    return Rational(exact.numerator, exact.denominator)


def path_value(
    weight: Callable[[Used], Number], block: Operator, step: int, source: Expr, above: Used = ()
) -> Expr | None:
    """The value at a step that has given paths to ``source``, written out.

    Args:
        weight: of every word of as many letters as there are steps.
        block: the operator, without an index.
        step: the step.
        source: X_0.
        above: the letters of the steps behind it.

    Returns:
        One application of a block for each set of later blocks that differs; None if no path is
        left.
    """
    if step == 0:
        return total([(weight(above), source)])
    skipped = path_value(weight, block, step - 1, source, (*above, SKIP))
    used = path_value(weight, block, step - 1, source, (*above, USE))
    terms: list[tuple[Number, Expr]] = [] if skipped is None else [(1, skipped)]
    weights = {weight((*above, USE, *rest)) for rest in words(step - 1)} - {0}
    if len(weights) == 1:  # W_1 X_0 is what later steps read, and not W_1(2 X_0)
        (common,) = weights
        used = path_value(
            lambda w: weight(w) / Fraction(common), block, step - 1, source, (*above, USE)
        )
        terms.append((common, block[Integer(step)](used)))
    elif used is not None:
        terms.append((1, block[Integer(step)](used)))
    return total(terms)


def spread(coefficients: Coefficients, block: Operator, step: Expr, most: int) -> Expr | None:
    """The sum of A_k(i) X_{i-k} as it stands: ``(1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]``.

    Args:
        coefficients: A_k, for each k.
        block: the operator, without an index.
        step: i.
        most: the largest k that is taken.
    """
    terms: list[tuple[Number, Expr]] = []
    for lag, weights in sorted(coefficients.items()):
        operator = polynomial(weights, block, step) if lag <= most else None
        if operator is not None:
            terms.append((1, _applied(operator, state(0)[step - lag])))
    return total(terms)


def gathered(coefficients: Coefficients, block: Operator, step: Expr, most: int) -> Expr | None:
    """The same with one application of W_i, to all that it is applied to together."""
    beside, inside = dict[int, dict[Used, Number]](), list[tuple[Number, Expr]]()
    for lag, weights in sorted(coefficients.items()):
        beside[lag] = {word: c for word, c in weights.items() if not word[0]}
        rest = {(SKIP, *word[1:]): c for word, c in weights.items() if word[0]}
        operator = polynomial(rest, block, step) if lag <= most else None
        if operator is not None:
            inside.append((1, _applied(operator, state(0)[step - lag])))
    argument, first = total(inside), spread(beside, block, step, most)
    terms = [] if first is None else [(1, first)]
    if argument is not None:
        terms.append((1, block[step](argument)))
    return total(terms)


def polynomial(weights: Mapping[Used, Number], block: Operator, step: Expr) -> Expr | None:
    """A polynomial in the blocks of the last steps, shorter words first."""
    order = sorted(weights, key=lambda word: (sum(word), [not used for used in word]))
    return total((weights[word], _word(word, block, step)) for word in order)


def _word(word: Used, block: Operator, step: Expr) -> Expr:
    product: Expr | None = None
    for offset, used in enumerate(word):
        if used:
            letter = block[step - offset]
            product = letter if product is None else multiply(product, letter)
    return Identity() if product is None else product


def _applied(operator: Expr, value: Expr) -> Expr:
    if isinstance(operator, Identity):
        return value
    if isinstance(operator, OperatorScale) and isinstance(operator.operator, Identity):
        return scale(operator.coefficient, value)
    return multiply(operator, value)


def one_state(
    rule: Rule, coefficients: Coefficients, block: Operator, initial: Sequence[Expr | None]
) -> Recursion:
    """The recursion of one State symbol.

    Args:
        rule: :func:`spread` or :func:`gathered`.
        coefficients: of X_{i-1}, X_{i-2}, ...
        block: the operator.
        initial: X_1, X_2, ..., as long as they are given.
    """
    X = state(0)
    nothing = ZerosLike(X[0])  # a block may read it, so it needs a shape
    given = [
        Eq(X[step], nothing if value is None else value)
        for step, value in enumerate(initial, start=1)
    ]
    right = rule(coefficients, block, I, max(coefficients, default=1))
    return Recursion(Eq(X[I], or_zero(right)), initial=given or None)


def forms_of(
    coefficients: Coefficients, block: Operator, first: Callable[[Rule], list[Expr | None]]
) -> list[Recursion]:
    """A form as it stands; where several terms begin with W_i, also with one application of it.

    Args:
        coefficients: of X_{i-1}, X_{i-2}, ...
        block: the operator.
        first: gives X_1, X_2, ..., as far as they are given.
    """
    begin = sum(word[0] for weights in coefficients.values() for word in weights)
    rules: tuple[Rule, ...] = (spread, gathered) if begin > 1 else (spread,)
    return [one_state(rule, coefficients, block, first(rule)) for rule in rules]


def or_zero(value: Expr | None) -> Expr:
    """An expression, or a plain 0 where there is none."""
    return Integer(0) if value is None else value
