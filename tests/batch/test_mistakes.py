"""What is wrong with a log is said as if it had been read in one piece, and nothing is published."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from punctilio.batch import crew
from punctilio.batch.aside import Lines, write_lines
from punctilio.batch.files import LostFileError, dump
from punctilio.batch.piece import Task
from punctilio.batch.ranges import Range
from punctilio.batch.sizes import Budget
from punctilio.cli.output import listing
from punctilio.errors import InvalidLogError, UsageError
from punctilio.selection import Selection
from punctilio.tables.tables import SetAside
from tests.batch.post import BY_THREADS, IN_ONE_PIECE, IN_PARTS, Post, Report, post, reported


def complaints(log: Post, budget: Budget, work: Path) -> str:
    with pytest.raises(InvalidLogError) as caught:
        reported(log, budget, work=work)
    return listing(caught.value.problems, caught.value.count)


def add(log: Post, file: int, *events: dict[str, object] | str) -> None:
    with Path(log.logs[file]).open("a", encoding="utf-8") as stream:
        for event in events:
            stream.write(f"{event if isinstance(event, str) else json.dumps(event)}\n")


def conflict(case: str, number: str) -> dict[str, object]:
    return {"case": case, "type": "letter.sent", "at": "2026-03-01T00:00:00Z", "id": number, "text": "another"}


def retraction(case: str) -> dict[str, object]:
    return {"case": case, "type": "event.retracted", "at": "2026-05-01T00:00:00Z", "event": "e99"}


def test_mistakes_that_only_show_in_the_whole_of_a_case(tmp_path: Path) -> None:
    letters = post(tmp_path)
    add(letters, 0, conflict("case 0007 é", "e2"), retraction("case 0150 é"))
    add(letters, 1, conflict("case 0190 é", "e3"))
    work = tmp_path / "work"

    said = complaints(letters, IN_PARTS, work)

    assert said == complaints(letters, IN_ONE_PIECE, work) == complaints(letters, BY_THREADS, work)
    assert said.count("LOG-CONFLICT") == 2
    assert said.count("LOG-UNKNOWN-EVENT") == 1
    assert said.endswith("\n3 problems.")
    assert not list(work.iterdir())


def test_of_many_mistakes_the_first_are_shown_and_all_counted(tmp_path: Path) -> None:
    letters = post(tmp_path)
    add(letters, 0, *("{" for _ in range(30)), *(retraction(f"case {n:04} é") for n in range(80)))
    add(letters, 1, *(conflict(f"case {n:04} é", "e1") for n in range(100, 140)), "[]", "{}")
    work = tmp_path / "work"

    said = complaints(letters, IN_PARTS, work)

    assert said == complaints(letters, IN_ONE_PIECE, work) == complaints(letters, BY_THREADS, work)
    assert "problems. The first 50 are shown." in said


def test_a_file_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    letters = post(tmp_path)
    letters = letters._replace(logs=(*letters.logs, str(tmp_path / "none.jsonl")))
    said = complaints(letters, IN_PARTS, tmp_path / "work")
    assert said == complaints(letters, IN_ONE_PIECE, tmp_path / "work")
    assert "LOG-NO-FILE" in said


@pytest.mark.parametrize("cut", [IN_PARTS, BY_THREADS], ids=["on disk", "in memory"])
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "summary"])
def test_lines_are_set_aside_in_parts_as_in_the_whole(tmp_path: Path, form: str, cut: Budget) -> None:
    letters = post(tmp_path)
    bad = '{"case": "case 0020 é", "type": "letter.came", "at": "yesterday"}'
    add(letters, 0, conflict("case 0007 é", "e2"), retraction("case 0150 é"), bad, '{"case": "never seen", "at": NaN}')
    add(letters, 1, '{"who": "knows"')
    work = tmp_path / "work"

    def set_aside(budget: Budget) -> Report:
        return reported(letters, budget, form, work=work, quarantine=True)

    parts, whole = set_aside(cut), set_aside(IN_ONE_PIECE)

    assert parts == whole._replace(parts=parts.parts)
    assert parts.parts > 3
    assert parts.left_out == ("case 0007 é", "case 0020 é", "case 0150 é", "never seen")
    assert parts.cases == parts.told + 4 + 1  # one has not begun


def test_a_log_may_be_bad_from_end_to_end(tmp_path: Path) -> None:
    letters, work = post(tmp_path, cases=1), tmp_path / "work"
    for log in letters.logs:
        Path(log).write_text('{"case": "birch", "typ": "letter.sent"}\n{\n' * 400, encoding="utf-8")

    parts = reported(letters, IN_PARTS, "json", work=work, quarantine=True)

    assert parts == reported(letters, IN_ONE_PIECE, "json", work=work, quarantine=True)
    assert parts.left_out == ("birch",)
    told = json.loads(parts.content)
    assert [line["line"] for line in told["quarantined"]] == [*range(1, 801)] * 2
    assert [line["file"] for line in told["quarantined"]] == [log for log in letters.logs for _ in range(800)]


def test_lines_that_are_set_aside_are_read_again_from_their_files(tmp_path: Path) -> None:
    lines = [SetAside("log", number, b"{", (), (), False) for number in range(1, 2_502)]
    piles = [write_lines(lines[:2_000], tmp_path / "one"), write_lines(lines[2_000:], tmp_path / "two")]
    kept = Lines(tmp_path, piles)

    assert (list(kept), list(kept), len(kept)) == (lines, lines, 2_501)
    assert lines[-1] in kept
    assert SetAside("log", 1, b"{}", (), (), False) not in kept


@pytest.mark.parametrize("left", [None, 30])
def test_a_file_of_such_lines_that_is_lost_is_missed(tmp_path: Path, left: int | None) -> None:
    lines = [SetAside("log", number, b"{", (), (), False) for number in range(1, 10)]
    kept = Lines(tmp_path, [write_lines(lines, tmp_path / "one")])
    content = (tmp_path / "one").read_bytes()
    (tmp_path / "one").unlink()
    if left:
        (tmp_path / "one").write_bytes(content[:left])

    with pytest.raises(LostFileError, match="one"):
        list(kept)


def test_workers_are_told_the_cases_of_bad_lines_and_not_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = post(tmp_path, cases=60)
    add(letters, 1, '{"case": "case 0020 é", "type": "letter.came", "at": "the day before yesterday"}')
    told = io.BytesIO()

    def watched(task: Task, parts: Sequence[Range], jobs: int) -> Iterator[crew.Outcome]:
        dump(task, told)
        return judge_by_crew(task, parts, jobs)

    judge_by_crew = crew.judged
    monkeypatch.setattr(crew, "judged", watched)
    report = reported(letters, IN_PARTS, work=tmp_path / "work", quarantine=True)

    assert report.left_out == ("case 0020 é",)
    assert "case 0020 é".encode() in told.getvalue()
    assert b"yesterday" not in told.getvalue()


@pytest.mark.parametrize("form", ["text", "jsonl", "junit"])
def test_what_was_not_chosen_is_missed_in_parts_as_in_the_whole(tmp_path: Path, form: str) -> None:
    letters = post(tmp_path)
    add(letters, 0, conflict("case 0007 é", "e2"), retraction("case 0150 é"))
    work, chosen = tmp_path / "work", Selection(cases=frozenset({"case 0007 é", "case 0020 é"}))

    def chosen_of(budget: Budget) -> Report:
        return reported(letters, budget, form, work=work, selection=chosen, quarantine=True)

    parts, whole = chosen_of(BY_THREADS), chosen_of(IN_ONE_PIECE)

    assert parts == whole._replace(parts=parts.parts)
    assert b"Incomplete: 1 case is left out. 1 case that was not chosen is left out." in parts.content


@pytest.mark.parametrize("budget", [IN_ONE_PIECE, IN_PARTS, BY_THREADS], ids=["whole", "parts", "threads"])
@pytest.mark.parametrize(("line", "is_in_doubt"), [('{"who": "knows"', True), ('{"case": "seen", "at": NaN}', False)])
@pytest.mark.parametrize("case", ["later", "nowhere"])
def test_a_case_of_which_only_an_unread_line_may_speak_is_not_said_to_be_none(
    tmp_path: Path, case: str, line: str, is_in_doubt: bool, budget: Budget
) -> None:
    letters = post(tmp_path, cases=60)
    add(letters, 1, line)

    with pytest.raises(UsageError) as caught:
        reported(letters, budget, work=tmp_path / "work", selection=Selection(frozenset({case})), quarantine=True)

    assert (str(caught.value) == f"There is no case `{case}`.") is not is_in_doubt
    doubtful = f"There is no case `{case}` in the lines that can be read. A line that cannot be read may be its own: "
    assert str(caught.value).startswith(doubtful) is is_in_doubt
