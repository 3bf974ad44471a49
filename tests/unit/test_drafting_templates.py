"""Templates: a closed language, in which a slip is an error at its line and nothing can run, grow or reach out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest

import punctilio
from punctilio.contracts import TemplateFilter
from punctilio.drafting.facts import Fact, Facts, Lack, harmless, names
from punctilio.drafting.folders import LONGEST, Source, template
from punctilio.drafting.rendering import Text, compiled, rendered
from punctilio.errors import InvalidTemplateError, UsageError
from punctilio.problems import Problem

VOCABULARY = punctilio.load_rules("after-interview").vocabulary
NAMES = names(VOCABULARY)


def facts(**known: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts as the log gives them: those that are named, and gaps."""
    lacking = {
        name: {part: Lack(part) for part in parts} for name, parts in NAMES.items() if isinstance(parts, Mapping)
    }
    groups: dict[str, Fact] = {name: Facts({**parts, **known.get(name, {})}) for name, parts in lacking.items()}
    return {**groups, "people": tuple(Facts({**lacking["person"], "role": role}) for role in ("hr", "reference"))}


def made(text: str, filters: tuple[TemplateFilter, ...] = (), **known: Mapping[str, Fact]) -> Text:
    return rendered(compiled(Source("note.txt", text), NAMES, filters), facts(**known))


def wrong(text: str, **known: Mapping[str, Fact]) -> tuple[Problem, ...]:
    with pytest.raises(InvalidTemplateError) as caught:
        made(text, (), **known)
    return caught.value.problems


TOPICS: Mapping[str, Fact] = {"topics": ("rivers", "bridges", "tides")}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{{ interview.topics }}", "rivers, bridges, tides"),
        ("{{ interview.topics | first | upper }}, {{ interview.topics | last }}", "RIVERS, tides"),
        ("{{ interview.topics | sort | join(' and ') }}", "bridges and rivers and tides"),
        ("{% for t in interview.topics[:2] %}{{ loop.index }}{{ t }}{% endfor %}", "1rivers2bridges"),
        ("{{ interview.topics[-1] }}{{ interview.topics[7] }}", "tides[…]"),
        ("{{ people | map(attribute='role') | join('/') }}", "hr/reference"),
        ("{{ people | selectattr('role', 'eq', 'hr') | list | length }}", "1"),
        ("{% set company = case.company or 'the company' %}{{ company | capitalize }}", "The company"),
        ("{{ case.title }}, {{ case.title | upper }}, {{ case.title | default('it') }}", "[title], [title], it"),
        ("{% if case.company %}yes{% elif not case.title %}no{% endif %}", "no"),
        ("{{ message.subject | reply }}", "[subject]"),
        ("{{ interview.at.weekday }} {{ interview.at }}", "[at] [at]"),
        ("{{ interview.topics == 3 }}{{ 'rivers' in interview.topics }}", "noyes"),
        ("{% raw %}{{ person }}{% endraw %}{# a remark #}", "{{ person }}"),
    ],
)  # fmt: skip
def test_what_a_template_can_do(written: str, read: str) -> None:
    assert made(written, interview=TOPICS).text == read


def test_the_subject_is_a_line_of_its_own_and_only_where_the_template_says_so() -> None:
    subject = "Subject: {{ case.company }}\n\n\nDear {{ person.name }},  \nSubject: none\n\n"
    known: Mapping[str, Fact] = {"company": harmless("A\r\nBcc: b@c.example")}
    forged: Mapping[str, Fact] = {"name": harmless("Subject: forged")}

    assert made(subject, case=known) == Text("A Bcc: b@c.example", "Dear [name],\nSubject: none", ("[name]",))
    assert made("{{ person.name }}\nhello", person=forged) == Text(None, "Subject: forged\nhello", ())


def test_brackets_of_a_template_are_gaps_and_those_of_a_log_are_not() -> None:
    known: Mapping[str, Fact] = {"company": harmless("[Acme]"), "title": harmless("a\ufdd0b")}

    text = made("[your name], {{ case.company }}, {{ case.title }}, [ ], {{ '[yours]' }}, [your name]", case=known)

    assert text == Text(None, "[your name], [Acme], a\\u{fdd0}b, [ ], [yours], [your name]", ("[your name]", "[yours]"))


FORBIDDEN = [
    "{{ 'a' * 10**9 }}", "{{ 'a'.ljust(10**9) }}", "{{ '%1000000000d' % 1 }}", "{{ 2 ** 10 ** 10 }}", "{{ 'a' ~ 'a' }}",
    "{{ 'a' + 'a' }}", "{{ range(10) }}", "{{ lipsum(1000) }}", "{{ cycler(1) }}", "{{ namespace() }}",
    "{{ ''.join(interview.topics) }}", "{{ '{0.__class__}'.format(person) }}", "{{ loop(people) }}", "{{ {'a': 1} }}",
    "{% macro a() %}{{ a() }}{% endmacro %}", "{% include '/etc/passwd' %}", "{% import 'os' as os %}",
    "{% from 'a' import b %}", "{% extends 'a' %}", "{% block a %}{% endblock %}", "{% filter upper %}a{% endfilter %}",
    "{% set a %}b{% endset %}", "{% call a() %}{% endcall %}", "{% for a in people recursive %}{% endfor %}",
    "{% for a, b in people %}{% endfor %}", "{% set person.name = 'x' %}", "{{ -interview.topics }}",
    "{{ (person.name or person)._x }}", "{% with a = 1 %}{% endwith %}", "{{ interview.topics | join(*people) }}",
]  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_a_template_cannot_do(text: str) -> None:
    assert {problem.code for problem in wrong(f"\n{text}")} <= {
        "TEMPLATE-FORBIDDEN",
        "TEMPLATE-SYNTAX",
        "TEMPLATE-NAME",
    }


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}", "{{ ''['__class__'] }}", "{{ person.__class__ }}", "{{ person['__init__'] }}",
        "{{ interview.topics | map('attr', 'x') | list }}", "{{ people | selectattr('role', 'nosuch') | list }}",
        "{{ person.known }}", "{{ people | map(attribute='__class__') | list }}",
        "{{ people | first | attr('known') }}",
        "{{ interview.topics.count }}", "{{ interview.at.__class__ }}",
        "{{ (person.name or person).known }}", "{{ self }}", "{{ _steps }}", "{{ loop }}",
        "{{ people | groupby('role') }}",
        "{{ people | sort(attribute='__class__') }}", "{% for p in people %}{{ p.known }}{% endfor %}",
        "{% for p in people if p.nmae %}{% endfor %}", "{{ person }}", "{{ people }}",
        "{{ interview.topics | center(9) }}",
        "{{ 3 | first }}", "{{ case.company < 3 }}", "{{ interview.topics | join(1, 2, 3) }}",
        "{{ interview.topics['a'] }}",
    ],
)  # fmt: skip
def test_nothing_but_facts_can_be_reached(text: str) -> None:
    assert [problem.code for problem in wrong(text, interview=TOPICS, case={"company": "Acme"})] == ["TEMPLATE-NAME"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * (LONGEST + 1), "TEMPLATE-TOO-LARGE"),
        ("{% for a in interview.topics %}{{ '" + "b" * 9_000 + "' }}{% endfor %}", "TEMPLATE-TOO-LARGE"),
        ("{% for a in 'x" + "y" * 2_000 + "' %}{% endfor %}", "TEMPLATE-TOO-LARGE"),
        ("{% for a in interview.topics %}" * 8 + "{% endfor %}" * 8, "TEMPLATE-TOO-LARGE"),
        ("{{ interview.topics | join('" + "b" * 15_000 + "') }}", "TEMPLATE-TOO-LARGE"),
        ("{% if 1 %}" * 11 + "{% endif %}" * 11, "TEMPLATE-FORBIDDEN"),
        ("{{ " + "not " * 12 + "1 }}", "TEMPLATE-FORBIDDEN"),
        ("{{ " + "(" * 5_000 + ")" * 5_000 + " }}", "TEMPLATE-SYNTAX"),
        ("{% if a %}" * 1_500, "TEMPLATE-SYNTAX"),
        ("{{ " + "9" * 5_000 + " }}", "TEMPLATE-SYNTAX"),
    ],
    ids=range(10),
)
def test_nothing_grows_without_bound(text: str, code: str) -> None:
    assert {problem.code for problem in wrong(text, interview=TOPICS)} == {code}


def test_all_slips_are_told_at_once_each_at_its_place_with_what_was_meant() -> None:
    problems = wrong("Subject: {{ persn.name }}\n\n{{ case.compny }}\n{{ interview.topics | frst }}\n{{ zzz }}")

    assert [(str(p.location), p.suggestion) for p in problems] == [
        ("note.txt:1:13", "person"),
        ("note.txt:3:9", "case.company"),
        ("note.txt:4:23", "first"),
        ("note.txt:5:4", None),
    ]


# ── filters of plugins ──


def test_a_filter_of_a_plugin_sees_the_words_and_what_it_gives_is_data() -> None:
    seen: list[str] = []

    def shout(text: str) -> str:
        seen.append(text)
        return text + "!\n- [more] {{ 1 }}"

    text = made(
        "{{ case.company | shout }}{{ case.title | shout }}",
        (TemplateFilter("shout", shout),),
        case={"company": harmless("[A]")},
    )

    assert seen == ["[A]"]
    assert text == Text(None, "[A]! - [more] {{ 1 }}[title]", ("[title]",))


def raising(text: str) -> str:
    return text[len(text) + 1 :] or {"": ""}[text]


def giving_nothing(text: str) -> str:
    return cast(str, None if text else 0)


@pytest.mark.parametrize("apply", [raising, giving_nothing])
def test_a_filter_that_fails_is_named(apply: Callable[[str], str]) -> None:
    broken = TemplateFilter("shout", apply)
    with pytest.raises(InvalidTemplateError, match=r"note\.txt:2: error: TEMPLATE-NAME: The filter `shout`"):
        made("\n{{ 'a' | shout }}{{ person.key }}{{ case.company | shout }}", (broken,), case={"company": "Acme"})


# ── folders ──


def test_the_persons_own_folder_goes_before_that_of_the_rules_and_that_before_the_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("base", "mine"):
        Path(folder).mkdir()
        Path(folder, "rules.yaml").write_text("language: 1\nextends: [after-interview]\n", "utf-8")
    Path("mine/rules.yaml").write_text("language: 1\nextends: [../base/rules.yaml]\n", "utf-8")
    rulebook = punctilio.load_rules("mine/rules.yaml")
    found = [template("thank-you", rulebook).name]
    for folder in ("base/templates", "mine/templates", "second", "first"):
        Path(folder).mkdir()
        Path(folder, "thank-you.txt").write_text("Hello.", "utf-8")
        found.append(template("thank-you", rulebook, [f for f in ("first", "second") if Path(f).is_dir()]).name)

    assert found == [
        "punctilio/rules/templates/thank-you.txt",
        "base/templates/thank-you.txt",
        "mine/templates/thank-you.txt",
        "second/thank-you.txt",
        "first/thank-you.txt",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff", "BAD-ENCODING"), (b"a" * (LONGEST + 1), "TEMPLATE-TOO-LARGE"), (b"\xf0" * 10**6, "TEMPLATE-TOO-LARGE")],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "thank-you.txt").write_bytes(content)

    with pytest.raises(InvalidTemplateError) as caught:
        template("thank-you", punctilio.load_rules(), [tmp_path])

    [problem] = caught.value.problems
    assert (problem.code, problem.location.file) == (code, str(tmp_path / "thank-you.txt"))


def test_a_template_that_is_nowhere_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no message template `gone`"):
        template("gone", punctilio.load_rules(), [tmp_path])


def test_templates_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "thank-you.txt").write_text("Hello.", "utf-8")
    (tmp_path / "rules.yaml").write_text("language: 1\nextends: [after-interview]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    rulebook = punctilio.load_rules("rules.yaml")
    monkeypatch.chdir("/")

    assert template("thank-you", rulebook) == Source("templates/thank-you.txt", "Hello.")
