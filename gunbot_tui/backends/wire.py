"""What the wire models of every bot are built from: unknown keys are ignored, and a value is what `values` makes of it.

A wrong value is missing and never 0, only a wrong outer shape is an error. Pydantic ends at these modules.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, RootModel, ValidationError

from gunbot_tui.backends import values
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.text import clean

W = TypeVar("W", bound=BaseModel)

Number = Annotated[float | None, BeforeValidator(values.number)]
Minutes = Annotated[float | None, BeforeValidator(values.minutes)]
Exact = Annotated[Decimal | None, BeforeValidator(values.exact)]
Moment = Annotated[datetime | None, BeforeValidator(values.moment)]
MomentOfSeconds = Annotated[datetime | None, BeforeValidator(values.moment_of_seconds)]
Text = Annotated[str, BeforeValidator(values.text)]
Flag = Annotated[bool | None, BeforeValidator(values.flag)]
OrderId = Annotated[str, BeforeValidator(values.order_id)]


class Wire(BaseModel):
    """Any part of an answer."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


class Whole(RootModel[object]):
    """An answer that is one value, in a subclass's type: a type in brackets would be built at once, and twice."""

    model_config = ConfigDict(defer_build=True)


def read_as(shape: type[W], value: object, bot: str) -> W:
    """The value in its shape. Raises Unexpected naming the place and the bot, never the content."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        place = clean(".".join(str(part) for part in error.errors()[0]["loc"]) or "as a whole", 60)
        raise Unexpected(f"the answer has another shape than {bot}'s ({place})") from None
