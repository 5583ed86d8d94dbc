"""The factor of a step: its values, its bounds, and gradients that are finite everywhere."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from formula2net.blocks import make_function

DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
LEAST, MOST = 0.125, 4.0


def factor(error: Tensor) -> Tensor:
    return make_function("step_factor")(error)


def run(size: float, dtype: torch.dtype) -> tuple[float, float]:
    """The factor of a constant error, and the largest gradient."""
    error = torch.full((2, 3, 4, 4), size, dtype=dtype).requires_grad_()
    out = factor(error)
    assert (out.shape, out.dtype) == (error.shape, dtype)
    out.sum().backward()
    return out[0, 0, 0, 0].item(), error.grad.abs().max().item()


def test_it_is_a_number_a_sample_and_depends_on_the_mean_square() -> None:
    error = (
        torch.randn(3, 5, 4, 4, dtype=torch.float64)
        * torch.tensor([1.0, 2, 3])[:, None, None, None]
    )
    out = factor(error)
    for sample, values in zip(error, out, strict=True):
        wanted = 0.8 * sample.square().mean().sqrt() ** (-1 / 8)
        assert torch.allclose(values, wanted, rtol=1e-12)
    torch.testing.assert_close(factor(2**8 * error), out / 2)


@pytest.mark.parametrize("shape", [(3, 6), (3, 6, 5), (3, 6, 2, 2, 2)])
def test_it_is_there_for_every_number_of_axes(shape: tuple[int, ...]) -> None:
    assert factor(torch.randn(shape)).shape == shape


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_error_gives_the_longest_step_and_no_gradient(dtype: torch.dtype) -> None:
    assert run(0.0, dtype) == (MOST, 0.0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1e-30, 1.05e-19, 1.09e-19, 1.2e-19, 1e-12, 1e-7])
def test_a_tiny_error_gives_the_longest_step_and_no_gradient(size, dtype) -> None:
    """Squared, some of these are near the smallest float32, where the power's slope overflows."""
    assert run(size, dtype) == (MOST, 0.0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1e7, 1e20, 1e30])
def test_a_huge_error_gives_the_shortest_step_and_no_gradient(size, dtype) -> None:
    assert run(size, dtype) == (LEAST, 0.0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [0.01, 1.0, 300.0])
def test_half_precision_agrees_with_double(size: float, dtype: torch.dtype) -> None:
    """Of 300 the square is no float16."""
    wanted = 0.8 * torch.tensor(size, dtype=dtype).item() ** (-1 / 8)
    found, gradient = run(size, dtype)
    assert found == pytest.approx(wanted, rel=2 * torch.finfo(dtype).eps)
    assert 0 < gradient < float("inf")


def test_just_within_the_bounds_the_gradient_flows() -> None:
    least, most = (0.8 / MOST) ** 8, (0.8 / LEAST) ** 8
    for size, bound in ((1.001 * least, MOST), (0.999 * most, LEAST)):
        found, gradient = run(size, torch.float64)
        assert found == pytest.approx(bound, rel=1e-3)
        assert LEAST < found < MOST
        assert gradient > 0


def test_the_gradient_is_that_of_differences() -> None:
    error = torch.randn(2, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(factor, (error,))


def test_it_is_a_view_and_takes_no_memory() -> None:
    out = factor(torch.randn(2, 3, 4, 4))
    assert out.untyped_storage().nbytes() == 2 * 4
