"""New expectations for those that are not met, written into a case file as it stands: whatever else is in it, its
comments and its layout too, stays as it is, byte for byte."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import yaml

from punctilio.casefiles import codes
from punctilio.casefiles.comparing import Difference
from punctilio.casefiles.expectations import SECTIONS
from punctilio.casefiles.judging import Row, Rules
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.telling import written
from punctilio.casefiles.trying import Answer, TriedFile, try_file
from punctilio.inert import inert
from punctilio.tables import columns as c

_NEW = {
    "decisions": (c.RULE, c.CASE, c.PERSON, c.VERDICT),
    "findings": (c.RULE, c.CASE, c.PERSON, c.AT),
    "allowances": (c.RULE, c.CASE, c.PERSON, c.KEY, c.USED, c.LEFT, c.NEXT, c.NEXT_AT),
    "notes": (c.NOTE, c.CASE, c.RULE, c.PERSON),
}
"""What is written of something new."""
_WIDEST: Final = 120
"""Characters of a line; lists that would be wider get a line for each item."""


class Edit(NamedTuple):
    """Another text for what stands from ``start`` up to ``end``."""

    start: int
    end: int
    text: str


class Rewritten(NamedTuple):
    """The new text of a case file, and what is shown of it: the lines that change. ``left`` are the instants, in words,
    whose expectations cannot be rewritten by themselves."""

    text: str
    shown: str
    left: tuple[str, ...]


def rewritten(tried: TriedFile, rules: Rules) -> Rewritten | None:
    """The file with expectations that are met; None where it cannot be tried."""
    file = tried.file
    if file is None or tried.problems:
        return None
    text = file.path.read_bytes().decode("utf-8-sig")
    failed = [(number, answer) for number, answer in enumerate(tried.answers) if answer.is_failed]
    again = try_file(file.path, rules, data=updated(file, text, failed).encode())
    mended = [(number, one) for number, one in failed if again.answers and not again.answers[number].is_failed]
    new = updated(file, text, mended)
    lines = difflib.unified_diff(text.splitlines(), new.splitlines(), file.name, file.name, lineterm="", n=1)
    left = tuple(one.promise.words for number, one in failed if (number, one) not in mended)
    return Rewritten(new, "".join(f"{inert(line)}\n" for line in lines), left)


def updated(file: CaseFile, text: str, answers: Iterable[tuple[int, Answer]]) -> str:
    """The text of a case file with what is there in place of what was expected. Answers come with the number of
    their promise."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    instants = _value(root, "at").value
    edits = [edit for number, answer in answers for edit in _of_answer(file, text, instants[number], answer)]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _of_answer(file: CaseFile, text: str, instant: Any, answer: Answer) -> Iterator[Edit]:
    for section in SECTIONS:
        found = [difference for difference in answer.differences if difference.section == section]
        if not found:
            continue
        node = _value(instant, section)
        if section == "statuses":
            yield from _of_statuses(file, text, node, found)
        elif node is None or not isinstance(node, yaml.SequenceNode):
            yield _new_section(file, text, instant, section, found)
        else:
            widest = 0 if instant.flow_style else _WIDEST
            place = _key(instant, section)
            yield from _of_list(file, text, place, node, getattr(answer.promise, section), found, widest)


# ── statuses ──


def _of_statuses(file: CaseFile, text: str, node: Any, found: Sequence[Difference]) -> Iterator[Edit]:
    for difference in found:
        if difference.line is not None and difference.row is not None:
            entry = _value(node, str(difference.line.values[c.CASE]))
            yield from _of_item(file, entry, "statuses", difference, difference.row)


# ── lists ──


def _of_list(
    file: CaseFile, text: str, key: Any, node: Any, lines: Sequence[Any], found: Sequence[Difference], widest: int
) -> Iterator[Edit]:
    """Each line by itself where none comes or goes. What would be wider than ``widest``, if it is anything, gets a line
    for each."""
    items = dict(zip(map(id, lines), node.value, strict=True))
    changed = [
        edit
        for one in found
        if one.line is not None and one.row is not None
        for edit in _of_item(file, items[id(one.line)], one.section, one, one.row)
    ]
    gone = [items[id(one.line)] for one in found if one.code == codes.MISSING and one.line is not None]
    new = [_new_item(file, one.section, one.row) for one in found if one.line is None and one.row is not None]
    if not gone and not new:
        yield from changed
        return
    kept = [item for item in node.value if item not in gone]
    if node.flow_style or not kept:
        texts = [*(_with(text, item, changed) for item in kept), *new]
        new_text = _listed(texts, key, widest)
        if node.flow_style and new_text.startswith(" ["):
            yield Edit(node.start_mark.index, _end(text, node), new_text[1:])
        else:
            yield Edit(key.end_mark.index, _end(text, node), f":{new_text}")
        return
    yield from changed
    yield from (_without(text, item) for item in gone)
    if new:
        indent, end = _dash(text, kept[-1]), _line_end(text, _end(text, kept[-1]))
        yield Edit(end, end, "".join(f"\n{indent}- {one}" for one in new))


def _of_item(file: CaseFile, item: Any, section: str, difference: Difference, row: Row) -> Iterator[Edit]:
    """The values of one line that are otherwise."""
    for key in difference.keys:
        node = item if isinstance(item, yaml.ScalarNode) else _value(item, key)
        new = written(row.get(key), file)
        if section == "decisions" and key == c.DO and row.get(key) is None:
            new = "null"
        yield Edit(node.start_mark.index, node.end_mark.index, new)


def _new_section(file: CaseFile, text: str, instant: Any, section: str, found: Sequence[Difference]) -> Edit:
    items = [_new_item(file, section, one.row) for one in found if one.row is not None]
    empty, first_key = _key(instant, section), instant.value[0][0]
    written_here = f"{section}:{_listed(items, empty or first_key, 0 if instant.flow_style else _WIDEST)}"
    if empty is not None:  # with nothing behind it
        return Edit(empty.start_mark.index, empty.end_mark.index + 1, written_here)
    end = _end(text, instant.value[-1][1])
    if instant.flow_style:
        return Edit(end, end, f", {written_here}")
    return Edit(_line_end(text, end), _line_end(text, end), f"\n{' ' * first_key.start_mark.column}{written_here}")


def _listed(items: Sequence[str], key: Any, widest: int) -> str:
    """What stands behind a key and its colon: a list in its line, or items in lines of their own."""
    column = key.start_mark.column
    line = f" [{', '.join(items)}]"
    if not widest or column + len(key.value) + len(line) < widest:
        return line
    return "".join(f"\n{' ' * column}  - {item}" for item in items)


def _new_item(file: CaseFile, section: str, row: Row) -> str:
    """What tells a row from others, as short as it can be written."""
    values: dict[str, Any] = {key: row[key] for key in _NEW[section] if row.get(key) not in (None, "")}
    if values.get(c.CASE) == file.case:
        del values[c.CASE]
    if len(file.only) == 1 and section != "findings":
        values.pop(c.RULE, None)
    shorthand = SECTIONS[section][1]
    if values.keys() == {shorthand}:
        return written(values[shorthand], file)
    return "{" + ", ".join(f"{key}: {written(value, file)}" for key, value in values.items()) + "}"


# ── places ──


def _value(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def _key(mapping: Any, key: str) -> Any:
    return next((name for name, _ in mapping.value if name.value == key), None)


def _end(text: str, node: Any) -> int:
    """Where a node ends: a block ends where its last value does."""
    if not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start: int = node.start_mark.index
    return start + len(text[start : node.end_mark.index].rstrip())


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found


def _dash(text: str, item: Any) -> str:
    """What stands before the dash of an item."""
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    return text[start : text.rindex("-", start, item.start_mark.index)]


def _without(text: str, item: Any) -> Edit:
    """The lines of an item taken out."""
    dash = text.rindex("-", 0, item.start_mark.index)
    start = text.rfind("\n", 0, dash) + 1
    return Edit(start, min(_line_end(text, _end(text, item)) + 1, len(text)), "")


def _with(text: str, item: Any, edits: Iterable[Edit]) -> str:
    """The text of an item, with those of the edits that are within it."""
    start, end = item.start_mark.index, _end(text, item)
    found = text[start:end]
    for one in sorted((edit for edit in edits if start <= edit.start and edit.end <= end), reverse=True):
        found = found[: one.start - start] + one.text + found[one.end - start :]
    return found
