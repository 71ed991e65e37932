"""What the cockpit costs on a real Freqtrade: its start, its overview left alone, and how late a fill is on screen.

`python -m bench.freqtrade` runs it behind a relay that counts what it asks and gets. `--against COMMAND` runs another
client in turn with it, so that a slow moment of the machine hits both; how many times less the cockpit needs is the
median over the pairs of runs.
"""

import argparse
import math
import re
import shlex
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.bots import Bot, configure
from bench.relay import Relay
from bench.run import COLS, ROWS, Bench, live_bytes
from tests.live.freqtrade import Freqtrade
from tests.sim.simulated import Json, items, number
from tests.terminal.pty_session import PtySession, PtyTimeoutError

START_SECONDS = 60.0
SETTLE_SECONDS = 3.0
FILLS = 5
FILL_SECONDS = 15.0
TAG = "bench"
BY_HAND = ("by hand", "waits")
"""The tags of the trades that the bot is started with."""
MOST_TRADES = 10
"""So many trades may be open before a fill; the bot's own limit is 12."""
SERVERS = """\
---
servers:
  - {{name: "bot1", username: "{username}", password: "{password}", ip: "127.0.0.1", port: {port}}}
"""

Results = dict[str, list[float]]


class Program(NamedTuple):
    """A client, and the regexes of what it shows."""

    command: str
    trade: str
    """An open trade, with its profit where the program tells one as soon."""
    overview: tuple[str, ...]
    """What else is on the overview when it is whole."""
    row: str
    """The row of an open trade; `{pair}` is its pair."""


class Figure(NamedTuple):
    """A line of the result: what is asked for, and how many times less than the other program's it is to be."""

    name: str
    unit: str
    source: str
    of: Callable[[Sequence[float]], float] = statistics.median
    most: float | None = None
    times: float | None = None


COCKPIT = Program(
    f"{shlex.quote(sys.executable)} -m gunbot_tui",
    r"/USDT +holding .*\d%",
    (r"\b\d+ of \d+ trades open", r"free \d", r"today [^ ]*\d"),
    r"{pair} +holding .*\d%",
)
FIGURES = (
    Figure("first open trade", "ms", "trade", times=3),
    Figure("whole overview", "ms", "overview", times=6),
    Figure("terminal", "B/s", "terminal", times=50),
    Figure("terminal, least possible", "B/s", "floor"),
    Figure("processor", "% CPU", "cpu", times=8),
    Figure("resident memory", "MB", "rss", times=1.25),
    Figure("requests", "1/s", "requests", times=3),
    Figure("from the bot", "B/s", "bytes", times=3),
    Figure("of these by web socket", "B/s", "framed"),
    Figure("web socket frames", "1/s", "frames"),
    Figure("fill on screen, p50", "ms", "fill", most=500),
    Figure("fill on screen, max", "ms", "fill", max, most=500),
)


def measure(bench: Bench, bot: Freqtrade, relay: Relay, program: Program, seconds: float, results: Results) -> None:
    """One run: the start, a window of the overview left alone, and some fills."""
    with bench.start(program.command) as session:
        results["trade"].append(1000 * (session.wait_for(program.trade, START_SECONDS) - session.started_at))
        wanted = [re.compile(part) for part in (program.trade, *program.overview)]
        whole = session.wait_for(lambda s: all(part.search(s.terminal.text()) for part in wanted), START_SECONDS)
        results["overview"].append(1000 * (whole - session.started_at))
        session.received_within(SETTLE_SECONDS)
        before, cpu = relay.traffic(), session.cpu_seconds()
        sent, floor = live_bytes(session, seconds)
        results["cpu"].append(100 * (session.cpu_seconds() - cpu) / seconds)
        gone = relay.traffic().since(before)
        results["terminal"].append(sent)
        results["floor"].append(floor)
        results["rss"].append(session.rss_megabytes())
        results["requests"].append(gone.requests / seconds)
        results["bytes"].append((gone.answered + gone.framed) / seconds)
        results["framed"].append(gone.framed / seconds)
        results["frames"].append(gone.frames / seconds)
        results["fill"] += [fill(session, bot, program.row) for _ in range(FILLS)]


def fill(session: PtySession, bot: Freqtrade, row: str) -> float:
    """Milliseconds from the bot's own time of a forced entry's fill to its row on screen; infinite if it never came."""
    make_room(bot)
    taken = {trade["pair"] for trade in open_trades(bot)}
    pair = next(pair for pair in bot.pairs if pair not in taken)
    wanted = re.compile(row.replace("{pair}", pair))
    session.wait_for(lambda s: not wanted.search(s.terminal.text()), FILL_SECONDS)
    bot.api("POST", "forceenter", {"pair": pair, "side": "long", "entry_tag": TAG, "ordertype": "market"})
    try:
        seen = session.wait_for(wanted.pattern, FILL_SECONDS)
    except PtyTimeoutError:
        seen = math.inf
    trade = next(trade for trade in open_trades(bot) if trade["pair"] == pair)
    leave(bot, trade)
    return 1000 * (seen + time.time() - time.perf_counter()) - number(trade["open_fill_timestamp"])


def open_trades(bot: Freqtrade) -> list[Json]:
    """The bot's open trades as it tells them."""
    return items(bot.api("GET", "status"))


def leave(bot: Freqtrade, trade: Json) -> None:
    """Close a trade."""
    bot.api("POST", "forceexit", {"tradeid": str(trade["trade_id"]), "ordertype": "market"})


def calm(bot: Freqtrade) -> None:
    """Leave only the trades that were opened by hand, and let the strategy open none."""
    bot.api("POST", "locks", [{"pair": "*", "until": "2099-01-01 00:00:00Z", "side": "*", "reason": TAG}])
    for trade in open_trades(bot):
        if trade["enter_tag"] not in BY_HAND:
            leave(bot, trade)


def make_room(bot: Freqtrade) -> None:
    """Close trades of the strategy until the bot may open another one, even if the strategy opens one meanwhile."""
    while len(trades := open_trades(bot)) > MOST_TRADES:
        leave(bot, next(trade for trade in trades if trade["enter_tag"] not in BY_HAND))


def other(options: argparse.Namespace, folder: Path, port: int) -> Program:
    """The other client on the same bot, with a list of servers where its command names one."""
    servers = folder / "servers.yaml"
    servers.write_text(SERVERS.format(username=Freqtrade.username, password=Freqtrade.password, port=port))
    command = options.against.replace("{port}", str(port)).replace("{yaml}", shlex.quote(str(servers)))
    return Program(command, options.pair, (options.count,), options.row)


def report(ours: Results, theirs: Results) -> None:
    """Print the table."""
    for name, unit, source, of, most, times in FIGURES:
        line = f"{name:26} {of(ours[source]):10.2f} {unit:6}"
        if theirs:
            line += f" {of(theirs[source]):10.2f}"
        if theirs and times is not None:
            ratios = [b / a if a else math.inf for a, b in zip(ours[source], theirs[source], strict=True)]
            line += f" {statistics.median(ratios):8.2f} times less, >= {times:g}"
        if most is not None:
            line += f" <= {most:g}"
        print(line)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the window in which nothing is pressed")
    parser.add_argument("--calm", action="store_true", help="let the bot's strategy neither open nor close trades")
    parser.add_argument(
        "--against", help="another client's command; {port} and {yaml} become the bot's port and a list"
    )
    parser.add_argument("--pair", default=r"[A-Z]{2,}/USDT", help="regex of its first open trade")
    parser.add_argument("--count", default=r"\b\d{1,2}/\d", help="regex of its number of trades")
    parser.add_argument("--row", default="{pair}", help="regex of its row of an open trade {pair}")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = parse()
    sys.setswitchinterval(0.0002)
    ours: Results = defaultdict(list)
    theirs: Results = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, Freqtrade(Path(name) / "bot") as bot:
        folder = Path(name)
        relay = Relay(int(bot.url.rpartition(":")[2]))
        ref = Bot("live", "freqtrade", relay.port, {"password": bot.password}, bot.username)
        bench = Bench(folder / "bytecode", configure(folder / "home", ref))
        programs = [(COCKPIT, ours)]
        if options.against:
            programs.append((other(options, folder, relay.port), theirs))
        if options.calm:
            calm(bot)
        for program, _ in programs:  # once unmeasured: every module is compiled
            with bench.start(program.command) as session:
                session.wait_for(program.trade, START_SECONDS)
        for _ in range(options.runs):
            for program, results in programs:
                measure(bench, bot, relay, program, options.seconds, results)
        count = len(open_trades(bot))
    print(f"{COLS}x{ROWS}, median of {options.runs}, {count} open trades")
    report(ours, theirs)


if __name__ == "__main__":
    main()
