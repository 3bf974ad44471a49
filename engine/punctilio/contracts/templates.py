"""What message templates can do beside showing what the log says."""

from __future__ import annotations

from collections.abc import Callable

from punctilio.value import Value


class TemplateFilter(Value):
    """``{{ something | NAME }}`` shows what ``apply`` makes of it. It reads no clock and reaches no network."""

    name: str
    apply: Callable[[str], str]
