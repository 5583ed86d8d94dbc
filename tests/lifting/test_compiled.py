"""What the compiler has made is read back: from its code, and by torch.export."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from torch.fx import GraphModule

import formula2net as f2n
from formula2net.formulas import FORMULAS, get_formula
from formula2net.ir.ops import Apply, LinComb
from formula2net.ir.program import Program
from formula2net.lifting.glossary import Glossary
from formula2net.lifting.network_code import read_code
from formula2net.lower.check import program_counts, same_operations
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.structure import network, wiring
from tests.formulas.test_networks import (
    CONCATENATING,
    LARGE,
    MANY_PATHS,
    ONE_STEP,
    TWICE,
    TWO_STAGES,
)
from tests.lower.cases import CASES
from tests.lower.test_random_formulas import BOUND, backbones
from tests.strategies import recursions

ONE_STAGE = f2n.Backbone.cifar((2,), (16,))
STEP_BY_STEP = f2n.Backbone.cifar((3,), (8,))


def backbones_of(name: str) -> list[f2n.Backbone]:
    """One stage, and several where the formula can be laid over them."""
    if depth := FORMULAS[name].depth:
        return [f2n.Backbone.cifar((depth,), (8,))]
    if len(get_formula(name).equations) >= LARGE or name in MANY_PATHS:
        return [ONE_STEP]
    return [ONE_STAGE] if name in (*CONCATENATING, *TWICE) else [ONE_STAGE, TWO_STAGES]


def same(a: Program, b: Program) -> bool:
    """Whether two programs are the same before and after reducing (exact view)."""
    return all(isomorphism(of(a), of(b)) is not None for of in (wiring, network))


@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_is_read_back_from_its_network(name: str) -> None:
    for backbone in backbones_of(name):
        net = f2n.compile(get_formula(name), backbone, block="plain", check=False)
        lifted, program = f2n.lift(net), net.program
        assert same(lifted, program)
        live = {program.ops[value] for value in program.live}
        assert {op.block for op in lifted.ops if isinstance(op, Apply)} == {
            op.block for op in live if isinstance(op, Apply)
        }
        named = {key for key, value in program.states.items() if value in program.live}
        assert lifted.states.keys() == named
        for view in ("paper", "exact"):
            assert program_counts(lifted, view) == program_counts(program, view)


@pytest.mark.parametrize("name", CASES)
def test_every_case_of_the_compiler_is_read_back(name: str) -> None:
    net = CASES[name].compile()
    assert same(f2n.lift(net), net.program)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("difference", {}),
        ("difference_system", {}),
        ("rk4", {}),
        ("densenet", {}),
        ("highway", {"activations": "sigmoid"}),
        ("revnet", {"transitions": "transition_*"}),
    ],
)
def test_a_network_that_torch_has_recorded_is_the_same(name: str, named: dict[str, str]) -> None:
    """Read as any module is, by torch.export, a network has the program of its formula."""
    net = f2n.compile(get_formula(name), ONE_STAGE, block="plain", check=False)
    lifted = f2n.lift(net, torch.randn(2, 3, 8, 8), stem="stem", head="head", **named)
    comparison = f2n.compare(lifted, net)
    assert comparison.equal_network
    assert comparison.equal_wiring


def test_without_a_glossary_the_code_alone_gives_the_wiring() -> None:
    net = f2n.compile("X_i = X_{i-1}/3 + sqrt(6)/4*W_i X_{i-1}", STEP_BY_STEP, check=False)
    lifted = read_code(net.graph, Glossary())
    sums = [{c for c, _ in op.terms} for op in lifted.ops if isinstance(op, LinComb)]
    assert sums == [{c for c, _ in op.terms} for op in net.program.ops if isinstance(op, LinComb)]
    bare = GraphModule(net, net.graph)
    assert f2n.compare(bare, net).equal_network


@settings(max_examples=40)
@given(recursions(BOUND), backbones)
def test_random_formulas_are_read_back(recursion: f2n.Recursion, backbone: f2n.Backbone) -> None:
    try:
        net = f2n.compile(recursion, backbone, block="plain", check=False)
    except (f2n.FormulaError, f2n.ShapeError, f2n.PassError):  # it is no network at this depth
        assume(False)
    lifted = f2n.lift(net)
    assert same_operations(lifted, net.program)
    assert same(lifted, net.program)


def test_letters_are_the_modules() -> None:
    net = f2n.compile(get_formula("resnet"), TWO_STAGES, check=False)
    assert f2n.lift(net).modules == {
        "W_1": ("W_1",),
        "transition_X_1_to_2": ("transition_X_1_to_2",),
        "W_2": ("W_2",),
    }


def test_an_edited_network_is_another_one() -> None:
    net = f2n.compile(get_formula("resnet"), STEP_BY_STEP, check=False)
    (last,) = (node for node in net.graph.nodes if node.name == "W_3")
    (first,) = (node for node in net.graph.nodes if node.name == "X_1")
    last.args = (first,)
    comparison = f2n.compare(net, net.program)
    assert not comparison.equal_paths
    assert str(comparison.difference) == ("from X_0 the word W_3*W_2 has the coefficients 0 and 1")


def test_a_second_call_is_wired_twice_and_is_one_letter() -> None:
    net = f2n.compile(get_formula("resnet"), STEP_BY_STEP, check=False)
    (call,) = (node for node in net.graph.nodes if node.name == "W_3")
    (total,) = call.users
    with net.graph.inserting_after(call):
        again = net.graph.node_copy(call)
    with net.graph.inserting_after(total):
        twice = net.graph.call_function(torch.add, (total, again))
    total.replace_all_uses_with(twice, delete_user_cb=lambda user: user is not twice)
    assert not same_operations(f2n.lift(net), net.program)
    paths, before = f2n.lift(net).paths(), net.paths()
    assert (paths.words, before.words) == (8, 8)
    assert (paths.wired, before.wired) == (12, 8)
    assert (paths.total, before.total) == (12, 8)


def test_code_that_no_compiler_emits_is_refused() -> None:
    net = f2n.compile(get_formula("resnet"), STEP_BY_STEP, check=False)
    (node,) = (node for node in net.graph.nodes if node.name == "X_3")
    node.target = torch.maximum
    with pytest.raises(f2n.LiftError) as error:
        f2n.lift(net)
    assert str(error.value) == (
        "No compiled network has such a node.\n"
        "  got %X_3 : [num_users=1] = call_function[target=torch.maximum](args = (%X_2, %W_3), "
        "kwargs = {}); expected nodes as the compiler emits them"
    )


def test_a_float_that_stands_for_nothing_is_refused() -> None:
    net = f2n.compile("X_i = X_{i-1} + W_i X_{i-1}/3", STEP_BY_STEP, check=False)
    (node,) = (node for node in net.graph.nodes if node.name == "X_3")
    node.kwargs = {"alpha": 0.3}
    with pytest.raises(f2n.LiftError) as error:
        f2n.lift(net)
    assert str(error.value) == (
        "0.3 in the code does not stand for one coefficient of the formula.\n"
        "  got none that rounds to it; expected exactly one"
    )
