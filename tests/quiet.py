"""The parts of the backend protocol of a bot that tells nothing by itself and is read at the engine's own pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gunbot_tui.model.feed import Kind, Topic


class Quiet:
    """What test bots that are not about streams share."""

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        return {}

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        return None
