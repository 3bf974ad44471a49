"""Decisions as channels see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from punctilio.contracts import Action
from punctilio.drafting.gathering import CaseFile
from punctilio.explanation import Decision, Instant
from punctilio.model.rule import Expect, Scalar


def action_of(file: CaseFile, decision: Decision) -> Action:
    """What the decision proposes now, or, where it waits or is settled, what its rule would propose.

    A rule that proposes nothing gives an action without a type, to whomever the decision is about.
    """
    kind, do = decision.rule.kind, decision.do
    proposed = kind.action if isinstance(kind, Expect) else None
    to = do.to if do else decision.person
    return Action(
        decision=decision.id,
        case=decision.case,
        rule=decision.rule.id,
        title=decision.rule.title or decision.rule.id,
        verdict=decision.verdict,
        type=_type(file, proposed.type) if proposed else "",
        fields=_fields(proposed.fields if proposed else {}),
        template=proposed.template if proposed else None,
        to=file.person(to.key if to else None),
        through=file.person(do.through.key if do and do.through else None),
        zone=file.zone,
        opens_at=aware(decision.opens),
        due_at=aware(decision.due),
        expires_at=aware(decision.expires),
        reasons=decision.why,
    )


def aware(instant: Instant | None) -> datetime | None:
    """The instant in UTC, as channels are told it."""
    return instant.utc.replace(tzinfo=UTC) if instant else None


def _type(file: CaseFile, written: str) -> str:
    """The event that the action would be: that of the vocabulary, where the rule names none."""
    drafts = file.vocabulary.parts.drafts
    return written or (drafts.of if drafts else "")


def _fields(fields: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Mapping[str, str | tuple[str, ...]]:
    return MappingProxyType({name: _field(value) for name, value in sorted(fields.items())})


def _field(value: Scalar | tuple[Scalar, ...]) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(_text(item) for item in value)
    return _text(value)


def _text(value: Scalar) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
