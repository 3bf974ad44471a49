"""business-rules: conditions on variables that Python computes, and actions that Python takes, for each instance."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Any, Final

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_TEXT
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable

from tests.speed.peers import DUE, EXPIRES, Interview, Said, Story, Thanks

_NEVER: Final = 1 << 40


class Instance:
    """An interview for one person, with what came after it."""

    def __init__(self, interview: Interview, thanks: list[Thanks], end: tuple[int, int], as_of: int) -> None:
        self.interview = interview
        self.thanks = thanks
        self.end_n, self.end_at = end
        self.as_of = as_of
        self.verdict = "none"


class Variables(BaseVariables):
    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @boolean_rule_variable
    def is_opened(self) -> bool:
        return self.instance.end_n > self.instance.interview.n

    @numeric_rule_variable
    def thanked_after(self) -> int:
        """Seconds to the first thanks after it, before the end."""
        one = self.instance
        found = (t.at - one.interview.at for t in one.thanks if one.interview.n < t.n < one.end_n)
        return next(found, _NEVER)

    @numeric_rule_variable
    def ended_after(self) -> int:
        return self.instance.end_at - self.instance.interview.at

    @numeric_rule_variable
    def age(self) -> int:
        return self.instance.as_of - self.instance.interview.at


class Actions(BaseActions):
    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @rule_action(params={"verdict": FIELD_TEXT})
    def conclude(self, verdict: str) -> None:
        self.instance.verdict = verdict


def _rule(verdict: str, *conditions: tuple[str, str, object]) -> dict[str, Any]:
    every = [{"name": name, "operator": operator, "value": value} for name, operator, value in conditions]
    opened = {"name": "is_opened", "operator": "is_true", "value": True}
    return {"conditions": {"all": [opened, *every]}, "actions": [{"name": "conclude", "params": {"verdict": verdict}}]}


RULES: Final = [
    _rule("satisfied", ("thanked_after", "less_than_or_equal_to", DUE)),
    _rule("late", ("thanked_after", "less_than_or_equal_to", EXPIRES)),
    _rule("cancelled", ("ended_after", "less_than_or_equal_to", EXPIRES)),
    _rule("missed", ("age", "greater_than", EXPIRES)),
    _rule("overdue", ("age", "greater_than", DUE)),
    _rule("due"),
]

Prepared = list[Instance]


def prepare(story: Story) -> Prepared:
    thanks = story.thanks_by_key()
    ends = {end.case: (end.n, end.at) for end in story.ends}
    return [
        Instance(i, thanks.get((i.case, i.person), []), ends.get(i.case, (_NEVER, _NEVER)), story.as_of)
        for i in story.interviews
    ]


def judge(prepared: Prepared) -> Said:
    for instance in prepared:
        run_all(RULES, Variables(instance), Actions(instance), stop_on_first_trigger=True)
    return [(one.interview.id, one.verdict) for one in prepared if one.verdict != "none"]
