"""pytest collects the case files of any user, and leaves everybody else alone."""

from __future__ import annotations

import sys

import pytest

from punctilio.cli.main import run
from tests.unit.test_casefiles import DUE, NOTE, OVERDUE

pytest_plugins = ["pytester"]


def test_a_case_file_is_a_test_for_each_instant(pytester: pytest.Pytester) -> None:
    pytester.makefile(".case.yaml", note=NOTE + DUE + OVERDUE + OVERDUE + "    todo: not decided\n")

    result = pytester.runpytest("-v")

    result.assert_outcomes(passed=1, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "note.case.yaml::as of 2026-03-04 11:00 PASSED*",
            "Not as expected: note.case.yaml:9: A note is in time*",
            "  note.case.yaml:10:17: The decision of thank-each-interviewer for ana is not as expected.",
            "    - verdict: overdue",
            "    + verdict: due",
            "      Due Wed 4 Mar 2026 16:00 UTC = end of interview.held*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_other_names_are_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", note=NOTE + DUE)
    pytester.mkdir("cases").joinpath("deep.yaml").write_text(NOTE + DUE, encoding="utf-8")

    pytester.runpytest().assert_outcomes()
    pytester.makeini("[pytest]\npunctilio_cases = cases/*.yaml\n")
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_file_that_names_the_schema_of_case_files_is_one(pytester: pytest.Pytester) -> None:
    line = "# yaml-language-server: $schema={}\n"
    pytester.makefile(".yaml", other=line.format("rules.schema.json") + NOTE + DUE, nothing="a: [")
    assert run(["init", str(pytester.path / "mine")]) == 0

    result = pytester.runpytest("-v", "-k", "11:00:01")

    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["mine/cases/a-note-of-thanks.yaml::as of 2026-03-04 11:00:01 PASSED*"])


def test_a_mistake_in_a_case_file_is_told_with_its_place(pytester: pytest.Pytester) -> None:
    pytester.makefile(".case.yaml", note=NOTE + DUE.replace("due", "deu"))

    result = pytester.runpytest()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*note.case.yaml:8:17: error: BAD-VALUE:*Did you mean `due`[?]"])


def test_an_unknown_rule_fails_with_its_place(pytester: pytest.Pytester) -> None:
    pytester.makefile(".case.yaml", note=(NOTE + DUE).replace("[thank-each", "[thanks-each"))

    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*note.case.yaml:2:8: error: CASE-UNKNOWN-RULE:*"])


@pytest.mark.parametrize("name", ["polars", "click", "jsonschema", "punctilio.casefiles"])
def test_a_run_without_case_files_imports_nothing_of_the_engine(pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile(f"import sys\ndef test_nothing():\n    assert {name!r} not in sys.modules\n")
    script = pytester.makepyfile(run="import sys, pytest\nsys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))\n")

    result = pytester.run(sys.executable, script)

    assert result.ret == 0
