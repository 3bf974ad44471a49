"""What was measured, held against the goals, as tables."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from punctilio.version import __version__

PUNCTILIO: Final = "Punctilio"
EXPLAINED: Final = "Punctilio, explained"
TO_TEXT: Final = "Punctilio, text report"
BY_HAND: Final = "Polars by hand"
SCAN: Final = "Polars' scan of the file, alone"
PLAIN: Final = "plain Python"

WHOLE, EVALUATION, READING = "whole process", "evaluation only", "reading only"
GIANT, AS_MANY = "one giant case", "as many events in small cases"

ALONE: Final = ", without its glue"

_HEAD: Final = (
    "log",
    "events",
    "who",
    "wall, s",
    "CPU, s",
    "events a second",
    "peak MB",
    "wall ÷ Punctilio's",
    "CPU ÷ its",
)
_FITTED: Final = 100_000
"""Events, from which on a log is large enough for the growth to be told."""


class Figure(NamedTuple):
    """The least that some work cost of several rounds: seconds, and bytes of the whole process (0: not measured)."""

    work: str
    log: str
    events: int
    who: str
    wall: float
    cpu: float
    memory: int


class Goal(NamedTuple):
    """A ratio, in wall time and in processor time, and its bound."""

    name: str
    wall: float
    cpu: float
    bound: float
    is_least: bool

    @property
    def is_met(self) -> bool:
        return self.wall >= self.bound if self.is_least else self.wall <= self.bound


# ── goals ──


def goals(figures: Sequence[Figure]) -> list[Goal]:
    """The goals that these figures can tell of, each on the largest log on which both sides were measured."""
    return [
        *_ratio(figures, "rules ÷ Polars by hand, evaluation only", EVALUATION, PUNCTILIO, BY_HAND, 1.25),
        *_ratio(figures, "whole JSONL batch ÷ Polars' scan alone", WHOLE, PUNCTILIO, SCAN, 2.5),
        *_ratio(figures, "plain Python ÷ rules, whole process", WHOLE, PLAIN, PUNCTILIO, 4, is_least=True),
        *_ratio(figures, "plain Python ÷ rules, evaluation only", EVALUATION, PLAIN, PUNCTILIO, 4, is_least=True),
        *_engines(figures),
        *_growth(figures, WHOLE),
        *_growth(figures, EVALUATION),
        *_giant(figures, WHOLE),
        *_giant(figures, EVALUATION),
    ]


def _ratio(
    figures: Sequence[Figure], name: str, work: str, above: str, below: str, bound: float, *, is_least: bool = False
) -> Iterator[Goal]:
    of = {(f.log, f.who): f for f in figures if f.work == work and f.log not in (GIANT, AS_MANY)}
    both = [(top, of[log, below]) for (log, who), top in of.items() if who == above and (log, below) in of]
    if both:
        top, bottom = max(both, key=lambda pair: pair[0].events)
        yield Goal(f"{name} ({top.log})", top.wall / bottom.wall, top.cpu / bottom.cpu, bound, is_least)


def _engines(figures: Sequence[Figure]) -> Iterator[Goal]:
    known = (WHOLE, EVALUATION, READING)
    others = (
        f for f in figures if f.work not in known and f.who not in (PUNCTILIO, EXPLAINED) and not f.who.endswith(ALONE)
    )
    names = dict.fromkeys((f.work, f.who) for f in others)
    for work, who in names:
        yield from _ratio(figures, f"{who} ÷ rules, {work}", work, who, PUNCTILIO, 10, is_least=True)


def _growth(figures: Sequence[Figure], work: str) -> Iterator[Goal]:
    mine = [f for f in figures if (f.work, f.who) == (work, PUNCTILIO) and f.log not in (GIANT, AS_MANY)]
    large = [f for f in mine if f.events >= _FITTED]
    if len(large) > 1:
        span = f"{large[0].log} to {large[-1].log}"
        wall, cpu = (_exponent([(f.events, value) for f, value in zip(large, values, strict=True)])
                     for values in ([f.wall for f in large], [f.cpu for f in large]))  # fmt: skip
        yield Goal(f"growth exponent, {work} ({span})", wall, cpu, 1.05, False)


def _exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line through the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    above: float = sum((x - mean_x) * (y - mean_y) for x, y in logs)
    below: float = sum((x - mean_x) * (x - mean_x) for x, _ in logs)
    return above / below


def _giant(figures: Sequence[Figure], work: str) -> Iterator[Goal]:
    of = {f.log: f for f in figures if (f.work, f.who) == (work, PUNCTILIO)}
    if GIANT in of and AS_MANY in of:
        giant, small = of[GIANT], of[AS_MANY]
        share = small.events / giant.events
        name = f"one giant case ÷ as many events in small cases, {work}"
        yield Goal(name, giant.wall / small.wall * share, giant.cpu / small.cpu * share, 2, False)


# ── tables ──


def markdown(figures: Sequence[Figure]) -> str:
    """The goals and the figures as Markdown tables."""
    works = dict.fromkeys(figure.work for figure in figures)
    parts = [_about(), _table(("goal", "wall", "CPU", "wanted", ""), map(_goal_row, goals(figures)))]
    for work in works:
        mine = [figure for figure in figures if figure.work == work]
        heading = f"Engines, {work}" if work.endswith(".yaml") else work.capitalize()
        parts += [f"**{heading}**", _table(_HEAD, (_row(f, mine) for f in mine))]
    return "\n\n".join(parts) + "\n"


def _about() -> str:
    versions = f"Python {platform.python_version()}, Polars {pl.__version__}, Punctilio {__version__}"
    load = f"The machine's load at the end was {os.getloadavg()[1]:.1f}: by itself the benchmark makes about 1 to 2."
    return f"{_processor()}, {pl.thread_pool_size()} cores; {versions}. {load}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _goal_row(goal: Goal) -> tuple[str, ...]:
    wanted = f"{'≥' if goal.is_least else '≤'} {goal.bound:g}"
    return goal.name, f"{goal.wall:.2f}", f"{goal.cpu:.2f}", wanted, "met" if goal.is_met else "**not met**"


def _row(figure: Figure, others: Iterable[Figure]) -> tuple[str, ...]:
    [mine] = [f for f in others if (f.log, f.who) == (figure.log, PUNCTILIO)]
    memory = f"{figure.memory / 1e6:,.0f}" if figure.memory else ""
    ratios = f"{figure.wall / mine.wall:.2f}", f"{figure.cpu / mine.cpu:.2f}"
    speed = f"{figure.events / figure.wall:,.0f}"
    times = f"{figure.wall:.3f}", f"{figure.cpu:.3f}"
    return figure.log, f"{figure.events:,}", figure.who, *times, speed, memory, *ratios


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(figures: Sequence[Figure], file: Path) -> None:
    """As JSON: a record for each figure and each goal, a line each."""
    records = {
        "figures": [figure._asdict() for figure in figures],
        "goals": [{**goal._asdict(), "is_met": goal.is_met} for goal in goals(figures)],
    }
    file.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
