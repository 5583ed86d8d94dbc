"""What a formula is laid over: a stem, stages of equal width and resolution, a head.

Everything here is numbers. Modules are built from it elsewhere, so that paths and shapes of a
formula on a backbone are known without torch (design 13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod
from typing import Any, Final

from formula2net.errors import Problem, ShapeError
from formula2net.language.stages import (
    POOLED,
    Head,
    Shape,
    Stage,
    Stem,
    check_parts,
    head_for,
    not_one_of,
    raise_all,
    stages_for,
)

__all__ = ["POOLED", "Backbone", "Head", "Shape", "Stage", "Stem"]

TRANSITIONS: Final = ("projection", "conv", "identity", "avgpool", "layer")
DIMS: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Backbone:
    """Stem, stages and head; depth L is the sum of the stages' blocks.

    Stages count from 1; stage 0 is the stem's output.

    Attributes:
        stem: Makes X_0 of the input.
        stages: In order of the steps.
        transition: What adapts a value to a stage of another shape: "projection" (1x1 convolution
            and norm), "conv" (1x1 convolution alone), "identity" (no parameters: subsampled, new
            channels are zero), "avgpool" (average pool, then projection), "layer" (one layer
            between stages, so that blocks read values of their own shape only), or a callable with
            the signature of a block.
        head: Reads X_L.
        dims: Axes of resolution; 0 for bare features (N, C), 2 for images (N, C, H, W).

    Raises:
        ShapeError: Lists everything that does not fit.
    """

    stem: Stem
    stages: tuple[Stage, ...]
    transition: str | Callable[..., Any] = "projection"
    head: Head = field(default_factory=Head)
    dims: int = 2

    def __post_init__(self) -> None:
        stages = tuple(self.stages) if isinstance(self.stages, Iterable) else (self.stages,)
        check_parts(self.stem, stages, self.head)
        object.__setattr__(self, "stages", stages)
        problems = [] if self.stages else [Problem("A backbone has no stages.")]
        if not callable(self.transition):
            problems += not_one_of("transition", self.transition, TRANSITIONS)
        problems += not_one_of("number of axes of resolution (dims)", self.dims, DIMS)
        problems += self._misfits()
        raise_all(problems)

    def _misfits(self) -> list[Problem]:
        """Strides and stems that this number of axes does not allow."""
        if self.dims != 0:
            wrong = self.stem.kind == "linear"
            what = f"A linear stem reads bare features, and this backbone has dims={self.dims}."
            return [Problem(what, try_="Stem('cifar', ...)")] if wrong else []
        problems = [
            Problem(f"The stride of stage {number} is {stage.stride}.", expected="1 with dims=0")
            for number, stage in enumerate(self.stages, start=1)
            if stage.stride != 1
        ]
        if self.stem.kind not in ("linear", "none"):
            what = f"A stem of kind {self.stem.kind!r} convolves, and this backbone has dims=0."
            problems.append(Problem(what, try_="Stem('linear', ...)"))
        return problems

    @classmethod
    def cifar(
        cls,
        blocks: Sequence[int] = (2, 2, 2, 2),
        widths: Sequence[int] = (64, 128, 256, 512),
        in_chans: int = 3,
        num_classes: int = 10,
        stem_width: int | None = None,
        transition: str | Callable[..., Any] = "projection",
        dims: int = 2,
        strides: Sequence[int] | None = None,
    ) -> Backbone:
        """Backbone for small images: a 3x3 stem that keeps the resolution.

        Args:
            blocks: Steps of each stage.
            widths: Channels that each stage's blocks hand on.
            in_chans: Channels of the input.
            num_classes: Width of the output; 0 gives the features instead.
            stem_width: Channels of X_0; `widths[0]` unless given (64 for bottleneck nets).
            transition: See `Backbone`.
            dims: Axes of resolution.
            strides: Of each stage; 1 for the first and 2 for the others unless given.

        Raises:
            ShapeError: If the lengths differ or a number is not positive.
        """
        stages = stages_for(blocks, widths, strides)
        stem = Stem("cifar", in_chans, stages[0].width if stem_width is None else stem_width)
        return cls(stem, stages, transition, head_for(num_classes), dims)

    @classmethod
    def imagenet(
        cls,
        blocks: Sequence[int] = (2, 2, 2, 2),
        widths: Sequence[int] = (64, 128, 256, 512),
        in_chans: int = 3,
        num_classes: int = 1000,
        stem_width: int | None = None,
        transition: str | Callable[..., Any] = "projection",
        dims: int = 2,
        strides: Sequence[int] | None = None,
    ) -> Backbone:
        """Backbone for large images: a stem that divides the resolution by 4.

        Args:
            blocks: Steps of each stage.
            widths: Channels that each stage's blocks hand on.
            in_chans: Channels of the input.
            num_classes: Width of the output; 0 gives the features instead.
            stem_width: Channels of X_0; `widths[0]` unless given (64 for bottleneck nets).
            transition: See `Backbone`.
            dims: Axes of resolution.
            strides: Of each stage; 1 for the first and 2 for the others unless given.

        Raises:
            ShapeError: If the lengths differ or a number is not positive.
        """
        stages = stages_for(blocks, widths, strides)
        stem = Stem("imagenet", in_chans, stages[0].width if stem_width is None else stem_width)
        return cls(stem, stages, transition, head_for(num_classes), dims)

    @classmethod
    def table(
        cls,
        in_features: int,
        blocks: Sequence[int] = (4,),
        widths: Sequence[int] = (64,),
        num_classes: int = 10,
        stem_width: int | None = None,
        transition: str | Callable[..., Any] = "projection",
    ) -> Backbone:
        """Backbone for bare features (N, C): a linear stem, and no resolution.

        Args:
            in_features: C, that of the input.
            blocks: Steps of each stage.
            widths: Features that each stage's blocks hand on.
            num_classes: Width of the output; 0 gives the features instead.
            stem_width: Features of X_0; `widths[0]` unless given.
            transition: See `Backbone`.

        Raises:
            ShapeError: If the lengths differ or a number is not positive.
        """
        stages = stages_for(blocks, widths, [1] * len(blocks))
        stem = Stem("linear", in_features, stages[0].width if stem_width is None else stem_width)
        return cls(stem, stages, transition, head_for(num_classes), dims=0)

    @property
    def depth(self) -> int:
        """The depth L: number of steps of all stages."""
        return sum(stage.blocks for stage in self.stages)

    def stage_of(self, step: int) -> int:
        """Stage of a step; 0, the stem's output, for steps up to 0.

        Args:
            step: i, at most the depth L.

        Raises:
            ShapeError: If the step lies beyond the depth.
        """
        if step <= 0:
            return 0
        last = 0
        for number, stage in enumerate(self.stages, start=1):
            last += stage.blocks
            if step <= last:
                return number
        raise ShapeError(Problem(f"There is no step {step}.", expected=f"at most {self.depth}"))

    def shape_of(self, stage: int) -> Shape:
        """Shape of the values of a stage.

        Args:
            stage: 0 for the stem's output, 1 for the first stage.

        Raises:
            ShapeError: If there is no such stage.
        """
        if not 0 <= stage <= len(self.stages):
            expected = f"0 (the stem's output) to {len(self.stages)}"
            raise ShapeError(Problem(f"There is no stage {stage}.", expected=expected))
        width = self.stages[stage - 1].width if stage else self.stem.width
        return Shape(width, self.stem.stride * prod(s.stride for s in self.stages[:stage]))

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold.

        Raises:
            ShapeError: If the transition is a callable, which has no spelling.
        """
        if callable(self.transition):
            what = f"The transition {self.transition!r} is a callable and cannot be written down."
            raise ShapeError(Problem(what, expected=f"one of {', '.join(TRANSITIONS)}"))
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Backbone:
        """Inverse of `to_dict`.

        Args:
            data: What `to_dict` has given, also after JSON.

        Raises:
            ShapeError: If keys are missing or unknown, or values do not fit.
        """
        try:
            return cls(
                **{
                    **data,
                    "stem": Stem(**data["stem"]),
                    "stages": tuple(Stage(**stage) for stage in data["stages"]),
                    "head": Head(**data["head"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise ShapeError(Problem("Not the data of a backbone.", got=str(error))) from error
