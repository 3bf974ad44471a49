"""Where the bundled data is: beside the package in a wheel, beside the engine in a checkout."""

from __future__ import annotations

from pathlib import Path


def bundled(folder: str) -> Path:
    """The bundled folder: ``rules``, ``schemas``, ``starters``, ``pages`` or ``docs/errors``."""
    package = Path(__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parents[1] / folder


def packs() -> tuple[str, ...]:
    """The names of the bundled packs, sorted."""
    return tuple(sorted(path.parent.name for path in bundled("rules").glob("*/rules.yaml")))


def vocabularies() -> tuple[str, ...]:
    """The names of the bundled vocabularies, sorted."""
    return tuple(sorted(path.stem for path in bundled("rules").glob("vocabularies/*.yaml")))


def templates() -> tuple[str, ...]:
    """The names of the bundled message templates, sorted."""
    return tuple(sorted(path.stem for path in bundled("rules").glob("templates/*.txt")))
