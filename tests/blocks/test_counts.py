"""Parameters and multiply-accumulates, and nets put together by hand against published numbers."""

import pytest
import torch
from torch import nn

from formula2net.blocks import (
    BlockRef,
    count_macs,
    count_parameters,
    make_head,
    make_stem,
    make_transition,
    options_of,
    resolve_block,
)
from formula2net.language.backbone import Backbone


@pytest.mark.parametrize(
    ("module", "shape", "macs"),
    [
        (nn.Linear(5, 7), (5,), 5 * 7),
        (nn.Linear(5, 7), (3, 5), 3 * 5 * 7),
        (nn.Conv1d(4, 6, 3, bias=False), (4, 10), 8 * 6 * 4 * 3),
        (nn.Conv2d(4, 6, 3, padding=1), (4, 5, 7), 35 * 6 * 4 * 9),
        (nn.Conv2d(4, 6, (1, 3), stride=2, groups=2), (4, 5, 7), 3 * 3 * 6 * 2 * 3),
        (nn.Conv3d(2, 3, 2), (2, 4, 4, 4), 27 * 3 * 2 * 8),
        (nn.ConvTranspose2d(4, 6, 2, stride=2, groups=2), (4, 5, 5), 25 * 4 * 4 * 3),
        (nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.AvgPool2d(2)), (4, 4, 4), 0),
    ],
)
def test_macs_of_layers(module, shape, macs):
    assert count_macs(module, shape) == macs


def test_a_layer_counts_as_often_as_it_is_used():
    shared = nn.Linear(4, 4)
    assert count_macs(nn.Sequential(shared, shared, shared), (4,)) == 3 * 16
    assert count_parameters(nn.Sequential(shared, shared, shared)) == 20


def test_counting_leaves_the_module_as_it_was():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.BatchNorm2d(4).eval())
    count_macs(module, (3, 8, 8))
    with pytest.raises(RuntimeError):
        count_macs(module, (5, 8, 8))
    assert not any(part._forward_hooks for part in module.modules())
    assert [part.training for part in module] == [True, True, False]
    assert int(module[1].num_batches_tracked) == 0


def test_parameters_are_the_trainable_ones():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    assert count_parameters(module) == 3 * 4 * 9 + 4 + 8
    module[0].requires_grad_(False)
    assert count_parameters(module) == 8


class ResNet(nn.Module):
    """X_i = relu((1 + W_i) X_{i-1}), wired by hand."""

    def __init__(self, backbone, block):
        super().__init__()
        make, options = resolve_block(block, backbone.dims), options_of(block, backbone.dims)
        self.stem = make_stem(backbone.stem, options)
        self.blocks, self.transitions = nn.ModuleList(), nn.ModuleList()
        shape = backbone.shape_of(0)
        for step in range(1, backbone.depth + 1):
            stage = backbone.stage_of(step)
            before, shape = shape, backbone.shape_of(stage)
            ref, stride = BlockRef(f"W_{step}", step, stage), shape.stride // before.stride
            self.blocks.append(make(before.width, shape.width, stride=stride, ref=ref))
            adapts = before != shape
            self.transitions.append(
                make_transition(backbone.transition, before, shape, options, ref)
                if adapts
                else nn.Identity()
            )
        self.head = make_head(backbone.head, shape.width, options)

    def forward(self, x):
        x = self.stem(x)
        for block, transition in zip(self.blocks, self.transitions, strict=True):
            x = torch.relu(block(x) + transition(x))
        return self.head(x)


WIDE = {"widths": (256, 512, 1024, 2048), "stem_width": 64}


# CIFAR: the networks of kuangliu/pytorch-cifar; ImageNet: those of torchvision.
@pytest.mark.parametrize(
    ("backbone", "block", "parameters", "macs"),
    [
        (Backbone.cifar(num_classes=100), "basic", 11_220_132, 555_468_800),
        (Backbone.cifar((3, 4, 6, 3), num_classes=100), "basic", 21_328_292, 1_159_448_576),
        (
            Backbone.cifar((3, 4, 6, 3), num_classes=100, **WIDE),
            "bottleneck",
            23_705_252,
            1_298_014_208,
        ),
        (
            Backbone.cifar((3, 4, 23, 3), num_classes=100, **WIDE),
            "bottleneck",
            42_697_380,
            2_510_168_064,
        ),
        (Backbone.imagenet(), "basic", 11_689_512, 1_814_073_344),
        (Backbone.imagenet((3, 4, 6, 3), **WIDE), "bottleneck", 25_557_032, 4_089_184_256),
    ],
)
def test_residual_networks_have_their_published_numbers(backbone, block, parameters, macs):
    net = ResNet(backbone, block)
    size = 224 if backbone.stem.kind == "imagenet" else 32
    assert count_parameters(net) == parameters
    assert count_macs(net, (3, size, size)) == macs


def test_option_a_has_no_parameters_of_its_own():
    widths = {"blocks": (3, 3, 3), "widths": (16, 32, 64)}
    plain = ResNet(Backbone.cifar(**widths, transition="identity"), "basic")
    # ResNet-20 of the CIFAR-10 section of He et al., 2016a: 0.27M parameters.
    assert count_parameters(plain) == 269_722
    projected = ResNet(Backbone.cifar(**widths), "basic")
    assert count_parameters(projected) - count_parameters(plain) == 16 * 32 + 64 + 32 * 64 + 128


def test_a_hand_made_net_trains():
    net = ResNet(Backbone.cifar((1, 1), (8, 16)), "preact")
    loss = net(torch.randn(4, 3, 8, 8)).square().mean()
    loss.backward()
    assert all(weight.grad is not None for weight in net.parameters())
