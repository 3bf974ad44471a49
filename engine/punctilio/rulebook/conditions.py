"""Conditions on one field: a value, a list of values, or operators."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from punctilio.model.rule import (
    All,
    AnyOf,
    Compare,
    Exists,
    Matches,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Range,
    Scalar,
    Size,
    StartsWith,
)
from punctilio.problems import closest
from punctilio.rulebook.files import BUNDLED
from punctilio.rulebook.parameters import Ledger
from punctilio.rulebook.values import ORDERED, Subject, instant, number_of, value_of
from punctilio.shape import (
    Report,
    boolean,
    integer,
    is_empty,
    is_put_in,
    is_spoilt,
    items_of,
    keys_of,
    listing,
    shortened,
    text,
    wrong,
)
from punctilio.value import Value
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode

OPERATORS = ("in", "not", "lt", "lte", "gt", "gte", "matches", "mentions", "exists", "words", "chars", "starts_with")
_COMPARISONS = ("lt", "lte", "gt", "gte")


class Phrases(Value):
    """The named phrase lists, and the parameters that went into each; None where a mistake in one was reported."""

    lists: Mapping[str, tuple[str, ...] | None]
    parameters: Mapping[str, frozenset[str]]
    ledger: Ledger

    def read(self, node: Node, report: Report, what: str) -> tuple[tuple[str, ...], str | None] | None:
        """The phrases and the name of their list, if they are a named one."""
        if isinstance(node, ListNode):
            found = phrase_list(node, report, what)
            return (found, None) if found else None
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            wrong(node, report, what, "the name of a phrase list, or a list of phrases")
            return None
        name = node.value
        if name not in self.lists:
            message = f"`phrases` has no list `{shortened(name)}`. A single phrase is written in brackets: `[…]`."
            meant = closest(name, self.lists)
            report.add("UNKNOWN-PHRASES", message if not meant else message.partition(". ")[0] + ".", node, meant)
            return None
        self.ledger.note(self.parameters[name])
        known = self.lists[name]
        return (known, name) if known else None


def phrase_list(node: Node, report: Report, what: str) -> tuple[str, ...] | None:
    """A list of phrases, at least one."""
    items = items_of(node, report, what)
    if items is None:
        return None
    if not items:
        report.add("BAD-VALUE", f"{what} holds no phrase. Write at least one.", node)
    found = tuple(text(item, report, "A phrase") for item in items)
    return tuple(phrase for phrase in found if phrase is not None) or None


class Conditions(Value):
    """Reads conditions, with what they may refer to."""

    phrases: Phrases
    report: Report

    def on(self, subject: Subject, node: Node) -> Pattern | None:
        """The condition that ``node`` puts on the subject; None where a mistake was reported."""
        match node:
            case ScalarNode():
                return self._one_of(subject, (node,), node)
            case ListNode():
                return self._one_of(subject, node.items, node)
            case MapNode():
                return self._operators(subject, node)

    def _one_of(self, subject: Subject, nodes: Collection[Node], whole: Node) -> Pattern | None:
        if not nodes:
            self.report.add("BAD-VALUE", f"`{subject.name}` names no value, so nothing fits. Write one.", whole)
        values: list[Scalar] = []
        for node in nodes:
            if is_empty(node):
                message = f"`{subject.name}` is empty here. For a field that is not written say `{{exists: false}}`."
                self.report.add("WRONG-TYPE", message, node)
            elif not is_spoilt(node) and (value := value_of(node, subject, self.report)) is not None:
                values.append(value)
        return OneOf(subject.name, tuple(values)) if values and len(values) == len(nodes) else None

    def _operators(self, subject: Subject, node: MapNode) -> Pattern | None:
        by_attribute = {attribute.name.partition(".")[2]: attribute for attribute in subject.attributes}
        keys = keys_of(node, (*OPERATORS, *by_attribute), self.report, f"A condition on `{subject.name}`")
        if not keys:
            if keys is not None:
                self.report.add("BAD-VALUE", f"The condition on `{subject.name}` is empty.", node)
            return None
        parts = [self._part(subject, by_attribute, key, value) for key, value in keys.items()]
        return together(parts)

    def _part(self, subject: Subject, attributes: Mapping[str, Subject], key: str, value: Node) -> Pattern | None:
        if key in OPERATORS:
            return self.operator(subject, key, value)
        return self.on(attributes[key], value) if key in attributes else None

    def operator(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        """One operator, such as ``words: {lte: 200}``."""
        if not self._suits(subject, key, value):
            return None
        return self._readers()[key](subject, key, value)

    def _readers(self) -> Mapping[str, Callable[[Subject, str, Node], Pattern | None]]:
        return {
            "in": self._in,
            "not": self._not,
            **dict.fromkeys(_COMPARISONS, self._compare),
            "matches": self._matches,
            "mentions": self._mentions,
            "exists": self._exists,
            "words": self._size,
            "chars": self._size,
            "starts_with": self._starts_with,
        }

    def _suits(self, subject: Subject, key: str, value: Node) -> bool:
        """Whether the operator makes sense for the type of the subject."""
        if key in _COMPARISONS and subject.type not in ORDERED:
            message = f"`{key}` compares numbers and instants; `{subject.name}` is {_TYPE_WORDS[subject.type]}."
        elif key in ("matches", "mentions", "words", "chars", "starts_with") and not subject.holds_text:
            message = f"`{key}` looks into a text; `{subject.name}` is {_TYPE_WORDS[subject.type]}."
        else:
            return True
        self.report.add("WRONG-TYPE", message, value)
        return False

    def _in(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        items = items_of(value, self.report, "`in`")
        return self._one_of(subject, items, value) if items is not None else None

    def _not(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        found = self.on(subject, value)
        return Not(found) if found else None

    def _compare(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        if subject.type in ("integer", "number"):
            number = number_of(value, subject, self.report)
            return Compare(subject.name, key, number) if number is not None else None
        at = instant(value, self.report, f"`{key}`")
        return Compare(subject.name, key, at) if at is not None else None

    def _matches(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        regex = text(value, self.report, "`matches`")
        if regex is None:
            return None
        is_proven = value.location.file.startswith(f"{BUNDLED}/") and not is_put_in(value)
        complaint = None if is_proven else regex_complaint(regex)
        if complaint:
            self.report.add("BAD-REGEX", f"This regular expression cannot be read: {complaint}.", value)
            return None
        return Matches(subject.name, regex)

    def _mentions(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        found = self.phrases.read(value, self.report, "`mentions`")
        return Mentions(subject.name, *found) if found else None

    def _exists(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        wanted = boolean(value, self.report, "`exists`")
        return Exists(subject.name, wanted) if wanted is not None else None

    def _size(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        size = range_of(value, self.report, f"`{key}`")
        return Size(subject.name, key, size) if size else None

    def _starts_with(self, subject: Subject, key: str, value: Node) -> Pattern | None:
        start = text(value, self.report, "`starts_with`")
        return StartsWith(subject.name, start) if start is not None else None


_TYPE_WORDS: Mapping[str, str] = {
    "type": "the event type",
    "string": "a text",
    "text": "a text",
    "enum": "one of a few words",
    "person": "a person",
    "people": "a list of people",
    "strings": "a list of texts",
    "instant": "an instant",
    "deadline": "a date or an instant",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def together(parts: Collection[Pattern | None]) -> Pattern | None:
    """All of the parts; None where one of them could not be read."""
    read = tuple(part for part in parts if part is not None)
    if len(read) < len(parts):
        return None
    return read[0] if len(read) == 1 else All(read)


def either(parts: Collection[Pattern | None]) -> Pattern | None:
    """Any of the parts; None where one of them could not be read."""
    read = tuple(part for part in parts if part is not None)
    if not read or len(read) < len(parts):
        return None
    return read[0] if len(read) == 1 else AnyOf(read)


def range_of(node: Node, report: Report, what: str) -> Range | None:
    """A number, or a range such as ``{gte: 2, lte: 3}``."""
    if isinstance(node, MapNode):
        return _range(node, report, what)
    if isinstance(node, ListNode):
        wrong(node, report, what, "a number or a range such as `{gte: 2, lte: 3}`")
        return None
    number = integer(node, report, what)
    return Range(number, number) if number is not None else None


def _range(node: MapNode, report: Report, what: str) -> Range | None:
    keys = keys_of(node, _COMPARISONS, report, f"The range of {what}")
    bounds = {k: integer(v, report, f"`{k}`") for k, v in (keys or {}).items() if k in _COMPARISONS}
    if not bounds:
        if keys is not None and not node.entries:
            report.add("BAD-VALUE", f"The range of {what} is empty. Write {listing(_COMPARISONS)} with a number.", node)
        return None
    lows = [n + (k == "gt") for k, n in bounds.items() if k in ("gt", "gte") and n is not None]
    highs = [n - (k == "lt") for k, n in bounds.items() if k in ("lt", "lte") and n is not None]
    found = Range(max(lows, default=None), min(highs, default=None))
    if found.at_most is not None and found.at_most < (found.at_least or 0):
        report.add("BAD-VALUE", f"No number lies in this range of {what}.", node)
        return None
    return found


def regex_complaint(regex: str) -> str | None:
    """What is wrong with a regular expression, by the engine that will run it; None where nothing is."""
    import polars as pl  # only rule files that use `matches` pay for it

    try:
        pl.Series([""]).str.contains(regex)
    except pl.exceptions.PolarsError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = next((line.partition("error:")[2] for line in lines if line.startswith("error:")), "")
        if "size limit" in str(error):
            return "it is too large; repeat less"
        return said.strip() or "look-around and references back are not supported"
    return None
