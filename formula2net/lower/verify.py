"""verify(): everything that can be checked about a compiled network, each with its figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formula2net.errors import Formula2NetError, PathCountError, Problem
from formula2net.ir.generic import generic
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.residues import modular
from formula2net.lifting.network_code import read_network
from formula2net.lower.check import Table, program_counts
from formula2net.lower.given import as_network
from formula2net.lower.graph_counts import GraphCounts, graph_counts
from formula2net.lower.jacobian import jacobian_error, relative_error
from formula2net.lower.network import Network
from formula2net.lower.standins import StandIn

JACOBIAN_ERROR = 1e-10
OUTPUT_ERROR = 1e-12
SAMPLES = 4
SHOWN = 10**12  # longer numbers are shown by their size


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: what is compared.
        ok: whether it agrees.
        figure: by how much, or how many.
    """

    name: str
    ok: bool
    figure: str


@dataclass(frozen=True)
class VerifyReport:
    """All checks of a network, shown as a table."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return all(check.ok for check in self.checks)

    def raise_if_failed(self) -> None:
        """Raises what has failed, if anything has.

        Raises:
            PathCountError: lists the checks that failed.
        """
        failed = [check for check in self.checks if not check.ok]
        if failed:
            raise PathCountError(*(Problem(f"{c.name}: failed.", got=c.figure) for c in failed))

    def __str__(self) -> str:
        width = max(len(check.name) for check in self.checks)
        rows = (
            (c.name.ljust(width), "ok    " if c.ok else "FAILED", c.figure) for c in self.checks
        )
        return "\n".join("  ".join(row) for row in rows)

    __repr__ = __str__


def verify(net: Network, seed: int = 0) -> VerifyReport:
    """Checks a network against its formula.

    Path counts by length, in both views: those of the program by linear algebra, those of its
    networkx graph by brute force, those of the network's code. The Jacobian in float64, with
    matrices for blocks: by autograd, and as the sum over the paths of the exact view. The output
    in float64, with small nonlinear blocks: of the network's code, and of a plain interpreter.

    Args:
        net: the network.
        seed: of the random modules and inputs.

    Returns:
        A table of checks, each with its figure; `.ok` says whether all agree. A check that cannot
        be made has failed.
    """
    net = as_network(net)
    checks = [check for view in VIEWS for check in _counts(net, view)]
    checks += [
        _checked("Jacobian: autograd and path sum", lambda: _jacobian(net, seed)),
        _checked("Output: network's code and interpreter", lambda: _output(net, seed)),
    ]
    return VerifyReport(tuple(checks))


def _checked(name: str, check: Callable[[], tuple[bool, str]]) -> Check:
    """A check; one that cannot be made has failed."""
    try:
        return Check(name, *check())
    except Formula2NetError as error:
        return Check(name, False, str(error))


def _counts(net: Network, view: View) -> Iterator[Check]:
    wanted = program_counts(net.program, view)
    graph = graph_counts(generic(net.program), view)
    yield _walks(view, wanted, graph)
    yield _words(view, wanted, graph)
    name = f"{view} view, network's code: all counts"
    yield _checked(name, lambda: _code(net, view, wanted))


def _code(net: Network, view: View, wanted: Table) -> tuple[bool, str]:
    """The counts read back."""
    found = program_counts(read_network(net), view)
    differ = sum(found.get(k) != wanted.get(k) for k in {*found, *wanted})
    return differ == 0, f"{len(wanted)} lengths, {differ} differ"


def _walks(view: View, wanted: Table, graph: GraphCounts) -> Check:
    """Wired paths, and totals where they follow from walks."""
    wired = {k: counts.wired for k, counts in wanted.items() if counts.wired}
    totals = {k: t for k, counts in wanted.items() if (t := modular(counts.total))}
    ok = graph.wired == wired and graph.totals in (None, totals)
    what = "wired" if graph.totals is None else "wired and totals"
    walks = sum(wired.values())
    figure = f"{walks:,} walks" if walks < SHOWN else f"{len(str(walks))} digits of walks"
    return Check(f"{view} view, networkx: {what}", ok, figure)


def _words(view: View, wanted: Table, graph: GraphCounts) -> Check:
    name = f"{view} view, networkx: words by brute force"
    if graph.longest < 0:
        return Check(name, True, "not written out: too many")
    short = {k: (c.words, c.total) for k, c in wanted.items() if k <= graph.longest and c.words}
    ok = short.keys() == graph.words.keys() and all(
        short[k][0] == count and short[k][1] in (total, modular(total))
        for k, (count, total) in graph.words.items()
    )
    number = sum(count for count, _ in graph.words.values())
    return Check(name, ok, f"{number:,} up to length {graph.longest}")


def _jacobian(net: Network, seed: int) -> tuple[bool, str]:
    standin = StandIn.of(net, nonlinear=False, samples=1, seed=seed)
    error = jacobian_error(standin)
    return error < JACOBIAN_ERROR, f"relative error {error:.1e}"


def _output(net: Network, seed: int) -> tuple[bool, str]:
    standin = StandIn.of(net, nonlinear=True, samples=SAMPLES, seed=seed)
    values = standin.values()
    largest = max(value.abs().max().item() for value in values.values() if value.numel())
    found, wanted = standin.module(standin.x).detach(), values[net.program.output]
    error = relative_error(found, wanted, largest)  # what cancels in the output leaves rounding
    return error < OUTPUT_ERROR, f"relative error {error:.1e}"
