"""The way in: rule files to a Rulebook, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from punctilio.errors import InvalidRulesError
from punctilio.location import Location
from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem, in_order
from punctilio.published import RULES, schema_problems
from punctilio.rulebook.blame import at_their_cause
from punctilio.rulebook.build import Builder
from punctilio.rulebook.files import Reader, RuleFile, in_line, is_path
from punctilio.rulebook.merge import Merged, merged
from punctilio.rulebook.parameters import Parameter, parameters_of
from punctilio.rulebook.unused import report_near_misses
from punctilio.rulebook.vocabulary import Layer, layers_of, vocabulary_of
from punctilio.shape import Report
from punctilio.value import Value
from punctilio.yaml_source import Document, ScalarNode, with_sources

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})
NO_NAMES: Mapping[Path, str] = MappingProxyType({})
NO_DOCUMENTS: Mapping[Path, Document] = MappingProxyType({})


class Loaded(Value, kw_only=True):
    """A rulebook, and what it was made of, where every value knows where it stands. ``layers`` are the sections that
    make the vocabulary together, each with its file, the inherited first."""

    rulebook: Rulebook
    files: tuple[RuleFile, ...]
    merged: Merged
    parameters: Mapping[str, Parameter]
    layers: tuple[Layer, ...]


def load_rules(*sources: str | Path, parameters: Mapping[str, str] = NO_PARAMETERS) -> Rulebook:
    """The rulebook that the sources make together, as if one file extended them all.

    A source is a file, or the name of a bundled pack. ``parameters`` are set last, over what the files say.
    Raises InvalidRulesError with every mistake in them.
    """
    return load_written(*sources, parameters=parameters).rulebook


def load_written(
    *sources: str | Path,
    parameters: Mapping[str, str] = NO_PARAMETERS,
    called: Mapping[Path, str] = NO_NAMES,
    given: Mapping[Path, Document] = NO_DOCUMENTS,
) -> Loaded:
    """The same, with what it was made of: for what shows, compares or changes what people wrote.

    ``called`` says what the files in a folder (a real path) are called: its text stands in the place of the folder,
    and no file in it reaches out of it. ``given`` are documents that are taken in place of files, by their real paths.
    """
    loaded, problems = _load(sources, parameters, called, given)
    if problems or loaded is None:
        raise InvalidRulesError(problems)
    return loaded


def rebuilt(
    loaded: Loaded, whole: Merged, parameters: Mapping[str, Parameter], files: tuple[RuleFile, ...]
) -> Rulebook:
    """The rulebook that other merged rules and parameters make with the same vocabulary; templates are those beside the
    files. Raises InvalidRulesError with what does not fit together."""
    report = Report()
    builder = Builder(
        merged=whole,
        files=files,
        parameters=parameters,
        vocabulary=loaded.rulebook.vocabulary,
        plugins=Reader(report).plugins,
        report=report,
    )
    rulebook = builder.rulebook(loaded.rulebook.name)
    if report.problems:
        raise InvalidRulesError(report.problems)
    return rulebook


def validate_rules(source: str | Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a rule file and with what it extends, in order."""
    return checked_rules(source)[1]


def checked_rules(source: str | Path) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """The rulebook, and everything that is wrong with it; with problems it is not to be used."""
    loaded, problems = _load((source,), NO_PARAMETERS)
    return (loaded.rulebook if loaded else None), problems


def load_vocabulary(source: str | Path) -> Vocabulary:
    """A vocabulary: bundled, by its name, or that of a file. Raises InvalidRulesError with every mistake in it."""
    report = Report()
    reader = Reader(report)
    bundled = isinstance(source, str) and not is_path(source) and not Path(source).is_file()
    file = reader.vocabulary(str(source), Location(str(source))) if bundled else reader.named(source)
    if file is None or report.problems:
        raise InvalidRulesError(with_sources(report.problems, reader.documents))
    vocabulary = vocabulary_of(layers_of(in_line([file]), reader), report)
    if report.problems:
        raise InvalidRulesError(with_sources(report.problems, reader.documents))
    return vocabulary


def _load(
    sources: Iterable[str | Path],
    parameters: Mapping[str, str],
    called: Mapping[Path, str] = NO_NAMES,
    given: Mapping[Path, Document] = NO_DOCUMENTS,
) -> tuple[Loaded | None, tuple[Problem, ...]]:
    report = Report()
    reader = Reader(report, called, given)
    named = [reader.named(source) for source in sources]
    found = [file for file in named if file is not None]
    loaded = _built(found, parameters, reader) if found and not _is_broken(report) else None
    for file in found:
        report.problems.extend(_by_schema(file, report))
    problems = at_their_cause(report.problems, in_line(found))
    return loaded, in_order(with_sources(problems, reader.documents))


def _is_broken(report: Report) -> bool:
    """Whether a file is missing from the whole, so that names would seem unknown that are not."""
    return any(problem.code in _BREAKING for problem in report.problems)


_BREAKING = frozenset(
    {
        "BAD-ENCODING", "BAD-YAML", "EMPTY-FILE", "EXTENDS-CYCLE", "TOO-DEEP", "TOO-LARGE", "TWO-DOCUMENTS",
        "UNKNOWN-PACK", "UNREADABLE",
    }
)  # fmt: skip


def _built(named: list[RuleFile], parameters: Mapping[str, str], reader: Reader) -> Loaded:
    files = in_line(named)
    report = reader.report
    whole = merged(files, report)
    known = parameters_of(files, parameters, report)
    layers = layers_of(files, reader)
    builder = Builder(
        merged=whole,
        files=files,
        parameters=known,
        vocabulary=vocabulary_of(layers, report),
        plugins=reader.plugins,
        report=report,
    )
    rulebook = builder.rulebook(" + ".join(_name(file) for file in named))
    report_near_misses(files, report)
    if not rulebook.rules and not report.problems and not any("vocabulary" in file.sections for file in named):
        message = "No rule is in force. Write some under `rules`, or `extends: [after-interview]`."
        report.add("NO-RULES", message, Location(named[-1].name))
    return Loaded(rulebook=rulebook, files=files, merged=whole, parameters=known, layers=layers)


def _name(file: RuleFile) -> str:
    """What a rulebook is called: as its file says, else as the file is called."""
    pack = file.sections.get("pack")
    return pack.value if isinstance(pack, ScalarNode) and isinstance(pack.value, str) else file.path.stem


def _by_schema(file: RuleFile, report: Report) -> tuple[Problem, ...]:
    """What the JSON Schema says of a person's own files in which nothing was found; bundled files are proven."""
    own = [one for one in in_line([file]) if not one.is_bundled]
    wrong = {problem.location.file for problem in report.problems}
    return tuple(problem for one in own if one.name not in wrong for problem in schema_problems(one.document, RULES))
