"""Punctilio judges a log of events by rules of etiquette: what is due, waiting, blocked and broken, and why.

    import punctilio

    rules = punctilio.load_rules("my-rules.yaml")
    log = punctilio.read_log("applications.jsonl", rules=rules)
    evaluation = punctilio.evaluate(rules, log, as_of=datetime.now(UTC))
    print(evaluation.decisions)

Names are imported when they are first used, so that ``import punctilio`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from punctilio import errors
    from punctilio.api import (
        check_drafts,
        describe_rules,
        draft,
        evaluate,
        explain,
        has_broken,
        judge,
        load_rules,
        proofread,
        read_log,
        report,
        schema,
        show_rules,
        try_cases,
        validate,
        write_report,
    )
    from punctilio.batch.facade import Batch, evaluate_files
    from punctilio.difference.facade import compare
    from punctilio.difference.values import Difference
    from punctilio.hookspecs import hookimpl
    from punctilio.linting.facade import lint
    from punctilio.model.rule import Rulebook
    from punctilio.problems import Problem
    from punctilio.tables.tables import Evaluation, Log, Verdicts

    __version__: str

__all__ = [
    "Batch",
    "Difference",
    "Evaluation",
    "Log",
    "Problem",
    "Rulebook",
    "Verdicts",
    "__version__",
    "check_drafts",
    "compare",
    "describe_rules",
    "draft",
    "errors",
    "evaluate",
    "evaluate_files",
    "explain",
    "has_broken",
    "hookimpl",
    "judge",
    "lint",
    "load_rules",
    "proofread",
    "read_log",
    "report",
    "schema",
    "show_rules",
    "try_cases",
    "validate",
    "write_report",
]

_HOMES: Final = {
    "Batch": "punctilio.batch.facade",
    "Difference": "punctilio.difference.values",
    "Evaluation": "punctilio.tables.tables",
    "Log": "punctilio.tables.tables",
    "Problem": "punctilio.problems",
    "Rulebook": "punctilio.model.rule",
    "Verdicts": "punctilio.tables.tables",
    "check_drafts": "punctilio.api",
    "describe_rules": "punctilio.api",
    "compare": "punctilio.difference.facade",
    "draft": "punctilio.api",
    "evaluate": "punctilio.api",
    "evaluate_files": "punctilio.batch.facade",
    "explain": "punctilio.api",
    "has_broken": "punctilio.api",
    "hookimpl": "punctilio.hookspecs",
    "judge": "punctilio.api",
    "lint": "punctilio.linting.facade",
    "load_rules": "punctilio.api",
    "proofread": "punctilio.api",
    "read_log": "punctilio.api",
    "report": "punctilio.api",
    "schema": "punctilio.api",
    "show_rules": "punctilio.api",
    "try_cases": "punctilio.api",
    "validate": "punctilio.api",
    "write_report": "punctilio.api",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for from where it lives."""
    if name == "__version__":
        return import_module("punctilio.version").__version__
    if name == "errors":
        return import_module("punctilio.errors")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
