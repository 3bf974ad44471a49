"""Mistakes of people (``Problem`` values) as results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from punctilio.model.decision import Level
from punctilio.problems import Problem
from punctilio.results.model import Descriptor, Outcome, Result, Tried, fingerprint

PAGES: Final = "docs/errors"


def of_problems(
    command: str, title: str, files: Iterable[str], problems: Collection[Problem], meanings: Mapping[str, str]
) -> Outcome:
    """What a command found that looks at files: each of them was tried. ``meanings`` are those of the codes."""
    tried = of_files(f"rules {command}", files, problems)
    return Outcome(command=command, title=title, tried=tuple(tried), descriptors=descriptors(problems, meanings))


def of_files(suite: str, files: Iterable[str], problems: Iterable[Problem]) -> Iterator[Tried]:
    """Each file that was looked at, with what is wrong in it, and the others that have problems: by name."""
    by_file = groupby(sorted(problems, key=_place), key=lambda problem: problem.location.file)
    found = dict.fromkeys(files, ()) | {file: tuple(map(of_problem, those)) for file, those in by_file}
    return (Tried(suite=suite, name=file, results=results) for file, results in sorted(found.items()))


def descriptors(problems: Iterable[Problem], meanings: Mapping[str, str]) -> tuple[Descriptor, ...]:
    """What the codes of these problems mean."""
    return of_codes({problem.code for problem in problems}, meanings)


def of_codes(codes: Iterable[str], meanings: Mapping[str, str]) -> tuple[Descriptor, ...]:
    """What these codes mean."""
    return tuple(
        Descriptor(id=code, title=meanings.get(code, code), page=f"{PAGES}/{code}.md" if code in meanings else None)
        for code in sorted(codes)
    )


def _place(problem: Problem) -> tuple[object, ...]:
    return (problem.location, problem.code, problem.message)


def of_problem(problem: Problem) -> Result:
    """The line that is wrong says which mistake it is, wherever it stands; of a whole file its words do."""
    line = problem.source.strip() if problem.source else problem.message
    return Result(
        code=problem.code,
        level=Level.ERROR,
        message=problem.sentence,
        location=problem.location,
        fingerprint=fingerprint(problem.code, problem.location.file, line),
    )
