"""Strategies for event logs: many small cases around a change of the clocks, in any order of lines, with corrections.

Hypothesis draws how many cases, and a seed from which they are made: a case costs next to nothing then, and one run
of the engine judges them all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.property.worlds import MATTERS, PEOPLE, TEXTS, World

Line = dict[str, Any]

ANCHORS = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # the clocks of New York go forward
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # and back
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # those of Berlin and the Azores go forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
)
HOURS = (-72, -49, -48, -25, -24.5, -24, -23, -12, -2, -1, -0.5, 0, 0.5, 1, 2, 23, 24, 25, 48)
AS_OFS = (*HOURS[::2], *HOURS[10:], 60, 72, 73, 96, 24 * 6, 24 * 8, 24 * 40)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Atlantic/Azores")  # the last changes at midnight


def written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def logs(draw: st.DrawFn, world: World, rule_ids: Sequence[str], cases: int) -> tuple[list[Line], datetime]:
    """The lines of a log of up to so many cases, and an instant to judge it at."""
    anchor = draw(st.sampled_from(ANCHORS))
    as_of = anchor + timedelta(hours=draw(st.sampled_from(AS_OFS)))
    count = draw(st.integers(1, cases))
    some = Random(draw(st.integers(0, 2**32 - 1)))
    lines = [line for number in range(count) for line in _case(some, world, f"k{number}", anchor, rule_ids)]
    some.shuffle(lines)
    return [_recorded(some, line) for line in lines], as_of


def known_ats(as_of: datetime) -> st.SearchStrategy[datetime | None]:
    """Instants at which something was known, around the as-of; None where everything counts as known."""
    return st.none() | st.sampled_from([as_of + timedelta(hours=hours) for hours in HOURS])


def _recorded(some: Random, line: Line) -> Line:
    """Some of what happened is written down later, or was before."""
    if not _chance(some, 30):
        return line
    recorded = datetime.fromisoformat(line["at"]) + timedelta(hours=some.choice(HOURS))
    return {**line, "recorded_at": written(recorded)}


def write(path: Path, lines: Sequence[Line]) -> Path:
    """The lines as a file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def _chance(some: Random, percent: int) -> bool:
    return some.random() * 100 < percent


def _case(some: Random, world: World, case: str, anchor: datetime, rule_ids: Sequence[str]) -> list[Line]:
    start = written(anchor - timedelta(hours=96))
    lines: list[Line] = []
    if _chance(some, 60):
        zones = {name: some.choice(ZONES) for name in world.zones if _chance(some, 70)}
        lines.append({"case": case, "type": world.opened, "at": start, **zones})
    lines += [_note(some, world, case, start, person) for person in PEOPLE if _chance(some, 60)]
    if _chance(some, 25):
        lines.append(_note(some, world, case, written(anchor), some.choice(PEOPLE)))
    happenings = [_happening(some, world, case, anchor, number) for number in range(some.randint(1, 12))]
    lines += [_aimed(some, world, line, happenings) for line in happenings]
    if _chance(some, 25):
        lines.append(_waiver(some, case, anchor, rule_ids))
    return lines + _corrections(some, world, case, anchor, lines)


def _aimed(some: Random, world: World, line: Line, happenings: Sequence[Line]) -> Line:
    """What comes back is mostly a letter that was sent."""
    codes = [sent[world.code] for sent in happenings if sent["type"] == world.sent and world.code in sent]
    names = [name for name, how in world.fields[line["type"]].items() if how == "RETURNED"]
    return {**line, **{name: some.choice(codes) for name in names}} if codes and _chance(some, 80) else line


def _corrections(some: Random, world: World, case: str, anchor: datetime, written_lines: Sequence[Line]) -> list[Line]:
    """An event is retracted, or written twice: word for word, or under another id and at another offset."""
    named = [line for line in written_lines if "id" in line]
    lines: list[Line] = []
    if named and _chance(some, 20):
        at = written(anchor + timedelta(hours=some.choice(HOURS)))
        lines.append({"case": case, "type": "event.retracted", "at": at, "event": some.choice(named)["id"]})
    if named and _chance(some, 20):
        lines.append(some.choice(named))
    known = [line for line in named if world.code in line]
    if known and _chance(some, 20):
        line = some.choice(known)
        lines.append({**line, "id": f"again-{line['id']}"})
        if _chance(some, 40):
            at = written(anchor + timedelta(hours=some.choice(HOURS)))
            lines.append({"case": case, "type": "event.retracted", "at": at, "event": f"again-{line['id']}"})
    return lines


def _note(some: Random, world: World, case: str, at: str, person: str) -> Line:
    said: Line = {"role": some.choice(world.roles)} if _chance(some, 70) else {}
    if _chance(some, 30):
        said[world.lead] = True
    return {"case": case, "type": world.noted, "at": at, "person": person, "name": person.title(), **said}


def _waiver(some: Random, case: str, anchor: datetime, rule_ids: Sequence[str]) -> Line:
    at = anchor + timedelta(hours=some.choice(HOURS))
    waived = {"rule": some.choice(rule_ids), "reason": "fair"}
    line: Line = {"case": case, "type": "waiver.granted", "at": written(at), **waived}
    if _chance(some, 30):
        line["person"] = some.choice(PEOPLE)
    if _chance(some, 40):
        line["expires_at"] = written(anchor + timedelta(hours=some.choice(HOURS)))
    return line


def _happening(some: Random, world: World, case: str, anchor: datetime, number: int) -> Line:
    kind = some.choice([*world.fields, *world.often])
    at = anchor + timedelta(hours=some.choice(HOURS))
    line: Line = {"case": case, "type": kind, "at": written(at)}
    if _chance(some, 50):
        line["id"] = f"e{number}"
    for name, how in world.fields[kind].items():
        if str(how).isupper() or _chance(some, 60):
            line[name] = _value(some, how, at, number)
    return line


def _value(some: Random, how: str | tuple[str, ...], at: datetime, number: int) -> object:
    if isinstance(how, tuple):
        return some.choice(how)
    match how.lower():
        case "person":
            return some.choice(PEOPLE)
        case "people":
            return some.sample(PEOPLE, some.randint(1, 2))
        case "key":
            return some.choice(MATTERS)
        case "text":
            return some.choice(TEXTS)
        case "topics":
            return [some.choice(("the lamps", "waiting rooms"))]
        case "number":
            return some.randint(0, 3)
        case "instant":
            return written(at - timedelta(hours=some.choice((0, 0.5, 1, 24))))
        case "deadline":
            then = at + timedelta(hours=some.choice((-24, 0, 1, 24, 48)))
            return then.date().isoformat() if _chance(some, 50) else written(then)
        case "code":
            return f"c{number}"
        case _:
            return f"c{some.randint(0, 8)}"
