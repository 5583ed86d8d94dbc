"""All that can be wrong with a formula before its depth is known, found at once."""
