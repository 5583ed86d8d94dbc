"""Networks in directories: JSON and safetensors, never pickles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from formula2net.blocks import BLOCKS, Basic, BlockRef, Blocks, Bottleneck, NormAct, Plain
from formula2net.compiler import compile, load
from formula2net.errors import BlockError, Formula2NetError, ShapeError
from formula2net.formulas import get_formula
from formula2net.language.backbone import Backbone
from formula2net.lower.network import Network
from formula2net.lower.serialize import save
from formula2net.lower.spec import BlockSpec
from tests.lower.cases import CASES, SMALL


def conv(in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
    """A block of a user's own."""
    return nn.Conv2d(in_width, out_width, 3, stride, 1)


def edit(folder: Path, **changes: object) -> None:
    path = folder / "formula2net.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.fixture
def net() -> Network:
    return CASES["difference"].compile()


@pytest.mark.parametrize("name", CASES)
def test_round_trip(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    net = case.compile()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.1)
        net(case.images())  # statistics of norms are kept, too
    save(net, tmp_path / "net")
    other = load(tmp_path / "net")
    assert sorted(p.name for p in (tmp_path / "net").iterdir()) == [
        "formula2net.json",
        "model.safetensors",
    ]
    assert (other.formula, other.backbone, other.block) == (net.formula, net.backbone, net.block)
    assert other.spec.starts == net.spec.starts
    assert torch.equal(other.eval()(case.images()), net.eval()(case.images()))


def test_what_is_written(net: Network, tmp_path: Path) -> None:
    save(net, tmp_path)
    data = json.loads((tmp_path / "formula2net.json").read_text())
    assert data.keys() == {"format", "formula", "backbone", "block", "trainable"}
    assert data["format"] == 1
    assert data["block"] == {"name": "basic", "options": {}}
    assert load_file(tmp_path / "model.safetensors").keys() == net.state_dict().keys()


def test_options_of_blocks(tmp_path: Path) -> None:
    block = Bottleneck(expansion=2, norm="group", activation="gelu")
    net = compile(get_formula("resnet"), SMALL, block)
    assert net.block == BlockSpec(
        "bottleneck", {"expansion": 2, "norm": "group", "activation": "gelu"}, "bottleneck"
    )
    save(net, tmp_path)
    assert load(tmp_path).block == net.block


def test_blocks_by_operator(tmp_path: Path) -> None:
    blocks = {"W": Basic(norm="group"), "E": "plain", "S": Plain(kernel=1, drop=0.1)}
    net = compile(CASES["squeezed"].formula, SMALL, Blocks(blocks=blocks, activation="silu"))
    assert net.block.to_dict() == {
        "name": "blocks",
        "options": {
            "activation": "silu",
            "blocks": {
                "W": {"name": "basic", "options": {"norm": "group"}},
                "E": {"name": "plain", "options": {}},
                "S": {"name": "plain", "options": {"kernel": 1, "drop": 0.1}},
            },
        },
    }
    save(net, tmp_path)
    other = load(tmp_path)
    assert other.block == net.block
    assert type(other.stem.act) is nn.SiLU
    images = CASES["squeezed"].images()
    assert torch.equal(other.eval()(images), net.eval()(images))


def test_norms_of_ones_own_are_written(tmp_path: Path) -> None:
    blocks = {"W": "basic", "norm": NormAct(activation=None)}
    net = compile(CASES["norms"].formula, SMALL, blocks)
    save(net, tmp_path)
    assert load(tmp_path).block == net.block
    assert [name for name, _ in load(tmp_path).norm_1.named_children()] == ["norm"]


def test_a_registered_callable_among_blocks_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BLOCKS, "my_conv", conv)
    for block in ({"W": "my_conv"}, {"W": conv}, "my_conv", conv):
        net = compile(get_formula("resnet"), SMALL, block)  # type: ignore[arg-type]
        save(net, tmp_path)
        other = load(tmp_path)
        assert other.block.to_dict() == net.block.to_dict() is not None


def test_a_callable_among_blocks_has_no_name(tmp_path: Path) -> None:
    net = compile(get_formula("resnet"), SMALL, {"W": conv})
    with pytest.warns(UserWarning, match="have no name"):
        save(net, tmp_path)
    images = CASES["resnet"].images()
    other = load(tmp_path, block={"W": conv})
    assert torch.equal(other.eval()(images), net.eval()(images))


@pytest.mark.parametrize("block", [conv, Bottleneck(activation=nn.PReLU)])
def test_blocks_without_a_name(block: object, tmp_path: Path) -> None:
    net = compile(get_formula("resnet"), SMALL, block)  # type: ignore[arg-type]
    with pytest.warns(UserWarning, match=r"have no name: pass them to load\(directory, block="):
        save(net, tmp_path)
    with pytest.raises(BlockError, match=r"try: load\(directory, block=...\)"):
        load(tmp_path)
    images = CASES["resnet"].images()
    assert torch.equal(load(tmp_path, block=block).eval()(images), net.eval()(images))  # type: ignore[arg-type]


def test_callable_transitions_have_no_spelling(tmp_path: Path) -> None:
    net = compile(get_formula("resnet"), Backbone.cifar((1, 1), (4, 8), transition=conv), conv)
    with pytest.raises(ShapeError, match="is a callable and cannot be written down"):
        save(net, tmp_path / "net")
    assert not (tmp_path / "net").exists()


def test_other_versions(net: Network, tmp_path: Path) -> None:
    save(net, tmp_path)
    edit(tmp_path, format=2)
    with pytest.raises(Formula2NetError, match="is of format version 2") as caught:
        load(tmp_path)
    assert "expected version 1" in str(caught.value)


@pytest.mark.parametrize("text", ["not JSON", "[]", '{"format": 1}'])
def test_files_that_describe_no_network(text: str, tmp_path: Path) -> None:
    (tmp_path / "formula2net.json").write_text(text)
    with pytest.raises(Formula2NetError, match="does not describe a network"):
        load(tmp_path)


def test_unknown_blocks(net: Network, tmp_path: Path) -> None:
    save(net, tmp_path)
    edit(tmp_path, block={"name": "mine", "options": {}})
    with pytest.raises(BlockError, match=r"try: register_block\('mine', ...\) first"):
        load(tmp_path)
    edit(tmp_path, block={"name": "basic", "options": {"nrom": "group"}})
    with pytest.raises(BlockError, match="The block 'basic' does not take these options"):
        load(tmp_path)


def test_tensors_that_do_not_fit(net: Network, tmp_path: Path) -> None:
    save(net, tmp_path)
    path = tmp_path / "model.safetensors"
    tensors = load_file(path)
    kept = {k: v for k, v in tensors.items() if k != "head.fc.bias"}
    save_file(kept | {"W_9.conv1.weight": torch.zeros(1)}, path)
    with pytest.raises(ShapeError) as caught:
        load(tmp_path)
    assert [p.what.rpartition(" ")[2] for p in caught.value.problems] == [
        "head.fc.bias.",
        "W_9.conv1.weight.",
    ]
    save_file(tensors | {"head.fc.bias": torch.zeros(7)}, path)
    with pytest.raises(ShapeError, match=r"head\.fc\.bias has another shape") as caught:
        load(tmp_path)
    assert "got (7,); expected (10,)" in str(caught.value)


def test_a_file_without_tensors(net: Network, tmp_path: Path) -> None:
    save(net, tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(BlockError, match="holds no tensors"):
        load(tmp_path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)


def test_shared_tensors(tmp_path: Path) -> None:
    shared = nn.Conv2d(4, 4, 3, 1, 1)

    def same(in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        return shared

    net = compile(get_formula("resnet"), Backbone.cifar((2,), (4,)), same)
    with pytest.warns(UserWarning, match="have no name"):
        save(net, tmp_path)
    before = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    nn.init.zeros_(shared.weight)
    other = load(tmp_path, block=same)
    assert all(torch.equal(tensor, before[key]) for key, tensor in other.state_dict().items())
