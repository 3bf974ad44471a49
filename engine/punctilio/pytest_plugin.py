"""pytest collects case files: those whose names fit the ini option ``punctilio_cases``; without it, those that are
called `*.case.yaml` or name the schema of case files in their first line.

It takes no other YAML file for one of ours. Where no file fits, nothing of the engine is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from punctilio.casefiles.trying import Answer, TriedFile

OPTION: Final = "punctilio_cases"
DEFAULT: Final = ("*.case.yaml", "*.case.yml")
_LINE: Final = re.compile(rb"# yaml-language-server: \$schema=\S*\bcase\.schema\.json\s")
"""What editors read, and `rules init` writes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        OPTION,
        "Which files are case files of Punctilio: patterns of names (*.case.yaml), or of paths from the root "
        "(cases/*.yaml; a * goes through folders). Without it: *.case.yaml, and what names the schema of case files in "
        "its first line.",
        type="args",
        default=[],
    )
    parser.addini("punctilio_rules", "The rules that judge case files that name none.", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    patterns: list[str] = parent.config.getini(OPTION)
    if file_path.suffix in (".yaml", ".yml") and _fits(file_path, parent.config.rootpath, patterns):
        collector: pytest.Collector = CaseFileCollector.from_parent(parent, path=file_path)
        return collector
    return None


def _fits(path: Path, root: Path, patterns: Sequence[str]) -> bool:
    """A pattern with a slash is one of the path from the root, any other one of the name. Without patterns, files say
    what they are."""
    if not patterns:
        return _fits(path, root, DEFAULT) or _names_its_schema(path)
    whole = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return any(fnmatch(whole if "/" in pattern else path.name, pattern) for pattern in patterns)


def _names_its_schema(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _LINE.match(file.readline(1000)) is not None
    except OSError:
        return False


class CaseFileCollector(pytest.File):
    """A case file: a test for each of its instants."""

    @cached_property
    def tried(self) -> TriedFile:
        """The file, tried once."""
        from punctilio.casefiles.judging import DEFAULT as PACK
        from punctilio.casefiles.judging import Rules
        from punctilio.casefiles.trying import try_file

        otherwise = tuple(str(self.config.rootpath / rules) if (self.config.rootpath / rules).is_file() else rules
                          for rules in self.config.getini("punctilio_rules"))  # fmt: skip
        return try_file(self._shown(), Rules(otherwise=otherwise or (PACK,)))

    def _shown(self) -> Path:
        """The path as people write it, from where pytest runs."""
        here = Path.cwd()
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path

    def collect(self) -> Iterable[pytest.Item]:
        from punctilio.casefiles.read import read_case_file

        file, problems = read_case_file(self._shown())
        if file is None:
            from punctilio.problems import render

            raise self.CollectError("\n".join(map(render, problems)))
        names: dict[str, int] = {}
        for number, promise in enumerate(file.promises):
            again = names[promise.words] = names.get(promise.words, 0) + 1
            name = promise.words if again == 1 else f"{promise.words} ({again})"
            yield PromiseItem.from_parent(self, name=name, number=number, line=promise.location.line)


class _UnmetError(Exception):
    """What a failure says is said already."""


class PromiseItem(pytest.Item):
    """One instant, or range, of a case file."""

    def __init__(self, *, number: int, line: int, **other: Any) -> None:
        super().__init__(**other)
        self.number = number
        self.line = line

    def runtest(self) -> None:
        from punctilio.problems import render

        tried = self._file.tried
        if tried.problems:
            raise _UnmetError("\n".join(map(render, tried.problems)))
        answer = tried.answers[self.number]
        if answer.differences:
            text = self._told(answer)
            if answer.todo is not None:
                pytest.xfail(answer.todo)
            raise _UnmetError(text)

    def _told(self, answer: Answer) -> str:
        from punctilio.casefiles.telling import failure

        file = self._file.tried.file
        return failure(file, answer).strip() if file else ""

    @property
    def _file(self) -> CaseFileCollector:
        assert isinstance(self.parent, CaseFileCollector)
        return self.parent

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _UnmetError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name
