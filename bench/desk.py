"""What an order costs: from the confirm key to its first byte on the wire, and from `b` to the drawn ticket.

`python -m bench.desk` runs the cockpit in a pseudo-terminal, on a simulator behind a relay that stamps the first byte
of every trade request, with a journal on disk that already holds many orders.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bench.bots import Simulator, configure
from bench.relay import Relay
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side
from tests.terminal.pty_session import PtySession

TRADE = b"/trade/"
COLS, ROWS = 120, 40
DWELL_SECONDS = 0.55
SPREAD_DAYS = 30


def fill_journal(path: Path, orders: int) -> None:
    """A journal with so many orders of the last month, each a copy of one that the program itself has written."""
    now = datetime.now(UTC)
    pair = Pair("binance", "BTC", "USDT", "USDT-BTC")
    command = PlaceOrder(pair, Side.BUY, OrderType.LIMIT, Decimal("0.001"), Decimal(50000))
    intent = Intent("template", command, IntentState.SENDING, now, now)

    async def write() -> None:
        journal = Journal(path)
        await journal.open()
        await journal.begin("home", intent, "seen")
        await journal.advance(intent, Intent("template", command, IntentState.CANCELLED, now, now), "evidence")
        await journal.close()

    asyncio.run(write())
    with closing(sqlite3.connect(path)) as database, database:
        names = [row[1] for row in database.execute("PRAGMA table_info(intents)")]
        (template,) = database.execute("SELECT * FROM intents")
        row = dict(zip(names, template, strict=True))
        step = timedelta(days=SPREAD_DAYS) / max(1, orders)

        def copy(number: int) -> tuple[object, ...]:
            at = (now - step * (number + 1)).isoformat()
            return tuple({**row, "id": f"bench-{number:06d}", "created": at, "updated": at}.values())

        marks = ", ".join("?" * len(names))
        database.executemany(f"INSERT INTO intents VALUES ({marks})", map(copy, range(orders)))  # noqa: S608 - marks only


def trades(relay: Relay) -> list[float]:
    """When each trade request began."""
    return [asked.at for asked in relay.asked if TRADE in asked.path]


def measure(session: PtySession, relay: Relay, orders: int) -> tuple[list[float], list[float]]:
    """Milliseconds from `b` to the drawn ticket, and from the confirm key to the first byte of its request."""
    opened, sent = [], []
    for number in range(orders):
        pressed = session.send("b")
        opened.append(1000 * (session.wait_for("BUY BTC with USDT", 5) - pressed))
        session.send("esc")
        session.wait_for(lambda s: "BUY BTC with USDT" not in s.terminal.text(), 5)
        session.type(":")
        session.type(f"buy {0.0003 * 1.03**number:.6f} BTC/USDT @ bid -2%\r")
        session.wait_for("B send buy", 5)
        session.received_within(DWELL_SECONDS)
        before = len(trades(relay))
        pressed = session.send("B")
        session.wait_until(lambda: len(trades(relay)) > before, 5, "a trade request")  # noqa: B023 - used in this turn
        sent.append(1000 * (trades(relay)[before] - pressed))
        session.wait_for(lambda s: "B send buy" not in s.terminal.text(), 5)
        session.settle(0.1)
    return opened, sent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--journalled", type=int, default=50_000)
    options = parser.parse_args()
    sys.setswitchinterval(0.0002)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        state = home / "state" / "gunbot-tui"
        state.mkdir(parents=True, mode=0o700)
        fill_journal(state / "journal.sqlite3", options.journalled)
        with Simulator(speed=0) as simulator:
            bot = simulator.wait_ready("home")
            relay = Relay(bot.port)
            environment = configure(home, bot._replace(port=relay.port))
            with PtySession.spawn([sys.executable, "-m", "gunbot_tui"], COLS, ROWS, environment) as session:
                session.wait_for(r"BTC/USDT.*\d\.\d", 30)
                session.settle(0.5)
                opened, sent = measure(session, relay, options.orders)
    print(f"{options.orders} orders, {options.journalled} in the journal, {COLS}x{ROWS}")
    for name, values, wanted in (("ticket opens", opened, "<= 20"), ("confirm key to first byte", sent, "<= 25")):
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"{name:28} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  {wanted}")


if __name__ == "__main__":
    main()
