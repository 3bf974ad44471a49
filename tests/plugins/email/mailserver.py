"""A real SMTP server on this machine, which keeps what it is given and ends as it is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 OK"


class Post:
    """What arrived. ``at_rcpt`` and ``at_data`` are what the server answers; None breaks the connection off."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []
        self.at_rcpt: str | None = TAKEN
        self.at_data: str | None = TAKEN
        self.logins: list[tuple[bytes, bytes]] = []
        self.url = ""

    async def handle_RCPT(  # noqa: N802  # the names of the verbs
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt == TAKEN:
            envelope.rcpt_tos.append(address)
        return _answer(server, self.at_rcpt)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data in (TAKEN, None):
            self.arrived.append(envelope)
        return _answer(server, self.at_data)

    def authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"password", handled=False)


def _answer(server: SMTP, answer: str | None) -> str:
    if answer is None and server.transport:
        server.transport.abort()  # type: ignore[attr-defined]  # of every transport that asyncio has
    return answer or TAKEN


@contextmanager
def mail_server() -> Generator[Post, None, None]:
    """The server, as long as the block lasts."""
    post, loop = Post(), asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(post, loop=loop, authenticator=post.authenticated, auth_require_tls=False)

    listening = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    post.url = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield post
    finally:
        asyncio.run_coroutine_threadsafe(_ended(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
