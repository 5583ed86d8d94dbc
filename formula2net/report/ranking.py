"""Whether methods differ over several data sets: Friedman's test, and Nemenyi's after it.

M. Friedman (1937); R. L. Iman and J. M. Davenport (1980); P. B. Nemenyi (1963); J. Demsar (2006),
Statistical Comparisons of Classifiers over Multiple Data Sets. The first paper prints Friedman's
statistic (A.1) with k (k - 1) where k (k + 1) belongs; here it is as in Demsar, with SciPy's
correction for ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from math import inf, sqrt
from typing import Any

from formula2net.errors import Formula2NetError, Problem
from formula2net.report.results import Results


@dataclass(frozen=True)
class Ranking:
    """Methods by their average rank; shown, it says what differs.

    Attributes:
        results: What was ranked.
        ranks: A row for each data set: 1 is the best, equal figures share their ranks.
        chi_square: Friedman's statistic, corrected for ties, with k - 1 degrees of freedom.
        chi_square_p: Probability of one as large if all methods were alike.
        f: That of Iman and Davenport, with k - 1 and (k - 1)(N - 1) degrees of freedom; infinite
            where all data sets rank the methods alike.
        f_p: As `chi_square_p`.
    """

    results: Results
    ranks: tuple[tuple[float, ...], ...]
    chi_square: float
    chi_square_p: float
    f: float
    f_p: float

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods, in the order of the table."""
        return self.results.methods

    @property
    def average(self) -> Mapping[str, float]:
        """Average rank of each method."""
        columns = zip(*self.ranks, strict=True)
        pairs = zip(self.methods, columns, strict=True)
        return {method: sum(column) / len(column) for method, column in pairs}

    def critical_difference(self, alpha: float = 0.05) -> float:
        """Nemenyi's: two methods differ if their average ranks do by more.

        Args:
            alpha: Probability of finding any difference if there is none.

        Raises:
            Formula2NetError: If it is no probability.
        """
        if not 0 < alpha < 1:
            what = f"alpha={alpha!r} is no level of significance."
            raise Formula2NetError(Problem(what, expected="a number between 0 and 1, as 0.05"))
        return q_alpha(alpha, len(self.methods)) * self._error

    def p_value(self, one: str, other: str) -> float:
        """Nemenyi's for two methods, adjusted for all pairs that are compared.

        Raises:
            Formula2NetError: If a method is unknown.
        """
        average = self.average
        for method in (one, other):
            if method not in average:
                what = f"There is no method {method!r}."
                raise Formula2NetError(Problem(what, expected=", ".join(self.methods)))
        range_ = abs(average[one] - average[other]) * sqrt(2) / self._error
        return float(_stats().studentized_range.sf(range_, len(self.methods), inf))

    def differing(self, alpha: float = 0.05) -> tuple[tuple[str, str], ...]:
        """The pairs of methods that differ, the better one first."""
        limit, average = self.critical_difference(alpha), self.average
        ordered = sorted(self.methods, key=lambda method: average[method])
        pairs = combinations(ordered, 2)
        return tuple((a, b) for a, b in pairs if average[b] - average[a] > limit)

    @property
    def _error(self) -> float:
        """What Nemenyi divides a difference of ranks by."""
        k = len(self.methods)
        return sqrt(k * (k + 1) / (6 * len(self.ranks)))

    def __str__(self) -> str:
        k, n, where = len(self.methods), len(self.ranks), self.results.where
        best_first = sorted(self.average.items(), key=lambda item: item[1])
        lines = [
            f"{k} methods on {n} data sets" + (f" ({where})" if where else ""),
            "average ranks: " + ", ".join(f"{name} {rank:.2f}" for name, rank in best_first),
            f"Friedman: chi^2({k - 1}) = {self.chi_square:.2f}, p = {self.chi_square_p:.2g}",
            f"Iman-Davenport: F({k - 1}, {(k - 1) * (n - 1)}) = {self.f:.2f}, p = {self.f_p:.2g}",
        ]
        for alpha in (0.05, 0.1):
            pairs = ", ".join(f"{a} and {b}" for a, b in self.differing(alpha)) or "no two methods"
            limit = self.critical_difference(alpha)
            lines.append(f"Nemenyi at {alpha}: {pairs} differ by more than {limit:.2f}")
        return "\n".join(lines)

    __repr__ = __str__


def rank(results: Results, higher_is_better: bool = True) -> Ranking:
    """Ranks methods on each data set, and tests whether they differ.

    Args:
        results: Figures of at least 3 methods on at least 2 data sets.
        higher_is_better: As for accuracies; False for errors.

    Raises:
        Formula2NetError: If there are too few, or no data set tells any methods apart.
        ImportError: SciPy is not installed; the message names the extra that brings it.
    """
    k, n = len(results.methods), len(results.data_sets)
    if k < 3 or n < 2:
        what = "Friedman's test compares at least 3 methods on at least 2 data sets."
        raise Formula2NetError(Problem(what, got=f"{k} and {n}"))
    if all(len(set(row)) == 1 for row in results.figures):
        raise Formula2NetError(Problem("All methods are equal on every data set."))
    stats, sign = _stats(), -1 if higher_is_better else 1
    ranks = [stats.rankdata([sign * figure for figure in row]).tolist() for row in results.figures]
    test = stats.friedmanchisquare(*zip(*ranks, strict=True))
    chi_square, largest = float(test.statistic), n * (k - 1)
    rest = largest - chi_square
    f = (n - 1) * chi_square / rest if rest > 1e-9 * largest else inf
    f_p = float(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))
    return Ranking(results, tuple(map(tuple, ranks)), chi_square, float(test.pvalue), f, f_p)


def q_alpha(alpha: float, methods: int) -> float:
    """Nemenyi's critical value for so many methods: of the studentized range, over sqrt(2)."""
    return float(_stats().studentized_range.ppf(1 - alpha, methods, inf)) / sqrt(2)


def _stats() -> Any:
    if find_spec("scipy") is None:
        raise ImportError("Ranking methods needs SciPy: pip install 'formula2net[report]'")
    from scipy import stats

    return stats
