"""(d) Rules engines and process mining from PyPI, each on what it can say: `thanks.yaml`, or `response.yaml`.

None of them reads a log, keeps its order or adds civil time; pairing by key most leave to the program around them.
So each gets the events as rows, in order; ``story_of`` and the peer's ``prepare`` are the program around it, the glue;
``judge`` has the engine judge, and gives the verdict of every instance by its id. Both are timed, one after the other.
Each peer is a module, and runs in a process of its own, by the Python that has it (tests/speed/requirements.txt):

    .venv-bench/bin/python -m tests.speed.peers clips_peer rows.json answer.json
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from tests.speed.measure import Took, timed

DUE: Final = 24 * 3600
EXPIRES: Final = 336 * 3600

Said = list[tuple[int, str]]
"""The id of each instance, and its verdict."""


class Row(NamedTuple):
    """An event: what the part needs of it. ``at`` is in seconds since 1970."""

    case: str
    type: str
    at: int
    person: str | None
    people: list[str] | None
    purpose: str | None
    message_id: str | None


class Interview(NamedTuple):
    """An instance: an interview, for one of its people. ``n`` is its place in the order."""

    id: int
    case: str
    person: str
    n: int
    at: int


class Thanks(NamedTuple):
    """A message of thanks to one person that did not bounce."""

    case: str
    person: str
    n: int
    at: int


class End(NamedTuple):
    """What closes a case."""

    case: str
    n: int
    at: int


class Story(NamedTuple):
    """What happened up to ``as_of`` (seconds)."""

    as_of: int
    interviews: list[Interview]
    thanks: list[Thanks]
    ends: list[End]

    def thanks_by_key(self) -> dict[tuple[str, str], list[Thanks]]:
        found: dict[tuple[str, str], list[Thanks]] = {}
        for thanks in self.thanks:
            found.setdefault((thanks.case, thanks.person), []).append(thanks)
        return found


class Answer(NamedTuple):
    """What a peer said, and how long the glue and the engine took."""

    glue: Took
    engine: Took
    said: Said


def story_of(rows: list[Row], as_of: int) -> Story:
    """What matters for the thanks."""
    seen = [(n, row) for n, row in enumerate(rows) if row.at <= as_of]
    bounced = {(row.case, row.message_id) for _, row in seen if row.type == "message.bounced"}
    story = Story(as_of, [], [], [])
    over: set[str] = set()
    for n, (case, kind, at, person, people, purpose, message) in seen:
        if kind == "interview.held":
            for each in people or ():
                story.interviews.append(Interview(len(story.interviews), case, each, n, at))
        elif kind == "message.sent" and purpose == "thank-you" and (case, message) not in bounced:
            story.thanks.extend(Thanks(case, each, n, at) for each in (people or (person,)) if each)
        elif kind in ("decision.made", "case.withdrawn") and case not in over:
            over.add(case)
            story.ends.append(End(case, n, at))
    return story


def read_rows(file: Path) -> tuple[int, list[Row]]:
    """The as-of, and the events."""
    as_of, rows = json.loads(file.read_text(encoding="utf-8"))
    return as_of, [Row(*row) for row in rows]


def read_answer(file: Path) -> Answer:
    glue, engine, said = json.loads(file.read_text(encoding="utf-8"))
    return Answer(Took(*glue), Took(*engine), [(number, verdict) for number, verdict in said])


def main(peer: str, rows: str, answer: str) -> None:
    module = import_module(f"tests.speed.{peer}")
    as_of, read = read_rows(Path(rows))
    prepared, glue = timed(lambda: module.prepare(story_of(read, as_of)))
    said, engine = timed(lambda: module.judge(prepared))
    Path(answer).write_text(json.dumps(Answer(glue, engine, said)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
