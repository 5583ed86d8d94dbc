"""Tables of spellings: what plain text, unicode and LaTeX write for the same token."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "and": "AND",
    "or": "OR",
    "not": "NOT",
    "if": "IF",
    "otherwise": "OTHERWISE",
    "mod": "MOD",
    "where": "WHERE",
    "for": "WHERE",
    "with": "WHERE",
}

GREEK: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "sigma tau upsilon phi chi psi omega"
).split()

COMMANDS: Final = {
    "cdot": "STAR",
    "times": "STAR",
    "ast": "STAR",
    "odot": "HADAMARD",
    "circ": "CIRC",
    "bmod": "MOD",
    "mod": "MOD",
    "land": "AND",
    "wedge": "AND",
    "lor": "OR",
    "vee": "OR",
    "neg": "NOT",
    "lnot": "NOT",
    "sum": "SUM",
    "sqrt": "ROOT",
    "frac": "FRAC",
    "dfrac": "FRAC",
    "tfrac": "FRAC",
    "forall": "WHERE",
    "dots": "ELLIPSIS",
    "ldots": "ELLIPSIS",
    "cdots": "ELLIPSIS",
    "dotsc": "ELLIPSIS",
    "dotsb": "ELLIPSIS",
    "dotsm": "ELLIPSIS",
}
RELATIONS: Final = {
    "leq": "<=",
    "leqslant": "<=",
    "le": "<=",
    "geq": ">=",
    "geqslant": ">=",
    "ge": ">=",
    "lt": "<",
    "gt": ">",
    "neq": "!=",
    "ne": "!=",
    "in": "in",
    "coloneqq": "=",
}
# Commands that set type or space and mean nothing.
IGNORED: Final = frozenset(
    "quad qquad left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits "
    "nolimits nonumber notag rm bf it cal".split()
)
FONTS: Final = frozenset(
    "mathrm mathbf mathcal mathit mathsf mathtt mathbb mathfrak mathscr boldsymbol bm text textrm "
    "textbf textit textsf operatorname mbox".split()
)
ACCENTS: Final = {
    "hat": "hat",
    "widehat": "hat",
    "tilde": "tilde",
    "widetilde": "tilde",
    "bar": "bar",
    "overline": "bar",
    "dot": "dot",
}

SYMBOLS: Final = {
    "**": "SUP",
    "^": "SUP",
    "_": "SUB",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "%": "MOD",
    "(": "OPEN",
    ")": "CLOSE",
    "[": "OPEN",
    "]": "CLOSE",
    "{": "OPEN",
    "}": "CLOSE",
    ",": "COMMA",
    "...": "ELLIPSIS",
    "..": "RANGE",
    "−": "MINUS",
    "–": "MINUS",
    "·": "STAR",
    "⋅": "STAR",
    "∙": "STAR",
    "×": "STAR",
    "÷": "SLASH",
    "⊙": "HADAMARD",
    "∘": "CIRC",
    "…": "ELLIPSIS",
    "⋯": "ELLIPSIS",
    "∑": "SUM",
    "√": "ROOT",
    "∀": "WHERE",
    r"\{": "OPEN",
    r"\}": "CLOSE",
    ".": "DOT",
    "&": "AND",
    "|": "OR",
    "~": "NOT",
}
RELATION_SIGNS: Final = {
    ":=": "=",
    "==": "==",
    "!=": "!=",
    "<=": "<=",
    ">=": ">=",
    "=": "=",
    ":": "=",
    "<": "<",
    ">": ">",
    "≤": "<=",
    "⩽": "<=",
    "≥": ">=",
    "⩾": ">=",
    "≠": "!=",
    "∈": "in",
}

SUBSCRIPTS: Final = str.maketrans(
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx"
)
SUPERSCRIPTS: Final = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "0123456789+-=()abcdefghijklmnoprstuvwxyz"
)
