"""From wanted paths to formulas: by design, and by search."""
