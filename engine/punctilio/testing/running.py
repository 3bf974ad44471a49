"""The contracts, tried on what an installed plugin registered. Nobody needs pytest for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from punctilio.plugins.guard import told
from punctilio.plugins.registry import Plugin, Registered
from punctilio.testing.channels import ChannelContract
from punctilio.testing.checks import CheckContract
from punctilio.testing.reporters import ReporterContract
from punctilio.testing.sources import SourceContract

_CONTRACTS: Final[Mapping[str, tuple[type, str]]] = MappingProxyType(
    {
        "channels": (ChannelContract, "channel"),
        "checks": (CheckContract, "check"),
        "reporters": (ReporterContract, "reporter"),
        "sources": (SourceContract, "source"),
    }
)


class Tried(NamedTuple):
    """One test of one thing. ``failure`` is a sentence, or None where it held."""

    hook: str
    name: str
    test: str
    failure: str | None


def tried(plugin: Plugin) -> Iterator[Tried]:
    """Every test of everything that the plugin registered and for which there is a contract."""
    for one in plugin.registered:
        for name, test in _tests(one) if one.hook in _CONTRACTS else ():
            yield Tried(one.hook, one.name, name.removeprefix("test_").replace("_", " "), _tried(test))


def _tests(registered: Registered[Any]) -> Iterator[tuple[str, Callable[[], None]]]:
    contract, method = _CONTRACTS[registered.hook]
    suite = contract()
    setattr(suite, method, lambda: registered.thing)
    for name in dir(suite):
        if name.startswith("test_"):
            yield name, getattr(suite, name)


def _tried(test: Callable[[], None]) -> str | None:
    try:
        test()
    except KeyboardInterrupt:
        raise
    except AssertionError as broken:
        return str(broken) or told(broken)
    except BaseException as failure:  # whatever a plugin does
        return f"It raised {told(failure)}"
    return None
