"""Where something comes from that a plugin registered."""

from __future__ import annotations

from typing import NamedTuple


class Origin(NamedTuple):
    """``plugin`` is the name of the entry point, ``module`` what it names."""

    plugin: str
    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        return f"the plugin `{self.plugin}` of {self.distribution} {self.version}"
