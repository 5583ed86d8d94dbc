"""A windowed SeqConv layer as a formula, and as the block of a residual network.

Y. Huang, P. Ou, R. Wu and Z. Feng (2018). Sequentially Aggregated Convolutional Networks, Eq. (2):
each group of channels is computed from the g groups before it, those of the input among them.
"""

import torch
from sympy import Eq

import formula2net as f2n

# As the paper prints it, with g = 4.
layer = f2n.parse(
    r"""
    x_i = F_i([x_{i-g}, \dotsc, x_{i-1}])
    x_{1-g}, \dotsc, x_0 = split(input, g)
    output = [x_1, \dotsc, x_g]
    """,
    g=4,
)
print(layer)

# The slot by which a path enters a concatenation belongs to its letter: F_2:4 is the way into F_2
# by the fourth group that it reads.
paths = layer.paths(depth=4)
print(f"{paths.words} paths, of them {paths.by_length()[1].words} through one group:")
for word, coefficient in paths[1]:
    print("  ", coefficient, "*".join(word))

# A whole formula can be a block of another one: here a layer of four groups is the block of every
# step. What is concatenated must have one resolution, and one stage has.
X, i = f2n.State("X"), f2n.Index("i")
S = layer.as_operator(depth=4, name="S")
net = f2n.compile(
    f2n.Recursion(Eq(X[i], X[i - 1] + S[i](X[i - 1]))),
    f2n.Backbone.cifar(blocks=(2,), widths=(16,)),
    block="plain",
)
print(net.code)
print(f2n.verify(net))

# A group is a quarter as wide as the layer.
print("one group of the first layer:", net.get_submodule("S_1.F_1"))
print("scores:", tuple(net(torch.randn(2, 3, 32, 32)).shape))
