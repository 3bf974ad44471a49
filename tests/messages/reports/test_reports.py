"""The reports word for word, beside which their promises are checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import polars as pl
import pytest
from jsonschema import Draft202012Validator

from punctilio.model.decision import Verdict
from punctilio.reporters import BINARY, FORMS, render
from punctilio.selection import EVERYTHING, Selection
from punctilio.tables import columns as c
from punctilio.value import replaced
from tests.messages.reports.sample import evaluation

HERE = Path(__file__).parent
TEXTS = [form for form in FORMS if form not in BINARY]
SCHEMA = json.loads((HERE.parents[2] / "schemas" / "evaluation.schema.json").read_text(encoding="utf-8"))


def report(form: str, selection: Selection = EVERYTHING, *, colour: bool = False) -> str:
    return render(form, evaluation(), selection, colour=colour)


@pytest.mark.parametrize("form", TEXTS)
def test_the_report_reads_as_promised(form: str, snapshot: Callable[[Path, str], None]) -> None:
    snapshot(HERE / f"sample.{form}", report(form))


def test_the_coloured_report_says_the_same_words() -> None:
    coloured = report("text", colour=True)

    assert click.unstyle(coloured) == report("text")
    assert coloured != report("text")


def test_the_sample_has_every_verdict() -> None:
    assert set(evaluation().decisions[c.VERDICT]) == {verdict.value for verdict in Verdict}


def test_json_is_as_its_schema_says() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(report("json")))


def test_every_part_of_the_schema_is_described() -> None:
    def parts(schema: Any, path: str) -> list[str]:
        members = {f"{path}/{name}": part for name, part in schema.get("properties", {}).items()}
        members |= {f"{path}/{name}": part for name, part in schema.get("$defs", {}).items()}
        silent = [name for name, part in members.items() if not part.get("description")]
        return silent + [found for name, part in members.items() for found in parts(part, name)]

    assert parts(SCHEMA, "") == []


def test_json_has_the_rows_of_every_frame_in_their_order() -> None:
    judged, told = evaluation(), json.loads(report("json"))

    assert [d["id"] for d in told["decisions"]] == judged.decisions[c.ID].to_list()
    assert [f["message"] for f in told["findings"]] == [m.replace("\x07", "\\x07") for m in judged.findings[c.MESSAGE]]
    assert len(told["allowances"]) == judged.allowances.height
    assert [n["note"] for n in told["notes"]] == judged.notes[c.NOTE].to_list()


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("character", ["\x1b", "\x07", "\u202e"])
def test_nothing_in_a_log_reaches_a_terminal(form: str, character: str) -> None:
    assert character not in report(form)


def test_a_proposal_is_made_only_where_it_is_allowed_now() -> None:
    decisions = json.loads(report("json"))["decisions"]

    proposed = {d["verdict"] for d in decisions if d["do"]}

    assert proposed == {"open", "overdue"}


def test_a_blocked_one_says_until_when_or_that_it_never_opens() -> None:
    blocked = [d["summary"] for d in json.loads(report("json"))["decisions"] if d["verdict"] == "blocked"]

    assert blocked == [
        "blocked by at-most-two; it never opens by itself",
        "blocked by space-them until Sun 22 Mar 2026 11:00 EDT",
    ]


def test_rules_and_cases_are_chosen_and_the_next_step_stays() -> None:
    everything = json.loads(report("json"))

    chosen = json.loads(report("json", Selection(cases=frozenset({"elm"}), rules=frozenset({"reply"}))))

    assert {d["rule"] for d in chosen["decisions"]} == {"reply"}
    assert chosen["findings"] == []
    assert [s["case"] for s in chosen["statuses"]] == ["elm"]
    assert chosen["statuses"][0] == everything["statuses"][0]


def test_the_text_shows_twenty_cases_the_urgent_ones_first() -> None:
    judged = evaluation()
    quiet = pl.DataFrame({c.CASE: [f"a{n:03}" for n in range(100)], c.STATUS: ["open"] * 100}, orient="row")
    statuses = pl.concat([quiet, judged.statuses], how="diagonal").select(judged.statuses.columns)

    text = render("text", replaced(judged, statuses=statuses), EVERYTHING)

    assert "\n\nelm: open" in text
    assert "\n\na017: open" in text
    assert "a018" not in text
    assert "84 more cases not shown" in text
