"""Order, duplicates, identities and retractions."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from punctilio.logs.read import read_log
from punctilio.tables.identities import identities
from tests.unit.log_world import AT, VOCABULARY, event, log_of, log_of_bytes, places, suggestions

pytestmark = pytest.mark.usefixtures("either_way")

EARLIER, LATER = "2026-03-03T20:59:59Z", "2026-03-03T21:00:01Z"
SAME_INSTANT = "2026-03-03T16:00:00-05:00"


def test_events_stand_in_the_order_in_which_they_happened(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(at=LATER), event(at=AT), event(at=EARLIER), event(at=SAME_INSTANT))
    assert log.events["line"].to_list() == [3, 2, 4, 1]


def test_the_line_breaks_a_tie_before_the_file_does(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    log_of(tmp_path / "one", event(text="1.1"), event(text="1.2"))
    log_of(tmp_path / "two", event(text="2.1"), event(text="2.2"))
    log = read_log([tmp_path / "two" / "log.jsonl", tmp_path / "one" / "log.jsonl"], vocabulary=VOCABULARY)
    assert log.events["fields.text"].to_list() == ["2.1", "1.1", "2.2", "1.2"]


def test_events_on_one_line_of_yaml_keep_their_order(tmp_path: Path) -> None:
    events = ", ".join(f'{{case: a, type: message.sent, at: "{AT}", text: t{n}}}' for n in range(5))
    log = log_of_bytes(tmp_path, f"[{events}]".encode(), "log.yaml")
    assert log.events["fields.text"].to_list() == ["t0", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("again", [{"at": SAME_INSTANT}, {"recorded_at": LATER}, {"person": None}, {}])
def test_an_id_written_twice_with_the_same_content_counts_once(tmp_path: Path, again: dict[str, object]) -> None:
    log = log_of(tmp_path, event(id="m1", text="x"), event(id="m1", text="x") | again)
    assert not log.problems
    assert log.events["line"].to_list() == [1]


def test_a_default_and_its_absence_are_the_same_content(tmp_path: Path) -> None:
    log = log_of(tmp_path, event("message.received", id="m1"), event("message.received", id="m1", about="process"))
    assert not log.problems
    assert len(log.events) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"text": "y"},
        {"at": LATER},
        {"type": "message.received", "text": None, "people": None},
        {"people": ["kim", "sam"]},
        {"message_id": "m"},
    ],
)
def test_an_id_written_twice_with_other_content_names_both_lines(tmp_path: Path, other: dict[str, object]) -> None:
    first = event(id="m1", text="x", people=["sam", "kim"])
    log = log_of(tmp_path, first, event(text="between"), first | other)
    assert [(line, code) for line, _, code in places(log)] == [(3, "LOG-CONFLICT")]
    assert f"{tmp_path / 'log.jsonl'}:1 has this `id` too" in log.problems[0].message
    assert log.problems[0].source is not None
    assert log.problems[0].source[log.problems[0].location.column - 1 :].startswith('"m1"')


def test_a_date_and_an_instant_are_other_content(tmp_path: Path) -> None:
    day = event("timeframe.given", id="t", decision_by="2026-03-06")
    assert len(log_of(tmp_path, day, day | {"decision_by": "2026-03-06T00:00:00Z"}).problems) == 1
    assert len(log_of(tmp_path, day, day | {"decision_by": "2026-03-07"}).problems) == 1
    assert not log_of(tmp_path, day, day).problems


def test_the_same_id_in_another_case_is_another_event(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(id="m1"), event(id="m1", case="b", text="other"))
    assert not log.problems
    assert len(log.events) == 2


def test_a_message_id_counts_with_its_type(tmp_path: Path) -> None:
    sent, bounced = event(message_id="<1>"), event("message.bounced", message_id="<1>")
    log = log_of(tmp_path, sent, bounced, sent)
    assert not log.problems
    assert log.events["line"].to_list() == [1, 2]


def test_a_message_id_with_other_content_is_a_conflict(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(message_id="<1>", text="x"), event(message_id="<1>", text="y"))
    assert places(log)[0][2] == "LOG-CONFLICT"
    assert "`message_id`" in log.problems[0].message


def test_blank_message_ids_identify_nothing(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(message_id=" ", text="x"), event(message_id=" ", text="y"))
    assert not log.problems
    assert len(log.events) == 2


def test_conflicts_between_files_name_the_other_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.yaml"
    log_of_bytes(tmp_path, b'{"case":"a","type":"message.sent","at":"2026-03-03T21:00:00Z","id":"1"}', "a.jsonl")
    log_of_bytes(
        tmp_path, b"- case: a\n  type: message.sent\n  at: 2026-03-03T21:00:00Z\n  id: '1'\n  text: x", "b.yaml"
    )
    log = read_log([first, second], vocabulary=VOCABULARY)
    assert [(p.location.file, p.location.line, p.location.column) for p in log.problems] == [(str(second), 4, 7)]
    assert f"{first}:1" in log.problems[0].message


def test_identical_events_without_an_id_all_count_and_are_told_apart(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(), event(at=SAME_INSTANT), event(text="other"), event(case="b"))
    known = identities(log.events).to_list()
    assert [identity.split("#")[1] for identity in known] == ["0", "1", "0", "0"]
    assert known[0].split("#")[0] == known[1].split("#")[0]
    assert len(set(known)) == 4


def test_an_identity_is_the_id_or_the_content_and_nothing_else(tmp_path: Path) -> None:
    spaced = (
        '{"at" : "2026-03-03T16:00:00-05:00","type":"message.sent","recorded_at":"2027-01-01T00:00:00Z","case":"a"}'
    )
    said = "d2:ati1772571600000000e4:case1:a4:type12:message.sente"
    digest = hashlib.sha256(said.encode()).hexdigest()
    log = log_of(tmp_path, event("Send Fine", at=EARLIER, id="x"), "", spaced)
    assert identities(log.events).to_list() == ["id:x", f"sha256:{digest[:16]}#0"]


def test_an_event_known_by_two_ids_is_retracted_by_either(tmp_path: Path) -> None:
    for name in ("one", "two"):
        retraction = event("event.retracted", at=LATER, event=name)
        log = log_of(tmp_path, retraction, event(id="one", message_id="m"), event(id="two", message_id="m"))
        assert not log.problems
        assert log.events["id"].to_list() == ["one", None]
        assert log.events["fields.event"].to_list() == [None, "one"]
        at = log.events["at"].dt.epoch("us")[1]
        said = f"d2:ati{at}e4:case1:a5:event3:{name}4:type15:event.retractede"
        assert identities(log.events)[1] == f"sha256:{hashlib.sha256(said.encode()).hexdigest()[:16]}#0"


def test_the_one_that_stays_takes_the_id_of_its_duplicate(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        event(message_id="m"),
        event(id="two", message_id="m"),
        event("event.retracted", at=LATER, event="two"),
    )
    assert not log.problems
    assert identities(log.events).to_list()[0] == "id:two"
    assert log.events["line"].to_list() == [1, 3]


def test_three_ways_to_be_one_event(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(id="a", message_id="m"), event(id="b", message_id="m"), event(id="a", message_id="m"))
    assert not log.problems
    assert log.events["id"].to_list() == ["a"]


def test_a_duplicate_that_is_folded_still_holds_its_id(tmp_path: Path) -> None:
    log = log_of(
        tmp_path, event(id="a", message_id="m"), event(id="b", message_id="m"), event(id="b", text="something else")
    )
    assert [(line, code) for line, _, code in places(log)] == [(3, "LOG-CONFLICT")]


def test_a_retraction_names_an_event_of_its_own_case(tmp_path: Path) -> None:
    retraction = event("event.retracted", at=LATER, event="first-mail")
    log = log_of(tmp_path, event(id="frist-mail"), event(id="first-mail", case="b"), retraction)
    line = log.problems[0].source or ""
    assert places(log) == [(3, line.index('"first-mail"') + 1, "LOG-UNKNOWN-EVENT")]
    assert suggestions(log) == ["frist-mail"]


def test_a_retraction_of_an_event_that_has_a_mistake_is_not_blamed(tmp_path: Path) -> None:
    log = log_of(tmp_path, event(id="m1", text=3), event("event.retracted", at=LATER, event="m1"))
    assert [code for _, _, code in places(log)] == ["LOG-WRONG-TYPE"]


def test_a_retraction_may_stand_before_what_it_takes_back(tmp_path: Path) -> None:
    assert not log_of(tmp_path, event("event.retracted", at=LATER, event="m1"), event(id="m1")).problems
