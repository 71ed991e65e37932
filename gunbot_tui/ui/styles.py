"""Where the style sheets are: inside an installed package, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

NAMES = ("base.tcss", "screens.tcss", "widgets.tcss", "overlays.tcss", "ticket.tcss")


def style_files() -> list[Path]:
    """The style sheets in the order they are read. Raises FileNotFoundError naming the folders looked in."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "styles", package.parent / "styles"):
        if all((folder / name).is_file() for name in NAMES):
            return [folder / name for name in NAMES]
    raise FileNotFoundError(f"style sheets are missing: looked in {package / 'styles'} and {package.parent / 'styles'}")
