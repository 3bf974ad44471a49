"""(a) The verdicts of rules.yaml as a good engineer writes them in Polars: for these rules, and for nothing else.

What these rules do not need is not here: no reasons, no ids, no allowances, no waivers, no retractions, no parties.
What is known of the logs is used: nothing is sent on behalf of others, a date that is given lies ahead, an inquiry goes
to one person, and what is asked of a round needs few comparisons. ``n`` is an event's place in the order, ``c`` the
number of its case; "after" is a higher ``n``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Literal, NamedTuple

import polars as pl

DECISIONS: Final = (
    "case", "rule", "person", "verdict", "trigger_at", "opens_at", "due_at", "expires_at",
    "done_at", "ended_at", "ended_by", "blocked_by", "blocked_until", "finding_at",
)  # fmt: skip
FINDINGS: Final = ("case", "rule", "level", "person", "at", "used", "allowed")
STATUSES: Final = ("case", "status", "since_at", "waits_for", "waits_until")

_DEFAULT_ZONE: Final = "America/New_York"
_THANK, _INQUIRE, _ANSWER = "thank-each-interviewer", "inquire-after-the-date", "answer-each-message"
_FEW, _NEEDED = "few-inquiries", "inquire-after-an-interview"


class Verdicts(NamedTuple):
    """What is compared: a row for each instance of an expectation, each breach, each case."""

    decisions: pl.DataFrame
    findings: pl.DataFrame
    statuses: pl.DataFrame


class Told(NamedTuple):
    """The log as the rules read it. ``cases`` has its zones and its end; the others have ``c n at``, by ``n``."""

    at: pl.Series
    cases: pl.DataFrame
    interviews: pl.DataFrame
    frames: pl.DataFrame
    words: pl.DataFrame
    sent: pl.DataFrame
    inquiries: pl.DataFrame


def judge(events: pl.DataFrame, as_of: datetime) -> Verdicts:
    """Judge a log (``punctilio.tables.schemas.events``) as it stood at ``as_of``, an instant in UTC without a zone."""
    told = _told(events, as_of)
    expected = [_thanks(told, as_of), _inquired(told, as_of), _answered(told, as_of)]
    decisions = pl.concat(pl.collect_all(expected), how="diagonal").join(told.cases.select("c", "case"), on="c")
    breaches = pl.collect_all([_unmet(decisions), *_broken(told)])
    return Verdicts(
        decisions.select(DECISIONS).sort("case", "due_at", "rule", "person", "trigger_at", nulls_last=True),
        pl.concat(breaches).select(FINDINGS).sort("case", "at", "rule", "person", nulls_last=True),
        _statuses(told, decisions).sort("case"),
    )


# ── the log ──


def _told(events: pl.DataFrame, as_of: datetime) -> Told:
    kinds = pl.Enum(events["type"].unique().sort())
    seen = (
        events.lazy()
        .filter(pl.col("at") <= as_of)
        .select(
            "case", "at", pl.col("type").cast(kinds),
            *(pl.col(f"fields.{name}").alias(name) for name in ("person", "people", "purpose", "about", "message_id",
              "decision_by", "zone", "employer_zone")),
            date=pl.col("dates.decision_by"), c=pl.col("case").cast(pl.Categorical).to_physical(),
        )
        .with_row_index("n")
        .collect()
    )  # fmt: skip
    parts = seen.partition_by("type", as_dict=True)

    def of(*types: str) -> pl.LazyFrame:
        return pl.concat([parts.get((name,), seen.clear()) for name in types]).lazy()

    cases = _cases(seen, of("case.opened"), of("decision.made", "case.withdrawn")).collect()
    case = cases.lazy().select("c", "zone", "employer_zone", "over_n")
    interviews, frames, words, sent = pl.collect_all(
        [
            of("interview.held").select("c", "n", "at", "people").join(case, on="c", maintain_order="left"),
            of("timeframe.given")
            .select("c", "n", "at", "date", "decision_by")
            .join(case, on="c", maintain_order="left"),
            of("message.received")
            .filter(pl.col("about") == "process")
            .select("c", "n", "at", "person")
            .join(case, on="c", maintain_order="left"),
            _sent(of("message.sent"), of("message.bounced")),
        ]
    )
    interviews = _by_zone(interviews, "zone", lambda zone: [_later("at", zone, "latest", days=25).alias("fresh_until")])
    asked = sent.lazy().filter(pl.col("purpose") == "inquiry").join(case.select("c", "zone"), on="c").collect()
    inquiries = _by_zone(asked, "zone", lambda zone: [_later("at", zone, "earliest", days=7).alias("free_at")])
    rounds = _rounds(inquiries.lazy().with_columns(place="n"), interviews).drop("place")
    return Told(seen["at"], cases, interviews, frames, words, sent, rounds.collect())


def _cases(seen: pl.DataFrame, opened: pl.LazyFrame, closing: pl.LazyFrame) -> pl.LazyFrame:
    zones = opened.group_by("c").agg(pl.col("zone", "employer_zone").drop_nulls().last())
    ends = closing.group_by("c").agg(over_n=pl.col("n").min(), over_at=pl.col("at").min())
    zone = pl.col("zone").fill_null(_DEFAULT_ZONE)
    cases = seen.lazy().select("c", "case").unique("c").join(zones, on="c", how="left").join(ends, on="c", how="left")
    return cases.with_columns(zone, pl.col("employer_zone").fill_null(zone))


def _sent(sent: pl.LazyFrame, bounced: pl.LazyFrame) -> pl.LazyFrame:
    """What was sent, with the place of its first bounce."""
    back = bounced.group_by("c", "message_id").agg(void_n=pl.col("n").min())
    some = sent.select("c", "n", "at", "person", "people", "purpose", "message_id")
    return some.join(back, on=["c", "message_id"], how="left", maintain_order="left").drop("message_id")


def _rounds(rows: pl.LazyFrame, interviews: pl.DataFrame) -> pl.LazyFrame:
    """With the latest interview before each row's ``place``: its ``round``, and until when one may ask after it."""
    held = interviews.lazy().select("c", "fresh_until", round="n", before=pl.col("n") + 1)
    found = rows.sort("place").join_asof(held, left_on="place", right_on="before", by="c", check_sortedness=False)
    return found.drop("before")


# ── clocks ──


def _by_zone(rows: pl.DataFrame, zone: str, columns: Callable[[str], Iterable[pl.Expr]]) -> pl.DataFrame:
    """With columns that depend on the zone of each row, in order of ``n``."""
    some = [part.with_columns(*columns(str(name))) for (name,), part in rows.partition_by(zone, as_dict=True).items()]
    return pl.concat(some).sort("n") if some else rows.with_columns(*columns(_DEFAULT_ZONE))


def _local(instant: str, zone: str) -> pl.Expr:
    return pl.col(instant).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _instant(local: pl.Expr, zone: str, ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
    """A wall time that does not exist moves forward by the hour of the gap."""
    there = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")
    moved = local.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")
    return pl.coalesce(there, moved).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _later(
    instant: str, zone: str, ambiguous: Literal["earliest", "latest"], *, days: int = 0, business: int = 0
) -> pl.Expr:
    local = _local(instant, zone)
    moved = local.dt.add_business_days(business, roll="forward") if business else local.dt.offset_by(f"{days}d")
    return _instant(moved, zone, ambiguous)


# ── expectations ──


def _thanks(told: Told, as_of: datetime) -> pl.LazyFrame:
    opened = (
        told.interviews.lazy()
        .filter(_before_the_end())
        .with_columns(
            person=pl.col("people").list.unique(),
            opens_at="at",
            due_at=pl.col("at").dt.offset_by("24h"),
            expires_at=pl.col("at").dt.offset_by("336h"),
        )
        .explode("person")
        .drop_nulls("person")
    )
    thanks = _to_each(told.sent.lazy().filter(pl.col("purpose") == "thank-you"))
    return _with_outcome(opened, told, thanks, ["c", "person"], as_of).with_columns(rule=pl.lit(_THANK))


def _answered(told: Told, as_of: datetime) -> pl.LazyFrame:
    opened = _by_zone(
        told.words.filter(_before_the_end()).with_columns(opens_at="at"),
        "zone",
        lambda zone: [
            _later("at", zone, "latest", business=2).alias("due_at"),
            _later("at", zone, "latest", days=21).alias("expires_at"),
        ],
    )
    answers = _to_each(told.sent.lazy())
    return _with_outcome(opened.lazy(), told, answers, ["c", "person"], as_of).with_columns(rule=pl.lit(_ANSWER))


def _inquired(told: Told, as_of: datetime) -> pl.LazyFrame:
    midnight = pl.col("date").cast(pl.Datetime("us")).dt.offset_by("1d")
    dated = _by_zone(
        told.frames.filter(_before_the_end()),
        "employer_zone",
        lambda zone: [pl.coalesce("decision_by", _instant(midnight, zone, "latest")).alias("from")],
    )
    opened = _by_zone(
        dated,
        "zone",
        lambda zone: [
            _later("from", zone, "earliest", business=1).alias("opens_at"),
            _later("from", zone, "latest", business=4).alias("due_at"),
            _later("from", zone, "latest", days=30).alias("expires_at"),
        ],
    )
    words = told.words.lazy().select("c", cancel_n="n", cancel_at="at")
    following = told.frames.lazy().select("c", next_n="n", next_at="at")
    ending = _following(_following(opened.lazy(), words, "cancel_n", ["c"]), following, "next_n", ["c"])
    inquiries = told.inquiries.lazy().filter(pl.col("void_n").is_null()).select("c", done_n="n", done_at="at")
    rows = _with_outcome(ending, told, inquiries, ["c"], as_of).collect()
    return _held_against_the_limits(rows, told, as_of).with_columns(rule=pl.lit(_INQUIRE))


def _before_the_end() -> pl.Expr:
    return pl.col("over_n").is_null() | (pl.col("n") < pl.col("over_n"))


def _to_each(sent: pl.LazyFrame) -> pl.LazyFrame:
    """A row for each addressee of what did not bounce."""
    everyone = pl.when(pl.col("people").is_null()).then(pl.concat_list("person")).otherwise("people")
    kept = sent.filter(pl.col("void_n").is_null())
    return kept.select("c", everyone.alias("person"), done_n="n", done_at="at").explode("person")


def _following(rows: pl.LazyFrame, events: pl.LazyFrame, number: str, by: list[str]) -> pl.LazyFrame:
    """With the first of the events after each row."""
    return rows.sort("n").join_asof(
        events, left_on="n", right_on=number, by=by, strategy="forward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip


def _with_outcome(
    opened: pl.LazyFrame, told: Told, targets: pl.LazyFrame, by: list[str], as_of: datetime
) -> pl.LazyFrame:
    """With what settled or ended each instance, the verdict, and the instant at which it was not met."""
    rows = _following(opened, targets, "done_n", by).join(told.cases.lazy().select("c", "over_at"), on="c")
    names = opened.collect_schema().names()
    ends = {"cancel": ("cancel_n", "cancel_at"), "close": ("over_n", "over_at"), "restart": ("next_n", "next_at")}
    known = {name: columns for name, columns in ends.items() if columns[0] in (*names, "over_n")}
    in_time = (pl.col("done_at") <= pl.col("expires_at")).fill_null(False)
    rows = rows.with_columns(pl.when(in_time).then(pl.col("done_n", "done_at")))
    rows = rows.with_columns(end_n=pl.min_horizontal(n for n, _ in known.values()))
    by_name = [(name, pl.col(n) == pl.col("end_n"), at) for name, (n, at) in known.items()]
    rows = rows.with_columns(
        ended_at=pl.coalesce(pl.when(own).then(at) for _, own, at in by_name),
        ended_by=pl.coalesce(pl.when(own).then(pl.lit(name)) for name, own, _ in by_name),
    )
    is_ended = (pl.col("ended_at") <= pl.col("expires_at")) & (
        pl.col("done_n").is_null() | (pl.col("end_n") < pl.col("done_n"))
    )
    rows = rows.with_columns(is_ended=is_ended.fill_null(False))
    rows = rows.with_columns(
        pl.when("is_ended").then(pl.col("ended_at", "ended_by")), pl.when(~pl.col("is_ended")).then("done_at")
    )
    missed = (pl.col("due_at") < as_of) & ~(pl.min_horizontal("done_at", "ended_at") <= pl.col("due_at")).fill_null(
        False
    )
    after_due = pl.when(missed).then(pl.col("due_at").dt.offset_by("1us"))
    return rows.with_columns(_verdict(as_of).alias("verdict"), finding_at=after_due, trigger_at="at")


def _verdict(as_of: datetime) -> pl.Expr:
    done, now = pl.col("done_at"), pl.lit(as_of)
    return (
        pl.when(done < pl.col("opens_at")).then(pl.lit("early"))
        .when(done <= pl.col("due_at")).then(pl.lit("satisfied"))
        .when(done.is_not_null()).then(pl.lit("late"))
        .when(pl.col("ended_by") == "restart").then(pl.lit("replaced"))
        .when(pl.col("ended_by").is_not_null()).then(pl.lit("cancelled"))
        .when(pl.col("expires_at") < now).then(pl.lit("missed"))
        .when(now < pl.col("opens_at")).then(pl.lit("waiting"))
        .when(pl.col("due_at") < now).then(pl.lit("overdue"))
        .otherwise(pl.lit("due"))
    )  # fmt: skip


# ── limits ──


def _held_against_the_limits(rows: pl.DataFrame, told: Told, as_of: datetime) -> pl.LazyFrame:
    """What must not be asked now is blocked; what could not be asked at its due is a finding only at its end."""
    is_actionable, is_missed = pl.col("verdict").is_in(["due", "overdue"]), pl.col("verdict") == "missed"
    now = _forbidden(rows.filter(is_actionable).select("c", "n", t=pl.lit(as_of)), told).select(
        "n", "free_at", is_blocked="is_forbidden", is_over="is_used_up", by_need="is_unfit"
    )
    due = _forbidden(rows.filter(pl.col("finding_at").is_not_null()).select("c", "n", t="due_at"), told)
    end = _forbidden(rows.filter(is_missed).select("c", "n", t="expires_at"), told)
    joined = (
        rows.lazy()
        .join(now, on="n", how="left")
        .join(due.select("n", not_at_due="is_forbidden"), on="n", how="left")
        .join(end.select("n", not_at_end="is_forbidden"), on="n", how="left")
    )
    by_limit = pl.col("is_over") | pl.col("free_at").is_not_null()
    at_end = pl.when(is_missed & ~pl.col("not_at_end")).then(pl.col("expires_at").dt.offset_by("1us"))
    return joined.with_columns(
        verdict=pl.when("is_blocked")
        .then(pl.lit("blocked"))
        .when("not_at_end")
        .then(pl.lit("excused"))
        .otherwise("verdict"),
        blocked_by=pl.when("is_blocked").then(pl.when(by_limit).then(pl.lit(_FEW)).otherwise(pl.lit(_NEEDED))),
        blocked_until=pl.when(pl.col("is_blocked") & ~pl.col("is_over") & ~pl.col("by_need")).then("free_at"),
        finding_at=pl.when("not_at_due").then(at_end).otherwise("finding_at"),
    )


def _forbidden(probes: pl.DataFrame, told: Told) -> pl.LazyFrame:
    """Whether an inquiry was forbidden in a case at an instant ``t``, and why."""
    place = told.at.search_sorted(probes["t"], side="right").alias("place")
    placed = _rounds(probes.with_columns(place).lazy(), told.interviews)
    used = _alive(placed, told).group_by("n").agg(used=pl.len(), free_at=pl.col("free_at").max())
    judged = placed.join(used, on="n", how="left").with_columns(
        free_at=pl.when(pl.col("free_at") > pl.col("t")).then("free_at"),
        is_used_up=(pl.col("used") >= 2).fill_null(False),
        is_unfit=(pl.col("t") > pl.col("fresh_until")).fill_null(True),
    )
    return judged.with_columns(is_forbidden=pl.col("free_at").is_not_null() | pl.col("is_used_up") | pl.col("is_unfit"))


def _alive(placed: pl.LazyFrame, told: Told) -> pl.LazyFrame:
    """Each row with the inquiries of its round that were made, and had not bounced, before its ``place``."""
    made = told.inquiries.lazy().select("c", "round", "void_n", "free_at", m="n")
    pairs = placed.select("n", "c", "round", "place").join(made, on=["c", "round"], nulls_equal=True)
    return pairs.filter((pl.col("m") < pl.col("place")) & (pl.col("void_n") >= pl.col("place")).fill_null(True))


# ── findings and cases ──


def _unmet(decisions: pl.DataFrame) -> pl.LazyFrame:
    level = pl.when(pl.col("rule") == _THANK).then(pl.lit("error")).otherwise(pl.lit("warning"))
    none = pl.lit(None, dtype=pl.Int64)
    unmet = decisions.lazy().filter(pl.col("finding_at").is_not_null())
    return unmet.select("case", "rule", level.alias("level"), "person", at="finding_at", used=none, allowed=none)


def _broken(told: Told) -> list[pl.LazyFrame]:
    """The inquiries that are one too many or too near, and those without an interview, or too long after it."""
    names = told.cases.lazy().select("c", "case")
    asked = told.inquiries.lazy().select("c", "n", "at", "person", "round", "fresh_until", place="n")
    before = _alive(asked, told).group_by("n").agg(used=pl.len().cast(pl.Int64) + 1, free_at=pl.col("free_at").max())
    judged = asked.join(before, on="n")
    many, near = pl.col("used") > 2, pl.col("free_at") > pl.col("at")
    limited = judged.filter(many | near).with_columns(
        pl.when(many).then("used"), rule=pl.lit(_FEW), allowed=pl.when(many).then(pl.lit(2, dtype=pl.Int64))
    )
    unfit = asked.filter((pl.col("at") > pl.col("fresh_until")).fill_null(True)).with_columns(
        rule=pl.lit(_NEEDED), used=pl.lit(None, dtype=pl.Int64), allowed=pl.lit(None, dtype=pl.Int64)
    )
    return [rows.with_columns(level=pl.lit("error")).join(names, on="c").select(FINDINGS) for rows in (limited, unfit)]


def _statuses(told: Told, decisions: pl.DataFrame) -> pl.DataFrame:
    """Each case, and what an open one without an open action waits for."""
    is_open = pl.col("over_n").is_null()
    until = pl.when(pl.col("verdict") == "blocked").then("blocked_until").otherwise("opens_at")
    pending = decisions.lazy().filter(pl.col("verdict").is_in(["due", "overdue", "waiting", "blocked"]))
    acting = pending.filter(pl.col("verdict").is_in(["due", "overdue"]))
    waiting = (
        pending.filter(pl.col("verdict").is_in(["waiting", "blocked"]))
        .with_columns(waits_until=until)
        .drop_nulls("waits_until")
        .join(acting, on="c", how="anti")
        .group_by("c")
        .agg(pl.col("rule").sort_by("waits_until", "rule").first().alias("waits_for"), pl.col("waits_until").min())
    )
    return (
        told.cases.lazy()
        .join(waiting, on="c", how="left")
        .select(
            "case",
            pl.when(is_open).then(pl.lit("open")).otherwise(pl.lit("over")).alias("status"),
            pl.col("over_at").alias("since_at"),
            pl.when(is_open).then(pl.col("waits_for", "waits_until")),
        )
        .collect()
    )
