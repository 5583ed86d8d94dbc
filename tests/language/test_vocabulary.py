"""The notation knows what the blocks have."""

from __future__ import annotations

from formula2net.blocks import FUNCTIONS
from formula2net.language.notation import vocabulary


def test_every_activation_that_can_be_written_can_be_built() -> None:
    assert FUNCTIONS.keys() == vocabulary.ACTIVATIONS


def test_words_have_one_meaning_each() -> None:
    assert vocabulary.FUNCTIONS.keys().isdisjoint(vocabulary.ACTIVATIONS)
    assert {*vocabulary.ACTIVATIONS, *vocabulary.FUNCTIONS.values()} >= vocabulary.UNDERSCORED
    assert set(vocabulary.ALIASES.values()) <= vocabulary.ACTIVATIONS
