"""Table 1 of the high-order paper: networks that are schemes for differential equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from formula2net.errors import FormulaError, Problem, ShapeError
from formula2net.formulas import get_formula
from formula2net.formulas.high_order import LUO
from formula2net.formulas.ode_nets import LU
from formula2net.models.design import Design
from formula2net.models.entry import family
from formula2net.models.stacking import WIDTH, exact, stacked


@family(
    title="RevNet",
    source=f"{LUO}, Table 1; A. N. Gomez, M. Ren, R. Urtasun and R. B. Grosse (2017). "
    "The Reversible Residual Network",
)
def revnet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (4,),
    width: int = WIDTH,
    stem: str = "cifar",
    affine: bool = True,
) -> Design:
    """The halves of the channels take turns in changing each other; a step has a block for each.

    Within a stage the input can be computed back from the output.
    """
    half, rest = divmod(width, 2)
    if rest:
        raise ShapeError(Problem(f"width={width} has no two halves.", expected="an even number"))
    formula = get_formula("revnet")
    design = stacked(formula, blocks, half, stem, num_classes, in_chans, affine=affine)
    whole = replace(design.backbone, stem=replace(design.backbone.stem, width=width))
    return replace(design, backbone=whole)


@family(
    title="PolyNet",
    source=f"{LUO}, Table 1; X. Zhang, Z. Li, C. C. Loy and D. Lin (2017). PolyNet, poly-2",
)
def polynet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (8,),
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
) -> Design:
    """X + F(X) + F(F(X)): each block is applied to its own output as well, with the same weights.

    Its batch norms see two kinds of values, and in evaluation have one mean for both: norm="group"
    has no such difference between training and evaluation. What changes from stage to stage is
    adapted by a layer, so that a block reads values of one shape.
    """
    formula = get_formula("polynet")
    design = stacked(formula, blocks, width, stem, num_classes, in_chans, norm=norm)
    return replace(design, backbone=replace(design.backbone, transition="layer"))


@family(title="LM-ResNet", source=f"{LU}; {LUO}, Table 1")
def lm_resnet(
    *,
    num_classes: int,
    in_chans: int,
    form: str = "own",
    blocks: Sequence[int] = (8,),
    width: int = WIDTH,
    stem: str = "cifar",
    affine: bool = True,
) -> Design:
    """A linear two-step method whose k_i are trained: (1 - k_i) X_{i-1} + k_i X_{i-2} + F_i.

    With form="printed", F_{i-1}(X_{i-2}) stands in the place of X_{i-2}, as in the table.
    """
    forms = {"own": "lm_resnet", "printed": "lm_resnet_printed"}
    if form not in forms:
        raise FormulaError(Problem(f"There is no form {form!r}.", expected=", ".join(forms)))
    formula = get_formula(forms[form])
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine)


@family(
    title="Second-order CNN",
    source=f"{LUO}, Table 1; L. Ruthotto and E. Haber (2020). Deep Neural Networks Motivated by "
    "Partial Differential Equations",
)
def second_order(
    *,
    num_classes: int,
    in_chans: int,
    step_size: Any = 1,
    blocks: Sequence[int] = (8,),
    width: int = WIDTH,
    stem: str = "cifar",
    affine: bool = True,
) -> Design:
    """Blocks change the difference of states: 2 X_{i-1} - X_{i-2} + h^2 F_i(X_{i-1}), from rest.

    The step size h is an exact number, or "learned": then it is trained from 1.
    """
    formula = get_formula("second_order")
    if step_size != "learned":
        formula = formula.subs({"h": exact("step_size", step_size, "learned")})
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine)


MODELS: Final = (
    revnet.model("revnet_x8"),
    polynet.model("polynet_x8"),
    lm_resnet.model("lm_resnet_x8"),
    lm_resnet.model("lm_resnet_printed_x8", form="printed"),
    second_order.model("second_order_x8"),
)
