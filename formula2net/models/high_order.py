"""The networks of the high-order paper: blocks stacked as Runge-Kutta schemes, at 64 channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from formula2net.errors import FormulaError, Problem
from formula2net.formulas import get_formula, load_tableau
from formula2net.formulas.high_order import LUO, adaptive
from formula2net.formulas.tableaux import list_tableaux, tableau_data
from formula2net.models.design import Design
from formula2net.models.entry import Model, family
from formula2net.models.stacking import WIDTH, exact, stacked, with_factor

PRINTED: Final = ("midpoint", "rk4")

# Steps of the rows of Tables 2 and 3.
STEPS: Final = {
    "euler": (4, 8, 14, 28),
    "midpoint": (2, 4, 8, 14),
    "rk4": (1, 2, 3, 7),
    "rk8": (1, 2),
}


@family(title="Runge-Kutta network", source=f"{LUO}, Tables 2 to 4")
def runge_kutta(
    *,
    num_classes: int,
    in_chans: int,
    method: str = "rk4",
    blocks: Sequence[int] = (1,),
    width: int = WIDTH,
    stem: str = "cifar",
    factor: Any = 1,
    affine: bool = True,
) -> Design:
    """A step of the network is a step of a Runge-Kutta method, with a block for each RK stage.

    RK stages that only the error estimate of a pair reads are dropped; the note names them. The
    factor of Table 4 multiplies what every block hands on: it is the step size.
    """
    tableau = load_tableau(method)
    formula = with_factor(tableau.recursion(), factor)
    notes = (f"The method is {tableau.name}: {tableau.source}.", *tableau.notes)
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine, notes=notes)


@family(title="High-order block as printed", source=f"{LUO}, Eqs. (6) to (9)")
def printed(
    *,
    num_classes: int,
    in_chans: int,
    method: str = "rk4",
    blocks: Sequence[int] = (1,),
    width: int = WIDTH,
    stem: str = "cifar",
    factor: Any = 1,
    affine: bool = True,
) -> Design:
    """The midpoint or RK4 block with the equations of the paper, which are not the schemes.

    Blocks and parameters are as many, the paths have other coefficients; the identity's is 2 to
    the number of steps in printed RK4.
    """
    if method not in PRINTED:
        what = f"The paper prints no equations of {method!r}."
        raise FormulaError(Problem(what, expected=", ".join(PRINTED)))
    formula = with_factor(get_formula(f"{method}_printed"), factor)
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine)


@family(title="Nested midpoint network", source=f"{LUO}, Section 3.5 and Table 3")
def nested_midpoint(
    *,
    num_classes: int,
    in_chans: int,
    times: int = 1,
    blocks: Sequence[int] = (2,),
    width: int = WIDTH,
    stem: str = "cifar",
    affine: bool = True,
) -> Design:
    """Midpoint steps whose blocks are midpoint steps with their identity, once or more often.

    A step has 2^(times + 1) blocks F. The names count inner midpoints, two blocks each, as the
    paper's table does.
    """
    formula = get_formula("nested_midpoint", times=times)
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine)


@family(title="Adaptive RK8 network", source=f"{LUO}, Section 3.4, where it is left undone")
def rk8_adaptive(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (1,),
    width: int = WIDTH,
    stem: str = "cifar",
    tolerance: Any = 1,
    affine: bool = True,
) -> Design:
    """Verner's pair with its 16 RK stages: each sample's error estimate scales its step.

    The factor is 0.8 (tolerance / error)^(1/8), within 1/8 and 4, and gradients flow through it.
    """
    formula = adaptive(exact("tolerance", tolerance))
    return stacked(formula, blocks, width, stem, num_classes, in_chans, affine=affine)


def refuse(name: str) -> None:
    """Says why a method that is known makes no network, if `name` asks for one, as "gauss2_x1".

    Raises:
        TableauError: If the method is implicit, or claims no order.
    """
    method, _, steps = name.rpartition("_x")
    known = {alias for key, data in tableau_data().items() for alias in (key, *data["aliases"])}
    if steps.isdigit() and method in known:
        load_tableau(method).recursion()


def _rows() -> Iterator[Model]:
    """Tables 2 and 3, the printed blocks, and every other method that makes a network."""
    named = set()
    for method, steps in STEPS.items():
        for count in steps:
            named.add(f"{method}_x{count}")
            yield runge_kutta.model(f"{method}_x{count}", method=method, blocks=(count,))
    for method in PRINTED:
        for count in STEPS[method]:
            yield printed.model(f"{method}_printed_x{count}", method=method, blocks=(count,))
    yield nested_midpoint.model("nested_midpoint_x4", blocks=(2,))
    yield nested_midpoint.model("nested_midpoint_x8", blocks=(4,))
    yield nested_midpoint.model("nested_midpoint_x8_twice", blocks=(2,), times=2)
    yield rk8_adaptive.model("rk8_adaptive_x1")
    for method in list_tableaux():
        data = tableau_data()[method]
        makes_network = data["kind"] == "explicit" and data["order"] is not None
        if makes_network and f"{method}_x1" not in named:
            yield runge_kutta.model(f"{method}_x1", method=method)


MODELS: Final = tuple(_rows())
