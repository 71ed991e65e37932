"""Passwords and wallets: where they come from, and that they go nowhere else."""

import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gunbot_tui.config import secrets
from gunbot_tui.config.secrets import SecretError, SecretName, read_all, take_variables, unsourced
from gunbot_tui.config.settings import BotSettings
from gunbot_tui.model.secret import Secret

SENTINEL = "hunter2-sentinel"
FREQTRADE = {"kind": "freqtrade", "url": "http://127.0.0.1:8080", "username": "me"}


def bot(**sources: object) -> BotSettings:
    return BotSettings.model_validate({"kind": "gunbot", "url": "http://127.0.0.1:3000", **sources})


def password(folder: Path, **source: object) -> str:
    settings = bot(wallet_env="WALLET", **source)
    environment = {**os.environ, "WALLET": "the wallet"}
    variables = take_variables([settings], environment)
    found = read_all(settings, folder=folder, variables=variables, environment=environment, asked={})
    return found[SecretName.PASSWORD].reveal()


def refusal(folder: Path, **source: object) -> str:
    with pytest.raises(SecretError) as caught:
        password(folder, **source)
    assert SENTINEL not in str(caught.value)
    return str(caught.value)


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


class TestFile:
    def test_its_first_line_is_the_secret(self, tmp_path: Path) -> None:
        private(tmp_path / "pw", f"{SENTINEL}\r\nsecond\n")
        assert password(tmp_path, password_file="pw") == SENTINEL

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
    def test_one_that_others_can_read_is_refused_with_the_line_that_mends_it(self, tmp_path: Path, mode: int) -> None:
        path = private(tmp_path / "my pw", SENTINEL)
        path.chmod(mode)
        assert refusal(tmp_path, password_file=str(path)) == (
            f"password_file: others can read {path}; run: chmod 600 '{path}'"
        )

    def test_a_missing_one_is_named(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, password_file="pw") == f"password_file: {tmp_path / 'pw'}: No such file or directory"

    def test_a_pipe_in_its_place_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pw", 0o600)
        assert "is not a file" in refusal(tmp_path, password_file="pw")

    def test_an_empty_one_is_refused(self, tmp_path: Path) -> None:
        private(tmp_path / "pw", f"\n{SENTINEL}\n")
        assert refusal(tmp_path, password_file="pw") == "password_file: gave an empty first line"

    def test_bytes_that_are_no_text_are_refused(self, tmp_path: Path) -> None:
        private(tmp_path / "pw", "").write_bytes(b"\xff" + SENTINEL.encode())
        assert "is not UTF-8" in refusal(tmp_path, password_file="pw")


class TestEnvironment:
    def test_a_variable_leaves_the_environment(self, tmp_path: Path) -> None:
        environment = {"PW": SENTINEL, "WALLET": "w"}
        settings = bot(password_env="PW", wallet_env="WALLET")
        variables = take_variables([settings], environment)
        found = read_all(settings, folder=tmp_path, variables=variables, environment=environment, asked={})
        assert found[SecretName.PASSWORD].reveal() == SENTINEL
        assert environment == {}

    def test_the_variables_of_all_bots_leave_it_before_any_command_runs(self) -> None:
        environment = {"PW": SENTINEL, "WALLET": "w", "OTHER": "o", "HOME": "h"}
        other = BotSettings.model_validate({**FREQTRADE, "password_env": "OTHER"})
        take_variables([bot(password_env="PW", wallet_env="WALLET"), other], environment)
        assert environment == {"HOME": "h"}

    def test_two_bots_may_share_a_variable(self, tmp_path: Path) -> None:
        bots = [bot(password_env="PW", wallet_env="W"), BotSettings.model_validate({**FREQTRADE, "password_env": "PW"})]
        variables = take_variables(bots, {"PW": SENTINEL, "W": "w"})
        found = [read_all(one, folder=tmp_path, variables=variables, environment={}, asked={}) for one in bots]
        assert [secrets[SecretName.PASSWORD].reveal() for secrets in found] == [SENTINEL, SENTINEL]

    def test_a_missing_variable_is_named(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, password_env="NO_SUCH") == "password_env: the variable NO_SUCH is not set"

    def test_no_command_inherits_a_variable_that_holds_the_other_secret(self, tmp_path: Path) -> None:
        show = "import os; print(os.environ.get('WALLET', 'nothing'))"
        assert password(tmp_path, password_command=[sys.executable, "-c", show]) == "nothing"


class TestCommand:
    def test_its_first_line_is_the_secret(self, tmp_path: Path) -> None:
        assert password(tmp_path, password_command=["printf", f"{SENTINEL}\\nlogin: me\\n"]) == SENTINEL

    def test_no_shell_reads_its_words(self, tmp_path: Path) -> None:
        assert password(tmp_path, password_command=["echo", "$HOME;`id`"]) == "$HOME;`id`"

    def test_it_has_neither_input_nor_terminal(self, tmp_path: Path) -> None:
        probe = "import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
        assert password(tmp_path, password_command=[sys.executable, "-c", probe]) == "'' True"

    def test_a_failing_one_is_named_and_its_output_is_not_shown(self, tmp_path: Path) -> None:
        command = ["sh", "-c", f"echo {SENTINEL[:8]}''{SENTINEL[8:]}; echo oops >&2; exit 3"]
        said = refusal(tmp_path, password_command=command)
        assert said.startswith("password_command: ended with code 3; run it in a shell to see why: sh -c")
        assert "oops" not in said.partition("why:")[0]

    def test_a_missing_program_is_named(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, password_command=["no-such-program"])
        assert said == "password_command: can't run no-such-program: No such file or directory"

    def test_one_that_says_nothing_is_ended_with_everything_it_started(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.3)
        began = time.monotonic()
        said = refusal(tmp_path, password_command=["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"])
        assert "gave nothing within" in said
        assert time.monotonic() - began < 10
        child = int((tmp_path / "pid").read_text())
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False)
        assert state.stdout.strip()[:1] in ("", "Z")


def test_secrets_without_source_are_asked_for() -> None:
    assert unsourced(bot(password_env="A")) == [SecretName.WALLET]
    assert unsourced(BotSettings.model_validate(FREQTRADE)) == [SecretName.PASSWORD]


def test_an_answer_takes_the_place_of_a_source(tmp_path: Path) -> None:
    found = read_all(bot(), folder=tmp_path, variables={}, environment={}, asked={SecretName.WALLET: Secret("asked")})
    assert found[SecretName.WALLET].reveal() == "asked"


def test_a_secret_shows_itself_in_no_way_of_printing() -> None:
    secret = Secret(SENTINEL)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - logging formats this way
        json.dumps({"a": secret}, default=str),
        repr(pickle.dumps(secret)),
        repr([secret]),
    ]
    assert all(SENTINEL not in text for text in shown)
    assert secret.reveal() == SENTINEL
