"""An open ticket in a real terminal: held keys, pastes, keys typed while nobody listened, a new size, a suspension."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from gunbot_tui.ui.overlays.ticket_gate import STILL_SECONDS
from tests.flows.installed import Installed
from tests.flows.simulator import Simulator
from tests.terminal.ticket_terminal import EDITING, ORDER, REVIEW, ROOT, TicketTerminal


@pytest.fixture
def ticket(tmp_path: Path) -> Iterator[TicketTerminal]:
    """The cockpit on a simulated bot whose world stands still."""
    bot = Simulator(Installed(ROOT), tmp_path, speed=0)
    bot.start()
    try:
        bot.catch_up()
        running = TicketTerminal.start(bot, tmp_path)
        with running.session:
            yield running
    finally:
        bot.kill()


def test_o02_twenty_confirm_keys_in_one_burst_send_one_request(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.type("B" * 20)
    ticket.session.wait_until(lambda: ticket.posts > 0, why="the order arrived")
    ticket.see_all_keys_taken()
    assert ticket.posts == 1


def test_the_keys_of_the_view_are_back_once_an_order_was_sent(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.wait_for("B confirm")
    ticket.session.type("B")
    ticket.session.wait_for(r"b buy +s sell +x cancel")


def test_o03_the_same_order_again_at_once_asks_for_its_money_first(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.type("B")
    ticket.session.wait_until(lambda: ticket.posts > 0, why="the order arrived")
    ticket.session.type(f":{ORDER}\r")
    ticket.session.wait_for("57 to go on")
    ticket.session.type("BBBB")
    ticket.session.wait_for(r"type +BBBB")
    assert ticket.posts == 1


def test_o04_a_paste_with_newlines_sends_nothing(ticket: TicketTerminal) -> None:
    ticket.session.paste(f":{ORDER}\rB\rB\r")
    ticket.see_all_keys_taken()
    ticket.session.type(f":{ORDER}\rBBBB\rB\r")
    ticket.session.wait_for("too early|nothing else is taken")
    ticket.session.wait_for(REVIEW)
    ticket.session.paste("B\nB\n")
    ticket.session.type("e")
    ticket.session.wait_for(EDITING)
    ticket.session.paste("B\nB\n")
    ticket.session.send("ctrl+c")
    ticket.see_all_keys_taken()
    assert ticket.posts == 0


def test_o04_keys_typed_while_the_program_was_stopped_confirm_nothing(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.signal(signal.SIGSTOP)
    ticket.stop()
    ticket.session.type("BBB")
    ticket.pass_seconds(STILL_SECONDS + 0.2)
    ticket.session.signal(signal.SIGCONT)
    ticket.session.wait_for(EDITING)
    ticket.session.send("ctrl+c")
    ticket.session.signal(signal.SIGSTOP)
    ticket.stop()
    ticket.session.type(f":{ORDER}\rBBBBB")
    ticket.session.signal(signal.SIGCONT)
    ticket.session.send("ctrl+c", "ctrl+c")
    ticket.see_all_keys_taken()
    assert ticket.posts == 0


def test_a_new_size_takes_a_review_back(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.resize(100, 32)
    ticket.session.wait_for("back to editing: the size changed")
    ticket.session.type("B")
    ticket.session.wait_for("B is dead")
    assert ticket.posts == 0


def test_a_suspension_takes_a_review_back(ticket: TicketTerminal) -> None:
    ticket.review()
    ticket.session.signal(signal.SIGTSTP)
    ticket.stop()
    ticket.session.type("BBB")
    ticket.session.signal(signal.SIGCONT)
    ticket.session.wait_for(EDITING)
    ticket.session.type("B")
    ticket.session.wait_for("B is dead")
    assert ticket.posts == 0


def test_o24_leaving_with_an_unknown_order_is_asked_lists_it_and_is_allowed(ticket: TicketTerminal) -> None:
    ticket.bot.fault("drop_after", path="trade/buy", times=1)
    ticket.review()
    ticket.session.type("B")
    ticket.session.wait_for("UNKNOWN, it may have arrived")
    ticket.session.type("q")
    ticket.session.wait_for(r"q again within 2 s leaves with \w{6} unknown, BUY 0.001 BTC")
    ticket.session.type("q")
    assert ticket.session.wait_exit() == 0
    assert ticket.posts == 1
