"""The one language of orders, for the `:` line, the palette, the ticket's fields and the shell: text to draft and back.

It never guesses: what can be read in two ways is a question whose choices are whole lines to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from gunbot_tui.engine.amounts import (
    amount_word,
    amount_words,
    exact_words,
    joined_share,
    parse_amount,
    to_amount,
    with_unit,
)
from gunbot_tui.engine.cancel_text import cancel_words, parse_cancel
from gunbot_tui.engine.line import ALL, EVERYWHERE, Line, tag_words
from gunbot_tui.engine.naming import CHOICES_SHOWN, matching
from gunbot_tui.engine.prices import (
    ANCHORS,
    AT,
    KEYWORDS,
    MARKET,
    Terms,
    parse_price,
    price_words,
    split_terms,
    terms_words,
)
from gunbot_tui.engine.typed import Ambiguous, TextError, nearest, plain, positive, shortened, split_number
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import AmountUnit, CancelDraft, CloseAllDraft, Draft, OrderDraft
from gunbot_tui.model.trading import OrderType, Side

__all__ = [
    "DEAL_EXAMPLES",
    "EXAMPLES",
    "SIDES",
    "VERBS",
    "Ambiguous",
    "TextError",
    "field_words",
    "is_question",
    "looks_like_order",
    "parse",
    "parse_amount",
    "parse_field",
    "parse_price",
    "price_words",
    "words",
]

EXAMPLES = (
    ("buy 0.01 USDT-BTC @ 50000", "coins at a price, the pair as Gunbot writes it"),
    ("sell 25% BTC/USDT @ ask", "a part of what is free, at the lowest ask"),
    ("buy 100usdt @ mid -0.2%", "money worth of coins, a little under the middle"),
    ("buy $100 BTC", "dollars where the money is one; without a price at the near touch"),
    ("buy 0.01btc @ bid +5", "five of the money over the highest bid"),
    ("sell all @ bid +0.5%", "all that is free on the selected pair"),
    ("sell 50% of position @ last", "a part of the position, at the last price"),
    ("buy 0.01btc market", "at once, at whatever price the book gives"),
    ("sell 0.01 stop 49000 limit 48900", "a limit order once the market has fallen to the stop"),
    ("sell 0.01 trail 49000 @ last", "a stop that follows the market from there"),
    ("sell 0.01 oco 52000 stop 49000 limit 48900", "a target and a stop: one cancels the other"),
    ("close all BTC/USDT LONG market", "close a contract's position; its name says which way"),
    ("close 50% BTC/USDT LONG @ 52000", "a part of the position, at a price"),
    ("cancel 357044", "one order by its id"),
    ("cancel BTC/USDT", "all orders of ours on a pair"),
    ("cancel all", "all orders of ours on the selected pair"),
    ("cancel all everywhere", "all orders of ours on every pair"),
    ("cancel all with bot", "the bot's own orders on the pair too"),
    ("again", "the last order once more, as a new ticket"),
    ("again 0.02 @ 49500", "the last order with another amount and price"),
    ("buy 0.01 @ 50000 ?", "a question at the end: only shows what it would be"),
)
"""Lines worth trying, with what they mean."""

DEAL_EXAMPLES = (
    ("buy 50usdt ETH", "money into a trade, or more of it into an open one"),
    ("buy 50usdt ETH @ last -0.5%", "at a price counted from the last: there is no book"),
    ('buy 50usdt ETH market tag "breakout"', "at once, with a tag that the bot keeps"),
    ("buy 50usdt ETH 3x market", "on futures a new trade names its leverage"),
    ("sell 50% ETH market", "half of the open trade; with none, on futures, a short"),
    ("close all #143", "the whole of one trade, by its number"),
    ("close all everywhere", "every open trade, once their number was typed"),
    ("cancel 143", "what rests of a trade; one that holds nothing ends"),
)
"""The same for a bot that keeps trades of its own."""

VERBS = ("buy", "sell", "close", "cancel", "again")
SIDES = {"LONG": Side.SELL, "SHORT": Side.BUY}
"""What closes a contract."""

_TAG = re.compile(r' tag ?"([^"]*)"', re.IGNORECASE)
_LEVERAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)x", re.IGNORECASE)


def looks_like_order(text: str) -> bool:
    """True when the first word is a verb of this language."""
    return text.lower().split(maxsplit=1)[:1] in [[verb] for verb in VERBS]


def is_question(text: str) -> bool:
    """True for a line that only asks what it would mean: it ends with a question mark."""
    return text.rstrip().endswith("?")


def parse(
    text: str,
    *,
    pairs: Sequence[Pair],
    selected: Pair | None,
    last: OrderDraft | None = None,
    deals: Sequence[Deal] | None = None,
) -> Draft:
    """The draft that a line means; `last` is what `again` repeats, `deals` what a bot that keeps deals has open.

    Raises Ambiguous, whose choices are whole lines, or another TextError.
    """
    asks = is_question(plain(text))
    untagged, tag = _without_tag(plain(text).removesuffix("?"))
    words = untagged.replace(AT, f" {AT} ").split()
    line = Line(" ".join(words), pairs, selected, last, asks, deals, tag)
    verb, *rest = words or [""]
    match verb.lower():
        case "close" if [word.lower() for word in rest[:2]] == [ALL, EVERYWHERE]:
            return _close_all(line, rest[2:])
        case "buy" | "sell" | "close":
            return _order(line, verb.lower(), rest)
        case "cancel":
            return parse_cancel(line, rest)
        case "again":
            return _again(line, rest)
        case "":
            raise TextError(f"nothing to do: begin with {_listed(VERBS)}")
    raise TextError(f'"{shortened(verb)}" is no order{nearest(verb, VERBS) or f": begin with {_listed(VERBS)}"}')


def words(draft: Draft) -> str:
    """The text that parses to this draft whatever pair is selected then."""
    match draft:
        case CancelDraft():
            return cancel_words(draft)
        case CloseAllDraft():
            return f"close {ALL} {EVERYWHERE}"
        case OrderDraft():
            verb = "close" if draft.closes else draft.side.value
            amount = [exact_words(draft.amount, draft.pair)] if draft.amount else []
            tag = [tag_words(draft.tag)] if draft.tag else []
            return " ".join([verb, *amount, draft.pair.key, *_leverage_words(draft), *terms_words(draft), *tag])


def parse_field(text: str, draft: OrderDraft, *, needs_unit: bool = False) -> OrderDraft:
    """The draft with what stands in the ticket's amount field: an amount, and behind it `3x` and `tag "x"`.

    A number alone counts coins, unless it needs a unit. Raises TextError.
    """
    untagged, tag = _without_tag(f" {plain(text)}")
    words = untagged.split()
    found = [word for word in words if _LEVERAGE.fullmatch(word) and draft.pair.coin.upper() != "X"]
    rest = " ".join(word for word in words if word not in found[:1])
    leverage = positive(found[0][:-1], "leverage") if found else None
    return replace(draft, amount=parse_amount(rest, draft.pair, needs_unit=needs_unit), leverage=leverage, tag=tag)


def field_words(draft: OrderDraft, *, needs_unit: bool = False) -> str:
    """The text of the ticket's amount field that means the draft's amount, leverage and tag."""
    in_words = exact_words if needs_unit else amount_words
    amount = [in_words(draft.amount, draft.pair)] if draft.amount else []
    return " ".join([*amount, *_leverage_words(draft), *([tag_words(draft.tag)] if draft.tag else [])])


def _leverage_words(draft: OrderDraft) -> list[str]:
    return [f"{draft.leverage:f}x"] if draft.leverage is not None else []


def _close_all(line: Line, rest: list[str]) -> CloseAllDraft:
    if line.deals is None:
        raise TextError(f"this bot keeps no trades that could be closed {EVERYWHERE}: write close {ALL} and a contract")
    if [word.lower() for word in rest] not in ([], [MARKET]) or line.tag:
        raise TextError(f"close {ALL} {EVERYWHERE} stands alone: every trade is left at the market")
    return CloseAllDraft()


def _without_tag(text: str) -> tuple[str, str]:
    """The text without `tag "..."`, and the tag."""
    found = _TAG.search(text)
    if found is None:
        return text, ""
    if not found[1].strip():
        raise TextError('an empty tag: write tag "breakout", or leave it out')
    return f"{text[: found.start()]} {text[found.end() :]}", found[1].strip()


def _without_leverage(line: Line, words: list[str]) -> tuple[list[str], Decimal | None]:
    """The words without `3x`, and the leverage; a pair of that name is meant as the pair."""
    for at, word in enumerate(words):
        found = _LEVERAGE.fullmatch(word)
        if found and at and words[at - 1].lower() not in KEYWORDS and not matching(word, line.pairs):
            return [*words[:at], *words[at + 1 :]], positive(found[1], "leverage")
    return words, None


def _order(line: Line, verb: str, rest: list[str]) -> OrderDraft:
    rest, leverage = _without_leverage(line, rest)
    before, terms = split_terms(rest)
    if terms is None and any(word.lower() in ANCHORS for word in before):
        raise TextError(f"put @ before the price, as in {verb} 0.01 @ {ANCHORS[0]}")
    head = joined_share(" ".join(before)).split()
    read = amount_word(head[0]) if head else None
    number, unit, pair = _unit_and_pair(line, *read, head[1:]) if read else ("", "", _pair_alone(line, head))
    side, closes = _side(line, verb, pair), verb == "close"
    if closes and terms and terms.type not in (OrderType.LIMIT, OrderType.MARKET):
        raise TextError(f"close knows no {terms.type}: write close 50% {pair.name} @ PRICE, or market")
    at_once = terms is not None and terms.type is OrderType.MARKET and not closes
    if read and not unit and (terms is None or at_once):
        positive(number, "amount")
        more = [*head[1:], *([f"{leverage:f}x"] if leverage is not None else []), *([MARKET] if at_once else [])]
        lines = [" ".join([verb, with_unit(number, name), *more]) for name in (pair.coin, pair.money)]
        raise line.question(f"{number} of what: {pair.coin} or {pair.money}? write {' or '.join(lines)}", lines)
    amount = to_amount(number, unit, pair, closes=closes) if read else None
    draft = OrderDraft(pair, side, amount=amount, closes=closes, leverage=leverage, tag=line.tag)
    return _with_terms(draft, terms or Terms())


def _again(line: Line, rest: list[str]) -> OrderDraft:
    last = line.last
    if last is None:
        raise TextError("again what: no order was written here yet")
    before, terms = split_terms(rest)
    head = joined_share(" ".join(before)).split()
    if last.closes and terms and terms.type not in (OrderType.LIMIT, OrderType.MARKET):
        raise TextError(f"the last order closes a position: again @ PRICE, or again market, not {terms.type}")
    if terms and terms.type is OrderType.LIMIT and last.type not in (OrderType.LIMIT, OrderType.MARKET):
        parts = " ".join(terms_words(last))
        raise TextError(f"the last order is a {last.type}: write all its prices, as in again {parts}")
    draft = last if terms is None else _with_terms(last, terms)
    if not head:
        return draft
    read = amount_word(head[0])
    if read is None or len(head) > 2:
        extra = shortened(" ".join(head if read is None else head[2:]))
        raise TextError(f'"{extra}" behind again: it takes an amount and a price, and stays on {last.pair.name}')
    number, unit = read[0], read[1] or " ".join(head[1:])
    at_once = draft.type is OrderType.MARKET and not last.closes
    if not unit and (at_once or last.amount is None or last.amount.unit is not AmountUnit.COIN):
        positive(number, "amount")
        tail = terms_words(draft) if terms else []
        lines = [" ".join(["again", with_unit(number, name), *tail]) for name in (last.pair.coin, last.pair.money)]
        raise line.question(f"{number} of what: {last.pair.coin} or {last.pair.money}?", lines)
    return replace(draft, amount=to_amount(number, unit, last.pair, closes=last.closes))


def _with_terms(draft: OrderDraft, terms: Terms) -> OrderDraft:
    return replace(draft, type=terms.type, price=terms.price, stop=terms.stop, stop_limit=terms.stop_limit)


def _side(line: Line, verb: str, pair: Pair) -> Side:
    if verb != "close":
        return Side(verb)
    if line.deals is not None:
        return Side.BUY if any(deal.pair == pair and deal.is_short for deal in line.deals) else Side.SELL
    side = SIDES.get(pair.contract.upper())
    if side is None:
        raise TextError(f"close {pair.name}: only a LONG or SHORT contract is closed, write sell or buy")
    return side


def _pair_alone(line: Line, head: list[str]) -> Pair:
    """The pair of an order without an amount."""
    if not head:
        return line.chosen()
    if len(head) > 1 and not matching(" ".join(head), line.pairs) and any(amount_word(word) for word in head[1:]):
        raise TextError(f'the amount stands before the pair, not behind "{shortened(head[0])}"')
    return line.pair(" ".join(head))


def _unit_and_pair(line: Line, number: str, joined: str, rest: list[str]) -> tuple[str, str, Pair]:
    """Tells a unit from a pair in the words after a number; `joined` is the unit that was written on to it."""
    if not rest:
        return number, joined, _pair_of_unit(line, number, joined)
    extra = split_number(rest[0])
    if extra and not extra[1]:
        raise TextError(f'two numbers, "{number}" and "{shortened(rest[0])}": write one, without spaces in it')
    name = " ".join(rest)
    if joined:
        return number, joined, line.pair(name)
    if len(rest) == 1:
        return (number, *_unit_or_pair(line, number, name))
    if matching(name, line.pairs):
        return number, "", line.pair(name)
    return number, rest[0], line.pair(" ".join(rest[1:]))


def _pair_of_unit(line: Line, number: str, unit: str) -> Pair:
    """The selected pair; a unit that it has not is asked back when it is another pair's coin."""
    pair = line.chosen()
    others = matching(unit, line.pairs) if unit.upper() not in {pair.coin.upper(), pair.money.upper()} else []
    if others:
        names = [other.name for other in others]
        keys = [other.name if names.count(other.name) == 1 else other.key for other in others]
        before, _, after = f"{line.text} ".partition(f"{number}{unit} ")
        lines = [f"{before}{number}{unit} {key} {after}" for key in keys[:4]]
        raise line.question(f"{pair.name} is selected, which has no {shortened(unit)}: name the pair too", lines)
    return pair


def _unit_or_pair(line: Line, number: str, word: str) -> tuple[str, Pair]:
    """What one word behind a number is: the unit on the selected pair, another pair's coin, or a pair."""
    selected = line.selected
    before, _, after = f" {line.text} ".rpartition(f" {number} {word} ")
    if selected and word.upper() == selected.coin.upper():
        spot = [pair for pair in matching(word, line.pairs) if not pair.contract] if selected.contract else []
        if not spot:
            return word, selected
        choices = (selected, *spot)[:CHOICES_SHOWN]
        lines = [f"{before} {number}{word} {pair.key} {after}" for pair in choices]
        raise line.question(
            f'"{word}" may be the contract {selected.name} or spot: write one of '
            f"{', '.join(pair.key for pair in choices)}",
            lines,
        )
    if selected and word.upper() == selected.money.upper():
        other = matching(word, line.pairs)
        if not other:
            return word, selected
        lines = [f"{before} {number}{word} {pair.key} {after}" for pair in (selected, other[0])]
        raise line.question(
            f'"{word}" may be the money of {selected.name} or the pair {other[0].name}: '
            f"write {number}{word}, or the pair in full",
            lines,
        )
    pair = line.pair(word)
    return word if word.upper() == pair.coin.upper() else "", pair


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
