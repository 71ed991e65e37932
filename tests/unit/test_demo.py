"""The demo's simulator: a process of its own, on a free port, gone when the demo is."""

import asyncio
import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

import pytest

from gunbot_tui.demo import Demo, DemoError


def ask_time(connection: HTTPConnection) -> HTTPResponse:
    connection.request("GET", "/api/v1/time")
    return connection.getresponse()


def test_two_demos_run_beside_each_other() -> None:
    with Demo(speed=0) as first, Demo(speed=0) as second:
        assert first.wait_ready() != second.wait_ready()
        assert first.folder != second.folder


def test_when_it_ends_nothing_is_left() -> None:
    with Demo(speed=0) as demo:
        address = urlsplit(demo.wait_ready())
        folder = demo.folder
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30)


def test_a_fault_reaches_the_simulator() -> None:
    with Demo(speed=0) as demo:
        address = urlsplit(demo.wait_ready())
        asyncio.run(demo.fault("down", 30))
        connection = HTTPConnection(str(address.hostname), address.port, timeout=30)
        with closing(connection), pytest.raises((OSError, HTTPException)):
            ask_time(connection)


@pytest.mark.parametrize(
    ("kind", "seconds", "said"),
    [
        ("explode", 5, "fault explode: allowed: drop, slow, down"),
        ("drop", 0, "fault drop: a time between 0 and 600 s"),
        ("drop", -1, "fault drop: a time between 0 and 600 s"),
        ("drop", float("nan"), "fault drop: a time between 0 and 600 s"),
        ("drop", 601, "fault drop: a time between 0 and 600 s"),
    ],
)
async def test_an_impossible_fault_is_refused_in_one_line(kind: str, seconds: float, said: str) -> None:
    with pytest.raises(ValueError, match="fault") as caught:
        await Demo().fault(kind, seconds)
    assert str(caught.value) == said


def test_a_simulator_that_ends_at_once_is_one_line_with_its_reason() -> None:
    with Demo(pairs=0) as demo, pytest.raises(DemoError, match="pairs goes from 1 to 300"):
        demo.wait_ready()
