"""Syntax tree -> statements, and what each name in them is."""
