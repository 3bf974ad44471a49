"""Common Expression Language (common-expression-language): one expression, for each instance with its thanks."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Any, Final

import cel

from tests.speed.peers import DUE, EXPIRES, Said, Story

VERDICT: Final = f"""
ends.exists(e, e.n < n) ? "none" :
thanks.exists(t, t.n > n && t.at <= at + {DUE} && !ends.exists(e, e.n < t.n)) ? "satisfied" :
thanks.exists(t, t.n > n && t.at <= at + {EXPIRES} && !ends.exists(e, e.n < t.n)) ? "late" :
ends.exists(e, e.at <= at + {EXPIRES}) ? "cancelled" :
at + {EXPIRES} < as_of ? "missed" :
at + {DUE} < as_of ? "overdue" : "due"
"""

Prepared = list[tuple[int, dict[str, Any]]]


def prepare(story: Story) -> Prepared:
    """A context for each instance."""
    thanks = {key: [{"n": t.n, "at": t.at} for t in some] for key, some in story.thanks_by_key().items()}
    ends = {end.case: [{"n": end.n, "at": end.at}] for end in story.ends}
    return [
        (
            i.id,
            {
                "n": i.n,
                "at": i.at,
                "as_of": story.as_of,
                "thanks": thanks.get((i.case, i.person), []),
                "ends": ends.get(i.case, []),
            },
        )
        for i in story.interviews
    ]


def judge(prepared: Prepared) -> Said:
    program = cel.compile(VERDICT)
    said = ((number, program.execute(context)) for number, context in prepared)
    return [(number, verdict) for number, verdict in said if verdict != "none"]
