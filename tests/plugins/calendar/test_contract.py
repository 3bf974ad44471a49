"""The channel holds to the contract of every channel, and needs nothing that a stranger's could not have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from punctilio.contracts import Agenda, Channel
from punctilio.errors import UsageError
from punctilio.plugins.loading import installed
from punctilio.testing import ChannelContract, a_context, an_action
from punctilio_calendar.channel import Calendar


class TestFolder(ChannelContract):
    def channel(self) -> Channel:
        return Calendar()


class TestFile(TestFolder):
    def destination(self, folder: Path) -> str:
        return str(folder / "plan.ics")


def test_it_is_registered_by_its_entry_point() -> None:
    registered = installed().channels["calendar"]

    assert registered.origin.module == "punctilio_calendar.plugin"
    assert isinstance(registered.thing, Agenda)


def test_loading_it_imports_none_of_its_packages() -> None:
    code = "import punctilio_calendar.plugin, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"icalendar", "caldav", "niquests", "lxml"} & set(done.stdout.split())


@pytest.mark.parametrize("package", ["icalendar", "caldav"])
def test_a_missing_package_is_one_sentence(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("punctilio_calendar.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    channel = Calendar()
    if package == "icalendar":
        with pytest.raises(UsageError, match="needs the package icalendar"):
            channel.limits({})
    with pytest.raises(UsageError, match=rf"needs the package {package}: pip install 'punctilio\[calendar\]'"):
        channel.export([channel.render(an_action(), a_context())], "https://example.com/jobs/")
