"""Write the recursion formula of a network, see its gradient paths, compile it, prove it, train it.

    import formula2net as f2n

Names are loaded when they are first used: writing formulas and counting paths loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from formula2net.compiler import compile, load
    from formula2net.errors import (
        BlockError,
        Formula2NetError,
        FormulaError,
        LiftError,
        NotationError,
        PassError,
        PathCountError,
        Problem,
        ShapeError,
        TableauError,
    )
    from formula2net.formulas import (
        formula_entry,
        get_formula,
        list_formulas,
        list_tableaux,
        load_tableau,
    )
    from formula2net.gradients.curve import lesion_curve
    from formula2net.gradients.lesions import lesion
    from formula2net.gradients.measure import path_spectrum
    from formula2net.language.backbone import Backbone, Head, Shape, Stage, Stem
    from formula2net.language.notation import parse
    from formula2net.language.recursion import Recursion
    from formula2net.language.schemes.multistep import LinearMultistep
    from formula2net.language.schemes.stability import (
        is_zero_stable,
        stability_function,
        stability_polynomial,
    )
    from formula2net.language.schemes.tableau import ButcherTableau
    from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
    from formula2net.language.symbols import (
        Activation,
        Index,
        Input,
        Norm,
        Operator,
        Scalar,
        State,
    )
    from formula2net.lifting.compare import compare
    from formula2net.lifting.lift import lift
    from formula2net.lower.features import create_feature_extractor, get_graph_node_names
    from formula2net.lower.network import Network
    from formula2net.lower.scalars import set_scalars
    from formula2net.lower.serialize import save
    from formula2net.lower.verify import verify
    from formula2net.models.create import create_model
    from formula2net.models.info import model_info
    from formula2net.models.registry import list_models, register_model
    from formula2net.models.weights import load_weights
    from formula2net.models.with_timm import register_with_timm
    from formula2net.paths.asymptotics import asymptotics, mean_length
    from formula2net.paths.closed_form import find_closed_form
    from formula2net.paths.growth import growth_factor, is_power_bounded, step_polynomial
    from formula2net.paths.polynomial import PathPolynomial
    from formula2net.report.heatmap import weight_heatmap
    from formula2net.report.heatmap_picture import draw_weights
    from formula2net.report.stability import draw_stability
    from formula2net.report.wiring import draw_wiring
    from formula2net.synthesis.designing.design import design
    from formula2net.synthesis.searching.search import search

__version__ = "0.1.0"

_PLACES: Final = {
    "compiler": ("compile", "load"),
    "errors": (
        "BlockError",
        "Formula2NetError",
        "FormulaError",
        "LiftError",
        "NotationError",
        "PassError",
        "PathCountError",
        "Problem",
        "ShapeError",
        "TableauError",
    ),
    "formulas": (
        "formula_entry",
        "get_formula",
        "list_formulas",
        "list_tableaux",
        "load_tableau",
    ),
    "gradients.curve": ("lesion_curve",),
    "gradients.lesions": ("lesion",),
    "gradients.measure": ("path_spectrum",),
    "language.backbone": ("Backbone", "Head", "Shape", "Stage", "Stem"),
    "language.schemes.multistep": ("LinearMultistep",),
    "language.schemes.stability": (
        "is_zero_stable",
        "stability_function",
        "stability_polynomial",
    ),
    "language.notation": ("parse",),
    "language.recursion": ("Recursion",),
    "language.structure": ("Concat", "Hadamard", "Mean", "Split", "ZerosLike"),
    "language.symbols": ("Activation", "Index", "Input", "Norm", "Operator", "Scalar", "State"),
    "language.schemes.tableau": ("ButcherTableau",),
    "lifting.compare": ("compare",),
    "lifting.lift": ("lift",),
    "lower.features": ("create_feature_extractor", "get_graph_node_names"),
    "lower.network": ("Network",),
    "lower.scalars": ("set_scalars",),
    "lower.serialize": ("save",),
    "lower.verify": ("verify",),
    "models.create": ("create_model",),
    "models.info": ("model_info",),
    "models.registry": ("list_models", "register_model"),
    "models.weights": ("load_weights",),
    "models.with_timm": ("register_with_timm",),
    "paths.asymptotics": ("asymptotics", "mean_length"),
    "paths.closed_form": ("find_closed_form",),
    "paths.growth": ("growth_factor", "is_power_bounded", "step_polynomial"),
    "paths.polynomial": ("PathPolynomial",),
    "report.heatmap": ("weight_heatmap",),
    "report.heatmap_picture": ("draw_weights",),
    "report.stability": ("draw_stability",),
    "report.wiring": ("draw_wiring",),
    "synthesis.designing.design": ("design",),
    "synthesis.searching.search": ("search",),
}
_MODULE_OF: Final = {name: module for module, names in _PLACES.items() for name in names}

__all__ = [
    "Activation",
    "Backbone",
    "BlockError",
    "ButcherTableau",
    "Concat",
    "Formula2NetError",
    "FormulaError",
    "Hadamard",
    "Head",
    "Index",
    "Input",
    "LiftError",
    "LinearMultistep",
    "Mean",
    "Network",
    "Norm",
    "NotationError",
    "Operator",
    "PassError",
    "PathCountError",
    "PathPolynomial",
    "Problem",
    "Recursion",
    "Scalar",
    "Shape",
    "ShapeError",
    "Split",
    "Stage",
    "State",
    "Stem",
    "TableauError",
    "ZerosLike",
    "__version__",
    "asymptotics",
    "compare",
    "compile",
    "create_feature_extractor",
    "create_model",
    "design",
    "draw_stability",
    "draw_weights",
    "draw_wiring",
    "find_closed_form",
    "formula_entry",
    "get_formula",
    "get_graph_node_names",
    "growth_factor",
    "is_power_bounded",
    "is_zero_stable",
    "lesion",
    "lesion_curve",
    "lift",
    "list_formulas",
    "list_models",
    "list_tableaux",
    "load",
    "load_tableau",
    "load_weights",
    "mean_length",
    "model_info",
    "parse",
    "path_spectrum",
    "register_model",
    "register_with_timm",
    "save",
    "search",
    "set_scalars",
    "stability_function",
    "stability_polynomial",
    "step_polynomial",
    "verify",
    "weight_heatmap",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'formula2net' has no attribute {name!r}")
    value = getattr(import_module(f"formula2net.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
