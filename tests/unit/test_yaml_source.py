"""YAML from anybody: what it means, where it stands, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.location import Location
from punctilio.yaml_source import MAX_DEPTH, ListNode, MapNode, parse_document, plain, read_document


def read(text: str) -> object:
    document = parse_document(text.encode(), "rules.yaml")
    assert document.root is not None, document.problems
    assert document.problems == ()
    return plain(document.root)


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in parse_document(data, "rules.yaml").problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2026-03-02", "2026-03-02"),
        ("0o17", 15),
        ("017", 17),
        ("0x1f", 31),
        ("-3", -3),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("True", True),
        ("tRue", "tRue"),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ('"true"', "true"),
        ("|\n  5", "5"),
        (".", "."),
        ("-", "-"),
        ("+", "+"),
    ],
)
def test_plain_scalars_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    if written == "-":
        written = "'-'"
    value = cast(dict[str, object], read(f"key: {written}"))
    assert value == {"key": meant}
    assert type(value["key"]) is type(meant)


def test_every_node_knows_where_it_stands() -> None:
    document = parse_document("a:\n  - {b: ü, c: [1]}\nd: e\n".encode(), "rules.yaml")
    root = document.root
    assert isinstance(root, MapNode)
    first = root.get("a")
    assert isinstance(first, ListNode)
    inner = first.items[0]
    assert isinstance(inner, MapNode)
    assert [(e.key, str(e.location), str(e.value.location)) for e in inner.entries] == [
        ("b", "rules.yaml:2:6", "rules.yaml:2:9"),
        ("c", "rules.yaml:2:12", "rules.yaml:2:15"),
    ]
    assert root.entries[1].location == Location("rules.yaml", 3, 1)


@pytest.mark.parametrize(
    ("before", "line"), [("a: 'x\u2028 y'\n", 2), ("a: 'x\u0085 y'\n", 2), ("a: 'x\r\n y'\r\n", 3), ("\ufeffa: 1\n", 2)]
)
def test_lines_are_counted_as_editors_do(before: str, line: int) -> None:
    problem = parse_document(f"{before}b: @c".encode(), "rules.yaml").problems[0]
    assert (problem.location.line, problem.location.column) == (line, 4)
    assert problem.source == "b: @c"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: &x 1", "ALIAS"),
        (b"a: *x", "ALIAS"),
        (b"a: !!python/object/apply:os.system [ls]", "TAG"),
        (b"a: !b c", "TAG"),
        (b"a: 1\nb: 2\na: 3", "DUPLICATE-KEY"),
        (b"? [a]\n: b", "BAD-YAML"),
        (b"a: 1\n---\nb: 2", "TWO-DOCUMENTS"),
        (b"", "EMPTY-FILE"),
        (b"# nothing", "EMPTY-FILE"),
        (b"a: \xff", "BAD-ENCODING"),
        (b"a: \x00", "BAD-YAML"),
        (b"a: 1e999", "BAD-NUMBER"),
        (b"a: .nan", "BAD-NUMBER"),
        (b"a: " + b"9" * 5000, "BAD-NUMBER"),
        (b"[" * 100_000, "TOO-DEEP"),
        (b"- " * (MAX_DEPTH + 1), "TOO-DEEP"),
        (b"{a: " * (MAX_DEPTH + 1), "TOO-DEEP"),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_nine_times_nine_aliases_are_not_expanded() -> None:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]".encode() for n in range(1, 9)]
    assert set(codes(b"\n".join(lines))) == {"ALIAS"}


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    problem = parse_document(b"a: 1\nb: 2\na: 3", "rules.yaml").problems[0]
    assert str(problem.location) == "rules.yaml:3:1"
    assert "line 1" in problem.message
    assert problem.source == "a: 3"


def test_a_large_file_is_refused_before_it_is_read() -> None:
    document = parse_document(b"a: 1234567890", "rules.yaml", max_bytes=10)
    assert [problem.code for problem in document.problems] == ["TOO-LARGE"]


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    document = read_document(tmp_path / name, name)
    assert document.root is None
    assert [problem.code for problem in document.problems] == ["UNREADABLE"]


@settings(derandomize=True, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=60), st.text("ab:-[]{}'\"#&*!|>%@` \n\t,?\\1.\x00é\u2028", max_size=40).map(str.encode)
    )
)
def test_nothing_makes_it_raise(data: bytes) -> None:
    document = parse_document(data, "any.yaml")
    assert (document.root is not None) or document.problems
    lines = data.count(b"\n") + 1
    assert all(problem.location.line <= lines for problem in document.problems)
