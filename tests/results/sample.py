"""An outcome made by hand, with all that a form has to find a place for."""

from __future__ import annotations

from typing import Final

from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.results import Descriptor, Outcome, Related, Result, Tried, fingerprint

NASTY: Final = (
    'a\x00b\x1b[31m\r\n::error::x <![CDATA[ ]]> & "q" \ud800\ufffe {0} [link](https://example.com) 100%, c: d'
)
"""What no form may repeat as it stands."""


def result(
    code: str = "be-kind", level: Level = Level.ERROR, line: int = 3, message: str = "That was unkind."
) -> Result:
    return Result(
        code=code,
        level=level,
        message=message,
        location=Location("log 1/é.jsonl", line, 7),
        fingerprint=fingerprint(code, "of this"),
        why=("It rests on a word.",),
        related=(Related(Location("rules.yaml", 12), "The rule is written here."),),
    )


def outcome(*results: Result) -> Outcome:
    """Of each kind one, and these."""
    advice = result("be-brief", Level.ADVICE, message="Shorter is better.")
    return Outcome(
        command="test",
        title="2 suites",
        tried=(
            Tried(suite="elm", name="passes"),
            Tried(suite="elm", name="fails", results=(*(results or (result(),)), advice)),
            Tried(suite="elm", name="warns", results=(result("be-brief", Level.WARNING),)),
            Tried(suite="oak", name="advises", results=(advice,)),
            Tried(suite="oak", name="later", results=(result(),), todo="Not yet asked for."),
            Tried(suite="oak", name="unknown", untried="Its log could not be read."),
        ),
        descriptors=(
            Descriptor(id="be-kind", title="Be kind", about="It costs nothing.", page="docs/kind.md"),
            Descriptor(id="be-brief", title="Be brief", level=Level.WARNING),
        ),
        incomplete="Incomplete: a suite is missing.",
    )
