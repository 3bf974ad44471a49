"""Values: made, compared, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from punctilio.value import Value, fields_of, replaced


class Point(Value):
    x: int
    y: int = 0


class Other(Value):
    x: int
    y: int = 0


class Named(Value, kw_only=True):
    name: str


def test_a_value_is_its_fields() -> None:
    assert Point(1) == Point(x=1, y=0)
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)
    assert len({Point(1), Point(1, 0), Other(1)}) == 2
    assert list(fields_of(Point(1, 2))) == [("x", 1), ("y", 2)]
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


def test_what_was_hashed_is_still_equal_to_what_was_not() -> None:
    seen = Point(3)
    hash(seen)
    assert seen == Point(3)
    assert list(fields_of(seen)) == [("x", 3), ("y", 0)]


def test_a_changed_value_is_another() -> None:
    one = Point(1, 2)
    assert replaced(one, y=5) == Point(1, 5)
    assert one == Point(1, 2)


def test_nothing_can_be_set() -> None:
    name = "x"  # so that type checkers, who refuse it, do not see it
    with pytest.raises(AttributeError, match="Point is frozen"):
        setattr(Point(1), name, 2)


# Type checkers refuse what the tests below do; callers without one are refused when they do it.
ANYHOW = cast("Callable[..., Value]", Point)


@pytest.mark.parametrize(("given", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"x": 1}), ((), {"z": 1})])
def test_wrong_fields_are_refused(given: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        ANYHOW(*given, **named)


def test_named_fields_must_be_named() -> None:
    assert Named(name="a").name == "a"
    with pytest.raises(TypeError, match="Named takes name"):
        cast("Callable[..., Value]", Named)("a")


def test_values_are_matched_by_place() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
