"""Friedman's and Nemenyi's tests: ranks by hand, published examples, the tables of the paper."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from formula2net.errors import Formula2NetError
from formula2net.report import Ranking, Results, draw_friedman, load_results, rank
from formula2net.report.ranking import q_alpha

# Three data sets, four methods; on the second one two methods share the ranks 2 and 3.
SMALL = Results.of(
    {
        "one": {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6},
        "two": {"a": 0.9, "b": 0.5, "c": 0.5, "d": 0.4},
        "three": {"a": 0.7, "b": 0.9, "c": 0.6, "d": 0.5},
    }
)


def test_ranks_by_hand() -> None:
    ranking = rank(SMALL)
    assert ranking.ranks == ((1, 2, 3, 4), (1, 2.5, 2.5, 4), (2, 1, 3, 4))
    assert ranking.average == pytest.approx({"a": 4 / 3, "b": 5.5 / 3, "c": 8.5 / 3, "d": 4})


def test_the_statistics_by_hand() -> None:
    """12 N / (k (k + 1)) (sum r^2 - k (k + 1)^2 / 4), and SciPy's correction for the tie."""
    ranking = rank(SMALL)
    n, k = 3, 4
    squares = (4**2 + 5.5**2 + 8.5**2 + 12**2) / 9
    plain = 12 * n / (k * (k + 1)) * (squares - k * (k + 1) ** 2 / 4)
    assert plain == pytest.approx(7.5)
    corrected = plain / (1 - (2**3 - 2) / (n * (k**3 - k)))
    assert ranking.chi_square == pytest.approx(corrected) == pytest.approx(7.5 / (1 - 6 / 180))
    f = (n - 1) * corrected / (n * (k - 1) - corrected)
    assert ranking.f == pytest.approx(f)
    assert 0 < ranking.f_p < ranking.chi_square_p < 0.06


def test_lower_may_be_better() -> None:
    errors = Results(
        SMALL.methods, SMALL.data_sets, tuple(tuple(1 - v for v in row) for row in SMALL.figures)
    )
    assert rank(errors, higher_is_better=False).ranks == rank(SMALL).ranks
    assert rank(SMALL, higher_is_better=False).average["d"] == 1


def test_data_sets_that_agree_leave_no_doubt() -> None:
    same = Results.of({name: {"a": 3.0, "b": 2.0, "c": 1.0} for name in "xyz"})
    ranking = rank(same)
    assert (ranking.chi_square, ranking.f, ranking.f_p) == (pytest.approx(6), float("inf"), 0)


# Demsar (2006), Table 5a: q_alpha for 2, ..., 10 methods.
DEMSAR = {
    0.05: (1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164),
    0.10: (1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920),
}
# Liao et al. (2021), Table 4. It says 2.334 for three methods at 0.05.
LIAO = {**DEMSAR, 0.05: (1.960, 2.334, *DEMSAR[0.05][2:])}


@pytest.mark.parametrize("alpha", DEMSAR)
def test_critical_values_are_the_published_ones(alpha: float) -> None:
    computed = [q_alpha(alpha, methods) for methods in range(2, 11)]
    assert computed == pytest.approx(DEMSAR[alpha], abs=1e-3)
    wrong = [
        methods
        for methods, value, printed in zip(range(2, 11), computed, LIAO[alpha], strict=True)
        if abs(value - printed) > 1e-3
    ]
    assert wrong == ([3] if alpha == 0.05 else [])


# Demsar (2006), Table 6: AUC on 14 data sets. In row 13 the last two are equal as printed, and
# ranked 2 and 3 there.
C45 = {
    "C4.5": "763 599 954 628 882 936 661 583 775 1000 940 619 972 957",
    "C4.5+m": "768 591 971 661 888 931 668 583 838 1000 962 666 981 978",
    "C4.5+cf": "771 590 968 654 886 916 609 563 866 1000 965 614 975.01 946",
    "C4.5+m+cf": "798 569 967 657 898 931 685 625 875 1000 962 669 975 970",
}


def test_the_example_of_demsar() -> None:
    columns = {method: [float(value) for value in text.split()] for method, text in C45.items()}
    rows = {f"{n}": {m: column[n] for m, column in columns.items()} for n in range(14)}
    ranking = rank(Results.of(rows))
    assert [round(value, 3) for value in ranking.average.values()] == [3.143, 2.0, 2.893, 1.964]
    squares = sum(value**2 for value in ranking.average.values())
    chi_square = 12 * 14 / (4 * 5) * (squares - 4 * 5**2 / 4)
    assert chi_square == pytest.approx(9.28, abs=0.005)
    assert 13 * chi_square / (14 * 3 - chi_square) == pytest.approx(3.69, abs=0.005)
    assert ranking.chi_square > chi_square  # corrected for ties, which he leaves as they are
    assert ranking.critical_difference(0.05) == pytest.approx(1.25, abs=0.005)
    assert ranking.differing(0.05) == ()
    assert ranking.critical_difference(0.10) == pytest.approx(1.12, abs=0.005)
    assert ranking.differing(0.10) == (("C4.5+m+cf", "C4.5"), ("C4.5+m", "C4.5"))


TOP_1 = rank(load_results("table1").only("*top-1"))
BY_SEED = rank(load_results("table5", "table6", "table7"))


def test_table_1_ranked_by_hand() -> None:
    methods = "ResNet18 ResNet18s ResNet34 ResNet34s ResNet50 ResNet50s ResNet101 ResNet101s"
    assert TOP_1.methods == tuple(methods.split())
    assert TOP_1.ranks == (
        (8, 7, 6, 2, 4, 1, 5, 3),
        (7, 8, 6, 5, 3, 1, 4, 2),
        (7, 8, 6, 5, 4, 3, 2, 1),
    )


def printed_chi_square(ranking: Ranking) -> float:
    """As A.1 of the paper prints it, with k (k - 1)."""
    k, n = len(ranking.methods), len(ranking.ranks)
    squares = sum(value**2 for value in ranking.average.values())
    return 12 * n / (k * (k - 1)) * (squares - k * (k + 1) ** 2 / 4)


def test_the_statistic_as_it_is_printed_is_larger_than_it_can_be() -> None:
    assert TOP_1.chi_square == pytest.approx(163 / 9)
    assert printed_chi_square(TOP_1) == pytest.approx(163 / 7)
    largest = 3 * (8 - 1)  # where all data sets agree
    assert TOP_1.chi_square < largest < printed_chi_square(TOP_1)
    assert TOP_1.f == pytest.approx(2 * 163 / 9 / (largest - 163 / 9))
    assert (TOP_1.chi_square_p, TOP_1.f_p) == pytest.approx((0.01145, 4.6e-5), rel=0.01)


def test_no_network_of_table_1_differs_from_its_difference_form() -> None:
    assert TOP_1.critical_difference(0.05) == pytest.approx(6.062, abs=1e-3)
    assert TOP_1.critical_difference(0.10) == pytest.approx(5.560, abs=1e-3)
    assert TOP_1.differing(0.05) == ()
    assert TOP_1.differing(0.10) == (
        ("ResNet50s", "ResNet18"),
        ("ResNet50s", "ResNet18s"),
        ("ResNet101s", "ResNet18s"),
    )
    steps = [
        TOP_1.average[f"ResNet{depth}"] - TOP_1.average[f"ResNet{depth}s"]
        for depth in (18, 34, 50, 101)
    ]
    assert steps == pytest.approx([-1 / 3, 2, 2, 5 / 3])


def test_two_data_sets_can_tell_no_eight_networks_apart() -> None:
    cifar = rank(load_results("table1").only("CIFAR*top-1"))
    largest_difference = 8 - 1
    assert cifar.critical_difference(0.05) > largest_difference
    assert cifar.differing(0.05) == cifar.differing(0.10) == ()
    for name in ("table2", "table5", "table6", "table7"):
        ranking = rank(load_results(name))
        assert ranking.critical_difference(0.10) > 16 - 1
        assert ranking.differing(0.10) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ResNet50s", "ResNet18s", 0.054701),
        ("ResNet50s", "ResNet18", 0.086902),
        ("ResNet34", "ResNet34s", 0.974578),
        ("ResNet34s", "ResNet18", 0.708976),
    ],
)
def test_p_values_are_those_of_scikit_posthocs(one: str, other: str, expected: float) -> None:
    """Of its version 0.17.1, on the same table."""
    assert TOP_1.p_value(one, other) == pytest.approx(expected, abs=1e-6)
    assert TOP_1.p_value(other, one) == TOP_1.p_value(one, other)


def test_a_pair_differs_where_its_p_value_is_below_alpha() -> None:
    for alpha in (0.01, 0.05, 0.1, 0.5):
        differing = set(BY_SEED.differing(alpha))
        for one in BY_SEED.methods:
            for other in BY_SEED.methods:
                if BY_SEED.average[one] < BY_SEED.average[other]:
                    expected = BY_SEED.p_value(one, other) < alpha
                    assert ((one, other) in differing) == expected


def test_the_networks_of_table_2_on_every_seed() -> None:
    """Six rows, which are no six data sets; no network differs from its own difference form."""
    assert len(BY_SEED.ranks) == 6
    assert BY_SEED.critical_difference(0.05) == pytest.approx(9.417, abs=1e-3)
    assert len(BY_SEED.differing(0.05)) == 10
    assert not [
        pair for pair in BY_SEED.differing(0.10) if pair[0].rstrip("s") == pair[1].rstrip("s")
    ]
    assert BY_SEED.p_value("Res2NeXt2s", "SEResNet34") == pytest.approx(0.033638, abs=1e-6)


PRINTED = """\
8 methods on 3 data sets (Table 1)
average ranks: ResNet50s 1.67, ResNet101s 2.00, ResNet50 3.67, ResNet101 3.67, ResNet34s 4.00, \
ResNet34 6.00, ResNet18 7.33, ResNet18s 7.67
Friedman: chi^2(7) = 18.11, p = 0.011
Iman-Davenport: F(7, 14) = 12.54, p = 4.6e-05
Nemenyi at 0.05: no two methods differ by more than 6.06
Nemenyi at 0.1: ResNet50s and ResNet18, ResNet50s and ResNet18s, ResNet101s and ResNet18s differ \
by more than 5.56"""


def test_a_ranking_prints_itself() -> None:
    assert str(TOP_1) == PRINTED


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: rank(load_results("table3")), "Friedman's test compares at least 3 methods on"),
        (lambda: rank(SMALL.only(methods="[ab]")), "at least 2 data sets.\n  got 2 and 3"),
        (
            lambda: rank(Results.of({name: dict.fromkeys("abc", 1.0) for name in "xy"})),
            "All methods are equal on every data set.",
        ),
        (lambda: TOP_1.critical_difference(5), "alpha=5 is no level of significance."),
        (lambda: TOP_1.p_value("ResNet34", "ResNet3"), "There is no method 'ResNet3'."),
    ],
)
def test_what_cannot_be_ranked(call: Any, text: str) -> None:
    with pytest.raises(Formula2NetError) as raised:
        call()
    assert text in str(raised.value)


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ImportError, match=r"pip install 'formula2net\[report\]'"):
        rank(SMALL)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    return figures


def test_the_graph_has_a_dot_and_a_line_a_method(drawn: list[Figure], tmp_path: Path) -> None:
    draw_friedman(TOP_1, tmp_path / "new" / "friedman.png", alpha=0.1)
    (axes,) = drawn[0].axes
    lines, dots = axes.lines[::2], axes.lines[1::2]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(TOP_1.methods)
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(list(TOP_1.average.values()))
    for line, dot in zip(lines, dots, strict=True):
        left, right = line.get_xdata()
        assert right - left == pytest.approx(TOP_1.critical_difference(0.1))
        assert (left + right) / 2 == pytest.approx(dot.get_xdata()[0])
        assert line.get_ydata()[0] == dot.get_ydata()[0]
    gray = [
        name for name, dot in zip(TOP_1.methods, dots, strict=True) if dot.get_color() == "#9a9a9a"
    ]
    assert gray == ["ResNet18", "ResNet18s"]  # they differ from ResNet50s
    assert axes.get_title() == "critical difference 5.56 at alpha = 0.1"


@pytest.mark.parametrize(("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_picture_in_the_format_of_its_name(ending: str, magic: bytes, tmp_path: Path) -> None:
    path = draw_friedman(BY_SEED, tmp_path / f"friedman{ending}")
    assert path.read_bytes().startswith(magic)
