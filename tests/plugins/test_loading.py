"""A plugin that fails is named with its distribution, and costs nobody else anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from punctilio import hookspecs
from punctilio.cli.group import OURS
from punctilio.drafting.filters import FILTERS
from punctilio.logs.formats import FORMATS
from punctilio.plugins.discovery import SWITCH, Unwanted, found, unwanted
from punctilio.plugins.loading import HOOKS, installed
from punctilio.plugins.naming import BUILT_IN, BUILT_IN_SUFFIXES
from punctilio.plugins.registry import Plugin
from punctilio.reporters import FORMS
from tests.plugins.installing import HEAD, Install

GOOD = """
class Loud:
    name = "no-shouting"

    def judge(self, texts):
        return ["shouts" if text.isupper() else None for text in texts]

@hookimpl
def checks():
    return [Loud()]
"""


def put() -> list[Plugin]:
    """The plugins that a test installed, beside the bundled ones."""
    return [plugin for plugin in installed().plugins if plugin.origin.module.startswith("installed_")]


def told() -> dict[str, tuple[str, ...]]:
    """The problems of each."""
    return {plugin.origin.plugin: plugin.problems for plugin in put()}


def only() -> Plugin:
    [plugin] = put()
    return plugin


def test_what_is_registered_says_where_it_comes_from(install: Install) -> None:
    module = install(GOOD, name="loud", distribution="punctilio-loud", version="2.3")

    check = installed().checks["no-shouting"]

    assert check.thing.judge(["NOW", "now"]) == ["shouts", None]
    assert check.origin == ("loud", "punctilio-loud", "2.3", module)
    assert str(check.origin) == "the plugin `loud` of punctilio-loud 2.3"
    assert only().hooks == ("checks",)
    assert only().problems == ()


BROKEN = {
    "raises": ("raise ValueError('no\\x1b[2J way')", "failed: ValueError: no\\x1b[2J way"),
    "exits": ("import sys; sys.exit(3)", "failed: SystemExit: 3"),
    "generator-exit": ("raise GeneratorExit", "failed: GeneratorExit"),
    "missing": ("import surely_not_installed_anywhere", "No module named 'surely_not_installed_anywhere'"),
    "syntax": ("def (", "failed: SyntaxError"),
    "wordless": (
        "class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute",
        "failed: installed_",
    ),
    "misspelt": ("@hookimpl\ndef chanels(): return []", "there is no hook `chanels`. Did you mean `channels`?"),
    "unheard-of": ("@hookimpl\ndef telepathy(): return []", "there is no hook `telepathy`. Hooks are channels,"),
    "argument": ("@hookimpl\ndef checks(everything): return []", "a hook of it is not as it must be"),
    "hook-raises": (
        "@hookimpl\ndef checks(): raise RuntimeError('late')",
        "its hook `checks` failed: RuntimeError: late",
    ),
    "generator-raises": ("@hookimpl\ndef checks():\n    yield 1 / 0", "its hook `checks` failed: ZeroDivisionError"),
    "one-thing": ("@hookimpl\ndef checks(): return 7", "it gave int where a list is wanted"),
    "a-text": ("@hookimpl\ndef checks(): return 'abc'", "it gave str where a list is wanted"),
    "no-check": (
        "class Half:\n    name = 'half'\n@hookimpl\ndef checks(): return [Half()]",
        "its hook `checks` gave a Half that lacks `judge`, which is no Check.",
    ),
    "a-class": (
        "class Whole:\n    name = 'whole'\n    def judge(self, texts): ...\n@hookimpl\ndef checks(): return [Whole]",
        "its hook `checks` gave the class Whole. Give an object made of it.",
    ),
    "name-raises": (
        "class Odd:\n    @property\n    def name(self): raise OSError('gone')\n    def judge(self, texts): ...\n"
        "@hookimpl\ndef checks(): return [Odd()]",
        "what its hook `checks` gave failed: OSError: gone",
    ),
    "bad-name": (
        "class Odd:\n    name = 'No Way'\n    def judge(self, texts): ...\n@hookimpl\ndef checks(): return [Odd()]",
        "its hook `checks` gave something called 'No Way'. Names are lower-case words joined by hyphens.",
    ),
    "unmarked": ("def checks(): return []", "its function `checks` is called like a hook and is none."),
    "no-hook": ("", "it has no hook. Mark its functions with @hookimpl."),
    "no-file": (
        "from pathlib import Path\nfrom punctilio.contracts import Pack\n"
        "@hookimpl\ndef packs(): return [Pack('gone', Path('gone.yaml'))]",
        "its hook `packs` names the file gone.yaml, which is not there.",
    ),
    "suffix": (
        "class Format:\n    name = 'letters'\n    suffixes = ('.csv',)\n    def read(self, stream): return []\n"
        "@hookimpl\ndef sources(): return [Format()]",
        "the suffix `.csv` is taken by Punctilio itself.",
    ),
    "built-in": (
        "class Form:\n    name = 'json'\n    is_text = True\n    def write(self, rows, run, file): ...\n"
        "@hookimpl\ndef reporters(): return [Form()]",
        "the name in `reporters` `json` is taken by Punctilio itself.",
    ),
    "bundled-pack": (
        "from pathlib import Path\nfrom punctilio.contracts import Pack\n"
        "@hookimpl\ndef packs(): return [Pack('after-interview', Path(__file__))]",
        "the name in `packs` `after-interview` is taken by Punctilio itself.",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plugin_is_named_and_harms_nobody(install: Install, kind: str) -> None:
    code, problem = BROKEN[kind]
    install(code, name=kind, distribution="a-broken-one")
    install(GOOD, name="loud", distribution="the-good-one")

    plugins = installed()

    assert problem in told()[kind][0]
    assert told()["loud"] == ()
    assert "no-shouting" in plugins.checks
    assert plugins.failures == f" The plugin `{kind}` has problems, which `rules plugins list` tells."


CONTRACTS = {
    "": "it does not say what it was written for. Write `CONTRACT = 1` in it.",
    "CONTRACT = 2": "it was written for contract 2; this Punctilio has 1. Install a newer Punctilio, or",
    "CONTRACT = 0": "it was written for contract 0; this Punctilio has 1. Install a newer version of it.",
    "CONTRACT = 'one'": "it was written for contract 'one'; this Punctilio has 1.",
}


@pytest.mark.parametrize("said", CONTRACTS)
def test_a_plugin_for_another_contract_is_named_and_not_used(install: Install, said: str) -> None:
    install(GOOD, head=HEAD.replace("CONTRACT = 1", said))

    assert CONTRACTS[said] in only().problems[0]
    assert "no-shouting" not in installed().checks


def test_what_is_wrong_with_one_thing_costs_that_thing_alone(install: Install) -> None:
    install(GOOD + "\n@hookimpl\ndef reporters():\n    return [object()]\n")

    assert "no-shouting" in installed().checks
    assert len(only().problems) == 1


def test_a_name_is_its_who_comes_first_by_distribution(install: Install) -> None:
    install(GOOD, name="second", distribution="zebra")
    install(GOOD, name="first", distribution="Antelope")

    assert installed().checks["no-shouting"].origin.plugin == "first"
    assert told() == {
        "first": (),
        "second": ("the name in `checks` `no-shouting` is taken by the plugin `first` of Antelope 1.0.",),
    }


def test_nobody_comes_before_the_bundled_ones(install: Install) -> None:
    install(GOOD, name="thief", distribution="aaa")
    install(GOOD, name="bundled", distribution="punctilio")

    assert next(one.origin.plugin for one in found() if one.origin.module.startswith("installed_")) == "bundled"


def test_a_plugin_name_is_taken_too(install: Install) -> None:
    install(GOOD, name="loud", distribution="one")
    install("raise SystemExit", name="loud", distribution="two")

    assert [plugin.problems for plugin in put()] == [
        (),
        ("the name `loud` is taken by the plugin `loud` of one 1.0.",),
    ]


def test_files_of_others_that_cannot_be_read_are_passed_over(install: Install) -> None:
    install("", name="garbage", distribution="garbage", points="[punctilio]\nno equals sign\n")
    install(GOOD, name="loud")

    assert list(told()) == ["loud"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("loud", ["quiet"]),
        ("Punctilio_Loud", ["quiet"]),
        ("quiet, loud", []),
        ("1", []),
        ("", ["loud", "quiet"]),
        ("nobody", ["loud", "quiet"]),
    ],
)
def test_what_is_kept_out_is_not_imported(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, left: list[str]
) -> None:
    trace = f"with open({str(tmp_path / 'trace')!r}, 'a') as trace: trace.write(__name__)\n"
    modules = {
        name: install(trace + GOOD.replace("no-sh", name + "-sh"), name, f"punctilio-{name}")
        for name in ("loud", "quiet")
    }
    (tmp_path / "trace").touch()
    monkeypatch.setenv(SWITCH, said)

    assert list(told()) == left
    assert (tmp_path / "trace").read_text("utf-8") == "".join(modules[name] for name in left)


def test_who_is_unwanted_can_be_said_without_an_environment(install: Install) -> None:
    install(GOOD, name="loud")

    assert installed(Unwanted(everything=True)).plugins == ()
    assert "no-shouting" not in installed(unwanted({SWITCH: "loud"})).checks


def test_what_a_plugin_prints_spoils_no_report(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("print('hello')\n" + GOOD)

    installed()

    assert capsys.readouterr() == ("", "hello\n")


def test_an_interrupt_by_the_person_is_one(install: Install) -> None:
    install("raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        installed()


def test_the_hooks_are_those_that_are_specified() -> None:
    specified = {name for name, value in vars(hookspecs).items() if hasattr(value, "punctilio_spec")}

    assert set(HOOKS) == specified


def test_each_hook_shows_an_example() -> None:
    for name in HOOKS:
        said = getattr(hookspecs, name).__doc__
        assert "Called when" in said, name
        assert f"def {name}()" in said, name


def test_names_of_built_in_things_are_taken() -> None:
    assert set(BUILT_IN["reporters"]) == set(FORMS)
    assert set(BUILT_IN["sources"]) == set(FORMATS)
    assert set(BUILT_IN["commands"]) == set(OURS)
    assert set(BUILT_IN["template_filters"]) == set(FILTERS)
    assert set(BUILT_IN_SUFFIXES) == {suffix for form in FORMATS.values() for suffix in form.suffixes}
