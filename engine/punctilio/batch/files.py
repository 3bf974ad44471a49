"""Files of the work folder: each is there whole, or not at all."""

from __future__ import annotations

import pickle
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, cast

import polars as pl

from punctilio.errors import UsageError

_NEW: Final = ".new"


class UnwritableError(UsageError):
    """The work folder takes no more: most often its disk is full. What was done before is right."""


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


def write_frame(frame: pl.DataFrame, file: Path, *, rows: int) -> None:
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


def write_value(value: object, file: Path) -> None:
    """Raises UnwritableError."""
    with _new(file) as stream:
        dump(value, stream)


def read_value(file: Path) -> Any:
    """What was written, or None where it was not. The folder is ours alone (``work.py``): nobody else writes here."""
    try:
        with file.open("rb") as stream:
            return pickle.load(stream)
    except FileNotFoundError:
        return None


def dump(value: object, stream: IO[bytes]) -> None:
    """A pickle of values, rulebooks among them."""
    _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(value)


class _Target:
    """A file for Polars to write to, that remembers what the system refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.refusal: OSError | None = None

    def write(self, data: bytes) -> int:
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
