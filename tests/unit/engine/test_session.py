"""A session's life: connecting, losing the bot, being refused, following orders, ending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.engine.session import KEPT
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, OrderType
from gunbot_tui.views import orders
from gunbot_tui.views.order_entries import entries
from tests.clock import settle
from tests.factories import NOW, fields, make_order, make_pair_status, make_placement, make_trade
from tests.freqtrade_day import recorded_bot
from tests.unit.engine.life import BALANCES, BOOK, CLOCK, HISTORY, PAIRS, Life, running
from tests.unit.engine.scripted import ScriptedBot


def shown_ids(snapshot: Snapshot) -> set[str]:
    """The ids of all orders and trades that a snapshot shows."""
    history = snapshot.history().value
    resting = {order.id for status in snapshot.pairs.value or () for order in status.open_orders or ()}
    return resting | {trade.id for trade in (history.trades if history else ())}


def origins(snapshot: Snapshot) -> set[str]:
    """Whom the rows of the blotter say that they are by."""
    return {fields(row, orders.COLUMNS)["origin"].text for row in orders.rows(entries(snapshot), snapshot, NOW)}


@pytest.fixture
async def life(path: Path) -> AsyncIterator[Life]:
    async with running(Life(path, ScriptedBot())) as life:
        yield life


async def test_it_connects_reads_and_publishes_each_change_once(life: Life) -> None:
    assert life.link() is LinkState.ONLINE
    assert life.session.snapshot.pairs.value == (make_pair_status(),)
    assert life.published[-1] is life.session.snapshot
    for before, after in zip(life.published, life.published[1:], strict=False):
        assert before is not after
        assert before != after


async def test_what_a_bot_allows_since_it_read_its_settings_anew_is_on_the_screen_with_the_next_reading(
    life: Life,
) -> None:
    for allowed in (Capabilities({Capability.PLACE_ORDER: "entries are off"}), Capabilities()):
        before, life.bot.capabilities = life.snapshot.link, allowed
        await life.clock.advance(5.0)
        assert life.snapshot.capabilities == allowed
        assert life.snapshot.link == before


async def test_what_the_screen_shows_is_read_at_once(life: Life) -> None:
    assert BOOK not in life.bot.reads
    life.session.show(frozenset({BOOK}))
    await settle()
    assert life.session.snapshot.feed(BOOK).value == "book of binance/USDT-BTC"


async def test_a_trade_is_looked_up_once_or_told_why_not(life: Life) -> None:
    deal, topic = recorded_bot().deals[0], Topic(Kind.DEAL, "143")
    life.bot.values[topic] = deal
    assert await life.session.deal("143") == deal
    life.bot.read_error = lambda topic: Rejected("Gunbot keeps no trades")
    assert await life.session.deal("143") == "Gunbot keeps no trades"
    assert life.count(topic) == 2


async def test_of_what_was_looked_at_long_ago_only_the_last_things_are_kept(life: Life) -> None:
    pages = [Topic(Kind.HISTORY, str(page)) for page in range(50)]
    life.bot.values |= {page: HistoryPage((), 0) for page in pages}
    for page in pages:
        life.session.show(frozenset({page, BOOK}))
        await life.clock.advance(1.0)
    life.session.show(frozenset({BOOK}))
    kept = life.session.snapshot.feeds.keys()
    assert kept >= {PAIRS, BALANCES, CLOCK, BOOK, *pages[-KEPT:]}
    assert kept.isdisjoint(pages[1:-KEPT])
    assert pages[0] in kept, "our orders are looked for on the newest page"
    life.session.show(frozenset({pages[1]}))
    await settle()
    assert life.bot.reads.count(pages[1]) == 2, "what was dropped is read anew at once"


async def test_what_was_shown_before_the_connection_is_read_when_it_stands(path: Path) -> None:
    life = Life(path, ScriptedBot())
    life.session.show(frozenset({BOOK}))
    async with running(life):
        assert life.session.snapshot.feed(BOOK).value is not None


async def test_a_bot_that_is_not_there_yet_is_tried_until_it_is(path: Path) -> None:
    life = Life(path, ScriptedBot())
    life.bot.connect_errors = [Unreachable("connection refused"), Unexpected("not a Gunbot"), Unreachable("no answer")]
    async with running(life):
        assert life.link() is LinkState.OFFLINE
        assert life.session.snapshot.link.problem is not None
        assert life.session.snapshot.link.next_try_at is not None
        assert life.session.snapshot.link.next_try_at > life.clock.now()
        await life.clock.advance(15.0)
        assert life.link() is LinkState.ONLINE
        assert life.bot.logins == 4


async def test_retry_does_not_wait_for_the_next_try(path: Path) -> None:
    life = Life(path, ScriptedBot())
    life.bot.connect_errors = [Unreachable("connection refused")]
    async with running(life):
        life.session.retry()
        await settle()
        assert life.link() is LinkState.ONLINE


async def test_a_refused_login_is_not_repeated_until_the_user_says_so(path: Path) -> None:
    life = Life(path, ScriptedBot())
    life.bot.connect_errors = [Unauthorised("wrong password"), Unauthorised("wrong password")]
    async with running(life):
        await life.clock.advance(3600.0)
        assert (life.link(), life.bot.logins, life.bot.reads) == (LinkState.REFUSED, 1, [])
        assert life.session.snapshot.link.problem is not None
        assert life.session.snapshot.link.problem.summary == "wrong password"
        life.session.retry()
        await life.clock.advance(3600.0)
        assert (life.link(), life.bot.logins) == (LinkState.REFUSED, 2)
        life.session.retry()
        await settle()
        assert (life.link(), life.bot.logins) == (LinkState.ONLINE, 3)


async def test_what_kind_of_bot_it_is_shows_though_it_refuses_the_login(path: Path) -> None:
    bot = ScriptedBot()
    bot.capabilities, bot.connect_errors = Capabilities(has_deals=True), [Unauthorised("wrong password")]
    async with running(Life(path, bot)) as life:
        assert life.link() is LinkState.REFUSED
        assert life.session.snapshot.capabilities.has_deals


async def test_a_retry_while_online_is_not_kept_for_a_later_refusal(life: Life) -> None:
    life.session.retry()
    life.bot.read_error = lambda topic: Unauthorised("token refused")
    await life.clock.advance(3600.0)
    assert (life.link(), life.bot.logins) == (LinkState.REFUSED, 1)


async def test_a_login_refused_while_reading_stops_all_reading_and_a_retry_starts_a_new_generation(life: Life) -> None:
    generation = life.session.snapshot.generation
    life.bot.read_error = lambda topic: Unauthorised("token refused")
    await life.clock.advance(2.0)
    assert life.link() is LinkState.REFUSED
    reads = len(life.bot.reads)
    await life.clock.advance(3600.0)
    assert len(life.bot.reads) == reads
    assert life.session.snapshot.pairs.value == (make_pair_status(),)
    life.find()
    life.session.retry()
    await settle()
    assert life.link() is LinkState.ONLINE
    assert life.session.snapshot.generation == generation + 1
    assert life.bot.logins == 2


async def test_a_lost_bot_keeps_its_last_data_and_comes_back_by_itself(life: Life) -> None:
    read_at = life.session.snapshot.pairs.read_at
    life.lose()
    await life.clock.advance(4.0)
    assert life.link() is LinkState.OFFLINE
    await life.clock.advance(60.0)
    assert life.session.snapshot.pairs.value == (make_pair_status(),)
    assert life.session.snapshot.pairs.read_at == read_at
    assert life.session.snapshot.pairs.problem is not None
    assert life.session.snapshot.link.next_try_at is not None
    life.find()
    await life.clock.advance(5.1)
    assert life.link() is LinkState.ONLINE
    assert life.session.snapshot.pairs.problem is None
    assert life.bot.logins == 1


async def test_an_answer_that_was_kept_does_not_bring_a_lost_bot_back_for_a_moment(life: Life) -> None:
    life.lose()
    await life.clock.advance(20.0)
    since = life.session.snapshot.link.since
    life.bot.read_error = lambda topic: None if topic == BOOK else Unreachable("connection refused")
    life.published.clear()
    life.session.show(frozenset({BOOK}))
    await life.clock.advance(20.0)
    assert life.session.snapshot.feed(BOOK).value is not None
    assert {(each.link.state, each.link.since) for each in life.published} == {(LinkState.OFFLINE, since)}


async def test_any_answer_has_a_lost_bot_asked_at_once_whether_it_is_back(life: Life) -> None:
    life.lose()
    await life.clock.advance(300.0)
    life.find()
    life.session.show(frozenset({BOOK}))
    await settle()
    assert life.link() is LinkState.ONLINE


async def test_a_bot_whose_clock_can_not_be_read_is_back_with_any_answer(life: Life) -> None:
    life.lose()
    await life.clock.advance(60.0)
    life.bot.read_error = lambda topic: Rejected("no such page") if topic == CLOCK else None
    await life.clock.advance(60.0)
    assert life.link() is LinkState.ONLINE


async def test_a_retry_tries_a_lost_bot_at_once(life: Life) -> None:
    life.lose()
    await life.clock.advance(300.0)
    life.find()
    life.session.retry()
    await settle()
    assert life.link() is LinkState.ONLINE


async def test_a_refusal_is_not_covered_up_by_a_silent_read(life: Life) -> None:
    life.bot.hold(CLOCK)
    await life.clock.advance(30.0)
    life.bot.read_error = lambda topic: Unauthorised("token refused") if topic == PAIRS else Unreachable("no answer")
    life.bot.let_go(CLOCK)
    life.session.poke(PAIRS, BALANCES)
    await settle()
    assert life.link() is LinkState.REFUSED


async def test_while_the_bot_is_lost_it_is_asked_ever_less(life: Life) -> None:
    life.lose()
    await life.clock.advance(300.0)
    before = len(life.bot.reads)
    await life.clock.advance(300.0)
    assert len(life.bot.reads) - before < 170


async def test_one_slow_report_does_not_mean_that_the_bot_is_lost(life: Life) -> None:
    life.bot.read_error = lambda topic: Unreachable("timeout") if topic == BALANCES else None
    await life.clock.advance(300.0)
    assert life.link() is LinkState.ONLINE
    assert life.session.snapshot.balances.problem is not None


async def test_a_bot_without_a_clock_is_lost_after_two_silent_reads(path: Path) -> None:
    async with running(Life(path, ScriptedBot(frozenset({Kind.PAIRS, Kind.BALANCES})))) as life:
        life.bot.read_error = lambda topic: Unreachable("timeout") if topic == PAIRS else None
        await life.clock.advance(2.0)
        assert life.link() is LinkState.ONLINE
        await life.clock.advance(4.0)
        assert life.link() is LinkState.OFFLINE
        life.find()
        await life.clock.advance(20.0)
        assert life.link() is LinkState.ONLINE


async def test_a_late_answer_of_the_former_connection_is_dropped(life: Life) -> None:
    life.bot.hold(PAIRS)
    await life.clock.advance(2.0)
    life.bot.read_error = lambda topic: Unauthorised("token refused") if topic == BALANCES else None
    life.session.poke(BALANCES)
    await settle()
    assert life.link() is LinkState.REFUSED
    life.bot.values[PAIRS] = ()
    life.bot.let_go(PAIRS)
    await settle()
    assert life.session.snapshot.pairs.value == (make_pair_status(),)


async def test_an_order_is_followed_from_the_press_to_its_fill(life: Life) -> None:
    assert HISTORY not in life.bot.reads
    intent = await life.session.desk.submit(make_placement())
    assert intent.state is IntentState.HANDED_OVER
    await life.clock.advance(2.0)
    assert HISTORY in life.bot.reads
    life.bot.values[PAIRS] = (make_pair_status(open_orders=(make_order(id="9", placed_at=None),)),)
    await life.clock.advance(2.0)
    assert life.states() == [IntentState.WORKING]
    life.bot.values[PAIRS] = (make_pair_status(),)
    trade = make_trade(id="9", price=60940.0, amount=0.0041, at=life.clock.now())
    life.bot.values[HISTORY] = HistoryPage((trade,), 1)
    await life.clock.advance(10.0)
    assert life.states() == [IntentState.FILLED]
    reads = life.bot.reads.count(HISTORY)
    await life.clock.advance(60.0)
    assert life.bot.reads.count(HISTORY) == reads


async def test_an_order_of_ours_is_never_published_as_one_of_the_bots(life: Life) -> None:
    await life.session.desk.submit(make_placement())
    life.bot.values[PAIRS] = (make_pair_status(open_orders=(make_order(id="9", placed_at=None),)),)
    await life.clock.advance(2.0)
    trade = make_trade(id="9", price=60940.0, amount=0.0041, at=life.clock.now())
    life.bot.values[PAIRS] = (make_pair_status(),)
    life.bot.values[HISTORY] = HistoryPage((trade,), 1)
    await life.clock.advance(10.0)
    assert life.states() == [IntentState.FILLED]
    showing = [each for each in life.published if "9" in shown_ids(each)]
    assert showing
    assert all(each.intents[0].order_id == "9" for each in showing)


async def test_a_market_order_is_ours_from_its_first_trade_on(life: Life) -> None:
    await life.session.desk.submit(make_placement(type=OrderType.MARKET))
    trades = tuple(make_trade(id="9", price=61000.0, amount=part, at=life.clock.now()) for part in (0.004, 0.0001))
    life.bot.values[HISTORY] = HistoryPage(trades, 2)
    await life.clock.advance(10.0)
    showing = [each for each in life.published if "9" in shown_ids(each)]
    assert showing
    assert {origin for each in showing for origin in origins(each)} == {"me"}


async def test_the_history_is_read_more_often_while_a_fill_may_be_new_and_not_for_ever(life: Life) -> None:
    await life.session.desk.submit(make_placement())
    await life.clock.advance(20.0)
    assert life.bot.reads.count(HISTORY) >= 9
    await life.clock.advance(60.0)
    reads = life.bot.reads.count(HISTORY)
    await life.clock.advance(60.0)
    assert life.bot.reads.count(HISTORY) - reads <= 7


async def test_a_slow_history_is_not_hurried_more_than_it_can_bear(life: Life) -> None:
    await life.session.desk.submit(make_placement())
    await life.clock.advance(21.0)
    life.bot.hold(HISTORY)
    life.session.poke(HISTORY)
    await life.clock.advance(7.0)
    reads = life.bot.reads.count(HISTORY)
    life.bot.let_go(HISTORY)
    await life.clock.advance(8.0)
    assert life.bot.reads.count(HISTORY) == reads
    await life.clock.advance(7.0)
    assert life.bot.reads.count(HISTORY) == reads + 1


async def test_open_intents_are_there_before_the_first_login(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as first:
        await first.session.desk.submit(make_placement())
    second = Life(path, ScriptedBot())
    second.bot.connect_errors = [Unreachable("connection refused")]
    async with running(second):
        assert second.states() == [IntentState.HANDED_OVER]


@pytest.fixture
def unusable(path: Path) -> Path:
    """A journal path that something else occupies."""
    path.parent.mkdir(mode=0o700)
    path.mkdir()
    return path


async def test_without_a_journal_everything_but_placements_goes_on(unusable: Path) -> None:
    async with running(Life(unusable, ScriptedBot())) as life:
        assert life.session.snapshot.journal_problem is not None
        assert life.link() is LinkState.ONLINE
        assert (await life.session.desk.submit(make_placement())).state is IntentState.NOT_SENT


async def test_closing_lets_go_of_the_bot(path: Path) -> None:
    life = Life(path, ScriptedBot())
    async with running(life):
        assert not life.bot.closed
    assert life.bot.closed
    await life.session.close()
