"""Blocks, stems, transitions and heads under the tools of torch."""

import pytest
import torch

from formula2net.blocks import (
    BLOCKS,
    BlockRef,
    NormAct,
    Options,
    make_head,
    make_stem,
    make_transition,
    resolve_block,
)
from formula2net.blocks.transition import TRANSITION_MAKERS
from formula2net.language.backbone import Head, Shape, Stem

REF = BlockRef("W_1", step=1, stage=1)
CONVOLUTIONAL = [name for name in BLOCKS if name != "linear"]
SHAPE = (2, 8, 6, 6)


def block(name, dims=2):
    return resolve_block(name, dims)(8, 16, stride=2 if dims else 1, ref=REF)


def seam(kind):
    return make_transition(kind, Shape(8, 1), Shape(16, 2), Options(dims=2))


MODULES = {
    **{name: lambda name=name: block(name) for name in CONVOLUTIONAL},
    **{name: lambda name=name: seam(name) for name in TRANSITION_MAKERS},
    "cifar": lambda: make_stem(Stem("cifar", 8, 16), Options(dims=2)),
    "imagenet": lambda: make_stem(Stem("imagenet", 8, 16), Options(dims=2)),
    "deep": lambda: make_stem(Stem("deep", 8, 16), Options(dims=2)),
    "norm": lambda: NormAct()(8, 8, stride=1, ref=REF),
    "head": lambda: make_head(Head(), 8, Options()),
}


class Counting:
    """A compiler that counts graphs and leaves them as they are."""

    def __init__(self):
        self.graphs = 0

    def __call__(self, graph, inputs):
        self.graphs += 1
        return graph.forward


@pytest.fixture(autouse=True)
def _forget_compiled_code():
    torch._dynamo.reset()


@pytest.mark.parametrize("name", MODULES)
def test_one_graph_when_compiled_in_place(name):
    module, x, backend = MODULES[name]().eval(), torch.randn(SHAPE), Counting()
    expected = module(x)
    module.compile(backend=backend, fullgraph=True)
    torch.testing.assert_close(module(x), expected)
    assert backend.graphs == 1


@pytest.mark.parametrize("name", MODULES)
def test_compiled_training_step(name):
    module, x = MODULES[name](), torch.randn(SHAPE, requires_grad=True)
    module(x).square().mean().backward()
    leaves = [x, *module.parameters()]
    expected = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    torch.compile(module, backend="aot_eager", fullgraph=True)(x).square().mean().backward()
    torch.testing.assert_close([leaf.grad for leaf in leaves], expected)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # raised inside torch
@pytest.mark.parametrize("name", MODULES)
def test_inductor(name):
    module, x = MODULES[name]().eval(), torch.randn(SHAPE)
    torch.testing.assert_close(torch.compile(module, fullgraph=True)(x), module(x))


@pytest.mark.parametrize("name", MODULES)
def test_export(name):
    module, x = MODULES[name]().eval(), torch.randn(SHAPE)
    exported = torch.export.export(module, (x,)).module()
    torch.testing.assert_close(exported(x), module(x))


@pytest.mark.parametrize("name", MODULES)
def test_autocast(name):
    module, x = MODULES[name](), torch.randn(SHAPE, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        out = module(x)
    out.float().mean().backward()
    assert x.grad is not None
    assert all(weight.grad.dtype is torch.float32 for weight in module.parameters())


@pytest.mark.parametrize("name", MODULES)
def test_channels_last_stays_so(name):
    module, x = MODULES[name]().eval(), torch.randn(SHAPE)
    expected = module(x)
    module.to(memory_format=torch.channels_last)
    out = module(x.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(out, expected)
    if out.ndim == 4:
        assert out.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("dims", [0, 1, 3])
@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_other_axes_compile_and_export(name, dims):
    module, x = block(name, dims).eval(), torch.randn(2, 8, *[6] * dims)
    expected = module(x)
    exported = torch.export.export(module, (x,)).module()
    torch.testing.assert_close(exported(x), expected)
    compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(compiled(x), expected)


@pytest.mark.gpu
@pytest.mark.parametrize("name", MODULES)
def test_half_precision_training_on_a_device(name):
    module = MODULES[name]().to("cuda", memory_format=torch.channels_last)
    x = torch.randn(SHAPE, device="cuda").contiguous(memory_format=torch.channels_last)
    with torch.autocast("cuda", torch.bfloat16):
        out = module(x.requires_grad_())
    out.float().mean().backward()
    assert x.grad.isfinite().all()
