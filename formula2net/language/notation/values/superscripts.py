"""What a superscript is: an index, as in `N^{i+1}`, or an exponent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sympy import Expr, Pow

from formula2net.language.expressions import power, sort_of
from formula2net.language.notation.names.kinds import base_of, indices_of
from formula2net.language.notation.tree import syntax as st

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values

LARGEST: Final = 10_000  # of exponents: a power is written out


def raised(values: Values, node: st.Power) -> Expr:
    """The value of `x^2`, or of a name whose index is raised.

    Raises:
        NotationError: If the exponent is too large to be written out.
    """
    name = _lifted(values, node)
    if name is not None:
        return values.at(name, values.indices(indices_of(node)))
    base, exponent = values.value(node.base), values.value(node.exponent)
    if exponent.is_Integer and abs(exponent) > LARGEST:
        raise values.error(f"The exponent is larger than {LARGEST}.", node.exponent)
    if sort_of(base) == sort_of(exponent) == "number":
        return Pow(base, exponent)
    return power(base, exponent)


def _lifted(values: Values, node: st.Power) -> st.Name | None:
    """The name whose index the superscript is, as in N^{i+1}; None if it is a power."""
    name = base_of(node.base)
    if name is None or node.sign != "^" or name.text in values.env:
        return None
    sign = node.exponent.sign if isinstance(node.exponent, st.Group) else ""
    kind = values.scope.names.kind(name.text)
    is_bare = isinstance(node.base, st.Name)
    is_index = {
        "state": is_bare or "(" in sign,
        "scalar": sign == "{(",
        "operator": "(" in sign or (is_bare and values.scope.names.is_lifted(name.text)),
    }
    kind = "operator" if kind in ("formula", "norm") else kind
    return name if is_index.get(kind) else None
