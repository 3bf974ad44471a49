"""The channel ``calendar``: what is due and what is ahead, as tasks and events in a calendar (docs/calendar.md).

``entries`` says what a task and an event say; ``items`` what is the same, and what a person changed; ``merging`` what
is to be done about an item that is there; ``file``, ``vdir`` and ``server`` do it.
"""
