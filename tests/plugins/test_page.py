"""The page on plugins shows what works, and names every hook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from punctilio.contracts import CONTRACT
from punctilio.plugins.loading import HOOKS, installed
from punctilio.testing import CheckContract
from tests.plugins.installing import Install

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")


def examples() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_plugin_on_the_page_is_one(install: Install) -> None:
    install(examples()[0], name="calm", head="")

    assert installed().checks["no-shouting"].thing.judge(["NOW", "now"]) == ["shouts", None]


def test_its_tests_and_its_log_are_right() -> None:
    names: dict[str, Any] = {}
    for body in examples():
        exec(compile(body, "plugins.md", "exec"), names)

    suite = names["TestNoShouting"]()
    assert isinstance(suite, CheckContract)
    tests = [name for name in dir(suite) if name.startswith("test_")]
    for name in tests:
        getattr(suite, name)()
    assert len(tests) == 6
    assert names["evaluation"].statuses["case"].to_list() == ["acme"]


def test_every_hook_has_a_row() -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \| `", PAGE, re.MULTILINE)) == list(HOOKS)


def test_the_contract_is_the_one_that_is_promised() -> None:
    assert f"`CONTRACT = {CONTRACT}`" in PAGE
