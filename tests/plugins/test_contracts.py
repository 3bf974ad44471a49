"""Each test of a contract fails for something that breaks it; what is whole passes all (test_starter.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pytest

from punctilio.contracts import (
    Action,
    BadLine,
    Channel,
    Check,
    Context,
    Draft,
    Entry,
    Judged,
    Limits,
    Outcome,
    Receipt,
    Reporter,
    Run,
    Source,
    case_mark,
)
from punctilio.testing import ChannelContract, CheckContract, ReporterContract, SourceContract
from punctilio.value import replaced


def broken(suite: object) -> set[str]:
    """The tests that fail."""
    found: set[str] = set()
    for name in (name for name in dir(suite) if name.startswith("test_")):
        try:
            getattr(suite, name)()
        except Exception:  # some tests fail by what the object raises
            found.add(name.removeprefix("test_"))
    return found


# ── channels ──


class Pages:
    """A channel that behaves."""

    name = "pages"

    def limits(self, options: Mapping[str, str]) -> Limits:
        return Limits(characters=100_000)

    def render(self, action: Action, context: Context) -> Draft:
        return Draft(action=action, channel=self.name, text=context.text)

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return [self.put(draft, Path(destination) / draft.action.decision) for draft in drafts]

    def put(self, draft: Draft, file: Path) -> Receipt:
        said = draft.text.encode()
        is_there = file.exists() and file.read_bytes() == said
        outcome = Outcome.UNCHANGED if is_there else Outcome.REPLACED if file.exists() else Outcome.CREATED
        file.write_bytes(said)
        return Receipt(decision=draft.action.decision, outcome=outcome)


class Named(Pages):
    name = "No Name"


class Boundless(Pages):
    def limits(self, options: Mapping[str, str]) -> Limits:
        return Limits(characters=-1)


class Narrow(Pages):
    def limits(self, options: Mapping[str, str]) -> Limits:
        return Limits(characters=3)


class Swapping(Pages):
    def render(self, action: Action, context: Context) -> Draft:
        return super().render(replaced(action, case="other"), context)


class Moody(Pages):
    def render(self, action: Action, context: Context) -> Draft:
        return Draft(action=action, channel=self.name, text=str(id(object())) + str(next(_COUNT)))


class Social(Pages):
    def render(self, action: Action, context: Context) -> Draft:
        assert action.to is not None
        return super().render(action, context)


class Fragile(Pages):
    def render(self, action: Action, context: Context) -> Draft:
        context.text.encode("ascii")
        return super().render(action, context)


class Growing(Pages):
    def put(self, draft: Draft, file: Path) -> Receipt:
        return super().put(draft, file.with_name(str(next(_COUNT))))


class Forgetful(Pages):
    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return list(super().export(drafts, destination))[1:]


class Eager(Pages):
    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return super().export(drafts, destination) if drafts else [drafts[0]]  # type: ignore[list-item]


class Tidy(Pages):
    def withdraw(self, actions: Sequence[Action], destination: str) -> Iterable[Receipt]:
        for action in actions:
            if self.take(Path(destination) / action.decision):
                yield Receipt(decision=action.decision, outcome=Outcome.CANCELLED)

    def take(self, file: Path) -> bool:
        is_there = file.exists()
        file.unlink(missing_ok=True)
        return is_there


class Lazy(Tidy):
    def take(self, file: Path) -> bool:
        return True


class Sweeping(Tidy):
    def take(self, file: Path) -> bool:
        taken = [super(Sweeping, self).take(other) for other in file.parent.iterdir()]
        return any(taken)


class Marked(Pages):
    """Its files are called by case and decision."""

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return [self.put(draft, Path(destination) / self.name_of(draft)) for draft in drafts]

    def name_of(self, draft: Draft) -> str:
        return f"{case_mark(draft.action.case)}-{draft.action.decision}"

    def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
        for file in Path(destination).iterdir():
            mark, _, decision = file.name.partition("-")
            if mark in judged.marks and decision not in judged.decisions:
                file.unlink()
                yield Receipt(decision=decision, outcome=Outcome.CANCELLED)


class Greedy(Marked):
    def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
        every = replaced(judged, cases=judged.cases | {"best"})
        return [one for one in super().sweep(every, destination) if one.decision != "e" * 16]


class Boasting(Marked):
    def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
        return [Receipt(decision="0123456789abcdef", outcome=Outcome.CANCELLED)]


_COUNT: Iterator[int] = iter(range(10**6))
EXPORTS = {"a_second_export_changes_nothing", "another_text_replaces_what_was_there"}
CHANNELS: dict[Callable[[], Channel], set[str]] = {
    Pages: set(),
    Named: {"its_name_can_be_written_in_a_rule"},
    Boundless: {"its_limits_are_numbers_above_nothing", "a_short_draft_fits_the_limits"},
    Narrow: {"a_short_draft_fits_the_limits"},
    Swapping: {"a_draft_is_of_the_action_that_was_asked_for"},
    Moody: {"the_same_gives_the_same_draft"},
    Social: {"nobody_to_write_to_is_no_accident"},
    Fragile: {"what_a_log_holds_is_data"},
    Growing: EXPORTS,
    Forgetful: {"each_draft_has_a_receipt"},
    Tidy: set(),
    Lazy: {"what_is_over_is_taken_away_and_nothing_else"},
    Sweeping: {"what_is_over_is_taken_away_and_nothing_else"},
    Marked: set(),
    Greedy: {"what_there_is_no_decision_of_is_taken_away_and_nothing_else"},
    Boasting: {"what_there_is_no_decision_of_is_taken_away_and_nothing_else"},
    Eager: {"nothing_to_export_is_no_accident"},
}


@pytest.mark.parametrize("make", CHANNELS, ids=lambda make: make.__name__)
def test_a_channel_is_held_to_its_contract(make: Callable[[], Channel]) -> None:
    class Suite(ChannelContract):
        def channel(self) -> Channel:
            return make()

    assert broken(Suite()) == CHANNELS[make]


# ── checks ──


class Calm:
    """A check that behaves."""

    name = "calm"

    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return ["shouts" if text == "NOW" else None for text in texts]


class Short(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return super().judge(texts)[1:]


class Wordy(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return [answer and "two\nlines" for answer in super().judge(texts)]


class Comparing(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return ["shouts" if text == "NOW" else "repeats" if len(texts) > 1 and "xx" in text else None for text in texts]


class Strict(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return ["is there" for _ in texts]


class Lax(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return [None for _ in texts]


class Always(Calm):
    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        return super().judge(texts) or ["nothing"]


CHECKS: dict[Callable[[], Check], set[str]] = {
    Calm: set(),
    Short: {
        "each_text_has_an_answer",
        "the_other_texts_change_nothing",
        "what_is_right_passes",
        "what_is_wrong_does_not",
    },
    Wordy: {"each_text_has_an_answer"},
    Comparing: {"the_other_texts_change_nothing"},
    Strict: {"what_is_right_passes"},
    Lax: {"what_is_wrong_does_not"},
    Always: {"no_texts_have_no_answers"},
}


@pytest.mark.parametrize("make", CHECKS, ids=lambda make: make.__name__)
def test_a_check_is_held_to_its_contract(make: Callable[[], Check]) -> None:
    class Suite(CheckContract):
        right = ("now",)
        wrong = ("NOW",)

        def check(self) -> Check:
            return make()

    assert broken(Suite()) == CHECKS[make]


# ── sources ──


class Lines:
    """A source that behaves."""

    name = "lines"
    suffixes: tuple[str, ...] = (".lines",)

    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        for number, line in enumerate(stream.read().split(b"\n"), 1):
            if line == b"asked":
                event = {"case": "a", "type": "timeframe.asked", "at": "2026-03-03T16:00:00Z"}
                yield Entry(number, event)
            elif line:
                yield BadLine(number, "Write what was asked.")


class Loud(Lines):
    suffixes = ("LINES",)


class Guessing(Lines):
    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        return [*super().read(stream), Entry(1, {"case": "a", "type": "timeframe.asked", "at": "2026-03-03T16:00:00Z"})]


class Raising(Lines):
    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        stream.read().decode("ascii")
        stream.seek(0)
        return super().read(stream)


class Inventing(Lines):
    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        for one in super().read(stream):
            yield Entry(one.line, {**one.event, "colour": "red"}) if isinstance(one, Entry) else one


class Odd(Lines):
    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        for one in super().read(stream):
            yield Entry(one.line, {**one.event, "text": object()}) if isinstance(one, Entry) else one


ALL_OF_EXAMPLE = {
    "the_events_of_the_example_are_right",
    "the_example_is_read_whole",
    "the_same_file_says_the_same",
    "whatever_stands_there_is_told_and_never_raised",
}
SOURCES: dict[Callable[[], Source], set[str]] = {
    Lines: set(),
    Loud: {"its_name_and_suffixes_can_be_written"},
    Guessing: {"an_empty_file_holds_no_event", *ALL_OF_EXAMPLE},
    Raising: {"whatever_stands_there_is_told_and_never_raised"},
    Inventing: {"the_events_of_the_example_are_right"},
    Odd: ALL_OF_EXAMPLE,
}


@pytest.mark.parametrize("make", SOURCES, ids=lambda make: make.__name__)
def test_a_source_is_held_to_its_contract(make: Callable[[], Source]) -> None:
    class Suite(SourceContract):
        example = b"asked\n\nasked\n"
        count = 2

        def source(self) -> Source:
            return make()

    assert broken(Suite()) == SOURCES[make]


# ── reporters ──


class Plain:
    """A reporter that behaves."""

    name = "plain"
    is_text = True

    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        for frame in rows:
            for case in frame["case"].drop_nulls():
                file.write(ascii(case).encode() + b"\n")


class Shaky(Plain):
    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        file.write(str(next(_COUNT)).encode())


class Counting(Plain):
    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        file.write(str(len(list(rows))).encode())


class Raw(Plain):
    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        for frame in rows:
            file.write("".join(frame["case"].drop_nulls()).encode())


class Needy(Plain):
    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        frames = list(rows)
        assert sum(frame.height for frame in frames) > 50
        super().write(frames, run, file)


REPORTERS: dict[Callable[[], Reporter], set[str]] = {
    Plain: set(),
    Shaky: {"the_same_gives_the_same_report", "however_the_rows_are_cut_the_report_is_the_same"},
    Counting: {"however_the_rows_are_cut_the_report_is_the_same"},
    Raw: {"nothing_in_a_log_moves_a_cursor"},
    Needy: {"no_cases_are_no_accident"},
}


@pytest.mark.parametrize("make", REPORTERS, ids=lambda make: make.__name__)
def test_a_reporter_is_held_to_its_contract(make: Callable[[], Reporter]) -> None:
    class Suite(ReporterContract):
        def reporter(self) -> Reporter:
            return make()

    assert broken(Suite()) == REPORTERS[make]
