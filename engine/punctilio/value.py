"""Frozen values: like frozen dataclasses, whose creation (0.6 ms a
class, by generated code) would be a tenth of a whole small run.

A value is its fields, in the order of their annotations.
Equal are values of one class with equal fields; nothing can be set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform

Self = TypeVar("Self", bound="Value")


@dataclass_transform(frozen_default=True)
class Value:
    """Base of every value of the model."""

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        names = cls.__annotations__  # a class that has none does not see those of its base
        type.__setattr__(cls, "__match_args__", tuple(names))  # mypy lets nobody assign it
        cls.__kw_only__ = kw_only
        cls.__defaults__ = {name: cls.__dict__[name] for name in names if name in cls.__dict__}

    __kw_only__: ClassVar[bool] = False
    __defaults__: ClassVar[dict[str, object]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = self.__match_args__
        values = self.__dict__
        values.update(self.__defaults__)
        values.update(zip(names, args, strict=False), **kwargs)
        is_whole = len(values) == len(names) and len(args) <= len(names) and values.keys() >= set(names)
        if not is_whole or (args and (self.__kw_only__ or not kwargs.keys().isdisjoint(names[: len(args)]))):
            message = f"{type(self).__name__} takes {', '.join(names)}"
            raise TypeError(message)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    __delattr__ = __setattr__  # type: ignore[assignment]  # with one argument less, and as frozen

    def __eq__(self, other: object) -> bool:
        return other is self or (type(other) is type(self) and tuple(fields_of(other)) == tuple(fields_of(self)))

    def __hash__(self) -> int:
        known = self.__dict__.get("")
        if known is None:  # patterns are deep, and looked up often
            known = self.__dict__[""] = hash((type(self), *(self.__dict__[name] for name in self.__match_args__)))
        return int(known)

    def __getstate__(self) -> dict[str, object]:
        return dict(fields_of(self))  # the hash is another one in another process

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields_of(self))})"


def fields_of(value: Value) -> Iterator[tuple[str, object]]:
    """The names of a value's fields, with what they hold."""
    return ((name, value.__dict__[name]) for name in value.__match_args__)


def replaced(value: Self, /, **changes: object) -> Self:
    """The value with other contents in some fields."""
    return type(value)(**{**dict(fields_of(value)), **changes})
