"""Path counts read back from code: they agree with the program's, and notice what is wrong."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from math import comb

import pytest
import torch
from sympy import Eq, Rational
from torch import nn
from torch.fx import GraphModule, Node

from formula2net.compiler import compile
from formula2net.errors import LiftError, PathCountError
from formula2net.formulas import get_formula
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import VIEWS
from formula2net.ir.ops import Apply
from formula2net.ir.residues import random_value
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Scalar
from formula2net.lifting.glossary import Glossary
from formula2net.lifting.network_code import read_code, read_network
from formula2net.lower.check import LengthCounts, check_counts, program_counts
from formula2net.lower.emit import emit
from formula2net.lower.network import Network
from tests.lower.cases import CASES, FLAT, W, X, Y, i


def counts(net: Network, view: str) -> dict[int, LengthCounts]:
    return program_counts(read_network(net), view)


def counts_of_code(
    graph: GraphModule, view: str, known: Glossary | None = None
) -> dict[int, LengthCounts]:
    return program_counts(read_code(graph.graph, known or Glossary()), view)


def only(values: dict[int, LengthCounts], what: str) -> list[int | Fraction]:
    return [getattr(row, what) for row in values.values()]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", CASES)
def test_code_has_the_paths_of_its_program(name: str, view: str) -> None:
    net = CASES[name].compile()
    assert counts(net, view) == program_counts(net.program, view)


def test_counts_of_resnet() -> None:
    net = compile(get_formula("resnet"), Backbone.cifar((5,), (4,)), "plain")
    binomials = [comb(5, k) for k in range(6)]
    for view in VIEWS:
        assert counts(net, view) == {k: LengthCounts(n, n, n) for k, n in enumerate(binomials)}


def test_counts_of_the_difference_formula() -> None:
    net = compile(get_formula("difference"), Backbone.cifar((2, 2, 2, 2), (4,) * 4), "plain")
    paper, exact = counts(net, "paper"), counts(net, "exact")
    assert only(paper, "wired") == only(exact, "wired") == [1, 15, 85, 231, 321, 231, 85, 15, 1]
    assert only(paper, "words") == only(paper, "total") == [1] * 9
    assert sum(only(exact, "words")) == 233  # transitions keep the paper's terms from cancelling


def test_norms_are_letters_of_length_0() -> None:
    """They stand between a block and what it reads; on paper they are not there."""
    net = CASES["norms"].compile()
    assert only(counts(net, "paper"), "words") == [1] * 5  # as without them
    assert sum(only(counts(net, "exact"), "words")) > 5
    assert counts(net, "exact").keys() == counts(net, "paper").keys()


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("norm", True),
        ("norm_3", True),
        ("norm2_3_1", True),
        ("S_1.norm_2_4", True),
        ("norm_m1", True),
        ("normal_3", False),
        ("norm_3.K_1", False),
        ("prenorm_1", False),
        ("norm_x", False),
    ],
)
def test_a_norm_is_known_by_its_name(name: str, letter: bool) -> None:
    build = Builder()
    program = build.finish(build.apply(Apply(name, build.input("X_0"))), {})
    root: dict[str, nn.Module] = {key: nn.Identity() for key in ("stem", name, "head")}
    found = counts_of_code(GraphModule(root, emit(program)), "exact")
    assert found == {0 if letter else 1: LengthCounts(1, 1, 1)}


def test_both_views_with_activations() -> None:
    net = compile(get_formula("published_a5"), Backbone.cifar((4,), (4,)), "plain")
    assert sum(only(counts(net, "paper"), "words")) < sum(only(counts(net, "exact"), "words"))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["resnet", "difference"])
def test_a_thousand_blocks(name: str, view: str) -> None:
    net = compile(get_formula(name), Backbone.table(2, (1000,), (2,)), "linear", check=False)
    found = counts(net, view)
    assert list(found) == list(range(1001))
    if name == "resnet":
        assert found[500] == LengthCounts(comb(1000, 500), comb(1000, 500), comb(1000, 500))
    else:
        assert all(row.words == row.total == 1 for row in found.values())
        assert found[1].wired == 1999


def test_full_concatenations_are_counted_by_what_is_new() -> None:
    net = compile(get_formula("densenet"), Backbone.table(2, (60,), (2,)), "linear", check=False)
    assert counts(net, "exact") == program_counts(net.program, "exact")


def test_an_equation_is_one_combination() -> None:
    # 2 walks from X_0 to X_1 by the formula's terms; Y is another equation, and adds one.
    formula = Recursion([Eq(Y[i], X[i - 1] / 2), Eq(X[i], Y[i] + X[i - 1] + W[i](X[i - 1]))])
    assert counts(compile(formula, Backbone.cifar((1,), (4,))), "paper") == {
        0: LengthCounts(2, 1, Fraction(3, 2)),
        1: LengthCounts(1, 1, 1),
    }


def test_monomials_of_one_coefficient_are_one_term() -> None:
    a = Scalar("a", Rational(1, 2))
    formula = Recursion(Eq(X[i], (1 - a + a**2) * X[i - 1] + W[i](X[i - 1])))
    net = compile(formula, Backbone.cifar((1,), (4,)))
    assert "mul_1 = a * X_0" in net.code
    value = random_value("a")  # of a scalar: a fixed one
    wanted = 1 - value + value**2
    assert counts(net, "exact") == {0: LengthCounts(1, 1, wanted), 1: LengthCounts(1, 1, 1)}


def test_totals_are_exact_fractions() -> None:
    net = compile(get_formula("rk4"), Backbone.cifar((1,), (4,)))
    wanted = [Fraction(1, n) for n in (1, 1, 2, 6, 24)]  # the exponential's
    assert only(counts(net, "exact"), "total") == wanted


def test_twice_the_same_value_in_a_concatenation() -> None:
    net = CASES["densenet"].compile()
    (join,) = (n for n in net.graph.nodes if n.target is torch.cat and len(n.args[0]) == 2)
    before = counts(net, "exact")
    join.args = ([join.args[0][0], join.args[0][0]],)
    after = counts(net, "exact")
    assert after[1].wired == before[1].wired + 1


def test_slots_of_different_widths() -> None:
    build = Builder()
    w = build.apply(Apply("W", build.input("X_0"), 1, 1))
    first, second = build.slice(w, 1, 2), build.slice(w, 2, 2)
    one, other = build.concat([first, first, w]), build.concat([w, first, second])
    output = build.combine({one: 1, other: 1})  # the second slots do not begin at one channel
    graph = GraphModule(
        {"stem": nn.Identity(), "W": nn.Identity(), "head": nn.Identity()},
        emit(build.finish(output, {})),
    )
    assert counts_of_code(graph, "exact") == {1: LengthCounts(6, 6, 6)}


def test_modules_of_half_a_stage() -> None:
    build = Builder()
    x = build.input("X_0")
    half = build.apply(Apply("W", x, 1, 1, width=Fraction(1, 2)))
    pair = build.concat([half, half])
    output = build.combine({build.concat([x, half]): 1, build.concat([pair, half]): 1})
    program = build.finish(output, {})
    graph = GraphModule(
        {"stem": nn.Identity(), "W": nn.Identity(), "head": nn.Identity()}, emit(program)
    )
    for view in VIEWS:
        found = counts_of_code(graph, view, Glossary.of(program))
        assert found == program_counts(program, view)


def node(net: Network, name: str) -> Node:
    (found,) = (each for each in net.graph.nodes if each.name == name)
    return found


def other_sign(net: Network) -> None:
    node(net, "X_2").target = operator.add


def other_operand(net: Network) -> None:
    node(net, "X_2").args = (node(net, "add"), node(net, "W_2"))


def other_argument(net: Network) -> None:
    node(net, "W_2").args = (node(net, "X_0"),)


def earlier_output(net: Network) -> None:
    node(net, "head").args = (node(net, "X_3"),)


def other_block(net: Network) -> None:
    node(net, "W_2").target = "W_1"


@pytest.mark.parametrize("change", [other_sign, other_operand, other_argument, earlier_output])
def test_wrong_wiring_is_noticed(change: Callable[[Network], None]) -> None:
    net = CASES["difference"].compile()
    check_counts(net, net.program)
    change(net)
    with pytest.raises(PathCountError, match="does not have the paths of its"):
        check_counts(net, net.program)


def test_a_shared_block_may_have_the_same_counts() -> None:
    net = CASES["difference"].compile()
    other_block(net)  # paths are counted by applications, and W_1(X_1) is one as well
    check_counts(net, net.program)


def test_both_tables_are_shown() -> None:
    net = CASES["difference"].compile()
    other_sign(net)
    with pytest.raises(PathCountError) as caught:
        check_counts(net, net.program)
    assert str(caught.value) == "\n".join(
        [
            "The network does not have the paths of its formula (paper view).",
            "                         formula              network",
            "     length  wired  words  total  wired  words  total",
            "          0      1      1      1      1      1      1",
            "  *       1      7      1      1      7      2      3",
            "  *       2     13      1      1     13      2      3",
            "  *       3      7      1      1      7      2      3",
            "          4      1      1      1      1      1      1",
        ]
    )


@pytest.mark.parametrize(
    ("exact", "message"),
    [
        ({}, "none that rounds to it; expected exactly one"),
        ({0.5: {Fraction(1, 2), Fraction(2**54 + 1, 2**55)}}, "; expected exactly one"),
    ],
)
def test_a_float_stands_for_one_coefficient(
    exact: dict[float, frozenset[Coefficient]], message: str
) -> None:
    net = CASES["tied"].compile()
    with pytest.raises(LiftError, match=r"0\.5 in the code does not stand for one") as caught:
        read_code(net.graph, Glossary(numbers=exact))
    assert message in str(caught.value)


def test_what_the_reader_does_not_know() -> None:
    net = CASES["resnet"].compile()
    node(net, "X_1").target = torch.maximum
    with pytest.raises(LiftError, match="No compiled network has such a node"):
        counts(net, "paper")


def test_stem_and_head() -> None:
    net = CASES["resnet"].compile()
    node(net, "head").target = "W_4"
    with pytest.raises(LiftError, match="calls no head"):
        counts(net, "paper")
    net = CASES["resnet"].compile()
    node(net, "W_1").args = (node(net, "x"),)
    with pytest.raises(LiftError, match="A feature is expected here"):
        counts(net, "paper")


def test_uneven_parts_of_a_concatenation() -> None:
    net = compile(get_formula("seqconv_windowed"), FLAT)
    with net.graph.inserting_after(node(net, "x_1_in")):
        chunks = net.graph.call_function(torch.chunk, (node(net, "x_1_in"), 3), {"dim": 1})
    with net.graph.inserting_after(chunks):
        part = net.graph.call_function(operator.getitem, (chunks, 0))
    node(net, "x_1").args = (part,)
    with pytest.raises(LiftError, match="A concatenation is split into 3 parts inside its values"):
        counts(net, "exact")
