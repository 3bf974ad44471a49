"""What is due is written from what the log says, judged by the engine, and proofread by the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import punctilio
from punctilio.cli.main import run
from punctilio.contracts import Draft
from punctilio.drafting.values import Prepared, Proofreading
from punctilio.errors import InvalidTemplateError, UsageError

Event = dict[str, Any]
DAY = "2026-03-{:02}T{:02}:00:00-05:00"


def event(type_: str, day: int, hour: int, **fields: Any) -> Event:
    return {"case": "acme", "type": type_, "at": DAY.format(day, hour), **fields}


OPENED = event("case.opened", 1, 9, company="Acme", title="Data Engineer", zone="America/New_York")
ANN = event("person.noted", 1, 9, person="ann", name="Ann Lee", role="interviewer", email="Ann@acme.example")
HANA = event("person.noted", 1, 9, person="hana", name="Hana Ito", role="hr", email="hana@acme.example")
ROB = event("person.noted", 1, 9, person="rob", name="Rob Roy", role="reference")
TALK = event("interview.held", 3, 11, starts_at=DAY.format(3, 10), people=["ann"], topics=["rivers", "bridges"])
DATE = event("timeframe.given", 3, 11, decision_by="2026-03-13", quote="by the end of next week", person="hana")
WROTE = event("message.received", 4, 9, person="hana", subject="Your talk with us", text="Please send your papers.")
THANKED = event("message.sent", 3, 12, person="ann", purpose="thank-you")
STORY = (OPENED, ANN, HANA, ROB, TALK, DATE, WROTE, THANKED)


def log_file(folder: Path, events: Iterable[Mapping[str, Any]]) -> str:
    file = folder / "log.jsonl"
    lines = sorted(events, key=lambda e: str(e["at"]))
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(file)


def prepared(
    folder: Path, events: Iterable[Mapping[str, Any]], as_of: str, rules: Iterable[str | Path] = ()
) -> tuple[Prepared, ...]:
    rulebook = punctilio.load_rules(*rules)
    log = punctilio.read_log(log_file(folder, events), rules=rulebook)
    evaluation = punctilio.evaluate(rulebook, log, as_of=datetime.fromisoformat(as_of))
    return punctilio.draft(evaluation, "acme").prepared


INSTANTS = (DAY.format(3, 11), DAY.format(4, 10), DAY.format(20, 9), "2026-04-20T09:00:00-04:00")


@pytest.mark.parametrize("as_of", INSTANTS)
def test_where_the_log_says_everything_no_rule_objects(as_of: str, tmp_path: Path) -> None:
    """Thanks, inquiry, reply, invitation: all pass. Only an article lacks its link, which is a gap."""
    events = [*STORY, event("message.sent", 31, 9, person="hana", purpose="inquiry")]
    written = prepared(tmp_path, events, as_of)

    said = {(one.rule.id, finding.rule.id) for one in written for finding in one.findings}
    assert written
    assert said <= {("share-an-article", "link-a-recent-article")}


@pytest.fixture(scope="module", params=INSTANTS[::2])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Mapping[str, int]]:
    """An instant, and how many gaps each draft has then where the log says everything."""
    written = prepared(tmp_path_factory.mktemp("whole"), STORY, request.param)
    return request.param, {one.action.decision: len(one.context.gaps) for one in written}


@pytest.mark.parametrize("lacking", range(len(STORY)))
def test_where_the_log_says_less_there_are_more_gaps_and_no_mistake(
    lacking: int, whole: tuple[str, Mapping[str, int]], tmp_path: Path
) -> None:
    rest = [event for number, event in enumerate(STORY) if number != lacking]
    as_of, gaps = whole

    for one in prepared(tmp_path, rest, as_of):
        assert len(one.context.gaps) >= gaps.get(one.action.decision, 0)


@pytest.mark.parametrize("as_of", INSTANTS[1:3])
def test_hardly_anything_is_enough(as_of: str, tmp_path: Path) -> None:
    bare = [
        {k: v for k, v in e.items() if k in {"case", "type", "at", "starts_at", "people", "decision_by", "person"}}
        for e in STORY
    ]

    assert all("[" in one.context.text for one in prepared(tmp_path, bare, as_of))


def test_what_stands_in_a_gap_keeps_and_breaks_no_rule(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "thank-you.txt").write_text("[Thank you, I am interested, you promised, rivers]\n\nHi.\n")
    rules = tmp_path / "rules.yaml"
    rules.write_text("language: 1\nextends: [after-interview]\n")

    [thanks, *_] = prepared(tmp_path, [OPENED, TALK, DATE], DAY.format(3, 12), [rules])

    said = {finding.rule.id for finding in thanks.findings}
    assert thanks.context.text == "[Thank you, I am interested, you promised, rivers]\n\nHi."
    assert {"short-note-of-appreciation", "reiterate-interest", "bullets-from-the-conversation"} <= said
    assert "no-blame" not in said


def test_a_draft_is_held_against_what_was_sent(tmp_path: Path) -> None:
    """The same words to Ben as Ann got are no different note."""
    both = {**TALK, "people": ["ann", "ben"], "topics": ["bridges"]}
    [draft, *_] = prepared(tmp_path, [OPENED, ANN, both, DATE], DAY.format(3, 11))
    text = draft.context.text
    for gap in draft.context.gaps:
        text = text.replace(gap, "…")
    sent = event("message.sent", 3, 12, id="to-ann", person="ann", purpose="thank-you", text=text)

    [to_ben, *_] = prepared(tmp_path, [OPENED, ANN, both, DATE, sent], DAY.format(3, 13))

    assert to_ben.action.to is not None
    assert to_ben.action.to.key == "ben"
    assert [(f.rule.id, f.level) for f in to_ben.findings if f.rule.force == "must"] == [("notes-differ", "error")]
    [differ] = [finding for finding in to_ben.findings if finding.rule.id == "notes-differ"]
    assert "to-ann" in differ.events[0]


def test_those_who_heard_the_same_are_told_different_things_first(tmp_path: Path) -> None:
    both = {**TALK, "people": ["ann", "ben"], "topics": ["bridges", "rivers", "ferries"]}
    written = prepared(tmp_path, [OPENED, both], DAY.format(3, 11))

    notes = [one for one in written if one.rule.id == "thank-each-interviewer"]
    firsts = [[line.split(":")[0] for line in one.context.text.split("\n") if line.startswith("- ")] for one in notes]
    assert firsts == [["- Bridges", "- Rivers", "- Ferries"], ["- Rivers", "- Ferries", "- Bridges"]]
    assert [f.rule.id for one in notes for f in one.findings if f.level == "error"] == []


def test_the_draft_of_a_channel_is_judged_by_the_same_rules(tmp_path: Path) -> None:
    rulebook = punctilio.load_rules()
    log = punctilio.read_log(log_file(tmp_path, STORY), rules=rulebook)
    evaluation = punctilio.evaluate(rulebook, log, as_of=datetime.fromisoformat(DAY.format(20, 9)))
    [inquiry] = punctilio.draft(evaluation, "acme", rules=["inquire-after-word"]).prepared
    rendered = [
        Draft(action=inquiry.action, channel="email", text=text, gaps=inquiry.context.gaps)
        for text in (inquiry.context.text, "I have not heard from you.")
    ]

    kept, broken = punctilio.check_drafts(evaluation, rendered)

    assert kept == inquiry.findings
    assert {"no-reproach", "cite-the-time-frame"} <= {finding.rule.id for finding in broken}
    assert {finding.phrase for finding in broken} == {None, "have not heard"}


# ── what is chosen ──


def test_names_that_are_not_there_are_told_with_what_was_meant(tmp_path: Path) -> None:
    rulebook = punctilio.load_rules()
    log = punctilio.read_log(log_file(tmp_path, STORY), rules=rulebook)
    evaluation = punctilio.evaluate(rulebook, log, as_of=datetime.fromisoformat(DAY.format(3, 11)))
    for asked, words in (
        ({"case": "acne"}, "There is no case `acne`. Did you mean `acme`?"),
        ({"rules": ["thank-each-interviewers"]}, "Did you mean `thank-each-interviewer`?"),
        ({"people": ["hanna"]}, "There is nobody called `hanna` in this case. Did you mean `hana`?"),
        ({"templates": [tmp_path / "none"]}, "There is no folder"),
    ):
        with pytest.raises(UsageError) as caught:
            punctilio.draft(evaluation, **{"case": "acme", **asked})  # type: ignore[arg-type]
        assert words in str(caught.value)


def test_a_case_that_could_not_be_read_whole_is_not_written_to(tmp_path: Path) -> None:
    file = Path(log_file(tmp_path, STORY))
    file.write_text(file.read_text() + json.dumps({"case": "acme", "type": "message.sent"}) + "\n", encoding="utf-8")
    rulebook = punctilio.load_rules()
    log = punctilio.read_log(file, rules=rulebook, quarantine=True)
    evaluation = punctilio.evaluate(rulebook, log, as_of=datetime.fromisoformat(DAY.format(3, 12)))

    with pytest.raises(UsageError, match="`acme` is left out"):
        punctilio.draft(evaluation, "acme")


def test_only_what_was_asked_for_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = log_file(tmp_path, [*STORY[:-1]])
    out = tmp_path / "drafts.json"
    chosen = ["--person", "ann", "--rule", "connect", "--rule", "first-inquiry"]

    code = run(["draft", "acme", file, "--as-of", DAY.format(3, 12), *chosen, "--format", "json", "-o", str(out)])

    assert code == 0
    assert capsys.readouterr().out == ""
    assert [draft["rule"] for draft in json.loads(out.read_text())["drafts"]] == ["connect"]


def test_a_draft_that_breaks_a_must_rule_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = log_file(tmp_path, [OPENED, {**TALK, "people": ["ann", "ben"], "topics": ["bridges"]}])
    arguments = ["draft", "acme", file, "--as-of", DAY.format(3, 12)]

    assert run(arguments) == 1
    assert run([*arguments, "--fail-on", "never"]) == 0
    assert run([*arguments, "--person", "ben"]) == 0
    assert "notes-differ" in capsys.readouterr().out


def test_a_slip_in_a_template_exits_with_2_and_names_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir()
    Path("own/thank-you.txt").write_text("Dear {{ person.nmae }},\n{{ 'a' * 10**9 }}\n")

    code = run(["draft", "acme", log_file(Path(), STORY[:5]), "--as-of", DAY.format(3, 11), "--templates", "own"])

    assert code == 2
    told = capsys.readouterr().err
    assert (
        "own/thank-you.txt:1:16: error: TEMPLATE-NAME: There is no `person.nmae`. Did you mean `person.name`?" in told
    )
    assert "own/thank-you.txt:2: error: TEMPLATE-FORBIDDEN: A message template cannot compute." in told


def test_an_action_without_a_template_is_a_gap(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    override = "overrides: {thank-each-interviewer: {expect: {do: {template: null}}}}"
    rules.write_text(f"language: 1\nextends: [after-interview]\n{override}\n")

    [thanks, *_] = prepared(tmp_path, [OPENED, TALK, DATE], DAY.format(3, 12), [rules])

    assert (thanks.context.text, thanks.context.gaps) == ("[your message]", ("[your message]",))


def test_a_template_for_facts_that_a_vocabulary_has_not_is_an_error(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        """
language: 1
vocabulary:
  name: small
  events:
    a.done: {fields: {who: person}}
    note.sent: {fields: {who: person, text: text}}
    note.drafted: {like: note.sent}
  parts:
    drafts: {event: note.drafted, of: note.sent, same: [[who]]}
    text: text
rules:
  - id: write
    force: should
    expect: {when: a.done, each: who, until: note.sent, do: {template: thank-you}}
"""
    )
    done = {"case": "acme", "type": "a.done", "at": DAY.format(3, 9), "who": "ann"}

    with pytest.raises(InvalidTemplateError, match="There is no `interview`"):
        prepared(tmp_path, [done], DAY.format(3, 12), [rules])


# ── proofreading ──


def proofread(folder: Path, name: str, text: str | bytes, *events: Event, **asked: Any) -> Proofreading:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    rulebook = punctilio.load_rules()
    log = punctilio.read_log(log_file(folder, events), rules=rulebook) if events else None
    as_of = datetime.fromisoformat(asked.pop("as_of", DAY.format(20, 9)))
    return punctilio.proofread(file, rulebook, as_of=as_of, log=log, **asked)


def places(read: Proofreading) -> dict[str, tuple[int, int]]:
    return {slip.finding.rule.id: (slip.location.line, slip.location.column) for slip in read.slips}


INQUIRY = "Subject: The next steps\n\nDear Hana,\n\nI haven’t  heard from you. [More]\r\nThank you, you  promised\n"


def test_a_text_is_judged_at_its_lines(tmp_path: Path) -> None:
    read = proofread(tmp_path, "note.txt", INQUIRY, purpose="inquiry")

    assert places(read) == {"no-reproach": (5, 3), "no-blame": (6, 12), "cite-the-time-frame": (0, 0)}
    assert [(gap.text, gap.location.line, gap.location.column) for gap in read.gaps] == [("[More]", 5, 28)]


def test_with_a_log_it_is_known_what_came_before(tmp_path: Path) -> None:
    read = proofread(tmp_path, "note.txt", INQUIRY, *STORY, purpose="inquiry", person="ann", as_of=DAY.format(5, 9))

    assert {"not-before-the-date", "inquire-of-the-primary-contact", "cite-the-time-frame"} <= places(read).keys()
    assert any("Blocked until Sat 14 Mar 2026 00:00 EDT" in slip.finding.message for slip in read.slips)


MAIL = b"""From: me@home.example
To: Ann Lee <ann@ACME.example>, x@y.example
Subject: =?utf-8?q?Th=C3=A4nks?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dear Ann,
this was unfair.
"""


def test_a_mail_is_read_with_its_addresses_and_lines(tmp_path: Path) -> None:
    read = proofread(tmp_path, "note.eml", MAIL, *STORY, purpose="thank-you", as_of=DAY.format(3, 13))

    [separate] = [slip.finding for slip in read.slips if slip.finding.rule.id == "separate-notes"]
    assert "ann and x@y.example" in separate.message
    assert places(read)["no-bitter-message"] == (8, 10)


@pytest.mark.parametrize(
    "mail",
    [
        MAIL.replace(b"8bit", b"base64").replace(b"Dear Ann,\nthis was unfair.\n", b"VGhpcyB3YXMgdW5mYWlyLg==\n"),
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nunfair\n--x\n'
        b'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\n\n\n--x--\n',
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>unfair</p>\n",
    ],
)
def test_a_mail_whose_lines_are_not_those_of_the_file_is_judged_as_a_whole(tmp_path: Path, mail: bytes) -> None:
    assert places(proofread(tmp_path, "note.eml", mail)) == {"no-bitter-message": (0, 0)}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("note.txt", b"\xff\xfe", "is not UTF-8"),
        ("note.txt", b"a" * 1_000_001, "is larger than"),
        ("note.eml", b"Content-Type: text/plain; charset=none\n\na\n", "is no e-mail that can be read"),
    ],
)
def test_what_is_no_message_is_said_to_be_none(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        proofread(tmp_path, name, content)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"purpose": "thank-yuo"}, "No message has the purpose `thank-yuo`. Did you mean `thank-you`?"),
        ({"channel": "pigeon"}, "No message has the channel `pigeon`"),
        ({"person": "anne"}, "There is nobody called `anne` in this case. Did you mean `ann`?"),
        ({"case": "acne"}, "There is no case `acne`. Did you mean `acme`?"),
    ],
)
def test_what_is_misspelt_is_told(tmp_path: Path, asked: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        proofread(tmp_path, "note.txt", "Hello.", *STORY, **asked)

    assert words in str(caught.value)


def test_of_several_cases_one_is_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="several cases"):
        proofread(tmp_path, "note.txt", "Hello.", *STORY, {**OPENED, "case": "other"})


def test_the_command_says_what_was_found_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("note.txt").write_text(INQUIRY, encoding="utf-8")
    arguments = ["proofread", "note.txt", "--as-of", DAY.format(20, 9), "--purpose"]

    assert run([*arguments, "inquiry"]) == 0
    assert "\nnote.txt:5:3: warning: no-reproach: inquiry says “haven't heard”" in capsys.readouterr().out
    assert run([*arguments, "inquiry", "--fail-on", "should"]) == 1
    assert run([*arguments, "connect", "--format", "json"]) == 0
    assert run(["proofread", "gone.txt"]) == 2
    Path("empty.txt").write_text("[all]", encoding="utf-8")
    assert run(["proofread", "empty.txt", "--purpose", "connect"]) == 1


# ── validating ──


def test_validating_rules_finds_slips_in_the_templates_that_they_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("templates").mkdir()
    Path("rules.yaml").write_text("language: 1\nextends: [after-interview]\n", encoding="utf-8")
    for name in ("connect", "named-by-nobody"):
        Path(f"templates/{name}.txt").write_text("Dear {{ person.nmae }}", encoding="utf-8")

    assert run(["validate", "rules.yaml"]) == 2
    told = capsys.readouterr().out
    assert "templates/connect.txt:1:16: error: TEMPLATE-NAME: There is no `person.nmae`." in told
    assert "1 problem." in told


# ── other vocabularies ──

FINES = """
language: 1
vocabulary:
  name: fines
  events:
    driver.noted: {fields: {driver: person, name: string}}
    fine.notified: {fields: {sum: number, place: string, paid: boolean, driver: person}}
    letter.sent: {fields: {driver: person, text: text}}
    letter.drafted: {like: letter.sent}
  parts:
    people: {event: driver.noted, key: driver, attributes: [name], name: name}
    drafts: {event: letter.drafted, of: letter.sent, same: [[driver]]}
    facts:
      fine: {event: fine.notified, each: driver}
      last: {event: fine.notified}
    text: text
rules:
  - id: explain-the-fine
    title: Explain the fine to the driver
    force: should
    expect: {when: fine.notified, each: driver, until: letter.sent, do: {type: letter.sent, template: fine}}
  - id: no-threats
    force: must
    check: {of: letter.sent, avoids: [or else]}
"""


def test_a_vocabulary_names_its_own_facts_and_each_has_those_of_the_person(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    letter = "{{ person.name }}: {{ fine.sum }} in {{ fine.place }}, {{ fine.paid }}; last {{ last.place }}. Or else."
    (tmp_path / "templates" / "fine.txt").write_text(letter, encoding="utf-8")
    rules = tmp_path / "rules.yaml"
    rules.write_text(FINES, encoding="utf-8")
    log = [
        event("driver.noted", 1, 9, driver="ann", name="Ann Lee"),
        event("fine.notified", 2, 9, driver="ann", sum=12.5, place="Rome", paid=False),
        event("fine.notified", 3, 9, driver="bo", place="Pisa"),
    ]

    written = prepared(tmp_path, log, DAY.format(4, 9), [rules])

    assert [one.context.text for one in written] == [
        "Ann Lee: 12.5 in Rome, no; last Rome. Or else.",
        "[name]: [sum] in Pisa, [paid]; last Pisa. Or else.",
    ]
    assert [[finding.rule.id for finding in one.findings] for one in written] == [["no-threats"], ["no-threats"]]
