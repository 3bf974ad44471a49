"""Reports read as those read them for whom they are made."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as Xml

import xmlschema
from jsonschema import Draft4Validator

SCHEMAS: Final = Path(__file__).parent / "schemas"
_COMMAND: Final = re.compile(r"::(?P<name>[a-z-]+) (?P<properties>[^:]*)::(?P<message>.*)")
_OF_DATA: Final = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_OF_PROPERTIES: Final = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


class Command(NamedTuple):
    """A workflow command of GitHub."""

    name: str
    properties: dict[str, str]
    message: str


def sarif(text: str) -> dict[str, Any]:
    """The one run of a file that is as its schema says."""
    log = json.loads(text)
    _sarif_schema().validate(log)
    [run] = log["runs"]
    return dict(run)


def junit(text: str) -> Xml.Element:
    """The root of a file that is as its schema says, whose counts are right."""
    _junit_schema().validate(text)
    root = Xml.fromstring(text)
    for suite in root:
        counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
        found = [suite.findall(path) for path in ("testcase", "*/failure", "*/error", "*/skipped")]
        assert counts == [str(len(elements)) for elements in found]
    return root


def github(text: str) -> list[Command]:
    """The commands below the heading, undone as the runner does (``ActionCommand.cs``)."""
    heading, *lines = text.removesuffix("\n").split("\n")
    assert not heading.startswith("::")
    return [_command(line) for line in lines]


def _command(line: str) -> Command:
    read = _COMMAND.fullmatch(line)
    assert read, f"no command: {line!r}"
    pairs = [pair.split("=", 1) for pair in read["properties"].split(",")]
    properties = {name: _undone(value, _OF_PROPERTIES) for name, value in pairs}
    return Command(read["name"], properties, _undone(read["message"], _OF_DATA))


def _undone(text: str, escapes: dict[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text


@cache
def _sarif_schema() -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")))


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
