"""The hash by which an event without an id is known."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from punctilio.logs import jsonl
from punctilio.tables.identities import identities
from tests.unit.log_world import event, log_of, log_of_bytes

BITS = struct.unpack("<q", struct.pack("<d", 35.5))[0]
EVENTS: list[tuple[dict[str, object], str]] = [
    (event(), "d2:ati1772571600000000e4:case1:a4:type12:message.sente"),
    (
        event(text="né", people=["sam", ""][:1]),
        "d2:ati1772571600000000e4:case1:a6:peoplel3:same4:text3:né4:type12:message.sente",
    ),
    (
        event("Send Fine", points=-3, amount=35.5, paid=True, articles=["157", ""]),
        f"d6:amounti{BITS}e8:articlesl3:1570:e2:ati1772571600000000e4:case1:a4:paidi1e6:pointsi-3e4:type9:Send Finee",
    ),
    (event("Send Fine", amount=-0.0), "d6:amounti0e2:ati1772571600000000e4:case1:a4:type9:Send Finee"),
    (
        event("timeframe.given", decision_by="2026-03-13"),
        "d2:ati1772571600000000e4:case1:a11:decision_by10:2026-03-134:type15:timeframe.givene",
    ),
    (
        event("timeframe.given", decision_by="2026-03-03T16:00:00-05:00"),
        "d2:ati1772571600000000e4:case1:a11:decision_byi1772571600000000e4:type15:timeframe.givene",
    ),
]
NAMED = event(id="x")


@pytest.mark.parametrize(("said", "content"), EVENTS)
@pytest.mark.parametrize("small", [0, 1 << 30])
@pytest.mark.parametrize("others", [(), (NAMED,)])
def test_the_hash_is_that_of_the_content_in_bencode(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, object],
    content: str,
    small: int,
    others: tuple[dict[str, object], ...],
) -> None:
    monkeypatch.setattr(jsonl, "SMALL", small)
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    log = log_of(tmp_path, *others, said)
    assert identities(log.events).to_list()[-1] == f"sha256:{digest}#0"


def test_another_format_gives_the_same_hash(tmp_path: Path) -> None:
    written = b"- {type: message.sent, at: 2026-03-03T16:00:00-05:00, case: a, text: x, people: [sam]}"
    one, other = log_of(tmp_path, event(text="x", people=["sam"])), log_of_bytes(tmp_path, written, "log.yaml")
    assert identities(one.events).to_list() == identities(other.events).to_list()
