"""Spectra on a GPU: those of the CPU."""

from __future__ import annotations

import pytest
import torch

from formula2net.compiler import compile
from formula2net.formulas import get_formula
from formula2net.gradients.lesions import lesion
from formula2net.gradients.measure import path_spectrum
from tests.gradients.networks import ONE_STAGE, TWO_STAGES, small
from tests.gradients.oracle import batch

pytestmark = pytest.mark.gpu


@pytest.mark.parametrize("name", ["difference", "highway", "rk4", "seqconv_windowed"])
def test_the_spectrum_is_that_of_the_cpu(name: str) -> None:
    net = small(get_formula(name), ONE_STAGE)
    x = batch(net)
    wanted = path_spectrum(net, x)
    found = path_spectrum(net.cuda(), x.cuda())
    assert found.contributions.is_cuda
    torch.testing.assert_close(found.contributions.cpu(), wanted.contributions)
    assert found.projections == pytest.approx(wanted.projections)


def test_bfloat16_of_autocast() -> None:
    net = compile(get_formula("difference"), TWO_STAGES, "plain", check=False).cuda().eval()
    x = batch(net).float().cuda()
    wanted = path_spectrum(net, x)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        found = path_spectrum(net, x)
    assert found.lengths == wanted.lengths
    assert found.norms == pytest.approx(wanted.norms, rel=0.1)
    assert lesion(net, "W_1")(x).is_cuda
