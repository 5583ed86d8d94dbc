"""The text notation: `parse` reads a formula, `to_text` writes it.

Text -> `tokens` -> `tree` -> `names` -> `values` -> equations, which `parsing` makes a `Recursion`.
"""

from formula2net.language.notation.parsing import parse
from formula2net.language.notation.writing import to_text

__all__ = ["parse", "to_text"]
