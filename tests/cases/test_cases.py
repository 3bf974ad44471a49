"""Every case file keeps its promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from punctilio.resources import bundled
from tests.cases.case_files import failures, plain_yaml, read_case, rulebook_of

CASES = Path(__file__).parent
FILES = sorted(CASES.rglob("*.yaml"))


def case_schema() -> Draft202012Validator:
    schema = json.loads((bundled("schemas") / "case.schema.json").read_text("utf-8"))
    registry: Registry[Any] = Registry()
    return Draft202012Validator(schema, registry=registry)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(CASES)) for path in FILES])
def test_a_case_file_keeps_its_promise(path: Path, tmp_path: Path) -> None:
    assert [error.message for error in case_schema().iter_errors(plain_yaml(path))] == []
    case = read_case(path)
    assert failures(case, rulebook_of(case, tmp_path), tmp_path) == []
