"""Distributions as an installer leaves them: modules, and a ``.dist-info`` folder with real entry points."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

Install = Callable[..., str]
"""``install(code, name="pigeon", distribution="punctilio-pigeon", version="1.0")`` gives the name of the module."""

_numbers = itertools.count()

HEAD = """\
from punctilio import hookimpl

CONTRACT = 1

"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put distributions where Python finds them, for the time of a test."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    before = set(sys.modules)

    def put(
        code: str,
        name: str = "pigeon",
        distribution: str = "punctilio-pigeon",
        version: str = "1.0",
        *,
        head: str = HEAD,
        points: str | None = None,
    ) -> str:
        module = f"installed_{next(_numbers)}"
        (site / f"{module}.py").write_text(head + dedent(code), encoding="utf-8")
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        (info / "entry_points.txt").write_text(points or f"[punctilio]\n{name} = {module}\n", encoding="utf-8")
        return module

    yield put
    for module in set(sys.modules) - before:
        if module.startswith("installed_"):
            del sys.modules[module]
