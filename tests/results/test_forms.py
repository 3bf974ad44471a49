"""SARIF, JUnit and GitHub annotations of one outcome: as their owners say, and harmless."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.results import FORMS, Outcome, Tried, fingerprint, parts, render, written
from punctilio.results.model import told_apart
from punctilio.value import replaced
from tests.results.reading import github, junit, sarif
from tests.results.sample import NASTY, outcome, result


def at(file: str, line: int = 0, column: int = 0) -> Outcome:
    """One result that stands there."""
    found = replaced(result(), location=Location(file, line, column))
    return Outcome(command="test", tried=(Tried(suite="elm", name="fails", results=(found,)),))


# ── SARIF ──


def test_sarif_has_a_result_for_each_that_is_asked_for() -> None:
    run = sarif(render("sarif", outcome()))

    assert [(found["ruleId"], found["level"]) for found in run["results"]] == [
        ("be-kind", "error"),
        ("be-brief", "note"),
        ("be-brief", "warning"),
        ("be-brief", "note"),
    ]
    assert run["results"][0]["message"] == {"text": "That was unkind. It rests on a word."}


def test_sarif_says_where_in_files_of_the_source_tree() -> None:
    [found, *_] = sarif(render("sarif", outcome()))["results"]

    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "log%201/%C3%A9.jsonl", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    [related] = found["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 12}
    assert related["message"]["text"] == "The rule is written here."


def location(file: str, line: int = 0, column: int = 0) -> list[dict[str, Any]]:
    [found] = sarif(render("sarif", at(file, line, column)))["results"]
    places: list[dict[str, Any]] = found["locations"]
    return places


def test_sarif_names_absolute_paths_by_their_uri(tmp_path: Path) -> None:
    file = tmp_path / "a b.yaml"

    [place] = location(str(file), 2)

    assert place["physicalLocation"]["artifactLocation"] == {"uri": file.as_uri()}


def test_sarif_names_paths_that_are_no_text() -> None:
    [place] = location(os.fsdecode(b"caf\xe9#?.yaml"))

    assert place["physicalLocation"] == {"artifactLocation": {"uri": "caf%E9%23%3F.yaml", "uriBaseId": "SRCROOT"}}


@pytest.mark.parametrize("file", ["<stdin>", ""])
def test_what_is_no_file_has_no_place(file: str) -> None:
    [command] = github(render("github", at(file, 2)))

    assert location(file, 2) == []
    assert command.properties == {"title": "be-kind"}


def test_sarif_explains_its_codes() -> None:
    driver = sarif(render("sarif", outcome()))["tool"]["driver"]

    brief, kind = driver["rules"]
    assert (brief["id"], brief["defaultConfiguration"]["level"]) == ("be-brief", "warning")
    assert kind["shortDescription"] == {"text": "Be kind"}
    assert kind["help"] == {"text": "It costs nothing. It is explained in docs/kind.md."}
    assert driver["version"]


def test_sarif_says_what_is_missing() -> None:
    whole = Outcome(command="test", tried=(Tried(suite="elm", name="passes"),))

    [invocation] = sarif(render("sarif", outcome()))["invocations"]

    assert invocation["executionSuccessful"] is False
    assert [said["message"]["text"] for said in invocation["toolExecutionNotifications"]] == [
        "Incomplete: a suite is missing.",
        "oak: Its log could not be read.",
    ]
    assert sarif(render("sarif", whole))["invocations"] == [{"executionSuccessful": True}]


def test_runs_of_different_commands_do_not_replace_each_other() -> None:
    assert sarif(render("sarif", outcome()))["automationDetails"] == {
        "id": "punctilio/test/",
        "description": {"text": "rules test: 2 suites (Incomplete: a suite is missing.)"},
    }


# ── JUnit ──


def test_junit_has_a_case_for_everything_that_was_tried() -> None:
    root = junit(render("junit", outcome()))

    found = {case.get("name"): [part.tag for part in case] for case in root.iter("testcase")}
    assert found == {
        "passes": [],
        "fails": ["failure", "system-out"],
        "warns": ["failure"],
        "advises": ["system-out"],
        "later": ["skipped"],
        "unknown": ["error"],
        "is complete": ["error"],
    }
    assert root.get("name") == "rules test: 2 suites (Incomplete: a suite is missing.)"
    assert [suite.get("name") for suite in root] == ["The run as a whole", "elm", "oak"]


def test_a_failure_tells_all_that_is_wrong() -> None:
    root = junit(render("junit", outcome(result(), result("be-brief", Level.WARNING, message="That was long."))))

    failure = next(root.iter("failure"))
    assert (failure.get("type"), failure.get("message")) == ("error", "That was unkind. (and 1 more)")
    assert failure.text == (
        "log 1/é.jsonl:3:7: error: be-kind: That was unkind.\nIt rests on a word.\n\n"
        "log 1/é.jsonl:3:7: warning: be-brief: That was long.\nIt rests on a word."
    )


# ── GitHub ──


def test_github_has_an_annotation_for_each_result() -> None:
    commands = github(render("github", outcome()))

    assert [command.name for command in commands] == ["error", "error", "notice", "warning", "notice", "error"]
    assert commands[0].message == "Incomplete: a suite is missing."
    assert commands[1].properties == {"file": "log 1/é.jsonl", "line": "3", "col": "7", "title": "be-kind"}
    assert commands[1].message == "That was unkind.\nIt rests on a word."
    assert commands[5].message == "Its log could not be read."


@pytest.mark.parametrize("form", ["github", "junit"])
def test_what_is_missing_is_said_first(form: str) -> None:
    whole = outcome()
    first = render(form, whole).removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n').partition("\n")[0]

    assert "rules test: 2 suites (Incomplete: a suite is missing.)" in first
    assert "Incomplete" not in render(form, replaced(whole, incomplete=None))


# ── all of them ──


def nasty() -> Outcome:
    """These words wherever there are any."""
    found = replaced(result(NASTY, message=NASTY), why=(NASTY,), location=Location(NASTY, 1, 1))
    tried = (Tried(suite=NASTY, name=NASTY, results=(found,)), Tried(suite=NASTY, name="b", untried=NASTY))
    return replaced(outcome(), tried=tried, title=NASTY, incomplete=NASTY)


def test_no_text_does_anything_in_github() -> None:
    text = render("github", nasty())

    commands = github(text)

    assert [command.name for command in commands] == ["error"] * 3
    for command in commands[:2]:
        assert command.message.startswith("a\\x00b\\x1b[31m\\r\\n::error::x")
    assert commands[1].properties["title"].endswith("100%, c: d")
    assert text.count("\n") == 4


def test_no_text_makes_invalid_xml() -> None:
    root = junit(render("junit", nasty()))

    failure = next(root.iter("failure"))
    assert failure.get("message") is not None
    assert 'a\\x00b\\x1b[31m\\r\\n::error::x <![CDATA[ ]]> & "q" \\u{d800}\\u{fffe}' in failure.get("message", "")


def test_no_text_is_a_link_or_a_placeholder_in_sarif() -> None:
    text = render("sarif", nasty())
    [found] = sarif(text)["results"]

    assert text.isascii()
    assert "{{0}} [link] (https" in found["message"]["text"]
    assert "\\u{d800}" not in text  # a brace is written twice
    assert "\\x1b" in found["message"]["text"]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_outcome_is_the_same_text_in_any_pieces(form: str) -> None:
    whole = outcome()
    elm, oak = (parts(form, [one for one in whole.tried if one.suite == suite]) for suite in ("elm", "oak"))

    assert "".join(written(form, replaced(whole, tried=whole.tried[3:]), elm)) == render(form, whole)
    assert oak


# ── fingerprints ──


def test_equal_results_are_told_apart_by_their_order() -> None:
    tried = (Tried(suite="elm", name="fails", results=(result(), result(line=9), result(line=30))),)

    [one] = told_apart(tried)

    first, second, third = (found.fingerprint for found in one.results)
    assert first == result().fingerprint
    assert len({first, second, third}) == 3
    assert told_apart(tried) == told_apart(tried)


def test_parts_of_a_fingerprint_are_told_apart() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert len(fingerprint("\udc80")) == 32
