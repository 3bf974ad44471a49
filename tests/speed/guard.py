"""The guard against getting slower: instructions counted, not time, so that a busy machine gives the same answer.

    make guard                  what moved by more than a tenth since guard.json was written; exits with 1 if it did
    make guard ARGS=--update    write guard.json anew

Counted by valgrind, with one Polars thread and one hash seed, two runs agree to a hundredth. The counts depend on the
versions of Python, Polars and valgrind: guard.json names those that it was made with.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import polars as pl

from tests.speed.generate import AS_OF, write_log

ROOT: Final = Path(__file__).parents[2]
BASELINE: Final = Path(__file__).parent / "guard.json"
CHECKOUT: Final = (str(ROOT / "engine"), str(ROOT))
"""Where processes import from: what is counted is this checkout."""

TENTH: Final = 10  # a change by more than one of so many parts is told
LARGE: Final = 1_000
"""Applications of the log that is read and judged."""

NO_VALGRIND: Final = (
    "The guard counts instructions with valgrind, which is not here. Install it (on Debian: apt install valgrind)."
)

Counts = dict[str, int]
"""Millions of instructions, by what they were spent on."""


class Change(NamedTuple):
    """One entry then and now; 0 for one that was not there."""

    name: str
    before: int
    now: int

    @property
    def share(self) -> float:
        return self.now / self.before - 1 if self.before else float("inf")

    @property
    def has_moved(self) -> bool:
        return abs(self.now - self.before) > self.before / TENTH

    def __str__(self) -> str:
        told = f"{self.name}: {self.before:,} to {self.now:,} million instructions ({self.share:+.1%})"
        return f"{told}: MOVED" if self.has_moved else told


def main() -> int:
    parser = argparse.ArgumentParser(description="Say what costs a tenth more or less than it did.")
    parser.add_argument("--update", action="store_true", help=f"write {BASELINE.name} anew")
    is_update = parser.parse_args().update
    if shutil.which("valgrind") is None:
        print(NO_VALGRIND, file=sys.stderr)
        return 2
    now = count()
    if is_update:
        write(BASELINE, now, versions())
        print(f"Wrote {BASELINE.relative_to(ROOT)}: {now}")
        return 0
    known = json.loads(BASELINE.read_text(encoding="utf-8"))
    if known["versions"] != versions():
        print(f"{BASELINE.name} was counted with {known['versions']}, and this is {versions()}: expect other counts.")
    return tell(changes(known["instructions"], now))


def tell(moved: Sequence[Change]) -> int:
    """Print every entry; 1 where one has moved."""
    print("\n".join(map(str, moved)))
    if not any(change.has_moved for change in moved):
        print("Nothing moved by more than a tenth.")
        return 0
    print("If that is meant, write down what it costs now: make guard ARGS=--update")
    return 1


def changes(before: Mapping[str, int], now: Mapping[str, int]) -> list[Change]:
    return [Change(name, before.get(name, 0), now.get(name, 0)) for name in dict.fromkeys((*before, *now))]


def write(file: Path, counts: Counts, made_with: Mapping[str, str]) -> None:
    file.write_text(json.dumps({"versions": made_with, "instructions": counts}, indent=2) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "python": platform.python_version(),
        "polars": pl.__version__,
        "valgrind": valgrind.strip().removeprefix("valgrind-"),
    }


# ── counting ──


def count() -> Counts:
    """A cold run of one application by the bundled pack, then reading and judging by the benchmark's rules, of which
    each is the difference of two processes that are otherwise alike."""
    with TemporaryDirectory() as folder:
        one, small, large = (Path(folder) / f"{name}.jsonl" for name in ("one", "small", "large"))
        for file, applications in ((one, 1), (small, 20), (large, LARGE)):
            write_log(file, applications)
        options = ["--as-of", AS_OF.isoformat(), "--fail-on", "never"]
        cold = ["-m", "punctilio", "evaluate", str(one), "--rules", "after-interview", *options]
        work = ["-m", "tests.speed.guard_work", str(small)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counted = pool.map(instructions, (cold, work, [*work, str(large)], [*work, str(large), "evaluate"]))
            whole, warm, read, judged = counted
    return {
        "cold run of one application": _millions(whole),
        f"reading {LARGE:,} applications": _millions(read - warm),
        f"judging {LARGE:,} applications": _millions(judged - read),
    }


def _millions(number: int) -> int:
    return round(number / 1_000_000)


def instructions(arguments: Sequence[str]) -> int:
    """The instructions of a Python process that has run before, so that nothing is left to be compiled."""
    fixed = {
        "PYTHONHASHSEED": "0",
        "POLARS_MAX_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "",  # what the first run compiles is there in the second, however the machine is set
    }
    _run([sys.executable, *arguments], fixed)
    counter = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    return collected(_run([*counter, sys.executable, *arguments], fixed))


def collected(told: str) -> int:
    """The number in what valgrind says."""
    found = re.search(r"Collected : (\d+)", told)
    if found is None:
        raise SystemExit(f"valgrind counted nothing:\n{told}")
    return int(found[1])


def _run(command: Sequence[str], fixed: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, env={**os.environ, **fixed}, cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stderr


if __name__ == "__main__":
    sys.exit(main())
