"""Which file a template is: in a folder that the person names, beside a rule file, or bundled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from punctilio import resources
from punctilio.errors import InvalidTemplateError, UsageError
from punctilio.location import Location
from punctilio.model.rule import Expect, Rulebook
from punctilio.problems import Problem

BUNDLED: Final = "punctilio/rules"
"""What the folder of bundled rules is called in messages, wherever it is installed."""
FOLDER: Final = "templates"
LONGEST: Final = 20_000
"""Characters of a template, and of what is made of it."""

_LARGEST: Final = 4 * LONGEST
"""Bytes; no character has more than four."""


class Source(NamedTuple):
    """A template as written, and what its file is called."""

    name: str
    text: str


def template(name: str, rulebook: Rulebook, folders: Iterable[str | Path] = ()) -> Source:
    """The template: the first that is found in the ``folders``, in `templates` beside the rule files (the extending
    before the extended), and among the bundled.

    Raises InvalidTemplateError for one that cannot be read, and UsageError where there is none.
    """
    for path, shown in _candidates(name, rulebook, [Path(folder) for folder in folders]):
        if path.is_file():
            return Source(shown, _text(path, shown))
    raise UsageError(f"There is no message template `{name}`. Put one beside the rule file, as `{FOLDER}/{name}.txt`.")


def templates_of(rulebook: Rulebook) -> tuple[str, ...]:
    """The names of the templates that its rules name, sorted."""
    actions = (rule.kind.action for rule in rulebook.rules if isinstance(rule.kind, Expect))
    return tuple(sorted({action.template for action in actions if action and action.template}))


def require_folders(folders: Iterable[str | Path]) -> None:
    """Raise UsageError for a folder that is not there."""
    for folder in folders:
        if not Path(folder).is_dir():
            raise UsageError(f"There is no folder `{folder}`. Name one with message templates in it, as NAME.txt.")


def _candidates(name: str, rulebook: Rulebook, folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    file = f"{name}.txt"
    for folder in folders:
        yield folder / file, str(folder / file)
    for rules, beside in reversed(list(zip(rulebook.files, rulebook.folders, strict=True))):
        yield Path(beside, FOLDER, file), str(Path(rules).parent / FOLDER / file)
    yield resources.bundled("rules") / FOLDER / file, f"{BUNDLED}/{FOLDER}/{file}"


def _text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            written = file.read(_LARGEST + 1)
        text = written.decode("utf-8-sig", "strict" if len(written) <= _LARGEST else "replace")
    except UnicodeDecodeError:
        problem = Problem("BAD-ENCODING", "This template is not UTF-8 text. Save it as UTF-8.", Location(shown))
        raise InvalidTemplateError([problem]) from None
    except OSError as refusal:
        reason = refusal.strerror or refusal
        raise InvalidTemplateError([Problem("UNREADABLE", f"It cannot be read: {reason}.", Location(shown))]) from None
    if len(text) > LONGEST or len(written) > _LARGEST:
        message = f"This template is longer than {LONGEST:,} characters. Write a shorter one."
        raise InvalidTemplateError([Problem("TEMPLATE-TOO-LARGE", message, Location(shown))])
    return text.replace("\r\n", "\n")
