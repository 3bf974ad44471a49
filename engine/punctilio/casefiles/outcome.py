"""What became of case files in the one shape that every machine reads (``punctilio.results``), and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from punctilio.casefiles import codes
from punctilio.casefiles.comparing import Difference
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.telling import by_what, place_of, sentence, written
from punctilio.casefiles.trying import Answer, TriedFile
from punctilio.location import Location
from punctilio.logs.codes import MEANINGS as LOG_CODES
from punctilio.model.decision import Level
from punctilio.results.model import Outcome, Result, Tried, fingerprint
from punctilio.results.problems import of_codes, of_problem
from punctilio.rulebook.codes import CODES as RULE_CODES


def outcome(files: Sequence[TriedFile]) -> Outcome:
    """The outcome of ``rules test``: a suite for each case file, and a test for each of its instants."""
    tried = tuple(one for file in files for one in _tried(file))
    found = {result.code for one in tried for result in one.results}
    known = of_codes(found, {**codes.MEANINGS, **codes.FAILURES, **RULE_CODES, **LOG_CODES})
    return Outcome(command="test", tried=tried, descriptors=known, title=by_what(file.rulebook for file in files))


def _tried(file: TriedFile) -> Iterator[Tried]:
    if file.problems:
        yield Tried(suite=file.name, name="can be tried", results=tuple(map(of_problem, file.problems)))
    if file.file is not None:
        yield from (_instant(file.file, answer) for answer in file.answers)


def _instant(file: CaseFile, answer: Answer) -> Tried:
    results = tuple(
        Result(
            code=difference.code,
            level=Level.ERROR,
            message=sentence(difference, file),
            location=place_of(difference, answer.promise.location),
            fingerprint=_fingerprint(file, answer, difference),
            why=why,
        )
        for difference, why in zip(answer.differences, answer.reasons, strict=True)
    )
    return Tried(suite=file.name, name=f"{file.title}, {answer.promise.words}", results=results, todo=answer.todo)


def _fingerprint(file: CaseFile, answer: Answer, difference: Difference) -> str:
    """By what is promised, not by what is there: the same promise is broken until it is kept."""
    row = difference.row or {}
    said = json.dumps(difference.line.values if difference.line else {}, default=str, sort_keys=True)
    about = (str(row.get(key) or "") for key in ("case", "rule", "person"))
    return fingerprint(difference.code, file.name, answer.promise.words, difference.section, said, *about)


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(files: Sequence[TriedFile], **more: Any) -> str:
    """All of it as one JSON object, with ``more`` members."""
    answers = [answer for file in files for answer in file.answers]
    failed = sum(answer.is_failed for answer in answers)
    todo = sum(answer.todo is not None for answer in answers)
    record = {
        "sums": {
            "files": len(files),
            "instants": len(answers),
            "passed": len(answers) - failed - todo,
            "failed": failed,
            "todo": todo,
            "unreadable": sum(bool(file.problems) for file in files),
        },
        "files": [_file(file) for file in files],
        **more,
    }
    return json.dumps(record, indent=2, ensure_ascii=True) + "\n"


def _file(file: TriedFile) -> dict[str, Any]:
    book = file.rulebook
    return {
        "file": file.name,
        "title": file.file.title if file.file else None,
        "rulebook": {"name": book.name, "hash": book.hash} if book else None,
        "instants": [_answer(file.file, answer) for answer in file.answers] if file.file else [],
        "problems": [
            {"code": problem.code, "message": problem.sentence, **_place(problem.location)} for problem in file.problems
        ],
    }


def _answer(file: CaseFile, answer: Answer) -> dict[str, Any]:
    promise = answer.promise
    when = {"from": f"{promise.first.isoformat()}Z", "until": f"{promise.last.isoformat()}Z"}
    return {
        **(when if promise.is_range else {"as_of": when["from"]}),
        "words": promise.words,
        "line": promise.location.line,
        "result": "failed" if answer.is_failed else "todo" if answer.todo is not None else "passed",
        "todo": answer.todo,
        "at": f"{answer.at.isoformat()}Z" if answer.differences else None,
        "differences": [
            {
                "code": difference.code,
                "section": difference.section,
                "message": sentence(difference, file),
                "expected": _written(difference.line.values if difference.line else None, file),
                "actual": _written(_of_row(difference), file),
                "why": list(why),
                **_place(place_of(difference, promise.location)),
            }
            for difference, why in zip(answer.differences, answer.reasons, strict=True)
        ],
    }


def _of_row(difference: Difference) -> dict[str, Any] | None:
    """Of what is there, what was asked for; all that says something where nothing was."""
    row = difference.row
    if row is None:
        return None
    known = (key for key, value in row.items() if value not in (None, []))
    asked = difference.line.values if difference.line else known
    return {key: row.get(key) for key in asked}


def _written(values: Any, file: CaseFile) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: _plain(value, file) for key, value in values.items()}


def _plain(value: Any, file: CaseFile) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one, file) for one in cast("list[Any]", value)]
    return value if value is None or isinstance(value, str | int | float) else written(value, file)


def _place(location: Location) -> dict[str, Any]:
    return {"file": location.file, "line": location.line or None, "column": location.column or None}
