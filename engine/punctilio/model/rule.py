"""Rules as values. A rulebook that can be built is one that can be judged.

A **pattern** says which events fit. A **key** says which events belong together. A **kind** says what is judged:
``Expect`` (something should follow), ``Require`` (something must come before), ``Limit`` (not too often), ``Check``
(what an event says), ``Close`` (when a case is over). docs/language.md gives their meaning to the instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from punctilio.location import Location
from punctilio.model.vocabulary import Vocabulary
from punctilio.model.window import Bound, Duration, Window
from punctilio.origin import Origin
from punctilio.value import Value

Scalar = str | int | float | bool | datetime

# ── patterns ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Range(Value):
    """A closed range of numbers; None is no bound."""

    at_least: int | None = None
    at_most: int | None = None

    def __contains__(self, number: int) -> bool:
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


class All(Value):
    """Every part fits; with no parts, anything does."""

    parts: tuple[Pattern, ...] = ()


class AnyOf(Value):
    parts: tuple[Pattern, ...]


class Not(Value):
    part: Pattern


class OneOf(Value):
    """The field equals one of the values. ``field`` may be ``type``;
    ``person.role`` is an attribute noted of a person."""

    field: str
    values: tuple[Scalar, ...]


class Compare(Value):
    """``operator`` is lt, lte, gt or gte; the field is a number, an instant or a deadline."""

    field: str
    operator: str
    value: int | float | datetime


class Matches(Value):
    """A regular expression in Polars' (Rust's) syntax, found anywhere in the field."""

    field: str
    regex: str


class Mentions(Value):
    """One of the phrases stands in the field, as whole words, whatever the case, spacing and quotation marks."""

    field: str
    phrases: tuple[str, ...]
    list_name: str | None = None


class Exists(Value):
    """The field is written and not blank (or, with ``wanted`` False, the opposite)."""

    field: str
    wanted: bool = True


class Size(Value):
    """``unit`` is words (separated by white space) or chars (Unicode characters)."""

    field: str
    unit: str
    range: Range


class StartsWith(Value):
    field: str
    text: str


Pattern = All | AnyOf | Not | OneOf | Compare | Matches | Mentions | Exists | Size | StartsWith


class EventPattern(Value):
    """A pattern in the place of an event. ``types`` are the event types that it
    can fit, never empty; ``name`` is how the rule calls it."""

    pattern: Pattern
    types: frozenset[str]
    name: str


# ── the five kinds ────────────────────────────────────────────────────────────────────────────────────────────────


class Force(StrEnum):
    """As in RFC 2119, strongest first."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


Key = tuple[str, ...]
"""The fields beside the case, sorted, ``person`` meaning each addressee; empty is the case alone."""


class While(Value, kw_only=True):
    after: EventPattern | None = None
    until: EventPattern | None = None
    lasts: Bound | None = None


class Action(Value, kw_only=True):
    """A future event. ``to`` and ``through`` name parties."""

    type: str
    fields: Mapping[str, Scalar | tuple[Scalar, ...]] = MappingProxyType({})
    template: str | None = None
    to: str | None = None
    through: str | None = None


class Expect(Value, kw_only=True):
    when: EventPattern
    until: EventPattern
    window: Window = Window()
    each: str | None = None
    key: Key = ()
    nth: int | None = None
    since: EventPattern | None = None
    during: While | None = None
    before: EventPattern | None = None
    cancel: EventPattern | None = None
    restarts: bool = False
    action: Action | None = None


class Require(Value, kw_only=True):
    of: EventPattern
    after: EventPattern
    key: Key = ()
    since: EventPattern | None = None
    within: Duration | None = None
    from_field: str | None = None


class Limit(Value, kw_only=True):
    """At least one of ``at_most`` and ``gap`` is given; ``within`` needs ``at_most``."""

    of: EventPattern
    key: Key = ()
    at_most: int | None = None
    within: Duration | None = None
    gap: Duration | None = None
    since: EventPattern | None = None
    during: While | None = None


class Content(Value):
    """A pattern that the event must fit; where it is unknown, nothing is said. ``text`` is how it was written."""

    pattern: Pattern
    text: str


class Avoids(Value):
    field: str
    phrases: tuple[str, ...]
    list_name: str | None = None


class Bullets(Value):
    """``count`` bullets stand in the field, each of which fits ``each`` (a pattern on the field ``bullet``)."""

    field: str
    count: Range
    each: Pattern | None = None


class Separate(Value):
    """The event has one addressee."""


class Distinct(Value):
    """No earlier event of the case, not void, says the same in this field after folding."""

    field: str


class Cites(Value):
    """The field cites what the vocabulary calls by this name."""

    field: str
    citable: str


class AddressedTo(Value):
    """The party is among the addressees."""

    party: str


class Recent(Value):
    """The date or instant in the field is at most so long before the event."""

    field: str
    within: Duration


class Passes(Value):
    """The check of a plugin finds nothing wrong with the field."""

    field: str
    check: str
    origin: Origin


Condition = Content | Avoids | Bullets | Separate | Distinct | Cites | AddressedTo | Recent | Passes


class Check(Value, kw_only=True):
    of: EventPattern
    conditions: tuple[Condition, ...]


class Close(Value, kw_only=True):
    when: EventPattern
    status: str
    key: Key = ()
    nth: int | None = None
    since: EventPattern | None = None
    silence_for: Duration | None = None
    unless: EventPattern | None = None
    reopen: EventPattern | None = None


Kind = Expect | Require | Limit | Check | Close

# ── the rulebook ──────────────────────────────────────────────────────────────────────────────────────────────────


class Reading(Value, kw_only=True):
    """A parameter that the rule uses: its name, its value as text, and whether a file set it (not the default)."""

    parameter: str
    value: str
    about: str = ""
    is_default: bool = True


class Rule(Value, kw_only=True):
    """``force`` is None for a close alone. ``location`` is the line of its `id`."""

    id: str
    kind: Kind
    location: Location
    force: Force | None = None
    title: str = ""
    cite: str = ""
    about: str = ""
    readings: tuple[Reading, ...] = ()


class Party(Value, kw_only=True):
    """Lines of conditions on a person's attributes, best first."""

    name: str
    lines: tuple[Pattern, ...]


class Calendar(Value, kw_only=True):
    """Days off: weekdays by number (Monday is 0) and dates."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: tuple[date, ...] = ()


class Rulebook(Value, kw_only=True):
    """The effective rules, sorted by id. ``hash`` (hexadecimal SHA-256) changes with anything that can change a
    verdict. ``zone`` is None where no file names one. ``files`` are the rule files as they are called, what others
    extend before them, and ``folders`` where each is, as absolute paths."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    parties: Mapping[str, Party] = MappingProxyType({})
    calendar: Calendar = Calendar()
    zone: str | None = None
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    hash: str = ""

    def rule(self, rule_id: str) -> Rule:
        """Raises KeyError for an unknown id."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
