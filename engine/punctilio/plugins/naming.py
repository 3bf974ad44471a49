"""Whether what a plugin gives is what it must be, and who has a name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from punctilio import resources
from punctilio.contracts import Channel, Check, Pack, Reporter, Source, TemplateFilter, VocabularyFile
from punctilio.errors import PluginError
from punctilio.origin import Origin
from punctilio.plugins.guard import guarded
from punctilio.plugins.registry import Registered

BUILT_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "commands": (
        "completion", "diff", "docs", "draft", "evaluate", "explain", "export", "init", "lint", "mutate", "outbox",
        "plugins", "proofread", "schema", "show", "test", "validate",
    ),
    "reporters": ("csv", "github", "json", "jsonl", "junit", "parquet", "sarif", "summary", "text"),
    "sources": ("csv", "jsonl", "parquet", "yaml"),
    "template_filters": (
        "capitalize", "default", "first", "join", "last", "length", "list", "lower", "map", "rejectattr", "reply",
        "reverse", "selectattr", "sort", "title", "trim", "unique", "upper",
    ),
}  # fmt: skip
"""Names that are taken, beside those of bundled packs and vocabularies."""
BUILT_IN_SUFFIXES: Final = (".csv", ".jsonl", ".ndjson", ".parquet", ".pq", ".tsv", ".yaml", ".yml")

_WANTED: Final[Mapping[str, type]] = {
    "channels": Channel,
    "checks": Check,
    "packs": Pack,
    "reporters": Reporter,
    "sources": Source,
    "template_filters": TemplateFilter,
    "vocabularies": VocabularyFile,
}
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]+")

Owners = dict[tuple[str, str], str]
"""Who has a name, by the hook and the name, in words."""


def built_in() -> Owners:
    names = {**BUILT_IN, "packs": resources.packs(), "vocabularies": resources.vocabularies()}
    owners = {(hook, name): "Punctilio itself" for hook, taken in names.items() for name in taken}
    return owners | {("suffixes", suffix): "Punctilio itself" for suffix in BUILT_IN_SUFFIXES}


def registered(hook: str, thing: object, origin: Origin, owners: Owners) -> Registered[Any]:
    """The thing under its name; raises PluginError where it is not what it must be, or its name is taken."""
    name = guarded(origin, f"what its hook `{hook}` gave", lambda: _name(hook, thing, origin))
    suffixes = _suffixes(cast(Source, thing), name, origin, owners) if hook == "sources" else ()
    take(hook, name, origin, owners)
    for suffix in suffixes:
        take("suffixes", suffix, origin, owners)
    return Registered(hook, name, thing, origin)


def _name(hook: str, thing: object, origin: Origin) -> str:
    if hook == "commands":
        import click  # only for who registers commands; whoever calls them has it

        wanted: type = click.Command
    else:
        wanted = _WANTED[hook]
    if inspect.isclass(thing):
        raise PluginError(origin, f"its hook `{hook}` gave the class {thing.__name__}. Give an object made of it.")
    if not isinstance(thing, wanted):
        lacking = [name for name in vars(wanted) if not name.startswith("_") and not hasattr(thing, name)]
        without = f" that lacks {', '.join(f'`{name}`' for name in lacking)}" if lacking else ""
        raise PluginError(
            origin, f"its hook `{hook}` gave a {type(thing).__name__}{without}, which is no {wanted.__name__}."
        )
    name: object = cast(Any, thing).name
    shape = _IDENTIFIER if hook == "template_filters" else NAME
    if not isinstance(name, str) or not shape.fullmatch(name):
        joined = "underscores" if hook == "template_filters" else "hyphens"
        raise PluginError(
            origin, f"its hook `{hook}` gave something called {name!r}. Names are lower-case words joined by {joined}."
        )
    if isinstance(thing, Pack | VocabularyFile) and not thing.file.is_file():
        raise PluginError(origin, f"its hook `{hook}` names the file {thing.file}, which is not there.")
    return name


def _suffixes(source: Source, name: str, origin: Origin, owners: Owners) -> list[str]:
    """The suffixes, each once; raises PluginError where one is none, or somebody's."""
    given = guarded(origin, f"what its source `{name}` says", lambda: cast(object, source.suffixes))
    if not isinstance(given, tuple) or not given:
        raise PluginError(origin, f"its source `{name}` names no suffixes. Give them as a tuple, such as ('.mbox',).")
    found: list[str] = []
    for suffix in cast(tuple[object, ...], given):
        if not isinstance(suffix, str) or not _SUFFIX.fullmatch(suffix):
            raise PluginError(origin, f"its source `{name}` names the suffix {suffix!r}. Write it like '.mbox'.")
        _require_free("suffixes", suffix, origin, owners)
        found.append(suffix)
    return list(dict.fromkeys(found))


def take(hook: str, name: str, origin: Origin, owners: Owners) -> None:
    """Give the name to this plugin; raises PluginError where somebody has it."""
    _require_free(hook, name, origin, owners)
    owners[hook, name] = str(origin)


def _require_free(hook: str, name: str, origin: Origin, owners: Owners) -> None:
    if (hook, name) in owners:
        what = {"plugins": "name", "suffixes": "suffix"}.get(hook, f"name in `{hook}`")
        raise PluginError(origin, f"the {what} `{name}` is taken by {owners[hook, name]}.")
