"""lesion_curve(): what a network loses with each block, and with several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from random import Random

from torch import Tensor

from formula2net.errors import Formula2NetError, FormulaError, Problem
from formula2net.gradients.lesions import find_blocks, lesion, sharing
from formula2net.lower.network import Network

Evaluate = Callable[[Network], float | Tensor]


@dataclass(frozen=True)
class LesionCurve:
    """What a figure of a network, such as its accuracy, becomes without some of its blocks.

    Attributes:
        whole: Of the network itself.
        single: Of the network without one block, by the block's name, in the program's order.
        several: Of the network without so many blocks, by their number: one figure for each set of
            blocks that was tried. For one block, those of `single`.
    """

    whole: float
    single: Mapping[str, float]
    several: Mapping[int, tuple[float, ...]]

    def means(self) -> dict[int, float]:
        """The mean over the sets that were tried, by the number of blocks; 0 is the network."""
        means = {count: sum(found) / len(found) for count, found in self.several.items()}
        return {0: self.whole, **means}

    def __str__(self) -> str:
        rows = [("blocks lost", "tried", "mean", "least", "greatest")]
        for count, found in {0: (self.whole,), **self.several}.items():
            figures = (sum(found) / len(found), min(found), max(found))
            rows.append((str(count), str(len(found)), *(f"{figure:.4g}" for figure in figures)))
        lines = ["  ".join(cell.rjust(11) for cell in row) for row in rows]
        least, greatest = (f(self.single, key=self.single.__getitem__) for f in (min, max))
        return "\n".join([*lines, f"least without {least}, greatest without {greatest}"])

    __repr__ = __str__


def lesion_curve(
    net: Network,
    evaluate: Evaluate,
    blocks: str | Sequence[str] | None = None,
    *,
    most: int | None = None,
    draws: int = 5,
    seed: int = 0,
) -> LesionCurve:
    """Evaluates a network without each of its blocks, and without several at random.

    As Veit et al. (2016) do in section 4: a ResNet loses little with any one block, and gradually
    more with several; a plain network loses everything with one.

    Args:
        net: The network; it is left as it was.
        evaluate: Gives the figure of a network, as `lambda net: accuracy(net.eval(), data)`.
        blocks: Which blocks to remove, by a name or pattern as of `lesion`, or several of these;
            all unless given.
        most: The greatest number of blocks that are removed at once; all of them unless given.
        draws: How many sets of blocks of each number are tried, without repetition.
        seed: Of the choice.

    Returns:
        The figures of the network, without each block, and without several of them.

    Raises:
        FormulaError: The network has no such block.
        Formula2NetError: A number makes no sense.
    """
    blocks = "*" if blocks is None else blocks
    names = find_blocks(net, (blocks,) if isinstance(blocks, str) else blocks)
    if not names:
        raise FormulaError(Problem("There is no block to remove.", got=f"blocks={blocks!r}"))
    most = len(names) if most is None else most
    for name, number, limit in (("most", most, len(names)), ("draws", draws, None)):
        if type(number) is not int or number < 1 or (limit is not None and number > limit):
            expected = f"1 to {limit}" if limit else "1 or more"
            raise Formula2NetError(Problem(f"{name}={number!r} makes no sense.", expected=expected))
    random, whole = Random(seed), _figure(evaluate, sharing(net))
    single = {name: _figure(evaluate, lesion(net, name)) for name in names}
    several = {1: tuple(single.values())}
    for count in range(2, most + 1):
        sets = _sets(names, count, draws, random)
        several[count] = tuple(_figure(evaluate, lesion(net, *chosen)) for chosen in sets)
    return LesionCurve(whole, single, several)


def _figure(evaluate: Evaluate, net: Network) -> float:
    """As a number, also where it is a tensor with a graph, such as a loss."""
    found = evaluate(net)
    return float(found.detach() if isinstance(found, Tensor) else found)


def _sets(names: Sequence[str], count: int, draws: int, random: Random) -> list[tuple[str, ...]]:
    """Different sets of so many blocks; fewer than asked for where there are no more."""
    sets: dict[tuple[str, ...], None] = {}
    while len(sets) < min(draws, comb(len(names), count)):
        sets[tuple(sorted(random.sample(names, count)))] = None
    return list(sets)
