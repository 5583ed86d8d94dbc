"""Read-only facts of a program: its path polynomial, counts, closed forms, comparisons."""
