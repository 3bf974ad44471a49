"""CLIPS: facts, and rules that match them (clipspy). It pairs interviews and thanks by itself, in its network."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Final, NamedTuple

import clips

from tests.speed.peers import DUE, EXPIRES, Said, Story

FACTS: Final = (
    "(deftemplate interview (slot id) (slot case) (slot person) (slot n) (slot at))",
    "(deftemplate thanks (slot case) (slot person) (slot n) (slot at))",
    "(deftemplate end (slot case) (slot n) (slot at))",
    "(deftemplate now (slot at))",
    "(deftemplate verdict (slot id) (slot is))",
)
RULES: Final = (
    # The first thanks after the interview, in time, and before the end: settled.
    f"""(defrule settled
          (interview (id ?i) (case ?c) (person ?p) (n ?n) (at ?at))
          (not (end (case ?c) (n ?early&:(< ?early ?n))))
          (thanks (case ?c) (person ?p) (n ?m&:(> ?m ?n)) (at ?done&:(<= ?done (+ ?at {EXPIRES}))))
          (not (thanks (case ?c) (person ?p) (n ?k&:(and (> ?k ?n) (< ?k ?m)))))
          (not (end (case ?c) (n ?e&:(< ?e ?m))))
          =>
          (assert (verdict (id ?i) (is (if (<= ?done (+ ?at {DUE})) then satisfied else late)))))""",
    f"""(defrule cancelled (declare (salience -1))
          (interview (id ?i) (case ?c) (n ?n) (at ?at))
          (end (case ?c) (n ?e&:(> ?e ?n)) (at ?ended&:(<= ?ended (+ ?at {EXPIRES}))))
          (not (verdict (id ?i)))
          =>
          (assert (verdict (id ?i) (is cancelled))))""",
    f"""(defrule undone (declare (salience -2))
          (now (at ?now))
          (interview (id ?i) (case ?c) (n ?n) (at ?at))
          (not (end (case ?c) (n ?early&:(< ?early ?n))))
          (not (verdict (id ?i)))
          =>
          (assert (verdict (id ?i) (is (if (< (+ ?at {EXPIRES}) ?now) then missed
                                        else (if (< (+ ?at {DUE}) ?now) then overdue else due))))))""",
)


class Prepared(NamedTuple):
    """An environment with the rules, and the facts as text, which is the fastest way to bring them in."""

    environment: clips.Environment
    facts: str


def prepare(story: Story) -> Prepared:
    environment = clips.Environment()
    for construct in (*FACTS, *RULES):
        environment.build(construct)
    lines = [f"(now (at {story.as_of}))"]
    lines += [f"(interview (id {i}) (case {c}) (person {p}) (n {n}) (at {at}))" for i, c, p, n, at in story.interviews]
    lines += [f"(thanks (case {c}) (person {p}) (n {n}) (at {at}))" for c, p, n, at in story.thanks]
    lines += [f"(end (case {c}) (n {n}) (at {at}))" for c, n, at in story.ends]
    return Prepared(environment, "\n".join(lines))


def judge(prepared: Prepared) -> Said:
    environment, facts = prepared
    environment.load_facts(facts)
    environment.run()
    return [(fact["id"], str(fact["is"])) for fact in environment.find_template("verdict").facts()]
