"""How long the properties are tried, and how often each verdict was generated."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

VERDICTS = pytest.StashKey[Counter[str]]()

COMMON = settings(
    deadline=None,  # a slow machine proves nothing
    derandomize=True,  # the same examples in every run
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[VERDICTS] = Counter()
    settings.register_profile("default", COMMON, max_examples=20)
    settings.register_profile("thorough", COMMON, max_examples=1000, derandomize=False)
    settings.load_profile(config.getoption("--hypothesis-profile", None) or "default")


@pytest.fixture
def verdicts(request: pytest.FixtureRequest) -> Counter[str]:
    """Counts the verdicts that generated rules and logs come to, over the whole run."""
    return request.config.stash[VERDICTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash[VERDICTS]
    if counted:
        terminalreporter.section("verdicts that were generated")
        terminalreporter.line(", ".join(f"{verdict} {count}" for verdict, count in counted.most_common()))
