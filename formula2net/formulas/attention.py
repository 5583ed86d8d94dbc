"""Formulas inside a block: what gates its channels, and what its chunks hand on to each other."""

from __future__ import annotations

from sympy import Eq, Rational

from formula2net.formulas.entry import formula
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Split
from formula2net.language.symbols import Activation, Index, Input, Operator, State

X, U, Y, z = State("X"), State("U"), State("Y"), Input("z")
B, E = Operator("B"), Operator("E", stride=1)
i, j, k = Index("i"), Index("j"), Index("k")
relu, sigmoid, global_pool = Activation("relu"), Activation("sigmoid"), Activation("global_pool")


@formula(
    title="Squeeze-and-excitation block",
    source="J. Hu, L. Shen and G. Sun (2018). Squeeze-and-Excitation Networks, Eqs. (2) to (4)",
)
def squeeze_excitation(reduction: int = 16) -> Recursion:
    """The means of a block's channels decide, through two small layers, how much of each passes."""
    S = Operator("S", width=Rational(1, reduction), stride=1)
    gate = sigmoid(E[i](relu(S[i](global_pool(U[i])))))
    return Recursion([Eq(U[i], relu(B[i](X[i - 1]))), Eq(X[i], Hadamard(U[i], gate))])


@formula(
    title="Res2Net's chunks",
    source="S. Gao, M. Cheng, K. Zhao, X. Zhang, M. Yang and P. Torr (2019). "
    "Res2Net: A New Multi-scale Backbone Architecture, Eq. (1)",
    steps="scales",
)
def res2net_chunks(scales: int = 4) -> Recursion:
    """Each part of the input is added to what the part before it has become; the first passes.

    Step k is part k, so the depth is the number of scales.
    """
    K, part = Operator("K", width=Rational(1, scales)), Split(z, scales)
    return Recursion(
        Eq(Y[k], K[k](part[k] + Y[k - 1])),
        initial=[Eq(Y[1], part[1]), Eq(Y[2], K[2](part[2]))],
        output=Concat(Y[j], (j, 1, k)),
    )


@formula(
    title="Res2NeXt block",
    source="S. Gao, M. Cheng, K. Zhao, X. Zhang, M. Yang and P. Torr (2019). "
    "Res2Net: A New Multi-scale Backbone Architecture, Figure 2b",
)
def res2next_block(scales: int = 4, cardinality: int = 8) -> Recursion:
    """A bottleneck, cardinality / 4 times as wide inside, with Res2Net's chunks in the middle."""
    inner = Rational(cardinality, 4)
    A = Operator("A", width=inner)
    R = res2net_chunks.with_parameters(scales=scales).as_operator(scales, "R", width=inner)
    return Recursion(Eq(X[i], B[i](R[i](A[i](X[i - 1])))))
