"""The formulas by name: one line each, which tests, documentation and command line read."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from formula2net.errors import FormulaError, Problem
from formula2net.formulas import (
    attention,
    dense,
    difference,
    fractal,
    gated,
    high_order,
    lanes,
    ode_nets,
    residual,
    reversible,
    seqconv,
    two_steps,
)
from formula2net.formulas.entry import Entry
from formula2net.formulas.schemes import scheme_entries
from formula2net.language.recursion import Recursion

_ENTRIES: Final = (
    residual.plain,
    residual.plain_relu,
    residual.resnet,
    residual.resnet_relu,
    difference.difference,
    difference.difference_twin,
    difference.difference_system,
    difference.published_a5,
    difference.published_a5_system,
    two_steps.additional_example_1,
    two_steps.additional_example_2,
    two_steps.leapfrog,
    gated.highway,
    attention.squeeze_excitation,
    attention.res2net_chunks,
    attention.res2next_block,
    dense.seqconv,
    dense.seqconv_windowed,
    seqconv.seqconv_bottleneck,
    seqconv.seqresnet_stage,
    seqconv.seqresnet_stage_dense,
    seqconv.seqresnet_first_stage,
    seqconv.seqconv_downsampling,
    seqconv.seqconv_downsampling_released,
    seqconv.seqconv_first_downsampling,
    dense.densenet,
    dense.sparsenet,
    fractal.fractal,
    fractal.fractal_joined,
    reversible.revnet,
    lanes.hyper_connection,
    ode_nets.polynet,
    ode_nets.lm_resnet,
    ode_nets.lm_resnet_printed,
    ode_nets.second_order,
    high_order.midpoint_printed,
    high_order.rk4_printed,
    high_order.nested_midpoint,
    high_order.verner89_adaptive,
    *scheme_entries(),
)

FORMULAS: Final[Mapping[str, Entry]] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def list_formulas(pattern: str = "*") -> list[str]:
    """Names of the formulas that match, as `list_formulas("diff*")`, in the registry's order.

    Args:
        pattern: With `*` for any letters, `?` for one.
    """
    return [name for name in FORMULAS if fnmatchcase(name, pattern)]


def formula_entry(name: str) -> Entry:
    """A formula with its source, its parameters and the counts that are known of it.

    Args:
        name: One of `list_formulas()`.

    Raises:
        FormulaError: If there is none of this name; names the nearest ones.
    """
    if name not in FORMULAS:
        near = get_close_matches(name.lower(), FORMULAS, n=3)
        raise FormulaError(
            Problem(f"There is no formula {name!r}.", try_=", ".join(near) or "list_formulas()")
        )
    return FORMULAS[name]


def get_formula(name: str, **parameters: int) -> Recursion:
    """A formula of the literature.

    Args:
        name: One of `list_formulas()`.
        **parameters: As `groups=8` for "seqconv_windowed", `lanes=2` for "hyper_connection".

    Raises:
        FormulaError: If there is no such formula or parameter.
    """
    return formula_entry(name).with_parameters(**parameters)
