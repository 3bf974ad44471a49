"""What may be proposed: the actions of open instances, held against every limit and require.

An action that is forbidden is blocked. Those that compete for what a limit still allows are
admitted in a fixed order, all cases at once: whoever is surely within the room that is left is
admitted, whoever meets none is blocked, and so on with the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import polars as pl

from punctilio.counting import IS_INSIDE
from punctilio.kinds import limit, require
from punctilio.kinds.limit import AT_MOST, HAS_GAP, IS_FORBIDDEN, IS_NEVER, SPACED, Counted
from punctilio.matching import Scene, key_text
from punctilio.model.rule import Action, Expect, Force, Limit, Require, Rulebook, Scalar
from punctilio.model.vocabulary import LIST_TYPES, PERSON_TYPES, Vocabulary
from punctilio.patterns import Missing, fields_in, fitting
from punctilio.people import with_attributes, with_party
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found, without
from punctilio.tables.runs import place, running_sum
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.value import Value

PROBE: Final = "probe"
AHEAD: Final = "ahead"
_ORDER: Final = "_order"
_LEFT: Final = "_left"
_LANE: Final = [c.RULE_NO, "lane", c.CASE_NO, c.KEY]


class Bounds(Value):
    """The limits and requires, by rule number."""

    rulebook: Rulebook
    limits: Counted
    requires: Mapping[int, Require]
    concerned: frozenset[int]
    """The expectations whose action some limit or require may be about, whoever it is for, and whenever."""

    def with_force(self, force: Force) -> list[int]:
        return [n for n in (*self.limits.rules, *self.requires) if self.rulebook.rules[n].force is force]


def bounds(scene: Scene, rulebook: Rulebook, limits: Counted, requires: Mapping[int, Require]) -> Bounds:
    """Which rules bound what may be proposed."""
    numbers = [number for number, _ in _actions(rulebook)]
    rows = pl.DataFrame({c.RULE_NO: numbers}, schema={c.RULE_NO: pl.UInt32})
    nobody = [pl.lit(None, dtype=pl.String).alias(name) for name in (c.TO, c.THROUGH, "_passed_to", c.CASE, c.ID)]
    nowhere = [pl.lit(0, dtype=pl.UInt32).alias(c.CASE_NO), pl.lit(0, dtype=pl.Int64).alias(c.MOMENT)]
    actions = rows.with_columns_seq(*nobody, *nowhere, pl.lit(None, dtype=INSTANT).alias(c.AT))
    about: Mapping[int, Limit | Require] = {**limits.rules, **requires}
    events = _as_events(scene, rulebook, about, actions)
    known_later = {name for name, kind in rulebook.vocabulary.fields().items() if kind in PERSON_TYPES} | {c.AT, c.CASE}
    fits = [
        fitting(pattern, rulebook.vocabulary, Missing.UNKNOWN).fill_null(
            any(name.partition(".")[0] in known_later for name in fields_in(pattern))
        )
        for pattern in dict.fromkeys(rule.of.pattern for rule in about.values())
    ]
    may_fit: list[bool] = events.select_seq(pl.any_horizontal(fits)).to_series().to_list() if fits and numbers else []
    return Bounds(rulebook, limits, requires, frozenset(itertools.compress(numbers, may_fit)))


# ── actions as events ──


def _actions(rulebook: Rulebook) -> Iterator[tuple[int, Action]]:
    for number, rule in enumerate(rulebook.rules):
        if isinstance(rule.kind, Expect) and rule.kind.action:
            yield number, rule.kind.action


def _as_events(
    scene: Scene, rulebook: Rulebook, about: Mapping[int, Limit | Require], probes: pl.DataFrame
) -> pl.DataFrame:
    """Each probe as the event it would be, in the fields that the limits and requires look at: what its action
    writes, whom it is for, what is noted of them; null for what is unknown."""
    read = {name for rule in about.values() for name in (*fields_in(rule.of.pattern), *rule.key)}
    pairs = sorted({(field, attribute) for field, dot, attribute in (name.partition(".") for name in read) if dot})
    schema = _schema(scene, {name.partition(".")[0] for name in read})
    rows = [{c.RULE_NO: n, **values_written(action, rulebook.vocabulary)} for n, action in _actions(rulebook)]
    actions = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")
    events = probes.pipe(with_found, actions, on=c.RULE_NO)
    for number, action in _actions(rulebook):
        mine = pl.col(c.RULE_NO) == number
        for name, person in _persons(action, rulebook.vocabulary):
            if c.field(name) not in schema:
                continue
            is_list = schema[c.field(name)] == pl.List(pl.String)
            value = pl.concat_list(person) if is_list else pl.col(person)
            is_known = mine & pl.col(person).is_not_null() & pl.col(c.field(name)).is_null()
            events = events.with_columns_seq(
                pl.when(is_known).then(value).otherwise(c.field(name)).alias(c.field(name))
            )
    return with_attributes(events, scene.history.known, rulebook.vocabulary, pairs)


def _schema(scene: Scene, fields: set[str]) -> Schema:
    written = {c.field(name) for name in fields if c.field(name).startswith(c.FIELD_PREFIX)}
    kinds = {name: kind for name, kind in scene.history.events.schema.items() if name in written}
    return {c.RULE_NO: pl.UInt32, c.TYPE: pl.String, **kinds}


def _persons(action: Action, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The person fields that an action fills, and whether with
    ``to`` or ``through``: who it is for, and who passes it on."""
    fields = vocabulary.types[action.type].fields
    groups = [[name for name in group if name in fields] for group in vocabulary.parts.addressees]
    firsts = [group[0] for group in groups if group]
    if not firsts:
        firsts = [name for name, field in fields.items() if field.type in PERSON_TYPES][:1]
    if not firsts:
        return
    if action.through and len(firsts) > 1:
        yield firsts[0], "_passed_to"
        yield firsts[-1], c.THROUGH
    yield firsts[-1], c.TO


def values_written(action: Action, vocabulary: Vocabulary) -> dict[str, object]:
    """What the action writes, by column."""
    fields = vocabulary.fields()
    values = {name: _utc(value) for name, value in action.fields.items()}
    listed = {
        name: [*value] if isinstance(value, tuple) else [value] if fields[name] in LIST_TYPES else value
        for name, value in values.items()
    }
    return {c.TYPE: action.type, **{c.field(name): value for name, value in listed.items()}}


def _utc(value: Scalar | tuple[Scalar, ...]) -> Scalar | tuple[Scalar, ...]:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


# ── whom an action is for ──


def with_targets(scene: Scene, rulebook: Rulebook, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``to`` and ``through`` to rows with ``rule_no case_no person moment``:
    the parties at that moment, else the person."""
    rows = rows.with_columns_seq(pl.col(c.PERSON).alias(c.TO), pl.lit(None, dtype=pl.String).alias(c.THROUGH))
    for column in (c.TO, c.THROUGH):
        for name, numbers in _rules_by_party(rulebook, column).items():
            found = with_party(rows, scene.history.parties.get(name, pl.DataFrame()), at=c.MOMENT, into="_party")
            chosen = pl.when(pl.col(c.RULE_NO).is_in(numbers)).then("_party").otherwise(column)
            rows = found.with_columns_seq(chosen.alias(column)).pipe(without, "_party")
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
    """What every limit and require says to each probe whose action it is about:
    where the action, what it does not write being unknown, fits its `of`.

    ``probes`` have ``probe rule_no case_no to through moment at``. A row for each pair:
    ``probe``, ``rule_no`` of the limit or require, what ``limit.standing`` and ``require.judged`` add.
    """
    said = [pl.DataFrame(schema=_NO_STANDING)]
    probes = probes.filter(pl.col(c.RULE_NO).is_in(list(bounds.concerned)))
    if probes.height:
        named = probes.join(scene.history.cases.select_seq(c.CASE_NO, c.CASE), on=c.CASE_NO, maintain_order="left")
        placed = named.with_columns_seq(_passed_to(), pl.lit(None, dtype=pl.String).alias(c.ID))
        about: Mapping[int, Limit | Require] = {**bounds.limits.rules, **bounds.requires}
        events = _as_events(scene, bounds.rulebook, about, placed)
        fits = events.select_seq(
            fitting(rule.of.pattern, bounds.rulebook.vocabulary, Missing.UNKNOWN).fill_null(False).alias(str(n))
            for n, rule in about.items()
        )
        keys = (c.field(name) for rule in about.values() for name in rule.key if name != c.PERSON)
        asking = events[list(dict.fromkeys([PROBE, c.CASE_NO, c.TO, c.MOMENT, c.AT, *keys]))]
        limited = [_with_key(bounds, n, asking.filter(fits[str(n)])) for n in bounds.limits.rules if fits[str(n)].any()]
        required = [_with_key(bounds, n, asking.filter(fits[str(n)])) for n in bounds.requires if fits[str(n)].any()]
        if limited:
            said.append(limit.standing(scene, bounds.limits, stacked(limited)))
        if required:
            judged = require.judged(scene, bounds.requires, stacked(required))
            said.append(judged.with_columns_seq(pl.col(c.NEXT_AT).is_null().alias(IS_NEVER)))
    return stacked(said, how="diagonal")


def _passed_to() -> pl.Expr:
    return pl.when(pl.col(c.THROUGH).is_not_null()).then(c.TO).alias("_passed_to")


_BLOCKING: Final[Schema] = {
    PROBE: pl.UInt32,
    c.BLOCKED_BY: pl.String,
    c.BLOCKED_UNTIL: INSTANT,
    c.WARNED_BY: pl.List(pl.String),
}
_NO_STANDING: Final[Schema] = {
    PROBE: pl.UInt32,
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.KEY: pl.String,
    IS_FORBIDDEN: pl.Boolean,
    IS_INSIDE: pl.Boolean,
    AT_MOST: pl.Int64,
    HAS_GAP: pl.Boolean,
    c.USED: pl.Int64,
    SPACED: pl.Int64,
    c.NEXT_AT: INSTANT,
    IS_NEVER: pl.Boolean,
}


def _with_key(bounds: Bounds, number: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Probes of one limit or require with its key.
    A key field that the action does not write is unknown: nothing is said then."""
    rule = bounds.requires.get(number) or bounds.limits.rules[number]
    keyed = rows.with_columns_seq(pl.col(c.TO).alias(c.PERSON), pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO))
    return keyed.with_columns_seq(key_text(rule.key)).filter(pl.col(c.KEY).is_not_null())


def forbidden(scene: Scene, bounds: Bounds, probes: pl.DataFrame) -> pl.Series:
    """The probes that a `must` limit or require forbids at their own moment."""
    said = standings(scene, bounds, probes)
    return said.filter(pl.col(IS_FORBIDDEN) & pl.col(c.RULE_NO).is_in(bounds.with_force(Force.MUST)))[PROBE].unique()


# ── admission ──


def admitted(scene: Scene, bounds: Bounds, proposals: pl.DataFrame) -> pl.DataFrame:
    """For each proposal (``probe rule_no case_no to moment at``, in the order of admission):
    ``probe blocked_by blocked_until warned_by``; no row where nothing is said to any."""
    standing = standings(scene, bounds, proposals)
    if not standing.height:
        return pl.DataFrame(schema=_BLOCKING)
    order = proposals.select_seq(PROBE).with_row_index(_ORDER)
    said = standing.join(order, on=PROBE)
    musts = said.filter(pl.col(c.RULE_NO).is_in(bounds.with_force(Force.MUST)))
    refused = _refused(_room(musts), _wanting(bounds, musts))
    judged = _forbidden_now(_with_ahead(said, refused))
    return _summary(scene, bounds, judged.filter(IS_FORBIDDEN))


def _wanting(bounds: Bounds, musts: pl.DataFrame) -> pl.DataFrame:
    """The proposals whose require is not met."""
    return (
        musts.filter(pl.col(IS_FORBIDDEN) & pl.col(c.RULE_NO).is_in(list(bounds.requires))).select_seq(PROBE).unique()
    )


def _room(musts: pl.DataFrame) -> pl.DataFrame:
    """The room left in each lane that a proposal needs:
    one lane for `at_most`, one for `gap`, of each limit and key."""
    inside = musts.filter(pl.col(IS_INSIDE))
    lane = [PROBE, _ORDER, c.RULE_NO, c.CASE_NO, c.KEY]
    by_count = inside.filter(pl.col(AT_MOST).is_not_null())
    by_gap = inside.filter(pl.col(HAS_GAP))
    lanes = [
        by_count.select_seq(*lane, pl.lit("count").alias("lane"), (pl.col(AT_MOST) - pl.col(c.USED)).alias(_LEFT)),
        by_gap.select_seq(*lane, pl.lit("gap").alias("lane"), (1 - pl.col(SPACED)).alias(_LEFT)),
    ]
    return stacked(lanes)


def _refused(room: pl.DataFrame, wanting: pl.DataFrame) -> pl.DataFrame:
    """The proposals (``probe``) that find no room, or whose require is not met."""
    refused = [wanting]
    pending = room.join(wanting, on=PROBE, how="anti").sort(*_LANE, _ORDER)
    while pending.height:
        ranked = pending.select_seq(PROBE, _LEFT, (place(_LANE) < pl.col(_LEFT)).alias("_has_room"))
        verdicts = ranked.group_by(PROBE).agg(
            pl.col("_has_room").all().alias("_is_in"), (pl.col(_LEFT) <= 0).any().alias("_is_out")
        )
        inside, outside = verdicts.filter("_is_in").select_seq(PROBE), verdicts.filter("_is_out").select_seq(PROBE)
        refused.append(outside)
        taken = pending.join(inside, on=PROBE).group_by(_LANE).agg(pl.len().cast(pl.Int64).alias("_taken"))
        rest = pending.join(stacked([inside, outside]), on=PROBE, how="anti").join(taken, on=_LANE, how="left")
        pending = (
            rest.with_columns_seq((pl.col(_LEFT) - pl.col("_taken").fill_null(0)).alias(_LEFT))
            .drop("_taken")
            .sort(*_LANE, _ORDER)
        )
    return stacked(refused).unique()


def _with_ahead(said: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Add ``ahead``: how many were admitted before each in the same rule and key."""
    by = [c.RULE_NO, c.CASE_NO, c.KEY]
    is_in = (~pl.col(PROBE).is_in(refused[PROBE].implode())).cast(pl.Int64)
    ordered = said.sort(*by, _ORDER).with_columns_seq(is_in.alias(AHEAD))
    return ordered.with_columns_seq(running_sum(pl.col(AHEAD), by) - pl.col(AHEAD))


def _forbidden_now(said: pl.DataFrame) -> pl.DataFrame:
    """``is_forbidden`` anew for limits, with those ahead counted as done."""
    is_limit = pl.col(IS_INSIDE).is_not_null()
    now = limit.forbids(pl.col(c.USED) + pl.col(AHEAD), pl.col(SPACED) + pl.col(AHEAD))
    return said.with_columns_seq(pl.when(is_limit).then(now).otherwise(IS_FORBIDDEN).alias(IS_FORBIDDEN))


def _summary(scene: Scene, bounds: Bounds, said: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series([rule.id for rule in bounds.rulebook.rules], dtype=pl.String)
    known = (
        said.with_columns_seq(pl.lit(names).gather(c.RULE_NO).alias("_name"))
        if said.height
        else said.with_columns_seq(pl.lit("").alias("_name"))
    )
    blocking = _with_opening(scene, bounds, known.filter(pl.col(c.RULE_NO).is_in(bounds.with_force(Force.MUST))))
    ordered = blocking.sort(c.RULE_NO).group_by(PROBE, maintain_order=True)
    blocked = ordered.agg(
        pl.col("_name").first().alias(c.BLOCKED_BY),
        pl.when(~pl.col(IS_NEVER).any()).then(pl.col(c.NEXT_AT).max()).alias(c.BLOCKED_UNTIL),
    )
    warning = known.filter(pl.col(c.RULE_NO).is_in(bounds.with_force(Force.SHOULD))).sort(c.RULE_NO)
    warned = warning.group_by(PROBE, maintain_order=True).agg(pl.col("_name").alias(c.WARNED_BY))
    return blocked.join(warned, on=PROBE, how="full", coalesce=True)


def _with_opening(scene: Scene, bounds: Bounds, said: pl.DataFrame) -> pl.DataFrame:
    """Fill ``next_at`` and ``is_never`` of what limits forbid."""
    is_limit = pl.col(c.RULE_NO).is_in(list(bounds.limits.rules))
    by_limit = limit.with_next(scene, bounds.limits, said.filter(is_limit).drop(c.NEXT_AT, IS_NEVER))
    return stacked([said.filter(~is_limit), by_limit], how="diagonal")
