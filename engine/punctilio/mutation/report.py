"""What became of the mutants, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from punctilio.coverage.report import percent
from punctilio.inert import inert
from punctilio.mutation.running import Mutated, Survivor


def score(mutated: Mutated) -> int:
    """The percentage of mutants that are noticed, or justified; never rounded up."""
    left = len(mutated.unjustified)
    return percent(mutated.killed + len(mutated.survivors) - left, mutated.killed + len(mutated.survivors))


def as_text(mutated: Mutated) -> str:
    """For people."""
    return "".join(f"{line}\n" for line in _lines(mutated))


def _lines(mutated: Mutated) -> Iterator[str]:
    book = mutated.rulebook
    yield f"{inert(book.name)} {book.hash[:12]}, mutated in {inert(mutated.file)}, judged by {_files(mutated.files)}."
    for survivor in mutated.survivors:
        yield from _survivor(survivor)
    for one in mutated.unused:
        yield f"\n{one.location}: Nothing that survives is at {inert(one.place)}: take this reason out."
    for name in mutated.failing:
        yield f"\n{inert(name)} fails by the rules as they are, and was left out. Mend it first: `rules test`."
    whole, justified = mutated.killed + len(mutated.survivors), len(mutated.survivors) - len(mutated.unjustified)
    if not whole + mutated.invalid:
        yield "\nThere is nothing to change: the file sets no rule, parameter, pattern or phrase. Name another one."
        return
    yield (
        f"\nScore: {score(mutated)} %. Of {whole:,} mutants {mutated.killed:,} were noticed,"
        f" {len(mutated.unjustified):,} survived, {justified:,} survived with a reason."
        f" {mutated.invalid:,} more do not load, which `rules validate` notices."
    )


def _files(number: int) -> str:
    return f"{number:,} case file{'' if number == 1 else 's'}"


def _survivor(survivor: Survivor) -> Iterator[str]:
    mutant = survivor.mutant
    yield f"\n{mutant.location}: {inert(mutant.place)}: {inert(mutant.change)}"
    if survivor.because is not None:
        yield f"  Justified: {inert(survivor.because)}"
    elif survivor.boundary is None:
        yield "  No log of these case files shows a difference: write one in which the rule is at its limit."
    else:
        where = survivor.boundary
        yield f"  A test would notice as of {where.as_of}, by the log of {inert(where.file)}:"
        yield from (f"    {line}" for line in where.differs[:6])


def as_json(mutated: Mutated) -> str:
    """For machines."""
    record = {
        "rulebook": {"name": mutated.rulebook.name, "hash": mutated.rulebook.hash},
        "file": mutated.file,
        "score": score(mutated),
        "killed": mutated.killed,
        "invalid": mutated.invalid,
        "case_files": mutated.files,
        "survivors": [_record(survivor) for survivor in mutated.survivors],
        "unused_reasons": [
            {"at": one.place, "change": one.change, "line": one.location.line} for one in mutated.unused
        ],
        "failing": list(mutated.failing),
    }
    return json.dumps(record, indent=2) + "\n"


def _record(survivor: Survivor) -> dict[str, Any]:
    mutant, where = survivor.mutant, survivor.boundary
    return {
        "at": mutant.place,
        "change": mutant.change,
        "file": mutant.location.file,
        "line": mutant.location.line,
        "column": mutant.location.column,
        "because": survivor.because,
        "boundary": where and {"file": where.file, "as_of": where.as_of, "differs": list(where.differs)},
    }
