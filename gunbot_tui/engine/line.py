"""One typed line while it is read: what it may name, and questions whose choices are whole lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gunbot_tui.engine.naming import find_pair
from gunbot_tui.engine.prices import KEYWORDS
from gunbot_tui.engine.typed import Ambiguous, TextError
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import OrderDraft

ALL, EVERYWHERE = "all", "everywhere"


@dataclass(frozen=True, slots=True)
class Line:
    """One line while it is read, and what it may speak about."""

    text: str
    pairs: Sequence[Pair]
    selected: Pair | None
    last: OrderDraft | None
    is_question: bool
    deals: Sequence[Deal] | None = None
    """What is open at a bot that keeps deals; None for one that does not."""
    tag: str = ""

    def pair(self, name: str) -> Pair:
        """The pair of a name that stands in the line, or of a deal's `#143`; the choices of a question are lines."""
        if self.deals is not None and name.startswith("#"):
            return self.deal(name[1:]).pair
        if self.deals is not None and (known := self._only(name)) is not None:
            return known
        try:
            return find_pair(name, self.pairs, self.selected, also=(ALL, EVERYWHERE, *KEYWORDS))
        except Ambiguous as question:
            before, _, after = f" {self.text} ".rpartition(f" {name} ")
            raise self.question(str(question), [f"{before} {key} {after}" for key in question.choices]) from None

    def _only(self, name: str) -> Pair | None:
        """The only pair with these coin and money: a bot that keeps deals has either spot or contracts, never both."""
        wanted = name.upper()
        found = [
            pair
            for pair in self.pairs
            if wanted in (pair.coin.upper(), f"{pair.coin}/{pair.money}".upper(), f"{pair.coin}{pair.money}".upper())
        ]
        return found[0] if len(found) == 1 else None

    def deal(self, id: str) -> Deal:
        """The open deal with that id."""
        found = [deal for deal in self.deals or () if deal.id == id]
        if not found:
            known = ", ".join(f"#{deal.id}" for deal in self.deals or ())
            raise TextError(f"no open trade #{id}: {f'open are {known}' if known else 'none is open'}")
        return found[0]

    def chosen(self) -> Pair:
        """The selected pair."""
        if self.selected is None:
            raise TextError("no pair is selected: name one, as in buy 0.01 BTC/USDT @ 50000")
        return self.selected

    def question(self, message: str, lines: Sequence[str]) -> Ambiguous:
        """What can be read in several ways, with the line for each."""
        end = [*([tag_words(self.tag)] if self.tag else []), *(["?"] if self.is_question else [])]
        return Ambiguous(message, [" ".join([*line.split(), *end]) for line in lines])


def tag_words(tag: str) -> str:
    """A tag as it is typed."""
    return f'tag "{tag}"'
