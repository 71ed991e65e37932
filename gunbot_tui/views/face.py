"""Everything of a snapshot that any picture depends on, as one comparable value: an equal face needs no drawing.

Most reads of a quiet bot change nothing but the time of the read, and that is shown only once it is old.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gunbot_tui.model.bot import Link
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import core, panel, run

Face = tuple[object, ...]


def face(snapshot: Snapshot, shown: Collection[Topic], now: datetime) -> Face:
    """The snapshot's face at a time, with the topics on screen and what is always read.

    The reducer keeps equal values the same objects, so comparing is cheap.
    """
    feeds = snapshot.feeds.items()
    return (
        tuple(
            (topic, _feed(feed, now, snapshot.link))
            for topic, feed in feeds
            if topic in shown or _is_always_read(topic)
        ),
        snapshot.link,
        panel.next_try(snapshot.link.next_try_at, now),
        snapshot.capabilities,
        snapshot.intents,
        snapshot.halt,
        snapshot.journal_problem,
        core.quiet_seconds(snapshot, now),
        run.unmoved_seconds(snapshot),
        tuple(core.late_seconds(snapshot, intent) for intent in snapshot.intents if intent.state.is_open),
        now.astimezone().date(),
    )


def _is_always_read(topic: Topic) -> bool:
    return not topic.subject or topic.kind is Kind.DAY


def _feed(feed: Feed[object], now: datetime, link: Link) -> Face:
    return feed.value, feed.problem, panel.freshness_mark(feed, now, link), panel.next_try(feed.next_try_at, now)
