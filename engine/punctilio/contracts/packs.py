"""Rule files and vocabularies that a plugin brings along, as files in its package."""

from __future__ import annotations

from pathlib import Path

from punctilio.value import Value


class Pack(Value):
    """A rule file that ``extends`` and ``--rules`` can name. Message templates stand beside it in ``templates/``."""

    name: str
    file: Path


class VocabularyFile(Value):
    """A file with a ``vocabulary`` that the ``extends`` of another vocabulary can name."""

    name: str
    file: Path
