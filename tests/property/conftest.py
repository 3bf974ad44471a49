"""How long the properties are tried, and how often each verdict was generated.

``PROPERTY_EXAMPLES=1000 pytest tests/property`` tries more, and other ones in each run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

USUAL = 14


@pytest.fixture
def effort() -> settings:
    """Few examples, the same in every run; or as many as were asked for."""
    asked = os.environ.get("PROPERTY_EXAMPLES")
    return settings(
        max_examples=int(asked or USUAL),
        derandomize=asked is None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.fixture
def verdicts(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Counts the verdicts that generated rules and logs come to, for the summary of the run (tests/conftest.py)."""
    counted = Counter[str]()
    yield counted
    plain = {str(verdict): count for verdict, count in counted.items()}  # as it can go from process to process
    request.node.user_properties.append(("verdicts", plain))
