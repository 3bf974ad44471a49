"""How far an amount of memory goes."""

from __future__ import annotations

import pytest

from punctilio.batch.sizes import CHUNK, JUDGING, PROCESS, READING, RULE, available_memory, budget, cores, parse_size
from punctilio.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [("2 GB", 2 * 10**9), ("500 MB", 5 * 10**8), ("1.5GiB", 3 * 2**29), ("0.5tb", 5 * 10**11), (" 640 kB ", 640_000)],
)
def test_a_size_is_a_number_and_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "2", "GB", "-1 GB", "1e9 GB", "2  GB", "2 GB.", "٢ GB", "2 G", "9" * 10 + " GB"])
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no size: write a number and its unit, as in `2 GB`"):
        parse_size(text)


@pytest.mark.parametrize("memory", [400 * 10**6, 10**9, 4 * 10**9, 64 * 10**9])
@pytest.mark.parametrize("jobs", [1, 2, 16])
@pytest.mark.parametrize("rules", [0, 40])
def test_all_processes_together_keep_to_the_memory(memory: int, jobs: int, rules: int) -> None:
    allowed = budget(memory, jobs, rules=rules)
    event = JUDGING + rules * RULE
    assert 1 <= allowed.jobs <= jobs
    assert PROCESS + allowed.jobs * (PROCESS + allowed.part * event) <= memory
    assert PROCESS + allowed.piece * event <= memory
    assert PROCESS + allowed.readers * CHUNK + allowed.run * READING <= memory


def test_too_little_memory_is_refused_with_the_least_there_must_be() -> None:
    with pytest.raises(UsageError, match=r"Give --memory '(\d+ MB)' or more\.") as caught:
        budget(10**8, 1, rules=40)
    least = str(caught.value).split("'")[1]
    assert budget(parse_size(least), 8, rules=40).jobs == 1


def test_the_machine_is_known() -> None:
    assert cores() >= 1
    assert budget(None, None, rules=40).part * JUDGING < available_memory()


def test_no_worker_is_too_few() -> None:
    with pytest.raises(UsageError, match="--jobs 1 or more"):
        budget(10**9, 0, rules=40)
