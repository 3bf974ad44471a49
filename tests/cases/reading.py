"""Case files as values, for tests that judge them in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from punctilio.casefiles.comparing import holds
from punctilio.casefiles.judging import Rules, judged, loaded, part_of
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.read import read_case_file
from punctilio.casefiles.trying import instants_of
from punctilio.errors import InvalidInputError
from punctilio.yaml_source import Document, plain, read_document

NOTHING: Mapping[Path, Document] = {}


def plain_yaml(path: Path) -> Any:
    """What a YAML file says, in plain values."""
    document = read_document(path, path.name)
    if document.root is None or document.problems:
        raise InvalidInputError(document.problems)
    return plain(document.root)


def read_case(path: Path) -> CaseFile:
    """The case in a file that is one."""
    file, problems = read_case_file(path)
    if file is None:
        raise InvalidInputError(problems)
    return file


def is_kept(file: CaseFile, given: Mapping[Path, Document] = NOTHING) -> bool:
    """Whether a case file keeps its promise by other documents in place of rule files; by rules that do not load none
    does."""
    try:
        rulebook, log = loaded(file, Rules(), given=given)
    except InvalidInputError:
        return False
    part = part_of(file, rulebook)
    return all(
        holds(file, promise, judged(part, log, instant, promise.known_at).rows)
        for promise in file.promises
        for instant in instants_of(promise, part, log)
    )
