"""A work folder of which something was taken away, damaged or moved is gone on from as far as it is sound."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from punctilio.batch.clock import Clock
from punctilio.batch.files import LostFileError
from punctilio.batch.reading import unwatched
from punctilio.batch.run import Wanted, judged
from punctilio.batch.sizes import Budget
from punctilio.selection import EVERYTHING
from tests.batch.post import AS_OF, IN_ONE_PIECE, Post, Report, post, reported

IN_THREE: Final = Budget(jobs=1, part=200, run=500, piece=100)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Post:
    letters = post(tmp_path_factory.mktemp("post"), cases=60)
    with Path(letters.logs[0]).open("a", encoding="utf-8") as stream:
        stream.write('{"case": "case 0020 é", "type": "letter.came", "at": "yesterday", "id": "e50"}\n')
    return letters


@pytest.fixture(scope="module")
def whole(letters: Post, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return reported(letters, IN_ONE_PIECE, work=tmp_path_factory.mktemp("work"), quarantine=True)


def wanted(letters: Post) -> Wanted:
    return Wanted(letters.logs, letters.rulebook, AS_OF, "jsonl", EVERYTHING, quarantine=True)


def interrupt(letters: Post, work: Path) -> Path:
    """Leave a folder in which every part is judged, and nothing is reported."""
    with suppress(KeyboardInterrupt), judged(wanted(letters), IN_THREE, work=work, clock=Clock(), progress=unwatched):
        raise KeyboardInterrupt
    [folder] = work.iterdir()
    return folder


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """What is there, and whether it is still the same file."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def lose(letters: Post, work: Path) -> None:
    """Report when a file has just been taken away."""
    with judged(wanted(letters), IN_THREE, work=work, clock=Clock(), progress=unwatched) as result:
        next(work.rglob("part-00002.parquet")).unlink()
        result.write(io.BytesIO())


def goes_on(letters: Post, work: Path) -> tuple[Report, dict[str, tuple[int, int]]]:
    """The report, and the files from which it was made."""
    report = io.BytesIO()
    with judged(wanted(letters), IN_THREE, work=work, clock=Clock(), progress=unwatched) as result:
        [folder] = work.iterdir()
        used = files(folder)
        result.write(report)
        told = Report(report.getvalue(), result.cases, result.told, 1, tuple(result.left_out), (), is_broken=True)
    assert not list(work.iterdir())
    return told, used


def remove(file: Path) -> None:
    file.unlink()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def clear(file: Path) -> None:
    file.write_bytes(b"")


def change(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("split", clear),
        ("split", change),
        ("run-00000.parquet", remove),
        ("unread-00000.parquet", cut),
        ("aside-00000", change),
    ],
)
def test_a_damaged_split_is_done_anew(
    letters: Post, whole: Report, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    folder = interrupt(letters, tmp_path)
    before = files(folder)
    harm(folder / name)

    report, used = goes_on(letters, tmp_path)

    assert report == whole
    assert not before.items() & used.items()


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("part-00002.parquet", remove),
        ("part-00002.done", remove),
    ],
)
def test_of_damaged_parts_only_those_are_done_anew(
    letters: Post, whole: Report, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    folder = interrupt(letters, tmp_path)
    before = files(folder)
    harm(next(folder.glob(f"*/{name}")))

    report, used = goes_on(letters, tmp_path)

    assert report == whole
    assert before.keys() == used.keys()
    assert {file for file in before if before[file] != used[file]} == {"part-00002.parquet", "part-00002.done"}


def test_a_moved_folder_is_gone_on_from(letters: Post, whole: Report, tmp_path: Path) -> None:
    before = files(interrupt(letters, tmp_path / "here"))
    (tmp_path / "here").rename(tmp_path / "there")

    report, used = goes_on(letters, tmp_path / "there")

    assert report == whole
    assert used == before


def test_what_is_taken_away_in_the_midst_is_said_to_be_gone(letters: Post, whole: Report, tmp_path: Path) -> None:
    with pytest.raises(LostFileError, match=r"part-00002\.parquet.*Run the same command again") as caught:
        lose(letters, tmp_path)
    assert caught.value.__notes__[0].startswith("What was done is kept in")
    assert goes_on(letters, tmp_path)[0] == whole


def test_by_other_time_zones_all_is_done_anew(letters: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = interrupt(letters, tmp_path / "here")
    monkeypatch.setattr("tzdata.IANA_VERSION", "1970a")
    assert interrupt(letters, tmp_path / "there").name != folder.name
