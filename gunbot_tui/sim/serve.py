"""Serves the simulated Gunbot on one port until SIGTERM, SIGINT or (for the demo) the end of its standard input.

The socket listens before the web framework is even imported: whoever started us connects and is answered as soon as
the world stands, which saves the demo half of its start.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gunbot_tui.sim.options import SimOptions, listen

SHORTEST_WALLET = 16
OPEN_ORDERS = ("history", "exchange", "map")


def run(options: SimOptions) -> int:
    """Blocks until it is told to end; returns the exit code, 2 for options that cannot work."""
    problem = _problem(options)
    if problem:
        return _fail(problem)
    try:
        rules = _fault_rules(options.faults) if options.faults else ()
    except (OSError, ValueError) as error:
        return _fail(f"{options.faults}: {error}")
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        return _fail(f"cannot listen on {options.host}:{options.port}: {error.strerror}; choose another with --port")
    host, port = listener.getsockname()[:2]
    sys.stdout.write(f"ready http://{f'[{host}]' if ':' in host else host}:{port}\n")
    sys.stdout.flush()
    # Imported only now, while connections already queue at the socket.
    from gunbot_tui.sim.server import serve

    return serve(options, listener, rules)


def main(arguments: Sequence[str] | None = None) -> int:
    """The simulator from its own command line; password and wallet may come by environment, unseen in process lists."""
    default = SimOptions()
    parser = argparse.ArgumentParser(prog="gunbot-tui sim", description="A simulated Gunbot on this machine.")
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--pairs", type=int, default=default.pairs, help="pairs on binance, up to 300")
    parser.add_argument("--speed", type=float, default=default.speed, help="0 freezes the world")
    parser.add_argument("--password", default=os.environ.get("GUNBOT_TUI_SIM_PASSWORD", default.password))
    parser.add_argument("--wallet", default=os.environ.get("GUNBOT_TUI_SIM_WALLET", default.wallet))
    parser.add_argument("--faults", type=Path, help="JSON list of fault rules")
    parser.add_argument("--clock-start", type=float, help="epoch seconds at which the world begins")
    parser.add_argument("--open-orders", choices=OPEN_ORDERS, default=default.open_orders, help="their form in memory")
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when standard input does")
    return run(SimOptions(**vars(parser.parse_args(arguments))))


def _problem(options: SimOptions) -> str | None:
    if len(options.wallet.encode()) < SHORTEST_WALLET:
        return f"the wallet needs at least {SHORTEST_WALLET} bytes"
    if not 1 <= options.pairs <= 300:
        return "pairs goes from 1 to 300"
    if not 0 <= options.speed <= 1000:
        return "speed goes from 0 to 1000"
    return None


def _fault_rules(path: Path) -> Sequence[object]:
    from gunbot_tui.sim.faults import parse_rule

    rules = json.loads(path.read_text())
    if not isinstance(rules, list):
        raise ValueError("a list of rules is expected")
    for rule in rules:
        parse_rule(rule, 0.0)
    return rules


def _fail(problem: str) -> int:
    sys.stderr.write(f"gunbot-tui sim: {problem}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
