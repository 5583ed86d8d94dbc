"""Placement over a backbone: shapes are tracked, and transitions added where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from formula2net.errors import Problem, ShapeError
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import Transition, Value
from formula2net.language.backbone import POOLED, Backbone, Shape
from formula2net.passes.placement import Place, Placement, Term
from formula2net.passes.shapes import NO_SHAPE, describe, pooled_misfit, target_shape, unlike
from formula2net.passes.tracking import Tracker
from formula2net.passes.transitions import TransitionNames


class BackbonePlacement(Placement):
    """Tracks shapes while a program is built, and adds transitions where they differ."""

    def __init__(self, builder: Builder, backbone: Backbone) -> None:
        super().__init__(builder)
        self.backbone = backbone
        self.layered = backbone.transition == "layer"
        self._values = Tracker(builder, backbone)
        self._names = TransitionNames()
        self._reads: dict[str, Shape] = {}  # what every block is applied to

    def place(self, step: int) -> Place:
        """The place of a step."""
        return Place(step, self.backbone.stage_of(step))

    def sum(self, terms: Sequence[Term], target: Place | None) -> Value:
        """The value of a sum, each term adapted to where the sum stands."""
        return super().sum(terms, self._meeting(terms, target))

    def adapt(self, term: Term, target: Place) -> Value:
        """The term's value in the target's shape: itself, or a transition of it.

        Raises:
            ShapeError: it has been pooled, and there is no way back.
        """
        shape, wanted = self._values.shape(term.value), self._wanted(target)
        if shape in (wanted, NO_SHAPE):
            return term.value
        if shape.stride == POOLED:
            raise pooled_misfit(shape, wanted)
        name = self._names.name(term, target)
        return self.builder.transition(Transition(name, term.value, target.stage, target.width))

    def together(self, terms: Sequence[Term], target: Place | None) -> list[Value]:
        """The values of a gate's arguments, in one shape: the target's, or the latest's."""
        target = self._meeting(terms, target)
        return [term.value if target is None else self._factor(term, target) for term in terms]

    def _factor(self, term: Term, target: Place) -> Value:
        """An argument of a gate; what has been pooled gates every position alike."""
        spread = self._values.shape(term.value) == Shape(self._wanted(target).width, POOLED)
        return term.value if spread else self.adapt(term, target)

    def check_concat(self, values: Sequence[Value], text: Callable[[int], str]) -> None:
        """Refuses to concatenate values of different resolution.

        Raises:
            ShapeError: names two terms and their shapes.
        """
        first = self._values.shape(values[0])
        for number, value in enumerate(values):
            shape = self._values.shape(value)
            if shape.stride == first.stride:
                continue
            what = f"{text(0)} and {text(number)} differ in resolution; Concat needs it equal."
            raise unlike(what, first, shape)

    def check_split(self, value: Value, parts: int, text: str) -> None:
        """Refuses a split that does not cut between concatenated values.

        Units do not tell: two stages may have different widths.

        Raises:
            ShapeError: names the value and its width.
        """
        layout = self._values.layout(value)
        if not layout.cuts(parts):
            raise ShapeError(
                Problem(
                    f"{text} does not split into {parts} parts between its concatenated values.",
                    got=f"{layout.slots} values, {layout.width} channels in all",
                    expected=f"a multiple of {parts} values of equal width",
                )
            )

    def check_block(self, name: str, arg: Value, kind: str = "block") -> None:
        """Refuses a block, or a norm, that is applied to two shapes.

        Raises:
            ShapeError: names the block and both shapes.
        """
        shape = self._values.shape(arg)
        known = self._reads.setdefault(name, shape)
        if known != shape:
            raise ShapeError(
                Problem(
                    f"The {kind} {name} is applied to values of two shapes.",
                    got=f"{describe(known)} and {describe(shape)}",
                    expected="one shape: its weights have one width",
                    try_=f"a {kind} of its own for each step, "
                    f"{'W' if kind == 'block' else kind}[i], or one stage",
                )
            )

    def is_ready(self, value: Value, place: Place) -> bool:
        """Whether a block of this place may read the value as it is.

        With a layer between stages, values are adapted before they are read in a later one; what
        has been pooled belongs to all of them.
        """
        pooled = self._values.shape(value).stride == POOLED
        return not self.layered or pooled or self._values.stage(value) >= place.stage

    def _wanted(self, target: Place) -> Shape:
        """The shape of a place."""
        return target_shape(self.backbone, target.stage, target.width)

    def _meeting(self, terms: Sequence[Term], target: Place | None) -> Place | None:
        """Where terms meet: at the target, or, in an argument, at the latest stage among them.

        There they have the stage's width if one of its own terms has it, else that of its widest.
        None where they stay as they are: they have one shape, or all of them have been pooled.
        """
        shapes = [self._values.shape(term.value) for term in terms]
        if target is not None and any(shape.stride != POOLED for shape in shapes):
            return target
        if len(set(shapes) - {NO_SHAPE}) < 2:
            return None
        stages = [self._values.stage(term.value) for term in terms]
        stage, own = max(stages), self.backbone.shape_of(max(stages)).width
        widths = {s.width for s, k in zip(shapes, stages, strict=True) if k == stage}
        width = own if own in widths else max(widths)
        return Place(0, stage, reduced(Fraction(width, own)))
