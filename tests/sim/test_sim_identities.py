"""The numbers of history and PnL add up the way the documented examples do."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.sim.simulated import START, Json, Simulated, items, number, table

EURO = 1.0862


async def history(bot: Simulated) -> dict[str, list[Json]]:
    """Every pair's rows, oldest first."""
    memory = table(table(await bot.post("/coremem"))["memory"])
    found: dict[str, list[Json]] = {}
    for key in memory:
        found[key] = items(table(await bot.get("/orders", key=key))["data"])[::-1]
    return found


async def overview(bot: Simulated, *, zone: str = "UTC", **more: object) -> Json:
    return table(await bot.post("/pnl/overview", {"timezone": zone, "keys": ["All"]} | more))


async def rates(bot: Simulated) -> dict[str, float]:
    return {"USDT": 1.0, "EUR": EURO, "BTC": number((await bot.ledger())["Bid"])}


def time_of(row: Json) -> float:
    return number(row["time"]) / 1000


async def test_cost_fees_and_values_of_every_row_follow_from_rate_and_amount(bot: Simulated) -> None:
    rows = [row for key_rows in (await history(bot)).values() for row in key_rows]
    assert len(rows) > 300
    for row in rows:
        cost = number(row["rate"]) * number(row["amount"])
        assert row["cost"] == cost
        assert row["fees"] == cost * 0.001
        if row["type"] == "buy":
            assert row["baseValue"] == cost + cost * 0.001
            assert row["costProceed"] == -number(row["baseValue"])
            assert row["pnl"] == 0
            assert row["toCancel"] is True
        else:
            assert row["baseValue"] == cost - cost * 0.001
            assert row["costProceed"] == row["baseValue"]
            assert row["pnl"] == number(row["costProceed"]) - number(row["amount"]) * number(row["ABP"])
            assert "toCancel" not in row


async def test_the_money_moves_by_the_cost_alone_from_row_to_row(bot: Simulated) -> None:
    found = await history(bot)
    rows = sorted(
        (row for key, key_rows in found.items() if key.startswith("binance/USDT-") for row in key_rows), key=time_of
    )
    for before, after in pairwise(rows):
        change = number(after["cost"]) * (-1 if after["type"] == "buy" else 1)
        assert number(after["baseBalance"]) == pytest.approx(number(before["baseBalance"]) + change)


async def test_the_coins_of_a_pair_move_by_the_amount_and_end_at_the_balance(bot: Simulated) -> None:
    for key, rows in (await history(bot)).items():
        if not key.startswith("binance/") or key.endswith("-BTC"):
            continue
        for before, after in pairwise(rows):
            change = number(after["amount"]) * (1 if after["type"] == "buy" else -1)
            assert number(after["balance"]) == pytest.approx(number(before["balance"]) + change)
        if rows:
            assert number((await bot.ledger(key))["quoteBalance"]) == pytest.approx(number(rows[-1]["balance"]))


async def test_order_ids_are_unique_and_histories_newest_first(bot: Simulated) -> None:
    found = await history(bot)
    ids = [row["id"] for rows in found.values() for row in rows]
    assert len(ids) == len(set(ids))
    assert {type(row["id"]) for row in found["binance#3/USDT-ETH"]} == {str}
    for rows in found.values():
        assert [time_of(row) for row in rows] == sorted(time_of(row) for row in rows)


async def test_the_total_is_the_sum_of_the_orders(bot: Simulated) -> None:
    total, rate = table((await overview(bot))["total"]), await rates(bot)
    found = await history(bot)
    pnl = sum(number(r["pnl"]) * rate[str(r["pair"]).split("-")[0]] for rows in found.values() for r in rows)
    assert number(total["pnl"]) == pytest.approx(pnl)
    assert total["numberOfTrades"] == sum(len(rows) for rows in found.values())
    assert total["numberOfTrades"] == number(total["buyCount"]) + number(total["sellCount"])
    assert number(total["averagePnl"]) == pytest.approx(pnl / number(total["numberOfTrades"]))
    assert isinstance(total["winRate"], str)
    assert 0 < float(total["winRate"]) < 100
    assert number(table(total["heroTrade"])["pnl"]) > 0 > number(table(total["fuckupTrade"])["pnl"])


async def test_pairs_add_up_to_the_total_in_dollars_and_details_stay_in_their_money(bot: Simulated) -> None:
    found, rate = await overview(bot), await rates(bot)
    per_pair = {str(row["key"]): number(row["pnl"]) for row in items(found["pnlsPerPair"])}
    assert sum(per_pair.values()) == pytest.approx(number(table(found["total"])["pnl"]))
    assert any(key.startswith("binance/BTC-") for key in per_pair)
    for row in items(found["detailedPerPair"]):
        profit, loss = number(row["cumulative_profit"]), number(row["cumulative_loss"])
        assert row["cumulative_pnl"] == profit + loss
        assert profit >= 0 >= loss
        key = str(row["key"])
        money = key.split("/")[1].split("-")[0]
        assert per_pair.get(key, 0.0) == pytest.approx((profit + loss) * rate[money])
        assert isinstance(row["daily_pnl_per_thousand"], str)
        ledger = await bot.ledger(key)
        held = (number(ledger["Bid"]) - number(ledger["ABP"])) * number(ledger["quoteBalance"]) if ledger["ABP"] else 0
        assert number(row["unrealized_pnl"]) == pytest.approx(held)


async def test_days_add_up_to_their_running_sums(bot: Simulated) -> None:
    found = await overview(bot, zone="Europe/Amsterdam")
    days = items(found["dailyHistory"])
    running = 0.0
    for day in days:
        running += number(day["pnl"])
        assert number(day["cumulativePnl"]) == pytest.approx(running)
    assert running == pytest.approx(number(table(found["total"])["pnl"]))
    assert sum(number(day["numberOfTrades"]) for day in days) == table(found["total"])["numberOfTrades"]
    assert [day["date"] for day in days] == sorted(str(day["date"]) for day in days)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
async def test_today_and_yesterday_are_days_of_the_zone_asked_for(bot: Simulated, zone: str) -> None:
    found, rate = await overview(bot, zone=zone), await rates(bot)
    days = {str(day["date"]): number(day["pnl"]) for day in items(found["dailyHistory"])}
    now = datetime.fromtimestamp(START, ZoneInfo(zone))
    assert number(table(found["today"])["pnl"]) == pytest.approx(days.get(now.date().isoformat(), 0.0))
    rows = [row for key_rows in (await history(bot)).values() for row in key_rows]
    week = sum(number(r["pnl"]) * rate[str(r["pair"]).split("-")[0]] for r in rows if time_of(r) >= START - 7 * 86_400)
    assert number(table(found["weekAgo"])["pnl"]) == pytest.approx(week)


async def test_a_date_range_limits_the_total(bot: Simulated) -> None:
    since, until = START - 20 * 86_400, START - 10 * 86_400
    span = {"startDate": int(since * 1000), "endDate": int(until * 1000)}
    found = await overview(bot, dateRange=span)
    rows = [row for key_rows in (await history(bot)).values() for row in key_rows if since <= time_of(row) < until]
    assert rows
    assert table(found["total"])["numberOfTrades"] == len(rows)


async def test_the_truth_agrees_with_what_the_api_says(bot: Simulated) -> None:
    truth = await bot.truth()
    assert truth["pnl"] == await overview(bot)
    for key, ledger in table(table(await bot.post("/coremem"))["memory"]).items():
        pair, shown = table(table(truth["keys"])[key]), table(ledger)
        assert (pair["bid"], pair["ask"], pair["abp"]) == (shown["Bid"], shown["Ask"], shown["ABP"])
        assert pair["position"] == shown["quoteBalance"]
