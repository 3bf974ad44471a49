"""The difference as a comment on a pull request.

Whatever comes from files and logs stands in HTML elements, on one line and escaped by the standard library. An HTML
block of Markdown ends at the first blank line, and there is none in it: so nothing in it is read as Markdown, and no
cell ends its row. What would notify people or link to issues is held apart from its sign by a space of no width.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Final

from punctilio.difference import words
from punctilio.difference.values import Change, Difference, Effect, RuleDifference, Sample
from punctilio.inert import inert

MOST: Final = 60_000
"""Characters: a comment on GitHub holds 65,536."""
_SHOWN: Final = 20
_LONGEST: Final = 600
_APART: Final = str.maketrans({"@": "@\u200b", "#": "#\u200b"})


def as_markdown(difference: Difference) -> str:
    """The whole report, never longer than MOST: rules that do not fit are counted."""
    head = _block(_head(difference))
    tail = _block(_idle(difference.idle)) if difference.idle else ""
    pieces = [head]
    for number, rule in enumerate(difference.rules):
        piece = _block(_rule(rule))
        if sum(map(len, pieces)) + len(piece) + len(tail) > MOST:
            left = words.counted(len(difference.rules) - number, "more rule")
            pieces.append(f"<p>There is no room here for {left}: see the text of the report.</p>\n")
            break
        pieces.append(piece)
    return "\n".join([*pieces, *([tail] if tail else [])])


def _block(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _head(difference: Difference) -> Iterator[str]:
    yield "<h3>What the changed rules judge otherwise</h3>"
    yield "<table>"
    yield _row("old", _code(words.side_words(difference.old)))
    yield _row("new", _code(words.side_words(difference.new)))
    yield _row("log", _code(words.log_words(difference)))
    yield "</table>"
    yield f"<p>{_text(words.summary_words(difference))}</p>"


def _rule(rule: RuleDifference) -> Iterator[str]:
    total = sum(effect.count for effect in rule.effects)
    yield "<details>"
    yield f"<summary>{_code(rule.rule)}: {_text(words.counted(total, 'judgement'))} otherwise</summary>"
    yield f"<p>{_text(words.rule_words(rule))}</p>"
    if rule.changes:
        yield from _changes(rule.changes, rule.rule)
    if rule.through:
        yield f"<p>{_text(words.through_words(rule))}</p>"
    yield "<table>"
    yield "<tr><th>case</th><th>old</th><th>new</th></tr>"
    for effect in rule.effects:
        yield from _effect(effect, rule)
    yield "</table>"
    yield "</details>"


def _idle(changes: tuple[Change, ...]) -> Iterator[str]:
    yield "<details>"
    yield f"<summary>{words.counted(len(changes), 'change')} without effect on this log</summary>"
    yield from _changes(changes, None)
    yield "</details>"


def _changes(changes: tuple[Change, ...], rule: str | None) -> Iterator[str]:
    yield "<table>"
    yield "<tr><th>field</th><th>change</th><th>old</th><th>new</th></tr>"
    for change in changes[:_SHOWN]:
        places = map(_code, words.places_words(change))
        yield _row(_code(words.path_words(change, rule)), _code(words.values_words(change)), *places)
    if len(changes) > _SHOWN:
        yield _row(f"and {words.counted(len(changes) - _SHOWN, 'change')} more")
    yield "</table>"


def _effect(effect: Effect, rule: RuleDifference) -> Iterator[str]:
    yield f'<tr><td colspan="3"><b>{_text(words.effect_words(effect, rule))}</b></td></tr>'
    for sample in effect.samples:
        yield _row(_case(sample), _said(sample.old, sample.new), _said(sample.new, sample.old))
    more = words.more_words(effect)
    if more:
        yield f'<tr><td colspan="3">{_text(more)}</td></tr>'


def _case(sample: Sample) -> str:
    about = [_text(part) for part in (sample.person, sample.event) if part]
    return "<br>".join([_code(sample.case), *about])


def _said(said: tuple[str, ...], other: tuple[str, ...]) -> str:
    told = [line for place, line in enumerate(said) if not place or line not in other]
    return "<br>".join(map(_text, told)) if told else "none"


# ── harmless ──


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    shown = inert(text)
    cut = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return html.escape(cut.translate(_APART))
