"""The channel `linkedin`: what fits, where it leads, and a page to copy from. Nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.contracts import Channel, Check, Draft, Outcome, Person
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
    assert f"{len(OWN)} of {characters} characters" in rendered(**options).remarks[0]


def test_the_figures_are_dated_wherever_they_are_told() -> None:
    assert f"as of {AS_OF}" in rendered().remarks[0]
    assert [(account.name, account.characters, account.notes) for account in ACCOUNTS] == [
        ("free", 200, 5),
        ("paid", 300, None),
    ]


def test_the_notes_of_a_month_are_told_where_they_are_counted() -> None:
    assert "has 5 invitations with a note a month" in rendered().remarks[1]
    assert "has 3 invitations with a note a month" in rendered(notes="3").remarks[1]
    assert not any("a month" in remark for remark in rendered(account="paid").remarks)


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


def test_what_was_sent_is_asked_for_no_more(export: Exporting) -> None:
    sent = {"case": "acme", "type": "message.sent", "at": "2026-03-03T18:00:00Z", "person": "ann", "purpose": "connect"}

    assert export(log=(*LOG, {**sent, "text": OWN})) == (0, "Nothing to export.\n")


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
