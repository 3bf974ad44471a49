"""Files of the work folder: each is there whole, or not at all."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, cast

import polars as pl

_NEW: Final = ".new"


def write_frame(frame: pl.DataFrame, file: Path, *, rows: int) -> None:
    """As Parquet with ``rows`` in a row group, each with the least and the greatest value of its columns.

    Raises OSError.
    """
    new = _new(file)
    with new.open("wb") as stream:
        target = _Target(stream)
        try:
            frame.write_parquet(cast("IO[bytes]", target), compression="lz4", row_group_size=rows)
        except pl.exceptions.PolarsError:
            if target.refusal:  # which Polars tells of in words alone
                raise target.refusal from None
            raise
    new.replace(file)


def write_value(value: object, file: Path) -> None:
    """Raises OSError."""
    new = _new(file)
    with new.open("wb") as stream:
        dump(value, stream)
    new.replace(file)


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


def _new(file: Path) -> Path:
    return file.with_name(file.name + _NEW)
