"""What an installed package holds: the program, its style sheets and its command."""

import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ASK_FOR_STYLES = "import gunbot_tui.ui.styles as s; print(*s.style_files(), sep='\\n')"


def build(hook: str, folder: Path) -> Path:
    """The wheel that a backend hook builds, as an installer without build isolation would."""
    script = f"import hatchling.build as b; print(b.{hook}({str(folder)!r}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return folder / run.stdout.split()[-1]


def styles_seen_with(*paths: Path, cwd: Path) -> list[Path]:
    """The style sheets that the package finds when it is imported from these folders."""
    run = subprocess.run(
        [sys.executable, "-P", "-c", ASK_FOR_STYLES],
        cwd=cwd,
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(map(str, paths)), "PATH": ""},
    )
    return [Path(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it would be published."""
    return build("build_wheel", tmp_path_factory.mktemp("wheel"))


def test_styles_are_found_in_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    found = styles_seen_with(tmp_path / "site", cwd=tmp_path)
    assert found
    assert all(path.is_relative_to(tmp_path / "site" / "gunbot_tui" / "styles") and path.is_file() for path in found)


def test_styles_are_found_in_an_editable_install(tmp_path: Path) -> None:
    with zipfile.ZipFile(build("build_editable", tmp_path)) as editable:
        (pointer,) = [name for name in editable.namelist() if name.endswith(".pth")]
        checkout = Path(editable.read(pointer).decode().strip())
    found = styles_seen_with(checkout, cwd=tmp_path)
    assert found
    assert all(path.is_relative_to(ROOT / "styles") and path.is_file() for path in found)


def test_every_style_sheet_is_in_the_wheel_unchanged(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for sheet in (ROOT / "styles").glob("*.tcss"):
            assert archive.read(f"gunbot_tui/styles/{sheet.name}") == sheet.read_bytes()


def test_the_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top.partition("-")[0] for top in tops} == {"gunbot_tui"}


def test_the_wheel_has_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        parser = ConfigParser()
        parser.read_string(archive.read(entry_points).decode())
    assert dict(parser["console_scripts"]) == {"gunbot-tui": "gunbot_tui.cli:main"}


def test_the_installed_program_says_its_version(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    run = subprocess.run(
        [sys.executable, "-P", "-m", "gunbot_tui", "--version"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
    )
    assert run.stdout.startswith("gunbot-tui ")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_no_address_and_pins_every_package_by_hash(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert not any(
        "://" in line or (line.lstrip().startswith(("-", "/")) and "--hash=sha256:" not in line) for line in lines
    )
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_the_two_lock_files_agree() -> None:
    runtime, dev = (
        {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0].isalnum()}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime < dev
