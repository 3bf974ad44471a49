"""Several files as one: what a later file says goes over an earlier one, node by node, so that places are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from punctilio.location import Location
from punctilio.problems import closest
from punctilio.rulebook.files import RuleFile
from punctilio.shape import Report, entries_of, is_empty, items_of, keys_of, one_line, section, shortened
from punctilio.value import Value, replaced
from punctilio.yaml_source import Entry, MapNode, Node, ScalarNode

RULE_KEYS = ("id", "title", "force", "cite", "about", "expect", "require", "limit", "check", "close")
KINDS = ("expect", "require", "limit", "check", "close")
OFF = "off"


class RuleNode(Value):
    """A rule as written, with the overrides in it. ``location`` is that of its `id`, ``changed`` that of the last
    override."""

    id: str
    keys: Mapping[str, Node]
    node: MapNode
    location: Location
    file: str
    changed: Location | None = None


@dataclass(slots=True)
class Merged:
    """The files as one."""

    main: Mapping[str, Node] = field(default_factory=dict[str, Node])
    named: dict[str, dict[str, Entry]] = field(default_factory=lambda: {"define": {}, "parties": {}, "phrases": {}})
    calendar: dict[str, Node] = field(default_factory=dict[str, Node])
    zone: Node | None = None
    rules: dict[str, RuleNode] = field(default_factory=dict[str, RuleNode])
    unnamed: list[RuleNode] = field(default_factory=list[RuleNode])
    """Rules without an id of their own: a mistake that was reported. What else is wrong in them is still looked for."""


def merged(files: tuple[RuleFile, ...], report: Report) -> Merged:
    """The files, the inherited first, as one."""
    whole = Merged()
    off: dict[str, Location] = {}
    for file in files:
        whole.main = file.sections
        for name, entries in whole.named.items():
            found = section(file.sections.get(name), report, f"`{name}`")
            entries.update((entry.key, entry) for entry in found)
        _add_calendar(whole, file, report)
        _override(whole, file, off, report)
        _add_rules(whole, file, off, report)
    return whole


def _add_calendar(whole: Merged, file: RuleFile, report: Report) -> None:
    calendar = file.sections.get("calendar")
    if calendar is not None and not is_empty(calendar):
        whole.calendar.update(keys_of(calendar, ("weekend", "holidays"), report, "`calendar`") or {})
    whole.zone = file.sections.get("zone", whole.zone)


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_rules(whole: Merged, file: RuleFile, off: Mapping[str, Location], report: Report) -> None:
    rules = file.sections.get("rules")
    if rules is None or is_empty(rules):
        return
    for item in items_of(rules, report, "`rules`") or ():
        rule = _rule(item, file, report)
        if rule is None:
            continue
        if not rule.id:
            whole.unnamed.append(rule)
            continue
        known = whole.rules.get(rule.id)
        if known is not None or rule.id in off:
            owner = known.location if known is not None else off[rule.id]
            inherited = owner.file != file.name
            where = f"in {owner.file}" if inherited else f"in line {owner.line}"
            advice = "To change an inherited rule, use `overrides`." if inherited else "Give one of them another id."
            report.add("DUPLICATE-ID", f"There is a rule `{rule.id}` {where} already. {advice}", rule.location)
            whole.unnamed.append(rule)
        else:
            whole.rules[rule.id] = rule


def _rule(item: Node, file: RuleFile, report: Report) -> RuleNode | None:
    keys = keys_of(item, RULE_KEYS, report, "A rule", ("id",))
    if keys is None or not isinstance(item, MapNode):
        return None
    rule_id = (one_line(keys["id"], report, "The id of a rule") if "id" in keys else None) or ""
    entry = item.entry("id")
    return RuleNode(rule_id, keys, item, entry.location if entry else item.location, file.name)


# ── overrides ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _override(whole: Merged, file: RuleFile, off: dict[str, Location], report: Report) -> None:
    inherited = {other.name for other in file.inherited()}
    visible = {rule.id for rule in whole.rules.values() if rule.file in inherited}
    for entry in section(file.sections.get("overrides"), report, "`overrides`"):
        rule = whole.rules.get(entry.key)
        if rule is None or entry.key not in visible:
            _unknown_rule(entry, visible, off, report)
        elif isinstance(entry.value, ScalarNode):
            if _is_off(entry, report):
                off[rule.id] = rule.location
                del whole.rules[rule.id]
        else:
            whole.rules[rule.id] = _patched_rule(rule, entry, report)


def _unknown_rule(entry: Entry, visible: set[str], off: Mapping[str, Location], report: Report) -> None:
    if entry.key in off:
        report.add("UNKNOWN-RULE", f"`{entry.key}` was switched off by a file that this one extends.", entry.location)
        return
    meant = closest(entry.key, visible)
    hint = "" if meant else " Overrides change rules that come with `extends`."
    message = f"No rule `{shortened(entry.key)}` is inherited.{hint}"
    report.add("UNKNOWN-RULE", message, entry.location, meant)


def _is_off(entry: Entry, report: Report) -> bool:
    if isinstance(entry.value, ScalarNode) and entry.value.value == OFF:
        return True
    message = f"An override is a mapping of what to change, or `{OFF}`."
    report.add("BAD-VALUE", message, entry.location if is_empty(entry.value) else entry.value, OFF)
    return False


def _patched_rule(rule: RuleNode, entry: Entry, report: Report) -> RuleNode:
    patch = entry.value
    if entries_of(patch, report, "An override") is None or not isinstance(patch, MapNode):
        return rule
    if not patch.entries:
        report.add("BAD-VALUE", f"This changes nothing of `{rule.id}`. Write what to change, or `{OFF}`.", patch)
    if (renamed := patch.entry("id")) is not None:
        report.add("UNKNOWN-KEY", "An override cannot change the id of a rule. Take it out.", renamed.location)
        patch = patch._replace(entries=tuple(e for e in patch.entries if e.key != "id"))
    keys_of(patch, RULE_KEYS, report, "An override")
    node = _patched(rule.node, patch, report)
    keys = {e.key: e.value for e in node.entries if e.key in RULE_KEYS}
    return replaced(rule, node=node, keys=keys, changed=entry.location)


def _patched(base: MapNode, patch: MapNode, report: Report) -> MapNode:
    """Mappings merge; everything else replaces; null removes, and there must be something to remove."""
    entries = {entry.key: entry for entry in base.entries}
    for entry in patch.entries:
        known = entries.get(entry.key)
        if is_empty(entry.value):
            if entries.pop(entry.key, None) is None:
                message = f"There is nothing called `{entry.key}` to remove."
                report.add("UNKNOWN-KEY", message, entry.location, closest(entry.key, (e.key for e in base.entries)))
        elif known is not None and isinstance(known.value, MapNode) and isinstance(entry.value, MapNode):
            entries[entry.key] = entry._replace(value=_patched(known.value, entry.value, report))
        else:
            entries[entry.key] = entry
    return MapNode(tuple(entries.values()), patch.location)
