"""Text from a log does nothing to whoever reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punctilio.inert import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Zoë Łódź 李", "Zoë Łódź 李"),
        ("one\ntwo\tthree\r", "one\\ntwo\\tthree\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edef", "abc\\u{202e}def"),
        ("a\u2028b", "a\\u{2028}b"),
        ("half \ud800", "half \\u{d800}"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_acts_is_shown_and_what_shows_stays(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    assert inert(text).replace("\u200c", "").replace("\u200d", "").isprintable()
