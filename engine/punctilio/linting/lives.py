"""How long an instance of an expectation lives, as far as it is sure.

An event that began before the trigger and ends after it is not thought of: it cancels nothing (docs/language.md, 5).
"""

from __future__ import annotations

from punctilio.linting.implication import Patterns
from punctilio.linting.lengths import is_longer
from punctilio.model.rule import Calendar, EventPattern, Expect, Key, Limit, Pattern, While
from punctilio.model.vocabulary import Vocabulary
from punctilio.model.window import Duration


class Lives:
    """What is sure of the instances of expectations."""

    def __init__(self, vocabulary: Vocabulary, calendar: Calendar) -> None:
        self.vocabulary = vocabulary
        self.calendar = calendar
        self.patterns = Patterns(vocabulary)

    def ends_with(self, expect: Expect, event: EventPattern) -> bool:
        """Whether each such event after the trigger settles, cancels or replaces the instance."""
        if any(self.vocabulary.declares(name, field) for name in event.types for field in expect.key):
            return False
        ends: list[Pattern] = [expect.until.pattern]
        ends += [expect.cancel.pattern] if expect.cancel else []
        ends += [expect.when.pattern] if expect.restarts and expect.nth is None and expect.during is None else []
        return any(self.patterns.implies(event.pattern, end) for end in ends)

    def is_triggered_by(self, expect: Expect, event: EventPattern) -> bool:
        """Whether every trigger is such an event."""
        return self.patterns.implies(expect.when.pattern, event.pattern)

    def is_over_within(self, expect: Expect, length: Duration) -> bool:
        """Whether the window, from the trigger on, ends before so long has passed."""
        expires = expect.window.expires
        starts = expect.window.from_field in (None, "at")
        return starts and isinstance(expires, Duration) and is_longer(length, expires, self.calendar)

    def is_inside(self, expect: Expect, during: While | None) -> bool:
        """Whether an instance lies within an interval that its trigger begins, for as long as it lives."""
        if during is None:
            return True
        if during.after is None or not self.is_triggered_by(expect, during.after):
            return False
        if during.until is not None and not self.ends_with(expect, during.until):
            return False
        lasts = during.lasts
        return lasts is None or (isinstance(lasts, Duration) and self.is_over_within(expect, lasts))

    def shares_key(self, expect: Expect, key: Key) -> bool:
        """Whether what is counted by the key counts for the trigger and for the action alike."""
        is_same_person = expect.action is not None and expect.action.to is None and "person" in expect.key
        return not key or (key == ("person",) and is_same_person)

    def knows_key(self, expect: Expect, key: Key) -> bool:
        """Whether the action, as it is proposed, has all of the key of a limit."""
        action = expect.action
        if action is None:
            return False
        has_person = bool(action.to or expect.each or "person" in expect.key)
        return all(has_person if name == "person" else name in action.fields for name in key)

    def counts_from(self, expect: Expect, limit: Limit) -> int:
        """How many the limit surely counts from the trigger on, for as long as the instance lives."""
        if not self.is_triggered_by(expect, limit.of) or not self.shares_key(expect, limit.key):
            return 0
        if not self.is_inside(expect, limit.during):
            return 0
        if limit.since is not None and not self.ends_with(expect, limit.since):
            return 0
        if limit.within is not None:
            return int(self.is_over_within(expect, limit.within))
        return self._of_same_round(expect, limit)

    def _of_same_round(self, expect: Expect, limit: Limit) -> int:
        """Of the n matches that it takes to open, those that are surely in the stretch of the limit."""
        is_whole = limit.during is None and (
            limit.since is None
            or (expect.since is not None and self.patterns.implies(limit.since.pattern, expect.since.pattern))
        )
        return expect.nth or 1 if is_whole else 1
