"""Which rules case files speak of: those under `only`, and those of which they expect something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from punctilio.casefiles.finding import case_files
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.read import read_case_file
from punctilio.errors import InvalidInputError
from punctilio.tables import columns as c


def tested(paths: Iterable[str | Path]) -> frozenset[str]:
    """The ids that the case files at these paths, and in these folders, name.

    Raises InvalidInputError where there is none, or one is no case file; whether it holds is for ``rules test`` to say.
    """
    files, problems = case_files(paths)
    read = [read_case_file(path) for path in files]
    every = [*problems, *(problem for _, slips in read for problem in slips)]
    if every:
        raise InvalidInputError(every)
    return frozenset(name for file, _ in read if file is not None for name in _named(file))


def _named(file: CaseFile) -> Iterator[str]:
    yield from file.only
    lines = (line for promise in file.promises for line in promise.lines)
    yield from (str(line.values[c.RULE]) for line in lines if line.values.get(c.RULE))
