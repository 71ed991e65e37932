"""The commented config file that the first run offers to write."""

from __future__ import annotations

import os
from pathlib import Path

TEMPLATE = """\
# gunbot-tui reads this file and never writes it. Take the # away from what you use.

# The bot to start with, when there are several.
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

# Needed with mode = "confirm": the most that one order may cost, in the pair's money. Larger ones are refused.
# [bots.home.limits]
# max_notional = 500
"""


def write(path: Path) -> None:
    """Write the template for its owner alone; never over a file. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(TEMPLATE)
