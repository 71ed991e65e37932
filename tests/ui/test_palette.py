"""The palette: verbs by their words, and the same language of orders as on the line."""

from __future__ import annotations

from textual.widgets import OptionList

from gunbot_tui.ui.overlays.palette import Palette
from tests.ui.driven import driven, enter_line
from tests.ui.scene import ETH


async def test_markup_in_the_palette_is_text() -> None:
    async with driven() as shown:
        await shown.press("ctrl+p")
        await shown.type("buy [/red]")
        options = shown.app.screen.query_one(OptionList)
        assert "preview: buy [/red]" in str(options.get_option_at_index(0).prompt)
        assert "preview: buy [/red]" in shown.text


async def test_the_palette_finds_a_verb_by_a_word_of_its_help_and_runs_the_chosen_one() -> None:
    async with driven() as shown:
        await shown.press("ctrl+p")
        await shown.type("funds")
        assert isinstance(shown.app.screen, Palette)
        await shown.press("enter")
        assert "on orders" in shown.text


async def test_the_palette_runs_the_hit_under_its_cursor() -> None:
    async with driven() as shown:
        await shown.press("ctrl+p")
        await shown.type("pair")
        options = shown.app.screen.query_one(OptionList)
        prompts = [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]
        at = next(at for at, prompt in enumerate(prompts) if "Select the next pair." in prompt)
        assert at > 0
        await shown.press(*["down"] * at, "enter")
        assert shown.cockpit.pair == ETH


async def test_an_unknown_word_in_the_palette_is_answered_like_one_in_the_line() -> None:
    async with driven() as shown:
        await enter_line(shown, "palette", "zzzz")
        assert '"zzzz" is no command' in shown.last


async def test_a_question_of_the_palette_is_answered_on_the_line() -> None:
    async with driven() as shown:
        await enter_line(shown, "palette", "buy 20")
        assert "20 of what: BTC or USDT?" in shown.last
        await shown.press("tab", "tab")
        assert shown.cockpit.line.field.value == "buy 20USDT"


async def test_every_verb_of_orders_is_found_by_name() -> None:
    async with driven() as shown:
        for name in ("close", "again", "why", "settle", "halt", "release"):
            await shown.press("ctrl+p")
            await shown.type(name)
            listed = shown.app.screen.query_one(OptionList)
            assert name in str(listed.get_option_at_index(0).prompt)
            await shown.press("escape")
