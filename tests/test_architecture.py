"""The shape of the code: who imports whom, how long a module may be, what never appears in it."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gunbot_tui.ui.keymap import readme_table

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gunbot_tui"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_LINES = 400
HEAVY = ("httpx", "pydantic", "plotext", "cryptography", "starlette", "uvicorn", "jwt", "platformdirs")
ORDER_MODULES = {"grammar", "desk", "risk", "record", "ticket"}
# Of the engine, these count seconds and know no amounts.
SECONDS_MODULES = {"clock", "poller", "schedule", "session"}
ORDER_PATHS = ("trade/buy", "trade/sell", "trade/cancel")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def offenders(is_bad: Callable[[Path], bool]) -> list[str]:
    """The modules of which something bad is true."""
    return [name_of(path) for path in MODULES if is_bad(path)]


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Every call in a module: the last part of what is called, and the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=called) | ast.Name(id=called):
                    yield called, node.lineno


def words(path: Path) -> Iterator[str]:
    """Every name, attribute, argument and text in a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case (
                ast.Name(id=word)
                | ast.Attribute(attr=word)
                | ast.keyword(arg=str(word))
                | ast.Constant(value=str(word))
            ):
                yield word


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a statement loads in a fresh interpreter."""
    script = f"import sys; {statement}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(run.stdout.splitlines()[-1].split())


def test_o28_every_call_of_a_bot_stands_in_its_table_of_endpoints() -> None:
    makers = [path for path in MODULES if any(called == "Endpoint" for called, _ in calls(path))]
    assert {path.name for path in makers} == {"endpoints.py"}


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_no_module_is_longer_than_400_lines() -> None:
    assert offenders(lambda path: len(path.read_text().splitlines()) > LONGEST_LINES) == []


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    assert offenders(lambda path: ast.get_docstring(ast.parse(path.read_text())) is None) == []


def test_no_module_is_named_after_nothing() -> None:
    assert offenders(lambda path: path.stem in ("utils", "helpers", "common", "manager", "misc")) == []


def test_until_the_first_paint_only_textual_and_our_light_modules_are_loaded() -> None:
    textual_alone = loaded_by("import textual.app")
    ours = loaded_by("import gunbot_tui.cli, gunbot_tui.ui.app") - textual_alone
    assert "gunbot_tui" in ours
    assert ours.isdisjoint(HEAVY)


def test_the_first_paint_waits_for_nothing_that_only_data_needs() -> None:
    script = "import sys, gunbot_tui.cli, gunbot_tui.ui.app\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "gunbot_tui.ui.opening" in loaded
    assert loaded.isdisjoint({"gunbot_tui.model.snapshot", "gunbot_tui.model.command", "gunbot_tui.ui.cockpit"})


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_load_no_library(argument: str) -> None:
    leave = (
        f"from contextlib import suppress\nwith suppress(SystemExit): gunbot_tui.cli.main([{argument!r}])\nimport sys"
    )
    loaded = loaded_by(f"import gunbot_tui.cli\n{leave}")
    assert "gunbot_tui" in loaded
    assert loaded.isdisjoint({*HEAVY, "textual", "rich"})


def test_one_place_opens_http_clients() -> None:
    opened = [name_of(path) for path in MODULES for called, _ in calls(path) if called == "AsyncClient"]
    assert opened == ["gunbot_tui/backends/transport.py"]


def test_one_module_of_the_client_names_the_order_endpoints() -> None:
    backends = PACKAGE / "backends"
    naming = {
        name_of(path)
        for path in backends.rglob("*.py")
        for word in words(path)
        if any(endpoint in word for endpoint in ORDER_PATHS)
    }
    assert naming == {"gunbot_tui/backends/gunbot/endpoints.py"}


def test_no_text_passes_a_markup_parser_and_no_traceback_is_printed() -> None:
    forbidden = {"from_markup", "print_exception", "print_exc", "show_locals"}
    assert offenders(lambda path: not forbidden.isdisjoint(words(path))) == []


def test_an_order_is_never_a_float() -> None:
    of_orders = [path for path in MODULES if path.parent.name == "engine" and path.stem not in SECONDS_MODULES]
    assert {path.stem for path in of_orders} >= ORDER_MODULES
    assert [name_of(path) for path in of_orders for called, _ in calls(path) if called == "float"] == []


def test_the_readme_lists_the_keys_that_exist() -> None:
    _, begin, rest = (ROOT / "README.md").read_text().partition("<!-- keys -->\n")
    table, end, _ = rest.partition("<!-- /keys -->")
    assert begin
    assert end
    assert table.strip() == readme_table().strip()
