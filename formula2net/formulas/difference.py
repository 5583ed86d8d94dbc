"""The difference formula, its look-alikes, and what the code published for it computes."""

from __future__ import annotations

from typing import Any

from sympy import Eq, Integer

from formula2net.errors import FormulaError, Problem
from formula2net.formulas.entry import LIAO, L, formula
from formula2net.language.recursion import Recursion
from formula2net.language.structure import ZerosLike
from formula2net.language.symbols import Activation, Index, Operator, State

X, K, S, W, i = State("X"), State("K"), State("S"), Operator("W"), Index("i")
relu = Activation("relu")

ONE_A_LENGTH = {"words": L + 1, ("words", "length"): Integer(1)}


@formula(title="Difference formula", source=f"{LIAO}, Eq. (20)", counts=ONE_A_LENGTH)
def difference() -> Recursion:
    """One path of every length: the subtraction cancels all but L + 1 of ResNet's 2^L."""
    return Recursion(
        Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]),
        initial=Eq(X[1], (1 + W[1]) * X[0]),
        expects=ONE_A_LENGTH,
    )


@formula(title="Twin of the difference formula", source=f"{LIAO}, Eq. (21)", counts=ONE_A_LENGTH)
def difference_twin() -> Recursion:
    """Equal in value to the difference formula, and another wiring: only X_0 skips blocks."""
    return Recursion(Eq(X[i], W[i] * X[i - 1] + X[0]))


@formula(
    title="Difference formula as a system",
    source=f"{LIAO}, Eq. (20), the outputs of the blocks being a second state",
    counts=ONE_A_LENGTH,
)
def difference_system() -> Recursion:
    """The difference formula with the block's output as a state of its own, K_i = W_i X_{i-1}."""
    return system()


def system(initial: str = "zeros_like", activation: str | None = None) -> Recursion:
    """The system K_i = W_i X_{i-1}, X_i = X_{i-1} + K_i - K_{i-1} in its readings.

    Args:
        initial: K_0. "zeros_like": a zero that is adapted to other stages as X_0 is. "zero":
            nothing at all. "input": X_0; then the paper view telescopes to X_i = K_i, the plain
            net.
        activation: Of X_i, which Eq. (20) does not have.

    Raises:
        FormulaError: if `initial` is none of these.
    """
    value = X[i - 1] + K[i] - K[i - 1]
    return Recursion(
        [
            Eq(K[i], W[i](X[i - 1])),
            Eq(X[i], value if activation is None else Activation(activation)(value)),
        ],
        initial=Eq(K[0], _start("K_0", initial)),
    )


def _start(name: str, initial: str) -> Any:
    starts = {"zeros_like": ZerosLike(X[0]), "zero": Integer(0), "input": X[0]}
    if initial not in starts:
        raise FormulaError(Problem(f"{name} cannot be {initial!r}.", expected=", ".join(starts)))
    return starts[initial]


@formula(
    title="What the code of A.5 computes",
    source=f"{LIAO}, A.5.1, as the code runs",
    beside="difference",
)
def published_a5() -> Recursion:
    """An alias hands (1 + W_{i-1}) X_{i-2} on where Eq. (20) has W_{i-1} X_{i-2}.

    `outp = out; out += shortcut(x[1])` adds the shortcut to `outp` too. The code leaves X_1 open;
    here nothing is subtracted in it, as in Eq. (20).
    """
    return Recursion(
        Eq(X[i], relu((1 + W[i]) * X[i - 1]) - (1 + W[i - 1]) * X[i - 2]),
        initial=Eq(X[1], relu((1 + W[1]) * X[0])),
    )


@formula(
    title="What the code of A.5 computes, as a system",
    source=f"{LIAO}, A.5, as the code runs, what it stacks with X_i being a second state",
    beside="difference_system",
)
def published_a5_system() -> Recursion:
    """The wiring of the code of A.5 with the sum that it hands on as a state of its own, S_i."""
    return published_system()


def published_system(initial: str = "zeros_like") -> Recursion:
    """The system S_i = (1 + W_i) X_{i-1}, X_i = relu(S_i) - S_{i-1} in its readings.

    Where the stage changes, `shortcut2` adapts the sum S_{i-1}, and not its terms one by one.

    Args:
        initial: S_0, which the paper does not give; as of `system`.

    Raises:
        FormulaError: if `initial` is none of these.
    """
    return Recursion(
        [Eq(S[i], (1 + W[i]) * X[i - 1]), Eq(X[i], relu(S[i]) - S[i - 1])],
        initial=Eq(S[0], _start("S_0", initial)),
    )
