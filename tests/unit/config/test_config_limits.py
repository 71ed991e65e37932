"""Limits in the config file: what they become, and how a mistake in one is told."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.config.document import ConfigError, Document
from gunbot_tui.config.limits import LimitSettings, PairLimits, PairRules, SoftRules
from gunbot_tui.config.settings import validate
from gunbot_tui.model.guard import Limits, Rule

HOME = '[bots.home]\nkind = "gunbot"\nurl = "http://127.0.0.1:3000"\nmode = "confirm"\nlimits.max_notional = 500\n'
FREQTRADE = HOME.replace('"gunbot"', '"freqtrade"\nusername = "me"')
A_PAIR = '"USDT-BTC" for a gunbot, "BTC/USDT" for a freqtrade, or on one exchange "binance/USDT-BTC"'


def document(text: str) -> Document:
    return Document(Path("config.toml"), text, tomllib.loads(text, parse_float=Decimal))


def limits(text: str) -> Limits:
    found = validate(document(HOME + text)).bots["home"].limits
    assert found is not None
    return found.limits()


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        validate(document(text))
    return str(caught.value)


def test_a_limit_is_as_exact_as_it_is_written() -> None:
    assert limits("limits.max_notional_hour = 0.1\n").hard[Rule.NOTIONAL_HOUR] == Decimal("0.1")
    assert limits("").hard[Rule.NOTIONAL] == 500


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_may_be_hard_and_soft(rule: Rule) -> None:
    given = limits(f"limits.soft.{rule} = 7\n" + (f"limits.{rule} = 9\n" if rule is not Rule.NOTIONAL else ""))
    assert given.soft == {rule: Decimal(7)}
    assert given.hard[rule] == (500 if rule is Rule.NOTIONAL else 9)


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.ORDERS_MINUTE])
def test_a_pair_may_have_every_rule_of_its_own_but_the_orders_per_minute(rule: Rule) -> None:
    given = limits(f'[bots.home.limits.pairs."binance#3/USDT-BTC"]\n{rule} = 9\nsoft.{rule} = 7\n')
    assert given.hard_by_pair == {"binance#3/USDT-BTC": {rule: Decimal(9)}}
    assert given.soft_by_pair == {"binance#3/USDT-BTC": {rule: Decimal(7)}}


def test_ten_orders_a_minute_are_the_limit_where_none_is_set() -> None:
    assert limits("").hard == {Rule.NOTIONAL: Decimal(500), Rule.ORDERS_MINUTE: Decimal(10)}
    assert limits("limits.max_orders_minute = 60\n").hard[Rule.ORDERS_MINUTE] == 60


def test_pairs_are_allowed_and_protected_by_name() -> None:
    given = limits('limits.allowed_pairs = ["USDT-BTC"]\nlimits.protected_pairs = ["bybit/USDT-BTC-LONG"]\n')
    assert given.allowed_pairs == frozenset({"USDT-BTC"})
    assert given.protected_pairs == {"bybit/USDT-BTC-LONG"}
    assert limits("").allowed_pairs is None


@pytest.mark.parametrize("mode_and_limits", ['mode = "confirm"', 'mode = "confirm"\nlimits.max_notional_day = 5'])
def test_trading_needs_a_limit_per_order_and_says_how_to_set_it(mode_and_limits: str) -> None:
    head = HOME.partition("mode")[0]
    assert complaint(f"{head}{mode_and_limits}\n") == (
        'config.toml, line 1: bots.home: mode = "confirm" needs max_notional, the most one order may cost;'
        " allowed: max_notional = 500 in a table [bots.home.limits]"
    )


@pytest.mark.parametrize("value", ["0", "-5", "true", "inf", "nan", '"5"', "[5]"])
@pytest.mark.parametrize("key", ["max_notional_day", "soft.max_slip_percent", "max_orders_minute"])
def test_a_limit_that_is_no_number_above_zero_is_named_with_its_line(key: str, value: str) -> None:
    said = complaint(f"{HOME}limits.{key} = {value}\n")
    assert said == f"config.toml, line 6: bots.home.limits.{key}: must be a number above 0"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("limits.max_orders_minute = 2.5", "limits.max_orders_minute: must be a whole number above 0"),
        ("limits.max_share_percent = 101", "limits.max_share_percent: must be a number above 0 and at most 100"),
        (
            'limits.protected_pairs = ["BTC/USDT"]',
            f"limits.protected_pairs: a pair is written as the bot does, {A_PAIR}",
        ),
        (
            'limits.protected_pairs = "USDT-BTC"',
            'limits.protected_pairs: must be a list of texts, as ["USDT-BTC", "USDT-ETH"]',
        ),
        ("limits.allowed_pairs = []", "limits.allowed_pairs: must not be empty"),
        ("limits.allowed_pairs = [3]", 'limits.allowed_pairs: must be a text in quotes, as "…"'),
        ("limits.soft = 5", "limits.soft: must be a table, as [bots.NAME.limits.soft]"),
        ('limits.pairs."BTC/USDT".soft = {}', f"limits.pairs.BTC/USDT: a pair is written as the bot does, {A_PAIR}"),
        ('limits.pairs."a b".soft = {}', f"limits.pairs.a b: a pair is written as the bot does, {A_PAIR}"),
        ('limits.pairs."USDT-BTC" = 5', "limits.pairs.USDT-BTC: must be a table, as [bots.NAME.limits.pairs.USDT-BTC]"),
    ],
)
def test_a_wrong_limit_is_named_with_its_line_and_what_is_allowed(line: str, said: str) -> None:
    assert complaint(f"{HOME}{line}\n") == f"config.toml, line 6: bots.home.{said}"


@pytest.mark.parametrize("name", ["BTC/USDT", "BTC/USDT:USDT", "binance/BTC/USDT"])
def test_a_freqtrade_names_its_pairs_in_its_own_way(name: str) -> None:
    settings = validate(document(f'{FREQTRADE}limits.pairs."{name}".max_notional = 5\n'))
    assert settings.bots["home"].limits is not None
    assert settings.bots["home"].limits.limits().hard_by_pair == {name: {Rule.NOTIONAL: Decimal(5)}}


def test_a_name_of_the_other_kind_of_bot_would_protect_nothing_and_is_refused() -> None:
    said = complaint(f'{FREQTRADE}limits.protected_pairs = ["USDT-BTC"]\n')
    assert said == f"config.toml, line 7: bots.home.limits.protected_pairs: a pair is written as the bot does, {A_PAIR}"


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ("limits", LimitSettings),
        ("limits.soft", SoftRules),
        ('limits.pairs."USDT-BTC"', PairLimits),
        ('limits.pairs."USDT-BTC".soft', PairRules),
    ],
)
def test_a_misspelt_limit_is_answered_with_those_of_its_table(table: str, allowed: type[PairRules]) -> None:
    path = table.replace('"', "")
    assert complaint(f"{HOME}{table}.maxnotional = 5\n") == (
        f"config.toml, line 6: bots.home.{path}.maxnotional: unknown key; allowed: {', '.join(allowed.model_fields)};"
        ' did you mean "max_notional"?'
    )


def test_without_trading_no_limit_is_needed() -> None:
    text = HOME.partition("mode")[0]
    assert validate(document(text)).bots["home"].limits is None


def test_a_money_may_have_rules_of_its_own() -> None:
    given = limits("[bots.home.limits.money.btc]\nmax_notional = 0.01\nsoft.max_notional = 0.005\n")
    assert given.hard_by_money == {"BTC": {Rule.NOTIONAL: Decimal("0.01")}}
    assert given.soft_by_money == {"BTC": {Rule.NOTIONAL: Decimal("0.005")}}
