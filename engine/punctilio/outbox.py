"""The outbox: what was sent, and what perhaps was, so that nothing is sent twice.

A delivery is written down before it begins and again when it has ended, in an SQLite file that reaches the disk before
the next step is taken. One that began and never ended, since the machine or the program stopped in between, is unknown:
it may have arrived. It is not tried again before a person says what became of it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from punctilio.contracts import Draft, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio.value import Value, fields_of, replaced

Deliver = Callable[[Draft, str], Receipt]
"""Sends one draft to a destination, such as ``Sender.deliver`` of a channel."""

_VERSION: Final = 1
_PATIENCE: Final = 10.0
"""Seconds to wait for another process that writes."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS deliveries (
    decision TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    channel TEXT NOT NULL,
    destination TEXT NOT NULL,
    "case" TEXT NOT NULL,
    title TEXT NOT NULL,
    person TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    ended_at TEXT,
    message TEXT NOT NULL,
    PRIMARY KEY (decision, content_hash)
)
"""


class State(StrEnum):
    """How far a delivery came."""

    BEGUN = "begun"
    """Under way, or interrupted: whether it arrived is unknown."""
    SENT = "sent"
    REFUSED = "refused"
    """Surely not sent; it may be tried again."""
    UNKNOWN = "unknown"


UNSETTLED: Final = (State.BEGUN, State.UNKNOWN)
_STATES: Final[Mapping[Outcome, State]] = {Outcome.SENT: State.SENT, Outcome.REFUSED: State.REFUSED}


class Delivery(Value, kw_only=True):
    """One text of one decision on its way. Instants are in UTC; ``person`` is the key of whom it is to, or empty."""

    decision: str
    content_hash: str
    channel: str
    destination: str
    case: str
    title: str
    person: str
    state: State
    begun_at: datetime
    ended_at: datetime | None = None
    message: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it is known if it arrived."""
        return self.state not in UNSETTLED


def state_folder(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Where programs keep what they must remember for this user, by the rules of the platform."""
    given = os.environ if environment is None else environment
    named = Path(given.get("XDG_STATE_HOME", ""))
    if named.is_absolute():
        return named / "punctilio"
    if platform == "win32":
        local = given.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "punctilio"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "punctilio"
    return Path.home() / ".local" / "state" / "punctilio"


class Outbox:
    """The outbox in a file, the user's own where none is named. Each method raises UsageError where the file cannot be
    read or written; nothing is sent then."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or state_folder() / "outbox.sqlite3"

    def send(self, draft: Draft, destination: str, deliver: Deliver) -> Receipt:
        """Deliver the draft, unless something was sent for its decision, or perhaps was.

        Whatever ``deliver`` raises passes; the delivery is unknown then. So it is, though a server said something else,
        where that could not be written down. A UsageError is raised before anything is sent alone.
        """
        delivery = _about(draft, destination)
        before = self._begin(delivery)
        if before is not None:
            return _not_again(before)
        try:
            receipt = deliver(draft, destination)
        except BaseException as failure:
            words = str(failure) or type(failure).__name__
            self._end(delivery, State.UNKNOWN, f"The delivery broke off: {words}")
            raise
        try:
            self._end(delivery, _STATES.get(receipt.outcome, State.UNKNOWN), receipt.message)
        except UsageError as failure:
            words = f"It ended as {receipt.outcome}, which could not be written down: it counts as unknown. {failure}"
            return replaced(receipt, outcome=Outcome.UNKNOWN, message=words)
        return receipt

    def require_usable(self) -> None:
        """Raise UsageError where nothing could be written down."""
        self._require_folder()
        with self._open():
            pass

    def deliveries(self) -> tuple[Delivery, ...]:
        """All that is written down, the earliest first."""
        if not self.file.exists():
            return ()
        with self._open() as database:
            return _read(database, "ORDER BY begun_at, decision, content_hash")

    def unsettled(self, decision: str) -> Delivery:
        """The delivery for a decision of which it is unknown whether it arrived. Raises UsageError where there is
        none."""
        for delivery in self.deliveries():
            if delivery.decision == decision and not delivery.is_settled:
                return delivery
        raise _none_unknown(decision)

    def resolve(self, decision: str, *, was_sent: bool, by: str = "As a person said.") -> Delivery:
        """Write down what was found out of the delivery that is unknown, and ``by`` whom, in a sentence.

        Raises UsageError where there is none for the decision.
        """
        if self.file.exists():
            with self._open() as database, _transaction(database):
                for delivery in _of(database, decision):
                    if not delivery.is_settled:
                        _settle(database, delivery, State.SENT if was_sent else State.REFUSED, by)
                        return _of(database, decision, delivery.content_hash)[0]
        raise _none_unknown(decision)

    def _begin(self, delivery: Delivery) -> Delivery | None:
        """Write the delivery down, unless there is one of the decision that may have arrived: give that one."""
        self._require_folder()
        with self._open() as database, _transaction(database):
            for before in _of(database, delivery.decision):
                if before.state != State.REFUSED:
                    return before
            values = {name: _plain(value) for name, value in fields_of(delivery)}
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(f":{name}" for name in values)
            database.execute(f"INSERT OR REPLACE INTO deliveries ({names}) VALUES ({marks})", values)
        return None

    def _end(self, delivery: Delivery, state: State, message: str) -> None:
        with self._open() as database, _transaction(database):
            _settle(database, delivery, state, message)

    def _require_folder(self) -> None:
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as refusal:
            raise self._useless(refusal.strerror or str(refusal)) from None

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection, None, None]:
        try:
            with closing(sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)) as database:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = FULL")
                self._prepare(database)
                yield database
        except sqlite3.Error as failure:
            raise self._useless(str(failure)) from None

    def _prepare(self, database: sqlite3.Connection) -> None:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > _VERSION:
            raise UsageError(f"The outbox {self.file} was written by a newer Punctilio. Use that one.")
        if version < _VERSION:
            with _transaction(database):
                database.execute(_TABLE)
                database.execute(f"PRAGMA user_version = {_VERSION}")

    def _useless(self, reason: str) -> UsageError:
        return UsageError(
            f"The outbox {self.file} cannot be used ({reason}). Nothing is sent without it: mend that, or set "
            "XDG_STATE_HOME to another folder, and keep in mind that what was sent before is written down in this one."
        )


def _none_unknown(decision: str) -> UsageError:
    return UsageError(f"No delivery of `{decision}` is unknown. `rules outbox list` shows what is written down.")


def _about(draft: Draft, destination: str) -> Delivery:
    action = draft.action
    return Delivery(
        decision=action.decision,
        content_hash=draft.content_hash,
        channel=draft.channel,
        destination=destination,
        case=action.case,
        title=action.title,
        person=action.to.key if action.to else "",
        state=State.BEGUN,
        begun_at=datetime.now(UTC),
    )


def _not_again(before: Delivery) -> Receipt:
    at = f"{before.begun_at:%Y-%m-%d %H:%M} UTC"
    if before.state == State.SENT:
        sentence = f"It was sent already, on {at}: record that in the log."
        return Receipt(decision=before.decision, outcome=Outcome.UNCHANGED, place=before.destination, message=sentence)
    sentence = (
        f"A delivery began on {at}, and whether it arrived is unknown. Find out, and say so with "
        f"`rules outbox resolve {before.decision} --sent` or `--not-sent`, or have it asked with `--ask PLACE`."
    )
    return Receipt(decision=before.decision, outcome=Outcome.UNKNOWN, place=before.destination, message=sentence)


# ── in the database ──


@contextmanager
def _transaction(database: sqlite3.Connection) -> Generator[None, None, None]:
    """All of it or nothing, and on the disk when this ends; nobody else writes meanwhile."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _settle(database: sqlite3.Connection, delivery: Delivery, state: State, message: str) -> None:
    database.execute(
        "UPDATE deliveries SET state = ?, ended_at = ?, message = ? WHERE decision = ? AND content_hash = ?",
        (state.value, datetime.now(UTC).isoformat(), message, delivery.decision, delivery.content_hash),
    )


def _of(database: sqlite3.Connection, decision: str, content_hash: str | None = None) -> tuple[Delivery, ...]:
    if content_hash is None:
        return _read(database, "WHERE decision = ? ORDER BY begun_at, content_hash", (decision,))
    return _read(database, "WHERE decision = ? AND content_hash = ?", (decision, content_hash))


def _read(database: sqlite3.Connection, rest: str, values: Iterable[str] = ()) -> tuple[Delivery, ...]:
    return tuple(_delivery(row) for row in database.execute(f"SELECT * FROM deliveries {rest}", tuple(values)))


def _delivery(row: sqlite3.Row) -> Delivery:
    ended = row["ended_at"]
    return Delivery(
        decision=row["decision"],
        content_hash=row["content_hash"],
        channel=row["channel"],
        destination=row["destination"],
        case=row["case"],
        title=row["title"],
        person=row["person"],
        state=State(row["state"]),
        begun_at=datetime.fromisoformat(row["begun_at"]),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        message=row["message"],
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
