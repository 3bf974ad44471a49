"""What a case file promises beside what the engine says: where they differ.

Both sides count: a promise that nothing keeps is a difference, and so is what nobody promised. Decisions and findings
are complete, allowances and notes where a case file says anything of them; statuses are asked for by case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from punctilio.casefiles import codes
from punctilio.casefiles.judging import EventName, Row, Rows
from punctilio.casefiles.model import CaseFile, Line, Promise
from punctilio.tables import columns as c
from punctilio.value import Value

NOUNS: Final[Mapping[str, str]] = {
    "decisions": "decision",
    "findings": "finding",
    "allowances": "allowance",
    "notes": "note",
    "statuses": "status",
}
_SETS: Final = frozenset({c.PEOPLE, c.WARNED_BY, c.NEAR, c.EVENTS})
_Pairs: TypeAlias = Mapping[int, int]


class Difference(Value, kw_only=True):
    """``line`` is what is expected, and ``row`` what is there; one of them is None where there is only the other.
    ``keys`` are those in which they differ."""

    code: str
    section: str
    line: Line | None
    row: Row | None
    keys: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        return NOUNS[self.section]

    @property
    def rule(self) -> str | None:
        said = self.line.values.get(c.RULE) if self.line else None
        return str(said) if said else self.row[c.RULE] if self.row else None


def differences(file: CaseFile, promise: Promise, rows: Rows) -> tuple[Difference, ...]:
    """Where the answer is not what is promised."""
    return tuple(
        difference
        for section in NOUNS
        if (lines := _promised(section, promise)) is not None
        for difference in _compared(section, lines, spoken_of(section, file, promise, rows))
    )


def holds(file: CaseFile, promise: Promise, rows: Rows) -> bool:
    """Whether the answer is what is promised."""
    return next(iter(differences(file, promise, rows)), None) is None


def spoken_of(section: str, file: CaseFile, promise: Promise, every: Rows) -> list[Row]:
    """The rows of a section that a promise speaks of."""
    rows = every[section]
    if section == "statuses":
        cases = {line.values[c.CASE] for line in promise.statuses}
        return [row for row in rows if row[c.CASE] in cases]
    return [row for row in rows if not file.only or row[c.RULE] in file.only]


def _promised(section: str, promise: Promise) -> tuple[Line, ...] | None:
    lines: tuple[Line, ...] | None = getattr(promise, section)
    return lines


def fits(line: Line, row: Row) -> bool:
    """Whether a row is as expected, in all that the line says."""
    return all(is_as_expected(key, wanted, row.get(key)) for key, wanted in line.values.items())


def is_as_expected(key: str, wanted: Any, actual: Any) -> bool:
    """Whether a value is the expected one: words of a message, things in any order, else the same."""
    if key == c.MESSAGE:
        return str(wanted) in (actual or "")
    if key in _SETS:
        return sorted(map(str, wanted or ())) == sorted(map(str, actual or ()))
    return bool(wanted == actual or (isinstance(actual, EventName) and wanted == actual.place))


def _compared(section: str, lines: Sequence[Line], rows: Sequence[Row]) -> Iterator[Difference]:
    exact = _pairs(lines, rows, fits)
    left = [number for number in range(len(lines)) if number not in exact]
    over = [number for number in range(len(rows)) if number not in set(exact.values())]
    meant = _likely(lines, rows, left, over)
    for number in left:
        if number in meant:
            line, row = lines[number], rows[meant[number]]
            keys = tuple(k for k, wanted in line.values.items() if not is_as_expected(k, wanted, row.get(k)))
            yield Difference(code=codes.DIFFERENT, section=section, line=line, row=row, keys=keys)
        else:
            yield Difference(code=codes.MISSING, section=section, line=lines[number], row=None)
    for number in over:
        if number not in meant.values():
            yield Difference(code=codes.UNEXPECTED, section=section, line=None, row=rows[number])


def _pairs(lines: Sequence[Line], rows: Sequence[Row], fit: Callable[[Line, Row], bool]) -> _Pairs:
    """As many lines as can be, each with a row of its own (augmenting paths)."""
    row_of: dict[int, int] = {}
    line_of: dict[int, int] = {}

    def place(line: int, tried: set[int]) -> bool:
        for number, row in enumerate(rows):
            if number in tried or not fit(lines[line], row):
                continue
            tried.add(number)
            if number not in line_of or place(line_of[number], tried):
                line_of[number], row_of[line] = line, number
                return True
        return False

    for line in range(len(lines)):
        place(line, set())
    return {line: number for number, line in line_of.items()}


def _likely(
    lines: Sequence[Line], rows: Sequence[Row], left: Iterable[int], over: Collection[int]
) -> Mapping[int, int]:
    """The row that each line most likely means: of its rule, case and person, and alike in most of the rest."""
    alike = [
        (sum(is_as_expected(k, v, rows[row].get(k)) for k, v in lines[line].values.items()), -line, -row)
        for line in left
        for row in over
        if all(is_as_expected(k, lines[line].values[k], rows[row].get(k)) for k in _names(lines[line]))
    ]
    found: dict[int, int] = {}
    for _, line, row in sorted(alike, reverse=True):
        if -line not in found and -row not in found.values():
            found[-line] = -row
    return found


def _names(line: Line) -> Iterable[str]:
    """What says which thing a line is about."""
    return (key for key in (c.RULE, c.CASE, c.PERSON, c.NOTE) if key in line.values)
