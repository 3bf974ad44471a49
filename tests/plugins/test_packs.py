"""Packs and vocabularies of plugins, by name; and what none of them can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

import punctilio
from punctilio.errors import InvalidRulesError
from tests.plugins.installing import Install
from tests.plugins.judging import judged, sent

NOW = datetime.fromisoformat("2026-03-25T09:00:00+00:00")

PACKS = """
from pathlib import Path
from punctilio.contracts import Pack, VocabularyFile

@hookimpl
def packs():
    return [Pack("pigeon-post", Path({pack!r}))]

@hookimpl
def vocabularies():
    return [VocabularyFile("lofts", Path({vocabulary!r}))]
"""

VOCABULARY = """\
language: 1
vocabulary:
  name: lofts
  extends: [interviews]
  events:
    pigeon.returned: {about: It came back., fields: {person: person}}
"""

PACK = """\
language: 1
pack: pigeon-post
extends: [after-interview]
vocabulary: {extends: [lofts]}
rules:
  - id: feed-the-pigeon
    title: Feed a pigeon that came back
    force: must
    expect: {when: pigeon.returned, until: message.sent, window: {due: 1 day}, do: {purpose: other, template: feed}}
"""


def put(install: Install, folder: Path, pack: str = PACK) -> None:
    folder.mkdir()
    (folder / "templates").mkdir()
    (folder / "templates" / "feed.txt").write_text("Grain.\n", encoding="utf-8")
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (folder / "lofts.yaml").write_text(VOCABULARY, encoding="utf-8")
    install(PACKS.format(pack=str(folder / "pack.yaml"), vocabulary=str(folder / "lofts.yaml")))


def test_a_pack_of_a_plugin_is_named_like_a_bundled_one(install: Install, tmp_path: Path) -> None:
    put(install, tmp_path / "package")

    book = punctilio.load_rules("pigeon-post")

    assert "feed-the-pigeon" in {rule.id for rule in book.rules}
    assert "pigeon.returned" in book.vocabulary.types
    assert str(book.rule("feed-the-pigeon").location) == "punctilio-pigeon/pack.yaml:6:5"


def test_a_file_extends_it(install: Install, tmp_path: Path) -> None:
    put(install, tmp_path / "package")
    back = {"case": "a", "type": "pigeon.returned", "at": "2026-04-01T09:00:00Z", "person": "ann"}

    found = judged(tmp_path, "language: 1\nextends: [pigeon-post]\n", [back])

    assert found.findings["rule"].to_list() == ["feed-the-pigeon"]


def test_a_misspelt_pack_is_the_one_that_was_meant(install: Install, tmp_path: Path) -> None:
    put(install, tmp_path / "package")

    with pytest.raises(InvalidRulesError, match="Did you mean `pigeon-post`"):
        punctilio.load_rules("pigeon-pots")


def test_a_mistake_in_a_pack_is_told_at_its_line(install: Install, tmp_path: Path) -> None:
    put(install, tmp_path / "package", PACK.replace("until: message.sent", "until: message.snt"))

    with pytest.raises(InvalidRulesError) as raised:
        punctilio.load_rules("pigeon-post")

    [problem] = raised.value.problems
    assert str(problem.location).startswith("punctilio-pigeon/pack.yaml:9:")


PESTERING = """\
language: 1
pack: pigeon-post
extends: [after-interview]
rules:
  - id: pester
    title: Ask, and ask again
    force: must
    expect:
      when: message.sent
      until: connection.accepted
      window: {due: 1 day}
      do: {purpose: inquiry, to: primary-contact}
"""


def test_no_plugin_makes_the_engine_propose_what_a_limit_forbids(install: Install, tmp_path: Path) -> None:
    """It demands a third inquiry with the greatest force, and its check calls every text right."""
    put(install, tmp_path / "package", PESTERING)
    install(
        "class Yes:\n    name = 'yes'\n    def judge(self, texts): return [None for text in texts]\n"
        "@hookimpl\ndef checks(): return [Yes()]\n",
        "yes",
        "yes",
    )
    events: list[Mapping[str, object]] = [
        {"case": "a", "type": "person.noted", "at": "2026-02-01T09:00:00Z", "person": "ann", "role": "hr"},
        {
            "case": "a",
            "type": "interview.held",
            "at": "2026-02-02T09:00:00Z",
            "starts_at": "2026-02-02T08:00:00Z",
            "people": ["ann"],
        },
        {**sent("Have you decided?", 1), "purpose": "inquiry"},
        {**sent("Have you decided?", 20), "purpose": "inquiry"},
    ]

    found = judged(tmp_path, "language: 1\nextends: [pigeon-post]\n", events, NOW)

    pestering = found.decisions.filter(rule="pester")
    assert pestering["verdict"].to_list() == ["blocked", "blocked"]
    limits = {rule.id for rule in punctilio.load_rules().rules if type(rule.kind).__name__ in ("Limit", "Require")}
    assert set(pestering["blocked_by"]) <= limits
