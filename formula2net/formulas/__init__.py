"""The formulas of the literature, exact and cited."""

from formula2net.formulas.entry import Entry
from formula2net.formulas.registry import FORMULAS, formula_entry, get_formula, list_formulas
from formula2net.formulas.tableaux import list_tableaux, load_tableau

__all__ = [
    "FORMULAS",
    "Entry",
    "formula_entry",
    "get_formula",
    "list_formulas",
    "list_tableaux",
    "load_tableau",
]
