"""The simulated bot behind its routes, and a request as the routes get it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gunbot_tui.sim.auth import Auth
from gunbot_tui.sim.faulty_wire import Post
from gunbot_tui.sim.memory import Memory
from gunbot_tui.sim.settings import config
from gunbot_tui.sim.world import World


class BadRequestError(Exception):
    """The request lacks something; its text goes into the documented 400 body."""


@dataclass(frozen=True)
class Call:
    """One request: query parameters (repeated ones as `keys`), the JSON body, and the record kept of a trade."""

    query: Mapping[str, str]
    keys: Sequence[str]
    body: Mapping[str, object]
    post: Post

    def text(self, name: str) -> str:
        value = self.query.get(name, self.body.get(name))
        if not isinstance(value, str):
            raise BadRequestError(f"Invalid input: {name} is required")
        return value

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.query.get(name, default))
        except ValueError:
            raise BadRequestError(f"Invalid input: {name}") from None

    @property
    def key(self) -> str:
        return f"{self.text('exchange')}/{self.text('pair')}"


@dataclass
class Bot:
    """The simulated bot: its world and its lock."""

    world: World
    auth: Auth
    wallet: str

    def config(self) -> dict[str, object]:
        world = self.world
        delays = {exchange: world.delay(exchange) for exchange in world.accounts}
        return config(world.listings.values(), delays, wallet=self.wallet, is_running=world.is_running)

    def memory(self, key: str) -> Memory | None:
        return self.world.memory.get(key)


Handler = Callable[[Bot, Call], object]
