"""What can be read only once, standard input or a named pipe, as a file that can be read again."""

from __future__ import annotations

from collections.abc import Callable
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

_IN_MEMORY: Final = 1 << 24
_PIECE: Final = 1 << 20


class Pipe:
    """What has come in is kept, in memory or, beyond 16 MB, in a temporary file: a mistake may show only at the end of
    a log, and its line is then looked up. Nothing is read before somebody asks for it."""

    def __init__(self, connect: Callable[[], BinaryIO], *, closes: bool) -> None:
        """``connect`` opens it, and whether it ``closes`` with the pipe depends on who else may use it."""
        self._connect = connect
        self._closes = closes
        self._stream: BufferedReader | None = None
        self._kept: SpooledTemporaryFile[bytes] | None = None
        self._length = 0
        self._ended = False

    def open(self) -> BinaryIO:
        """From the beginning. Raises OSError if the pipe cannot be opened."""
        if self._kept is None:
            self._stream = cast("BufferedReader", self._connect())
            self._kept = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # it is closed with the pipe
        return cast("BinaryIO", BufferedReader(_Kept(self), _PIECE))

    def read_at(self, start: int, size: int) -> bytes:
        """What stands there, in at most ``size`` bytes; none where the content has ended."""
        self.reach(start + 1)
        if self._kept is None:
            return b""
        self._kept.seek(start)
        return self._kept.read(size)

    def reach(self, length: int | None) -> int:
        """Read until so much has come, or everything; and how much there is then."""
        while self._stream and self._kept and not self._ended and (length is None or self._length < length):
            piece = self._stream.read1(_PIECE)
            self._kept.seek(self._length)
            self._kept.write(piece)
            self._length += len(piece)
            self._ended = not piece
        return self._length

    def __del__(self) -> None:
        if self._kept is not None:
            self._kept.close()
        if self._stream is not None and self._closes:
            self._stream.close()


class _Kept(RawIOBase):
    """A reader of a pipe, at its own place."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # a Buffer has no type before 3.12
        piece = self._pipe.read_at(self._at, len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at}.get(whence)
        self._at = offset + (self._pipe.reach(None) if whence == SEEK_END or start is None else start)
        return self._at

    def tell(self) -> int:
        return self._at
