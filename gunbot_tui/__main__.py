"""`python -m gunbot_tui` is the same as `gunbot-tui`."""

import sys

from gunbot_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
