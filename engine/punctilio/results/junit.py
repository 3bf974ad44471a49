"""Results as JUnit XML, which GitLab, Jenkins and most others read: a test case for each thing that was tried.

JUnit knows no warnings: errors and warnings both fail a test case, and advice stands in what it printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from punctilio.inert import inert
from punctilio.model.decision import Level
from punctilio.results.model import Outcome, Result, Tried

_COUNTED: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""What a suite counts, by the elements of its cases."""


def parts(tried: Sequence[Tried]) -> list[str]:
    """One suite, which has at least one thing that was tried."""
    cases = [_case(one) for one in tried]
    counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in _COUNTED.items()}
    suite = Xml.Element("testsuite", name=inert(tried[0].suite), tests=str(len(cases)))
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    suite.extend(cases)
    Xml.indent(suite, level=1)
    return [Xml.tostring(suite, encoding="unicode")]


def whole(outcome: Outcome, suites: Iterable[str]) -> Iterator[str]:
    """The file, from suites as ``parts`` makes them; ``outcome`` says all else."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield _opened(outcome.heading)
    if outcome.incomplete:
        missing = Tried(suite="The run as a whole", name="is complete", untried=outcome.incomplete)
        yield f"  {parts([missing])[0].rstrip()}\n"
    for suite in suites:
        yield f"  {suite.rstrip()}\n"
    yield "</testsuites>\n"


def _opened(heading: str) -> str:
    """The first tag."""
    return Xml.tostring(Xml.Element("testsuites", name=inert(heading)), encoding="unicode").removesuffix(" />") + ">\n"


def _case(tried: Tried) -> Xml.Element:
    case = Xml.Element("testcase", classname=inert(tried.suite), name=inert(tried.name))
    broken = [result for result in tried.results if result.level is not Level.ADVICE]
    if tried.untried is not None:
        Xml.SubElement(case, "error", type="untried", message=inert(tried.untried))
    elif tried.todo is not None:
        Xml.SubElement(case, "skipped", message=inert(tried.todo))
    elif broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        failure = Xml.SubElement(case, "failure", type=_type(broken), message=inert(broken[0].message) + more)
        failure.text = "\n\n".join(map(_told, broken))
    advice = [result for result in tried.results if result.level is Level.ADVICE]
    if advice:
        Xml.SubElement(case, "system-out").text = "\n\n".join(map(_told, advice))
    return case


def _type(results: Sequence[Result]) -> str:
    """The gravest level."""
    return str(min((result.level for result in results), key=list(Level).index))


def _told(result: Result) -> str:
    """A paragraph: what, where, and why."""
    headline = f"{result.location}: {result.level}: {result.code}: {result.message}"
    return "\n".join(map(inert, (headline, *result.why)))
