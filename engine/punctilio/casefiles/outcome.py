"""What became of case files in the one shape that every machine reads (``punctilio.results``), and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from punctilio.casefiles import codes
from punctilio.casefiles.comparing import Difference
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.telling import by_what, place_of, sentence, written
from punctilio.casefiles.trying import Answer, TriedFile
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.problems import Problem
from punctilio.results.model import Descriptor, Outcome, Result, Tried, fingerprint

_PAGES = "docs/errors"


def outcome(files: Sequence[TriedFile]) -> Outcome:
    """The outcome of ``rules test``: a suite for each case file, and a test for each of its instants."""
    tried = tuple(one for file in files for one in _tried(file))
    found = sorted({result.code for one in tried for result in one.results})
    meanings = {**codes.MEANINGS, **codes.FAILURES}
    known = tuple(
        Descriptor(id=code, title=meanings.get(code, code), page=f"{_PAGES}/{code}.md" if code in meanings else None)
        for code in found
    )
    return Outcome(command="test", tried=tried, descriptors=known, title=by_what(file.rulebook for file in files))


def _tried(file: TriedFile) -> Iterator[Tried]:
    if file.problems:
        yield Tried(suite=file.name, name="can be tried", results=tuple(map(_of_problem, file.problems)))
    for answer in file.answers if file.file else ():
        yield _instant(file.file, answer) if file.file else Tried(suite=file.name, name="")


def _of_problem(problem: Problem) -> Result:
    line = problem.source.strip() if problem.source else problem.message
    return Result(
        code=problem.code,
        level=Level.ERROR,
        message=problem.sentence,
        location=problem.location,
        fingerprint=fingerprint(problem.code, problem.location.file, line),
    )


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
    asked = difference.line.values if difference.line else [key for key, value in row.items() if value not in (None, [])]
    return {key: row.get(key) for key in asked}


def _written(values: Any, file: CaseFile) -> dict[str, Any] | None:
    if values is None:
        return None
    plain = (str, int, float, bool, type(None))
    return {
        key: value if isinstance(value, plain) else list(map(str, value)) if isinstance(value, list | tuple) else written(value, file)
        for key, value in values.items()
    }


def _place(location: Location) -> dict[str, Any]:
    return {"file": location.file, "line": location.line or None, "column": location.column or None}
