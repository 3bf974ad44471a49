"""(c) The verdicts of rules.yaml in optimised plain Python: one pass over the lines, one over the events of each case.

Instants are microseconds since 1970. Lists are in order, so that "the first after" is a bisection.

    python -m tests.speed.plain_python log.jsonl 2026-11-16T15:00:00Z
"""

from __future__ import annotations

import gc
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

Row = tuple[Any, ...]
Event = tuple[int, dict[str, Any]]
"""Its instant, and its line."""
Moment = tuple[int, int]
"""The place of an event in its case, and its instant."""

HOUR: Final = 3_600_000_000
_ZONE: Final = "America/New_York"
_THANK, _INQUIRE, _ANSWER = "thank-each-interviewer", "inquire-after-the-date", "answer-each-message"
_FEW, _NEEDED = "few-inquiries", "inquire-after-an-interview"
_WEEKEND: Final = (5, 6)


class Verdicts(NamedTuple):
    """Rows in the columns of ``polars_by_hand``: for each instance of an expectation, each breach, each case."""

    decisions: list[Row]
    findings: list[Row]
    statuses: list[Row]


class Instance(NamedTuple):
    """One thing that is expected, and what became of it."""

    rule: str
    person: str | None
    at: int
    opens: int
    due: int
    expires: int
    done: int | None
    ended: int | None
    ended_by: str | None


class Asked(NamedTuple):
    """An inquiry: until when it is too near for another, the place at which it bounced, and its round."""

    n: int
    at: int
    person: str
    free: int
    void: int | None
    round: int


# ── reading ──


def read(lines: Iterable[bytes], loads: Callable[[bytes], Any]) -> dict[str, list[Event]]:
    """The events of each case, in order."""
    cases: dict[str, list[Event]] = {}
    stamp = lru_cache(maxsize=1 << 16)(_stamp)
    for line in lines:
        event = loads(line)
        written = (stamp(event["at"]), event)
        known = cases.get(event["case"])
        if known is None:
            cases[event["case"]] = [written]
        else:
            known.append(written)
    for events in cases.values():
        events.sort(key=itemgetter(0))  # stable: the line breaks ties
    return cases


def _stamp(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


# ── clocks ──


def _instant(local: datetime, zone: tzinfo, fold: int) -> int:
    """A wall time that does not exist moves forward by the gap."""
    there = local.replace(tzinfo=zone, fold=0)
    if fold and (there.replace(fold=1).utcoffset() or timedelta()) < (there.utcoffset() or timedelta()):
        there = there.replace(fold=1)
    return int(there.timestamp()) * 1_000_000


def _later(at: int, zone: tzinfo, days: int, fold: int) -> int:
    local = datetime.fromtimestamp(at // 1_000_000, zone).replace(tzinfo=None)
    return _instant(local + timedelta(days=days), zone, fold)


def _business(at: int, zone: tzinfo, days: int, fold: int) -> int:
    local = datetime.fromtimestamp(at // 1_000_000, zone).replace(tzinfo=None)
    while local.weekday() in _WEEKEND:
        local += timedelta(days=1)
    weeks, rest = divmod(days, 5)
    local += timedelta(days=7 * weeks + rest + (2 if local.weekday() + rest > 4 else 0))
    return _instant(local, zone, fold)


def _passed(written: str, zone: tzinfo) -> int:
    if len(written) > 10:
        return _stamp(written)
    day = date.fromisoformat(written) + timedelta(days=1)
    return _instant(datetime(day.year, day.month, day.day), zone, 1)


# ── one case ──


class Case:
    """What is known of one case: its events by what they are, in order."""

    def __init__(self, events: list[Event], as_of: int, zones: Callable[[str], tzinfo]) -> None:
        self.at = [at for at, _ in events if at <= as_of]
        self.interviews: list[tuple[int, int, list[str]]] = []
        self.frames: list[tuple[int, int, str]] = []
        self.words: list[tuple[int, int, str]] = []
        self.sent: list[tuple[int, int, dict[str, Any]]] = []
        self.void: dict[str, int] = {}
        self.over: Moment | None = None
        zone, elsewhere = None, None
        for n, (at, event) in enumerate(events[: len(self.at)]):
            kind = event["type"]
            if kind == "message.sent":
                self.sent.append((n, at, event))
            elif kind == "message.received":
                if event.get("about", "process") == "process":
                    self.words.append((n, at, event["person"]))
            elif kind == "interview.held":
                self.interviews.append((n, at, event["people"]))
            elif kind == "timeframe.given":
                self.frames.append((n, at, event["decision_by"]))
            elif kind == "message.bounced":
                self.void.setdefault(event["message_id"], n)
            elif kind == "case.opened":
                zone, elsewhere = event.get("zone", zone), event.get("employer_zone", elsewhere)
            elif kind in ("decision.made", "case.withdrawn") and self.over is None:
                self.over = (n, at)
        self.zone = zones(zone or _ZONE)
        self.deadline_zone = zones(elsewhere) if elsewhere else self.zone
        self.held = [n for n, _, _ in self.interviews]
        self.fresh = [_later(at, self.zone, 25, 1) for _, at, _ in self.interviews]
        self.asked: list[Asked] = []
        self.thanks: dict[str, list[Moment]] = {}
        self.answers: dict[str, list[Moment]] = {}
        for n, at, event in self.sent:
            void = self.void.get(event["message_id"])
            purpose = event["purpose"]
            if purpose == "inquiry":
                free, latest = _later(at, self.zone, 7, 0), bisect_right(self.held, n) - 1
                self.asked.append(Asked(n, at, event["person"], free, void, latest))
            if void is None:
                for person in event.get("people") or (event["person"],):
                    self.answers.setdefault(person, []).append((n, at))
                    if purpose == "thank-you":
                        self.thanks.setdefault(person, []).append((n, at))
        self.rounds: dict[int, list[Asked]] = {}
        for asked in self.asked:
            self.rounds.setdefault(asked.round, []).append(asked)

    def is_open(self, n: int) -> bool:
        return self.over is None or n < self.over[0]

    def forbidden(self, at: int) -> tuple[bool, bool, int | None]:
        """Whether inquiries are used up at an instant, whether none may be made, and until when one is too near."""
        place = bisect_right(self.at, at)
        latest = bisect_right(self.held, place - 1) - 1
        alive = self.alive(latest, place)
        free = max((asked.free for asked in alive), default=0)
        unfit = latest < 0 or at > self.fresh[latest]
        return len(alive) >= 2, unfit, free if free > at else None

    def alive(self, latest: int, place: int) -> list[Asked]:
        made = self.rounds.get(latest, ())
        return [asked for asked in made if asked.n < place and (asked.void is None or asked.void >= place)]


def _after(moments: list[Moment], n: int) -> Moment | None:
    found = bisect_right(moments, n, key=itemgetter(0))
    return moments[found] if found < len(moments) else None


def _outcome(done: Moment | None, ends: Iterable[tuple[Moment | None, str]], expires: int) -> Row:
    """When it was settled, or when and by what it ended."""
    if done and done[1] > expires:
        done = None
    first = min(((end, by) for end, by in ends if end), default=None)
    if first and first[0][1] <= expires and (done is None or first[0][0] < done[0]):
        return None, first[0][1], first[1]
    return done and done[1], None, None


def _instances(case: Case) -> Iterator[Instance]:
    for n, at, people in case.interviews:
        if case.is_open(n):
            due, expires = at + 24 * HOUR, at + 336 * HOUR
            for person in dict.fromkeys(people):
                outcome = _outcome(_after(case.thanks.get(person, []), n), [(case.over, "close")], expires)
                yield Instance(_THANK, person, at, at, due, expires, *outcome)
    for n, at, person in case.words:
        if case.is_open(n):
            due, expires = _business(at, case.zone, 2, 1), _later(at, case.zone, 21, 1)
            outcome = _outcome(_after(case.answers.get(person, []), n), [(case.over, "close")], expires)
            yield Instance(_ANSWER, person, at, at, due, expires, *outcome)
    asked = [(each.n, each.at) for each in case.asked if each.void is None]
    words, frames = [(n, at) for n, at, _ in case.words], [(n, at) for n, at, _ in case.frames]
    for n, at, written in case.frames:
        if case.is_open(n):
            by = _passed(written, case.deadline_zone)
            opens, due = _business(by, case.zone, 1, 0), _business(by, case.zone, 4, 1)
            expires = _later(by, case.zone, 30, 1)
            ends = [(_after(words, n), "cancel"), (case.over, "close"), (_after(frames, n), "restart")]
            yield Instance(_INQUIRE, None, at, opens, due, expires, *_outcome(_after(asked, n), ends, expires))


def _verdict(one: Instance, as_of: int) -> str:
    if one.done is not None:
        return "early" if one.done < one.opens else "satisfied" if one.done <= one.due else "late"
    if one.ended_by:
        return "replaced" if one.ended_by == "restart" else "cancelled"
    if one.expires < as_of:
        return "missed"
    return "waiting" if as_of < one.opens else "overdue" if one.due < as_of else "due"


# ── all cases ──


def judge(cases: dict[str, list[Event]], as_of: int) -> Verdicts:
    """Judge every case as it stood at ``as_of``."""
    said = Verdicts([], [], [])
    zones = lru_cache(ZoneInfo)
    for name in sorted(cases):
        case = Case(cases[name], as_of, zones)
        if case.at:
            _judge_case(name, case, as_of, said)
    return said


def _judge_case(name: str, case: Case, as_of: int, said: Verdicts) -> None:
    rows: list[Row] = []
    acts = False
    waits: list[tuple[int, str]] = []
    for one in _instances(case):
        verdict, blocked_by, blocked_until, finding = _verdict(one, as_of), None, None, None
        met = one.done if one.done is not None else one.ended
        if one.due < as_of and not (met is not None and met <= one.due):
            finding = one.due + 1
        if one.rule == _INQUIRE and (finding or verdict in ("due", "overdue")):
            if finding and any(case.forbidden(one.due)):
                finding = one.expires + 1 if verdict == "missed" else None
            if verdict == "missed" and any(case.forbidden(one.expires)):
                verdict, finding = "excused", None if finding == one.expires + 1 else finding
            if verdict in ("due", "overdue"):
                full, unfit, near = case.forbidden(as_of)
                if full or unfit or near:
                    verdict, blocked_by = "blocked", _FEW if full or near else _NEEDED
                    blocked_until = None if full or unfit else near
        if finding:
            level = "error" if one.rule == _THANK else "warning"
            said.findings.append((name, one.rule, level, one.person, finding, None, None))
        acts = acts or verdict in ("due", "overdue")
        if verdict == "waiting":
            waits.append((one.opens, one.rule))
        elif blocked_until:
            waits.append((blocked_until, one.rule))
        rows.append((name, one.rule, one.person, verdict, one.at, one.opens, one.due, one.expires,
                     one.done, one.ended, one.ended_by, blocked_by, blocked_until, finding))  # fmt: skip
    said.decisions.extend(rows)
    _limits(name, case, said)
    until, rule = min(waits) if waits and not acts and not case.over else (None, None)
    said.statuses.append((name, "over" if case.over else "open", case.over and case.over[1], rule, until))


def _limits(name: str, case: Case, said: Verdicts) -> None:
    for asked in case.asked:
        before = case.alive(asked.round, asked.n)
        if len(before) >= 2:
            said.findings.append((name, _FEW, "error", asked.person, asked.at, len(before) + 1, 2))
        elif any(earlier.free > asked.at for earlier in before):
            said.findings.append((name, _FEW, "error", asked.person, asked.at, None, None))
        if asked.round < 0 or asked.at > case.fresh[asked.round]:
            said.findings.append((name, _NEEDED, "error", asked.person, asked.at, None, None))


def main(log: str, as_of: str) -> None:
    gc.disable()  # nothing here is cyclic
    loads: Callable[[bytes], Any] = import_module("orjson").loads
    with Path(log).open("rb") as lines:
        cases = read(lines, loads)
    said = judge(cases, int(datetime.fromisoformat(as_of).astimezone(UTC).timestamp()) * 1_000_000)
    print(len(said.decisions), len(said.findings), len(said.statuses))


if __name__ == "__main__":
    main(*sys.argv[1:])
