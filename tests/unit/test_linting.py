"""What lints find, and what they let pass although it looks alike; and that the engine says the same."""

# ruff: noqa: E501  # one case is one line

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import punctilio
from punctilio.cli.main import run
from punctilio.errors import InvalidInputError, UsageError
from punctilio.linting.implication import Patterns
from punctilio.linting.lengths import is_as_long, is_longer
from punctilio.location import Location
from punctilio.model.rule import (
    All,
    AnyOf,
    Calendar,
    Compare,
    Exists,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Range,
    Size,
    StartsWith,
)
from punctilio.rulebook.load import load_rules
from punctilio.shape import Report, duration
from punctilio.yaml_source import ScalarNode

ASKED = "{type: message.sent, purpose: inquiry}"
THANKED = "{type: message.sent, purpose: thank-you}"
WORD = "message.received"


def rules_of(*rules: str, head: str = "") -> str:
    """Rules by their kinds alone, called a, b, c and so on."""
    told: list[str] = []
    for number, rule in enumerate(rules):
        force, _, kind = rule.partition(" ")
        forced = "" if kind.startswith("close") else f"    force: {force}\n"
        told.append(f"  - id: {chr(97 + number)}\n    title: T\n    about: A\n{forced}    {kind}\n")
    return f"language: 1\n{head}rules:\n{''.join(told)}".replace("ASKED", ASKED).replace("THANKED", THANKED)


def codes(text: str, ignore: Sequence[str] = ()) -> list[tuple[str, str]]:
    Path("rules.yaml").write_text(text, encoding="utf-8")
    return [(slip.code, slip.names[0]) for slip in punctilio.lint("rules.yaml", ignore=ignore)]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


ASK = "may expect: {when: timeframe.given, until: ASKED, do: {purpose: inquiry}}"
AGAIN = "may expect: {when: ASKED, until: ASKED, window: {expires: 10 days}, do: {purpose: inquiry}}"
BLOCKED = [
    (ASK, "must limit: {of: ASKED, per: [case], at_most: 0}", True),
    (ASK, "should limit: {of: ASKED, per: [case], at_most: 0}", False),
    (ASK, "must limit: {of: ASKED, per: [case], at_most: 1}", False),
    (ASK, "must limit: {of: {type: message.sent, purpose: inquiry, text: {mentions: [now]}}, per: [case], at_most: 0}", False),
    (ASK, "must limit: {of: message.sent, per: [case], at_most: 0, while: {after: timeframe.given}}", True),
    (ASK, "must limit: {of: message.sent, per: [case], at_most: 0, while: {after: timeframe.given, until: message.received}}", False),
    (ASK, "must limit: {of: message.sent, per: [case], at_most: 0, while: {after: interview.held}}", False),
    (ASK, "must limit: {of: message.sent, per: [case, person], at_most: 0}", False),
    (AGAIN, "must limit: {of: ASKED, per: [case], at_most: 1}", True),
    (AGAIN, "must limit: {of: ASKED, per: [case], at_most: 2}", False),
    (AGAIN, "must limit: {of: ASKED, per: [case], at_most: 1, since: interview.held}", False),
    (AGAIN, "must limit: {of: ASKED, per: [case], at_most: 1, within: 11 days}", True),
    (AGAIN, "must limit: {of: ASKED, per: [case], at_most: 1, within: 9 days}", False),
    (AGAIN, "must limit: {of: ASKED, per: [case], gap: 2 weeks}", True),
    (AGAIN, "must limit: {of: ASKED, per: [case], gap: 10 days}", False),
    (AGAIN.replace("when: ASKED", "when: ASKED, nth: 2"), "must limit: {of: ASKED, per: [case], at_most: 2}", True),
    (ASK, "must require: {of: ASKED, after: timeframe.asked}", False),
    (ASK.replace("do:", "cancel: timeframe.asked, do:"), "must require: {of: ASKED, after: timeframe.asked, since: timeframe.given}", True),
]  # fmt: skip


@pytest.mark.parametrize(("asking", "bound", "is_blocked"), BLOCKED)
def test_an_action_is_always_blocked_where_nothing_ever_allows_it(asking: str, bound: str, is_blocked: bool) -> None:
    assert codes(rules_of(asking, bound)) == ([("ALWAYS-BLOCKED", "a")] if is_blocked else [])


def test_what_must_come_before_closes_the_case() -> None:
    found = codes(
        rules_of(ASK, "must require: {of: ASKED, after: decision.made}", "- close: {when: decision.made, status: over}")
    )

    assert found == [("ALWAYS-BLOCKED", "a")]


@pytest.mark.parametrize(("asking", "bound"), [(asking, bound) for asking, bound, is_blocked in BLOCKED if is_blocked])
def test_the_engine_never_proposes_what_is_always_blocked(asking: str, bound: str) -> None:
    Path("rules.yaml").write_text(rules_of(asking, bound), encoding="utf-8")
    day = datetime(2026, 3, 2, 9, tzinfo=UTC)
    lines = [
        ("timeframe.given", 0, {"decision_by": "2026-03-20"}),
        *(("message.sent", n, {"purpose": "inquiry", "person": "ann", "channel": "email"}) for n in (1, 2, 30)),
    ]
    events = [
        {"case": "a", "type": kind, "at": (day + timedelta(days=n)).isoformat(), **more} for kind, n, more in lines
    ]
    Path("log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    book = punctilio.load_rules("rules.yaml")
    log = punctilio.read_log("log.jsonl", rules=book)

    verdicts = {
        verdict
        for hours in (1, 23, 25, 49, 100, 239, 241, 287, 289, 721, 960)
        for verdict in punctilio.evaluate(book, log, as_of=day + timedelta(hours=hours)).decisions["verdict"]
    }

    assert "blocked" in verdicts
    assert verdicts.isdisjoint({"open", "due", "overdue"})


OVER = "- close: {when: ASKED, status: over, silence_for: 14 days}"


@pytest.mark.parametrize(
    ("waiting", "closing", "is_late"),
    [
        ("should expect: {when: ASKED, until: message.received, window: {due: 15 days}}", OVER, True),
        ("should expect: {when: ASKED, until: message.received, window: {due: 14 days}}", OVER, False),
        ("should expect: {when: ASKED, until: message.received, window: {due: 1 month}}", OVER, True),
        ("should expect: {when: ASKED, until: message.received, window: {due: 14 days to midnight}}", OVER, True),
        ("should expect: {when: ASKED, until: message.received, window: {due: 7 days, expires: 15 days}}", OVER, True),
        ("should expect: {when: ASKED, until: message.received, window: {opens: 14 days}}", OVER, True),
        ("should expect: {when: ASKED, until: message.received, window: {opens: 13 days}}", OVER, False),
        ("should expect: {when: ASKED, until: message.received, window: {due: 337 hours}}", OVER, False),
        ("should expect: {when: ASKED, until: message.received, window: {due: 370 hours}}", OVER, True),
        ("should expect: {when: interview.held, until: message.received, window: {due: 15 days}}", OVER, False),
        ("should expect: {when: interview.held, until: message.received, window: {from: starts_at, due: 15 days}}", OVER.replace("ASKED", "interview.held"), False),
        ("should expect: {when: ASKED, until: message.received, window: {due: 15 days}}", OVER.replace("days}", "days, unless: message.received}"), True),
        ("should expect: {when: ASKED, until: message.received, window: {due: 15 days}}", OVER.replace("days}", "days, unless: timeframe.given}"), False),
        ("should expect: {when: ASKED, until: message.received, window: {due: 15 days}}", OVER.replace("ASKED,", "ASKED, nth: 2,"), False),
        ("should expect: {when: ASKED, nth: 2, until: message.received, window: {due: 15 days}}", OVER.replace("ASKED,", "ASKED, nth: 2,"), True),
    ],
)  # fmt: skip
def test_a_window_outlives_the_case_where_a_silence_always_ends_it_sooner(
    waiting: str, closing: str, is_late: bool
) -> None:
    assert codes(rules_of(waiting, closing)) == ([("OUTLIVES-CASE", "a")] if is_late else [])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("must expect: {when: decision.made, until: THANKED}", "- close: {when: decision.made, status: x}"), ["NEVER-FIRES"]),
        (("must expect: {when: decision.made, until: THANKED}", "- close: {when: decision.made, status: x, reopen: decision.made}"), []),
        (("must expect: {when: decision.made, until: THANKED}", "- close: {when: {type: decision.made, outcome: offer}, status: x}"), []),
        (("must expect: {when: ASKED, nth: 2, since: message.sent, until: message.received}",), ["NEVER-FIRES"]),
        (("must expect: {when: ASKED, nth: 1, since: message.sent, until: message.received}",), []),
        (("must expect: {when: ASKED, while: {until: message.sent}, until: message.received}",), ["NEVER-FIRES"]),
        (("must limit: {of: ASKED, per: [case], at_most: 1, since: ASKED}",), ["NEVER-BROKEN"]),
        (("must limit: {of: ASKED, per: [case], at_most: 1, since: message.received}",), []),
        (("must check: {of: ASKED, where: {any: [{type: message.sent}, {purpose: inquiry}]}}",), ["NEVER-BROKEN"]),
        (("- close: {when: ASKED, silence_for: 3 days, status: x}", "- close: {when: message.sent, status: y}"), ["NEVER-FIRES"]),
        (("must check: {of: {all: [message.sent, {any: [{purpose: inquiry}, {purpose: article}]}, {not: {purpose: [inquiry, article]}}]}, words: 3}",), ["NEVER-FIRES"]),
    ],
)  # fmt: skip
def test_what_never_fires_and_what_is_never_broken(rules: tuple[str, ...], expected: list[str]) -> None:
    assert [code for code, _ in codes(rules_of(*rules))] == expected


def test_the_engine_says_the_same_of_what_never_fires_is_never_broken_or_comes_too_late() -> None:
    rules = rules_of(
        "must expect: {when: decision.made, until: message.sent}",
        "- close: {when: decision.made, status: x, reopen: interview.held}",
        "must expect: {when: interview.held, while: {until: interview.held}, until: message.sent}",
        "must expect: {when: interview.held, nth: 2, since: interview.held, until: message.sent}",
        "must limit: {of: interview.held, per: [case], at_most: 1, gap: 90 days, since: interview.held}",
        "must expect: {when: timeframe.asked, until: timeframe.given, window: {due: 15 days}}",
        "- close: {when: timeframe.asked, silence_for: 14 days, status: over}",
    )
    found = codes(rules)
    held = [
        {"case": "a", "type": "interview.held", "at": f"2026-03-0{n}T10:00:00Z", "starts_at": f"2026-03-0{n}T09:00:00Z"}
        for n in (1, 3)
    ]
    made = {"case": "a", "type": "decision.made", "at": "2026-03-04T10:00:00Z", "outcome": "offer"}
    asked = {"case": "b", "type": "timeframe.asked", "at": "2026-03-04T10:00:00Z"}
    Path("log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in (*held, made, asked)), encoding="utf-8")
    book = punctilio.load_rules("rules.yaml")

    judged = punctilio.evaluate(
        book, punctilio.read_log("log.jsonl", rules=book), as_of=datetime(2026, 6, 1, tzinfo=UTC)
    )

    assert found == [
        ("NEVER-FIRES", "a"),
        ("NEVER-FIRES", "c"),
        ("NEVER-FIRES", "d"),
        ("NEVER-BROKEN", "e"),
        ("OUTLIVES-CASE", "f"),
    ]
    assert judged.findings.height == 0
    assert judged.decisions.select("rule", "verdict").rows() == [("f", "cancelled"), ("g", "satisfied")]


LIMIT = "must limit: {of: ASKED, per: [case], at_most: 2}"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (LIMIT, LIMIT, [("DUPLICATE-RULE", "b")]),
        (LIMIT, LIMIT.replace("must", "should"), [("DUPLICATE-RULE", "b")]),
        (LIMIT.replace("must", "should"), LIMIT, [("DUPLICATE-RULE", "a")]),
        (LIMIT, LIMIT.replace("at_most: 2", "at_most: 3"), [("SHADOWED-RULE", "b")]),
        (LIMIT, LIMIT.replace("at_most: 2", "at_most: 2, within: 3 days"), [("SHADOWED-RULE", "b")]),
        (LIMIT, LIMIT.replace("at_most: 2", "gap: 3 days"), []),
        (LIMIT.replace("at_most: 2", "gap: 4 days"), LIMIT.replace("at_most: 2", "gap: 3 days"), [("SHADOWED-RULE", "b")]),
        (LIMIT, LIMIT.replace("[case]", "[case, person]"), [("SHADOWED-RULE", "b")]),
        (LIMIT.replace("[case]", "[case, person]"), LIMIT.replace("2", "3"), []),
        (LIMIT.replace("ASKED", "message.sent"), LIMIT, [("SHADOWED-RULE", "b")]),
        (LIMIT.replace("must", "should").replace("2", "1"), LIMIT, []),
        ("must check: {of: ASKED, mentions: [please], words: {lte: 100}}", "should check: {of: ASKED, words: {lte: 200}}", [("SHADOWED-RULE", "b")]),
        ("must check: {of: ASKED, words: {lte: 100}}", "must check: {of: ASKED, chars: {lte: 200}}", []),
        ("must check: {of: ASKED, avoids: [now, soon]}", "must check: {of: ASKED, avoids: [now]}", [("SHADOWED-RULE", "b")]),
        ("must require: {of: ASKED, after: timeframe.given, within: 3 days}", "must require: {of: ASKED, after: [timeframe.given, decision.made]}", [("SHADOWED-RULE", "b")]),
        ("must expect: {when: ASKED, until: message.received, window: {due: 2 days}}", "must expect: {when: ASKED, until: message.received, window: {due: 3 days}}", [("SHADOWED-RULE", "b")]),
        ("- close: {when: ASKED, status: x}", "- close: {when: ASKED, status: y}", [("SHADOWED-RULE", "b")]),
        ("- close: {when: ASKED, status: x}", "- close: {when: message.received, status: x}", []),
    ],
)  # fmt: skip
def test_rules_that_say_nothing_beside_others(one: str, other: str, expected: list[tuple[str, str]]) -> None:
    assert codes(rules_of(one, other)) == expected


def test_what_a_parameter_of_ones_own_does_to_a_pack_is_told_at_the_parameter() -> None:
    Path("rules.yaml").write_text("language: 1\nextends: [after-interview]\nparameters: {max_inquiries: 1}\n", "utf-8")

    found = punctilio.lint("rules.yaml")

    assert [(slip.code, slip.names[0]) for slip in found] == [
        ("ALWAYS-BLOCKED", "second-inquiry"),
        ("OUTLIVES-CASE", "second-inquiry"),
    ]
    assert {str(slip.problem.location) for slip in found} == {"rules.yaml:3:29"}


def test_of_a_pack_only_what_was_changed_is_told_never_to_have_fired() -> None:
    Path("rules.yaml").write_text(
        "language: 1\nextends: [after-interview]\nparameters: {move_on_after: 3 weeks}\noverrides: {connect: {force: must}}\n"
        "rules:\n  - {id: own, title: T, about: A, force: may, expect: {when: timeframe.asked, until: message.sent}}\n",
        encoding="utf-8",
    )
    opened = {"case": "a", "type": "case.opened", "at": "2026-03-03T11:00:00Z"}
    Path("log.jsonl").write_text(f"{json.dumps(opened)}\n", encoding="utf-8")

    found = punctilio.lint("rules.yaml", logs=["log.jsonl"])

    told = {(slip.code, slip.names[0], slip.problem.location.line) for slip in found if slip.code == "NEVER-FIRED"}
    assert told == {("NEVER-FIRED", "connect", 4), ("NEVER-FIRED", "moved-on", 3), ("NEVER-FIRED", "own", 6)}


def test_what_is_used_through_other_names_or_by_a_choice_is_used() -> None:
    head = """\
parameters:
  which: {type: string, default: one, values: [one, two]}
  idle: {type: integer, default: 3}
  words: {type: integer, default: 3}
define:
  one: {type: message.sent, text: {mentions: list}}
  two: {type: message.sent, text: {words: $words}}
  three: {any: [one, four]}
  four: {type: message.received}
phrases: {list: [a], other: [b]}
parties: {boss: [{role: hr}], nobody: [{role: hr}]}
calendar: {holidays: [2026-12-25]}
"""
    Path("templates").mkdir()
    Path("templates/mine.txt").write_text("Hello\n", encoding="utf-8")
    Path("templates/lost.txt").write_text("Hello\n", encoding="utf-8")
    rule = "may expect: {when: $which, until: message.received, do: {purpose: inquiry, to: boss, template: mine}}"

    found = codes(rules_of(rule, head=head))

    assert found == [("UNUSED", name) for name in ("idle", "three", "four", "other", "nobody", "calendar")] + [
        ("UNUSED", "lost")
    ]


def test_what_is_ignored_is_left_out_by_code_or_by_name() -> None:
    head = "parameters: {one: {type: integer, default: 3}, two: {type: integer, default: 3}}\n"
    text = rules_of(LIMIT, head=head)

    assert codes(text) == [("UNUSED", "one"), ("UNUSED", "two")]
    assert codes(text, ignore=["UNUSED:one"]) == [("UNUSED", "two")]
    assert codes(text, ignore=["UNUSED"]) == []
    with pytest.raises(UsageError, match="Did you mean `UNUSED`"):
        codes(text, ignore=["UNUSD"])


def test_a_rulebook_that_is_not_valid_is_not_linted_and_all_mistakes_are_told() -> None:
    for name in ("one.yaml", "two.yaml"):
        Path(name).write_text("language: 1\nrulez: []\n", encoding="utf-8")

    with pytest.raises(InvalidInputError) as caught:
        punctilio.lint("one.yaml", "two.yaml")

    assert [problem.location.file for problem in caught.value.problems] == ["one.yaml", "two.yaml"]


@pytest.mark.parametrize(
    ("more", "code"),
    [([], 1), (["--fail-on", "warning"], 0), (["--fail-on", "never"], 0), (["--ignore", "NO-REASON"], 0), (["--tests", "none"], 2)],
)  # fmt: skip
def test_the_exit_code_is_by_what_was_found(more: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules.yaml").write_text(rules_of(LIMIT).replace("    about: A\n", ""), encoding="utf-8")

    assert run(["lint", "rules.yaml", "--format", "json", *more]) == code

    said = capsys.readouterr().out
    levels = [found["level"] for found in json.loads(said)["findings"]] if code < 2 else []
    assert levels == (["advice"] if "--ignore" not in more and code < 2 else [])


# ── what lints rest on ──

VOCABULARY = load_rules("after-interview").vocabulary
SENT = OneOf("type", ("message.sent",))
PURPOSE = OneOf("purpose", ("inquiry",))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (All((SENT, PURPOSE)), SENT, True),
        (SENT, All((SENT, PURPOSE)), False),
        (PURPOSE, OneOf("purpose", ("inquiry", "article")), True),
        (PURPOSE, Exists("purpose"), True),
        (PURPOSE, Not(OneOf("purpose", ("article",))), True),
        (All((SENT, AnyOf((PURPOSE, Mentions("text", ("a",)))))), AnyOf((Mentions("text", ("a", "b")), PURPOSE)), True),
        (Not(Exists("purpose")), Not(PURPOSE), True),
        (Size("text", "words", Range(2, 5)), Size("text", "words", Range(None, 9)), True),
        (Size("text", "words", Range(None, 9)), Size("text", "words", Range(2, 9)), False),
        (StartsWith("text", "Dear"), StartsWith("text", "De"), True),
        (Compare("decision_by", "lt", datetime(2026, 1, 1, tzinfo=UTC)), Compare("decision_by", "lte", datetime(2026, 1, 1, tzinfo=UTC)), True),
        (Compare("decision_by", "lte", datetime(2026, 1, 1, tzinfo=UTC)), Compare("decision_by", "lt", datetime(2026, 1, 1, tzinfo=UTC)), False),
        (Compare("decision_by", "gt", datetime(2026, 1, 2, tzinfo=UTC)), Compare("decision_by", "gte", datetime(2026, 1, 1, tzinfo=UTC)), True),
        (OneOf("people", ("ann",)), Not(OneOf("people", ("ben",))), False),
        (OneOf("type", ("interview.held",)), Exists("starts_at"), True),
    ],
)  # fmt: skip
def test_one_pattern_brings_another_with_it(one: Pattern, other: Pattern, expected: bool) -> None:
    assert Patterns(VOCABULARY).implies(one, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "longer", "as_long"),
    [
        ("15 days", "14 days", True, True),
        ("14 days", "14 days", False, True),
        ("2 weeks", "14 days", False, True),
        ("1 month", "27 days", False, False),
        ("1 month", "25 days", True, True),
        ("32 days", "1 month", False, False),
        ("48 hours", "1 day", False, False),
        ("72 hours", "1 day", True, True),
        ("1 business day", "1 day", False, False),
        ("3 business days", "20 hours", True, True),
        ("90 days", "10 business days", True, True),
        ("14 days to midnight", "14 days", True, True),
        ("14 days", "14 days to midnight", False, False),
    ],
)
def test_lengths_are_compared_only_where_it_is_sure(one: str, other: str, longer: bool, as_long: bool) -> None:
    a, b = (duration(ScalarNode(text, text, Location("")), Report(), "it") for text in (one, other))
    assert a is not None
    assert b is not None

    assert (is_longer(a, b, Calendar()), is_as_long(a, b, Calendar())) == (longer, as_long)
