"""Rules changed one thing at a time, and what case files notice of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.mutation.operators import mutants
from punctilio.resources import bundled
from punctilio.yaml_source import parse_document

RULES = """\
language: 1
vocabulary: {extends: [interviews]}
parameters:
  most: {type: integer, default: 2, about: How many.}
define:
  inquiry: {type: message.sent, purpose: inquiry}
rules:
  - id: not-often
    title: Not often
    force: must
    limit: {of: inquiry, per: [case], at_most: $most, within: 2 weeks}
"""
THIRD = """\
title: A third inquiry within two weeks is one too many
log:
  - {at: 2026-03-02 09:00, type: message.sent, person: ana, purpose: inquiry}
  - {at: 2026-03-03 09:00, type: message.sent, person: ben, purpose: thank-you}
  - {at: 2026-03-04 09:00, type: message.sent, person: ben, purpose: inquiry}
  - {at: 2026-03-05 09:00, type: message.received, person: ben}
  - {at: 2026-03-16 09:00, type: message.sent, person: ana, purpose: inquiry}
at:
  - as_of: 2026-03-16 09:00
    findings: [{rule: not-often, level: error}]
"""
LATER = """\
title: Two weeks later a further inquiry is fine
log:
  - {at: 2026-03-02 09:00, type: message.sent, person: ana, purpose: inquiry}
  - {at: 2026-03-03 09:00, type: message.sent, person: ana, purpose: inquiry}
  - {at: 2026-03-16 09:00:01, type: message.sent, person: ana, purpose: inquiry}
at:
  - as_of: 2026-03-20 09:00
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("punctilio.yaml", RULES)
    return tmp_path


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def mutated(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    return run(["mutate", "--tests", "cases", *arguments]), capsys.readouterr().out


def test_every_number_unit_bound_scope_role_force_and_pattern_becomes_another() -> None:
    root = parse_document(RULES.encode(), "rules.yaml").root
    assert root is not None
    said = [f"{mutant.location.line}: {mutant.place}: {mutant.change}" for mutant in mutants(root)]

    limit = "rules.not-often.limit"
    assert said == [
        "4: parameters.most.default: 2 -> 3",
        "4: parameters.most.default: 2 -> 1",
        "6: define.inquiry.type: left out",
        "6: define.inquiry.purpose: left out",
        "8: rules.not-often: left out",
        "10: rules.not-often.force: must -> should",
        "10: rules.not-often.force: left out",
        f"11: {limit}: left out",
        f"11: {limit}.of: left out",
        f"11: {limit}.per: also person",
        f"11: {limit}.per: left out",
        f"11: {limit}.at_most: left out",
        f"11: {limit}.within: 2 weeks -> 3 weeks",
        f"11: {limit}.within: 2 weeks -> 1 week",
        f"11: {limit}.within: 2 weeks -> 2 days",
        f"11: {limit}.within: left out",
    ]


@pytest.mark.parametrize(
    ("written", "others"),
    [
        ("cancel: {person: {role: {not: [hr]}}}", {"not -> all", "left out"}),
        ("check: {words: {lte: 100}}", {"100 -> 101", "100 -> 99", "lte -> lt", "left out"}),
        ("expect: {renew: restart}", {"restart -> stack", "left out"}),
        ("check: {where: {url: {exists: true}}}", {"true -> false", "left out"}),
        (
            "expect: {window: {due: 1 day}}",
            {"1 day -> 2 days", "1 day -> 0 days", "1 day -> 1 business day", "left out"},
        ),
    ],
)
def test_each_sort_of_value_has_its_neighbours(written: str, others: set[str]) -> None:
    root = parse_document(f"rules: [{{id: one, {written}}}]".encode(), "rules.yaml").root
    assert root is not None

    assert {mutant.change for mutant in mutants(root)} == others


def test_what_no_case_file_notices_is_listed_with_the_instant_at_which_one_would(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("cases/third.yaml", THIRD)
    code, out = mutated(capsys)

    assert code == 1
    assert "punctilio.yaml:11:63: rules.not-often.limit.within: 2 weeks -> 3 weeks\n" in out
    assert "A test would notice as of 2026-03-04 09:00, by the log of cases/third.yaml:" in out
    assert "punctilio.yaml:4:" not in out
    write("cases/later.yaml", LATER)
    _, out = mutated(capsys)
    assert "rules.not-often.limit.within: 2 weeks -> 3 weeks" not in out


def test_the_boundary_is_where_the_two_answers_differ(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        "cases/third.yaml",
        THIRD.replace("2026-03-16 09:00\n    findings: [{rule: not-often, level: error}]", "2026-03-05 09:00"),
    )
    _, out = mutated(capsys, "--format", "json")
    report = json.loads(out)

    [found] = [one for one in report["survivors"] if one["change"] == "2 -> 3"]
    assert (found["at"], found["line"]) == ("parameters.most.default", 4)
    assert found["boundary"]["file"] == "cases/third.yaml"
    assert found["boundary"]["as_of"] == "2026-03-16 09:00"
    assert "- finding " in found["boundary"]["differs"][0]
    assert report["score"] < 100


def test_what_does_not_load_is_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    write("cases/third.yaml", THIRD)
    _, out = mutated(capsys, "--format", "json")
    report = json.loads(out)

    assert report["invalid"] == 5
    assert report["killed"] + len(report["survivors"]) + report["invalid"] == 16


def test_a_survivor_may_have_a_reason_which_must_be_needed(capsys: pytest.CaptureFixture[str]) -> None:
    write("cases/third.yaml", THIRD)
    write("cases/later.yaml", LATER)
    _, out = mutated(capsys, "--format", "json")
    left = [
        f"  - {{at: {one['at']}, change: '{one['change']}', because: Nobody minds.}}\n"
        for one in json.loads(out)["survivors"]
    ]
    assert left
    write(
        "mutants.yaml", "survivors:\n" + "".join(left) + "  - {at: rules.not-often.force, because: Once it was so.}\n"
    )

    code, out = mutated(capsys)

    assert code == 0
    assert "Score: 100 %." in out
    assert "  Justified: Nobody minds.\n" in out
    assert f"mutants.yaml:{len(left) + 2}:5: Nothing that survives is at rules.not-often.force" in out


def test_a_case_file_that_fails_judges_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write("cases/third.yaml", THIRD.replace("level: error", "level: warning"))
    code, out = mutated(capsys)

    assert code == 2
    assert "cases/third.yaml fails by the rules as they are, and was left out." in out
    assert "Of 11 mutants 0 were noticed" in out


def test_two_becomes_three_in_a_copy_of_the_bundled_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """Its tests notice it; without them it is listed."""
    folder = Path(__file__).parents[1] / "cases" / "after-interview" / "at-most-two-inquiries"
    text = (bundled("rules") / "after-interview" / "rules.yaml").read_text("utf-8")
    write(
        "mine.yaml",
        text.replace("max_inquiries: {type: integer, default: 2", "max_inquiries: {type: integer, default: 3"),
    )
    assert run(["test", str(folder), "--rules", "mine.yaml"]) == 1

    # A whole copy has a hundred mutants that touch this limit; the one line in question stands in an override as well.
    write(
        "mine.yaml",
        "language: 1\nextends: [after-interview]\noverrides:\n  at-most-two-inquiries: {limit: {at_most: 2}}\n",
    )
    for name in ("third", "bounced"):
        write(f"cases/{name}.yaml", (folder / f"{name}.yaml").read_text("utf-8"))
    assert "limit.at_most: 2 -> 3" not in mutated(capsys, "mine.yaml")[1]
    Path("cases/third.yaml").unlink()
    Path("cases/bounced.yaml").unlink()
    write("cases/other.yaml", (folder.parent / "no-blame" / "words.yaml").read_text("utf-8"))
    code, out = mutated(capsys, "mine.yaml")
    assert code == 1
    assert "mine.yaml:4:" in out
    assert ": overrides.at-most-two-inquiries.limit.at_most: 2 -> 3\n" in out
