"""Killing the command or a worker, at any point, leaves a whole result or none."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from punctilio.batch.sizes import Budget
from punctilio.batch.work import work_folder
from tests.batch.post import IN_ONE_PIECE, Post, Report, post, reported
from tests.batch.processes import are_gone, await_, command, is_there, kill, run, workers_of

ONE_WORKER = Budget(jobs=1, part=200, run=500, piece=100)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Post:
    return post(tmp_path_factory.mktemp("post"), cases=100)


@pytest.fixture(scope="module")
def whole(letters: Post, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reported(letters, IN_ONE_PIECE, work=tmp_path_factory.mktemp("work"))


# ── the command is killed ──


@pytest.mark.parametrize(
    "reached",
    ["run-00001.parquet", "split", "part-00000.done", "part-00006.done"],
    ids=["splitting", "split", "judging", "almost judged"],
)
def test_what_was_done_is_gone_on_from(letters: Post, whole: Report, tmp_path: Path, reached: str) -> None:
    work, file = tmp_path / "work", tmp_path / "report.jsonl"
    with command(letters, work, "--format", "jsonl", "-o", str(file)) as process:
        await_(is_there(work, reached), process)
        workers = workers_of(process.pid)
        process.kill()
        process.wait()
        await_(lambda: are_gone(workers))
    assert not file.exists()
    done = sorted(work.rglob("*.done"))

    code, _, said = run(letters, work, "--format", "jsonl", "-o", str(file), "--time")

    assert code == 1
    assert file.read_bytes() == whole.content
    assert "100 cases judged, 0 left out" in said
    assert (reached.endswith(".done"), not list(work.iterdir())) == (bool(done), True)


def test_what_was_judged_is_not_judged_again(letters: Post, whole: Report, tmp_path: Path) -> None:
    work, file = tmp_path / "work", tmp_path / "report.jsonl"
    with command(letters, work, "--format", "jsonl", "-o", str(file)) as process:
        await_(is_there(work, "part-00003.done"), process)
        process.kill()
    known = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file() and path.name != "lock"}
    with command(letters, work, "--format", "jsonl", "-o", str(file)) as process:
        await_(is_there(work, "part-00006.done"), process)
        process.kill()
    assert {path: path.stat().st_mtime_ns for path in known if path.exists()} == known


def test_a_report_that_is_being_written_is_written_again(letters: Post, whole: Report, tmp_path: Path) -> None:
    work = tmp_path / "work"
    with command(letters, work, "--format", "jsonl") as process:
        assert process.stdout
        begun = process.stdout.read(1000)  # the pipe holds less than the report: it is still being written
        process.kill()
    assert whole.content.startswith(begun)
    assert run(letters, work, "--format", "jsonl")[:2] == (1, whole.content)
    assert not list(work.iterdir())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_end_that_is_asked_for_is_an_orderly_one(letters: Post, tmp_path: Path, number: int, code: int) -> None:
    work, file = tmp_path / "work", tmp_path / "report.jsonl"
    with command(letters, work, "--format", "jsonl", "-o", str(file)) as process:
        await_(is_there(work, "part-00001.done"), process)
        workers = workers_of(process.pid)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert are_gone(workers)
    assert process.returncode == code
    assert said.decode().startswith(f"What was done is kept in {work / 'punctilio-'}")
    assert "Traceback" not in said.decode()
    assert list(tmp_path.glob("*report*")) == []


# ── a worker is killed ──


def _killing(times: int) -> threading.Thread:
    """Kills the first workers of this process, as they appear."""

    def work() -> None:
        seen: set[int] = set()
        while len(seen) < times:
            for worker in workers_of(os.getpid()):
                if len(seen) < times and worker not in seen:
                    seen.add(worker)
                    kill(worker, signal.SIGKILL)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_the_part_of_a_killed_worker_is_done_again(letters: Post, whole: Report, tmp_path: Path) -> None:
    killer = _killing(1)
    report = reported(letters, ONE_WORKER, work=tmp_path)
    killer.join(60)
    assert (report.content, report.reasons) == (whole.content, ())
    assert not killer.is_alive()


def test_a_part_that_fails_twice_is_named_and_all_others_are_whole(
    letters: Post, whole: Report, tmp_path: Path
) -> None:
    killer = _killing(2)
    report = reported(letters, ONE_WORKER, work=tmp_path)
    killer.join(60)

    [reason] = report.reasons
    assert reason.startswith("The cases from the first up to `case 0")
    assert f": its worker was ended by SIGKILL. {len(report.left_out)} cases are left out. " in reason
    assert report.cases == whole.cases == report.told + len(report.left_out) + 1  # one has not begun
    assert _of_cases(report, without=()) == _of_cases(whole, without=report.left_out)
    # what is lost can be tried again, and only that is
    assert reported(letters, ONE_WORKER, work=tmp_path).content == whole.content
    assert not list(tmp_path.iterdir())


def _of_cases(report: Report, without: Sequence[str]) -> list[dict[str, object]]:
    """The records of cases but these, and but that they are left out."""
    records = [json.loads(line) for line in report.content.splitlines()]
    told = [record for record in records if record.get("note") != "left-out"]
    return [record for record in told if record.get("case") and record["case"] not in without]


# ── two at once ──


def test_a_second_run_has_a_folder_of_its_own(letters: Post, whole: Report, tmp_path: Path) -> None:
    with command(letters, tmp_path, "--format", "jsonl") as first:
        await_(is_there(tmp_path, "split"), first)
        assert run(letters, tmp_path, "--format", "jsonl")[:2] == (1, whole.content)
        out, _ = first.communicate(timeout=60)
    assert out == whole.content
    assert not list(tmp_path.iterdir())


def test_a_folder_is_found_again_by_its_name_alone(tmp_path: Path) -> None:
    with work_folder(tmp_path, "name") as first, work_folder(tmp_path, "name") as second:
        assert first.path != second.path
        assert (first.is_kept, second.is_kept) == (True, False)
    with work_folder(tmp_path, "name") as third:
        assert third.path == first.path
