"""Why not: each condition that may be the first to fail, in rules of no vocabulary of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

import punctilio
from punctilio.cli.main import rules as command
from punctilio.forecasting import Account, State
from punctilio.forecasting.values import Condition, Failure

VOCABULARY: Final[dict[str, Any]] = {
    "name": "library",
    "events": {
        "book.lent": {
            "fields": {"person": {"type": "person"}, "book": {"type": "string"}, "days": {"type": "integer"}}
        },
        "book.returned": {"fields": {"person": {"type": "person"}, "book": {"type": "string"}}},
        "card.lost": {"fields": {}},
        "card.found": {"fields": {}},
        "loan.undone": {"fields": {"book": {"type": "string", "required": True}}},
        "visit.held": {"fields": {"people": {"type": "people"}}},
    },
    "parts": {
        "addressees": [["person", "people"]],
        "takes_back": {"event": "loan.undone", "of": "book.lent", "key": "book", "by": ["book"]},
    },
}
AS_OF: Final = datetime(2026, 3, 20, tzinfo=UTC)


def lent(at: str = "2026-03-02T09:00:00Z", **fields: Any) -> dict[str, Any]:
    return {"case": "a", "type": "book.lent", "at": at, **fields}


def event(kind: str, at: str = "2026-03-01T09:00:00Z", **fields: Any) -> dict[str, Any]:
    return {"case": "a", "type": kind, "at": at, **fields}


EXPECT: Final[dict[str, Any]] = {"when": "book.lent", "until": "book.returned"}
LONG: Final[dict[str, Any]] = {"type": "book.lent", "days": {"gte": 30}, "book": ["atlas", "bible"]}
CLOSE: Final[dict[str, Any]] = {"when": "card.lost", "status": "stopped"}


def account(folder: Path, rule: dict[str, Any], *events: dict[str, Any], person: str | None = None) -> Account:
    """What the rule says of the log; the case is closed by a lost card."""
    one = {"id": "one", **({} if "close" in rule else {"force": "must"}), **rule}
    stop = {"id": "stop", "close": {**CLOSE, "reopen": "card.found"}}
    book = {"language": 1, "zone": "UTC", "vocabulary": VOCABULARY, "rules": [one, stop]}
    (folder / "rules.yaml").write_text(json.dumps(book), encoding="utf-8")
    (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in events), encoding="utf-8")
    rulebook = punctilio.load_rules(folder / "rules.yaml")
    log = punctilio.read_log(folder / "log.jsonl", rules=rulebook)
    evaluation = punctilio.evaluate(rulebook, log, as_of=AS_OF)
    [told] = punctilio.explain(evaluation, "a", rules=["one"], people=[person] if person else ()).accounts
    return told


@pytest.mark.parametrize(
    ("rule", "events", "failure", "words"),
    [
        ({"expect": EXPECT}, [event("card.found")], Failure.NO_EVENT, "no book.lent"),
        (
            {"expect": {**EXPECT, "when": LONG}},
            [lent(days=7, book="atlas"), lent(days=7, book="comic")],
            Failure.NO_MATCH,
            "its days is 7 where at least 30 is asked for.",
        ),
        (
            {"expect": {**EXPECT, "when": "visit.held", "each": "people"}},
            [event("visit.held")],
            Failure.NO_PERSON,
            "its people",
        ),
        ({"expect": {**EXPECT, "nth": 3}}, [lent(), lent(at="2026-03-03T09:00:00Z")], Failure.NTH, "the 3rd book.lent"),
        (
            {"expect": {**EXPECT, "while": {"after": "visit.held", "for": "2 days"}}},
            [event("visit.held"), lent(at="2026-03-05T09:00:00Z")],
            Failure.WHILE,
            "that had ended Tue 3 Mar 2026 09:00 UTC",
        ),
        (
            {"expect": {**EXPECT, "while": {"after": "visit.held"}}},
            [lent()],
            Failure.WHILE,
            "no visit.held came before it",
        ),
        (
            {"expect": EXPECT},
            [event("card.lost"), lent()],
            Failure.CLOSED,
            "while the case was closed since Sun 1 Mar 2026 09:00 UTC, by stop",
        ),
        (
            {"close": {"when": "book.lent", "status": "lent"}},
            [lent(book="atlas"), event("loan.undone", "2026-03-04T09:00:00Z", book="atlas")],
            Failure.TAKEN_BACK,
            "was taken back by loan.undone",
        ),
        (
            {"limit": {"of": LONG, "per": ["case"], "at_most": 1}},
            [lent(days=40)],
            Failure.NO_MATCH,
            "it has no book where atlas or bible",
        ),
        ({"require": {"of": "book.returned", "after": "book.lent"}}, [lent()], Failure.NO_EVENT, "no book.returned"),
        (
            {"check": {"of": "book.returned", "field": "book", "words": {"gte": 1}}},
            [lent()],
            Failure.NO_EVENT,
            "no book.returned",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Failure) else None,
)  # fmt: skip
def test_the_first_condition_that_failed_is_told(
    tmp_path: Path, rule: dict[str, Any], events: list[dict[str, Any]], failure: Failure, words: str
) -> None:
    told = account(tmp_path, rule, *events)

    assert told.state is State.IDLE
    assert told.reason is not None
    assert (told.reason.failure, words in told.reason.words) == (failure, True), told.reason.words
    assert told.suggestion is not None

    again = account(tmp_path, rule, *events, *map(dict, told.suggestion.lines))
    assert again.state is not State.IDLE


def test_the_nearest_is_the_latest_that_lacks_least(tmp_path: Path) -> None:
    rule = {"expect": {**EXPECT, "when": LONG}}
    told = account(tmp_path, rule, lent(days=7), lent(at="2026-03-03T09:00:00Z", days=31, book="comic"), lent(days=40))
    assert told.reason is not None
    assert told.reason.near is not None
    assert told.reason.near.event.place.endswith(":2")
    assert told.reason.near.conditions == (Condition("book", "comic", "atlas or bible"),)


def test_what_was_different_would_have_been_enough(tmp_path: Path) -> None:
    """The conditions of the nearest event, mended, bring the rule into play."""
    rule = {"expect": {**EXPECT, "when": LONG}}
    assert account(tmp_path, rule, lent(days=31, book="comic")).state is State.IDLE
    assert account(tmp_path, rule, lent(days=31, book="atlas")).state is State.ACTIVE


def test_what_concerns_others_alone_says_whom(tmp_path: Path) -> None:
    rule = {"expect": {**EXPECT, "per": ["person"]}}
    told = account(
        tmp_path, rule, lent(person="ann"), event("book.returned", "2026-03-01T10:00:00Z", person="bob"), person="bob"
    )
    assert told.reason is not None
    assert (told.reason.failure, told.reason.words) == (Failure.OTHER_PERSON, "It concerns ann, and not bob.")


def test_an_undone_one_names_what_looks_like_it(tmp_path: Path) -> None:
    rule = {"expect": {**EXPECT, "per": ["person"], "window": {"due": "3 days", "expires": "30 days"}}}
    told = account(tmp_path, rule, lent(person="ann"), event("book.returned", "2026-03-04T10:00:00Z", person="bob"))

    [asked] = told.asked
    assert asked.near is not None
    assert asked.near.conditions == (Condition("addressee", "bob", "ann"),)
    assert asked.suggestion is not None
    assert asked.suggestion.words == "A book.returned for ann by Wed 1 Apr 2026 09:00 UTC would settle it, late."
    assert asked.change.words == (
        "By itself it changes after Wed 1 Apr 2026 09:00 UTC: then its time is over, and it counts as missed."
    )
    [broken] = told.broken
    assert broken.suggestion is not None
    assert (
        broken.suggestion.words == "A book.returned for ann by Thu 5 Mar 2026 09:00 UTC would have settled it in time."
    )


def test_what_is_in_order_says_why(tmp_path: Path) -> None:
    second = lent(at="2026-03-03T09:00:00Z", book="bible")
    of = {"of": "book.lent", "per": ["case"]}
    limited = account(tmp_path, {"limit": {**of, "at_most": 2, "gap": "1 day"}}, lent(book="atlas"), second)
    required = account(tmp_path, {"require": {"of": "book.lent", "after": "visit.held"}}, event("visit.held"), second)
    checked = account(tmp_path, {"check": {"of": "book.lent", "field": "book", "words": {"lte": 1}}}, lent(), second)

    assert [one.is_in_order for told in (limited, required, checked) for one in told.judged] == [True] * 5
    assert "is number 2 of 2 allowed and has none less than 1 day before it" in limited.judged[1].words
    assert "comes after visit.held" in required.judged[0].words
    assert "does not say enough to judge" in checked.judged[0].words
    assert "fulfils" in checked.judged[1].words
    assert {told.state for told in (limited, required, checked)} == {State.HELD}


def test_what_is_not_counted_says_why(tmp_path: Path) -> None:
    limit = {"of": "book.lent", "per": ["case"], "at_most": 0, "while": {"after": "visit.held", "for": "2 days"}}
    told = account(tmp_path, {"limit": limit}, event("visit.held"), lent(at="2026-03-05T09:00:00Z"))
    [one] = told.judged
    assert one.is_in_order
    assert one.words.endswith("is not counted: that had ended Tue 3 Mar 2026 09:00 UTC.")


def test_what_came_before_the_round_does_not_count(tmp_path: Path) -> None:
    require = {"of": "book.lent", "after": "visit.held", "since": "card.found"}
    told = account(
        tmp_path, {"require": require}, event("visit.held"), event("card.found", "2026-03-01T10:00:00Z"), lent()
    )
    [one] = told.judged
    assert (told.state, one.is_in_order) == (State.BROKEN, False)
    assert one.words.endswith("came without visit.held since the latest card.found before it.")
    assert told.broken[0].suggestion is not None
    assert told.broken[0].suggestion.words == "A visit.held before it would have been enough."


def test_the_rule_is_shown_as_it_stands(tmp_path: Path) -> None:
    told = account(tmp_path, {"expect": EXPECT, "about": "So it is."}, lent())
    assert told.line is not None
    assert told.line.startswith('{"language": 1')


def test_names_that_are_not_there_are_refused_with_a_suggestion(tmp_path: Path) -> None:
    account(tmp_path, {"expect": EXPECT}, lent(person="annabel"))
    asked = ["--rules", str(tmp_path / "rules.yaml"), "--as-of", AS_OF.isoformat()]
    log = str(tmp_path / "log.jsonl")
    said = [
        CliRunner().invoke(command, ["explain", case, log, *asked, *more])
        for case, more in (("b", []), ("a", ["--rule", "onn"]), ("a", ["--person", "anabel"]))
    ]
    assert [type(one.exception) for one in said] == [punctilio.errors.UsageError] * 3
    assert [str(one.exception) for one in said] == [
        "There is no case `b`.",
        "There is no rule `onn`. Did you mean `one`?",
        "There is no person `anabel`. Did you mean `annabel`?",
    ]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_writes_what_it_says(tmp_path: Path, form: str) -> None:
    account(tmp_path, {"expect": EXPECT}, lent())
    asked = ["explain", "a", str(tmp_path / "log.jsonl"), "--rules", str(tmp_path / "rules.yaml"), "--format", form]
    asked += ["--as-of", AS_OF.isoformat(), "--known-at", "2026-03-21T00:00:00Z"]

    shown = CliRunner().invoke(command, asked)
    written = CliRunner().invoke(command, [*asked, "-o", str(tmp_path / "report")])

    assert (shown.exit_code, written.exit_code, written.output) == (0, 0, "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == shown.output
    assert "2026-03-21T00:00:00Z" in shown.output


def test_time_may_be_asked_about_to_its_end(tmp_path: Path) -> None:
    """What a window of nearly all time waits for is looked for there."""
    rule = {"expect": {**EXPECT, "window": {"opens": "7973 years", "due": "7973 years"}}}
    [asked] = account(tmp_path, rule, lent()).asked
    assert asked.change.at is not None
    assert asked.change.at.utc.year == 9999


def test_of_very_many_decisions_the_text_tells_the_latest_and_counts_the_others(tmp_path: Path) -> None:
    account(tmp_path, {"expect": EXPECT}, *(lent(book=str(number)) for number in range(13)))
    asked = ["explain", "a", str(tmp_path / "log.jsonl"), "--rules", str(tmp_path / "rules.yaml"), "--rule", "one"]
    asked += ["--as-of", AS_OF.isoformat()]

    short, whole = (CliRunner().invoke(command, [*asked, *more]).output for more in ([], ["--all"]))
    told = json.loads(CliRunner().invoke(command, [*asked, "--format", "json"]).output)

    assert "3 more are left out: --all tells every decision and finding." in short
    assert "left out" not in whole
    assert whole.count("What would change it") == len(told["rules"][0]["decisions"]) == 13
