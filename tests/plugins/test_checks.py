"""Checks of plugins take part in rules. One that fails passes nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import punctilio
from punctilio.errors import InvalidRulesError
from punctilio.model.rule import Check, Passes
from punctilio.origin import Origin
from punctilio.plugins.calls import judged as said_of
from tests.plugins.installing import Install
from tests.plugins.judging import judged, sent

RULES = """\
language: 1
extends: [after-interview]
rules:
  - {id: keep-calm, force: must, title: Keep calm, check: {of: message.sent, passes: no-shouting}}
"""

LOUD = """
class Loud:
    name = "no-shouting"

    def judge(self, texts):
        {}

@hookimpl
def checks():
    return [Loud()]
"""


def loud(body: str) -> str:
    return LOUD.format(body)


GOOD = loud("return [f'shouts\\n({text})' if text.isupper() else None for text in texts]")


def messages(evaluation: punctilio.Evaluation) -> list[str]:
    return evaluation.findings.filter(rule="keep-calm")["message"].to_list()


def test_what_a_check_says_is_a_finding(install: Install, tmp_path: Path) -> None:
    install(GOOD)

    found = judged(tmp_path, RULES, [sent("NOW"), sent("please", 2), sent("NOW", 3), sent("", 4)])

    assert len(messages(found)) == 2
    assert all("shouts (NOW)" in message for message in messages(found))
    assert found.findings.filter(rule="keep-calm")["level"].to_list() == ["error", "error"]


FAILING = {
    "raises": ("raise ValueError('torn')", "its check `no-shouting` failed: ValueError: torn"),
    "exits": ("raise SystemExit", "its check `no-shouting` failed: SystemExit"),
    "too-few": ("return []", "its check `no-shouting` gave 0 answers on 2 texts"),
    "no-text": (
        "return [True for text in texts]",
        "its check `no-shouting` answered True where a text or None is wanted",
    ),
    "blank": ("return [' ' for text in texts]", "its check `no-shouting` answered ' ' where a text or None is wanted"),
    "nothing": ("return None", "its check `no-shouting` failed: TypeError"),
    "grows": ("texts.append('x')", "its check `no-shouting` failed: AttributeError"),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_check_that_fails_passes_nothing(install: Install, tmp_path: Path, kind: str) -> None:
    body, told = FAILING[kind]
    install(loud(body))

    found = judged(tmp_path, RULES, [sent("NOW"), sent("please", 2)])

    assert len(messages(found)) == 2
    for message in messages(found):
        assert f"could not be judged: The plugin `pigeon` of punctilio-pigeon 1.0: {told}" in message


def test_a_plugin_that_is_gone_when_it_is_needed_passes_nothing() -> None:
    gone = Origin("gone", "gone", "1.0", "gone")

    assert said_of("no-shouting", gone, ["a"]) == [
        "could not be judged: The plugin `gone` of gone 1.0: it no longer has the check `no-shouting`"
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no-shoutin", "Did you mean `no-shouting`?"),
        ("unheard-of", "No plugin that is installed has a check called `unheard-of`."),
    ],
)
def test_an_unknown_check_is_an_error_at_its_line(install: Install, tmp_path: Path, name: str, told: str) -> None:
    install(GOOD)

    with pytest.raises(InvalidRulesError) as raised:
        judged(tmp_path, RULES.replace("no-shouting", name), [])

    [problem] = raised.value.problems
    assert (problem.code, problem.location.line) == ("UNKNOWN-CHECK", 4)
    assert told in problem.sentence


def test_where_a_plugin_is_broken_the_error_says_so(install: Install, tmp_path: Path) -> None:
    install("raise ValueError")

    with pytest.raises(InvalidRulesError, match="The plugin `pigeon` has problems, which `rules plugins list` tells"):
        judged(tmp_path, RULES, [])


def test_several_checks_are_so_many_conditions(install: Install, tmp_path: Path) -> None:
    install(GOOD)
    install(loud("return ['is long' for text in texts]").replace("no-shouting", "brief"), "b", "b")

    found = judged(tmp_path, RULES.replace("no-shouting", "[no-shouting, brief]"), [sent("NOW")])

    assert len(messages(found)) == 2


def test_another_version_of_a_check_is_another_rulebook(install: Install, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(RULES, encoding="utf-8")
    install(GOOD)
    book = punctilio.load_rules(tmp_path / "own.yaml")
    kind = book.rule("keep-calm").kind
    assert isinstance(kind, Check)
    [condition] = kind.conditions
    assert isinstance(condition, Passes)

    assert condition.origin.version == "1.0"
    assert pickle.loads(pickle.dumps(kind)) == kind


def test_the_order_of_a_log_changes_nothing_that_a_check_sees(install: Install, tmp_path: Path) -> None:
    install(loud("return [', '.join(texts)] * len(texts)"))

    one = judged(tmp_path, RULES, [sent("b"), sent("a", 2), sent("b", 3)])
    other = judged(tmp_path, RULES, [sent("a"), sent("b", 2)])

    assert all("a, b" in message for message in [*messages(one), *messages(other)])


def test_drafts_are_judged_too(install: Install, tmp_path: Path) -> None:
    install(GOOD)

    found = judged(tmp_path, RULES, [{**sent("NOW"), "type": "message.drafted"}])

    assert "shouts (NOW)" in found.notes.filter(note="draft", rule="keep-calm")["message"][0]
