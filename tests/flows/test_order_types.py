"""Every order type from the `:` line to its end: what the bot gets, what the blotter shows, and the way back."""

from __future__ import annotations

from tests.flows.cockpit import Cockpit
from tests.flows.conftest import WIDE_ONLY, StartSimulator
from tests.flows.reading import orders
from tests.flows.simulator import Simulator
from tests.flows.tmux import eventually
from tests.sim.simulated import number, table

BTC = "binance/USDT-BTC"
LONG = "bybit/USDT-BTC-LONG"


def bodies(bot: Simulator) -> list[tuple[str, dict[str, object]]]:
    """What was asked of the bot to trade, by route."""
    return [
        (str(post["path"]).removeprefix("/api/v1/trade/"), dict(table(table(post["body"])["data"])))
        for post in bot.posts()
    ]


@WIDE_ONLY
def test_stops_trails_and_oco_are_placed_shown_with_their_stop_and_cancelled(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.catch_up()
    cockpit.place("buy 0.001 BTC/USDT stop 61500 limit 61600")
    cockpit.orders(side="buy", type="stop-limit", price=61600, stop=61500, by="me")
    cockpit.place("sell 0.001 BTC/USDT trail 60000 @ 60900")
    cockpit.orders(side="sell", type="trailing", stop=60000, amount=0.001, by="me")
    cockpit.place("sell 0.002 BTC/USDT oco 62000 stop 60000 limit 59900")
    cockpit.orders(side="sell", type="oco", price=62000, stop=60000, amount=0.002, by="me")
    asked = {"exch": "binance", "pair": "USDT-BTC"}
    assert bodies(bot) == [
        ("buy/stoplimit", {**asked, "amt": 0.001, "limitPrice": 61600, "stopPrice": 61500}),
        ("sell/trailingstop", {**asked, "amt": 0.001, "price": 60900, "stopPrice": 60000}),
        ("sell/oco", {**asked, "amt": 0.002, "price": 62000, "stopPrice": 60000, "limit": 59900}),
    ]
    bot.advance(5)
    cockpit.orders(side="buy", type="stop-limit", price=61600, stop=61500, by="me", state="working")
    cockpit.orders(side="sell", type="trailing", stop=60000, amount=0.001, by="me", state="working")
    cockpit.orders(side="sell", type="oco", price=62000, stop=60000, amount=0.002, by="me", state="working")
    assert len([row for row in orders(cockpit.screen()) if row["by"] == "me"]) == 3
    ours = [order for order in bot.open_orders(BTC) if order["amount"] in (0.001, 0.002)]
    assert len(ours) == 4
    cockpit.command("cancel all")
    cockpit.confirm("X", r"X send 3 cancels")
    eventually(lambda: len(bot.open_orders(BTC)) == 1, "all of ours are gone")
    bot.advance(5)
    cockpit.wait_gone(r" me +(working|cancel |waiting)")
    for amount in (0.001, 0.002):
        cockpit.orders(side="sell", amount=amount, by="me", state="cancelled")


def test_what_an_exchange_has_not_says_why_and_a_position_is_closed(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.catch_up()
    for verb, terms in (("stop-limit", "stop 62000 limit 62100"), ("oco", "oco 60000 stop 62000 limit 62100")):
        cockpit.command(f"buy 0.01 {LONG} {terms}")
        cockpit.wait(rf"{verb} exists on binance only, not on bybit")
        cockpit.press("C-c")
        cockpit.wait_gone(r"^:buy")
    cockpit.command("close 0.001 BTC/USDT market")
    cockpit.wait(r"only a LONG or SHORT contract is closed")
    cockpit.press("C-c")
    cockpit.wait_gone(r"^:close")
    held = number(bot.pair(LONG)["position"])
    cockpit.command(f"close 50% {LONG} @ 61500")
    cockpit.confirm("C")
    cockpit.orders(side="sell", type="close", price=61500, by="me")
    assert bodies(bot) == [
        ("close", {"exch": "bybit", "pair": "USDT-BTC-LONG", "amt": held / 2, "price": 61500}),
    ]
