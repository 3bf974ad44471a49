"""Why: every row of an evaluation with the rule, the events, the arithmetic and the readings behind it, in sentences.

Reports of every form tell what stands here, so that no two of them give different reasons.
"""

from punctilio.explanation.telling import explain
from punctilio.explanation.values import (
    Allowance,
    Case,
    Decision,
    Event,
    Explanation,
    Finding,
    Instant,
    Note,
    Person,
    Proposal,
)

__all__ = [
    "Allowance",
    "Case",
    "Decision",
    "Event",
    "Explanation",
    "Finding",
    "Instant",
    "Note",
    "Person",
    "Proposal",
    "explain",
]
