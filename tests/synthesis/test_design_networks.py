"""Designed recursions as networks: each answer compiles as it is, and learns."""

from __future__ import annotations

import pytest
import torch

import formula2net as f2n
from tests.synthesis.wanted import (
    EQ_12,
    at_most_three,
    by_three,
    even,
    longest_and_identity,
    no_neighbours,
    pairs_skipped,
    single_skips,
)

FROM_BELOW = "1 + sum(prod(W[L-m+k-j], j=0..k-1), k=1..m)"
TARGETS = {
    "prefixes": (EQ_12, 0),
    "prefixes for every span": (EQ_12, None),
    "prefixes from below": (FROM_BELOW, None),
    "all paths": ("prod(1 + W[L-j], j=0..m-1)", 0),
    "the longest path": ("prod(W[L-j], j=0..m-1)", 0),
    "additional example 1": (pairs_skipped, None),
    "additional example 2": (single_skips, None),
    "even lengths": (even, 0),
    "no two neighbours": (no_neighbours, 0),
    "lengths by three": (by_three, 0),
    "at most three blocks": (at_most_three, 0),
    "the longest and the identity": (longest_and_identity, 0),
}


@pytest.mark.parametrize("name", TARGETS)
def test_every_answer_compiles_and_learns(name):
    target, source = TARGETS[name]
    torch.manual_seed(0)
    inputs, classes = torch.randn(64, 6), torch.arange(64) % 2
    inputs[:, 0] += 2 * classes
    for answer in f2n.design(target, source=source):
        net = f2n.compile(answer, f2n.Backbone.table(6, (6,), (8,), num_classes=2), "linear")
        assert net.formula == answer.recursion
        assert f2n.parse(answer.recursion.to_text()) == answer.recursion
        assert net.paths().words == answer.recursion.paths(6).words
        loss_of = torch.nn.CrossEntropyLoss()
        first = loss_of(net(inputs), classes)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        for _ in range(10):
            optimizer.zero_grad()
            loss = loss_of(net(inputs), classes)
            loss.backward()
            optimizer.step()
        assert all(p.grad is not None for p in net.parameters())
        assert loss < first


def test_an_answer_is_its_recursion_to_compile_and_compare():
    (answer,) = f2n.design(EQ_12)
    difference = f2n.get_formula("difference")
    compared = f2n.compare(answer, difference)
    assert compared.equal_network
    assert compared.equal_wiring
    assert compared.equal_paths
    backbone = f2n.Backbone.cifar(blocks=(2, 2), widths=(4, 8), num_classes=3)
    net = f2n.compile(answer, backbone)
    assert f2n.verify(net).ok
    assert net.code == f2n.compile(difference, backbone).code
