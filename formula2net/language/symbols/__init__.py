"""The symbols of a formula: indices, states, operators, norms, activations, scalars, inputs."""

from formula2net.language.symbols.operators import NORM_NAME, Activation, Norm, Operator
from formula2net.language.symbols.scalars import Scalar, ScalarAt
from formula2net.language.symbols.values import Index, Input, State, StateAt

__all__ = [
    "NORM_NAME",
    "Activation",
    "Index",
    "Input",
    "Norm",
    "Operator",
    "Scalar",
    "ScalarAt",
    "State",
    "StateAt",
]
