"""How long the properties are tried, and how often each verdict was generated.

``PROPERTY_EXAMPLES=1000 pytest tests/property`` tries more, and other ones in each run.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings

VERDICTS = pytest.StashKey[Counter[str]]()
USUAL = 14


def pytest_configure(config: pytest.Config) -> None:
    config.stash[VERDICTS] = Counter()


@pytest.fixture
def effort() -> settings:
    """Few examples, the same in every run; or as many as were asked for."""
    asked = os.environ.get("PROPERTY_EXAMPLES")
    return settings(
        max_examples=int(asked or USUAL),
        derandomize=asked is None,
        database=None,
        deadline=None,  # a slow machine proves nothing
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.fixture
def verdicts(request: pytest.FixtureRequest) -> Counter[str]:
    """Counts the verdicts that generated rules and logs come to, over the whole run."""
    return request.config.stash[VERDICTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash[VERDICTS]
    if counted:
        terminalreporter.section("verdicts that were generated")
        terminalreporter.line(", ".join(f"{verdict} {count}" for verdict, count in counted.most_common()))
