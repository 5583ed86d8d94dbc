"""The words of the notation: kinds that can be declared, activations and functions."""

from __future__ import annotations

from typing import Final

KINDS: Final = (
    "operator",
    "scalar",
    "state",
    "activation",
    "norm",
    "input",
    "index",
    "integer",
)

ACTIVATIONS: Final = frozenset(
    {
        "elu",
        "gelu",
        "global_pool",
        "leaky_relu",
        "mish",
        "relu",
        "sigmoid",
        "silu",
        "softplus",
        "step_factor",
        "tanh",
    }
)

# What is built by a function is looked up without regard to case and underscores.
FUNCTIONS: Final = {
    "abs": "abs",
    "binomial": "binomial",
    "ceil": "ceiling",
    "ceiling": "ceiling",
    "concat": "concat",
    "factorial": "factorial",
    "floor": "floor",
    "hadamard": "hadamard",
    "log": "log",
    "max": "max",
    "mean": "mean",
    "min": "min",
    "mod": "mod",
    "piecewise": "piecewise",
    "root": "root",
    "sign": "sign",
    "split": "split",
    "sqrt": "sqrt",
    "sum": "sum",
    "zeros": "zeros_like",
    "zeroslike": "zeros_like",
}
ALIASES: Final = {
    "globalpool": "global_pool",
    "leakyrelu": "leaky_relu",
    "stepfactor": "step_factor",
    "swish": "silu",
}
UNDERSCORED: Final = frozenset({"global_pool", "leaky_relu", "step_factor", "zeros_like"})


def function(name: str) -> str:
    """The function of that name in `FUNCTIONS`, whatever its case and underscores, or nothing."""
    return FUNCTIONS.get(name.replace("_", "").lower(), "")


def activation(name: str) -> str:
    """The activation of that name, whatever its case and underscores, or nothing."""
    name = name.lower()
    name = ALIASES.get(name, name)
    return name if name in ACTIVATIONS else ""
