"""Words for what became of case files: what was expected and what is there, where they differ alone, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from punctilio.casefiles import codes
from punctilio.casefiles.clocks import Clock
from punctilio.casefiles.comparing import Difference
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.trying import Answer, TriedFile
from punctilio.inert import inert
from punctilio.location import Location
from punctilio.model.rule import Rulebook
from punctilio.problems import closest
from punctilio.tables import columns as c

_SHOWN: Final = (
    c.NOTE, c.RULE, c.CASE, c.PERSON, c.VERDICT, c.STATUS, c.OPENS_AT, c.DUE_AT, c.EXPIRES_AT, c.DONE_AT, c.ENDED_AT,
    c.BLOCKED_BY, c.LEVEL, c.AT, c.EVENT, c.USED, c.ALLOWED, c.LEFT, c.NEXT, c.NEXT_AT, c.MESSAGE,
)  # fmt: skip
"""What tells one row from another, in this order."""
_CUT: Final = 100


def report(files: Sequence[TriedFile]) -> str:
    """The whole report: by what was judged, each failure, and the sums."""
    parts = [by_what(file.rulebook for file in files), *(part for file in files for part in _parts(file)), sums(files)]
    return "\n".join(part for part in parts if part) + "\n"


def by_what(rulebooks: Iterable[Rulebook | None]) -> str:
    """The rulebooks that judged, with the first digits of their hashes."""
    known = dict.fromkeys((book.name, book.hash[:12]) for book in rulebooks if book)
    named = [f"{inert(name)} {digits}" for name, digits in known]
    more = f" and {len(named) - 3:,} more" if len(named) > 3 else ""
    return f"Judged by {', '.join(named[:3])}{more}." if named else ""


def sums(files: Sequence[TriedFile]) -> str:
    """How many case files and instants, and what became of them."""
    answers = [answer for file in files for answer in file.answers]
    failed = sum(answer.is_failed for answer in answers)
    todo = sum(answer.todo is not None for answer in answers)
    unread = sum(bool(file.problems) for file in files)
    words = [f"{len(answers) - failed - todo:,} as expected", f"{failed:,} not", f"{todo:,} still to do"]
    told = f"{_counted(len(files), 'case file')}, {_counted(len(answers), 'instant')}: {', '.join(words)}."
    return told + (f" {_counted(unread, 'case file')} could not be tried." if unread else "")


def _parts(file: TriedFile) -> Iterator[str]:
    if file.file is None:
        return
    for answer in file.answers:
        if answer.differences and answer.todo is None:
            yield failure(file.file, answer)
        elif answer.differences:
            yield f"\nTo do: {headline(file.file, answer)}\n  {inert(answer.todo or '')}"
        elif answer.todo is not None:
            yield f"\nNo longer to do: {headline(file.file, answer)}\n  It is as expected: take its `todo` out."


def headline(file: CaseFile, answer: Answer) -> str:
    """Which promise: where it stands, and what it is about."""
    place = answer.promise.location
    return f"{place.file}:{place.line}: {inert(file.title)}, {answer.promise.words}"


def failure(file: CaseFile, answer: Answer) -> str:
    """A promise that is not kept, with every difference and the reasons."""
    lines = [f"\nNot as expected: {headline(file, answer)}"]
    if answer.promise.is_range:
        lines.append(f"  It is otherwise at {Clock(file.zone).shown(answer.at)}.")
    for difference, why in zip(answer.differences, answer.reasons, strict=True):
        lines += [f"  {line}" for line in told(file, difference, answer.promise.location)]
        lines += [f"      {sentence}" for sentence in why]
    return "\n".join(lines)


def told(file: CaseFile, difference: Difference, otherwise: Location) -> Iterator[str]:
    """One difference: a line that says where and what, then what was expected (-) and what is there (+)."""
    place = place_of(difference, otherwise)
    where = f"{place.file}:{place.line}:{place.column}"
    if difference.line is not None and difference.row is not None:
        yield f"{where}: The {difference.noun}{_named(difference)} is not as expected."
        for key in difference.keys:
            yield f"  - {key}: {_value(difference.line.values[key], file)}"
            yield f"  + {key}: {_value(difference.row.get(key), file)}"
    elif difference.line is not None:
        yield f"{where}: No {difference.noun} is like this one.{_hint(difference, file)}"
        yield f"  - {line_text(difference.line.values, file)}"
    elif difference.row is not None:
        yield f"{where}: This {difference.noun} is not expected."
        yield f"  + {row_text(difference.row, file)}"


def place_of(difference: Difference, otherwise: Location) -> Location:
    """Where the expectation stands that is not met."""
    if difference.line is None:
        return otherwise
    return difference.line.place(difference.keys[0]) if difference.keys else difference.line.location


def sentence(difference: Difference, file: CaseFile) -> str:
    """One difference in one sentence."""
    match difference.code:
        case codes.MISSING if difference.line is not None:
            return f"No {difference.noun} is {line_text(difference.line.values, file)}."
        case codes.UNEXPECTED if difference.row is not None:
            return f"This {difference.noun} is not expected: {row_text(difference.row, file)}."
        case _:
            line: Mapping[str, Any] = difference.line.values if difference.line else {}
            row = difference.row or {}
            parts = (f"{key} is {_value(row.get(key), file)}, not {_value(line[key], file)}" for key in difference.keys)
            return f"The {difference.noun}{_named(difference)} is not as expected: {'; '.join(parts)}."


def _named(difference: Difference) -> str:
    row = difference.row or {}
    rule = f" of {inert(str(row[c.RULE]))}" if row.get(c.RULE) else ""
    return rule + (f" for {inert(str(row[c.PERSON]))}" if row.get(c.PERSON) else "")


def _hint(difference: Difference, file: CaseFile) -> str:
    if difference.section != "statuses" or difference.line is None:
        return ""
    case = str(difference.line.values[c.CASE])
    if isinstance(file.log, str):
        return " The log has no such case at that instant."
    named = (node.get(c.CASE) for node in file.log)
    known = {file.case if node is None else str(getattr(node, "value", "")) for node in named}
    near = closest(case, known) if case not in known else None
    return f" Did you mean `{inert(near)}`?" if near else " The log has no such case at that instant."


def line_text(values: Any, file: CaseFile) -> str:
    """What is expected, as it could be written."""
    return "{" + ", ".join(f"{key}: {_value(value, file)}" for key, value in values.items()) + "}"


def row_text(row: Any, file: CaseFile) -> str:
    """What is there, as it could be written: what tells it from others."""
    shown = {key: row[key] for key in _SHOWN if row.get(key) not in (None, [], "")}
    if shown.get(c.CASE) == file.case:
        del shown[c.CASE]
    return line_text(shown, file)


def _value(value: Any, file: CaseFile) -> str:
    return inert(_cut(written(value, file)))


def written(value: Any, file: CaseFile) -> str:
    """A value as YAML in one line."""
    if isinstance(value, datetime):
        return Clock(file.zone).shown(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(one, file) for one in cast("list[Any]", value)) + "]"
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return "{" + ", ".join(f"{key}: {written(one, file)}" for key, one in pairs) + "}"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return _scalar(str(value))


def _scalar(text: str) -> str:
    """A text, in quotation marks where it would be read as something else."""
    is_plain = re.fullmatch(r"[A-Za-z][\w .@/+-]*", text) and text.strip() == text
    words = ("null", "true", "false")
    return text if is_plain and text.lower() not in words else json.dumps(text, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else text[: _CUT - 1] + "…"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
