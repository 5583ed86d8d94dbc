"""The stem and the head: what stands before the first join, and behind the last one."""

from __future__ import annotations

from formula2net.lifting.letters import Letters
from formula2net.lifting.runs import RUN, Run, Runs
from formula2net.lifting.selection import HEAD, STEM


def ends_of(runs: Runs, letters: Letters) -> tuple[Run | None, Run | None]:
    """The runs with weights that are stem and head, unless the user has said what is.

    Where one run is all there is, it is neither.
    """
    readers = runs.readers(runs.recording.input)
    first = runs.of.get(readers[0]) if len(readers) == 1 else None
    last = runs.of.get(runs.recording.output)
    stem = first if _is_end(first, STEM, runs, letters) else None
    if _is_end(last, HEAD, runs, letters) and last is not stem:
        return stem, last
    return (None if stem is last else stem), None


def _is_end(run: Run | None, role: str, runs: Runs, letters: Letters) -> bool:
    said = role in runs.selection.given
    return run is not None and run.role == RUN and not said and letters.is_trained(run)
