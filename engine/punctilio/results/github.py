"""Results as workflow commands of GitHub Actions, which become annotations beside the lines: one a line.

What means something in such a command is written as GitHub's own ``@actions/core`` does (``command.ts``), so that no
text can begin another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from punctilio.inert import inert
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.results.model import Outcome, Tried

_COMMANDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}
_OF_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_OF_PROPERTIES: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def parts(tried: Sequence[Tried]) -> list[str]:
    """A line for each result of one suite, and for each thing that could not be tried."""
    return [line for one in tried for line in _lines(one)]


def whole(outcome: Outcome, lines: Iterable[str]) -> Iterator[str]:
    """The report, from lines as ``parts`` makes them; ``outcome`` says all else."""
    yield f"{inert(outcome.heading)}\n"
    if outcome.incomplete:  # first, since GitHub shows the first ten alone
        yield f"{_command('error', inert(outcome.incomplete), title='incomplete')}\n"
    for line in lines:
        yield f"{line}\n"


def _lines(tried: Tried) -> Iterator[str]:
    if tried.untried is not None:
        yield _command("error", inert(tried.untried), title=f"{tried.suite}: {tried.name}")
    elif tried.todo is None:
        for result in tried.results:
            told = "\n".join(map(inert, (result.message, *result.why)))
            yield _command(_COMMANDS[result.level], told, **_place(result.location), title=result.code)


def _place(location: Location) -> dict[str, str]:
    """Nothing where it is no file, such as standard input."""
    if not location.file or location.file == "<stdin>":
        return {}
    numbers = {"line": location.line, "col": location.column}
    return {"file": location.file, **{name: str(number) for name, number in numbers.items() if number}}


def _command(name: str, message: str, **properties: str) -> str:
    """``::name key=value,…::message``."""
    said = ",".join(f"{key}={inert(value).translate(_OF_PROPERTIES)}" for key, value in properties.items())
    return f"::{name} {said}::{message.translate(_OF_DATA)}"
