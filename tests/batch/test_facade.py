"""Batches from Python."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import punctilio
from punctilio.errors import UsageError
from tests.batch.post import AS_OF, Post, post


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Post:
    return post(tmp_path_factory.mktemp("post"))


def test_files_become_a_report(letters: Post, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    batch = punctilio.evaluate_files(letters.rulebook, *letters.logs, as_of=AS_OF, output=report, form="jsonl")

    log = punctilio.read_log(*letters.logs, rules=letters.rulebook)
    evaluation = punctilio.evaluate(letters.rulebook, log, as_of=AS_OF)
    punctilio.write_report(evaluation, "jsonl", tmp_path / "whole.jsonl")
    assert report.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (batch.cases, batch.judged, batch.left_out, batch.reasons) == (201, 200, (), ())
    assert batch.is_whole
    assert batch.has_broken("must") == punctilio.has_broken(evaluation, "must")


def test_what_makes_no_sense_is_refused(letters: Post, tmp_path: Path) -> None:
    def batch(as_of: datetime = AS_OF, form: str = "csv", memory: str | None = None) -> None:
        punctilio.evaluate_files(
            letters.rulebook, *letters.logs, as_of=as_of, output=tmp_path / "report", form=form, memory=memory
        )

    with pytest.raises(UsageError, match="`as_of` has no time zone"):
        batch(as_of=datetime(2026, 4, 1))
    with pytest.raises(UsageError, match=r"There is no report `parket`\. Did you mean `parquet`"):
        batch(form="parket")
    with pytest.raises(UsageError, match="`much` is no size"):
        batch(memory="much")
    assert not list(tmp_path.iterdir())


def test_a_program_needs_no_guard(letters: Post, tmp_path: Path) -> None:
    """Workers do not import the program that they work for."""
    program = tmp_path / "program.py"
    program.write_text(
        "import datetime, sys, punctilio\n"
        "from punctilio.batch import facade\n"
        "from punctilio.batch.sizes import Budget\n"
        "facade.budget = lambda memory, jobs, rules: Budget(jobs=1, part=1000, run=1000, piece=10)\n"
        f"rules = punctilio.load_rules({str(letters.rules)!r})\n"
        "as_of = datetime.datetime(2026, 4, 20, 12, tzinfo=datetime.UTC)\n"
        f"batch = punctilio.evaluate_files(rules, *{letters.logs!r}, as_of=as_of, output='report', form='summary')\n"
        "print(batch.cases, batch.judged)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("201 200\n", "", 0)
