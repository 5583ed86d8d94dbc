"""Blocks that give zero: what the network then computes, and what stays as it was."""

from __future__ import annotations

from itertools import combinations
from math import comb
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from formula2net.blocks.zero import Zero
from formula2net.compiler import compile
from formula2net.errors import Formula2NetError, FormulaError
from formula2net.formulas import FORMULAS
from formula2net.gradients.curve import lesion_curve
from formula2net.gradients.lesions import lesion
from formula2net.gradients.measure import path_spectrum
from formula2net.language.backbone import Backbone
from formula2net.lower.network import Network
from formula2net.lower.serialize import save
from tests.gradients.networks import TWO_STAGES, registered, small
from tests.gradients.oracle import batch

RESNET = "X_i = (1 + W_i) X_{i-1}"
FIVE = Backbone.cifar((3, 2), (8, 16))


def without(net: Network, names: set[str], x: Tensor) -> Tensor:
    """The network's output where hooks put zeros in place of what the blocks give."""
    hooks = [
        net.get_submodule(name).register_forward_hook(lambda _, __, y: torch.zeros_like(y))
        for name in names
    ]
    found = net(x)
    for hook in hooks:
        hook.remove()
    return found


@pytest.mark.parametrize("name", FORMULAS)
def test_every_registered_formula_loses_its_last_block(name: str) -> None:
    net = registered(name)
    x = batch(net)
    live = {op.block for value, op in net.program.applications() if value in net.program.live}
    for block in {sorted(live)[0], sorted(live)[-1]}:
        torch.testing.assert_close(lesion(net, block)(x), without(net, {block}, x))


def test_paths_through_the_block_are_gone() -> None:
    """A ResNet of L blocks without one has the paths of L - 1."""
    net = small(RESNET, FIVE)
    x = batch(net)
    spectrum = path_spectrum(lesion(net, "W_2"), x)
    assert spectrum.lengths == (0, 1, 2, 3, 4, 5)
    assert spectrum.norms[5] == 0
    assert all(spectrum.norms[:5])


def test_parameters_are_shared_and_nothing_else() -> None:
    net = small(RESNET, FIVE)
    x, before = batch(net), {name: value.clone() for name, value in net.state_dict().items()}
    found = lesion(net, "W_2", "W_4")
    assert isinstance(found.get_submodule("W_2"), Zero)
    assert not isinstance(net.get_submodule("W_2"), Zero)
    kept = dict(found.named_parameters())
    assert kept
    assert all(net.get_parameter(name) is weight for name, weight in kept.items())
    found.train()(x)
    assert not net.training
    assert all(torch.equal(net.state_dict()[name], value) for name, value in before.items())


def test_patterns_and_tied_blocks() -> None:
    net = small("X_i = X_{i-1} + W(X_{i-1}) + V_i(X_{i-1})", Backbone.cifar((3,), (8,)))
    x = batch(net)
    torch.testing.assert_close(lesion(net, "W")(x), without(net, {"W"}, x))
    names = {"V_1", "V_2", "V_3"}
    torch.testing.assert_close(lesion(net, "V_*")(x), without(net, names, x))
    torch.testing.assert_close(lesion(net, *names)(x), without(net, names, x))


def test_the_curve_has_each_block_and_sets_of_several() -> None:
    net = small(RESNET, FIVE)
    x = batch(net)
    modes: list[bool] = []

    def figure(found: Network) -> float:
        modes.append(found.training)
        with torch.no_grad():
            return found.train(False)(x).norm().item()

    curve = lesion_curve(net.train(), figure, draws=4)
    net.eval()
    names = [f"W_{i}" for i in range(1, 6)]
    assert all(modes)
    assert curve.whole == pytest.approx(net(x).norm().item())
    assert list(curve.single) == names
    for name in names:
        assert curve.single[name] == pytest.approx(without(net, {name}, x).norm().item())
    assert curve.several[1] == tuple(curve.single.values())
    assert {k: len(found) for k, found in curve.several.items()} == {1: 5, 2: 4, 3: 4, 4: 4, 5: 1}
    for count, found in curve.several.items():
        sets = combinations(names, count)
        known = [without(net, set(chosen), x).norm().item() for chosen in sets]
        assert len(known) == comb(5, count)
        assert all(any(f == pytest.approx(k) for k in known) for f in found)
    assert curve.means()[0] == curve.whole
    assert curve.means()[2] == pytest.approx(sum(curve.several[2]) / 4)
    assert lesion_curve(net, figure, draws=4) == curve
    assert lesion_curve(net, figure, draws=4, seed=1).single == curve.single


def test_some_blocks_and_fewer_at_once() -> None:
    net = small(RESNET, FIVE)
    curve = lesion_curve(net, lambda _: 1.0, ["W_1", "W_[35]"], most=2)
    assert list(curve.single) == ["W_1", "W_3", "W_5"]
    assert {count: len(found) for count, found in curve.several.items()} == {1: 3, 2: 3}
    assert list(lesion_curve(net, lambda _: 1.0, "W_[24]").single) == ["W_2", "W_4"]


def test_a_figure_may_be_a_loss() -> None:
    """A tensor with a graph is a number, without a warning."""
    net = small(RESNET, TWO_STAGES)
    x = batch(net)
    curve = lesion_curve(net, lambda found: found(x).sum(), "W_2")
    assert curve.whole == pytest.approx(net(x).sum().item())


def test_what_is_refused() -> None:
    net = small(RESNET, TWO_STAGES)
    cases = [
        (
            lambda: lesion(net, "W_4"),
            FormulaError,
            "The network has no block W_4.\n  expected W_3, W_2, W_1",
        ),
        (
            lambda: lesion(net, 2),
            FormulaError,
            "2 is no name of a block.\n  expected text\n  try: 'W_3'",
        ),
        (
            lambda: lesion_curve(net, float, []),
            FormulaError,
            "There is no block to remove.\n  got blocks=[]",
        ),
        (
            lambda: lesion(nn.Identity(), "W_1"),
            Formula2NetError,
            (
                "Identity has no program, and so no blocks.\n"
                "  expected a network, as compile gives it"
            ),
        ),
        (
            lambda: lesion_curve(net, float, most=4),
            Formula2NetError,
            "most=4 makes no sense.\n  expected 1 to 3",
        ),
        (
            lambda: lesion_curve(net, float, draws=0),
            Formula2NetError,
            "draws=0 makes no sense.\n  expected 1 or more",
        ),
    ]
    for call, kind, text in cases:
        with pytest.raises(kind) as raised:
            call()
        assert str(raised.value) == text


def test_a_formula_that_is_a_block_is_named_by_its_blocks() -> None:
    net = registered("nested_midpoint")
    inner = net.program.blocks[0]
    outer, dot, _ = inner.rpartition(".")
    assert dot
    blocks = [name for name in net.program.blocks if name.startswith(f"{outer}.")]
    with pytest.raises(FormulaError) as raised:
        lesion(net, outer)
    assert str(raised.value) == (
        f"{outer} is a formula: its blocks give zero one by one, or all at once.\n"
        f"  expected {', '.join(blocks)}\n  try: {outer}.*"
    )
    x = batch(net)
    torch.testing.assert_close(lesion(net, f"{outer}.*")(x), without(net, set(blocks), x))


def test_what_was_taken_out_is_not_saved(tmp_path: Path) -> None:
    """Loading would make the block anew, with other weights."""
    net = lesion(compile(RESNET, Backbone.cifar((2,), (4,))), "W_1")
    with pytest.raises(Formula2NetError) as caught:
        save(net, tmp_path / "net")
    assert str(caught.value) == (
        "A network without its block W_1 cannot be saved: its formula has it.\n"
        "  try: save the whole network; lesion what is loaded"
    )
    assert not (tmp_path / "net").exists()
