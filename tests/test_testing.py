"""The contract checks pass on what keeps the contract, and say what does not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count

import pytest
import torch
from sympy import Eq, Symbol
from torch import nn

import formula2net as f2n
from formula2net import testing
from formula2net.blocks import BLOCKS, Basic
from formula2net.errors import BlockError, FormulaError, PassError, PathCountError
from formula2net.ir.ops import Apply
from formula2net.passes.prune import Prune
from formula2net.testing import check_block, check_formula, check_pass

X, W, i = f2n.State("X"), f2n.Operator("W"), f2n.Index("i")
RESNET = f2n.Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))

# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    "name", ["difference", "highway", "resnet_relu", "seqconv", "revnet", "hyper_connection"]
)
def test_formulas_of_the_registry_keep_the_contract(name):
    check_formula(f2n.get_formula(name), depth=4)


def test_a_formula_is_checked_over_a_backbone_too():
    check_formula(f2n.get_formula("difference"), f2n.Backbone.cifar((2, 2), (8, 16)))


def test_radicals_and_scalars_together():
    check_formula(f2n.parse("X_i = (a + sqrt(6)/4) X_{i-1} + a^2 W_i X_{i-1}"), depth=3)


def test_a_broken_promise_is_shown():
    promising = f2n.Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]), expects={"words": Symbol("L") + 1})
    with pytest.raises(PathCountError, match="got 64; expected 7"):
        check_formula(promising)


def test_a_formula_without_a_program_is_refused():
    with pytest.raises(FormulaError, match=r"X\[1\] has no value"):
        check_formula(f2n.Recursion(Eq(X[i], X[i - 2] + W[i](X[i - 1]))))


@pytest.mark.parametrize("fact", ["wired", "words"])
def test_counts_that_networkx_does_not_find_are_shown_in_both_tables(fact, monkeypatch):
    honest = testing.graph_counts

    def off_by_one(program, view):
        found = honest(program, view)
        if fact == "wired":
            return replace(found, wired={k: n + 1 for k, n in found.wired.items()})
        return replace(found, words={k: (n + 1, total) for k, (n, total) in found.words.items()})

    monkeypatch.setattr(testing, "graph_counts", off_by_one)
    with pytest.raises(PathCountError) as caught:
        check_formula(RESNET, depth=2)
    assert str(caught.value).startswith("networkx finds other paths in the program (paper view).")
    assert "networkx\n" in str(caught.value)


def test_views_that_differ_without_a_reason_are_refused(monkeypatch):
    monkeypatch.setattr(testing.PathPolynomial, "formal", True)
    check_formula(f2n.get_formula("resnet_relu"), depth=2)
    with pytest.raises(PathCountError, match="without an activation or a transition"):
        check_formula(RESNET, depth=2)


def test_a_formula_that_text_changes_is_named(monkeypatch):
    monkeypatch.setattr(f2n.Recursion, "to_text", lambda self: "X_i = W_i X_{i-1}")
    with pytest.raises(FormulaError, match="is another after text"):
        check_formula(RESNET)


def test_a_formula_that_cannot_be_pickled_is_named():
    scalar = f2n.Scalar("a", start=lambda step: 1)
    with pytest.raises(FormulaError, match="does not go into a pickle"):
        check_formula(f2n.Recursion(Eq(X[i], scalar[i] * X[i - 1] + W[i](X[i - 1]))))


# ---------------------------------------------------------------- blocks


def cases() -> list[tuple[str, int]]:
    return [
        (name, dims) for name in BLOCKS for dims in ((0,) if name == "linear" else (0, 1, 2, 3))
    ]


@pytest.mark.parametrize(("name", "dims"), cases())
def test_registered_blocks_keep_the_contract(name, dims):
    check_block(name, dims)


def test_a_block_that_starts_at_zero_keeps_it_too():
    check_block(Basic(weight_init="zero_last"))


def conv(in_width: int, out_width: int, stride: int, **options: object) -> nn.Conv2d:
    return nn.Conv2d(in_width, out_width, 3, stride, 1, **options)


class Detached(nn.Conv2d):
    """No gradient goes back to its input."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.detach())


class Infinite(nn.Conv2d):
    """Its gradient is not finite."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x - x).sqrt()


class Idle(nn.Conv2d):
    """Has a parameter that it does not use."""

    def __init__(self, *options: int) -> None:
        super().__init__(*options)
        self.idle = nn.Parameter(torch.zeros(1))


class NotACopy(nn.Conv2d):
    """A deep copy is the very same module."""

    def __deepcopy__(self, memo: object) -> NotACopy:
        return self


SHARED = {(16, 16): conv(16, 16, 1), (16, 32): conv(16, 32, 2)}

BROKEN = {
    "does not give the shape of its step for input (2, 16, 8, 8)": lambda a, b, *, stride, ref: (
        nn.Conv2d(a, b, 3, stride)
    ),
    "does not give the shape of its step for input (2, 16, 7, 7)": lambda a, b, *, stride, ref: (
        nn.Sequential(nn.AvgPool2d(stride), conv(a, b, 1))
    ),
    "overwrites its input": lambda a, b, *, stride, ref: nn.Sequential(
        nn.ReLU(inplace=True), conv(a, b, stride)
    ),
    "gives no finite gradient to its input.": lambda a, b, *, stride, ref: Detached(
        a, b, 3, stride, 1
    ),
    "gives no finite gradient to its input, weight, bias.": lambda a, b, *, stride, ref: Infinite(
        a, b, 3, stride, 1
    ),
    "gives no finite gradient to idle.": lambda a, b, *, stride, ref: Idle(a, b, 3, stride, 1),
    "and a copy of it share weight, bias.": lambda a, b, *, stride, ref: NotACopy(
        a, b, 3, stride, 1
    ),
    "The blocks W_1 and V_1 share weight, bias.": lambda a, b, *, stride, ref: SHARED[a, b],
    "did not make a module": lambda a, b, *, stride, ref: torch.relu,
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_block_that_breaks_the_contract_is_told_how(message):
    with pytest.raises(BlockError) as caught:
        check_block(BROKEN[message])
    assert message in str(caught.value)


def test_a_block_that_rounds_down_is_caught_only_at_an_odd_resolution():
    def rounds_down(in_width, out_width, *, stride, ref):
        return nn.Sequential(nn.AvgPool2d(stride), conv(in_width, out_width, 1))

    net = f2n.compile(RESNET, f2n.Backbone.cifar((1, 1), (8, 16)), block=rounds_down)
    assert net(torch.zeros(2, 3, 8, 8)).shape == (2, 10)
    with pytest.raises(BlockError, match="got output"):
        check_block(rounds_down)


def test_random_numbers_are_left_as_they_were():
    before = torch.random.get_rng_state()
    check_block("basic")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_frozen_parameters_need_no_gradient():
    def frozen(in_width, out_width, *, stride, ref):
        return conv(in_width, out_width, stride).requires_grad_(False)

    check_block(frozen)


# ---------------------------------------------------------------- passes


@dataclass(frozen=True)
class Changing:
    """A pass that changes the operations of a program in some way."""

    change: object
    name: str = "changing"

    def run(self, program):
        return self.change(program)


def halved(program):
    ops = [op for op in program.ops if isinstance(op, Apply)]
    return replace(program, output=program.ops.index(ops[0]))


def renamed(program):
    ops = (replace(op, block=f"V{op.block}") if isinstance(op, Apply) else op for op in program.ops)
    return replace(program, ops=tuple(ops))


def in_place(program):
    program.states.clear()
    return program


def test_a_pass_that_keeps_the_paths_is_accepted():
    check_pass(Prune(), f2n.get_formula("difference"))
    check_pass(Prune(), f2n.get_formula("highway"), f2n.Backbone.cifar((1, 1), (8, 16)))
    check_pass(Changing(deepcopy), RESNET)


def test_a_pass_that_changes_the_paths_is_refused():
    with pytest.raises(PassError, match="changes the paths"):
        check_pass(Changing(halved), RESNET)


def test_a_pass_that_renames_blocks_is_refused():
    with pytest.raises(
        PassError, match=r"makes blocks that the formula does not have\.\n  got VW_1"
    ):
        check_pass(Changing(renamed), RESNET)


def test_a_pass_that_changes_what_it_is_given_is_refused():
    with pytest.raises(PassError, match="changes the program that it is given"):
        check_pass(Changing(in_place), RESNET)


def test_a_pass_that_gives_something_else_each_time_is_refused():
    numbers = count()

    def drifting(program):
        return replace(program, states={("X", next(numbers)): program.output})

    with pytest.raises(PassError, match="another program the second time"):
        check_pass(Changing(drifting), RESNET)


def test_what_is_no_pass_is_refused():
    with pytest.raises(PassError, match="is no pass"):
        check_pass(object(), RESNET)
