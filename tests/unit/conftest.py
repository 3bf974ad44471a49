"""What tests of several files share."""

from __future__ import annotations

import pytest

from punctilio.logs import jsonl


@pytest.fixture(params=[0, 1 << 30], ids=["columns", "lines"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON Lines are read in columns, and line by line."""
    monkeypatch.setattr(jsonl, "SMALL", request.param)
