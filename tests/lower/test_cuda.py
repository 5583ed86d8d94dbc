"""Networks on a GPU: the same outputs as on the CPU, and a training step in bfloat16."""

from __future__ import annotations

import pytest
import torch

from tests.lower.cases import CASES

pytestmark = pytest.mark.gpu

KINDS = ["difference", "highway", "seqconv_windowed", "scalars"]


@pytest.mark.parametrize("name", KINDS)
def test_the_output_is_that_of_the_cpu(name: str) -> None:
    net, images = CASES[name].compile().double().eval(), CASES[name].images().double()
    wanted = net(images)
    found = net.cuda()(images.cuda())
    torch.testing.assert_close(found.cpu(), wanted)


@pytest.mark.parametrize("name", KINDS)
def test_a_training_step_in_bfloat16(name: str) -> None:
    net = CASES[name].compile().cuda().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        loss = net(CASES[name].images().cuda()).float().square().mean()
    loss.backward()
    optimizer.step()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())
