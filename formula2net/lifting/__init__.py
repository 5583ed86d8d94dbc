"""Module -> program: what a network computes, read from what it does."""
