"""A row group of a Parquet file in which a text is not UTF-8.

Polars refuses all of it, since texts stand in dictionaries, away from their rows. So it is read from a file beside,
whose footer does not say that anything is a text.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Final, cast

from punctilio.logs import arrow_schema
from punctilio.logs.row_groups import MAGIC, Footer, footer_of

_PIECE: Final = 1 << 20


@contextmanager
def with_bytes_for_texts(file: Path | bytes, group: int) -> Generator[Path, None, None]:
    """A file of the same rows, whose texts are bytes, and of which this row group (from 1) alone can be read. Its other
    row groups are holes, which take no room. Raises FooterError, and OSError."""
    with _open(file) as stream:
        footer = footer_of(stream)
        start, end = _extent(footer, group)
        with NamedTemporaryFile(prefix="punctilio-", suffix=".parquet") as beside:
            beside.write(MAGIC)
            _copy(stream, cast(BinaryIO, beside), start, end)
            beside.seek(footer.start)
            beside.write(arrow_schema.without(footer.with_bytes_for_texts().data))
            stream.seek(footer.start + len(footer.data))
            beside.write(stream.read())
            beside.flush()
            yield Path(beside.name)


def _open(file: Path | bytes) -> BinaryIO:
    return BytesIO(file) if isinstance(file, bytes) else file.open("rb")


def _extent(footer: Footer, group: int) -> tuple[int, int]:
    """Where the row group begins, and where the next one does, or the footer."""
    starts = [each.start for each in footer.row_groups()]
    start = starts[group - 1]
    return start, min((each for each in starts if each > start), default=footer.start)


def _copy(stream: BinaryIO, beside: BinaryIO, start: int, end: int) -> None:
    stream.seek(start)
    beside.seek(start)
    for at in range(start, end, _PIECE):
        beside.write(stream.read(min(_PIECE, end - at)))
