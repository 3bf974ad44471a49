"""``rules export --to email`` and ``rules outbox``, as a person uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.contracts import case_mark
from tests.plugins.email.mailserver import Post, mail_server

RULES = """\
language: 1
pack: thanks
rules:
  - id: thank
    title: Thank each interviewer
    force: must
    expect:
      when: interview.held
      each: people
      until: {type: message.sent, purpose: thank-you}
      window: {due: 24 hours}
      do: {purpose: thank-you, channel: email, template: thanks}
  - id: be-short
    title: Be short
    force: must
    check: {of: message.sent, words: {lte: 12}}
"""
AS_OF = "2026-03-03T18:00:00Z"
OPENED = {"case": "acme", "type": "case.opened", "at": "2026-03-01T09:00:00Z", "company": "Acme"}
HELD = {
    "case": "acme",
    "type": "interview.held",
    "at": "2026-03-03T16:00:00Z",
    "interview": "first",
    "starts_at": "2026-03-03T15:00:00Z",
    "people": ["ann"],
}


class Story:
    """A folder with the rules, a template and a log, an outbox of its own, and a mail server."""

    def __init__(self, folder: Path, post: Post) -> None:
        self.folder = folder
        self.post = post
        self.place = f"{post.url}?from=me%40example.org"
        (folder / "templates").mkdir()
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
        self.write("Dear {{ person.name }}, thank you.")
        self.note("ann@example.com")

    def write(self, template: str) -> None:
        (self.folder / "templates" / "thanks.txt").write_text(f"Subject: Thanks\n\n{template}\n", encoding="utf-8")

    def note(self, email: str) -> None:
        ann = {"case": "acme", "type": "person.noted", "at": "2026-03-01T10:00:00Z", "person": "ann"}
        events = (OPENED, {**ann, "name": "Ann Lee", "email": email}, HELD)
        (self.folder / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")

    def export(self, *more: str, place: str | None = None) -> int:
        log, rules = str(self.folder / "log.jsonl"), str(self.folder / "rules.yaml")
        return run(["export", log, "--to", "email", "-o", place or self.place, "-r", rules, "--as-of", AS_OF, *more])


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with mail_server() as post:
        yield Story(tmp_path, post)


def answer(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(words))


def test_drafts_are_put_into_a_folder_and_nothing_is_sent(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = story.folder / "drafts"

    assert story.export(place=str(drafts)) == 0

    [file] = drafts.iterdir()
    assert file.name.startswith("ann-lee-")
    assert capsys.readouterr().out == f"created: Thank each interviewer, Ann Lee (acme) -> {file}\n1 created.\n"
    assert not story.post.arrived
    assert not (story.folder / "state").exists()


def test_a_server_that_sends_wants_to_be_told_so(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert story.export() == 2
    assert "Say --send where that is meant" in capsys.readouterr().err
    assert not story.post.arrived


def test_each_message_is_shown_and_confirmed(
    story: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer("y\n", monkeypatch)

    assert story.export("--send") == 0

    shown = capsys.readouterr()
    assert "To: Ann Lee <ann@example.com>\n" in shown.err
    assert "Subject: Thanks\n\nDear Ann Lee, thank you.\n" in shown.err
    assert "Send it? [y/N]" in shown.err
    assert shown.out.startswith("sent: Thank each interviewer, Ann Lee (acme) -> ann@example.com\n")
    assert len(story.post.arrived) == 1


@pytest.mark.parametrize("words", ["n\n", "\n", ""])
def test_what_is_not_confirmed_is_not_sent(
    story: Story, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(words, monkeypatch)

    assert story.export("--send") == 3

    assert "You did not confirm it." in capsys.readouterr().out
    assert not story.post.arrived


def test_a_second_time_sends_nothing_whatever_it_says_now(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.export("--send", "--yes")
    story.write("Dear {{ person.name }}, thank you very much.")
    capsys.readouterr()

    assert story.export("--send", "--yes") == 0

    assert "It was sent already" in capsys.readouterr().out
    assert len(story.post.arrived) == 1


def test_a_gap_is_not_sent(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.write("Dear Ann, [something personal].")

    assert story.export("--send", "--yes") == 3

    assert "It has gaps that only you can fill in: [something personal]" in capsys.readouterr().out
    assert not story.post.arrived


def test_what_breaks_a_rule_is_not_sent(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.write("one two three four five six seven eight nine ten eleven twelve thirteen")

    assert story.export("--send", "--yes") == 3

    assert "refused: Thank each interviewer" in capsys.readouterr().out
    assert not story.post.arrived


def test_an_address_that_is_none_concerns_that_message_alone(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.note("ann at example.com")

    assert story.export(place=str(story.folder / "drafts")) == 3

    assert "`ann at example.com` is no e-mail address." in capsys.readouterr().out


def test_yes_alone_is_refused(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert story.export("--yes") == 2
    assert "Say --send too" in capsys.readouterr().err


def test_a_channel_that_cannot_send_says_so(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert story.export("--send", "--yes", "--to", "calendar") == 2
    assert "The channel calendar cannot send." in capsys.readouterr().err


def test_what_is_unknown_is_resolved_by_a_person(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.post.at_data = None
    assert story.export("--send", "--yes") == 3
    story.post.at_data = "250 OK"
    assert story.export("--send", "--yes") == 3
    assert len(story.post.arrived) == 1
    capsys.readouterr()

    assert run(["outbox", "list", "--format", "json"]) == 1
    [delivery] = json.loads(capsys.readouterr().out)["deliveries"]
    assert (delivery["state"], delivery["case"], delivery["person"]) == ("unknown", "acme", "ann")
    assert run(["outbox", "resolve", delivery["decision"]]) == 2
    assert run(["outbox", "resolve", delivery["decision"], "--not-sent"]) == 0
    assert run(["outbox", "list"]) == 0

    assert story.export("--send", "--yes") == 0
    assert len(story.post.arrived) == 2
    assert run(["outbox", "resolve", delivery["decision"], "--sent"]) == 2
    assert "No delivery of" in capsys.readouterr().err


def test_the_list_is_empty_at_first(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outbox", "list"]) == 0
    assert capsys.readouterr().out == "Nothing was sent.\n"


def test_a_draft_of_what_is_done_goes_and_those_of_other_logs_stay(
    story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts = story.folder / "drafts"
    log = story.folder / "log.jsonl"
    ours = log.read_text("utf-8")
    log.write_text(ours.replace("acme", "best"), encoding="utf-8")
    assert story.export(place=str(drafts)) == 0
    log.write_text(ours, encoding="utf-8")
    assert story.export(place=str(drafts)) == 0
    assert len(list(drafts.iterdir())) == 2
    capsys.readouterr()

    sent = {"case": "acme", "type": "message.sent", "at": "2026-03-03T17:00:00Z", "person": "ann"}
    log.write_text(ours + json.dumps({**sent, "purpose": "thank-you", "text": "Thanks."}) + "\n", encoding="utf-8")
    assert story.export(place=str(drafts)) == 0

    said = capsys.readouterr().out
    assert said.startswith("cancelled: Thank each interviewer, Ann Lee (acme) -> ")
    assert said.endswith(
        "There is nothing to do by e-mail any more (satisfied), so the draft was taken away.\n1 cancelled.\n"
    )
    assert len(list(drafts.iterdir())) == 1


def test_a_draft_of_what_was_retracted_goes_with_the_next_export_of_its_case(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts, log = story.folder / "drafts", story.folder / "log.jsonl"
    ours = log.read_text("utf-8").replace('"interview": "first"', '"id": "held"')
    others = ours.replace("acme", "best")
    log.write_text(ours + others, encoding="utf-8")
    assert story.export(place=str(drafts)) == 0
    retraction = {"case": "acme", "type": "event.retracted", "at": "2026-03-03T17:00:00Z", "event": "held"}
    log.write_text(ours + json.dumps(retraction) + "\n" + others, encoding="utf-8")

    assert story.export("--case", "best", place=str(drafts)) == 0
    assert len(list(drafts.iterdir())) == 2
    capsys.readouterr()
    assert story.export(place=str(drafts)) == 0

    said = capsys.readouterr().out
    assert "Nothing in the log asks for it any more, so the draft was taken away." in said
    assert said.endswith("\n1 cancelled, 1 unchanged.\n")
    [left] = drafts.iterdir()
    assert f"X-Punctilio-Case: {case_mark('best')}\n" in left.read_text("utf-8")


def test_a_fact_that_is_too_large_costs_its_own_message_alone(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    log, drafts = story.folder / "log.jsonl", story.folder / "drafts"
    ours = log.read_text("utf-8")
    log.write_text(ours + ours.replace("acme", "best").replace("Ann Lee", "n" * 30_000), encoding="utf-8")

    assert story.export(place=str(drafts)) == 3

    said = capsys.readouterr().out
    assert "TEMPLATE-TOO-LARGE: The message is longer than 20,000 characters." in said
    assert said.endswith("\n1 created, 1 refused.\n")
    assert len(list(drafts.iterdir())) == 1


def test_a_template_that_is_wrong_itself_puts_nothing_anywhere(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.write("Dear {{ person.nmae }}.")

    assert story.export(place=str(story.folder / "drafts")) == 2

    assert "TEMPLATE-NAME" in capsys.readouterr().err
    assert not (story.folder / "drafts").exists()


def test_whoever_breaks_off_is_asked_no_more(
    story: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = story.folder / "log.jsonl"
    log.write_text(log.read_text("utf-8").replace('["ann"]', '["ann", "bob", "cat"]'), encoding="utf-8")
    answer("", monkeypatch)

    assert story.export("--send") == 3

    shown = capsys.readouterr()
    assert shown.err.count("Send it?") == 1
    assert shown.out.endswith("\n3 refused.\n")


def test_an_outbox_of_no_use_is_told_before_anybody_is_asked(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    (story.folder / "state" / "punctilio").mkdir(parents=True)
    (story.folder / "state" / "punctilio" / "outbox.sqlite3").write_bytes(b"no database " * 100)

    assert story.export("--send") == 2

    said = capsys.readouterr().err
    assert said.startswith("Error: The outbox ")
    assert "Nothing is sent without it" in said
