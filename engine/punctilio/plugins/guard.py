"""Code of others is run here, so that whatever it does is an error with a name."""

from __future__ import annotations

from collections.abc import Callable
from traceback import format_exception_only
from typing import Final, TypeVar

from punctilio.errors import PluginError, UsageError
from punctilio.inert import inert
from punctilio.origin import Origin
from punctilio.plugins.aside import aside

Result = TypeVar("Result")

OWN_WORDS: Final = (UsageError, OSError)
"""What a plugin may raise to speak to the person, and what the system refuses."""
_LONGEST: Final = 300


def guarded(
    origin: Origin, doing: str, work: Callable[[], Result], *, passing: tuple[type[Exception], ...] = ()
) -> Result:
    """What ``work`` returns. Whatever it raises becomes a PluginError that names ``doing``, such as ``its import``.

    What is in ``passing`` passes as it is, and so does an interrupt by the person. What goes to standard
    output goes to standard error instead, where it spoils no report.
    """
    try:
        with aside:
            return work()
    except (PluginError, KeyboardInterrupt):
        raise
    except BaseException as failure:  # a plugin that calls sys.exit() ends nothing but itself
        if isinstance(failure, passing):
            raise
        raise PluginError(origin, f"{doing} failed: {told(failure)}") from failure


def told(failure: BaseException) -> str:
    """Type and words of an exception, on one line. Its own ``__str__`` may fail too."""
    words = " ".join(format_exception_only(failure)[-1].split())
    return inert(words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…")
