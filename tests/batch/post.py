"""A post office: some hundreds of cases, judged by a few rules of every kind, in parts as small as one likes."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from punctilio.batch.clock import Clock
from punctilio.batch.reading import unwatched
from punctilio.batch.run import Wanted, judged
from punctilio.batch.sizes import Budget
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import load_rules
from punctilio.selection import EVERYTHING, Selection, has_level

AS_OF: Final = datetime(2026, 4, 20, 12, tzinfo=UTC)
IN_ONE_PIECE: Final = Budget(jobs=1, part=10**6, run=10**6, piece=10**6)
IN_PARTS: Final = Budget(jobs=1, part=400, run=500, piece=100)
BY_THREADS: Final = Budget(jobs=2, part=400, run=10**6, piece=10**6)

RULES: Final = """\
language: 1
pack: post
vocabulary:
  name: post
  events:
    letter.came: {fields: {person: {type: person}, city: {type: string}}}
    letter.sent: {fields: {person: {type: person}, text: {type: text}, message_id: {type: string}}}
    parcel.came: {fields: {weight: {type: number}}}
  parts: {addressees: [[person]], case_zone: {event: letter.came, field: city}, identity: message_id}
rules:
  - id: answer
    title: Answer within two days
    force: must
    expect: {when: letter.came, until: letter.sent, window: {due: 2 days, expires: 60 days}, do: {type: letter.sent}}
  - id: answer-briefly
    force: should
    check: {of: letter.sent, field: text, words: {lte: 4}}
  - id: one-a-day
    force: must
    limit: {of: letter.sent, per: [case], gap: 1 day}
  - id: open-the-parcel
    force: should
    expect: {when: parcel.came, until: letter.sent, window: {due: 1 day}}
  - id: reply-only
    force: should
    require: {of: letter.sent, after: letter.came}
  - id: weigh
    force: may
    expect: {when: {type: parcel.came, weight: {gt: 1000}}, until: letter.sent, window: {due: 1 day}}
  - id: silent
    close: {when: letter.sent, silence_for: 30 days, unless: letter.came, status: silent}
"""


class Post(NamedTuple):
    """Files of a log that is one, and what judges it."""

    logs: tuple[str, ...]
    rules: Path

    @property
    def rulebook(self) -> Rulebook:
        return load_rules(self.rules)


def post(folder: Path, cases: int = 200) -> Post:
    """``cases`` of some ten events each, by time in two files. One alone has a parcel, one begins after the as-of."""
    chance = random.Random(7)
    lines: list[tuple[str, str]] = []
    for number in range(cases):
        name = f"case {number * 7919 % cases:04} é"
        at = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(hours=chance.randrange(900))
        for step in range(chance.randrange(6, 14)):
            at += timedelta(hours=chance.randrange(0, 60))
            lines.append(_line(name, at, step, chance))
    lines.append(_written(case="case 0003 é", type="parcel.came", at="2026-03-02T08:00:00Z", weight=3.5))
    lines.append(_written(case="later", type="letter.came", at="2027-01-01T00:00:00Z"))
    lines.sort()
    half = len(lines) // 2
    logs = tuple(str(folder / name) for name in ("old.jsonl", "new.jsonl"))
    for log, part in zip(logs, (lines[:half], lines[half:]), strict=True):
        Path(log).write_text("".join(f"{text}\n" for _, text in part), encoding="utf-8")
    rules = folder / "post.yaml"
    rules.write_text(RULES, encoding="utf-8")
    return Post(logs, rules)


def _line(case: str, at: datetime, step: int, chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(["letter.came", "letter.sent", "letter.sent"])
    fields: dict[str, object] = {"person": chance.choice(["ann", "bob"])}
    if kind == "letter.sent":
        fields |= {"text": " ".join(["so"] * chance.randrange(1, 8)), "message_id": f"m{step}"}
    elif step == 0 and chance.random() < 0.5:
        fields["city"] = "America/New_York"
    return _written(case=case, type=kind, at=f"{at:%Y-%m-%dT%H:%M:%SZ}", id=f"e{step}", **fields)


def _written(**event: object) -> tuple[str, str]:
    """Every third event is recorded some days later."""
    if str(event.get("id", "")).endswith(("3", "6", "9")):
        later = datetime.fromisoformat(str(event["at"])) + timedelta(days=4)
        event["recorded_at"] = f"{later:%Y-%m-%dT%H:%M:%SZ}"
    return str(event["at"]), json.dumps(event, ensure_ascii=False)


class Report(NamedTuple):
    """What came of it."""

    content: bytes
    cases: int
    told: int
    parts: int
    left_out: Sequence[str]
    reasons: Sequence[str]
    is_broken: bool


def reported(
    wanted: Post,
    budget: Budget,
    form: str = "jsonl",
    *,
    work: Path,
    selection: Selection = EVERYTHING,
    quarantine: bool = False,
    known_at: datetime | None = None,
) -> Report:
    """Judge within this process, by as many workers as the budget says."""
    asked = Wanted(wanted.logs, wanted.rulebook, AS_OF, form, selection, quarantine, known_at=known_at)
    file = io.BytesIO()
    with judged(asked, budget, work=work, clock=Clock(), progress=unwatched) as result:
        result.write(file)
    return Report(
        content=file.getvalue(),
        cases=result.cases,
        told=result.told,
        parts=result.parts,
        left_out=tuple(result.left_out),
        reasons=tuple(lost.reason for lost in result.lost),
        is_broken=has_level(result.levels, "must"),
    )
