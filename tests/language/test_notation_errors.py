"""Errors of the notation: each points at the character, and says what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula2net.errors import Formula2NetError, FormulaError, NotationError
from formula2net.language.notation import parse, to_text

ERRORS = {
    "X_i = X_{i-1} ? W_i": """\
'?' is no sign of the notation.
  X_i = X_{i-1} ? W_i
                ^""",
    "X_i = W_i(X_{i-1}": """\
'(' is never closed.
  X_i = W_i(X_{i-1}
           ^""",
    "X_i = W_i(X_{i-1}]": """\
']' does not close '('.
  X_i = W_i(X_{i-1}]
                   ^
  got ']'; expected ')'""",
    "X_i = W_i)": """\
')' closes nothing.
  X_i = W_i)
           ^""",
    "X_i = X_{i-1} +": """\
The text ends too early.
  X_i = X_{i-1} +
                 ^
  expected a name or a number""",
    "X_i = W_i if\nX_1 = X_0": """\
Line 1: The line ends too early.
  X_i = W_i if
              ^
  expected a name or a number""",
    "X_i = 2_3 X_{i-1}": """\
Only a name takes a subscript.
  X_i = 2_3 X_{i-1}
          ^""",
    "X_i = [X_{i-1}, W_i([X_0, ..., X_0])]": """\
This ellipsis cannot be read: the values beside it are no row.
  X_i = [X_{i-1}, W_i([X_0, ..., X_0])]
                            ^^^
  expected values that differ by 1 in an index""",
    "X_i = * X_{i-1}": """\
'*' cannot stand here.
  X_i = * X_{i-1}
        ^
  expected a name or a number""",
    "X_i = (X_{i-1} X_{i-2} = )": """\
')' cannot stand here.
  X_i = (X_{i-1} X_{i-2} = )
                           ^
  expected a name or a number""",
    "X_i = W_i(X_{i-1});\nX_1 = X_0 ; ;\nX_2 = 1 if": """\
Line 3: The text ends too early.
  X_2 = 1 if
            ^
  expected a name or a number""",
    "X_i = 0.5 X_{i-1}\nX_1 = .25 X_0": """\
Line 1: 0.5 is a float, and coefficients are exact.
  X_i = 0.5 X_{i-1}
        ^^^
  try: 1/2

Line 2: .25 is a float, and coefficients are exact.
  X_1 = .25 X_0
        ^^^
  try: 1/4""",
    r"X_i = \foo{X_{i-1}}": r"""
\foo is no command of the notation.
  X_i = \foo{X_{i-1}}
        ^^^^""".lstrip("\n"),
    "X_i = X_{i-g}": """\
g is not known in an index.
  X_i = X_{i-g}
             ^
  expected i or an integer
  try: a parameter, g=8""",
    "X_i = X_{i-g}\nY_i = Y_{i-h}": """\
Line 1: g is not known in an index.
  X_i = X_{i-g}
             ^
  expected i or an integer
  try: a parameter, g=8

Line 2: h is not known in an index.
  Y_i = Y_{i-h}
             ^
  expected i or an integer
  try: a parameter, h=8""",
    "X_i = X + W_i(X_{i-1})": """\
X alone is no value: it is a state.
  X_i = X + W_i(X_{i-1})
        ^
  try: X_{i-1} or X[i - 1]""",
    "X_i = X(i-1)": """\
X is a state, and its index goes in brackets.
  X_i = X(i-1)
        ^^^^^^
  try: X[i - 1] or X_{i-1}""",
    "X_i = W_ix_{i-1}": """\
'ix' after a bare '_' can be read in two ways.
  X_i = W_ix_{i-1}
          ^^
  try: {i,x} for indices, a space after 'i' for a product, or a declaration of the whole name""",
    "X_i = X_{i-1} + hX_{i-1}": """\
hX is one name, or the product of two.
  X_i = X_{i-1} + hX_{i-1}
                  ^^
  try: `h X`, or a declaration of hX""",
    "X_i = relu X_{i-1} + sqrt": """\
sqrt is a function and needs an argument.
  X_i = relu X_{i-1} + sqrt
                       ^^^^
  try: sqrt(...), or declare `operator sqrt`""",
    "X_i = relu_i(X_{i-1})": """\
relu takes no index: it is no state or operator.
  X_i = relu_i(X_{i-1})
        ^^^^""",
    "index n; X_i = n X_{i-1}": """\
n is an index, and no equation or sum binds it here.
  index n; X_i = n X_{i-1}
                 ^""",
    "X_i = W_i(2)": """\
An operator is applied to a number.
  X_i = W_i(2)
        ^^^^^^
  try: * for a product, or a declaration such as `scalar h`""",
    "X_i = W_i(X_{i-1}, X_{i-2})": """\
These brackets hold several values.
  X_i = W_i(X_{i-1}, X_{i-2})
           ^^^^^^^^^^^^^^^^^^
  try: [x, y] for values side by side""",
    "X_i = F(X_{i-1}, a_i) + F(X_{i-1}, b_i)": """\
F has the weights a elsewhere.
  X_i = F(X_{i-1}, a_i) + F(X_{i-1}, b_i)
                                     ^^^
  try: F_i(x) everywhere""",
    "X_i = F(F(X_{i-1}, W_i))": """\
F has no weights elsewhere.
  X_i = F(F(X_{i-1}, W_i))
                     ^^^
  try: F_i(x) everywhere""",
    "X_i = sqrt(X_{i-1})": """\
Only a number can stand here.
  X_i = sqrt(X_{i-1})
             ^^^^^^^""",
    "X_i = mod(3) X_{i-1}": """\
mod has 1 arguments.
  X_i = mod(3) X_{i-1}
           ^^^
  expected 2""",
    "X_i = piecewise(1 if X_{i-1}, 2) X_{i-1}": """\
This is no condition.
  X_i = piecewise(1 if X_{i-1}, 2) X_{i-1}
                       ^^^^^^^
  expected i > 1, i % 2 == 0, ...""",
    "X_i = piecewise(1 if f(i), 2) X_{i-1}": """\
This is no condition.
  X_i = piecewise(1 if f(i), 2) X_{i-1}
                       ^^^^
  expected i > 1, i % 2 == 0, ...""",
    "X_i = piecewise(1 if i ∈ 3, 2) X_{i-1}": """\
This is no condition.
  X_i = piecewise(1 if i ∈ 3, 2) X_{i-1}
                       ^^^^^""",
    "X_i = X_{i-1}/0": """\
This divides by 0.
  X_i = X_{i-1}/0
                ^""",
    "X_i = 2^{100000000} X_{i-1}": """\
The exponent is larger than 10000.
  X_i = 2^{100000000} X_{i-1}
          ^^^^^^^^^^^""",
    "X_i = split(X_{i-1}, 2)": """\
A split is one of its parts.
  X_i = split(X_{i-1}, 2)
             ^^^^^^^^^^^^
  try: split(x, n)[k]""",
    "X_i = relu(X_{i-1})[1]": """\
Only a split has parts.
  X_i = relu(X_{i-1})[1]
        ^^^^^^^^^^^^^^^^
  expected split(x, n)[k]""",
    r"X_i = \sum_j X_j": r"""
A sum needs its limits.
  X_i = \sum_j X_j
        ^^^^^^
  try: \sum_{j=0}^{i-1} X_j""".lstrip("\n"),
    "X_i = sum(X_j)": """\
A sum needs a value and the range of its index.
  X_i = sum(X_j)
            ^^^
  try: sum(X_j, j = 0..i-1)""",
    "X_i = sum(X_j, j < i)": """\
This range has one end only.
  X_i = sum(X_j, j < i)
                 ^
  try: j = 0..i-1""",
    "X_i = mean(X_j, (j, 0, 1), (k, 0, 1))": """\
A window has one range.
  X_i = mean(X_j, (j, 0, 1), (k, 0, 1))
                             ^^^^^^^^^""",
    "X_i = mean(X_{i-1}, X_0, ..., X_{i-2})": """\
A mean is of a list or of one window.
  X_i = mean(X_{i-1}, X_0, ..., X_{i-2})
             ^^^^^^^""",
    "X_i = W_i([X_{i-1}, ...])": """\
An ellipsis stands between the first and the last of a row.
  X_i = W_i([X_{i-1}, ...])
                      ^^^
  try: x_0, x_1, ..., x_{i-1}""",
    "X_i = W_i([X_0, X_2, ..., X_{2i}])": """\
This ellipsis cannot be read: the values beside it are no row.
  X_i = W_i([X_0, X_2, ..., X_{2i}])
                       ^^^
  expected values that differ by 1 in an index""",
    "X_i = W_i([X_{i-3}, ..., Y_{i-1}])": """\
This ellipsis cannot be read: the values beside it are no row.
  X_i = W_i([X_{i-3}, ..., Y_{i-1}])
                      ^^^
  expected values that differ by 1 in an index""",
    "X_i = X_0 - X_1 - ... - X_{i-1}": """\
A sum with an ellipsis has plus signs only.
  X_i = X_0 - X_1 - ... - X_{i-1}
        ^^^^^^^^^^^^^^^^^^^^^^^^^""",
    "X_i = 3 ..": """\
The text ends too early.
  X_i = 3 ..
            ^
  expected a name or a number""",
    "X_i = 1..3": """\
A relation or a range is no value.
  X_i = 1..3
        ^^^^""",
    r"X_i = \sum_{j=0}^{i-1} - X_j": r"""This sign has nothing to sum.
  X_i = \sum_{j=0}^{i-1} - X_j
        ^^^^^^^^^^^^^^^^
  try: \sum_{j=0}^{i-1} (-X_j), with a minus in brackets""",
    "X_i = (2 if i > 3) X_{i-1}": """\
A case stands in a piecewise.
  X_i = (2 if i > 3) X_{i-1}
         ^^^^^^^^^^
  try: piecewise(2 if i > 3, 1 otherwise)""",
    "X_i = X_{i-1} if i > 1": """\
An equation has no condition; a coefficient may have one.
  X_i = X_{i-1} if i > 1
  ^^^^^^^^^^^^^^^^^^^^^^
  try: piecewise(2 if i % 2 == 0, 1 otherwise) X_{i-1}""",
    "X_i = W_i X_{i-1} = 3": """\
An equation has one '='.
  X_i = W_i X_{i-1} = 3
                    ^
  try: one equation a line""",
    "X_i == X_{i-1}": """\
'==' makes neither an equation nor the range of an index.
  X_i == X_{i-1}
      ^^
  expected '='""",
    "X_i X_{i-1}": """\
This is no equation.
  X_i X_{i-1}
  ^^^^^^^^^^^
  expected '=' and a value""",
    "X_i = X_{i-1}, X_{i-2}": """\
This is neither an equation nor the range of an index.
  X_i = X_{i-1}, X_{i-2}
                 ^^^^^^^
  try: X_{i,k} = ..., k = 1..n""",
    "X_i = X_{i-1}\n1 < i < L": """\
Line 2: A range belongs to an equation.
  1 < i < L
      ^
  try: X_{i,k} = ..., k = 1..n""",
    "1 + X_i = X_{i-1}": """\
The left-hand side is no state with an index.
  1 + X_i = X_{i-1}
  ^^^^^^^
  expected a state such as X_i, X[i] or X^{(i)}""",
    "Y = X_i": """\
Y has no index, so its value should be an integer.
  Y = X_i
      ^^^
  try: Y_i = ... for a state""",
    "n = 2; n = 3; X_i = n X_{i-1}": """\
n is 2 already.
  n = 2; n = 3; X_i = n X_{i-1}
             ^""",
    "integer n; X_i = n X_{i-1}": """\
The integer n has no value.
  integer n; X_i = n X_{i-1}
          ^
  try: integer n = 4""",
    "operator W = 2; X_i = W X_{i-1}": """\
The operator W takes no such value.
  operator W = 2; X_i = W X_{i-1}
           ^^^^^
  expected scalar a = 1/2, for a start value""",
    "scalar a; operator a; X_i = a X_{i-1}": """\
a is declared twice, as scalar and as operator.
  scalar a; operator a; X_i = a X_{i-1}
                     ^""",
    "scalar X; X_i = X_{i-1}": """\
X is declared as scalar, and only a state can be defined.
  scalar X; X_i = X_{i-1}
            ^""",
    "X_{i,k} = W_i X_{i-1,k}": """\
k on the left-hand side has no range.
  X_{i,k} = W_i X_{i-1,k}
  ^^^^^^^
  try: ..., k = 1..n""",
    "X_{i,k} = W_i X_{i-1,k}, k = 1..n": """\
The range of k has no numbers as ends.
  X_{i,k} = W_i X_{i-1,k}, k = 1..n
                           ^
  expected integers, or parameters such as n=4""",
    "X_i = W_i X_{i-1}, k = 1..3": """\
k is no index of the left-hand side.
  X_i = W_i X_{i-1}, k = 1..3
                     ^""",
    "X_{L-i} = W_L X_{L-i-1}": """\
The step has two indices, L and i, that do not always go together.
  X_{L-i} = W_L X_{L-i-1}
     ^^^
  try: one index""",
    "X_0, Y_0 = 3": """\
Several states take the parts of a split.
  X_0, Y_0 = 3
             ^
  expected split(x, n)""",
    "X_0, Y_0 = split(z, 3)": """\
A split into 3 parts is given to 2 states.
  X_0, Y_0 = split(z, 3)
             ^^^^^^^^^^^""",
    "x_{-1}, ..., y_0 = split(z, 2)": """\
These states are no row.
  x_{-1}, ..., y_0 = split(z, 2)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  try: x_{1-g}, ..., x_0 = split(z, g)""",
    "..., x_0 = split(z, 2)": """\
These states are no row.
  ..., x_0 = split(z, 2)
  ^^^^^^^^^^^^^^^^^^^^^^
  try: x_{1-g}, ..., x_0 = split(z, g)""",
    "X_i = W X_{i-1}; output = X_L; out: X_L": """\
There are two outputs.
  X_i = W X_{i-1}; output = X_L; out: X_L
                                      ^^^""",
    "X_i = W X_{i-1}; output = X_L + X_k": """\
The output has several indices: L, k.
  X_i = W X_{i-1}; output = X_L + X_k
                            ^^^^^^^^^
  expected one, which stands for the depth""",
    "formula F(2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}": """\
The formula F needs its depth.
  formula F(2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}
            ^
  expected depth=2""",
    "formula F(width=1/2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}": """\
The formula F needs its depth.
  formula F(width=1/2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}
            ^^^^^^^^^
  expected depth=2""",
    "formula F(depth=0) { K_i = K_{i-1} }; X_i = F_i X_{i-1}": """\
The depth of F is 0.
  formula F(depth=0) { K_i = K_{i-1} }; X_i = F_i X_{i-1}
                  ^
  expected a number of steps, such as depth=2""",
    "formula F(width=0, depth=2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}": """\
The width of F is 0.
  formula F(width=0, depth=2) { K_i = K_{i-1} }; X_i = F_i X_{i-1}
                  ^
  expected a positive number, such as width=1/4""",
    "formula F(depth=2, stride=1) { K_i = K_{i-1} }; X_i = F_i X_{i-1}": """\
The formula F takes no such option.
  formula F(depth=2, stride=1) { K_i = K_{i-1} }; X_i = F_i X_{i-1}
                     ^^^^^^^^
  expected formula F(depth=2, width=1/4)""",
    "operator S(width=-1/2); X_i = S_i X_{i-1}": """\
The width of S is -1/2.
  operator S(width=-1/2); X_i = S_i X_{i-1}
                   ^^^^
  expected a positive number, such as width=1/4""",
    "operator S(width=sqrt(2)); X_i = S_i X_{i-1}": """\
The width of S is sqrt(2).
  operator S(width=sqrt(2)); X_i = S_i X_{i-1}
                   ^^^^^^^
  expected a positive number, such as width=1/4""",
    "operator S(width=1/r); X_i = S_i X_{i-1}": """\
r is not known in an option.
  operator S(width=1/r); X_i = S_i X_{i-1}
                     ^
  expected an integer
  try: a parameter, r=8""",
    "operator S(width=0.5); X_i = S_i X_{i-1}": """\
0.5 is a float, and coefficients are exact.
  operator S(width=0.5); X_i = S_i X_{i-1}
                   ^^^
  try: 1/2""",
    "operator S(stride=2); X_i = S_i X_{i-1}": """\
The stride of S is 2.
  operator S(stride=2); X_i = S_i X_{i-1}
                    ^
  expected stride=1, for a block that keeps the resolution; other strides follow from stages""",
    "operator S(depth=2); X_i = S_i X_{i-1}": """\
The operator S takes no such option.
  operator S(depth=2); X_i = S_i X_{i-1}
             ^^^^^^^
  expected operator F(width=1/4, stride=1)""",
    "operator S(width=1, width=2); X_i = S_i X_{i-1}": """\
The operator S takes no such option.
  operator S(width=1, width=2); X_i = S_i X_{i-1}
                      ^^^^^^^
  expected operator F(width=1/4, stride=1)""",
    "scalar a(width=1/2); X_i = a X_{i-1}": """\
The scalar a takes no such option.
  scalar a(width=1/2); X_i = a X_{i-1}
           ^^^^^^^^^
  expected scalar a""",
    "operator S(width=1/2); operator S(width=1/4); X_i = S_i X_{i-1}": """\
S is declared twice, with other options.
  operator S(width=1/2); operator S(width=1/4); X_i = S_i X_{i-1}
                                  ^^^^^^^^^^^^""",
    "norm batch; X_i = batch_i(X_{i-1})": """\
batch is no name of a norm.
  norm batch; X_i = batch_i(X_{i-1})
       ^^^^^
  expected norm, or norm and a number, as in norm2""",
    "formula F(depth=2) { K_i = K_{i-1}": """\
'{' is never closed.
  formula F(depth=2) { K_i = K_{i-1}
                     ^""",
    "X_i = (X_{i-1})_{2}^{3} W_{{a+b}_i}": """\
Only a name takes a subscript.
  X_i = (X_{i-1})_{2}^{3} W_{{a+b}_i}
                             ^^^^^""",
    "X_i = ' X_{i-1}": """\
A prime belongs to a name.
  X_i = ' X_{i-1}
        ^
  try: X'_{i-1}, with the prime first""",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors_point_at_the_character(text: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert str(caught.value) == ERRORS[text]


def test_errors_of_the_formula_pass_through() -> None:
    with pytest.raises(FormulaError, match="is a product of two features"):
        parse("X_i = X_{i-1} X_{i-2}")
    with pytest.raises(FormulaError, match="is defined by itself"):
        parse("X_i = W_i(X_i)")
    with pytest.raises(FormulaError, match="no equation"):
        parse("")


def test_parameters_are_integers_that_occur() -> None:
    with pytest.raises(NotationError, match="The parameter g is no integer"):
        parse("X_i = X_{i-g}", g=0.5)  # type: ignore[arg-type]
    with pytest.raises(NotationError, match="The parameter h does not occur"):
        parse("X_i = X_{i-g}", g=1, h=2)


def test_too_much_of_anything_is_an_error() -> None:
    with pytest.raises(NotationError, match="nested too deeply"):
        parse("X_i = " + "W_i " * 3000 + "X_{i-1}")
    with pytest.raises(NotationError, match="more than 4000 digits"):
        parse("X_i = " + "9" * 5000 + " X_{i-1}")
    with pytest.raises(NotationError, match="try: an exact number"):
        parse("X_i = 1e99 X_{i-1}")


@pytest.mark.parametrize(
    "text",
    [
        "X_i = __import__('os').getcwd() X_{i-1}",
        "X_i = (lambda: 1)() X_{i-1}",
        "X_i = X_{i-1}.__class__",
        "X_i = exec(X_{i-1}.y)",
    ],
)
def test_python_is_never_evaluated(text: str) -> None:
    with pytest.raises(NotationError):
        parse(text)


PIECES = [
    *r"X_i X_{i-1} X[i-1] W_i W x y a F g i j 1 2 1/2 = + - * / ^ ( ) [ ] { } \{ \} , ;".split(),
    *r". .. ... _ _< > <= \cdot \odot ∘ ⊙ \frac \sqrt √ \sum ∑ _{j=0}^{i-1} split( mean(".split(),
    *r"concat( sum(".split(),
    *r"piecewise( if otherwise and or not mod % output input operator scalar formula".split(),
    *r"F(depth=2) where ' ^\prime \hat{X} ᵢ ₋₁ ² ½ θ \theta \Delta # & ~ | ? (20) j=0..i-1".split(),
    *r"clip Eq( zeros_like( relu( X_i= X_0= norm norm_i( norm2 (width=1/2) (stride=1)".split(),
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans(), st.booleans())
def test_any_text_is_a_formula_or_an_error_of_ours(
    pieces: list[str], has_start: bool, has_spaces: bool
) -> None:
    text = "X_i = W_i X_{i-1} " * has_start + (" " * has_spaces).join(pieces)
    try:
        recursion = parse(text)
    except Formula2NetError:
        return
    assert parse(to_text(recursion)) == recursion
