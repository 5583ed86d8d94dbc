"""Which paths carry the gradient of a trained network, and what it loses without a block.

A. Veit, M. Wilber and S. Belongie (2016). Residual Networks Behave Like Ensembles of Relatively
Shallow Networks. There the paths of a ResNet are sampled; here all of them are added up, for any
formula.
"""

import torch
from torch.nn.functional import cross_entropy

import formula2net as f2n

DEPTH = 12
torch.manual_seed(0)

# Which of two rings a point lies on.
labels = torch.arange(512) % 2
points = torch.nn.functional.normalize(torch.randn(512, 2)) * (1 + labels[:, None])
points += 0.15 * torch.randn(512, 2)


def train(name: str) -> f2n.Network:
    """A small network of a registered formula, trained on all points."""
    backbone = f2n.Backbone.table(2, blocks=(DEPTH,), widths=(16,), num_classes=2)
    net = f2n.compile(f2n.get_formula(name), backbone, block="linear", check=False)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        cross_entropy(net(points), labels).backward()
        optimizer.step()
    return net.eval()


@torch.no_grad()
def accuracy(net: f2n.Network) -> float:
    """The share of the points that are on the right ring."""
    return (net(points).argmax(1) == labels).double().mean().item()


for name in ("resnet", "difference", "plain"):
    net = train(name)
    spectrum = f2n.path_spectrum(net, (points, labels), max_length=8)
    curve = f2n.lesion_curve(net, accuracy, most=4, draws=3)
    print(f"\n{name}: accuracy {curve.whole:.1%}")
    print(spectrum)
    worst = min(curve.single, key=curve.single.__getitem__)
    print(f"without {worst}: {curve.single[worst]:.1%}")
    print("without 1 to 4:", ", ".join(f"{mean:.1%}" for mean in list(curve.means().values())[1:]))
    total = sum(spectrum.projections)
    print(f"{name}: the shares add up to {total:.6f}")
