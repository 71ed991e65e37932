"""The bed's strategy: busy, varied, and meant to earn nothing.

Many short trades with tags, averaging down, partial exits, protections, custom data, messages and a plot with subplots:
whatever a cockpit shows of a Freqtrade is there. It leaves trades with other tags than its own alone, so what a test
opens stays open.
"""

from __future__ import annotations

from datetime import datetime

from freqtrade.persistence import Order, Trade
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from pandas import DataFrame

OWN_TAGS = ("averages cross", "averages fall", "dip")
STALE_SECONDS = 150


class Busy(IStrategy):  # type: ignore[misc]  # Freqtrade is not installed where types are checked
    """Follows two averages, buys dips, and gives up soon."""

    INTERFACE_VERSION = 3
    timeframe = "1m"
    startup_candle_count = 60
    minimal_roi = {"0": 0.5}
    stoploss = -0.06
    position_adjustment_enable = True
    max_entry_position_adjustment = 2
    process_only_new_candles = True

    dip = IntParameter(20, 45, default=30, space="buy")
    average_down_at = DecimalParameter(0.002, 0.03, decimals=3, default=0.004, space="buy")

    protections = [
        {"method": "CooldownPeriod", "stop_duration_candles": 2},
        {"method": "StoplossGuard", "lookback_period_candles": 60, "trade_limit": 4, "stop_duration_candles": 5},
    ]
    plot_config = {
        "main_plot": {"fast": {"color": "#3fb950"}, "slow": {"color": "#f85149"}},
        "subplots": {"RSI": {"rsi": {"color": "#58a6ff"}}, "Spread": {"spread": {"color": "orange", "type": "bar"}}},
    }

    def version(self) -> str:
        return "1.0"

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        close = dataframe["close"]
        dataframe["fast"] = close.ewm(span=3, adjust=False).mean()
        dataframe["slow"] = close.ewm(span=8, adjust=False).mean()
        dataframe["spread"] = dataframe["fast"] - dataframe["slow"]
        step = close.diff()
        gain, loss = (half.clip(lower=0).ewm(alpha=1 / 14, adjust=False).mean() for half in (step, -step))
        dataframe["rsi"] = 100 * gain / (gain + loss)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        turned = dataframe["spread"] * dataframe["spread"].shift() <= 0
        dataframe.loc[turned & (dataframe["spread"] > 0), ["enter_long", "enter_tag"]] = (1, "averages cross")
        dataframe.loc[dataframe["rsi"] < self.dip.value, ["enter_long", "enter_tag"]] = (1, "dip")
        if self.can_short:
            dataframe.loc[turned & (dataframe["spread"] < 0), ["enter_short", "enter_tag"]] = (1, "averages fall")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        dataframe.loc[dataframe["rsi"] > 85, ["exit_long", "exit_tag"]] = (1, "hot")
        if self.can_short:
            dataframe.loc[dataframe["rsi"] < 15, ["exit_short", "exit_tag"]] = (1, "cold")
        return dataframe

    def custom_exit(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: object,
    ) -> str | None:
        if trade.enter_tag not in OWN_TAGS:
            return None
        if current_profit > 0.001:
            return "target"
        age_seconds = (current_time - trade.open_date_utc).total_seconds()
        return "stale" if age_seconds > STALE_SECONDS else None

    def confirm_trade_exit(
        self,
        pair: str,
        trade: Trade,
        order_type: str,
        amount: float,
        rate: float,
        time_in_force: str,
        exit_reason: str,
        **kwargs: object,
    ) -> bool:
        return trade.enter_tag in OWN_TAGS or exit_reason in ("force_exit", "stop_loss", "liquidation")

    def leverage(self, pair: str, current_time: datetime, current_rate: float, **kwargs: object) -> float:
        return 3.0

    def order_filled(self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: object) -> None:
        trade.set_custom_data("last fill", {"side": order.ft_order_side, "price": order.safe_price})

    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, current_rate: float, current_profit: float, **kwargs: object
    ) -> tuple[float, str] | None:
        if trade.has_open_orders or trade.enter_tag not in OWN_TAGS:
            return None
        if current_profit < -self.average_down_at.value * trade.nr_of_successful_entries:
            self.dp.send_msg(f"averaging down on {trade.pair}")
            return trade.stake_amount / trade.nr_of_successful_entries / 2, "average down"
        if current_profit > 0.0003 and trade.nr_of_successful_exits == 0:
            return -trade.stake_amount / 3, "take some"
        return None


class BusyBothWays(Busy):
    """The same, which also sells what it does not have."""

    can_short = True
