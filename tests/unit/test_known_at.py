"""Two clocks: when something happened, and since when it was known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

import punctilio
from punctilio.cli.main import rules as command
from punctilio.tables.tables import Evaluation, Log

RULES = """\
language: 1
pack: letters
zone: America/New_York
vocabulary:
  name: letters
  events:
    letter.came: {fields: {person: {type: person}}}
    letter.sent: {fields: {person: {type: person}, message_id: {type: string}}}
    letter.lost: {fields: {message_id: {type: string}}}
  parts:
    addressees: [[person]]
    identity: message_id
    takes_back: {event: letter.lost, of: letter.sent, key: message_id, by: [message_id]}
rules:
  - id: answer
    title: Answer within two days
    force: must
    expect: {when: letter.came, until: letter.sent, per: [person], cancel: letter.lost, window: {due: 2 days}}
"""
CAME = {"case": "a", "type": "letter.came", "at": "2026-03-02T09:00:00Z", "person": "ann"}
SENT = {"case": "a", "type": "letter.sent", "at": "2026-03-03T09:00:00Z", "person": "ann", "id": "s", "message_id": "m"}
LATE = "2026-03-07T09:00:00Z"
BEFORE, AFTER = datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
AS_OF = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def rulebook(tmp_path: Path) -> punctilio.Rulebook:
    file = tmp_path / "letters.yaml"
    file.write_text(RULES, encoding="utf-8")
    return punctilio.load_rules(file)


def log(folder: Path, rulebook: punctilio.Rulebook, *events: dict[str, Any]) -> Log:
    file = folder / "log.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return punctilio.read_log(file, rules=rulebook)


def verdicts(evaluation: Evaluation) -> Sequence[str]:
    return evaluation.decisions["verdict"].to_list()


def test_what_was_recorded_later_is_not_seen(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    known = log(tmp_path, rulebook, CAME, {**SENT, "recorded_at": LATE})

    then, since = (punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=at) for at in (BEFORE, AFTER))

    assert (verdicts(then), then.findings.height) == (["overdue"], 1)
    assert (verdicts(since), since.findings.height) == (["satisfied"], 0)
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF)) == ["satisfied"]


def test_it_is_known_from_the_instant_itself_on(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    known = log(tmp_path, rulebook, CAME, {**SENT, "recorded_at": LATE})
    at = datetime.fromisoformat(LATE)
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=at)) == ["satisfied"]


def test_what_nobody_recorded_an_instant_for_was_known_when_it_happened(
    tmp_path: Path, rulebook: punctilio.Rulebook
) -> None:
    known = log(tmp_path, rulebook, CAME, SENT)
    before, after = (datetime(2026, 3, 3, hour, tzinfo=UTC) for hour in (8, 9))
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=before)) == ["overdue"]
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=after)) == ["satisfied"]


def test_an_event_is_known_since_the_first_of_its_copies_was(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    known = log(tmp_path, rulebook, CAME, {**SENT, "recorded_at": LATE}, SENT)
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=BEFORE)) == ["satisfied"]


@pytest.mark.parametrize(
    "correction",
    [
        {"case": "a", "type": "event.retracted", "at": "2026-03-03T10:00:00Z", "event": "s"},
        {"case": "a", "type": "letter.lost", "at": "2026-03-03T10:00:00Z", "message_id": "m"},
    ],
    ids=["retracted", "taken back"],
)
def test_corrections_have_to_be_known_too(
    tmp_path: Path, rulebook: punctilio.Rulebook, correction: dict[str, Any]
) -> None:
    known = log(tmp_path, rulebook, CAME, SENT, {**correction, "recorded_at": LATE})
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=BEFORE)) == ["satisfied"]
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF)) != ["satisfied"]


def test_waivers_have_to_be_known_too(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    waiver = {"case": "a", "type": "waiver.granted", "at": "2026-03-03T10:00:00Z", "rule": "answer", "reason": "ill"}
    known = log(tmp_path, rulebook, CAME, {**waiver, "recorded_at": LATE})
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=BEFORE)) == ["overdue"]
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF)) == ["waived"]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([CAME, {**SENT, "recorded_at": LATE}], "was done in time, and recorded only after its due."),
        ([{**CAME, "recorded_at": LATE}], "arose from what was recorded only after its due."),
    ],
    ids=["done", "arose"],
)
def test_a_note_tells_late_from_learned_late(
    tmp_path: Path, rulebook: punctilio.Rulebook, events: list[dict[str, Any]], words: str
) -> None:
    evaluation = punctilio.evaluate(rulebook, log(tmp_path, rulebook, *events), as_of=AS_OF)

    [message] = evaluation.notes.filter(pl.col("note") == "learned-late")["message"]

    assert message == f"Answer within two days {words}"
    assert f"{words} It was recorded Sat 7 Mar 2026 04:00 EST." in punctilio.report(evaluation)


def test_who_was_late_and_wrote_it_down_at_once_learned_nothing_late(
    tmp_path: Path, rulebook: punctilio.Rulebook
) -> None:
    done = {**SENT, "at": "2026-03-05T09:00:00Z", "recorded_at": "2026-03-05T09:05:00Z"}
    evaluation = punctilio.evaluate(rulebook, log(tmp_path, rulebook, CAME, done), as_of=AS_OF)
    assert (verdicts(evaluation), evaluation.findings.height) == (["late"], 1)
    assert "learned-late" not in evaluation.notes["note"].to_list()


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "yaml"])
def test_every_format_says_when_it_was_recorded(tmp_path: Path, rulebook: punctilio.Rulebook, suffix: str) -> None:
    rows = [CAME, {**SENT, "recorded_at": LATE}]
    file = tmp_path / f"log.{suffix}"
    if suffix == "parquet":
        instants = pl.col("at", "recorded_at").str.to_datetime(time_zone="UTC")
        pl.DataFrame(rows, infer_schema_length=None).with_columns(instants).write_parquet(file)
    elif suffix == "csv":
        pl.DataFrame(rows, infer_schema_length=None).write_csv(file)
    else:
        file.write_text(json.dumps(rows) if suffix == "yaml" else "\n".join(map(json.dumps, rows)), encoding="utf-8")
    known = punctilio.read_log(file, rules=rulebook)
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=BEFORE)) == ["overdue"]
    assert verdicts(punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=AFTER)) == ["satisfied"]


@pytest.mark.parametrize("form", ["text", "summary", "json", "jsonl", "csv"])
def test_every_report_says_what_was_known_when(tmp_path: Path, rulebook: punctilio.Rulebook, form: str) -> None:
    evaluation = punctilio.evaluate(rulebook, log(tmp_path, rulebook, CAME), as_of=AS_OF, known_at=BEFORE)
    head = punctilio.report(evaluation, form).splitlines()[:3]
    assert "2026-03-06T00:00:00Z" in " ".join(head)


def test_the_command_takes_it(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    log(tmp_path, rulebook, CAME, {**SENT, "recorded_at": LATE})
    asked = ["evaluate", str(tmp_path / "log.jsonl"), "--rules", str(tmp_path / "letters.yaml")]
    asked += ["--as-of", AS_OF.isoformat()]
    assert CliRunner().invoke(command, asked).exit_code == 0
    late = CliRunner().invoke(command, [*asked, "--known-at", BEFORE.isoformat()])
    assert (late.exit_code, "known at Thu 5 Mar 2026 19:00 EST (2026-03-06T00:00:00Z)" in late.output) == (1, True)


def test_an_instant_needs_its_offset(tmp_path: Path, rulebook: punctilio.Rulebook) -> None:
    known = log(tmp_path, rulebook, CAME)
    with pytest.raises(punctilio.errors.UsageError, match="`known_at` has no time zone"):
        punctilio.evaluate(rulebook, known, as_of=AS_OF, known_at=datetime(2026, 3, 1))
