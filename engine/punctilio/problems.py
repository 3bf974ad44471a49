"""What a person got wrong, as a value: where, what, and what was meant perhaps.

Problems travel beside the data and are collected, so that one run shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from punctilio.location import Location
from punctilio.value import Value


class Problem(Value):
    """One mistake. ``source`` is the line it stands in, as written, with a half of a character for each byte that is
    not UTF-8 (``surrogateescape``); ``suggestion`` completes "Did you mean …?"."""

    code: str
    message: str
    location: Location
    suggestion: str | None = None
    source: str | None = None

    @property
    def sentence(self) -> str:
        return f"{self.message} Did you mean `{self.suggestion}`?" if self.suggestion else self.message


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place, then by code and words."""
    return tuple(sorted(set(problems), key=lambda p: (p.location, p.code, p.message)))


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that was most likely meant by ``word``, if one is near: alike by ``cutoff``, from 0 to 1."""
    names = sorted(set(known))
    folded = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=cutoff)
    slips = near or [name for name in sorted(folded) if _is_one_slip(word.lower(), name)]
    return folded[slips[0]] if slips else None


def _is_one_slip(word: str, name: str) -> bool:
    """Whether one letter of a short word is another one, or two changed places."""
    if len(word) != len(name) or len(word) > 3:
        return False
    unlike = [pair for pair in zip(word, name, strict=True) if pair[0] != pair[1]]
    return len(unlike) == 1 < len(word) or (len(unlike) == 2 and sorted(word) == sorted(name))


def headline(problem: Problem, level: str = "error") -> str:
    """``file:line:col: error: CODE: sentence``, on one line."""
    return _inert(f"{problem.location}: {level}: {problem.code}: {problem.sentence}")


def render(problem: Problem, level: str = "error") -> str:
    """For people: the headline, then the line it stands in, and a caret below the place."""
    if not problem.source or not problem.location.line:
        return headline(problem, level)
    shown, column = _around(problem.source, problem.location.column)
    caret = "".join("\t" if c == "\t" else " " for c in shown[: column - 1]) + "^" if column else ""
    lines = (headline(problem, level), f"    {_inert(shown)}", f"    {caret}" if caret else "")
    return "\n".join(line for line in lines if line)


def _around(line: str, column: int) -> tuple[str, int]:
    """The line, cut around the column where it is long, and the column in what is shown."""
    if len(line) <= _WIDTH:
        return line, column
    start = max(0, min(column - _WIDTH // 2, len(line) - _WIDTH))
    cut = ("…" if start else "") + line[start : start + _WIDTH] + ("…" if start + _WIDTH < len(line) else "")
    return cut, column - start + (1 if start else 0)


def _inert(text: str) -> str:
    """Nothing that a file says may move a terminal's cursor, hide a text or begin a line."""
    return "".join(c if c == "\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


_WIDTH = 160
