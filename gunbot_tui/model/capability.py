"""What a bot can do, and in words why it can't: a verb that is not possible stays visible and says the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Capability(StrEnum):
    """A verb that depends on the bot, its exchange or the user's permission."""

    PLACE_ORDER = "place-order"
    CANCEL_ORDER = "cancel-order"
    CONTROL_CORE = "control-core"
    SIMULATE_FAULT = "simulate-fault"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The reasons against each verb; a verb without a reason works."""

    refusals: Mapping[Capability, str] = field(default_factory=dict)

    def why_not(self, capability: Capability) -> str | None:
        """One line saying why the verb can't work here, or None when it can."""
        return self.refusals.get(capability)
