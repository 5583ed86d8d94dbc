"""The words of one length: a sequence that is listed when asked."""

from __future__ import annotations

from math import comb

import pytest

from formula2net import get_formula

RESNET = get_formula("resnet")


def test_some_words_of_a_length_cost_no_more_than_those() -> None:
    words = RESNET.paths(400)[7]
    assert len(words) == comb(400, 7)
    first = ("W_400", "W_399", "W_398", "W_397", "W_396", "W_395")
    assert words[:2] == [((*first, "W_394"), 1), ((*first, "W_393"), 1)]
    assert words[1] == ((*first, "W_393"), 1)


def test_it_is_a_sequence() -> None:
    words = RESNET.paths(4)[3]
    assert words == list(RESNET.paths(4).of_length(3))
    assert words[-1] == words[3] == (("W_3", "W_2", "W_1"), 1)
    assert words[::-1] == list(words)[::-1]
    assert words != RESNET.paths(4)[2]
    with pytest.raises(IndexError):
        words[4]


def test_it_shows_itself() -> None:
    assert repr(RESNET.paths(2)[2]) == "[(('W_2', 'W_1'), 1)]"
    assert repr(RESNET.paths(12)[6]).startswith("<924 words of length 6: [(('W_12',")
