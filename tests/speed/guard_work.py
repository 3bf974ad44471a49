"""What the guard counts the instructions of, as one process: warm up on a small log, then as much as is asked for.

python -m tests.speed.guard_work small.jsonl [log.jsonl [evaluate]]
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import punctilio
from tests.speed.generate import AS_OF


def main(small: str, log: str | None = None, then: str | None = None) -> None:
    gc.disable()  # what is collected when depends on what was there before
    rules = punctilio.load_rules(Path(__file__).parent / "rules.yaml")
    punctilio.evaluate(rules, punctilio.read_log(small, rules=rules), as_of=AS_OF)
    if log:
        read = punctilio.read_log(log, rules=rules)
        if then:
            punctilio.evaluate(rules, read, as_of=AS_OF)


if __name__ == "__main__":
    main(*sys.argv[1:])
