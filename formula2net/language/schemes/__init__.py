"""Numerical schemes as formulas: tableaux, multistep methods, and their exact orders."""
