"""The examples run, warn of nothing, and print what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts import ROOT, output_of

EXAMPLES = ROOT / "examples"

PRINTS = {
    "difference.py": (
        "difference: 1 + W_4 + W_4*W_3 + W_4*W_3*W_2 + W_4*W_3*W_2*W_1\n",
        "difference has L + 1 paths at depth L\n",
        "resnet has 2**L paths at depth L\n",
        "network  equal\nwiring   different\n",
        "    W_1 = self.W_1(X_0)\n    X_1 = X_0 + W_1;",
        "scores: (2, 10)\n",
    ),
    "butcher.py": (
        "one step: 1 + F_1_2 + 1/2*F_1_2*F_1_1\n",
        "three_fifths: explicit, 2 RK stages, order 2\n",
        "R(z) = z**2/2 + z + 1\n",
        "TableauError: wrong is not of order 2: the condition of the tree [τ] fails.\n",
        "three_fifths: 4 blocks, F_1_1, F_1_2, F_2_1, F_2_2\n",
    ),
    "initialisation.py": (
        "variance at step         0         1        10        50       100\n",
        "difference                0.34 ",
        "rk4_printed               0.34 ",
    ),
    "path_spectrum.py": (
        "resnet: accuracy ",
        "     6    924    924 ",
        "    9+   1404      4 ",
        "    12      1      1 ",
        "plain: the shares add up to 1.000000\n",
    ),
    "windowed_concat.py": (
        "x[i] = F[i](Concat(x[j], (j, i - 4, i - 1)))\n",
        "25 paths, of them 7 through one group:\n",
        "Conv2d(16, 4, kernel_size=(3, 3)",
        "scores: (2, 10)\n",
    ),
}


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(PRINTS)


LONG = ("initialisation.py",)
RUN = [pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in PRINTS]


@pytest.mark.parametrize("name", RUN)
def test_the_example_runs(name: str, tmp_path: Path) -> None:
    printed = output_of(EXAMPLES / name, tmp_path)
    for text in PRINTS[name]:
        assert text in printed
    assert list(tmp_path.iterdir()) == []  # it leaves nothing behind
