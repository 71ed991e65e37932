"""The limits in the config file: hard ones refuse, soft ones ask, and a pair may have its own of both."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gunbot_tui.model.guard import Limits, Rule


def _exact(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Money = Annotated[str, Field(pattern=r"^[A-Za-z0-9._]+$")]


class Table(BaseModel):
    """A table of the file: types are exact, unknown keys are mistakes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Limit = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, allow_inf_nan=False)]
Share = Annotated[Limit, Field(le=100)]
Count = Annotated[Limit, Field(multiple_of=1)]
EXCHANGE = r"([A-Za-z0-9._#-]+/)?"
NATIVE = {
    "gunbot": r"[A-Za-z0-9._#]+(-[A-Za-z0-9._#]+){1,3}",
    "freqtrade": r"[A-Za-z0-9._]+/[A-Za-z0-9._]+(:[A-Za-z0-9._-]+)?",
}
"""A pair as each kind of bot names it: `USDT-BTC`; `BTC/USDT`, `BTC/USDT:USDT`."""
PairName = Annotated[str, Field(pattern=rf"^{EXCHANGE}({'|'.join(NATIVE.values())})$")]
"""A pair in the bot's own spelling, on all exchanges, or on one: `binance/USDT-BTC`."""


class PairRules(Table):
    """The limits that a pair may have of its own; money is the pair's money."""

    max_notional: Limit | None = None
    max_notional_hour: Limit | None = None
    max_notional_day: Limit | None = None
    max_share_percent: Share | None = None
    max_collar_percent: Limit | None = None
    max_slip_percent: Limit | None = None

    def bounds(self) -> dict[Rule, Decimal]:
        """The rules that are set."""
        return {rule: value for rule in Rule if (value := getattr(self, rule, None)) is not None}


class SoftRules(PairRules):
    """Soft limits of the bot; above them a text has to be typed."""

    max_orders_minute: Count | None = None


class PairLimits(PairRules):
    """Hard limits of one pair, or of all pairs priced in one money, with the soft ones."""

    soft: PairRules = PairRules()


class LimitSettings(PairRules):
    """Hard limits of the bot; an order above them is refused. Its soft ones, and those of single moneys and pairs."""

    max_orders_minute: Count = Decimal(10)
    allowed_pairs: list[PairName] | None = Field(default=None, min_length=1)
    protected_pairs: list[PairName] = []
    soft: SoftRules = SoftRules()
    money: dict[Money, PairLimits] = {}
    pairs: dict[PairName, PairLimits] = {}

    def misspelt(self, kind: str) -> list[str] | None:
        """The keys of the first pair that no bot of the kind names so: its rules would hold for nothing."""
        named = [(["pairs", name], name) for name in self.pairs]
        named += [(["allowed_pairs"], name) for name in self.allowed_pairs or ()]
        named += [(["protected_pairs"], name) for name in self.protected_pairs]
        return next((keys for keys, name in named if not re.fullmatch(EXCHANGE + NATIVE[kind], name)), None)

    def limits(self) -> Limits:
        """The limits as the engine knows them."""
        return Limits(
            hard=self.bounds(),
            soft=self.soft.bounds(),
            hard_by_money={name.upper(): money.bounds() for name, money in self.money.items()},
            soft_by_money={name.upper(): money.soft.bounds() for name, money in self.money.items()},
            hard_by_pair={name: pair.bounds() for name, pair in self.pairs.items()},
            soft_by_pair={name: pair.soft.bounds() for name, pair in self.pairs.items()},
            allowed_pairs=None if self.allowed_pairs is None else frozenset(self.allowed_pairs),
            protected_pairs=frozenset(self.protected_pairs),
        )
