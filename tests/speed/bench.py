"""The benchmark: Punctilio beside others, interleaved in one run, and asserted equal before any figure is told.

make bench                       1k, 10k and 100k applications
make bench SIZES=10k,100k,1m     up to a million
python -m tests.speed.bench --help
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import punctilio
from punctilio.model.rule import Rulebook
from punctilio.tables.tables import Log
from tests.speed import figures as f
from tests.speed import peers, plain_python, polars_by_hand
from tests.speed.agreement import DisagreementError, naive, require_same, verdicts_from_rows, verdicts_of
from tests.speed.figures import Figure
from tests.speed.generate import AS_OF, write_giant, write_log
from tests.speed.measure import Helper, Took, timed

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
CHECKOUT: Final = {"PYTHONPATH": os.pathsep.join((str(ROOT / "engine"), str(ROOT)))}
"""Where processes import from: what is measured is this checkout."""

PAGE: Final = ROOT / "docs" / "benchmarks.md"
MARKS: Final = ("<!-- figures -->\n", "<!-- end of figures -->\n")

PARTS: Final = {
    "thanks.yaml": ("clips_peer", "zen_peer", "cel_peer", "business_rules_peer"),
    "response.yaml": ("declare4py_peer", "pm4py_peer"),
}
NAMES: Final = {
    "clips_peer": "clipspy",
    "zen_peer": "zen-engine",
    "cel_peer": "common-expression-language",
    "business_rules_peer": "business-rules",
    "declare4py_peer": "Declare4Py",
    "pm4py_peer": "pm4py",
}
BEARS: Final = dict.fromkeys(NAMES, 10_000) | dict.fromkeys(("cel_peer", "business_rules_peer", "pm4py_peer"), 100_000)
"""The applications up to which each is tried: beyond, some need many minutes."""
GIANT_EVENTS: Final = 100_000
AS_MANY_APPLICATIONS: Final = 7_600
_AS_OF: Final = AS_OF.isoformat()


def main() -> None:
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    found: list[Figure] = []
    with Helper() as helper:
        for figure in _measured(options, helper):
            found.append(figure)
            f.write(found, options.work / "figures.json")  # at once: a run of an hour may be interrupted
    table = f.markdown(found)
    print(table)
    if options.docs:
        _write_into(PAGE, table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Punctilio beside others on generated logs.")
    parser.add_argument("--sizes", default="1k,10k,100k", help="applications, such as 10k,1m [%(default)s]")
    parser.add_argument("--rounds", type=int, default=0, help="of each measurement [more for small logs]")
    parser.add_argument("--evaluate-up-to", default="100k", help="larger logs are judged as whole processes only")
    parser.add_argument("--peers", type=Path, help="the Python that has the engines; without it they are left out")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="folder of the logs and of figures.json")
    parser.add_argument("--docs", action="store_true", help=f"write the tables into {PAGE.relative_to(ROOT)}")
    return parser.parse_args()


def _measured(options: argparse.Namespace, helper: Helper) -> Iterator[Figure]:
    rules = punctilio.load_rules(HERE / "rules.yaml")
    sizes = {name: _applications(name) for name in options.sizes.split(",")}
    for name, count in sizes.items():
        file = _log(options.work / f"{name}.jsonl", partial(write_log, count=count))
        rounds = options.rounds or (7 if count <= 1_000 else 5 if count <= 10_000 else 2 if count <= 100_000 else 1)
        yield from _whole(helper, name, file, options.peers, rounds)
        if count <= _applications(options.evaluate_up_to):
            log, reading = timed(partial(punctilio.read_log, file, rules=rules))
            yield Figure(f.READING, name, log.events.height, f.PUNCTILIO, *reading, 0)
            yield from _evaluation(name, file, log, rules, rounds)
            if options.peers and count <= max(BEARS.values()):
                yield from _engines(helper, name, log, options, rounds, {who for who in BEARS if count <= BEARS[who]})
    giant = _log(options.work / "giant.jsonl", partial(write_giant, events=GIANT_EVENTS))
    as_many = _log(options.work / "as-many.jsonl", partial(write_log, count=AS_MANY_APPLICATIONS))
    yield from _giant(helper, {f.GIANT: giant, f.AS_MANY: as_many}, rules, options.rounds or 5)


def _applications(size: str) -> int:
    units = {"k": 1_000, "m": 1_000_000}
    number, unit = (size[:-1], units[size[-1]]) if size[-1] in units else (size, 1)
    return int(number) * unit


def _log(file: Path, write: Callable[[Path], None]) -> Path:
    """The log, made where there is none. It is written beside, so that none is ever taken for whole that is not."""
    if not file.exists():
        _say(f"writing {file.name}")
        unfinished = file.with_suffix(".part")
        write(unfinished)
        unfinished.rename(file)
    return file


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


# ── whole processes ──


def _whole(helper: Helper, name: str, file: Path, peers_python: Path | None, rounds: int) -> Iterator[Figure]:
    python = [sys.executable, "-m"]
    commands = {
        f.PUNCTILIO: _evaluate(file, "parquet"),
        f.TO_TEXT: _evaluate(file, "text"),
        f.SCAN: [*python, "tests.speed.scan_only", str(file)],
    }
    if peers_python:  # it has orjson
        commands[f.PLAIN] = [str(peers_python), "-m", "tests.speed.plain_python", str(file), _AS_OF]
    yield from _compared(helper, f.WHOLE, name, _count(file), commands, rounds)


def _evaluate(file: Path, form: str) -> list[str]:
    output = file.with_suffix(f".{form}")
    options = ["--rules", str(HERE / "rules.yaml"), "--as-of", _AS_OF, "--fail-on", "never"]
    return [sys.executable, "-m", "punctilio", "evaluate", str(file), *options, "--format", form, "-o", str(output)]


def _compared(
    helper: Helper, work: str, name: str, events: int, commands: Mapping[str, list[str]], rounds: int
) -> Iterator[Figure]:
    costs: dict[str, list[Figure]] = {who: [] for who in commands}
    for number in range(rounds):
        _say(f"{name}, {work}, round {number + 1} of {rounds}")
        for who, command in commands.items():
            cost = helper.run(command, CHECKOUT)
            if cost.code:
                raise SystemExit(f"{who} ended with {cost.code}: {' '.join(command)}")
            costs[who].append(Figure(work, name, events, who, cost.wall, cost.cpu, cost.memory))
    yield from (_least(some) for some in costs.values())


def _least(some: list[Figure]) -> Figure:
    """The best of each measure: what disturbs a run only ever adds."""
    first = some[0]
    return first._replace(
        wall=min(each.wall for each in some),
        cpu=min(each.cpu for each in some),
        memory=min(each.memory for each in some),
    )


def _count(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b""))


# ── evaluation only ──


def _evaluation(name: str, file: Path, log: Log, rules: Rulebook, rounds: int) -> Iterator[Figure]:
    """All from what was read: frames, or dictionaries."""
    as_of, now = naive(AS_OF), int(AS_OF.timestamp()) * 1_000_000
    with file.open("rb") as lines:
        cases = plain_python.read(lines, _json_loads())
    works: dict[str, Callable[[], Any]] = {
        f.PUNCTILIO: lambda: punctilio.judge(rules, log, as_of=AS_OF),
        f.EXPLAINED: lambda: punctilio.evaluate(rules, log, as_of=AS_OF),
        f.BY_HAND: lambda: polars_by_hand.judge(log.events, as_of),
        f.PLAIN: lambda: plain_python.judge(cases, now),
    }
    wanted = verdicts_of(works[f.PUNCTILIO]())
    require_same(f.EXPLAINED, verdicts_of(works[f.EXPLAINED]()), wanted)
    require_same(f.BY_HAND, works[f.BY_HAND](), wanted)
    require_same(f.PLAIN, verdicts_from_rows(works[f.PLAIN]()), wanted)
    yield from _raced(f.EVALUATION, name, log.events.height, works, rounds)


def _raced(
    work: str, name: str, events: int, works: Mapping[str, Callable[[], object]], rounds: int
) -> Iterator[Figure]:
    took: dict[str, list[Figure]] = {who: [] for who in works}
    for number in range(rounds):
        _say(f"{name}, {work}, round {number + 1} of {rounds}")
        for who, call in works.items():
            took[who].append(Figure(work, name, events, who, *timed(call)[1], 0))
    yield from (_least(some) for some in took.values())


def _json_loads() -> Callable[[bytes], Any]:
    """The fastest reader of JSON that is there; what is compared here does not depend on it."""
    try:
        loads: Callable[[bytes], Any] = import_module("orjson").loads
    except ImportError:
        return json.loads
    return loads


# ── engines ──


def _engines(
    helper: Helper, name: str, log: Log, options: argparse.Namespace, rounds: int, able: Collection[str]
) -> Iterator[Figure]:
    file, answer = options.work / "rows.json", options.work / "answer.json"
    fields = [f"fields.{field}" for field in ("person", "people", "purpose", "message_id")]
    seconds = log.events["at"].dt.epoch("s")
    rows = log.events.with_columns(seconds.alias("at")).select("case", "type", "at", *fields).rows()
    file.write_text(json.dumps([int(AS_OF.timestamp()), rows]), encoding="utf-8")
    story = peers.story_of([peers.Row(*row) for row in rows], int(AS_OF.timestamp()))
    for part, modules in PARTS.items():
        rules = punctilio.load_rules(HERE / part)
        took: dict[str, list[Figure]] = {}
        for number in range(rounds):
            _say(f"{name}, {part}, round {number + 1} of {rounds}")
            verdicts, mine = timed(partial(punctilio.judge, rules, log, as_of=AS_OF))
            took.setdefault(f.PUNCTILIO, []).append(Figure(part, name, len(rows), f.PUNCTILIO, *mine, 0))
            wanted = _instances(verdicts, is_response=part == "response.yaml")
            for module in (each for each in modules if each in able):
                command = [str(options.peers), "-m", "tests.speed.peers", module, str(file), str(answer)]
                cost = helper.run(command, CHECKOUT)
                if cost.code:
                    raise SystemExit(f"{NAMES[module]} ended with {cost.code}: {' '.join(command)}")
                told = peers.read_answer(answer)
                _require_same_instances(NAMES[module], story, told.said, wanted)
                for who, spent in _spent(NAMES[module], told):
                    took.setdefault(who, []).append(Figure(part, name, len(rows), who, *spent, cost.memory))
        yield from (_least(some) for some in took.values())


def _spent(name: str, told: peers.Answer) -> Iterator[tuple[str, Took]]:
    """From the rows to the verdicts, and the engine's own share of it."""
    yield name, Took(told.glue.wall + told.engine.wall, told.glue.cpu + told.engine.cpu)
    yield f"{name}{f.ALONE}", told.engine


Said = list[tuple[str, str, int, str]]


def _instances(verdicts: punctilio.Verdicts, *, is_response: bool) -> Said:
    decisions = verdicts.decisions
    rows = decisions.with_columns(decisions["trigger_at"].dt.epoch("s")).select(
        "case", "person", "trigger_at", "verdict"
    )
    return sorted(row for row in rows.rows() if not is_response or row[3] == "satisfied")


def _require_same_instances(name: str, story: peers.Story, said: peers.Said, wanted: Said) -> None:
    by_id = story.interviews
    theirs = sorted((by_id[n].case, by_id[n].person, by_id[n].at, verdict) for n, verdict in said)
    if theirs != wanted:
        odd = sorted(set(theirs) ^ set(wanted))[:5]
        raise DisagreementError(f"{name}: {len(theirs)} verdicts, and Punctilio has {len(wanted)}; such as {odd}")


# ── one giant case ──


def _giant(helper: Helper, logs: Mapping[str, Path], rules: Rulebook, rounds: int) -> Iterator[Figure]:
    for name, file in logs.items():
        yield from _compared(helper, f.WHOLE, name, _count(file), {f.PUNCTILIO: _evaluate(file, "parquet")}, rounds)
        log = punctilio.read_log(file, rules=rules)
        yield from _evaluation(name, file, log, rules, rounds)


# ── the page ──


def _write_into(page: Path, table: str) -> None:
    """Put the tables between the page's marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    page.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
