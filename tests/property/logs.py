"""Strategies for event logs: a few cases around a change of the clocks, in any order of lines, with corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.property.rule_files import Draw, chance, one_of
from tests.property.worlds import MATTERS, PEOPLE, TEXTS, World

Line = dict[str, Any]

ANCHORS = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # the clocks of New York go forward
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # and back
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # those of Berlin and the Azores go forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
)
HOURS = (-72, -49, -48, -47, -30, -25, -24.5, -24, -23.5, -23, -12, -2, -1, -0.5, 0, 0.5, 1, 2, 12, 23, 24, 25, 48, 49)
AS_OFS = (*HOURS[::2], *HOURS[12:], 60, 72, 73, 96, 24 * 6, 24 * 8, 24 * 40)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Atlantic/Azores")  # the last changes at midnight


def written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def logs(draw: Draw, world: World, rule_ids: Sequence[str], cases: int = 6) -> tuple[list[Line], datetime]:
    """The lines of a log, and an instant to judge it at."""
    anchor = one_of(draw, ANCHORS)
    lines = [line for number in range(cases) for line in draw(_cases(world, f"k{number}", anchor, rule_ids))]
    as_of = anchor + timedelta(hours=one_of(draw, AS_OFS))
    return draw(st.permutations(lines)), as_of


@st.composite
def _cases(draw: Draw, world: World, case: str, anchor: datetime, rule_ids: Sequence[str]) -> list[Line]:
    start = written(anchor - timedelta(hours=96))
    lines: list[Line] = []
    if chance(draw, 60):
        zones = {name: one_of(draw, ZONES) for name in world.zones if chance(draw, 70)}
        lines.append({"case": case, "type": world.opened, "at": start, **zones})
    lines += [_note(draw, world, case, start, person) for person in PEOPLE if chance(draw, 50)]
    if chance(draw, 20):
        lines.append(_note(draw, world, case, written(anchor), one_of(draw, PEOPLE)))
    happenings = [_happening(draw, world, case, anchor, n) for n in range(draw(st.integers(1, 12)))]
    lines += happenings
    if chance(draw, 25):
        lines.append(_waiver(draw, case, anchor, rule_ids))
    named = [line["id"] for line in happenings if "id" in line]
    if named and chance(draw, 20):
        at = written(anchor + timedelta(hours=one_of(draw, HOURS)))
        lines.append({"case": case, "type": "event.retracted", "at": at, "event": one_of(draw, named)})
    if named and chance(draw, 20):
        lines.append(next(line for line in happenings if line.get("id") == named[0]))
    return lines


def _note(draw: Draw, world: World, case: str, at: str, person: str) -> Line:
    said: Line = {"role": one_of(draw, world.roles)} if chance(draw, 70) else {}
    if chance(draw, 30):
        said[world.lead] = True
    return {"case": case, "type": world.noted, "at": at, "person": person, "name": person.title(), **said}


def _waiver(draw: Draw, case: str, anchor: datetime, rule_ids: Sequence[str]) -> Line:
    at = anchor + timedelta(hours=one_of(draw, HOURS))
    waived = {"rule": one_of(draw, rule_ids), "reason": "fair"}
    line: Line = {"case": case, "type": "waiver.granted", "at": written(at), **waived}
    if chance(draw, 30):
        line["person"] = one_of(draw, PEOPLE)
    if chance(draw, 40):
        line["expires_at"] = written(anchor + timedelta(hours=one_of(draw, HOURS)))
    return line


def _happening(draw: Draw, world: World, case: str, anchor: datetime, number: int) -> Line:
    kind = one_of(draw, [*world.fields, *world.often])
    at = anchor + timedelta(hours=one_of(draw, HOURS))
    line: Line = {"case": case, "type": kind, "at": written(at)}
    if chance(draw, 50):
        line["id"] = f"e{number}"
    for name, how in world.fields[kind].items():
        if str(how).isupper() or chance(draw, 60):
            line[name] = _value(draw, how, at, number)
    return line


def _value(draw: Draw, how: str | tuple[str, ...], at: datetime, number: int) -> object:
    if isinstance(how, tuple):
        return one_of(draw, how)
    match how.lower():
        case "person":
            return one_of(draw, PEOPLE)
        case "people":
            return draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True))
        case "key":
            return one_of(draw, MATTERS)
        case "text":
            return one_of(draw, TEXTS)
        case "topics":
            return [one_of(draw, ("the lamps", "waiting rooms"))]
        case "number":
            return draw(st.integers(0, 3))
        case "instant":
            return written(at - timedelta(hours=one_of(draw, (0, 0.5, 1, 24))))
        case "deadline":
            then = at + timedelta(hours=one_of(draw, (-24, 0, 1, 24, 48)))
            return then.date().isoformat() if chance(draw, 50) else written(then)
        case "code":
            return f"c{number}"
        case _:
            return f"c{draw(st.integers(0, 8))}"
