"""Compressed content (gzip, Zstandard): known by its first bytes, and read as what is in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from io import SEEK_SET, BufferedReader, RawIOBase
from typing import BinaryIO, Final, TypeVar, cast

SUFFIXES: Final = (".gz", ".zst")
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_SKIPPED: Final = b"\x2a\x4d\x18"
"""Behind a byte from 0x50 to 0x5f: a frame of Zstandard without content, with which a file may begin."""
_BUFFER: Final = 1 << 18

_Result = TypeVar("_Result")


_OTHERS: Final[Mapping[bytes, str]] = {b"BZh": "a bzip2", b"\xfd7zXZ\0": "an xz", b"PK\x03\x04": "a ZIP"}
"""How other archives begin, and workbooks too, which are ZIP; and what a bzip2 archive says behind its level."""
_BZIP2: Final = b"1AY&SY"


class PackedError(OSError):
    """The content is packed in a way that is not read."""


class CutShortError(OSError):
    """The compressed content ends too early, or is damaged. What came before it was read."""


def unpacked(stream: BinaryIO, suffix: str) -> BinaryIO:
    """The content of a seekable stream, whatever its name; ``suffix`` only tells what an empty file should have been.

    Raises PackedError for another archive. Reading raises CutShortError where the content ends too early. Archives that
    follow each other are read as one.
    """
    beginning = stream.read(10)
    head = beginning[:4]
    stream.seek(0)
    if head.startswith(_GZIP):
        return _reader(_gunzipped, stream)
    if head == _ZSTD or (head[1:] == _SKIPPED and 0x50 <= head[0] <= 0x5F):
        return _reader(_unzstandardized, stream)
    for begin, name in _OTHERS.items():
        if beginning.startswith(begin) and (begin != b"BZh" or beginning[4:] == _BZIP2):
            stream.close()
            raise PackedError(name)
    if suffix in SUFFIXES and len(head) < 2:
        stream.close()
        raise CutShortError("ends too early")
    return stream


def pieces(stream: BinaryIO, size: int) -> Iterator[tuple[bytes, CutShortError | None]]:
    """All that can be read, in pieces of ``size`` bytes. Where the content is cut short, the last piece, perhaps empty,
    says so."""
    begun: list[bytes] = []
    length = 0
    while True:
        try:
            piece = cast("BufferedReader", stream).read1(size - length)
        except CutShortError as error:
            yield b"".join(begun), error
            return
        begun.append(piece)
        length += len(piece)
        if length and (length == size or not piece):
            yield b"".join(begun), None
            begun, length = [], 0
        if not piece:
            return


def _reader(unpack: Callable[[BinaryIO], tuple[BinaryIO, tuple[type[Exception], ...]]], stream: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", BufferedReader(_Unpacked(stream, *unpack(stream)), _BUFFER))


def _gunzipped(stream: BinaryIO) -> tuple[BinaryIO, tuple[type[Exception], ...]]:
    """The content, and what is raised where it is damaged."""
    import gzip  # most logs are not compressed
    import zlib

    return cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb")), (gzip.BadGzipFile, zlib.error)


def _unzstandardized(stream: BinaryIO) -> tuple[BinaryIO, tuple[type[Exception], ...]]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    return cast("BinaryIO", zstd.ZstdFile(stream)), (zstd.ZstdError,)


class _Unpacked(RawIOBase):
    """Compressed content, one piece after the other, so that nothing is lost that comes before a damage."""

    def __init__(self, packed: BinaryIO, content: BinaryIO, damages: tuple[type[Exception], ...]) -> None:
        super().__init__()
        self._packed = packed
        self._content = cast("BufferedReader", content)
        self._damages = damages

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # a Buffer has no type before 3.12
        piece = self._guarded(lambda: self._content.read1(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        return self._guarded(lambda: self._content.seek(offset, whence))

    def tell(self) -> int:
        return self._content.tell()

    def close(self) -> None:
        self._content.close()
        self._packed.close()
        super().close()

    def _guarded(self, act: Callable[[], _Result]) -> _Result:
        try:
            return act()
        except EOFError as error:
            raise CutShortError("ends too early") from error
        except self._damages as error:
            raise CutShortError("is damaged") from error
