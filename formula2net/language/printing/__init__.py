"""Expressions as text, with the place of each part in it, and as LaTeX."""

from formula2net.language.printing.spans import Path, Spans, span_at
from formula2net.language.printing.text import print_with_spans, text_of

__all__ = ["Path", "Spans", "print_with_spans", "span_at", "text_of"]
