"""The functions that the package hands out."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import punctilio
from punctilio.errors import InvalidLogError, InvalidRulesError, PunctilioError, UsageError

AS_OF = datetime(2026, 3, 5, 14, tzinfo=UTC)
LINE = (
    '{"case": "acme", "type": "interview.held", "at": "2026-03-03T16:00:00Z", '
    '"starts_at": "2026-03-03T15:00:00Z", "people": ["ann"]}\n'
)
FINES = """\
language: 1
vocabulary: {name: fines, events: {fine.sent: {}}}
rules: [{id: one, force: must, limit: {of: fine.sent, per: [case], at_most: 1}}]
"""


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    file.write_text(LINE, encoding="utf-8")
    return file


def test_every_name_is_there_and_listed() -> None:
    assert sorted(punctilio.__all__) == dir(punctilio)
    for name in punctilio.__all__:
        assert getattr(punctilio, name) is not None


def test_every_function_of_the_page_is_handed_out() -> None:
    page = (Path(__file__).parents[2] / "docs" / "python-api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)\(", page, re.MULTILINE))

    assert len(named) > 15
    assert named <= set(punctilio.__all__)


def test_an_unknown_name_is_no_attribute() -> None:
    slip = "evalute"

    with pytest.raises(AttributeError, match=slip):
        getattr(punctilio, slip)


def test_without_a_source_the_bundled_pack_is_loaded() -> None:
    assert punctilio.load_rules().name == "after-interview"
    assert punctilio.load_rules().hash == punctilio.load_rules("after-interview").hash


def test_a_log_is_judged(log_file: Path) -> None:
    rules = punctilio.load_rules()

    evaluation = punctilio.evaluate(rules, punctilio.read_log(log_file, rules=rules), as_of=AS_OF)

    thanks = evaluation.decisions.filter(rule="thank-each-interviewer")
    assert thanks.select("person", "verdict").rows() == [("ann", "overdue")]
    assert punctilio.has_broken(evaluation)
    assert not punctilio.has_broken(evaluation, rules=["connect"])


def test_bad_lines_are_raised_with_all_their_problems(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("nothing\n" + LINE + "more nothing\n", encoding="utf-8")

    with pytest.raises(InvalidLogError) as raised:
        punctilio.read_log(file)

    assert [problem.location.line for problem in raised.value.problems] == [1, 3]
    assert isinstance(raised.value, PunctilioError)


def test_bad_rules_are_raised_with_all_their_problems(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(FINES.replace("at_most", "at_mots").replace("force", "froce"), encoding="utf-8")

    with pytest.raises(InvalidRulesError) as raised:
        punctilio.load_rules(file)

    assert {problem.suggestion for problem in raised.value.problems} >= {"at_most", "force"}


def test_an_instant_without_a_zone_is_refused(log_file: Path) -> None:
    rules = punctilio.load_rules()
    log = punctilio.read_log(log_file, rules=rules)

    with pytest.raises(UsageError, match="has no time zone"):
        punctilio.evaluate(rules, log, as_of=datetime(2026, 3, 5))


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2026, 3, 5), "is no datetime"),
        ("2026-03-05T00:00:00Z", "is no datetime"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), "outside the years"),
    ],
)
def test_what_is_no_instant_is_refused(as_of: Any, words: str, log_file: Path) -> None:
    rules = punctilio.load_rules()
    log = punctilio.read_log(log_file, rules=rules)

    with pytest.raises(UsageError, match=words):
        punctilio.evaluate(rules, log, as_of=as_of)


def test_an_unknown_force_is_refused_with_the_known_ones(log_file: Path) -> None:
    evaluation = punctilio.evaluate(punctilio.load_rules(), punctilio.read_log(log_file), as_of=AS_OF)

    assert punctilio.has_broken(evaluation, "may")
    with pytest.raises(UsageError, match="There is no force `mst`"):
        punctilio.has_broken(evaluation, "mst")


def test_a_log_read_for_other_rules_is_refused(log_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "fines.yaml"
    file.write_text(FINES, encoding="utf-8")

    with pytest.raises(UsageError, match="vocabulary of other rules"):
        punctilio.evaluate(punctilio.load_rules(file), punctilio.read_log(log_file), as_of=AS_OF)


def test_an_unknown_report_is_refused_with_the_known_ones(log_file: Path) -> None:
    evaluation = punctilio.evaluate(punctilio.load_rules(), punctilio.read_log(log_file), as_of=AS_OF)

    with pytest.raises(UsageError, match="Did you mean `json`"):
        punctilio.report(evaluation, "jsn")
    with pytest.raises(UsageError, match="Known are text, summary, json, jsonl, csv, parquet"):
        punctilio.report(evaluation, "pdf")


def test_a_report_is_written_to_a_path_or_a_file(log_file: Path, tmp_path: Path) -> None:
    evaluation = punctilio.evaluate(punctilio.load_rules(), punctilio.read_log(log_file), as_of=AS_OF)
    file = io.BytesIO()

    punctilio.write_report(evaluation, "csv", file)
    punctilio.write_report(evaluation, "csv", tmp_path / "report.csv")

    assert file.getvalue().decode() == punctilio.report(evaluation, "csv")
    assert (tmp_path / "report.csv").read_bytes() == file.getvalue()


def test_a_report_that_is_no_text_is_for_files(log_file: Path, tmp_path: Path) -> None:
    evaluation = punctilio.evaluate(punctilio.load_rules(), punctilio.read_log(log_file), as_of=AS_OF)

    with pytest.raises(UsageError, match="write_report"):
        punctilio.report(evaluation, "parquet")
    with pytest.raises(UsageError, match="Did you mean `parquet`"):
        punctilio.write_report(evaluation, "parqet", tmp_path / "report")
    punctilio.write_report(evaluation, "parquet", tmp_path / "report.parquet", rules=["thank-each-interviewer"])
    table = pl.read_parquet(tmp_path / "report.parquet")
    assert set(table.filter(record="decision")["rule"]) == {"thank-each-interviewer"}


def test_validate_finds_the_mistakes_of_rules_and_logs_in_order(tmp_path: Path) -> None:
    rules, log = tmp_path / "b.yaml", tmp_path / "a.jsonl"
    rules.write_text(FINES.replace("at_most", "at_mots"), encoding="utf-8")
    log.write_text(LINE.replace("people", "poeple"), encoding="utf-8")

    problems = punctilio.validate(rules, log)

    assert [Path(problem.location.file).name for problem in problems] == ["a.jsonl", "b.yaml"]
    assert {problem.suggestion for problem in problems} == {"people", "at_most"}
