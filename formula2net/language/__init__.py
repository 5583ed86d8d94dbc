"""What the user writes: symbols, expressions, recursions, tableaux and the text notation."""
