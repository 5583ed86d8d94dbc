"""How blocks, norms and scalars of a rolled program are called.

Where the names of a program follow the formula's rule (`W_3`, `F_3_1`: a name, then indices, of
which one grows with the step) they are kept. Else blocks are W[i], or W[i, 1], W[i, 2], ... where a
step has several, and those outside of the steps V[1], V[2], ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sympy import Basic, Expr, Integer, Rational

from formula2net.errors import FormulaError
from formula2net.ir.ops import Apply, Op
from formula2net.language.symbols import NORM_NAME, Index, Norm, Operator, Scalar
from formula2net.synthesis.rolling.patterns import FORMULA_NAME, Pattern, agree, pattern_of, split
from formula2net.synthesis.rolling.period import Ref
from formula2net.synthesis.rolling.steps import Steps, names_of
from formula2net.synthesis.rolling.wires import Wires

Place = tuple[int, int]  # place in a step and rank of the first use
Signature = tuple[Any, ...]  # what has one name: kind, and for a block its width and stride


class Names:
    """Names of what has weights, and of scalars.

    Args:
        steps: the program's steps.
        last: the number of the last step.

    Attributes:
        stems: all names that are used.
        scalars: what the program's scalars are called.
    """

    def __init__(self, steps: Steps, last: int) -> None:
        self.signatures = _signatures(steps.wires)
        self.where = {name: (key[:2], last - key[2]) for key, name in steps.names.items()}
        self.scalars: dict[str, str] = {}
        self._fixed: dict[str, tuple[str, tuple[Expr, ...]]] = {}
        self._taken = set(self.where.values())
        self._outside: dict[str, int] = {}
        instances: dict[Place, dict[int, str]] = {}
        for name, (place, step) in self.where.items():
            instances.setdefault(place, {})[step] = name
        self.kept = {kind for kind in _KINDS if self._are_kept(kind, instances)}
        self.patterns = self._named(instances)
        for name, (place, step) in self.where.items():
            self._spell(name, self.patterns[place].stem, self.patterns[place].indices(step))

    @property
    def stems(self) -> set[str]:
        """All names without their indices."""
        found = {pattern.stem for pattern in self.patterns.values()}
        found |= {
            split(name)[0] for name, (kind, *_) in self.signatures.items() if kind in self.kept
        }
        return found | {stem for stem, _ in self._fixed.values()}

    def at(self, ref: Ref, step: Expr, name: str) -> Basic:
        """What a step refers to, at any step; `name` is its name in the last one."""
        if ref.back is None:
            return self.fixed(name)
        pattern = self.patterns[ref.place, ref.rank]
        return self._symbol(name, pattern.stem, pattern.indices(step - ref.back))

    def fixed(self, name: str, step: int = 0) -> Basic:
        """One block, norm or scalar; `step` is the initial step that uses it."""
        if name not in self._fixed:
            self._spell(name, *self._free(name, step))
        return self._symbol(name, *self._fixed[name])

    def after(self, name: str) -> Basic:
        """What the output uses.

        Raises:
            FormulaError: it is called as in a step, so that step is not complete.
        """
        steps = {pattern.stem for pattern in self.patterns.values()}
        if name not in self.where and name not in self._fixed and split(name)[0] in steps:
            raise FormulaError(f"{name} is used after the last step.")
        return self.fixed(name)

    def _spell(self, name: str, stem: str, indices: tuple[Expr, ...]) -> None:
        self._fixed[name] = stem, indices
        if self.signatures[name][0] == "scalar":
            self.scalars[name] = "_".join([stem, *(str(n).replace("-", "m") for n in indices)])

    def _symbol(self, name: str, stem: str, indices: tuple[Expr, ...]) -> Basic:
        kind, *shape = self.signatures[name]
        made: Any = _KINDS[kind](stem, *shape)
        return made[indices] if indices else made

    def _free(self, name: str, step: int) -> tuple[str, tuple[Expr, ...]]:
        """A name for what no step has: as in a step that does not use it, or one of its own."""
        if self.signatures[name][0] in self.kept:
            stem, numbers = split(name)
            return stem, tuple(map(Integer, numbers))
        for place, pattern in self.patterns.items():
            other = next(n for n, (p, _) in self.where.items() if p == place)
            free = (place, step) not in self._taken
            if step > 0 and free and self.signatures[other] == self.signatures[name]:
                self._taken.add((place, step))
                return pattern.stem, pattern.indices(step)
        stem = self._letter(self.signatures[name], {"block": "V", "norm": "norm0", "scalar": "b"})
        self._outside[stem] = self._outside.get(stem, 0) + 1
        return stem, (Integer(self._outside[stem]),)

    def _are_kept(self, kind: str, instances: Mapping[Place, Mapping[int, str]]) -> bool:
        """Whether the names of a kind are those that a formula would give."""
        known: dict[str, Signature] = {}
        for name, signature in self.signatures.items():
            stem = split(name)[0]
            if signature[0] != kind:
                continue
            if not FORMULA_NAME.fullmatch(name) or known.setdefault(stem, signature) != signature:
                return False
            if (kind == "norm") != bool(NORM_NAME.fullmatch(stem)):
                return False
        own = (names for names in instances.values() if self._signature(names)[0] == kind)
        return all(map(agree, own))

    def _signature(self, names: Mapping[int, str]) -> Signature:
        return self.signatures[next(iter(names.values()))]

    def _named(self, instances: Mapping[Place, Mapping[int, str]]) -> dict[Place, Pattern]:
        """The kept names; else W[i], or W[i, 1], W[i, 2], ..., in the order of a step."""
        groups: dict[Signature, list[Place]] = {}
        patterns = {}
        for place in sorted(instances):
            signature = self._signature(instances[place])
            if signature[0] in self.kept:
                patterns[place] = pattern_of(instances[place])
            else:
                groups.setdefault(signature, []).append(place)
        for signature, places in groups.items():
            stem = self._letter(signature, {"block": "W", "norm": "norm", "scalar": "a"})
            for number, place in enumerate(places, 1):
                alone = len(places) == 1
                shifts, numbers = ((0,), (0,)) if alone else ((0, None), (0, number))
                patterns[place] = Pattern(stem, shifts, numbers)
        return patterns

    def _letter(self, signature: Signature, letters: Mapping[str, str]) -> str:
        """A letter for each kind, numbered where blocks of a kind have several shapes."""
        kind = signature[0]
        alike = list(dict.fromkeys(s for s in self.signatures.values() if s[0] == kind))
        number = alike.index(signature)
        return letters[kind] + (str(number + 1) if number else "")


def _block(stem: str, width: Any, keeps: bool) -> Operator:
    given = None if width == 1 else Rational(width.numerator, width.denominator)
    return Operator(stem, width=given, stride=1 if keeps else None)


_KINDS: Final[Mapping[str, Callable[..., Any]]] = {
    "block": _block,
    "norm": Norm,
    "scalar": Scalar,
}


def _signatures(wires: Wires) -> dict[str, Signature]:
    """What every name stands for."""
    found: dict[str, Signature] = {}
    for op in wires.ops:
        for number, name in enumerate(names_of(op)):
            found[name] = _module(op) if not number and _module(op) else ("scalar",)
    return found


def _module(op: Op) -> Signature:
    if isinstance(op, Apply):
        return "block", op.width, op.keeps
    return ("norm",) if hasattr(op, "step") else ()


def step_index(stems: set[str]) -> Index:
    """The index of the step: i, unless something else is called so."""
    return Index(next(name for name in ("i", "n", "t", "step") if name not in stems))
