"""The one table of keys: bindings, footer, palette, help, command names and the README's key table all come from it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """One verb: what triggers it, what it is called, and where it works."""

    id: str
    """`area.verb`, stable: the name that a user's key configuration refers to."""
    keys: str
    """Textual's key names, comma separated; empty for a verb that is only typed."""
    shown: str
    """The keys as printed."""
    label: str
    """The footer's word."""
    help: str
    """One sentence for help, palette and README."""
    action: str
    """The cockpit's action."""
    names: tuple[str, ...] = ()
    """Command names for the `:` line."""
    views: tuple[str, ...] = ()
    """The screens where it works; empty for everywhere."""
    footer: bool = False
    """Whether the footer offers it."""


DIGITS = {
    "pairs": "1",
    "book": "2",
    "candles": "3",
    "pnl": "4",
    "orders": "5",
    "balances": "6",
    "files": "7",
    "bot": "8",
    "logs": "9",
    "fleet": "0",
}
"""The screens and their keys."""

VIEWS = tuple(DIGITS)
TABLES = ("pairs", "book", "pnl", "orders", "balances", "files", "bot", "logs", "fleet")
TITLES = {
    "pairs": "Pairs",
    "book": "Book",
    "candles": "Candles",
    "pnl": "PnL",
    "orders": "Orders",
    "balances": "Balances",
    "files": "Files",
    "bot": "Bot",
    "logs": "Logs",
    "fleet": "Fleet",
}
_SCREEN_HELP = {
    "pairs": "all pairs and what they hold",
    "book": "the order book of the selected pair",
    "candles": "candles of the selected pair",
    "pnl": "profit and loss",
    "orders": "working orders, ours and the bot's, then history",
    "balances": "funds by exchange",
    "files": "configuration, strategies, state files, backups",
    "bot": "the bot itself: core, login, clock, connection",
    "logs": "the bot's own log",
    "fleet": "all bots, one row each",
}

SCREEN_KEYS = tuple(
    Key(
        id=f"screen.{view}",
        keys=digit,
        shown=digit,
        label=TITLES[view],
        help=f"Show {_SCREEN_HELP[view]}.",
        action=f"show('{view}')",
        names=(view,),
    )
    for view, digit in DIGITS.items()
)

KEYS: tuple[Key, ...] = (
    *SCREEN_KEYS,
    Key("pair.previous", "left_square_bracket", "[", "prev pair", "Select the previous pair.", "step_pair(-1)", ("prev",)),
    Key("pair.next", "right_square_bracket", "]", "next pair", "Select the next pair.", "step_pair(1)", ("next",)),
    Key("bot.previous", "left_parenthesis", "(", "prev bot", "Show the previous bot; `bot NAME` shows any.", "step_bot(-1)"),
    Key("bot.next", "right_parenthesis", ")", "next bot", "Show the next bot.", "step_bot(1)"),
    Key("bot.add", "n", "n", "new bot", "Add a bot to the config file and open it; `:add-bot` on any screen.", "add_bot", ("add-bot",), ("fleet",), footer=True),
    Key("pair.find", "f", "f", "find", "Find a pair by name.", "ask('pair ')", ("pair", "find")),
    Key("order.buy", "b", "b", "buy", "Open a buy ticket for the selected pair.", "ticket('buy')", ("buy",), footer=True),
    Key("order.sell", "s", "s", "sell", "Open a sell ticket for the selected pair.", "ticket('sell')", ("sell",), footer=True),
    Key("order.cancel", "x", "x", "cancel", "Cancel the selected order, or the marked ones.", "cancel", ("cancel",), footer=True),
    Key("order.cancel_all", "X", "X", "cancel all", "Cancel all our orders on the selected pair.", "cancel_all"),
    Key("order.close", "", ":close", "close position", "Close a LONG or SHORT contract's position: `close all market`.", "ask('close ')", ("close",)),
    Key("order.again", "", ":again", "again", "The last order once more, or with changes: `again 0.02 @ ask`.", "ask('again ')", ("again",)),
    Key("order.why", "", ":why", "why", "Tell the whole story of an order of ours: `why ID`.", "ask('why ')", ("why",)),
    Key("order.trade", "", ":trade", "trade", "Tell the whole story of a trade of the bot, however old: `trade ID`.", "ask('trade ')", ("trade",)),
    Key("table.up", "k,up", "k ↑", "up", "Move the cursor up.", "move('up')", views=TABLES),
    Key("table.down", "j,down", "j ↓", "down", "Move the cursor down.", "move('down')", views=TABLES),
    Key("table.page_up", "pageup", "PgUp", "page up", "Move a page up.", "move('page_up')", views=TABLES),
    Key("table.page_down", "pagedown", "PgDn", "page down", "Move a page down.", "move('page_down')", views=TABLES),
    Key("table.top", "g,home", "g Home", "top", "Go to the first row.", "move('home')", views=TABLES),
    Key("table.bottom", "G,end", "G End", "bottom", "Go to the last row.", "move('end')", views=TABLES),
    Key("table.filter", "slash", "/", "filter", "Show only the rows that contain a text.", "filter", ("filter",), TABLES, footer=True),
    Key("table.sort_left", "less_than_sign", "<", "sort ←", "Sort by the column to the left.", "sort('left')", views=TABLES),
    Key("table.sort_right", "greater_than_sign", ">", "sort →", "Sort by the column to the right.", "sort('right')", views=TABLES),
    Key("table.sort_reverse", "tilde", "~", "reverse", "Reverse the sort.", "sort('reverse')", views=TABLES),
    Key("table.mark", "space", "space", "mark", "Mark the row; on Orders `x` cancels all that are marked and shown.", "mark", views=TABLES),
    Key("table.unmark", "u", "u", "unmark", "Take all marks away, those of rows that the filter hides too.", "unmark", ("unmark",), TABLES),
    Key("view.open", "enter", "enter", "open", "Open what is selected: a pair's candles, a file, an order's story.", "open", ("detail",), TABLES),
    Key("view.back", "backspace", "backspace", "back", "Go back: to the screen before, out of a file.", "back", ("back",)),
    Key("chart.pan_left", "h,left", "h ←", "older", "Show older candles.", "chart('older')", views=("candles",), footer=True),
    Key("chart.pan_right", "l,right", "l →", "newer", "Show newer candles.", "chart('newer')", views=("candles",), footer=True),
    Key("chart.follow", "G,end", "G End", "follow", "Follow the newest candle.", "chart('follow')", views=("candles",)),
    Key("zoom.in", "plus,equals_sign", "+", "finer", "Fewer candles, finer book groups, fewer days.", "zoom('in')", views=("book", "candles", "pnl"), footer=True),
    Key("zoom.out", "minus", "-", "coarser", "More candles, coarser book groups, more days.", "zoom('out')", views=("book", "candles", "pnl"), footer=True),
    Key("section.next", "v", "v", "section", "Show the next section: a report, or a panel of the strategy's lines.", "cycle(1)", views=("candles", "pnl"), footer=True),
    Key("section.previous", "V", "V", "prev section", "Show the previous section; `pnl weeks` shows any.", "cycle(-1)", views=("candles", "pnl")),
    Key("history.newer", "plus,equals_sign", "+", "newer", "Turn to a newer page of the bot's history.", "zoom('in')", views=("orders",), footer=True),
    Key("history.older", "minus", "-", "older", "Turn to an older page of the bot's history.", "zoom('out')", views=("orders",), footer=True),
    Key("bots.all", "a", "a", "all bots", "Show all bots in one table, or again only the selected one.", "all_bots", views=("pnl", "orders"), footer=True),
    Key("logs.level", "v", "v", "level", "Show the log from the next level on: all, info, warning, error; `logs error` shows any.", "cycle(1)", views=("logs",), footer=True),
    Key("core.toggle", "t", "t", "start/stop", "Start or stop the bot's core; what follows is said first.", "core", ("start", "stop"), ("bot",), footer=True),
    Key("bot.pause", "", ":pause", "stop entries", "Freqtrade: open nothing any more and go on managing what is open; `start` ends it.", "ask('pause')", ("pause",)),
    Key("bot.reload_config", "", ":reload-config", "reload config", "Freqtrade: read the bot's configuration anew; its API is away for some seconds.", "ask('reload-config')", ("reload-config",)),
    Key("bot.lock", "", ":lock", "lock pair", "Freqtrade: open nothing on a pair for a while: `lock ETH/USDT 2h too wild`.", "ask('lock ')", ("lock",)),
    Key("bot.unlock", "", ":unlock", "unlock pair", "Freqtrade: end a lock: `unlock ETH/USDT`, `unlock all`, or its id of 8 Bot.", "ask('unlock ')", ("unlock",)),
    Key("bot.blacklist", "", ":blacklist", "blacklist", "Freqtrade: put a pair or a pattern on the blacklist.", "ask('blacklist ')", ("blacklist",)),
    Key("bot.allow", "", ":allow", "allow pair", "Freqtrade: take a pair or a pattern off the blacklist.", "ask('allow ')", ("allow",)),
    Key("bot.delete_trade", "", ":delete-trade", "delete trade", "Freqtrade: let the bot forget a trade; its coins stay on the exchange.", "ask('delete-trade ')", ("delete-trade",)),
    Key("bot.reload_trade", "", ":reload-trade", "reload trade", "Freqtrade: read a trade's orders anew from the exchange.", "ask('reload-trade ')", ("reload-trade",)),
    Key("view.refresh", "r", "r", "read now", "Read everything on this screen now.", "refresh_now", ("read",)),
    Key("view.freeze", "z", "z", "freeze", "Freeze the view; again to go on. Tickets are closed meanwhile.", "freeze", ("freeze",)),
    Key("view.copy", "c", "c", "copy", "Copy the selected row.", "copy", ("copy",), TABLES),
    Key("view.write", "w", "w", "write", "Write the table to a CSV file; `write json` to a JSON file.", "write('csv')", ("write",), TABLES),
    Key("line.open", "colon", ":", "command", "Type a command or an order.", "ask('')", footer=True),
    Key("palette.open", "ctrl+p", "ctrl+p", "palette", "Search every command.", "palette"),
    Key("order.halt", "ctrl+g,H", "ctrl+g H", "halt", "Stop all sending at once; ctrl+g works in text fields too.", "halt", ("halt",), footer=True),
    Key("order.release", "", ":release", "release", "Allow sending again after a halt.", "release", ("release",)),
    Key("help.open", "question_mark", "?", "help", "Keys and commands of this screen.", "help", ("help",), footer=True),
    Key("screen.redraw", "ctrl+l", "ctrl+l", "redraw", "Draw the whole screen anew.", "redraw", ("redraw",)),
    Key("app.drop", "ctrl+c,escape", "ctrl+c esc", "drop", "Drop what is open; never quits.", "drop"),
    Key("app.close", "q", "q", "close", "Close what is on top; at the root, twice within 2 s quits.", "close"),
    Key("app.quit", "", ":q", "quit", "Leave the cockpit; orders stay where they are.", "quit_now", ("q", "quit")),
    Key("app.theme", "", ":theme", "theme", "Change between the dark and the light theme.", "theme", ("theme",)),
    Key("order.settle", "", ":settle", "settle", "Say what became of an unknown order: `settle ID absent`, `settle ID 357044`.", "ask('settle ')", ("settle",)),
    Key("demo.fault", "", ":fault", "fault", "Demo only: let the bot fail, `fault drop|slow|down 30s`.", "ask('fault ')", ("fault",)),
)  # fmt: skip


def keys_of(view: str) -> tuple[Key, ...]:
    """The verbs that work on one screen."""
    return tuple(key for key in KEYS if not key.views or view in key.views)


def bindings(view: str | None) -> list[Binding]:
    """The bindings of one screen alone, or with None those that work everywhere."""
    chosen = [key for key in KEYS if key.keys and (not key.views if view is None else view in key.views)]
    return [Binding(key.keys, f"screen.{key.action}", key.help, id=key.id, show=False) for key in chosen]


def named(name: str) -> Key | None:
    """The verb with a command name, or the only one whose name starts so."""
    exact = next((key for key in KEYS if name in key.names), None)
    if exact is not None:
        return exact
    starts = [key for key in KEYS if any(word.startswith(name) for word in key.names)]
    return starts[0] if len(starts) == 1 and len(name) > 1 else None


def readme_table() -> str:
    """The key table as the README carries it, in Markdown."""
    lines = ["| key | does | where |", "| --- | --- | --- |"]
    for key in KEYS:
        where = ", ".join(TITLES[view] for view in key.views) if 0 < len(key.views) < len(TABLES) else "everywhere"
        where = "every table" if key.views == TABLES else where
        meaning = key.help.replace("|", "\\|")
        lines.append(f"| `{key.shown}` | {meaning} | {where} |")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(readme_table() + "\n")
