"""Random formulas for property tests: lags, coefficients, nesting, concat, gates, systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st
from sympy import Eq, Expr, Integer, Mod, Piecewise, Rational, Sum, sqrt

from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import (
    Activation,
    Index,
    Input,
    Norm,
    Operator,
    Scalar,
    State,
)

I = Index("i")  # noqa: E741
J = Index("j")
X, Y = State("X"), State("Y")
W, V, K = Operator("W"), Operator("V"), Operator("K")
HALF, WIDE = Operator("H", width=Rational(1, 2)), Operator("D", width=Rational(3, 2))
NARROW, KEPT = Operator("S", width=Rational(1, 4), stride=1), Operator("E", stride=1)
RELU, TANH, SIGMOID = Activation("relu"), Activation("tanh"), Activation("sigmoid")
POOL, NORM = Activation("global_pool"), Norm("norm")


@dataclass(frozen=True)
class Features:
    """What random formulas may contain.

    Attributes:
        lags: The largest lag.
        states: 1, or 2 for systems.
        leaves: About how many values an equation reads.
        concat: Concatenations (only directly below a block, which makes one width of them),
            their parts, and means.
        gates: Elementwise products.
        activations: Activations.
        growing: Sums and windows over all steps before.
        varying: Coefficients that depend on the index.
        scalars: Symbolic coefficients.
        tied: Blocks that share their weights over the steps.
        nested: Formulas as blocks.
        norms: Trained letters of length 0, tied ones too.
        shaped: Blocks that say their width, or keep the resolution.
        pooled: Gates by what has been pooled.
    """

    lags: int = 3
    states: int = 2
    leaves: int = 6
    concat: bool = True
    gates: bool = True
    activations: bool = True
    growing: bool = True
    varying: bool = True
    scalars: bool = True
    tied: bool = True
    nested: bool = True
    norms: bool = True
    shaped: bool = True
    pooled: bool = True


EVERYTHING = Features()
PLAIN = Features(
    states=1,
    concat=False,
    gates=False,
    activations=False,
    growing=False,
    varying=False,
    scalars=False,
    tied=False,
    nested=False,
    norms=False,
    shaped=False,
    pooled=False,
)


def coefficients(features: Features = EVERYTHING) -> st.SearchStrategy[Expr]:
    """Exact coefficients other than 0."""
    integers = st.integers(-3, 3).filter(bool).map(Integer)
    rationals = st.tuples(st.integers(-4, 4).filter(bool), st.integers(2, 5))
    exact = st.one_of(integers, rationals.map(lambda pair: Rational(*pair)), st.just(sqrt(6) / 3))
    kinds = [exact]
    if features.varying:
        odd = Piecewise((Integer(2), Eq(Mod(I, 2), 1)), (Rational(1, 2), True))
        kinds.append(st.sampled_from([1 / I, I, -I / (I + 1), 1 + Mod(I, 2), odd]))
    if features.scalars:
        a, b = Scalar("a"), Scalar("b")
        kinds.append(st.sampled_from([a, b[I], 1 - a, a * b[I - 1], a / 2]))
    return st.one_of(kinds)


def blocks(features: Features = EVERYTHING) -> st.SearchStrategy[Expr]:
    """Operators: blocks, their sums, multiples and compositions."""
    names = [W[I], V[I], W[I - 1], K[I, 1], K[I, 2]]
    names += [V] if features.tied else []
    names += [_nested()[I]] if features.nested else []
    names += [HALF[I], WIDE[I], KEPT[I, 1]] if features.shaped else []
    names += [_chunks()[I]] if features.nested and features.shaped else []
    one = st.sampled_from(names)
    pair = st.tuples(one, one)
    return st.one_of(
        one,
        one.map(lambda block: 1 + block),
        one.map(lambda block: block - 2),
        pair.map(lambda two: two[0] * two[1]),
        pair.map(lambda two: two[0] + two[1]),
        st.tuples(coefficients(features), one).map(lambda two: two[0] * two[1]),
    )


def values(reads: list[Expr], features: Features = EVERYTHING) -> st.SearchStrategy[Expr]:
    """Features that read some of the given values."""
    return st.recursive(
        st.sampled_from(reads),
        lambda inner: st.one_of(_larger(inner, features)),
        max_leaves=features.leaves,
    )


def _larger(inner: st.SearchStrategy[Expr], features: Features) -> list[st.SearchStrategy[Expr]]:
    some = st.lists(inner, min_size=2, max_size=3)
    pair = st.tuples(inner, inner)
    block = blocks(features)
    larger = [
        st.tuples(block, inner).map(lambda two: two[0] * two[1]),
        st.tuples(block, inner).map(lambda two: two[0](two[1])),
        st.tuples(coefficients(features), inner).map(lambda two: two[0] * two[1]),
        pair.map(lambda two: two[0] + two[1]),
        pair.map(lambda two: two[0] - two[1]),
    ]
    if features.activations:
        activation = st.sampled_from([RELU, TANH])
        larger.append(st.tuples(activation, inner).map(lambda two: two[0](two[1])))
    if features.norms:
        norm = st.sampled_from([NORM[I], NORM[I, 2], Norm("norm2")])
        larger.append(st.tuples(norm, inner).map(lambda two: two[0](two[1])))
    if features.pooled:
        larger.append(pair.map(lambda two: Hadamard(two[0], KEPT[I](POOL(two[1])))))
        squeezed = inner.map(lambda x: SIGMOID(KEPT[I](RELU(NARROW[I](POOL(x))))))
        larger.append(st.tuples(inner, squeezed).map(lambda two: Hadamard(*two)))
    if features.gates:
        larger.append(pair.map(lambda two: Hadamard(*two)))
        larger.append(pair.map(lambda two: Hadamard(1 - V[I](two[0]), two[1])))
    if features.concat:
        larger.append(some.map(lambda listed: W[I](Concat(*listed))))
        larger.append(pair.map(lambda two: Split(Concat(*two), 2)[1]))
        larger.append(some.map(lambda listed: Mean(*listed)))
    if features.growing:
        larger.append(st.sampled_from(_growing()))
    return larger


def _growing() -> list[Expr]:
    return [
        X[I - 1] + Sum(X[J], (J, 0, I - 1)),
        X[I - 1] - Sum(X[J] / 2 + V[J](X[0]), (J, 0, I - 1)),
        V[I](Concat(X[J], (J, 0, I - 1))),
        V[I](Concat(X[J], (J, I - 4, I - 1), clip=True)),
        Mean(X[J], (J, 0, I - 1)) + ZerosLike(X[0]),
        Sum(K[I, J], (J, 1, 2)) * X[I - 1],
    ]


def _nested() -> Callable[..., Expr]:
    Z, B = State("Z"), Operator("B")
    inner = Recursion(Eq(Z[I], Z[I - 1] + B[I](Z[I - 1])))
    return inner.as_operator(2, name="F")


def _chunks() -> Callable[..., Expr]:
    """A formula whose blocks say how much of it they hand on, and whose name has two meanings."""
    Z, z = State("Z"), Input("z")
    W = Operator("W", width=Rational(1, 2))  # not the W around it
    inner = Recursion(
        Eq(Z[I], NORM[I](W[I](Split(z, 2)[I]))), initial=Eq(Z[0], z), output=Concat(Z[J], (J, 1, I))
    )
    return inner.as_operator(2, name="G", width=Rational(1, 2))


@st.composite
def recursions(draw: st.DrawFn, features: Features = EVERYTHING) -> Recursion:
    """Valid recursions: every value that a step reads is defined."""
    lags = draw(st.integers(1, features.lags))
    is_system = features.states > 1 and draw(st.booleans())
    reads: list[Expr] = [X[I - lag] for lag in range(1, lags + 1)]
    equations, output = [], None
    initial = [Eq(X[step], (1 + W[step]) * X[step - 1]) for step in range(1, lags)]
    if is_system:
        equations.append(Eq(Y[I], draw(values([X[I - 1], Y[I - 1]], features))))
        reads += [Y[I], Y[I - 1]]
        initial += draw(st.sampled_from([[Eq(Y[0], 0)], _halves()]))
        output = draw(st.sampled_from([None, X, X[I] + Y[I], Y[I] / 2]))
    equations.append(Eq(X[I], draw(values(reads, features))))
    return Recursion(equations, initial, output=output)


def _halves() -> list[Expr]:
    first, second = Split(Input("z"), 2)
    return [Eq(X[0], first), Eq(Y[0], second)]
