"""FractalNet, written by hand: by columns that meet in joins, and by the equation."""

from __future__ import annotations

import re

import torch
from torch import nn
from torch.nn import functional

from tests.models.same import CLASSES, ByHand


class Unit(nn.Module):
    """Conv(3x3)-BN-ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return functional.relu(self.bn(self.conv(x)))


class Columns(nn.Module):
    """Columns side by side; wherever columns end together, one join takes their mean.

    `units[str(row)]` holds the units of a row, the deepest column (a unit in every row) first.
    """

    def __init__(self, inputs, outputs, columns):
        super().__init__()
        self.columns, self.units = columns, nn.ModuleDict()
        for row in range(1, 2 ** (columns - 1) + 1):
            units = []
            for column in range(columns):
                if row % 2**column == 0:
                    first = row == 2**column
                    units.append(Unit(inputs if first else outputs, outputs))
            self.units[str(row)] = nn.ModuleList(units)

    def forward(self, x):
        heads = [x] * self.columns
        for units in self.units.values():
            ends = [unit(heads[column]) for column, unit in enumerate(units)]
            joined = torch.stack(ends).mean(dim=0)
            heads[: len(ends)] = [joined] * len(ends)
        return heads[0]


class Nested(nn.Module):
    """f_1 = conv; f_{C+1}(z) = the mean of conv(z) and f_C(f_C(z))."""

    def __init__(self, inputs, outputs, columns):
        super().__init__()
        self.unit, self.first = Unit(inputs, outputs), None
        if columns > 1:
            self.first = Nested(inputs, outputs, columns - 1)
            self.second = Nested(outputs, outputs, columns - 1)

    def forward(self, z):
        if self.first is None:
            return self.unit(z)
        return (self.unit(z) + self.second(self.first(z))) / 2


class FractalNet(nn.Module):
    """Fractals, a 2x2 max-pool after each, a classifier of the one position that is left."""

    def __init__(self, fractal, columns, widths, classes=CLASSES):
        super().__init__()
        pairs = zip((3, *widths), widths, strict=False)
        self.fractals = nn.ModuleList(fractal(*pair, columns) for pair in pairs)
        self.fc = nn.Linear(widths[-1], classes)

    def forward(self, x):
        for fractal in self.fractals:
            x = functional.max_pool2d(fractal(x), 2)
        return self.fc(torch.flatten(x, 1))


def columns_key(key: str) -> str:
    """From the keys of a net of `Columns` to those of the network."""
    key = re.sub(
        r"^fractals\.(\d+)\.units\.(\d+)\.(\d+)\.",
        lambda m: f"B_{int(m[1]) + 1}.F_{m[2]}_{int(m[3]) + 1}.",
        key,
    )
    return re.sub(r"^fc\.", "head.fc.", key).replace(".bn.", ".norm.")


def nested_key(key: str) -> str:
    """From the keys of a net of `Nested`: step 2 of a fractal inside is its second half."""
    match = re.match(r"^fractals\.(\d+)\.((?:first\.|second\.)*)unit\.", key)
    if match is None:
        return re.sub(r"^fc\.", "head.fc.", key)
    halves = [1 if half == "first" else 2 for half in match[2].split(".") if half]
    steps = [1, *halves]
    place = "".join(f"C_{step}." for step in steps[:-1]) + f"F_{steps[-1]}."
    return f"B_{int(match[1]) + 1}.{place}" + key[match.end() :].replace("bn.", "norm.")


CASES = [
    ByHand(
        "fractalnet20",
        lambda: FractalNet(Columns, 3, (4, 6, 6)),
        columns_key,
        {"widths": (4, 6, 6)},
        shape=(3, 8, 8),
    ),
    ByHand(
        "fractalnet20",
        lambda: FractalNet(Nested, 3, (4, 6, 6)),
        nested_key,
        {"widths": (4, 6, 6), "joins": "nested"},
        shape=(3, 8, 8),
    ),
]
