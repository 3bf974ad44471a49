"""What every check must hold to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from punctilio.contracts import Check
from punctilio.testing.requiring import HOSTILE, require, require_name

_TEXTS: Final = tuple(text for text in HOSTILE if text.strip())


class CheckContract:
    """Inherit from this, and give the check, with texts that pass and texts that do not."""

    right: Sequence[str] = ()
    """Texts that pass."""
    wrong: Sequence[str] = ()
    """Texts that do not."""

    def check(self) -> Check:
        """The check that is tried."""
        raise NotImplementedError

    def test_its_name_can_be_written_in_a_rule(self) -> None:
        require_name(self.check().name)

    def test_each_text_has_an_answer(self) -> None:
        texts = self._texts()
        for answer in (answers := self.check().judge(texts)):
            is_words = isinstance(answer, str) and bool(answer.strip()) and "\n" not in answer
            require(answer is None or is_words, f"It answered {answer!r}, which is neither None nor words on one line.")
        require(len(answers) == len(texts), f"It gave {len(answers)} answers on {len(texts)} texts.")

    def test_no_texts_have_no_answers(self) -> None:
        require(not list(self.check().judge(())), "It gave answers on no texts.")

    def test_the_other_texts_change_nothing(self) -> None:
        texts = self._texts()
        together = list(self.check().judge(texts))
        backwards = list(self.check().judge(texts[::-1]))[::-1]
        alone = [answer for text in texts for answer in self.check().judge((text,))]
        require(together == backwards, "The order of the texts changes an answer.")
        require(together == alone, "A text by itself has another answer than among others.")

    def test_what_is_right_passes(self) -> None:
        for text, answer in zip(self.right, self.check().judge(tuple(self.right)), strict=True):
            require(answer is None, f"It says of {text!r}: {answer}")

    def test_what_is_wrong_does_not(self) -> None:
        for text, answer in zip(self.wrong, self.check().judge(tuple(self.wrong)), strict=True):
            require(answer is not None, f"It passes {text!r}.")

    def _texts(self) -> tuple[str, ...]:
        return (*self.right, *self.wrong, *_TEXTS)
