"""Training without its extra says what to install."""

from __future__ import annotations

import sys

import pytest


@pytest.mark.parametrize("missing", ["lightning", "torchmetrics"])
def test_the_extra_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("formula2net.train")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=r"pip install 'formula2net\[train\]'"):
        __import__("formula2net.train")
