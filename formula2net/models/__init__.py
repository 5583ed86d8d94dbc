"""Named networks: each is a formula, a backbone and blocks, with its paper's counts."""

from formula2net.models.design import Design

__all__ = ["Design"]
