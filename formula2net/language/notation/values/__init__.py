"""Syntax tree -> expressions of the language."""
