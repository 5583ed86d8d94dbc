"""verify(): what it reports, and that each check can fail."""

from __future__ import annotations

import operator
from dataclasses import replace

import pytest
import torch
from sympy import Eq, Rational
from torch.fx import Node

from formula2net.compiler import compile
from formula2net.errors import PathCountError
from formula2net.formulas import get_formula
from formula2net.ir.ops import Activation
from formula2net.language.backbone import Backbone, Shape
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Split
from formula2net.language.symbols import Index, Input, Norm, Operator, State
from formula2net.lower.jacobian import PathSum, autograd_jacobian
from formula2net.lower.network import Network
from formula2net.lower.standins import StandIn, small_widths
from formula2net.lower.verify import VerifyReport, verify
from formula2net.passes.shapes import infer_shapes
from tests.lower.cases import CASES, W, X


@pytest.mark.parametrize("name", CASES)
def test_networks_pass(name: str) -> None:
    report = verify(CASES[name].compile())
    assert report.ok, str(report)
    report.raise_if_failed()


def failed(net: Network) -> set[str]:
    return {check.name for check in verify(net).checks if not check.ok}


def node(net: Network, name: str) -> Node:
    (found,) = (each for each in net.graph.nodes if each.name == name)
    return found


def test_the_report() -> None:
    lines = str(verify(CASES["difference"].compile())).splitlines()
    assert lines[:3] == [
        "paper view, networkx: wired and totals      ok      29 walks",
        "paper view, networkx: words by brute force  ok      5 up to length 4",
        "paper view, network's code: all counts      ok      5 lengths, 0 differ",
    ]
    assert lines[4] == "exact view, networkx: words by brute force  ok      13 up to length 4"
    assert lines[6].startswith("Jacobian: autograd and path sum             ok      relative error")
    assert len(lines) == 8


def test_wrong_wiring_fails_three_checks() -> None:
    net = CASES["difference"].compile()
    node(net, "X_2").target = operator.add
    net.recompile()
    assert failed(net) == {
        "paper view, network's code: all counts",
        "exact view, network's code: all counts",
        "Jacobian: autograd and path sum",
        "Output: network's code and interpreter",
    }
    with pytest.raises(PathCountError, match="Jacobian: autograd and path sum: failed"):
        verify(net).raise_if_failed()


def test_a_shared_block_fails_the_jacobian() -> None:
    net = CASES["difference"].compile()
    node(net, "W_2").target = "W_1"  # as many paths, but other ones
    net.recompile()
    assert failed(net) == {
        "Jacobian: autograd and path sum",
        "Output: network's code and interpreter",
    }


def test_a_wrong_program_fails_what_reads_it() -> None:
    net = CASES["difference"].compile()
    resnet = CASES["resnet"].compile()
    net.spec = replace(net.spec, program=resnet.program)
    assert "Output: network's code and interpreter" in failed(net)


def test_a_graph_that_cannot_be_read() -> None:
    net = CASES["resnet"].compile()
    node(net, "X_1").target = torch.maximum
    net.recompile()
    checks = {check.name: check for check in verify(net).checks}
    assert (
        "No compiled network has such a node"
        in checks["paper view, network's code: all counts"].figure
    )


def test_a_narrow_formula_in_a_wide_sum() -> None:
    """On paper its values keep their width where the sum that they stand in is twice as wide."""
    Z, z, step = State("Z"), Input("z"), Index("i")
    V = Operator("V", width=Rational(1, 2))
    inner = Recursion(
        Eq(Z[step], Norm()[step](V[step](Split(z, 2)[step]))),
        initial=Eq(Z[0], z),
        output=Concat(Z[step - 1], Z[step]),
    ).as_operator(2, "G", width=Rational(1, 2))
    formula = Recursion(Eq(X[step], (1 + W[step]) * (inner[step] * X[step - 1])))
    net = compile(formula, Backbone.cifar((2,), (8,)), "plain")
    assert [row.words for row in net.paths().by_length().values()] == [2, 6, 4]
    verify(net).raise_if_failed()


def test_deep_networks() -> None:
    net = compile(get_formula("difference"), Backbone.cifar((60, 60), (4, 8)), "plain", check=False)
    report = verify(net)
    assert report.ok, str(report)
    assert "digits of walks" in str(report)


def test_small_widths_keep_ratios() -> None:
    assert small_widths([Shape(64, 1), Shape(128, 2), Shape(0, 0), Shape(8, 1)]) == [16, 32, 0, 2]
    assert small_widths([Shape(64, 1)]) == [2]
    assert small_widths([Shape(5, 1), Shape(7, 1)]) == [5, 7]


def test_a_norm_that_is_another_one_fails() -> None:
    net = CASES["norms"].compile()
    node(net, "norm_2").target = "norm_1"
    net.recompile()
    assert failed(net) == {
        "Jacobian: autograd and path sum",
        "Output: network's code and interpreter",
    }


def test_the_slope_of_a_function_of_a_whole_sample() -> None:
    """step_factor is no function of single channels: its derivative is a full matrix."""
    standin = StandIn.of(CASES["step_factor"].compile(), nonlinear=False, samples=1, seed=3)
    (value, arg), *_ = (
        (value, op.arg)
        for value, op in enumerate(standin.net.program.ops)
        if isinstance(op, Activation)
    )
    slope = PathSum(standin)._slope("step_factor", arg)
    x = standin.values()[arg][:1]
    wanted = torch.autograd.functional.jacobian(standin.parts["step_factor"], x)[0, :, 0]
    assert torch.allclose(slope, wanted, rtol=1e-12)
    assert slope.abs().min() > 0
    assert value in standin.net.program.live


def test_stand_ins_of_norms_scale_and_shift() -> None:
    standin = StandIn.of(CASES["tied_norm"].compile(), nonlinear=False, samples=1, seed=3)
    norm, width = standin.parts["norm2"], standin.x.shape[1]
    x = torch.randn(3, width, dtype=torch.float64)
    assert norm.weight.shape == norm.bias.shape == (width,)
    assert torch.allclose(norm(x) - norm(0 * x), x * norm.weight)


@pytest.mark.parametrize("nonlinear", [False, True])
def test_stand_ins_keep_the_ratios_of_widths(nonlinear: bool) -> None:
    net = CASES["squeezed"].compile()
    standin = StandIn.of(net, nonlinear=nonlinear, samples=2, seed=0)
    shapes = infer_shapes(net.program, net.backbone)
    assert {w / shape.width for w, shape in zip(standin.widths, shapes, strict=True)} == {1.0}
    values = standin.values()
    assert all(values[v].shape == (2, standin.widths[v]) for v in net.program.live)


@pytest.mark.parametrize(
    "name",
    [
        *("highway", "nested", "gated_parts", "seqconv_windowed", "norms", "squeezed", "chunks"),
        *("step_factor", "widths"),
    ],
)
def test_jacobian_is_the_sum_over_paths(name: str) -> None:
    standin = StandIn.of(CASES[name].compile(), nonlinear=False, samples=1, seed=3)
    found, wanted = autograd_jacobian(standin), PathSum(standin).run()
    assert found.abs().max() > 1e-3
    assert torch.allclose(found, wanted, rtol=1e-10, atol=1e-12)


def test_an_empty_report_is_fine() -> None:
    assert VerifyReport(()).ok
