"""What is found different between two rulebooks, and what is not."""

from __future__ import annotations

import html
import re
import subprocess
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
    [counted] = compared("10 days", "1 week", samples=0).rules[0].effects
    assert (counted.count, counted.samples) == (50, ())


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


# ── which of several fields ──


def hands(found: Difference, rule: str) -> dict[tuple[str, str], list[tuple[list[str], bool | None]]]:
    """By record and way: the last keys of the fields that it hangs on, and whether each does so alone."""
    told: dict[tuple[str, str], list[tuple[list[str], bool | None]]] = {}
    for effect in next(one for one in found.rules if one.rule == rule).effects:
        told.setdefault((effect.record, effect.change), []).append(([one.path[-1] for one in effect.by], effect.alone))
    return told


def test_of_several_fields_of_a_rule_each_judgement_names_the_one_that_made_it() -> None:
    found = compared("window: {due: $within, expires: 10 days}", "window: {opens: 1 hour, due: 1 day, expires: 1 week}")

    assert hands(found, "thank") == {
        ("decision", "verdict"): [(["due"], True)],
        ("decision", "moved"): [(["due", "expires", "opens"], False)],
        ("finding", "gained"): [(["due"], True)],
    }
    said = RENDERERS["text"](found)
    assert "  1 decision judged otherwise, in 1 case, by expect.window.due\n" in said
    assert "by expect.window.due and expect.window.expires and expect.window.opens together\n" in said


def test_judgements_of_one_way_are_parted_by_the_field_that_made_them() -> None:
    notes = [SENT.replace("10:00", f"{10 + number}:00").replace('"ann"', f'"p{number}"') for number in range(3)]
    Path("log.jsonl").write_text("\n".join(notes) + "\n", encoding="utf-8")
    rules = RULES.replace("at_most: 1}", "at_most: 3, gap: 1 minute}")

    Path("old.yaml").write_text(rules, encoding="utf-8")

    found = compared("at_most: 3, gap: 1 minute}", "at_most: 2, gap: 90 minutes}", rules=rules)

    assert hands(found, "once")["finding", "gained"] == [(["at_most", "gap"], True), (["gap"], True)]
    assert "by limit.at_most or limit.gap, each alone\n" in RENDERERS["text"](found)


def test_a_field_that_changes_nothing_stands_among_those_without_effect() -> None:
    found = compared("due: $within, expires: 10 days}", "due: 3 days, expires: 10 days}\n      nth: 1")

    told = {change.path[-1]: change.has_effect for change in found.changes}
    assert told == {"due": True, "nth": False}
    [rule] = found.rules
    assert [change.path[-1] for change in rule.changes] == ["due"]


def test_a_rule_that_is_bounded_by_several_names_the_field_of_the_other_rule() -> None:
    Path("old.yaml").write_text(RULES.replace("10 days", "9 days"), encoding="utf-8")

    found = compared("at_most: 1", "at_most: 0")

    assert hands(found, "thank")["decision", "verdict"] == [(["at_most"], True)]


def test_what_only_the_new_rules_define_is_there_for_the_field_that_speaks_of_it() -> None:
    rules = RULES.replace("until: note", "until: answer").replace(
        "define:\n", "define:\n  answer: {type: message.sent}\n"
    )
    Path("old.yaml").write_text(RULES, encoding="utf-8")
    Path("new.yaml").write_text(rules.replace("force: should", "force: must"), encoding="utf-8")
    Path("log.jsonl").write_text(EVENTS.replace('"purpose": "thank-you", ', ""), encoding="utf-8")

    found = punctilio.compare(
        "old.yaml", "new.yaml", "log.jsonl", as_of=datetime.fromisoformat("2026-03-05T10:00:00+00:00")
    )

    assert hands(found, "thank")["decision", "verdict"] == [(["until"], True)]


def test_templates_of_a_revision_are_there_as_fields_are_tried(tmp_path: Path) -> None:
    Path("templates").mkdir()
    Path("templates/warm.txt").write_text("Thanks!", encoding="utf-8")
    Path("new.yaml").write_text(
        RULES.replace(
            "purpose: thank-you}\n  - id: polite", "purpose: thank-you, template: warm}\n  - id: polite"
        ).replace("expires: 10 days", "expires: 9 days"),
        encoding="utf-8",
    )
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        named = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *named, *command], check=True, capture_output=True)

    found = punctilio.compare(
        "main:old.yaml", "main:new.yaml", "log.jsonl", as_of=datetime.fromisoformat("2026-03-04T10:30:00+00:00")
    )

    assert {alone for told in hands(found, "thank").values() for _, alone in told} == {True}
