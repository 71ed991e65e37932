"""The fields in which an order is typed: amount, price, and the stop's where its type has them.

What stands in the fields is the only truth of a draft; it is read anew whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual import events
from textual.app import ComposeResult

from gunbot_tui.engine.grammar import TextError, field_words, parse_field, parse_price, price_words
from gunbot_tui.model.capability import Capabilities, verb_of
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import AmountUnit, OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.messages import Remark
from gunbot_tui.ui.overlays.ticket_rows import LabelledFields, TicketField, Words
from gunbot_tui.ui.overlays.ticket_text import WIDTH

MARKET = "market"
NUMBER_SIGNS = "$0123456789., "
SHOWN_LETTERS = 20
AMOUNT, PRICE, STOP, STOP_LIMIT = "amount", "price", "stop", "stop-limit"
NAMES = (AMOUNT, PRICE, STOP, STOP_LIMIT)
ANCHOR_KEYS = {"b": PriceAnchor.BID, "m": PriceAnchor.MID, "a": PriceAnchor.ASK, "l": PriceAnchor.LAST}
HINTS = {
    AMOUNT: "coins, 100usdt, 25%, all · [ ] 25% steps",
    PRICE: "b bid  m mid  a ask  l last  t type",
    STOP: "the price that triggers it",
    STOP_LIMIT: "the limit once it is triggered",
}
PRICES: Mapping[OrderType, Mapping[str, str]] = {
    OrderType.LIMIT: {PRICE: "price"},
    OrderType.MARKET: {PRICE: "price"},
    OrderType.STOP_LIMIT: {PRICE: "limit", STOP: "stop"},
    OrderType.TRAILING_STOP: {PRICE: "from", STOP: "stop"},
    OrderType.OCO: {PRICE: "target", STOP: "stop", STOP_LIMIT: "limit"},
}
"""The prices that each type has, by their field, with what the field is called there."""


class TicketForm(LabelledFields):
    """An order that is being typed."""

    _draft: OrderDraft
    """Set when it is opened: before, nobody asks."""

    def __init__(self) -> None:
        super().__init__(id="ticket-form", hints_from=WIDTH)
        self._touch = self._given = self._begun = self._rest = ""
        self._enters = False

    def compose(self) -> ComposeResult:
        """All fields once; a type shows those that it has."""
        for name in NAMES:
            yield TicketField(id=f"ticket-{name}")

    @property
    def draft(self) -> OrderDraft:
        """The order as it was before its fields were changed; its type is always the one that is shown."""
        return self._draft

    @property
    def rows(self) -> int:
        """How many fields are shown."""
        return 1 + len(self._prices)

    @property
    def is_empty(self) -> bool:
        """True when nothing stands in the field that is typed in."""
        return not self._focused.value

    def fill(self, draft: OrderDraft, touch: str, *, enters: bool = False) -> None:
        """Write an order into the fields; `touch` is the price where none was typed yet.

        With `enters` the bot may be told more about it than its amount.
        """
        if touch == MARKET and draft.type is OrderType.LIMIT and draft.price is None:
            draft = replace(draft, type=OrderType.MARKET)
        self._draft, self._touch, self._enters = draft, PriceAnchor.LAST.value if touch == MARKET else touch, enters
        self._given, self._begun, self._rest = self._first_price, "", ""
        amount, words = self._field(AMOUNT), field_words(draft, needs_unit=self._needs_unit)
        is_before = draft.amount is None and bool(words)
        amount.fill(f" {words}" if is_before else words)
        if is_before:
            # What is typed now is the amount, before the words that stand there already.
            amount.action_home()
        self._field(PRICE).fill(price_words(draft.price) if draft.price else self._given)
        for name, price in ((STOP, draft.stop), (STOP_LIMIT, draft.stop_limit)):
            self._field(name).fill(price_words(price) if price else "")
        self._show_type()

    def take_focus(self, *, replaces: bool) -> None:
        """Go to the amount at once, so that queued keys land there; with `replaces` the first letter replaces it."""
        amount = self._field(AMOUNT)
        self.screen.set_focus(amount)
        if replaces:
            amount.action_select_all()

    def typed(self) -> OrderDraft | str:
        """The order that stands in the fields, or in one line why that is none."""
        draft = self._draft
        amount = self._text(AMOUNT)
        if amount in ("", field_words(replace(draft, amount=None))):
            return f"no amount yet: coins (0.01), money (100{draft.pair.money.lower()}), 25% or all"
        if not _may_become_amount(amount, draft.pair):
            shown = amount if len(amount) <= SHOWN_LETTERS else f"{amount[:SHOWN_LETTERS]}…"
            return f'"{shown}" is no amount: this is still the {draft.pair.coin} ticket, esc drops it'
        try:
            draft = parse_field(amount, draft, needs_unit=self._needs_unit)
            if len(self._prices) == 1:
                is_market = draft.type is OrderType.MARKET and self._text(PRICE) == MARKET
                price = None if is_market else _read_price(self._text(PRICE))
                kind = OrderType.MARKET if is_market else OrderType.LIMIT
                return replace(draft, type=kind, price=price, stop=None, stop_limit=None)
            prices = {name: self._price(name) for name in self._prices}
        except TextError as error:
            return str(error)
        return replace(draft, price=prices[PRICE], stop=prices[STOP], stop_limit=prices.get(STOP_LIMIT))

    async def press(self, event: events.Key, capabilities: Capabilities) -> bool:
        """Take one key; False when it means nothing here."""
        field = self._focused
        is_price = field is not self._field(AMOUNT)
        match event.key:
            case "tab" | "down":
                self._walk(1)
            case "shift+tab" | "up":
                self._walk(-1)
            case "left_square_bracket" | "right_square_bracket" if not is_price:
                self._step_share(25 if event.key.startswith("right") else -25)
            case "t" if is_price and not self._rest.startswith("t") and self._begins_type(field):
                self._change_type(capabilities)
            case key if is_price and len(key) == 1 and self._spells(field, key):
                return True
            case _:
                if event.is_printable and not field.selection.is_empty:
                    field.fill("")
                is_known = await field.press(event)
                if is_price:
                    self._leave_market()
                self._begun = self._rest = ""
                return is_known
        self._begun = self._rest = ""
        return True

    def _begins(self, field: Field) -> bool:
        """Whether a letter would begin a word: nothing stands there that was typed letter by letter."""
        is_selected = not field.selection.is_empty and len(field.selected_text) == len(field.value)
        return is_selected or field.value in ("", self._given)

    def _begins_type(self, field: Field) -> bool:
        return self._begins(field) or field.value.replace(".", "").isdecimal()

    def _leave_market(self) -> None:
        """A price that is typed makes a limit order; no word that is typed makes one of another type."""
        if self._draft.type is OrderType.MARKET and self._text(PRICE) != MARKET:
            self._draft = replace(self._draft, type=OrderType.LIMIT)

    def _spells(self, field: Field, letter: str) -> bool:
        """Take a letter of a price word: the first one puts the whole word there, and the others only go through it."""
        if self._rest.startswith(letter):
            self._begun, self._rest = self._begun + letter, self._rest[1:]
        elif letter in ANCHOR_KEYS and self._begins(field):
            word = ANCHOR_KEYS[letter].value
            self._begun, self._rest = self._begun + letter, word[1:]
            self._given = word
            field.fill(word)
            self._leave_market()
        elif self._begun and letter.isalpha() and field.value == self._given:
            # Another word than it seemed: what was really typed of it stands there.
            field.fill(self._begun + letter)
            self._begun = self._rest = ""
        else:
            return False
        return True

    @property
    def _prices(self) -> Mapping[str, str]:
        return PRICES[self._draft.type]

    @property
    def _first_price(self) -> str:
        """What stands in the price where none was typed."""
        return MARKET if self._draft.type is OrderType.MARKET else self._touch

    @property
    def _needs_unit(self) -> bool:
        """Whether a number alone could be coins or money: no price beside it says which."""
        return self._draft.type is OrderType.MARKET and not self._draft.closes

    @property
    def _focused(self) -> Field:
        return next((field for field in self.query(Field) if field is self.screen.focused), self._field(AMOUNT))

    def _field(self, name: str) -> Field:
        return self.query_one(f"#ticket-{name}", Field)

    def _text(self, name: str) -> str:
        return self._field(name).value.strip()

    def _price(self, name: str) -> Price:
        if not self._text(name):
            raise TextError(f"no {self._prices[name]} yet: {HINTS[name] if name != PRICE else 'a price'}")
        try:
            return _read_price(self._text(name))
        except TextError as error:
            raise TextError(f"{self._prices[name]}: {error}") from None

    def _walk(self, step: int) -> None:
        fields = [self._field(name) for name in (AMOUNT, *self._prices)]
        self._enter(fields[(fields.index(self._focused) + step) % len(fields)])

    def _enter(self, field: Field) -> None:
        """Focus a field so that the first letter typed takes its text's place: after a price it would make another."""
        self.screen.set_focus(field)
        field.action_select_all()

    def _step_share(self, step: int) -> None:
        """Set the amount to the next quarter of what is free; what stands behind it stays."""
        try:
            draft = parse_field(self._text(AMOUNT), self._draft)
        except TextError:
            draft = replace(self._draft, amount=None)
        now = draft.amount
        share = int(now.value) if now is not None and now.unit is AmountUnit.PERCENT else 0
        quarter = min(100, max(25, share // 25 * 25 + step))
        self._field(AMOUNT).fill(f"{quarter}% {field_words(replace(draft, amount=None))}".rstrip())

    def _change_type(self, capabilities: Capabilities) -> None:
        """Go on to the next type that the pair's exchange has, and say why those between do not exist there."""
        draft = self._draft
        kinds = (OrderType.LIMIT, OrderType.MARKET) if draft.closes else tuple(OrderType)
        at = kinds.index(draft.type) + 1
        for kind in (*kinds[at:], *kinds[:at]):
            reason = capabilities.why_not(verb_of(kind, closes=draft.closes), draft.pair.exchange)
            if reason is None:
                break
            self.post_message(Remark(reason))
        if MARKET in (kind.value, self._text(PRICE)):
            self._field(PRICE).fill("")
        self._draft = replace(draft, type=kind)
        self._show_type()
        if kind is OrderType.MARKET:
            self.screen.set_focus(self._field(PRICE))
        else:
            self._enter(self._field(PRICE))

    def _show_type(self) -> None:
        """Show the fields of the type, and its price where none was typed."""
        if not self._text(PRICE):
            self._given = self._first_price
            self._field(PRICE).fill(self._given)
        for name in NAMES[1:]:
            self._field(name).display = name in self._prices
        labels = {AMOUNT: AMOUNT, **self._prices}
        hints = {**HINTS, AMOUNT: self._amount_hint()}
        self.set_words([Words(labels[name], hints[name]) for name in NAMES if name in labels])

    def _amount_hint(self) -> str:
        if not self._enters:
            return HINTS[AMOUNT]
        return f'100usdt{" 3x" if self._draft.pair.contract else ""} tag "why", coins, 25%, all'


def _read_price(text: str) -> Price:
    if text.lower() == MARKET:
        raise TextError(f'"{MARKET}" is no price: t in an emptied field changes the type')
    return parse_price(text)


def _may_become_amount(text: str, pair: Pair) -> bool:
    """Whether it is an amount or the beginning of one: keys meant for the screen below are text here, and no amount."""
    rest = text.split()[0].lstrip(NUMBER_SIGNS).lower()
    units = (pair.coin, pair.money, "%pos", "% pos", "all")
    return any(unit.lstrip(NUMBER_SIGNS).lower().startswith(rest) for unit in units)
