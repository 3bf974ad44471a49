"""For programs: judge files of any size, and write the report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from punctilio.atomic import replacing
from punctilio.batch.clock import Clock
from punctilio.batch.reading import unwatched
from punctilio.batch.run import Wanted, judged
from punctilio.batch.sizes import budget, parse_size
from punctilio.errors import UsageError
from punctilio.logs.quarantine import written
from punctilio.model.rule import Rulebook
from punctilio.reporters import require_form
from punctilio.selection import Selection, has_level
from punctilio.value import Value


class Batch(Value, kw_only=True):
    """What became of a log that was judged in files. Of its ``cases``, the report tells of ``judged`` and names those
    that are ``left_out``; of the others nothing had happened by the as-of. ``reasons`` are sentences on parts of the
    log that could not be judged; ``records`` counts decisions, findings, allowances and notes by rule."""

    events: int
    cases: int
    judged: int
    left_out: tuple[str, ...]
    reasons: tuple[str, ...]
    records: Mapping[str, int]
    levels: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether the report tells of every case."""
        return not self.left_out

    def has_broken(self, force: str = "must") -> bool:
        """Whether a rule of this force or a stronger one is broken in what is shown."""
        return has_level(self.levels, force)


def evaluate_files(
    rules: Rulebook,
    *paths: str | Path,
    as_of: datetime,
    known_at: datetime | None = None,
    output: str | Path,
    form: str = "parquet",
    cases: Collection[str] = (),
    only_rules: Collection[str] = (),
    quarantine: str | Path | None = None,
    memory: str | None = None,
    jobs: int | None = None,
    work: str | Path | None = None,
) -> Batch:
    """Judge event logs of any size, and write the report in any form to ``output``, which is replaced at once.

    A log that does not fit into ``memory`` (such as ``2 GB``; half of what there is) is split in the folder ``work``
    (the system's temporary folder) and judged by worker processes, ``jobs`` of them (one a core). ``quarantine`` is a
    file for lines that cannot be read (docs/quarantine.md).

    With ``known_at``, what was recorded later is not seen.
    Raises InvalidLogError, UsageError, and OSError where files cannot be written.
    """
    for name, instant in (("as_of", as_of), ("known_at", known_at)):
        if instant is not None and instant.utcoffset() is None:
            raise UsageError(f"`{name}` has no time zone: give an aware datetime, such as datetime.now(timezone.utc).")
    require_form(form)
    selection = Selection(frozenset(cases), frozenset(only_rules))
    known = known_at.astimezone(UTC) if known_at else None
    wanted = Wanted(paths, rules, as_of.astimezone(UTC), form, selection, quarantine is not None, known_at=known)
    allowed = budget(parse_size(memory) if memory is not None else None, jobs, rules=len(rules.rules))
    folder = Path(work) if work is not None else None
    with judged(wanted, allowed, work=folder, clock=Clock(), progress=unwatched) as result:
        if quarantine is not None:
            with replacing(Path(quarantine)) as file:
                file.writelines(written(result.quarantine))
        with replacing(Path(output)) as file:
            result.write(file)
    return Batch(
        events=result.events,
        cases=result.cases,
        judged=result.told,
        left_out=tuple(result.left_out),
        reasons=tuple(lost.reason for lost in result.lost),
        records=dict(result.by_rule),
        levels=result.levels,
    )
