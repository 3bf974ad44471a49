"""The packages that the calendar needs, which come with an extra of punctilio."""

from __future__ import annotations

from importlib.util import find_spec

from punctilio.errors import UsageError


def require(package: str) -> None:
    """Raise UsageError where the package is not installed. It is not imported."""
    if find_spec(package) is None:
        raise missing(package)


def missing(package: str) -> UsageError:
    """What to do where one is not installed."""
    return UsageError(f"The calendar needs the package {package}: pip install 'punctilio[calendar]'.")
