"""What a plugin registers: for each kind of thing a small Protocol, and the frozen values that go in and out.

This package, ``punctilio`` itself and ``punctilio.testing`` are all that a plugin needs, and all that is promised to
stay (docs/plugins.md). A plugin says which promise it was written for:

    CONTRACT = 1

What is added later is optional: a value gets a new field with a default, a Protocol never gets a new member. Anything
else raises ``CONTRACT``, and a plugin that was written for another one is named and not used.
"""

from __future__ import annotations

from typing import Final

from punctilio.contracts.channels import (
    Action,
    Agenda,
    Asker,
    Attempt,
    Channel,
    Context,
    Draft,
    Judged,
    Limits,
    Message,
    Outcome,
    Person,
    Receipt,
    Sender,
    Sweeper,
    Withdrawer,
    case_mark,
)
from punctilio.contracts.checks import Check
from punctilio.contracts.packs import Pack, VocabularyFile
from punctilio.contracts.reporters import Reporter, Run
from punctilio.contracts.sources import BadLine, Entry, Source
from punctilio.contracts.templates import TemplateFilter

CONTRACT: Final = 1
"""The version of everything in this package and of the hooks."""

__all__ = [
    "CONTRACT",
    "Action",
    "Agenda",
    "Asker",
    "Attempt",
    "BadLine",
    "Channel",
    "Check",
    "Context",
    "Draft",
    "Entry",
    "Judged",
    "Limits",
    "Message",
    "Outcome",
    "Pack",
    "Person",
    "Receipt",
    "Reporter",
    "Run",
    "Sender",
    "Source",
    "Sweeper",
    "TemplateFilter",
    "VocabularyFile",
    "Withdrawer",
    "case_mark",
]
