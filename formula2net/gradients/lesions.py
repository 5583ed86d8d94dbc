"""lesion(): a network in which some blocks give zero."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from difflib import get_close_matches
from fnmatch import fnmatchcase

from formula2net.blocks.zero import Zero
from formula2net.errors import FormulaError, Problem
from formula2net.gradients.checks import check_network
from formula2net.language.backbone import POOLED, Shape
from formula2net.lower.network import Network
from formula2net.passes.shapes import infer_shapes

SHOWN = 8  # names that a message lists


def lesion(net: Network, block: str, *more: str) -> Network:
    """The same network, but for some blocks, which give zero.

    No path goes through them any more; all others stay, and block i + 1 reads what is left. So
    Veit et al. (2016) remove layers of trained networks.

    Args:
        net: The network; it stays as it was.
        block: A name, as "W_3" or "W_3.B_1"; or a pattern of names, as "W_3.*" for all blocks of a
            formula that is a block. A block that is tied over steps gives zero in all of them.
        *more: Other blocks.

    Returns:
        A network with modules, modes and statistics of its own, which shares the parameters.

    Raises:
        FormulaError: The network has no such block; gives the nearest ones.
        Formula2NetError: It is no network.
    """
    names, zeros = find_blocks(net, (block, *more)), _zeros(net)
    found = sharing(net)
    for name in names:
        found.set_submodule(name, zeros[name].train(net.training))
    return found


def sharing(net: Network) -> Network:
    """A copy with the same parameters, and modules of its own: modes and statistics stay apart."""
    return deepcopy(net, {id(weight): weight for weight in net.parameters()})


def find_blocks(net: Network, patterns: Sequence[str] = ("*",)) -> list[str]:
    """The blocks with these names, in the program's order.

    Raises:
        FormulaError: One fits no block.
        Formula2NetError: It is no network.
    """
    check_network(net, "blocks")
    odd = [pattern for pattern in patterns if not isinstance(pattern, str)]
    if odd:
        what = f"{odd[0]!r} is no name of a block."
        raise FormulaError(Problem(what, expected="text", try_="'W_3'"))
    live = (op.block for value, op in net.program.applications() if value in net.program.live)
    known = list(dict.fromkeys(live))
    unknown = [p for p in patterns if not any(fnmatchcase(name, p) for name in known)]
    if unknown:
        raise FormulaError(*(_unknown(pattern, known) for pattern in unknown))
    return [name for name in known if any(fnmatchcase(name, pattern) for pattern in patterns)]


def _unknown(name: str, known: list[str]) -> Problem:
    inner = [other for other in known if other.startswith(f"{name}.")]
    if inner:
        what = f"{name} is a formula: its blocks give zero one by one, or all at once."
        return Problem(what, expected=_listed(inner), try_=f"{name}.*")
    near = get_close_matches(name, known, n=3) or known
    return Problem(f"The network has no block {name}.", expected=_listed(near))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def _zeros(net: Network) -> dict[str, Zero]:
    """A zero for each block; a tied block has one shape."""
    shapes = infer_shapes(net.program, net.backbone)
    return {
        op.block: Zero(shapes[value].width, _stride(shapes[op.arg], shapes[value]))
        for value, op in net.program.applications()
        if value in net.program.live
    }


def _stride(given: Shape, found: Shape) -> int:
    """By which a block divides the resolution; what was pooled has one position."""
    return 1 if found.stride == POOLED else found.stride // given.stride
