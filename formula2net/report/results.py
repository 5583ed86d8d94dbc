"""Tables of results: what methods reach on data sets. The first paper's tables are shipped."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from formula2net.errors import Formula2NetError, Problem


@dataclass(frozen=True)
class Results:
    """One figure for each method on each data set.

    Attributes:
        methods: The columns.
        data_sets: The rows.
        figures: A row for each data set, with a figure for each method.
        where: Where they stand.

    Raises:
        Formula2NetError: If a name is there twice, or a figure is missing or not finite.
    """

    methods: tuple[str, ...]
    data_sets: tuple[str, ...]
    figures: tuple[tuple[float, ...], ...]
    where: str = ""

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise Formula2NetError(*problems)

    def _problems(self) -> Iterator[Problem]:
        for kind, names in (("method", self.methods), ("data set", self.data_sets)):
            for name in sorted({name for name in names if names.count(name) > 1}):
                yield Problem(f"The {kind} {name!r} is there twice.")
        if len(self.figures) != len(self.data_sets):
            got = f"{len(self.figures)} rows"
            yield Problem("A row is missing.", got=got, expected=f"{len(self.data_sets)}")
        for data_set, row in zip(self.data_sets, self.figures, strict=False):
            if len(row) != len(self.methods):
                what = f"The row of {data_set} does not fit the methods."
                expected = f"{len(self.methods)}: {', '.join(self.methods)}"
                yield Problem(what, got=f"{len(row)} figures", expected=expected)
            for method, figure in zip(self.methods, row, strict=False):
                if not isfinite(figure):
                    what = f"The figure of {method} on {data_set} is {figure}."
                    yield Problem(what, expected="a number")

    @classmethod
    def of(cls, table: Mapping[str, Mapping[str, float]], where: str = "") -> Results:
        """Results as `{data set: {method: figure}}`; the first row gives the order of methods."""
        methods = tuple(next(iter(table.values()), {}))
        rows = []
        for data_set, row in table.items():
            if row.keys() != set(methods):
                what = f"The row of {data_set} has other methods than the first."
                got, expected = ", ".join(row) or "none", ", ".join(methods)
                raise Formula2NetError(Problem(what, got=got, expected=expected))
            rows.append(tuple(float(row[method]) for method in methods))
        return cls(methods, tuple(table), tuple(rows), where)

    def only(self, data_sets: str = "*", methods: str = "*") -> Results:
        """Those whose names match, as `only("*top-1")`.

        Raises:
            Formula2NetError: If nothing is left.
        """
        rows = [k for k, name in enumerate(self.data_sets) if fnmatchcase(name, data_sets)]
        columns = [k for k, name in enumerate(self.methods) if fnmatchcase(name, methods)]
        if not (rows and columns):
            kind, pattern = ("methods", methods) if rows else ("data sets", data_sets)
            known = ", ".join(self.methods if rows else self.data_sets)
            raise Formula2NetError(Problem(f"No {kind} match {pattern!r}.", expected=known))
        return Results(
            tuple(self.methods[k] for k in columns),
            tuple(self.data_sets[k] for k in rows),
            tuple(tuple(self.figures[row][k] for k in columns) for row in rows),
            self.where,
        )

    def figure(self, method: str, data_set: str) -> float:
        """What a method reaches on a data set."""
        return self.figures[self.data_sets.index(data_set)][self.methods.index(method)]


def read_results(path: str | Path) -> Results:
    """Results of a CSV file: the first line names the methods, the first column the data sets.

    Raises:
        Formula2NetError: If the file is no such table.
        OSError: If it cannot be read.
    """
    path = Path(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [[cell.strip() for cell in line] for line in csv.reader(file)]
    (_, *methods), *rows = [line for line in lines if any(line)] or [[""]]
    if not (methods and rows):
        what = f"{path} has no results."
        expected = "a line that names the methods, then a line for each data set"
        raise Formula2NetError(Problem(what, expected=expected))
    figures = tuple(tuple(_number(cell, row[0], path) for cell in row[1:]) for row in rows)
    return Results(tuple(methods), tuple(row[0] for row in rows), figures, str(path))


def _number(cell: str, data_set: str, path: Path) -> float:
    try:
        return float(cell)
    except ValueError:
        what = f"{cell!r} in the row of {data_set} is no number."
        raise Formula2NetError(Problem(what, got=str(path))) from None


def load_results(*names: str) -> Results:
    """A table of the first paper, as "table1"; several of the same methods, one below the other.

    The tables are 1, 2, 3, 5, 6, 7 and 8 of Liao et al. (2021); 5 to 7 are Table 2 by seed.
    The columns of Table 8 are no results but for the last.

    Raises:
        Formula2NetError: If there is none of this name, or their methods differ.
    """
    tables = [_table(name) for name in names] or [_table("")]
    methods = tables[0].methods
    if any(table.methods != methods for table in tables):
        what = f"{', '.join(names)} are not about the same methods."
        raise Formula2NetError(Problem(what, expected=", ".join(methods)))
    if len(tables) == 1:
        return tables[0]
    rows = tuple(f"{name} ({table.where})" for table in tables for name in table.data_sets)
    figures = tuple(row for table in tables for row in table.figures)
    return Results(methods, rows, figures, "; ".join(table.where for table in tables))


def list_results() -> list[str]:
    """Names of the tables that are shipped."""
    return list(_shipped())


def _table(name: str) -> Results:
    if name not in _shipped():
        near = get_close_matches(name, _shipped(), n=3)
        try_ = ", ".join(near or _shipped())
        raise Formula2NetError(Problem(f"There is no table {name!r}.", try_=try_))
    table = _shipped()[name]
    figures = zip(*table["rows"].values(), strict=True)  # printed with a row a method
    return Results(
        tuple(table["rows"]), tuple(table["columns"]), tuple(figures), str(table["where"])
    )


@cache
def _shipped() -> dict[str, Any]:
    text = (files(__package__) / "data" / "liao2021.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["tables"]
    return found
