"""The hooks by which a plugin registers what it adds.

A plugin is a distribution with an entry point in the group ``punctilio``:

    [project.entry-points.punctilio]
    pigeon = "punctilio_pigeon.plugin"

and a module with the contract that it was written for and the hooks that it has:

    from punctilio import hookimpl
    from punctilio.contracts import Channel
    from punctilio_pigeon.channel import Pigeon

    CONTRACT = 1

    @hookimpl
    def channels() -> list[Channel]:
        return [Pigeon()]

Hooks only register. They are called if a command has use for plugins, in any order, perhaps more than once. What they
give has a name that nobody else has. Nothing that is registered changes an evaluation until somebody names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pluggy

from punctilio.contracts import (
    Channel,
    Check,
    Pack,
    Reporter,
    Source,
    TemplateFilter,
    VocabularyFile,
)

if TYPE_CHECKING:
    import click

PROJECT: Final = "punctilio"
GROUP: Final = "punctilio"
"""Of entry points."""

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as one of the hooks below."""


@hookspec
def channels() -> Iterable[Channel]:  # type: ignore[empty-body]  # a hook has a docstring and no body, and so have the others
    """Ways by which something reaches a person, or a person's calendar.

    Called when drafts are exported or sent: ``rules export --to carrier-pigeon``. A rule names one in its action, if
    the vocabulary has the word (see ``vocabularies``):

        do: {purpose: thank-you, channel: carrier-pigeon, template: thank-you}

        @hookimpl
        def channels() -> list[Channel]:
            return [Pigeon()]
    """


@hookspec
def sources() -> Iterable[Source]:  # type: ignore[empty-body]
    """Formats of event logs.

    Called when a log has a suffix that is not built in. A person names such a file: ``rules evaluate notes.pigeon``.

        @hookimpl
        def sources() -> list[Source]:
            return [Logbook()]
    """


@hookspec
def checks() -> Iterable[Check]:  # type: ignore[empty-body]
    """Conditions on texts.

    Called when a rule names a check. The rule says which texts:

        check: {of: message.sent, passes: no-shouting}

        @hookimpl
        def checks() -> list[Check]:
            return [NoShouting()]
    """


@hookspec
def reporters() -> Iterable[Reporter]:  # type: ignore[empty-body]
    """Forms of reports.

    Called when a form is asked for that is not built in: ``rules evaluate log.jsonl --format markdown``.

        @hookimpl
        def reporters() -> list[Reporter]:
            return [Markdown()]
    """


@hookspec
def packs() -> Iterable[Pack]:  # type: ignore[empty-body]
    """Rule files by name.

    Called when ``extends`` or ``--rules`` names a pack that is not built in.

        @hookimpl
        def packs() -> list[Pack]:
            return [Pack("pigeon-post", Path(__file__).parent / "rules.yaml")]
    """


@hookspec
def vocabularies() -> Iterable[VocabularyFile]:  # type: ignore[empty-body]
    """Event types by the name of their vocabulary.

    Called when the ``extends`` of a vocabulary names one that is not built in: ``vocabulary: {extends: [lofts]}``.

        @hookimpl
        def vocabularies() -> list[VocabularyFile]:
            return [VocabularyFile("lofts", Path(__file__).parent / "lofts.yaml")]
    """


@hookspec
def template_filters() -> Iterable[TemplateFilter]:  # type: ignore[empty-body]
    """Filters of message templates.

    Called when drafts are made. A template names one: ``{{ person.name | first_name }}``.

        @hookimpl
        def template_filters() -> list[TemplateFilter]:
            return [TemplateFilter("first_name", first_name)]
    """


@hookspec
def commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Commands of the command line, by the names that they have.

    Called when ``rules NAME`` is none of the built-in commands.

        @hookimpl
        def commands() -> list[click.Command]:
            return [release]
    """
