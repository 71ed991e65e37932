"""What a person sees with our driver is, cell for cell, what the stock driver shows."""

import signal
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.floor import floor_bytes
from tests.terminal.pty_session import PtySession

COLOURS = {
    "true colour": {},
    "256 colours": {"COLORTERM": ""},
    "16 colours": {"TEXTUAL_COLOR_SYSTEM": "standard"},
    "no colour": {"NO_COLOR": "1"},
}


class Pair:
    """The same application under both drivers, given the same input."""

    def __init__(self, stock: PtySession, ours: PtySession) -> None:
        self.both = (stock, ours)
        self.stock, self.ours = stock, ours

    def press(self, key: str, until: str) -> None:
        """Press a key and compare the screens once both show the text."""
        for session in self.both:
            session.send(key)
        self.agree(until)

    def resize(self, cols: int, rows: int, until: str) -> None:
        """Change both terminals' size and compare."""
        for session in self.both:
            session.resize(cols, rows)
        self.agree(until)

    def agree(self, until: str) -> None:
        """Both show the text, and then the same cells."""
        for session in self.both:
            session.wait_for(until)
        self.ours.wait_until(lambda: self.stock.cells() == self.ours.cells(), why=f"equal screens at {until!r}")


@pytest.fixture(params=COLOURS, ids=str)
def pair(request: pytest.FixtureRequest, start: Start) -> Pair:
    env = COLOURS[request.param]
    return Pair(start("board", "stock", env=env), start("board", "diffing", env=env))


def process_state(session: PtySession) -> str:
    return Path(f"/proc/{session.process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def stop_with_the_terminal_given_back(session: PtySession) -> None:
    session.wait_until(lambda: process_state(session) == "T", why="stopped")
    session.wait_until(lambda: not session.terminal.modes & {1049, 1004, 2004}, why="given back")
    assert 25 in session.terminal.modes


def test_every_screen_equals_the_stock_drivers(pair: Pair) -> None:
    pair.agree("ready")
    pair.press("t", "ticks 20")
    for step in (1, 2, 3):
        pair.press("w", f"wide {step}")
    pair.press("o", "overlay True")
    for step in (4, 5, 6):
        pair.press("w", f"wide {step}")
    pair.press("t", "ticks 40")
    pair.resize(100, 30, r"^ *$\n^ *$\Z")
    pair.press("T", "ticks 41")
    pair.press("o", "overlay False")
    pair.resize(50, 18, "ticks|overlay")
    pair.press("T", "ticks 42")
    pair.resize(81, 25, "ticks 42")
    pair.press("p", "second screen")
    pair.press("p", "ticks 42")
    pair.press("ctrl+l", "ticks 42")


def test_the_screen_equals_the_stock_drivers_after_suspend_and_continue(pair: Pair) -> None:
    pair.agree("ready")
    pair.press("T", "ticks 1")
    for session in pair.both:
        session.send("z")
        stop_with_the_terminal_given_back(session)
        session.signal(signal.SIGCONT)
    pair.press("ctrl+l", "resumed\n.*col 0")
    pair.press("t", "ticks 21")
    pair.press("w", "wide 1")


def test_continuing_brings_the_whole_screen_back(start: Start) -> None:
    session = start("board", "diffing")
    session.wait_for("ready")
    session.settle()
    before = session.cells()
    session.send("z")
    stop_with_the_terminal_given_back(session)
    session.signal(signal.SIGCONT)
    session.wait_for("resumed")
    session.wait_until(lambda: session.cells()[1:] == before[1:], why="whole again")


def test_the_screen_follows_in_band_size_reports(start: Start) -> None:
    pair = Pair(start("board", "stock", in_band_resize=True), start("board", "diffing", in_band_resize=True))
    pair.agree("ready")
    for session in pair.both:
        session.wait_until(lambda: 2048 in session.terminal.modes, why="asked for size reports")  # noqa: B023
    pair.press("t", "ticks 20")
    pair.resize(100, 30, "ticks 20")
    pair.press("T", "ticks 21")
    pair.resize(60, 20, "ticks 21")
    pair.press("T", "ticks 22")


def test_redraw_repairs_a_screen_that_something_else_wrote_to(start: Start) -> None:
    session = start("board", "diffing")
    session.wait_for("ready")
    session.settle()
    before = session.cells()
    session.terminal.feed(b"\x1b[3;1H\x1b[41mkernel: out of memory\x1b[m")
    session.send("ctrl+l")
    session.wait_until(lambda: session.cells() == before, why="repaired")


def test_a_program_stopped_from_outside_takes_the_terminal_back(start: Start) -> None:
    session = start("board", "diffing")
    session.wait_for("ready")
    session.signal(signal.SIGSTOP)
    session.wait_until(lambda: process_state(session) == "T", why="stopped")
    session.terminal.feed(b"\x1b[?1049l\x1b[2J$ ")
    session.signal(signal.SIGCONT)
    session.wait_for("resumed")
    session.send("T")
    session.wait_for("ticks 1\n.*col 0")
    assert 1049 in session.terminal.modes


@pytest.mark.parametrize("driver", ["stock", "diffing"])
def test_quitting_gives_the_terminal_back_as_it_was(start: Start, driver: str) -> None:
    session = start("board", driver, first="printf before")
    session.wait_for("ready")
    session.send("q")
    assert session.wait_exit() == 0
    assert session.text().strip() == "before"
    assert session.terminal.modes <= {7, 25}
    assert session.terminal.screen.cursor.attrs.fg == "default"


@pytest.mark.parametrize("driver", ["stock", "diffing"])
def test_keys_pastes_mouse_and_focus_reach_the_application(start: Start, driver: str) -> None:
    session = start("echo", driver)
    session.wait_for("listening")
    session.wait_until(lambda: {1000, 1004, 2004} <= session.terminal.modes, why="input modes set")
    session.send("x", "up", "ctrl+g", "esc")
    session.wait_for("key x\n.*key up\n.*key ctrl\\+g\n.*key escape")
    session.paste("two\nlines")
    session.wait_for(r"paste 'two\\nlines'")
    session.send_bytes(b"\x1b[O")
    session.wait_for("blur")
    session.send_bytes(b"\x1b[I")
    session.wait_for("focus")
    session.send_bytes(b"\x1b[<0;11;6M\x1b[<0;11;6m")
    session.wait_for("click 10,5")


def test_live_changes_send_at_most_twice_the_least_possible(start: Start) -> None:
    session = start("board", "diffing")
    session.wait_for("ready")
    session.settle()
    sent = floor = 0
    for tick in range(1, 21):
        before, bytes_before = session.cells(), session.bytes_received
        session.send("T")
        session.wait_for(f"ticks {tick}$")
        sent += session.bytes_received - bytes_before
        floor += floor_bytes(before, session.cells())
    assert floor > 20 * 50
    assert sent <= 2 * floor


def test_a_repaint_of_the_same_and_an_idle_application_send_nothing(start: Start) -> None:
    session = start("board", "diffing")
    session.wait_for("ready")
    session.settle()
    session.send("e")
    assert session.received_within(1.5) == b""
