"""A folder to begin with: rules of one's own, an empty log, a first case file, and what editors need for them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from punctilio import resources
from punctilio.errors import UsageError
from punctilio.manual.editing.schemas import schema_text
from punctilio.plugins.registry import Plugins
from punctilio.rulebook.load import load_written
from punctilio.shape import listing

RULES: Final = "punctilio.yaml"
SCHEMAS: Final = {"rules": ".punctilio/rules.schema.json", "case": ".punctilio/case.schema.json"}
"""Where the schemas are that the first lines of the files name."""


def begin(folder: Path, plugins: Plugins) -> tuple[str, ...]:
    """Write the files into the folder, which is made where it is not there. Gives their names.

    Raises UsageError where one of them is there already, and then, as wherever it fails, nothing is written.
    """
    contents = _contents(plugins)
    _require_free(folder, contents)
    with _all_or_nothing() as made:
        for name, text in contents.items():
            _make_folder((folder / name).parent, made)
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                made.append(folder / name)
                file.write(text)
    return tuple(contents)


def _contents(plugins: Plugins) -> dict[str, str]:
    """The files by name: what ships, and the schemas of these rules."""
    home = resources.bundled("starters") / "folder"
    shipped = sorted(path for path in home.rglob("*") if path.is_file())
    rules = load_written(home / RULES)
    return {
        **{path.relative_to(home).as_posix(): path.read_text(encoding="utf-8") for path in shipped},
        **{file: schema_text(name, rules, plugins) for name, file in SCHEMAS.items()},
    }


def _require_free(folder: Path, contents: Mapping[str, str]) -> None:
    taken = [name for name in contents if (folder / name).exists() or (folder / name).is_symlink()]
    if taken:
        verb = "is" if len(taken) == 1 else "are"
        advice = "Nothing was written. Move them away, or choose another folder."
        raise UsageError(f"In {folder} there {verb} {listing(taken).replace(' or ', ' and ')} already. {advice}")


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


@contextmanager
def _all_or_nothing() -> Generator[list[Path]]:
    """Takes back what was made where something fails."""
    made: list[Path] = []
    try:
        yield made
    except OSError as error:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        place = error.filename or "the folder"
        raise UsageError(f"Cannot write {place}: {error.strerror or error}. Nothing was written.") from None
