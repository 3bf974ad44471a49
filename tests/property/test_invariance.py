"""What changes nothing: the order of lines, rules and files, another offset, what comes after the as-of instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.model.rule import Rulebook
from tests.property.both import Workshop, differences, told
from tests.property.logs import HOURS, Line, logs
from tests.property.rule_files import rule_files
from tests.property.worlds import LETTERS, WORLDS, World
from tests.reference.rows import Reference, Spot

CORRECTIONS = ("waiver.granted", "event.retracted", *(world.returned for world in WORLDS))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Rules, a log, and an instant to judge it at."""

    workshop: Workshop
    rules: dict[str, Any]
    rulebook: Rulebook
    lines: list[Line]
    as_of: datetime

    def told(self, lines: Sequence[Line], as_of: datetime | None = None, rulebook: Rulebook | None = None) -> Reference:
        return told(self.workshop.judged(rulebook or self.rulebook, as_of or self.as_of, lines))


def scenario(data: st.DataObject, world: World, folder: Path) -> Scenario:
    rules = data.draw(rule_files(world))
    lines, as_of = data.draw(logs(world, [rule["id"] for rule in rules["rules"]], cases=12))
    return Scenario(Workshop(folder), rules, Workshop(folder).rules(rules), lines, as_of)


def at(line: Line) -> datetime:
    return datetime.fromisoformat(line["at"])


def consistent(lines: Sequence[Line]) -> list[Line]:
    """Without the retractions of what is not there."""
    known = {(line["case"], line.get("id")) for line in lines}
    return [line for line in lines if "event" not in line or (line["case"], line["event"]) in known]


@pytest.fixture
def tried(tmp_path: Path, effort: settings) -> Callable[[Callable[[st.DataObject, Scenario], None]], None]:
    """Tries a property on generated scenarios."""

    def run(check: Callable[[st.DataObject, Scenario], None]) -> None:
        @effort
        @given(st.data())
        def hold(data: st.DataObject) -> None:
            check(data, scenario(data, LETTERS, tmp_path))

        hold()

    return run


Tried = Callable[[Callable[[st.DataObject, Scenario], None]], None]


def test_the_order_of_lines_changes_nothing(tried: Tried) -> None:
    """Only lines of one case and one instant must keep their order, for it is what breaks their tie."""

    def check(data: st.DataObject, one: Scenario) -> None:
        shuffled = _shuffled(data, one.lines)
        came_from = {(0, new + 1): (0, old + 1) for new, old in enumerate(shuffled)}
        moved = one.told([one.lines[number] for number in shuffled])
        assert differences(_relabelled(moved, came_from), one.told(one.lines)) == []

    tried(check)


def _shuffled(data: st.DataObject, lines: Sequence[Line]) -> list[int]:
    """The numbers of the lines in another order, those of one case and instant in the order they had."""
    order: list[int] = data.draw(st.permutations(range(len(lines))))
    waiting: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        waiting[line["case"], at(line)].append(number)
    return [waiting[lines[number]["case"], at(lines[number])].pop(0) for number in order]


def _relabelled(reference: Reference, places: dict[Spot, Spot]) -> Reference:
    """The same rows, with events called by the places that they had."""
    decisions = tuple(
        replace(row, trigger=places[row.trigger], done=row.done and places[row.done]) for row in reference.decisions
    )
    findings = tuple(replace(row, event=places[row.event]) for row in reference.findings)
    return replace(reference, decisions=decisions, findings=findings)


def test_the_order_of_rules_and_rule_files_changes_nothing(tried: Tried) -> None:
    def check(data: st.DataObject, one: Scenario) -> None:
        rules = data.draw(st.permutations(one.rules["rules"]))
        cut = data.draw(st.integers(0, len(rules)))
        base = one.workshop.folder / "base.yaml"
        one.workshop.write(base, {**one.rules, "rules": []})
        files = [{"language": 1, "extends": [str(base)], "rules": part} for part in (rules[:cut], rules[cut:])]
        assert differences(one.told(one.lines, rulebook=one.workshop.rules(*files)), one.told(one.lines)) == []

    tried(check)


def test_what_comes_after_the_as_of_instant_changes_nothing(tried: Tried) -> None:
    def check(data: st.DataObject, one: Scenario) -> None:
        seen = consistent([line for line in one.lines if at(line) <= one.as_of])
        later = [line for line in one.lines if at(line) > one.as_of]
        assert differences(one.told(consistent([*seen, *later])), one.told(seen)) == []

    tried(check)


def test_to_know_everything_changes_nothing(tried: Tried) -> None:
    """What was known when everything was recorded is what is known without asking when."""

    def check(data: st.DataObject, one: Scenario) -> None:
        recorded = [datetime.fromisoformat(line.get("recorded_at") or line["at"]) for line in one.lines]
        later = max(recorded) + timedelta(hours=data.draw(st.sampled_from([0, 1])))
        known = one.workshop.judged(one.rulebook, one.as_of, one.lines, known_at=later)
        usual = one.workshop.judged(one.rulebook, one.as_of, one.lines)
        assert differences(told(known), told(usual)) == []
        assert known.notes.equals(usual.notes)

    tried(check)


def test_another_offset_changes_nothing(tried: Tried) -> None:
    def check(data: st.DataObject, one: Scenario) -> None:
        offset = timezone(timedelta(minutes=data.draw(st.sampled_from([-720, -210, 60, 345, 840]))))
        moved = [{name: _in_zone(value, offset) for name, value in line.items()} for line in one.lines]
        assert differences(one.told(moved, one.as_of.astimezone(offset)), one.told(one.lines)) == []

    tried(check)


def _in_zone(value: Any, zone: timezone) -> Any:
    """The same instant with another offset; anything else as it is."""
    is_instant = isinstance(value, str) and value.endswith("Z") and "T" in value
    return datetime.fromisoformat(value).astimezone(zone).isoformat() if is_instant else value


def test_as_time_goes_by_no_finding_goes_away(tried: Tried) -> None:
    """Unless a waiver, a retraction or something that takes a letter back comes in between."""

    def check(data: st.DataObject, one: Scenario) -> None:
        later = one.as_of + timedelta(hours=data.draw(st.sampled_from([hours + 73 for hours in HOURS])))
        between = [line for line in one.lines if one.as_of < at(line) <= later and line["type"] in CORRECTIONS]
        lines = consistent([line for line in one.lines if line not in between])
        before, after = (set(one.told(lines, instant).findings) for instant in (one.as_of, later))
        assert before <= after

    tried(check)
