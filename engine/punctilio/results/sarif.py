"""Results as SARIF 2.1.0, which code scanning and editors read: one result a line, in ASCII.

Paths are relative to the folder in which the command ran, under the name ``SRCROOT``; whoever reads the file knows
where that is. Nothing of the machine is in it, and no time: the same results give the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from punctilio.inert import inert
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.results.model import Descriptor, Outcome, Result, Tried
from punctilio.version import __version__

Json = dict[str, Any]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "SRCROOT"
_LEVELS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}


def parts(tried: Sequence[Tried]) -> list[str]:
    """Each result of one suite as a JSON object."""
    return [_encoded(_result(result)) for one in tried for result in one.results if one.todo is None]


def whole(outcome: Outcome, results: Iterable[str]) -> Iterator[str]:
    """The file, from results as ``parts`` makes them; ``outcome`` says all else."""
    yield f'{{"$schema": {_encoded(_SCHEMA)}, "version": "2.1.0", "runs": [{{\n'
    for name, value in _run(outcome).items():
        yield f'"{name}": {_encoded(value)},\n'
    yield '"results": ['
    before = "\n  "
    for result in results:
        yield before + result
        before = ",\n  "
    yield "]}]}\n" if before == "\n  " else "\n]}]}\n"


def _run(outcome: Outcome) -> Json:
    return {
        "tool": {
            "driver": {
                "name": "Punctilio",
                "version": __version__,
                "rules": [_descriptor(one) for one in sorted(outcome.descriptors, key=lambda one: one.id)],
            }
        },
        "automationDetails": {"id": f"punctilio/{outcome.command}/", "description": _text(outcome.heading)},
        "invocations": [_invocation(outcome)],
        "originalUriBaseIds": {_ROOT: {"description": _text("The folder in which the command ran.")}},
        "columnKind": "unicodeCodePoints",
    }


def _invocation(outcome: Outcome) -> Json:
    untried = [f"{one.suite}: {one.untried}" for one in outcome.tried if one.untried]
    missing = [outcome.incomplete, *untried] if outcome.incomplete else untried
    said = {"toolExecutionNotifications": [{"level": "error", "message": _text(words)} for words in missing]}
    return {"executionSuccessful": not missing, **(said if missing else {})}


def _descriptor(descriptor: Descriptor) -> Json:
    page = f"It is explained in {descriptor.page}." if descriptor.page else ""
    more = " ".join(words for words in (descriptor.about or descriptor.title, page) if words)
    return {
        "id": descriptor.id,
        "shortDescription": _text(descriptor.title or descriptor.id),
        "fullDescription": _text(descriptor.about or descriptor.title or descriptor.id),
        "help": _text(more or descriptor.id),
        "defaultConfiguration": {"level": _LEVELS[descriptor.level]},
    }


def _result(result: Result) -> Json:
    place = _location(result.location)
    related = [{**there, "message": _text(one.message)} for one in result.related if (there := _location(one.location))]
    return {
        "ruleId": result.code,
        "level": _LEVELS[result.level],
        "message": _text(" ".join((result.message, *result.why))),
        "locations": [place] if place else [],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": result.fingerprint, "punctilio/v1": result.fingerprint},
    }


def _location(location: Location) -> Json | None:
    """None for what is no file, such as standard input."""
    if not location.file or location.file == "<stdin>":
        return None
    region = {"startLine": location.line, **({"startColumn": location.column} if location.column else {})}
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(location.file),
            **({"region": region} if location.line else {}),
        }
    }


def _artifact(file: str) -> Json:
    path = Path(_possible(file))
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(os.fsencode(path.as_posix())), "uriBaseId": _ROOT}


def _possible(file: str) -> str:
    """The name; of one that no file can have, as rules may say it, what can be shown."""
    try:
        os.fsencode(file)
    except UnicodeEncodeError:
        return inert(file)
    return file


def _text(words: str) -> Json:
    """A plain message: what the standard would read as a placeholder or a link is none."""
    return {"text": inert(words).replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _encoded(value: object) -> str:
    return json.dumps(value, allow_nan=False)
