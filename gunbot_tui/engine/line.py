"""One typed line while it is read: what it may name, and questions whose choices are whole lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gunbot_tui.engine.naming import find_pair
from gunbot_tui.engine.prices import KEYWORDS
from gunbot_tui.engine.typed import Ambiguous, TextError
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

    def pair(self, name: str) -> Pair:
        """The pair of a name that stands in the line; the choices of a question are whole lines."""
        try:
            return find_pair(name, self.pairs, self.selected, also=(ALL, EVERYWHERE, *KEYWORDS))
        except Ambiguous as question:
            before, _, after = f" {self.text} ".rpartition(f" {name} ")
            raise self.question(str(question), [f"{before} {key} {after}" for key in question.choices]) from None

    def chosen(self) -> Pair:
        """The selected pair."""
        if self.selected is None:
            raise TextError("no pair is selected: name one, as in buy 0.01 BTC/USDT @ 50000")
        return self.selected

    def question(self, message: str, lines: Sequence[str]) -> Ambiguous:
        """What can be read in several ways, with the line for each."""
        mark = [" ?"] if self.is_question else []
        return Ambiguous(message, [" ".join(" ".join([line, *mark]).split()) for line in lines])
