"""What tests of every room share: the promised text beside the file that it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Snapshot = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="Write the promised texts anew, as they are now.")


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
