"""The notebooks run, cell by cell, warn of nothing, and show what their text says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scripts import ROOT, output_of

NOTEBOOKS = ROOT / "examples"

PRINTS = {
    "designing_by_paths.ipynb": (
        "A_1 = 1 + W[L]\nA_2 = -W[L - 1]\nA_3 = 0\nA_4 = 0\nA_5 = 0\n",
        "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\nX[1] = (1 + W[1])*X[0]\n",
        "1 + W_4 + W_4*W_3 + W_4*W_3*W_2 + W_4*W_3*W_2*W_1\n",
        "{0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1}\n",
        "X[i] = Y[i - 1] + W[i](X[i - 1])\n",
        "network  equal\nwiring   different\n",
        "    W_1 = self.W_1(X_0)\n    X_1 = X_0 + W_1;",
        "terms cancel exactly within a stage, and formally where the stage changes\n",
        "5 words on paper, 13 in the network\n",
        "% after training\n",
    ),
}


def cells_of(notebook: Path) -> list[dict]:
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def test_every_notebook_is_tested() -> None:
    assert {path.name for path in NOTEBOOKS.glob("*.ipynb")} == set(PRINTS)


@pytest.mark.parametrize("name", PRINTS)
def test_no_output_is_stored(name: str) -> None:
    code = [cell for cell in cells_of(NOTEBOOKS / name) if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("name", PRINTS)
def test_the_notebook_runs(name: str, tmp_path: Path) -> None:
    cells = cells_of(NOTEBOOKS / name)
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script = tmp_path / "cells.py"
    script.write_text("\n\n".join(code), encoding="utf-8")
    printed = output_of(script, tmp_path)
    for text in PRINTS[name]:
        assert text in printed
    assert [path.name for path in tmp_path.iterdir()] == ["cells.py"]  # it leaves nothing behind
