"""The four kinds that speak of time: expect, require, limit, close. What a check says is in ``content``."""

from __future__ import annotations

from types import MappingProxyType

from punctilio.model.decision import OPEN_STATUS
from punctilio.model.rule import Action, AnyOf, Close, EventPattern, Expect, Limit, Require, Scalar
from punctilio.model.vocabulary import LIST_TYPES
from punctilio.model.window import Duration, Window
from punctilio.problems import closest
from punctilio.rulebook.scope import Keys, Scope
from punctilio.rulebook.values import known_type, subject_of, value_of
from punctilio.shape import choice, is_put_in, keys_of, shortened, text, wrong
from punctilio.yaml_source import ListNode, MapNode, Node

EXPECT_KEYS = (
    "when", "nth", "since", "while", "each", "per", "until", "window", "before", "cancel", "renew", "do",
)  # fmt: skip
WINDOW_KEYS = ("from", "opens", "due", "expires")
REQUIRE_KEYS = ("of", "after", "per", "since", "within", "from")
LIMIT_KEYS = ("of", "per", "at_most", "within", "gap", "since", "while")
CLOSE_KEYS = ("when", "status", "per", "nth", "since", "silence_for", "unless", "reopen")
RENEWALS = ("stack", "restart")
ACTION_KEYS = ("type", "to", "through", "template")


NOTHING = EventPattern(AnyOf(()), frozenset(), "")
"""Stands for an event that could not be read; a rulebook with a mistake in it is never used."""


def expect(node: Node, scope: Scope) -> Expect | None:
    keys = keys_of(node, EXPECT_KEYS, scope.report, "`expect`", ("when", "until"))
    if keys is None:
        return None
    scope.needs(keys, "since", ("nth",), "from where events are counted")
    when = scope.event(keys, "when")
    return Expect(
        when=when or NOTHING,
        until=scope.event(keys, "until") or NOTHING,
        window=_window(keys, when, scope),
        each=scope.each(keys, when),
        key=scope.key(keys, when, default=("person",) if "each" in keys else ()),
        nth=scope.integer(keys, "nth", 1),
        since=scope.event(keys, "since"),
        during=scope.during(keys),
        before=scope.event(keys, "before"),
        cancel=scope.event(keys, "cancel"),
        restarts="renew" in keys and choice(keys["renew"], scope.report, "`renew`", RENEWALS) == "restart",
        action=_action(keys["do"], scope) if "do" in keys else None,
    )


def require(node: Node, scope: Scope) -> Require | None:
    keys = keys_of(node, REQUIRE_KEYS, scope.report, "`require`", ("of", "after"))
    if keys is None:
        return None
    of, after = scope.event(keys, "of"), scope.event(keys, "after")
    return Require(
        of=of or NOTHING,
        after=after or NOTHING,
        key=scope.key(keys, of),
        since=scope.event(keys, "since"),
        within=scope.duration(keys, "within"),
        from_field=scope.instant_field(keys, "from", after),
    )


def limit(node: Node, scope: Scope) -> Limit | None:
    keys = keys_of(node, LIMIT_KEYS, scope.report, "`limit`", ("of", "per"))
    if keys is None:
        return None
    if "at_most" not in keys and "gap" not in keys:
        scope.report.add("MISSING-KEY", "`limit` limits nothing. Write `at_most`, `gap` or both.", node)
    else:
        scope.needs(keys, "within", ("at_most",), "in which time `at_most` counts")
    of = scope.event(keys, "of")
    return Limit(
        of=of or NOTHING,
        key=scope.key(keys, of),
        at_most=scope.integer(keys, "at_most", 0),
        within=scope.duration(keys, "within"),
        gap=_gap(keys, scope),
        since=scope.event(keys, "since"),
        during=scope.during(keys),
    )


def _gap(keys: Keys, scope: Scope) -> Duration | None:
    """A gap of nothing limits nothing, unless it is a parameter that switches the limit off."""
    gap = scope.duration(keys, "gap")
    if gap is not None and not gap.is_anything and not is_put_in(keys["gap"]):
        message = f"A `gap` of {gap.text} limits nothing. Write how far apart they must be, or take it out."
        scope.report.add("BAD-VALUE", message, keys["gap"])
    return gap


def close(node: Node, scope: Scope) -> Close | None:
    keys = keys_of(node, CLOSE_KEYS, scope.report, "`close`", ("when", "status"))
    if keys is None:
        return None
    scope.needs(keys, "unless", ("silence_for",), "what breaks a silence")
    scope.needs(keys, "since", ("nth",), "from where events are counted")
    scope.needs(keys, "per", ("nth", "silence_for", "reopen"), "which events belong together")
    when = scope.event(keys, "when")
    return Close(
        when=when or NOTHING,
        status=_status(keys, scope) or "",
        key=scope.key(keys, when),
        nth=scope.integer(keys, "nth", 1),
        since=scope.event(keys, "since"),
        silence_for=scope.duration(keys, "silence_for"),
        unless=scope.event(keys, "unless"),
        reopen=scope.event(keys, "reopen"),
    )


def _status(keys: Keys, scope: Scope) -> str | None:
    status = text(keys["status"], scope.report, "`status`") if "status" in keys else None
    if status == OPEN_STATUS:
        message = f"A case that is not closed is `{OPEN_STATUS}`. Call the status of a closed one something else."
        scope.report.add("BAD-VALUE", message, keys["status"])
    return status


# ── the window ────────────────────────────────────────────────────────────────────────────────────────────────────


def _window(keys: Keys, when: EventPattern | None, scope: Scope) -> Window:
    if "window" not in keys:
        return Window()
    inner = keys_of(keys["window"], WINDOW_KEYS, scope.report, "`window`")
    if inner is None:
        return Window()
    window = Window(
        from_field=scope.instant_field(inner, "from", when),
        opens=scope.bound(inner, "opens", when),
        due=scope.bound(inner, "due", when),
        expires=scope.bound(inner, "expires", when),
    )
    _report_backward(inner, window, scope)
    return window


def _report_backward(keys: Keys, window: Window, scope: Scope) -> None:
    """Bounds of the same unit must come in order; of others only a calendar can tell."""
    bounds = {"opens": window.opens, "due": window.due, "expires": window.expires}
    lengths = [(name, bound) for name, bound in bounds.items() if isinstance(bound, Duration)]
    for (early, first), (late, second) in ((a, b) for i, a in enumerate(lengths) for b in lengths[i + 1 :]):
        if _is_shorter(second, first):
            message = f"`{late}` ({second.text}) comes before `{early}` ({first.text}), so nothing can be in time."
            scope.report.add("BAD-VALUE", message, keys[late])


def _is_shorter(one: Duration, other: Duration) -> bool:
    """Whether it certainly is, whatever the calendar."""
    if one.to_midnight or other.to_midnight:
        return False
    parts = [(d.months, d.days, d.business_days, d.seconds) for d in (one, other)]
    return parts[0] != parts[1] and all(a <= b for a, b in zip(*parts, strict=True))


# ── the action ────────────────────────────────────────────────────────────────────────────────────────────────────


def _action(node: Node, scope: Scope) -> Action | None:
    event_type = _action_type(node, scope)
    if event_type is None:
        return None
    known = tuple(dict.fromkeys((*ACTION_KEYS, *scope.vocabulary.types[event_type].fields)))
    keys = keys_of(node, known, scope.report, "`do`")
    if keys is None:
        return None
    return Action(
        type=event_type,
        fields=MappingProxyType(_fields(keys, event_type, scope)),
        template=_template(keys["template"], scope) if "template" in keys else None,
        to=scope.party(keys, "to"),
        through=scope.party(keys, "through"),
    )


def _action_type(node: Node, scope: Scope) -> str | None:
    """The type that is written, else the one that the vocabulary proposes."""
    written = node.get("type") if isinstance(node, MapNode) else None
    if written is not None:
        return known_type(written, scope.vocabulary.types, scope.report)
    drafts = scope.vocabulary.parts.drafts
    if drafts is None or drafts.of not in scope.vocabulary.types:
        message = "`do` needs a `type`: the vocabulary does not say what is proposed where none is named."
        scope.report.add("MISSING-KEY", message, node)
        return None
    return drafts.of


def _fields(keys: Keys, event_type: str, scope: Scope) -> dict[str, Scalar | tuple[Scalar, ...]]:
    found: dict[str, Scalar | tuple[Scalar, ...]] = {}
    for name, node in keys.items():
        field = scope.vocabulary.types[event_type].fields.get(name)
        if field is None or name in ACTION_KEYS:
            continue
        subject = subject_of(field, scope.vocabulary)
        if isinstance(node, ListNode) and field.type in LIST_TYPES:
            values = [value_of(item, subject, scope.report) for item in node.items]
            found[name] = tuple(value for value in values if value is not None)
        elif field.type in LIST_TYPES:
            wrong(node, scope.report, f"`{name}`", "a list")
        elif (value := value_of(node, subject, scope.report)) is not None:
            found[name] = value
    return found


def _template(node: Node, scope: Scope) -> str | None:
    name = text(node, scope.report, "`template`")
    known = scope.templates.get(node.location.file, ())
    if name is not None and name not in known:
        meant = closest(name, known)
        hint = "" if meant else " Put one beside the rule file, as `templates/NAME.txt`."
        scope.report.add("UNKNOWN-TEMPLATE", f"There is no message template `{shortened(name)}`.{hint}", node, meant)
        return None
    return name
