"""What a task and an event say of a decision. Everything that a log says is text in them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from punctilio.contracts import Action, case_mark
from punctilio_calendar.library import missing
from punctilio_calendar.options import Options

try:
    from icalendar import Alarm, Calendar, Component, Event, Todo
except ModuleNotFoundError as error:
    raise missing("icalendar") from error

PRODUCT: Final = "-//Punctilio//Punctilio//EN"
DECISION: Final = "X-PUNCTILIO-DECISION"
CASE: Final = "X-PUNCTILIO-CASE"
OURS: Final = "punctilio-"
"""How the UID of every item of ours begins."""

ACTIONABLE: Final = ("due", "open", "overdue")
OPEN: Final = ("waiting", *ACTIONABLE)
DONE: Final = ("satisfied", "late", "early")
_SHOWN: Final = timedelta(minutes=30)
"""How long an event is that stands for an instant."""
_JOINERS: Final = "\u200c\u200d"
"""Invisible, and part of how names are spelt in several scripts."""


def calendar_of(action: Action, as_of: datetime, options: Options) -> str:
    """A calendar with the task and the event of an action, as far as it has them."""
    calendar = blank()
    for component in (_task(action, as_of, options), _event(action, as_of, options)):
        if component is not None:
            calendar.add_component(component)
    return bytes(calendar.to_ical()).decode()


def blank() -> Calendar:
    """A calendar with nothing in it. ``Calendar.new()`` would give it a random UID."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    return calendar


def plain(text: str) -> str:
    """A text of the log, on one line: what would do something instead of showing something is left out.

    A backslash before an N is parted from it: the library would write both as the end of a line.
    """
    kept = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(kept.split()).replace("\\N", "\\ N")


# ── the two entries ──


def _task(action: Action, as_of: datetime, options: Options) -> Component | None:
    """What is to be done: from when on, and until when."""
    if "task" not in options.entries:
        return None
    task = Todo()
    _add_common(task, action, as_of, "task", _summary(action))
    opens, due = _whole(action.opens_at), _whole(action.due_at)
    if opens and (due is None or opens < due):
        task.add("dtstart", opens)
    if due:
        task.add("due", due)
    if action.verdict in OPEN:
        task.add("status", "NEEDS-ACTION")
    else:
        task.add("status", "COMPLETED" if action.verdict in DONE else "CANCELLED")
    if due or "DTSTART" in task:
        _add_alarm(task, _summary(action), due is not None, action, options)
    return task


def _event(action: Action, as_of: datetime, options: Options) -> Component | None:
    """The instant that matters next: when it opens while it waits, when it is due after that."""
    is_due = action.due_at is not None and not (action.verdict == "waiting" and action.opens_at)
    at = _whole(action.due_at if is_due else action.opens_at or action.expires_at)
    if at is None or "event" not in options.entries:
        return None
    word = "Due" if is_due else "Opens" if action.opens_at else "Last chance"
    try:
        start, end = (at, at + _SHOWN) if word == "Opens" else (at - _SHOWN, at)
    except OverflowError:  # at the ends of time
        return None
    event = Event()
    summary = f"{word}: {_summary(action)}"
    _add_common(event, action, as_of, "event", summary)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", "CONFIRMED" if action.verdict in OPEN else "CANCELLED")
    event.add("transp", "TRANSPARENT")  # nobody is busy for it
    _add_alarm(event, summary, word != "Opens", action, options)
    return event


def _whole(instant: datetime | None) -> datetime | None:
    """Calendars know seconds."""
    return instant.replace(microsecond=0) if instant else None


def _add_common(component: Component, action: Action, as_of: datetime, sort: str, summary: str) -> None:
    component.add("uid", f"{OURS}{action.decision}-{sort}")
    component.add("dtstamp", as_of)
    component.add("summary", summary)
    component.add("description", "\n".join(_description(action)))
    component.add("categories", ["Punctilio"])
    component.add(DECISION, action.decision)
    component.add(CASE, case_mark(action.case))


def _summary(action: Action) -> str:
    to = f": {plain(action.to.name or action.to.key)}" if action.to else ""
    return f"{plain(action.title)}{to} ({plain(action.case)})"


def _description(action: Action) -> Iterator[str]:
    yield from (plain(reason) for reason in action.reasons)
    if action.through:
        yield f"Through {plain(action.through.name or action.through.key)}."
    yield f"Rule: {plain(action.rule)}"


def _add_alarm(component: Component, summary: str, before_end: bool, action: Action, options: Options) -> None:
    """A reminder before it is due, or as it opens. What is settled rings no more."""
    if options.alarm is None or action.verdict not in OPEN:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    related = "END" if before_end else "START"
    alarm.add("trigger", -options.alarm if before_end else timedelta(0), parameters={"RELATED": related})
    component.add_component(alarm)
