"""What is compared gives the same verdicts: Polars by hand and plain Python, with Punctilio, on small logs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from punctilio import abreast
from punctilio.evaluation import evaluate, judge
from punctilio.logs.read import read_log
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import load_rules
from punctilio.tables.tables import Log
from tests.speed import plain_python, polars_by_hand
from tests.speed.agreement import DisagreementError, naive, require_same, verdicts_from_rows, verdicts_of
from tests.speed.generate import AS_OF, write_giant, write_log

RULES = Path(__file__).parent / "rules.yaml"
# While everything is under way; at a change of the clock; at an instant of many events; at the end; after everything.
INSTANTS = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 6, 1, 12, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    AS_OF,
    datetime(2028, 1, 1, tzinfo=UTC),
)


@cache
def rulebook() -> Rulebook:
    return load_rules(RULES)


def read(file: Path) -> Log:
    return read_log([file], vocabulary=rulebook().vocabulary)


def agree(file: Path, log: Log, as_of: datetime) -> None:
    wanted = verdicts_of(evaluate(rulebook(), log, as_of=as_of))

    by_hand = polars_by_hand.judge(log.events, naive(as_of))
    with file.open("rb") as lines:
        said = plain_python.judge(plain_python.read(lines, json.loads), int(as_of.timestamp()) * 1_000_000)

    require_same("verdicts alone", verdicts_of(judge(rulebook(), log, as_of=as_of)), wanted)
    require_same("Polars by hand", by_hand, wanted)
    require_same("plain Python", verdicts_from_rows(said), wanted)


@pytest.mark.parametrize(("seed", "as_of"), [*enumerate(INSTANTS)])
def test_all_agree_at_any_instant(seed: int, as_of: datetime, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    write_log(file, 250, seed)

    agree(file, read(file), as_of)


def test_all_agree_where_steps_are_done_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abreast, "_MANY", 0)
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 2)
    file = tmp_path / "log.jsonl"
    write_log(file, 250)

    agree(file, read(file), AS_OF)


def test_all_agree_on_one_long_case(tmp_path: Path) -> None:
    file = tmp_path / "giant.jsonl"
    write_giant(file, 3_000)

    agree(file, read(file), AS_OF)


def test_the_logs_reach_every_verdict_that_the_rules_know(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    write_log(file, 2_000)

    evaluation = evaluate(rulebook(), read(file), as_of=AS_OF)

    verdicts = "early satisfied late cancelled replaced missed excused waiting due overdue blocked"
    assert set(evaluation.decisions["verdict"]) == set(verdicts.split())
    assert set(evaluation.findings["rule"]) == {rule.id for rule in rulebook().rules} - {"decided"}
    assert set(evaluation.decisions["blocked_by"].drop_nulls()) == {"few-inquiries", "inquire-after-an-interview"}


def test_a_difference_is_told_with_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    write_log(file, 20)
    log = read(file)
    wanted = verdicts_of(evaluate(rulebook(), log, as_of=AS_OF))
    other = wanted._replace(decisions=wanted.decisions.with_columns(verdict=pl.lit("done")))

    with pytest.raises(DisagreementError, match=r"some engine, decisions: .*\nOnly there: .*'verdict': 'done'"):
        require_same("some engine", other, wanted)
