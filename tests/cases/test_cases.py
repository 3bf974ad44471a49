"""Every case file of the project keeps its promise, and no rule that is left out would have had a say."""

from __future__ import annotations

from pathlib import Path

import pytest

from punctilio.casefiles.comparing import NOUNS, spoken_of
from punctilio.casefiles.judging import Rules, judged, loaded, part_of
from punctilio.casefiles.telling import report
from punctilio.casefiles.trying import try_all
from punctilio.polars_thread import on_polars_thread
from tests.cases.reading import read_case

CASES = Path(__file__).parent
FILES = sorted(CASES.rglob("*.yaml"))
SPEAKING = [path for path in FILES if read_case(path).only]


def test_every_case_file_keeps_its_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES.parents[1])
    tried = on_polars_thread(lambda: list(try_all(["tests/cases"], Rules())))

    assert len(tried) == len(FILES)
    assert [problem for one in tried for problem in one.problems] == []
    assert not any(one.is_failed for one in tried), report(tried)


@pytest.mark.parametrize("path", SPEAKING[::4], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_rules_that_are_left_out_have_no_say(path: Path) -> None:
    file = read_case(path)
    rulebook, log = loaded(file, Rules())
    part = part_of(file, rulebook)

    for promise in file.promises[-2:]:
        whole, some = (
            judged(rulebook, log, promise.first, promise.known_at),
            judged(part, log, promise.first, promise.known_at),
        )
        for section in NOUNS:
            wanted, found = (spoken_of(section, file, promise, answer) for answer in (whole.rows, some.rows))
            if section == "statuses":
                kept = ("status", "since_at", "rule", "event", "zone")
                wanted, found = ([{key: row[key] for key in kept} for row in rows] for rows in (wanted, found))
            assert found == wanted
