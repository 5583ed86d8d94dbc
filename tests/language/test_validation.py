"""The text of every error of a formula, with its caret."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sympy import Eq, I, Mul, Piecewise, Rational, Sum, Symbol, oo, pi, sin, sqrt

from formula2net.errors import FormulaError
from formula2net.language.expressions import Applied
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State

X, Y, W = State("X"), State("Y"), Operator("W")
i, j, k, n, s = map(Index, "ijkns")
a = Scalar("a")
inner = Recursion(Eq(X[i], W[i](X[i - 1])))

CASES: dict[str, tuple[Callable[[], Recursion], str]] = {
    "itself": (
        lambda: Recursion(Eq(X[i], (1 + W[i]) * X[i - 1] + W[i](X[i]))),
        """\
X[i] is defined by itself.
  X[i] = (1 + W[i])*X[i - 1] + W[i](X[i])
                                    ^^^^
  got lag 0; expected X[i - 1], X[i - 2], ...
  try: an implicit scheme needs a solver; see docs/notation.md""",
    ),
    "itself_alone": (
        lambda: Recursion(Eq(X[i], X[i])),
        """\
X[i] is defined by itself.
  X[i] = X[i]
         ^^^^
  got lag 0; expected X[i - 1], X[i - 2], ...
  try: an implicit scheme needs a solver; see docs/notation.md""",
    ),
    "window_reaches_itself": (
        lambda: Recursion(Eq(X[i], Sum(X[j], (j, 0, i)))),
        """\
X[i] is defined by itself.
  X[i] = Sum(X[j], (j, 0, i))
             ^^^^
  got lag 0; expected X[i - 1], X[i - 2], ...
  try: an implicit scheme needs a solver; see docs/notation.md""",
    ),
    "sum_of_sums_reaches_itself": (
        lambda: Recursion(Eq(X[i], Sum(X[j], (j, 1, k), (k, 1, i)))),
        """\
X[i] is defined by itself.
  X[i] = Sum(X[j], (j, 1, k), (k, 1, i))
             ^^^^
  got lag 0; expected X[i - 1], X[i - 2], ...
  try: an implicit scheme needs a solver; see docs/notation.md""",
    ),
    "future": (
        lambda: Recursion(Eq(X[n + 1], W[n](X[n + 3]))),
        """\
X[n + 1] reads X[n + 3], which is computed later.
  X[n + 1] = W[n](X[n + 3])
                  ^^^^^^^^
  got lag -2; expected X[n], X[n - 1], ...""",
    ),
    "future_state": (
        lambda: Recursion([Eq(X[i], X[i - 1] + Y[i + 1]), Eq(Y[i], W[i](X[i]))]),
        """\
X[i] reads Y[i + 1], which is computed later.
  X[i] = X[i - 1] + Y[i + 1]
                    ^^^^^^^^
  got lag -1; expected Y[i - 1], Y[i - 2], ...""",
    ),
    "future_initial": (
        lambda: Recursion(Eq(X[i], X[i - 1]), Eq(X[1], W[1](X[2]))),
        """\
X[1] reads X[2], which is computed later.
  X[1] = W[1](X[2])
              ^^^^
  got lag -1; expected X[0], X[-1], ...""",
    ),
    "later_equation": (
        lambda: Recursion([Eq(X[i], X[i - 1] + Y[i]), Eq(Y[i], W[i](Y[i - 1]))]),
        """\
X[i] reads Y[i], which a later equation defines.
  X[i] = X[i - 1] + Y[i]
                    ^^^^
  try: put the equation of Y[i] first""",
    ),
    "later_lane": (
        lambda: Recursion([Eq(X[i, 1], W[i](X[i, 2])), Eq(X[i, 2], X[i - 1, 1])], output=X[i, 1]),
        """\
X[i, 1] reads X[i, 2], which a later equation defines.
  X[i, 1] = W[i](X[i, 2])
                 ^^^^^^^
  try: put the equation of X[i, 2] first""",
    ),
    "lane_itself": (
        lambda: Recursion((Eq(X[i, k], W[i](X[i, k])), (k, 1, 2)), output=X[i, 1]),
        """\
X[i, k] is defined by itself.
  X[i, k] = W[i](X[i, k]), k = 1..2
                 ^^^^^^^
  got lag 0; expected X[i - 1, k], X[i - 2, k], ...
  try: an implicit scheme needs a solver; see docs/notation.md""",
    ),
    "python_division": (
        lambda: Recursion(Eq(X[i], X[i - 1] + 1 / 6 * W[i](X[i - 1]))),
        """\
0.166666666666667 is a float.
  X[i] = X[i - 1] + 0.166666666666667*W[i](X[i - 1])
                    ^^^^^^^^^^^^^^^^^
  try: write Rational(1, 6)""",
    ),
    "radical": (
        lambda: Recursion(Eq(X[i], -2.449489742783178 * X[i - 1])),
        """\
-2.44948974278318 is a float.
  X[i] = -2.44948974278318*X[i - 1]
          ^^^^^^^^^^^^^^^^
  try: write -sqrt(6)""",
    ),
    "decimals": (
        lambda: Recursion(Eq(X[i], 0.12345678912 * X[i - 1])),
        """\
0.12345678912 is a float.
  X[i] = 0.12345678912*X[i - 1]
         ^^^^^^^^^^^^^
  try: write Rational("0.12345678912")""",
    ),
    "numpy_float": (
        lambda: Recursion(Eq(X[i], np.float64(0.5) * X[i - 1])),
        """\
0.5 is a float.
  X[i] = 0.5*X[i - 1]
         ^^^
  try: write Rational(1, 2)""",
    ),
    "whole_float": (
        lambda: Recursion(Eq(X[i], 1.0 * X[i - 1])),
        """\
1.0 is a float.
  X[i] = 1.0*X[i - 1]
         ^^^
  try: write 1""",
    ),
    "float_in_index": (
        lambda: Recursion(Eq(X[i], X[i - 1.0])),
        """\
-1.0 is a float.
  X[i] = X[i - 1.0]
           ^^^^^^^
  try: write -1""",
    ),
    "float_operator": (
        lambda: Recursion(Eq(X[i], (0.5 + W[i]) * X[i - 1])),
        """\
0.5 is a float.
  X[i] = (0.5 + W[i])*X[i - 1]
          ^^^
  try: write Rational(1, 2)""",
    ),
    "block_in_coefficient": (
        lambda: Recursion(Eq(X[i], sin(W[i]) * X[i - 1])),
        """\
W[i] stands inside a coefficient.
  X[i] = sin(W[i])*X[i - 1]
         ^^^^^^^^^
  got sin(W[i]); expected a number: Scalars, indices, rationals and roots""",
    ),
    "feature_in_index": (
        lambda: Recursion(Eq(X[i], W[X[i - 1]] * X[i - 1])),
        """\
X[i - 1] stands inside an index.
  X[i] = W[X[i - 1]]*X[i - 1]
           ^^^^^^^^
  got X[i - 1]; expected i - 1, 2*i, i - 2**j, floor(i/2), ...""",
    ),
    "root_of_feature": (
        lambda: Recursion(Eq(X[i], sqrt(X[i - 1]))),
        """\
sqrt(X[i - 1]) is a power of a feature.
  X[i] = sqrt(X[i - 1])
         ^^^^^^^^^^^^^^
  try: a block that computes it, W[i](x); or an activation, as Activation("tanh")(x)""",
    ),
    "cube_of_feature": (
        lambda: Recursion(Eq(X[i], X[i - 1] ** 3)),
        """\
X[i - 1]**3 is a power of a feature.
  X[i] = X[i - 1]**3
         ^^^^^^^^^^^
  try: Hadamard(X[i - 1], X[i - 1], X[i - 1])""",
    ),
    "function_of_feature": (
        lambda: Recursion(Eq(X[i], sin(X[i - 1]))),
        """\
sin(X[i - 1]) is no part of the language.
  X[i] = sin(X[i - 1])
         ^^^^^^^^^^^^^
  expected sums, multiples, blocks, Concat, Mean, Hadamard, Split, ZerosLike
  try: a block that computes it, W[i](x); or an activation, as Activation("tanh")(x)""",
    ),
    "number_plus_feature": (
        lambda: Recursion(Eq(X[i], 1 - W[i](X[i - 1]))),
        """\
1 - W[i](X[i - 1]) is a number plus a feature.
  X[i] = 1 - W[i](X[i - 1])
         ^
  expected features only, outside of Hadamard
  try: (1 + W[i])*x for x plus W[i](x); Hadamard(1 - T[i](x), x) for a gate""",
    ),
    "number_alone": (
        lambda: Recursion(Eq(X[i], 3)),
        """\
3 is a number where a feature is needed.
  X[i] = 3
         ^
  try: 3*x""",
    ),
    "zero_alone": (
        lambda: Recursion(Eq(X[i], 0)),
        """\
0 is a number where a feature is needed.
  X[i] = 0
         ^
  try: ZerosLike(X[0]), a zero with a shape""",
    ),
    "product": (
        lambda: Recursion(Eq(X[i], X[i - 1] * X[i - 2])),
        """\
X[i - 1]*X[i - 2] is a product of two features.
  X[i] = X[i - 1]*X[i - 2]
         ^^^^^^^^^^^^^^^^^
  try: Hadamard(X[i - 1], X[i - 2])""",
    ),
    "square": (
        lambda: Recursion(Eq(X[i], X[i - 1] ** 2)),
        """\
X[i - 1]**2 is a power of a feature.
  X[i] = X[i - 1]**2
         ^^^^^^^^^^^
  try: Hadamard(X[i - 1], X[i - 1])""",
    ),
    "quotient": (
        lambda: Recursion(Eq(X[i], X[i - 1] / X[i - 2])),
        """\
X[i - 1]/X[i - 2] divides by X[i - 2], which is no number.
  X[i] = X[i - 1]/X[i - 2]
         ^^^^^^^^^^^^^^^^^""",
    ),
    "exponent": (
        lambda: Recursion(Eq(X[i], 2 ** X[i - 1])),
        """\
X[i - 1] stands in an exponent.
  X[i] = 2**X[i - 1]
         ^^^^^^^^^^^""",
    ),
    "feature_operator": (
        lambda: Recursion(Eq(X[i], X[i - 1] * W[i])),
        """\
X[i - 1]*W[i] has an operator to the right of a feature.
  X[i] = X[i - 1]*W[i]
         ^^^^^^^^^^^^^
  try: W[i](X[i - 1])""",
    ),
    "operator_number": (
        lambda: Recursion(Eq(X[i], W[i] * 2 * X[i - 1])),
        """\
W[i]*2 has a number to the right of an operator.
  X[i] = W[i]*2*X[i - 1]
         ^^^^^^
  try: 2*W[i] for a multiple, W[i](2*x) to scale what goes in""",
    ),
    "operator_power": (
        lambda: Recursion(Eq(X[i], W[i] ** i * X[i - 1])),
        """\
W[i]**i is no power of an operator.
  X[i] = W[i]**i*X[i - 1]
         ^^^^^^^
  expected a whole number from 0 on, as in W[i]**2""",
    ),
    "operator_quotient": (
        lambda: Recursion(Eq(X[i], (W[i] / W[1]) * X[i - 1])),
        """\
W[i]/W[1] divides by W[1], which is no number.
  X[i] = W[i]/W[1]*X[i - 1]
         ^^^^^^^^^""",
    ),
    "sum_of_operators_scaled": (
        lambda: Recursion(Eq(X[i], Sum(W[i, s], (s, 1, 3)) / 2 * X[i - 1])),
        """\
SymPy has moved the numbers of this product: what was written is lost.
  X[i] = Sum(W[i, s], (s, 1, 3))/2*X[i - 1]
         ^^^^^^^^^^^^^^^^^^^^^^^^^
  try: Sum(c*W[i, s], (s, 1, 3)) with the number c inside""",
    ),
    "sum_times_sum": (
        lambda: Recursion(Eq(X[i], Sum(W[i, s], (s, 1, 3)) * (Sum(X[j], (j, 0, i - 1)) / 2))),
        """\
SymPy has moved the numbers of this product: what was written is lost.
  X[i] = Sum(W[i, s], (s, 1, 3))*Sum(X[j], (j, 0, i - 1))/2
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  try: Sum(W[i, s](x), (s, 1, 3)) with the whole argument as x""",
    ),
    "sums_of_features": (
        lambda: Recursion(Eq(X[i], Sum(X[j], (j, 0, i - 1)) * Sum(X[j], (j, 1, i - 1)))),
        """\
Sum(X[j], (j, 0, i - 1))*Sum(X[j], (j, 1, i - 1)) is a product of two features.
  X[i] = Sum(X[j], (j, 0, i - 1))*Sum(X[j], (j, 1, i - 1))
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  try: Hadamard(Sum(X[j], (j, 0, i - 1)), Sum(X[j], (j, 1, i - 1)))""",
    ),
    "sympy_mul": (
        lambda: Recursion(Eq(X[i], Mul(Rational(1, 2), W[i], Input("z")))),
        """\
SymPy has moved the numbers of this product: what was written is lost.
  X[i] = W[i]*z/2
         ^^^^^^^^
  try: c*W[i] or W[i](c*x), with Python's *""",
    ),
    "sympy_mul_operator": (
        lambda: Recursion(Eq(X[i], Applied(Mul(2, W[i], evaluate=False), X[i - 1]))),
        """\
SymPy has moved the numbers of this product: what was written is lost.
  X[i] = 2*W[i]*X[i - 1]
         ^^^^^^
  try: c*W[i] or W[i](c*x), with Python's *""",
    ),
    "nothing_applied": (
        lambda: Recursion(Eq(X[i], X[i - 1] + W[i])),
        """\
W[i] is applied to nothing.
  X[i] = X[i - 1] + W[i]
                    ^^^^
  try: W[i](X[i - 1])""",
    ),
    "sum_applied_to_nothing": (
        lambda: Recursion(Eq(X[i], 1 + W[i])),
        """\
1 + W[i] is applied to nothing.
  X[i] = 1 + W[i]
         ^^^^^^^^
  try: (1 + W[i])(X[i - 1])""",
    ),
    "applied_to_number": (
        lambda: Recursion(Eq(X[i], W[i](2))),
        """\
W[i] is applied to the number 2.
  X[i] = W[i](2)
              ^
  expected a feature such as X[i - 1]""",
    ),
    "applied_to_state": (
        lambda: Recursion(Eq(X[i], W[i](X))),
        """\
X alone is no value.
  X[i] = W[i](X)
              ^
  try: X[i - 1]""",
    ),
    "no_operator": (
        lambda: Recursion(Eq(X[i], Applied(X[i - 1], X[i - 1]))),
        """\
X[i - 1] is no operator.
  X[i] = X[i - 1]*X[i - 1]
         ^^^^^^^^
  expected a block such as W[i]""",
    ),
    "no_scalar": (
        lambda: Recursion(Eq(X[i], Symbol("b") * X[i - 1])),
        """\
b is no Scalar.
  X[i] = b*X[i - 1]
         ^
  try: b = Scalar("b")""",
    ),
    "no_index": (
        lambda: Recursion(Eq(X[i], X[Symbol("m")])),
        """\
m is no Index.
  X[i] = X[m]
           ^
  try: m = Index("m"), or put a number in""",
    ),
    "no_range": (
        lambda: Recursion(Eq(X[i], X[i - 1] + k * X[i - 2])),
        """\
The index k has no value here.
  X[i] = X[i - 1] + k*X[i - 2]
                    ^
  expected i
  try: give its range: Sum(..., (k, 1, 4)) or (Eq(...), (k, 1, 4))""",
    ),
    "bound_symbol": (
        lambda: Recursion(Eq(X[i], Sum(X[Symbol("m")], (Symbol("m"), 0, i - 1)))),
        """\
m is no Index.
  X[i] = Sum(X[m], (m, 0, i - 1))
                   ^^^^^^^^^^^^^
  try: m = Index("m")""",
    ),
    "half_index": (
        lambda: Recursion(Eq(X[i], X[i / 2])),
        """\
The index i/2 is not an integer.
  X[i] = X[i/2]
           ^^^
  expected i - 1, 2*i, i - 2**j, floor(i/2), ...""",
    ),
    "scalar_index": (
        lambda: Recursion(Eq(X[i], X[i - a])),
        """\
The scalar a stands in an index, which is an integer.
  X[i] = X[i - a]
           ^^^^^""",
    ),
    "infinite_window": (
        lambda: Recursion(Eq(X[i], Sum(X[j], (j, 0, oo)))),
        """\
The index oo is not an integer.
  X[i] = Sum(X[j], (j, 0, oo))
                          ^^
  expected i - 1, 2*i, i - 2**j, floor(i/2), ...""",
    ),
    "imaginary": (
        lambda: Recursion(Eq(X[i], I * X[i - 1])),
        """\
I is no real number.
  X[i] = I*X[i - 1]
         ^""",
    ),
    "infinite": (
        lambda: Recursion(Eq(X[i], X[i - 1] / 0)),
        """\
zoo is no real number: something is divided by 0.
  X[i] = zoo*X[i - 1]
         ^^^""",
    ),
    "transcendental": (
        lambda: Recursion(Eq(X[i], pi * X[i - 1])),
        """\
pi is not algebraic.
  X[i] = pi*X[i - 1]
         ^^
  expected integers, rationals, roots such as sqrt(6), or a Scalar
  try: Scalar("pi")""",
    ),
    "part_out_of_range": (
        lambda: Recursion(Eq(X[i], Split(X[i - 1], 2)[3])),
        """\
Split(..., 2) has no part 3.
  X[i] = Split(X[i - 1], 2)[3]
                            ^
  expected 1 to 2""",
    ),
    "no_parts": (
        lambda: Recursion(Eq(X[i], Split(X[i - 1], 0)[1])),
        """\
A feature has no 0 parts.
  X[i] = Split(X[i - 1], 0)[1]
                         ^
  expected 1 or more""",
    ),
    "number_in_gate": (
        lambda: Recursion(Eq(X[i], Hadamard(2, X[i - 1]))),
        """\
2 is a number where a feature is needed.
  X[i] = Hadamard(2, X[i - 1])
                  ^
  try: 2*x""",
    ),
    "state_in_concat": (
        lambda: Recursion(Eq(X[i], Concat(X, X[i - 1]))),
        """\
X alone is no value.
  X[i] = Concat(X, X[i - 1])
                ^
  try: X[i - 1]""",
    ),
    "twice": (
        lambda: Recursion([Eq(X[i], W[i](X[i - 1])), Eq(X[i + 1], X[i])]),
        """\
X[i + 1] is defined twice.
  X[i + 1] = X[i]
  ^^^^^^^^""",
    ),
    "twice_initial": (
        lambda: Recursion(Eq(X[i], W[i](X[i - 1])), [Eq(X[1], X[0]), Eq(X[1], W[1](X[0]))]),
        """\
X[1] is defined twice.
  X[1] = W[1](X[0])
  ^^^^""",
    ),
    "lane_twice": (
        lambda: Recursion(
            [(Eq(X[i, k], X[i - 1, k]), (k, 1, 3)), Eq(X[i, 2], X[i - 1, 1])], output=X[i, 1]
        ),
        """\
X[i, 2] is defined twice.
  X[i, 2] = X[i - 1, 1]
  ^^^^^^^""",
    ),
    "is_true": (
        lambda: Recursion([Eq(Sum(j, (j, 1, 2)), Sum(j, (j, 1, 2)))]),
        """\
An equation is True: SymPy has evaluated Eq before it could be read.
  expected a state on the left-hand side
  try: Eq(X[i], W[i](X[i - 1]))""",
    ),
    "is_false": (
        lambda: Recursion(Eq(i, i + 1)),
        """\
An equation is False: SymPy has evaluated Eq before it could be read.
  expected a state on the left-hand side
  try: Eq(X[i], W[i](X[i - 1]))""",
    ),
    "no_equation": (
        lambda: Recursion(W[i](X[i - 1])),
        """\
W[i](X[i - 1]) is no equation.
  expected Eq(X[i], W[i](X[i - 1])) or a list of these""",
    ),
    "text": (
        lambda: Recursion("X_i = W_i X_{i-1}"),
        """\
'X_i = W_i X_{i-1}' is text.
  try: formula2net.parse(text) reads a formula""",
    ),
    "empty": (
        lambda: Recursion([]),
        """\
The formula has no equation.
  try: Recursion(Eq(X[i], W[i](X[i - 1])))""",
    ),
    "only_initial": (
        lambda: Recursion([], Eq(X[0], Input("z"))),
        """\
The formula has no equation.
  try: Recursion(Eq(X[i], W[i](X[i - 1])))""",
    ),
    "left_is_no_state": (
        lambda: Recursion(Eq(W[i](X[i - 1]), X[i])),
        """\
W[i](X[i - 1]) is no state.
  W[i](X[i - 1]) = X[i]
  ^^^^^^^^^^^^^^
  expected X[i], X[i, k] or X[0] on the left-hand side""",
    ),
    "left_is_no_step": (
        lambda: Recursion(Eq(X[2 * i], X[i - 1])),
        """\
X[2*i] is no step.
  X[2*i] = X[i - 1]
  ^^^^^^
  expected X[i]""",
    ),
    "initial_not_fixed": (
        lambda: Recursion(Eq(X[i], X[i - 1]), Eq(X[i], W[i](X[i - 1]))),
        """\
The initial value of X is not for a fixed step.
  X[i] = W[i](X[i - 1])
  ^^^^
  expected X[0], X[1], ...""",
    ),
    "no_family": (
        lambda: Recursion((Eq(X[i, k], X[i - 1, k]), (k, 1, n)), output=X[i, 1]),
        """\
(k, 1, n) is no range of an index.
  X[i, k] = X[i - 1, k]
  expected (k, 1, 4): an Index, the first and the last number""",
    ),
    "index_in_initial": (
        lambda: Recursion(Eq(X[i], X[i - 1]), Eq(X[1], W[i](X[0]))),
        """\
The index i has no value here.
  X[1] = W[i](X[0])
           ^
  expected numbers only
  try: give its range: Sum(..., (i, 1, 4)) or (Eq(...), (i, 1, 4))""",
    ),
    "mixed_lanes": (
        lambda: Recursion(Eq(X[i], W[i](X[i - 1, 2]))),
        """\
X[i - 1, 2] has 2 indices, and X has 1 index elsewhere.
  X[i] = W[i](X[i - 1, 2])
              ^^^^^^^^^^^""",
    ),
    "unknown_state": (
        lambda: Recursion(Eq(X[i], X[i - 1] + Y[i - 1])),
        """\
Y has no equation.
  X[i] = X[i - 1] + Y[i - 1]
                    ^^^^^^^^
  try: add Eq(Y[i], ...)""",
    ),
    "two_starts": (
        lambda: Recursion(Eq(X[i], Scalar("a", 1) * X[i - 1] + Scalar("a", 2) * X[i - 2])),
        """\
a is the name of 2 scalars with their own start.
  try: another name, or one object a for the whole formula""",
    ),
    "two_widths": (
        lambda: Recursion(
            Eq(X[i], W[i](X[i - 1]) + Operator("W", width=Rational(1, 2))[i](X[i - 2]))
        ),
        """\
W is the name of 2 blocks with their own width or stride.
  try: another name, or one object W for the whole formula""",
    ),
    "two_strides_in_sums": (
        lambda: Recursion(
            Eq(
                X[i],
                Sum(W[j](X[j]), (j, 0, i - 1))
                + Sum(Operator("W", stride=1)[j](X[j]), (j, 0, i - 1)),
            )
        ),
        """\
W is the name of 2 blocks with their own width or stride.
  try: another name, or one object W for the whole formula""",
    ),
    "two_formulas_in_width": (
        lambda: Recursion(
            Eq(X[i], inner.as_operator(1)(X[i - 1]) + inner.as_operator(1, width=2)(X[i - 1]))
        ),
        """\
F is the name of 2 formulas.
  try: another name, or one object F for the whole formula""",
    ),
    "norm_and_block": (
        lambda: Recursion(Eq(X[i], Norm()[i](X[i - 1]) + Operator("norm")[i](X[i - 1]))),
        """\
norm is the name of both a block and a norm.""",
    ),
    "norm_of_nothing": (
        lambda: Recursion(Eq(X[i], X[i - 1] + Norm()[i])),
        """\
norm[i] is applied to nothing.
  X[i] = X[i - 1] + norm[i]
                    ^^^^^^^
  try: norm[i](X[i - 1])""",
    ),
    "norm_of_a_broken_step": (
        lambda: Recursion(Eq(X[i], Norm()[i / 2](X[i - 1]))),
        """\
The index i/2 is not an integer.
  X[i] = norm[i/2](X[i - 1])
              ^^^
  expected i - 1, 2*i, i - 2**j, floor(i/2), ...""",
    ),
    "norm_in_a_coefficient": (
        lambda: Recursion(Eq(X[i], Norm()[i] * W[i])),
        """\
norm[i]*W[i] is applied to nothing.
  X[i] = norm[i]*W[i]
         ^^^^^^^^^^^^
  try: (norm[i]*W[i])(X[i - 1])""",
    ),
    "shared_name": (
        lambda: Recursion(Eq(X[i], Operator("X")[i](X[i - 1]))),
        """\
X is the name of both a block and a state.""",
    ),
    "two_formulas": (
        lambda: Recursion(
            Eq(X[i], inner.as_operator(1)(X[i - 1]) + inner.as_operator(2)(X[i - 1]))
        ),
        """\
F is the name of 2 formulas.
  try: another name, or one object F for the whole formula""",
    ),
    "unknown_promise": (
        lambda: Recursion(
            Eq(X[i], W[i](X[i - 1])), expects={"paths": 1, ("words", "depth"): 1, 3: 1}
        ),
        """\
expects has an unknown key 'paths'.
  expected "wired", "words", "total", or one of them as ("words", "length")

expects has an unknown key ('words', 'depth').
  expected "wired", "words", "total", or one of them as ("words", "length")

expects has an unknown key 3.
  expected "wired", "words", "total", or one of them as ("words", "length")""",
    ),
    "inexact_promise": (
        lambda: Recursion(Eq(X[i], W[i](X[i - 1])), expects={"words": 0.5}),
        """\
expects['words'] is 0.5, which is no exact count.""",
    ),
    "lanes_without_output": (
        lambda: Recursion((Eq(X[i, k], X[i - 1, k]), (k, 1, 2))),
        """\
X has lanes, so the output has to be given.
  try: output=Sum(X[i, k], (k, 1, 4))""",
    ),
    "output_of_nothing": (
        lambda: Recursion(Eq(X[i], X[i - 1]), output=Y[i]),
        """\
Y has no equation.
  output = Y[i]
           ^^^^""",
    ),
    "output_ahead": (
        lambda: Recursion(Eq(X[i], X[i - 1]), output=X[n] + X[n + 1]),
        """\
X[n + 1] is after the last step n.
  output = X[n] + X[n + 1]
                  ^^^^^^^^""",
    ),
    "output_lanes": (
        lambda: Recursion(Eq(X[i], X[i - 1]), output=X[n, 2]),
        """\
X[n, 2] has 2 indices, and X has 1 index elsewhere.
  output = X[n, 2]
           ^^^^^^^""",
    ),
    "output_number": (
        lambda: Recursion(Eq(X[i], X[i - 1]), output=2),
        """\
2 is a number where a feature is needed.
  output = 2
           ^
  try: 2*x""",
    ),
    "output_text": (
        lambda: Recursion(Eq(X[i], X[i - 1]), output="X"),
        """\
The output 'X' is no expression.
  expected a state X, or an expression such as X[i]""",
    ),
    "branch_of_wrong_sort": (
        lambda: Recursion(Eq(X[i], Piecewise((X[i - 1], Eq(i % 2, 0)), (2 * W[i], True)))),
        """\
2*W[i] is applied to nothing.
  X[i] = Piecewise((X[i - 1], Eq(Mod(i, 2), 0)), (2*W[i], True))
                                                  ^^^^^^
  try: (2*W[i])(X[i - 1])""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_error_text(name: str) -> None:
    build, text = CASES[name]
    with pytest.raises(FormulaError) as caught:
        build()
    assert str(caught.value) == text


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(FormulaError) as caught:
        Recursion(
            [
                Eq(X[i], 0.5 * X[i] + X[i - 1] * X[i - 2]),
                Eq(Y[i], Y[i - 1] + W[i]),
            ],
            initial=[Eq(Y[0], 1), Eq(X[n], X[0])],
            output=Y[i + k],
            expects={"word": 1},
        )
    assert [problem.what for problem in caught.value.problems] == [
        "X[i] is defined by itself.",
        "0.5 is a float.",
        "X[i - 1]*X[i - 2] is a product of two features.",
        "W[i] is applied to nothing.",
        "1 is a number where a feature is needed.",
        "The initial value of X is not for a fixed step.",
        "The index k has no value here.",
        "expects has an unknown key 'word'.",
    ]


@pytest.mark.parametrize(
    "rhs",
    [
        X[i - 1] + 0,
        0 + X[i - 1],
        0 * X[i - 1],
        X[i // 2] + X[0],
        Sum(X[i - 2**j], (j, 0, 3)),
        Sum(X[j], (j, 0, i - 1)),
        Sum(X[j] / (j + 1), (j, 0, i - 1)) / 2 - Sum(W[i, s], (s, 1, 2)) * X[i - 1],
        Sum(Piecewise((1, Eq(j % 2, 0)), (2, True)) * X[j], (j, 0, i - 1)),
        Piecewise((X[i - 1], Eq(i % 2, 0)), (W[i] * X[i - 1], True)),
        (i % 2) * X[i - 1] + X[i - 1] / i,
        Sum(1 / j, (j, 1, 3)) * X[i - 1],
        Hadamard(1 - W[i](X[i - 1]), 2 * (X[i - 1] - 1), X[0]),
        Concat(X[j], (j, i - 3, i - 1), clip=True),
        Mean(Concat(X[0], X[i - 1]), Concat(X[j], (j, i - 2, i - 1))),
        Split(X[i - 1], 2)[2],
        Activation("relu")(W(X[i - 1])),
        (W[i] ** 2 - Rational(1, 2)) * X[i - 1],
        a[i, 1] * X[i - 1],
    ],
    ids=str,
)
def test_what_is_accepted(rhs: object) -> None:
    assert Recursion(Eq(X[i], rhs)).output == X[i]


def test_a_state_may_start_at_nothing() -> None:
    recursion = Recursion(
        [Eq(Y[i], a * Y[i - 1] + W[i](X[i - 1])), Eq(X[i], X[i - 1] + Y[i])], Eq(Y[0], 0)
    )
    assert recursion.initial[0].rhs == 0


def test_an_initial_value_may_read_an_input_whose_state_has_other_initial_values() -> None:
    recursion = Recursion(
        [Eq(Y[i], Y[i - 1] + W[i](X[i - 1])), Eq(X[i], X[i - 1] + W[i](Y[i - 1]))],
        [Eq(Y[0], 2 * X[0]), Eq(X[1], W[1](X[0]))],
    )
    assert str(recursion.initial[0].rhs) == "2*X[0]"


def test_a_lane_may_read_lanes_of_the_same_step_that_are_there() -> None:
    Recursion([Eq(X[i, 1], X[i - 1, 2]), Eq(X[i, 2], X[i - 1, 1] + W[i](X[i, 1]))], output=X[i, 2])


def test_a_number_is_not_moved_over_a_block() -> None:
    recursion = Recursion(Eq(X[i], W[i] * (X[i - 1] / 2)))
    assert str(recursion) == "X[i] = W[i]*(X[i - 1]/2)"
