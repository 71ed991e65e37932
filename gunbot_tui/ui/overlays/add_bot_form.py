"""The lines of the dialog that adds a bot: a label, something to fill in, and below it what is wrong with that."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from gunbot_tui.ui.enrolment import Keep
from gunbot_tui.ui.field import Field

URLS: Mapping[str, str] = {"gunbot": "http://127.0.0.1:3000", "freqtrade": "http://127.0.0.1:8080"}
"""Where a bot of each kind answers when nobody has changed that."""
REFUSED, ALLOWED = "refused", "allowed"
UNKNOWN, PINNED = "not trusted", "compared: pin it"
READ_ONLY, CONFIRM = "read-only", "confirm"
ON_THIS_MACHINE = ("localhost", "127.", "::1")
HINTS: Mapping[str, str] = {
    "kind": "left and right change it",
    "name": "how you call it here: 1 to 24 letters, digits, - or _",
    "url": "where its web interface answers; one on another machine needs https or an SSH tunnel",
    "allow_plain_http": "plain http: anyone on the way can read the password and place orders; a tunnel is safe",
    "pin": "on the bot's machine: openssl x509 -noout -fingerprint -sha256 -in its-certificate.pem",
    "username": 'the "username" under "api_server" in Freqtrade\'s config.json',
    "password": "of the bot's web interface; never written into config.toml",
    "wallet": 'the address Gunbot is registered with: "gunthy_wallet" in its config.js',
    "mode": "read-only: the cockpit only watches; confirm: it may trade, each order after you confirmed it",
    "max_notional": "the most money that one order may move, in the pair's money; what is above is refused",
    "test": "connects once, reads a little and leaves",
    "save": "writes the bot at the end of config.toml, nothing else in it changes",
}
KEEP_HINTS: Mapping[Keep, str] = {
    Keep.FILE: "typed here, saved beside config.toml in {name}-password{wallet}, readable by you alone",
    Keep.COMMAND: "programs print them, as: pass gunbot; run without a shell, the first line counts",
    Keep.VARIABLE: "environment variables hold them whenever gunbot-tui starts",
    Keep.NOWHERE: "typed here for now and saved nowhere; asked for at each start",
}
PLACEHOLDERS: Mapping[Keep, Mapping[str, str]] = {
    Keep.COMMAND: {"password": "pass gunbot", "wallet": "pass gunbot-wallet"},
    Keep.VARIABLE: {"password": "GUNBOT_PASSWORD", "wallet": "GUNBOT_WALLET"},
}


class Choice(Static, can_focus=True):
    """One of a few words; left, right and space step through them."""

    def __init__(self, *words: str) -> None:
        super().__init__(markup=False)
        self._words = words
        self.value = words[0]

    def on_mount(self) -> None:
        """Show the first word."""
        self.choose(self.value)

    def choose(self, word: str) -> None:
        """Take one of the words."""
        self.value = word
        self.update(Text(f"‹ {word} ›"))

    async def press(self, event: events.Key) -> bool:
        """Step; False when the key means nothing here."""
        step = {"left": -1, "right": 1, "space": 1}.get(event.key)
        if step is None:
            return False
        self.choose(self._words[(self._words.index(self.value) + step) % len(self._words)])
        return True


class Action(Static, can_focus=True):
    """Something that enter does."""

    value = ""

    def __init__(self, words: str) -> None:
        super().__init__(Text(words), markup=False)

    async def press(self, event: events.Key) -> bool:
        """No key but enter means anything, and that is the dialog's."""
        return False


class Row(Vertical):
    """A labelled control; `key` is that of the config file where it has one."""

    def __init__(self, key: str, label: str, control: Field | Choice | Action) -> None:
        super().__init__(id=f"row-{key}", classes="row")
        self.key = key
        self.control = control
        self.was_left = False
        """True once the user has gone on from it: before that nothing is wrong with it."""
        self.is_wrong = False
        self.says_something = False
        self._label = label
        self._note = Static("", classes="note", markup=False)

    def compose(self) -> ComposeResult:
        """Label and control in one line, what is wrong below."""
        with Horizontal(classes="row-line"):
            yield Static(self._label, classes="label", markup=False)
            yield self.control
        yield self._note

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.note("")

    def note(self, words: str, *, tone: str = "wrong") -> None:
        """Say something below the line, or nothing; the tone is a class of the style sheet."""
        self.is_wrong = tone == "wrong" and bool(words)
        self.says_something = bool(words)
        self._note.set_classes(f"note {tone}")
        self._note.display = bool(words)
        self._note.update(Text(words))


class Form(VerticalScroll, can_focus=False):
    """The lines; the one with the cursor stays in view whatever room the rest of the screen leaves."""

    def on_resize(self) -> None:
        """Bring it back, with what is said below it."""
        for row in self.query(Row):
            if row.control is self.screen.focused:
                self.call_after_refresh(row.scroll_visible, animate=False)


def rows() -> tuple[Row, ...]:
    """All lines in their order."""
    url = Field()
    url.fill(URLS["gunbot"])
    return (
        Row("kind", "bot", Choice("gunbot", "freqtrade")),
        Row("name", "name", Field()),
        Row("url", "url", url),
        Row("allow_plain_http", "plain http", Choice(REFUSED, ALLOWED)),
        Row("pin", "certificate", Choice(UNKNOWN, PINNED)),
        Row("username", "user name", Field()),
        Row("keep", "secrets in", Choice(*Keep)),
        Row("password", "password", Field()),
        Row("wallet", "wallet", Field()),
        Row("mode", "mode", Choice(READ_ONLY, CONFIRM)),
        Row("max_notional", "max order", Field()),
        Row("test", "", Action("[ test the connection ]")),
        Row("save", "", Action("[ save ]")),
    )


def leaves_machine(url: str) -> bool:
    """True for plain http to a host that is not this machine by its name."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and bool(parts.hostname) and not str(parts.hostname).startswith(ON_THIS_MACHINE)
    except ValueError:
        return False


def hint(key: str, keep: Keep, name: str, kind: str) -> str:
    """What to know about a line."""
    if key != "keep":
        return HINTS[key]
    wallet = f" and {name or 'NAME'}-wallet" if kind == "gunbot" else ""
    return KEEP_HINTS[keep].format(name=name or "NAME", wallet=wallet)
