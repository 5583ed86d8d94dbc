"""The path polynomial as users see it: words, text, slices, sources, letters."""

from __future__ import annotations

from itertools import islice

import pytest
import sympy
from sympy import Eq, Rational

from formula2net.errors import FormulaError, PathCountError
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Split
from formula2net.language.symbols import Activation, Operator, Scalar, State
from tests.paths.formulas import (
    DENSE,
    DIFFERENCE,
    PLAIN,
    RESNET,
    TWIN,
    K,
    V,
    W,
    X,
    Y,
    activated,
    i,
    k,
)

T = Operator("T")
x = X[i - 1]


def test_text() -> None:
    assert str(DIFFERENCE.paths(3)) == "1 + W_3 + W_3*W_2 + W_3*W_2*W_1"
    assert str(RESNET.paths(2)) == "1 + W_2 + W_1 + W_2*W_1"
    assert str(PLAIN.paths(2)) == "W_2*W_1"
    minus = Recursion(Eq(X[i], -X[i - 1] - W[i](X[i - 1]) / 2))
    assert str(minus.paths(1)) == "-1 - 1/2*W_1"


def test_text_says_what_is_left_out_and_what_is_formal() -> None:
    assert str(RESNET.paths(5)).endswith(" + ... (8 more words)")
    shown = str(activated().paths(2))
    assert shown == "1 + W_2 + W_2*W_1  (formal: the exact view differs)"
    assert "relu" in str(activated().paths(2, view="exact"))


def test_text_of_nothing() -> None:
    assert str(Recursion(Eq(X[i], X[i - 1] - X[i - 1])).paths(2)) == "0"
    assert Recursion(Eq(X[i], X[i - 1] - X[i - 1])).paths(2).by_length() == {}


def test_latex() -> None:
    assert RESNET.paths(1)._repr_latex_() == "$\\displaystyle 1 + W_{1}$"
    assert "W_{2} W_{1}" in RESNET.paths(2)._repr_latex_()
    assert "W_{2}^{(1)}" in DENSE.paths(2)._repr_latex_()


def test_as_expr_is_noncommutative() -> None:
    expr = RESNET.paths(2).as_expr()
    first, second = (sympy.Symbol(name, commutative=False) for name in ("W_1", "W_2"))
    assert expr == 1 + first + second + second * first
    with pytest.raises(PathCountError, match="has 16 words"):
        RESNET.paths(4, limit=10).as_expr()


def test_words_come_in_order_of_length() -> None:
    words = [word for word, _ in RESNET.paths(6)]
    assert [len(word) for word in words] == sorted(len(word) for word in words)
    assert len(set(words)) == len(words) == 64
    assert words[:3] == [(), ("W_6",), ("W_5",)]


def test_words_are_listed_lazily() -> None:
    paths = RESNET.paths(300)
    assert [word for word, _ in islice(paths, 3)] == [(), ("W_300",), ("W_299",)]
    assert len(list(islice(paths.of_length(150), 20))) == 20
    assert paths[:2] == [((), 1), (("W_300",), 1)]


def test_slices() -> None:
    paths = RESNET.paths(4)
    everything = list(paths)
    assert paths[3] == [(word, c) for word, c in everything if len(word) == 3]
    assert paths[2:7] == everything[2:7]
    assert paths[-3:] == everything[-3:]
    assert list(paths.of_length(9)) == []


def test_coefficients() -> None:
    paths = Recursion(Eq(X[i], X[i - 1] - W[i](X[i - 1]) / 3)).paths(3)
    assert paths.coefficient() == 1
    assert paths.coefficient("W_3", "W_1") == Rational(1, 9)
    assert paths.coefficient("W_1", "W_3") == 0
    assert paths.coefficient("V_1") == 0
    deep = RESNET.paths(200)
    assert deep.coefficient(*(f"W_{n}" for n in range(200, 0, -2))) == 1


@pytest.mark.parametrize("word", ["W_3*W_1", "W_3 * W_1 ", W[3] * W[1]], ids=str)
def test_a_word_is_named_as_it_is_printed_or_written(word: object) -> None:
    paths = Recursion(Eq(X[i], X[i - 1] - W[i](X[i - 1]) / 3)).paths(3)
    assert paths.coefficient(word) == Rational(1, 9)
    assert paths.coefficient(1) == paths.coefficient("1") == 1
    assert paths.coefficient(W[2]) == Rational(-1, 3)


@pytest.mark.parametrize("word", [W[3] + W[1], W[i], 3, None, ("W_3", "W_1")], ids=str)
def test_what_is_no_word_has_no_coefficient(word: object) -> None:
    with pytest.raises(FormulaError) as caught:
        RESNET.paths(3).coefficient(word)
    assert str(caught.value) == (
        f"{word} is no word.\n  expected letters, later ones first\n"
        '  try: coefficient("W_2", "W_1") or coefficient(W[2]*W[1])'
    )


def test_a_name_is_no_length() -> None:
    with pytest.raises(FormulaError) as caught:
        RESNET.paths(3)["W_1"]
    assert str(caught.value) == (
        "'W_1' is no length: p[7] lists the words of 7 letters.\n  try: p.coefficient('W_1')"
    )


def test_sources() -> None:
    """Eq. (20) and Eq. (21) agree at source 0 only."""
    assert str(DIFFERENCE.paths(4, source=2)) == "1 + W_4 + W_4*W_3"
    assert str(TWIN.paths(4, source=2)) == "W_4*W_3"
    assert str(DIFFERENCE.paths(4, source=X[3])) == "1 + W_4"
    assert str(RESNET.paths(4, source=4)) == "1"


def test_a_source_of_another_state() -> None:
    momentum = Recursion(
        [Eq(V[i], V[i - 1] + W[i](X[i - 1])), Eq(X[i], X[i - 1] + V[i])], initial=Eq(V[0], 0)
    )
    assert str(momentum.paths(3, source=V[1])) == "3 + 2*W_3 + 2*W_2 + W_3*W_2"
    assert str(momentum.paths(2, source=V[2])) == "1"


def test_unknown_sources() -> None:
    with pytest.raises(FormulaError, match=r"There is no state X\[7\]"):
        RESNET.paths(3, source=7)
    pair = Recursion(Eq(X[i], W[i](X[i - 1])), output=Concat(X[i], X[i - 1]))
    with pytest.raises(FormulaError, match="a number does not name a source"):
        pair.paths(3, source=1)
    assert pair.paths(3, source=X[2]).words == 2


@pytest.mark.parametrize(("name", "value"), [("view", "papers"), ("letters", "blocks")])
def test_unknown_options(name: str, value: str) -> None:
    with pytest.raises(FormulaError, match=f"Unknown {name} '{value}'"):
        RESNET.paths(2, **{name: value})


def test_slots_belong_to_letters() -> None:
    paths = Recursion(
        Eq(X[i], W[i](Concat(X[i - 1], X[i - 1]))), output=Concat(X[i], X[i - 1])
    ).paths(2)
    assert {word for word, _ in paths} == {
        ("out:1", f"W_2:{a}", f"W_1:{b}") for a in (1, 2) for b in (1, 2)
    } | {("out:2", "W_1:1"), ("out:2", "W_1:2")}
    assert [paths.coefficient(*word) for word, _ in paths] == [1] * 6


def test_parts_belong_to_letters() -> None:
    first, second = Split(X[i - 1], 2)
    halves = Recursion(Eq(X[i], W[i](first) + K[i](second)))
    assert str(halves.paths(1)) == "K_1:2 + W_1:1"
    swapped = Recursion(Eq(X[i], Concat(second, first)))
    assert str(swapped.paths(1)) == "out:1:2 + out:2:1"
    assert str(swapped.paths(2)) == "1"


def test_a_part_says_of_how_many_where_its_number_does_not_tell() -> None:
    """In the first slot there is a quarter of X, and in the first two its first half."""
    quarter, half = Split(x, 4)[1], Split(x, 2)[1]
    formula = Recursion(Eq(X[i], Concat(Concat(quarter, quarter) - 2 * half, half)))
    assert dict(formula.paths(1)) == {
        ("out:1:1/4",): 1,
        ("out:2:1/4",): 1,
        ("out:1:1/2",): -2,
        ("out:3:1/2",): 1,
    }


def test_a_source_that_is_a_concatenation() -> None:
    """Y_1 = [X_0, W_1] is two values wide, and stays so where it becomes the source."""
    formula = Recursion(
        [Eq(Y[i], Concat(x, W[i](x))), Eq(X[i], K[i](Split(Concat(Y[i], x, x), 4)[i]))]
    )
    assert str(formula.paths(1, source=Y[1])) == "K_1:1"
    assert str(formula.paths(2, source=Y[2])) == "K_2:2"
    assert str(formula.paths(3, source=Y[3])) == "0"


def test_gates_are_letters_in_both_views() -> None:
    """With their ports set to 1, T*H + (1 - T)*x would become 1 + H."""
    highway = Recursion(Eq(X[i], Hadamard(T[i](x), W[i](x)) + Hadamard(1 - T[i](x), x)))
    for view in ("paper", "exact"):
        words = dict(highway.paths(1, view=view))
        assert words == {
            ("gate@2:2",): 1,
            ("gate:1", "T_1"): 1,
            ("gate:2", "W_1"): 1,
            ("gate@2:1", "T_1"): -1,
        }
    assert [c.words for c in highway.paths(2).by_length().values()] == [1, 6, 9]


def test_activations_are_letters_of_length_0() -> None:
    relu = Activation("relu")
    formula = Recursion(Eq(X[i], relu(X[i - 1] + W[i](X[i - 1]))))
    exact = formula.paths(2, view="exact")
    assert [word for word, _ in exact[:2]] == [("relu@2", "relu"), ("relu@2", "W_2", "relu")]
    assert {k: c.words for k, c in exact.by_length().items()} == {0: 1, 1: 2, 2: 1}


def test_a_tied_block_has_a_letter_a_value() -> None:
    tied = Recursion(Eq(X[i], (1 + W) * X[i - 1]))
    assert str(tied.paths(2)) == "1 + W@2 + W + W@2*W"
    assert tied.paths(10).words == 1024


def test_a_tied_block_on_one_value_is_applied_once() -> None:
    """The tied difference formula is a program of its own: W(X_0), W(X_1), ... are shared."""
    tied = Recursion(Eq(X[i], (1 + W) * X[i - 1] - W * X[i - 2]), initial=Eq(X[1], (1 + W) * X[0]))
    assert tied.paths(5).words == 6
    assert str(tied.paths(2)) == "1 + W@2 + W@2*W"


def test_letters_by_block_merge_words() -> None:
    tied = Recursion(Eq(X[i], (1 + W) * X[i - 1]))
    paths = tied.paths(4, letters="block")
    assert list(paths) == [(("W",) * n, c) for n, c in enumerate([1, 4, 6, 4, 1])]
    assert paths.words == 5
    assert paths.total == 16
    assert paths.coefficient("W", "W") == 6
    assert {k: (c.wired, c.words) for k, c in paths.by_length().items()} == {
        0: (1, 1),
        1: (4, 1),
        2: (6, 1),
        3: (4, 1),
        4: (1, 1),
    }


def test_letters_by_block_may_cancel() -> None:
    """W(X_0) - W(X_1) with X_1 = X_0 + V: two applications of one block, not one."""
    formula = Recursion(Eq(X[i], W(X[i - 1]) - W(X[i - 2])), initial=[Eq(X[1], X[0] + K[1](X[0]))])
    assert str(formula.paths(2)) == "-W@2 + W + W*K_1"
    assert str(formula.paths(2, letters="block")) == "W*K_1"


def test_letters_by_block_where_nothing_can_merge() -> None:
    assert list(RESNET.paths(4, letters="block")) == list(RESNET.paths(4))
    assert RESNET.paths(400, letters="block").words == 2**400


def test_letters_by_block_have_a_limit() -> None:
    tied = Recursion(Eq(X[i], (1 + W) * X[i - 1]))
    with pytest.raises(PathCountError) as caught:
        _ = tied.paths(10, letters="block", limit=1000).words
    assert str(caught.value) == (
        "Merging 1,024 words by block needs all of them.\n"
        "  got a limit of 1,000; expected fewer words, or a higher limit\n"
        '  try: paths(..., limit=10_000), or letters="application"'
    )
    assert tied.paths(10, letters="block", limit=1024).words == 11


def test_slots_merge_by_block_too() -> None:
    twice = Recursion(Eq(X[i], W[i](Concat(X[i - 1], X[i - 1]))))
    assert list(twice.paths(2, letters="block")) == [(("W_2", "W_1"), 4)]


def test_a_nested_formula_counts_by_its_own_blocks() -> None:
    inner = Recursion(Eq(Y[k], (1 + K[k]) * Y[k - 1]))
    outer = Recursion(Eq(X[i], X[i - 1] + inner.as_operator(2, "F")[i](X[i - 1])))
    paths = outer.paths(1)
    assert str(paths) == "2 + F_1.K_2 + F_1.K_1 + F_1.K_2*F_1.K_1"
    assert outer.paths(3).total == 5**3


def test_scalars_give_polynomials() -> None:
    a = Scalar("a")
    formula = Recursion(Eq(X[i], X[i - 1] + a * W[i](X[i - 1])))
    paths = formula.paths(3)
    assert paths.words == 8
    assert sympy.expand(paths.total - (1 + a) ** 3) == 0
    assert {n: c.total for n, c in paths.by_length().items()} == {
        0: 1,
        1: 3 * a,
        2: 3 * a**2,
        3: a**3,
    }
    assert paths.coefficient("W_3", "W_1") == a**2


def test_a_scalar_a_step() -> None:
    a = Scalar("a")
    formula = Recursion(Eq(X[i], X[i - 1] + a[i] * W[i](X[i - 1])))
    names = [Scalar(f"a_{n}") for n in (1, 2)]
    assert sympy.expand(formula.paths(2).total - (1 + names[0]) * (1 + names[1])) == 0
    with pytest.raises(PathCountError, match="a polynomial of more than 100 terms"):
        _ = formula.paths(10, limit=100).total
    assert formula.paths(30).words == 2**30


def test_words_are_those_of_the_generic_value() -> None:
    a = Scalar("a")
    formula = Recursion(Eq(X[i], (a - 1) * X[i - 1] + W[i](X[i - 1])))
    assert formula.paths(3).words == 8
    assert formula.subs({a: 1}).paths(3).words == 1


def test_a_state_that_reads_no_input_has_no_path() -> None:
    lost = Recursion([Eq(Y[i], W[i](Y[i - 1])), Eq(X[i], K[i](X[i - 1]))], initial=Eq(Y[0], X[0]))
    assert lost.paths(3, source=State("Y")[1]).by_length() == {}


def test_a_sum_keeps_its_signs_in_print() -> None:
    """Of the word without letters too: -(k - 1) without brackets would be another number."""
    k = Scalar("k")
    formula = Recursion(Eq(X[i], (1 - k) * X[i - 1] + (1 - k) * W[i](X[i - 1]) - k * W[i](X[0])))
    assert str(formula.paths(1)) == "1 - k + (1 - 2*k)*W_1"
    kept = Recursion(Eq(X[i], (k - 1) * X[i - 1] - k * W[i](X[i - 1])))
    assert str(kept.paths(1)) == "k - 1 - k*W_1"
