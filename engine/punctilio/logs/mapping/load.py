"""From a map's file to a map, or to everything that is wrong with it. Maps are judged by a vocabulary, as logs are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple, cast

from punctilio.location import Location
from punctilio.logs.events import EventReader, event_readers
from punctilio.logs.mapping.clock_keys import CLOCK_KEYS, clock_of, fold_of, zone_of
from punctilio.logs.mapping.model import EMPTY, Clock, Condition, Event, From, Map, Others
from punctilio.logs.values import RefusalError
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, FieldType, Vocabulary
from punctilio.problems import Problem, closest, in_order
from punctilio.published import MAPS, schema_problems
from punctilio.shape import Report, choice, entries_of, is_empty, items_of, keys_of, shortened, text, wrong
from punctilio.tables import columns as c
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode, plain, read_document, with_sources

KEYS: Final = ("map", "about", "delimiter", "zone", "fold", "skip", "common", "events", "ignore", "others")
EVENT_KEYS: Final = ("type", "when", "fields")
FIELD_KEYS: Final = ("column", "value", "values", "others", "format", "zone", "fold", "time", "separator", "decimal")
DELIMITERS: Final[Mapping[str, str]] = {"comma": ",", "semicolon": ";", "tab": "\t"}
_OF_EVERY_EVENT: Final[Mapping[str, FieldType]] = {
    c.CASE: "string",
    c.TYPE: "string",
    c.ID: "string",
    c.AT: "instant",
    c.RECORDED_AT: "instant",
}
_OTHERS: Final = ("refuse", "keep", "ignore")


class _Setting(NamedTuple):
    """What holds for all of a map."""

    report: Report
    readers: Mapping[str, EventReader]
    types: Mapping[str, FieldType]
    clock: Clock
    columns: dict[str, Location]

    def column(self, node: Node, what: str) -> str | None:
        """The name of a column, and that it is named."""
        found = text(node, self.report, what)
        if found is not None:
            self.columns.setdefault(found, node.location)
        return found


def load_map(path: str | Path, vocabulary: Vocabulary) -> tuple[Map | None, tuple[Problem, ...]]:
    """The map of a file; None where there are problems, which are given in order."""
    report = Report()
    document = read_document(Path(path), str(path), empty_keys=True)
    report.problems.extend(document.problems)
    read = _map(document.root, str(path), document.lines, vocabulary, report) if document.root is not None else None
    wrong_lines = {problem.location.line for problem in report.problems}
    by_schema = schema_problems(document, MAPS) if document.root is not None else ()
    report.problems.extend(problem for problem in by_schema if not wrong_lines)
    problems = in_order(with_sources(report.problems, [document]))
    return (None if problems else read), problems


def _map(root: Node, file: str, lines: tuple[str, ...], vocabulary: Vocabulary, report: Report) -> Map | None:
    if not isinstance(root, MapNode):
        wrong(root, report, "A map", "a mapping that begins with `map: 1`")
        return None
    keys = keys_of(root, KEYS, report, "A map", ("map", "events")) or {}
    version = keys.get("map")
    if version is not None and (not isinstance(version, ScalarNode) or version.value != 1 or version.value is True):
        report.add("BAD-LANGUAGE", "Write `map: 1`.", version)
    if about := keys.get("about"):
        text(about, report, "`about`")
    clock = Clock(None, zone_of(keys.get("zone"), report), fold_of(keys.get("fold"), report))
    types: dict[str, FieldType] = {**vocabulary.fields(), **_OF_EVERY_EVENT}
    setting = _Setting(report, event_readers(vocabulary), types, clock, {})
    common = _entries(keys.get("common"), report, "`common`")
    events = [_event(node, common, setting) for node in _items(keys.get("events"), report, "`events`")]
    if "events" in keys and not events:
        report.add("MISSING-KEY", "`events` needs at least one event.", keys["events"])
    skip = [_condition(node, setting, "`skip`") for node in _one_or_more(keys.get("skip"))]
    ignored = [text(node, report, "An entry of `ignore`") for node in _items(keys.get("ignore"), report, "`ignore`")]
    others = _choice(keys.get("others"), report, "`others`", ("ignore",))
    delimiter = _choice(keys.get("delimiter"), report, "`delimiter`", tuple(DELIMITERS))
    return Map(
        file,
        hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        tuple(event for event in events if event is not None),
        tuple(condition for condition in skip if condition),
        {name: (place, lines[place.line - 1]) for name, place in setting.columns.items()},
        frozenset(name for name in ignored if name),
        others == "ignore",
        DELIMITERS[delimiter] if delimiter else None,
    )


# ── one event ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _event(node: Node, common: Iterable[Entry], setting: _Setting) -> Event | None:
    report = setting.report
    keys = keys_of(node, EVENT_KEYS, report, "An event", ("type",))
    if not keys or "type" not in keys:
        return None
    kind, names = _type(keys["type"], setting)
    always: Condition = {}
    when = _condition(keys["when"], setting, "`when`") if "when" in keys else always
    entries = (*common, *_entries(keys.get("fields"), report, "`fields`"))
    own = {entry.key: entry for entry in entries}
    known = [entry for entry in own.values() if names or entry.key in setting.types]  # no type, no field that it lacks
    fields = [_field(entry, names, setting) for entry in known]
    if names:
        needed = frozenset[str].intersection(*(setting.readers[name].required for name in names))
        for name in sorted(needed - {c.TYPE, *own}):
            report.add("MISSING-KEY", f"This event needs the field `{name}`: say where it comes from.", node)
    if kind is None or when is None:
        return None
    return Event(when, (kind, *(field for field in fields if field is not None)))


def _type(node: Node, setting: _Setting) -> tuple[From | None, tuple[str, ...]]:
    """Where the type comes from, and the types that it can be."""
    if not isinstance(node, MapNode):
        name = _known_type(node, setting)
        return (From(c.TYPE, "string", value=name), (name,)) if name else (None, ())
    found = _source(c.TYPE, node, "string", setting, ("column", "values", "others"))
    table = node.get("values")
    meant = [entry.value for entry in table.entries] if isinstance(table, MapNode) else []
    names = [_known_type(value, setting) for value in meant if not is_empty(value)]
    if found is not None and (found.table is None or found.others == "keep"):
        return found, tuple(setting.readers)
    return found, tuple(dict.fromkeys(name for name in names if name))


def _known_type(node: Node, setting: _Setting) -> str | None:
    name = text(node, setting.report, "An event type")
    if name is None or name in setting.readers:
        return name
    message = f"The vocabulary has no event type `{shortened(name)}`."
    setting.report.add("UNKNOWN-TYPE", message, node, closest(name, setting.readers))
    return None


def _field(entry: Entry, kinds: tuple[str, ...], setting: _Setting) -> From | None:
    """The source of a field, which events of one of these types must have at least."""
    known = {name for kind in kinds for name in setting.readers[kind].fields} or set(setting.types)
    known -= {c.TYPE}
    if entry.key not in known:
        which = f"`{kinds[0]}` has" if len(kinds) == 1 else "These events have"
        message = f"{which} no field `{shortened(entry.key)}`."
        setting.report.add("UNKNOWN-FIELD", message, entry.location, closest(entry.key, known))
        return None
    kind = setting.types[entry.key]
    if not isinstance(entry.value, MapNode):
        column = setting.column(entry.value, f"`{entry.key}`")
        return From(entry.key, kind, column, clock=setting.clock) if column else None
    found = _source(entry.key, entry.value, kind, setting, _keys_for(kind))
    _check_meanings(entry, kinds, setting)
    return found


def _keys_for(kind: FieldType) -> tuple[str, ...]:
    if kind in INSTANT_TYPES:
        return ("column", "value", *CLOCK_KEYS)
    if kind in LIST_TYPES:
        return ("column", "value", "separator")
    return ("column", "value", "values", "others", *(("decimal",) if kind == "number" else ()))


def _source(name: str, node: MapNode, kind: FieldType, setting: _Setting, known: Collection[str]) -> From | None:
    report = setting.report
    keys = keys_of(node, known, report, f"`{name}`") or {}
    if ("column" in keys) == ("value" in keys):
        message = f"`{name}` needs either a `column` or a `value`."
        report.add("MISSING-KEY", message, node)
        return None
    if value := keys.get("value"):
        for key in keys.keys() - {"value"}:
            report.add("NEEDS-KEY", f"`{key}` says how a column is read: name its `column`.", keys[key])
        if is_empty(value):
            wrong(value, report, f"The value of `{name}`", "something")
            return None
        return From(name, kind, value=plain(value))
    column = setting.column(keys["column"], f"The column of `{name}`")
    table = _table(keys.get("values"), kind, report)
    others = _choice(keys.get("others"), report, "`others`", _OTHERS)
    if others and table is None:
        report.add("NEEDS-KEY", "`others` says what becomes of values that are not listed: list `values`.", node)
    separator = _separator(keys["separator"], report) if "separator" in keys else ";"
    decimal = _choice(keys.get("decimal"), report, "`decimal`", (",", ".")) or "."
    clock = clock_of(keys, name, kind, setting.clock, report) if kind in INSTANT_TYPES else Clock()
    if column is None or separator is None or clock is None:
        return None
    return From(name, kind, column, None, table, cast(Others, others or "refuse"), clock, separator, decimal)


def _separator(node: Node, report: Report) -> str | None:
    """A text that may be a blank or a line break."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.isspace():
        return node.value
    return text(node, report, "`separator`")


def _table(node: Node | None, kind: FieldType, report: Report) -> Mapping[str, str | None] | None:
    """What written values mean, as cells say it."""
    if node is None:
        return None
    entries = entries_of(node, report, "`values`") or ()
    return {entry.key: _meaning(entry.value, report) for entry in entries}


def _meaning(node: Node, report: Report) -> str | None:
    if not isinstance(node, ScalarNode):
        wrong(node, report, "What a value means", "a text, a number, true or false")
        return None
    match node.value:
        case None:
            return None
        case bool():
            return "true" if node.value else "false"
        case _:
            return node.text


def _check_meanings(entry: Entry, kinds: tuple[str, ...], setting: _Setting) -> None:
    """Constants, and what values mean, must be values of the field."""
    node = cast(MapNode, entry.value)
    table, constant = node.get("values"), node.get("value")
    said = [each.value for each in table.entries] if isinstance(table, MapNode) else []
    fields = next(
        setting.readers[kind].fields for kind in kinds or setting.readers if entry.key in setting.readers[kind].fields
    )
    for value in (*said, *([constant] if constant is not None else [])):
        if is_empty(value):
            continue
        try:
            fields[entry.key](plain(value))
        except RefusalError as refusal:
            message = f"`{entry.key}` {refusal.sentence}"
            setting.report.add("BAD-VALUE", message, value, refusal.suggestion)


# ── conditions and lists ──────────────────────────────────────────────────────────────────────────────────────────


def _condition(node: Node, setting: _Setting, what: str) -> Condition | None:
    """A column that must say something, or columns with the values of which they must hold one."""
    if isinstance(node, ScalarNode) and not is_empty(node):
        column = setting.column(node, what)
        return {column: None} if column else None
    entries = entries_of(node, setting.report, what)
    if not entries:
        return None
    found: dict[str, frozenset[str] | None] = {}
    for entry in entries:
        setting.columns.setdefault(entry.key, entry.location)
        items = entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
        values = [EMPTY if _is_empty_text(item) else text(item, setting.report, what) for item in items]
        found[entry.key] = frozenset(value for value in values if value is not None)
    return found


def _is_empty_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == EMPTY


def _one_or_more(node: Node | None) -> tuple[Node, ...]:
    if node is None or is_empty(node):
        return ()
    return node.items if isinstance(node, ListNode) else (node,)


def _items(node: Node | None, report: Report, what: str) -> tuple[Node, ...]:
    return () if node is None else items_of(node, report, what) or ()


def _entries(node: Node | None, report: Report, what: str) -> tuple[Entry, ...]:
    return () if node is None else entries_of(node, report, what) or ()


def _choice(node: Node | None, report: Report, what: str, values: Collection[str]) -> str | None:
    return None if node is None else choice(node, report, what, values)
