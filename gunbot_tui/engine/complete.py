"""What a typed line may become: whole lines that end its last word, from what is known at this moment.

Nothing is waited for, and nothing is carried out by it: what runs is what stands in the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gunbot_tui.engine.amounts import amount_word
from gunbot_tui.engine.line import ALL, EVERYWHERE
from gunbot_tui.engine.prices import ANCHORS, AT, KEYWORDS, LIMIT, MARKET, OCO, STOP, TRAIL
from gunbot_tui.model.market import Pair

PAIR, ANY_PAIR, ID = "PAIR", "ANY PAIR", "ID"
"""Stand for every name of a pair, for those that the bot does not have too, and for the id of every order."""

OPENING = (AT, MARKET, STOP, TRAIL, OCO)
"""The price words that may come first; a limit belongs to a stop."""

FOLLOWING = {
    frozenset({STOP}): (LIMIT,),
    frozenset({OCO}): (STOP,),
    frozenset({OCO, STOP}): (LIMIT,),
    frozenset({TRAIL}): (AT,),
}
"""The price words that may come after those that stand in the line."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a line may name at this moment."""

    verbs: tuple[str, ...]
    pairs: tuple[Pair, ...]
    """The bot's own."""
    ids: tuple[str, ...]
    """Of orders: the exchange's, and the short ids of our own."""
    after: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """What each verb that is no order takes, word by word: words, PAIR, ANY_PAIR or ID.

    A verb with a word behind it (`settle abc234`) has what comes behind both.
    """
    others: tuple[Pair, ...] = ()
    """What can be entered, locked or barred beside the bot's own pairs."""


def complete(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The lines that end the text's last word in another way than it stands, best first."""
    start = max(text.rfind(sign) for sign in (" ", AT, "#")) + 1
    before, begun = text[:start], text[start:].lower()
    found = _words(before.replace(AT, f" {AT} ").replace("#", " ").split(), vocabulary)
    endings = (word for words in found for word in _named(words, begun, vocabulary))
    return tuple(dict.fromkeys(before + word for word in endings if word.lower().startswith(begun) and word != begun))


def _named(word: str, begun: str, vocabulary: Vocabulary) -> Iterable[str]:
    match word:
        case "PAIR":
            return (name for pair in vocabulary.pairs for name in _names(pair, begun))
        case "ANY PAIR":
            return (name for pair in (*vocabulary.pairs, *vocabulary.others) for name in _names(pair, begun))
        case "ID":
            return vocabulary.ids
        case _:
            return (word,)


def _names(pair: Pair, begun: str) -> Iterable[str]:
    """The pair's names in the order of their use; all but the first only for who began to write one."""
    if not pair.contract:
        yield pair.name
    if begun or pair.contract:
        yield pair.native
    if "/" in begun:
        yield pair.key


def _words(line: list[str], vocabulary: Vocabulary) -> Iterable[str]:
    """What may come behind these whole words."""
    match [word.lower() for word in line]:
        case []:
            return vocabulary.verbs
        case ["close", "all"]:
            return (EVERYWHERE, *_order_words("close", ["all"]))
        case ["buy" | "sell" | "close" | "again" as verb, *rest]:
            return _order_words(verb, rest)
        case ["cancel", *rest]:
            return _cancel_words(rest)
        case [verb, word] if f"{verb} {word}" in vocabulary.after:
            return vocabulary.after[f"{verb} {word}"][0]
        case [verb, *rest]:
            places = vocabulary.after.get(verb, ())
            return places[len(rest)] if len(rest) < len(places) else ()
    return ()


def _order_words(verb: str, rest: list[str]) -> tuple[str, ...]:
    keywords = [word for word in rest if word in KEYWORDS]
    if keywords:
        if rest[-1] == MARKET:
            return ("?",)
        return ANCHORS if rest[-1] == keywords[-1] else (*FOLLOWING.get(frozenset(keywords), ()), "?")
    opening = (AT, MARKET) if verb == "close" else OPENING
    if verb == "again":
        return (*opening, "?")
    pair = PAIR if verb == "close" else ANY_PAIR
    if not rest:
        return (ALL, pair)
    return (*opening, pair) if len(rest) == 1 and amount_word(rest[0]) else opening


def _cancel_words(rest: list[str]) -> tuple[str, ...]:
    match rest:
        case []:
            return (ALL, ID, PAIR)
        case ["all"]:
            return (EVERYWHERE, "with", PAIR)
        case [*_, "with"]:
            return ("bot",)
        case [*_, "bot"]:
            return ("?",)
        case ["all", *_]:
            return ("with", "?")
        case _:
            return ("with", "?") if "/" in rest[0] or "-" in rest[0] else ("?",)
