"""The table of ``--time``: what took how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from punctilio.batch.clock import Spent
from punctilio.batch.costs import Costs
from punctilio.batch.result import Result
from punctilio.inert import inert


def table(spent: Mapping[str, Spent], result: Result, costs: Costs) -> str:
    """Phases, rules, and what went in and out."""
    return "\n".join((*_phases(spent), "", *_rules(costs, result.by_rule), "", _sums(result)))


def _phases(spent: Mapping[str, Spent]) -> Iterator[str]:
    rows = [(name, f"{one.wall:,.2f}" if one.wall else "", f"{one.cpu:,.2f}") for name, one in spent.items()]
    wall = sum(one.wall for one in spent.values())
    cpu = sum(one.cpu for one in spent.values())
    yield from _aligned([("phase", "seconds", "of processors"), *rows, ("all", f"{wall:,.2f}", f"{cpu:,.2f}")])


def _rules(costs: Costs, by_rule: Mapping[str, int]) -> Iterator[str]:
    yield (
        f"What each rule costs, in processor seconds: judging the first cases ({costs.events:,} events) by it alone,"
        f" less judging them by no rule ({costs.none:.3f}). All rules together take {costs.all:.3f}: they share work."
    )
    dearest = sorted(costs.by_rule, key=lambda rule: (-costs.by_rule[rule], rule))
    rows = [(inert(rule), f"{by_rule.get(rule, 0):,}", f"{costs.by_rule[rule]:.3f}") for rule in dearest]
    yield from _aligned([("rule", "records", "alone"), *rows])


def _sums(result: Result) -> str:
    silent = result.cases - result.told - len(result.left_out)
    return (
        f"{result.events:,} events of {result.cases:,} cases came in: {result.told:,} cases judged,"
        f" {len(result.left_out):,} left out, {silent:,} of which nothing had happened by the as-of."
        f" Parts: {result.parts:,}."
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells))
