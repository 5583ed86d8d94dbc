"""Text -> recursion: every spelling, and what each name is."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sympy import Eq, Mod, Piecewise, Rational, Sum, ceiling, floor, log, root, sqrt

from formula2net.language.notation import parse
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State

i, j, k, L = (Index(name) for name in "ijkL")
X, Y, V, N, x = (State(name) for name in ("X", "Y", "V", "N", "x"))
W, F, G, T, H = (Operator(name) for name in ("W", "F", "G", "T", "H"))
a, b, h = (Scalar(name) for name in ("a", "b", "h"))
relu, norm = Activation("relu"), Norm()

DIFFERENCE = Recursion(
    Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]),
    initial=Eq(X[1], (1 + W[1]) * X[0]),
)


def formula(value: object, **more: object) -> Recursion:
    """X[i] = value."""
    return Recursion(Eq(X[i], value, evaluate=False), **more)


# ---------------------------------------------------------------------- spellings

DIFFERENCE_TEXTS = [
    "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0",
    "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\nX[1] = (1 + W[1])*X[0]",
    "X_<i> = (1 + W_<i>) X_<i-1> - W_<i-1> X_<i-2>; X_<1> = (1 + W_<1>) X_<0>",
    "Xᵢ = (1 + Wᵢ)·Xᵢ₋₁ − Wᵢ₋₁ Xᵢ₋₂\nX₁ = (1 + W₁) X₀",
    r"X_L = (1 + W_L) \cdot X_{L-1} - W_{L-1} \cdot X_{L-2} \\ X_1 = (1 + W_1) \cdot X_0",
    (
        r"$$X_{L-i} = (1 + W_{L-i}) \cdot X_{L-i-1} - W_{L-i-1} \cdot X_{L-i-2} \tag{20}$$"
        "\n$$X_1 = (1 + W_1) X_0$$ (19)"
    ),
    (
        r"\mathbf{X}_{i} = \left(1 + \mathbf{W}_{i}\right) \mathbf{X}_{i-1}"
        r" - W_{i-1}\left(X_{i-2}\right), \quad (20)"
        "\n"
        r"X_{1} = (1 + W_1) X_0, \text{ where } 1 < i < L + 1."
    ),
    (
        r"\begin{aligned} X_i &= (1 + W_i) X_{i-1} \\ &- W_{i-1} X_{i-2} \\"
        r" X_1 &= (1 + W_1) X_0 \end{aligned}"
    ),
    "X^{(i)} = (1 + W^{(i)}) X^{(i-1)} - W^{(i-1)} X^{(i-2)}; X^{(1)} = (1 + W^{(1)}) X^{(0)}",
    "X^{i+1} = (1 + W^{i+1}) X^i - W^i X^{i-1}\nX^1 = (1 + W^1) X^0",
    "Xⁱ⁺¹ = (1 + Wⁱ⁺¹) Xⁱ − Wⁱ Xⁱ⁻¹; X¹ = (1 + W¹) X⁰",
    "X_{i+1} = (1 + W_{i+1}) X_i - W_iX_{i-1}; X_1 = (1 + W_1)X_0",
    "# Eq. (20)\nX_i = (1 + W_i) X_{i-1}\n    - W_{i-1} X_{i-2}  # minus\n\nX_1 = (1 + W_1) X_0\n",
    "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}, i >= 2, L >= i; X_1 = (1 + W_1) X_0",
    "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}, L + 1 > i >= 2; X_1 = (1 + W_1) X_0",
    "X_i = (1 + W_i)(X_{i-1}) - W_{i-1}(X_{i-2}), i = 2, ..., L; X_1 := (1 + W_1)(X_0)",
    "𝐗_i = (1 + 𝐖_i) 𝐗_{i-1} - 𝐖_{i-1} 𝐗_{i-2}; 𝐗_1 = (1 + 𝐖_1) 𝐗_0",
    "X_i = X_{i-1} + W_i X_{i-1} - W_{i-1} X_{i-2}; X_1 = X_0 + W_1 X_0",
]


@pytest.mark.parametrize("text", DIFFERENCE_TEXTS)
def test_all_spellings_of_the_difference_formula(text: str) -> None:
    assert parse(text) == DIFFERENCE


VALUES = {
    # numbers
    "X_{i-1}/2 + 1/3 W_i X_{i-1}": X[i - 1] / 2 + Rational(1, 3) * W[i](X[i - 1]),
    r"\frac{1}{2} X_{i-1}": X[i - 1] / 2,
    r"\frac12 X_{i-1}": X[i - 1] / 2,
    r"\tfrac{X_{i-1}}{2}": X[i - 1] / 2,
    "½ X_{i-1} + ⅔ W_i X_{i-1}": X[i - 1] / 2 + Rational(2, 3) * W[i](X[i - 1]),
    r"\sqrt{6} X_{i-1} + sqrt(6)/3 W_i X_{i-1}": sqrt(6) * X[i - 1] + sqrt(6) / 3 * W[i](X[i - 1]),
    r"√6 X_{i-1} + \sqrt[3]{2} X_{i-2}": sqrt(6) * X[i - 1] + root(2, 3) * X[i - 2],
    "sqrt(6)^2 X_{i-1}": 6 * X[i - 1],
    "2^i X_{i-1} + 2**(i-1) X_0": 2**i * X[i - 1] + 2 ** (i - 1) * X[0],
    "1/i X_{i-1} + (i mod 2) X_0": X[i - 1] / i + Mod(i, 2) * X[0],
    r"(i % 2) X_{i-1} + (i \bmod 3) X_0 + mod(i, 4) X_1": Mod(i, 2) * X[i - 1]
    + Mod(i, 3) * X[0]
    + Mod(i, 4) * X[1],
    "piecewise(1/2 if i % 2 = 0, 1/i otherwise) X_{i-1}": Piecewise(
        (Rational(1, 2), Eq(Mod(i, 2), 0)), (1 / i, True)
    )
    * X[i - 1],
    "piecewise(2 if 1 < i < 4 or not i == 7, 3) X_{i-1}": Piecewise(
        (2, ((i > 1) & (i < 4)) | ~Eq(i, 7)), (3, True)
    )
    * X[i - 1],
    "X_{i - 2^2} + X_{floor(i/2)}": X[i - 4] + X[floor(i / 2)],
    "max(1, i - 3) X_{i-1} + ceil(log(i, 2)) X_{i-2}": (
        parse("X_i = Max(1, i - 3) X_{i-1} + ceiling(log(i)/log(2)) X_{i-2}").equations[0].rhs
    ),
    "ceil(log(i, 2)) X_{i-1}": ceiling(log(i, 2)) * X[i - 1],
    "2^-i X_{i-1} - 2 * -X_0": 2 ** (-i) * X[i - 1] + 2 * X[0],
    "piecewise(2 if And(i > 1, Not(Eq(i, 7)), True), 3) X_{i-1}": Piecewise(
        (2, (i > 1) & ~Eq(i, 7)), (3, True)
    )
    * X[i - 1],
    # scalars
    "h X_{i-1} + a_i X_{i-2}": h * X[i - 1] + a[i] * X[i - 2],
    r"\theta X_{i-1} + θ_i X_{i-2}": Scalar("theta") * X[i - 1] + Scalar("theta")[i] * X[i - 2],
    r"αβ X_{i-1} + \varepsilon X_0": Scalar("alpha") * Scalar("beta") * X[i - 1]
    + Scalar("epsilon") * X[0],
    "g' X_{i-1}": Scalar("gprime") * X[i - 1],
    r"g^{\prime} X_{i-1} + \hat{a} X_0": Scalar("gprime") * X[i - 1] + Scalar("ahat") * X[0],
    r"(1 - \Delta i) X_{i-1} + Δi X_0": (1 - Scalar("Deltai")) * X[i - 1] + Scalar("Deltai") * X[0],
    "aᵢ₂ X_{i-1} + a_{i2} X_0": a[i, 2] * X[i - 1] + a[i, 2] * X[0],
    "a^2 X_{i-1} + a^{(i)} X_0": a**2 * X[i - 1] + a[i] * X[0],
    # operators
    "W_i W_{i-1} X_{i-1}": (W[i] * W[i - 1])(X[i - 1]),
    r"(W_i \circ W_{i-1})(X_{i-1})": (W[i] * W[i - 1])(X[i - 1]),
    "W_i^2 X_{i-1} + (1 + W_i)^2 X_0": W[i](W[i](X[i - 1])) + ((1 + W[i]) ** 2)(X[0]),
    "W^2 X_{i-1}": W(W(X[i - 1])),
    "2 W_i X_{i-1} - W X_0": 2 * W[i](X[i - 1]) - W(X[0]),
    "W_i(X_{i-1}/2)": W[i](X[i - 1] / 2),
    "W_{i,2} X_{i-1} + Wᵢ,₃ X_0": W[i, 2](X[i - 1]) + W[i, 3](X[0]),
    "w_i(X_{i-1}) + X_{i-1}": Operator("w")[i](X[i - 1]) + X[i - 1],
    "g_i[F_i(X_{i-1})]": Operator("g")[i](F[i](X[i - 1])),
    "F(X_{i-1}, θ_i) + F(X_{i-2}, θ_{i-1})": F[i](X[i - 1]) + F[i - 1](X[i - 2]),
    r"\mathcal{F}(X_{i-1}, \{\mathbf{W}^i\})": F[i](X[i - 1]),
    "relu(X_{i-1} + W_i(X_{i-1}))": relu(X[i - 1] + W[i](X[i - 1])),
    r"\operatorname{ReLU}(X_{i-1}) + \tanh(X_{i-2})": relu(X[i - 1]) + Activation("tanh")(X[i - 2]),
    "leaky_relu(X_{i-1}) + Swish(X_0)": Activation("leaky_relu")(X[i - 1])
    + Activation("silu")(X[0]),
    # structure
    "W_i([X_{i-1}, X_{i-2}])": W[i](Concat(X[i - 1], X[i - 2])),
    "W_i(concat(X_{i-1}, X_{i-2}))": W[i](Concat(X[i - 1], X[i - 2])),
    "W_i([X_0, X_1, ..., X_{i-1}])": W[i](Concat(X[j], (j, 0, i - 1))),
    r"W_i[X_{i-3}, \dotsc, X_{i-1}]": W[i](Concat(X[j], (j, i - 3, i - 1))),
    "F[X_{i-3}, ..., X_{i-1}]": F(Concat(X[j], (j, i - 3, i - 1))),
    "W_i([X_{i-1}, X_{i-2}, …, X_0])": W[i](Concat(X[i - 1 - j], (j, 0, i - 1))),
    "W_i([X_{i-1}, …, X_0])": W[i](Concat(X[i - 1 - j], (j, 0, i - 1))),
    "W_i([a X_0, X_0, X_1, ..., X_{i-1}])": W[i](Concat(a * X[0], Concat(X[j], (j, 0, i - 1)))),
    "W_i([X_0, X_{i-3}, ..., X_{i-1}])": W[i](Concat(X[0], Concat(X[j], (j, i - 3, i - 1)))),
    "W_i(concat(X_j, j = i-3..i-1, clip))": W[i](Concat(X[j], (j, i - 3, i - 1), clip=True)),
    "W_i(Concat(X[j], (j, i - 3, i - 1), clip=True))": W[i](
        Concat(X[j], (j, i - 3, i - 1), clip=True)
    ),
    "X_0 + X_1 + ... + X_{i-1}": Sum(X[j], (j, 0, i - 1)),
    "X_0 + ... + X_{i-1} + W_1 X_0 + ... + W_i X_0": Sum(X[j], (j, 0, i - 1))
    + Sum(W[j] * X[0], (j, 1, i)),
    r"V_1 X_0 + V_2 X_1 + \dots + V_i X_{i-1}": Sum(Operator("V")[j] * X[j - 1], (j, 1, i)),
    r"W_i \sum_{j=0}^{i-1} X_j": W[i](Sum(X[j], (j, 0, i - 1))),
    r"\sum_{0 \le j < i} a_j X_j + X_{i-1}": Sum(a[j] * X[j], (j, 0, i - 1)) + X[i - 1],
    "∑_{j ∈ {0, ..., i-1}} X_j/2": Sum(X[j] / 2, (j, 0, i - 1)),
    "sum(X_j, j=0..i-1)/2 + sum(X_j, j=0, ..., i-1)": Sum(X[j], (j, 0, i - 1)) / 2
    + Sum(X[j], (j, 0, i - 1)),
    "sum(a_{jk} X_j, (j, 0, i-1), (k, 0, 2))": Sum(a[j, k] * X[j], (j, 0, i - 1), (k, 0, 2)),
    "mean(X_{i-1}, X_{i-2}) + mean(X_j, j=0..i-1)": Mean(X[i - 1], X[i - 2])
    + Mean(X[j], (j, 0, i - 1)),
    "mean(X_0, ..., X_{i-1})": Mean(X[j], (j, 0, i - 1)),
    "T_i(X_{i-1}) ⊙ X_{i-2}": Hadamard(T[i](X[i - 1]), X[i - 2]),
    r"T_i X_{i-1} \odot H_i X_{i-1} + (1 - T_i X_{i-1}) \circ X_{i-1}": Hadamard(
        T[i](X[i - 1]), H[i](X[i - 1])
    )
    + Hadamard(1 - T[i](X[i - 1]), X[i - 1]),
    "hadamard(X_{i-1}, W_i(X_{i-1}))": Hadamard(X[i - 1], W[i](X[i - 1])),
    "split(X_{i-1}, 4)[2] + split(X_{i-1}, 4)_3": Split(X[i - 1], 4)[2] + Split(X[i - 1], 4)[3],
    "zeros_like(X_0) + ZerosLike(X_1)": ZerosLike(X[0]) + ZerosLike(X[1]),
    "{K_1}_i(X_{i-1})": Operator("K1")[i](X[i - 1]),
    "input + W_i(X_{i-1})": Input("input") + W[i](X[i - 1]),
}


@pytest.mark.parametrize("text", VALUES)
def test_values(text: str) -> None:
    assert parse(f"X_i = {text}") == formula(VALUES[text])


def test_numbers_stay_where_they_were_written() -> None:
    inside, outside = parse("X_i = W_i(X_{i-1}/2)"), parse("X_i = W_i(X_{i-1})/2")
    assert inside == formula(W[i](X[i - 1] / 2))
    assert outside == formula(W[i](X[i - 1]) / 2)
    assert inside != outside


def test_a_product_goes_from_left_to_right() -> None:
    assert parse("X_i = W_i X_{i-1}/2") == formula((W[i] * X[i - 1]) / 2)
    assert parse("X_i = 1/2 X_{i-1}") == formula(X[i - 1] / 2)
    assert parse("X_i = 2 sqrt(6)/3 X_{i-1}") == formula(2 * sqrt(6) / 3 * X[i - 1])


# ---------------------------------------------------------------------- the papers


def test_windowed_seqconv() -> None:
    text = (
        r"x_{i}=F_{i}([x_{i-g},x_{i-g+1},\dotsc,x_{i-1}]) (2); x_{1-g}, ..., x_0 = split(input, g)"
    )
    expected = Recursion(
        Eq(x[i], F[i](Concat(x[j], (j, i - 8, i - 1)))),
        initial=(Eq(x[j], Split(Input("input"), 8)[j + 8]), (j, -7, 0)),
    )
    assert parse(text, g=8) == expected


def test_primed_parameters() -> None:
    text = r"x_{i}=F_{i}([x_{i-g^{\prime}},\dotsc,x_{i-1}])"
    assert parse(text, gprime=3) == Recursion(Eq(x[i], F[i](Concat(x[j], (j, i - 3, i - 1)))))


def test_superscripts_of_ho_resnet() -> None:
    text = (
        r"\mathcal{N}^{i+1} = \mathcal{F}(\mathcal{N}^i, \{\mathbf{W}^i\}) + \mathcal{N}^i,"
        r" \quad 1 \leq i \leq L - 1. \quad (2)"
    )
    assert parse(text) == Recursion(Eq(N[i + 1], F[i](N[i]) + N[i]))
    assert parse("N^{i+1} = N^i + F_i(N^i)") == Recursion(Eq(N[i + 1], N[i] + F[i](N[i])))


def test_braces_around_an_exponent_mean_nothing() -> None:
    texts = ["X_i = V^2 X_{i-1}", "X_i = V^{2} X_{i-1}", "X_i = V² X_{i-1}", "X_i = V V X_{i-1}"]
    assert len({parse(text) for text in texts}) == 1
    assert parse("X_i = V^{(2)} X_{i-1}") == parse("X_i = V_2 X_{i-1}")
    assert parse("X_i = V^{i} X_{i-1} + V^{2} X_{i-1}") == parse("X_i = V_i X_{i-1} + V_2 X_{i-1}")


def test_a_sum_of_numbers_with_an_ellipsis_is_a_number() -> None:
    ten = "a + 1 + 2 + ... + 4"
    for value in (f"sqrt({ten}) X_{{i-1}}", f"X_{{i-1}}/({ten})", f"({ten}) X_{{i-1}}"):
        assert parse(f"X_i = {value}") == parse(f"X_i = {value.replace(ten, 'a + 10')}")


def test_an_ellipsis_around_another_has_an_index_of_its_own() -> None:
    row = "[W_{i,%s,1} X_0, ..., W_{i,%s,4} X_0]"
    rows = f"[{row % (1, 1)}, ..., {row % (3, 3)}]"
    window = "concat(concat(W_{i,k,j} X_0, j = 1..4), k = 1..3)"
    assert parse(f"X_i = V_i{rows}") == parse(f"X_i = V_i({window})")


def test_values_side_by_side_may_follow_a_call() -> None:
    wanted = parse("X_i = (W_i V_i)([X_{i-1}, X_{i-2}]); X_1 = X_0")
    for value in ("W_i(V_i)[X_{i-1}, X_{i-2}]", "W_i(V_i) concat(X_{i-1}, X_{i-2})"):
        assert parse(f"X_i = {value}; X_1 = X_0") == wanted
    assert parse("X_i = sqrt(2)[X_{i-1}]") == parse("X_i = sqrt(2) X_{i-1}")


def test_activation_of_recursion_formulas() -> None:
    text = r"X_{i} = relu \left[X_{i-1} + F\left(X_{i-1}, \theta_{i} \right) \right], 0 < i < L+1"
    assert parse(text) == formula(relu(X[i - 1] + F[i](X[i - 1])))


def test_momentum_system_with_a_zero_and_an_output() -> None:
    text = "V_i = 1/2 V_{i-1} + W_i X_{i-1}\nX_i = X_{i-1} + V_i\nV_0 = 0\noutput = (X_L + V_L)/2"
    expected = Recursion(
        [Eq(V[i], V[i - 1] / 2 + W[i](X[i - 1])), Eq(X[i], X[i - 1] + V[i])],
        initial=Eq(V[0], 0),
        output=(X[L] + V[L]) / 2,
    )
    assert parse(text) == expected


def test_reversible_network() -> None:
    text = """
        X_0, Y_0 = split(z, 2)
        X_i = X_{i-1} + F_i(Y_{i-1}), Y_i = Y_{i-1} + G_i(X_i)
        output = [X_L, Y_L]
    """
    z = Input("z")
    expected = Recursion(
        [Eq(X[i], X[i - 1] + F[i](Y[i - 1])), Eq(Y[i], Y[i - 1] + G[i](X[i]))],
        initial=[Eq(X[0], Split(z, 2)[1]), Eq(Y[0], Split(z, 2)[2])],
        output=Concat(X[L], Y[L]),
    )
    assert parse(text) == expected


LANES = [
    r"""
    Y_i = W_i(\sum_{j=1}^{n} p_{ij} X_{i-1,j})
    X_{ik} = \sum_{j=1}^n a_{ikj} X_{i-1,j} + b_{ik} Y_i, \quad k = 1, \dotsc, n
    X_{0,k} = z, k = 1..n
    output = \sum_{k=1}^n X_{L,k}
    n = 2
    """,
    """
    Y[i] = W[i](Sum(p[i, j]*X[i - 1, j], (j, 1, 2)))
    X[i, k] = Sum(a[i, k, j]*X[i - 1, j], (j, 1, 2)) + b[i, k]*Y[i] for 1 <= k < 3
    X[0, k] = z for k = 1..2
    output = Sum(X[i, k], (k, 1, 2))
    """,
    """
    integer n = 2
    Y_i = W_i(p_{i,1} X_{i-1,1} + p_{i,2} X_{i-1,2})
    X_{i,k} = a_{i,k,1} X_{i-1,1} + a_{i,k,2} X_{i-1,2} + b_{i,k} Y_i, k ∈ {1, ..., n}
    X_{0,k} = z, k = 1..n
    out: X_{L,1} + X_{L,2}
    """,
    """
    Y^{(i)} = W^{(i)}(p^{(i)}_1 X^{(i-1)}_1 + p^{(i)}_2 X^{(i-1)}_2)
    X^{(i)}_k = sum(a^{(i)}_{k,j} X^{(i-1)}_j, j = 1, ..., 2) + b^{(i)}_k Y^{(i)}, k = 1..2
    X^{(0)}_k = z, k = 1..2
    output = X^{(L)}_1 + X^{(L)}_2
    """,
]


@pytest.mark.parametrize("text", LANES)
def test_lanes(text: str) -> None:
    p = Scalar("p")
    lanes = Sum(a[i, k, j] * X[i - 1, j], (j, 1, 2)) + b[i, k] * Y[i]
    expected = Recursion(
        [
            Eq(Y[i], W[i](Sum(p[i, j] * X[i - 1, j], (j, 1, 2)))),
            (Eq(X[i, k], lanes), (k, 1, 2)),
        ],
        initial=(Eq(X[0, k], Input("z")), (k, 1, 2)),
        output=Sum(X[i, k], (k, 1, 2)),
    )
    assert parse(text) == expected


def test_a_range_of_numbers_is_just_these_steps() -> None:
    text = "X_i = W_i X_{i-3}; X_j = V_j X_0, j = 1..2"
    initial = (Eq(X[j], Operator("V")[j](X[0])), (j, 1, 2))
    assert parse(text) == formula(W[i](X[i - 3]), initial=initial)
    apart = parse("X_i = X_{i-1} + Y_2; Y_j = W_j X_0, 1 <= j < 4")
    assert apart == formula(X[i - 1] + Y[2], initial=(Eq(Y[j], W[j](X[0])), (j, 1, 3)))
    only = parse("X_i = W_i X_{i-1}, i = 1..8")
    assert only == Recursion((Eq(X[i], W[i](X[i - 1])), (i, 1, 8)))


def test_a_formula_as_a_block_of_another() -> None:
    text = """
        formula F(depth=2) {
          K_i = K_{i-1} + V_i(relu(K_{i-1}))
        }
        X_i = X_{i-1} + F_i(X_{i-1})
    """
    K = State("K")
    inner = Recursion(Eq(K[i], K[i - 1] + Operator("V")[i](relu(K[i - 1]))))
    assert parse(text) == formula(X[i - 1] + inner.as_operator(2, name="F")[i](X[i - 1]))
    flat = "formula F(depth=2) { K_i = K_{i-1} + V_i relu(K_{i-1}) } X_i = X_{i-1} + F_i X_{i-1}"
    assert parse(flat) == parse(text)


def test_formulas_know_the_formulas_and_declarations_before_them() -> None:
    text = """
        scalar A
        formula F(depth=2) { K_i = A V_i(K_{i-1}) }
        formula G(depth=3) { K_i = F_i(K_{i-1}) }
        X_i = A G_i(X_{i-1})
    """
    inner = parse("K_i = A V_i(K_{i-1})", scalars=["A"]).as_operator(2, name="F")
    middle = Recursion(Eq(State("K")[i], inner[i](State("K")[i - 1]))).as_operator(3, name="G")
    assert parse(text) == formula(Scalar("A") * middle[i](X[i - 1]))


# ---------------------------------------------------------------------- what a name is

KINDS = {
    "X_i = w X_{i-1}": formula(Scalar("w") * X[i - 1]),
    "operator w; X_i = w X_{i-1}": formula(Operator("w")(X[i - 1])),
    "X_i = w(X_{i-1})": formula(Operator("w")(X[i - 1])),
    "scalar w; X_i = w(X_{i-1})": formula(Scalar("w") * X[i - 1]),
    "X_i = A X_{i-1}": formula(Operator("A")(X[i - 1])),
    "scalars A, B\nX_i = A B X_{i-1}": formula(Scalar("A") * Scalar("B") * X[i - 1]),
    "activation prelu; X_i = prelu(X_{i-1})": formula(Activation("prelu")(X[i - 1])),
    "operator relu; X_i = relu(X_{i-1})": formula(Operator("relu")(X[i - 1])),
    "operator sum; X_i = sum_i(X_{i-1})": formula(Operator("sum")[i](X[i - 1])),
    "operator pre_act; X_i = pre_act_i(X_{i-1})": formula(Operator("pre_act")[i](X[i - 1])),
    "operator hF; X_i = hF(X_{i-1})": formula(Operator("hF")(X[i - 1])),
    "state x_1; x_1[i] = W x_1[i-1]": Recursion(
        Eq(State("x_1")[i], W(State("x_1")[i - 1])),
    ),
    "input z; X_i = W_i X_{i-1}; X_0 = 2 z": formula(
        W[i](X[i - 1]), initial=Eq(X[0], 2 * Input("z"))
    ),
    "X_i = W_i X_{i-1}; X_0 = z": formula(W[i](X[i - 1]), initial=Eq(X[0], Input("z"))),
    "index n; X_n = n X_{n-1}": formula(i * X[i - 1]),
    "g = 3; X_i = g X_{i-g}": formula(3 * X[i - 3]),
    "scalar a = 1/2; X_i = a X_{i-1}": formula(a * X[i - 1]),
    "X_i = norm_i(X_{i-1})": formula(norm[i](X[i - 1])),
    "X_i = norm X_{i-1}": formula(norm(X[i - 1])),
    "X_i = (norm2_{i,1} norm_i)(X_{i-1})": formula((Norm("norm2")[i, 1] * norm[i])(X[i - 1])),
    "X^{(i)} = norm^{(i)}(X^{(i-1)})": formula(norm[i](X[i - 1])),
    r"X_i = {norm_{2}}_i\left(X_{i-1}\right)": formula(Norm("norm2")[i](X[i - 1])),
    "operator norm; X_i = norm_i(X_{i-1})": formula(Operator("norm")[i](X[i - 1])),
    "norm_i = W_i norm_{i-1}": Recursion(Eq(State("norm")[i], W[i](State("norm")[i - 1]))),
    "X_i = global_pool(X_{i-1})": formula(Activation("global_pool")(X[i - 1])),
    "X_i = GlobalPool(X_{i-1})": formula(Activation("global_pool")(X[i - 1])),
    "X_i = step_factor(2 X_{i-1})": formula(Activation("step_factor")(2 * X[i - 1])),
}


@pytest.mark.parametrize("text", KINDS)
def test_kinds_of_names(text: str) -> None:
    assert parse(text) == KINDS[text]


SHAPES = {
    "operator W(width=1/2); X_i = W_i X_{i-1}": {"width": Rational(1, 2)},
    "operator W(stride=1); X_i = W_i X_{i-1}": {"stride": 1},
    "operators W(width=3/2, stride=1), V; X_i = W_i X_{i-1}": {
        "width": Rational(3, 2),
        "stride": 1,
    },
    "integer r = 8\noperator W(stride=1, width=2/r)\nX_i = W_i X_{i-1}": {
        "width": Rational(1, 4),
        "stride": 1,
    },
    "operator W(width=1/2); operator W(width=1/2); X_i = W_i X_{i-1}": {"width": Rational(1, 2)},
}


@pytest.mark.parametrize("text", SHAPES)
def test_operators_say_their_shape(text: str) -> None:
    assert parse(text) == formula(Operator("W", **SHAPES[text])[i] * X[i - 1])  # type: ignore[arg-type]


def test_parameters_stand_in_options() -> None:
    block = Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1]))).as_operator(4, width=Rational(1, 4))
    text = "formula F(depth=g, width=1/g) { X_i = X_{i-1} + W_i(X_{i-1}) }; X_i = F_i(X_{i-1})"
    assert parse(text, g=4) == formula(block[i](X[i - 1]))
    shaped = formula(Operator("W", width=Rational(1, 16))[i](X[i - 1]))
    assert parse("operator W(width=1/r); X_i = W_i(X_{i-1})", r=16) == shaped


def test_a_shape_is_that_of_its_own_formula() -> None:
    """Outside and inside, W has another width each; what is not said is not inherited."""
    half, double = Operator("W", width=Rational(1, 2)), Operator("W", width=2)
    for own, inner in (("operator W(width=1/2); ", half), ("", W)):
        block = Recursion(Eq(X[i], inner[i](X[i - 1]))).as_operator(1)
        text = f"operator W(width=2); formula F(depth=1) {{ {own}X_i = W_i(X_{{i-1}}) }}\n"
        text += "X_i = W_i(F_i(X_{i-1}))"
        assert parse(text) == formula(double[i](block[i](X[i - 1])))


def test_scalars_can_be_forced() -> None:
    assert parse("X_i = A X_{i-1}", scalars=("A",)) == formula(Scalar("A") * X[i - 1])
    assert parse("X_i = a_b(X_{i-1})", scalars=["a_b"]) == formula(Scalar("a_b") * X[i - 1])


def test_start_values_of_scalars_are_kept() -> None:
    recursion = parse("scalar a = 1/2, b; X_i = a X_{i-1} + b W_i X_{i-1}")
    assert {scalar.name: scalar.start for scalar in recursion.scalars} == {
        "a": Rational(1, 2),
        "b": None,
    }


@pytest.mark.parametrize("text", ["X_t = W_t X_{t-1}", "X_{n+2} = W_{n+2} X_{n+1}"])
def test_any_index_anywhere(text: str) -> None:
    assert parse(text) == formula(W[i](X[i - 1]))


def test_the_index_of_a_step_with_two_names_is_a_new_one() -> None:
    given = "; X_0 = z; X_{-1} = z; X_{-2} = z"
    wanted = parse("X_n = sum(W_k X_{n-k}, k = 1..3)" + given)
    for k in "ijk":
        text = f"X_{{L-n}} = sum(W_{k} X_{{L-n-{k}}}, {k} = 1..3)"
        assert parse(text + given) == wanted


def test_equations_may_differ_in_their_index() -> None:
    text = "V_t = W_t X_{t-1}; X_L = X_{L-1} + V_L; output = X_q"
    assert parse(text) == parse("V_i = W_i X_{i-1}; X_i = X_{i-1} + V_i")


def test_reading_loads_no_torch() -> None:
    code = (
        "import sys\n"
        "from formula2net.language.notation import parse\n"
        "parse('X_i = W_i X_{i-1}')\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
