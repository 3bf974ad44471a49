"""What each rule costs: what judging a sample of the log by it alone takes, less what judging by no rule does."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final, NamedTuple

from punctilio import evaluation as engine
from punctilio.model.rule import Rulebook
from punctilio.tables.tables import Log
from punctilio.value import replaced

SAMPLE: Final = 5_000
"""Events of the first cases that are judged for it; a case is taken whole."""

ROUNDS: Final = 2
"""Each is done so often, in turns, and the best counts: the others were disturbed."""


class Costs(NamedTuple):
    """Processor seconds of judging ``events``: by ``all`` rules, by ``none``, and more than that by each one alone.
    Rules share work, so that these do not add up to all."""

    events: int
    all: float
    none: float
    by_rule: dict[str, float]


def costs(rulebook: Rulebook, sample: Log, as_of: datetime) -> Costs:
    """Measure each rule on this sample."""
    alone = {rule.id: replaced(rulebook, rules=(rule,)) for rule in rulebook.rules}
    books = {"all": rulebook, "none": replaced(rulebook, rules=()), **{f"rule {rule}": alone[rule] for rule in alone}}
    rounds = [{name: _seconds(book, sample, as_of) for name, book in books.items()} for _ in range(ROUNDS)]
    least = {name: min(seconds[name] for seconds in rounds) for name in books}
    none = least["none"]
    by_rule = {rule: max(0.0, least[f"rule {rule}"] - none) for rule in alone}
    return Costs(sample.events.height, least["all"], none, by_rule)


def _seconds(rulebook: Rulebook, log: Log, as_of: datetime) -> float:
    since = time.process_time()
    engine.evaluate(rulebook, log, as_of=as_of)
    return time.process_time() - since
