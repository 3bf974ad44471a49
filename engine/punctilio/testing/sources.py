"""What every source of events must hold to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import punctilio
from punctilio.contracts import BadLine, Entry, Source
from punctilio.model.rule import Rulebook
from punctilio.testing.requiring import HOSTILE, require, require_is, require_name

_PLAIN: Final = (str, int, float, bool)
_CUTS: Final = 40


class SourceContract:
    """Inherit from this, and give the source, with a file that it reads."""

    example: bytes = b""
    """A file without mistakes."""
    count: int | None = None
    """How many events the example holds."""

    def source(self) -> Source:
        """The source that is tried."""
        raise NotImplementedError

    def rules(self) -> Rulebook:
        """By whose vocabulary the events are checked."""
        return punctilio.load_rules()

    def test_its_name_and_suffixes_can_be_written(self) -> None:
        source = self.source()
        require_name(source.name)
        require_is(source.suffixes, tuple)
        require(bool(source.suffixes), "It names no suffixes.")
        for suffix in source.suffixes:
            is_one = suffix.startswith(".") and suffix[1:].isalnum() and suffix == suffix.lower()
            require(is_one, f"The suffix {suffix!r} is not written like '.mbox'.")

    def test_the_example_is_read_whole(self) -> None:
        read = self._read(self.example)
        bad = [line for line in read if isinstance(line, BadLine)]
        require(not bad, f"The example cannot be read: {bad[:1]}")
        if self.count is not None:
            require(len(read) == self.count, f"The example has {self.count} events; {len(read)} were read.")

    def test_the_events_of_the_example_are_right(self) -> None:
        entries = [entry for entry in self._read(self.example) if isinstance(entry, Entry)]
        with TemporaryDirectory() as folder:
            file = Path(folder) / "events.jsonl"
            file.write_text("".join(json.dumps(dict(entry.event)) + "\n" for entry in entries), encoding="utf-8")
            log = punctilio.read_log(file, rules=self.rules())
        require(log.events.height <= len(entries), "There are more events in the log than in the example.")

    def test_the_same_file_says_the_same(self) -> None:
        require(self._read(self.example) == self._read(self.example), "Two readings of one file differ.")

    def test_an_empty_file_holds_no_event(self) -> None:
        require(not [one for one in self._read(b"") if isinstance(one, Entry)], "It found events in an empty file.")

    def test_whatever_stands_there_is_told_and_never_raised(self) -> None:
        size = len(self.example)
        cuts = [self.example[: size * number // _CUTS] for number in range(_CUTS)] if size else []
        damaged = [self.example[: size // 2] + b"\xff\xfe\x00" + self.example[size // 2 :]]
        for content in (*cuts, *damaged, *(text.encode() for text in HOSTILE), bytes(range(256))):
            self._read(content)

    def _read(self, content: bytes) -> Sequence[Entry | BadLine]:
        read = list(cast(Iterable[object], self.source().read(BytesIO(content))))
        found: list[Entry | BadLine] = []
        for one in read:
            if not isinstance(one, Entry | BadLine):
                raise AssertionError(f"It gave {one!r}, which is neither an Entry nor a BadLine.")
            found.append(one)
            require(one.line >= 1, f"It speaks of line {one.line}.")
            if isinstance(one, BadLine):
                require(bool(one.message.strip()), f"It does not say what is wrong with line {one.line}.")
            else:
                _require_plain(one)
        places = [one.line for one in found]
        require(places == sorted(places), "The lines do not come in their order.")
        return found


def _require_plain(entry: Entry) -> None:
    for name, value in entry.event.items():
        items = cast(Sequence[object], value) if isinstance(value, list | tuple) else [value]
        is_plain = all(isinstance(item, _PLAIN) for item in items)
        require(is_plain, f"The field {name!r} holds {value!r}, which is no text, number or truth, or list of texts.")
