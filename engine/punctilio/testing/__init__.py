"""What tests of plugins and of rules need: contracts to be held to, and logs to be judged.

    from punctilio.testing import ChannelContract

    class TestPigeon(ChannelContract):
        def channel(self) -> Channel:
            return Pigeon()

pytest finds the tests that such a class inherits; `rules plugins check NAME` runs them too, without pytest. A log is
built case by case:

    case = Case("acme").event("timeframe.given", "2026-03-03T16:00:00Z", decision_by="2026-03-20")
    evaluation = judged(case, as_of="2026-03-05T09:00:00Z")
"""

from __future__ import annotations

from punctilio.testing.channels import ChannelContract, a_context, an_action
from punctilio.testing.checks import CheckContract
from punctilio.testing.logs import Case, judged, lines, log_of, rulebook
from punctilio.testing.reporters import ReporterContract
from punctilio.testing.sources import SourceContract

__all__ = [
    "Case",
    "ChannelContract",
    "CheckContract",
    "ReporterContract",
    "SourceContract",
    "a_context",
    "an_action",
    "judged",
    "lines",
    "log_of",
    "rulebook",
]
