"""Text -> tokens: what plain text, unicode and LaTeX write for the same thing becomes the same."""
