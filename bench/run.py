"""What the cockpit costs beside the least a Textual program can be: start, keys, bytes, idling, memory.

`python -m bench.run` runs the demo and `hello` in turn, so that a slow moment of the machine hits both, and prints
medians. Compare ratios and bytes; times alone depend on the machine.
"""

import argparse
import shlex
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.terminal.floor import floor_bytes
from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[1]
HELLO = f"{shlex.quote(sys.executable)} -m tests.terminal.apps.hello"
COCKPIT = f"{shlex.quote(sys.executable)} -m gunbot_tui demo --seed 1"
COLS, ROWS = 120, 40
KEY_PRESSES = 40


class Options(NamedTuple):
    """What to run and how to read it: the commands with live and with still data, and the marks on the screen."""

    live: str
    still: str
    runs: int
    seconds: float
    data: str
    cursor: str
    screens: dict[str, str]


class Row(NamedTuple):
    """One line of the result: a name, the unit, what is asked for, and where the numbers come from."""

    name: str
    unit: str
    wanted: str
    of: Callable[[dict[str, list[float]]], float]


class Bench:
    """Starts commands, all in the same terminal and with compiled modules kept in one folder, as once installed."""

    def __init__(self, bytecode: Path, environment: Mapping[str, str] | None = None) -> None:
        self._env = {"PYTHONPYCACHEPREFIX": str(bytecode), "PYTHONDONTWRITEBYTECODE": "", **(environment or {})}

    def start(self, command: str) -> PtySession:
        """Run a command."""
        return PtySession.spawn(shlex.split(command), COLS, ROWS, self._env, cwd=ROOT)

    def warm_up(self, options: Options) -> None:
        """Compile every module once."""
        for command in (HELLO, options.live):
            with self.start(command) as session:
                first_paint(session)
                session.settle()
                session.send("q", "q")


def first_paint(session: PtySession) -> float:
    """Milliseconds from the start to the first frame with anything on it."""
    return 1000 * (session.wait_for(lambda s: bool(s.terminal.text().strip()), 30) - session.started_at)


def cursor_line(session: PtySession, mark: str) -> int:
    """The line the cursor mark is on, -1 without one."""
    lines = session.terminal.text().split("\n")
    return next((number for number, line in enumerate(lines) if mark in line), -1)


def key_latency(session: PtySession, mark: str) -> list[float]:
    """Milliseconds from each of some cursor keys to the frame that moved the cursor, while live data comes in."""
    times = []
    for press in range(KEY_PRESSES):
        session.received_within(0.07)
        before = cursor_line(session, mark)
        sent = session.send("down" if press % 8 < 4 else "up")
        seen = session.wait_for(lambda s: cursor_line(s, mark) != before, 5)  # noqa: B023 - used in this turn
        times.append(1000 * (seen - sent))
    return times


def live_bytes(session: PtySession, seconds: float) -> tuple[float, float]:
    """Bytes a second that came, and the least that could have told the same changes."""
    before, start = session.cells(), session.bytes_received
    floor = 0
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        if session.pump(left) and not session.terminal.in_frame:
            after = session.cells()
            floor += floor_bytes(before, after)
            before = after
    return (session.bytes_received - start) / seconds, floor / seconds


def idle(session: PtySession, seconds: float) -> tuple[float, float]:
    """Bytes a second and per cent of a processor while nothing changes."""
    cpu = session.cpu_seconds()
    received = len(session.received_within(seconds))
    return received / seconds, 100 * (session.cpu_seconds() - cpu) / seconds


def measure(bench: Bench, options: Options, results: dict[str, list[float]]) -> None:
    """One round of everything."""
    with bench.start(HELLO) as hello:
        results["hello paint"].append(first_paint(hello))
        hello.settle()
        results["hello cpu"].append(idle(hello, options.seconds)[1])
        results["hello rss"].append(hello.rss_megabytes())
    with bench.start(options.live) as cockpit:
        results["paint"].append(first_paint(cockpit))
        results["data"].append(1000 * (cockpit.wait_for(options.data, 60) - cockpit.started_at))
        cockpit.received_within(3)
        sent, floor = live_bytes(cockpit, options.seconds)
        results["live"].append(sent)
        results["floor"].append(floor)
        if options.cursor:
            results["keys"] += key_latency(cockpit, options.cursor)
    with bench.start(options.still) as cockpit:
        cockpit.wait_for(options.data, 60)
        for name, key in options.screens.items():
            cockpit.send(key)
            cockpit.received_within(3)
            sent, cpu = idle(cockpit, options.seconds)
            results[f"{name} bytes"].append(sent)
            results[f"{name} cpu"].append(cpu)
        results["rss"].append(cockpit.rss_megabytes())


def rows(screens: Iterable[str]) -> list[Row]:
    """The lines of the result."""

    def median(name: str) -> Callable[[dict[str, list[float]]], float]:
        return lambda results: statistics.median(results[name])

    def ratio(name: str, to: str) -> Callable[[dict[str, list[float]]], float]:
        return lambda results: statistics.median(a / b for a, b in zip(results[name], results[to], strict=True) if b)

    def above(name: str) -> Callable[[dict[str, list[float]]], float]:
        return lambda results: statistics.median(
            a - b for a, b in zip(results[name], results["hello cpu"], strict=True)
        )

    table = [
        Row("hello, first paint", "ms", "", median("hello paint")),
        Row("first paint", "x hello", "<= 1.5", ratio("paint", "hello paint")),
        Row("first live data", "x hello", "<= 3", ratio("data", "hello paint")),
        Row("cursor key, p50", "ms", "<= 6", lambda results: statistics.median(results["keys"])),
        Row("cursor key, p95", "ms", "<= 20", lambda results: statistics.quantiles(results["keys"], n=20)[-1]),
        Row("live", "B/s", "", median("live")),
        Row("live", "x floor", "<= 2", ratio("live", "floor")),
        Row("resident memory", "MB", "<= 90", median("rss")),
        Row("resident memory", "x hello", "", ratio("rss", "hello rss")),
    ]
    for name in screens:
        table.append(Row(f"idle {name}", "B/s", "0", median(f"{name} bytes")))
        most = "<= 0.3" if name == "Pairs" else "<= 0.8"
        table.append(Row(f"idle {name}, above hello", "% CPU", most, above(f"{name} cpu")))
    return table


def parse() -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each live and idle window")
    parser.add_argument("--cockpit", default=COCKPIT, help="the command to measure")
    parser.add_argument("--still", help="the same with data that does not change (default: with --speed 0)")
    parser.add_argument("--data", default=r"\d\.\d\d.*\d\.\d\d", help="regex of live data on the screen")
    parser.add_argument("--cursor", default="▸", help="the mark of the cursor's line; empty: no key times")
    parser.add_argument("--screens", default="Pairs=1,Book=2", help="screens to idle on, as NAME=KEY")
    found = parser.parse_args()
    screens = dict(pair.split("=", 1) for pair in found.screens.split(","))
    still = found.still or f"{found.cockpit} --speed 0"
    return Options(found.cockpit, still, found.runs, found.seconds, found.data, found.cursor, screens)


def main() -> None:
    """Measure and print the table."""
    options = parse()
    sys.setswitchinterval(0.0002)  # or the reader waits for the emulator before it stamps a chunk
    results: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as bytecode:
        bench = Bench(Path(bytecode))
        bench.warm_up(options)
        for _ in range(options.runs):
            measure(bench, options, results)
    print(f"{COLS}x{ROWS}, median of {options.runs}")
    for row in rows(options.screens):
        if row.name.startswith("cursor") and not options.cursor:
            continue
        print(f"{row.name:28} {row.of(results):10.2f} {row.unit:8} {row.wanted}")


if __name__ == "__main__":
    main()
