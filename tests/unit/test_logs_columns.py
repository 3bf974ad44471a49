"""Reading in columns against reading line by line: the same events, the same problems at the same places."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs import jsonl, read
from punctilio.logs.json_columns import grammar_of, plain_lines
from punctilio.logs.plain import plain_events
from punctilio.logs.read import read_log
from punctilio.logs.terms import terms_of
from punctilio.model.vocabulary import EventType, Field, Vocabulary, built_in_types
from punctilio.tables.tables import Log
from tests.unit.log_world import VOCABULARY, event

RULES = ("thank-you", "ask-once")
EVENTS: list[dict[str, object]] = [
    event("case.opened", zone="America/New_York", employer_zone="Asia/Tokyo"),
    event(id="m1", message_id="<1>", people=["sam", "kim"], text='né 😀\n"yes", she said: {}'),
    event(id="m2", purpose="thank-you", person="sam", text=": a colon and a [bracket]"),
    event("message.bounced", in_reply_to="<1>", recorded_at="2026-03-03T22:00:00.5+01:00"),
    event("message.received", at="2026-03-03T16:00:00-05:00"),
    event("message.received", about="courtesy", id="r"),
    event("interview.held", starts_at="2026-03-03 20:00:00.123456789Z"),
    event("timeframe.given", decision_by="2026-03-13"),
    event("timeframe.given", decision_by="2026-03-13T17:00:00+05:30"),
    event("Send Fine", points=3, amount=35.5, paid=False, articles=["157", ""]),
    event("Send Fine", points=-3, amount=-1, paid=True, articles=[]),
    event("event.retracted", event="m1"),
    event("waiver.granted", rule="ask-once", reason="because", expires_at="2026-04-01T00:00:00Z"),
]
NAMES = sorted(
    {*VOCABULARY.fields(), "case", "type", "at", "id", "recorded_at", "peron", "Case", "", "a:b", 'a"b', "é"}
)
VALUES: list[str] = [
    *(
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-0.0",
        "1.0",
        "1e2",
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "01",
        ".5",
        "1.",
    ),
    *("9223372036854775807", "-9223372036854775808", "123456789012345678", "1234567890123456789012", "0.1", "1e-400"),
    *("0.30000000000000004", "123456789012345678.12345678901234567", "2.2250738585072011", "9007199254740993"),
    *(
        '""',
        '" "',
        '"\\u00a0"',
        '"\\u001f"',
        '"\\u0000"',
        '"\\ud83d\\ude00"',
        '"\\ud83d"',
        '"\\ude00\\ud83d"',
        '"\\ud83dx"',
    ),
    *(
        '"1"',
        '"true"',
        '"null"',
        '"sam"',
        '":"',
        '"\\":null"',
        '"\\\\"',
        '"\\/"',
        '"\\x"',
        '"\\u12"',
        '"{"',
        '"a\tb"',
        '"a\x00b"',
    ),
    *(
        "[]",
        "[null]",
        '["sam"]',
        '[" "]',
        '[1, "a"]',
        '[["a", "b"]]',
        '["a",]',
        '"[\\"sam\\"]"',
        "{}",
        '{"a": 1}',
        '{"at": "x"}',
    ),
    *('"2026-03-06"', '"2026-02-30"', '"0000-01-01"', '"0001-01-01"', '"9999-12-31"', '"2026-3-6"', '"2026-03-06 "'),
    *(f'"{at}"' for at in ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.9999999Z")),
    *(
        f'"{at}"'
        for at in ("2026-02-29T00:00:00Z", "2026-03-03T24:00:00Z", "2026-03-03T23:59:60Z", "2026-03-03t21:00:00z")
    ),
    *(
        f'"{at}"'
        for at in ("2026-03-03T21:00:00", "2026-03-03T21:00Z", "2026-03-03T21:00:00+24:00", "２026-03-03T21:00:00Z")
    ),
    *(
        f'"{at}"'
        for at in ("2026-03-03T21:00:00.1-00:00", "2026-03-03T21:00:00.1234567891Z", "2026-03-03 21:00:00+14:00")
    ),
    *(
        '"America/New_York"',
        '"america/new_york"',
        '"process"',
        '"thank-you"',
        '"ask-once"',
        '"é\u2028\u0085"',
        '"\ufeff"',
    ),
]
FRAGMENTS = [
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"\\",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\x00",
        b"\x0b",
        b"\xff",
        b"\xc3",
        b"\x1f",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"\x7f",
        b"null",
        b"//",
        b"#",
        b"'",
        b"-",
    ),
    *(
        b'"case":',
        b'"id":"x",',
        b',"id":null',
        b',"id":"y"',
        b'\\"',
        b"\\u0061",
        b"{}",
        b"}{",
        b"}\n{",
        b",,",
        b" : ",
        b" , ",
    ),
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def read_both(folder: Path, content: bytes, block: int = 1 << 24) -> tuple[Log, Log]:
    """In columns, of which few lines are in one block, and few read with care at once; and line by line."""
    path = folder / "log.jsonl"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsonl, "BLOCK", block)
        patched.setattr(jsonl, "SMALL", 0)
        patched.setattr(jsonl, "LINES", 3)
        patched.setattr(read, "CAREFUL", 2)
        columns = read_log([path], vocabulary=VOCABULARY, rule_ids=RULES)
        patched.undo()
        patched.setattr(jsonl, "SMALL", 1 << 30)
        return columns, read_log([path], vocabulary=VOCABULARY, rule_ids=RULES)


def agree(folder: Path, content: bytes, block: int = 1 << 24) -> None:
    columns, rows = read_both(folder, content, block)
    assert columns.problems == rows.problems
    assert columns.events.schema == rows.events.schema
    assert columns.events.rows() == rows.events.rows()


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """An event, written in one of many ways, and perhaps not quite."""
    pairs = [(json.dumps(name), json.dumps(value)) for name, value in draw(st.sampled_from(EVENTS)).items()]
    for change in draw(
        st.lists(st.sampled_from([_retyped, _renamed, _added, _repeated, _left_out, _moved]), max_size=3)
    ):
        change(draw, pairs)
    blank = draw(st.sampled_from(["", " ", "\t", "  \r", "\n", "\x0b"]) if draw(st.booleans()) else st.just(""))
    gap = draw(st.sampled_from(["", " "]))
    before = draw(st.sampled_from(["", "", "", " "]))
    text = "{" + f",{gap}".join(f"{name}{before}:{gap}{value}{blank}" for name, value in pairs) + "}"
    written = text.encode("utf-8", "surrogatepass")
    if draw(st.booleans()):
        written = (
            json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace") if _is_json(text) else written
        )
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(written)))
        gone = draw(st.integers(0, 2))
        written = written[:at] + draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=2)) + written[at + gone :]
    return written


Pairs = list[tuple[str, str]]


def _place(draw: st.DrawFn, pairs: Pairs) -> int:
    return draw(st.integers(0, len(pairs) - 1)) if pairs else 0


def _retyped(draw: st.DrawFn, pairs: Pairs) -> None:
    at = _place(draw, pairs)
    pairs[at : at + 1] = [(name, draw(st.sampled_from(VALUES))) for name, _ in pairs[at : at + 1]]


def _renamed(draw: st.DrawFn, pairs: Pairs) -> None:
    at = _place(draw, pairs)
    pairs[at : at + 1] = [(json.dumps(draw(st.sampled_from(NAMES))), value) for _, value in pairs[at : at + 1]]


def _added(draw: st.DrawFn, pairs: Pairs) -> None:
    pairs.insert(_place(draw, pairs), (json.dumps(draw(st.sampled_from(NAMES))), draw(st.sampled_from(VALUES))))


def _repeated(draw: st.DrawFn, pairs: Pairs) -> None:
    pairs.extend(
        (name, draw(st.sampled_from([value, "null", '"x"']))) for name, value in pairs[_place(draw, pairs) :][:1]
    )


def _left_out(draw: st.DrawFn, pairs: Pairs) -> None:
    del pairs[_place(draw, pairs) :][:1]


def _moved(draw: st.DrawFn, pairs: Pairs) -> None:
    pairs[:] = draw(st.permutations(pairs))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@given(
    st.lists(lines(), max_size=12), st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.sampled_from([300, 1 << 24])
)
@settings(max_examples=200, derandomize=True)
def test_columns_read_what_lines_read(folder: Path, written: list[bytes], end: bytes, torn: bool, block: int) -> None:
    agree(folder, end.join(written) + (b"" if torn else end), block)


def written_in_columns(content: bytes) -> tuple[list[int], list[int]]:
    """The lines that are read in columns, and those that are doubtful there."""
    read = plain_lines(content, 1, grammar_of(VOCABULARY))
    _, doubtful = plain_events(read.written, terms_of(VOCABULARY, RULES), 0)
    return [line for line in read.written["line"].to_list() if line not in doubtful], [*read.odd, *doubtful]


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_what_programs_write_is_plain(ascii_only: bool, separators: tuple[str, str], end: str) -> None:
    """Keys in any order, null for what is not there, escapes, blanks."""
    empty = dict.fromkeys(("recorded_at", "message_id", "people", "points", "paid", "decision_by"))
    events = [*EVENTS, *(dict(reversed(one.items())) for one in EVENTS), *({**empty, **one} for one in EVENTS)]
    lines = [json.dumps(one, ensure_ascii=ascii_only, separators=separators) + end for one in events]
    assert written_in_columns("".join(lines).encode()) == (list(range(1, len(lines) + 1)), [])


def test_fields_that_the_first_lines_do_not_have_are_found() -> None:
    lines = [json.dumps(event()) + "\n"] * 3001
    lines[1999] = json.dumps(event(text="late", person=None)) + "\n"
    read = plain_lines("".join(lines).encode(), 1, grammar_of(VOCABULARY))
    assert read.written["text"].drop_nulls().to_list() == ["late"]
    assert read.written["line"].to_list() == list(range(1, 3002))
    assert not read.odd


@pytest.mark.parametrize(
    "line",
    [
        b'{"case":"a","case":"a","type":"message.sent"}',
        b'{"case":"a","id":null,"id":null}',
        b'{"case":"a","id":null,"id":"x"}',
        b'{"case":1}',
        b'{"case":"a","Case":"a"}',
        b'{"points":"1"}',
        b'{"paid":1}',
        b'{"people":"sam"}',
        b'{"people":["sam",null]}',
        b'{"text":["a"]}',
        b'{"text":{"case":"a"}}',
        b'{"text":"\\ud83d"}',
        b'{"text":"\\x"}',
        b'{"case":"a"}{"case":"b"}',
        b'{"case":"a",}',
        b"{}",
        b"[]",
    ],
)
def test_what_polars_would_pass_over_is_not_plain(line: bytes) -> None:
    assert written_in_columns(line) == ([], [1])


def test_fields_of_any_name_are_read(folder: Path) -> None:
    names = ["line", "file", "kind", "raw.a", "a.b", "a|b", "(", "a:b", 'a"b', "a\\b", "é", "\u2028", " ", "a\tb"]
    fields = {name: Field(name=name, type="string") for name in names}
    kind = EventType(name="x", fields=MappingProxyType(fields))
    odd = Vocabulary(name="odd", types={"x": kind, **built_in_types()})
    lines = [json.dumps({**event("x"), name: f"{number}"}) for number, name in enumerate(names)]
    path = folder / "odd.jsonl"
    path.write_text("\n".join([*lines, json.dumps({**event("x"), **dict.fromkeys(names, "y")})]), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsonl, "SMALL", 0)
        log = read_log([path], vocabulary=odd)
    assert not log.problems
    assert [log.events[f"fields.{name}"][number] for number, name in enumerate(names)] == [*map(str, range(len(names)))]


def test_a_vocabulary_may_have_very_many_fields() -> None:
    fields = {f"field{number}": Field(name=f"field{number}", type="string") for number in range(1000)}
    wide = Vocabulary(
        name="wide", types={"x": EventType(name="x", fields=MappingProxyType(fields)), **built_in_types()}
    )
    read = plain_lines(json.dumps(event("x", field999="y")).encode(), 1, grammar_of(wide))
    assert read.written["field999"].to_list() == ["y"]
