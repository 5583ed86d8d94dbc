"""Named networks: each is a formula, a backbone and blocks, with its paper's counts."""
