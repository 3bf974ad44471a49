"""Lines that cannot be read, set aside: nothing is lost, and nobody is pestered on half a story."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import punctilio
from punctilio.errors import InvalidLogError
from punctilio.logs.quarantine import written
from punctilio.logs.read import read_log
from punctilio.tables.tables import Log, SetAside
from tests.unit.log_world import VOCABULARY, event

AS_OF = datetime(2026, 3, 4, 12, tzinfo=UTC)
HELD = {
    "type": "interview.held",
    "at": "2026-03-04T09:00:00Z",
    "starts_at": "2026-03-04T08:00:00Z",
    "interview": "i",
    "people": ["ann"],
}


def read(folder: Path, *lines: str | bytes) -> Log:
    content = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    (folder / "log.jsonl").write_bytes(content)
    return read_log([folder / "log.jsonl"], vocabulary=VOCABULARY, quarantine=True)


def said(log: Log) -> list[tuple[int, tuple[str, ...], bool]]:
    return [(line.line, line.cases, line.is_sure) for line in log.quarantine]


def test_a_case_of_which_a_line_is_bad_is_left_out_whole(tmp_path: Path) -> None:
    log = read(
        tmp_path, *(json.dumps(event(case=case)) for case in "abc"), json.dumps(event(case="b", purpose="thank-yuo"))
    )
    assert log.events["case"].to_list() == ["a", "c"]
    assert (log.left_out, log.files_in_doubt, log.problems) == (("b",), (), ())
    assert said(log) == [(4, ("b",), True)]


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "{}",
        '{"case": 5, "type": "message.sent", "at": "2026-03-03T21:00:00Z"}',
        '{"case": "", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}',
        '{"case": "a\\ud800", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}',
        b'{"case": "a\xff", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}',
        '{"case": "a',
        '["case", "a"]',
    ],
)
def test_a_line_that_does_not_say_its_case_puts_its_file_in_doubt(tmp_path: Path, line: str | bytes) -> None:
    log = read(tmp_path, json.dumps(event()), line)
    assert (log.left_out, log.files_in_doubt) == ((), (0,))
    assert said(log) == [(2, (), False)]
    assert log.events.height == 1


@pytest.mark.parametrize(
    ("line", "cases", "is_sure"),
    [
        ('{"case": "b", "case": "c", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}', ("b", "c"), True),
        ('{"case": "b", "points": NaN}', ("b",), True),
        (b'{"case": "b", "type": "message.sent\xff"}', ("b",), True),
        ('{"case": "b", "type": "mess{"case": "c", "type": "message.sent"}', (), False),
        ('{"case": "b, "type": "message.sent", "at": "2026-03-03T21:00:00Z"}', (), False),
        ('{"case": "b{"case": "c", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}', (), False),
        ('{{"case": "c", "type": "message.sent", "at": "2026-03-03T21:00:00Z"}', (), False),
        ('{"caXe" "b", "text": "\\"case\\": "case": "c"}', (), False),
        ('{"type": "message.sent", "case": "b", }', (), False),
    ],
)
def test_a_line_touches_the_cases_that_it_names_for_sure(
    tmp_path: Path, line: str | bytes, cases: tuple[str, ...], is_sure: bool
) -> None:
    log = read(tmp_path, json.dumps(event()), line)
    assert said(log) == [(2, cases, is_sure)]
    assert log.left_out == cases
    assert log.files_in_doubt == (() if is_sure else (0,))


@pytest.mark.parametrize(
    ("line", "cases", "is_sure"),
    [
        ('{"case": "b", "type": "message.se', ("b",), True),
        ('{"case": "b", ', ("b",), True),
        ('{"case": "b"', (), False),
        ('{"case": "b', (), False),
        ('{"type": "message.sent", "ca', (), False),
        ('{"case": "b", "type": "mess{"case": "c', (), False),
    ],
)
def test_the_torn_end_of_a_file_touches_the_case_that_it_begins_with(
    tmp_path: Path, line: str, cases: tuple[str, ...], is_sure: bool
) -> None:
    (tmp_path / "log.jsonl").write_text(f"{json.dumps(event())}\n{line}")
    log = read_log([tmp_path / "log.jsonl"], vocabulary=VOCABULARY, quarantine=True)
    assert said(log) == [(2, cases, is_sure)]


def test_contradictions_and_retractions_of_nothing_leave_their_case_out(tmp_path: Path) -> None:
    lost = {"case": "b", "type": "event.retracted", "at": "2026-03-04T00:00:00Z", "event": "none"}
    log = read(
        tmp_path,
        json.dumps(event(id="1", text="x")),
        json.dumps(event(id="1", text="y")),
        json.dumps(lost),
        json.dumps(event(case="c")),
    )
    assert log.left_out == ("a", "b")
    assert said(log) == [(2, ("a",), True), (3, ("b",), True)]
    assert log.events["case"].to_list() == ["c"]


def test_what_concerns_a_whole_file_is_not_set_aside(tmp_path: Path) -> None:
    (tmp_path / "log.yaml").write_text("- {case: a, type: message.sent\n")
    log = read_log([tmp_path / "none.jsonl", tmp_path / "log.yaml"], vocabulary=VOCABULARY, quarantine=True)
    assert {problem.code for problem in log.problems} == {"LOG-NO-FILE", "BAD-YAML"}
    assert log.quarantine == ()


def test_each_line_is_written_as_it_stands_below_its_reasons(tmp_path: Path) -> None:
    bad = '  {"case": "b", "type": "message.sent", "at": "2026-03-03", "purpos": "inquiry"}'
    log = read(tmp_path, json.dumps(event()), bad)
    lines = b"".join(written(log.quarantine)).decode().splitlines()
    assert lines[-1] == bad
    assert [line.partition(": ")[2].split(": ")[1] for line in lines[:-1]] == ["LOG-BAD-INSTANT", "LOG-UNKNOWN-FIELD"]
    assert all(line.startswith(f"# {tmp_path / 'log.jsonl'}:2:") for line in lines[:-1])


def test_bytes_that_are_no_text_are_written_as_they_stand(tmp_path: Path) -> None:
    bad = b'{"case": "b", "type": "message.sent", "at": "2026-03-03T21:00:00Z", "text": "caf\xe9 \xff"}'
    log = read(tmp_path, json.dumps(event()), bad)
    assert b"".join(written(log.quarantine)).splitlines()[1:] == [bad]


def test_mended_lines_appended_give_what_a_clean_log_gives(tmp_path: Path) -> None:
    clean = [event(case=case, id=str(n), at=f"2026-03-0{n}T00:00:00Z") for n, case in enumerate("abab", 1)]
    bad = json.dumps(clean[1]).replace("message.sent", "mesage.sent")
    log = read(tmp_path, *(json.dumps(e) for e in (clean[0], clean[2], clean[3])), bad)
    kept = b"".join(line.text + b"\n" for line in log.quarantine).replace(b"mesage", b"message")
    (tmp_path / "log.jsonl").write_bytes(
        "".join(f"{json.dumps(e)}\n" for e in (clean[0], clean[2], clean[3])).encode() + kept
    )
    mended = read_log([tmp_path / "log.jsonl"], vocabulary=VOCABULARY, quarantine=True)
    whole = read(tmp_path, *(json.dumps(e) for e in clean))
    assert mended.quarantine == ()
    assert mended.events.drop("line").equals(whole.events.drop("line"))


def test_nothing_is_proposed_in_the_cases_of_a_file_in_doubt(tmp_path: Path) -> None:
    rules = punctilio.load_rules()
    for name, case, more in (("doubtful", "a", "garbage\n"), ("clean", "b", "")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"case": case, **HELD}) + "\n" + more)
    log = punctilio.read_log(tmp_path / "doubtful.jsonl", tmp_path / "clean.jsonl", rules=rules, quarantine=True)
    evaluation = punctilio.evaluate(rules, log, as_of=AS_OF)
    verdicts = {(case, verdict) for case, verdict in evaluation.decisions.select("case", "verdict").rows()}
    assert ("b", "due") in verdicts
    assert ("a", "blocked") in verdicts
    assert not {verdict for case, verdict in verdicts if case == "a"} & {"due", "open", "overdue"}
    assert set(evaluation.allowances["case"]) == {"b"}
    text = punctilio.report(evaluation, "text")
    assert "could not be read may belong to any of its cases, so nothing is proposed in them" in text.splitlines()[0]
    assert text.count("Do: ") == text.partition("\nb: ")[2].count("Do: ") > 0


@pytest.mark.parametrize("names", [("doubtful", "clean"), ("clean", "doubtful")])
def test_a_case_is_in_doubt_where_the_file_has_but_a_copy_of_its_event(names: tuple[str, str], tmp_path: Path) -> None:
    rules = punctilio.load_rules()
    for name, more in (("doubtful", "garbage\n"), ("clean", "")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"case": "a", "id": "one", **HELD}) + "\n" + more)
    log = punctilio.read_log(*(tmp_path / f"{name}.jsonl" for name in names), rules=rules, quarantine=True)
    assert log.events.height == 1
    assert log.in_doubt == ("a",)
    evaluation = punctilio.evaluate(rules, log, as_of=AS_OF)
    assert set(evaluation.decisions["verdict"]) & {"due", "open", "overdue"} == set()
    assert "blocked" in set(evaluation.decisions["verdict"])


@pytest.mark.parametrize(
    ("end", "cases", "is_sure"),
    [
        ('"2026-03-03T21:0', ("b",), True),
        ('"2026-03-03T21:00:00Z", "points": 1', ("b",), True),
        ('"2026-03-03T21:00:00Z", "paid": tr', ("b",), True),
        ('"2026-03-03T12:00:0{"type": "message.sent", "person": "ann"', (), False),
        ('"2026-03-03T21:00:00Z", "points": {"type": "message.sent"', ("b",), True),
        ('"2026-03-03T21:00:00Z", "points": 1"type": "message.sent"', (), False),
    ],
)
def test_a_last_line_that_goes_on_behind_its_mistake_may_be_by_two_writers(
    end: str, cases: tuple[str, ...], is_sure: bool, tmp_path: Path
) -> None:
    (tmp_path / "log.jsonl").write_text('{"case": "b", "type": "message.sent", "at": ' + end)
    log = read_log([tmp_path / "log.jsonl"], vocabulary=VOCABULARY, quarantine=True)
    assert said(log) == [(1, cases, is_sure)]


def test_without_quarantine_the_same_lines_are_problems(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("garbage\n")
    with pytest.raises(InvalidLogError):
        punctilio.read_log(tmp_path / "log.jsonl")


def test_a_line_set_aside_compares_by_what_it_holds() -> None:
    assert SetAside("f", 1, b"x", (), (), False) == SetAside("f", 1, b"x", (), (), False)
