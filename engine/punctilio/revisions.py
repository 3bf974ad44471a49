"""Rule files as they stood in a revision of git: ``main:rules/mine.yaml``, with all that they extend.

Whatever in the revision a rule file could be made of (YAML, templates) is written into a temporary folder, byte by byte
as git holds it. No shell is used, nothing that a person writes can be taken for an option of git, and neither hooks nor
filters of the repository run, nor is anything fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from punctilio.errors import UsageError
from punctilio.problems import closest
from punctilio.value import Value

_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_SPLIT: Final = re.compile(r"(?P<revision>(?:[^:{}]|\{[^{}]*\})+):(?P<path>.+)", re.DOTALL)
_SAFELY: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_LINK: Final = "120000"


class Place(Value):
    """Where rules are: ``source`` is what the loader takes, ``called`` what the files of a folder are called."""

    source: str | Path
    called: Mapping[Path, str] = MappingProxyType({})


def is_revision(source: str) -> bool:
    """Whether ``REV:path`` is meant: not a file that is there, and not a path that begins with a drive."""
    if Path(source).exists() or _DRIVE.match(source) or (os.name == "nt" and source[1:2] == ":"):
        return False
    return _SPLIT.fullmatch(source) is not None


@contextmanager
def rules_at(source: str) -> Generator[Place]:
    """Where the rules of a source are, while the block lasts: a file or pack as it is, a revision written out.

    Raises UsageError where the revision, or the file in it, is not there.
    """
    if not is_revision(source):
        yield Place(source)
        return
    revision, path = _parts(source)
    tree = _tree(revision)
    path = _from_the_root(path)
    with TemporaryDirectory(prefix="punctilio-") as folder:
        home = Path(os.path.realpath(folder))
        _write_out(tree, home)
        file = home / path
        if not file.is_file():
            raise UsageError(f"`{revision}` has no rule file `{path}`. {_advice(revision, path, home)}")
        yield Place(file, MappingProxyType({home: f"{revision}:"}))


def _advice(revision: str, path: str, home: Path) -> str:
    """What may have been meant by a path that leads to no file."""
    if (home / path).is_dir():
        return "That is a folder: name a file in it."
    prefix = _git("rev-parse", "--show-prefix", fails=True).decode("utf-8", "surrogateescape").rstrip("\n")
    if prefix and (home / prefix / path).is_file():
        return f"Did you mean `{revision}:./{path}`, the one in this folder?"
    near = closest(path, (one.relative_to(home).as_posix() for one in home.rglob("*.y*ml")))
    return f"Did you mean `{revision}:{near}`?" if near else "Name it by its path from the repository's top."


def _parts(source: str) -> tuple[str, str]:
    found = _SPLIT.fullmatch(source)
    assert found is not None
    revision, path = found["revision"], found["path"]
    if not source.isprintable() or revision.startswith("-"):
        raise UsageError(f"{revision!r} cannot be the name of a revision. Write one such as `main:rules/mine.yaml`.")
    return revision, path


def _tree(revision: str) -> str:
    """The id of the tree that a revision names."""
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
    found = _git(*asked, fails=True).decode("ascii", "replace").split()
    if len(found) != 1 or not re.fullmatch("[0-9a-f]{40,64}", found[0]):
        raise UsageError(f"Git knows no revision `{revision}`, and there is no file of that name.{_meant(revision)}")
    return found[0]


def _meant(revision: str) -> str:
    """What may have been meant by a revision that is not there, and why it may not be."""
    known = _git("for-each-ref", "--format=%(refname:short)", fails=True).decode("utf-8", "replace").split()
    remote = (name for name in known if name.partition("/")[2] == revision)
    near = next(remote, None) or closest(revision, known)
    meant = f" Did you mean `{near}`?" if near else ""
    is_shallow = _git("rev-parse", "--is-shallow-repository", fails=True).strip() == b"true"
    shallow = (
        " This clone has only a part of the history: `git fetch --unshallow` brings the rest." if is_shallow else ""
    )
    return meant + shallow


def _from_the_root(path: str) -> str:
    """As git has it: a path is seen from the top of the repository, and one with a dot before it from here."""
    if path.startswith(("./", "../")):
        path = _git("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n") + path
    normal = os.path.normpath(path).replace(os.sep, "/")
    if normal.startswith(("/", "../")) or normal == "..":
        raise UsageError(f"`{path}` lies outside the repository. Name a file in it by its path from its top.")
    return normal


# ── writing out ──


def _write_out(tree: str, home: Path) -> None:
    """Write what rule files can be made of into a folder."""
    names = list(_names(tree))
    asked = b"".join(f"{tree}:{name}\n".encode("utf-8", "surrogateescape") for name in names)
    answer = memoryview(_git("cat-file", "--batch", "--follow-symlinks", given=asked))
    for name in names:
        answer, body = _next(answer)
        target = home.joinpath(*PurePosixPath(name).parts)
        if body is not None and target.parent.resolve().is_relative_to(home):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)


def _names(tree: str) -> Iterator[str]:
    """The files of a tree that are YAML or a template; a name that takes more than a line is none."""
    for entry in _git("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
        about, _, name = entry.decode("utf-8", "surrogateescape").partition("\t")
        is_file = about.startswith(("100", _LINK))
        if is_file and "\n" not in name and _is_of_use(PurePosixPath(name)):
            yield name


def _is_of_use(path: PurePosixPath) -> bool:
    return path.suffix in (".yaml", ".yml") or (path.suffix == ".txt" and path.parent.name == "templates")


def _next(answer: memoryview) -> tuple[memoryview, bytes | None]:
    """What is left of git's answer, and the first body in it; None for a link that leads to no file."""
    end = bytes(answer[:4096]).index(b"\n")
    *_, kind, size = bytes(answer[:end]).rsplit(b" ", 2)
    rest = answer[end + 1 :]
    if not size.isdigit():  # such as `… missing`
        return rest, None
    length = int(size)
    return rest[length + 1 :], bytes(rest[:length]) if kind == b"blob" else None


def _git(*arguments: str, given: bytes = b"", fails: bool = False) -> bytes:
    """What git answers. Where it ``fails`` on purpose, that is no mistake."""
    command = ("git", "--no-pager", "--no-replace-objects", *arguments)
    try:
        done = subprocess.run(command, input=given, capture_output=True, env={**os.environ, **_SAFELY}, check=False)
    except OSError as missing:
        raise UsageError(
            "A revision is read by git, which cannot be run here. Install it, or name a file."
        ) from missing
    said = done.stderr.decode("utf-8", "replace")
    if "not a git repository" in said:
        raise UsageError("A revision is read by git, and this folder is in no repository. Go into one, or name a file.")
    if done.returncode and not fails:
        reason = (said.strip().splitlines() or ["it does not say why"])[-1].removeprefix("fatal: ")
        raise UsageError(f"Git cannot read the revision: {reason}. Mend that, or name a file.")
    return done.stdout
