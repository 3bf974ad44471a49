"""What a template may say: names, conditions, loops and a few filters, all of which are checked before it is used.

The language is closed. A name that no log could fill is an error at its line, with what was meant; so is everything
that computes, calls, includes or defines. What is left can neither run code nor grow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from jinja2 import nodes

from punctilio.drafting.facts import A_MOMENT, Many, Names
from punctilio.drafting.filters import FILTERS, TESTS
from punctilio.location import Location
from punctilio.problems import Problem, closest
from punctilio.value import Value, replaced

LOOP: Final[Names] = dict.fromkeys(
    ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "previtem", "nextitem")
)
DEEPEST: Final = 10
"""How deep blocks, and expressions, may be nested."""
_FORBIDDEN: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Call: "call functions",
    nodes.BinExpr: "compute",
    nodes.Concat: "join texts. Write them one after the other",
    nodes.UnaryExpr: "compute",
    nodes.Macro: "define macros",
    nodes.CallBlock: "call macros",
    nodes.FilterBlock: "filter whole blocks. Filter each value",
    nodes.Include: "include other files",
    nodes.Import: "include other files",
    nodes.FromImport: "include other files",
    nodes.Extends: "extend other files",
    nodes.Block: "define blocks for others to extend",
    nodes.AssignBlock: "set a name to a whole block",
    nodes.Dict: "make mappings",
}
_SAME: Final = frozenset({"list", "rejectattr", "reverse", "selectattr", "sort", "unique"})
"""Filters that give some of what they take."""


class Unknown:
    """Something of which only the log tells what it has."""


Kind = Names | Unknown
_ANY: Final = Unknown()


class Checker(Value):
    """Collects what is wrong with a template: ``file`` is what it is called, ``lines`` are as written, ``filters`` are
    the names of those that plugins add."""

    file: str
    lines: tuple[str, ...]
    filters: frozenset[str]
    known: Mapping[str, Kind]
    problems: list[Problem]
    depth: int = 0

    def block(self, body: Sequence[nodes.Node]) -> None:
        """Check statements, one after the other. What one sets, the next ones know."""
        inside = replaced(self, depth=self.depth + 1, known=dict(self.known))
        if self.depth >= DEEPEST:
            self._forbid(body[0] if body else None, f"nest more than {DEEPEST} blocks")
            return
        for node in body:
            inside._statement(node)

    def _statement(self, node: nodes.Node) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self._shown(part)
            case nodes.If():
                self._kind(node.test)
                self.block(node.body)
                for other in node.elif_:
                    self.block([other])
                self.block(node.else_)
            case nodes.For():
                self._loop(node)
            case nodes.Assign(target=nodes.Name() as target):
                assert isinstance(self.known, dict)
                self.known[target.name] = self._kind(node.node)
            case _:
                self._refuse(node)

    def _loop(self, node: nodes.For) -> None:
        kind = self._kind(node.iter)
        if node.recursive:
            self._forbid(node, "loop within themselves")
        if not isinstance(node.target, nodes.Name):
            self._forbid(node, "take apart what they loop over. Give it one name")
            return
        each: Kind = kind.each if isinstance(kind, Many) else _ANY
        inside = replaced(self, known={**self.known, node.target.name: each, "loop": LOOP})
        if node.test is not None:
            inside._kind(node.test)
        inside.block(node.body)
        self.block(node.else_)

    def _shown(self, node: nodes.Expr) -> None:
        kind = self._kind(node)
        if isinstance(kind, Mapping) and kind is not A_MOMENT:
            one = next(iter(sorted(kind)), "name")
            words = self._words(node)
            self._say("TEMPLATE-NAME", f"`{words}` is no text. Name a part of it, such as `{words}.{one}`.", node)

    # ── expressions ──

    def _kind(self, node: nodes.Node, depth: int = 0) -> Kind:
        """What is known of the value of an expression, all of which is checked."""
        if depth > DEEPEST:
            self._forbid(node, f"nest more than {DEEPEST} expressions")
            return _ANY
        match node:
            case nodes.TemplateData() | nodes.Const():
                return None
            case nodes.Neg(node=nodes.Const()):
                return None
            case nodes.Name(name=name):
                return self._named(node, name, self.known, "")
            case nodes.Getattr(node=of, attr=name):
                return self._part(node, self._kind(of, depth + 1), name)
            case nodes.Getitem(node=of, arg=nodes.Const(value=str() as name)):
                return self._part(node, self._kind(of, depth + 1), name)
            case nodes.Getitem(node=of, arg=arg):
                whole = self._kind(of, depth + 1)
                self._each(arg, depth)
                each: Kind = whole.each if isinstance(whole, Many) else _ANY
                return whole if isinstance(arg, nodes.Slice) else each
            case nodes.Filter():
                return self._filtered(node, depth)
            case nodes.Test():
                if node.name not in TESTS:
                    self._unknown(node, node.name, TESTS, "no test")
                self._each(node, depth)
                return None
            case nodes.CondExpr() | nodes.And() | nodes.Or():
                self._each(node, depth)
                return _ANY
            case nodes.Not() | nodes.Compare() | nodes.Operand() | nodes.Slice() | nodes.Keyword():
                self._each(node, depth)
                return None
            case nodes.Tuple() | nodes.List():
                self._each(node, depth)
                return Many(_ANY_NAMES)
            case _:
                self._refuse(node)
                return _ANY

    def _each(self, node: nodes.Node, depth: int) -> None:
        for part in node.iter_child_nodes():
            self._kind(part, depth + 1)

    def _filtered(self, node: nodes.Filter, depth: int) -> Kind:
        name, kind = node.name, self._kind(node.node, depth + 1) if node.node is not None else _ANY
        if name not in FILTERS and name not in self.filters:
            self._unknown(node, name, {*FILTERS, *self.filters}, "no filter")
        for part in (*node.args, *node.kwargs):
            self._kind(part, depth + 1)
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._forbid(node, "unpack arguments")
        attribute = _attribute(node)
        each = kind.each if isinstance(kind, Many) else None
        if attribute is not None and isinstance(each, Mapping):
            self._named(node, attribute, each, f"{self._words(node.node)}.")
        if name in ("first", "last"):
            return each if isinstance(kind, Many) else _ANY
        if name == "map":
            return _ANY
        return kind if name in _SAME else None if name in FILTERS else _ANY

    # ── names ──

    def _part(self, node: nodes.Node, kind: Kind, name: str) -> Kind:
        if isinstance(kind, Unknown):
            if name.startswith("_"):
                self._forbid(node, "look inside values")
            return _ANY
        of = node.node if isinstance(node, nodes.Getattr | nodes.Getitem) else node
        words = self._words(of)
        if isinstance(kind, Many):
            self._say("TEMPLATE-NAME", f"`{words}` are several. Loop over them, or take `{words} | first`.", node, name)
            return _ANY
        if kind is None:
            self._say("TEMPLATE-NAME", f"`{words}` has no parts, and so no `{name}`.", node, name)
            return _ANY
        return self._named(node, name, kind, f"{words}.")

    def _named(self, node: nodes.Node, name: str, known: Mapping[str, Kind], of: str) -> Kind:
        if name in known:
            return known[name]
        meant = closest(name, known)
        listed = "" if meant else f" There is {', '.join(sorted(known))}."
        message = f"There is no `{of}{name}`.{listed}"
        self._say("TEMPLATE-NAME", message, node, name, f"{of}{meant}" if meant else None)
        return _ANY

    def _unknown(self, node: nodes.Node, name: str, known: Collection[str], what: str) -> None:
        meant = closest(name, known)
        listed = "" if meant else f" There is {', '.join(sorted(known))}."
        self._say("TEMPLATE-NAME", f"There is {what} `{name}`.{listed}", node, name, meant)

    def _words(self, node: nodes.Node | None) -> str:
        """An expression as it was written, as far as it is names and dots."""
        match node:
            case nodes.Name(name=name):
                return str(name)
            case nodes.Getattr(node=of, attr=name):
                return f"{self._words(of)}.{name}"
            case _:
                return "it"

    # ── mistakes ──

    def _refuse(self, node: nodes.Node) -> None:
        said = next((words for kind, words in _FORBIDDEN.items() if isinstance(node, kind)), None)
        self._forbid(node, said or "do this")

    def _forbid(self, node: nodes.Node | None, what: str) -> None:
        self._say("TEMPLATE-FORBIDDEN", f"A message template cannot {what}.", node)

    def _say(
        self, code: str, message: str, node: nodes.Node | None, word: str = "", suggestion: str | None = None
    ) -> None:
        line = node.lineno if node is not None else 1
        self.problems.append(problem(self.file, self.lines, code, message, line, word, suggestion))


_ANY_NAMES: Final[Names] = None


def problem(
    file: str, lines: tuple[str, ...], code: str, message: str, line: int, word: str = "", suggestion: str | None = None
) -> Problem:
    """A mistake in a line of a template; its column is where ``word`` stands, if it stands there once."""
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    column = source.index(word) + 1 if word and source.count(word) == 1 else 0
    return Problem(code, message, Location(file, line, column), suggestion, source.strip("\n"))


def mistakes(
    tree: nodes.Template, file: str, lines: tuple[str, ...], known: Mapping[str, Names], filters: frozenset[str]
) -> list[Problem]:
    """Everything in a template that is not of the language, or names what is not there."""
    checker = Checker(file, lines, filters, dict(known), [])
    checker.block(tree.body)
    return checker.problems


def _attribute(node: nodes.Filter) -> str | None:
    """The part by which a filter chooses or sorts."""
    written = [keyword.value for keyword in node.kwargs if keyword.key == "attribute"]
    if not written and node.name in ("selectattr", "rejectattr"):
        written = node.args[:1]
    value = written[0].value if written and isinstance(written[0], nodes.Const) else None
    return value if isinstance(value, str) else None
