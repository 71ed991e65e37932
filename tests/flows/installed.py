"""The wheel, built and unpacked into a folder of its own: what a user gets, and nothing of the working tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("gunbot_tui", "styles", "pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """An installation in a folder."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which Python finds it."""
        return {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": ""}

    def argv(self, *arguments: str) -> list[str]:
        """The command line of the installed program."""
        return [sys.executable, "-P", "-m", "gunbot_tui", *arguments]


def install(folder: Path) -> Installed:
    """Build the wheel from a copy of the sources, so that the working tree stays clean, and unpack it as pip would."""
    copy, wheels, target = folder / "source", folder / "wheels", folder / "site"
    copy.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    _run(copy, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels))
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(target)
    return Installed(target)


def _run(folder: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
