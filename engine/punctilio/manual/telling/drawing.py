"""A time line drawn: as a picture (SVG), and in letters."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml

from punctilio.manual.telling.timelines import Stop, Stretch, TimeLine

_WIDTH: Final = 720
_HEIGHT: Final = 84
_LINE: Final = 42
_LEFT: Final = 14
_LETTER: Final = 6.7
"""How wide a letter is about, in what labels are written in."""

STYLE: Final = """
.timeline { font: 12px system-ui, sans-serif; max-width: 100%; height: auto; }
.timeline text { fill: #333; }
.timeline .origin { fill: #666; }
.timeline .label { font-style: italic; }
.timeline line { stroke-width: 7; }
.timeline .waiting { stroke: #b9bec6; stroke-dasharray: 3 5; }
.timeline .open { stroke: #2b8a5b; }
.timeline .late { stroke: #d98a1f; stroke-dasharray: 14 4; }
.timeline .forbidden { stroke: #c0392b; stroke-dasharray: 2 2; }
.timeline .free { stroke: #8fb3d9; }
.timeline circle { fill: #fff; stroke: #333; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  .timeline text { fill: #ddd; }
  .timeline .origin { fill: #a5a5a5; }
  .timeline circle { fill: #1c1e22; stroke: #ddd; }
}
"""


def svg(line: TimeLine, *, is_alone: bool) -> str:
    """The line as SVG; ``is_alone`` in a file, which brings its style along."""
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    root = Xml.Element("svg", {"class": "timeline", "viewBox": box, "width": str(_WIDTH), "height": str(_HEIGHT)})
    root.set("role", "img")
    root.set("aria-label", line.words)
    if is_alone:
        root.set("xmlns", "http://www.w3.org/2000/svg")
        Xml.SubElement(root, "style").text = STYLE
    Xml.SubElement(root, "title").text = line.words
    step = (_WIDTH - _LEFT) / len(line.steps)
    for number, (_, stretch) in enumerate(line.steps):
        _draw_stretch(root, stretch, _LEFT + number * step, step)
    for number, (stop, _) in enumerate(line.steps):
        _draw_stop(root, stop, _LEFT + number * step, step)
    return Xml.tostring(root, encoding="unicode")


def _draw_stretch(root: Xml.Element, stretch: Stretch, x: float, width: float) -> None:
    ends = {"x1": f"{x:.0f}", "x2": f"{x + width - 4:.0f}", "y1": str(_LINE), "y2": str(_LINE)}
    Xml.SubElement(root, "line", {"class": stretch.mood, **ends})
    _write(root, stretch.label, "label", x + width / 2, _LINE - 11, width - 20, anchor="middle")


def _draw_stop(root: Xml.Element, stop: Stop, x: float, width: float) -> None:
    Xml.SubElement(root, "circle", {"cx": f"{x:.0f}", "cy": str(_LINE), "r": "6"})
    _write(root, stop.name, "stop", x - 6, _LINE + 22, width - 8)
    _write(root, stop.origin, "origin", x - 6, _LINE + 38, width - 8)


def _write(root: Xml.Element, words: str, kind: str, x: float, y: int, room: float, anchor: str = "start") -> None:
    """A label, cut where it would run into the next; the whole of it is shown under the pointer."""
    if not words:
        return
    place = {"class": kind, "x": f"{x:.0f}", "y": str(y), "text-anchor": anchor}
    text = Xml.SubElement(root, "text", place)
    most = int(room / _LETTER)
    text.text = words if len(words) <= most else words[: most - 1] + "…"
    if text.text != words:
        Xml.SubElement(text, "title").text = words


# ── in letters ────────────────────────────────────────────────────────────────────────────────────────────────────

_STROKES: Final = {"waiting": "┄", "open": "━", "late": "╍", "forbidden": "╳", "free": "─"}
_GAP: Final = 2


def letters(line: TimeLine) -> str:
    """The line in three rows of text: stops above, the line, and where the stops come from below."""
    widths = [_width(stop, stretch) for stop, stretch in line.steps]
    names = "".join(stop.name.ljust(width) for (stop, _), width in zip(line.steps, widths, strict=True))
    drawn = "".join(_stroke(stretch, width) for (_, stretch), width in zip(line.steps, widths, strict=True))
    origins = "".join(stop.origin.ljust(width) for (stop, _), width in zip(line.steps, widths, strict=True))
    return "\n".join(row.rstrip() for row in (names, drawn, origins) if row.strip())


def _width(stop: Stop, stretch: Stretch) -> int:
    return max(len(stop.name), len(stop.origin), len(stretch.label) + 8) + _GAP


def _stroke(stretch: Stretch, width: int) -> str:
    stroke = _STROKES[stretch.mood]
    label = f"{stroke}{stroke} {stretch.label} "
    return "●" + label + stroke * (width - 1 - len(label))
