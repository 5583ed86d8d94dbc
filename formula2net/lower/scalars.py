"""The scalars of a formula: bound to exact numbers, or trainable from a start value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import nn

from formula2net.errors import FormulaError, Problem
from formula2net.ir.coefficient import scalars_of
from formula2net.ir.ops import LinComb
from formula2net.ir.program import Program
from formula2net.language.formula_operator import FormulaAtom
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Scalar

Start = float | Callable[..., float]


def bind_scalars(formula: Recursion, values: Mapping[str, Any]) -> Recursion:
    """The formula with exact numbers in place of scalars.

    Args:
        formula: the formula.
        values: by name; for `a[i]` a number, or a function of the indices.

    Raises:
        FormulaError: the formula has no such scalar, or a value is not exact.
    """
    check_known(formula, values)
    return formula.subs(dict(values)) if values else formula


def start_values(
    formula: Recursion, program: Program, given: Mapping[str, Start]
) -> dict[str, float]:
    """The start value of every scalar that the output depends on, by parameter name (`a_3_1`).

    Args:
        formula: says where a scalar starts unless it is given.
        program: the formula at one depth.
        given: by the scalar's name, for `a[i]` a number or a function of the indices; or by the
            parameter's.

    Raises:
        FormulaError: names the scalars without a value, or what is given for no scalar.
    """
    names = _live_scalars(program)
    check_known(formula, given.keys() - set(names))
    starts: dict[str, float] = {}
    missing: list[str] = []
    for name in names:
        scalar, indices = _taken_apart(name, _scalars(formula))
        start = given.get(name, given.get(scalar.name, scalar.start))
        if start is None:
            missing.append(name)
            continue
        starts[name] = _number(name, start(*indices) if callable(start) else start)
    if missing:
        raise FormulaError(_without_value(missing))
    return starts


def _number(name: str, start: Any) -> float:
    try:
        return float(start)
    except (TypeError, ValueError):
        what = f"The start value of {name} is no number."
        raise FormulaError(
            Problem(what, got=repr(start), try_=f'trainable={{"{name}": 0.5}}')
        ) from None


def set_scalars(net: nn.Module, **values: float) -> None:
    """Gives trainable scalars of a network a value, and takes them out of training.

    For a number that a schedule changes while the rest trains. Optimisers that are made afterwards
    do not see the scalars; `net.scalars["h"].requires_grad_()` puts one back.

    Args:
        net: The network.
        **values: By the scalar's name, for all steps, or by the parameter's, as `h_3`.

    Raises:
        FormulaError: The network has no such scalar.
    """
    parameters: Mapping[str, nn.Parameter] = getattr(net, "scalars", {})
    of = {name: _taken_apart(name, _scalars(net.formula))[0].name for name in parameters}
    if unknown := values.keys() - {*of, *of.values()}:
        expected = ", ".join(dict.fromkeys([*of.values(), *of])) or "none: it trains none"
        names = ", ".join(sorted(unknown))
        raise FormulaError(Problem(f"The network has no scalar {names}.", expected=expected))
    for name, parameter in parameters.items():
        value = values.get(name, values.get(of[name]))
        if value is not None:
            with torch.no_grad():
                parameter.requires_grad_(False).fill_(value)


def check_known(formula: Recursion, given: Iterable[str]) -> None:
    """Refuses values for what is no scalar of the formula.

    Raises:
        FormulaError: names them.
    """
    unknown = set(given) - _scalars(formula).keys()
    if unknown:
        expected = ", ".join(_scalars(formula)) or "none: it has no scalars"
        names = ", ".join(sorted(unknown))
        raise FormulaError(Problem(f"The formula has no scalar {names}.", expected=expected))


def _scalars(formula: Recursion) -> dict[str, Scalar]:
    """All scalars by name, those of formulas that are used as blocks too."""
    found = {scalar.name: scalar for scalar in formula.scalars}
    for line in formula.lines:
        for atom in line.rhs.atoms(FormulaAtom):
            found = {**_scalars(atom.recursion), **found}
    return found


def _live_scalars(program: Program) -> list[str]:
    """The parameters of a program, in the order of first use."""
    names: dict[str, None] = {}
    for value in sorted(program.live):
        op = program.ops[value]
        if isinstance(op, LinComb):
            for coefficient, _ in op.terms:
                names.update(dict.fromkeys(sorted(scalars_of(coefficient))))
    return list(names)


def _taken_apart(name: str, scalars: Mapping[str, Scalar]) -> tuple[Scalar, tuple[int, ...]]:
    """The scalar and the indices of a parameter: `a_3_m1` is a[3, -1]."""
    for known in sorted(scalars, key=len, reverse=True):
        if re.fullmatch(rf"{re.escape(known)}(_m?\d+)*", name):
            indices = name[len(known) :].split("_")[1:]
            return scalars[known], tuple(int(k.replace("m", "-")) for k in indices)
    raise FormulaError(f"{name} is a scalar of no equation")


def _without_value(names: list[str]) -> Problem:
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    base = names[0].split("_")[0]
    return Problem(
        f"The scalars {shown} have no value." if len(names) > 1 else f"{shown} has no value.",
        expected="a number to bind it to, or a value to start training from",
        try_=f"compile(..., scalars={{{base!r}: Rational(1, 2)}}) or trainable={{{base!r}: 0.5}}",
    )
