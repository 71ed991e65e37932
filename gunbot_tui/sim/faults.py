"""Trouble on demand: which faults there are, and the rules that say when, where and how often one strikes."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from starlette.types import Scope

Fault = Literal[
    "drop",
    "slow",
    "down",
    "refuse",
    "html",
    "error500",
    "truncate",
    "drop_after",
    "execute_twice",
    "late_execute",
    "hang",
    "unauthorized",
    "error_200",
    "giant",
    "nan",
]


class UnknownFaultError(ValueError):
    """A rule that names no fault, or has a field of the wrong type."""


@dataclass
class Rule:
    """One fault with its limits: until when, how often, and for which paths."""

    fault: Fault
    seconds: float | None
    path: re.Pattern[str]
    times: int | None
    since: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def remaining(self, now: float) -> float | None:
        return None if self.seconds is None else max(0.0, self.since + self.seconds - now)

    def is_over(self, now: float) -> bool:
        return self.times == 0 or self.remaining(now) == 0.0


def parse_rule(raw: object, now: float) -> Rule:
    """A rule from JSON: `fault`, and optionally `seconds`, `path` (a regular expression) and `times`."""
    if not isinstance(raw, dict) or raw.get("fault") not in get_args(Fault):
        raise UnknownFaultError(f"fault must be one of {', '.join(get_args(Fault))}")
    seconds, path, times = raw.get("seconds"), raw.get("path", ""), raw.get("times")
    if not isinstance(seconds, int | float | None) or not isinstance(times, int | None) or not isinstance(path, str):
        raise UnknownFaultError("seconds and times are numbers, path is text")
    try:
        pattern = re.compile(path)
    except re.error as error:
        raise UnknownFaultError(f"path: {error}") from None
    return Rule(raw["fault"], seconds, pattern, times, now)


@dataclass
class Faults:
    """The rules in force; `hang_up` resets one client's connection and `refuse` closes the port for some seconds."""

    clock: Callable[[], float] = time.monotonic
    hang_up: Callable[[Scope], None] | None = None
    refuse: Callable[[float], None] | None = None
    rules: list[Rule] = field(default_factory=list)

    def add(self, raw: object) -> Rule:
        rule = parse_rule(raw, self.clock())
        if rule.fault == "refuse":
            if self.refuse is None or rule.seconds is None:
                raise UnknownFaultError("refuse needs seconds, and a real port")
            self.refuse(rule.seconds)
        else:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        for rule in self.rules:
            rule.ended.set()
        self.rules.clear()

    def pick(self, path: str) -> Rule | None:
        """The first rule for this path; counts it as used."""
        now = self.clock()
        self.rules = [rule for rule in self.rules if not rule.is_over(now)]
        for rule in self.rules:
            if rule.path.search(path):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None
