"""What a search asks of counts: closed forms, sequences, growth, or a function of the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import comb
from typing import Any

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.passes.exact import coefficient_value
from formula2net.paths.counts import number
from formula2net.synthesis.given import check_exact, verdict
from formula2net.synthesis.searching.counts import Tables

Check = Callable[[Tables], bool]

KINDS = ("words", "wired", "total")
LENGTHS = ("longest", "shortest")
GROWTH = {"constant": 0, "linear": 1, "quadratic": 2, "cubic": 3}
SPELLINGS = '{"words": L + 1}, {("words", "length"): 1}, {"total": "linear", "longest": L}'


def read_where(given: Any, depth: int) -> list[Check]:
    """The checks that a condition is made of; each is asked at the depths 1, 2, ..., in order.

    Args:
        given: as `where` of `search`.
        depth: the greatest depth.

    Raises:
        FormulaError: it is no condition.
    """
    if given is None:
        return []
    if isinstance(given, Mapping):
        return [_check(key, value, depth) for key, value in given.items()]
    if callable(given):
        return [_asked(given)]
    if isinstance(given, list | tuple):
        return [check for part in given for check in read_where(part, depth)]
    raise FormulaError(
        Problem(
            "where is no condition on counts.",
            got=repr(given),
            expected="a mapping from counts to closed forms, or a function of the counts",
            try_=f"where={SPELLINGS.split(', ')[0]}, or where=lambda at: at.words == at.depth + 1",
        )
    )


def _check(key: Any, value: Any, depth: int) -> Check:
    if key in KINDS or key in LENGTHS:
        if isinstance(value, str):
            return _grows(key, value, depth)
        wanted = _sequence(key, value, depth)
        return lambda at: getattr(at, key) == wanted[at.depth - 1]
    if isinstance(key, tuple) and len(key) == 2 and key[0] in KINDS and key[1] == "length":
        return _by_length(key, value)
    raise FormulaError(
        Problem(
            f"There is no count {key!r}.",
            expected=", ".join(map(repr, (*KINDS, *LENGTHS))) + ' or ("words", "length")',
            try_=f"where={SPELLINGS}",
        )
    )


def _asked(function: Callable[[Tables], Any]) -> Check:
    def check(at: Tables) -> bool:
        answer = function(at)
        yes = verdict(answer)
        if yes is None:
            raise FormulaError(
                Problem(
                    f"where has no answer at depth {at.depth}.",
                    got=repr(answer),
                    expected="True or False",
                    try_="where=lambda at: at.words == at.depth + 1",
                )
            )
        return yes

    return check


def _sequence(key: str, value: Any, depth: int) -> list[Any]:
    """What a count shall be at the depths 1, 2, ..."""
    if isinstance(value, Sequence):
        if len(value) < depth:
            raise FormulaError(
                Problem(
                    f"The sequence for {key!r} is too short.",
                    got=f"{len(value)} numbers",
                    expected=f"{depth}, for the depths 1 to {depth}",
                )
            )
        return [_number(key, term) for term in value]
    form = _closed_form(key, value, {"L"})
    return [_value(key, form, {"L": n}) for n in range(1, depth + 1)]


def _by_length(key: tuple[str, str], value: Any) -> Check:
    """A closed form in L and k: at k = 0, ..., L, and at every greater length that there is."""
    form = _closed_form(key, value, {"L", "k"})
    known: dict[tuple[int, int], Any] = {}

    def wanted(depth: int, length: int) -> Any:
        if (depth, length) not in known:
            known[depth, length] = _value(key, form, {"L": depth, "k": length})
        return known[depth, length]

    def check(at: Tables) -> bool:
        found = {k: getattr(counts, key[0]) for k, counts in at.by_length.items()}
        lengths = range(max(at.depth, *found, 0) + 1)
        return all(found.get(k, 0) == wanted(at.depth, k) for k in lengths)

    return check


def _grows(key: str, name: str, depth: int) -> Check:
    """A polynomial of one degree in the depth, by its differences."""
    if name not in GROWTH:
        expected = " or ".join(map(repr, GROWTH))
        what, try_ = f"Unknown growth {name!r} of {key!r}.", "a closed form in Symbol('L'), no text"
        raise FormulaError(Problem(what, expected=expected, try_=try_))
    degree = GROWTH[name]
    if depth < degree + 2:
        what = f"Growth that is {name} does not show up to depth {depth}."
        raise FormulaError(Problem(what, expected=f"depth={degree + 2} or more"))

    def check(at: Tables) -> bool:
        if at.depth <= degree:
            return True
        before = [getattr(each, key) for each in at.earlier[-degree - 1 :]]
        values = [*before, getattr(at, key)]
        leading = _difference(values[-degree - 1 :])
        return leading != 0 and (len(values) < degree + 2 or _difference(values) == 0)

    return check


def _difference(values: Sequence[Any]) -> Any:
    """The last difference that so many values have."""
    order = len(values) - 1
    return sum((-1) ** (order - k) * comb(order, k) * value for k, value in enumerate(values))


def _closed_form(key: Any, value: Any, known: set[str]) -> sympy.Expr:
    try:
        form = None if isinstance(value, str) else sympy.sympify(value)
    except sympy.SympifyError:
        form = None
    if not isinstance(form, sympy.Expr):
        what = f"The closed form for {key!r} is no expression."
        raise FormulaError(Problem(what, got=type(value).__name__, expected=_names(known)))
    check_exact(form)
    unknown = sorted(s.name for s in form.free_symbols if s.name not in known)
    if unknown:
        raise FormulaError(
            Problem(
                f"The closed form {form} for {key!r} has {', '.join(unknown)}.",
                expected=_names(known),
                try_="Symbol('L') for the depth, Symbol('k') for the length",
            )
        )
    return form


def _names(known: Iterable[str]) -> str:
    return f"an expression in {' and '.join(sorted(known))}"


def _value(key: Any, form: sympy.Expr, at: Mapping[str, int]) -> Any:
    value = form.subs({symbol: at[symbol.name] for symbol in form.free_symbols})
    return _number(key, sympy.simplify(value) if not value.is_Rational else value)


def _number(key: Any, value: Any) -> Any:
    value = sympy.sympify(value)
    if not value.is_Rational:
        what = f"A count of {key!r} cannot be {value}."
        raise FormulaError(Problem(what, expected="an integer or a fraction"))
    return number(coefficient_value(value, {}))
