"""Random expressions of the language, for the property tests."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Sum, sqrt

from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State

X, Z = State("X"), Input("z")
V, W, T, relu = Operator("V"), Operator("W"), Operator("T"), Activation("relu")
H, norm = Operator("H", width=Rational(1, 2), stride=1), Norm()
i, j = Index("i"), Index("j")
a, b = Scalar("a"), Scalar("b")

NUMBERS = (
    *map(Integer, (-2, -1, 2, 3)),
    Rational(1, 2),
    Rational(-2, 3),
    sqrt(6) / 4,
    a,
    -b[i],
    a + 1,
    1 / i,
    (a - b[i - 1]) / 3,
    i % 2,
    Sum(j, (j, 1, i)),
    2 * Sum(a / j - b[j], (j, 1, 2)),
)

numbers = st.sampled_from(NUMBERS)
letters = st.sampled_from([W[i], W[i - 1], V, T[i, 2], relu, H[i], norm[i], norm])
values = st.sampled_from([X[i - 1], X[i - 2], X[0], Z])


def operators(letter: st.SearchStrategy[Expr] = letters) -> st.SearchStrategy[Expr]:
    """Sums, multiples and compositions of letters."""
    return st.recursive(
        letter,
        lambda inner: st.one_of(
            st.builds(lambda f, g: f + g, inner, inner),
            st.builds(lambda f, g: f - g, inner, inner),
            st.builds(lambda c, f: c + f, numbers, inner),
            st.builds(lambda c, f: c * f, numbers, inner),
            st.builds(lambda f, g: f * g, inner, inner),
            st.builds(lambda f: f**2, inner),
        ),
        max_leaves=3,
    )


def _total(x: Expr) -> Expr:
    """A plain SymPy `Sum`; two of them would meet as a plain `Add`, which may cancel."""
    return Sum(x + X[j] / (j + 1), (j, 0, i - 1))


def _wider(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(lambda x, y: x + y, inner, inner),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x: -x, inner),
        st.builds(lambda c, x: c * x, numbers, inner),
        st.builds(lambda c, x: x / c, numbers, inner),
        st.builds(lambda f, x: f * x, operators(), inner),
        st.builds(lambda f, x: f(x), operators(), inner),
        st.builds(lambda x, y: Concat(x, y), inner, inner),
        st.builds(lambda x, y: Mean(x, y), inner, inner),
        st.builds(lambda x, y: Hadamard(1 - x, y), inner, inner),
        st.builds(lambda x: Split(x, 3)[2], inner),
        st.builds(lambda x: ZerosLike(x), inner),
        st.builds(lambda x: Concat(_total(x), x), inner),
        st.builds(lambda f, x: f(_total(x)), operators(), inner),
        st.builds(lambda c, x, y: _total(x) / c - y, numbers, inner, inner),
        st.builds(lambda f, x: Sum(f * W[i, j], (j, 1, 2)) * (x + Z), operators(), inner),
        st.builds(lambda x: Concat(x, Concat(X[j], (j, i - 3, i - 1), clip=True)), inner),
    )


features = st.recursive(values, _wider, max_leaves=6)
