"""The commented config file that the first run offers to write."""

from __future__ import annotations

import os
from pathlib import Path

TEMPLATE = """\
# gunbot-tui reads this file and never writes it. Take the # away from what you use.

# The bot to start with, when there are several; without it the first one.
default = "home"

# theme = "cockpit-dark"    # "cockpit-dark" | "cockpit-light"
# mouse = false             # true: clicks work, and selecting text needs shift
# driver = "diffing"        # "stock" if your terminal shows garbage
# glyphs = "braille"        # "braille" | "block" | "ascii"

[bots.home]
kind = "gunbot"

# Where Gunbot's web interface answers. Plain http is refused unless it is on this machine: put an SSH tunnel in
# between (ssh -L 3000:127.0.0.1:3000 you@server), because Gunbot's own encryption does not protect your password.
url = "http://127.0.0.1:3000"
# allow_plain_http = true                # anyone on the way can read your password and place orders
# pin = "sha256:..."                     # fingerprint of a self-signed certificate (https)

# The password of Gunbot's web interface, and the wallet address it is registered with ("gunthy_wallet" in Gunbot's
# config.js). One source each; without a source you are asked at start.
# password_command = ["pass", "gunbot"]         # the first line that it prints
# password_file = "~/.config/gunbot-tui/password"   # chmod 600
# password_env = "GUNBOT_PASSWORD"
# wallet_command = ["pass", "gunbot-wallet"]
# wallet_file = "~/.config/gunbot-tui/wallet"
# wallet_env = "GUNBOT_WALLET"

# "read-only": the cockpit only watches. "confirm": it may trade, each order after your confirmation.
mode = "read-only"

# Hard limits: what is above them is refused, whatever is confirmed. Only this file changes them. Money is the money of
# the pair (USDT of USDT-BTC), and an order of which nobody knows whether it arrived counts as executed.
# [bots.home.limits]
# max_notional = 500            # needed with mode = "confirm": the most money that one order may move
# max_notional_hour = 2000      # of all orders within 60 minutes
# max_notional_day = 5000       # of all orders within 24 hours
# max_share_percent = 50        # of the free money (buying) or coins (selling) that one order may use
# max_collar_percent = 20       # how far a price may be above the ask (buying) or below the bid (selling); 20 if unset
# max_slip_percent = 2          # how much worse than the best price a market order may execute on average
# max_orders_minute = 10        # orders within 60 seconds; 10 if unset
# allowed_pairs = ["USDT-BTC", "binance/USDT-ETH"]    # orders go to these alone; cancels work everywhere
# protected_pairs = ["USDT-SOL"]                      # no order goes there

# Soft limits: above them the ticket asks you to type the amount of money. What makes a position smaller passes.
# [bots.home.limits.soft]
# max_notional = 200
# max_collar_percent = 5        # 5 if unset

# The limits of pairs in a money that is no dollar; without one each order there asks you to type its amount.
# [bots.home.limits.money.BTC]
# max_notional = 0.01

# A pair's own limits count instead of the ones above, its hour and day for its own orders alone.
# [bots.home.limits.pairs."USDT-BTC"]
# max_notional = 1000
# [bots.home.limits.pairs."USDT-BTC".soft]
# max_notional = 400

# Any number of bots, each in a table of its own; 0 shows them all. A Freqtrade logs in with the user name and password
# under "api_server" in its config.json, and has no wallet.
# [bots.away]
# kind = "freqtrade"
# url = "http://127.0.0.1:8080"
# username = "freqtrader"
# password_command = ["pass", "freqtrade"]
"""


def write(path: Path) -> None:
    """Write the template for its owner alone; never over a file. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(TEMPLATE)
