"""In an editor: what is wrong, what a word means and what can be written are told as one types.

The real yaml-language-server reads the real files of `rules init`.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from punctilio.cli.main import run
from tests.editor.server import ROOT, Editor, editor, program

STRANGE = """\
language: 1
vocabulary:
  name: kennel
  events:
    dog.walked:
      about: The dog was out.
      fields:
        mood: {type: enum, values: [happy, muddy], about: How it came back.}
        by: {type: person, about: Who took it.}
parameters:
  walk_every: {type: duration, default: 8 hours, about: How long a dog waits.}
define:
  good-walk: {type: dog.walked, mood: happy}
rules:
  - id: walk-again
    title: Walk the dog again
    force: must
    expect: {when: dog.walked, until: dog.walked, window: {due: $walk_every}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `rules init` makes."""
    home = tmp_path_factory.mktemp("editor") / "mine"
    assert run(["init", str(home)]) == 0
    return home


@pytest.fixture(scope="module")
def running(folder: Path) -> Generator[Editor]:
    server = program()
    if server is None:
        pytest.skip("yaml-language-server is not installed: npm ci --prefix .ci/editor")
    with editor(folder, server) as started:
        yield started


@pytest.fixture
def kennel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rules with a vocabulary of their own, and the schemas that `rules schema` writes of them."""
    home = folder / "kennel"
    home.mkdir(exist_ok=True)
    monkeypatch.chdir(home)
    (home / "kennel.yaml").write_text(STRANGE, encoding="utf-8")
    for name in ("rules", "case"):
        assert run(["schema", name, "--rules", "kennel.yaml", "-o", f"{name}.json"]) == 0
    return home


class Opened(NamedTuple):
    """A file in the editor: what is wrong with it, as ``line: message``, and where its mark `|` was."""

    file: Path
    wrong: list[str]
    line: int
    column: int


def opened(running: Editor, folder: Path, text: str, schema: str) -> Opened:
    """A new file in a folder, each of which the server sees for the first time."""
    whole = f"# yaml-language-server: $schema={schema}\n{text}"
    before = whole.partition("|")[0]
    file = folder / f"typed-{uuid4().hex}.yaml"
    file.write_text(whole.replace("|", "", 1), encoding="utf-8")
    wrong = [f"{one['range']['start']['line']}: {one['message']}" for one in running.open(file)]
    return Opened(file, wrong, before.count("\n"), len(before.rpartition("\n")[2]))


def completed(running: Editor, folder: Path, text: str, schema: str) -> set[str]:
    """What can be written at the mark."""
    file, _, line, column = opened(running, folder, text, schema)
    return set(running.complete(file, line, column))


def hovered(running: Editor, folder: Path, text: str, schema: str) -> str:
    """What is told of the word at the mark."""
    file, _, line, column = opened(running, folder, text, schema)
    return running.hover(file, line, column)


RULES = ".punctilio/rules.schema.json"
CASE = "../.punctilio/case.schema.json"
RULE = "language: 1\nrules:\n  - id: a\n    force: must\n"


def test_nothing_is_wrong_with_what_init_wrote(running: Editor, folder: Path) -> None:
    assert running.open(folder / "punctilio.yaml") == []
    assert running.open(folder / "cases" / "a-note-of-thanks.yaml") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("language: 1\ntitel: x\n", "2: Property titel is not allowed."),
        (
            "language: 1\nrules:\n  - {id: a, force: shuld}\n",
            '3: Value is not accepted. Valid values: "must", "should"',
        ),
        (
            RULE + "    expect: {when: interview.hold, until: message.sent}\n",
            "5: The vocabulary has no such event type.",
        ),
        (RULE + "    check: {of: {type: mesage.sent}, words: 3}\n", "5: The vocabulary has no such event type."),
        (
            RULE + "    limit: {of: {type: message.sent, purpos: inquiry}, per: [case], gap: 1 day}\n",
            "5: Property purpos",
        ),
        (RULE + "    limit: {of: {purpose: inqiry}, per: [case], gap: 1 day}\n", "5: `purpose` is never this."),
        (RULE + "    limit: {of: message.sent, per: [persn], gap: 1 day}\n", "5: No event has such a field."),
        (
            RULE + "    expect: {when: interview.held, until: a, window: {doo: 1 day}}\n",
            "5: Property doo is not allowed.",
        ),
        (
            "language: 1\nextends: [after-interview]\nparameters: {thank_you_with: 2 days}\n",
            "3: Nothing that is inherited",
        ),
        (
            "language: 1\nextends: [after-interview]\nparameters: {max_inquiries: 0}\n",
            "3: Value is below the minimum of 1.",
        ),
        ("language: 1\nextends: [after-interview]\noverrides: {frist-inquiry: off}\n", "3: Property frist-inquiry"),
        (
            "language: 1\nextends: [after-interview]\noverrides: {first-inquiry: {expect: {window: {open: 1 day}}}}\n",
            "3: Property open is not allowed.",
        ),
        ("language: 1\nzone: America/New_Yrok\n", "2: The time-zone data has no such zone."),
    ],
)
def test_what_is_wrong_in_a_rule_file_is_marked(running: Editor, folder: Path, text: str, wrong: str) -> None:
    found = opened(running, folder, text, RULES).wrong

    assert [one for one in found if one.startswith(wrong)], found


@pytest.mark.parametrize(
    "text",
    [
        RULE + "    expect: {when: my-own-definition, until: [thank-you, message.sent], window: {due: $my_own}}\n",
        RULE + "    expect: {when: interview.held, until: {type: message.sent, purpose: $which}}\n",
        "language: 1\nextends: [after-interview]\nparameters: {mine: {type: integer, default: 3, about: x}}\n",
        "language: 1\nextends: [after-interview]\noverrides: {first-inquiry: {cite: null, expect: {do: null}}}\n",
        "language: 1\nextends: [after-interview]\noverrides: {connect: off, no-blame: {check: {avoids: [a]}}}\n",
        "language: 1\nzone: $zone\nparties: {ally: [{role: [hr, agency]}, {name: {exists: true}}]}\n",
    ],
)
def test_nothing_is_marked_that_is_right(running: Editor, folder: Path, text: str) -> None:
    assert opened(running, folder, text, RULES).wrong == []


@pytest.mark.parametrize(
    "path", ["rules/after-interview/rules.yaml", "examples/my-rules.yaml", "examples/fines/rules.yaml"]
)
def test_nothing_is_marked_in_what_ships(running: Editor, folder: Path, path: str) -> None:
    file = ROOT / path
    schema = folder / f"{file.parent.name}.json"
    assert run(["schema", "--rules", str(file), "-o", str(schema)]) == 0

    assert opened(running, folder, file.read_text(encoding="utf-8").partition("\n")[2], str(schema)).wrong == []


def test_a_word_is_explained_under_the_pointer(running: Editor, folder: Path) -> None:
    file = folder

    due = hovered(running, file, RULE + "    expect: {when: a, until: b, window: {d|ue: 1 day}}\n", RULES)
    field = hovered(running, file, RULE + "    check: {of: {type: message.sent, purp|ose: reply}, words: 3}\n", RULES)
    figure = hovered(running, file, "language: 1\nparameters: {thank_you_w|ithin: 2 days}\n", RULES)
    rule = hovered(running, file, "language: 1\noverrides: {first-i|nquiry: off}\n", RULES)

    assert "After this it is overdue, and a finding." in due
    assert "What it is for." in field
    assert "`thank-you`" in field
    assert "How soon after the end of the interview" in figure
    assert "`24 hours`" in figure
    assert "No word within their time frame? Ask where they are" in rule


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("language: 1\n|", {"extends", "rules", "overrides", "parameters"}),
        (RULE + "    |", {"title", "expect", "limit", "cite"}),
        (RULE + "    expect:\n      when: |", {"interview.held", "message.sent", "thank-you", "inquiry"}),
        (RULE + "    expect:\n      when:\n        |", {"type", "purpose", "channel", "any"}),
        (RULE + "    expect:\n      when: {type: |}\n", {"interview.held", "timeframe.given"}),
        (RULE + "    limit:\n      of:\n        purpose: |", {"thank-you", "inquiry", "reply"}),
        (RULE + "    expect:\n      window:\n        due: |", {"24 hours", "decision_by", "$thank_you_within"}),
        (RULE + "    expect:\n      each: |", {"people", "person"}),
        (RULE + "    expect:\n      do:\n        |", {"to", "purpose", "channel", "template"}),
        (RULE + "    expect:\n      do:\n        to: |", {"primary-contact"}),
        (RULE + "    check:\n      avoids: |", {"reproach", "blame"}),
        (RULE + "    check:\n      passes: |", {"personal-invitation"}),
        (RULE + "    check:\n      cites: |", {"timeframe", "company"}),
        ("language: 1\nparameters:\n  |", {"thank_you_within", "max_inquiries"}),
        ("language: 1\noverrides:\n  |", {"first-inquiry", "connect"}),
        ("language: 1\noverrides:\n  first-inquiry:\n    |", {"expect", "force", "title"}),
        ("language: 1\noverrides:\n  first-inquiry:\n    expect:\n      |", {"window", "cancel", "until"}),
        ("language: 1\nextends:\n  - |", {"after-interview"}),
        ("language: 1\nzone: |", {"America/New_York", "Europe/Rome"}),
    ],
)
def test_what_can_be_written_is_offered(running: Editor, folder: Path, text: str, offered: set[str]) -> None:
    found = completed(running, folder, text, RULES)

    assert offered <= found
    assert "[object Object]" not in found


CASE_START = "title: x\nrules: ../punctilio.yaml\n"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (CASE_START + "log: []\nat: [{as_of: 2026-03-04 11:00, desicions: []}]\n", "4: Property desicions"),
        (
            CASE_START + "log: []\nat: [{as_of: 2026-03-04 11:00, decisions: [{verdict: overdu}]}]\n",
            "4: Value is not acc",
        ),
        (
            CASE_START + "log: [{at: 2026-03-04 11:00, type: interview.hold}]\nat: []\n",
            "3: The vocabulary has no such event",
        ),
        (
            CASE_START + "log: [{at: 2026-03-04 11:00, type: message.sent, purpos: reply}]\nat: []\n",
            "3: Property purpos is not allowed.",
        ),
        (
            CASE_START + "log: [{at: 2026-03-04 11:00, type: message.sent, purpose: replay}]\nat: []\n",
            "3: Value is not accepted.",
        ),
        (
            CASE_START + "log: [{at: 2026-03-04 11:00, type: interview.held}]\nat: []\n",
            '3: Missing property "starts_at"',
        ),
    ],
)
def test_what_is_wrong_in_a_case_file_is_marked(running: Editor, folder: Path, text: str, wrong: str) -> None:
    found = opened(running, folder / "cases", text, CASE).wrong

    assert [one for one in found if one.startswith(wrong)], found


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("title: x\n|", {"log", "at", "only", "rules"}),
        ("title: x\nonly:\n  - |", {"first-inquiry", "connect"}),
        (CASE_START + "log:\n  - at: 2026-03-04 11:00\n    type: |", {"interview.held", "message.sent"}),
        (CASE_START + "log:\n  - type: message.sent\n    |", {"purpose", "channel", "at"}),
        (CASE_START + "log:\n  - type: message.sent\n    purpose: |", {"thank-you", "inquiry"}),
        (
            CASE_START + "at:\n  - as_of: 2026-03-04 11:00\n    decisions:\n      - verdict: |",
            {"due", "overdue", "blocked"},
        ),
        (CASE_START + "at:\n  - as_of: 2026-03-04 11:00\n    findings:\n      - rule: |", {"no-blame", "connect"}),
    ],
)
def test_what_can_be_written_in_a_case_file_is_offered(
    running: Editor, folder: Path, text: str, offered: set[str]
) -> None:
    assert offered <= completed(running, folder / "cases", text, CASE)


def test_a_case_file_by_other_rules_is_left_alone(running: Editor, folder: Path) -> None:
    log = "log: [{at: 2026-03-04 11:00, type: dog.walked, mood: muddy}]\nat: [{as_of: 2026-03-04 12:00}]\n"
    text = f"title: x\nrules: ../kennel.yaml\n{log}"

    assert opened(running, folder / "cases", text, CASE).wrong == []


def test_a_vocabulary_of_ones_own_is_known_too(running: Editor, kennel: Path) -> None:
    rules, case = kennel, kennel
    tail = "  - id: b\n    force: must\n    expect:\n"

    assert opened(running, rules, STRANGE, "rules.json").wrong == []
    assert {"dog.walked", "good-walk"} <= completed(running, rules, STRANGE + tail + "      when: |", "rules.json")
    assert {"mood", "by"} <= completed(running, rules, STRANGE + tail + "      when:\n        |", "rules.json")
    assert "$walk_every" in completed(running, rules, STRANGE + tail + "      window: {due: |}", "rules.json")
    assert "How it came back." in hovered(
        running, rules, STRANGE + tail + "      when: {type: dog.walked, mo|od: muddy}", "rules.json"
    )
    wrong = opened(running, rules, STRANGE + tail + "      when: {type: dog.walked, mod: muddy}", "rules.json").wrong
    assert any("Property mod is not allowed." in one for one in wrong)
    begun = "title: x\nlog:\n  - at: 2026-03-04 11:00\n    type: dog.walked\n    mood: |"
    assert {"happy", "muddy"} <= completed(running, case, begun, "case.json")
