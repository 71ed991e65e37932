"""Runs in Freqtrade's interpreter: writes the history where there is none, then becomes Freqtrade.

    launch.py trade|webserver CONFIG HISTORY

One process for both, because importing Freqtrade takes seconds. It ends when its starter lets go of its standard input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from freqtrade.main import main

from tests.live.inside.history import write


def end_with_starter() -> None:
    """Leave at once when whoever started this process is gone."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


if __name__ == "__main__":
    mode, config_path, count = sys.argv[1:]
    threading.Thread(target=end_with_starter, daemon=True).start()
    config = json.loads(Path(config_path).read_text())
    if int(count) and not Path(config["db_url"].removeprefix("sqlite:///")).exists():
        write(config["db_url"], int(count), futures=config["trading_mode"] == "futures")
    main([mode, "--config", config_path])
