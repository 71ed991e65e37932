"""How the program starts and ends: in a real terminal, with what it says and the exit code it leaves."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gunbot_tui import __version__, cli
from gunbot_tui.wiring import MISUSED, NO_DEMO, NO_SECRET
from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[2]
# Wide enough that no line is broken, however long the folder is called.
WIDE = 400
LEAVES_SCREEN = b"\x1b[?1049l"
HOME = '[bots.home]\nkind = "gunbot"\nurl = "http://127.0.0.1:9"\n'
SENTINEL = "hunter2-sentinel"
Cockpit = Callable[..., PtySession]


@pytest.fixture
def cockpit(tmp_path: Path) -> Iterator[Cockpit]:
    """Start the program with a home of its own, in a terminal that ends with the test."""
    with ExitStack() as sessions:

        def start(*arguments: str, **variables: str) -> PtySession:
            env = {
                "HOME": str(tmp_path),
                "XDG_CONFIG_HOME": str(tmp_path / "config"),
                "XDG_STATE_HOME": str(tmp_path / "state"),
                "TMPDIR": str(tmp_path),
                **variables,
            }
            argv = [sys.executable, "-m", "gunbot_tui", *arguments]
            return sessions.enter_context(PtySession.spawn(argv, WIDE, 40, env, cwd=ROOT))

        yield start


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the config file of that home is."""
    path = tmp_path / "config" / "gunbot-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def output(session: PtySession) -> bytes:
    return b"".join(chunk.data for chunk in session.chunks)


def said(session: PtySession) -> str:
    """What is left on the terminal after the program, in one line."""
    return "".join(session.terminal.text().splitlines())


def simulators(folder: Path) -> list[int]:
    """Simulators whose temporary files are in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = f"TMPDIR={folder}\0".encode() in (process / "environ").read_bytes()
            is_simulator = b"gunbot_tui.sim.serve" in (process / "cmdline").read_bytes()
        except OSError:
            continue
        if is_ours and is_simulator:
            found.append(int(process.name))
    return found


def start_demo(cockpit: Cockpit, *arguments: str) -> PtySession:
    session = cockpit("demo", *arguments)
    session.wait_for(r"BTC/USDT.*\d\.\d")
    return session


class TestFirstRun:
    def test_a_folder_that_cannot_be_written_is_one_line_and_the_dialog_stays(
        self, cockpit: Cockpit, tmp_path: Path
    ) -> None:
        (tmp_path / "config").write_text("a file where the folder belongs")
        session = cockpit()
        session.wait_for("There is no configuration yet")
        session.send("a")
        session.wait_for("test the connection")
        session.type(f"\thome\t\t\t{SENTINEL}\t{SENTINEL}-wallet\t\t\t\r")
        session.wait_for("not tested: enter once more")
        session.send("\r")
        session.wait_for("gunbot-tui: Not a directory")
        session.send("\x1b")
        session.wait_for("There is no configuration yet")
        session.send("q")
        assert session.wait_exit() == 0
        assert SENTINEL.encode() not in output(session)

    def test_what_is_asked_at_start_is_not_asked_for_twice(self, cockpit: Cockpit, tmp_path: Path) -> None:
        session = cockpit()
        session.wait_for("There is no configuration yet")
        session.send("a")
        session.wait_for("test the connection")
        session.type(f"\thome\t\t\x1b[D\t{SENTINEL}\t{SENTINEL}-wallet\t\t\t\r")
        session.wait_for("not tested: enter once more")
        session.send("\r")
        session.wait_for("READ-ONLY")
        session.send("q", "q")
        assert session.wait_exit() == 0
        assert [file.name for file in (tmp_path / "config" / "gunbot-tui").iterdir()] == ["config.toml"]
        assert SENTINEL.encode() not in output(session)

    def test_it_leads_into_the_demo(self, cockpit: Cockpit) -> None:
        session = cockpit()
        session.wait_for("There is no configuration yet")
        session.send("d")
        session.wait_for(r"BTC/USDT.*\d\.\d")
        session.send("q", "q")
        assert session.wait_exit() == 0


class TestMistakes:
    def test_a_typo_in_the_config_is_one_line_before_anything_is_drawn(self, cockpit: Cockpit, config: Path) -> None:
        config.write_text(HOME + 'mode = "confrim"\n')
        session = cockpit()
        assert session.wait_exit() == 2
        assert 'line 4: bots.home.mode: allowed: "read-only", "confirm"; did you mean "confirm"?' in said(session)
        assert LEAVES_SCREEN not in output(session)

    def test_a_mistake_found_after_the_first_paint_gives_the_terminal_back_first(
        self, cockpit: Cockpit, config: Path
    ) -> None:
        config.write_text(HOME + 'password_env = "A"\nwallet_env = "B"\nlimit = 3\n')
        session = cockpit()
        assert session.wait_exit() == 2
        assert "line 6: bots.home.limit: unknown key" in said(session)
        assert output(session).index(LEAVES_SCREEN) < output(session).index(b"unknown key")

    def test_a_secret_that_cannot_be_had_is_one_line_with_its_own_code(self, cockpit: Cockpit, config: Path) -> None:
        config.write_text(HOME + 'password_command = ["false"]\nwallet_env = "B"\n')
        session = cockpit(B="0x0123456789abcdef")
        assert session.wait_exit() == 3
        assert "bots.home.password_command: ended with code 1" in said(session)

    def test_an_unknown_bot_is_one_line(self, cockpit: Cockpit, config: Path) -> None:
        config.write_text(HOME)
        session = cockpit("--bot", "hmoe")
        assert session.wait_exit() == 2
        assert 'known: home; did you mean "home"?' in said(session)

    def test_a_missing_config_that_was_asked_for_is_one_line(self, cockpit: Cockpit, tmp_path: Path) -> None:
        session = cockpit("--config", str(tmp_path / "other.toml"))
        assert session.wait_exit() == 2
        assert "other.toml: No such file or directory" in said(session)

    def test_a_log_that_cannot_be_written_is_one_line(self, cockpit: Cockpit, tmp_path: Path) -> None:
        (tmp_path / "state").write_text("a file where the folder belongs")
        session = cockpit("demo", "--log-level", "debug")
        assert session.wait_exit() == 2
        assert "can't log to" in said(session)

    def test_a_simulator_that_does_not_start_is_one_line_with_its_reason(self, cockpit: Cockpit) -> None:
        session = cockpit("demo", "--pairs", "0")
        assert session.wait_exit() == 4
        assert "the simulator did not start: gunbot-tui sim: pairs goes from 1 to 300" in said(session)

    @pytest.mark.parametrize(
        "arguments", [["bogus"], ["--nonsense"], ["demo", "--speed", "fast"], ["--log-level", "x"]]
    )
    def test_wrong_arguments_are_one_line(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        assert left.value.code == 2
        complaint = capsys.readouterr().err
        assert complaint.count("\n") == 1
        assert complaint.startswith("gunbot-tui: ")

    def test_without_a_terminal_it_says_so(self) -> None:
        finished = subprocess.run(
            [sys.executable, "-m", "gunbot_tui", "demo"],
            check=False,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 2
        assert finished.stderr == (
            "gunbot-tui: needs a terminal: standard input and standard error must not be redirected\n"
        )


class TestSecrets:
    def test_a_bot_without_sources_is_asked_for_without_echo(self, cockpit: Cockpit, config: Path) -> None:
        config.write_text(HOME)
        session = cockpit()
        session.wait_for("password of home:")
        session.type(f"{SENTINEL}\r")
        session.wait_for("wallet of home:")
        session.type(f"{SENTINEL}-wallet\r")
        session.wait_for("READ-ONLY")
        session.send("q", "q")
        assert session.wait_exit() == 0
        assert SENTINEL.encode() not in output(session)

    def test_the_demo_shows_its_secrets_in_no_process_list(self, cockpit: Cockpit, tmp_path: Path) -> None:
        start_demo(cockpit)
        (simulator,) = simulators(tmp_path)
        environment = (Path("/proc") / str(simulator) / "environ").read_text()
        password = re.search(r"GUNBOT_TUI_SIM_PASSWORD=([^\0]+)", environment)
        assert password is not None
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                assert password[1] not in process.read_text()
            except OSError:
                continue


class TestEnd:
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
    def test_a_signal_ends_program_and_simulator_and_gives_the_terminal_back(
        self, cockpit: Cockpit, tmp_path: Path, number: signal.Signals, code: int
    ) -> None:
        session = start_demo(cockpit)
        began = time.monotonic()
        session.signal(number)
        assert session.wait_exit() == code
        assert time.monotonic() - began < 2.5
        assert LEAVES_SCREEN in output(session)
        assert simulators(tmp_path) == []
        assert list(tmp_path.glob("gunbot-tui-demo-*")) == []

    def test_a_signal_before_the_first_paint_ends_it_too(self, cockpit: Cockpit, config: Path) -> None:
        config.write_text(HOME + 'password_command = ["sleep", "60"]\nwallet_env = "B"\n')
        session = cockpit(B="0x0123456789abcdef")
        session.wait_for("READ-ONLY")
        session.signal(signal.SIGTERM)
        assert session.wait_exit(timeout=4) == 143

    def test_the_simulator_dies_with_a_killed_cockpit(self, cockpit: Cockpit, tmp_path: Path) -> None:
        session = start_demo(cockpit)
        assert len(simulators(tmp_path)) == 1
        session.signal(signal.SIGKILL)
        session.wait_exit()
        session.wait_until(lambda: simulators(tmp_path) == [], why="the simulator's end")

    def test_a_program_that_does_nothing_about_a_signal_is_ended_after_two_seconds(self) -> None:
        script = (
            "import time; from gunbot_tui.shutdown import Watchdog; Watchdog().install(lambda code: None);"
            " print('up', flush=True)\nwhile True: time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            process.terminate()
            assert process.wait(timeout=10) == 143

    def test_a_stuck_program_gives_back_a_terminal_that_does_not_read(self) -> None:
        script = (
            "import os, time, tty; from gunbot_tui.shutdown import Watchdog; Watchdog().install(lambda code: None)\n"
            "tty.setraw(0); os.write(2, b'\\x1b[?1049hup'); os.read(0, 1)\nwhile True: os.write(2, b'x' * 100000)"
        )
        argv = [sys.executable, "-c", script]
        with PtySession.spawn(argv, 80, 24, cwd=ROOT) as session:
            session.wait_for("up")
            session.pause_reading()
            session.type("go on")
            session.signal(signal.SIGTERM)
            assert session.wait_exit() == 143


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"gunbot-tui {__version__}\n"


def test_the_help_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    for code in (cli.CRASHED, MISUSED, NO_SECRET, NO_DEMO):
        assert re.search(rf"(?m)^  {code}  ", shown)
