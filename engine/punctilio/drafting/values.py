"""What a draft is made of."""

from __future__ import annotations

from datetime import datetime

from punctilio.contracts import Action, Context
from punctilio.explanation import Person
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.model.rule import Force, Rule, Rulebook
from punctilio.value import Value

LEVELS = {Force.MUST: Level.ERROR, Force.SHOULD: Level.WARNING, Force.MAY: Level.ADVICE}


class TextFinding(Value, kw_only=True):
    """What a rule says of a text that is not sent yet. ``message`` is a sentence; ``events`` are what else it is about,
    in words; ``phrase`` stands in the text and is what the sentence is about, where it is about one."""

    rule: Rule
    message: str
    events: tuple[str, ...] = ()
    phrase: str | None = None

    @property
    def level(self) -> Level:
        """By the force of the rule; one of a `may` rule is advice."""
        return LEVELS[self.rule.force or Force.MAY]


class Prepared(Value, kw_only=True):
    """An action that is due, with all that a channel needs to render it, and what the rules say of the text.

    ``state`` is its verdict with the instant that matters most. ``findings`` are of the text without its gaps: what
    stands in a gap is for a person to write, and no rule is kept or broken by it. ``remarks`` are sentences on what
    else is to be known, such as a draft that is there already.
    """

    action: Action
    context: Context
    rule: Rule
    state: str
    findings: tuple[TextFinding, ...] = ()
    remarks: tuple[str, ...] = ()


class Withheld(Value, kw_only=True):
    """An action that is not to be done now. ``sentence`` says by which rule, and until when."""

    decision: str
    rule: Rule
    person: Person | None
    blocked_by: Rule | None
    blocked_until: datetime | None
    sentence: str


class Drafts(Value, kw_only=True):
    """All that is to be written now in a case. ``next`` is its next step, or what it waits for, in a sentence."""

    case: str
    as_of: datetime
    zone: str
    rulebook: Rulebook
    prepared: tuple[Prepared, ...]
    withheld: tuple[Withheld, ...]
    next: str
    known_at: datetime | None = None


class Gap(Value):
    """A place in a text that is still to be filled in."""

    text: str
    location: Location


class Slip(Value):
    """A finding, and where in the file it is: the file as a whole, where no place can be named."""

    finding: TextFinding
    location: Location


class Proofreading(Value, kw_only=True):
    """What the rules say of a message in a file. ``hints`` are sentences on what was not judged, and why."""

    file: str
    as_of: datetime
    zone: str
    rulebook: Rulebook
    slips: tuple[Slip, ...]
    gaps: tuple[Gap, ...]
    hints: tuple[str, ...]
