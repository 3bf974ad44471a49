"""Small logs: one Polars thread, and the judging done on it."""

from __future__ import annotations

import threading

import pytest

from punctilio.errors import UsageError
from punctilio.polars_thread import on_polars_thread


def test_the_work_is_done_on_another_thread_and_its_result_comes_back() -> None:
    assert on_polars_thread(threading.get_ident) != threading.get_ident()


def test_what_the_work_raises_is_raised_as_it_is() -> None:
    def refuse() -> None:
        raise UsageError("no")

    with pytest.raises(UsageError, match=r"\Ano\Z"):
        on_polars_thread(refuse)
