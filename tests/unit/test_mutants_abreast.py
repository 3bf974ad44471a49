"""Many rulebooks judged in one pass: each says what it says when it is judged alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from punctilio.casefiles.judging import Row, Rows, judged
from punctilio.casefiles.trying import instants_of
from punctilio.model.rule import Rulebook
from punctilio.mutation.abreast import Wanted, judged_abreast
from punctilio.mutation.running import changes, prepared
from punctilio.mutation.trials import Trial, part_by
from punctilio.tables import columns as c
from punctilio.tables.tables import Log
from punctilio.testing import Case, log_of, rulebook

CASES = Path(__file__).parents[1] / "cases"


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        ("stories/waiver.yaml", ["thank-each-interviewer", "first-inquiry", "not-before-the-date"]),
        ("stories/draft-of-a-third.yaml", ["at-most-two-inquiries", "one-inquiry-at-a-time"]),
        ("stories/one-inquiry-at-once.yaml", ["one-inquiry-at-a-time", "second-inquiry"]),
        ("after-interview/moved-on/word.yaml", ["moved-on", "closed"]),
    ],
)
def test_a_mutant_says_what_it_says_alone(file: str, rules: Sequence[str]) -> None:
    run = prepared(["after-interview"], [CASES / file])
    [trial] = run.trials
    found, _ = changes(run, rules)
    parts = [part_by(one, trial, run.origin, run.rules) for one in found if not one.is_wider][:10]
    books = [trial.part, *(part for part in parts if part is not None and part.rules != trial.part.rules)]

    assert len(books) > 4
    for instant, known_at in times(trial):
        abreast = judged_abreast(books, trial.log, instant, known_at, wanted=Wanted.NOTES)
        assert [plain(one) for one in abreast] == [plain(one) for one in alone(books, trial.log, instant, known_at)]


def times(trial: Trial) -> Iterator[tuple[datetime, datetime | None]]:
    last = trial.file.promises[-1]
    yield from ((instant, last.known_at) for instant in instants_of(last, trial.part, trial.log))


RULES = """\
language: 1
zone: UTC
vocabulary: {{extends: [interviews]}}
rules:
  - id: answer
    title: Answer
    force: may
    expect:
      when: message.received
      until: {{type: message.sent, purpose: reply}}
      cancel: {{type: case.closed, case: {{starts_with: {case}}}}}
      do: {{type: message.sent, purpose: inquiry}}
  - id: not-often
    title: Not often
    force: must
    limit: {{of: {{type: message.sent, purpose: inquiry}}, per: [case], at_most: {most}}}
"""


def books(case: str = "other") -> list[Rulebook]:
    return [rulebook(RULES.format(most=most, case=case)) for most in (1, 0, 2, 1, 3, 1)]


TWICE = (
    Case("acme")
    .event("message.received", "2026-03-02T09:00:00Z", person="ana", text="Soon.")
    .event("message.received", "2026-03-03T09:00:00Z", person="ana", text="Later.")
)
AS_OF = datetime(2026, 3, 6, 9)


def test_of_two_proposals_that_differ_in_their_trigger_alone_the_same_comes_first() -> None:
    """The id decides, which has the name of the case in it."""
    log = log_of(TWICE)
    answers = judged_abreast(books(), log, AS_OF, None, wanted=Wanted.VERDICTS)

    assert [decisions(one) for one in answers] == [decisions(one) for one in alone(books(), log, AS_OF)]
    assert [verdict for _, verdict in decisions(answers[0])] in (["open", "blocked"], ["blocked", "open"])


def decisions(answer: Rows) -> list[tuple[int, str]]:
    return sorted((row[c.TRIGGER], row[c.VERDICT]) for row in answer["decisions"])


@pytest.mark.parametrize(("case", "verdict"), [("acme", "cancelled"), ("acme#", "open")])
def test_a_rule_may_read_what_the_case_is_called(case: str, verdict: str) -> None:
    log = log_of(TWICE.event("case.closed", "2026-03-04T09:00:00Z", reason="Enough."))
    answers = judged_abreast(books(case)[2:4], log, AS_OF, None, wanted=Wanted.VERDICTS)

    assert {row[c.VERDICT] for row in answers[0]["decisions"]} == {verdict}


def alone(books: Sequence[Rulebook], log: Log, instant: datetime, known_at: datetime | None = None) -> list[Rows]:
    return [judged(book, log, instant, known_at).rows for book in books]


def plain(answer: Rows) -> dict[str, list[str]]:
    """The rows in an order of their own, but for ids, which have the name of the case in them."""
    return {section: sorted(map(without_id, rows)) for section, rows in answer.items()}


def without_id(row: Row) -> str:
    return repr(sorted((key, value) for key, value in row.items() if key not in (c.ID, c.DECISION)))
