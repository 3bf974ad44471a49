"""Lines that cannot be read, set aside: each as written, with its reasons and the cases that it touches.

A case of which a line is set aside is left out whole. A line that does not say its case may belong to any case of its
file, so that file is in doubt: what its other lines say stands, and nothing is proposed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, cast

import polars as pl

from punctilio.logs import codes
from punctilio.logs.records import Mistake, Record, problem_in
from punctilio.problems import Problem, headline, in_order
from punctilio.tables import columns as c
from punctilio.tables.tables import Log, SetAside
from punctilio.value import replaced

_CASE: Final = re.compile(r'"case"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")?')


def set_aside(file: str, record: Record, mistakes: Iterable[Mistake]) -> SetAside:
    """An event with mistakes."""
    problems = tuple(problem_in(file, record, mistake) for mistake in mistakes)
    event = cast("dict[str, object]", record.value) if isinstance(record.value, dict) else {}
    case, text = event.get(c.CASE), _bytes(record.text.rstrip("\r\n"))
    if isinstance(case, str) and case.strip():
        return SetAside(file, record.line, text, problems, (case,), True)
    return SetAside(file, record.line, text, problems, (), False)


def _bytes(text: str) -> bytes:
    """As in the file: bytes that are no UTF-8 are in a text as halves of characters."""
    return text.encode("utf-8", "surrogateescape")


def set_aside_unread(problem: Problem) -> SetAside:
    """A line that is no event. Its cases are those that it names, if it names any in full each time; where a file is
    cut short, those of what follows are not known."""
    text = problem.source or ""
    named = [_name(said) for said in _CASE.findall(text)]
    cases = tuple(dict.fromkeys(name for name in named if name))
    is_sure = bool(named) and all(named) and problem.code != codes.CUT_SHORT
    return SetAside(problem.location.file, problem.location.line, _bytes(text), (problem,), cases, is_sure)


def _name(said: str) -> str | None:
    """The case, if it is one, and not damaged."""
    try:
        name = json.loads(said) if said else None
        is_whole = isinstance(name, str) and bool(name.strip()) and bool(name.encode())
    except ValueError:  # no text, or half of a character
        return None
    return cast(str, name) if is_whole else None


def with_quarantine(log: Log, bad: Iterable[SetAside]) -> Log:
    """The log without the cases that the ``bad`` lines touch. What is wrong with a whole file stays a problem."""
    lines: list[SetAside] = []
    others: list[SetAside] = []
    for line in bad:
        (lines if all(_is_of_a_line(problem) for problem in line.problems) else others).append(line)
    left_out = sorted({case for line in lines for case in line.cases})
    in_doubt = {line.file for line in lines if not line.is_sure}
    return replaced(
        log,
        events=log.events.filter(~pl.col(c.CASE).is_in(left_out)) if left_out else log.events,
        problems=in_order([*log.problems, *(problem for line in others for problem in line.problems)]),
        quarantine=tuple(sorted(lines, key=lambda line: (line.file, line.line))),
        left_out=tuple(left_out),
        files_in_doubt=tuple(number for number, file in enumerate(log.files) if file in in_doubt),
    )


def _is_of_a_line(problem: Problem) -> bool:
    return problem.code.startswith("LOG-") and problem.code not in codes.OF_WHOLE_FILES


def written(lines: Sequence[SetAside]) -> bytes:
    """The lines, each below its reasons: mended and without those, they can be appended to a log again."""
    return b"".join(_written(line) for line in lines)


def _written(line: SetAside) -> bytes:
    reasons = "".join(f"# {headline(problem)}\n" for problem in line.problems).encode()
    end = b"" if line.text.endswith(b"\n") else b"\n"
    return reasons + line.text + end
