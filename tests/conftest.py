"""What tests of every room share: the promised text beside the file that it is about."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings

Snapshot = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="Write the promised texts anew, as they are now.")


def pytest_configure() -> None:
    """No test measures time or depends on luck, as by itself Hypothesis does: it refuses what a busy machine takes long
    for, and tries something else in every run."""
    settings.register_profile("same", deadline=None, derandomize=True)
    settings.load_profile("same")
    _share_processors()


def _share_processors() -> None:
    """Where several processes test (``pytest -n``), each has as many Polars threads as there are processors for it.
    Tests of what threads change, which is nothing, start some of their own."""
    if processes := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, (os.cpu_count() or 1) // int(processes))))


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare a text with the promised one in a file."""
    is_update = bool(request.config.getoption("--snapshot-update"))

    def compare(promised: Path, text: str) -> None:
        if is_update:
            promised.write_text(text, encoding="utf-8", newline="\n")
        assert promised.is_file(), (
            f"{promised.name} is missing: run pytest with --snapshot-update and read what it writes"
        )
        assert text == promised.read_text(encoding="utf-8")

    return compare


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often each verdict was generated. What tests note comes from other processes too (``pytest -n``)."""
    reports = [report for those in terminalreporter.stats.values() for report in those]
    noted = [pair for report in reports if isinstance(report, pytest.TestReport) for pair in report.user_properties]
    counted = Counter[str]()
    for name, counts in noted:
        if name == "verdicts":
            counted.update(cast("dict[str, int]", counts))
    if counted:
        terminalreporter.section("verdicts that were generated")
        terminalreporter.line(", ".join(f"{verdict} {count}" for verdict, count in counted.most_common()))
