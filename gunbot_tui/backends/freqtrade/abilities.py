"""What a Freqtrade tells and what it may be told, with the reasons against the rest, by its mode and its settings.

A stopped or paused bot refuses nothing here: that can change at any moment and is said when an order is asked for.
"""

from __future__ import annotations

from gunbot_tui.backends.freqtrade import wire
from gunbot_tui.backends.freqtrade.adapt_trading import WEBSERVER
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.capability import ONLY_DEMO, READ_ONLY, Capabilities, Capability
from gunbot_tui.model.feed import Kind

NO_STOPS = "Freqtrade enters and exits at a limit or at the market: stops are its strategy's"
NO_FORCE_ENTRY = "force_entry_enable is off in this bot's configuration: it opens nothing on command"
SERVES_DATA = "this Freqtrade runs as a web server: it serves data and trades nothing"
ALWAYS_REFUSED = {
    Capability.STOP_LIMIT: NO_STOPS,
    Capability.TRAILING_STOP: NO_STOPS,
    Capability.OCO: NO_STOPS,
    Capability.SIMULATE_FAULT: ONLY_DEMO,
}
NEVER_TOLD = {
    Kind.BOOK: "Freqtrade's API has no order book: its strategy looks at the exchange itself",
    Kind.DAY: "Freqtrade's API has no figures of the last 24 hours",
    Kind.PAIR: "Freqtrade tells all its pairs at once",
}
TOLD = frozenset(Kind) - NEVER_TOLD.keys()
TOLD_BY_SERVER = frozenset(
    {
        Kind.PAIRS,
        Kind.CANDLES,
        Kind.MARKS,
        Kind.STATE,
        Kind.CONFIG,
        Kind.FILES,
        Kind.FILE,
        Kind.LOGS,
        Kind.LOAD,
        Kind.AUTH,
        Kind.CLOCK,
    }
)


def kinds_of(config: wire.ShowConfig | None) -> frozenset[Kind]:
    """What is delivered; a bot that was not asked yet is taken for one that trades."""
    return TOLD_BY_SERVER if _serves_data(config) else TOLD


def capabilities_of(mode: TradeMode, config: wire.ShowConfig | None) -> Capabilities:
    """The reasons against what can't be done, the strongest first."""
    refusals = dict(ALWAYS_REFUSED)
    if config is not None and config.force_entry_enable is not True:
        refusals[Capability.PLACE_ORDER] = NO_FORCE_ENTRY
    if _serves_data(config):
        refusals |= dict.fromkeys(set(Capability) - ALWAYS_REFUSED.keys(), SERVES_DATA)
    if mode is TradeMode.READ_ONLY:
        refusals |= dict.fromkeys(set(Capability) - {Capability.SIMULATE_FAULT}, READ_ONLY)
    unread = dict(NEVER_TOLD)
    unread |= dict.fromkeys(TOLD - kinds_of(config), SERVES_DATA)
    return Capabilities(refusals, unread=unread, has_deals=True)


def _serves_data(config: wire.ShowConfig | None) -> bool:
    return config is not None and config.runmode == WEBSERVER
