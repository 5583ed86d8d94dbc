"""What has no spectrum, and the words in which it is refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from formula2net.errors import Formula2NetError, FormulaError, ShapeError
from formula2net.gradients.measure import path_spectrum
from formula2net.language.symbols import State
from formula2net.lower.network import Network
from tests.gradients.networks import small
from tests.gradients.oracle import batch

RESNET = "X_i = (1 + W_i) X_{i-1}"


def images(net: Network) -> torch.Tensor:
    torch.manual_seed(2)
    return batch(net)


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        (
            {"loss": torch.sum, "cotangent": torch.zeros(1)},
            Formula2NetError,
            "A cotangent stands in place of a loss.\n  got both",
        ),
        (
            {"max_length": -1},
            Formula2NetError,
            "max_length=-1 makes no sense.\n  expected an integer from 0 on",
        ),
        (
            {"chunk": 0},
            Formula2NetError,
            "chunk=0 makes no sense.\n  expected an integer from 1 on",
        ),
        (
            {"loss": lambda scores: scores.mean(0)},
            Formula2NetError,
            (
                "The loss is no number that depends on the network's output.\n"
                "  got shape (10,); expected a tensor without axes"
            ),
        ),
        (
            {"loss": lambda scores: 3},
            Formula2NetError,
            (
                "The loss is no number that depends on the network's output.\n"
                "  got 3; expected a tensor without axes"
            ),
        ),
        (
            {"cotangent": [1.0]},
            ShapeError,
            (
                "The cotangent does not have the shape of X_L, which the head reads.\n"
                "  got list; expected (2, 8, 8, 8)"
            ),
        ),
        (
            {"cotangent": torch.zeros(2, 5, 8, 8)},
            ShapeError,
            (
                "The cotangent does not have the shape of X_L, which the head reads.\n"
                "  got (2, 5, 8, 8); expected (2, 8, 8, 8)"
            ),
        ),
    ],
)
def test_what_is_refused(options: dict, kind: type, text: str) -> None:
    net = small(RESNET)
    with pytest.raises(kind) as raised:
        path_spectrum(net, images(net), **options)
    assert str(raised.value) == text


def test_what_has_no_paths_is_refused() -> None:
    with pytest.raises(Formula2NetError) as raised:
        path_spectrum(nn.Linear(3, 3), torch.zeros(1, 3))
    assert str(raised.value) == (
        "Linear has no program, and so no paths.\n  expected a network, as compile gives it"
    )


def test_a_wrapper_is_refused_and_names_the_network_inside() -> None:
    for wrapper, name in ((nn.DataParallel, "module"), (nn.Sequential, "0")):
        with pytest.raises(Formula2NetError) as raised:
            path_spectrum(wrapper(small(RESNET)), torch.zeros(1, 3))
        assert str(raised.value) == (
            f"{wrapper.__name__} has no program, and so no paths.\n"
            "  expected a network, as compile gives it\n"
            f"  try: its network, which is its child '{name}'"
        )


@pytest.mark.parametrize(
    ("batch_", "got"),
    [
        (None, "NoneType"),
        ((), "nothing"),
        ([[0.0], [1]], "list, list"),
        ({"image": torch.zeros(1, 3)}, "dict"),
        ((torch.zeros(2, 3), torch.zeros(2), torch.zeros(2)), "Tensor, Tensor, Tensor"),
    ],
)
def test_what_is_no_batch_is_refused(batch_: object, got: str) -> None:
    with pytest.raises(Formula2NetError) as raised:
        path_spectrum(small(RESNET), batch_)
    assert str(raised.value) == (
        f"This is no batch.\n  got {got}; "
        "expected a tensor of inputs, or a pair of inputs and labels"
    )


def test_edited_code_is_refused() -> None:
    net = small(RESNET)
    call = next(node for node in net.graph.nodes if node.name == "W_2")
    call.args = (next(node for node in net.graph.nodes if node.name == "X_0"),)
    net.recompile()
    with pytest.raises(FormulaError) as raised:
        path_spectrum(net, images(net))
    assert str(raised.value) == (
        "The code of the network was edited, so its paths are not the formula's.\n"
        "  try: compile the formula again"
    )


def test_a_state_that_the_output_does_not_read_is_refused() -> None:
    net = small("X_i = (1 + W_i) X_{i-1} + Y_{i-1}; Y_i = 1/2 X_{i-1}; Y_0 = 0; output = X_i")
    path_spectrum(net, images(net), source=State("Y")[1])
    with pytest.raises(FormulaError) as raised:
        path_spectrum(net, images(net), source=State("Y")[2])
    assert str(raised.value) == "The output does not depend on Y_2."
