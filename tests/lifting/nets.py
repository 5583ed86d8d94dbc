"""Networks as people write them by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDTH = 8


def conv(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


def conv_norm(inputs: int, outputs: int, stride: int = 1, size: int = 3) -> nn.Sequential:
    return nn.Sequential(conv(inputs, outputs, stride, size), nn.BatchNorm2d(outputs))


class Classifier(nn.Module):
    """A stem, blocks, and a head."""

    def __init__(self, *blocks: nn.Module, width: int = WIDTH, norm: bool = False) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_norm(3, WIDTH), nn.ReLU(inplace=True))
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU()) if norm else nn.Identity()
        self.fc = nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.blocks(self.stem(x)))
        return self.fc(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Basic(nn.Module):
    """The block of He et al. (2016a), with its sum in place."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs), nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else conv_norm(inputs, outputs, stride, 1)

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return self.relu(out)


class PreActivation(nn.Module):
    """The block of He et al. (2016b), as a sum of what it reads and a branch."""

    def __init__(self, width: int = WIDTH, inplace: bool = False) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=inplace),
            conv(width, width),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=inplace),
            conv(width, width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x)


class ReluFirst(nn.Module):
    """A branch that begins with a ReLU, which may write into what the shortcut reads."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.act, self.conv = nn.ReLU(inplace=inplace), conv(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.act(x)) + x


class DenseBlock(nn.Module):
    """Layers that read everything before them."""

    def __init__(self, layers: int, growth: int, inputs: int = WIDTH) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(w), nn.ReLU(), conv(w, growth))
            for w in (inputs + k * growth for k in range(layers))
        )

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return torch.cat(features, 1)


class DenseByGrowing(DenseBlock):
    """The same, by growing one tensor."""

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return x


class Squeeze(nn.Module):
    """A squeeze-and-excitation block."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.block, self.act = conv_norm(width, width), nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down, self.up = nn.Conv2d(width, width // 4, 1), nn.Conv2d(width // 4, width, 1)
        self.inner, self.gate = nn.ReLU(), nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        out = self.act(self.block(x))
        return out * self.gate(self.up(self.inner(self.down(self.pool(out)))))


class Inception(nn.Module):
    """Four branches side by side."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        part = width // 4
        self.one = nn.Sequential(conv_norm(width, part, size=1), nn.ReLU())
        self.three = nn.Sequential(conv_norm(width, part, size=1), nn.ReLU(), conv(part, part))
        self.five = nn.Sequential(conv_norm(width, part, size=1), nn.ReLU(), conv(part, part))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(width, part, size=1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], dim=1)


class Highway(nn.Module):
    """A gate decides how much of a block and how much of its input passes."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.block, self.gate = conv(width, width), conv(width, width)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.gate(x))
        return gate * self.block(x) + (1 - gate) * x


class Reversible(nn.Module):
    """Two halves of the channels that add to each other."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.f, self.g = conv(width // 2, width // 2), conv(width // 2, width // 2)

    def forward(self, x: Tensor) -> Tensor:
        a, b = torch.chunk(x, 2, dim=1)
        a = a + self.f(b)
        b = b + self.g(a)
        return torch.cat((a, b), dim=1)


class Pairs(nn.Module):
    """A basic block on (X_{i-2}, X_{i-1}) stacked, as the first paper's appendix A.5 wires it.

    Args:
        aliased: whether what is handed on as the block's output shares the tensor that the sum in
            place changes, as it was published.
    """

    def __init__(self, width: int = WIDTH, aliased: bool = True) -> None:
        super().__init__()
        self.first, self.second = conv_norm(width, width), conv_norm(width, width)
        self.aliased = aliased

    def forward(self, pair: Tensor) -> Tensor:
        before, now = pair[0], pair[1]
        total = self.second(nn.functional.relu(self.first(now)))
        handed_on = total if self.aliased else total.clone()
        total += now
        total = nn.functional.relu(total) - before
        return torch.stack((handed_on, total))


class Stacked(nn.Module):
    """A stem, blocks on pairs, and a head on the last value."""

    def __init__(self, depth: int, aliased: bool) -> None:
        super().__init__()
        self.stem = conv_norm(3, WIDTH)
        self.blocks = nn.Sequential(*(Pairs(aliased=aliased) for _ in range(depth)))
        self.fc = nn.Linear(WIDTH, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        pair = self.blocks(torch.stack((torch.zeros_like(x), x)))
        return self.fc(pair[1].mean((2, 3)))


class ReZero(nn.Module):
    """A branch times a trained number, and times a number."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.alpha = conv(WIDTH, WIDTH), nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x / 3 + self.alpha * self.conv(x) * 0.7071067811865476


class Tied(nn.Module):
    """One block for all steps."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.conv, self.depth = conv(WIDTH, WIDTH), depth

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(self.depth):
            x = x + self.conv(x)
        return x


class Attention(nn.Module):
    """Three values of one that meet in products of matrices."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        scores = self.q(x) @ self.k(x).transpose(1, 2)
        return scores.softmax(-1) @ self.v(x)


class Encoder(nn.Module):
    """The residual stream of a transformer."""

    def __init__(self, depth: int, width: int = WIDTH) -> None:
        super().__init__()
        self.patches = nn.Linear(3, width)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    "norm1": nn.LayerNorm(width),
                    "attention": Attention(width),
                    "norm2": nn.LayerNorm(width),
                    "mlp": nn.Sequential(nn.Linear(width, 16), nn.GELU(), nn.Linear(16, width)),
                }
            )
            for _ in range(depth)
        )
        self.norm, self.fc = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x)
        for layer in self.layers:
            x = x + layer["attention"](layer["norm1"](x))
            x = x + layer["mlp"](layer["norm2"](x))
        return self.fc(self.norm(x)[:, 0])
