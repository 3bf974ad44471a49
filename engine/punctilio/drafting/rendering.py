"""Templates become texts, in a sandbox that knows nothing but facts, and within a bound of length and of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, NamedTuple, cast

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.environment import Template
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from punctilio.contracts import TemplateFilter
from punctilio.drafting.facts import MOMENT, Fact, Facts, Lack, Moment, Names, harmless
from punctilio.drafting.filters import FILTERS, TESTS, RenderingError, TooLargeError, written
from punctilio.drafting.folders import LONGEST, Source
from punctilio.drafting.gaps import gaps_in, uncovered
from punctilio.drafting.language import LOOP, mistakes, problem
from punctilio.errors import InvalidTemplateError, PluginError
from punctilio.problems import Problem
from punctilio.value import Value

STEPS: Final = 1_000
"""How often the loops of a message may go round, all together."""
SUBJECT: Final = "Subject:"
_STEPS: Final = "_steps"
_FILE: Final = "<message template>"
_SLIPS: Final = (
    ArithmeticError, AttributeError, LookupError, RecursionError, RenderingError, TemplateError, TypeError, ValueError,
)  # fmt: skip
"""What a template that asks for what cannot be done raises as it is written out."""
_UNREADABLE: Final = (TemplateSyntaxError, RecursionError, ValueError, OverflowError, MemoryError, SyntaxError)


class Text(NamedTuple):
    """A message as it is to be read. ``gaps`` stand in it or in its subject, as they are."""

    subject: str | None
    text: str
    gaps: tuple[str, ...]


class Compiled(Value):
    """A template that was checked: ``subject`` is None where it has none."""

    source: Source
    subject: Template | None
    body: Template


def compiled(source: Source, known: Mapping[str, Names], filters: Iterable[TemplateFilter] = ()) -> Compiled:
    """The template, checked against the names that there are.

    Raises InvalidTemplateError, which holds every mistake.
    """
    environment = _Sandbox({one.name: one.apply for one in filters})
    first, _, rest = source.text.partition("\n")
    has_subject = first.startswith(SUBJECT)
    parts = [(first.removeprefix(SUBJECT), 0), ("\n" + rest, 0)] if has_subject else [(source.text, 0)]
    trees = [_tree(text, source, environment) for text, _ in parts]
    wrong = [
        mistake
        for tree in trees
        for mistake in (
            [tree] if isinstance(tree, Problem) else mistakes(tree, source.name, _lines(source), known, environment.own)
        )
    ]
    if wrong:
        raise InvalidTemplateError(wrong)
    made = [_template(tree, source, environment) for tree in trees if isinstance(tree, nodes.Template)]
    return Compiled(source, made[0] if has_subject else None, made[-1])


def rendered(template: Compiled, facts: Mapping[str, Fact]) -> Text:
    """The text that the template makes of facts. Its subject is one line.

    Raises InvalidTemplateError where it asks for what the facts have not, or makes too much of them.
    """
    subject = _made(template.subject, template.source, facts) if template.subject is not None else None
    body = "\n".join(line.rstrip() for line in _made(template.body, template.source, facts).strip().split("\n"))
    subject = None if subject is None else " ".join(subject.split())
    return Text(None if subject is None else uncovered(subject), uncovered(body), gaps_in(f"{subject or ''}\n{body}"))


# ── reading ──


def _tree(text: str, source: Source, environment: _Sandbox) -> nodes.Template | Problem:
    try:
        return environment.parse(text, _FILE, _FILE)
    except TemplateSyntaxError as slip:
        said = str(slip.message or "this cannot be read").rstrip(".")
        message = f"{said[:1].upper()}{said[1:]}."
        return problem(source.name, _lines(source), "TEMPLATE-SYNTAX", message, slip.lineno)
    except _UNREADABLE:
        message = "This template is nested too deep, or has a number that is too large."
        return problem(source.name, _lines(source), "TEMPLATE-SYNTAX", message, 0)


def _template(tree: nodes.Template, source: Source, environment: _Sandbox) -> Template:
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, _STEPS, [], [], None, None, lineno=loop.lineno)
    try:
        code = environment.compile(tree, _FILE, _FILE)
    except _UNREADABLE as slip:
        message = f"This template cannot be read: {slip}."
        raise InvalidTemplateError([problem(source.name, _lines(source), "TEMPLATE-SYNTAX", message, 0)]) from None
    return Template.from_code(environment, code, {}, None)


def _lines(source: Source) -> tuple[str, ...]:
    return tuple(source.text.split("\n"))


# ── writing ──


def _made(template: Template, source: Source, facts: Mapping[str, Fact]) -> str:
    pieces: list[str] = []
    length = 0
    context = template.new_context({**facts, _STEPS: [STEPS]})
    try:
        for piece in template.root_render_func(context):
            length += len(piece)
            if length > LONGEST:
                raise TooLargeError(f"The message is longer than {LONGEST:,} characters.")
            pieces.append(piece)
    except _SLIPS as failure:
        raise InvalidTemplateError([_told(failure, template, source)]) from None
    return "".join(pieces)


def _told(failure: Exception, template: Template, source: Source) -> Problem:
    """What went wrong with these facts, at the line of the template."""
    line = _line(failure.__traceback__, template)
    code = "TEMPLATE-TOO-LARGE" if isinstance(failure, TooLargeError) else "TEMPLATE-NAME"
    words = str(failure) if isinstance(failure, RenderingError) else f"This cannot be done here: {failure}."
    return problem(source.name, _lines(source), code, words, line)


def _line(trace: TracebackType | None, template: Template) -> int:
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


class _Sandbox(ImmutableSandboxedEnvironment):
    """Where templates run: what they can reach are facts by name, and nothing of Python."""

    def __init__(self, filters: Mapping[str, Callable[[str], str]]) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=written)
        self.own = frozenset(filters)
        self.globals: dict[str, Any] = {}
        self.tests = dict(TESTS)
        self.filters = {**FILTERS, **{name: _guarded(name, apply) for name, apply in filters.items()}, _STEPS: _counted}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return _part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return _part(obj, argument)
        if isinstance(obj, Lack):
            return obj
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            return cast(Any, obj)[argument] if -len(cast(Any, obj)) <= argument < len(cast(Any, obj)) else Lack("…")
        raise RenderingError("Nothing can be taken out of this by number.")


def _part(of: object, name: str) -> object:
    match of:
        case Lack():
            return of
        case Facts(known=known) if name in known:
            return known[name]
        case Moment() if name in MOMENT:
            return getattr(of, name)
        case LoopContext() if name in cast(Mapping[str, object], LOOP):
            return getattr(of, name)
        case _:
            raise RenderingError(f"There is no `{name}` here.")


@pass_context
def _counted(context: Context, values: Iterable[object]) -> Iterator[object]:
    """What a loop goes over, until the steps of this message are used up."""
    left = cast(list[int], context[_STEPS])
    for value in values:
        left[0] -= 1
        if left[0] < 0:
            raise TooLargeError(f"The loops of this message go round more than {STEPS:,} times.")
        yield value


def _guarded(name: str, apply: Callable[[str], str]) -> Callable[[object], object]:
    """A filter of a plugin: it sees the text as it is read, and what it gives back is data again."""

    def filtered(value: object) -> object:
        if isinstance(value, Lack):
            return value
        try:
            given = apply(uncovered(written(value)))
        except (RenderingError, PluginError) as failure:
            raise RenderingError(str(failure)) from failure
        except Exception as failure:
            raise RenderingError(f"The filter `{name}` failed: {type(failure).__name__}.") from failure
        if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # plugins may be untyped
            raise RenderingError(f"The filter `{name}` gave no text.")
        return harmless(given)

    return filtered
