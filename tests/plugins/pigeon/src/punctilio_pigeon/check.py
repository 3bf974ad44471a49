"""The check `plain-ink`: only what a quill can write."""

from collections.abc import Sequence


class PlainInk:
    """Passes letters, digits and punctuation of any script, and no pictures."""

    name = "plain-ink"

    def judge(self, texts: Sequence[str]) -> list[str | None]:
        """Say of each text which of its characters no quill writes."""
        return [_complaint(text) for text in texts]


def _complaint(text: str) -> str | None:
    pictures = [c for c in text if ord(c) >= 0x1F000]
    return f"has a picture (“{pictures[0]}”), which no quill writes" if pictures else None
