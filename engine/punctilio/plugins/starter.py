"""A distribution to begin a plugin with: complete, installable, typed and tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from punctilio.contracts import CONTRACT
from punctilio.errors import UsageError
from punctilio.plugins.discovery import OWN, found
from punctilio.plugins.naming import BUILT_IN, NAME
from punctilio.resources import bundled
from punctilio.version import __version__

KINDS: Final = ("channel", "source", "check", "reporter")
_LONGEST: Final = 25
_USES: Final = {
    "channel": "In a rule file with `vocabulary: {{extends: [{name}]}}`, a rule names it in its action,\n"
    '`do: {{purpose: thank-you, channel: {name}}}`, and so does a log: `"channel": "{name}"`.\n'
    "`rules export log.jsonl --to {name} -o FOLDER` puts there what is due.",
    "source": "It reads files that end in `.{suffix}`: `rules evaluate log.{suffix}`.",
    "check": "A rule names it: `check: {{of: message.sent, passes: {name}}}`.",
    "reporter": "Ask for it: `rules evaluate log.jsonl --format {name}`.",
}


def start(name: str, kind: str, folder: Path) -> Path:
    """Write the distribution ``punctilio-NAME`` into the folder, as one of KINDS. Gives its own folder.

    Raises UsageError for a name that cannot be used, or a folder that is there already, and OSError.
    """
    _require_usable(name, kind)
    home = folder / f"punctilio-{name}"
    if home.exists():
        raise UsageError(f"There is a {home} already. Choose another name, or take it away.")
    words = _words(name, kind)
    for part in ("common", kind):
        for template in sorted(_files(bundled("starters") / part)):
            place = template.relative_to(bundled("starters") / part).as_posix().removesuffix(".in")
            file = home / place.replace("/package/", f"/{words['package']}/")
            file.parent.mkdir(parents=True, exist_ok=True)
            filled = Template(template.read_text(encoding="utf-8")).substitute(words)
            file.write_text(filled, encoding="utf-8", newline="\n")
    return home


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*.in") if path.is_file())


def _require_usable(name: str, kind: str) -> None:
    if not NAME.fullmatch(name) or len(name) > _LONGEST:
        raise UsageError(f"`{name}` is no name: write lower-case words joined by hyphens, {_LONGEST} letters at most.")
    bundled_names = {one.origin.plugin for one in found() if one.origin.distribution == OWN}
    if name in bundled_names.union(BUILT_IN.get(f"{kind}s", ())):
        raise UsageError(f"The name `{name}` is taken by Punctilio itself. Choose another one.")


def _words(name: str, kind: str) -> dict[str, str]:
    suffix = re.sub("-", "", name)
    return {
        "name": name,
        "kind": kind,
        "distribution": f"punctilio-{name}",
        "package": f"punctilio_{name.replace('-', '_')}",
        "class_name": "".join(word.capitalize() for word in (*name.split("-"), kind)),
        "suffix": suffix,
        "contract": str(CONTRACT),
        "version": __version__,
        "use": _USES[kind].format(name=name, suffix=suffix),
    }
