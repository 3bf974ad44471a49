"""The command line: what is printed where, and with which code it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

import punctilio
from punctilio.cli import output
from punctilio.cli.main import run
from punctilio.cli.options import BINARY_REPORTS, REPORTS
from punctilio.reporters import BINARY, FORMS
from tests.speed.generate import write_log

RULES = """\
language: 1
pack: letters
zone: America/New_York
vocabulary:
  name: letters
  events:
    letter.came: {fields: {person: {type: person}}}
    letter.sent: {fields: {person: {type: person}}}
  parts: {addressees: [[person]]}
rules:
  - id: answer
    title: Answer within two days
    force: must
    expect: {when: letter.came, until: letter.sent, window: {due: 2 days}}
  - id: one-a-day
    force: should
    limit: {of: letter.sent, per: [case], gap: 1 day}
"""
GENERATED = Path(__file__).parents[1] / "speed" / "rules.yaml"
"""Rules for logs that are generated."""
LATE = ["--as-of", "2026-03-10T12:00:00Z"]
IN_TIME = ["--as-of", "2026-03-04T12:00:00Z"]


def event(case: str, event_type: str, at: str) -> str:
    return json.dumps({"case": case, "type": event_type, "at": at})


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a rule file and a log, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    Path("punctilio.yaml").write_text(RULES, encoding="utf-8")
    lines = [
        event("elm", "letter.came", "2026-03-03T15:00:00Z"),
        event("oak", "letter.came", "2026-03-03T15:00:00Z"),
        event("oak", "letter.sent", "2026-03-03T16:00:00Z"),
        event("oak", "letter.sent", "2026-03-03T17:00:00Z"),
    ]
    Path("log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def program(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "punctilio", *arguments]
    return subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, **(env or {})}, encoding="cp1252"
    )


# ── evaluate ──


def test_the_rules_of_the_folder_judge(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "log.jsonl", *LATE]) == 1

    out, err = capsys.readouterr()
    assert out.startswith("letters ")
    assert out.splitlines()[0].endswith(", as of Tue 10 Mar 2026 08:00 EDT (2026-03-10T12:00:00Z)")
    assert "Answer within two days: overdue since Thu 5 Mar 2026 10:00 EST" in out
    assert err == ""


def test_a_pack_is_named_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    log = {"case": "a", "type": "interview.held", "at": "2026-03-03T16:00:00Z", "starts_at": "2026-03-03T15:00:00Z"}
    Path("log.jsonl").write_text(json.dumps(log), encoding="utf-8")

    assert run(["evaluate", "log.jsonl", "--rules", "after-interview", "--fail-on", "never"]) == 0
    assert capsys.readouterr().out.startswith("after-interview ")


def test_a_newcomer_sets_a_figure_and_sees_the_verdict_change(capsys: pytest.CaptureFixture[str]) -> None:
    log = {"case": "a", "type": "interview.held", "at": "2026-03-03T16:00:00Z", "starts_at": "2026-03-03T15:00:00Z"}
    Path("log.jsonl").write_text(json.dumps({**log, "people": ["ann"]}), encoding="utf-8")
    asked = ["evaluate", "log.jsonl", "--as-of", "2026-03-05T12:00:00Z", "--rule", "thank-each-interviewer"]

    def with_own_rules(parameter: str) -> tuple[int, str]:
        rules = f"language: 1\nextends: [after-interview]\nparameters:\n  {parameter}: 48 hours\n"
        Path("punctilio.yaml").write_text(rules, encoding="utf-8")
        code = run(asked)
        return code, "".join(capsys.readouterr())

    assert run([*asked, "--rules", "after-interview"]) == 1
    assert "overdue since Wed 4 Mar 2026 16:00 UTC" in capsys.readouterr().out

    code, said = with_own_rules("thank_you_within")
    assert code == 0
    assert "due by Thu 5 Mar 2026 16:00 UTC" in said
    assert "Reading: thank_you_within is 48 hours, as set by a rule file." in said

    code, said = with_own_rules("thank_you_witin")
    assert code == 2
    assert said.startswith("punctilio.yaml:4:3: error: ")
    assert "Did you mean `thank_you_within`?\n      thank_you_witin: 48 hours\n" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (LATE, 1),
        (IN_TIME, 0),
        ([*IN_TIME, "--fail-on", "should"], 1),
        ([*LATE, "--fail-on", "never"], 0),
        ([*LATE, "--case", "oak"], 0),
        ([*LATE, "--rule", "one-a-day"], 0),
        ([*LATE, "--rule", "one-a-day", "--fail-on", "should"], 1),
    ],
)
def test_the_exit_code_says_what_is_broken(arguments: list[str], code: int) -> None:
    assert run(["evaluate", "log.jsonl", *arguments]) == code


def test_json_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run(["evaluate", "log.jsonl", *LATE, "--format", "json"])

    out, err = capsys.readouterr()
    assert [s["case"] for s in json.loads(out)["statuses"]] == ["elm", "oak"]
    assert err == ""


def test_a_log_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    line = event("ash", "letter.came", "2026-03-03T15:00:00Z").encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line)))

    assert run(["evaluate", "-", *LATE]) == 1
    assert "\nash: open" in capsys.readouterr().out


def test_a_report_replaces_a_file_as_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("report.txt").write_text("old\n" * 10_000, encoding="utf-8")

    run(["evaluate", "log.jsonl", *LATE, "-o", "report.txt"])

    assert capsys.readouterr().out == ""
    assert Path("report.txt").read_text(encoding="utf-8").startswith("letters ")
    assert sorted(path.name for path in Path().iterdir()) == ["log.jsonl", "punctilio.yaml", "report.txt"]


def test_a_report_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "log.jsonl", *LATE, "-o", "nowhere/report.txt"]) == 2
    assert "There is no folder nowhere. Make it" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [("-o", "log.jsonl"), ("--quarantine", "log.jsonl"), ("-o", "x", "--quarantine", "x")]
)
def test_no_output_replaces_what_is_read_or_another(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path("log.jsonl").read_bytes()
    assert run(["evaluate", "*.jsonl", *LATE, *options]) == 2
    assert "would replace" in capsys.readouterr().err
    assert Path("log.jsonl").read_bytes() == before


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_is_the_same_in_a_file_and_on_standard_output(form: str) -> None:
    command = [sys.executable, "-m", "punctilio", "evaluate", "log.jsonl", *LATE, "--format", form]

    done = subprocess.run(command, capture_output=True, check=False)

    assert run([*command[3:], "-o", "report"]) == done.returncode == 1
    assert done.stderr == b""
    assert done.stdout == Path("report").read_bytes() != b""


@pytest.mark.parametrize("form", ["text", "parquet"])
@pytest.mark.parametrize("place", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_has_names(form: str, place: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = run(["evaluate", "log.jsonl", *LATE, "--format", form])
    expected = capfdbinary.readouterr()

    assert run(["evaluate", "log.jsonl", *LATE, "--format", form, "-o", place]) == code
    assert capfdbinary.readouterr() == expected
    assert sorted(path.name for path in Path().iterdir()) == ["log.jsonl", "punctilio.yaml"]


@pytest.mark.parametrize("place", ["-", "/dev/stdout", "/dev/fd/3", "/dev/stderr"])
def test_what_is_redirected_is_gone_on_with(place: str) -> None:
    Path("all.txt").write_text("old\n", encoding="utf-8")

    done = closed(">> all.txt 2>&1 3>&1", "evaluate", "log.jsonl", *LATE, "--format", "summary", "-o", place)

    assert done.returncode == 1
    assert Path("all.txt").read_text(encoding="utf-8").startswith("old\nletters ")


def test_a_page_that_goes_into_a_stream_has_no_folder_beside_it() -> None:
    os.mkfifo("pipe")

    done = closed("3>&1 1>&2 2>/dev/null", "docs", "-o", "/dev/fd/3")
    piped = closed("& cat pipe", "docs", "-o", "pipe")

    assert done.stdout.startswith("# ")
    assert piped.stdout == done.stdout
    assert not list(Path().glob("*-images"))


@pytest.mark.parametrize("command", [["schema"], ["show"], ["docs", "expect"], ["validate", "log.jsonl"]])
def test_every_command_knows_standard_output(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(command)
    expected = capsys.readouterr().out

    run([*command, "-o", "-"])

    assert capsys.readouterr().out == expected != ""
    assert not Path("-").exists()


def test_a_file_can_be_called_a_hyphen(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "log.jsonl", *LATE, "-o", "./-"]) == 1
    assert capsys.readouterr().out == ""
    assert Path("-").read_text(encoding="utf-8").startswith("letters ")


def test_what_nobody_opened_is_said_before_all_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "none.jsonl", "-o", "/dev/fd/977"]) == 2
    assert "'/dev/fd/977' is not open: nothing was redirected to it." in capsys.readouterr().err


@pytest.mark.parametrize("place", ["-", "/dev/stdout", "all.txt", "/dev/fd/3", "/dev/stderr"])
def test_what_is_set_aside_does_not_get_into_the_report(place: str) -> None:
    done = closed("> all.txt 3>&1 2>&1", "evaluate", "log.jsonl", *LATE, "--quarantine", place)

    assert done.returncode == 2
    assert Path("all.txt").read_text(encoding="utf-8").startswith("Error: The report goes to standard output, and ")


def test_lines_set_aside_go_to_standard_output_where_the_report_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.jsonl").write_text("garbage\n", encoding="utf-8")

    assert run(["evaluate", "*.jsonl", *LATE, "--quarantine", "-", "-o", "report"]) == 3

    out, err = capsys.readouterr()
    assert out.startswith("# bad.jsonl:1:1: error: ")
    assert out.endswith("garbage\n")
    assert err.startswith("1 line set aside on standard output, 0 cases left out.")
    assert sorted(path.name for path in Path().iterdir()) == ["bad.jsonl", "log.jsonl", "punctilio.yaml", "report"]


def test_a_terminal_gets_no_parquet_by_another_name() -> None:
    reader, terminal = os.openpty()
    command = [sys.executable, "-m", "punctilio", "evaluate", "log.jsonl", *LATE, "--format", "parquet", "-o"]

    for place in ("/dev/fd/0", os.ttyname(terminal)):
        done = subprocess.run([*command, place], stdin=terminal, capture_output=True, check=False, text=True)
        assert done.returncode == 2
        assert done.stderr == "Error: A terminal cannot show parquet. Write the report into a file with -o.\n"
    os.close(terminal)
    os.close(reader)


def test_a_terminal_gets_no_parquet() -> None:
    reader, terminal = os.openpty()
    command = [sys.executable, "-m", "punctilio", "evaluate", "log.jsonl", *LATE, "--format", "parquet"]

    done = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, check=False, text=True)
    os.close(terminal)
    os.close(reader)

    assert done.returncode == 2
    assert done.stderr == "Error: A terminal cannot show parquet. Write the report into a file with -o.\n"


# ── what is left out ──


def beginning(report: str, form: str) -> str:
    """What a reader of the form sees first."""
    lines = 40 if form in ("json", "sarif") else 2 if form in ("csv", "junit") else 1
    return "\n".join(report.split("\n")[:lines])


@pytest.mark.parametrize("form", [form for form in REPORTS if form != "parquet"])
def test_a_report_says_first_that_a_case_is_left_out_and_names_it(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = event("=L", "letter.came", "yesterday")
    Path("bad.jsonl").write_text(f"{bad}\n", encoding="utf-8")

    assert run(["evaluate", "*.jsonl", *LATE, "--format", form, "--quarantine", "aside.txt"]) == 3

    out = capsys.readouterr().out
    assert "Incomplete: 1 case is left out." in beginning(out, form)
    assert "=L" in out


@pytest.mark.parametrize("form", [form for form in REPORTS if form != "parquet"])
def test_so_does_one_of_a_case_that_is_whole(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "".join(f"{event(case, 'letter.came', 'yesterday')}\n" for case in ("ash", "fir"))
    Path("bad.jsonl").write_text(bad, encoding="utf-8")

    said = [*LATE, "--format", form, "--quarantine", "aside.txt", "--case"]
    assert run(["evaluate", "*.jsonl", *said, "elm"]) == 3
    assert "Incomplete: 2 cases that were not chosen are left out." in beginning(capsys.readouterr().out, form)

    assert run(["evaluate", "*.jsonl", *said, "ash"]) == 3
    words = "Incomplete: 1 case is left out. 1 case that was not chosen is left out."
    assert words in beginning(capsys.readouterr().out, form)


# ── streams that are closed or full ──

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.is_char_device(), reason="this system has no device that is always full")


def closed(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with a stream redirected by the shell."""
    words = ["sh", "-c", f'exec "$0" -m punctilio "$@" {redirection}', sys.executable, *arguments]
    return subprocess.run(words, capture_output=True, check=False, text=True)


def test_a_closed_output_is_said() -> None:
    done = closed(">&-", "evaluate", "log.jsonl", *LATE)

    assert (done.returncode, done.stderr) == (
        2,
        "Error: Standard output is closed. Write the report into a file with -o.\n",
    )
    assert closed(">&-", "evaluate", "log.jsonl", *LATE, "-o", "report.txt").returncode == 1
    assert Path("report.txt").read_text(encoding="utf-8").startswith("letters ")


def test_a_closed_input_is_said() -> None:
    done = closed("<&-", "evaluate", "-", *LATE)

    assert done.returncode == 2
    assert done.stderr.startswith("<stdin>: error: LOG-UNREADABLE: The file cannot be read (standard input is closed)")


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/null", pytest.param("2>/dev/full", marks=needs_full)])
@pytest.mark.parametrize("arguments", [["log.jsonl", "--rules", "nope"], ["log.jsonl", "--case", "eln"], []])
def test_a_mistake_that_nobody_hears_has_its_code(redirection: str, arguments: list[str]) -> None:
    assert closed(redirection, "evaluate", *arguments).returncode == 2


@needs_full
def test_lines_that_cannot_be_set_aside_are_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.jsonl").write_text("garbage\n", encoding="utf-8")

    assert run(["evaluate", "*.jsonl", *LATE, "--quarantine", str(FULL), "-o", "report"]) == 2

    said = "Error: Cannot write /dev/full: No space left on device. Name another file with --quarantine.\n"
    assert capsys.readouterr().err == said
    assert not Path("report").exists()


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [
        *(["evaluate", "log.jsonl", "--format", form] for form in REPORTS),
        ["validate", "log.jsonl"],
        ["--help"],
        ["--version"],
    ],
)
def test_a_full_disk_is_said(arguments: list[str]) -> None:
    done = closed("> /dev/full", *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_that_does_not_fit_leaves_nothing_behind(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)

    assert run(["evaluate", "log.jsonl", *LATE, "--format", form, "-o", "report.txt"]) == 2
    assert "Cannot write report.txt: No space left on device." in capsys.readouterr().err
    assert sorted(path.name for path in Path().iterdir()) == ["log.jsonl", "punctilio.yaml"]


# ── mistakes ──


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate"], "Missing argument"),
        (["evaluate", "log.jsonl", "--as-of", "2026-03-10"], "add the time and the offset"),
        (["evaluate", "log.jsonl", "--as-of", "2026-03-10T12:00:00"], "has no offset from UTC"),
        (["evaluate", "log.jsonl", "--format", "jsn"], "'jsn' is not one of"),
        (["evaluate", "log.jsonl", "--case", "eln"], "There is no case `eln`. Did you mean `elm`?"),
        (["evaluate", "log.jsonl", "--rule", "anser"], "There is no rule `anser`. Did you mean `answer`?"),
        (["evaluate", "log.jsonl", "--rules", "after-intervew"], "Did you mean `after-interview`?"),
        (["evaluate", "lgo.jsonl"], "lgo.jsonl"),
        (["evalaute", "log.jsonl"], "No such command"),
    ],
)
def test_a_mistake_is_a_sentence_and_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2

    out, err = capsys.readouterr()
    assert words in err
    assert "Traceback" not in err
    assert out == ""


def test_bad_lines_are_listed_up_to_fifty(capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.jsonl").write_text("not an event\n" * 60, encoding="utf-8")

    assert run(["evaluate", "log.jsonl", *LATE]) == 2

    out, err = capsys.readouterr()
    assert err.count(": error: ") == 50
    assert err.endswith("60 problems. The first 50 are shown.\n")
    assert out == ""


def test_a_failure_of_ours_does_not_look_like_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: str) -> None:
        raise RuntimeError("a slip")

    monkeypatch.setattr(punctilio, "load_rules", fail, raising=False)

    assert run(["evaluate", "log.jsonl"]) == 70
    assert "RuntimeError: a slip" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(punctilio, "load_rules", interrupt, raising=False)

    assert run(["evaluate", "log.jsonl"]) == 130
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.parametrize(
    "command", [[str(Path(sys.executable).parent / "rules")], [sys.executable, "-m", "punctilio"]], ids=["rules", "-m"]
)
def test_an_interrupt_while_it_is_imported_is_no_failure(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    done = subprocess.run([*command, "--version"], env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_reader_who_leaves_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "punctilio", "evaluate", "log.jsonl", *LATE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (141, b"")


# ── validate ──


def test_files_without_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "punctilio.yaml", "log.jsonl"]) == 0
    assert capsys.readouterr().out == "2 files, no problems.\n"


def test_every_mistake_in_rules_and_logs_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(RULES.replace("gap: 1 day", "gpa: 1 day"), encoding="utf-8")
    Path("bad.jsonl").write_text(event("elm", "letter.snt", "2026-03-03T15:00:00Z"), encoding="utf-8")

    assert run(["validate", "bad.yaml", "bad.jsonl"]) == 2

    out, err = capsys.readouterr()
    assert "bad.jsonl:1:" in out
    assert "Did you mean `letter.sent`?" in out
    assert "bad.yaml:17:" in out
    assert "Did you mean `gap`?" in out
    assert err == ""


def test_problems_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(RULES.replace("gap: 1 day", "gpa: 1 day"), encoding="utf-8")

    assert run(["validate", "bad.yaml", "--format", "json"]) == 2

    problems = json.loads(capsys.readouterr().out)["problems"]
    assert ("bad.yaml", 17, "gap") in {(p["file"], p["line"], p["suggestion"]) for p in problems}


def test_rules_that_cannot_judge_a_log_are_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("punctilio.yaml").write_text(RULES.replace("gap: 1 day", "gpa: 1 day"), encoding="utf-8")

    assert run(["validate", "log.jsonl"]) == 2
    assert "punctilio.yaml:17:" in capsys.readouterr().out


# ── what is printed how ──


def test_the_formats_offered_are_the_reporters() -> None:
    assert (REPORTS, BINARY_REPORTS) == (FORMS, BINARY)


@pytest.mark.parametrize(
    ("is_terminal", "variables", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    is_terminal: bool, variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: is_terminal))

    assert output.is_colourful() is expected


def test_a_terminal_without_a_character_shows_its_escape() -> None:
    Path("log.jsonl").write_text(event("Łódź", "letter.came", "2026-03-03T15:00:00Z"), encoding="utf-8")

    done = program("evaluate", "log.jsonl", *LATE, env={"PYTHONIOENCODING": "cp1252"})

    assert "\n\\u0141ód\\u017a: open" in done.stdout
    assert done.returncode == 1


def test_the_same_bytes_whatever_the_machine_is_like() -> None:
    write_log(Path("log.jsonl"), 250)
    arguments = ["evaluate", "log.jsonl", "--rules", str(GENERATED), *LATE, "--format", "json"]

    one = program(*arguments, env={"PYTHONHASHSEED": "1", "TZ": "UTC", "POLARS_MAX_THREADS": "1"})
    two = program(*arguments, env={"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "POLARS_MAX_THREADS": "4"})

    assert one.stdout == two.stdout
    assert one.stdout.startswith("{")
    assert one.returncode == two.returncode == 1


# ── completion ──


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "COMPLETE" in capsys.readouterr().out


def test_a_shell_completes_commands() -> None:
    asked = {"_RULES_COMPLETE": "bash_complete", "COMP_WORDS": "rules ev", "COMP_CWORD": "1"}
    code = "import sys; sys.argv[0] = 'rules'; from punctilio.cli.main import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **asked}
    )

    assert done.stdout.split() == ["plain,evaluate"]
