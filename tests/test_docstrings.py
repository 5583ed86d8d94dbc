"""help() of every public callable says what each of its parameters is."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import formula2net

SECTION = re.compile(r"^(?:Args|Attributes):\n((?:    .*\n|\n)+)", re.MULTILINE)


def _public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions and classes, and the methods that are written for these classes."""
    for name in formula2net.__all__:
        item = getattr(formula2net, name)
        if not callable(item):
            continue
        yield name, item
        for key, method in inspect.getmembers(item, inspect.isroutine):
            ours = (getattr(method, "__module__", None) or "").startswith("formula2net.")
            if inspect.isclass(item) and ours and not key.startswith("_"):
                yield f"{name}.{key}", method


def _documented(item: Callable[..., Any]) -> set[str]:
    """What its docstring explains; a class without parameters of its own has those of its base."""
    owners = inspect.getmro(item) if inspect.isclass(item) else (item,)
    texts = (f"{inspect.cleandoc(owner.__doc__ or '')}\n" for owner in owners)
    sections = (section for text in texts for section in SECTION.findall(text))
    found = next(sections, "")
    return set(re.findall(r"^    \*{0,2}(\w+):", found, re.MULTILINE))


def _parameters(item: Callable[..., Any]) -> set[str]:
    return {name for name in inspect.signature(item).parameters if name not in ("self", "cls")}


PUBLIC = dict(_public())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_is_explained(name: str) -> None:
    assert _parameters(PUBLIC[name]) <= _documented(PUBLIC[name])


WITH_EXAMPLES = [name for name, item in PUBLIC.items() if ">>>" in (item.__doc__ or "")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name: str) -> None:
    names = {name: getattr(formula2net, name) for name in formula2net.__all__}
    runner = doctest.DocTestRunner(verbose=False)
    text = inspect.getdoc(PUBLIC[name]) or ""
    example = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    assert runner.run(example).failed == 0


def test_methods_are_among_them() -> None:
    assert {"Recursion.paths", "Network.compile_blocks", "Backbone.cifar"} <= PUBLIC.keys()
    assert {"Recursion.paths", "Recursion.closed_form"} <= {*WITH_EXAMPLES}
    assert _parameters(PUBLIC["search"]) > {"lag", "where", "depth"}
