"""yaml-language-server over stdio, as an editor talks to it: a message is a header, an empty line, and JSON."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

ROOT: Final = Path(__file__).parents[2]
INSTALLED: Final = ROOT / ".ci" / "editor" / "node_modules" / ".bin" / "yaml-language-server"
BOUND: Final = 60
"""How many seconds are waited for a message at most; the first one comes once the server has started."""

SETTINGS: Final = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    },
    "http": {},
    "[yaml]": {},
}

Message = dict[str, Any]


def program() -> str | None:
    """Where the server is: installed by .ci/run, else on the path; None where it is nowhere."""
    if INSTALLED.exists():
        return str(INSTALLED)
    return shutil.which("yaml-language-server")


class Editor:
    """One running server, and what it has said."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._said = process.stdin, queue.Queue[Message | None]()
        self._last = 0
        self._diagnostics: dict[str, list[Message]] = {}
        Thread(target=_listen, args=(process.stdout, self._said), daemon=True).start()

    def start(self, folder: Path) -> None:
        capabilities = {"textDocument": {"hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}}}
        self.ask("initialize", {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def open(self, file: Path) -> list[Message]:
        """Open a file; gives what is wrong with it."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": file.read_text(encoding="utf-8")}
        self._diagnostics.pop(file.as_uri(), None)
        self.tell("textDocument/didOpen", {"textDocument": document})
        while file.as_uri() not in self._diagnostics:
            self._take()
        return self._diagnostics[file.as_uri()]

    def close(self, file: Path) -> None:
        self.tell("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})

    def hover(self, file: Path, line: int, column: int) -> str:
        """What is shown where the pointer rests, both from 0."""
        found = self._at("textDocument/hover", file, line, column)
        return "" if found is None else str(found["contents"]["value"])

    def complete(self, file: Path, line: int, column: int) -> dict[str, Message]:
        """What could be written there, by its label."""
        found = self._at("textDocument/completion", file, line, column)
        items: list[Message] = found["items"] if found else []
        return {item["label"]: item for item in items}

    def ask(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """Ask, and wait for the answer."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": parameters})
        while True:
            message = self._take()
            if message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, parameters: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def _at(self, method: str, file: Path, line: int, column: int) -> Any:
        position = {"line": line, "character": column}
        return self.ask(method, {"textDocument": {"uri": file.as_uri()}, "position": position})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._in.flush()

    def _take(self) -> Message:
        """The next message. What the server asks for is answered, what is wrong with files is kept."""
        message = self._said.get(timeout=BOUND)
        assert message is not None, "the server ended"
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            self._send({"id": message["id"], "result": _answer(message)})
        return message


def _answer(message: Message) -> Any:
    if message["method"] != "workspace/configuration":
        return None
    asked: list[Message] = message["params"]["items"]
    return [SETTINGS.get(item.get("section", "")) for item in asked]


def _listen(out: IO[bytes], said: queue.Queue[Message | None]) -> None:
    while header := out.readline():
        length = int(header.partition(b":")[2])
        while out.readline().strip():
            pass
        said.put(json.loads(out.read(length)))
    said.put(None)


@contextmanager
def editor(folder: Path, server: str) -> Generator[Editor]:
    """A server that has started in a folder, and is ended afterwards."""
    command = [server, "--stdio"]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            running = Editor(process)
            running.start(folder)
            yield running
        finally:
            process.kill()
