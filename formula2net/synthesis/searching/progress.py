"""The progress bar of a search."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Protocol, TypeVar

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")


class Counted(Protocol):
    """What the bar shows."""

    @property
    def candidates(self) -> int:
        """How many there are."""

    @property
    def tried(self) -> int:
        """How many are done."""

    @property
    def found(self) -> int:
        """How many were found."""


class Bar(Progress):
    """A bar that asks for the numbers whenever it is drawn: the search itself never waits for it.

    Args:
        search: has the numbers.
        console: where it is drawn.
    """

    def __init__(self, search: Counted, console: Console) -> None:
        columns = (
            TextColumn("searching"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[found]} found"),
            TimeElapsedColumn(),
        )
        self._search = search
        super().__init__(*columns, console=console, transient=True)
        self._task = self.add_task("", total=search.candidates, found=0)

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar as it is now."""
        if self.tasks:
            self.update(self._task, completed=self._search.tried, found=self._search.found)
        yield from super().get_renderables()


def shown(
    search: Counted, items: Iterator[Item], progress: bool | None, console: Console | None = None
) -> Generator[Item, None, None]:
    """The items, with a bar while they are looked for; whoever gets one has the terminal.

    Args:
        search: has the numbers.
        items: what it finds.
        progress: whether to show the bar; None: where the standard error is a terminal.
        console: where to draw it; the standard error unless given.
    """
    console = console or Console(stderr=True)
    if not (console.is_terminal if progress is None else progress):
        yield from items
        return
    bar = Bar(search, console)
    while True:
        with bar:
            item = next(items, None)
        if item is None:
            return
        yield item
