"""What the simulator is started with: its options, and the socket it is to answer on."""

import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SimOptions:
    """How to simulate; port 0 takes a free one, speed 0 freezes the world, `clock_start` is in epoch seconds.

    `open_orders` names the form in which the core shows working orders.
    """

    host: str = "127.0.0.1"
    port: int = 3000
    seed: int = 7
    pairs: int = 24
    speed: float = 1.0
    password: str = "gunbot"
    wallet: str = "0x0123456789abcdef0123456789abcdef01234567"
    faults: Path | None = None
    clock_start: float | None = None
    open_orders: str = "history"
    exit_with_stdin: bool = False


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Asyncio sets TCP_NODELAY only on sockets that name their protocol; without it an answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
