"""What a command found, in one shape for every machine that reads it: SARIF, JUnit and GitHub annotations.

``evaluate``, ``validate``, ``lint`` and ``test`` each make one ``Outcome``; one module a form writes it. Nothing here
judges anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain, groupby
from typing import Final, Protocol, cast

from punctilio.results.model import Descriptor, Outcome, Related, Result, Tried, fingerprint, told_apart

__all__ = ["FORMS", "Descriptor", "Outcome", "Related", "Result", "Tried", "fingerprint", "parts", "render", "written"]

FORMS: Final = ("sarif", "junit", "github")


class Form(Protocol):
    """What the module of each form offers."""

    @property
    def parts(self) -> Callable[[Sequence[Tried]], list[str]]:
        """The texts of the things of one suite, of which there is at least one."""
        ...

    @property
    def whole(self) -> Callable[[Outcome, Iterable[str]], Iterator[str]]:
        """The file, from such texts of all suites; the outcome says all else."""
        ...


def render(form: str, outcome: Outcome) -> str:
    """The outcome as text, in one of the FORMS."""
    return "".join(written(form, outcome))


def written(form: str, outcome: Outcome, before: Iterable[str] = ()) -> Iterator[str]:
    """The file, piece by piece, with memory for a few. ``before`` are ``parts`` that come before the outcome's."""
    return _module(form).whole(outcome, chain(before, parts(form, outcome.tried)))


def parts(form: str, tried: Iterable[Tried]) -> list[str]:
    """The texts of whole suites, which follow each other."""
    suites = groupby(tried, key=lambda one: one.suite)
    return [text for _, suite in suites for text in _module(form).parts(told_apart(suite))]


def _module(form: str) -> Form:
    """Only what is asked for is imported."""
    return cast(Form, import_module(f"punctilio.results.{form}"))
