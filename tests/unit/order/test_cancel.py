"""Which orders each scope of a cancel takes, frozen and exact, and what it says of those it does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import (
    HALT,
    NOW,
    make_cancel,
    make_feed,
    make_intent,
    make_order,
    make_pair_status,
    make_placement,
    make_problem,
    with_feed,
)
from tests.unit.order.scenes import BTC, ETH, LIMITS, cancel, scene

OURS = make_intent(state=IntentState.WORKING, order_id="357044")
FRESH = make_intent(make_placement(price="60000", amount="0.01"), IntentState.HANDED_OVER, "20261121T140209-abc234")
ON_SIGHT = CancelOrder(BTC, "", Side.BUY, Decimal(60000), Decimal("0.01"), of=FRESH.id)


def drafted(draft: CancelDraft, snapshot: Snapshot) -> CancelPreview:
    made = preview(draft, snapshot, NOW, limits=LIMITS)
    assert isinstance(made, CancelPreview)
    return made


def marked(snapshot: Snapshot, *marks: tuple[str, str]) -> CancelPreview:
    return drafted(CancelDraft(CancelScope.MARKED, ids=marks), snapshot)


def ids(made: CancelPreview) -> list[str]:
    return [command.id or command.of for command in made.commands]


class TestOne:
    def test_it_carries_the_order_exactly(self) -> None:
        made = cancel("cancel 357044", scene())
        assert made.commands == (CancelOrder(BTC, "357044", Side.BUY, Decimal("60940.0"), Decimal("0.0041")),)
        assert (made.blocks, made.must_type) == ((), "")

    def test_o16_it_takes_the_youngest_record_of_an_order(self) -> None:
        younger: Feed[object] = make_feed(
            make_pair_status(BTC, open_orders=(make_order(BTC, amount="0.001"),)), age_seconds=0.1
        )
        made = cancel("cancel 357044", with_feed(scene(), Topic(Kind.PAIR, BTC.key), younger))
        assert made.commands[0].amount == Decimal("0.001")

    def test_o16_an_order_without_an_exact_id_is_refused(self) -> None:
        made = drafted(CancelDraft(CancelScope.ONE), scene(orders=(make_order(BTC, id=""),)))
        assert made.blocks == ("the bot gives no exact id for this order: cancel it at the exchange",)

    def test_o16_an_old_record_says_its_age(self) -> None:
        statuses = make_feed((make_pair_status(BTC, open_orders=(make_order(BTC),)),), age_seconds=40)
        made = cancel("cancel 357044", with_feed(scene(intents=[OURS]), Topic(Kind.PAIRS), statuses))
        assert made.blocks == ()
        assert made.warnings == ("the bot showed them 40s ago: what changed since is not known",)

    def test_an_unknown_id_names_those_near_it(self) -> None:
        made = cancel("cancel 357045", scene())
        assert made.commands == ()
        assert made.blocks == ("no open order 357045: near it are 357044, 357099",)

    def test_an_id_on_two_pairs_is_not_guessed(self) -> None:
        twins = scene(orders=(make_order(BTC, id="7"), make_order(ETH, id="7")))
        assert "2 orders have the id 7" in cancel("cancel 7", twins).blocks[0]
        assert [command.pair for command in cancel("cancel 7 ETH/USDT", twins).commands] == [ETH]

    def test_one_that_is_not_ours_says_so(self) -> None:
        not_ours = ("the bot's own order: its strategy may place it again",)
        assert cancel("cancel 357044", scene()).warnings == not_ours
        elsewhere = make_intent(make_placement(ETH), IntentState.WORKING, order_id="357044")
        assert cancel("cancel 357044", scene(intents=[elsewhere])).warnings == not_ours
        assert cancel("cancel 357044", scene(intents=[OURS])).warnings == ()

    def test_a_leg_of_our_oco_is_ours(self) -> None:
        leg = replace(make_intent(state=IntentState.WORKING, order_id="1"), leg_id="357044")
        assert cancel("cancel 357044", scene(intents=[leg])).warnings == ()

    @pytest.mark.parametrize("state", [IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN])
    def test_ours_that_the_bot_does_not_show_yet_is_cancelled_on_sight(self, state: IntentState) -> None:
        made = cancel("cancel abc234", scene(intents=[replace(FRESH, state=state)]))
        assert made.commands == (ON_SIGHT,)
        assert made.warnings == ("the order is not shown by the bot yet: a cancel is sent once when it appears",)

    def test_a_cancel_on_sight_that_waits_is_not_doubled(self) -> None:
        waits = make_intent(ON_SIGHT, IntentState.WAITING, "waits")
        made = cancel("cancel abc234", scene(intents=[waits, FRESH]))
        assert made.commands == ()
        assert made.blocks == ("a cancel of abc234 waits already: it is sent once the bot shows the order",)

    @pytest.mark.parametrize("name", ["abc234", FRESH.id])
    def test_our_id_of_a_shown_order_means_its_order(self, name: str) -> None:
        shown = replace(FRESH, state=IntentState.WORKING, order_id="357044")
        assert ids(cancel(f"cancel {name}", scene(intents=[shown]))) == ["357044"]

    @pytest.mark.parametrize("name", ["abc234", "99"])
    def test_o14_one_that_has_ended_says_how(self, name: str) -> None:
        filled = replace(FRESH, state=IntentState.FILLED, order_id="99")
        assert cancel(f"cancel {name}", scene(intents=[filled])).blocks == (
            "nothing to cancel: abc234 is filled already",
        )

    @pytest.mark.parametrize("state", [IntentState.HANDED_OVER, IntentState.UNKNOWN])
    def test_o15_the_key_may_repeat_a_cancel_that_hangs(self, state: IntentState) -> None:
        hangs = make_intent(make_cancel(), state, "hangs")
        assert ids(cancel("cancel 357044", scene(intents=[hangs, OURS]))) == ["357044"]


class TestDoubled:
    """One intent, two orders that it may have become."""

    TWINS = (
        make_order(BTC, id="1", placed_at=NOW),
        make_order(BTC, id="2", placed_at=NOW),
        make_order(BTC, id="3", price="61000", placed_at=NOW),
    )
    LOST = make_intent(state=IntentState.AMBIGUOUS, id="20261121T140209-dbl234")

    @pytest.mark.parametrize("line", ["cancel all", "cancel dbl234"])
    def test_every_order_that_it_may_be_is_cancelled(self, line: str) -> None:
        made = cancel(line, scene(orders=self.TWINS, intents=[self.LOST]))
        assert ids(made) == ["1", "2"]
        assert made.warnings == ("#1, #2: each may be yours",)

    def test_one_of_them_is_not_called_the_strategys(self) -> None:
        made = cancel("cancel 2", scene(orders=self.TWINS, intents=[self.LOST]))
        assert made.warnings == ("#2: one of several that may be yours",)

    def test_what_was_there_before_the_press_is_not_among_them(self) -> None:
        older = replace(self.LOST, known_ids=frozenset({"1"}))
        assert ids(cancel("cancel all", scene(orders=self.TWINS, intents=[older]))) == ["2"]

    def test_none_of_them_left_is_said(self) -> None:
        made = cancel("cancel dbl234", scene(orders=(), intents=[self.LOST]))
        assert made.blocks == ("none of the orders that dbl234 may be works now: 5 shows the orders",)


class TestMarked:
    def test_they_are_taken_in_their_order_and_each_once(self) -> None:
        marks = [(ETH.key, "357099"), (BTC.key, "abc234"), (BTC.key, "357044"), (ETH.key, "357099")]
        made = marked(scene(intents=[FRESH]), *marks)
        assert ids(made) == ["357099", "357044", FRESH.id]
        assert made.must_type == ""

    def test_those_that_are_gone_are_named(self) -> None:
        made = marked(scene(intents=[OURS]), (BTC.key, "357044"), (BTC.key, "1"), (ETH.key, "357044"))
        assert ids(made) == ["357044"]
        assert made.warnings == ("no longer there, so not among them: #1, #357044",)

    def test_nothing_left_of_them_is_said(self) -> None:
        assert marked(scene(), (BTC.key, "1")).blocks == (
            "none of the marked orders can be cancelled any more: 5 shows the orders",
        )

    def test_the_bots_own_among_them_are_counted(self) -> None:
        made = marked(scene(intents=[OURS]), (BTC.key, "357044"), (ETH.key, "357099"))
        assert made.warnings == ("1 of them are the bot's own: its strategy may place them again",)


class TestAll:
    ORDERS = (make_order(BTC, id="1"), make_order(BTC, id="2"), make_order(BTC, id="3"), make_order(ETH, id="4"))
    INTENTS = (
        make_intent(state=IntentState.WORKING, id="a", order_id="1"),
        replace(make_intent(state=IntentState.PARTLY_FILLED, id="b", order_id="gone"), leg_id="2"),
        make_intent(make_placement(ETH), IntentState.WORKING, "c", order_id="4"),
    )

    def test_it_means_ours_on_the_pair(self) -> None:
        made = cancel("cancel all", scene(orders=self.ORDERS, intents=self.INTENTS))
        assert (ids(made), made.must_type) == (["1", "2"], "")
        assert ids(cancel("cancel ETH/USDT", scene(orders=self.ORDERS, intents=self.INTENTS))) == ["4"]

    @pytest.mark.parametrize(
        ("text", "taken"),
        [
            ("cancel all everywhere", ["1", "2", "4"]),
            ("cancel all with bot", ["1", "2", "3"]),
            ("cancel all everywhere with bot", ["1", "2", "3", "4"]),
        ],
    )
    def test_a_wider_scope_needs_the_number_of_orders_typed(self, text: str, taken: list[str]) -> None:
        made = cancel(text, scene(orders=self.ORDERS, intents=self.INTENTS))
        assert (ids(made), made.must_type) == (taken, str(len(taken)))

    def test_ours_that_are_not_shown_yet_are_cancelled_on_sight(self) -> None:
        intents = [
            make_intent(state=IntentState.WORKING, id="a", order_id="357044"),
            make_intent(state=IntentState.HANDED_OVER, id="b"),
            make_intent(state=IntentState.UNKNOWN, id="c"),
            make_intent(make_placement(ETH), id="e"),
            make_intent(state=IntentState.REFUSED, id="f"),
            make_intent(make_cancel(make_order(id="8")), IntentState.UNKNOWN, id="g"),
        ]
        made = cancel("cancel all", scene(intents=intents))
        assert ids(made) == ["357044", "b", "c"]
        assert made.warnings == ("2 of them are not shown by the bot yet: a cancel is sent once when it appears",)
        assert cancel("cancel all everywhere", scene(intents=intents)).must_type == "4"

    @pytest.mark.parametrize("state", [IntentState.SENDING, IntentState.HANDED_OVER])
    def test_o15_a_cancel_that_is_on_its_way_is_not_sent_again(self, state: IntentState) -> None:
        again = (make_intent(make_cancel(make_order(id="1")), state, "again"), *self.INTENTS)
        made = cancel("cancel all", scene(orders=self.ORDERS, intents=again))
        assert ids(made) == ["2"]
        assert made.warnings == ("not among them: 1 whose cancel is on its way already, x on one repeats it",)

    def test_a_cancel_on_sight_that_waits_is_not_sent_again(self) -> None:
        waits = make_intent(ON_SIGHT, IntentState.WAITING, "waits")
        made = cancel("cancel all", scene(intents=[waits, FRESH]))
        assert made.commands == ()
        assert made.blocks == ("no order of ours to cancel on BTC/USDT: 5 shows the orders",)
        assert len(made.warnings) == 1

    def test_orders_without_an_exact_id_and_lists_that_can_not_be_read_are_told(self) -> None:
        statuses = (
            make_pair_status(BTC, open_orders=(make_order(BTC, id="1"), make_order(BTC, id=""))),
            make_pair_status(ETH, open_orders=None),
        )
        made = cancel("cancel all everywhere with bot", with_feed(scene(), Topic(Kind.PAIRS), make_feed(statuses)))
        assert ids(made) == ["1"]
        assert made.warnings == (
            "the bot's own order: its strategy may place it again",
            "the open orders of ETH/USDT can't be read now: they are not among them",
            "not among them: 1 whose id the bot does not give exactly, cancel them at the exchange",
        )

    @pytest.mark.parametrize("line", ["cancel all", "cancel all everywhere", "cancel all everywhere with bot"])
    def test_orders_that_can_not_be_read_are_unknown_and_not_none(self, line: str) -> None:
        hidden = with_feed(scene(), Topic(Kind.PAIRS), make_feed((make_pair_status(BTC, open_orders=None),)))
        made = cancel(line, hidden)
        assert made.commands == ()
        assert made.blocks == ("the open orders of BTC/USDT can't be read now: what works there is unknown",)
        unknown = "the open orders of BTC/USDT can't be read now"
        assert cancel("cancel 999999", hidden).blocks == (f"no open order 999999: {unknown}",)
        assert marked(hidden, (BTC.key, "1")).blocks[0].endswith(f"any more: {unknown}")
        gone = replace(hidden, intents=(replace(FRESH, state=IntentState.WORKING, order_id="1"),))
        assert cancel("cancel 1", gone).blocks[0].endswith(unknown)

    def test_one_that_worked_and_is_not_listed_is_unknown_and_not_none(self) -> None:
        made = cancel("cancel all", scene(orders=(), intents=[OURS]))
        assert made.blocks == ("the bot does not show #357044 now: whether they still work is unknown",)

    def test_orders_without_an_exact_id_alone_are_counted(self) -> None:
        made = cancel("cancel all with bot", scene(orders=(make_order(BTC, id=""),)))
        assert made.blocks == (
            "no order to cancel on BTC/USDT, but 1 whose id the bot does not give exactly, cancel them at the exchange",
        )

    def test_without_orders_it_says_where_orders_are_shown(self) -> None:
        assert cancel("cancel all", scene()).blocks == ("no order of ours to cancel on BTC/USDT: 5 shows the orders",)
        assert "on any pair" in cancel("cancel all everywhere with bot", scene(orders=())).blocks[0]


class TestKinds:
    """What is lost beside the order itself."""

    STOP = replace(make_order(BTC, id="5", side=Side.SELL), stop=Decimal(60000))

    def oco(self, order_id: str = "1", leg_id: str = "2") -> Intent:
        placed = replace(make_placement(type=OrderType.OCO, side=Side.SELL), stop=Decimal(59000))
        return replace(make_intent(placed, IntentState.WORKING, id="oco", order_id=order_id), leg_id=leg_id)

    def test_a_stop_and_what_it_protects_are_named(self) -> None:
        made = cancel("cancel 5", scene(orders=(self.STOP,), intents=[replace(OURS, order_id="5")]))
        assert made.kinds == {made.commands[0]: "stop-limit, stop 60000"}
        assert made.warnings == ("it is a stop: its protection goes",)

    def test_a_stop_that_buys_protects_nothing_on_a_spot_market(self) -> None:
        entry = replace(self.STOP, side=Side.BUY)
        made = cancel("cancel 5", scene(orders=(entry,), intents=[replace(OURS, order_id="5")]))
        assert (list(made.kinds.values()), made.warnings) == (["stop-limit, stop 60000"], ())

    def test_a_trailing_stop_of_ours_is_called_so_before_the_bot_shows_it(self) -> None:
        placed = replace(make_placement(type=OrderType.TRAILING_STOP, side=Side.SELL), stop=Decimal(58000))
        made = cancel("cancel all", scene(orders=(), intents=[make_intent(placed, id="x")]))
        assert list(made.kinds.values()) == ["trailing-stop, stop 58000"]

    def test_a_limit_order_has_nothing_to_add(self) -> None:
        assert cancel("cancel 357044", scene(intents=[OURS])).kinds == {}

    def test_both_halves_of_an_oco_are_one_cancel(self) -> None:
        halves = (make_order(BTC, id="1", side=Side.SELL), replace(self.STOP, id="2"), make_order(BTC, id="3"))
        shown = scene(orders=halves, intents=[self.oco()])
        made = cancel("cancel all with bot", shown)
        assert (ids(made), made.must_type) == (["1", "3"], "2")
        assert made.kinds == {made.commands[0]: "both halves of an OCO, stop 59000"}
        assert ids(marked(shown, (BTC.key, "2"), (BTC.key, "1"))) == ["2"]

    def test_the_partner_of_an_oco_whose_cancel_is_on_its_way_is_not_cancelled_again(self) -> None:
        halves = (make_order(BTC, id="1", side=Side.SELL), replace(self.STOP, id="2"))
        going = make_intent(make_cancel(halves[0]), IntentState.HANDED_OVER, "going")
        assert cancel("cancel all", scene(orders=halves, intents=[going, self.oco()])).commands == ()

    def test_the_bots_own_are_counted_in_a_wide_cancel(self) -> None:
        made = cancel("cancel all everywhere with bot", scene(intents=[OURS]))
        assert made.warnings == ("1 of them are the bot's own: its strategy may place them again",)


def test_cancels_work_without_a_journal_and_stop_at_a_halt() -> None:
    assert cancel("cancel 357044", replace(scene(), journal_problem=make_problem())).blocks == ()
    halted = cancel("cancel 357044", replace(scene(), halt=HALT))
    assert "HALTED" in halted.blocks[0]
    assert halted.is_limited
    assert cancel("cancel all", replace(scene(), halt=HALT)).is_limited
    assert not cancel("cancel 1", scene()).is_limited
    assert "read-only" in cancel("cancel 357044", scene(mode=TradeMode.READ_ONLY)).blocks[0]
