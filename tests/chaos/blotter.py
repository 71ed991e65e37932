"""The rows of the blotter against the exchange's own book: all that rests, once each, and nothing else."""

from __future__ import annotations

from collections import Counter

from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_origin import Origin
from tests.chaos.truth import Truth


def differences(snapshot: Snapshot, truth: Truth) -> list[str]:
    """Where the rows of the blotter differ from the exchange's book."""
    rows = entries(snapshot)
    resting = [row for row in rows if row.order is not None]
    legs = {
        (row.pair.key, order_id)
        for row in resting
        if row.intent is not None
        for order_id in (row.intent.order_id, row.intent.leg_id)
    }
    ids = Counter((row.pair.key, row.id) for row in resting)
    found = [f"{name} rests and the blotter has no row" for name in truth.working - set(ids) - legs]
    found += [f"{name} rests only in the blotter" for name in set(ids) - truth.working]
    found += [f"{name} stands {count} times in the blotter" for name, count in ids.items() if count > 1]
    found += [
        f"{row.pair.key} {row.id} is ours and called the strategy's"
        for row in rows
        if row.id in truth.ours and row.origin is Origin.STRATEGY
    ]
    return found
