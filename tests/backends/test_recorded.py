"""The documented example answers become the values that the program works with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.gunbot import wire, wire_pnl
from gunbot_tui.backends.gunbot.adapt_files import to_config_tree, to_file_text
from gunbot_tui.backends.gunbot.adapt_market import to_day, to_marks
from gunbot_tui.backends.gunbot.adapt_pnl import to_pnl_report
from gunbot_tui.backends.gunbot.adapt_trading import to_balances, to_entries, to_pair_status, to_trade_rows
from gunbot_tui.backends.redact import DOTS
from gunbot_tui.backends.strict_json import parse
from gunbot_tui.backends.wire import W
from gunbot_tui.model.files import Folder
from gunbot_tui.model.market import DayStats, MarkKind
from gunbot_tui.model.pnl import DayPnl
from gunbot_tui.model.trading import Balance, OpenOrder, PairState, PairStatus, Position, Side, Target
from tests.factories import make_pair

FIXTURES = Path(__file__).parent.parent / "fixtures" / "gunbot"


def recorded(shape: type[W], name: str) -> W:
    return wire.read_as(shape, parse((FIXTURES / f"{name}.json").read_bytes()))


@pytest.fixture(scope="module")
def statuses() -> dict[str, PairStatus]:
    entries = to_entries(recorded(wire.CoreMemory, "core-memory"))
    return {key: to_pair_status(entry) for key, entry in entries.items()}


def test_balances_keep_every_digit() -> None:
    assert to_balances(recorded(wire.Balances, "balances"))[1] == Balance(
        "binance", "PEPE", Decimal("15837566.43915128"), Decimal("0.00000000")
    )


def test_the_last_day_is_found_by_pair() -> None:
    day = to_day(recorded(wire.PairsDetailed, "pairs-detailed"), "binance#3")
    assert day["binance#3/BTC-LTC"] == DayStats(-2.53, 0.001416, 0.001287, 204.38)


def test_marks_tell_the_exact_time_and_why() -> None:
    bought, skipped = to_marks(recorded(wire.Marks, "marks"))
    assert bought.kind is MarkKind.BOUGHT
    assert bought.at == datetime(2024, 12, 5, 9, 34, 39, 657000, UTC)
    assert bought.text == "Buy 9083536.00028041 PEPE · @ 0.00002162 USDT · Total: 196.386 USDT"
    assert skipped.kind is MarkKind.SKIPPED
    assert skipped.text == "Buy step skipped 0.00002157: order blocked by trend module"


def test_trades_carry_exact_ids_and_the_result_of_sells_only() -> None:
    buy, sell = to_trade_rows([make_pair()], recorded(wire.OrdersPage, "orders").data)
    assert buy is not None
    assert sell is not None
    assert (buy.id, buy.side, buy.cost, buy.fee, buy.pnl) == (
        "166132",
        Side.BUY,
        69.17466792153601,
        0.06917466792153601,
        None,
    )
    assert (sell.id, sell.side, sell.pnl) == ("448165", Side.SELL, 0.17646695031266005)
    assert sell.at == datetime(2024, 11, 14, 15, 2, 33, 416000, UTC)


def test_profit_and_loss_is_shown_as_the_bot_reckons_it() -> None:
    report = to_pnl_report(recorded(wire_pnl.PnlOverview, "pnl-overview"), "Europe/Amsterdam")
    assert (report.unit, report.zone, report.today, report.week) == ("USDT", "Europe/Amsterdam", 0, 13.966174729957487)
    assert (report.trades, report.buys, report.sells, report.win_percent) == (106, 85, 21, 100.0)
    assert report.worst is not None
    assert report.worst.pnl == -2.1478359571630734
    assert report.days == (DayPnl(date(2024, 11, 22), 0, 0, 1, 39.113713719480394),)
    assert report.pairs[0].pair == make_pair("ADA", "BTC")
    assert (report.pairs[0].realised, report.pairs[0].realised_in_unit) == (0.001224695617080708, 120.91196932835516)


def test_a_pair_with_coins_is_holding(statuses: dict[str, PairStatus]) -> None:
    status = statuses["binance/USDT-BTC"]
    assert (status.state, status.strategy, status.period_minutes) == (PairState.HOLDING, "stepgrid", 5)
    assert status.position == Position(0.05, 7814.95)
    assert (status.bid, status.ask, status.free_money) == (9025.17, 9025.99, 442.84)
    assert status.targets == (Target("stop", 7000), Target("sell", 9400.5))
    assert status.last_trade is not None
    assert status.last_trade.id == "a-1"


def test_prices_of_open_orders_are_exact_and_an_inexact_id_is_none(statuses: dict[str, PairStatus]) -> None:
    exact, inexact = statuses["binance/USDT-BTC"].open_orders or ()
    placed = datetime(2024, 12, 4, 10, 17, 32, 789000, UTC)
    assert exact == OpenOrder(make_pair(), "357044", Side.SELL, Decimal("9500.10"), Decimal("0.01"), placed)
    assert (inexact.id, inexact.amount, inexact.placed_at) == ("", Decimal("0.02"), None)


def test_what_a_strategy_wants_shown_is_a_notice_without_pictures(statuses: dict[str, PairStatus]) -> None:
    assert statuses["binance/USDT-BTC"].notices == ("grid [b]moved[/b]", "RSI: 42.1")


def test_a_disabled_pair_is_paused(statuses: dict[str, PairStatus]) -> None:
    assert statuses["binance/BTC-ADA"].state is PairState.PAUSED
    assert statuses["binance/BTC-ADA"].open_orders == ()


def test_a_pair_before_its_first_cycle_is_starting_and_its_orders_are_unknown(statuses: dict[str, PairStatus]) -> None:
    assert statuses["binance/USDT-XRP"].state is PairState.STARTING
    assert statuses["binance/USDT-XRP"].open_orders is None


def test_a_short_position_is_negative(statuses: dict[str, PairStatus]) -> None:
    status = statuses["bybit/USDT-BTC-SHORT"]
    assert status.pair.name == "BTC/USDT SHORT"
    assert (status.state, status.position) == (PairState.HOLDING, Position(-0.02, 9100.0))
    assert status.period_minutes == 15


def test_the_configuration_shows_no_secret() -> None:
    tree = to_config_tree(recorded(wire.Config, "config"))
    assert "SENTINEL" not in repr(tree)
    assert "U0VOVElORUw" not in repr(tree)
    by_path = {entry.path: entry for entry in tree.entries}
    assert by_path["exchanges", "binance", "secret"].text == DOTS
    assert by_path["exchanges", "binance", "secret"].is_secret
    assert by_path["GUI", "authentication", "login"].text == "true"
    assert by_path["pairs", "binance", "USDT-BTC", "override", "GAIN"].text == "3"


def test_the_configuration_says_what_the_program_needs() -> None:
    tree = to_config_tree(recorded(wire.Config, "config"))
    assert tree.core_enabled is False
    assert (tree.exchanges, tree.fee_percent, tree.cycle_delay_seconds) == (
        ("binance",),
        {"binance": 0.1},
        {"binance": 1.0},
    )


def test_a_backup_shows_no_secret() -> None:
    shown = to_file_text(Folder.BACKUP, "config.js.1623252417412", (FIXTURES / "config.json").read_bytes())
    assert "SENTINEL" not in "\n".join(shown.lines)
    assert '      "type": "binance",' in "".join(f"{line}\n" for line in shown.lines)


@pytest.mark.parametrize(
    "body",
    [
        b'// note\nconst apiKey = "SENTINEL";\nbuy(pair)\n',
        b'"// note\\nconst apiKey = \\"SENTINEL\\";\\nbuy(pair)\\n"',
        b'{"document": "// note\\nconst apiKey = \'SENTINEL\';\\nbuy(pair)"}',
    ],
)
def test_a_program_is_shown_line_by_line_in_whichever_wrapping_it_comes(body: bytes) -> None:
    shown = to_file_text(Folder.STRATEGY, "trend.js", body)
    assert [shown.lines[0], shown.lines[2]] == ["// note", "buy(pair)"]
    assert "SENTINEL" not in shown.lines[1]
    assert "apiKey" in shown.lines[1]


def test_a_backup_that_cannot_be_read_is_not_shown() -> None:
    with pytest.raises(Unexpected):
        to_file_text(Folder.BACKUP, "config.js.1", (FIXTURES / "config.json").read_bytes()[:-20])
