"""The packages that the calendar needs, which come with an extra of punctilio."""

from __future__ import annotations

from punctilio.errors import UsageError


def missing(package: str) -> UsageError:
    """What to do where one is not installed."""
    return UsageError(f"The calendar needs the package {package}: pip install 'punctilio[calendar]'.")
