"""The weights of sources in the blocks that read them: numbers worked out by hand, and pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from formula2net import (
    Backbone,
    Network,
    Recursion,
    compile,
    create_model,
    draw_weights,
    get_formula,
    parse,
    weight_heatmap,
)
from formula2net.blocks import Blocks, Plain
from formula2net.errors import BlockError, Formula2NetError, FormulaError
from formula2net.report.heatmap import Heatmap

POINT = Plain(kernel=1, norm=None, activation=None, bias=False)
NOT_READ = None


def built(formula: Recursion | str, depth: int = 2, width: int = 2, block: Any = POINT) -> Network:
    return compile(formula, Backbone.cifar((depth,), (width,)), block)


def set_weights(net: Network, **rows: list[list[float]]) -> Network:
    """Weights of 1x1 convolutions: a row an output channel."""
    for name, weight in rows.items():
        layer = net.get_submodule(name.replace("__", ".")).conv
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weight)[:, :, None, None])
    return net


def table(heatmap: Heatmap) -> dict[str, list[float | None]]:
    """The rows by name; None where a source is not read."""
    assert heatmap.matrix.shape == (len(heatmap.consumers), len(heatmap.sources))
    rows = heatmap.matrix.tolist()
    return {
        name: [NOT_READ if value != value else value for value in row]
        for name, row in zip(heatmap.consumers, rows, strict=True)
    }


@pytest.fixture
def dense() -> Network:
    """x_0 has 2 channels; F_2 reads them and the 2 of F_1."""
    return set_weights(
        built(get_formula("densenet")),
        F_1=[[2.0, -2.0], [4.0, 0.0]],
        F_2=[[1.0, -3.0, 2.0, 0.0], [5.0, 1.0, 0.0, -2.0]],
    )


def test_the_mean_absolute_weight_of_each_source(dense: Network) -> None:
    heatmap = weight_heatmap(dense, scale="none")
    assert heatmap.sources == ("x_0", "F_1")
    assert table(heatmap) == {"F_1": [2.0, NOT_READ], "F_2": [2.5, 1.0]}


def test_scales(dense: Network) -> None:
    assert table(weight_heatmap(dense)) == {"F_1": [1.0, NOT_READ], "F_2": [1.0, 0.4]}
    assert table(weight_heatmap(dense, scale="all")) == {"F_1": [0.8, NOT_READ], "F_2": [1.0, 0.4]}


def test_one_block_by_its_name(dense: Network) -> None:
    assert table(weight_heatmap(dense, "F_2")) == {"F_2": [1.0, 0.4]}
    assert weight_heatmap(dense, "F").consumers == ("F_1", "F_2")


def test_a_row_of_zeros_stays_zero(dense: Network) -> None:
    set_weights(dense, F_2=[[0.0] * 4] * 2)
    assert table(weight_heatmap(dense))["F_2"] == [0.0, 0.0]


def test_the_first_layer_with_weights_is_looked_at() -> None:
    """Norms and activations that come before it are passed over."""
    net = built(get_formula("densenet"), block="preact")
    first = net.get_submodule("F_2").conv1.weight.abs().double()
    means = [first[:, :2].mean().item(), first[:, 2:].mean().item()]
    assert table(weight_heatmap(net, "F_2", scale="none"))["F_2"] == pytest.approx(means)


def test_parts_norms_and_nested_formulas_are_looked_through() -> None:
    """A window over parts of the input: each part is a source of its own."""
    text = """
    formula S(depth=2) {
      input z
      x_i = norm_i(relu(F_i([x_{i-2}, x_{i-1}])))
      x_{-1}, x_0 = split(z, 2)
      output = concat(x_j, j = 1..i)
    }
    X_i = S_i(X_{i-1})
    """
    net = built(text, depth=1, width=4)
    set_weights(
        net,
        S_1__F_1=[[1.0, 1.0, 4.0, 4.0], [1.0, 1.0, 4.0, 4.0]],
        S_1__F_2=[[6.0, 2.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
    )
    heatmap = weight_heatmap(net, "S_1", scale="none")
    assert heatmap.sources == ("X_0 1/2", "X_0 2/2", "S_1.F_1")
    assert table(heatmap) == {
        "S_1.F_1": [1.0, 4.0, NOT_READ],
        "S_1.F_2": [NOT_READ, 2.0, 0.5],
    }


def test_sources_are_told_by_the_program_and_not_by_names() -> None:
    formula = get_formula("densenet").rename(x="G_1", F="W")
    heatmap = weight_heatmap(built(formula))
    assert (heatmap.consumers, heatmap.sources) == (("W_1", "W_2"), ("G_1_0", "W_1"))


def test_groups_of_a_convolution_read_their_own_channels() -> None:
    formula = get_formula("seqconv_first_downsampling", groups=2)
    made = {"E": POINT, "D": Plain(kernel=1, groups=2, norm=None, activation=None, bias=False)}
    net = built(formula, width=4, block=Blocks(blocks=made))
    # The first group, which is E_1's, makes outputs 1 and 2.
    set_weights(net, D=[[1.0, 2.0], [3.0, 2.0], [4.0, 4.0], [0.0, 8.0]])
    assert table(weight_heatmap(net, "D", scale="none")) == {"D": [2.0, 4.0]}


def test_a_source_that_is_read_twice_has_the_mean_of_both() -> None:
    net = set_weights(
        built(parse("E_i = F_i(X_{i-1}); X_i = D_i([E_i, E_i])"), depth=1),
        D_1=[[1.0, 1.0, 3.0, 3.0]] * 2,
    )
    heatmap = weight_heatmap(net, scale="none")
    assert heatmap.sources == ("F_1",)
    assert table(heatmap) == {"D_1": [2.0]}


def test_a_tied_block_has_a_row_for_each_application() -> None:
    net = built(parse("X_i = W([X_{i-1}, X_{i-2}]); X_1 = V(X_0)"), depth=3)
    set_weights(net, W=[[1.0, 1.0, 2.0, 2.0]] * 2)
    heatmap = weight_heatmap(net)
    assert heatmap.sources == ("X_0", "V", "W")
    assert table(heatmap) == {"W": [1.0, 0.5, NOT_READ], "W@2": [NOT_READ, 1.0, 0.5]}


def test_the_second_layer_of_a_seqconv_block() -> None:
    """Figure 5: what the window has passed is white, and a group may be read as a sum."""
    net = create_model("seq_resnet_k8_r4_n1", r=1, k=4, blocks=(1, 1))
    heatmap = weight_heatmap(net, "S2.G_1", scale="none")
    groups = range(1, 9)
    assert heatmap.consumers == tuple(f"S2.G_1_{j}" for j in groups)
    hidden = [f"S2.F_1_{j}" for j in groups]
    sums = [f"S2.norm2_1_{j}" for j in groups[:-1]]
    assert heatmap.sources == (*hidden, *sums)
    for j, row in enumerate(heatmap.matrix):
        assert [*torch.where(~row.isnan())[0]] == [*range(j, j + 8)]
        assert set(row[~row.isnan()].tolist()) == {0.0}  # as it starts
    first = weight_heatmap(net, "S2.F_1", scale="none")
    assert first.sources[:2] == ("D2.D 1/8", "D2.D 2/8")
    weight = net.get_submodule("S2.F_1_3").conv.weight.abs().double()
    expected = [weight[:, 4 * k : 4 * k + 4].mean().item() for k in range(8)]
    assert first.matrix[2, 2:10].tolist() == pytest.approx(expected)


def test_a_prefix_ends_with_a_word_or_a_number() -> None:
    net = create_model("seq_resnet_k8_r4_n1", blocks=(1, 1))
    assert weight_heatmap(net, "S2.G_1_1").consumers == ("S2.G_1_1",)
    assert len(weight_heatmap(net, "S2.G").consumers) == 16


class Elsewhere(nn.Module):
    """Its first layer reads the mean of all channels."""

    def __init__(self, out_width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, out_width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x.mean(1, keepdim=True))


class Halved(nn.Module):
    def __init__(self, out_width: int) -> None:
        super().__init__()
        self.out_width = out_width

    def forward(self, x: Tensor) -> Tensor:
        return x[:, : self.out_width] / 2


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda: weight_heatmap(built("X_i = W_i(X_{i-1})")),
            FormulaError,
            "No block reads a concatenation.",
        ),
        (
            lambda: weight_heatmap(built(get_formula("densenet")), "G"),
            FormulaError,
            "No block whose name begins with G reads a concatenation.\n  expected F",
        ),
        (
            lambda: weight_heatmap(built(get_formula("densenet")), scale="column"),
            Formula2NetError,
            "There is no scale 'column'.\n  expected row, all, none",
        ),
        (
            lambda: weight_heatmap(
                built(get_formula("densenet"), block=lambda i, o, *, stride, ref: Halved(o))
            ),
            BlockError,
            "The block F_1 has no convolution and no linear layer.",
        ),
        (
            lambda: weight_heatmap(
                built(get_formula("densenet"), block=lambda i, o, *, stride, ref: Elsewhere(o))
            ),
            BlockError,
            "The first layer of F_1 does not read the block's channels.\n  got 1; expected 2",
        ),
    ],
)
def test_what_is_wrong_is_said(make: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as raised:
        make()
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_a_picture_in_the_format_of_its_name(
    ending: str, magic: bytes, dense: Network, tmp_path: Path
) -> None:
    path = draw_weights(dense, tmp_path / "new" / f"weights{ending}")
    assert path.read_bytes().startswith(magic)


def test_a_panel_for_each_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    net = create_model("seq_resnet_k8_r4_n1", r=1, k=4, blocks=(1, 1))
    draw_weights(net, tmp_path / "weights.png", ("S1.F_1", "S2.F_1"))
    *panels, bar = drawn[0].axes
    assert [axes.get_title() for axes in panels] == ["S1.F_1", "S2.F_1"]
    assert bar.get_ylabel() == "mean absolute weight / row's largest"
    for axes, prefix in zip(panels, ("S1.F_1", "S2.F_1"), strict=True):
        heatmap = weight_heatmap(net, prefix)
        (image,) = axes.images
        shown = torch.as_tensor(image.get_array().filled(float("nan")))
        assert torch.equal(shown.nan_to_num(-1.0), heatmap.matrix.nan_to_num(-1.0))
        assert tuple(label.get_text() for label in axes.get_xticklabels()) == heatmap.sources
        assert tuple(label.get_text() for label in axes.get_yticklabels()) == heatmap.consumers


def test_without_matplotlib_the_extra_is_named(
    dense: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'formula2net\[report\]'"):
        draw_weights(dense, tmp_path / "weights.png")
