"""The rules in force, as one file that judges the same, with the place of each value."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import punctilio
from punctilio.errors import UsageError
from punctilio.model.rule import Rulebook
from punctilio.rulebook.fingerprint import fingerprint
from punctilio.value import replaced
from punctilio.yaml_source import plain, read_document

ROOT = Path(__file__).parents[2]
FILES = [
    *(ROOT / "rules").glob("*/rules.yaml"),
    *(ROOT / "examples").glob("*.yaml"),
    *(ROOT / "examples").glob("*/rules.yaml"),
    *(Path(__file__).parent / "test_rulebook_files").glob("*.yaml"),
]

MINE = """\
language: 1
extends: [after-interview]
zone: Europe/Rome
parameters:
  thank_you_within: 48 hours
  inquiry_spacing: 0 days
overrides:
  first-inquiry:
    force: must
    expect: {window: {opens: 1 business day}}
  connect: off
rules:
  - id: odd
    title: "no"
    force: may
    cite: "12:30"
    about: "# no comment: \\u202e\\n two lines"
    limit: {of: message.sent, per: [case], at_most: 3}
"""

VOCABULARY = """\
language: 1
vocabulary:
  extends: [interviews]
  events:
    call.made: {like: message.sent, fields: {rings: {type: integer, about: How often it rang.}}}
    case.opened: {fields: {salary: number}}
    note.kept:
rules:
  - id: few-calls
    force: must
    limit: {of: {type: call.made, rings: {gte: 3}}, per: [case], at_most: 1}
"""


def judging(book: Rulebook) -> str:
    """What decides verdicts: the parameters are put in, so who set them is told no more."""
    return fingerprint(replaced(book, rules=tuple(replaced(rule, readings=()) for rule in book.rules)))


def written(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("source", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_shown_is_a_rule_file_that_judges_the_same(source: Path, tmp_path: Path) -> None:
    book = punctilio.load_rules(source)
    if (source.parent / "templates").is_dir():  # which stand beside the file that names them
        shutil.copytree(source.parent / "templates", tmp_path / "templates")

    shown = written(tmp_path, punctilio.show_rules(source))

    assert judging(punctilio.load_rules(shown)) == judging(book)


BELOW = """\
language: 1
vocabulary:
  extends: [interviews]
  events:
    message.sent: {fields: {purpose: {type: enum, also: [apology]}}}
    gift.sent: {fields: {wrapping: {type: enum, values: [paper, bow]}, weight: number}}
"""
ABOVE = """\
language: 1
extends: [./below.yaml]
vocabulary:
  extends: [./below.yaml]
  events:
    message.sent: {fields: {purpose: {type: enum, also: [invitation]}}}
    gift.sent: {about: A gift., fields: {wrapping: {type: enum, also: [box], about: What it is in.}}}
rules:
  - id: one-gift
    force: must
    limit: {of: {type: gift.sent, wrapping: [bow, box]}, per: [case], at_most: 1}
  - id: one-word
    force: must
    limit: {of: {type: message.sent, purpose: [apology, invitation, reply]}, per: [case], at_most: 1}
"""


def test_vocabularies_over_each_other_become_one(tmp_path: Path) -> None:
    written(tmp_path, BELOW, "below.yaml")
    above = written(tmp_path, ABOVE, "above.yaml")

    shown = written(tmp_path, punctilio.show_rules(above), "shown.yaml")

    assert "below.yaml" in shown.read_text(encoding="utf-8")
    assert "- box " in shown.read_text(encoding="utf-8")
    assert judging(punctilio.load_rules(shown)) == judging(punctilio.load_rules(above))


@pytest.mark.parametrize("text", [MINE, VOCABULARY], ids=["overrides", "vocabulary"])
def test_so_it_does_for_files_that_change_what_they_extend(text: str, tmp_path: Path) -> None:
    mine = written(tmp_path, text)

    shown = written(tmp_path, punctilio.show_rules(mine), "shown.yaml")

    assert judging(punctilio.load_rules(shown)) == judging(punctilio.load_rules(mine))


def test_without_its_comments_it_says_the_same(tmp_path: Path) -> None:
    shown = punctilio.show_rules(written(tmp_path, MINE))
    bare = "\n".join(re.sub(r" +# \S*\.yaml(:\d+)?( \([\w ]+\))?$", "", line) for line in shown.splitlines())

    assert bare.count(".yaml") < shown.count(".yaml") / 100
    both = [read_document(written(tmp_path, text, "any.yaml"), "any.yaml").root for text in (shown, bare)]
    assert both[0]
    assert both[1]
    assert plain(both[0]) == plain(both[1])


def line_with(text: str, start: str, after: str) -> str:
    """The first line that begins so, after the line that holds something else."""
    lines = text[text.index(after) :].splitlines()
    return next(line for line in lines if line.strip().startswith(start))


def test_each_value_is_followed_by_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, MINE)
    pack = (ROOT / "rules/after-interview/rules.yaml").read_text(encoding="utf-8").splitlines()

    shown = punctilio.show_rules("mine.yaml")

    assert (
        " ".join(line_with(shown, "due:", "id: thank-each").split()) == "due: 48 hours # mine.yaml:5 (thank_you_within)"
    )
    assert line_with(shown, "force:", "id: first-inq").split() == ["force:", "must", "#", "mine.yaml:9"]
    assert line_with(shown, "opens:", "id: first-inq").endswith("# mine.yaml:10")
    assert line_with(shown, "gap:", "id: space-the-inquiries").endswith("# mine.yaml:6 (inquiry_spacing is nothing)")
    place = re.search(r"rules\.yaml:(\d+)", line_with(shown, "title:", "id: thank-each"))
    assert place
    assert pack[int(place[1]) - 1].strip() == "title: Thank each interviewer within a day"
    default = re.search(r"rules\.yaml:(\d+) \(thank_you_words\)", shown)
    assert default
    assert pack[int(default[1]) - 1].strip().startswith("thank_you_words:")
    assert "id: connect" not in shown
    assert "# Switched off: connect (mine.yaml:11)." in shown


def test_as_json_each_value_has_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, MINE)

    shown: dict[str, Any] = json.loads(punctilio.show_rules("mine.yaml", form="json"))

    rules = {rule["id"]["value"]: rule for rule in shown["effective"]["rules"]}
    assert rules["thank-each-interviewer"]["expect"]["window"]["due"] == {
        "value": "48 hours",
        "source": "mine.yaml:5",
        "parameter": "thank_you_within",
    }
    assert rules["first-inquiry"]["force"] == {"value": "must", "source": "mine.yaml:9"}
    assert shown["parameters"]["thank_you_within"]["is_default"] is False
    assert shown["off"] == {"connect": "mine.yaml:11"}
    assert shown["rulebook"]["hash"] == punctilio.load_rules("mine.yaml").hash


def test_one_rule_comes_with_the_names_it_uses(tmp_path: Path) -> None:
    shown = written(tmp_path, punctilio.show_rules(rules=["no-reproach"]))

    book = punctilio.load_rules(shown)

    assert [rule.id for rule in book.rules] == ["no-reproach"]
    assert book.rule("no-reproach").kind == punctilio.load_rules().rule("no-reproach").kind
    assert "parties" not in shown.read_text(encoding="utf-8")


def test_a_rule_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no rule `no-reproch`.* Did you mean `no-reproach`"):
        punctilio.show_rules(rules=["no-reproch"])
    with pytest.raises(UsageError, match=r"switched off at .*mine\.yaml:11"):
        punctilio.show_rules(written(tmp_path, MINE), rules=["connect"])
