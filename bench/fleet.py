"""What ten bots cost: keys, changes of the bot, processor and memory, while all answer and while one of them hangs.

`python -m bench.fleet` runs the cockpit on nine simulated Gunbots, each with a market that moves, and a real Freqtrade.
"""

import argparse
import re
import shlex
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from bench.bots import Bot, Simulator, configure
from bench.run import COLS, ROWS, Bench, idle, key_latency
from tests.live.freqtrade import Freqtrade
from tests.terminal.pty_session import PtySession

COMMAND = f"{shlex.quote(sys.executable)} -m gunbot_tui"
GUNBOTS = 9
CURSOR = "▸"
PATIENCE_SECONDS = 90.0
KEY_FLOOR, CPU_FLOOR = 20, 5


def switch_latency(session: PtySession, names: Sequence[str]) -> list[float]:
    """Milliseconds from the key to the next bot's pairs, once round; begins and ends with the first."""
    times = []
    for name in (*names[1:], names[0]):
        session.received_within(0.1)
        shown = re.compile(rf"\A {name} (?s:.*){CURSOR}")
        sent = session.send(")")
        seen = session.wait_for(lambda s: bool(shown.search(s.terminal.text())), 10)  # noqa: B023 - used in this turn
        times.append(1000 * (seen - sent))
    return times


def wait_until_all_answer(session: PtySession) -> None:
    """Look at all bots until every one is there, and go back to the pairs."""
    session.send("0")
    session.wait_for(rf"{GUNBOTS + 1} bots · {GUNBOTS + 1} online", PATIENCE_SECONDS)
    session.send("1")
    session.settle(0.5, PATIENCE_SECONDS)


def measure(session: PtySession, names: Sequence[str], what: str, seconds: float) -> None:
    """Print one line."""
    keys = [time for _ in range(3) for time in key_latency(session, CURSOR)]
    _, cpu = idle(session, seconds)
    switches = [time for _ in range(2) for time in switch_latency(session, names)]
    print(
        f"{what:28} {statistics.median(keys):6.1f} {p95(keys):7.1f} {max(keys):7.1f}"
        f" {statistics.median(switches):9.1f} {p95(switches):7.1f} {cpu:9.2f} {session.rss_megabytes():8.1f}",
        flush=True,
    )


def p95(values: Sequence[float]) -> float:
    """What 19 of 20 values stay below."""
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def hanging(simulator: Simulator) -> Iterator[None]:
    """A simulated bot accepts connections and answers nothing."""
    simulator.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        simulator.process.send_signal(signal.SIGCONT)


@contextmanager
def frozen(freqtrade: Freqtrade) -> Iterator[None]:
    """The same of the real bot."""
    freqtrade.freeze()
    try:
        yield
    finally:
        freqtrade.thaw()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each window in which nothing is pressed")
    options = parser.parse_args()
    sys.setswitchinterval(0.0002)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        freqtrade = running.enter_context(Freqtrade(folder / "bot"))
        simulators = [running.enter_context(Simulator(seed)) for seed in range(1, GUNBOTS + 1)]
        bots = [simulator.wait_ready(f"gunbot{number}") for number, simulator in enumerate(simulators, 1)]
        port = int(freqtrade.url.rpartition(":")[2])
        bots.append(Bot("freqtrade", "freqtrade", port, {"password": freqtrade.password}, freqtrade.username))
        names = [bot.name for bot in bots]
        bench = Bench(folder / "bytecode", configure(folder / "home", *bots))
        session = running.enter_context(bench.start(COMMAND))
        session.wait_for(CURSOR, PATIENCE_SECONDS)
        scenarios: dict[str, AbstractContextManager[None]] = {
            "all answer": nullcontext(),
            "a Gunbot hangs": hanging(simulators[4]),
            "the shown Gunbot hangs": hanging(simulators[0]),
            "the Freqtrade hangs": frozen(freqtrade),
        }
        print(f"{COLS}x{ROWS}, {len(bots)} bots; keys and switches in ms, p95 <= {KEY_FLOOR}; CPU <= {CPU_FLOOR} %")
        print(f"{'':28} {'key p50':>6} {'p95':>6} {'max':>7} {'switch p50':>9} {'p95':>6} {'CPU %':>9} {'RSS MB':>8}")
        wait_until_all_answer(session)
        first = switch_latency(session, names)
        print(f"{'first look at each bot':28} {'':22} {statistics.median(first):9.1f} {p95(first):7.1f}", flush=True)
        for what, hang in scenarios.items():
            wait_until_all_answer(session)
            with hang:
                measure(session, names, what, options.seconds)


if __name__ == "__main__":
    main()
