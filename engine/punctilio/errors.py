"""The few exceptions, each with its exit code.
What a person got wrong in a file is a Problem; these carry problems out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from punctilio.origin import Origin
from punctilio.problems import Problem, in_order


class PunctilioError(Exception):
    """Base of everything that this package raises on purpose."""

    exit_code: ClassVar[int] = 2


class UsageError(PunctilioError):
    """What was asked for does not make sense; the text is a sentence that says what to do."""


class PluginError(PunctilioError):
    """A plugin that failed. ``sentence`` says how, and begins in lower case; the text names the plugin before it."""

    exit_code = 3

    def __init__(self, origin: Origin, sentence: str) -> None:
        self.origin = origin
        self.sentence = sentence
        super().__init__(f"{str(origin)[:1].upper()}{str(origin)[1:]}: {sentence}")


class InvalidInputError(PunctilioError):
    """Files that cannot be used. ``problems`` has every mistake, in order; ``count`` says how many there are where it
    has the first ones alone."""

    def __init__(self, problems: Iterable[Problem], *, count: int | None = None) -> None:
        self.problems = in_order(problems)
        self.count = len(self.problems) if count is None else count
        super().__init__("\n".join(f"{p.location}: error: {p.code}: {p.sentence}" for p in self.problems))


class InvalidRulesError(InvalidInputError):
    """Rule files that cannot be used."""


class InvalidLogError(InvalidInputError):
    """Event logs that cannot be used."""


class InvalidTemplateError(InvalidInputError):
    """Message templates that cannot be used."""
