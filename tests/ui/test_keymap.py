"""The key table is complete: every row can be carried out, every key means one thing, and the README says the same."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.cockpit import Cockpit
from gunbot_tui.ui.keymap import KEYS, VIEWS, Key, bindings, named, readme_table
from gunbot_tui.ui.screens import open_view

FORBIDDEN = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+backslash"}
README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_every_row_names_an_action_of_the_cockpit(key: Key) -> None:
    name = re.match(r"\w+", key.action)
    assert name is not None
    assert callable(getattr(Cockpit, f"action_{name[0]}"))


@pytest.mark.parametrize("view", VIEWS)
def test_a_key_means_one_thing_on_each_screen(view: str) -> None:
    keys = [name for binding in (*bindings(None), *bindings(view)) for name in binding.key.split(",")]
    assert sorted(keys) == sorted(set(keys))


def test_no_key_belongs_to_the_terminal_or_to_tmux() -> None:
    assert not FORBIDDEN & {name for key in KEYS for name in key.keys.split(",")}


def test_the_app_and_its_screens_have_no_bindings_but_the_table() -> None:
    table = {name for key in KEYS for name in key.keys.split(",") if name}
    live = set(CockpitApp._merge_bindings().key_to_bindings) | set(Cockpit._merge_bindings().key_to_bindings)
    for view in VIEWS:
        live |= set(type(open_view(view))._merge_bindings().key_to_bindings)
    assert live == table


def test_every_command_name_belongs_to_one_verb() -> None:
    names = [name for key in KEYS for name in key.names]
    assert sorted(names) == sorted(set(names))
    assert all(named(name) is not None for name in names)


def test_every_row_says_what_it_does_in_a_sentence() -> None:
    assert all(key.help[0].isupper() and key.help.endswith(".") and key.label and key.shown for key in KEYS)


def test_ids_are_unique_and_say_area_and_verb() -> None:
    ids = [key.id for key in KEYS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name) for name in ids)


def test_the_readme_has_this_table() -> None:
    assert readme_table() in README.read_text(encoding="utf-8")


def test_actions_take_the_arguments_that_the_table_gives() -> None:
    for key in KEYS:
        name, _, arguments = key.action.partition("(")
        parameters = list(inspect.signature(getattr(Cockpit, f"action_{name}")).parameters)[1:]
        assert len(parameters) == (1 if arguments else 0), key.id
