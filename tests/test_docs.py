"""The README's and the documentation's code runs, shows what it says, and no link is broken."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from formula2net import errors
from formula2net.cli import main
from formula2net.errors import Formula2NetError

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKED = [*PAGES, ROOT / "CHANGELOG.md"]

# What a fence may be ("" is plain text); a misspelt one would be code that no test runs.
LANGUAGES = ("", "python", "pycon", "text", "bash", "make", "json")
FENCE = re.compile(
    r"^(?P<pad> *)```(?P<language>\S*)[^\n]*\n(?P<body>.*?)^(?P=pad)```$", re.M | re.S
)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
CODE_SPAN = re.compile(r"`[^`\n]*`")  # W[i](x) is no link
HEADING = re.compile(r"^#+ +(?P<title>.+?)(?: +\{#(?P<id>[\w-]+)\})?$", re.MULTILINE)
QUICK = ("show", "compare", "design", "stability", "formulas", "models", "model")  # run as written
CHECKS = doctest.ELLIPSIS | doctest.REPORT_UDIFF


@dataclass(frozen=True)
class Code:
    """A fenced block: its language, its text, and the line of the page it starts at (from 0)."""

    language: str
    text: str
    line: int


def code_of(page: Path) -> Iterator[Code]:
    text = page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        pad = len(fence["pad"])
        body = "".join(line[pad:] or "\n" for line in fence["body"].splitlines(keepends=True))
        yield Code(fence["language"], body, text.count("\n", 0, fence.start()) + 1)


def run(code: Code, page: Path, names: dict[str, Any]) -> None:
    """Runs a block in the page's namespace; a traceback names the page and its line."""
    shown = str(page.relative_to(ROOT)) if page.is_relative_to(ROOT) else page.name
    if code.language == "python":
        source = "\n" * code.line + code.text
        exec(compile(source, shown, "exec", dont_inherit=True), names)  # noqa: S102 - our own pages
    elif code.language == "pycon":
        examples = doctest.DocTestParser().get_examples(code.text, shown)
        test = doctest.DocTest(examples, names, shown, shown, code.line, code.text)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=CHECKS)
        runner.run(test, out=report.append, clear_globs=False)
        names.update(test.globs)
        assert not runner.failures, "".join(report)


def anchors_of(page: Path) -> set[str]:
    """The ids of a page's headings, as the site makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {heading["id"] or slug(heading["title"]) for heading in HEADING.finditer(text)}


def slug(title: str) -> str:
    plain = re.sub(r"[^\w\s-]", "", title.encode("ascii", "ignore").decode()).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


def broken_links(page: Path) -> Iterator[str]:
    text = CODE_SPAN.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    for link in LINK.finditer(text):
        target = link["target"]
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors_of(there)):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_of_the_page_runs_and_shows_what_it_says(page, tmp_path, monkeypatch):
    if "formula2net.train" in page.read_text(encoding="utf-8"):
        pytest.importorskip("lightning")
    monkeypatch.chdir(tmp_path)  # what an example writes goes there
    module = ModuleType(f"{page.stem}_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # classes of examples live there
    for code in code_of(page):
        assert code.language in LANGUAGES, f"{page.name}:{code.line} is {code.language!r}"
        run(code, page, vars(module))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_the_page_are_there_and_the_quick_ones_run(page, capsys):
    for code in code_of(page):
        lines = code.text.splitlines() if code.language == "bash" else []
        for arguments in (shlex.split(line, comments=True) for line in lines):
            if arguments[:1] != ["formula2net"]:
                continue
            quick = arguments[1] in QUICK
            with pytest.raises(SystemExit) as ended:
                main(arguments[1:] if quick else [*arguments[1:2], "--help"])
            assert ended.value.code == 0, capsys.readouterr().err


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.stem)
def test_no_link_is_broken(page):
    assert list(broken_links(page)) == []


def test_a_page_that_shows_something_else_fails(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```pycon\n>>> x\n2\n```\n", encoding="utf-8")
    names: dict[str, Any] = {}
    first, second = code_of(page)
    run(first, page, names)
    with pytest.raises(AssertionError, match="Expected"):
        run(second, page, names)


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A title\n[a](#a-title) [b](#b) [c](other.md) [d](https://x.org/y)\n")
    assert list(broken_links(page)) == ["#b", "other.md"]


@pytest.mark.parametrize("error", Formula2NetError.__subclasses__(), ids=lambda e: e.__name__)
def test_every_error_has_a_section_with_a_message_of_its_own(error):
    if error.__module__ != errors.__name__:
        pytest.skip("an error of an extra")
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    _, _, section = text.partition(f"\n## {error.__name__}\n")
    assert f"formula2net.errors.{error.__name__}: " in section.partition("\n## ")[0]


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r": ([\w-]+\.md)$", navigation, re.MULTILINE))
    assert listed == {page.name for page in (ROOT / "docs").glob("*.md")}
