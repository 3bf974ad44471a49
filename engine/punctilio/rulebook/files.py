"""Which files a rulebook is made of: what was named and what that extends, each once, the inherited first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from punctilio import resources
from punctilio.location import Location
from punctilio.problems import closest
from punctilio.shape import Report, items_of, keys_of, text
from punctilio.value import Value
from punctilio.yaml_source import Document, MapNode, Node, ScalarNode, read_document

if TYPE_CHECKING:
    from punctilio.contracts import Pack, VocabularyFile
    from punctilio.plugins.registry import Plugins, Registered

BUNDLED = "punctilio/rules"
"""What the folder of bundled rules is called in messages, wherever it is installed."""

TOP_LEVEL = (
    "language", "pack", "title", "about", "extends", "zone", "calendar", "parameters", "vocabulary", "define",
    "parties", "phrases", "rules", "overrides",
)  # fmt: skip
_LONGEST_CHAIN = 50


class RuleFile(Value):
    """A file that was read. ``sections`` are its top-level keys; ``extends`` the files it builds on."""

    name: str
    path: Path
    is_bundled: bool
    document: Document
    sections: dict[str, Node]
    extends: tuple[RuleFile, ...] = ()

    def inherited(self) -> tuple[RuleFile, ...]:
        """Everything it builds on, the first first."""
        return in_line(self.extends)

    def templates(self) -> tuple[str, ...]:
        """The message templates that its rules may name."""
        beside = (path.stem for path in self.path.parent.glob("templates/*.txt"))
        return tuple(sorted({*resources.templates(), *beside}))


def in_line(files: Iterable[RuleFile]) -> tuple[RuleFile, ...]:
    """The files with what they extend, each once, the inherited before the inheriting."""
    found: dict[Path, RuleFile] = {}
    for file in files:
        for one in (*file.inherited(), file):
            found.setdefault(one.path, one)
    return tuple(found.values())


def is_path(reference: str) -> bool:
    """Whether a reference in a file means a file, and not something bundled."""
    return "/" in reference or reference.endswith((".yaml", ".yml"))


def _installed() -> Plugins:
    from punctilio.plugins.loading import installed  # most rulebooks do without plugins

    return installed()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files, each once, and reports what is wrong with them. ``called`` says what the files in a folder (a real
    path) are called, and keeps what they extend within it; ``given`` are documents that are taken in place of files, by
    their real paths. ``plugins`` are loaded once, when needed."""

    report: Report
    called: Mapping[Path, str] = field(default_factory=dict[Path, str])
    given: Mapping[Path, Document] = field(default_factory=dict[Path, Document])
    plugins: Callable[[], Plugins] = field(default_factory=lambda: cache(_installed))
    documents: list[Document] = field(default_factory=list[Document])
    _read: dict[Path, RuleFile | None] = field(default_factory=dict[Path, "RuleFile | None"])
    _chain: list[Path] = field(default_factory=list[Path])

    def named(self, source: str | Path) -> RuleFile | None:
        """What a person named: a file that is there, else a pack."""
        path = Path(source)
        if path.is_dir() and str(source) not in resources.packs() and str(source) not in self.plugins().packs:
            message = "This is a folder, and neither a file nor a pack. Name the rule file in it."
            self.report.add("UNKNOWN-PACK", message, Location(str(source) or "."))
            return None
        if isinstance(source, str) and not path.is_file() and not is_path(source):
            return self.pack(source, Location(source))
        return self.file(path, str(source))

    def pack(self, name: str, at: Node | Location) -> RuleFile | None:
        """A pack: bundled, or of a plugin."""
        if name in resources.packs():
            return self.file(resources.bundled("rules") / name / "rules.yaml", f"{BUNDLED}/{name}/rules.yaml", True)
        of_plugins = self.plugins().packs
        if name in of_plugins:
            return self._of_plugin(of_plugins[name])
        message = f"There is no file and no pack called `{name}`. A file is named by its path: `./{name}.yaml`."
        told = self.plugins().failures
        self.report.add("UNKNOWN-PACK", message + told, at, closest(name, (*resources.packs(), *of_plugins)))
        return None

    def _of_plugin(self, registered: Registered[Pack] | Registered[VocabularyFile]) -> RuleFile | None:
        file = registered.thing.file
        return self.file(file, f"{registered.origin.distribution}/{file.name}")

    def vocabulary(self, name: str, at: Node | Location) -> RuleFile | None:
        """A vocabulary: bundled, or of a plugin."""
        if name in resources.vocabularies():
            path = resources.bundled("rules") / "vocabularies" / f"{name}.yaml"
            return self.file(path, f"{BUNDLED}/vocabularies/{name}.yaml", True)
        of_plugins = self.plugins().vocabularies
        if name in of_plugins:
            return self._of_plugin(of_plugins[name])
        message = f"There is no vocabulary called `{name}`. A file is named by its path, like `./{name}.yaml`."
        told = self.plugins().failures
        known = (*resources.vocabularies(), *of_plugins)
        self.report.add("UNKNOWN-VOCABULARY", message + told, at, closest(name, known))
        return None

    def beside(self, reference: str, origin: Path, shown: str, at: Node) -> RuleFile | None:
        """A file named in another (``origin``, called ``shown``), by its path from there."""
        path = origin.parent / reference
        home = self._home(origin)
        if home is not None and not Path(os.path.realpath(path)).is_relative_to(home):
            message = f"`{reference}` is not part of {self.called[home].rstrip(':')}, and only what is can be extended."
            self.report.add("UNKNOWN-PACK", message, at)
            return None
        if not path.is_file():
            others = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
            near = closest(path.name, others)
            meant = reference.removesuffix(path.name) + near if near else None
            self.report.add("UNKNOWN-PACK", f"There is no file `{reference}` as seen from this one.", at, meant)
            return None
        return self.file(path, os.path.normpath(os.path.join(os.path.dirname(shown), reference)), at=at)

    def file(self, path: Path, name: str, is_bundled: bool = False, at: Node | None = None) -> RuleFile | None:
        """The file at a path, with all that it extends."""
        real = Path(os.path.realpath(path))
        name = self._name(real) or name
        if real in self._chain:
            message = "This file extends itself, directly or through another one. Take one of the two `extends` out."
            self.report.add("EXTENDS-CYCLE", message, at or Location(name))
            return None
        if len(self._chain) >= _LONGEST_CHAIN:
            self.report.add("TOO-DEEP", f"More than {_LONGEST_CHAIN} files extend each other.", at or Location(name))
            return None
        if real not in self._read:
            self._chain.append(real)
            self._read[real] = self._file(real, name, is_bundled)
            self._chain.pop()
        return self._read[real]

    def _home(self, path: Path) -> Path | None:
        """The folder with a name of its own that the file is in."""
        return next((folder for folder in self.called if path.is_relative_to(folder)), None)

    def _name(self, path: Path) -> str | None:
        home = self._home(path)
        return None if home is None else self.called[home] + path.relative_to(home).as_posix()

    def _file(self, path: Path, name: str, is_bundled: bool) -> RuleFile | None:
        document = self.given.get(path) or read_document(path, name)
        self.documents.append(document)
        self.report.problems.extend(document.problems)
        if document.root is None:
            return None
        sections = self._sections(document.root)
        if sections is None:
            return None
        extends = [self._extended(item, path, name) for item in self._references(sections.get("extends"))]
        return RuleFile(name, path, is_bundled, document, sections, tuple(f for f in extends if f))

    def _sections(self, root: Node) -> dict[str, Node] | None:
        if not isinstance(root, MapNode):
            message = "A rule file is a mapping that begins with `language: 1`."
            self.report.add("WRONG-TYPE", message, root)
            return None
        sections = keys_of(root, TOP_LEVEL, self.report, "A rule file", ("language",))
        language = sections.get("language") if sections else None
        if isinstance(language, ScalarNode) and (language.value != 1 or language.value is True):
            message = f"This is language `{language.text}`; here `language: 1` is read."
            self.report.add("BAD-LANGUAGE", message, language)
        elif language is not None and not isinstance(language, ScalarNode):
            self.report.add("BAD-LANGUAGE", "Write `language: 1`.", language)
        return sections

    def _references(self, node: Node | None) -> tuple[Node, ...]:
        if node is None or (isinstance(node, ScalarNode) and node.value is None):
            return ()
        return items_of(node, self.report, "`extends`") or ()

    def _extended(self, item: Node, path: Path, name: str) -> RuleFile | None:
        reference = text(item, self.report, "An entry of `extends`")
        if reference is None:
            return None
        return self.beside(reference, path, name, item) if is_path(reference) else self.pack(reference, item)
