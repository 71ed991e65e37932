"""The parts of the backend protocol of a bot that tells nothing by itself, is read at the engine's own pace, and whose
login lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gunbot_tui.model.feed import Kind, Topic


class Quiet:
    """What test bots that are about neither streams nor logins share."""

    async def ready(self) -> None:
        return None

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        return {}

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        return None
