"""Losses, gathered lengths, modes, precision, and what is left behind."""

from __future__ import annotations

from math import comb

import pytest
import torch
from torch import nn

from formula2net.blocks.drop_path import DropPath
from formula2net.compiler import compile
from formula2net.errors import FormulaError
from formula2net.gradients.measure import path_spectrum
from formula2net.language.backbone import Backbone
from formula2net.lower.network import Network
from tests.gradients.networks import ONE_STAGE, TWO_STAGES, settled, small
from tests.gradients.oracle import batch, error, gradient

RESNET = "X_i = (1 + W_i) X_{i-1}"
DIFFERENCE = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"
DEEP = Backbone.table(3, (6,), (4,), 2)


def images(net: Network) -> torch.Tensor:
    torch.manual_seed(2)
    return batch(net)


def random_block(in_width: int, out_width: int, *, stride: int, ref: object) -> nn.Module:
    """Batch norm, dropout and stochastic depth in one."""
    conv = nn.Conv2d(in_width, out_width, 3, stride, 1)
    parts = conv, nn.BatchNorm2d(out_width), nn.ReLU(), nn.Dropout(0.3), DropPath(0.3)
    return nn.Sequential(*parts)


def test_losses() -> None:
    net = small(DIFFERENCE, TWO_STAGES)
    x, labels = images(net), torch.tensor([1, 3])

    def at_x0(loss: object) -> torch.Tensor:
        with torch.no_grad():
            x0, features = net.stem(x), net.forward_features(x)
        features = features.requires_grad_()
        (above,) = torch.autograd.grad(loss(net.head(features)), features)
        return gradient(net, x0, above)

    cases = [
        (path_spectrum(net, x), lambda scores: scores.max(1).values.sum()),
        (path_spectrum(net, (x, labels)), lambda s: nn.functional.cross_entropy(s, labels)),
        (path_spectrum(net, x, lambda s: s.square().mean()), lambda s: s.square().mean()),
    ]
    for spectrum, loss in cases:
        assert error(spectrum.gradient, at_x0(loss), spectrum) < 1e-10
    assert len({spectrum.norm for spectrum, _ in cases}) == 3


def test_the_gradient_at_any_state() -> None:
    net = small(RESNET, DEEP)
    x = images(net)
    whole = path_spectrum(net, x)
    for step in range(7):
        spectrum = path_spectrum(net, x, source=step)
        assert spectrum.source == f"X_{step}"
        assert spectrum.lengths == tuple(range(7 - step))
        wired = [count.wired for count in spectrum.counts]
        assert wired == [comb(6 - step, length) for length in spectrum.lengths]
    upper = path_spectrum(net, x, source=1).gradient  # then through the first step by autograd
    x0 = net.stem(x).detach().requires_grad_()
    x1 = x0 + net.get_submodule("W_1")(x0)
    wanted = torch.autograd.grad(x1, x0, upper)[0]
    assert error(whole.gradient, wanted, whole) < 1e-10


def test_long_lengths_are_gathered() -> None:
    net = small(RESNET, DEEP)
    x = images(net)
    whole = path_spectrum(net, x)
    part = path_spectrum(net, x, max_length=2)
    assert part.labels() == ["0", "1", "2", "3+"]
    assert part.gathered
    assert [count.wired for count in part.counts] == [1, 6, 15, 42]
    torch.testing.assert_close(part.contributions[:3], whole.contributions[:3])
    torch.testing.assert_close(part.contributions[3], whole.contributions[3:].sum(0))
    for limit in (5, 6, 100):
        again = path_spectrum(net, x, max_length=limit)
        assert again.labels() == whole.labels() == ["0", "1", "2", "3", "4", "5", "6"]
        torch.testing.assert_close(again.contributions, whole.contributions)
    with pytest.raises(FormulaError) as raised:
        part.contribution(3)
    assert str(raised.value) == ("There is no length 3 by itself.\n  expected 0, 1, 2, 3+")


def test_one_long_length_keeps_its_name() -> None:
    """A plain network of six blocks has paths of length 6 only, whatever the limit."""
    net = small("X_i = W_i X_{i-1}", DEEP)
    spectrum = path_spectrum(net, images(net), max_length=2)
    assert (spectrum.labels(), spectrum.gathered) == (["6"], False)
    assert spectrum.projections == pytest.approx((1.0,))


def test_training_mode_has_the_masks_of_one_pass() -> None:
    net = settled(compile(DIFFERENCE, ONE_STAGE, random_block, check=False))
    x = images(net)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.no_grad():
        cotangent = torch.randn_like(net.forward_features(x))
    torch.manual_seed(5)
    spectrum = path_spectrum(net, x, cotangent=cotangent, training=True)
    after = net.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert not any(module.training for module in net.modules())
    assert all(parameter.grad is None for parameter in net.parameters())
    net.train()
    stem_in_training = net.stem(x).detach()
    torch.manual_seed(5)
    wanted = gradient(net, stem_in_training, cotangent)
    assert error(spectrum.gradient, wanted, spectrum) < 1e-10
    evaluated = path_spectrum(net, x, cotangent=cotangent)
    assert all(module.training for module in net.modules())
    x0 = net.eval().stem(x).detach()
    assert error(evaluated.gradient, gradient(net, x0, cotangent), evaluated) < 1e-10
    assert error(spectrum.gradient, evaluated.gradient, evaluated) > 1e-3


def test_float32_and_other_chunks() -> None:
    net = small(DIFFERENCE, TWO_STAGES)
    x = images(net)
    wanted = path_spectrum(net, x)
    for chunk in (1, 2, 100):
        found = path_spectrum(net, x, chunk=chunk)
        torch.testing.assert_close(found.contributions, wanted.contributions)
    single = path_spectrum(net.float(), x.float())
    assert single.contributions.dtype == torch.float32
    assert error(single.gradient.double(), wanted.gradient, wanted) < 1e-4


def test_frozen_weights_and_callers_modes_do_not_matter() -> None:
    net = small(DIFFERENCE, TWO_STAGES)
    x = images(net)
    wanted = path_spectrum(net, x)
    net.requires_grad_(False)
    for context in (torch.no_grad(), torch.inference_mode()):
        with context:
            found = path_spectrum(net, x)
        torch.testing.assert_close(found.contributions.clone(), wanted.contributions)


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")  # torch reads it itself
def test_compiled_blocks_run_as_they_were_written() -> None:
    """The code of a compiled block goes back once only; a spectrum goes back for each length."""
    torch._dynamo.reset()
    net = small(DIFFERENCE, DEEP)
    x = images(net)
    wanted = path_spectrum(net, x)
    net.compile_blocks(backend="aot_eager")
    net(x)
    assert torch.equal(path_spectrum(net, x).contributions, wanted.contributions)
