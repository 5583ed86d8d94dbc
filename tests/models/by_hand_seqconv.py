"""SeqResNet, SeqResNet-B and SeqResNeXt, written by hand with lists of groups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from tests.models.same import CLASSES, ByHand

Groups = list[Tensor]


class Unit(nn.Module):
    """The transformation of one group: what it hands on raw, and the same normalised, activated."""

    def __init__(self, inputs: int, k: int, bottleneck: bool, c: int) -> None:
        super().__init__()
        self.bottleneck = bottleneck
        if bottleneck:
            self.squeeze = nn.Conv2d(inputs, k, 1, bias=False)
            self.squeeze_bn = nn.BatchNorm2d(k)
        self.conv = nn.Conv2d(k if bottleneck else inputs, k, 3, 1, 1, groups=c, bias=False)
        self.bn = nn.BatchNorm2d(k)

    def forward(self, view: Groups, shortcut: Tensor | None) -> tuple[Tensor, Tensor]:
        x = torch.cat(view, 1)
        if self.bottleneck:
            x = relu(self.squeeze_bn(self.squeeze(x)))
        raw = self.conv(x) if shortcut is None else self.conv(x) + shortcut
        return raw, relu(self.bn(raw))


class SeqConv(nn.Module):
    """Eq. (1), or Eq. (2) if windowed: one group of the view is forgotten for each that is made."""

    def __init__(
        self, inputs: int, outputs: int, k: int, windowed: bool, bottleneck: bool, c: int
    ) -> None:
        super().__init__()
        self.windowed = windowed
        self.units = nn.ModuleList(
            Unit(inputs if windowed else inputs + number * k, k, bottleneck, c)
            for number in range(outputs // k)
        )

    def forward(self, given: Groups, shortcuts: Groups | None = None) -> tuple[Groups, Groups]:
        view, raw, active = list(given), [], []
        for number, unit in enumerate(self.units):
            one, other = unit(view, None if shortcuts is None else shortcuts[number])
            raw.append(one)
            active.append(other)
            view = [*view[int(self.windowed) :], other]
        return raw, active


class Down(nn.Module):
    """Figure 3; a norm a group is the norm of all channels."""

    def __init__(self, width: int, groups: int, k: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 2, 1, groups=groups, bias=False)
        self.bns = nn.ModuleList(nn.BatchNorm2d(k) for _ in range(width // k))

    def forward(self, given: Groups) -> tuple[Groups, Groups]:
        raw = list(torch.chunk(self.conv(torch.cat(given, 1)), len(self.bns), 1))
        return raw, [relu(bn(group)) for bn, group in zip(self.bns, raw, strict=True)]


class SeqResNet(nn.Module):
    """Table 1, or Table 2 if large; without dropout."""

    def __init__(
        self,
        widths: list[int],
        k: list[int],
        blocks: list[int],
        *,
        windowed: bool = True,
        bottleneck: bool = False,
        large: bool = False,
        released: bool = False,
        c: list[int] | None = None,
    ) -> None:
        super().__init__()
        self.large, self.released = large, released
        c = c or [1] * len(widths)
        stem = 32 if large else 16
        self.conv1, self.bn1 = nn.Conv2d(3, stem, 3, 1 + large, 1, bias=False), nn.BatchNorm2d(stem)
        if large:
            self.conv2, self.bn2 = nn.Conv2d(stem, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem)
        self.dense = SeqConv(stem, widths[0], k[0], False, bottleneck, c[0])
        self.extensions, self.downs = nn.ModuleList(), nn.ModuleList()
        if large:
            self.downs.append(Down(widths[0], widths[0] // k[0] * c[0], k[0]))
        for s in range(1, len(widths)):
            more = widths[s] - widths[s - 1]
            self.extensions.append(
                SeqConv(widths[s - 1], more, k[s - 1], windowed, bottleneck, c[s - 1])
            )
            self.downs.append(Down(widths[s], widths[s] // k[s] * c[s], k[s]))
        self.stages = nn.ModuleList()
        for s, width in enumerate(widths):
            layer = partial(SeqConv, width, width, k[s], windowed, bottleneck, c[s])
            pairs = (nn.ModuleList([layer(), layer()]) for _ in range(blocks[s]))
            self.stages.append(nn.ModuleList(pairs))
        self.last = nn.Conv2d(widths[-1], widths[-1], 1, bias=False)
        self.last_bn = nn.BatchNorm2d(widths[-1])
        self.fc = nn.Linear(widths[-1], CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        if self.large:
            x = relu(self.bn2(self.conv2(x)))
        raw, active = self.dense([x])
        downs = list(self.downs)
        if self.large:
            raw, active = downs.pop(0)(active)
        for s, stage in enumerate(self.stages):
            if s:
                _, extended = self.extensions[s - 1](active)
                raw, active = downs.pop(0)([*(extended if self.released else active), *extended])
            for first, second in stage:
                _, hidden = first(active)
                raw, active = second(hidden, raw)
        x = relu(self.last_bn(self.last(torch.cat(active, 1))))
        return self.fc(x.mean((2, 3)))


def key_of(bottleneck: bool, large: bool) -> Callable[[str], str]:
    """From the keys of `SeqResNet` to those of the network."""
    inside = {"squeeze": "conv1", "squeeze_bn": "norm", "conv": "conv2" if bottleneck else "conv"}

    def unit(block: str, norm: str, layer: str, rest: str) -> str:
        return f"{norm}.norm.{rest}" if layer == "bn" else f"{block}.{inside[layer]}.{rest}"

    def key(given: str) -> str:
        match given.split("."):
            case ["conv1" | "bn1" | "conv2" | "bn2" as name, rest]:
                kind = "norm" if name.startswith("bn") else "conv"
                return f"stem.{kind}{name[-1] if large else ''}.{rest}"
            case ["dense", "units", j, layer, rest]:
                where, norm = ("D1", "norm") if large else ("S1", "norm2_0")
                return unit(f"{where}.E_{_1(j)}", f"{where}.{norm}_{_1(j)}", layer, rest)
            case ["extensions", s, "units", j, layer, rest]:
                where = f"D{int(s) + 2}"
                return unit(f"{where}.E_{_1(j)}", f"{where}.norm_{_1(j)}", layer, rest)
            case ["downs", s, "conv", rest]:
                return f"D{int(s) + 2 - large}.D.conv.{rest}"
            case ["downs", s, "bns", j, rest]:
                return f"S{int(s) + 2 - large}.norm2_0_{_1(j)}.norm.{rest}"
            case ["stages", s, i, second, "units", j, layer, rest]:
                place = f"{_1(i)}_{_1(j)}"
                letter, norm = ("F", "norm1") if second == "0" else ("G", "norm2")
                return unit(f"S{_1(s)}.{letter}_{place}", f"S{_1(s)}.{norm}_{place}", layer, rest)
            case ["last" | "last_bn" as name, rest]:
                return f"T.{'norm' if name == 'last_bn' else 'conv'}.{rest}"
        return f"head.{given}"

    return key


def _1(number: str) -> int:
    return int(number) + 1


SMALL = {"r": 1, "k": 4, "blocks": (2, 1), "drop": 0.0}
THREE = {"r": 1, "k": 8, "blocks": (1, 2, 1), "drop": 0.0}
LARGE = {"r": 1, "k": (16, 32), "c": (4, 2), "blocks": (1, 2)}
large = partial(SeqResNet, [64, 128], [16, 32], [1, 2], c=[4, 2], bottleneck=True, large=True)

CASES = [
    ByHand(
        "seq_resnet_k8_r4_n1",
        partial(SeqResNet, [16, 32], [4, 4], [2, 1]),
        key_of(bottleneck=False, large=False),
        SMALL,
    ),
    ByHand(
        "seq_resnet_s2",
        partial(SeqResNet, [16, 32], [4, 4], [2, 1], windowed=False),
        key_of(bottleneck=False, large=False),
        SMALL,
    ),
    ByHand(
        "seq_resnet_b_k16_r7_n1",
        partial(SeqResNet, [16, 32, 48], [8, 8, 8], [1, 2, 1], bottleneck=True),
        key_of(bottleneck=True, large=False),
        THREE,
    ),
    ByHand("seq_resnext24", large, key_of(bottleneck=True, large=True), LARGE),
    ByHand(
        "seq_resnext24",
        partial(large, released=True),
        key_of(bottleneck=True, large=True),
        {**LARGE, "released": True},
    ),
]
