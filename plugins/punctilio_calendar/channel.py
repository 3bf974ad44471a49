"""The channel: drafts are entries as iCalendar (RFC 5545), and they go into a file, a folder or onto a server."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from punctilio.contracts import Action, Context, Draft, Judged, Limits, Receipt
from punctilio.errors import UsageError
from punctilio_calendar.library import require
from punctilio_calendar.options import options_of

if TYPE_CHECKING:
    from punctilio_calendar.merging import Place


class Calendar:
    """Shows every open expectation as a task, and the instant that matters next as an event."""

    name = "calendar"
    shows_plans = True

    def limits(self, options: Mapping[str, str]) -> Limits:
        """There are none. Raises UsageError where an option is none, or the icalendar package is missing."""
        options_of(options)
        require("icalendar")
        return Limits()

    def render(self, action: Action, context: Context) -> Draft:
        """The task and the event of a decision, as one calendar. ``DTSTAMP`` is the as-of.

        Raises UsageError where an option is none, or the icalendar package is missing.
        """
        options = options_of(context.options)
        from punctilio_calendar.entries import calendar_of  # imports icalendar

        return Draft(action=action, channel=self.name, text=calendar_of(action, context.as_of, options))

    def export(self, drafts: Sequence[Draft], destination: str) -> list[Receipt]:
        """Bring a file (``….ics``), a folder with a file an item (a vdir), or a calendar on a server (an address that
        begins with https://) up to date.

        Raises UsageError for a destination that cannot be used.
        """
        from punctilio_calendar.merging import bring_up_to_date  # imports icalendar

        with _opened(destination) as place:
            return bring_up_to_date(place, drafts)

    def sweep(self, judged: Judged, destination: str) -> list[Receipt]:
        """Cancel what is shown there of these cases by decisions that there are no more.

        Raises UsageError for a destination that cannot be used.
        """
        from punctilio_calendar.merging import swept  # imports icalendar

        with _opened(destination) as place:
            return list(swept(place, judged))


@contextmanager
def _opened(destination: str) -> Generator[Place, None, None]:
    """The calendar at its address; a file is written as this ends."""
    if destination.startswith(("https://", "http://")):
        from punctilio_calendar.server import opened  # imports caldav

        with opened(destination) as server:
            yield server
        return
    path = Path(destination).expanduser()
    if path.suffix.lower() == ".ics":
        from punctilio_calendar.file import File

        file = File(path)
        yield file
        file.save()
        return
    if not path.is_dir():
        raise UsageError(f"There is no folder {path}. Make it, or name a file that ends in .ics.")
    from punctilio_calendar.vdir import Vdir

    yield Vdir(path)
