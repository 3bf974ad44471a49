"""The forms for programs: the same bytes however the pieces come, and nothing in them that could do harm."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from punctilio import results as machines
from punctilio.evaluation import evaluate
from punctilio.location import Location
from punctilio.logs.read import read_log
from punctilio.problems import Problem
from punctilio.reporters import FORMS, Form, csv, form_of, jsonl, parquet, render, summary
from punctilio.reporters import json as json_form
from punctilio.reporters.about import About, Remark, about, of_all
from punctilio.reporters.rows import recut, rows
from punctilio.rulebook.load import load_rules
from punctilio.selection import EVERYTHING, Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.schemas import ROW_COLUMNS, ROWS
from punctilio.tables.tables import Evaluation
from punctilio.value import replaced
from tests.messages.reports.sample import evaluation

ROOT: Final = Path(__file__).parents[2]
MADE: Final[dict[str, Form]] = {
    "json": json_form,
    "jsonl": jsonl,
    "csv": csv,
    "parquet": parquet,
    "summary": summary,
    **{name: form_of(name) for name in machines.FORMS},
}
SCHEMA: Final[dict[str, Any]] = json.loads((ROOT / "schemas" / "row.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def example() -> Evaluation:
    """The example log of the project, judged by the bundled pack: a dozen cases."""
    book = load_rules("after-interview")
    ids = frozenset(rule.id for rule in book.rules)
    log = read_log([ROOT / "examples" / "applications.jsonl"], vocabulary=book.vocabulary, rule_ids=ids)
    return evaluate(book, log, as_of=datetime(2026, 3, 20, 13, tzinfo=UTC))


def written(form: str, frames: Iterable[pl.DataFrame], said: About) -> bytes:
    file = io.BytesIO()
    MADE[form].write(frames, said, file)
    return file.getvalue()


def whole(form: str, judged: Evaluation) -> bytes:
    return written(form, [MADE[form].pieces(judged, EVERYTHING)], about(judged, EVERYTHING))


def table_of(judged: Evaluation) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(whole("parquet", judged)))


def lines_of(judged: Evaluation, selection: Selection = EVERYTHING) -> list[dict[str, Any]]:
    return [json.loads(line) for line in render("jsonl", judged, selection).split("\n")[:-1]]


# ── pieces ──


def test_every_form_but_text_is_made_of_pieces() -> None:
    assert {"text", *MADE} == set(FORMS)


@pytest.mark.parametrize("form", MADE)
@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_bytes_do_not_depend_on_how_the_pieces_are_cut(form: str, size: int, example: Evaluation) -> None:
    pieces = MADE[form].pieces(example, EVERYTHING)
    cut = [*pieces.iter_slices(size), pieces.clear()]

    assert pieces.height > 5
    assert written(form, cut, about(example, EVERYTHING)) == whole(form, example)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_nor_do_they_where_many_row_groups_are_written(form: str, example: Evaluation) -> None:
    few = rows(example, EVERYTHING)
    many = pl.concat([few] * (2 * parquet.GROUP // few.height + 1))
    said = about(example, EVERYTHING)

    one = written(form, [many], said)

    assert written(form, many.iter_slices(10_007), said) == one
    assert written(form, many.iter_slices(100_003), said) == one
    if form == "parquet":
        assert pl.read_parquet(io.BytesIO(one)).head(many.height).equals(many)


@pytest.mark.parametrize("form", MADE)
def test_a_log_judged_in_parts_gives_the_same_bytes(form: str, example: Evaluation, tmp_path: Path) -> None:
    cases = example.statuses[c.CASE].to_list()
    parts = [of_cases(example, cases[start::3]) for start in range(3)]
    for number, part in enumerate(parts):
        MADE[form].pieces(part, EVERYTHING).write_parquet(tmp_path / f"{number}.parquet")
    kept = pl.concat([pl.read_parquet(tmp_path / f"{number}.parquet") for number in (2, 0, 1)])
    merged = kept.sort(*MADE[form].ORDER, maintain_order=True, nulls_last=True)

    assert len(cases) > 3
    assert written(form, [merged], of_all([about(part, EVERYTHING) for part in parts])) == whole(form, example)


def test_remarks_on_parts_become_remarks_on_the_run() -> None:
    said = about(evaluation(), EVERYTHING)
    zone, idle, busy = (
        Remark("zone-default", None, "UTC."),
        Remark("vacuous", "a", "No."),
        Remark("vacuous", "b", "No."),
    )
    slip = Problem("SLIP", "Slip.", Location("log.jsonl", 9))

    one = said._replace(remarks=(idle, busy))
    rest = said._replace(remarks=(idle, zone), problems=(slip,))

    assert of_all([one, rest]) == rest._replace(records=2 * said.records)


def test_frames_are_cut_anew() -> None:
    frame = pl.DataFrame({c.CASE: [str(n) for n in range(10)]}).select(
        pl.lit(None, kind).alias(name) if name != c.CASE else pl.col(name) for name, kind in ROWS.items()
    )

    again = list(recut([frame.head(1), frame.clear(), frame.slice(1)], 4))

    assert [part.height for part in again] == [4, 4, 2]
    assert pl.concat(again).equals(frame)


def test_counts_of_parts_add_up() -> None:
    counts = summary.pieces(evaluation(), EVERYTHING)

    twice = summary.together([counts, counts])

    assert twice.equals(counts.with_columns(pl.col(c.COUNT) * 2))


def failing(frames: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield frames
    raise LookupError("a part is missing")


@pytest.mark.parametrize("form", MADE)
def test_what_the_pieces_raise_is_raised_as_it_is(form: str) -> None:
    pieces = MADE[form].pieces(evaluation(), EVERYTHING)

    with pytest.raises(LookupError, match=r"\Aa part is missing\Z"):
        written(form, failing(pieces), about(evaluation(), EVERYTHING))


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, _: Any) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", MADE)
def test_what_the_system_refuses_is_raised_as_it_is(form: str) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        MADE[form].write([MADE[form].pieces(evaluation(), EVERYTHING)], about(evaluation(), EVERYTHING), Full())


# ── rows ──


def test_there_is_a_row_for_every_record_in_order(example: Evaluation) -> None:
    table = rows(example, EVERYTHING)
    order = {record: number for number, record in enumerate(ROW_COLUMNS)}

    assert dict(table.schema) == dict(ROWS)
    assert table[c.CASE].is_sorted()
    assert table[c.CASE].null_count() == 0
    for case in table.partition_by(c.CASE):
        assert case[c.RECORD].replace_strict(order).is_sorted()
    for record, frame in {"decision": example.decisions, "finding": example.findings}.items():
        of_record = table.filter(record=record)
        assert of_record.select(c.CASE, c.RULE, c.PERSON).equals(frame.select(c.CASE, c.RULE, c.PERSON))
    assert table.filter(record="allowance").height == example.allowances.height
    assert table.filter(record="note").height == example.notes[c.CASE].count()


def test_a_record_fills_its_own_columns_alone() -> None:
    table = rows(evaluation(), EVERYTHING)

    for record, columns in ROW_COLUMNS.items():
        of_record = table.filter(record=record)
        filled = {name for name in ROWS if of_record[name].null_count() < of_record.height}
        assert filled <= set(columns)


def test_a_decision_can_be_explained_by_its_row() -> None:
    [row] = rows(evaluation(), EVERYTHING).filter(id="0000000000000001").to_dicts()

    told = {name: value for name, value in row.items() if value is not None}

    assert told == {
        "record": "decision",
        "case": "elm",
        "id": "0000000000000001",
        "rule": "thank-the-hosts",
        "kind": "expect",
        "force": "must",
        "title": "Thank every host within a day",
        "cite": "S13",
        "location": "rules/visits.yaml:12",
        "readings": ["thanks_within = 24 hours"],
        "person": "bo",
        "zone": "America/New_York",
        "verdict": "overdue",
        "actionable": True,
        "do": "letter.sent with text Thank you",
        "template": "thanks",
        "to": "bo",
        "trigger": "visits.jsonl:1",
        "trigger_at": datetime(2026, 3, 3, 15),
        "from_at": datetime(2026, 3, 3, 15),
        "due_at": datetime(2026, 3, 4, 15),
        "expires_at": datetime(2026, 3, 17, 15),
        "warned_by": ["space-them"],
        "near": ["visits.jsonl:4"],
        "finding_at": datetime(2026, 3, 4, 15, 0, 0, 1),
    }


def test_an_action_is_named_only_where_it_may_be_done_now(example: Evaluation) -> None:
    decisions = rows(example, EVERYTHING).filter(record="decision")

    assert set(decisions.filter(c.ACTIONABLE)[c.VERDICT]) <= {"due", "open", "overdue"}
    assert decisions.filter(c.ACTIONABLE)[c.DO].count() > 0
    assert decisions.filter(~pl.col(c.ACTIONABLE))[c.DO].count() == 0


def test_what_is_blocked_by_no_rule_says_why() -> None:
    judged = evaluation()
    blocked = judged.decisions.with_columns(pl.lit(None, pl.String).alias(c.BLOCKED_BY)).filter(verdict="blocked")

    told = rows(replaced(judged, decisions=blocked), EVERYTHING).filter(record="decision")

    assert set(told[c.MESSAGE]) == {
        "A line that could not be read may belong to this case, so nothing is proposed in it."
    }


def test_rules_and_cases_are_chosen() -> None:
    told = lines_of(evaluation(), Selection(cases=frozenset({"elm"}), rules=frozenset({"ask-once"})))

    assert [line["case"] for line in told[1:] if line["record"] == "status"] == ["elm"]
    assert {line["rule"] for line in told[1:] if line["record"] != "status"} == {"ask-once"}


def test_an_empty_log_is_a_report_too() -> None:
    nothing = of_cases(evaluation(), [])
    nobody = replaced(nothing, notes=nothing.notes.clear(), people=nothing.people.clear())

    assert [line["record"] for line in lines_of(nobody)] == ["run"]
    assert render("csv", nobody, EVERYTHING).count("\n") == 2
    assert table_of(nobody).schema == dict(ROWS)
    assert "Decisions  all" in render("summary", nobody, EVERYTHING)


# ── JSON Lines ──


def test_json_lines_are_as_their_schema_says(example: Evaluation) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    schema = Draft202012Validator(SCHEMA)

    for line in [*lines_of(example), *lines_of(evaluation())]:
        schema.validate(line)


@pytest.mark.parametrize(
    "selection",
    [
        EVERYTHING,
        Selection(cases=frozenset({"elm"})),
        Selection(rules=frozenset({"ask-once"})),
        Selection(frozenset({"elm"}), frozenset({"ask-once"})),
    ],
)
def test_the_run_says_how_many_lines_follow(selection: Selection) -> None:
    run, *others = lines_of(evaluation(), selection)

    assert run["records"] == len(others) > 0


def test_the_schema_has_the_members_of_every_record_and_says_what_they_are() -> None:
    defined = SCHEMA["$defs"]

    for record, columns in ROW_COLUMNS.items():
        members = defined[record]["properties"]
        assert list(members) == [name for name in ROWS if name in columns]
        assert defined[record]["required"] == list(members)
        assert all(member.get("description") or "$ref" in member for member in members.values())


def test_each_kind_of_record_always_has_the_same_members(example: Evaluation) -> None:
    for line in lines_of(example)[1:]:
        assert list(line) == [name for name in ROWS if name in ROW_COLUMNS[line["record"]]]


NASTY: Final = 'a\u2028b\u0085c\x00d\x7f"\\\n\r\t\x1b\u202e\U0001f600é\u200d'


def nasty(text: str) -> Evaluation:
    """The sample with this text wherever a log has a say."""
    judged = evaluation()
    said = [pl.lit(text).alias(name) for name in (c.MESSAGE, c.PERSON)]
    people = pl.lit([text, text]).alias(c.PEOPLE)
    return replaced(judged, findings=judged.findings.with_columns(*said, people))


def test_any_text_comes_back_from_json_lines_as_it_was() -> None:
    report = render("jsonl", nasty(NASTY), EVERYTHING)

    findings = [json.loads(line) for line in report.splitlines() if '"record":"finding"' in line]

    assert report.isascii()
    assert "\x7f" not in report
    assert {finding["message"] for finding in findings} == {NASTY}
    assert findings[0]["people"] == [NASTY, NASTY]


# ── CSV ──


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"),
        ("\u00a0=1", "\\xa0=1"),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("\n=1", "\\n=1"),
        ("\u200d=1", "\u200d'=1"),
        ("＝1", "'＝1"),
        ("a; =1", "a; '=1"),
        ("a;-1", "a;'-1"),
        ("a = 1", "a = 1"),
        ("12", "12"),
        ('a "b", c', 'a "b", c'),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31m\u202e", "\\x1b[31m\\u{202e}"),
    ],
)
def test_no_cell_of_a_csv_can_do_anything(text: str, cell: str) -> None:
    report = render("csv", nasty(text), EVERYTHING)
    table = pl.read_csv(report.encode(), infer_schema=False).filter(record="finding")

    assert set(table[c.MESSAGE]) == {cell}
    assert set(table[c.PERSON]) == {cell}
    assert len(report.splitlines()) == 1 + 1 + rows(evaluation(), EVERYTHING).height + 2


def test_lists_stand_in_a_cell_and_each_of_their_texts_is_harmless() -> None:
    table = pl.read_csv(render("csv", nasty("=1"), EVERYTHING).encode(), infer_schema=False).filter(record="finding")

    assert set(table[c.PEOPLE]) == {"'=1; '=1"}


def test_numbers_of_a_csv_stay_numbers(example: Evaluation) -> None:
    table = pl.read_csv(render("csv", example, EVERYTHING).encode(), infer_schema_length=None, try_parse_dates=True)

    assert [table.schema[name] for name in (c.USED, c.LEFT, c.ACTIONABLE)] == [pl.Int64, pl.Int64, pl.Boolean]
    assert isinstance(table.schema[c.DUE_AT], pl.Datetime)
    assert table[c.RECORD][0] == "run"
    assert table[c.AT][0] == example.as_of
    assert table[c.ID][0] == example.rulebook.hash


# ── Parquet ──


def test_parquet_says_by_what_was_judged() -> None:
    judged = evaluation()

    said = pl.read_parquet_metadata(io.BytesIO(whole("parquet", judged)))

    assert said["punctilio.as_of"] == "2026-03-20T13:00:00Z"
    assert said["punctilio.rulebook_hash"] == judged.rulebook.hash
    assert said["punctilio.version"] == dict(judged.versions)["punctilio"]
    assert json.loads(said["punctilio.versions"]) == dict(judged.versions)
    assert json.loads(said["punctilio.rulebook"])["name"] == "visits"


def test_parquet_has_the_rows_as_they_are_and_then_what_is_said_of_the_run() -> None:
    judged = nasty(NASTY)
    of_cases_alone, table = rows(judged, EVERYTHING), table_of(judged)

    assert table.head(of_cases_alone.height).equals(of_cases_alone)
    assert table.slice(of_cases_alone.height)[c.NOTE].to_list() == ["vacuous", "zone-default"]


def test_parquet_is_the_same_on_any_number_of_threads(tmp_path: Path) -> None:
    code = (
        "import sys, hashlib, io\n"
        "from punctilio.reporters import write\n"
        "from punctilio.selection import EVERYTHING\n"
        "from tests.messages.reports.sample import evaluation\n"
        "file = io.BytesIO(); write('parquet', evaluation(), EVERYTHING, file)\n"
        "print(hashlib.sha256(file.getvalue()).hexdigest())\n"
    )

    def digest(threads: int) -> str:
        environment = {"POLARS_MAX_THREADS": str(threads), "PYTHONPATH": f"{ROOT / 'engine'}:{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
        )
        return done.stdout

    assert digest(1) == digest(4)


# ── the manual ──


def test_the_manual_names_every_column_with_the_records_that_have_it() -> None:
    manual = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \| .+ \|$", manual, re.MULTILINE))

    for name in ROWS:
        of = [record for record, columns in ROW_COLUMNS.items() if name in columns]
        others = ", ".join(record for record in ROW_COLUMNS if record not in of)
        assert name == c.RECORD or told[name] in (", ".join(of), f"all but {others}" if others else "all")
