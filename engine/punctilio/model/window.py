"""How long, and until when. Three different things: elapsed time, civil time, business days (docs/language.md, 3)."""

from __future__ import annotations

from punctilio.value import Value


class Duration(Value):
    """A length of time. Parts are added in the order of the fields; ``text`` is how it was written."""

    months: int = 0
    days: int = 0
    business_days: int = 0
    seconds: int = 0
    to_midnight: bool = False
    text: str = ""

    @property
    def is_elapsed(self) -> bool:
        """Whether it needs no calendar and no zone."""
        return not (self.months or self.days or self.business_days or self.to_midnight)

    @property
    def is_anything(self) -> bool:
        """Whether it leads away from its start."""
        return bool(self.months or self.days or self.business_days or self.seconds or self.to_midnight)


class FieldBound(Value):
    """A bound that is an instant or deadline field of the trigger (``due: at``)."""

    field: str

    @property
    def text(self) -> str:
        return self.field


Bound = Duration | FieldBound


class Window(Value, kw_only=True):
    """``from_field`` is an instant or deadline field of the trigger; ``at`` where it is None or empty."""

    from_field: str | None = None
    opens: Bound | None = None
    due: Bound | None = None
    expires: Bound | None = None
