"""What every reporter must hold to."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import polars as pl

from punctilio.contracts import Reporter, Run
from punctilio.reporters.about import about
from punctilio.reporters.rows import of_run, rows
from punctilio.selection import EVERYTHING
from punctilio.tables.tables import Evaluation
from punctilio.testing.logs import Case, judged
from punctilio.testing.requiring import HOSTILE, require, require_name


class ReporterContract:
    """Inherit from this, and give the reporter."""

    def reporter(self) -> Reporter:
        """The reporter that is tried."""
        raise NotImplementedError

    def test_its_name_can_be_written_on_a_command_line(self) -> None:
        require_name(self.reporter().name)

    def test_it_says_whether_it_writes_text(self) -> None:
        is_text = self.reporter().is_text
        require(is_text is True or is_text is False, f"`is_text` is {is_text!r}.")

    def test_the_same_gives_the_same_report(self) -> None:
        evaluation = _sample()
        require(self._written(evaluation) == self._written(evaluation), "Two reports of one evaluation differ.")

    def test_however_the_rows_are_cut_the_report_is_the_same(self) -> None:
        evaluation = _sample()
        whole = self._written(evaluation)
        for size in (1, 3):
            require(self._written(evaluation, size) == whole, f"Frames of {size} rows give another report.")

    def test_no_cases_are_no_accident(self) -> None:
        self._written(judged(as_of="2026-03-05T09:00:00Z"))

    def test_nothing_in_a_log_moves_a_cursor(self) -> None:
        written = self._written(_sample())
        if self.reporter().is_text:
            harmful = sorted({c for c in written.decode() if not c.isprintable() and c not in "\n\r\t"})
            require(not harmful, f"The report holds {harmful}, which do something instead of showing something.")

    def _written(self, evaluation: Evaluation, size: int | None = None) -> bytes:
        said = about(evaluation, EVERYTHING)
        frames = [rows(evaluation, EVERYTHING), *of_run(said)]
        run = Run(
            as_of=said.as_of,
            rulebook=said.rulebook.name,
            title=said.rulebook.title,
            hash=said.rulebook.hash,
            versions=said.versions,
        )
        file = BytesIO()
        self.reporter().write(frames if size is None else _cut(frames, size), run, file)
        return file.getvalue()


def _cut(frames: Iterable[pl.DataFrame], size: int) -> Iterable[pl.DataFrame]:
    return (part for frame in frames for part in frame.iter_slices(size))


def _sample() -> Evaluation:
    """Cases whose names, people and texts are whatever a log may hold."""
    return judged(*(_case(number, text) for number, text in enumerate(HOSTILE)), as_of="2026-03-05T09:00:00Z")


def _case(number: int, text: str) -> Case:
    person = f"{number} {text[:100]}"
    case = Case(f"{number} {text[:100]}").event("person.noted", "2026-03-01T09:00:00Z", person=person, name=text or "?")
    held = {"starts_at": "2026-03-03T15:00:00Z", "people": [person], "topics": [text or "?"]}
    case = case.event("interview.held", "2026-03-03T16:00:00Z", **held)
    return case.event("message.sent", "2026-03-04T09:00:00Z", person=person, purpose="inquiry", text=text)
