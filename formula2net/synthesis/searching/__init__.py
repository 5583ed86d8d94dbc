"""Recursions of a bounded family, by their counts."""
