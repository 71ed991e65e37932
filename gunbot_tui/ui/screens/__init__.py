"""The screens on the digit keys."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from gunbot_tui.ui.screens.base import View


def open_view(name: str) -> View:
    """A new screen by its name; its module is loaded on the first visit."""
    module = import_module(f"{__name__}.{name}")
    return cast("View", module.SCREEN())
