"""The weights of networks written by hand, taken over by their places in the program."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import formula2net as f2n
from formula2net.blocks import Basic
from formula2net.errors import BlockError, Formula2NetError, ShapeError
from formula2net.lower.network import Network
from formula2net.models.weights import load_weights
from tests.models import by_users
from tests.models.by_users import BottleneckBlock, CifarResNet, Narrow, PreActNet, shuffle_weights
from tests.models.same import ByHand
from tests.models.test_by_hand import CASES

FEW = (  # of the others, one more in each run of the slow tests
    *("difference_res2next29_6c24w4s", "highway18", "published_a5_18", "seq_resnet_b_k16_r7_n1"),
    *("densenet_40_k12", "fractalnet20", "lm_resnet_x8", "revnet_x8"),
)


def narrow(name: str = "resnet_relu", blocks: int = 3, **options: object) -> Network:
    """A network with the blocks of `Narrow`."""
    backbone = f2n.Backbone.cifar((blocks,), (8,), num_classes=by_users.CLASSES)
    return f2n.compile(f2n.get_formula(name, **options), backbone)


def values(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def is_equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return all(torch.equal(one[k], other[k]) for k in one) and list(one) == list(other)


def check_outputs(net: Network, module: nn.Module, shape: tuple[int, ...] = (3, 32, 32)) -> None:
    x = torch.randn(2, *shape, dtype=torch.float64)
    with torch.no_grad():
        ours, theirs = (copy.deepcopy(m).double().eval()(x) for m in (net, module))
    assert (ours - theirs).abs().max() <= 1e-9 * theirs.abs().max()


def refused(net: Network, source: object, *args: object, **options: object) -> str:
    """The message, after it was checked that nothing has changed."""
    before = values(net)
    with pytest.raises(Formula2NetError) as caught:
        load_weights(net, source, *args, **options)  # type: ignore[arg-type]
    assert is_equal(before, values(net))
    return str(caught.value)


# ------------------------------------------------------------ by place


def test_a_resnet_in_the_style_of_kuangliu() -> None:
    module = shuffle_weights(CifarResNet()).train()
    net = f2n.create_model("resnet18", blocks=(1, 2, 1, 1), width=8, num_classes=5).train()
    given = values(module)
    keys = load_weights(net, module)
    assert is_equal(given, values(module))
    assert all(m.training for m in (*module.modules(), *net.modules()))
    assert keys["layer2.0.shortcut.0.weight"] == "transition_X_1_to_2.conv.weight"
    assert keys["layer2.1.conv2.weight"] == "W_3.conv2.weight"
    assert keys["linear.bias"] == "head.fc.bias"
    assert len(keys) == len(module.state_dict()) == len(net.state_dict())
    assert net.W_3.norm2.num_batches_tracked == 7
    assert torch.equal(net.W_3.norm2.running_var, module.layer2[1].bn2.running_var)
    check_outputs(net, module)


def test_a_bottleneck_resnet() -> None:
    module = shuffle_weights(CifarResNet(BottleneckBlock, (2, 1, 1, 1)))
    net = f2n.create_model("resnet50", blocks=(2, 1, 1, 1), width=8, num_classes=5)
    assert load_weights(net, module)["layer1.1.bn3.running_mean"] == "W_2.norm3.running_mean"
    check_outputs(net, module)


def test_a_preactivation_resnet() -> None:
    module = shuffle_weights(PreActNet())
    options = {"blocks": (2, 1, 1), "transition": "conv", "num_classes": 5}
    net = f2n.create_model("preact_resnet110", **options)
    assert load_weights(net, module)["final.weight"] == "head.norm.weight"
    check_outputs(net, module)


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.model, marks=[] if c.model in FEW else pytest.mark.slow) for c in CASES],
)
def test_every_network_written_by_hand(case: ByHand) -> None:
    """The places that are found are those that a person has written down."""
    module = shuffle_weights(case.make())
    net = f2n.create_model(case.model, num_classes=5, check=False, **case.options)
    keys = load_weights(net, module, input_shape=case.shape)
    assert keys == {name: case.key(name) for name in module.state_dict()}
    check_outputs(net, module, case.shape)


@pytest.mark.parametrize("wiring", ["residual", "difference"])
def test_blocks_of_one_kind_are_told_apart_by_their_places(wiring: str) -> None:
    module = shuffle_weights(Narrow(getattr(by_users, wiring)))
    net = narrow("resnet_relu" if wiring == "residual" else "difference")
    keys = load_weights(net, module)
    assert [keys[f"blocks.{k}.conv1.weight"] for k in range(3)] == [
        f"W_{k}.conv1.weight" for k in (1, 2, 3)
    ]
    check_outputs(net, module)


def test_dtype_and_device_of_the_network_stay() -> None:
    net, module = narrow().to(torch.bfloat16), shuffle_weights(Narrow(by_users.residual))
    load_weights(net, module)
    assert {p.dtype for p in net.parameters()} == {torch.bfloat16}
    assert torch.equal(net.W_2.conv1.weight, module.blocks[1].conv1.weight.bfloat16())


def test_a_module_that_keeps_what_it_computes_is_left_as_it_is() -> None:
    class Keeps(Narrow):
        def forward(self, x: Tensor) -> Tensor:
            self.seen = super().forward(x)
            self.calls.add_(1)
            return self.seen

    module = shuffle_weights(Keeps(by_users.residual))
    module.bn.register_buffer("calls", torch.zeros(()))
    module.calls = module.bn.calls
    net = narrow()
    assert "bn.calls of the module has no partner: nothing reads it." in refused(net, module)
    assert not hasattr(module, "seen")
    assert module.calls == 0


def test_compiled_modules() -> None:
    module = shuffle_weights(Narrow(by_users.residual))
    net = narrow()
    keys = load_weights(*(torch.compile(m, backend="eager") for m in (net, module)))
    assert keys["fc.weight"] == "head.fc.weight"
    check_outputs(net, module)


def test_linear_layers_and_pointwise_convolutions_are_one() -> None:
    class Squeeze(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.bn = by_users.conv(3, 8), nn.BatchNorm2d(8)
            self.block, self.fc = by_users.BasicBlock(8, 8, 1), nn.Linear(8, 5)
            self.expand, self.squeeze = nn.Linear(4, 8), nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Tensor:
            x = torch.relu(self.bn(self.conv(x)))
            y = torch.relu(self.block.branch(x))
            gate = torch.sigmoid(self.expand(torch.relu(self.squeeze(y.mean((2, 3))))))
            x = torch.relu(y * gate[:, :, None, None] + x)
            return self.fc(x.mean((2, 3)))

    module = shuffle_weights(Squeeze())
    options = {"blocks": (1,), "width": 8, "reduction": 2, "bias": False, "num_classes": 5}
    net = f2n.create_model("se_resnet18", **options)
    assert load_weights(net, module)["squeeze.weight"] == "W_1.S_1.conv.weight"
    check_outputs(net, module)


# ------------------------------------------------------------ what wiring alone does not tell


class Branches(nn.Module):
    """Two blocks that read one value; the second one comes first in the state_dict."""

    def __init__(self, join: Callable[[Tensor, Tensor, Tensor], Tensor], joined: int = 8) -> None:
        super().__init__()
        self.join = join
        self.second, self.first = by_users.BasicBlock(8, 8, 1), by_users.BasicBlock(8, 8, 1)
        self.conv, self.bn, self.fc = by_users.conv(3, 8), nn.BatchNorm2d(8), nn.Linear(joined, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.bn(self.conv(x)))
        x = self.join(x, self.first.branch(x), self.second.branch(x))
        return self.fc(x.mean((2, 3)))


def branched(text: str) -> Network:
    return f2n.compile(text, f2n.Backbone.cifar((1,), (8,), num_classes=5), check=False)


def test_the_sides_of_a_gate() -> None:
    module = shuffle_weights(Branches(lambda x, v, w: torch.tanh(w) * v + x))
    net = branched("X_i = X_{i-1} + V_i X_{i-1} ⊙ tanh(W_i X_{i-1})")
    assert load_weights(net, module)["first.conv1.weight"] == "V_1.conv1.weight"
    check_outputs(net, module)
    other = Branches(lambda x, v, w: torch.sigmoid(w) * v + x)
    assert refused(net, other) == (
        "The module has the wiring of the network, but computes something else with it.\n"
        "  got no partner for first.conv1 among V_1.conv1 and what is like it"
    )


def test_the_parts_of_a_concatenation() -> None:
    module = shuffle_weights(Branches(lambda x, v, w: torch.cat([v, w], 1), 16))
    backbone = f2n.Backbone.cifar((1,), (8,), num_classes=5)
    text = "x_i = V_i x_{i-1}; y_i = W_i x_{i-1}; output = concat(x_L, y_L)"
    net = f2n.compile(text, backbone)
    assert load_weights(net, module)["second.conv2.weight"] == "W_1.conv2.weight"
    check_outputs(net, module)


def test_places_that_can_be_exchanged() -> None:
    """Each branch keeps its own four modules together, whichever it becomes."""
    module = shuffle_weights(Branches(lambda x, v, w: w + x + v))
    net = branched("X_i = X_{i-1} + V_i X_{i-1} + W_i X_{i-1}")
    keys = load_weights(net, module)
    blocks = {name.split(".")[0]: own.split(".")[0] for name, own in keys.items()}
    assert {blocks["first"], blocks["second"]} == {"V_1", "W_1"}
    assert len({(n.split(".")[0], k.split(".")[0]) for n, k in keys.items()}) == len(blocks)
    check_outputs(net, module)


def test_trained_numbers() -> None:
    class Scaled(Narrow):
        def __init__(self) -> None:
            super().__init__(by_users.residual)
            self.scales = nn.ParameterList(nn.Parameter(torch.ones(1)) for _ in range(3))

        def forward(self, x: Tensor) -> Tensor:
            x = torch.relu(self.bn(self.conv(x)))
            for block, scale in zip(self.blocks, self.scales, strict=True):
                x = (1 - scale) * x + block.branch(x) * scale
            return self.fc(x.mean((2, 3)))

    module = shuffle_weights(Scaled())
    backbone = f2n.Backbone.cifar((3,), (8,), num_classes=5)
    text = "scalar a; X_i = X_{i-1} + a_i W_i X_{i-1} - a_i X_{i-1}"
    net = f2n.compile(text, backbone, trainable={"a": 0.5})
    keys = load_weights(net, module)
    assert [keys[f"scales.{k}"] for k in range(3)] == ["a_1", "a_2", "a_3"]
    check_outputs(net, module)


def test_a_block_that_is_tied() -> None:
    def tied(blocks: nn.ModuleList, x: Tensor) -> Tensor:
        for _ in range(3):
            x = x + blocks[0].branch(x)
        return x

    module = shuffle_weights(Narrow(tied, blocks=1))
    net = f2n.compile("X_i = X_{i-1} + W(X_{i-1})", f2n.Backbone.cifar((3,), (8,), num_classes=5))
    assert load_weights(net, module)["blocks.0.bn1.weight"] == "W.norm1.weight"
    check_outputs(net, module)
    untied = narrow("resnet")
    message = "blocks.0.conv1.weight is one tensor, and stands for W_1.conv1.weight and W_2.conv1"
    assert refused(untied, module).startswith(message)
    message = "W.conv1.weight is one tensor, and stands for blocks.0.conv1.weight and blocks.1."
    assert refused(net, Narrow(by_users.without_relu)).startswith(message)


# ------------------------------------------------------------ what is refused


def test_another_wiring() -> None:
    assert refused(narrow(), Narrow(by_users.plain)) == (
        "The module has the parts of the network, but is wired in another way.\n"
        "  got blocks.1.conv1 (convolution, weight (8, 8, 3, 3), stride (1, 1), padding (1, 1)), "
        "which reads blocks.0.bn2; expected W_2.conv1 (convolution, weight (8, 8, 3, 3), "
        "stride (1, 1), padding (1, 1)), which reads stem.norm, W_1.norm2"
    )


def test_a_value_that_goes_another_way() -> None:
    """Every part reads what it should, but the output leaves out the last shortcut."""

    class Features(Narrow):
        def forward(self, x: Tensor) -> Tensor:
            *first, last = self.blocks
            return last.branch(by_users.residual(first, F.relu(self.bn(self.conv(x)))))

    module, net = Features(by_users.residual), narrow()
    net.reset_classifier(0)
    module.fc = nn.Identity()
    assert refused(net, module) == (
        "The module has the parts of the network, but its values go another way.\n"
        "  got blocks.1.bn2, which is read by blocks.2.conv1; expected W_2.norm2, which is read by "
        "W_3.conv1, the output"
    )


@pytest.mark.parametrize("wiring", ["without_relu", "subtracted"])
def test_another_function_with_the_same_wiring(wiring: str) -> None:
    message = refused(narrow(), Narrow(getattr(by_users, wiring)))
    assert message.startswith(
        "The parts of the module have their places in the network, but outputs differ: "
        "blocks.1.conv1 reads other values than W_2.conv1.\n  got a relative error of "
    )


def test_what_happens_after_the_last_part() -> None:
    class Loud(Narrow):
        def forward(self, x: Tensor) -> Tensor:
            return 2 * super().forward(x)

    message = refused(narrow(), Loud(by_users.residual))
    assert message.endswith(
        "outputs differ: something else happens after the last of them.\n"
        "  got a relative error of 1"
    )


def test_the_code_that_the_first_paper_printed() -> None:
    """It has the parts of the difference form, and with `+=` on an alias another function."""
    load_weights(narrow("difference"), shuffle_weights(Narrow(by_users.difference)))
    message = refused(narrow("difference"), shuffle_weights(Narrow(by_users.aliased)))
    assert "outputs differ: blocks.2.conv1 reads other values than W_3.conv1." in message


def test_weights_that_hide_a_difference() -> None:
    """Where the last norms are 0, adding and subtracting are one: not with other weights."""
    module, net = Narrow(by_users.subtracted), narrow()
    for block in module.blocks:
        nn.init.zeros_(block.bn2.weight)
    assert "outputs differ" in refused(net, module)


def test_other_parts() -> None:
    module = CifarResNet(counts=(1, 1, 1, 1))
    net = f2n.create_model("resnet18", blocks=(1, 2, 1, 1), width=8, num_classes=5)
    assert refused(net, module) == (
        "The module and the network differ in parts: batch_norm, weight (16,), bias (16,).\n"
        "  got 3: layer2.0.bn1, layer2.0.bn2, layer2.0.shortcut.1 in the module; expected 5: "
        "W_2.norm1, W_2.norm2, transition_X_1_to_2.norm, W_3.norm1, ... W_3.norm2\n\n"
        "The module and the network differ in parts: convolution, weight (16, 16, 3, 3), "
        "stride (1, 1), padding (1, 1).\n"
        "  got 1: layer2.0.conv2 in the module; expected 3: W_2.conv2, W_3.conv1, W_3.conv2"
    )


def test_the_nearest_part_is_named() -> None:
    module = Narrow(by_users.residual)
    module.conv.stride = (2, 2)
    module.bn.eps = 1e-3
    message = refused(narrow(), module)
    assert message.startswith(
        "The module and the network differ in parts: convolution, weight (8, 3, 3, 3), "
        "stride (2, 2), padding (1, 1).\n"
        "  got 1: conv in the module; expected none; nearest is stem.conv: convolution, "
        "weight (8, 3, 3, 3), stride (1, 1), padding (1, 1)"
    )
    assert "batch_norm, weight (8,), bias (8,), eps 0.001.\n  got 1: bn in the module" in message


def test_weights_that_are_computed() -> None:
    module = Narrow(by_users.residual)
    nn.utils.parametrizations.weight_norm(module.conv)
    assert refused(narrow(), module).startswith(
        "The module and the network differ in parts: convolution, weight that is computed, "
        "stride (1, 1), padding (1, 1).\n  got 1: conv.parametrizations.weight in the module; "
    )


@pytest.mark.parametrize("norm", ["group", "layer", "batch_plain", None])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_other_norms_and_axes(norm: str | None, dims: int) -> None:
    class Wrapped(nn.Module):
        def __init__(self, net: Network) -> None:
            super().__init__()
            self.inner = copy.deepcopy(net)

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(x)

    backbone = f2n.Backbone.cifar((1, 1), (4, 8), dims=dims)
    net = f2n.compile(f2n.get_formula("difference"), backbone, Basic(norm=norm))
    module = shuffle_weights(Wrapped(net))
    assert load_weights(net, module) == {f"inner.{name}": name for name in net.state_dict()}
    check_outputs(net, module, (3, *[16] * dims))


def test_many_parts_that_differ() -> None:
    net = f2n.create_model("resnet18", blocks=(1, 1, 1, 1), width=8, num_classes=5)
    message = refused(net, CifarResNet(BottleneckBlock, (1, 1, 1, 1)))
    assert message.count("differ in parts") == 6
    assert message.endswith("\n\nThey differ in 23 more kinds of parts.")


def test_what_nothing_reads() -> None:
    module, net = Narrow(by_users.residual), narrow()
    module.spare = nn.Linear(2, 1)
    assert refused(net, module) == (
        "spare.weight of the module has no partner: nothing reads it.\n\n"
        "spare.bias of the module has no partner: nothing reads it."
    )
    net.register_buffer("mean", torch.zeros(3))
    assert refused(net, Narrow(by_users.residual)) == (
        "mean of the network has no partner: nothing reads it."
    )


def test_modules_that_do_not_run() -> None:
    net = narrow()
    module = nn.Sequential(nn.Conv2d(1, 4, 3))
    assert refused(net, module).startswith(
        "The module does not run on an input of (3, 224, 224) in float64.\n"
        "  got RuntimeError: Given groups=1, weight of size [4, 1, 3, 3], expected input"
    )
    message = refused(net, module, input_shape=(3, 8, 8))
    assert message.startswith("The module does not run on an input of (3, 8, 8) in float64.\n")
    assert message.endswith("try: load_weights(..., input_shape=(channels, height, width))")
    pair = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(2), nn.LSTM(900, 2))
    assert refused(net, pair) == (
        "The module gives no tensor, but tuple.\n  expected the classes, or the features"
    )
    with pytest.raises(ShapeError, match="The network reads 3 channels"):
        load_weights(net, Narrow(by_users.residual), input_shape=(1, 8, 8))


def test_what_is_no_network_or_no_module() -> None:
    with pytest.raises(Formula2NetError, match="load_weights fills a network of this library"):
        load_weights(nn.Linear(1, 1), {})  # type: ignore[arg-type]
    assert refused(narrow(), 3) == (
        "int is no module and no state_dict.\n  expected an nn.Module, a mapping, a path"
    )


# ------------------------------------------------------------ the classifier


def test_other_classes() -> None:
    module = shuffle_weights(CifarResNet(classes=7))
    net = f2n.create_model("resnet18", blocks=(1, 2, 1, 1), width=8, num_classes=5)
    assert refused(net, module) == (
        "The classifiers differ.\n"
        "  got linear: linear layer or 1x1 convolution, weight (7, 64), bias (7,); expected "
        "head.fc: linear layer or 1x1 convolution, weight (5, 64), bias (5,)\n"
        "  try: load_weights(net, module, head=False), which leaves the classifiers out"
    )
    before = values(net.head)
    keys = load_weights(net, module, head=False)
    assert not [own for own in keys.values() if own.startswith("head")]
    assert is_equal(before, values(net.head))
    assert torch.equal(net.W_1.conv1.weight, module.layer1[0].conv1.weight)
    x = torch.randn(2, 3, 32, 32)
    module.linear = nn.Identity()
    assert torch.allclose(net.eval().forward_head(net.forward_features(x), True), module.eval()(x))


def test_a_network_without_classes() -> None:
    module = shuffle_weights(CifarResNet())
    net = f2n.create_model("resnet18", blocks=(1, 2, 1, 1), width=8, num_classes=0)
    assert "The classifiers differ.\n  got linear: linear layer" in refused(net, module)
    load_weights(net, module, head=False)
    assert torch.equal(net.W_1.conv1.weight, module.layer1[0].conv1.weight)
    other = CifarResNet(classes=1)
    other.linear = nn.Identity()
    classes = f2n.create_model("resnet18", blocks=(1, 2, 1, 1), width=8)
    assert "got none; expected head.fc: " in refused(classes, other)
    load_weights(classes, other, head=False)


# ------------------------------------------------------------ by name


def renamed(key: str) -> str:
    """From the keys of `Narrow` to those of its network."""
    names = {"conv": "stem.conv", "bn": "stem.norm", "fc": "head.fc"}
    first, *rest = key.split(".")
    if first in names:
        return ".".join([names[first], *rest])
    number, layer, leaf = rest
    return f"W_{int(number) + 1}.{layer.replace('bn', 'norm')}.{leaf}"


@pytest.mark.parametrize("as_dict", [True, False])
def test_a_state_dict_with_a_mapping(as_dict: bool) -> None:
    module, net = shuffle_weights(Narrow(by_users.residual)), narrow()
    state = module.state_dict()
    mapping = {key: renamed(key) for key in state} if as_dict else renamed
    assert load_weights(net, state, mapping) == {key: renamed(key) for key in state}
    check_outputs(net, module)


def test_what_was_found_for_a_module_is_a_mapping() -> None:
    one, other = (shuffle_weights(Narrow(by_users.residual)) for _ in range(2))
    keys = load_weights(narrow(), one)
    net = narrow()
    load_weights(net, other.state_dict(), keys)
    check_outputs(net, other)


def test_names_that_are_alike_need_no_mapping() -> None:
    one, net = shuffle_weights(narrow()), narrow()
    load_weights(net, one.state_dict())
    check_outputs(net, one)
    state = one.state_dict()
    state["first.weight"] = state.pop("stem.conv.weight")
    load_weights(net, state, {"first.weight": "stem.conv.weight"})


def test_a_module_with_a_mapping() -> None:
    module, net = shuffle_weights(Narrow(by_users.residual)), narrow()
    load_weights(net, module, renamed)
    check_outputs(net, module)
    crossed = {"W_1": "W_2", "W_2": "W_1"}

    def wrong(key: str) -> str:
        block, dot, rest = renamed(key).partition(".")
        return crossed.get(block, block) + dot + rest

    message = refused(net, module, wrong)
    assert "outputs differ: blocks.0.conv1 reads other values than W_2.conv1." in message


def test_names_that_do_not_fit() -> None:
    net = narrow()
    state = {renamed(k): v for k, v in Narrow(by_users.residual).state_dict().items()}
    state["W_1.conv9.weight"] = state.pop("W_1.conv1.weight")
    state["extra"] = torch.zeros(2)
    state["head.fc.weight"] = torch.zeros(7, 8)
    state["W_2.norm1.bias"] = torch.zeros(3)
    assert refused(net, state) == (
        "W_2.norm1.bias has another shape.\n  got (3,); expected (8,)\n\n"
        "head.fc.weight has another shape.\n  got (7, 8); expected (5, 8)\n"
        "  try: load_weights(..., head=False), which leaves the classifier out\n\n"
        "The network has no W_1.conv9.weight.\n  got (8, 8, 3, 3)\n  try: W_1.conv1.weight\n\n"
        "The network has no extra.\n  got (2,)\n\n"
        "Nothing is given for W_1.conv1.weight.\n  expected (8, 8, 3, 3)"
    )
    with pytest.raises(ShapeError):
        load_weights(net, state)


def test_mappings_that_do_not_fit() -> None:
    net, state = narrow(), narrow().state_dict()
    assert refused(net, state, {"stem.cov.weight": "stem.conv.weight"}) == (
        "The mapping names stem.cov.weight, which is not given.\n  try: stem.conv.weight"
    )
    message = refused(net, state, {"W_1.conv1.weight": "W_2.conv1.weight"})
    assert "W_1.conv1.weight and W_2.conv1.weight are both mapped to W_2.conv1.weight." in message
    assert "Nothing is given for W_1.conv1.weight.\n  expected (8, 8, 3, 3)" in message
    state["spare"] = torch.zeros(1)
    load_weights(net, state, {"spare": None})
    load_weights(net, state, lambda key: None if key == "spare" else key)


def test_a_state_dict_without_its_classifier() -> None:
    net, other = narrow(), shuffle_weights(narrow())
    other.reset_classifier(9)
    load_weights(net, other.state_dict(), head=False)
    assert net.num_classes == 5
    assert torch.equal(net.W_2.conv1.weight, other.W_2.conv1.weight)
    other.reset_classifier(0)
    load_weights(net, other.state_dict(), head=False)


def test_older_state_dicts_have_no_counters() -> None:
    net, other = narrow(), shuffle_weights(narrow())
    state = {k: v for k, v in other.state_dict().items() if not k.endswith("batches_tracked")}
    load_weights(net, state)
    assert net.stem.norm.num_batches_tracked == 0
    check_outputs(net, other)


def test_files(tmp_path: Path) -> None:
    net, module = narrow(), shuffle_weights(Narrow(by_users.residual))
    save_file(module.state_dict(), tmp_path / "weights.safetensors")
    load_weights(net, tmp_path / "weights.safetensors", renamed)
    load_weights(net, str(tmp_path / "weights.safetensors"), renamed)
    check_outputs(net, module)
    torch.save(module.state_dict(), tmp_path / "weights.pt")
    assert refused(net, tmp_path / "weights.pt", renamed) == (
        f"{tmp_path / 'weights.pt'} is no safetensors file, and nothing is unpickled.\n  try: "
        "safetensors.torch.save_file(state_dict, 'weights.safetensors') where it was made"
    )
    (tmp_path / "no.safetensors").write_bytes(b"no tensors")
    with pytest.raises(BlockError, match="holds no tensors"):
        load_weights(net, tmp_path / "no.safetensors")
    with pytest.raises(FileNotFoundError):
        load_weights(net, tmp_path / "nowhere.safetensors")


def test_a_checkpoint_is_no_state_dict() -> None:
    checkpoint = {"state_dict": narrow().state_dict(), "epoch": 3}
    assert refused(narrow(), checkpoint) == (
        "'state_dict' of the state_dict is no tensor.\n  got OrderedDict\n"
        "  try: load_weights(net, checkpoint['state_dict'])"
    )
