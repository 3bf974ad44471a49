"""The pages of the reference are those that the schemas make. They are renewed with
``pytest tests/docs/test_reference.py --snapshot-update``."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from punctilio.manual.reference.language import words
from punctilio.manual.reference.pages import reference
from tests.conftest import Snapshot

HOME = Path(__file__).parents[2] / "docs" / "reference"
PAGES = reference()


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_what_the_schemas_make(name: str, snapshot: Snapshot) -> None:
    snapshot(HOME / name, PAGES[name])


def test_no_other_page_lies_beside_them() -> None:
    assert {path.name for path in HOME.iterdir()} == set(PAGES)


@pytest.mark.parametrize("kind", ["expect", "require", "limit", "check", "close"])
def test_each_key_of_a_kind_is_on_its_page(kind: str) -> None:
    keys = [path for path in words() if path.startswith(f"{kind}.")]

    assert len(keys) > 5
    assert [key for key in keys if f"## `{key}`" not in PAGES[f"{kind}.md"]] == []


def test_every_example_is_yaml_that_says_its_key() -> None:
    for page in PAGES.values():
        for block in page.split("```yaml\n")[1:]:
            for document in yaml.safe_load_all(block.partition("```")[0]):
                assert len(document) == 1
