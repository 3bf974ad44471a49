"""What is shown of an evaluation, and how grave it is. Choosing never changes what was judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Final, NamedTuple

import polars as pl

from punctilio.errors import UsageError
from punctilio.model.decision import Level
from punctilio.model.rule import Force, Limit, Require, Rule, Rulebook
from punctilio.problems import closest
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import replaced

_COUNTED: Final = {"must": (Level.ERROR,), "should": (Level.ERROR, Level.WARNING), "may": tuple(Level), "never": ()}


class Selection(NamedTuple):
    """The cases and the rules that are shown; empty means all."""

    cases: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that are shown of a frame with a case and a rule in each row."""
        return frame.filter(_chosen(c.CASE, self.cases), _chosen(c.RULE, self.rules))


EVERYTHING: Final = Selection()
DRAFT: Final = "draft"
_IN_DOUBT: Final = (
    " A line that cannot be read may be its own: judge without choosing, mend the lines that are set aside, and choose"
    " it then."
)


def is_forbidding(rule: Rule) -> bool:
    """Whether the rule forbids what it bounds."""
    return rule.force is Force.MUST and isinstance(rule.kind, Limit | Require)


def blocked_drafts(evaluation: Evaluation, selection: Selection) -> int:
    """How many of the shown drafts must not be sent."""
    forbidding = [rule.id for rule in evaluation.rulebook.rules if is_forbidding(rule)]
    told = evaluation.notes.filter((pl.col(c.NOTE) == DRAFT) & pl.col(c.RULE).is_in(forbidding))
    return selection.of(told)[c.EVENTS].list.first().n_unique()


def of_cases(evaluation: Evaluation, cases: Collection[str]) -> Evaluation:
    """The same evaluation with these cases alone, and with what is said of the run."""
    chosen = pl.col(c.CASE).is_in(sorted(cases))
    return replaced(
        evaluation,
        decisions=evaluation.decisions.filter(chosen),
        findings=evaluation.findings.filter(chosen),
        allowances=evaluation.allowances.filter(chosen),
        notes=evaluation.notes.filter(chosen | pl.col(c.CASE).is_null()),
        statuses=evaluation.statuses.filter(chosen),
    )


def is_broken(evaluation: Evaluation, selection: Selection, fail_on: str = "must") -> bool:
    """Whether a rule of this force or a stronger one is broken in what is shown; for ``never`` it never is."""
    return has_level(selection.of(evaluation.findings)[c.LEVEL].unique(), fail_on)


def has_level(levels: Iterable[str], fail_on: str) -> bool:
    """Whether any of these levels of findings is that of a rule of this force, or of a stronger one."""
    if fail_on not in _COUNTED:
        raise UsageError(f"There is no force `{fail_on}`. Known are {', '.join(_COUNTED)}.")
    return not {str(level) for level in _COUNTED[fail_on]}.isdisjoint(levels)


def require_known(evaluation: Evaluation, selection: Selection) -> None:
    """Raise UsageError for a case or a rule that is not there."""
    known = chain(evaluation.statuses[c.CASE], evaluation.left_out)
    require_cases(selection, known, in_doubt=bool(evaluation.files_in_doubt))
    require_rules(selection, evaluation.rulebook)


def require_cases(selection: Selection, known: Iterable[str], *, in_doubt: bool) -> None:
    """Raise UsageError for a case that is not ``known``. Where a file is ``in_doubt``, nobody knows all cases."""
    _require("case", selection.cases, known, in_doubt=in_doubt)


def require_rules(selection: Selection, rulebook: Rulebook) -> None:
    """Raise UsageError for a rule that is not there."""
    _require("rule", selection.rules, (rule.id for rule in rulebook.rules))


def require_people(people: Iterable[str], known: Iterable[str]) -> None:
    """Raise UsageError for a person whom no event of the case names."""
    _require("person", frozenset(people), known)


def _chosen(column: str, names: Collection[str]) -> pl.Expr:
    return pl.col(column).is_in(sorted(names)).fill_null(False) if names else pl.lit(True)


def _require(what: str, names: Collection[str], known: Iterable[str], *, in_doubt: bool = False) -> None:
    there = set(known) if names else set[str]()
    where, remark = (" in the lines that can be read", _IN_DOUBT) if in_doubt else ("", "")
    for name in sorted(set(names) - there):
        near = closest(name, there)
        meant = f" Did you mean `{near}`?" if near else ""
        raise UsageError(f"There is no {what} `{name}`{where}.{meant}{remark}")
