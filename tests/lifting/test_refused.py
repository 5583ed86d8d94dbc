"""What cannot be lifted, and what the messages say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from formula2net.lifting.origin import line_of
from tests.lifting import nets

IMAGES = torch.randn(2, nets.WIDTH, 8, 8)


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nets.conv(nets.WIDTH, nets.WIDTH)


class Branches(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        if y.sum() > 0:
            return y
        return x


class Loops(Base):
    def forward(self, x: Tensor) -> Tensor:
        for _ in range(int(x.mean().item())):
            x = self.conv(x)
        return x


class Fails(Base):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + torch.ones(3)


class Divides(Base):
    def forward(self, x: Tensor) -> Tensor:
        return x / self.conv(x)


class Cuts(Base):
    def forward(self, x: Tensor) -> Tensor:
        a, b = torch.cat([x, self.conv(x)], 1)[:, 2:].relu().chunk(2, 1)
        return a + b


class WritesRows(Base):
    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y[:, :, :2] += x[:, :, :2]
        return y


class Shuffles(Base):
    def forward(self, x: Tensor) -> Tensor:
        both = torch.cat([x, self.conv(x)], 1).unflatten(1, (2, -1)).transpose(1, 2).flatten(1, 2)
        a, b = both.chunk(2, 1)
        return a + b


class Adds(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


class TwoInputs(Base):
    def __init__(self) -> None:
        super().__init__()
        self.add = Adds()

    def forward(self, x: Tensor) -> Tensor:
        return self.add(self.conv(x), x)


class TwoOutputs(Base):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, self.conv(x)


def message(module: Any, *inputs: Any, **named: Any) -> str:
    with pytest.raises(f2n.LiftError) as error:
        f2n.lift(module, *(inputs or (IMAGES,)), **named)
    return str(error.value)


def line(text: str) -> str:
    """A line of this file as a message shows it."""
    return f"  {place(__file__, text)}\n"


def place(file: str, text: str) -> str:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, found in enumerate(lines, 1) if found.strip() == text)
    return f"{Path(file).name}:{number}: {text}"


DATA_DEPENDENT = "code whose course does not depend on the values of tensors"


def test_a_branch_that_depends_on_data() -> None:
    first, shown, rest = message(Branches()).split("\n", 2)
    assert first == "torch.export cannot record this module."
    assert shown + "\n" == line("if y.sum() > 0:")
    assert rest.startswith("  got GuardOnDataDependentSymNode: ")
    assert rest.endswith(f"; expected {DATA_DEPENDENT}")


def test_a_loop_that_depends_on_data() -> None:
    text = message(Loops())
    assert line("for _ in range(int(x.mean().item())):") in text
    assert text.endswith(f"; expected {DATA_DEPENDENT}")


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        (("/home/me/net.py", "/usr/site-packages/timm/block.py", torch.__file__), "net.py:7: "),
        (("/usr/site-packages/timm/block.py", torch.__file__), "block.py:7: "),
        ((torch.__file__,), ""),
    ],
)
def test_the_line_is_the_users_or_else_of_a_library(files: tuple[str, ...], shown: str) -> None:
    node = torch.fx.Graph().placeholder("x")
    node.meta["stack_trace"] = "".join(f'  File "{file}", line 7, in f\n' for file in files)
    assert line_of(node) == shown


def test_an_error_of_the_module_itself() -> None:
    text = message(Fails())
    assert line("return self.conv(x) + torch.ones(3)") in text
    assert "  got RuntimeError: " in text
    assert DATA_DEPENDENT not in text


def test_a_quotient_of_values() -> None:
    assert message(Divides()) == (
        "div joins values, and is no sum, product or concatenation.\n"
        + line("return x / self.conv(x)")
        + "  try: put it into a module, and name that in blocks"
    )


def test_a_product_of_matrices_says_which_block_it_could_belong_to() -> None:
    assert message(nets.Encoder(1), torch.randn(2, 5, 3)).splitlines() == [
        "matmul joins values, and is no sum, product or concatenation.",
        f"  {place(nets.__file__, 'scores = self.q(x) @ self.k(x).transpose(1, 2)')}",
        "  try: blocks=('layers.0.attention', ...): it or what it belongs to, and the other blocks",
    ]


def test_a_part_that_cuts_through_what_was_concatenated() -> None:
    assert message(Cuts()) == (
        "A part is taken that is not made of equal parts.\n"
        + line("a, b = torch.cat([x, self.conv(x)], 1)[:, 2:].relu().chunk(2, 1)")
        + "  got channels 0 to 7 of 14"
    )


def test_writing_into_some_rows() -> None:
    assert message(WritesRows()) == (
        "slice_scatter joins values, and is no sum, product or concatenation.\n"
        + line("y[:, :, :2] += x[:, :, :2]")
        + "  try: put it into a module, and name that in blocks"
    )


def test_a_split_of_shuffled_values() -> None:
    assert message(Shuffles()) == (
        "Channels are split that have been put in another order.\n"
        + line("a, b = both.chunk(2, 1)")
        + "  got channels 0 to 8 of 16"
    )


def test_a_block_of_two_values() -> None:
    assert message(TwoInputs(), blocks=Adds) == (
        "The block add reads 2 values.\n" + line("return x + y") + "  expected one"
    )


def test_a_module_of_two_outputs() -> None:
    assert message(TwoOutputs()) == (
        "A program has one input and one output.\n"
        "  got 1 input read (x), and 2 outputs\n"
        "  try: lift a module that wraps this one"
    )


class AddsScaled(nn.Module):
    def forward(self, x: Tensor, y: Tensor, scale: float) -> Tensor:
        return x + scale * y


def test_a_module_of_two_inputs() -> None:
    assert message(AddsScaled(), IMAGES, 2 * IMAGES, 2.0) == (
        "A program has one input and one output.\n"
        "  got 2 inputs read (x, y), and 1 output\n"
        "  try: lift a module that wraps this one"
    )


def test_a_selector_that_selects_nothing() -> None:
    assert message(Divides(), blocks="layer*") == (
        "No module is selected as block by 'layer*'.\n  got conv"
    )
    assert message(Divides(), transitions=nn.Linear) == (
        "No module is selected as transition by 'Linear'.\n  got conv"
    )
    assert message(Divides(), activations="swish") == (
        "No module is selected as activation by 'swish'.\n  got conv"
    )
    assert message(Divides(), blocks=[3]) == (
        "3 selects no module.\n  expected a class, a pattern of names, or a function of name and "
        "module"
    )


def test_no_module_and_no_input() -> None:
    assert message("resnet") == "'resnet' is no module.\n  expected a torch.nn.Module"
    with pytest.raises(f2n.LiftError) as error:
        f2n.lift(nn.ReLU())
    assert str(error.value) == (
        "A module is lifted by running it once.\n"
        "  got no example of an input\n"
        "  try: lift(module, images)"
    )


def test_what_cannot_be_compared() -> None:
    with pytest.raises(f2n.FormulaError) as error:
        f2n.compare(3, "X_i = W_i X_{i-1}")
    assert str(error.value) == (
        "3 cannot be compared.\n  expected a formula, its text, a program, or a network"
    )
