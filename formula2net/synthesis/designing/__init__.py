"""From the paths that are wanted to the recursions that have them."""
