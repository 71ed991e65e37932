"""The simulated bot of the demo: a process of its own that cannot outlive the cockpit.

It holds the other end of a pipe of ours and ends when that closes, so even a killed cockpit leaves nothing behind.
Standard library only: it is started before Textual is imported, and both load at the same time.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from gunbot_tui.model.secret import Secret
from gunbot_tui.paths import PACKAGE

# -P: a file named like a library in the user's current folder must not be imported.
COMMAND = (sys.executable, "-P", "-m", "gunbot_tui.sim.serve", "--port", "0", "--exit-with-stdin")
READY_SECONDS = 20.0
FAULT_SECONDS = 5.0
FAULTS = ("drop", "slow", "down")
LONGEST_FAULT_SECONDS = 600.0


class DemoError(Exception):
    """The simulator does not run; the text is one line that says why."""


class Demo:
    """A running simulator with random secrets, and a folder for the demo's own state."""

    def __init__(
        self,
        *,
        seed: int | None = None,
        pairs: int | None = None,
        speed: float | None = None,
        clock_start: float | None = None,
    ) -> None:
        given = {"--seed": seed, "--pairs": pairs, "--speed": speed, "--clock-start": clock_start}
        self._arguments = [text for name, value in given.items() if value is not None for text in (name, str(value))]
        self.password = Secret(os.urandom(16).hex())
        self.wallet = Secret("0x" + os.urandom(20).hex())
        self.url = ""
        """Where it answers; empty until it is ready."""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Journal and reports of this demo; removed with it."""
        if self._folder is None:
            raise DemoError("the demo is not running")
        return self._folder

    def __enter__(self) -> Self:
        """Start the process; it loads while we do. Raises DemoError."""
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="gunbot-tui-demo-"))
            with open(self._folder / "simulator.txt", "wb") as errors:
                self._process = subprocess.Popen(  # noqa: S603 - our own module, in the interpreter that runs us
                    [*COMMAND, *self._arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=self._environment(),
                    start_new_session=True,
                )
        except OSError as error:
            self.close()
            raise DemoError(f"the simulator did not start: {error.strerror or error}") from None
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _environment(self) -> dict[str, str]:
        paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "GUNBOT_TUI_SIM_PASSWORD": self.password.reveal(),
            "GUNBOT_TUI_SIM_WALLET": self.wallet.reveal(),
        }

    def wait_ready(self) -> str:
        """The simulator's address, once it accepts connections; blocks. Raises DemoError."""
        process = self._process
        if process is None or process.stdout is None:
            raise DemoError("the demo is not running")
        readable, _, _ = select.select([process.stdout], [], [], READY_SECONDS)
        line = process.stdout.readline().decode(errors="replace").split() if readable else []
        match line:
            case ["ready", url]:
                self.url = url
                return url
        raise DemoError(f"the simulator did not start: {self._last_words()}")

    def _last_words(self) -> str:
        lines = (self.folder / "simulator.txt").read_text(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        text = said[-1] if said else f"no word within {READY_SECONDS:.0f} s"
        return "".join(character for character in text if character.isprintable())[:200]

    @property
    def hints(self) -> tuple[str, ...]:
        """Lines worth trying, as they are typed, the colon included."""
        return (":buy 100usdt @ bid", ":cancel all", ":fault drop 30s")

    async def fault(self, kind: str, seconds: float) -> None:
        """Let the simulator fail for a while. Raises ValueError with one line."""
        if kind not in FAULTS:
            raise ValueError(f"fault {kind}: allowed: {', '.join(FAULTS)}")
        if not 0 < seconds <= LONGEST_FAULT_SECONDS:
            raise ValueError(f"fault {kind}: a time between 0 and {LONGEST_FAULT_SECONDS:.0f} s")
        await asyncio.to_thread(self._post_fault, kind, seconds)

    def _post_fault(self, kind: str, seconds: float) -> None:
        from http.client import HTTPConnection, HTTPException  # heavy, and seldom needed

        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=FAULT_SECONDS)
        body = json.dumps({"fault": kind, "seconds": seconds})
        try:
            connection.request("POST", "/_sim/faults", body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise ValueError(f"fault {kind}: the simulator does not answer ({type(error).__name__})") from None
        finally:
            connection.close()
        if status >= 300:
            raise ValueError(f"fault {kind}: the simulator refused it ({status})")

    def close(self) -> None:
        """End the simulator and remove the folder; without effect when that is done."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process:
                pass
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
