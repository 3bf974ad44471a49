"""What a rule says, as sentences that follow its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.duration_text import parse_duration
from punctilio.manual.telling.checks import check
from punctilio.manual.telling.patterns import event_words
from punctilio.manual.telling.words import Words, code, joined, say, sentence
from punctilio.shape import written
from punctilio.yaml_source import ListNode, MapNode, Node

_BREACH: Final = MappingProxyType({"must": "an error", "should": "a warning"})
_MUST: Final = MappingProxyType({"must": "must", "should": "should"})
_ASKS: Final = MappingProxyType({"must": "must follow", "should": "should follow", "may": "may follow"})


def rule_sentences(kind: str, node: MapNode, force: str) -> tuple[Words, ...]:
    """All that a rule says, its main sentence first."""
    return tuple(_TELLERS[kind](node, force))


def _expect(node: MapNode, force: str) -> Iterator[Words]:
    keys = {entry.key: entry.value for entry in node.entries}
    when, until = event_words(keys["when"]), event_words(keys["until"])
    whom = say(", for each person in its ", code(written(keys["each"]))) if "each" in keys else ()
    yield sentence("after ", _ordinal(keys) or "each ", when, whom, ", ", until, " ", _ASKS.get(force, "may follow"))
    yield from _together(keys, default="each" in keys)
    yield from _counted(keys)
    yield from _while(keys, "It opens")
    window = keys.get("window")
    yield from _window(window if isinstance(window, MapNode) else None, keys, force)
    if "cancel" in keys:
        yield sentence(event_words(keys["cancel"]), " makes it needless")
    if "renew" in keys and written(keys["renew"]) == "restart":
        yield sentence("a further one takes the place of one that is open")
    do = keys.get("do")
    if isinstance(do, MapNode):
        yield _action(do)


def _window(window: MapNode | None, keys: Mapping[str, Node], force: str) -> Iterator[Words]:
    bounds = {entry.key: entry.value for entry in window.entries} if window else {}
    start = written(bounds["from"]) if "from" in bounds else None
    if "opens" in bounds:
        yield sentence("it opens ", later(bounds["opens"], start), "; until then it waits")
    elif start:
        yield sentence("its time runs from its ", code(start))
    level = f", and {_BREACH[force]}" if force in _BREACH else ""
    late = f"; from the next instant on it is overdue{level}"
    if "due" in bounds:
        yield sentence("it is due ", later(bounds["due"], start), late)
    if "before" in keys:
        yield sentence("it is due before the first ", event_words(keys["before"]), late)
    if "expires" in bounds:
        worth = "late is better than never" if "due" in bounds or "before" in keys else "it may be done"
        yield sentence("until it expires, ", later(bounds["expires"], start), f", {worth}")
    if "due" not in bounds and "before" not in keys:
        yield sentence("nothing makes it late")


def later(node: Node, start: str | None = None) -> Words:
    """A bound: so long after the start (a field, or the trigger itself), or another field of the trigger."""
    text = written(node)
    if text == "at":
        return ("with the event itself",)
    if not any(c.isdigit() for c in text):
        return say("at its ", code(text))
    if not _is_anything(text):
        return say("right after its ", code(start)) if start else ("at once",)
    return say(code(text), " after its ", code(start)) if start else say(code(text), " later")


def _is_anything(text: str) -> bool:
    try:
        return parse_duration(text).is_anything
    except ValueError:  # no length of time: the name of a field with a digit in it
        return True


def _action(node: MapNode) -> Words:
    keys = {entry.key: entry.value for entry in node.entries}
    fields = [say(code(key), " ", code(written(value))) for key, value in keys.items() if key not in _ADDRESS]
    return sentence(
        "what is proposed is ",
        code(written(keys["type"])) if "type" in keys else "a message",
        say(" with ", joined(fields, "and")) if fields else (),
        say(", to the ", code(written(keys["to"]))) if "to" in keys else (),
        say(", through the ", code(written(keys["through"]))) if "through" in keys else (),
        say(", from the template ", code(written(keys["template"]))) if "template" in keys else (),
    )


_ADDRESS: Final = ("type", "to", "through", "template")


def _require(node: MapNode, force: str) -> Iterator[Words]:
    keys = {entry.key: entry.value for entry in node.entries}
    of, after = event_words(keys["of"]), event_words(keys["after"])
    within = say(", at most ", code(written(keys["within"])), " earlier") if "within" in keys else ()
    yield sentence("no ", of, " without ", after, " before it", within)
    if "from" in keys:
        yield sentence("the ", code(written(keys["from"])), " of the latest one must have passed")
    if "since" in keys:
        yield sentence("only what came since the latest ", event_words(keys["since"]), " began counts")
    yield from _together(keys)
    yield from _consequence(force, "one without it")


def _limit(node: MapNode, force: str) -> Iterator[Words]:
    keys = {entry.key: entry.value for entry in node.entries}
    of = event_words(keys["of"])
    if "at_most" in keys:
        number = written(keys["at_most"])
        span = say(" in any ", code(written(keys["within"]))) if "within" in keys else ()
        often = sentence(of, " may happen ", code(number), " times" if number != "1" else " time", span, " at most")
        yield sentence(of, f" {_MUST.get(force, 'had better')} not happen") if number == "0" else often
    if "gap" in keys:
        yield sentence("between one ", of, " and the next there lie at least ", code(written(keys["gap"])))
    yield from _together(keys)
    if "since" in keys:
        yield sentence("the count begins anew with each ", event_words(keys["since"]))
    yield from _while(keys, "This holds")
    yield from _consequence(force, _excess(keys))


def _excess(keys: Mapping[str, Node]) -> str:
    too_many = "each one" if "at_most" in keys and written(keys["at_most"]) == "0" else "each one too many"
    if "gap" not in keys:
        return too_many
    return f"{too_many} or too soon" if "at_most" in keys else "each one that comes too soon"


def _close(node: MapNode, force: str) -> Iterator[Words]:
    keys = {entry.key: entry.value for entry in node.entries}
    status, when = code(written(keys["status"])), say(_ordinal(keys), event_words(keys["when"]))
    if "silence_for" in keys:
        unless = say(" without ", event_words(keys["unless"])) if "unless" in keys else ()
        silence = code(written(keys["silence_for"]))
        yield sentence("when ", silence, " have passed since ", when, unless, ", the case is ", status)
    else:
        yield sentence(when, " closes the case: it is ", status)
    yield from _counted(keys)
    yield from _together(keys)
    yield sentence("from then on nothing opens, and what is undone is cancelled")
    if "reopen" in keys:
        yield sentence("a later ", event_words(keys["reopen"]), " opens it again")


# ── what several kinds say ────────────────────────────────────────────────────────────────────────────────────────


def _ordinal(keys: Mapping[str, Node]) -> Words:
    if "nth" not in keys:
        return ()
    number = written(keys["nth"])
    return say("the ", code(f"{number}{_SUFFIX.get(number, 'th')}"), " ")


_SUFFIX: Final = MappingProxyType({"1": "st", "2": "nd", "3": "rd"})


def _counted(keys: Mapping[str, Node]) -> Iterator[Words]:
    if "nth" in keys and "since" in keys:
        yield sentence("the counting begins anew with each ", event_words(keys["since"]))


def _together(keys: Mapping[str, Node], *, default: bool = False) -> Iterator[Words]:
    per = keys.get("per")
    if isinstance(per, ListNode):
        named = dict.fromkeys(["case", *(written(item) for item in per.items)])
        if list(named) != ["case"]:
            yield sentence("events belong together by ", joined([(code(name),) for name in named], "and"))
    elif default:
        yield sentence("events belong together by ", code("case"), " and ", code("person"))


def _while(keys: Mapping[str, Node], begins: str) -> Iterator[Words]:
    inner = keys.get("while")
    if not isinstance(inner, MapNode):
        return
    parts: list[Words] = []
    for key, node in ((entry.key, entry.value) for entry in inner.entries):
        match key:
            case "after":
                parts.append(say("after ", event_words(node)))
            case "until":
                parts.append(say("until ", event_words(node)))
            case _:
                text = written(node)
                is_length = any(c.isdigit() for c in text)
                parts.append(say("for ", code(text), " at most") if is_length else say("until its ", code(text)))
    yield sentence(f"{begins} only ", joined(parts, "and"))


def _consequence(force: str, what: str) -> Iterator[Words]:
    match force:
        case "must":
            yield sentence(f"{what} is an error, and where it would be proposed it is blocked")
        case "should":
            yield sentence(f"{what} is a warning")
        case _:
            yield sentence(f"{what} is worth a word of advice, and no finding")


_TELLERS: Final[Mapping[str, Callable[[MapNode, str], Iterator[Words]]]] = MappingProxyType(
    {"expect": _expect, "require": _require, "limit": _limit, "check": check, "close": _close}
)
