"""What tests/conftest.py promises to every test."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import settings


def test_one_thread() -> None:
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("again", [False, True])
def test_every_test_starts_from_the_same_random_numbers(again: bool) -> None:
    old_style = np.random.random()  # noqa: NPY002 - what a library that we call may still use
    drawn = (random.random(), old_style, float(torch.rand(())))
    assert drawn == (0.8444218515250481, 0.5488135039273248, 0.49625658988952637)


def test_hypothesis_draws_the_same_examples_every_time() -> None:
    assert settings().derandomize
    assert settings().deadline is None
