"""Networks in the hands of torch: precision, memory format, compilation, export, DDP."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from formula2net.compiler import compile
from formula2net.language.backbone import Backbone
from formula2net.lower.network import Network
from tests.lower.cases import CASES

# One of each kind of operation; what holds for these holds for the others.
KINDS = ["difference", "highway", "seqconv_windowed", "scalars", "momentum", "norms", "squeezed"]

# torch looks for one on what a compiled block hands to the next.
GRAD_OF_A_BLOCK = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


def close(a: Tensor, b: Tensor, tolerance: float = 1e-5) -> bool:
    return torch.allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("each", CASES)
def test_it_learns(each: str) -> None:
    net = CASES[each].compile()
    net(CASES[each].images()).square().mean().backward()
    without = [key for key, p in net.named_parameters() if p.grad is None]
    assert without == []


def test_autocast(name: str) -> None:
    net, images = CASES[name].compile(), CASES[name].images()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = net(images)
    assert output.dtype == torch.bfloat16
    output.float().sum().backward()
    assert close(output.float(), net(images), 0.2)


def test_channels_last(name: str) -> None:
    net, images = CASES[name].compile().eval(), CASES[name].images()
    seen: list[bool] = []
    net.head.register_forward_pre_hook(
        lambda _, args: seen.append(args[0].is_contiguous(memory_format=torch.channels_last))
    )
    wanted = net(images)
    net.to(memory_format=torch.channels_last)
    assert close(net(images.to(memory_format=torch.channels_last)), wanted)
    assert seen == [False, True]


def test_compiles_to_one_graph(name: str) -> None:
    torch._dynamo.reset()
    net, images = CASES[name].compile(), CASES[name].images()
    wanted = net.eval()(images)
    compiled = torch.compile(net, fullgraph=True, backend="aot_eager")
    assert close(compiled(images), wanted)
    compiled(images).sum().backward()


@GRAD_OF_A_BLOCK
def test_compiles_block_by_block() -> None:
    torch._dynamo.reset()
    case = CASES["difference"]
    net = case.compile().eval()
    keys, wanted = list(net.state_dict()), net(case.images())
    graphs = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    net.compile_blocks(backend="aot_eager", fullgraph=True)
    assert close(net(case.images()), wanted)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > graphs
    net.train()(case.images()).sum().backward()
    assert list(net.state_dict()) == keys


@GRAD_OF_A_BLOCK
def test_norms_are_compiled_like_blocks() -> None:
    torch._dynamo.reset()
    net = CASES["norms"].compile()
    net.compile_blocks(backend="eager")
    assert all(net.get_submodule(f"norm_{k}")._compiled_call_impl for k in range(1, 5))


def test_export_for_any_size() -> None:
    net, auto = CASES["squeezed"].compile().eval(), torch.export.Dim.AUTO
    shapes = {"x": {0: auto, 2: auto, 3: auto}}
    exported = torch.export.export(net, (torch.randn(2, 3, 12, 16),), dynamic_shapes=shapes)
    for shape in ((4, 3, 16, 8), (3, 3, 9, 30)):
        images = torch.randn(shape)
        assert close(exported.module()(images), net(images))


@GRAD_OF_A_BLOCK
def test_blocks_of_many_shapes_are_all_compiled() -> None:
    torch._dynamo.reset()
    backbone = Backbone.cifar((2, 2, 2, 2, 2), (2, 4, 6, 8, 10))
    net = compile(CASES["difference"].formula, backbone, "plain").eval()
    graphs = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    net.compile_blocks(backend="eager", fullgraph=True)
    net(torch.randn(2, 3, 16, 16))  # beyond torch's limit of 8 versions this would raise
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] - graphs > 8


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch by torch
def test_inductor(name: str) -> None:
    torch._dynamo.reset()
    net, images = CASES[name].compile().eval(), CASES[name].images()
    assert close(torch.compile(net, fullgraph=True)(images), net(images), 1e-4)


def test_export(name: str) -> None:
    net, images = CASES[name].compile().eval(), CASES[name].images()
    exported = torch.export.export(net, (images,))
    assert close(exported.module()(images), net(images))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_onnx(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    net, images = CASES[name].compile().eval(), CASES[name].images()
    path = tmp_path / "net.onnx"
    torch.onnx.export(net, (images,), path, dynamo=True, verbose=False)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {session.get_inputs()[0].name: images.numpy()})
    assert close(torch.from_numpy(output), net(images))


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _network_without_statistics(name: str) -> tuple[Network, Tensor]:
    """Batch statistics would depend on how samples are spread over processes."""
    case = CASES[name]
    net, images = case.compile(), case.images(4)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return net, images


def _train(rank: int, name: str, port: int) -> None:
    """One of two processes: its half of the batch, then the gradients of the whole batch."""
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=2)
    try:
        net, images = _network_without_statistics(name)
        parallel = DistributedDataParallel(net)
        for _ in range(2):  # a block that gets no gradient would raise the second time
            parallel.zero_grad()
            parallel(images[2 * rank : 2 * rank + 2]).square().mean().backward()
        alone, _ = _network_without_statistics(name)
        alone(images).square().mean().backward()
        wanted = dict(alone.named_parameters())
        for key, parameter in net.named_parameters():
            if not torch.allclose(parameter.grad, wanted[key].grad, rtol=1e-4, atol=1e-5):
                raise RuntimeError(f"the gradients of {key} differ")
    finally:
        dist.destroy_process_group()


@pytest.mark.parametrize("each", ["difference", "scalars"])
def test_two_processes(each: str) -> None:
    mp.spawn(_train, (each, _free_port()), nprocs=2)
