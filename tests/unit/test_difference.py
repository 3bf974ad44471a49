"""What is found different between two rulebooks, and what is not."""

from __future__ import annotations

import html
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import punctilio
from punctilio.cli.main import run
from punctilio.difference import Difference
from punctilio.difference.forms import RENDERERS
from punctilio.difference.markdown import MOST
from punctilio.errors import InvalidLogError

HELD = (
    '{{"case": "{0}", "type": "interview.held", "at": "{1}T11:00:00Z", "starts_at": "{1}T10:00:00Z", '
    '"people": ["{2}"]}}'
)
SENT = (
    '{"case": "a", "type": "message.sent", "at": "2026-03-04T10:00:00Z", "person": "ann", "purpose": "thank-you", '
    '"text": "Thanks!"}'
)
EVENTS = "\n".join((HELD.format("a", "2026-03-03", "ann"), SENT, HELD.format("b", "2026-03-03", "bob"), ""))
RULES = """\
language: 1
parameters:
  within: {type: duration, default: 2 days}
define:
  note: {type: message.sent, purpose: thank-you}
phrases:
  warm: [thanks]
rules:
  - id: thank
    title: Thank them
    force: must
    expect:
      when: interview.held
      each: people
      until: note
      window: {due: $within, expires: 10 days}
      do: {purpose: thank-you}
  - id: polite
    force: should
    check: {of: note, mentions: warm}
  - id: once
    force: must
    limit: {of: note, per: [case], at_most: 1}
"""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_text(EVENTS, encoding="utf-8")
    Path("old.yaml").write_text(RULES, encoding="utf-8")


def compared(before: str = "", after: str = "", *, rules: str = RULES, **options: Any) -> Difference:
    """The rules against themselves, with one text in the place of another."""
    assert before in rules
    Path("new.yaml").write_text(rules.replace(before, after), encoding="utf-8")
    as_of = datetime.fromisoformat(options.pop("as_of", "2026-03-05T10:00:00+00:00"))
    return punctilio.compare("old.yaml", "new.yaml", "log.jsonl", as_of=as_of, **options)


def effects(found: Difference) -> dict[str, list[tuple[str, str, int]]]:
    return {rule.rule: [(e.record, e.change, e.count) for e in rule.effects] for rule in found.rules}


def test_nothing_is_different_where_only_the_writing_is() -> None:
    found = compared("mentions: warm}", "mentions: warm }  # with care", rules=RULES)

    assert not found.is_any
    assert RENDERERS["text"](found).endswith("No difference.\n")


@pytest.mark.parametrize(
    ("before", "after", "path", "expected"),
    [
        (
            "default: 2 days",
            "default: 1 day",
            ("parameters", "within"),
            {"thank": [("decision", "verdict", 1), ("decision", "moved", 2), ("finding", "gained", 1)]},
        ),
        ("10 days", "1 week", ("rules", "thank", "expect", "window", "expires"), {"thank": [("decision", "moved", 2)]}),
        ("[thanks]", "[gratitude]", ("phrases", "warm"), {"polite": [("finding", "gained", 1)]}),
        (
            "at_most: 1",
            "at_most: 0",
            ("rules", "once", "limit", "at_most"),
            {
                "once": [("finding", "gained", 1), ("allowance", "changed", 1)],
                "thank": [("decision", "verdict", 1)],
            },
        ),
        ("force: should", "force: must", ("rules", "polite", "force"), {}),
        ("title: Thank them", "title: Thank", ("rules", "thank", "title"), {}),
        (
            "purpose: thank-you}\nphrases",
            "purpose: reply}\nphrases",
            ("define", "note", "purpose"),
            {"once": [("allowance", "changed", 1)], "thank": [("decision", "verdict", 1)]},
        ),
        ("language: 1", "language: 1\nzone: Asia/Tokyo", ("zone",), {}),
    ],
)
def test_each_change_is_told_with_what_hangs_on_it(
    before: str, after: str, path: tuple[str, ...], expected: dict[str, list[tuple[str, str, int]]]
) -> None:
    found = compared(before, after)

    assert [change.path for change in found.changes][:1] == [path]
    assert effects(found) == expected
    assert [change.has_effect for change in found.changes][:1] == [bool(expected)]


def test_a_rule_that_is_blocked_otherwise_names_the_limit_that_changed() -> None:
    found = compared("at_most: 1", "at_most: 0")

    told = {rule.rule: (rule.state, rule.through) for rule in found.rules}
    assert told["thank"] == ("unchanged", ("once",))
    [sample] = next(rule for rule in found.rules if rule.rule == "thank").effects[0].samples
    assert sample.case == "b"
    assert sample.old[0].startswith("Due by")
    assert sample.new[0].startswith("Blocked by once")


def test_what_is_at_other_places_of_the_file_is_no_difference_but_places_are_told() -> None:
    found = compared("rules:\n", "\n\nrules:\n", rules=RULES.replace("at_most: 1", "at_most: 2"))

    [change] = found.changes
    assert change.old_at is not None
    assert change.new_at is not None
    assert change.new_at.line - change.old_at.line == 2
    assert (change.old_at.file, change.new_at.file) == ("old.yaml", "new.yaml")


def test_a_rule_that_was_switched_off_is_told_where_that_was_done() -> None:
    Path("new.yaml").write_text("language: 1\nextends: [./old.yaml]\noverrides:\n  thank: off\n", encoding="utf-8")

    found = punctilio.compare(
        "old.yaml", "new.yaml", "log.jsonl", as_of=datetime.fromisoformat("2026-03-05T10:00:00+00:00")
    )

    [change] = found.changes
    assert change.path == ("rules", "thank")
    assert change.new is None
    assert change.new_at is not None
    assert (change.new_at.file, change.new_at.line) == ("new.yaml", 4)
    assert effects(found)["thank"] == [("decision", "lost", 2)]


def test_samples_are_bounded_and_the_rest_is_counted() -> None:
    lines = [EVENTS.splitlines()[2].replace('"b"', f'"b{number}"') for number in range(50)]
    Path("log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    found = compared("10 days", "1 week", samples=2)

    [effect] = found.rules[0].effects
    assert (effect.count, effect.cases, [sample.case for sample in effect.samples]) == (50, 50, ["b0", "b1"])
    assert "    and 48 more\n" in RENDERERS["text"](found)
    assert found.outcomes.height == 50


def test_nothing_in_a_log_breaks_the_table_of_a_comment_or_calls_anybody() -> None:
    bad = "a|b</td></table>\\n\\n# @everyone `x` #1 <script>"
    Path("log.jsonl").write_text(EVENTS.splitlines()[2].replace('"b"', f'"{bad}"') + "\n", encoding="utf-8")

    said = RENDERERS["markdown"](compared("10 days", "1 week"))

    blocks = said.split("\n\n")
    assert all(block.startswith("<") for block in blocks)
    assert all(
        block.count("<td") == block.count("</td>") and block.count("<tr>") == block.count("</tr>") for block in blocks
    )
    assert "<script" not in said
    assert not re.search(r"@\w|#\d", html.unescape(said))
    assert "|b&lt;/td&gt;" in said


def test_a_comment_is_never_longer_than_there_is_room_for() -> None:
    many = "".join(
        f"  - id: thank-{number}\n    force: should\n"
        f"    expect: {{when: interview.held, until: note, window: {{due: {number + 1} days}}}}\n"
        for number in range(200)
    )
    found = compared("rules:\n", f"rules:\n{many}")

    said = RENDERERS["markdown"](found)

    assert len(said) <= MOST + 200
    assert "There is no room here for" in said


def test_the_exit_code_tells_of_any_difference_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text(RULES.replace("title: Thank them", "title: Thank"), encoding="utf-8")
    asked = ["--log", "log.jsonl", "--as-of", "2026-03-05T10:00:00Z"]

    codes = [
        run(["diff", "old.yaml", new, *asked, *more])
        for new in ("old.yaml", "new.yaml")
        for more in ([], ["--exit-code"])
    ]

    assert codes == [0, 0, 0, 1]
    assert "Changed, no effect on this log" in capsys.readouterr().out


def test_a_log_that_one_side_cannot_read_says_by_whose_vocabulary() -> None:
    own = "language: 1\nvocabulary: {name: own, events: {sent.fine: {}}}\nrules:\n"
    own += "  - id: over\n    close: {when: sent.fine, status: over}\n"
    Path("new.yaml").write_text(own, encoding="utf-8")

    with pytest.raises(InvalidLogError) as caught:
        punctilio.compare("old.yaml", "new.yaml", "log.jsonl", as_of=datetime.fromisoformat("2026-03-05T10:00:00Z"))

    assert all(problem.message.startswith("By the vocabulary of NEW: ") for problem in caught.value.problems)


def test_a_waiver_may_name_a_rule_of_either_side() -> None:
    waiver = '{"case": "b", "type": "waiver.granted", "at": "2026-03-04T10:00:00Z", "rule": "thank", "reason": "ill"}\n'
    Path("log.jsonl").write_text(EVENTS + waiver, encoding="utf-8")

    found = compared("id: thank\n", "id: thanks\n")

    assert {rule.rule: rule.state for rule in found.rules} == {"thank": "removed", "thanks": "added"}
