"""Recursion -> Program -> Program: unrolling, shapes, and the pass pipeline."""
