"""Pages of the rules say all that the rules say, and nothing in a rule file can do more than be read there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from punctilio.cli.main import run
from punctilio.inert import inert
from punctilio.manual.effective import effective
from punctilio.manual.telling.html import as_html
from punctilio.manual.telling.inline import inline, words_inline
from punctilio.manual.telling.kinds import rule_sentences
from punctilio.manual.telling.markdown import as_markdown
from punctilio.manual.telling.page import page_of
from punctilio.manual.telling.timelines import time_line
from punctilio.manual.telling.words import code, plain
from punctilio.rulebook.load import load_written
from punctilio.rulebook.merge import KINDS
from punctilio.shape import written as as_written
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode
from tests.conftest import Snapshot

ROOT = Path(__file__).parents[2]
FULL = Path(__file__).parent / "test_rulebook_files" / "full.yaml"
FINES = ROOT / "examples" / "fines" / "rules.yaml"
GFM = MarkdownIt("gfm-like", {"linkify": False})
EVIL = "</code><script>alert(1)</script> <img src=x onerror=alert(2)> ![a](http://evil) `x` | @all *b* &lt; ]]>"


def rules_of(file: Path) -> Iterator[tuple[str, str, MapNode]]:
    shown = effective(load_written(file))
    rules = shown.root.get("rules")
    assert isinstance(rules, ListNode)
    for rule in rules.items:
        assert isinstance(rule, MapNode)
        kind, node = next((entry.key, entry.value) for entry in rule.entries if entry.key in KINDS)
        assert isinstance(node, MapNode)
        yield as_written(rule.get("id") or node), kind, node


def values(node: Node) -> Iterator[str]:
    match node:
        case ScalarNode():
            yield node.text
        case ListNode():
            yield from (value for item in node.items for value in values(item))
        case MapNode():
            yield from (value for entry in node.entries for value in values(entry.value))


@pytest.mark.parametrize(
    "file", [FULL, FINES, ROOT / "rules/after-interview/rules.yaml"], ids=lambda path: path.parent.name
)
def test_every_value_of_a_rule_is_in_its_sentences(file: Path) -> None:
    untold = {"restart", "stack", "true", "false", "case", "0", "0 days", "at"}  # are said in other words
    for name, kind, node in rules_of(file):
        said = " ".join(plain(words) for words in rule_sentences(kind, node, "must"))
        missing = [value for value in values(node) if value not in untold and inert(value) not in said]
        assert missing == [], (name, said)


def test_the_page_reads_well(snapshot: Snapshot) -> None:
    page = page_of(load_written(str(FINES.relative_to(ROOT)) if Path.cwd() == ROOT else FINES))
    markdown = as_markdown(page).replace(FINES.as_posix(), "examples/fines/rules.yaml")
    snapshot(ROOT / "tests" / "messages" / "pages" / "fines.md", markdown)


def test_a_window_is_drawn_with_its_stops() -> None:
    lines = {name: time_line(kind, node) for name, kind, node in rules_of(ROOT / "rules/after-interview/rules.yaml")}
    thank, inquire, date, reproach = (
        lines[name] for name in ("thank-each-interviewer", "first-inquiry", "not-before-the-date", "no-reproach")
    )

    assert thank
    assert [(stop.name, stop.origin, stretch.mood) for stop, stretch in thank.steps] == [
        ("interview.held", "", "open"),
        ("due", "24 hours later", "late"),
        ("expires", "14 days later", "waiting"),
    ]
    assert inquire
    assert [stretch.mood for _, stretch in inquire.steps] == ["waiting", "open"]
    assert date
    assert date.words == "timeframe.given, then none allowed; until (at its decision_by), then not judged"
    assert reproach is None


# ── what stands in a rule file is only read ──


class Seen(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def evil_rules(folder: Path) -> Path:
    words = json.dumps(EVIL)
    rule = dict.fromkeys(("id", "title", "about", "cite"), EVIL) | {"force": "must"}
    expect = {"when": {"type": "message.sent", "text": EVIL}, "until": "message.sent", "window": {"due": "$within"}}
    file = folder / "evil.yaml"
    file.write_text(
        f"language: 1\ntitle: {words}\nabout: {words}\nphrases: {{p: [{words}]}}\n"
        f"parameters: {{within: {{type: duration, default: 24 hours, about: {words}}}}}\n"
        f"rules: {json.dumps([rule | {'expect': expect}])}\n",
        encoding="utf-8",
    )
    return file


def test_a_page_in_html_runs_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    html = as_html(page_of(load_written(evil_rules(tmp_path))))

    seen = Seen()
    seen.feed(html)
    assert "".join(seen.text).count("<script>alert(1)</script>") >= 7
    assert not seen.tags & {"script", "img", "iframe", "object", "link", "base", "form"}
    assert not [name for name in seen.attributes if name.startswith("on") or name in ("src", "srcset")]
    assert "default-src 'none'" in html


def test_a_page_in_markdown_shows_it_as_it_stands(tmp_path: Path) -> None:
    markdown = as_markdown(page_of(load_written(evil_rules(tmp_path))))
    own = re.sub(r'<a id="[a-z0-9-]*"></a>', "", markdown)

    html = GFM.render(own)
    seen = Seen()
    seen.feed(html)
    assert not seen.tags & {"script", "img"}
    assert EVIL in " ".join("".join(seen.text).split())


@given(st.text())
def test_a_text_in_markdown_means_itself(text: str) -> None:
    shown = GFM.render(inline(inert(text)))
    seen = Seen()
    seen.feed(shown)
    assert seen.tags <= {"p"}
    assert "".join(seen.text).strip() == " ".join(inert(text).split())


@given(st.text(min_size=1))
def test_a_name_in_markdown_is_code(text: str) -> None:
    shown = GFM.render(f"It is {words_inline((code(text),))}.")
    seen = Seen()
    seen.feed(shown)
    assert seen.tags == {"p", "code"}
    assert "".join(seen.text) == f"It is {inert(text)}.\n"


# ── the command ──


def test_a_markdown_file_has_its_pictures_beside_it(tmp_path: Path) -> None:
    assert run(["docs", "after-interview", "-o", str(tmp_path / "my page.md")]) == 0

    text = (tmp_path / "my page.md").read_text("utf-8")
    linked = re.findall(r"\]\((my%20page-images/[a-z-]+\.svg)\)", text)
    assert len(linked) > 20
    assert {path.name for path in (tmp_path / "my page-images").iterdir()} == {Path(one).name for one in linked}
    for one in linked:
        root = Xml.parse(tmp_path / one.replace("%20", " ")).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label")


def test_a_file_called_html_is_html(tmp_path: Path) -> None:
    file = tmp_path / "page.html"

    assert run(["docs", str(FINES), "-o", str(file)]) == 0

    assert file.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("expect.window.due", "After this it is overdue, and a finding."),
        ("expect", "Something should follow"),
        ("limit.gap", "How far apart two of them must be"),
        ("rules.check.avoids", "None of these phrases stands in it"),
        ("force", "A breach is a warning."),
        ("duration", "14 days to midnight"),
        ("case.at.as_of", "An instant"),
        ("UNKNOWN-KEY", "A key that cannot stand here."),
        ("log-bad-instant", "LOG-BAD-INSTANT"),
        ("message.sent", "in_reply_to"),
        ("message.sent.purpose", "One of thank-you, inquiry"),
        ("timeframe.given.decision_by", "Needed."),
        ("first-inquiry", "No word within their time frame?"),
        ("thank_you_within", "It is 24 hours, the default"),
        ("primary-contact", "the person whose primary is true"),
    ],
)
def test_a_word_is_explained(
    word: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["docs", word]) == 0

    assert said in " ".join(capsys.readouterr().out.split())


def test_words_of_ones_own_rules_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs", "fine.created.amount", "--rules", str(FINES)]) == 0

    assert "What is to be paid, in euros." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["expect.windo.due"], "Did you mean `expect.window.due`?"),
        (["first-inqury"], "Did you mean `first-inquiry`?"),
        (["mesage.sent"], "Did you mean `message.sent`?"),
        (["UNKNOWN-KEYS"], "Did you mean `UNKNOWN-KEY`?"),
        (["xyzzyx"], "Try a kind"),
        (["expect", "after-interview"], "Ask for it alone, as text."),
        (["./nowhere.yaml"], "UNREADABLE"),
    ],
)
def test_what_cannot_be_explained_is_said(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["docs", *arguments]) == 2

    assert said in capsys.readouterr().err
