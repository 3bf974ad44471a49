"""Texts made comparable."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked

_GREETING: Final = (
    r"^\s*(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))\b"
    r"(?:(?:[ \t]+[\p{L}\p{N}.'’&-]+){0,5}[ \t]*(?:[,:;!–—-]|\r?\n|$))?"
)
_BETWEEN_WORDS: Final = r"[^\p{L}\p{N}]+"


def words_apart(text: pl.Expr) -> pl.Expr:
    """Lower case, words and numbers only, one blank between them and one at each end."""
    apart = text.str.to_lowercase().str.replace_all(r"['’‘ʼ]", "").str.replace_all(_BETWEEN_WORDS, " ")
    return pl.format(" {} ", apart.str.strip_chars())


def word_list(text: pl.Expr) -> pl.Expr:
    """The words of a text, lower case."""
    return words_apart(text).str.strip_chars().str.split(" ")


def folded(rows: pl.DataFrame, text: str, names: pl.DataFrame) -> pl.DataFrame:
    """``event`` and ``folded``: the text without greeting, names (``case_no word``), case,
    punctuation and spacing; no row without text."""
    bare = pl.col(text).str.to_lowercase().str.replace(_GREETING, " ")
    written = rows.filter(pl.col(text).is_not_null()).select_seq(c.EVENT, c.CASE_NO, word_list(bare).alias("word"))
    words = written.explode("word").join(names, on=[c.CASE_NO, "word"], how="anti", maintain_order="left")
    return words.group_by(c.EVENT, maintain_order=True).agg(pl.col("word").str.join(" ").alias("folded"))


def names_in_cases(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Every word of what people of a case are called: ``case_no word``."""
    part = vocabulary.parts.people
    if part is None:
        return pl.DataFrame(schema={c.CASE_NO: pl.UInt32, "word": pl.String})
    called = [part.key, *([part.name] if part.name else [])]
    columns = [c.field(name) for name in called]
    notes = events[sorted({c.TYPE, c.CASE_NO, *columns})].filter(pl.col(c.TYPE) == part.event)
    frames = [notes.select_seq(c.CASE_NO, word_list(pl.col(name)).alias("word")) for name in columns]
    return stacked(frames).explode("word").drop_nulls().unique()
