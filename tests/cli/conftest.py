"""Running a command in this process: exit code, output, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from formula2net.cli import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line, on a plain terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return run


def lines(text: str) -> list[str]:
    """What is printed, without the blanks at the ends of lines."""
    return [line.rstrip() for line in text.rstrip().splitlines()]
