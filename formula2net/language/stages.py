"""The parts of a backbone: shapes, stages, stem, head; and how their numbers are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from formula2net.errors import Problem, ShapeError

STEM_STRIDES: Final[Mapping[str, int]] = {
    "cifar": 1,
    "conv": 1,
    "deep": 2,
    "imagenet": 4,
    "linear": 1,
    "none": 1,
    "pointwise": 1,
}
HEADS: Final = ("classifier", "embedding", "features")
AUTO: Final = cast("int", None)  # follows from the kind; None only until the object is made


POOLED: Final = 0  # the stride of what has been averaged over all positions


@dataclass(frozen=True, slots=True)
class Shape:
    """Shape of a value, up to batch and input size.

    Attributes:
        width: Channels (features where `dims=0`).
        stride: How many times smaller the resolution is than that of the network's input;
            `POOLED` where there is one position left.
    """

    width: int
    stride: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A run of steps that hand on values of one shape.

    Attributes:
        blocks: Number of steps.
        width: Channels that its blocks hand on (four times the inner width of a bottleneck).
        stride: By how much its first step divides the resolution.

    Raises:
        ShapeError: If a number is not a positive integer.
    """

    blocks: int
    width: int
    stride: int = 1

    def __post_init__(self) -> None:
        raise_all(not_positive(self, "blocks", "width", "stride"))


@dataclass(frozen=True, slots=True)
class Stem:
    """What turns the input into X_0.

    Attributes:
        kind: "cifar" (3x3 convolution, norm, activation; stride 1), "conv" (the same convolution
            alone, for blocks that begin with a norm), "pointwise" (1x1 convolution, norm,
            activation), "deep" (two 3x3 convolutions with norm and activation, the first of
            stride 2), "imagenet" (7x7 convolution, norm, activation and max-pool; stride 4
            together), "linear" (the stem of bare features), "none" (X_0 is the input).
        in_chans: Channels of the input.
        width: Channels of X_0; 64 unless given, and `in_chans` for "none".

    Raises:
        ShapeError: If the kind is unknown, a number is not positive, or a stem of kind "none"
            is asked to change the width.
    """

    kind: str = "cifar"
    in_chans: int = 3
    width: int = AUTO

    def __post_init__(self) -> None:
        if self.width == AUTO:
            object.__setattr__(self, "width", self.in_chans if self.kind == "none" else 64)
        problems = not_one_of("stem", self.kind, tuple(STEM_STRIDES))
        problems += not_positive(self, "in_chans", "width")
        if self.kind == "none" and self.width != self.in_chans:
            what = f"A stem of kind 'none' turns {self.in_chans} channels into {self.width}."
            problems.append(Problem(what, expected="equal numbers: X_0 is the input"))
        raise_all(problems)

    @property
    def stride(self) -> int:
        """By how much the stem divides the resolution."""
        return STEM_STRIDES[self.kind]


@dataclass(frozen=True, slots=True)
class Head:
    """What follows X_L.

    Attributes:
        kind: "classifier" (global average pool and a linear layer), "embedding" (the pool alone) or
            "features" (X_L itself).
        num_classes: Width of the output; 10 unless given, and 0 for those without classes.
        norm: Whether a norm and an activation come first, for blocks that end without.
        drop_rate: Of the dropout before the linear layer.

    Raises:
        ShapeError: If the kind is unknown, or the number does not fit it.
    """

    kind: str = "classifier"
    num_classes: int = AUTO
    norm: bool = False
    drop_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.num_classes == AUTO:
            object.__setattr__(self, "num_classes", 10 if self.kind == "classifier" else 0)
        problems = not_one_of("head", self.kind, HEADS) + wrong_rate("drop_rate", self.drop_rate)
        if self.kind == "classifier":
            problems += not_positive(self, "num_classes")
        elif self.kind in HEADS and self.num_classes != 0:
            what = f"A head of kind {self.kind!r} cannot give {self.num_classes} classes."
            problems.append(Problem(what, try_="Head('classifier', num_classes=...)"))
        raise_all(problems)


def stages_for(
    blocks: Sequence[int], widths: Sequence[int], strides: Sequence[int] | None
) -> tuple[Stage, ...]:
    """Stages of equally long lists; strides are 1, 2, 2, ... unless given."""
    raise_all(no_list("blocks", blocks) + no_list("widths", widths) + no_list("strides", strides))
    if not blocks:
        raise ShapeError(Problem("A backbone has no stages.", try_="blocks=(2, 2, 2, 2)"))
    if strides is None:
        strides = [1] + [2] * (len(blocks) - 1)
    if not len(blocks) == len(widths) == len(strides):
        got = f"{len(blocks)} blocks, {len(widths)} widths, {len(strides)} strides"
        raise ShapeError(Problem("Every stage needs blocks, a width and a stride.", got=got))
    return tuple(map(Stage, blocks, widths, strides))


def check_parts(stem: object, stages: tuple[object, ...], head: object) -> None:
    """Refuses what is no backbone's parts, as numbers.

    Raises:
        ShapeError: If one is of another class.
    """
    made = isinstance(stem, Stem) and isinstance(head, Head)
    if made and all(isinstance(stage, Stage) for stage in stages):
        return
    what = "A backbone is made of a Stem, Stages and a Head."
    got = ", ".join(map(repr, (stem, *stages, head)))
    raise ShapeError(Problem(what, got=got, try_="Backbone.cifar(blocks=(2, 2, 2, 2))"))


def head_for(num_classes: int) -> Head:
    """A classifier, or the features for 0 classes."""
    return Head("features") if num_classes == 0 else Head("classifier", num_classes)


def not_positive(part: Stage | Stem | Head, *names: str) -> list[Problem]:
    """A problem for each of the named attributes that is no positive integer."""
    values = {name: getattr(part, name) for name in names}
    kind = type(part).__name__.lower()
    return [
        Problem(f"A {kind} has {name}={value!r}.", expected="a positive integer")
        for name, value in values.items()
        if type(value) is not int or value < 1
    ]


def wrong_rate(name: str, rate: object) -> list[Problem]:
    """A problem, if a rate is no probability below 1."""
    if isinstance(rate, int | float) and not isinstance(rate, bool) and 0 <= rate < 1:
        return []
    return [Problem(f"{name}={rate!r} is no rate.", expected="0 up to, and without, 1")]


def not_one_of(what: str, value: object, known: Sequence[object]) -> list[Problem]:
    """A problem that lists the alternatives, if the value is none of them."""
    if value in known:
        return []
    expected = ", ".join(map(repr, known[:-1])) + f" or {known[-1]!r}"
    return [Problem(f"Unknown {what}: {value!r}.", expected=expected)]


def no_list(name: str, given: object) -> list[Problem]:
    """A problem, if one number is given in place of one for each stage."""
    if not isinstance(given, int | float):
        return []
    what = f"{name}={given!r} is no list with a number for each stage."
    return [Problem(what, try_=f"{name}=({given!r},) for one stage")]


def raise_all(problems: list[Problem]) -> None:
    """Raise a `ShapeError` of all problems, if there are any."""
    if problems:
        raise ShapeError(*problems)
