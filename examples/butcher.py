"""Runge-Kutta methods as networks: one of the literature, and one of your own.

One step of the method (A, b) is k_s = F_s(x + sum_j a_sj k_j), x + sum_s b_s k_s; the step size is
in the blocks F.
"""

from sympy import Rational

import formula2net as f2n

# Every explicit method that the library knows makes a network; its order is proved when it loads.
midpoint = f2n.load_tableau("midpoint")
print(midpoint)
print(midpoint.recursion())

# The words of one step, and the coefficients they have: 1/2! for two blocks, as in exp(F).
print("one step:", midpoint.recursion().paths(depth=1))

# A method of your own: exact numbers, and the order that you claim. This one has its second stage
# three fifths of a step ahead.
ahead = Rational(3, 5)
mine = f2n.ButcherTableau(
    A=[[], [ahead]],
    b=[1 - 1 / (2 * ahead), 1 / (2 * ahead)],
    order=2,
    name="three_fifths",
)
print(mine)

# Where each block multiplies by z, a step multiplies by R(z): e^z up to z^2, as for all of order 2.
print("R(z) =", f2n.stability_function(mine))

# A claim that does not hold is refused, with the first condition that fails.
try:
    f2n.ButcherTableau(A=[[], [ahead]], b=["1/4", "3/4"], order=2, name="wrong")
except f2n.TableauError as error:
    print(f"TableauError: {error}")

# Each step has as many blocks as the method has stages. `compile` takes the method itself.
backbone = f2n.Backbone.cifar(blocks=(1, 1), widths=(8, 16))
for method in (midpoint, mine):
    net = f2n.compile(method, backbone)
    print(f"{method.name}: {len(net.program.blocks)} blocks,", ", ".join(net.program.blocks))
    print(f2n.verify(net))
