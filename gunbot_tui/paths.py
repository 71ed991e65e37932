"""Where files are: the owner's config and the program's state, in the platform's folders or where XDG says."""

from __future__ import annotations

from pathlib import Path

APP_NAME = "gunbot-tui"
PACKAGE = Path(__file__).resolve().parent


def config_file() -> Path:
    """The config file in the platform's config folder."""
    from platformdirs import PlatformDirs  # not needed by the demo, which starts without it

    return Path(PlatformDirs(APP_NAME, appauthor=False).user_config_dir) / "config.toml"


def state_dir() -> Path:
    """The platform's state folder: journal, log and crash reports."""
    from platformdirs import PlatformDirs  # as above

    return Path(PlatformDirs(APP_NAME, appauthor=False).user_state_dir)


def make_private(folder: Path) -> Path:
    """The folder, made with access for its owner alone when it is missing. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
