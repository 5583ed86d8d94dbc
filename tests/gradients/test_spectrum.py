"""The contributions of all lengths add up to autograd's gradient, and each is its length's."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from formula2net.compiler import compile
from formula2net.errors import Formula2NetError
from formula2net.formulas import FORMULAS
from formula2net.gradients.measure import path_spectrum
from formula2net.gradients.spectrum import PathSpectrum
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.lower.network import Network
from tests.gradients.networks import ONE_STAGE, TABLE, TWO_STAGES, registered, settled, small
from tests.gradients.oracle import batch, error, gradient, polynomial
from tests.strategies import Features, recursions

RESNET = "X_i = (1 + W_i) X_{i-1}"


def matrix(in_width: int, out_width: int, *, stride: int, ref: object) -> nn.Module:
    """A block that is its own derivative."""
    return nn.Linear(in_width, out_width, bias=False)


def both(net: Network) -> tuple[PathSpectrum, Tensor, Tensor]:
    """The spectrum for a random cotangent, X_0 and the cotangent."""
    torch.manual_seed(1)
    x = batch(net)
    with torch.no_grad():
        cotangent = torch.randn_like(net.forward_features(x))
        return path_spectrum(net, x, cotangent=cotangent), net.stem(x), cotangent


def assert_exact(net: Network) -> PathSpectrum:
    """At t = 1 the gradient, and at other t each length with its own power of t."""
    spectrum, x0, cotangent = both(net)
    for t in (1.0, -1.0, 0.5):
        wanted = gradient(net, x0, cotangent, t)
        assert error(polynomial(spectrum, t), wanted, spectrum) < 1e-10
    torch.testing.assert_close(spectrum.gradient, polynomial(spectrum, 1.0))
    return spectrum


@pytest.mark.parametrize("name", FORMULAS)
def test_every_registered_formula(name: str) -> None:
    spectrum = assert_exact(registered(name))
    assert spectrum.norm > 0
    assert not spectrum.cancels
    assert sum(spectrum.projections) == pytest.approx(1)


@settings(max_examples=25)
@given(recursions(Features(lags=2, leaves=5)), st.sampled_from([ONE_STAGE, TWO_STAGES, TABLE]))
def test_random_formulas(recursion: Recursion, backbone: Backbone) -> None:
    try:
        net = small(recursion, backbone)
    except Formula2NetError:
        assume(False)
    spectrum = assert_exact(net)
    if not spectrum.cancels:
        assert sum(spectrum.projections) == pytest.approx(1, abs=1e-7)


def test_linear_blocks_make_the_path_polynomial() -> None:
    """Each word of Eq. (20) is a product of matrices; the words of a length are added up."""
    formula = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"
    net = settled(compile(formula, Backbone.table(3, (4,), (5,), 2), matrix))
    spectrum, _, cotangent = both(net)
    matrices = {name: net.get_submodule(name).weight for name in net.program.blocks}
    found = {length: torch.zeros_like(cotangent) for length in spectrum.lengths}
    for word, coefficient in net.paths(view="exact"):
        row = cotangent
        for letter in word:
            row = row @ matrices[letter]
        found[len(word)] += float(coefficient) * row
    assert list(found) == [0, 1, 2, 3, 4]
    for length, wanted in found.items():
        torch.testing.assert_close(spectrum.contribution(length), wanted)


def test_all_subsets_of_a_resnet() -> None:
    """Brute force of nonlinear blocks: their Jacobians where they stand, over all 2^3 subsets."""
    net = small(RESNET, Backbone.table(3, (3,), (4,), 2))
    torch.manual_seed(1)
    x = batch(net, samples=1)
    with torch.no_grad():
        value = net.stem(x)
        cotangent = torch.randn_like(net.forward_features(x))
    jacobians = []
    for name in net.program.blocks:
        block = net.get_submodule(name)
        full = torch.autograd.functional.jacobian(block, value)
        jacobians.append(full[0, :, 0, :])
        value = value + block(value).detach()
    found = [torch.zeros_like(cotangent) for _ in range(4)]
    for used in product((False, True), repeat=3):
        row = cotangent
        for use, matrix in zip(used[::-1], jacobians[::-1], strict=True):
            row = row @ matrix if use else row
        found[sum(used)] += row
    spectrum = path_spectrum(net, x, cotangent=cotangent)
    torch.testing.assert_close(spectrum.contributions, torch.stack(found))
    assert spectrum.norms == pytest.approx([part.norm().item() for part in found])
    whole = sum(found)
    shares = [((part * whole).sum() / (whole * whole).sum()).item() for part in found]
    assert spectrum.projections == pytest.approx(shares)


def test_lengths_that_cancel_to_nothing() -> None:
    """W - V W with V = 1: the paths of lengths 1 and 2 are the same matrix."""
    net = compile("X_i = W(X_{i-1}) - V(W(X_{i-1}))", Backbone.table(3, (1,), (4,), 2), matrix)
    net = net.double().eval()
    nn.init.eye_(net.get_submodule("V").weight)
    spectrum, _, _ = both(net)
    assert spectrum.lengths == (1, 2)
    assert spectrum.cancels
    assert spectrum.norms[0] == pytest.approx(spectrum.norms[1])
    assert spectrum.norms[0] > 0
    assert spectrum.norm == 0
    assert all(share != share for share in spectrum.projections)  # NaN
    assert "the lengths cancel: their norms add up to" in str(spectrum)


def test_no_gradient_is_no_cancellation() -> None:
    """Where the cotangent is 0 nothing cancels, though the gradient is 0."""
    net = small(RESNET, Backbone.table(3, (2,), (4,), 2))
    x = batch(net)
    spectrum = path_spectrum(net, x, cotangent=torch.zeros_like(net.forward_features(x)))
    assert (spectrum.norm, spectrum.norms) == (0, (0, 0, 0))
    assert not spectrum.cancels
    assert all(share != share for share in spectrum.projections)  # NaN
    assert str(spectrum).splitlines()[:2] == ["gradient at X_0: norm 0", "no path has a gradient"]
