"""Rule files as they stood in a revision of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from punctilio.errors import InvalidRulesError, UsageError
from punctilio.model.rule import Rulebook
from punctilio.revisions import is_revision, rules_at
from punctilio.rulebook.load import load_written

BASE = "language: 1\nextends: [after-interview]\nparameters: {max_inquiries: 3}\n"
MINE = "language: 1\nextends: [../lib/base.yaml]\nparameters: {thank_you_within: 48 hours}\n"


def git(*arguments: str) -> None:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *named, *arguments), check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"lib/base.yaml": BASE, "rules/mine.yaml": MINE, "rules/out.yaml": BASE}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("tag", "v1")
    Path("lib/base.yaml").write_text(BASE.replace("3", "5"), encoding="utf-8")
    return tmp_path


def loaded(source: str) -> Rulebook:
    with rules_at(source) as place:
        return load_written(place.source, called=place.called).rulebook


def most(rulebook: Rulebook) -> str:
    readings = rulebook.rule("at-most-two-inquiries").readings
    return next(reading.value for reading in readings if reading.parameter == "max_inquiries")


def test_what_a_file_extends_is_taken_from_the_same_revision(repository: Path) -> None:
    now, then = loaded("rules/mine.yaml"), loaded("main:rules/mine.yaml")

    assert (most(now), most(then)) == ("5", "3")
    assert then.files[1:] == ("main:lib/base.yaml", "main:rules/mine.yaml")
    assert then.name == "mine"


@pytest.mark.parametrize(
    "source",
    ["HEAD:rules/mine.yaml", "v1:rules/mine.yaml", "main~0:./rules/mine.yaml", "HEAD^{/on}:rules/mine.yaml"],
)
def test_a_revision_is_whatever_git_takes_for_one(source: str, repository: Path) -> None:
    assert most(loaded(source)) == "3"


def test_a_path_with_a_dot_is_seen_from_here(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "rules")

    assert most(loaded("main:./mine.yaml")) == "3"
    assert most(loaded("main:rules/mine.yaml")) == "3"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("man:rules/mine.yaml", "Git knows no revision `man`, and there is no file of that name. Did you mean `main`?"),
        ("main:rules/mne.yaml", "`main` has no rule file `rules/mne.yaml`. Did you mean `main:rules/mine.yaml`?"),
        ("main:rules", "`main` has no rule file `rules`. That is a folder: name a file in it."),
        ("main:../a.yaml", "`../a.yaml` lies outside the repository. Name a file in it by its path from its top."),
        (
            "--output=x:a.yaml",
            "'--output=x' cannot be the name of a revision. Write one such as `main:rules/mine.yaml`.",
        ),
        ("main\n:a.yaml", "'main\\n' cannot be the name of a revision. Write one such as `main:rules/mine.yaml`."),
    ],
)
def test_what_is_not_there_is_a_sentence(source: str, sentence: str, repository: Path) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(source)

    assert str(caught.value) == sentence


def test_a_path_from_here_without_its_dot_is_told_with_it(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "rules")

    with pytest.raises(UsageError, match=r"Did you mean `main:\./mine\.yaml`, the one in this folder\?"):
        loaded("main:mine.yaml")


def test_a_clone_that_has_not_all_says_what_to_fetch(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("checkout", "-q", "-b", "topic")
    git("commit", "-q", "--allow-empty", "-m", "two")
    git("clone", "-q", "--depth", "1", "--no-single-branch", repository.as_uri(), "shallow")
    monkeypatch.chdir("shallow")

    with pytest.raises(UsageError, match=r"no revision `HEAD~1`.* `git fetch --unshallow` brings the rest\."):
        loaded("HEAD~1:rules/mine.yaml")
    with pytest.raises(UsageError, match=r"no revision `main`.* Did you mean `origin/main`\?"):
        loaded("main:rules/mine.yaml")
    assert most(loaded("origin/main:rules/mine.yaml")) == "3"


def test_nothing_outside_of_a_revision_is_extended(repository: Path) -> None:
    outside = repository.parent / "outside.yaml"
    outside.write_text(BASE, encoding="utf-8")
    Path("rules/out.yaml").write_text(f"language: 1\nextends: ['{outside}', ../../outside.yaml]\n", encoding="utf-8")
    Path("rules/link.yaml").symlink_to(outside)
    git("add", "-A")
    git("commit", "-q", "-m", "two")

    with pytest.raises(InvalidRulesError) as caught:
        loaded("HEAD:rules/out.yaml")
    with pytest.raises(UsageError):
        loaded("HEAD:rules/link.yaml")

    assert {(p.location.file, p.location.line) for p in caught.value.problems} == {("HEAD:rules/out.yaml", 2)}
    assert len(caught.value.problems) == 2
    assert all("is not part of HEAD" in problem.message for problem in caught.value.problems)


def test_outside_of_a_repository_git_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(UsageError, match="this folder is in no repository"):
        loaded("main:rules/mine.yaml")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("main:rules/mine.yaml", True),
        ("after-interview", False),
        ("C:\\rules\\mine.yaml", False),
        ("c:/mine.yaml", False),
        ("there:is.yaml", False),
        (":mine.yaml", False),
        ("main:", False),
    ],
)  # fmt: skip
def test_files_and_drives_are_no_revisions(
    source: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there:is.yaml").write_text(BASE, encoding="utf-8")

    assert is_revision(source) is expected
