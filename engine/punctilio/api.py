"""What the package does, as functions: the command line calls these, and so may any program (docs/python-api.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final

from punctilio import evaluation as engine
from punctilio.atomic import replacing
from punctilio.casefiles.finding import is_case_file
from punctilio.errors import InvalidLogError, InvalidRulesError, UsageError
from punctilio.logs import read as logs
from punctilio.logs.formats import is_log, is_map
from punctilio.model.rule import Rulebook
from punctilio.problems import Problem, in_order
from punctilio.reporters import is_text, render, require_form, write
from punctilio.rulebook import load as rulebooks
from punctilio.selection import Selection, is_broken, require_known
from punctilio.tables.tables import Evaluation, Log, Verdicts

if TYPE_CHECKING:
    from punctilio.casefiles.judging import Rules
    from punctilio.casefiles.trying import TriedFile
    from punctilio.contracts import Draft, TemplateFilter
    from punctilio.drafting.values import Drafts, Proofreading, TextFinding
    from punctilio.forecasting import Accounts
    from punctilio.logs.mapping.model import Map

DEFAULT_PACK: Final = "after-interview"


def load_rules(*sources: str | Path) -> Rulebook:
    """Load rule files, given by path, and bundled packs, given by name, as one rulebook; without any, the bundled
    after-interview.

    Raises InvalidRulesError, which holds every mistake.
    """
    return rulebooks.load_rules(*(sources or (DEFAULT_PACK,)))


def show_rules(*sources: str | Path, form: str = "yaml", rules: Collection[str] = ()) -> str:
    """The rules in force after `extends`, `overrides` and parameters, each value with its ``file:line``, as ``yaml`` or
    ``json``; of ``rules`` alone, if some are named. Without sources, those of the bundled after-interview.

    Raises InvalidRulesError, and UsageError for a rule or a form that is not there.
    """
    from punctilio.manual.showing import shown  # judging does without it

    return shown(rulebooks.load_written(*(sources or (DEFAULT_PACK,))), form, rules)


def describe_rules(*sources: str | Path, form: str = "markdown") -> str:
    """The rules in force in plain language, as a page in ``markdown`` or ``html``, each with its window as a line of
    time. Without sources, those of the bundled after-interview.

    Raises InvalidRulesError, and UsageError for a form that is not there.
    """
    from punctilio.manual import asking  # judging does without it

    return asking.page(asking.load_page(sources or (DEFAULT_PACK,)), form)


def schema(name: str = "rules", *sources: str | Path) -> str:
    """A JSON Schema (draft 2020-12) as text: of ``rules`` files, of an ``event``, of ``case`` files, or of an
    ``evaluation`` as JSON, with the names that the rules and the installed plugins bring.

    Raises InvalidRulesError, and UsageError for a name that is not there.
    """
    from punctilio.manual.editing.schemas import schema_text  # judging does without it
    from punctilio.plugins.loading import installed

    return schema_text(name, rulebooks.load_written(*(sources or (DEFAULT_PACK,))), installed())


def read_log(
    *paths: str | Path, rules: Rulebook | None = None, quarantine: bool = False, mapping: str | Path | None = None
) -> Log:
    """Read event logs (globs too; ``-`` is standard input) by the vocabulary of ``rules``, or of the bundled pack.

    ``mapping`` is a file that says what the columns of somebody else's table mean (docs/mapping.md).

    With ``quarantine``, lines that cannot be read are set aside (``Log.quarantine``) with the cases that they touch.
    Raises InvalidLogError, which holds every mistake of the log or the map; with ``quarantine``, those of whole files.
    """
    rulebook = rules or load_rules()
    rules_of_columns = read_map(mapping, rulebook) if mapping is not None else None
    log = logs.read_log(
        paths,
        vocabulary=rulebook.vocabulary,
        rule_ids=_ids(rulebook),
        quarantine=quarantine,
        mapping=rules_of_columns,
    )
    if log.problems:
        raise InvalidLogError(log.problems)
    return log


def read_map(file: str | Path, rules: Rulebook) -> Map:
    """The map in a file, judged by the vocabulary of the rules. Raises InvalidLogError, which holds every mistake."""
    from punctilio.logs.mapping.load import load_map  # a log without a map does without it

    found, problems = load_map(file, rules.vocabulary)
    if found is None:
        raise InvalidLogError(problems)
    return found


def evaluate(rules: Rulebook, log: Log, *, as_of: datetime, known_at: datetime | None = None) -> Evaluation:
    """Judge the log as it stood at ``as_of``, an instant with an offset; nothing after it is seen. With ``known_at``,
    what was recorded later than that is not seen either.

    The frames of the result are documented column by column in ``punctilio.tables.schemas``.
    """
    instant, known = _instants(rules, log, as_of, known_at)
    return engine.evaluate(rules, log, as_of=instant, known_at=known)


def judge(rules: Rulebook, log: Log, *, as_of: datetime, known_at: datetime | None = None) -> Verdicts:
    """The decisions, findings and statuses of ``evaluate`` alone, for programs that count or compare: decisions have no
    ``id`` and no ``near``, and there are no allowances, notes and people. It takes about four fifths of the time.
    """
    instant, known = _instants(rules, log, as_of, known_at)
    return engine.judge(rules, log, as_of=instant, known_at=known)


def _instants(
    rules: Rulebook, log: Log, as_of: datetime, known_at: datetime | None
) -> tuple[datetime, datetime | None]:
    """Both instants in UTC. Raises UsageError where one is none, or the log was not read for these rules."""
    _require_vocabulary(rules, log)
    return in_utc("as_of", as_of), in_utc("known_at", known_at) if known_at is not None else None


def _require_vocabulary(rules: Rulebook, log: Log) -> None:
    if log.vocabulary != rules.vocabulary:
        raise UsageError("The log was read by the vocabulary of other rules: read it with read_log(…, rules=rules).")


def in_utc(name: str, instant: datetime) -> datetime:
    """The instant that was given under this name. Raises UsageError where it is none."""
    if not isinstance(instant, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise UsageError(f"`{name}` is no datetime: give an aware one, such as datetime.now(timezone.utc).")
    if instant.utcoffset() is None:
        raise UsageError(f"`{name}` has no time zone: give an aware datetime, such as datetime.now(timezone.utc).")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"`{name}` lies outside the years 1 to 9999: give an instant within them.") from None


def validate(
    *files: str | Path, rules: Sequence[str | Path] = (), mapping: str | Path | None = None
) -> tuple[Problem, ...]:
    """Every mistake in rule files, maps, logs and case files, in order. Maps and logs are judged by the vocabulary of
    ``rules``; ``mapping`` is the map by which the logs are read."""
    kinds = {file: _kind_of(file) for file in files}
    if mapping is not None:
        kinds[mapping] = "map"
    problems = [problem for file, kind in kinds.items() if kind == "rules" for problem in _rule_problems(file)]
    problems += [problem for file, kind in kinds.items() if kind == "case" for problem in _case_problems(file, rules)]
    others = {file: kind for file, kind in kinds.items() if kind in ("log", "map")}
    return in_order((*problems, *_problems_by_vocabulary(others, rules, mapping)))


def _kind_of(file: str | Path) -> str:
    if is_log(file):
        return "log"
    if is_map(file):
        return "map"
    return "case" if is_case_file(file) else "rules"


def _case_problems(file: str | Path, rules: Sequence[str | Path]) -> Sequence[Problem]:
    from punctilio.casefiles.trying import mistakes  # what judges a log does without it

    return mistakes(Path(file), _rules_of_cases((), rules))


def try_cases(*paths: str | Path, rules: Sequence[str | Path] = ()) -> tuple[TriedFile, ...]:
    """Try case files, and those in folders: hold what the rules say against what each promises (docs/testing-rules.md).

    ``rules`` are judged by in place of the pack that a case file names or extends.
    """
    from punctilio.casefiles.trying import try_all

    return tuple(try_all(paths, _rules_of_cases(rules, ())))


def _rules_of_cases(instead: Sequence[str | Path], otherwise: Sequence[str | Path]) -> Rules:
    from punctilio.casefiles.judging import Rules

    return Rules(tuple(map(str, instead)), tuple(map(str, otherwise)) or (DEFAULT_PACK,))


def _rule_problems(file: str | Path) -> Sequence[Problem]:
    """The mistakes in a rule file; where there are none, those in the templates that its rules name."""
    rulebook, problems = rulebooks.checked_rules(file)
    if problems or rulebook is None:
        return problems
    from punctilio.drafting.folders import templates_of  # what judges a log does without it

    if not templates_of(rulebook):
        return ()
    from punctilio.drafting.checking import template_problems  # imports Jinja2

    return template_problems(rulebook, _template_filters())


def _template_filters() -> list[TemplateFilter]:
    from punctilio.plugins.calls import filters_of  # judging does without plugins
    from punctilio.plugins.loading import installed

    return filters_of(installed())


def report(
    evaluation: Evaluation,
    form: str = "text",
    *,
    cases: Collection[str] = (),
    rules: Collection[str] = (),
    colour: bool = False,
) -> str:
    """The evaluation as text: ``text`` and ``summary`` for people; ``json``, ``jsonl`` and ``csv`` for programs;
    ``sarif``, ``junit`` and ``github`` for what other programs show to people.

    ``cases`` and ``rules`` choose what is shown; ``colour`` puts terminal colours into ``text``.
    """
    require_form(form)
    if not is_text(form):
        raise UsageError(f"The report `{form}` is no text. Write it into a file with write_report(…).")
    return render(form, evaluation, _selection(evaluation, cases, rules), colour=colour)


def write_report(
    evaluation: Evaluation,
    form: str,
    file: str | Path | BinaryIO,
    *,
    cases: Collection[str] = (),
    rules: Collection[str] = (),
) -> None:
    """Write the evaluation in any form, ``parquet`` too, with little memory beside what it holds itself.

    A file given by its path is replaced at once and whole, or not at all; text is UTF-8. Raises OSError where that
    cannot be done.
    """
    require_form(form)
    selection = _selection(evaluation, cases, rules)
    if isinstance(file, str | Path):
        with replacing(Path(file)) as new:
            write(form, evaluation, selection, new)
    else:
        write(form, evaluation, selection, file)


def draft(
    evaluation: Evaluation,
    case: str,
    *,
    rules: Collection[str] = (),
    people: Collection[str] = (),
    templates: Iterable[str | Path] = (),
    options: Mapping[str, str] = MappingProxyType({}),
) -> Drafts:
    """Write the messages that are due in a case, from templates and from what the log says, and check them.

    ``rules`` and ``people`` choose which; ``templates`` are folders whose files (NAME.txt) come before all others;
    ``options`` are handed on to channels. Raises UsageError for a name that is not there, and InvalidTemplateError,
    which holds every mistake of a template.
    """
    from punctilio.drafting import writing  # imports Jinja2, which judging does without

    return writing.drafts(
        evaluation,
        case,
        rules=rules,
        people=people,
        templates=templates,
        filters=_template_filters(),
        options=options,
    )


def explain(
    evaluation: Evaluation,
    case: str,
    *,
    rules: Collection[str] = (),
    people: Collection[str] = (),
    latest: int | None = None,
) -> Accounts:
    """Say of each rule why, and why not, in a case: what it decided, or the first condition that failed; which event
    would change that, and when it changes by itself.

    ``rules`` and ``people`` choose of which and for whom; ``latest`` bounds the decisions, and the findings, of each
    rule: those left out are counted. Raises UsageError for a name that is not there.
    """
    from punctilio.forecasting import accounts  # what judges a log does without it

    return accounts(evaluation, case, rules=rules, people=people, latest=latest)


def check_drafts(evaluation: Evaluation, drafts: Sequence[Draft]) -> tuple[tuple[TextFinding, ...], ...]:
    """What the rules say of each draft that a channel made, as if they were sent now, one after the other."""
    from punctilio.drafting import judging  # what judges a log does without it

    return judging.judged_drafts(evaluation, drafts)


def proofread(
    file: str | Path,
    rules: Rulebook,
    *,
    as_of: datetime,
    log: Log | None = None,
    case: str | None = None,
    person: str | None = None,
    purpose: str | None = None,
    channel: str | None = None,
) -> Proofreading:
    """Check the message in a text or an .eml file, as if it went out at ``as_of``; with ``log`` by what came before.

    Raises UsageError for a file that is no message, and for a name that is not there.
    """
    from punctilio.drafting import proofreading  # what judges a log does without it

    instant = in_utc("as_of", as_of)
    if log is not None:
        _require_vocabulary(rules, log)
    return proofreading.proofread(
        file, rules, as_of=instant, log=log, case=case, person=person, purpose=purpose, channel=channel
    )


def has_broken(
    evaluation: Evaluation, force: str = "must", *, cases: Collection[str] = (), rules: Collection[str] = ()
) -> bool:
    """Whether a rule of this force or a stronger one is broken, in these cases and of these rules."""
    return is_broken(evaluation, _selection(evaluation, cases, rules), force)


def _selection(evaluation: Evaluation, cases: Collection[str], rules: Collection[str]) -> Selection:
    selection = Selection(frozenset(cases), frozenset(rules))
    require_known(evaluation, selection)
    return selection


def _problems_by_vocabulary(
    kinds: Mapping[str | Path, str], rules: Sequence[str | Path], mapping: str | Path | None
) -> tuple[Problem, ...]:
    """What is wrong with logs and maps. By a map that is wrong, no log is read."""
    if not kinds:
        return ()
    try:
        rulebook = load_rules(*rules)
    except InvalidRulesError as mistake:
        return mistake.problems
    found: list[Problem] = []
    maps: dict[str | Path, Map] = {}
    for file in (file for file, kind in kinds.items() if kind == "map"):
        try:
            maps[file] = read_map(file, rulebook)
        except InvalidLogError as mistake:
            found.extend(mistake.problems)
    for file in (file for file, kind in kinds.items() if kind == "log"):
        if mapping is None or mapping in maps:
            by = maps[mapping] if mapping is not None else None
            found.extend(logs.validate_log(file, rulebook.vocabulary, _ids(rulebook), by))
    return tuple(found)


def _ids(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(rule.id for rule in rulebook.rules)
