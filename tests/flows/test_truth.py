"""Every number on every screen is the bot's: the market stands still, and a small second reader asks the same API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import accumulate
from urllib.parse import urlencode

import pytest

from tests.flows.cockpit import Cockpit
from tests.flows.conftest import StartSimulator
from tests.flows.reading import NOTHING, agrees, columns, is_cut_off, name_of, orders, rows, value
from tests.flows.simulator import PASSWORD, WALLET, Simulator
from tests.sim.simulated import Json, items, number, table

BTC = "binance/USDT-BTC"
EXCHANGES = ("binance", "binance#3", "bybit")
SECRET_KEYS = ("key", "secret", "masterkey", "mastersecret", "gunthy_wallet", "TOKEN", "password")


@pytest.fixture(params=[(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The terminal's size; the widest has room for every column."""
    width, height = request.param
    return width, height


def test_every_number_is_the_bots(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    memory = {key: table(value) for key, value in table(table(bot.post("/coremem"))["memory"]).items()}
    compare_bar(cockpit, bot, memory)
    compare_pairs(cockpit, bot, memory)
    compare_book(cockpit, bot)
    compare_candles(cockpit, bot)
    compare_pnl(cockpit, bot)
    compare_orders(cockpit, bot, memory)
    compare_balances(cockpit, bot)
    compare_files(cockpit, bot)
    compare_bot(cockpit, bot, memory)
    config = dict(leaves(table(bot.get("/config/full"))["config"]))
    secrets = {str(text) for path, text in config.items() if path.rpartition(".")[2] in SECRET_KEYS}
    seen = "\n".join(cockpit.seen)
    assert [secret for secret in {PASSWORD, WALLET, *secrets} if secret in seen] == []


def compare_bar(cockpit: Cockpit, bot: Simulator, memory: Mapping[str, Json]) -> None:
    bar = cockpit.wait(r"free ([\d.]+) USDT on binance · (\d+) working · 0 unknown · (?:today )?([+−]?\d\S*)")
    assert agrees(bar[1], number(memory[BTC]["baseBalance"]))
    assert int(bar[2]) == sum(len(items(each["openOrders"])) for each in memory.values())
    assert agrees(bar[3], number(table(pnl(bot)["today"])["pnl"]))


def compare_pairs(cockpit: Cockpit, bot: Simulator, memory: Mapping[str, Json]) -> None:
    changes = {
        f"{exchange}/{row['pairName']}": number(float(str(row["change"])))
        for exchange in EXCHANGES
        for found in table(table(bot.get(f"/pairs/detailed?{urlencode({'exchange': exchange})}"))["pairList"]).values()
        for row in items(found)
    }
    listed = list(changes)
    seen: set[str] = set()
    cockpit.press("1", "g")
    cockpit.wait(r"▸ *BTC/USDT  ")
    cockpit.wait(r"BTC/USDT .*[+−]\d+\.\d\d%")
    for key, pattern in (("g", r"▸ *BTC/USDT  "), ("G", r"▸ *ETH/USDT LONG")):
        cockpit.press(key)
        cockpit.wait(pattern)
        table_of_pairs = cockpit.wait_for(lambda screen: all_changes(screen, listed), "the 24 hours of all exchanges")
        for pair, cells in table_of_pairs:
            seen.add(pair)
            assert agrees(cells["24h"], changes[pair]), pair
            if pair in memory:
                compare_pair(cells, memory[pair], pair)
            else:
                assert cells["price"] in NOTHING
    assert seen == set(listed)


def all_changes(screen: str, listed: list[str]) -> list[tuple[str, Mapping[str, str]]] | None:
    """The table's rows, once the exchanges' numbers have come, which are read one after the other."""
    found = list(rows(screen.partition("\n─")[0], columns(screen, "pair"), listed))
    return None if any(cells["24h"] in NOTHING for _, cells in found) else found


def compare_pair(cells: Mapping[str, str], ledger: Json, key: str) -> None:
    is_contract = "currentQty" in ledger
    bid, ask, held = number(ledger["Bid"]), number(ledger["Ask"]), number(ledger["quoteBalance"])
    average = number(ledger["avgEntryPrice" if is_contract else "ABP"])
    gained = number(ledger["unrealizedPnl"]) if is_contract else (bid - average) * held
    true = {
        "price": (bid + ask) / 2,
        "bid": bid,
        "ask": ask,
        "spread": 200 * (ask - bid) / (ask + bid),
        "holds": held,
        "worth": held * bid,
        "avg": average,
        "uPnL": gained,
        "uPnL%": 100 * gained / (average * held) if held else 0.0,
        "ord": float(len(items(ledger["openOrders"]))),
    }
    for name, shown in cells.items():
        if shown in NOTHING:
            assert name == "ord" or not held, (key, name)
        elif name in true:
            fits = is_cut_off if name == "holds" else agrees
            assert fits(shown, true[name]), (key, name, shown, true[name])


def compare_book(cockpit: Cockpit, bot: Simulator) -> None:
    cockpit.press("1", "g")
    cockpit.show("2", r"mid [\d.]+")
    cockpit.wait(r"\d bid\b")
    book = table(table(bot.get(f"/market/orderbook?{urlencode({'key': BTC})}"))["data"])
    sides = {side: [(float(price), float(size)) for price, size in levels(book[side])] for side in ("bid", "ask")}
    bid, ask = sides["bid"][0][0], sides["ask"][0][0]
    screen = cockpit.screen()
    head = re.search(r"spread ([\d.]+) \(([\d.]+%)\) +mid ([\d.]+) +imbalance bids (\d+%)", screen)
    assert head
    worth = {side: sum(price * size for price, size in found) for side, found in sides.items()}
    assert agrees(head[1], ask - bid)
    assert agrees(head[2], 200 * (ask - bid) / (ask + bid))
    assert agrees(head[3], (bid + ask) / 2)
    assert agrees(head[4], 100 * worth["bid"] / (worth["bid"] + worth["ask"]))
    ladder = re.findall(r"^[ ▸]+((?:[\d. █▉▊▋▌▍▎▏▐▁-▇]|bid|ask)+)$", screen, re.MULTILINE)
    numbers = [re.findall(r"\d+(?:\.\d+)?", line) for line in ladder]
    bids = [row for row in numbers if len(row) == 3 and abs(value(row[2]) / bid - 1) < 0.1]
    asks = [row for row in numbers if len(row) == 3 and abs(value(row[0]) / bid - 1) < 0.1]
    assert len(bids) > 5
    assert len(asks) > 5
    compare_side([row[::-1] for row in bids], sides["bid"])
    compare_side(asks[::-1], sides["ask"])


def compare_side(shown: list[list[str]], true: list[tuple[float, float]]) -> None:
    totals = accumulate(price * size for price, size in true)
    for (price, size, total), level, sum_of_money in zip(shown, true, totals, strict=False):
        assert agrees(price, level[0])
        assert agrees(size, level[1])
        assert agrees(total, sum_of_money)


def levels(value: object) -> list[list[float]]:
    assert isinstance(value, list)
    return value


def compare_candles(cockpit: Cockpit, bot: Simulator) -> None:
    newest = cockpit.show("3", r"O ([\d.]+) +H ([\d.]+) +L ([\d.]+) +C ([\d.]+) +V ([\d.]+)")
    data = table(table(bot.get(f"/market/candles?{urlencode({'key': BTC})}"))["data"])
    for shown, name in zip(newest.groups(), ("open", "high", "low", "close", "volume"), strict=True):
        column = data[name]
        assert isinstance(column, list)
        assert agrees(shown, number(column[-1])), name


def pnl(bot: Simulator) -> Json:
    return table(bot.post("/pnl/overview", keys=["All"], timezone="UTC"))


def compare_pnl(cockpit: Cockpit, bot: Simulator) -> None:
    cockpit.show("4", r"worst fall")
    cockpit.wait(r"^[ ▸]+BTC/USDT +stepgrid")
    cockpit.wait(r"today +yesterday ")
    report = pnl(bot)
    total = table(report["total"])
    names = ("today", "yesterday", "weekAgo", "monthAgo", "yearAgo", "total")
    screen = cockpit.screen()
    figures = re.search(r"today +yesterday .*\n(.*)", screen)
    assert figures
    for shown, name in zip(figures[1].split(), names, strict=True):
        assert agrees(shown, number(table(report[name])["pnl"])), name
    days = [number(day["pnl"]) for day in items(report["dailyHistory"])]
    sums = list(accumulate(days))
    facts = {
        r"win (\d+%)": float(str(total["winRate"])),
        r"trades (\d+)": number(total["numberOfTrades"]),
        r"(\d+) buys": number(total["buyCount"]),
        r"(\d+) sells": number(total["sellCount"]),
        r"average (\S+)": number(total["averagePnl"]),
        r"best (\S+)": number(table(total["heroTrade"])["pnl"]),
        r"worst ([+−][\d.]+)": number(table(total["fuckupTrade"])["pnl"]),
        r"factor (\S+)": sum(day for day in days if day > 0) / -sum(day for day in days if day < 0),
        r"worst fall (\S+)": min(each - high for each, high in zip(sums, accumulate([0.0, *sums], max), strict=False)),
    }
    for pattern, true in facts.items():
        shown = re.search(pattern, screen)
        assert shown, pattern
        assert agrees(shown[1], true), (pattern, shown[1], true)
    in_unit = {str(row["key"]): number(row["pnl"]) for row in items(report["pnlsPerPair"])}
    results = {str(row["key"]): row for row in items(report["detailedPerPair"])}
    seen: set[str] = set()
    cockpit.press("g")
    for key in ("g", "G"):
        cockpit.press(key)
        cockpit.wait_for(lambda text: re.search(r"▸.*[a-z]", text), "a cursor")
        screen = cockpit.screen()
        header = columns(screen, "pair")
        if "in-report" in header:
            header.insert(-1, "money")
        for pair, cells in rows(screen, header, list(results)):
            seen.add(pair)
            compare_result(cells, results[pair], in_unit[pair])
    assert BTC in seen


def compare_result(cells: Mapping[str, str], row: Json, in_unit: float) -> None:
    won, lost = number(row["profit_count"]), number(row["loss_count"])
    true = {
        "trades": number(row["buy_count"]) + number(row["sell_count"]),
        "win": 100 * won / (won + lost) if won + lost else 0.0,
        "realised": number(row["cumulative_pnl"]),
        "unrealised": number(row["unrealized_pnl"]),
        "fees": number(row["cumulative_fees"]),
        "in-report": in_unit,
    }
    for name, shown in cells.items():
        if name in true:
            assert agrees(shown, true[name]), (row["key"], name, shown)


def compare_orders(cockpit: Cockpit, bot: Simulator, memory: Mapping[str, Json]) -> None:
    query = urlencode({"keys[]": list(memory), "page": 0, "pageSize": 100}, doseq=True)
    page = table(bot.get(f"/orders/page/multi?{query}"))
    cockpit.show("5", rf"history page 1 of \d+, {page['totalCount']} trades")
    cockpit.press("g")
    cockpit.wait(r"^ +(time +)?pair .*\n ▸")
    resting = [order for each in memory.values() for order in items(each["openOrders"])]
    true = iter([*sorted(resting, key=lambda order: -number(order["time"])), *items(page["data"])])
    screen = cockpit.screen()
    shown = orders(screen)
    assert len(shown) > 8
    for cells in shown:
        order = next(true)
        assert cells["side"] == order["type"]
        assert cells["pair"].startswith(name_of(str(order["pair"]))[:10])
        assert agrees(cells["price"], number(order["rate"])), (cells, order)
        assert agrees(cells["amount"], number(order["amount"])), (cells, order)
        at = datetime.fromtimestamp(number(order["time"]) / 1000, UTC)
        if "time" in cells:
            assert cells["time"] in (f"{at:%H:%M:%S}", f"{at:%m-%d %H:%M}")
        if "id" in cells:
            assert cells["id"] == str(order["id"])
        if "cost" in cells:
            assert agrees(cells["cost"], number(order["rate"]) * number(order["amount"]))
        if "fee" in cells and "fees" in order:
            assert agrees(cells["fee"], number(order["fees"]))
        if cells.get("pnl", "-") != "-":
            assert agrees(cells["pnl"], number(order["pnl"]))


def compare_balances(cockpit: Cockpit, bot: Simulator) -> None:
    held = {(str(row["Exchange"]), str(row["Asset"])): row for row in items(bot.post("/balances"))}
    screen = cockpit.show("6", rf"^ {len(held)} balances · worth") and cockpit.screen()
    found = re.findall(r"^[ ▸]+(binance\S*|bybit) +(\w+) +(\d.*)", screen, re.MULTILINE)
    assert len(found) == min(len(held), cockpit.size[1] - 6)
    for exchange, asset, numbers in found:
        row, cells = held[(exchange, asset)], numbers.split()
        free, locked = float(str(row["Available Qty"])), float(str(row["On Order"]))
        assert agrees(cells[0], free)
        if "on orders" in screen:
            assert agrees(cells[1], locked)
            assert agrees(cells[2], free + locked)
        if asset == "USDT":
            assert agrees(cells[cells.index("USDT") - 1], free + locked)


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a JSON object with its path."""
    if not isinstance(value, dict):
        yield path, value
        return
    for name, inner in value.items():
        yield from leaves(inner, f"{path}.{name}" if path else name)


def compare_files(cockpit: Cockpit, bot: Simulator) -> None:
    config = dict(leaves(table(bot.get("/config/full"))["config"]))
    cockpit.show("7", r"─ config ─")
    for section in ("exchanges", "bot", "ws", "GUI"):
        while (node := title_of(cockpit.screen())) != f"config.{section}":
            cockpit.press("j")
            cockpit.wait_for(lambda screen: title_of(screen) not in ("", node), "another node")
        shown = re.findall(r" {2,}▸? *([\w.#…]+) +(\S.*?) *$", right_side(cockpit.screen()), re.MULTILINE)
        compared = 0
        for name, text in shown:
            # A path without room is cut at its front.
            ends = [path for path in config if path.startswith(section) and path.endswith(name.lstrip("…"))]
            path = f"{section}.{name}" if f"{section}.{name}" in config else ends[0] if "…" in name and ends else ""
            if not path:
                continue
            compared += 1
            if "secret" in text:
                assert text.startswith("•")
            else:
                assert text.strip('"').rstrip("…").lower() == str(config[path]).lower()[: len(text.rstrip("…"))], path
        assert compared >= 3, section


def title_of(screen: str) -> str:
    """The tree's node whose content is shown."""
    found = re.search(r"─ (\S.*?) ─", screen)
    return found[1] if found else ""


def right_side(screen: str) -> str:
    """The pane beside the tree."""
    at = max(line.find("─ ") for line in screen.split("\n"))
    return "\n".join(line[at:] for line in screen.split("\n"))


def compare_bot(cockpit: Cockpit, bot: Simulator, memory: Mapping[str, Json]) -> None:
    cockpit.show("8", r"^ core +running")
    cockpit.wait(rf"connection +{re.escape(bot.url)} · online")
    cockpit.wait(r"clock +in step")
    cockpit.wait(r"mode +confirm")
    resting = sum(len(items(each["openOrders"])) for each in memory.values())
    cockpit.wait(rf"Open orders: {resting} of them")
    pairs = cockpit.wait(r"strategies of (\d+) pairs stop")
    assert value(pairs[1]) == len(memory) + 1
