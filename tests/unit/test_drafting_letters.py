"""What is read of a message: the person's own words, and not those of others, nor what stands between the lines."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from punctilio.drafting.hypertext import read_as_text
from punctilio.drafting.letters import read_letter
from punctilio.drafting.quotes import own_words
from punctilio.errors import UsageError

OWN = "Dear Ann,\n\nthank you."


@pytest.mark.parametrize(
    "quoted",
    [
        "> I am still waiting\n> for it",
        "  > I am still waiting\n>\n>> for it",
        "On Tue, Mar 3, 2026 at 9:00 AM Ann Lee <ann@example.com> wrote:\n> I am still waiting",
        "Am 3. März 2026 schrieb Ann Lee\n<ann@example.com>:\n\n> I am still waiting",
        "-----Original Message-----\nFrom: Ann Lee\nSent: Tuesday\nTo: me\n\nI am still waiting",
        "---------- Forwarded message ---------\nFrom: Ann Lee <ann@example.com>\n\nI am still waiting",
        "________________________________\nFrom: Ann Lee\nSent: Tuesday\n\nI am still waiting",
        "From: Ann Lee <ann@example.com>\nDate: Tuesday, 3 March 2026 at 09:00\nTo: me\n\nI am still waiting",
        "Von: Ann Lee\nGesendet: Dienstag\nAn: me\n\nI am still waiting",
    ],
)
def test_what_is_quoted_is_none_of_ones_own(quoted: str) -> None:
    assert own_words(f"{OWN}\n\n{quoted}\n") == OWN


def test_lines_stay_where_they_are() -> None:
    assert own_words("> What is it?\nBread.\n\n> And that?\nWine.") == "\nBread.\n\n\nWine."


@pytest.mark.parametrize(
    "text",
    [
        "We spoke of 3 things:\n\n- bread",
        "Safety: I led two teams.\nOvens: I built three.\nDough: I know it.",
        "Thank you.\n\nSafety: I led two teams.\nOvens: I built three.\nDough: I know it.",
        "--- My experience ---\nI have baked for years.",
        "a > b, and 2 -> 3",
        "From: here on I say\nmore than three\nlines.",
        "",
    ],
)
def test_ones_own_words_stay(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear Ann,</p><p>thank you.</p>", "Dear Ann,\n\nthank you."),
        ("I haven&rsquo;t <b>he</b>ard&nbsp;it<br>yet", "I haven’t heard it\nyet"),
        ("a\nb<!-- c --><style>d</style><script>e < f</script>", "a b"),
        ("<html><head><title>x</title></head><body>y</body>", "y"),
        ("<ul><li>One<li>Two</ul>after", "- One\n- Two\nafter"),
        ("mine<blockquote type=cite>theirs<blockquote>more</blockquote></blockquote>mine", "mine\nmine"),
        ('mine<div class="x gmail_quote">theirs<div>more</div></div>mine', "mine\nmine"),
        ('mine<hr><div id="divRplyFwdMsg">theirs</div><p>theirs</p>', "mine"),
        ("<div>a</div></p></b>b", "a\n\nb"),
        ("<blockquote><p>never closed", ""),
        ("", ""),
        ("&#0;&#55296;&#x10ffff;", "\ufffd\ufffd"),
    ],
)
def test_html_is_read_as_a_person_reads_it(html: str, text: str) -> None:
    assert read_as_text(html) == text


def test_html_alone_is_judged_by_its_words_and_names_no_line(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail.set_content("<style>b{}</style><p>Thank <b>you</b>.</p><ul><li>Bread</li></ul>", subtype="html")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())

    letter = read_letter(tmp_path / "a.eml")

    assert (letter.text, letter.first_line) == ("Thank you.\n\n- Bread", 0)


@pytest.mark.parametrize("text", ["", "\n \n", "Subject: Hello\n\n", "> Only theirs.\n"])
def test_what_has_no_words_of_ones_own_is_a_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"a\.txt has no words of your own\. Write the message first\."):
        read_letter(tmp_path / "a.txt")
