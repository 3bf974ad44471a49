"""What a report says in words: who and what used a limit up, what a text lacks, by whose clock a day ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from punctilio.cli.main import run
from punctilio.evaluation import evaluate
from punctilio.logs.read import read_log
from punctilio.reporters import render
from punctilio.rulebook.load import load_rules
from punctilio.selection import EVERYTHING

Event = dict[str, Any]

OPENED = {"type": "case.opened", "at": "2026-03-01T09:00:00-05:00", "company": "Elm", "zone": "America/New_York"}
NOTED = {
    "type": "person.noted",
    "at": "2026-03-02T09:00:00-05:00",
    "person": "hal",
    "name": "Hal Quinn",
    "primary": True,
}
GIVEN = {
    "type": "timeframe.given",
    "at": "2026-03-03T11:00:00-05:00",
    "decision_by": "2026-03-13",
    "quote": "by the 13th",
}
FIRST, SECOND, THIRD = "2026-03-16T12:00:00-04:00", "2026-03-30T12:00:00-04:00", "2026-04-10T12:00:00-04:00"

TWICE = {
    "id": "twice",
    "title": "Ask twice",
    "force": "must",
    "limit": {"of": "asking", "per": ["case"], "at_most": "$most"},
}
SPACED = {
    "id": "spaced",
    "title": "Wait a while",
    "force": "should",
    "limit": {"of": "asking", "per": ["case"], "gap": "14 days"},
}
PATIENT = {
    "id": "patient",
    "force": "must",
    "limit": {
        "of": "asking",
        "per": ["case"],
        "at_most": 0,
        "while": {"after": "timeframe.given", "for": "decision_by"},
    },
}
ASK = {
    "id": "ask",
    "force": "may",
    "expect": {
        "when": "timeframe.given",
        "until": "interview.held",
        "window": {"from": "decision_by", "opens": "0 days"},
        "do": {"purpose": "inquiry"},
    },
}


def asking(at: str, **more: Any) -> Event:
    return {"type": "message.sent", "at": at, "purpose": "inquiry", "person": "hal", **more}


def report(folder: Path, rules: Sequence[Event], log: Sequence[Event], as_of: str) -> str:
    """The text of what these rules say to this log."""
    book = {
        "language": 1,
        "parameters": {"most": {"type": "integer", "default": 2}},
        "define": {"asking": {"type": "message.sent", "purpose": "inquiry"}},
        "phrases": {"reproach": ["no answer", "haven't heard"]},
        "parties": {"primary-contact": [{"primary": True}]},
        "rules": rules,
    }
    (folder / "rules.yaml").write_text(json.dumps(book), encoding="utf-8")
    (folder / "log.jsonl").write_text(
        "".join(f"{json.dumps({'case': 'elm'} | event)}\n" for event in log), encoding="utf-8"
    )
    rulebook = load_rules(folder / "rules.yaml")
    read = read_log(
        [folder / "log.jsonl"], vocabulary=rulebook.vocabulary, rule_ids={rule.id for rule in rulebook.rules}
    )
    judged = evaluate(rulebook, read, as_of=datetime.fromisoformat(as_of))
    return render("text", judged, EVERYTHING).replace(str(folder), "")


def test_one_too_many_names_those_before_it_and_one_too_near_the_latest(tmp_path: Path) -> None:
    text = report(tmp_path, [TWICE, SPACED], [OPENED, asking(FIRST), asking(SECOND), asking(THIRD)], THIRD)

    assert "asking is number 3 where 2 are allowed." in text
    assert "It comes after message.sent Mon 16 Mar 2026 12:00 EDT (/log.jsonl:2); message.sent Mon 30 Mar" in text
    assert "The one before is message.sent Mon 30 Mar 2026 12:00 EDT (/log.jsonl:3), 11 days earlier." in text
    assert "It was allowed from Mon 13 Apr 2026 12:00 EDT = message.sent Mon 30 Mar 2026 12:00 EDT + 14 days." in text
    assert "Ask twice: 3 used where 2 are allowed; the next is blocked; it never opens by itself" in text


def test_one_that_came_back_is_not_named(tmp_path: Path) -> None:
    bounce = {"type": "message.bounced", "at": "2026-03-17T12:00:00-04:00", "message_id": "m1"}
    rules = [TWICE | {"limit": {"of": "asking", "per": ["case"], "at_most": 1}}]

    text = report(
        tmp_path, rules, [OPENED, asking(FIRST, message_id="m1"), bounce, asking(SECOND), asking(THIRD)], THIRD
    )

    assert "It comes after message.sent Mon 30 Mar 2026 12:00 EDT (/log.jsonl:4)." in text


def test_one_in_a_forbidden_time_names_what_began_it(tmp_path: Path) -> None:
    early = "2026-03-10T12:00:00-04:00"

    text = report(tmp_path, [PATIENT], [OPENED, GIVEN, asking(early)], early)

    assert "asking came while none is allowed after timeframe.given, until its decision_by has passed." in text
    assert "It comes after timeframe.given Tue 3 Mar 2026 11:00 EST (/log.jsonl:2)." in text
    assert 'Sat 14 Mar 2026 00:00 EDT, the midnight that ends 2026-03-13 in America/New_York ("by the 13th").' in text


def test_a_block_names_what_used_it_up_and_the_reading_that_decided(tmp_path: Path) -> None:
    text = report(tmp_path, [TWICE, ASK], [OPENED, GIVEN, asking(FIRST), asking(SECOND)], THIRD)

    assert "ask: blocked by twice; it never opens by itself" in text
    assert "      2 of 2 used: message.sent Mon 16 Mar 2026 12:00 EDT (/log.jsonl:3); message.sent Mon 30 Mar" in text
    assert "      Reading: most is 2, the default." in text


def test_a_spacing_promises_nothing_that_another_limit_forbids(tmp_path: Path) -> None:
    log = [OPENED, asking(FIRST), asking(SECOND)]

    alone, bounded = (report(tmp_path, rules, log, SECOND) for rules in ([SPACED], [SPACED, TWICE]))

    assert "Wait a while: 2 used; the next is allowed Mon 13 Apr 2026 12:00 EDT" in alone
    assert "Wait a while: 2 used; by twice the next is blocked; it never opens by itself" in bounded


def test_a_draft_that_is_forbidden_is_said_to_be_blocked(tmp_path: Path) -> None:
    draft = {**asking(THIRD), "type": "message.drafted"}

    text = report(tmp_path, [TWICE], [OPENED, asking(FIRST), asking(SECOND), draft], THIRD)

    assert "1 blocked, 0 broken" in text
    assert "  Blocked\n    - draft, for hal: Blocked, never: asking is number 3 where 2 are allowed.\n" in text


def test_a_day_ends_by_the_employers_clock(tmp_path: Path) -> None:
    text = report(tmp_path, [ASK], [OPENED | {"employer_zone": "Asia/Tokyo"}, GIVEN], SECOND)

    assert "Fri 13 Mar 2026 11:00 EDT, the midnight that ends 2026-03-13 in Asia/Tokyo, the employer zone" in text


@pytest.mark.parametrize(
    ("check", "said", "words"),
    [
        ({"mentions": "reproach"}, "Well?", "says nothing of reproach (such as “no answer”, “haven't heard”)"),
        ({"mentions": ["please"]}, "Well?", "does not say “please”"),
        ({"avoids": "reproach"}, "I haven’t  HEARD a word.", "says “haven't heard”, a phrase of reproach"),
        ({"avoids": ["well"]}, "Well?", "says “well”, a phrase to avoid"),
        ({"words": {"lte": 2}}, "Are you there?", "has 3 words where at most 2 are asked for"),
        ({"chars": {"gte": 9}}, "Hi", "has 2 characters where at least 9 are asked for"),
        ({"starts_with": "Dear"}, "Hi", "does not begin with “Dear”"),
        ({"exists": True}, " ", "has no words of its own"),
        ({"where": {"url": {"exists": True}}}, "Hi", "has no url"),
        ({"where": {"channel": ["email", "letter"]}}, "Hi", "has channel phone where email or letter is asked for"),
        ({"where": {"not": {"text": {"mentions": ["hi"]}}}}, "Hi", "says “hi”, a phrase to avoid"),
        ({"bullets": {"gte": 2, "lte": 3}}, "- one", "has 1 bullet where 2 to 3 are asked for"),
        ({"cites": "timeframe"}, "Well?", "does not name the date (13 March) or their words (“by the 13th”)"),
        ({"cites": "company"}, "Well?", "does not name the company (“Elm”)"),
        ({"addressed_to": "primary-contact"}, "Hi", "is not addressed to the primary contact, Hal Quinn"),
        ({"separate": True}, "Hi", "goes to ann and bo at once, where each should have a message of their own"),
    ],
)
def test_a_check_says_what_is_wrong_in_peoples_words(
    check: Mapping[str, Any], said: str, words: str, tmp_path: Path
) -> None:
    rule = {"id": "asked", "force": "should", "check": {"of": "asking", **check}}
    sent = {"type": "message.sent", "at": FIRST, "purpose": "inquiry", "people": ["ann", "bo"], "channel": "phone"}

    text = report(tmp_path, [rule], [OPENED, NOTED, GIVEN, sent | {"text": said}], FIRST)

    assert f": asking {words}.\n" in text


def test_a_condition_of_many_parts_is_told_by_the_rules_own_title(tmp_path: Path) -> None:
    either = {"any": [{"text": {"mentions": ["cv"]}}, {"attachments": {"exists": True}}]}
    rule = {"id": "cv", "title": "Offer your CV", "force": "should", "check": {"of": "asking", "where": either}}

    text = report(tmp_path, [rule], [OPENED, asking(FIRST, text="Hi")], FIRST)

    assert (
        "warning, Mon 16 Mar 2026 12:00 EDT, for hal: asking is not as asked for: Offer your CV.\n      Rule:" in text
    )


def test_what_was_waived_says_for_whom_and_why(tmp_path: Path) -> None:
    rule = {
        "id": "thank",
        "title": "Thank them",
        "force": "must",
        "expect": {"when": "interview.held", "each": "people", "until": "message.sent", "window": {"due": "1 day"}},
    }
    held = {
        "type": "interview.held",
        "at": "2026-03-03T11:00:00-05:00",
        "starts_at": "2026-03-03T10:00:00-05:00",
        "people": ["hal"],
    }
    waiver = {"type": "waiver.granted", "at": "2026-03-03T12:00:00-05:00", "rule": "thank", "reason": "He is away."}

    text = report(tmp_path, [rule], [OPENED, NOTED, held, waiver], FIRST)

    assert "- waived, for Hal Quinn: Thank them was not done by its due. This was waived: He is away. (thank, " in text


def test_the_strongest_rule_makes_the_next_step(tmp_path: Path) -> None:
    def expect(name: str, force: str, **window: str) -> Event:
        kind = {"when": "timeframe.given", "until": "interview.held", "window": window}
        return {"id": name, "force": force, "expect": kind}

    may, should = expect("a", "may", due="1 year"), expect("b", "should", opens="1 hour")
    due = expect("c", "should", due="1 year")

    steps = [report(tmp_path, rules, [OPENED, GIVEN], FIRST) for rules in ([may, should], [may, should, due])]

    assert "Next step: b:" in steps[0]
    assert "Next step: c:" in steps[1]


def test_a_closed_case_says_why(tmp_path: Path) -> None:
    over = {"id": "over", "close": {"when": "asking", "status": "let-go", "silence_for": "14 days"}}

    text = report(tmp_path, [over], [OPENED, asking(FIRST)], THIRD)

    silence = "Mon 30 Mar 2026 12:00 EDT, after 14 days of silence since message.sent Mon 16 Mar 2026 12:00 EDT"
    assert f"Closed as let-go {silence} (/log.jsonl:2) (over)." in text


def test_an_idle_case_says_what_may_be_logged(tmp_path: Path) -> None:
    text = report(tmp_path, [ASK], [OPENED], FIRST)

    assert "  Nothing is pending. Log what happens next: a timeframe.\n" in text


def test_a_log_without_events_is_told_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log.jsonl").write_text("", encoding="utf-8")

    assert run(["evaluate", str(tmp_path / "log.jsonl"), "--as-of", "2026-03-04T09:00:00Z"]) == 0

    assert capsys.readouterr().out.split("\n")[1] == "Nothing was judged: the log has no event until then."


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "sarif", "junit", "github"])
def test_what_is_found_in_a_case_in_doubt_says_so_itself(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = {
        "type": "interview.held",
        "at": "2026-02-03T10:00:00Z",
        "starts_at": "2026-02-03T09:00:00Z",
        "people": ["x"],
    }
    for case, torn in (("doubtful", "nobody knows of which case\n"), ("sure", "")):
        (tmp_path / f"{case}.jsonl").write_text(json.dumps({"case": case, **held}) + "\n" + torn, encoding="utf-8")
    files = [str(tmp_path / f"{case}.jsonl") for case in ("doubtful", "sure")]
    arguments = ["--as-of", "2026-03-04T09:00:00Z", "--quarantine", str(tmp_path / "q"), "--format", form]

    rule = ["-r", "after-interview", "--rule", "thank-each-interviewer"]
    said = "may belong to this case, and say otherwise"

    assert run(["evaluate", *files, *arguments, *rule]) == 3
    assert said in capsys.readouterr().out
    assert run(["evaluate", files[1], *arguments, *rule]) == 1
    assert said not in capsys.readouterr().out
