"""The time of a path spectrum, against one forward and backward pass of the same network."""

from __future__ import annotations

import time

import pytest
import torch

from formula2net import Backbone, compile, path_spectrum


@pytest.mark.parametrize("most", [1, 4, 16])
def test_spectrum_by_the_greatest_length(benchmark, most):
    """Linear in `most`: each block takes most + 2 vector-Jacobian products at the most."""
    net = compile("X_i = (1 + W_i) X_{i-1}", Backbone.cifar((32,), (16,)), "plain", check=False)
    net, x = net.eval(), torch.randn(8, 3, 16, 16)

    def passes() -> float:
        start = time.perf_counter()
        given = x.clone().requires_grad_()
        net(given).max(1).values.sum().backward()
        return time.perf_counter() - start

    single = min(passes() for _ in range(3))
    benchmark.pedantic(lambda: path_spectrum(net, x, max_length=most), rounds=3)
    benchmark.extra_info["times a forward and backward pass"] = benchmark.stats["median"] / single
