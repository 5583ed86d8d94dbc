"""Networks that were read as schemes for differential equations, or built as such.

They are those of Table 1 of the high-order paper; RevNet is in `reversible.py`, ResNet in
`residual.py`. Two-step formulas need an X_1, which the table leaves open; each says what it is.
"""

from __future__ import annotations

from typing import Final

from sympy import Eq, Rational, binomial

from formula2net.formulas.entry import L, formula, k
from formula2net.formulas.high_order import LUO
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Operator, Scalar, State

LU: Final = (
    "Y. Lu, A. Zhong, Q. Li and B. Dong (2018). Beyond Finite Layer Neural Networks: "
    "Bridging Deep Architectures and Numerical Differential Equations"
)

X, F, i = State("X"), Operator("F"), Index("i")
EULER_STEP: Final = Eq(X[1], X[0] + F[1](X[0]))
EVERY_CHOICE: Final = {"words": 2**L, ("words", "length"): binomial(L, k)}


@formula(
    title="PolyNet",
    source="X. Zhang, Z. Li, C. C. Loy and D. Lin (2017). PolyNet: A Pursuit of Structural "
    f"Diversity in Very Deep Networks, poly-2; {LUO}, Table 1",
    counts={"wired": 3**L, "words": 3**L, "total": 3**L},
)
def polynet() -> Recursion:
    """A polynomial of one block, 1 + F + F^2: the same block is applied to its own output."""
    return Recursion(Eq(X[i], X[i - 1] + F[i](X[i - 1]) + F[i](F[i](X[i - 1]))))


@formula(title="LM-ResNet", source=f"{LU}, the LM-architecture; X_1 as there", counts=EVERY_CHOICE)
def lm_resnet() -> Recursion:
    """A linear two-step method: k_i, trained, says how much of the state before stays.

    The first step has no X_{-1} and is that of a ResNet. The authors draw k from U(-0.1, 0); here
    it starts at the middle of that interval.
    """
    kept = Scalar("k", start=Rational(-1, 20))[i]
    return Recursion(
        Eq(X[i], (1 - kept) * X[i - 1] + kept * X[i - 2] + F[i](X[i - 1])), initial=EULER_STEP
    )


@formula(
    title="LM-ResNet as printed", source=f"{LUO}, Table 1; X_1 is not given", counts=EVERY_CHOICE
)
def lm_resnet_printed() -> Recursion:
    """Where LM-ResNet has the state before, X_{i-2}, the table has its block, F_{i-1}(X_{i-2}).

    That is the value which step i-1 computed. X_1 is chosen as in LM-ResNet, and so is the start.
    """
    kept = Scalar("k", start=Rational(-1, 20))[i]
    return Recursion(
        Eq(X[i], (1 - kept) * X[i - 1] + kept * F[i - 1](X[i - 2]) + F[i](X[i - 1])),
        initial=EULER_STEP,
    )


@formula(
    title="Second-order CNN",
    source="L. Ruthotto and E. Haber (2020). Deep Neural Networks Motivated by Partial "
    f"Differential Equations, the hyperbolic network; {LUO}, Table 1; X_1 is not given there",
    counts=EVERY_CHOICE,
)
def second_order() -> Recursion:
    """Second differences in the depth: blocks push the change of the state, not the state.

    h is the step size, Delta in the table. X_1 is a start at rest, X_{-1} = X_0. What the blocks
    are is open here; in the network of Ruthotto and Haber they are symmetric.
    """
    h = Scalar("h", start=1)
    return Recursion(
        Eq(X[i], 2 * X[i - 1] - X[i - 2] + h**2 * F[i](X[i - 1])), initial=Eq(X[-1], X[0])
    )
