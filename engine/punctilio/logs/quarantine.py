"""Lines that cannot be read, set aside: each as written, with its reasons and the cases that it touches.

A case of which a line is set aside is left out whole. A line that does not say its case may belong to any case of its
file, so that file is in doubt: what its other lines say stands, and nothing is proposed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple, cast

import polars as pl

from punctilio.logs import codes
from punctilio.logs.records import Mistake, Record, problem_in
from punctilio.problems import Problem, headline
from punctilio.tables import columns as c
from punctilio.tables.tables import Log, SetAside
from punctilio.value import replaced

_BEGUN: Final = re.compile(r'\s*\{\s*"case"\s*:\s*("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt])*")\s*,\s*(?:"|$)')
"""An event whose case is its first field, and is followed by the next."""


def set_aside(file: str, record: Record, mistakes: Iterable[Mistake]) -> SetAside:
    """An event with mistakes."""
    problems = tuple(problem_in(file, record, mistake) for mistake in mistakes)
    event = cast("dict[str, object]", record.value) if isinstance(record.value, dict) else {}
    case, text = event.get(c.CASE), _bytes(record.text.rstrip("\r\n"))
    if isinstance(case, str) and _is_whole(case):
        return SetAside(file, record.line, text, problems, (case,), True)
    return SetAside(file, record.line, text, problems, (), False)


def _bytes(text: str) -> bytes:
    """As in the file: bytes that are no UTF-8 are in a text as halves of characters."""
    return text.encode("utf-8", "surrogateescape")


def set_aside_unread(problem: Problem, *, is_mapped: bool = False) -> SetAside:
    """A line that is no event. Its cases are those that it names for sure; if it ``is_mapped``, its own names for
    things are not ours."""
    text = problem.source or ""
    known = _Known((), False) if is_mapped else _of_json(text) or _of_torn(text, problem)
    return SetAside(problem.location.file, problem.location.line, _bytes(text), (problem,), known.cases, known.is_sure)


class _Known(NamedTuple):
    """The cases that a line touches, and whether it can touch no other."""

    cases: tuple[str, ...]
    is_sure: bool


def _of_json(text: str) -> _Known | None:
    """Of a line whose JSON is whole: what is wrong with it is a key twice, a number, a text. None for any other."""
    try:
        pairs = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return None
    flat = cast("list[object]", pairs) if isinstance(pairs, list) else []
    named = [
        value for key, value in (cast("tuple[str, object]", p) for p in flat if isinstance(p, tuple)) if key == c.CASE
    ]
    cases = tuple(dict.fromkeys(case for case in named if isinstance(case, str) and _is_whole(case)))
    return _Known(cases, bool(named) and all(isinstance(case, str) and _is_whole(case) for case in named))


def _of_torn(text: str, problem: Problem) -> _Known:
    """Of a line that ends too early, whose writer was interrupted: the case that it begins with. Of any other wreck
    nobody knows what it was made of, whatever it names."""
    begun = _BEGUN.match(text) if problem.code == codes.TORN_LINE else None
    if begun is None or text.count('"case"') > 1:
        return _Known((), False)
    case = json.loads(begun[1])
    return _Known((case,), True) if _is_whole(case) else _Known((), False)


def _is_whole(case: str) -> bool:
    """Whether it says something, and holds no half of a character."""
    try:
        return bool(case.strip()) and bool(case.encode())
    except UnicodeEncodeError:
        return False


class Touched(NamedTuple):
    """What lines that are set aside leave of a log: their ``cases`` are left out, and their ``files`` (by number) are
    those of which any case may be theirs."""

    cases: frozenset[str] = frozenset()
    files: tuple[int, ...] = ()


def touched_by(lines: Iterable[SetAside], files: Sequence[str]) -> Touched:
    """By lines of the files of these names."""
    cases: set[str] = set()
    doubtful: set[str] = set()
    for line in lines:
        cases.update(line.cases)
        if not line.is_sure:
            doubtful.add(line.file)
    return Touched(frozenset(cases), tuple(number for number, name in enumerate(files) if name in doubtful))


def with_quarantine(log: Log, lines: Iterable[SetAside]) -> Log:
    """The log without the cases that these ``lines`` touch."""
    ordered = tuple(sorted(lines, key=place_in(log.files)))
    return replaced(without(log, touched_by(ordered, log.files)), quarantine=ordered)


def without(log: Log, touched: Touched) -> Log:
    """The log without the events of these cases, and with these files in doubt."""
    left_out = tuple(sorted(touched.cases))
    kept = log.events.filter(~pl.col(c.CASE).is_in(left_out)) if left_out else log.events
    return replaced(with_doubt(replaced(log, events=kept), touched.files), left_out=left_out)


def place_in(files: Sequence[str]) -> Callable[[SetAside], tuple[int, int]]:
    """Where a line stands in a log of these files: what the lines that are set aside are ordered by."""
    numbers = {name: number for number, name in enumerate(files)}
    return lambda line: (numbers[line.file], line.line)


def with_doubt(log: Log, files: Iterable[int]) -> Log:
    """The log with these files, and the cases that they have an event of, in doubt."""
    numbers = frozenset(files)
    if not numbers:
        return log
    there = log.events.filter(pl.col(c.FILE).is_in(list(numbers)))[c.CASE]
    cases = {*there.unique(), *(case for case, file in log.copies if file in numbers)}
    return replaced(log, files_in_doubt=tuple(sorted(numbers)), in_doubt=tuple(sorted(cases)))


def by_line(lines: Iterable[SetAside]) -> Iterator[list[SetAside]]:
    """Those that are of one line together: it may have been meant for several events. They follow each other."""
    return (list(same) for _, same in groupby(lines, key=lambda line: (line.file, line.line, line.text)))


def written(lines: Iterable[SetAside]) -> Iterator[bytes]:
    """Each line once, below its reasons: mended and without those, they can be appended to a log again."""
    return (_written(same[0].text, same) for same in by_line(lines))


def _written(text: bytes, same: Sequence[SetAside]) -> bytes:
    reasons = dict.fromkeys(headline(problem) for line in same for problem in line.problems)
    end = b"" if text.endswith(b"\n") else b"\n"
    return "".join(f"# {reason}\n" for reason in reasons).encode() + text + end
