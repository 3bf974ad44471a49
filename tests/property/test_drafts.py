"""Whatever a log says, a draft says what its template says: no word of the log becomes a line, a gap or a header."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio import resources
from punctilio.drafting.facts import Fact, Facts, Lack, harmless, names
from punctilio.drafting.folders import Source
from punctilio.drafting.rendering import Compiled, Text, compiled, rendered
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES
from punctilio.rulebook.load import load_rules

VOCABULARY = load_rules("after-interview").vocabulary
NAMES = names(VOCABULARY)
TEMPLATES = resources.templates()
TRIGGERS = ("interview.held", "timeframe.given", "timeframe.asked", "message.received", "message.sent")
BULLET = re.compile(r"(?m)^[ \t]*(?:[-*•‣◦·–—]|\d{1,3}[.)])[ \t]")

hostile = st.one_of(
    st.text(min_size=1),
    st.sampled_from(
        ["\r\nBcc: x@y.example", "\n- one\n- two", "[your name]", "{{ 7*7 }}", "{% include 'x' %}", "a\x00b", "\x1b[2J",
         "\u202e", "\u2028* three", "\ufdd0\ufdd1", "]", "[", "<b>", "Subject: x", "\x85- x", "\ud83d\ude00", "%s{0}"]
    ),
    st.lists(st.sampled_from("[]{}%\n\r\u2028-*1.) #<>&\ufdd0\x0b\x0c\x1c:"), min_size=1, max_size=20).map("".join),
)  # fmt: skip


def template(name: str) -> Compiled:
    file = resources.bundled("rules") / "templates" / f"{name}.txt"
    return compiled(Source(file.name, file.read_text("utf-8")), NAMES)


COMPILED = {name: template(name) for name in TEMPLATES}


def facts(words: str, trigger: str, topics: int) -> dict[str, Fact]:
    """Every text that a log can give is these words; there is no moment."""
    said: dict[str, Fact] = {}
    for group, parts in NAMES.items():
        fields = {part: _fact(part, words, topics) for part in parts} if isinstance(parts, dict) else {}
        said[group] = Facts(fields)
    someone = said["person"]
    assert isinstance(someone, Facts)
    return {**said, "people": (someone,), "trigger": Facts({"type": trigger, "at": Lack("at")})}


def _fact(part: str, words: str, topics: int) -> Fact:
    if part == "at" or VOCABULARY.field_type(part) in INSTANT_TYPES:
        return Lack(part)
    if VOCABULARY.field_type(part) in LIST_TYPES:
        return (harmless(words),) * topics
    return harmless(words)


def shape(text: Text) -> tuple[object, ...]:
    """What a reader takes for the writer's: lines, bullets, gaps, and that there is a subject."""
    return len(text.text.split("\n")), len(BULLET.findall(text.text)), text.gaps, text.subject is not None


@pytest.mark.parametrize(("name", "trigger"), list(product(TEMPLATES, TRIGGERS)))
@settings(max_examples=40, derandomize=True, database=None)
@given(words=hostile.filter(lambda text: bool(text.split())), topics=st.integers(1, 4))
def test_hostile_words_stay_words(name: str, trigger: str, words: str, topics: int) -> None:
    text = rendered(COMPILED[name], facts(words, trigger, topics))
    plain = rendered(COMPILED[name], facts("acme", trigger, topics))

    assert shape(text)[1:] == shape(plain)[1:] or "acme" in "".join(plain.gaps)
    assert shape(text)[:2] == shape(plain)[:2]
    assert "\n" not in (text.subject or "")
    assert all(c == "\n" or c.isprintable() or c in "\u200c\u200d" for c in text.text + (text.subject or ""))
