"""What the paths do in a live network: the gradient by length of its paths, and lost blocks."""
