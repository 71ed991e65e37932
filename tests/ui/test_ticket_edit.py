"""Editing a ticket: what it begins with, the keys of its fields, and where it stands on the screen."""

from __future__ import annotations

import asyncio
import re

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.ui.field import Field
from tests.clock import until
from tests.factories import make_feed, with_feed
from tests.ui.driven import Driven, driven, moment
from tests.ui.scene import BTC, day_at_work, with_bid

SIZES = ((80, 24), (120, 40), (200, 60), (80, 29), (80, 30))


def fields(shown: Driven) -> tuple[str, str]:
    """What stands in the amount and in the price field."""
    amount, price = (shown.cockpit.query_one(f"#ticket-{name}", Field).value for name in ("amount", "price"))
    return amount, price


async def edit(shown: Driven, side: str, amount: str) -> None:
    """Open a ticket and type an amount."""
    await shown.press(side)
    await shown.type(amount)


async def review(shown: Driven, text: str = "buy 0.0041 @ 60940") -> None:
    """Open a review of an order."""
    await shown.command(text)


@pytest.mark.parametrize(("side", "touch"), [("b", "60975.1"), ("s", "60975.4")])
async def test_a_ticket_begins_with_the_touch_of_its_own_side(side: str, touch: str) -> None:
    async with driven() as shown:
        await shown.press(side)
        assert fields(shown) == ("", touch)


async def test_news_that_come_while_a_ticket_opens_are_drawn_after_it() -> None:
    async with driven() as shown:
        before, ticket = shown.app.snapshot, shown.cockpit.ticket
        shown.send_key("b", at=moment())
        while not ticket.is_opening:  # noqa: ASYNC110 - it lasts a few turns of the loop, which a longer sleep would miss
            await asyncio.sleep(0)
        shown.session.publish(with_bid(day_at_work(), 60970.0))
        while ticket.is_opening:
            assert shown.app.snapshot is before
            await asyncio.sleep(0)
        await until(lambda: shown.app.snapshot is not before)


async def test_the_ticket_has_its_market_read_whatever_screen_is_below() -> None:
    async with driven() as shown:
        await shown.press("7", "b")
        assert {Topic(Kind.BOOK, BTC.key), Topic(Kind.CANDLES, BTC.key)} <= shown.session.shown
        await shown.press("escape")
        assert Topic(Kind.BOOK, BTC.key) not in shown.session.shown


@pytest.mark.parametrize(("key", "word"), [("b", "bid"), ("m", "mid"), ("a", "ask"), ("l", "last")])
async def test_a_letter_in_the_price_field_names_a_place_in_the_market(key: str, word: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", key)
        assert fields(shown) == ("0.001", word)
        assert "BUY 0.001 BTC with" in shown.ticket_text


@pytest.mark.parametrize("before", ["", "bid"])
@pytest.mark.parametrize("price", ["bid", "mid", "ask", "last", "bid -3%", "ask - 1%", "last -1%", "mid +5", "60940"])
async def test_a_price_that_is_typed_in_words_stands_there_as_it_was_typed(before: str, price: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", "ctrl+u")
        await shown.type(before[:1])
        if before:
            await shown.press("tab", "tab")
        await shown.type(price)
        assert fields(shown) == ("0.001", price)
        assert "market" not in shown.ticket_text


@pytest.mark.parametrize("word", ["market", "Market", "MARKET", "best", "limit", "stop", "60000t t", "bad", "60000bt"])
async def test_no_word_that_is_typed_as_a_price_makes_a_market_order(word: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", "ctrl+u")
        await shown.type(word)
        assert "at market" not in shown.ticket_text
        await shown.press("enter")
        assert "B send" not in shown.ticket_text


async def test_a_number_alone_is_asked_back_at_the_market_and_coins_beside_a_price() -> None:
    async with driven() as shown:
        await edit(shown, "b", "50")
        await shown.press("tab", "t")
        assert "50 of what: write 50BTC or 50USDT" in shown.ticket_text
        await shown.press("enter")
        assert "B send" not in shown.ticket_text
        await shown.press("tab")
        await shown.type("50usdt")
        await shown.press("enter")
        assert "with about 50.00 USDT at market" in shown.ticket_text
        assert "B send" in shown.ticket_text


async def test_a_market_order_in_coins_is_edited_with_its_unit() -> None:
    async with driven() as shown:
        await review(shown, "buy 0.0041btc market")
        await shown.press("e")
        assert fields(shown) == ("0.0041BTC", "market")


async def test_a_market_order_that_got_a_price_is_none_again_whatever_is_typed_then() -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", "t", "ctrl+u")
        await shown.type("market")
        assert fields(shown) == ("0.001", "market")
        assert "at market" not in shown.ticket_text
        assert "t in an emptied field changes the type" in shown.ticket_text


@pytest.mark.parametrize(("keys", "word"), [("ba", "ask"), ("ml", "last"), ("laa", "ask"), ("am", "mid")])
async def test_another_letter_takes_the_place_of_the_one_before(keys: str, word: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", *keys)
        assert fields(shown) == ("0.001", word)


async def test_t_changes_between_limit_and_market() -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001btc")
        await shown.press("tab", "t")
        assert fields(shown)[1] == "market"
        assert "at market" in shown.ticket_text
        await shown.press("t")
        assert fields(shown)[1] == "60975.1"


@pytest.mark.parametrize("keys", [")", ":close 50%", "825%q", "go"])
async def test_keys_that_were_meant_for_the_screen_below_say_that_the_ticket_is_open(keys: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", keys)
        told = f'"{keys}" is no amount: this is still the BTC ticket, esc drops it'
        assert told in shown.ticket_text
        await shown.press("enter")
        assert told in shown.last


@pytest.mark.parametrize("keys", ["0.0", "100us", "25", "a"])
async def test_the_beginning_of_an_amount_is_left_alone(keys: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", keys)
        assert "esc drops it" not in shown.ticket_text


async def test_letters_in_the_amount_field_are_text() -> None:
    async with driven() as shown:
        await edit(shown, "b", "100usdt")
        assert fields(shown) == ("100usdt", "60975.1")


async def test_brackets_in_the_amount_field_step_by_a_quarter_of_what_is_free() -> None:
    async with driven() as shown:
        await shown.press("b")
        seen = []
        for key in "]]]]][":
            await shown.press(key)
            seen.append(fields(shown)[0])
        assert seen == ["25%", "50%", "75%", "100%", "100%", "75%"]
        await shown.press("[", "[", "[")
        assert fields(shown)[0] == "25%"


async def test_brackets_go_on_from_a_number_at_the_first_quarter() -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.4")
        await shown.press("]")
        assert fields(shown)[0] == "25%"


async def test_tab_and_arrows_change_the_field() -> None:
    async with driven() as shown:
        await shown.press("b")
        for key in ("tab", "tab", "down", "up", "shift+tab"):
            before = shown.app.focused
            await shown.press(key)
            assert shown.app.focused is not before
            assert isinstance(shown.app.focused, Field)


async def test_while_editing_the_preview_follows_the_market() -> None:
    async with driven() as shown:
        await edit(shown, "b", "0.001")
        await shown.press("tab", "a")
        assert "@ 60975.4" in shown.ticket_text
        await shown.publish(with_bid(day_at_work(), 61000.0))
        assert "@ 61000.3" in shown.ticket_text


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("", "no amount yet"), ("1,5", "1,5"), ("zz", "zz"), ("0", "above zero|more than"), ("5", "needs")],
)
async def test_enter_on_what_can_not_be_sent_says_why_and_keeps_the_text(amount: str, reason: str) -> None:
    async with driven() as shown:
        await edit(shown, "b", amount)
        await shown.press("enter")
        assert fields(shown)[0] == amount
        assert "send buy" not in shown.ticket_text
        assert any(part in shown.last for part in reason.split("|")), shown.last


async def test_q_leaves_an_empty_ticket_and_is_a_letter_in_a_full_one() -> None:
    async with driven() as shown:
        await edit(shown, "b", "1")
        await shown.press("q")
        assert fields(shown)[0] == "1q"
        await shown.press("backspace", "backspace", "q")
        assert not shown.cockpit.ticket.is_open


async def test_no_key_of_the_screen_below_works_while_the_ticket_is_open() -> None:
    async with driven() as shown:
        await edit(shown, "b", "")
        for key in ("2", "x", "X", "z", "j", "?"):
            await shown.press(key)
        assert fields(shown)[0] == "2xXzj?"
        assert "13 pairs" in shown.text
        assert not shown.desk.sent


@pytest.mark.parametrize("size", SIZES)
async def test_the_ticket_docks_below_and_stays_small(size: tuple[int, int]) -> None:
    lines = 7 if size[1] < 30 else 10
    async with driven(size=size) as shown:
        for open_it in ("edit", "review", "cancel"):
            match open_it:
                case "edit":
                    await edit(shown, "b", "0.0041")
                case "review":
                    await shown.press("enter")
                case _:
                    await shown.press("escape")
                    await shown.command("cancel 357044")
            region = shown.cockpit.ticket.region
            assert region.height <= lines, open_it
            assert region.width <= 80
            assert region.bottom == size[1] - 2
            assert shown.text.split("\n")[region.bottom].strip() == shown.last.strip()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_book_stays_visible_beside_a_ticket(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await shown.press("2")
        await edit(shown, "b", "0.0041")
        above = "\n".join(shown.text.split("\n")[: shown.cockpit.ticket.region.y])
        assert "60975.1 bid" in above
        assert re.search(r"ask +60975\.4", above)


async def test_a_market_order_waits_for_a_young_book_and_reviews_by_itself() -> None:
    before = day_at_work()
    old = make_feed(before.book(BTC).value, age_seconds=12, interval_seconds=1.0)
    async with driven(with_feed(before, Topic(Kind.BOOK, BTC.key), old)) as shown:
        await shown.command("sell 0.001 BTC market")
        assert "reading the market of BTC/USDT" in shown.last
        assert "S send sell" not in shown.ticket_text
        await shown.publish(day_at_work())
        assert "S send sell" in shown.ticket_text


async def test_why_an_order_is_not_sent_has_room_before_all_else() -> None:
    async with driven(size=(80, 24)) as shown:
        await shown.command("sell 0.01 BTC oco 50000 stop 55000 limit 54000")
        told = " ".join(shown.ticket_text.split())
        assert "✗ the target of an OCO sell must be above the market: 50000 is not above 60975.1" in told


@pytest.mark.parametrize("size", [(80, 24), (80, 30), (80, 40)])
async def test_every_line_of_a_ticket_is_whole(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await shown.press("b")
        assert "coins, 100usdt, 25%, all · [ ] 25% steps" in shown.ticket_text
        assert "b bid  m mid  a ask  l last  t type" in shown.ticket_text
        assert "enter review    tab other field    esc drop" in shown.ticket_text
        await shown.type("0.0041")
        assert "enter review    tab other field    esc drop" in shown.ticket_text
        await shown.press("enter")
        assert "B send buy    e edit    q drop" in shown.ticket_text
