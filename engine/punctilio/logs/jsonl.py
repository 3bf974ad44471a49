"""JSON Lines: one event a line. Lines end at the byte ``\\n`` and nowhere else."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator
from functools import partial
from json import JSONDecodeError, JSONDecoder
from typing import BinaryIO, Final, NamedTuple, cast

from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, Reading, all_odd
from punctilio.logs.compressed import CutShortError, pieces
from punctilio.logs.half_characters import half_character, whole
from punctilio.logs.json_columns import Grammar, grammar_of, plain_lines
from punctilio.logs.records import Mistake, Place, Record, problem_in
from punctilio.logs.sources import Source, cut_short
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem

BLOCK: Final = 1 << 23
"""Bytes that are read at once: enough for columns to be worth their while, and little beside what a judgement takes."""
LINES: Final = 100_000
"""Lines of a block at most."""
SMALL: Final = 1 << 18
"""Bytes of which the lines are sooner read one by one than columns are set up."""
_BLANKS: Final = " \t\r\n"
_NAMES: Final = re.compile(rf'("(?:[^"\\]|\\.)*")([{_BLANKS}]*:)?|[{{}}]')
"""Texts, of which a colon makes keys, and where objects begin and end."""


class Line(NamedTuple):
    """A line that is JSON."""

    line: int
    value: object
    text: str

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return ()

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        where = [place for name, *place in _keys(self.text) if name == key]
        start = where[-1][0 if of_key else 1] if where else len(self.text) - len(self.text.lstrip(_BLANKS))
        return Place(self.line, start + 1, self.text.rstrip("\r\n"))

    @property
    def stop(self) -> Place:
        """Where the value stands at which reading stopped."""
        start = max((value for _, _, value in _keys(self.text)), default=0)
        return Place(self.line, start + 1, self.text)


class _RefusedError(ValueError):
    """Something that Python's JSON reader would let pass."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(code, message)


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    """The lines of the file, some tens of thousands a chunk. Where a compressed file is cut short, that is said in the
    place of the line at which it ends."""
    grammar = grammar_of(vocabulary)
    first = 1
    with source.open() as stream:
        for block, cut in _blocks(stream):
            lines = _Lines(source.name, first, block, cut)
            if len(block) < SMALL or cut:
                yield partial(all_odd, lines.numbers, lines.records)
            else:
                yield partial(_chunk, lines, grammar)
            first = lines.numbers.stop


def _chunk(lines: _Lines, grammar: Grammar) -> Chunk:
    written, odd = plain_lines(lines.block, lines.numbers.start, grammar)
    return Chunk(written, odd, lines.records)


def _blocks(stream: BinaryIO) -> Iterator[tuple[bytes, CutShortError | None]]:
    """The content, cut behind ends of lines. A line longer than a block is gathered until it ends. The last block is
    the line, perhaps empty, at which the content is cut short, if it is."""
    begun: list[bytes] = []
    for number, (piece, cut) in enumerate(pieces(stream, BLOCK)):
        block = piece if number else piece.removeprefix(BOM_UTF8)
        end = block.rfind(b"\n") + 1
        if end:
            yield from ((lines, None) for lines in _of_some_lines(b"".join((*begun, memoryview(block)[:end]))))
            begun.clear()
        begun.append(block[end:])
        if cut:
            yield b"".join(begun), cut
            return
    if last := b"".join(begun):
        yield last, None


def _of_some_lines(block: bytes) -> Iterator[bytes]:
    """The block, in several ones where its lines are so short that there are very many."""
    while block.count(b"\n") > LINES:
        *lines, block = block.split(b"\n", LINES)
        yield b"\n".join((*lines, b""))
    yield block


class _Lines:
    """The lines of a block by their numbers in the file. They are split when somebody asks for one."""

    def __init__(self, file: str, first: int, block: bytes, cut: CutShortError | None) -> None:
        self.numbers = range(first, first + block.count(b"\n") + (not block.endswith(b"\n")))
        self._file = file
        self.block = block
        self._cut = cut

    def records(self, wanted: Collection[int]) -> Iterator[Record | Problem]:
        """Each line that is wanted and not blank, read with care."""
        read_json = _decoder()
        lines = self.block.split(b"\n") if wanted else []
        for number in wanted:
            if number not in self.numbers:
                continue
            at = number - self.numbers.start
            raw = lines[at] if at + 1 == len(lines) else lines[at] + b"\n"
            if self._cut:
                text = _shown(raw)
                yield cut_short(self._cut).at(self._file, Place(number, len(text) + 1, text))
                continue
            if raw.isspace() or not raw:
                continue
            try:
                text = raw.decode()
                value = _value(text, read_json)
                if ("\\ud" in text or "\\uD" in text) and (mistake := half_character(value)):
                    yield problem_in(self._file, Line(number, value, text), mistake)
                    continue
                yield Line(number, value, text)
            except (ValueError, RecursionError) as error:
                yield _unreadable(self._file, number, raw, error)


def _value(text: str, decoder: JSONDecoder) -> object:
    """The value of the line. Most lines are it and no more, for which the shorter way is tried first."""
    if text.startswith("{"):
        value, end = decoder.raw_decode(text)
        if text[end:] in ("\n", "\r\n", ""):
            return value
    return decoder.decode(text)


def _decoder() -> JSONDecoder:
    """JSON and nothing more: no key twice, no NaN, no number beyond measure."""
    return JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    names = [name for name, _ in pairs]
    twice = next(name for place, name in enumerate(names) if name in names[:place])
    raise _RefusedError(codes.DUPLICATE_KEY, f"`{whole(twice)}` stands twice in this event: keep one of them.")


def _constant(word: str) -> object:
    raise _RefusedError(codes.BAD_JSON, f"{word} is no JSON: write a finite number, or leave the field out.")


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _RefusedError(
            codes.BAD_JSON, f"{digits[:40]} is beyond the largest number there is: write a smaller one."
        )
    return number


def _unreadable(file: str, number: int, raw: bytes, error: ValueError | RecursionError) -> Problem:
    """The problem with a line that is not JSON, at the place where that begins."""
    line = Line(number, None, _shown(raw))
    place, mistake = line.stop, Mistake(codes.BAD_JSON, "This number has too many digits: write a smaller one.")
    if _is_torn(raw, error):
        place = place._replace(column=len(line.text) + 1)
        mistake = Mistake(
            codes.TORN_LINE, "The file ends in the middle of this event: complete the line, or delete it."
        )
    elif isinstance(error, UnicodeDecodeError):
        place = place._replace(column=len(raw[: error.start].decode()) + 1)
        byte = f"The byte {raw[error.start]:#04x} is not UTF-8: save the file as UTF-8."
        mistake = Mistake(codes.BAD_UTF8, _UTF16 if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else byte)
    elif isinstance(error, JSONDecodeError):
        place, mistake = place._replace(column=error.pos + 1), Mistake(codes.BAD_JSON, _why(error))
    elif isinstance(error, _RefusedError):
        mistake = error.mistake
        place = place._replace(column=_again(line.text) + 1) if mistake.code == codes.DUPLICATE_KEY else place
    elif isinstance(error, RecursionError):
        mistake = Mistake(codes.BAD_JSON, "This is nested too deeply: an event is one flat JSON object.")
    return mistake.at(file, place)


def _is_torn(raw: bytes, error: ValueError | RecursionError) -> bool:
    """Whether the line is the last one and its object has begun and not ended, as when a writer was interrupted. One
    that goes on behind the place where it is wrong may be by two writers."""
    begun = not raw.endswith(b"\n") and raw.lstrip().startswith(b"{") and not raw.rstrip().endswith(b"}")
    match error:
        case UnicodeDecodeError():
            return begun and error.reason == "unexpected end of data"
        case JSONDecodeError():
            is_open = error.msg.startswith("Unterminated string") or '"' not in error.doc[error.pos :]
            return begun and is_open and not error.msg.startswith("Extra data")
        case _:
            return False


def _why(error: JSONDecodeError) -> str:
    """What is wrong at that place, in words of our own: Python's change from version to version."""
    if error.doc.lstrip(_BLANKS).startswith("["):
        return "This is a JSON list: write one event a line, without the brackets and commas around them."
    rest = error.doc[error.pos :].lstrip(_BLANKS)
    before = error.doc[: error.pos].rstrip(_BLANKS)
    if error.msg.startswith("Invalid control character") and not rest:  # the end of the line
        return "A text does not end on this line: close it with a double quote, or complete the line."
    known = next((ours for theirs, ours in _COMPLAINTS if error.msg.startswith(theirs)), None)
    if known:
        return known
    if rest.startswith(("}", "]")) and before.endswith(","):
        return _TRAILING_COMMA
    if rest.startswith("\ufeff"):
        return "A byte order mark stands here, which cannot be seen, as where files were put together: take it out."
    if rest.startswith("'"):
        return "JSON writes names and texts in double quotes, not in single ones."
    return 'From here on this is not JSON: an event is one object on one line, as in {"case": "…", "type": "…"}.'


_UTF16: Final = "This is UTF-16 and not UTF-8, with all lines that follow: save the file as UTF-8."
_TRAILING_COMMA: Final = "A comma stands before the end of a list or an object: remove it."
_COMPLAINTS: Final = (
    ("Extra data", "There is more on this line after the event: write one event a line."),
    ("Illegal trailing comma", _TRAILING_COMMA),
    ("Invalid control character", "A control character stands raw in a text: write \\t for a tab, \\n for a line end."),
    ("Invalid \\", "JSON knows no such escape: write two backslashes for a backslash itself."),
    ("Unterminated string", "A text begins here and does not end on this line: close it with a double quote."),
)
"""How Python's messages begin, and what a person can do."""


def _shown(raw: bytes) -> str:
    """The line as a text from which its bytes can be had again."""
    return raw.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _keys(text: str) -> Iterator[tuple[str, int, int]]:
    """Each key of an object, and where it and its value begin (from 0), up to a value that is refused."""
    scan = _decoder().raw_decode
    try:
        at = _skip(text, 0)
        while text[at] in "{,":
            start = _skip(text, at + 1)
            key, end = cast("tuple[str, int]", scan(text, start))
            value = _skip(text, _skip(text, end) + 1)
            yield key, start, value
            at = _skip(text, scan(text, value)[1])
    except (IndexError, ValueError, RecursionError):
        return


def _again(text: str) -> int:
    """Where a key begins (from 0) that its object has already, in the first object to end with one."""
    begun: list[tuple[set[str], list[int]]] = []
    for found in _NAMES.finditer(text):
        if found[0] == "{":
            begun.append((set(), []))
        elif found[0] == "}":
            if again := begun.pop()[1]:
                return again[0]
        elif found[2]:
            names, again = begun[-1]
            name: str = json.loads(found[1])
            if name in names:
                again.append(found.start())
            names.add(name)
    return 0


def _skip(text: str, at: int) -> int:
    """The place of the next character that is no blank."""
    while text[at] in _BLANKS:
        at += 1
    return at
