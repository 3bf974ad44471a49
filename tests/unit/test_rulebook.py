"""Rule files as values: what extends, overrides, parameters and vocabularies make of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from punctilio.errors import InvalidRulesError
from punctilio.model.rule import (
    AddressedTo,
    All,
    AnyOf,
    Avoids,
    Bullets,
    Calendar,
    Check,
    Cites,
    Close,
    Compare,
    Content,
    Distinct,
    Exists,
    Expect,
    Force,
    Limit,
    Matches,
    Mentions,
    Not,
    OneOf,
    Range,
    Reading,
    Recent,
    Require,
    Rulebook,
    Separate,
    Size,
    StartsWith,
)
from punctilio.model.window import Duration, FieldBound
from punctilio.rulebook.load import load_rules, load_vocabulary, validate_rules

FILES = Path(__file__).parent / "test_rulebook_files"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a rule file; `language: 1` is put before it."""
    monkeypatch.chdir(tmp_path)

    def file(text: str, name: str = "rules.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"language: 1\n{text}", encoding="utf-8")
        return path

    return file


def codes(path: Path | str) -> list[str]:
    return [problem.code for problem in validate_rules(path)]


@pytest.fixture(scope="module")
def full() -> Rulebook:
    return load_rules(FILES / "full.yaml")


# ── every key of the language ─────────────────────────────────────────────────────────────────────────────────────


def test_an_expectation_has_all_that_was_written(full: Rulebook) -> None:
    rule = full.rule("thank")
    kind = rule.kind
    assert isinstance(kind, Expect)
    assert (rule.force, rule.title, rule.cite, rule.about) == (
        Force.MUST,
        "Thank for each order",
        "A1",
        "It is polite.",
    )
    assert kind.when.types == {"order.placed", "order.changed"}
    assert kind.when.name == "any-order or order.changed"
    assert kind.until.types == {"note.sent"}
    assert (kind.each, kind.key, kind.nth, kind.restarts) == ("watchers", ("customer",), 1, True)
    assert kind.window.from_field == "promised_by"
    assert kind.window.opens == Duration(business_days=1, text="1 business day")
    assert kind.window.due == Duration(days=2, to_midnight=True, text="2 days to midnight")
    assert kind.window.expires == Duration(days=14, text="14 days")
    assert kind.during is not None
    assert kind.during.lasts == FieldBound("promised_by")
    assert kind.before is not None
    assert kind.cancel is not None
    assert kind.action is not None
    assert kind.action.type == "note.sent"
    assert kind.action.fields == {"subject": "Your order"}
    assert (kind.action.template, kind.action.to, kind.action.through) == ("note", "main-customer", "main-customer")


def test_require_limit_and_close_have_all_that_was_written(full: Rulebook) -> None:
    require, limit, close = (full.rule(name).kind for name in ("order-first", "pace", "over"))
    assert isinstance(require, Require)
    assert (require.key, require.from_field) == (("customer",), "promised_by")
    assert require.within == Duration(days=14, text="14 days")
    assert isinstance(limit, Limit)
    assert (limit.key, limit.at_most) == (("person",), 2)
    assert limit.within == Duration(days=7, text="P7D")
    assert limit.gap == Duration(seconds=3600, text="1 hour")
    assert limit.during is not None
    assert limit.during.after is None
    assert isinstance(close, Close)
    assert (close.status, close.key, close.nth) == ("over", (), 2)
    assert close.reopen is not None
    assert full.rule("over").force is None


def test_a_check_keeps_its_conditions_in_the_order_of_the_file(full: Rulebook) -> None:
    kind = full.rule("wording").kind
    assert isinstance(kind, Check)
    phrases = ("not our fault", "it's late")
    assert kind.conditions == (
        Content(Mentions("text", phrases, "excuses"), "mentions: excuses"),
        Content(Not(Matches("text", "(?i)hurry")), "not: {matches: (?i)hurry}"),
        Content(OneOf("text", ("yes",)), "in: [yes]"),
        Content(Exists("text", True), "exists: true"),
        Content(Size("text", "words", Range(2, 89)), "words: {gte: 2, lt: 90}"),
        Content(Size("text", "chars", Range(None, 900)), "chars: {lte: 900}"),
        Content(StartsWith("text", "Dear"), "starts_with: Dear"),
        Content(Size("subject", "chars", Range(None, 60)), "subject: {chars: {lte: 60}}"),
        Content(
            AnyOf((Exists("customer", True), OneOf("type", ("note.sent",)))), "any: [{customer: {exists: true}}, note]"
        ),
        Avoids("text", ("hurry up",)),
        Bullets("text", Range(2, 3), Size("bullet", "words", Range(5, 5))),
        Separate(),
        Distinct("text"),
        Cites("text", "promise"),
        AddressedTo("main-customer"),
    )
    fresh = full.rule("fresh").kind
    assert isinstance(fresh, Check)
    assert fresh.conditions == (
        Recent("dated", Duration(days=30, text="30 days")),
        Content(Compare("dated", "lt", datetime(2040, 1, 1, tzinfo=UTC)), "lt: 2040-01-01T00:00:00Z"),
    )


def test_parties_calendar_and_zone(full: Rulebook) -> None:
    assert full.parties["main-customer"].lines == (
        OneOf("main", (True,)),
        All((Not(OneOf("rank", ("plain",))), Exists("name", True))),
    )
    assert full.calendar == Calendar(weekend=frozenset({5, 6}), holidays=(date(2026, 12, 25),))
    assert full.zone == "Europe/Berlin"


def test_a_condition_on_a_person_is_one_on_what_was_noted(full: Rulebook) -> None:
    kind = full.rule("over").kind
    assert isinstance(kind, Close)
    assert isinstance(kind.when.pattern, All)
    assert OneOf("customer.rank", ("gold",)) in kind.when.pattern.parts


# ── extends, overrides, parameters ────────────────────────────────────────────────────────────────────────────────


def test_an_override_patches_and_off_switches_off(full: Rulebook) -> None:
    rule = full.rule("answer")
    assert isinstance(rule.kind, Expect)
    assert rule.force is Force.SHOULD
    assert rule.kind.when.name == "order.placed"
    assert rule.kind.until.name == "sober-note"
    assert rule.kind.window.due == Duration(seconds=48 * 3600, text="48 hours")
    assert rule.kind.window.expires == Duration(days=9, text="9 days")
    assert (Path(rule.location.file).name, rule.location.line) == ("base.yaml", 77)
    assert "not-too-many" not in {one.id for one in full.rules}


def test_null_in_an_override_removes(write: Write) -> None:
    path = write(
        "extends: [after-interview]\noverrides:\n  thank-each-interviewer: {expect: {window: {due: null}, do: null}}\n"
    )
    kind = load_rules(path).rule("thank-each-interviewer").kind
    assert isinstance(kind, Expect)
    assert kind.window.due is None
    assert kind.window.expires is not None
    assert kind.action is None


def test_a_rule_names_the_parameters_that_it_uses_through_definitions_too(write: Write) -> None:
    path = write(
        "parameters:\n"
        "  word: {type: string, default: thanks, about: What is said.}\n"
        "  days: {type: duration, default: 2 days}\n"
        "  other: {type: integer, default: 1}\n"
        "phrases: {said: [$word]}\n"
        "define: {greeting: {type: message.sent, text: {mentions: said}}, kind: {any: [greeting]}}\n"
        "rules:\n"
        "  - {id: a, force: may, expect: {when: interview.held, until: kind, window: {due: $days}}}\n"
        "  - {id: b, force: may, limit: {of: interview.held, per: [case], at_most: $other}}\n"
    )
    first, second = load_rules(path, parameters={"days": "3 days"}).rules
    assert first.readings == (
        Reading(parameter="days", value="3 days", is_default=False),
        Reading(parameter="word", value="thanks", about="What is said."),
    )
    assert [reading.parameter for reading in second.readings] == ["other"]


def test_parameters_from_outside_are_checked() -> None:
    with pytest.raises(InvalidRulesError) as raised:
        load_rules("after-interview", parameters={"thank_you_witin": "1 day", "grace": "1 dya", "max_inquiries": "0"})
    assert [problem.code for problem in raised.value.problems] == ["BAD-DURATION", "BAD-VALUE", "UNKNOWN-PARAMETER"]


def test_files_are_inherited_once_and_from_where_they_stand(write: Write) -> None:
    rule = "rules: [{id: NAME, force: may, limit: {of: message.sent, per: [case], gap: $gap}}]\n"
    write("parameters: {gap: {type: duration, default: 1 day}}\n" + rule.replace("NAME", "a"), "shared/base.yaml")
    write("extends: [base.yaml]\n" + rule.replace("NAME", "b"), "shared/left.yaml")
    write("extends: [./base.yaml]\nparameters: {gap: 2 days}\n", "shared/right.yaml")
    book = load_rules(write("extends: [shared/left.yaml, ./shared/right.yaml]\n" + rule.replace("NAME", "c")))
    assert [one.id for one in book.rules] == ["a", "b", "c"]
    assert {one.kind.gap.text for one in book.rules if isinstance(one.kind, Limit) and one.kind.gap} == {"2 days"}
    assert book.files == ("shared/base.yaml", "shared/left.yaml", "shared/right.yaml", "rules.yaml")


def test_several_sources_are_one_rulebook(write: Write) -> None:
    path = write("pack: mine\nrules: [{id: own, force: may, limit: {of: message.sent, per: [case], gap: 1 day}}]\n")
    book = load_rules("after-interview", path)
    assert book.name == "after-interview + mine"
    assert {"own", "thank-each-interviewer"} <= {rule.id for rule in book.rules}


def test_a_definition_of_the_extending_file_replaces_the_inherited_one(write: Write) -> None:
    path = write("extends: [after-interview]\ndefine: {thank-you: {type: message.sent, purpose: other}}\n")
    kind = load_rules(path).rule("thank-each-interviewer").kind
    assert isinstance(kind, Expect)
    assert kind.until.pattern == All((OneOf("type", ("message.sent",)), OneOf("purpose", ("other",))))


def test_an_unknown_source_is_an_error_with_a_suggestion() -> None:
    (problem,) = validate_rules("after-intervew")
    assert (problem.code, problem.suggestion) == ("UNKNOWN-PACK", "after-interview")


# ── the vocabulary ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_vocabulary_is_one_s_own_unless_it_extends(write: Write) -> None:
    own = load_rules(write("vocabulary: {name: fines, events: {fine.sent: {fields: {amount: number}}}}\n"))
    assert sorted(own.vocabulary.types) == ["event.retracted", "fine.sent", "waiver.granted"]
    added = load_rules(
        write("extends: [after-interview]\nvocabulary: {events: {test.taken: {fields: {score: number}}}}\n")
    )
    assert {"test.taken", "message.sent"} <= set(added.vocabulary.types)
    named = load_vocabulary(write("vocabulary: {extends: [interviews], events: {test.taken: }}\n"))
    assert {"test.taken", "message.sent"} <= set(named.types)


def test_a_type_without_a_dot_is_written_as_a_pattern(write: Write) -> None:
    start = "vocabulary: {events: {Send Fine: {fields: {amount: number}}}}\nrules:\n"
    rule = "  - {id: a, force: may, limit: {of: OF, per: [case], gap: 1 day}}\n"
    (good,) = load_rules(write(start + rule.replace("OF", "{type: Send Fine}"))).rules
    assert isinstance(good.kind, Limit)
    assert good.kind.of.types == {"Send Fine"}
    (problem,) = validate_rules(write(start + rule.replace("OF", "Send Fine")))
    assert (problem.code, problem.suggestion) == ("UNKNOWN-DEFINITION", "{type: Send Fine}")


ALSO = "vocabulary: {extends: [interviews], events: {message.sent: {fields: {channel: %s}}}}\n"


def test_an_enum_can_be_more_and_keeps_what_it_was(write: Write) -> None:
    before = load_vocabulary("interviews").types["message.sent"].fields["channel"]

    found = load_vocabulary(write(ALSO % "{type: enum, also: [fax, email, pigeon]}")).types

    assert found["message.sent"].fields["channel"].values == (*before.values, "fax", "pigeon")
    assert found["message.sent"].fields["channel"].about == before.about
    assert found["message.received"].fields["channel"].values == before.values


def test_two_vocabularies_can_each_add_their_own(write: Write) -> None:
    for name in ("fax", "pigeon"):
        write(ALSO % f"{{type: enum, also: [{name}]}}", f"{name}.yaml")

    both = load_vocabulary(write("vocabulary: {extends: [./fax.yaml, ./pigeon.yaml]}\n"))

    assert both.types["message.sent"].fields["channel"].values[-2:] == ("fax", "pigeon")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{type: enum, also: [fax], values: [email]}", ["NEEDS-KEY"]),
        ("{type: enum, also: [fax], required: true, default: fax}", ["NEEDS-KEY", "NEEDS-KEY"]),
        ("{type: string, also: [fax]}", ["FIELD-CONFLICT", "NEEDS-KEY"]),
        ("{type: enum, also: fax}", ["WRONG-TYPE"]),
        ("{also: [fax]}", ["MISSING-KEY"]),
        ("{type: enum, allso: [fax]}", ["UNKNOWN-KEY"]),
    ],
)
def test_slips_in_what_an_enum_can_also_be(write: Write, field: str, expected: list[str]) -> None:
    found = codes(write(ALSO % field))
    assert [code for code in found if code != "NO-RULES"] == expected


def test_an_enum_that_is_not_there_cannot_be_more(write: Write) -> None:
    found = codes(write(ALSO.replace("channel", "chanel") % "{type: enum, also: [fax]}"))
    assert [code for code in found if code != "NO-RULES"] == ["UNKNOWN-FIELD"]


def test_the_bundled_vocabulary_is_as_designed() -> None:
    interviews = load_vocabulary("interviews")
    assert len(interviews.types) == 18
    held = interviews.types["interview.held"]
    assert held.begins == "starts_at"
    assert held.fields["starts_at"].required
    assert interviews.types["message.received"].fields["about"].default == "process"
    assert not interviews.declares("interview.cancelled", "person")
    assert all(field.about for event in interviews.types.values() for field in event.fields.values())
    assert all(event.about for event in interviews.types.values())
    assert {"no", "off", "on"} <= interviews.parts.stop_words


# ── what can never be ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{all: [message.sent, interview.held]}", ["NEVER-ACTIVE"]),
        ("{type: message.sent, not: message.sent}", ["NEVER-ACTIVE"]),
        ("{all: [{type: interview.held}, {purpose: inquiry}]}", ["NEVER-ACTIVE"]),
        ("{all: [{purpose: inquiry}, {purpose: article}]}", ["NEVER-ACTIVE"]),
        ("{all: [{type: interview.held}, {text: {exists: true}}]}", ["NEVER-ACTIVE"]),
        (
            "{type: {not: [message.sent, interview.held]}, all: [{any: [message.sent, interview.held]}]}",
            ["NEVER-ACTIVE"],
        ),
        ("{type: interview.held, text: {exists: true}}", ["UNKNOWN-FIELD"]),
        ("{all: [{type: interview.held}, {text: {exists: false}}]}", []),
        ("{all: [{type: interview.held}, {not: {text: hello}}]}", []),
        ("{all: [{purpose: [inquiry, article]}, {purpose: article}]}", []),
        ("{any: [{all: [message.sent, interview.held]}, interview.held]}", ["NEVER-ACTIVE"]),
        ("{all: [{people: ann}, {people: bob}]}", []),
    ],
)
def test_a_pattern_that_no_event_can_fit(write: Write, pattern: str, expected: list[str]) -> None:
    path = write(f"rules:\n  - {{id: a, force: may, limit: {{of: {pattern}, per: [case], gap: 1 day}}}}\n")
    assert codes(path) == expected


def test_a_broken_definition_is_one_mistake_however_often_it_is_used(write: Write) -> None:
    rules = "".join(
        f"  - {{id: r{n}, force: may, limit: {{of: greeting, per: [person], gap: 1 day}}}}\n" for n in range(5)
    )
    path = write(f"define: {{greeting: {{type: message.sent, purpos: reply}}}}\nrules:\n{rules}")
    (problem,) = validate_rules(path)
    assert (problem.code, problem.location.line, problem.suggestion) == ("UNKNOWN-FIELD", 2, "purpose")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: [after-interview]\noverrides: {first-inquiry: {expect: {windw: null}}}\n", ["UNKNOWN-KEY"]),
        ("extends: [after-interview]\noverrides: {first-inquiry: {id: other}}\n", ["UNKNOWN-KEY"]),
        ("extends: [after-interview]\noverrides: {first-inquiry: false}\n", ["BAD-VALUE"]),
        ("extends: [after-interview]\noverrides: {first-inquiry: {limit: {}}}\n", ["KIND-COUNT"]),
        ("extends: [missing/base.yaml]\n", ["UNKNOWN-PACK"]),
        ("extends: after-interview\n", ["WRONG-TYPE"]),
        ("extends: [after-interview]\nrules:\noverrides:\nphrases:\n", []),
    ],
)
def test_slips_with_what_is_inherited(write: Write, text: str, expected: list[str]) -> None:
    found = codes(write(text))
    assert [code for code in found if code not in ("MISSING-KEY", "NO-RULES")] == expected


# ── the hash ──────────────────────────────────────────────────────────────────────────────────────────────────────

PLAIN = "rules: [{id: a, title: One, force: may, limit: {of: message.sent, per: [case], gap: 1 day}}]\n"


@pytest.mark.parametrize(
    "change",
    [
        ("gap: 1 day", "gap: 2 days"),
        ("force: may", "force: must"),
        ("per: [case]", "per: [person]"),
        ("id: a", "id: b"),
    ],
)
def test_the_hash_changes_with_what_can_change_a_verdict(write: Write, change: tuple[str, str]) -> None:
    before = load_rules(write(PLAIN)).hash
    assert load_rules(write(PLAIN.replace(*change))).hash != before


def test_the_hash_does_not_change_with_places_and_titles(write: Write) -> None:
    before = load_rules(write(PLAIN)).hash
    assert load_rules(write("# moved\n\n" + PLAIN.replace("One", "Two"))).hash == before
    assert len(before) == 64
