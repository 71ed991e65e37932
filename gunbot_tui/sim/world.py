"""The simulated world: markets that move in half-second steps, accounts, strategies, and a core that cycles its pairs.

Everything depends on the seed, the start of the clock and the requests alone; how often somebody looks changes nothing.
What the API answers about a pair is what the core saw in that pair's last cycle, as with the real bot.
"""

from collections import defaultdict
from collections.abc import Callable

from gunbot_tui.sim.account import Account
from gunbot_tui.sim.catalogue import Listing, listings
from gunbot_tui.sim.history import DEPOSITS, trade_the_past
from gunbot_tui.sim.market import STEP, Market
from gunbot_tui.sim.matching import Accepted, Matching, Rejected
from gunbot_tui.sim.memory import Memory, observe
from gunbot_tui.sim.order import Order, Terms
from gunbot_tui.sim.trader import LIVELY, Skip, Trader

_ROUND_SECONDS = 2.4
_CHANCE_PER_CYCLE = 1 / 110


class World:
    """All that exists; `wall` gives epoch seconds, `speed` virtual seconds per second of it."""

    def __init__(
        self,
        *,
        seed: int = 7,
        pairs: int = 24,
        speed: float = 1.0,
        clock_start: float | None = None,
        open_orders: str = "history",
        wall: Callable[[], float],
    ) -> None:
        self.speed = speed
        self._open_orders = open_orders
        self.is_running = True
        self._wall = wall
        self._wall_start = wall()
        self._is_wall_clock = speed == 0 and clock_start is None
        self.started_at = self._wall_start if clock_start is None else clock_start
        self._skipped_seconds = 0.0
        self._steps = 0
        self.matching = Matching()
        self.listings = {listing.key: listing for listing in listings(pairs, seed)}
        self.markets: dict[str, Market] = {}
        self._venues: dict[str, Market] = {}
        for listing in self.listings.values():
            self.markets[listing.key] = self._market(listing, seed)
        self.accounts = {name: Account(name, dict(DEPOSITS[name])) for name in DEPOSITS}
        self.traders = {key: Trader(listing, seed=seed) for key, listing in self.listings.items()}
        self.skips: dict[str, list[Skip]] = defaultdict(list)
        desks = [(self.traders[key], self.markets[key]) for key in self.listings]
        trade_the_past(self.accounts, desks, self.matching, self.skips, seed=seed, now=self.started_at)
        self._place_grids()
        self.cycle = {name: [k for k in self.enabled if self.listings[k].exchange == name] for name in self.accounts}
        self.memory: dict[str, Memory] = {key: self._observe(key, None) for key in self.enabled}
        self.balances = {name: self._balance_rows(name) for name in self.accounts}

    @property
    def enabled(self) -> list[str]:
        return [key for key, listing in self.listings.items() if listing.is_enabled]

    @property
    def now(self) -> float:
        """The world's time in epoch seconds, on the grid of its steps."""
        return self.started_at + self._steps * STEP

    def clock(self) -> float:
        """What the bot's own clock says; a frozen world without a given start shows the real time."""
        if self._is_wall_clock:
            return self._wall()
        return self.started_at + self._elapsed()

    @property
    def _stamp(self) -> float:
        """The time of orders and executions: the frozen world with a real clock goes by that."""
        return self._wall() if self._is_wall_clock else self.now

    def delay(self, exchange: str) -> float:
        """Seconds between two pairs of an exchange, chosen so that a whole round takes less than three seconds."""
        return round(min(0.1, _ROUND_SECONDS / max(1, len(self.cycle[exchange]))), 4)

    def catch_up(self) -> None:
        """Runs the steps that are due at the wall's present moment."""
        due = int(self._elapsed() / STEP + 1e-9)
        while self._steps < due:
            self._step()

    def skip_ahead(self, seconds: float) -> None:
        """Moves the world's clock forward at once."""
        self._skipped_seconds += seconds
        self.catch_up()

    def order(self, key: str, terms: Terms) -> Accepted | Rejected:
        """An order that came by the API; a core that does not cycle this exchange passes nothing on."""
        listing = self.listings.get(key)
        if listing is None:
            return Rejected("unknown pair")
        if not self.is_running:
            return Rejected("the core is stopped")
        return self._place(listing, terms, by_strategy=False, expires_at=None)

    def cancel(self, key: str, order_id: str) -> tuple[Order, ...]:
        """The orders that this took off the exchange."""
        listing = self.listings.get(key)
        if listing is None or not self.is_running:
            return ()
        return self.matching.cancel(self.accounts[listing.exchange], order_id, key=key)

    def move_price(self, key: str, mid: float) -> None:
        """Puts a market elsewhere at once and fills what rests in the way."""
        self.markets[key].move(mid)
        self._settle(key)

    def _elapsed(self) -> float:
        return (self._wall() - self._wall_start) * self.speed + self._skipped_seconds

    def _market(self, listing: Listing, seed: int) -> Market:
        venue = f"{listing.exchange.split('#')[0]}/{listing.pair}"
        if venue not in self._venues:
            self._venues[venue] = Market(listing, seed=seed, now=self.started_at)
        return self._venues[venue]

    def _step(self) -> None:
        self._steps += 1
        takers = {market: market.step(self.now) for market in self._venues.values()}
        for account in self.accounts.values():
            for key in dict.fromkeys(order.listing.key for order in account.orders.values()):
                market = self.markets[key]
                self.matching.settle(account, market, account.resting(key), taker=takers[market], now=self._stamp)
        if self.is_running:
            for exchange, keys in self.cycle.items():
                self._cycle(exchange, keys)

    def _cycle(self, exchange: str, keys: list[str]) -> None:
        if not keys:
            return
        delay = self.delay(exchange)
        first, last = int((self._steps - 1) * STEP / delay + 1e-6), int(self._steps * STEP / delay + 1e-6)
        for turn in range(max(first, last - len(keys)), last):
            key = keys[turn % len(keys)]
            self._act(key)
            self.memory[key] = self._observe(key, self.memory[key])
        self.balances[exchange] = self._balance_rows(exchange)

    def _act(self, key: str) -> None:
        trader, market = self.traders[key], self.markets[key]
        if trader.rng.random() > _CHANCE_PER_CYCLE:
            return
        listing, account = trader.listing, self.accounts[trader.listing.exchange]
        trade = trader.decide(account, market.last, LIVELY) if listing.is_traded else None
        if trade is None:
            self.skips[key].append(trader.skip(self.matching.next_serial(), price=market.last, now=self.now))
            return
        away = 0.0 if trader.rng.random() < 0.6 else trader.rng.uniform(0.002, 0.008)
        rate = market.bid * (1 - away) if trade.is_buy else market.ask * (1 + away)
        patience = trader.rng.uniform(90, 240) if not away else trader.rng.uniform(600, 1500)
        if any(o.is_buy != trade.is_buy and not o.by_strategy for o in account.resting(key)):
            return
        terms = Terms(trade.is_buy, trade.amount, rate)
        self._place(listing, terms, by_strategy=True, expires_at=self._stamp + patience)

    def _place_grids(self) -> None:
        """Orders that the strategies left resting before we came."""
        for key, is_buy, away in (
            ("binance/USDT-BTC", False, 0.014),
            ("binance/USDT-ETH", True, 0.011),
            ("binance/USDT-SOL", True, 0.018),
            ("binance/USDT-SHIB", True, 0.022),
            ("bybit/USDT-BTC-LONG", True, 0.009),
        ):
            listing = self.listings.get(key)
            if listing is None:
                continue
            rate = listing.price * (1 + (-away if is_buy else away))
            amount = round(listing.limit * 0.9 / rate, max(2, listing.lot))
            self._place(listing, Terms(is_buy, amount, rate), by_strategy=True, expires_at=None)

    def _place(
        self, listing: Listing, terms: Terms, *, by_strategy: bool, expires_at: float | None
    ) -> Accepted | Rejected:
        return self.matching.place(
            self.accounts[listing.exchange],
            self.markets[listing.key],
            listing,
            terms,
            now=self._stamp,
            by_strategy=by_strategy,
            expires_at=expires_at,
        )

    def _settle(self, key: str) -> None:
        account = self.accounts[self.listings[key].exchange]
        self.matching.settle(account, self.markets[key], account.resting(key), taker=None, now=self._stamp)

    def _observe(self, key: str, before: Memory | None) -> Memory:
        listing = self.listings[key]
        account, market = self.accounts[listing.exchange], self.markets[key]
        return observe(account, market, listing, before=before, shape=self._open_orders)

    def _balance_rows(self, exchange: str) -> list[dict[str, str]]:
        account = self.accounts[exchange]
        reserved = account.reserved()
        return [
            {
                "Asset": asset,
                "Exchange": exchange,
                "Available Qty": f"{max(0.0, total - reserved.get(asset, 0.0) - account.in_margin(asset)):.8f}",
                "On Order": f"{reserved.get(asset, 0.0):.8f}",
            }
            for asset, total in account.totals.items()
            if total > 0
        ]
