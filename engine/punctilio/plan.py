"""The order in which a log is judged: history → closings →
instances → waivers → verdicts → proposals → findings → tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TypeVar

import polars as pl

from punctilio import drafts, findings, notes
from punctilio.abreast import both
from punctilio.allowances import allowances
from punctilio.history import History, parts_of
from punctilio.identity import identities_of, with_id, with_identities
from punctilio.kinds import check, close, expect, limit, require
from punctilio.matching import ROW, Scene, scene_of
from punctilio.model.decision import Level
from punctilio.model.rule import Check, Close, EventPattern, Expect, Force, Limit, Require, Rulebook
from punctilio.proposals import PROBE, Bounds, admitted, bounds, forbidden, with_targets
from punctilio.statuses import open_cases, statuses, with_waiting
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT
from punctilio.tables.sorting import sorted_by
from punctilio.tables.tables import Verdicts
from punctilio.using import EARLIER, with_alive, with_earlier
from punctilio.value import Value
from punctilio.verdicts import IS_EXCUSED, has_expired, is_actionable, is_overdue, with_blocked, with_verdict
from punctilio.waivers import waivers, with_waiver

Kind = TypeVar("Kind")


class Judged(Value, kw_only=True):
    """The frames of an evaluation (``tables.schemas``)."""

    events: pl.DataFrame
    decisions: pl.DataFrame
    findings: pl.DataFrame
    allowances: pl.DataFrame
    statuses: pl.DataFrame
    notes: pl.DataFrame


class Frames(Value, kw_only=True):
    """What a judgement is made of: what events fit which pattern (``scene``), the stretches in which cases are closed
    (``closed`` by events, ``stretches`` also by ``silences``), what limits and requires count (``bounding``, and the
    events that are ``required`` to have others before them), every instance with its verdict, and the ``waivers``."""

    scene: Scene
    closed: pl.DataFrame
    stretches: pl.DataFrame
    silences: pl.DataFrame
    bounding: Bounds
    required: pl.DataFrame
    instances: pl.DataFrame
    unsent: pl.DataFrame
    waivers: pl.DataFrame


def judge(rulebook: Rulebook, history: History) -> Judged:
    """Judge a history by a rulebook."""
    return judged(rulebook, laid_out(rulebook, history))


def laid_out(rulebook: Rulebook, history: History) -> Frames:
    """Everything up to the verdict of each instance."""
    scene = scene_of(history, _patterns(rulebook))
    closed = close.at_once(scene, _of_kind(rulebook, Close))
    silent, silences = close.after_silence(scene, _of_kind(rulebook, Close), closed)
    stretches = stacked([closed, silent])
    (bounding, required), instances = both(
        lambda: _bounding(scene, rulebook),
        lambda: expect.instances(scene, _of_kind(rulebook, Expect), stretches),
        rows=history.events.height,
    )
    granted = waivers(history, rulebook)
    unsent = drafts.unsent(history)
    instances = _with_verdict(instances, scene, rulebook, bounding, granted)
    return Frames(
        scene=scene,
        closed=closed,
        stretches=stretches,
        silences=silences,
        bounding=bounding,
        required=required,
        instances=instances,
        unsent=unsent,
        waivers=granted,
    )


def _bounding(scene: Scene, rulebook: Rulebook) -> tuple[Bounds, pl.DataFrame]:
    """What limits and requires count, and the events that are required to have others before them."""
    counted = limit.counted(scene, _of_kind(rulebook, Limit))
    bounding = bounds(scene, rulebook, counted, _of_kind(rulebook, Require))
    return bounding, require.judged_events(scene, bounding.requires)


def judged(rulebook: Rulebook, frames: Frames) -> Judged:
    """What follows from the verdicts."""
    scene, history, unsent = frames.scene, frames.scene.history, frames.unsent
    lifted = _lifted(rulebook, frames)
    events = with_identities(history, (frames.instances, frames.silences, lifted))
    named = _with_id(frames.instances, history, rulebook, events).pipe(_with_near, scene, rulebook, unsent)
    ids = named.select_seq(pl.col(ROW).alias(findings.INSTANCE), pl.col(c.ID).alias(c.DECISION))
    lifted = lifted.pipe(with_found, ids, on=findings.INSTANCE)
    known = statuses(history, rulebook, frames.stretches)
    silences = frames.silences
    if silences.height:
        silences = _with_id(silences, history, rulebook, events)
    decisions = _decisions(named, silences, history, rulebook)
    allowed = allowances(scene, frames.bounding, frames.required, open_cases(known))
    noted = _notes(rulebook, frames, named, lifted)
    return Judged(
        events=_events_told(events),
        decisions=decisions,
        findings=_findings(lifted.filter(pl.col(c.WAIVER).is_null()), history, rulebook),
        allowances=_allowances(allowed, history, rulebook),
        statuses=_statuses(known, decisions, rulebook),
        notes=stacked(noted).sort(c.NOTE, c.CASE, c.RULE, c.PERSON, c.MESSAGE, c.EVENTS, nulls_last=True),
    )


def _events_told(events: pl.DataFrame) -> pl.DataFrame:
    """The events as ``schemas.EVALUATED_EVENTS`` has them, and their fields."""
    fields = [name for name in events.columns if name.startswith((c.FIELD_PREFIX, c.DATE_PREFIX))]
    return events[[*schemas.EVALUATED_EVENTS, *fields]]


def verdicts(rulebook: Rulebook, frames: Frames) -> Verdicts:
    """The same decisions, findings and statuses as ``judged``, without ids."""
    history = frames.scene.history

    def told() -> tuple[pl.DataFrame, pl.DataFrame]:
        decisions = _decisions(frames.instances, frames.silences, history, rulebook, schemas.VERDICTS)
        return decisions, _statuses(statuses(history, rulebook, frames.stretches), decisions, rulebook)

    def found() -> pl.DataFrame:
        lifted = _lifted(rulebook, frames)
        return _findings(lifted.filter(pl.col(c.WAIVER).is_null()), history, rulebook, schemas.BREACHES)

    (decisions, stands), breaches = both(told, found, rows=history.events.height)
    return Verdicts(events=_events_told(history.events), decisions=decisions, findings=breaches, statuses=stands)


def _with_id(rows: pl.DataFrame, history: History, rulebook: Rulebook, events: pl.DataFrame) -> pl.DataFrame:
    """``events`` are those of the history, with the identities of these rows."""
    return with_id(rows, _ids(rulebook), history.cases[c.CASE], events[c.IDENTITY].gather(rows[c.EVENT]))


def _ids(rulebook: Rulebook) -> tuple[str, ...]:
    return tuple(rule.id for rule in rulebook.rules)


def _lifted(rulebook: Rulebook, frames: Frames) -> pl.DataFrame:
    """Every breach (``findings.RAW``), with the waiver that lifts it."""
    scene = frames.scene
    breaches = _breaches(scene, rulebook, frames.bounding, frames.required, frames.instances)
    raw = findings.gathered(breaches, scene.history)
    return with_waiver(raw, frames.waivers, pl.coalesce(c.DUE_AT, c.AT))


def _of_kind(rulebook: Rulebook, kind: type[Kind]) -> dict[int, Kind]:
    return {number: rule.kind for number, rule in enumerate(rulebook.rules) if isinstance(rule.kind, kind)}


def _patterns(rulebook: Rulebook) -> Iterator[EventPattern]:
    """The patterns of all events that the rules name."""
    parts = parts_of(*(rule.kind for rule in rulebook.rules))
    return (part for part in parts if isinstance(part, EventPattern))


# ── verdicts ──


def _with_verdict(
    instances: pl.DataFrame, scene: Scene, rulebook: Rulebook, bounding: Bounds, granted: pl.DataFrame
) -> pl.DataFrame:
    as_of = scene.history.as_of
    rows = _with_waiver(instances, granted, as_of)
    past = _forbidden_then(rows, scene, rulebook, bounding)
    rows = rows.with_columns_seq(
        pl.col(ROW).is_in(past[c.EXPIRES_AT].implode()).alias(IS_EXCUSED),
        _finding_at(as_of, past).alias(c.FINDING_AT),
    )
    return _with_proposals(with_verdict(rows, as_of), scene, rulebook, bounding)


def _with_waiver(instances: pl.DataFrame, granted: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    if not granted.height:
        return with_waiver(instances, granted, pl.lit(as_of))
    instant = pl.coalesce(c.DUE_AT, pl.lit(as_of, dtype=INSTANT))
    undone = instances.filter(pl.col(c.DONE).is_null() & pl.col(c.ENDED_BY).is_null())
    waived = with_waiver(undone, granted, instant).select_seq(ROW, c.WAIVER)
    return instances.pipe(with_found, waived, on=ROW)


def _forbidden_then(rows: pl.DataFrame, scene: Scene, rulebook: Rulebook, bounding: Bounds) -> Mapping[str, pl.Series]:
    """The instances whose action was forbidden at their ``due_at`` (of those not met),
    and at their ``expires_at`` (of those expired)."""
    as_of = scene.history.as_of
    if not bounding.concerned:
        return dict.fromkeys((c.DUE_AT, c.EXPIRES_AT), pl.Series([], dtype=pl.UInt32))
    concerned = rows.filter(pl.col(c.RULE_NO).is_in(list(bounding.concerned)))
    asked = {c.DUE_AT: concerned.filter(is_overdue(as_of)), c.EXPIRES_AT: concerned.filter(has_expired(as_of))}
    probes = stacked(
        some.select_seq(ROW, c.RULE_NO, c.CASE_NO, c.PERSON, pl.col(column).alias(c.AT))
        for column, some in asked.items()
    ).with_row_index(PROBE)  # both at once: what is asked of few costs nearly as much as what is asked of many
    if not probes.height:
        return dict.fromkeys(asked, pl.Series([], dtype=pl.UInt32))
    placed = probes.with_columns_seq(scene.history.moments(probes[c.AT]).alias(c.MOMENT))
    found = forbidden(scene, bounding, with_targets(scene, rulebook, placed))
    dues = asked[c.DUE_AT].height
    return {
        c.DUE_AT: probes[ROW].gather(found.filter(found < dues)),
        c.EXPIRES_AT: probes[ROW].gather(found.filter(found >= dues)),
    }


def _has_action(rulebook: Rulebook) -> pl.Expr:
    return pl.col(c.RULE_NO).is_in([n for n, rule in _of_kind(rulebook, Expect).items() if rule.action])


def _finding_at(as_of: datetime, past: Mapping[str, pl.Series]) -> pl.Expr:
    """The instant after the due, or, where the action was forbidden
    then, after the end, unless it was forbidden then too."""
    was_forbidden = pl.col(ROW).is_in(past[c.DUE_AT].implode())
    is_excused = pl.col(ROW).is_in(past[c.EXPIRES_AT].implode())
    at_end = pl.when(has_expired(as_of) & ~is_excused).then(c.EXPIRES_AT)
    last = pl.when(was_forbidden).then(at_end).otherwise(c.DUE_AT)
    return pl.when(is_overdue(as_of)).then(last + pl.duration(microseconds=1))  # past, so never beyond 9999


def _with_proposals(rows: pl.DataFrame, scene: Scene, rulebook: Rulebook, bounding: Bounds) -> pl.DataFrame:
    """Add ``to through blocked_by blocked_until warned_by`` to what could be done now, and block what must not be."""
    history = scene.history
    actions = rows.filter(is_actionable() & _has_action(rulebook))
    proposals = with_targets(
        scene,
        rulebook,
        actions.with_columns_seq(
            pl.lit(history.now, dtype=pl.Int64).alias(c.MOMENT), pl.lit(history.as_of, dtype=INSTANT).alias(c.AT)
        ),
    ).rename({ROW: PROBE})
    bounded = proposals.filter(pl.col(c.RULE_NO).is_in(list(bounding.concerned)))
    asking = [PROBE, c.RULE_NO, c.CASE_NO, c.TO, c.THROUGH, c.MOMENT, c.AT]
    verdicts = admitted(scene, bounding, _by_precedence(bounded, history, rulebook)[asking])
    told = proposals.select_seq(PROBE, c.TO, c.THROUGH).pipe(with_found, verdicts, on=PROBE).rename({PROBE: ROW})
    return with_blocked(rows.pipe(with_found, told, on=ROW))


def _by_precedence(proposals: pl.DataFrame, history: History, rulebook: Rulebook) -> pl.DataFrame:
    """The proposals in the order of admission."""
    if not proposals.height:
        return proposals
    force = {number: list(Force).index(rule.force) for number, rule in enumerate(rulebook.rules) if rule.force}
    known = identities_of(history, proposals[c.EVENT])
    named = with_id(proposals, _ids(rulebook), history.cases[c.CASE], known).with_columns_seq(
        pl.col(c.RULE_NO).cast(pl.Int64).replace_strict(force, default=None, return_dtype=pl.Int8).alias(c.FORCE)
    )
    return named.sort(c.CASE_NO, c.FORCE, c.DUE_AT, c.RULE_NO, c.PERSON, c.ID, nulls_last=True)


def _with_near(instances: pl.DataFrame, scene: Scene, rulebook: Rulebook, unsent: pl.DataFrame) -> pl.DataFrame:
    """Add ``near``: what looks like the settling of each instance and does not count."""
    if not unsent.height and not scene.history.events[c.VOID].count():
        return instances
    found = expect.near(scene, _of_kind(rulebook, Expect), instances, drafts.drafted(scene.history, unsent, rulebook))
    return instances.pipe(with_found, found, on=ROW)


# ── findings ──


def _breaches(
    scene: Scene, rulebook: Rulebook, bounding: Bounds, required: pl.DataFrame, instances: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    history = scene.history
    checks = _of_kind(rulebook, Check)
    yield findings.from_expectations(instances, rulebook)
    yield findings.from_limits(with_earlier(bounding.limits, limit.breaches(bounding.limits)), rulebook)
    yield findings.from_requires(require.breaches(scene, bounding.requires, required), rulebook)
    there = {number: rule for number, rule in checks.items() if scene.has(rule.of)}
    judged = {number: scene.fit(rule.of, check.columns_read(history, rule)) for number, rule in there.items()}
    yield findings.from_checks(check.breaches(history, checks, history.events, judged), rulebook)


def _draft_breaches(scene: Scene, rulebook: Rulebook, bounding: Bounds, unsent: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What the drafts would breach if they were sent now."""
    if not unsent.height:
        return
    history = scene.history
    written = drafts.sent_now(history, unsent)
    checks = _of_kind(rulebook, Check)
    judged = {number: drafts.fitting_drafts(written, rule.of, history) for number, rule in checks.items()}
    sent = {
        number: scene.fit(rule.of, check.columns_read(history, rule))
        for number, rule in checks.items()
        if judged[number].height and check.compares(rule)
    }
    yield findings.from_checks(check.breaches(history, checks, written, judged, sent), rulebook)
    limited, required = drafts.askers(history, written, rulebook)
    if required.height:
        wanting = require.judged(scene, bounding.requires, required).filter(require.IS_FORBIDDEN)
        yield findings.from_requires(wanting, rulebook)
    if limited.height:
        standing = limit.standing(scene, bounding.limits, limited).filter(limit.IS_FORBIDDEN)
        is_full = (pl.col(c.USED) >= pl.col(limit.AT_MOST)).fill_null(False)
        allowed, used = pl.when(is_full).then(limit.AT_MOST), pl.when(is_full).then(pl.col(c.USED) + 1)
        counted = with_alive(history, bounding.limits, standing, into=EARLIER)
        yield findings.from_limits(counted.with_columns_seq(allowed.alias(c.ALLOWED), used.alias(c.USED)), rulebook)


def _findings(
    raw: pl.DataFrame, history: History, rulebook: Rulebook, schema: schemas.Schema = schemas.FINDINGS
) -> pl.DataFrame:
    rows = findings.by_force(raw, rulebook, Force.MUST, Force.SHOULD)
    levels: Mapping[Force | None, Level] = {Force.MUST: Level.ERROR, Force.SHOULD: Level.WARNING}
    named = [levels[rule.force].value if rule.force in levels else None for rule in rulebook.rules]
    level = pl.lit(pl.Series(named, dtype=pl.String)).gather(c.RULE_NO)
    order = [c.CASE, c.AT, c.RULE, c.PERSON, c.EVENTS, c.MESSAGE]
    return _table(rows.with_columns_seq(level.alias(c.LEVEL)), history, rulebook, schema, order)


# ── tables ──


def _table(
    rows: pl.DataFrame, history: History, rulebook: Rulebook, schema: schemas.Schema, order: Sequence[str]
) -> pl.DataFrame:
    """The rows in ``order``, nulls last, with the names of rules and cases for their numbers, in the columns of
    ``schema``. They are sorted by number, for numbers are short: cases are numbered in the order of their names."""
    rules = pl.Series([rule.id for rule in rulebook.rules], dtype=pl.String)
    place = pl.lit(rules.rank("ordinal")).gather(c.RULE_NO)
    numbers = {c.CASE: pl.col(c.CASE_NO), c.RULE: place}
    numbers |= {name: pl.col(name) for name in order if schema[name] == INSTANT}
    names = {c.CASE: pl.lit(history.cases[c.CASE]).gather(c.CASE_NO), c.RULE: pl.lit(rules).gather(c.RULE_NO)}
    there = (name for name in schema if name in rows.columns and (name in order or rows[name].count()))
    kept = rows[[c.CASE_NO, c.RULE_NO, *there]]
    values = {**{name: pl.col(name) for name in kept.columns}, **names}
    first = list(takewhile(numbers.__contains__, order))
    in_order = sorted_by(kept, [numbers[name] for name in first], order[len(first) :])
    return in_order.select_seq(values.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items())


def _decisions(
    instances: pl.DataFrame,
    silences: pl.DataFrame,
    history: History,
    rulebook: Rulebook,
    schema: schemas.Schema = schemas.DECISIONS,
) -> pl.DataFrame:
    rows = stacked([instances, silences], how="diagonal") if silences.height else instances
    rows = rows.with_columns_seq(pl.col(c.EVENT).alias(c.TRIGGER), pl.col(c.AT).alias(c.TRIGGER_AT))
    order = [name for name in (c.CASE, c.DUE_AT, c.RULE, c.PERSON, c.ID) if name in schema]
    return _table(rows, history, rulebook, schema, order)


def _allowances(allowed: pl.DataFrame, history: History, rulebook: Rulebook) -> pl.DataFrame:
    return _table(allowed, history, rulebook, schemas.ALLOWANCES, [c.CASE, c.RULE, c.PERSON, c.KEY])


def _statuses(known: pl.DataFrame, decisions: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    names = {number: rule.id for number, rule in enumerate(rulebook.rules)}
    rule = pl.col(c.RULE_NO).cast(pl.Int64).replace_strict(names, default=None, return_dtype=pl.String).alias(c.RULE)
    rows = with_waiting(known.with_columns_seq(rule), decisions)
    return rows.select_seq(pl.col(name).cast(kind) for name, kind in schemas.STATUSES.items()).sort(c.CASE)


def _notes(rulebook: Rulebook, frames: Frames, instances: pl.DataFrame, lifted: pl.DataFrame) -> Iterator[pl.DataFrame]:
    scene, history, unsent = frames.scene, frames.scene.history, frames.unsent
    used = pl.concat([lifted[c.WAIVER], instances[c.WAIVER]]).drop_nulls()
    advice = findings.by_force(lifted.filter(pl.col(c.WAIVER).is_null()), rulebook, Force.MAY)
    yield notes.of_breaches(advice, "advice", history, rulebook)
    yield notes.of_waived(lifted.filter(pl.col(c.WAIVER).is_not_null()), history, rulebook)
    drafted = findings.gathered(_draft_breaches(scene, rulebook, frames.bounding, unsent), history)
    yield notes.of_breaches(drafted, "draft", history, rulebook)
    yield notes.of_waivers(history, frames.waivers, used, rulebook)
    yield from notes.of_late_records(history, instances, rulebook)
    yield from notes.of_history(history)
    acting = (instances, frames.silences, frames.stretches)
    active = {int(n) for frame in acting if frame.height for n in frame[c.RULE_NO].unique()}
    about = {n: rule.kind.of for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Limit | Require | Check)}
    active |= {n for n, of in about.items() if scene.has(of) or drafts.fit_any(unsent, of, history)}
    yield notes.vacuous(rulebook, active)
