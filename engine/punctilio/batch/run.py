"""Judging the files of a log, whatever its size: in one piece where it is small, else part by part."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import chain
from pathlib import Path
from shutil import rmtree
from typing import Final, NamedTuple

import polars as pl

from punctilio import evaluation as engine
from punctilio.abreast import abreast
from punctilio.batch import crew
from punctilio.batch.aside import Lines, write_lines
from punctilio.batch.clock import Clock, Spent
from punctilio.batch.desk import Desk
from punctilio.batch.files import FolderError, writing
from punctilio.batch.mistakes import SHOWN, Mistakes
from punctilio.batch.piece import Judged, Slices, Task, in_order, judge, judged_before, log_of
from punctilio.batch.ranges import Range, case_names, ranges
from punctilio.batch.reading import Held, Progress, Split, gathered
from punctilio.batch.result import InParts, LostCases, Result, Whole
from punctilio.batch.sizes import Budget
from punctilio.batch.work import digest, file_facts
from punctilio.errors import InvalidLogError, PunctilioError, UsageError
from punctilio.logs.mapping.model import Map
from punctilio.logs.quarantine import place_in, touched_by, with_quarantine, without
from punctilio.logs.read import placed, read_parts, whole
from punctilio.logs.sources import Source, find_sources
from punctilio.model.rule import Rulebook
from punctilio.problems import in_order as in_place
from punctilio.rulebook.fingerprint import exact_fingerprint
from punctilio.selection import Selection, require_cases, require_known, require_rules
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema
from punctilio.tables.tables import Evaluation, SetAside
from punctilio.value import replaced

_JUDGED: Final = "judged-"


class Wanted(NamedTuple):
    """The files that are judged, by what, as of when, and what of it the report shows. With ``quarantine``, lines that
    cannot be read are set aside; ``mapping`` says what the columns of the files mean; with ``known_at``, what was
    recorded later is not seen."""

    paths: Sequence[str | Path]
    rulebook: Rulebook
    as_of: datetime
    form: str
    selection: Selection
    quarantine: bool = False
    mapping: Map | None = None
    known_at: datetime | None = None


@contextmanager
def judged(
    wanted: Wanted, budget: Budget, *, work: Path | None, clock: Clock, progress: Progress
) -> Generator[Result, None, None]:
    """Judge; the report can be written within the context, while the work folder is there.

    A block that ends well, with every part judged, ends the work folder. Otherwise what was done stays in it, for the
    same command to go on from. Raises InvalidLogError, and UsageError: FolderError where the work folder takes no
    more or lost a file.
    """
    require_rules(wanted.selection, wanted.rulebook)
    sources, unfit = find_sources(wanted.paths, wanted.mapping)
    with ExitStack() as stack:
        desk = Desk(stack, work, _split_name(wanted, sources))
        is_judged = False
        try:
            log = desk.found() or _read(wanted, sources, budget, desk, clock, progress)
            mistakes = log.mistakes.with_all(unfit)
            if isinstance(log, Held) and log.weight <= budget.part:
                progress("Judging", log.height, None)
                result: Result = _in_one_piece(wanted, sources, log, mistakes, clock)
            else:
                result = _in_parts(wanted, sources, log, mistakes, budget, desk, clock, progress)
            is_judged = True
            yield result
        except (KeyboardInterrupt, OSError, FolderError) as stop:
            desk.keep(stop)
            raise
        except UsageError as stop:
            if is_judged:  # the report could not be written; everything else is right
                desk.keep(stop)
            else:
                desk.clear()
            raise
        except BaseException:
            desk.clear()
            raise
        if not result.lost:
            desk.clear()


def _split_name(wanted: Wanted, sources: Sequence[Source]) -> str | None:
    """What the work folder is named by: the files as they are, and all that reading them depends on."""
    names = [source.name for source in sources]
    facts = file_facts(names) if names else None
    if facts is None:
        return None
    rules = exact_fingerprint(wanted.rulebook)
    mapping = wanted.mapping.digest if wanted.mapping else None
    return digest(facts, names, rules, wanted.quarantine, mapping, engine.versions())


def _read(
    wanted: Wanted, sources: Sequence[Source], budget: Budget, desk: Desk, clock: Clock, progress: Progress
) -> Held | Split:
    """Raises FolderError, and UsageError where the work folder cannot be made."""
    rules = frozenset(rule.id for rule in wanted.rulebook.rules)
    read = read_parts(sources, wanted.rulebook.vocabulary, rules, width=budget.readers)
    parts = clock.each("read", read)
    nothing = pl.DataFrame(schema=event_schema(wanted.rulebook.vocabulary))
    with clock.phase("split"):
        return gathered(
            parts,
            nothing,
            desk.folder,
            progress,
            held=budget.piece,
            run=budget.run,
            quarantine=wanted.quarantine,
        )


# ── in one piece ──


def _in_one_piece(wanted: Wanted, sources: Sequence[Source], held: Held, mistakes: Mistakes, clock: Clock) -> Whole:
    with clock.phase("gather"):
        log, late = whole(held.events, held.unread, sources, wanted.rulebook.vocabulary)
        lines = placed(late, sources, wanted.rulebook.vocabulary)
        if wanted.quarantine:
            log = with_quarantine(log, chain(held.bad, lines))
        else:
            mistakes = mistakes.with_all(problem for line in lines for problem in line.problems)
    _require_right(mistakes)
    with clock.phase("judge"):
        evaluation = engine.evaluate(wanted.rulebook, log, as_of=wanted.as_of, known_at=wanted.known_at)
    require_known(evaluation, wanted.selection)
    cases = len({*held.events[c.CASE].unique(), *log.left_out})
    return Whole(log, evaluation, wanted.form, wanted.selection, held.events.height, cases)


# ── in parts ──


def _in_parts(
    wanted: Wanted,
    sources: Sequence[Source],
    log: Held | Split,
    mistakes: Mistakes,
    budget: Budget,
    desk: Desk,
    clock: Clock,
    progress: Progress,
) -> InParts:
    with clock.phase("split"):
        aside = touched_by(log.bad, [source.name for source in sources])
        parts = ranges(log, _part(log, budget))
        if wanted.selection.cases and not mistakes.total:
            known = chain(case_names(log), aside.cases)
            require_cases(wanted.selection, known, in_doubt=bool(aside.files))  # before all the work, not after
    task = Task(
        rulebook=wanted.rulebook,
        as_of=wanted.as_of,
        known_at=wanted.known_at,
        form=wanted.form,
        selection=wanted.selection,
        files=tuple(source.name for source in sources),
        log=log,
        folder=_results_folder(desk.folder(), wanted, log, budget) if isinstance(log, Split) else None,
        is_judged=not mistakes.total,
        quarantine=wanted.quarantine,
        aside=aside,
    )
    with clock.phase("judge"):
        done, lost = _judged(task, parts, budget.jobs, progress)
    for name, spent in (each for part in done for each in part.spent if task.folder):  # threads' time is ours already
        clock.add(f"  {name}", Spent(0.0, spent.cpu))
    result = InParts(task, parts[0], done, lost, _rest(task, done, lost, sources, mistakes))
    _require_whole(result)
    _require_told(result)
    return result


def _rest(
    task: Task,
    done: Sequence[Judged],
    lost: Sequence[LostCases],
    sources: Sequence[Source],
    mistakes: Mistakes,
) -> Evaluation:
    """What is said of the run alone. Raises InvalidLogError where the log has to be mended first."""
    vocabulary = task.rulebook.vocabulary
    late = in_order((item for part in done for item in part.late), task.files)
    lines = placed(late if task.quarantine else late[:SHOWN], sources, vocabulary)
    log, _ = log_of(task, Slices(pl.DataFrame(schema=event_schema(vocabulary)), []))
    aside: Collection[SetAside] = task.log.bad
    if task.quarantine:
        aside = _all_aside(task, lines) if late else aside
        log = without(log, touched_by(aside, task.files) if late else task.aside)
    else:
        problems = [problem for line in lines for problem in line.problems]
        mistakes = mistakes.and_all(Mistakes(in_place(problems), sum(part.late_count for part in done)))
    _require_right(mistakes)
    left_out = sorted({*log.left_out, *(case for part in lost for case in part.cases)})
    known = replaced(log, left_out=tuple(left_out))
    rest = engine.evaluate(task.rulebook, known, as_of=task.as_of, known_at=task.known_at)
    return replaced(rest, quarantine=aside)


def _all_aside(task: Task, late: Iterable[SetAside]) -> Collection[SetAside]:
    """The lines that were set aside at first and these, in order of the log."""
    place = place_in(task.files)
    lines = merge(task.log.bad, late, key=place)
    if task.folder is None:
        return tuple(lines)
    return Lines(task.folder, [write_lines(lines, task.folder / "aside")])


def _part(log: Held | Split, budget: Budget) -> int:
    """Events of a part: as many as fit by their weight, and so that all workers have as much to do."""
    turns = max(1, -(-log.weight // (budget.part * budget.jobs)))
    return max(1, -(-log.height // (turns * budget.jobs)))


def _results_folder(folder: Path, wanted: Wanted, split: Split, budget: Budget) -> Path:
    """Of what was judged as of another instant, or for another report, nothing can be used."""
    chosen = (sorted(wanted.selection.cases), sorted(wanted.selection.rules))
    seen = (wanted.as_of.isoformat(), wanted.known_at.isoformat() if wanted.known_at else None)
    results = folder / f"{_JUDGED}{digest(seen, wanted.form, chosen, _part(split, budget))}"
    for other in folder.glob(f"{_JUDGED}*"):
        if other != results:
            rmtree(other, ignore_errors=True)
    with writing(folder):
        results.mkdir(exist_ok=True)
    return results


def _judged(task: Task, parts: Sequence[Range], jobs: int, progress: Progress) -> tuple[list[Judged], list[LostCases]]:
    """What an interrupted run has judged is not judged again."""
    found = _found(task.folder, parts) if task.folder else {}
    lost: list[LostCases] = []
    progress("Judging", len(found), len(parts))
    waiting = [part for part in parts if part.number not in found]
    if task.folder:
        outcomes: Iterator[crew.Outcome] = crew.judged(task, waiting, jobs)
    else:
        outcomes = abreast((partial(judge, task, part) for part in waiting), width=jobs)
    for number, outcome in enumerate(outcomes, len(found) + 1):
        if isinstance(outcome, Judged):
            found[outcome.number] = outcome
        else:
            lost.append(_left_out(task, outcome))
        progress("Judging", number, len(parts))
    return [found[part.number] for part in parts if part.number in found], sorted(lost, key=lambda part: part.cases)


def _found(folder: Path, parts: Sequence[Range]) -> dict[int, Judged]:
    """What was judged by an earlier run."""
    known = {part.number: judged_before(folder, part.number) for part in parts}
    return {number: done for number, done in known.items() if done is not None}


def _left_out(task: Task, part: crew.Lost) -> LostCases:
    cases = tuple(case_names(task.log, part.part))
    reason = f"{str(part.part).capitalize()} could not be judged: {part.reason}. {len(cases):,} cases are left out."
    reason += (
        " Give each part less to do with a smaller --memory, or fewer --jobs; the same command tries only this part."
    )
    return LostCases(reason, cases)


# ── what must hold ──


def _require_right(mistakes: Mistakes) -> None:
    """The log has to be mended before it is judged."""
    if mistakes.total:
        raise InvalidLogError(mistakes.first, count=mistakes.total)


def _require_whole(result: InParts) -> None:
    """Every event that was read is in one part, and so is every case."""
    read = result.events
    seen = sum(part.events for part in result.done)
    lost = sum(len(part.cases) for part in result.lost)
    if (seen != read and not lost) or seen > read:
        raise PunctilioError(f"Of {read:,} events that were read, {seen:,} were judged. Please report this.")


def _require_told(result: InParts) -> None:
    """A case that was chosen is told of, or named as left out; one of which nothing stands is unknown."""
    chosen = result.task.selection.cases
    unknown = chosen.difference(result.left_out, *(part.chosen for part in result.done))
    if unknown:
        known = (case for case in case_names(result.task.log) if case not in unknown)
        require_cases(result.task.selection, known, in_doubt=bool(result.rest.files_in_doubt))
