"""The help: the keys of the screen it was opened on, and every example of an order."""

from __future__ import annotations

import pytest

from gunbot_tui.engine.grammar import DEAL_EXAMPLES, EXAMPLES
from gunbot_tui.ui.keymap import VIEWS, keys_of
from tests.ui.driven import Driven, driven

PAGES = 12


async def pages(shown: Driven) -> str:
    """Everything that the help shows while it is turned over."""
    seen = [shown.text]
    for _ in range(PAGES):
        await shown.press(" ")
        seen.append(shown.text)
    return "\n".join(seen)


async def test_every_example_stands_in_the_help_in_one_piece_with_its_meaning() -> None:
    async with driven() as shown:
        await shown.press("?")
        text = await pages(shown)
        every = (*EXAMPLES, *DEAL_EXAMPLES)
        assert [example for example, _ in every if example not in text] == []
        assert [meaning for _, meaning in every if meaning not in text] == []


@pytest.mark.parametrize("digit", ["1", "3", "5"])
async def test_the_help_names_the_keys_of_its_screen(digit: str) -> None:
    async with driven() as shown:
        await shown.press(digit, "?")
        text = await pages(shown)
        assert [key.id for key in keys_of(VIEWS[int(digit) - 1]) if key.help not in text] == []


async def test_a_narrow_help_breaks_its_columns_and_loses_no_word() -> None:
    async with driven(size=(60, 24)) as shown:
        await shown.press("?")
        text = await pages(shown)
        wanted = {word for example, meaning in EXAMPLES for word in (*example.split(), *meaning.split())}
        assert [word for word in wanted if word not in text] == []
