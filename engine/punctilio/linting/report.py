"""What was found, as text, as JSON, and as an outcome for other programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from punctilio.linting.codes import CODES
from punctilio.linting.values import Slip
from punctilio.model.decision import Level
from punctilio.problems import render
from punctilio.results import Descriptor, Outcome, Related, Result, Tried, fingerprint

PAGES: Final = "docs/lints"
_NOUNS: Final = {
    Level.ERROR: ("error", "errors"),
    Level.WARNING: ("warning", "warnings"),
    Level.ADVICE: ("advice",) * 2,
}


def as_text(sources: Sequence[str], slips: Sequence[Slip]) -> str:
    """For people: each with its line, and how many there are."""
    files = f"{len(sources):,} {'rulebook' if len(sources) == 1 else 'rulebooks'}"
    if not slips:
        return f"{files}, nothing found.\n"
    counts = Counter(slip.level for slip in slips)
    said = [f"{counts[level]:,} {_NOUNS[level][counts[level] > 1]}" for level in Level if counts[level]]
    return "\n".join([*(render(slip.problem, slip.level) for slip in slips), f"{files}: {', '.join(said)}."]) + "\n"


def as_json(sources: Sequence[str], slips: Sequence[Slip]) -> str:
    """For programs."""
    record = {"rulebooks": list(sources), "findings": [_record(slip) for slip in slips]}
    return json.dumps(record, indent=2) + "\n"


def outcome(sources: Sequence[str], slips: Sequence[Slip], codes: Collection[str]) -> Outcome:
    """Each lint of ``codes`` on each rulebook was tried."""
    tried = [
        Tried(suite=source, name=code, results=tuple(_result(s) for s in slips if (s.source, s.code) == (source, code)))
        for source in sources
        for code in sorted(codes)
    ]
    found = sorted({slip.code for slip in slips})
    title = f"{len(sources):,} {'rulebook' if len(sources) == 1 else 'rulebooks'}"
    return Outcome(command="lint", tried=tuple(tried), descriptors=tuple(map(_descriptor, found)), title=title)


def asked(*, has_log: bool, has_tests: bool, ignored: Collection[str]) -> tuple[str, ...]:
    """The codes of the lints that are asked for."""
    needs = {"NEVER-FIRED": has_log, "NO-TEST": has_tests}
    return tuple(code for code in CODES if code not in ignored and needs.get(code, True))


def is_at_least(slips: Collection[Slip], level: str) -> bool:
    """Whether any is of this level or a graver one; for ``never`` none is."""
    grave = [*Level][: [*Level].index(Level(level)) + 1] if level != "never" else []
    return any(slip.level in grave for slip in slips)


def _descriptor(code: str) -> Descriptor:
    meaning = CODES[code]
    return Descriptor(id=code, title=meaning.words, level=meaning.level, page=f"{PAGES}/{code}.md")


def _result(slip: Slip) -> Result:
    problem = slip.problem
    return Result(
        code=problem.code,
        level=slip.level,
        message=problem.sentence,
        location=problem.location,
        fingerprint=fingerprint(problem.code, problem.location.file, *slip.names),
        related=slip.related,
    )


def _record(slip: Slip) -> dict[str, Any]:
    place, source = slip.problem.location, slip.problem.source
    return {
        "rulebook": slip.source,
        "code": slip.code,
        "level": str(slip.level),
        "message": slip.problem.sentence,
        "names": list(slip.names),
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "source": source and source.encode("utf-8", "replace").decode(),
        "related": [_related(one) for one in slip.related],
    }


def _related(one: Related) -> dict[str, Any]:
    place = one.location
    return {"message": one.message, "file": place.file, "line": place.line or None, "column": place.column or None}
