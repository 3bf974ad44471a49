"""The slow evaluator judged by hand: small stories, each with the answer that docs/language.md gives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from punctilio.location import Location
from punctilio.model.rule import (
    Action,
    Check,
    Close,
    Condition,
    Content,
    Distinct,
    EventPattern,
    Expect,
    Force,
    Kind,
    Limit,
    OneOf,
    Range,
    Require,
    Rule,
    Rulebook,
    Separate,
    Size,
    While,
)
from punctilio.model.vocabulary import (
    EventType,
    Field,
    FieldOf,
    FieldType,
    Parts,
    TakesBack,
    Vocabulary,
    built_in_types,
)
from punctilio.model.window import Duration, FieldBound, Window
from tests.reference.evaluate import evaluate
from tests.reference.rows import Decision, Reference
from tests.reference.story import Json

FIELDS: dict[str, FieldType] = {
    "person": "person",
    "people": "people",
    "by": "deadline",
    "key": "string",
    "text": "text",
    "zone": "string",
    "starts": "instant",
}
TYPES = ("a.asked", "b.done", "c.called", "d.back", "o.opened")
ALL_FIELDS = {name: Field(name=name, type=kind) for name, kind in FIELDS.items()}
VOCABULARY = Vocabulary(
    name="letters",
    types=built_in_types() | {name: EventType(name=name, fields=ALL_FIELDS) for name in TYPES},
    parts=Parts(
        case_zone=FieldOf(event="o.opened", field="zone"),
        addressees=(("person", "people"),),
        takes_back=TakesBack(event="d.back", of="b.done", key="key", by=("key",)),
        text="text",
    ),
)


def some(name: str) -> EventPattern:
    return EventPattern(OneOf("type", (name,)), frozenset({name}), name)


A, B, C, D = (some(name) for name in TYPES[:4])


def book(*kinds: Kind, force: Force = Force.MUST, zone: str | None = None) -> Rulebook:
    rules = tuple(
        Rule(id=f"r{n}", kind=kind, location=Location("here"), force=None if isinstance(kind, Close) else force)
        for n, kind in enumerate(kinds)
    )
    return Rulebook(name="letters", title="", rules=rules, vocabulary=VOCABULARY, zone=zone)


def log(text: str) -> list[Json]:
    """Lines of ``hour type field=value …``; the hour counts from the start of March 2026."""
    return [_line(number, line.split()) for number, line in enumerate(text.strip().splitlines(), 1)]


def _line(number: int, words: list[str]) -> Json:
    hour, kind, *rest = words
    values = {name: v.split("+") if name == "people" else v for name, v in (word.split("=", 1) for word in rest)}
    return {"case": "k", "type": kind, "at": hours(float(hour)).isoformat(), "file": 0, "line": number, **values}


def hours(number: float) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number)


def judged(kind: Kind | Rulebook, text: str, at: float) -> Reference:
    return evaluate(kind if isinstance(kind, Rulebook) else book(kind), log(text), hours(at))


def only(reference: Reference, rule: str = "r0") -> Decision:
    (decision,) = [row for row in reference.decisions if row.rule == rule]
    return decision


def verdicts(rows: Iterable[Decision]) -> list[tuple[int, str]]:
    return sorted((row.trigger[1], row.verdict) for row in rows)


DAY = Duration(seconds=24 * 3600)
WINDOW = Window(opens=Duration(seconds=2 * 3600), due=DAY, expires=Duration(seconds=48 * 3600))


@pytest.mark.parametrize(
    ("rest", "at", "verdict"),
    [
        ("", 1, "waiting"),
        ("", 2, "due"),
        ("", 24, "due"),
        ("", 25, "overdue"),
        ("", 48, "overdue"),
        ("", 49, "missed"),
        ("1 b.done", 49, "early"),
        ("2 b.done", 49, "satisfied"),
        ("24 b.done", 49, "satisfied"),
        ("48 b.done", 50, "late"),
        ("49 b.done", 50, "missed"),
        ("3 c.called", 49, "cancelled"),
        ("3 b.done\n3 c.called", 49, "satisfied"),
        ("3 c.called\n3 b.done", 49, "cancelled"),
        ("3 b.done key=x\n5 d.back key=x", 9, "due"),
        ("3 waiver.granted rule=r0 reason=x", 49, "waived"),
        ("3 waiver.granted rule=r0 reason=x expires_at=2026-03-01T20:00Z", 49, "missed"),
    ],
)
def test_the_verdict_of_one_expectation(rest: str, at: float, verdict: str) -> None:
    kind = Expect(when=A, until=B, cancel=C, window=WINDOW)
    assert only(judged(kind, f"0 a.asked\n{rest}", at)).verdict == verdict


@pytest.mark.parametrize(("at", "found"), [(24, 0), (24.001, 1), (100, 1)])
def test_a_finding_begins_just_after_the_due_instant_and_stays(at: float, found: int) -> None:
    findings = judged(Expect(when=A, until=B, window=WINDOW), "0 a.asked\n30 b.done", at).findings
    assert [f.at for f in findings] == [hours(24) + timedelta(microseconds=1)] * found


def test_one_event_settles_all_that_is_open_and_then_opens_anew() -> None:
    reference = judged(Expect(when=A, until=A), "0 a.asked\n1 b.done\n2 a.asked", 3)
    assert verdicts(reference.decisions) == [(1, "satisfied"), (3, "open")]


def test_a_restart_replaces_what_is_open() -> None:
    reference = judged(Expect(when=A, until=B, restarts=True), "0 a.asked\n1 a.asked", 3)
    assert verdicts(reference.decisions) == [(1, "replaced"), (2, "open")]


def test_each_person_has_an_instance_and_a_key() -> None:
    kind = Expect(when=A, until=B, each="people", key=("person",))
    reference = judged(kind, "0 a.asked people=ann+bob\n1 b.done person=bob", 3)
    assert {row.person: row.verdict for row in reference.decisions} == {"ann": "open", "bob": "satisfied"}


def test_nth_counts_since_the_latest_such_event() -> None:
    reference = judged(
        Expect(when=A, until=B, nth=2, since=C), "0 a.asked\n1 a.asked\n2 c.called\n3 a.asked\n4 a.asked", 9
    )
    assert verdicts(reference.decisions) == [(2, "open"), (5, "open")]


def test_while_opens_only_inside_an_interval() -> None:
    kind = Expect(when=A, until=B, during=While(after=C, until=D))
    reference = judged(kind, "0 a.asked\n1 c.called\n2 a.asked\n3 d.back\n4 a.asked", 9)
    assert verdicts(reference.decisions) == [(3, "open")]


def test_before_makes_an_event_the_deadline() -> None:
    reference = judged(Expect(when=A, until=B, before=C), "0 a.asked\n5 c.called\n6 b.done", 9)
    assert (only(reference).due_at, only(reference).verdict) == (hours(5), "late")


def test_a_window_from_an_earlier_instant_is_settled_from_there_on() -> None:
    kind = Expect(when=A, until=B, window=Window(from_field="starts", due=FieldBound("at")))
    text = "1 b.done\n2 b.done\n3 a.asked starts=2026-03-01T02:00Z"
    assert (only(judged(kind, text, 9)).done, only(judged(kind, text, 9)).verdict) == ((0, 2), "satisfied")


def test_civil_days_keep_the_wall_clock_over_a_change_of_the_clocks() -> None:
    kind = Expect(when=A, until=B, window=Window(due=Duration(days=1), expires=Duration(days=1, to_midnight=True)))
    text = "0 o.opened zone=America/New_York\n156 a.asked"  # Saturday 07:00 before the change of 8 March
    decision = only(judged(kind, text, 157))
    assert (decision.due_at, decision.expires_at) == (hours(156 + 23), hours(8 * 24 + 4))


def test_business_days_roll_forward_from_a_day_off() -> None:
    kind = Expect(when=A, until=B, window=Window(due=Duration(business_days=1)))
    assert only(judged(kind, "9 a.asked", 10)).due_at == hours(2 * 24 + 9)  # 1 March is a Sunday


def test_a_limit_finds_each_event_too_many() -> None:
    reference = judged(Limit(of=A, at_most=1, within=DAY), "0 a.asked\n24 a.asked\n25 a.asked\n60 a.asked", 99)
    assert [(f.event[1], f.used, f.allowed) for f in reference.findings] == [(2, 2, 1), (3, 2, 1)]


@pytest.mark.parametrize(("at", "answer"), [(0, (1, 0, "at", 5)), (4, (1, 0, "at", 5)), (5, (1, 1, "now", None))])
def test_a_gap_says_when_the_next_is_allowed(at: float, answer: tuple[int, int, str, float | None]) -> None:
    limit = Limit(of=A, at_most=2, gap=Duration(seconds=5 * 3600))
    (row,) = judged(limit, "0 a.asked", at).allowances
    assert (row.used, row.left, row.next, row.next_at) == (*answer[:3], answer[3] and hours(answer[3]))


def test_a_limit_while_inside_an_interval_only() -> None:
    limit = Limit(of=A, at_most=0, during=While(after=C, until=D))
    reference = judged(limit, "0 a.asked\n1 c.called\n2 a.asked\n3 d.back\n4 a.asked", 9)
    assert [f.event[1] for f in reference.findings] == [3]
    assert [(row.left, row.next) for row in reference.allowances] == [(None, "now")]


def test_a_require_looks_back_to_its_round() -> None:
    reference = judged(Require(of=A, after=B, since=C), "0 a.asked\n1 b.done\n2 a.asked\n3 c.called\n4 a.asked", 9)
    assert [f.event[1] for f in reference.findings] == [1, 5]


def test_checks_speak_of_what_was_logged() -> None:
    conditions: tuple[Condition, ...] = (
        Content(Size("text", "words", Range(at_most=1)), "words"),
        Separate(),
        Distinct("text"),
    )
    text = "0 a.asked\n1 a.asked text=Thanks! person=ann\n2 a.asked text=thanks? people=bob+cy"
    findings = judged(Check(of=A, conditions=conditions), text, 9).findings
    assert [(f.event[1], f.person, f.people) for f in findings] == [
        (3, None, ("bob", "cy")),
        (3, None, ("ann", "bob", "cy")),
    ]


def test_a_silence_closes_and_a_word_reopens() -> None:
    close = Close(when=A, status="quiet", silence_for=DAY, unless=B, reopen=C)
    expect = Expect(when=D, until=B)
    rules = book(close, expect)
    text = "0 a.asked\n1 d.back\n30 d.back\n31 c.called\n32 d.back"
    assert only(judged(rules, text, 23)).verdict == "waiting"
    late = judged(rules, text, 40)
    assert only(late).verdict == "satisfied"
    assert verdicts(row for row in late.decisions if row.rule == "r1") == [(2, "cancelled"), (5, "open")]
    assert [(s.status, s.since_at) for s in judged(rules, text, 30).statuses] == [("quiet", hours(24))]
    assert [s.status for s in late.statuses] == ["open"]


def test_two_proposals_share_what_is_left_and_the_second_is_blocked_until_then() -> None:
    expect = Expect(when=A, until=C, action=Action(type="b.done"))
    reference = judged(book(Limit(of=B, at_most=1, within=DAY), expect, expect), "0 a.asked", 1)
    assert {row.rule: (row.verdict, row.blocked_by) for row in reference.decisions} == {
        "r1": ("open", None),
        "r2": ("blocked", "r0"),
    }
    assert only(reference, "r2").blocked_until == hours(25) + timedelta(microseconds=1)


def test_what_was_forbidden_until_it_expired_is_excused() -> None:
    expect = Expect(when=A, until=C, window=WINDOW, action=Action(type="b.done"))
    reference = judged(book(Require(of=B, after=D), expect), "0 a.asked", 60)
    assert (only(reference, "r1").verdict, reference.findings) == ("excused", ())


def test_a_warning_lets_it_through() -> None:
    expect = Expect(when=A, until=C, action=Action(type="b.done"))
    reference = judged(book(Require(of=B, after=D), expect, force=Force.SHOULD), "0 a.asked", 1)
    assert (only(reference, "r1").verdict, only(reference, "r1").warned_by) == ("open", ("r0",))


def test_a_retracted_event_never_was() -> None:
    lines = [{**line, "id": f"e{line['line']}"} for line in log("0 a.asked\n5 event.retracted event=e1")]
    rules = book(Expect(when=A, until=B))
    assert [len(evaluate(rules, lines, hours(at)).decisions) for at in (4, 5)] == [1, 0]


def test_the_same_id_counts_once() -> None:
    lines = [{**line, "id": "same"} for line in log("0 a.asked\n0 a.asked")]
    assert len(evaluate(book(Expect(when=A, until=B)), lines, hours(1)).decisions) == 1
