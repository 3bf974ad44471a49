"""Which files are case files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from punctilio.casefiles import codes
from punctilio.location import Location
from punctilio.problems import Problem, closest
from punctilio.yaml_source import MapNode, parse_document

SUFFIXES: Final = (".yaml", ".yml")
_HEAD: Final = 1 << 20
_KEYS: Final = (rb"^[\"']?log[\"']?[ \t]*:", rb"^[\"']?at[\"']?[ \t]*:")


def is_case_file(path: str | Path) -> bool:
    """Whether a file is a mapping with a ``log`` and an ``at``, as no rule file, map or log is, right or wrong."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(_HEAD)
    except (OSError, ValueError):
        return False
    if data.lstrip()[:1] != b"{":
        return all(re.search(pattern, data, re.MULTILINE) for pattern in _KEYS)
    root = parse_document(data, str(path)).root
    return isinstance(root, MapNode) and {"log", "at"} <= {entry.key for entry in root.entries}


def case_files(paths: Iterable[str | Path]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The case files that are named, and those in folders (however deep), each once; and where there is none.

    A file that is named is one; in a folder, those are which a YAML file's content shows to be.
    """
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(_inside(path))
            if not inside:
                message = "No file in this folder is a case file: a YAML mapping with a `title`, a `log` and an `at`."
                problems.append(Problem(codes.NO_FILES, message, Location(str(path))))
        elif path.is_file():
            inside = [path]
        else:
            inside = []
            problems.append(_no_such(path))
        for file in inside:
            found.setdefault(file.resolve(), file)
    return tuple(found.values()), tuple(problems)


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not is_hidden and path.suffix in SUFFIXES and path.is_file() and is_case_file(path):
            yield path


def _no_such(path: Path) -> Problem:
    try:
        near = closest(path.name, (sibling.name for sibling in path.parent.iterdir()))
    except OSError:
        near = None
    meant = str(path.with_name(near)) if near else None
    return Problem(codes.NO_FILES, "There is no such file or folder. Correct its name.", Location(str(path)), meant)
