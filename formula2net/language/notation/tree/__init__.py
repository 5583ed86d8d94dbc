"""Tokens -> syntax tree: what was written, before names have a meaning."""
