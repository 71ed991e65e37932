"""What an order costs: from the confirm key to its first byte on the wire, and from `b` to the drawn ticket.

`python -m bench.desk` runs the cockpit in a pseudo-terminal, on a simulator behind a relay that stamps the first byte
of every trade request, with a journal on disk that already holds many orders.
"""

import argparse
import asyncio
import contextlib
import os
import select
import shlex
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side
from tests.terminal.pty_session import PtySession

PASSWORD, WALLET = "bench-password", "0xfeedfacefeedfacefeedfacefeedfacefeedface"
TRADE = b"/trade/"
COLS, ROWS = 120, 40
DWELL_SECONDS = 0.55
SPREAD_DAYS = 30


class Relay:
    """Passes bytes on to the simulator and stamps those that begin a trade request."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.stamps: list[float] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            theirs, _ = self._listener.accept()
            ours = socket.create_connection(("127.0.0.1", self._target))
            for side in (theirs, ours):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, target, stamps in ((theirs, ours, self.stamps), (ours, theirs, None)):
                threading.Thread(target=_pass_on, args=(source, target, stamps), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, stamps: list[float] | None) -> None:
    with source, target, contextlib.suppress(ConnectionError):  # the program has ended
        while data := source.recv(65536):
            if stamps is not None and TRADE in data.split(b"\r\n", 1)[0]:
                stamps.append(time.perf_counter())
            target.sendall(data)


def start_simulator(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A simulated bot with a market that stands still, and its port."""
    environment = {**os.environ, "GUNBOT_TUI_SIM_PASSWORD": PASSWORD, "GUNBOT_TUI_SIM_WALLET": WALLET}
    command = [sys.executable, "-m", "gunbot_tui", "sim", "--port", "0", "--seed", "1", "--speed", "0"]
    process = subprocess.Popen(
        [*command, "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    if process.stdout is None:
        raise RuntimeError("the simulator has no output")
    select.select([process.stdout], [], [], 30)
    return process, int(process.stdout.readline().rpartition(":")[2])


def configure(home: Path, port: int) -> None:
    """A config file that allows everything that is measured."""
    folder = home / "config" / "gunbot-tui"
    folder.mkdir(parents=True, mode=0o700)
    for name, text in (("password", PASSWORD), ("wallet", WALLET)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    (folder / "config.toml").write_text(
        f'[bots.home]\nkind = "gunbot"\nurl = "http://127.0.0.1:{port}"\nmode = "confirm"\n'
        f'password_file = "{folder / "password"}"\nwallet_file = "{folder / "wallet"}"\n'
        "[bots.home.limits]\nmax_notional = 100000\nmax_orders_minute = 10000\nmax_notional_day = 1000000000\n"
    )


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
        before = len(relay.stamps)
        pressed = session.send("B")
        session.wait_until(lambda: len(relay.stamps) > before, 5, "a trade request")  # noqa: B023 - used in this turn
        sent.append(1000 * (relay.stamps[before] - pressed))
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
        simulator, port = start_simulator(home)
        relay = Relay(port)
        configure(home, relay.port)
        state = home / "state" / "gunbot-tui"
        state.mkdir(parents=True, mode=0o700)
        fill_journal(state / "journal.sqlite3", options.journalled)
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        with (
            simulator,
            PtySession.spawn(
                shlex.split(f"{shlex.quote(sys.executable)} -m gunbot_tui"), COLS, ROWS, {"HOME": folder, **folders}
            ) as session,
        ):
            session.wait_for(r"BTC/USDT.*\d\.\d", 30)
            session.settle(0.5)
            opened, sent = measure(session, relay, options.orders)
            simulator.kill()
    print(f"{options.orders} orders, {options.journalled} in the journal, {COLS}x{ROWS}")
    for name, values, wanted in (("ticket opens", opened, "<= 20"), ("confirm key to first byte", sent, "<= 25")):
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"{name:28} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  {wanted}")


if __name__ == "__main__":
    main()
