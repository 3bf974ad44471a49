"""What plugins registered, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from punctilio.contracts import Channel, Check, Pack, Reporter, Source, TemplateFilter, VocabularyFile
from punctilio.origin import Origin

Thing = TypeVar("Thing", covariant=True)


class Registered(NamedTuple, Generic[Thing]):
    """Something with a name, and the plugin that registered it."""

    hook: str
    name: str
    thing: Thing
    origin: Origin


class Plugin(NamedTuple):
    """A plugin as loaded. ``seconds`` is how long that took; ``problems`` are sentences. What is wrong with one thing
    costs that thing alone; a plugin that cannot be used at all registers nothing."""

    origin: Origin
    hooks: tuple[str, ...] = ()
    registered: tuple[Registered[Any], ...] = ()
    seconds: float = 0.0
    problems: tuple[str, ...] = ()


class Plugins(NamedTuple):
    """The plugins of a run, in the order in which names are given away."""

    plugins: tuple[Plugin, ...] = ()

    @property
    def channels(self) -> Mapping[str, Registered[Channel]]:
        return self._of("channels")

    @property
    def checks(self) -> Mapping[str, Registered[Check]]:
        return self._of("checks")

    @property
    def commands(self) -> Mapping[str, Registered[Any]]:
        """As ``click.Command``, which is not imported here."""
        return self._of("commands")

    @property
    def packs(self) -> Mapping[str, Registered[Pack]]:
        return self._of("packs")

    @property
    def reporters(self) -> Mapping[str, Registered[Reporter]]:
        return self._of("reporters")

    @property
    def sources(self) -> Mapping[str, Registered[Source]]:
        return self._of("sources")

    @property
    def template_filters(self) -> Mapping[str, Registered[TemplateFilter]]:
        return self._of("template_filters")

    @property
    def vocabularies(self) -> Mapping[str, Registered[VocabularyFile]]:
        return self._of("vocabularies")

    def _of(self, hook: str) -> Mapping[str, Registered[Any]]:
        return {one.name: one for plugin in self.plugins for one in plugin.registered if one.hook == hook}

    @property
    def failures(self) -> str:
        """A sentence on plugins with problems, to be added where a name is not found; empty where there are none."""
        names = [f"`{plugin.origin.plugin}`" for plugin in self.plugins if plugin.problems]
        if not names:
            return ""
        noun = "The plugin" if len(names) == 1 else "The plugins"
        verb = "has" if len(names) == 1 else "have"
        return f" {noun} {', '.join(names)} {verb} problems, which `rules plugins list` tells."
