"""Finds the pair that a name means: key, Gunbot's `USDT-BTC`, the industry's `BTC/USDT` or `BTCUSDT`, the coin alone.

Two exchanges may trade the same name: the one that is written behind it counts, as in `BTC/USDT binance`, else the
selected pair's goes first, and what is left open is asked. A coin alone says neither money nor exchange, and never a
contract: it is one pair only where no other trades it.
"""

from __future__ import annotations

from collections.abc import Sequence

from gunbot_tui.engine.typed import Ambiguous, TextError, nearest, shortened
from gunbot_tui.model.market import Pair

CHOICES_SHOWN = 4


def matching(name: str, pairs: Sequence[Pair]) -> list[Pair]:
    """All pairs that the name fits, by the most exact notation that fits any."""
    wanted = name.upper()
    notations = (
        [pair for pair in pairs if pair.key.upper() == wanted],
        [pair for pair in pairs if pair.native.upper() == wanted],
        [pair for pair in pairs if pair.name.upper() == wanted],
        [pair for pair in pairs if wanted in (with_exchange(pair).upper(), f"{pair.native} {pair.exchange}".upper())],
        [pair for pair in pairs if not pair.contract and f"{pair.coin}{pair.money}".upper() == wanted],
        [pair for pair in pairs if pair.coin.upper() == wanted and not pair.contract],
        [pair for pair in pairs if pair.coin.upper() == wanted],
    )
    return next((found for found in notations if found), [])


def with_exchange(pair: Pair) -> str:
    """The pair's name with its exchange behind it."""
    return f"{pair.name} {pair.exchange}"


def find_pair(name: str, pairs: Sequence[Pair], selected: Pair | None, also: Sequence[str] = ()) -> Pair:
    """The one pair of that name.

    Raises Ambiguous, whose choices are keys of pairs, or TextError naming what is nearest: a pair or one of `also`.
    """
    found = matching(name, pairs)
    if not found:
        known = [*also, *(each for pair in pairs for each in (pair.coin, pair.name, pair.native, with_exchange(pair)))]
        raise TextError(f'unknown word "{shortened(name)}"{nearest(name, known) or ": no pair is called that"}')
    is_coin_alone = found[0].coin.upper() == name.upper()
    if selected in found and not (is_coin_alone and found[0].contract):
        return selected
    near = [pair for pair in found if selected and pair.exchange == selected.exchange and not is_coin_alone] or found
    if len(near) > 1:
        choices = [pair.key for pair in near[:CHOICES_SHOWN]]
        raise Ambiguous(f'"{name}" fits {len(near)} pairs: write one of {", ".join(choices)}', choices)
    if is_coin_alone and near[0].contract:
        raise Ambiguous(f'"{name}" is traded as a contract only: write {near[0].key}', [near[0].key])
    return near[0]
