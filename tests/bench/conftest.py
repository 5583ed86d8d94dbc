"""Prints the ratios below the table of times."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    session = getattr(config, "_benchmarksession", None)
    for bench in session.benchmarks if session else ():
        for what, ratio in bench.extra_info.items():
            terminalreporter.write_line(f"{bench.name}: {ratio:.3f} {what}")
