"""The template that the first run writes."""

import re
import stat
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.config import template
from gunbot_tui.config.document import Document
from gunbot_tui.config.limits import LimitSettings
from gunbot_tui.config.settings import BotSettings, Settings, validate
from gunbot_tui.model.guard import Rule


def test_it_is_valid_as_it_stands_and_only_watches(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    template.write(path)
    assert validate(Document.read(path)).bots["home"].mode == "read-only"


def test_every_line_that_is_commented_out_is_valid_too() -> None:
    uncommented = re.sub(r"(?m)^# (?=[a-z_]+ = |\[)", "", template.TEMPLATE)
    one_source = re.sub(r"(?m)^\w+_(file|env) = .*$", "", uncommented)
    text = one_source.replace('"sha256:..."', f'"sha256:{"0" * 64}"')
    settings = validate(Document(Path("config.toml"), text, tomllib.loads(text, parse_float=Decimal)))
    found = settings.bots["home"].limits
    assert found is not None
    limits = found.limits()
    assert set(limits.hard) == set(Rule)
    assert limits.soft
    assert limits.hard_by_pair
    assert limits.soft_by_pair


def test_every_setting_is_mentioned() -> None:
    for name in [*Settings.model_fields, *BotSettings.model_fields, *LimitSettings.model_fields]:
        assert re.search(rf"\b{name}\b", template.TEMPLATE), name


def test_the_file_and_its_folder_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    template.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_never_overwrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        template.write(path)
    assert path.read_text() == "mine"
