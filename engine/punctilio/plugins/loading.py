"""Plugins are loaded here, each by itself: imported, asked what they are, and asked what they register."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import Any, Final, TypeVar, cast

import pluggy

from punctilio import hookspecs
from punctilio.contracts import CONTRACT
from punctilio.errors import PluginError
from punctilio.origin import Origin
from punctilio.plugins.discovery import OWN, Found, Unwanted, found, unwanted
from punctilio.plugins.guard import guarded
from punctilio.plugins.naming import Owners, built_in, registered, take
from punctilio.plugins.patience import OverdueError, has_ended, in_time, patience
from punctilio.plugins.registry import Plugin, Plugins, Registered
from punctilio.plugins.watchman import Watchman, may_end_it
from punctilio.problems import closest

HOOKS: Final = (
    "channels", "checks", "commands", "packs", "reporters", "sources", "template_filters", "vocabularies",
)  # fmt: skip
LEFT_TO_END: Final = 20.0
"""Seconds beyond the bound, in which a machine under load comes to leave a plugin behind."""

Result = TypeVar("Result")


def installed(without: Unwanted | None = None) -> Plugins:
    """Import every plugin that is installed and not kept out (by the environment, unless ``without`` says whom)."""
    kept_out = unwanted() if without is None else without
    if kept_out.everything:
        return Plugins()
    return loaded(one for one in found() if not kept_out.has(one.origin))


def loaded(wanted: Iterable[Found]) -> Plugins:
    """Import these plugins. A name belongs to whoever asks for it first; bundled names are taken."""
    owners = built_in()
    with Watchman() as watchman:
        return Plugins(tuple(_loaded(one, owners, watchman) for one in wanted))


def _loaded(one: Found, owners: Owners, watchman: Watchman) -> Plugin:
    began = perf_counter()
    try:
        plugin = _read(one, owners, watchman)
    except PluginError as failure:
        plugin = Plugin(one.origin, problems=(failure.sentence,))
    return plugin._replace(seconds=perf_counter() - began)


def _read(one: Found, owners: Owners, watchman: Watchman) -> Plugin:
    """The plugin; raises PluginError for one that cannot be used at all."""
    origin = one.origin
    take("plugins", origin.plugin, origin, owners)
    name, seconds = origin.module.partition(":")[0].strip(), patience()
    within = partial(_guarded, origin, name, None if has_ended(name) else seconds, watchman)
    module = within(f"the import of `{origin.module}`", one.point.load)
    manager = within("the reading of its hooks", partial(_manager, module, origin))
    hooks = tuple(sorted(hook.name for hook in manager.get_hookcallers(module) or ()))
    problems = list(_unmarked(module, hooks))
    things: list[Registered[Any]] = []
    for hook in hooks:
        try:
            given = within(f"its hook `{hook}`", partial(_given, manager, hook))
        except PluginError as failure:
            problems.append(failure.sentence)
            continue
        for thing in given:
            try:
                things.append(registered(hook, thing, origin, owners))
            except PluginError as failure:
                problems.append(failure.sentence)
    if not hooks and not problems:
        problems.append("it has no hook. Mark its functions with @hookimpl.")
    return Plugin(origin, hooks, tuple(sorted(things, key=lambda r: (r.hook, r.name))), problems=tuple(problems))


def _guarded(
    origin: Origin, module: str, seconds: float | None, watchman: Watchman, doing: str, work: Callable[[], Result]
) -> Result:
    """What the work gives, within so many seconds where there is a bound; raises PluginError otherwise."""
    if seconds is None:
        return guarded(origin, doing, work)
    try:
        with _watched(origin, seconds, watchman, doing):
            return guarded(origin, doing, partial(in_time, module, doing, work, seconds), passing=(OverdueError,))
    except OverdueError as overdue:
        raise PluginError(origin, str(overdue)) from None


def _watched(origin: Origin, seconds: float, watchman: Watchman, doing: str) -> AbstractContextManager[None]:
    """Has a command end where even the bound cannot end what is done. The bundled plugins do nothing of the sort."""
    if origin.distribution == OWN or not may_end_it():
        return nullcontext()
    words = f"{doing} holds up all of Python, so that nothing can go on without it. Keep it out: -p no:{origin.plugin}."
    return watchman.over(seconds + LEFT_TO_END, str(PluginError(origin, words)))


# ── hooks ──


def _manager(module: object, origin: Origin) -> pluggy.PluginManager:
    """A manager for this plugin alone, so that what is wrong with it concerns nobody else."""
    if inspect.isclass(module):
        raise PluginError(origin, f"`{origin.module}` is a class. Name a module, or an object made of it.")
    _require_contract(getattr(module, "CONTRACT", None), origin)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, origin.plugin)
    except pluggy.PluginValidationError as mistake:
        raise PluginError(origin, f"a hook of it is not as it must be: {' '.join(str(mistake).split())}") from None
    try:
        manager.check_pending()
    except pluggy.PluginValidationError:
        callers = manager.get_hookcallers(module) or ()
        raise PluginError(origin, _misspelt([c.name for c in callers if not c.has_spec()])) from None
    return manager


def _require_contract(contract: object, origin: Origin) -> None:
    if contract is None:
        raise PluginError(origin, f"it does not say what it was written for. Write `CONTRACT = {CONTRACT}` in it.")
    if contract != CONTRACT or isinstance(contract, bool):
        newer = isinstance(contract, int) and contract > CONTRACT
        remedy = "Install a newer Punctilio, or an older version of it" if newer else "Install a newer version of it"
        raise PluginError(origin, f"it was written for contract {contract!r}; this Punctilio has {CONTRACT}. {remedy}.")


def _misspelt(names: Iterable[str]) -> str:
    name = min(names)
    near = closest(name, HOOKS)
    meant = f"Did you mean `{near}`?" if near else f"Hooks are {', '.join(HOOKS)}."
    return f"there is no hook `{name}`. {meant}"


def _unmarked(module: object, hooks: tuple[str, ...]) -> Iterator[str]:
    """Functions that are called like hooks, and would be passed over in silence."""
    for name in HOOKS:
        if name not in hooks and inspect.isfunction(inspect.getattr_static(module, name, None)):
            yield f"its function `{name}` is called like a hook and is none. Mark it with @hookimpl."


def _given(manager: pluggy.PluginManager, hook: str) -> list[object]:
    """What the one implementation gives."""
    answers = cast(list[object], getattr(manager.hook, hook)())
    given: list[object] = []
    for answer in answers:
        if isinstance(answer, str | bytes) or not isinstance(answer, Iterable):
            raise TypeError(f"it gave {type(answer).__name__} where a list is wanted")
        given.extend(cast(Iterable[object], answer))
    return given
