"""The templates that rules name, checked before any of them is used."""

from __future__ import annotations

from collections.abc import Iterable

from punctilio.contracts import TemplateFilter
from punctilio.drafting.facts import names
from punctilio.drafting.folders import template, templates_of
from punctilio.drafting.rendering import compiled
from punctilio.errors import InvalidTemplateError
from punctilio.model.rule import Rulebook
from punctilio.problems import Problem, in_order


def template_problems(rulebook: Rulebook, filters: Iterable[TemplateFilter] = ()) -> tuple[Problem, ...]:
    """Every mistake in the templates that its rules name."""
    known, own = names(rulebook.vocabulary), tuple(filters)
    found: list[Problem] = []
    for name in templates_of(rulebook):
        try:
            compiled(template(name, rulebook), known, own)
        except InvalidTemplateError as mistake:
            found.extend(mistake.problems)
    return in_order(found)
