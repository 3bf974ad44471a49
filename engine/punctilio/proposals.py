"""What may be proposed: the actions of open instances, held against every limit and require.

An action that is forbidden is blocked. Those that compete for what a limit still allows are admitted in a fixed order, all cases at
once: whoever is surely within the room that is left is admitted, whoever meets none is blocked, and so on with the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from punctilio.kinds import limit, require
from punctilio.kinds.limit import SPACED, Counted
from punctilio.matching import ROW, Scene, key_column, key_text
from punctilio.model.rule import Action, Expect, Force, Limit, Require, Rulebook
from punctilio.model.vocabulary import LIST_TYPES, Vocabulary
from punctilio.patterns import Missing, fitting
from punctilio.people import with_party
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT, column_type

BOUND: Final = "bound"
IS_FORBIDDEN: Final = "is_forbidden"
_ORDER: Final = "_order"
_AHEAD: Final = "ahead"
_LEFT: Final = "_left"
_LANE: Final = [BOUND, "lane", c.CASE_NO, c.KEY]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits and requires, by rule number, and the numbers of the expectations whose action each concerns."""

    rulebook: Rulebook
    limits: Mapping[int, Counted]
    requires: Mapping[int, Require]
    concerned: Mapping[int, frozenset[int]]

    def has_force(self, force: Force) -> list[int]:
        return [n for n in self.concerned if self.rulebook.rules[n].force is force]


def bounds(scene: Scene, rulebook: Rulebook, limits: Mapping[int, Counted]) -> Bounds:
    """Which rule bounds which action: where the action, its unwritten fields unknown, fits what the rule is about."""
    requires = {n: rule.kind for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Require)}
    about = {**{n: each.rule.of for n, each in limits.items()}, **{n: rule.of for n, rule in requires.items()}}
    numbers = [n for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Expect) and rule.kind.action]
    actions = _as_events(scene, rulebook, numbers)
    concerned = {
        n: frozenset(
            number
            for number, fits in zip(
                numbers,
                actions.select(fitting(of.pattern, rulebook.vocabulary, Missing.UNKNOWN).fill_null(False).alias("_")).to_series()
                if numbers
                else [],
                strict=False,
            )
            if fits
        )
        for n, of in sorted(about.items())
    }
    return Bounds(rulebook, limits, requires, concerned)


def _as_events(scene: Scene, rulebook: Rulebook, numbers: list[int]) -> pl.DataFrame:
    """A row for each action: what it writes, and null for what it does not."""
    rows = [_written(rulebook.rules[n].kind, rulebook.vocabulary) for n in numbers]
    schema = {name: kind for name, kind in scene.history.events.schema.items()}
    return pl.DataFrame(rows, schema=schema, orient="row") if rows else pl.DataFrame(schema=schema)


def _written(kind: object, vocabulary: Vocabulary) -> dict[str, object]:
    assert isinstance(kind, Expect) and kind.action is not None
    lists = {name for name, field_type in vocabulary.fields().items() if field_type in LIST_TYPES}
    values = {c.field(name): list(value) if name in lists and isinstance(value, tuple) else value for name, value in kind.action.fields.items()}
    return {c.TYPE: kind.action.type, **values}


# ── whom an action is for ──


def with_targets(scene: Scene, rulebook: Rulebook, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``to`` and ``through`` to rows with ``rule_no case_no person moment``: the parties at that moment, else the person."""
    rows = rows.with_columns(pl.col(c.PERSON).alias(c.TO), pl.lit(None, dtype=pl.String).alias(c.THROUGH))
    for column in (c.TO, c.THROUGH):
        for name, numbers in _rules_by_party(rulebook, column).items():
            found = with_party(rows, scene.history.events, rulebook.parties[name], rulebook.vocabulary, at=c.MOMENT, into="_party")
            chosen = pl.when(pl.col(c.RULE_NO).is_in(numbers)).then("_party").otherwise(column)
            rows = found.with_columns(chosen.alias(column)).drop("_party")
    return rows


def _rules_by_party(rulebook: Rulebook, column: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rulebook.rules):
        action = rule.kind.action if isinstance(rule.kind, Expect) else None
        name = (action.to if column == c.TO else action.through) if action else None
        if name:
            found.setdefault(name, []).append(number)
    return found


# ── what the rules say to one more ──


def standings(scene: Scene, bounds: Bounds, probes: pl.DataFrame) -> pl.DataFrame:
    """What every limit and require says to each probe that it concerns.

    ``probes`` have ``row rule_no case_no to moment at``. A row for each pair, with ``row bound case_no key is_forbidden next_at is_never``, and for
    limits ``is_inside used spaced`` and where the numbers stand.
    """
    frames = [_standing(scene, bounds, number, probes) for number in bounds.concerned]
    rows = [frame for frame in frames if frame is not None and frame.height]
    return pl.concat(rows, how="diagonal") if rows else pl.DataFrame(schema=_NO_STANDING)


_NO_STANDING: Final = {
    ROW: pl.UInt32, BOUND: pl.UInt32, c.CASE_NO: pl.UInt32, c.KEY: pl.String, IS_FORBIDDEN: pl.Boolean, "is_inside": pl.Boolean,
    c.USED: pl.Int64, SPACED: pl.Int64, c.NEXT_AT: INSTANT, "is_never": pl.Boolean,
}  # fmt: skip


def _standing(scene: Scene, bounds: Bounds, number: int, probes: pl.DataFrame) -> pl.DataFrame | None:
    concerned = bounds.concerned[number]
    asking = probes.filter(pl.col(c.RULE_NO).is_in(list(concerned)))
    if not asking.height:
        return None
    rule = bounds.requires.get(number) or bounds.limits[number].rule
    rows = _with_key(bounds.rulebook, rule, asking)
    if isinstance(rule, Require):
        judged = require.judged(scene, number, rule, rows).rename({"is_wanting": IS_FORBIDDEN})
        known = judged.with_columns(pl.col(c.NEXT_AT).is_null().alias("is_never"))
        return known.select(ROW, _bound(number), c.CASE_NO, c.KEY, IS_FORBIDDEN, c.NEXT_AT, "is_never")
    judged = limit.standing(scene, bounds.limits[number], rows)
    known = judged.with_columns(limit.forbids(bounds.limits[number]).alias(IS_FORBIDDEN))
    return known.select(
        ROW, _bound(number), c.CASE_NO, c.KEY, IS_FORBIDDEN, "is_inside", c.USED, SPACED, "stretch", "interval", "ends_at"
    )


def _bound(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt32).alias(BOUND)


def _with_key(rulebook: Rulebook, rule: Limit | Require, rows: pl.DataFrame) -> pl.DataFrame:
    """Probes with the columns of the rule's key. A key field that the action does not write is unknown, and nothing is said then."""
    keyed = rows.with_columns(pl.col(c.TO).alias(c.PERSON))
    for name in rule.key:
        if name != c.PERSON:
            keyed = keyed.with_columns(_written_field(rulebook, name).alias(key_column(name)))
    return keyed.with_columns(key_text(rule.key)).filter(pl.col(c.KEY).is_not_null())


def _written_field(rulebook: Rulebook, name: str) -> pl.Expr:
    values = {
        number: value
        for number, action in _actions(rulebook)
        if (value := action.fields.get(name)) is not None and not isinstance(value, tuple)
    }
    kind = column_type(rulebook.vocabulary.field_type(name) or "string")
    return pl.col(c.RULE_NO).cast(pl.Int64).replace_strict(values, default=None, return_dtype=kind) if values else pl.lit(None, dtype=kind)


def _actions(rulebook: Rulebook) -> Iterator[tuple[int, Action]]:
    for number, rule in enumerate(rulebook.rules):
        if isinstance(rule.kind, Expect) and rule.kind.action:
            yield number, rule.kind.action


def forbidden(scene: Scene, bounds: Bounds, probes: pl.DataFrame) -> pl.DataFrame:
    """The probes (``row``) that a `must` limit or require forbids at their own moment."""
    said = standings(scene, bounds, probes)
    musts = bounds.has_force(Force.MUST)
    return said.filter(pl.col(IS_FORBIDDEN) & pl.col(BOUND).is_in(musts)).select(ROW).unique()


# ── admission ──


def admitted(scene: Scene, bounds: Bounds, proposals: pl.DataFrame) -> pl.DataFrame:
    """For each proposal (``row rule_no case_no to moment at``, in the order of admission): ``row blocked_by blocked_until warned_by``."""
    ordered = proposals.with_row_index(_ORDER)
    said = standings(scene, bounds, ordered).join(ordered.select(ROW, _ORDER), on=ROW)
    musts = bounds.has_force(Force.MUST)
    room = _room(bounds, said.filter(pl.col(BOUND).is_in(musts)))
    wanting = said.filter(pl.col(IS_FORBIDDEN) & pl.col(BOUND).is_in([n for n in musts if n in bounds.requires]))
    refused = _refused(room, wanting.select(ROW).unique())
    final = _with_ahead(said, refused)
    judged = _forbidden_now(bounds, final)
    return _summary(scene, bounds, judged.filter(IS_FORBIDDEN), ordered)


def _room(bounds: Bounds, said: pl.DataFrame) -> pl.DataFrame:
    """``row _order`` and the room left in each lane: one lane for `at_most`, one for `gap`, of each limit and key."""
    lanes: list[pl.DataFrame] = []
    for number, each in bounds.limits.items():
        mine = said.filter((pl.col(BOUND) == number) & pl.col("is_inside"))
        lane = [ROW, _ORDER, BOUND, c.CASE_NO, c.KEY]
        if each.rule.at_most is not None:
            lanes.append(mine.select(*lane, pl.lit("count").alias("lane"), (each.rule.at_most - pl.col(c.USED)).alias(_LEFT)))
        if each.has_gap:
            lanes.append(mine.select(*lane, pl.lit("gap").alias("lane"), (1 - pl.col(SPACED)).alias(_LEFT)))
    empty = {ROW: pl.UInt32, _ORDER: pl.UInt32, BOUND: pl.UInt32, c.CASE_NO: pl.UInt32, c.KEY: pl.String, "lane": pl.String, _LEFT: pl.Int64}
    return pl.concat([pl.DataFrame(schema=empty), *lanes])


def _refused(room: pl.DataFrame, wanting: pl.DataFrame) -> pl.DataFrame:
    """The proposals (``row``) that find no room, or whose require is wanting."""
    refused = [wanting]
    pending = room.join(wanting, on=ROW, how="anti").sort(_ORDER)
    while pending.height:
        ranked = pending.with_columns(pl.int_range(1, pl.len() + 1).over(_LANE).alias("_rank"))
        verdicts = ranked.group_by(ROW).agg(
            (pl.col("_rank") <= pl.col(_LEFT)).all().alias("_is_in"), (pl.col(_LEFT) <= 0).any().alias("_is_out")
        )
        inside = verdicts.filter("_is_in").select(ROW)
        outside = verdicts.filter("_is_out").select(ROW)
        refused.append(outside)
        taken = pending.join(inside, on=ROW).group_by(_LANE).agg(pl.len().cast(pl.Int64).alias("_taken"))
        rest = pending.join(pl.concat([inside, outside]), on=ROW, how="anti").join(taken, on=_LANE, how="left")
        pending = rest.with_columns((pl.col(_LEFT) - pl.col("_taken").fill_null(0)).alias(_LEFT)).drop("_taken").sort(_ORDER)
    return pl.concat(refused).unique()


def _with_ahead(said: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Add ``ahead``: how many were admitted before each in the same rule and key."""
    marked = said.join(refused.with_columns(pl.lit(0, dtype=pl.Int64).alias("_in")), on=ROW, how="left").sort(_ORDER)
    is_in = pl.col("_in").fill_null(1)
    return marked.with_columns((is_in.cum_sum() - is_in).over(BOUND, c.CASE_NO, c.KEY).alias(_AHEAD)).drop("_in")


def _forbidden_now(bounds: Bounds, said: pl.DataFrame) -> pl.DataFrame:
    """``is_forbidden`` anew, with those ahead counted as done."""
    forbidden_by = pl.col(IS_FORBIDDEN)
    for number, each in bounds.limits.items():
        full = pl.lit(False) if each.rule.at_most is None else pl.col(c.USED) + pl.col(_AHEAD) >= each.rule.at_most
        near = pl.col(SPACED) + pl.col(_AHEAD) > 0 if each.has_gap else pl.lit(False)
        forbidden_by = pl.when(pl.col(BOUND) == number).then(pl.col("is_inside") & (full | near)).otherwise(forbidden_by)
    return said.with_columns(forbidden_by.alias(IS_FORBIDDEN))


def _summary(scene: Scene, bounds: Bounds, said: pl.DataFrame, proposals: pl.DataFrame) -> pl.DataFrame:
    names = [rule.id for rule in bounds.rulebook.rules]
    name = pl.col(BOUND).cast(pl.Int64).replace_strict(dict(enumerate(names)), return_dtype=pl.String)
    blocking = _with_opening(scene, bounds, said.filter(pl.col(BOUND).is_in(bounds.has_force(Force.MUST))))
    blocked = blocking.sort(BOUND).group_by(ROW, maintain_order=True).agg(
        name.first().alias(c.BLOCKED_BY),
        pl.when(~pl.col("is_never").any()).then(pl.col(c.NEXT_AT).max()).alias(c.BLOCKED_UNTIL),
    )
    warning = said.filter(pl.col(BOUND).is_in(bounds.has_force(Force.SHOULD))).sort(BOUND)
    warned = warning.group_by(ROW, maintain_order=True).agg(name.alias(c.WARNED_BY))
    rows = proposals.select(ROW, c.TO, c.THROUGH)
    return rows.join(blocked, on=ROW, how="left").join(warned, on=ROW, how="left")


def _with_opening(scene: Scene, bounds: Bounds, said: pl.DataFrame) -> pl.DataFrame:
    """Fill ``next_at`` and ``is_never`` of what limits forbid."""
    frames = [said.filter(pl.col(BOUND).is_in(list(bounds.requires)))]
    for number, each in bounds.limits.items():
        mine = said.filter(pl.col(BOUND) == number)
        if mine.height:
            pressed = mine.with_columns((pl.col(c.USED) + pl.col(_AHEAD)).alias("_pressed_used"), (pl.col(_AHEAD) > 0).alias("_is_pressed"))
            known = pressed.drop(c.NEXT_AT, "is_never", strict=False)
            frames.append(limit.with_next(scene, each, known, used="_pressed_used", is_pressed="_is_pressed"))
    return pl.concat(frames, how="diagonal")
