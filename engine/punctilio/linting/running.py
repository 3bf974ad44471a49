"""Every lint over a rulebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from punctilio.linting.blocking import always_blocked
from punctilio.linting.firing import never_fires
from punctilio.linting.outliving import outlives
from punctilio.linting.phrases import redundant_phrases
from punctilio.linting.repeating import same_values
from punctilio.linting.shadows import shadowed
from punctilio.linting.telling import untested, untold
from punctilio.linting.unused import unused
from punctilio.linting.vacuity import never_fired
from punctilio.linting.values import Book, Slip
from punctilio.linting.windows import cancel_settles, window_order
from punctilio.tables.tables import Log
from punctilio.value import replaced
from punctilio.yaml_source import with_sources

LINTS: Final[tuple[Callable[[Book], Iterator[Slip]], ...]] = (
    never_fires,
    shadowed,
    always_blocked,
    outlives,
    unused,
    untold,
    window_order,
    cancel_settles,
    redundant_phrases,
    same_values,
)


def slips(book: Book, log: Log | None = None, tested: Collection[str] | None = None) -> tuple[Slip, ...]:
    """All that is found, in order, each with its line. ``tested`` are the rules that case files name; without it, and
    without a log, what needs them is not asked."""
    found = [one for lint in LINTS for one in lint(book)]
    found += never_fired(book, log) if log is not None else ()
    found += untested(book, tested) if tested is not None else ()
    dead = {one.names[0] for one in found if one.code == "NEVER-FIRES"}
    kept = (one for one in found if one.code != "SHADOWED-RULE" or dead.isdisjoint(one.names))
    ordered = sorted({(one.problem.location, one.code, one.problem.message): one for one in kept}.items())
    return tuple(_sourced(one, book) for _, one in ordered)


def _sourced(one: Slip, book: Book) -> Slip:
    documents = (file.document for file in book.loaded.files)
    [problem] = with_sources([one.problem], documents)
    return replaced(one, problem=problem, source=book.source)
