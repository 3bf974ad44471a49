"""The channel `linkedin`: what fits, where it leads, and a page to copy from. Nothing is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.contracts import Action, Channel, Check, Draft, Judged, Message, Outcome, Person
from punctilio.errors import UsageError
from punctilio.testing import ChannelContract, CheckContract, a_context, an_action
from punctilio_linkedin.accounts import ACCOUNTS, AS_OF
from punctilio_linkedin.channel import LinkedIn
from punctilio_linkedin.invitations import PersonalInvitation
from punctilio_linkedin.pages import LINE
from punctilio_linkedin.profiles import link_of

ACTION = an_action(fields={"purpose": "connect", "channel": "linkedin"}, template="connect")
OWN = "Dear Ann, thank you for our talk about sourdough. I would be glad to stay in touch."


class TestLinkedIn(ChannelContract):
    def channel(self) -> Channel:
        return LinkedIn()


class TestPersonalInvitation(CheckContract):
    right = (
        OWN,
        "Hi Ann, we talked about ovens at Acme. I'd like to connect with you on LinkedIn.",
        "Thanks for the walk through the bakery on Tuesday!",
        "Hi Ann\nthank you for the walk through the bakery",
        "王さん、昨日はありがとうございました。",
    )
    wrong = (
        "I'd like to add you to my professional network on LinkedIn.",
        "Hi Ann, I’d like to ADD YOU  to my\nprofessional network.",
        "I would like to join your LinkedIn network.",
        "Please join my network on LinkedIn, Ann, after our talk on bread.",
        "Since you are a person I trust, I wanted to invite you.",
        "Hi Ann, I'd like to connect with you on LinkedIn.",
        "Dear Dr. Lee,",
        "Hi Ann",
        "Hello Ann! Let's connect. Best regards",
        "🙂 …",
    )

    def check(self) -> Check:
        return PersonalInvitation()


def rendered(text: str = OWN, **options: str) -> Draft:
    return LinkedIn().render(ACTION, a_context(text=text, options=options))


def profiled(profile: str) -> Draft:
    return LinkedIn().render(an_action(to=Person(key="ann", attributes={"profile": profile})), a_context())


# ── how much fits ──


@pytest.mark.parametrize(
    ("options", "characters"),
    [
        ({}, 200),
        ({"account": "free"}, 200),
        ({"account": "paid"}, 300),
        ({"account": "paid", "characters": "250"}, 250),
    ],
)
def test_the_account_says_how_much_fits(options: dict[str, str], characters: int) -> None:
    assert LinkedIn().limits(options).characters == characters
    assert any(said.startswith(f"{len(OWN)} of {characters} characters") for said in rendered(**options).remarks)


def test_the_figures_are_dated_wherever_they_are_told() -> None:
    assert all(f"as of {AS_OF}" in remark for remark in rendered().remarks if "account" in remark)
    assert len(rendered().remarks) == 3
    assert [(account.name, account.characters, account.notes) for account in ACCOUNTS] == [
        ("free", 200, 5),
        ("paid", 300, None),
    ]


# ── how many ──


def invited(at: str = "2026-03-02T12:00:00+00:00", text: str | None = OWN, **fields: str) -> Message:
    said = {"purpose": "connect", "channel": "linkedin", **fields}
    known = {name: value for name, value in said.items() if value}
    return Message(at=datetime.fromisoformat(at), case="other", fields=known, text=text)


def on_allowance(*messages: Message, action: Action = ACTION, **options: str) -> str:
    draft = LinkedIn().render(action, a_context(text=OWN, options=options, messages=messages))
    return next((said for said in draft.remarks if "invitation" in said), "")


def test_what_is_left_of_a_month_is_counted() -> None:
    assert on_allowance().startswith(
        "By the log this is invitation with a note 1 of 5 in March 2026 (free account, as of August 2026)."
    )
    assert "4 of 5 in March 2026" in on_allowance(*[invited()] * 3)
    assert "2 of 3 in March 2026" in on_allowance(invited(), notes="3")


def test_where_none_is_left_the_person_is_told_until_when_to_wait() -> None:
    assert on_allowance(*[invited()] * 5) == (
        "Wait until 1 April 2026: by the log, the 5 invitations with a note in March 2026 are used up (free account, as"
        " of August 2026). Do not invite without a note before then."
    )
    assert on_allowance(invited(), notes="1").startswith("Wait until 1 April 2026")


def test_a_paid_account_has_any_number_unless_it_is_said() -> None:
    assert on_allowance(*[invited()] * 50, account="paid") == ""
    assert "used up (paid account" in on_allowance(*[invited()] * 50, account="paid", notes="50")


@pytest.mark.parametrize(
    ("message", "number"),
    [
        (invited(text=None), 2),  # it may have had words
        (invited(channel=""), 2),  # it may have gone by LinkedIn
        (invited(purpose=""), 2),  # it may have been an invitation
        (invited(purpose="reply"), 1),
        (invited(channel="", purpose=""), 1),
        (invited(at="2026-02-28T12:00:00+00:00"), 1),
        (invited(at="2026-03-01T04:59:00+00:00"), 1),  # still February in New York
        (invited(at="2026-03-01T05:00:00+00:00"), 2),
        (invited(at="2025-03-02T12:00:00+00:00"), 1),
        (invited(at="0001-01-01T00:00:00+00:00"), 1),
    ],
)
def test_what_counts_is_an_invitation_of_the_month_by_the_clocks_of_the_case(message: Message, number: int) -> None:
    assert f"invitation with a note {number} of 5" in on_allowance(message)


def test_other_messages_by_linkedin_have_no_allowance() -> None:
    assert on_allowance(action=an_action(fields={"purpose": "reply", "channel": "linkedin"})) == ""


def test_the_end_of_the_calendar_is_no_accident() -> None:
    late = a_context(text=OWN, as_of=datetime(9999, 12, 31, 23, tzinfo=UTC), options={"notes": "1"})
    draft = LinkedIn().render(an_action(fields=ACTION.fields, zone="Pacific/Auckland"), late)
    assert "1 of 1 in December 9999" in draft.remarks[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"account": "gold"}, "`account=gold` says nothing. Write account=free or account=paid."),
        ({"characters": "many"}, "Write a number from 1 to 10000."),
        ({"characters": "0"}, "Write a number from 1 to 10000."),
        ({"notes": "-1"}, "Write a number from 1 to 10000."),
        ({"notes": "٣"}, "Write a number from 1 to 10000."),
        ({"acount": "paid"}, "LinkedIn has no option `acount`. It has account, characters and notes."),
    ],
)
def test_an_option_that_is_none_is_a_sentence(options: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as raised:
        LinkedIn().limits(options)
    assert told in str(raised.value)


def test_a_note_is_never_cut() -> None:
    assert rendered("x" * 1000).text == "x" * 1000


# ── where it leads ──


@pytest.mark.parametrize(
    ("noted", "shown"),
    [
        ("https://www.linkedin.com/in/ann-lee/", "https://www.linkedin.com/in/ann-lee/"),
        ("HTTP://linkedin.com/in/ann", "HTTP://linkedin.com/in/ann"),
        ("https://www.linkedin.com/in/zoë", "https://www.linkedin.com/in/zo%C3%AB"),
        ("https://www.linkedin.com/in/zo%C3%AB", "https://www.linkedin.com/in/zo%C3%AB"),
        ('https://linkedin.com/"><script>alert(1)</script>', "https://linkedin.com/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E"),
        ("https://linkedin.com/in/a](https://evil.example)", "https://linkedin.com/in/a%5D%28https://evil.example%29"),
        ("javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("file:///etc/passwd", None),
        ("//linkedin.com/in/ann", None),
        ("linkedin.com/in/ann", None),
        ("https://www.linkedin.com@evil.example/in/ann", None),
        ("https://evil.example\\@linkedin.com/in/ann", None),
        ("https://lınkedin.com/in/ann", None),
        ("https://linkedin.com/in/ann\r\nProfile: x", None),
        ("https://linkedin.com/\x1b[2J", None),
        ("https://linkedin.com/\u202enna", None),
        ("https://linkedin.com:port/in/ann", None),
        ("https://[::1/in/ann", None),
        ("https://linkedin.com/" + "x" * 2000, None),
        ("", None),
    ],
)  # fmt: skip
def test_only_a_plain_address_of_the_web_is_shown(noted: str, shown: str | None) -> None:
    assert profiled(noted).url == link_of(noted) == shown


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ("javascript:alert(1)", ["What was noted as the profile is no address of the web, so it is left out."]),
        ("https://linkedin.com.evil.example/in/ann", ["The profile that was noted is not on LinkedIn."]),
        ("https://de.linkedin.com/in/ann", []),
        ("", []),
    ],
)
def test_an_odd_address_is_told(noted: str, told: list[str]) -> None:
    assert [remark for remark in profiled(noted).remarks if "profile" in remark] == told


# ── the page ──


def test_the_note_stands_alone_below_the_line(tmp_path: Path) -> None:
    draft = LinkedIn().render(an_action(fields={"channel": "linkedin"}, case="a\nb", to=None), a_context(text=OWN))
    [receipt] = LinkedIn().export([draft], str(tmp_path / "new"))

    head, _, note = Path(receipt.place).read_text(encoding="utf-8").partition(f"\n\n{LINE}\n")

    assert receipt.outcome == Outcome.CREATED
    assert note == OWN + "\n"
    assert head.split("\n")[:3] == ["Invite: [whom]", "Case: a b", "Profile: [the address of the profile]"]


def test_nothing_in_a_log_begins_a_line_of_the_page(tmp_path: Path) -> None:
    person = Person(key="x", name=f"Ann\n\n{LINE}\nforged", attributes={"profile": f"https://a.example/\n{LINE}"})
    draft = LinkedIn().render(an_action(to=person, fields={"channel": "linkedin"}), a_context(text=OWN))
    [receipt] = LinkedIn().export([draft], str(tmp_path))

    lines = Path(receipt.place).read_text(encoding="utf-8").split("\n")

    assert lines.count(LINE) == 1
    assert lines[lines.index(LINE) + 1 :] == [OWN, ""]
    assert Path(receipt.place).parent == tmp_path


def test_emoji_and_other_scripts_stay_whole() -> None:
    assert rendered("Zoë\u00a0王 👩\u200d🍳\r\n\ttwo\x00\x1b").text == "Zoë 王 👩\u200d🍳\n two"


def test_a_page_that_the_person_changed_is_left_alone(tmp_path: Path) -> None:
    [first] = LinkedIn().export([rendered()], str(tmp_path))
    page = Path(first.place)
    page.write_text(page.read_text(encoding="utf-8") + "PS: bread!\n", encoding="utf-8")

    [second] = LinkedIn().export([rendered(OWN + " Again.")], str(tmp_path))

    assert second.outcome == Outcome.KEPT
    assert page.read_text(encoding="utf-8").endswith("PS: bread!\n")


def test_the_page_of_what_is_over_is_taken_away_unless_the_person_changed_it(tmp_path: Path) -> None:
    [kept, _] = LinkedIn().export([rendered(), LinkedIn().render(an_action(decision="ff"), a_context())], str(tmp_path))
    Path(kept.place).write_text("my own\n", encoding="utf-8")

    over = [an_action(verdict="satisfied"), an_action(decision="ff", verdict="cancelled"), an_action(decision="ee")]
    told = LinkedIn().withdraw(over, str(tmp_path))

    assert [(receipt.decision, receipt.outcome) for receipt in told] == [
        (over[0].decision, Outcome.KEPT),
        ("ff", Outcome.CANCELLED),
    ]
    assert told[0].message == (
        "There is nothing to do by LinkedIn any more (satisfied). You changed this page, so it was left alone."
    )
    assert [str(page) for page in tmp_path.iterdir()] == [kept.place]


def test_the_page_of_what_nothing_asks_for_any_more_is_taken_away_unless_the_person_changed_it(tmp_path: Path) -> None:
    other = LinkedIn().render(an_action(decision="ff", case="acme "), a_context(text=OWN))
    ours = LinkedIn().render(an_action(decision="ee"), a_context(text=OWN))
    [gone, *stays] = LinkedIn().export([rendered(), other, ours], str(tmp_path))
    (tmp_path / "notes-dd.txt").write_text("Seal: no page of ours\n", encoding="utf-8")
    kept = Path(stays[1].place)
    kept.write_text(kept.read_text(encoding="utf-8") + "PS: bread!\n", encoding="utf-8")

    told = LinkedIn().sweep(
        Judged(as_of=a_context().as_of, cases=frozenset({"acme"}), decisions=frozenset()), str(tmp_path)
    )

    assert [(one.decision, one.outcome) for one in told] == [
        (gone.decision, Outcome.CANCELLED),
        ("ee", Outcome.KEPT),
    ]
    assert {page.name for page in tmp_path.iterdir()} == {
        "notes-dd.txt", *(Path(receipt.place).name for receipt in stays),
    }  # fmt: skip


def test_another_name_of_the_person_leaves_one_page(tmp_path: Path) -> None:
    LinkedIn().export([rendered()], str(tmp_path))
    renamed = LinkedIn().render(an_action(to=Person(key="ann", name="Ann Lee-Poe")), a_context(text=OWN))

    [receipt] = LinkedIn().export([renamed], str(tmp_path))

    assert receipt.outcome == Outcome.REPLACED
    [page] = tmp_path.iterdir()
    assert "Ann Lee-Poe" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I'd like to add you to my professional network.", "has LinkedIn's own words"),
        ("", "says nothing to this person alone"),
        ("Hi Ann,", "says nothing to this person alone"),
    ],
)
def test_what_is_not_the_persons_own_is_refused(tmp_path: Path, text: str, told: str) -> None:
    [receipt] = LinkedIn().export([rendered(text)], str(tmp_path))

    assert receipt.outcome == Outcome.REFUSED
    assert told in receipt.message
    assert list(tmp_path.iterdir()) == []


def test_a_note_that_is_one_gap_is_for_the_person_to_write(tmp_path: Path) -> None:
    draft = LinkedIn().render(ACTION, a_context(text="[your message]", gaps=("[your message]",)))

    [receipt] = LinkedIn().export([draft], str(tmp_path))

    assert receipt.outcome == Outcome.CREATED
    assert "The gaps count until you fill them." in Path(receipt.place).read_text(encoding="utf-8")


def test_what_is_no_message_is_left_to_other_channels(tmp_path: Path) -> None:
    asking = LinkedIn().render(an_action(type="timeframe.asked", fields={}), a_context(text="x" * 1000))

    [receipt] = LinkedIn().export([asking], str(tmp_path))

    assert (asking.text, receipt.outcome, receipt.place) == ("", Outcome.UNCHANGED, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["https://www.linkedin.com/messaging", "there.txt"])
def test_only_a_folder_is_a_place(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match=r"is no folder\. Name one: you send the invitations yourself"):
        LinkedIn().export([rendered()], place)


# ── with the rules ──

LOG = (
    {"case": "acme", "type": "case.opened", "at": "2026-03-01T09:00:00Z", "company": "Acme"},
    {
        "case": "acme",
        "type": "person.noted",
        "at": "2026-03-01T09:00:00Z",
        "person": "ann",
        "name": "Ann Lee",
        "role": "hr",
        "profile": "https://www.linkedin.com/in/ann-lee",
    },
    {
        "case": "acme",
        "type": "interview.held",
        "at": "2026-03-03T16:00:00Z",
        "starts_at": "2026-03-03T15:00:00Z",
        "people": ["ann"],
        "topics": ["sourdough"],
    },
)


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Exporting:
    monkeypatch.chdir(tmp_path)
    return Exporting(capsys)


class Exporting:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *more: str, log: tuple[object, ...] = LOG) -> tuple[int, str]:
        """The exit code of `rules export --to linkedin -o notes`, and what it says."""
        Path("log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in log), encoding="utf-8")
        arguments = ["export", "log.jsonl", "--to", "linkedin", "-o", "notes", "--as-of", "2026-03-04T09:00:00Z"]
        code = run([*arguments, *more])
        said = self._capsys.readouterr()
        return code, said.out + said.err


def test_the_bundled_rules_ask_for_an_invitation_once(export: Exporting) -> None:
    first, again = export(), export()

    assert (first[0], again[0]) == (0, 0)
    assert first[1].startswith("created: Ask the people you met to connect, Ann Lee (acme) -> notes/ann-lee-")
    assert again[1].endswith("1 unchanged.\n")
    [page] = Path("notes").iterdir()
    text = page.read_text(encoding="utf-8")
    assert "Profile: https://www.linkedin.com/in/ann-lee\n" in text
    assert "Dear Ann Lee, thank you for our talk about sourdough." in text


def test_what_is_too_long_is_refused_whole(export: Exporting) -> None:
    code, said = export("--option", "characters=50")

    assert code == 3
    assert said.startswith("refused: Ask the people you met to connect, Ann Lee (acme): The text has 114 characters;")
    assert not list(Path().glob("notes/*"))


SENT = {"type": "message.sent", "purpose": "connect", "channel": "linkedin", "text": OWN}


def test_what_was_sent_is_asked_for_no_more_and_its_page_goes(export: Exporting) -> None:
    sent = {**SENT, "case": "acme", "at": "2026-03-03T18:00:00Z", "person": "ann"}

    assert export(log=(*LOG, sent)) == (0, "Nothing to export.\n")
    export()
    code, said = export(log=(*LOG, sent))

    assert (code, said.split(":")[0]) == (0, "cancelled")
    assert said.endswith("any more (satisfied), so the page was taken away.\n1 cancelled.\n")
    assert not list(Path("notes").iterdir())


def test_the_log_of_all_cases_and_this_run_are_counted(export: Exporting) -> None:
    before = [{**SENT, "case": "other", "at": f"2026-03-0{day}T12:00:00Z", "person": "zoe"} for day in (1, 2, 3)]
    bounced = {**SENT, "case": "other", "at": "2026-03-02T13:00:00Z", "person": "zoe", "id": "never"}
    taken_back = {"case": "other", "type": "event.retracted", "at": "2026-03-02T14:00:00Z", "event": "never"}
    later = {**SENT, "case": "other", "at": "2026-03-05T12:00:00Z", "person": "zoe"}
    second = [{**event, "case": "best"} for event in LOG]

    code, said = export("--option", "notes=4", log=(*before, bounced, taken_back, later, *LOG, *second))

    assert code == 0
    pages = {page.read_text("utf-8").split("\n")[1]: page.read_text("utf-8") for page in Path("notes").iterdir()}
    assert "a note 4 of 4 in March 2026" in pages["Case: acme"]
    assert "Remark: Wait until 1 April 2026" in pages["Case: best"]
    assert ": Wait until 1 April 2026: by the log, the 4 invitations" in said


def test_a_wrong_option_is_one_sentence(export: Exporting) -> None:
    code, said = export("--option", "account=gold")

    assert code == 2
    assert said == "Error: `account=gold` says nothing. Write account=free or account=paid.\n"


def test_a_rule_refuses_the_text_that_linkedin_proposes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = (
        "language: 1\nextends: [after-interview]\nrules:\n"
        "  - {id: own, title: Use your own words, force: must, check: {of: connect, passes: personal-invitation}}\n"
    )
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
    note = tmp_path / "note.txt"
    note.write_text("Hi Ann, please add me to your LinkedIn network.\n", encoding="utf-8")

    assert run(["proofread", str(note), "--purpose", "connect", "-r", str(tmp_path / "rules.yaml")]) == 1

    assert "has LinkedIn's own words (“add me to your linkedin network”)" in capsys.readouterr().out
