"""The difference formula: what it says, which paths it has, and the network that it makes.

Y. Liao, H. Wang, Z. Liu, H. Li and X. Liu (2021). Analyze and Design Network Architectures by
Recursion Formulas, Eqs. (20) and (21).
"""

import torch
from sympy import Eq

import formula2net as f2n

# X_i is the state after step i, W_i the block of step i: something that is trained.
X, W, i = f2n.State("X"), f2n.Operator("W"), f2n.Index("i")

difference = f2n.Recursion(
    Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]),
    initial=Eq(X[1], (1 + W[1]) * X[0]),
)
resnet = f2n.parse("X_i = (1 + W_i) X_{i-1}")  # the same, from text

# The derivative of the output by the input is a sum over paths. ResNet has one for each set of
# blocks; the difference formula has one for each length.
print("difference:", difference.paths(depth=4))
print("resnet:    ", resnet.paths(depth=4))
for name, formula in (("difference", difference), ("resnet", resnet)):
    print(f"{name} has {formula.closed_form(of='words', by='all')} paths at depth L")

# With X_1 = (1 + W_1) X_0 the formula telescopes to X_i = W_i X_{i-1} + X_0: the same function by
# another wiring, in which only the input skips blocks.
twin = f2n.get_formula("difference_twin")
print(f2n.compare(difference, twin, depth=6))

# A backbone says how many steps there are, how wide they are, and where the resolution falls.
backbone = f2n.Backbone.cifar(blocks=(2, 2, 2, 2), widths=(8, 16, 32, 64), num_classes=10)
net = f2n.compile(difference, backbone)
print(net.code)
print(f2n.verify(net))

scores = net(torch.randn(2, 3, 32, 32))  # an nn.Module like any other
scores.mean().backward()
print("scores:", tuple(scores.shape))
