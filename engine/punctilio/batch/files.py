"""Files of the work folder: each is there whole or not at all, and known again by a digest, since others may have taken
it away or damaged it until the same command goes on from there."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, NamedTuple, cast

import polars as pl

from punctilio.errors import UsageError

_NEW: Final = ".new"
_DIGEST: Final = "blake2b"
_SIZE: Final = 64
"""Bytes of a digest."""


class FolderError(UsageError):
    """The work folder cannot be worked in. What was done before is right, and the same command goes on from it."""


class UnwritableError(FolderError):
    """It takes no more: most often its disk is full."""


class LostFileError(FolderError):
    """A file that was there is gone."""


class Kept(NamedTuple):
    """A file of the work folder, by its name there, and the digest of what was written."""

    name: str
    digest: bytes

    def is_sound(self, folder: Path) -> bool:
        """Whether it still is what was written."""
        with suppress(OSError), (folder / self.name).open("rb") as stream:
            return hashlib.file_digest(stream, _DIGEST).digest() == self.digest
        return False


@contextmanager
def writing(folder: Path) -> Generator[None, None, None]:
    """Raises UnwritableError, which names the folder, for what the system refuses within."""
    try:
        yield
    except OSError as refusal:
        raise UnwritableError(
            f"Cannot write in the work folder {folder}: {refusal.strerror or refusal}. "
            "Make room there and run the same command again, or name a folder on another disk with --work."
        ) from refusal


def write_frame(frame: pl.DataFrame, file: Path, *, rows: int) -> Kept:
    """As Parquet with ``rows`` in a row group, each with the least and the greatest value of its columns.

    Raises UnwritableError.
    """
    with _new(file) as stream:
        target = _Target(stream)
        try:
            frame.write_parquet(cast("IO[bytes]", target), compression="lz4", row_group_size=rows)
        except pl.exceptions.PolarsError:
            if target.refusal:  # which Polars tells of in words alone
                raise target.refusal from None
            raise
    return Kept(file.name, target.digest)


def collected(scan: pl.LazyFrame) -> pl.DataFrame:
    """The rows of a scan of the work folder. Raises LostFileError."""
    try:
        return scan.collect()
    except FileNotFoundError as loss:
        raise _lost(str(loss)) from loss


def _lost(what: str) -> LostFileError:
    return LostFileError(
        f"A file of the work folder was taken away in the meantime: {what}. "
        "Run the same command again: what is missing is done anew."
    )


def write_value(value: object, file: Path) -> None:
    """After its digest. Raises UnwritableError."""
    content = BytesIO()
    dump(value, content)
    with _new(file) as stream:
        stream.write(_digest(content.getvalue()))
        stream.write(content.getvalue())


def read_value(file: Path) -> Any:
    """What was written, or None where it was not, or is damaged. The folder is ours alone (``work.py``): nobody else
    writes here."""
    try:
        written = file.read_bytes()
    except OSError:
        return None
    digest, content = written[:_SIZE], written[_SIZE:]
    return pickle.loads(content) if _digest(content) == digest else None


def write_values(values: Iterable[object], file: Path) -> Kept:
    """One after the other. Raises UnwritableError."""
    with _new(file) as stream:
        target = _Target(stream)
        for value in values:
            dump(value, cast("IO[bytes]", target))
    return Kept(file.name, target.digest)


def read_values(file: Path) -> Iterator[Any]:
    """What this run wrote there, or found to be sound. Raises LostFileError."""
    try:
        with file.open("rb") as stream:
            while stream.peek(1):
                yield pickle.load(stream)
    except (OSError, EOFError, pickle.UnpicklingError) as loss:
        raise _lost(str(file)) from loss


def _digest(content: bytes) -> bytes:
    return hashlib.new(_DIGEST, content).digest()


def dump(value: object, stream: IO[bytes]) -> None:
    """A pickle of values, rulebooks among them."""
    _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(value)


class _Target:
    """A file that is written from begin to end, and remembers what of, and what the system refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.new(_DIGEST)
        self.refusal: OSError | None = None

    @property
    def digest(self) -> bytes:
        return self._digest.digest()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        try:
            return self._file.write(data)
        except OSError as refusal:
            self.refusal = refusal
            raise

    def flush(self) -> None:
        self._file.flush()


class _Pickler(pickle.Pickler):
    """Knows the mappings of the model too, which show a dictionary and let nobody change it."""

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, MappingProxyType):
            return _unchangeable, (dict(cast("MappingProxyType[object, object]", value)),)
        return NotImplemented


def _unchangeable(mapping: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(mapping)


@contextmanager
def _new(file: Path) -> Generator[IO[bytes], None, None]:
    """What is written within becomes the file. Raises UnwritableError."""
    new = file.with_name(file.name + _NEW)
    with writing(file.parent):
        with new.open("wb") as stream:
            yield stream
        new.replace(file)
