"""The family that a search runs through: its recursions, by size, and which of them are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from math import lcm

from sympy import Eq, Integer, S

from formula2net.language.recursion import Recursion
from formula2net.language.rewriting import substitute
from formula2net.language.symbols import Index, State
from formula2net.synthesis.searching.coefficients import Coefficient
from formula2net.synthesis.searching.initial import Initial
from formula2net.synthesis.searching.tables import States, Value
from formula2net.synthesis.searching.terms import Block, Chain, Number

Candidate = tuple[Coefficient, ...]
"""The coefficients of X[i - 1], X[i - 2], ...; the last of them is not 0."""


@dataclass(frozen=True)
class Family:
    """All recursions X[i] = A_1 X[i - 1] + ... + A_p X[i - p] with A_k from given sets.

    Attributes:
        sets: the coefficients of each lag, by size; the first is 0.
        index: the step.
        initial: the initial values.
        depth: the depth that they are counted to.
    """

    sets: Sequence[Sequence[Coefficient]]
    index: Index
    initial: Initial
    depth: int

    def __len__(self) -> int:
        """Number of candidates, those that are alike and those without a block included."""
        number = 1
        for each in self.sets:
            number *= len(each)
        return number - 1

    @cached_property
    def scale(self) -> int:
        """What makes whole numbers of all totals."""
        numbers = [n for each in self.sets for c in each for n, _ in c.terms]
        numbers += [n for terms in self.initial.sums for n, _ in terms]
        denominator = lcm(*(number.denominator for number in numbers))
        return int(denominator**self._steps)

    @cached_property
    def bits(self) -> int:
        """Bits of a field that every count of every candidate fits in, with its sign."""
        lags = sum(max(_weight(c.terms) for c in each) for each in self.sets)
        largest = max(1, lags, *map(_weight, self.initial.sums))
        bound = int(largest**self._steps + 1) * self.scale
        return (bound.bit_length() + 9) // 8 * 8

    @property
    def _steps(self) -> int:
        return self.depth + len(self.initial.before)

    def start(self) -> States | None:
        """The states before step 1; None where an initial value is refused."""
        return self.initial.start(self.bits)

    def take(self, states: States, step: int, candidate: Candidate) -> Value | None:
        """One step of a candidate, of which only the first coefficients need to be known."""
        given = self.initial.after.get(step)
        if given is not None:
            return states.step(step, given, absolute=True)
        return states.step(step, [(step - lag, c.terms) for lag, c in enumerate(candidate, 1)])

    def determined(self, known: int) -> int:
        """How many steps the first coefficients determine: step n reads A_1, ..., A_n."""
        return 0 if self.initial.before else min(known, self.depth)

    @cached_property
    def ways(self) -> list[list[Counter[int]]]:
        """How many choices of the coefficients k, ..., p, the last not 0, have which size."""
        tables: list[list[Counter[int]]] = []
        for p in range(len(self.sets)):
            last = Counter(c.size for c in self.sets[p] if c.terms)
            table = [last]
            for each in reversed(self.sets[:p]):
                sizes = Counter(c.size for c in each)
                longer: Counter[int] = Counter()
                for (s, m), (t, n) in product(sizes.items(), table[0].items()):
                    longer[s + t] += m * n
                table.insert(0, longer)
            tables.append(table)
        return tables

    def recursion(self, candidate: Candidate) -> Recursion:
        """The recursion of a candidate, with an equation for every step that reads less."""
        X, i = self.initial.state, self.index
        general = self._right_side(X, candidate, i)
        lags = [lag for lag, c in enumerate(candidate, 1) if c.terms]
        short: Sequence[int] = [
            n for n in range(1, lags[-1]) if not all(self.initial.has(n - k) for k in lags)
        ]
        if 1 in short:
            short = range(1, lags[-1])  # then the equation applies from its last lag on (design 9)
        extra = [
            Eq(X[n], self._right_side(X, candidate, n), evaluate=False)
            for n in short
            if n not in self.initial.after
        ]
        return Recursion(Eq(X[i], general), initial=[*self.initial.equations, *extra])

    def _right_side(self, X: State, candidate: Candidate, step: Index | int) -> object:
        total = S.Zero
        for lag, coefficient in enumerate(candidate, 1):
            if coefficient.terms and (step is self.index or self.initial.has(step - lag)):
                change = {self.index: step if step is self.index else Integer(step)}
                total = total + substitute(coefficient.expr, change) * X[step - lag]
        return total

    def likeness(self, candidate: Candidate) -> object:
        """The same for candidates that differ by the sign of a block, its index, or its name."""
        rows = [(lag, n, chain) for lag, c in enumerate(candidate, 1) for n, chain in c.terms]
        return min(map(_text, self._renamed(rows)))

    def _renamed(self, rows: list[tuple[int, Number, Chain]]) -> Iterator[list[tuple[object, ...]]]:
        """The terms after every renaming of blocks that initial values do not mention."""
        letters = [letter for _, _, chain in rows for letter in chain]
        free = sorted({op for op, _ in letters} - self.initial.blocks, key=str)
        shifts: dict[Block, int] = {}
        for block in free:
            offsets = [o for op, o in letters if op is block and o is not None]
            shifts[block] = max(offsets, default=0)
        inner = {op for _, _, chain in rows for op, _ in chain[1:]}
        outer = [op for op in free if op not in inner]  # V to -V does not pass through W(V(x))
        for order in permutations(range(len(free))):
            new = {op: (_kind(op), place) for op, place in zip(free, order, strict=True)}
            for signs in product((1, -1), repeat=len(outer)):
                sign = dict(zip(outer, signs, strict=True))
                yield [
                    (
                        lag,
                        n * (sign.get(chain[0][0], 1) if chain else 1),
                        [(new.get(op, op), _shifted(o, shifts.get(op, 0))) for op, o in chain],
                    )
                    for lag, n, chain in rows
                ]


def _weight(terms: Sequence[tuple[Number, Chain]]) -> int:
    return sum(max(1, -(-abs(n.numerator) // n.denominator)) for n, _ in terms)


def _text(rows: Sequence[object]) -> tuple[str, ...]:
    return tuple(sorted(str(row) for row in rows))


def _shifted(offset: int | None, shift: int) -> int | None:
    return None if offset is None else offset - shift


def _kind(block: Block) -> tuple[object, ...]:
    """What blocks have in common that may be renamed into each other."""
    operator = block.operator
    return bool(operator.indices), operator.width, operator.stride
