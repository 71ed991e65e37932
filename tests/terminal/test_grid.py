"""The grid sends the difference and nothing else, for whatever an application may print."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gunbot_tui.ui.grid import BELL, CONTROL_LIMIT, SYNC_BEGIN, SYNC_END, Grid
from gunbot_tui.ui.sgr import PLAIN, apply_sgr, transition
from tests.terminal.terminal import Terminal

WIDTH, HEIGHT = 24, 5
NO_WRAP = b"\x1b[?7l"
few = settings(max_examples=60)
ATOMS = {**dict.fromkeys("abc 09%", 1), "─": 1, "⣿": 1, "世": 2, "界": 2, "🚀": 2, "e\u0301": 1, "o\u0308\u0301": 1}
COLOURS = ["31", "97", "38;5;200", "38;2;1;22;133", "39"]
BACKGROUNDS = ["42", "104", "48;5;17", "48;2;9;8;7", "49"]
ATTRIBUTES = ["0", "1", "2", "3", "4", "5", "7", "9", "22", "23", "24", "25", "27", "29"]


@st.composite
def runs(draw: st.DrawFn) -> str:
    """A cursor address and text that ends inside the line, as the compositor sends them."""
    x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    text, left = "", WIDTH - x
    for atom in draw(st.lists(st.sampled_from(sorted(ATOMS)), max_size=WIDTH)):
        left -= ATOMS[atom]
        if left < 0:
            break
        text += atom
    return f"\x1b[{y + 1};{x + 1}H{text}"


styles = st.lists(st.sampled_from(COLOURS + BACKGROUNDS + ATTRIBUTES), max_size=4).map(lambda p: f"\x1b[{';'.join(p)}m")
# pyte gives erased cells the pen's colours only where something was printed before, so erasing starts from no colour.
erases = st.sampled_from(["\x1b[2J", "\x1b[2;4H\x1b[K", "\x1b[3;1H\x1b[1J"]).map(lambda erase: f"\x1b[m{erase}")
others = st.one_of(erases, st.sampled_from(["\x1b[?25l", BELL, "\x1b]2;title\x07", "\x1b[2;3H\n"]))
prints = st.lists(st.one_of(runs(), styles), max_size=12).map("".join)
frames = st.lists(st.one_of(runs(), runs(), styles, others), max_size=12).map("".join)


def new_terminal() -> Terminal:
    terminal = Terminal(WIDTH, HEIGHT)
    terminal.feed(NO_WRAP)
    return terminal


def new_grid(width: int = WIDTH, height: int = HEIGHT) -> Grid:
    grid = Grid()
    grid.resize(width, height)
    return grid


@few
@given(st.lists(st.tuples(frames, st.booleans()), max_size=12))
def test_a_screen_fed_with_differences_equals_one_fed_with_everything(steps: list[tuple[str, bool]]) -> None:
    direct, through = new_terminal(), new_terminal()
    grid = new_grid()
    for frame, taken in [*steps, ("", True)]:
        direct.feed(frame.replace("\n", "\r\n").encode())  # as the line discipline does
        grid.feed(frame)
        if taken:
            through.feed(grid.take().encode())
    assert through.cells() == direct.cells()


@few
@given(st.lists(frames, max_size=6))
def test_the_same_frame_again_sends_nothing(history: list[str]) -> None:
    grid = new_grid()
    for frame in history:
        grid.feed(frame)
    grid.feed(f"\x1b[m\x1b[2J\x1b[H{'x' * WIDTH}")
    grid.take()
    grid.feed(f"{SYNC_BEGIN}\x1b[1;1H{'x' * WIDTH}\x1b[1;1H{SYNC_END}")
    assert grid.take() == ""


@few
@given(st.lists(prints, max_size=6))
def test_distrust_sends_the_wanted_screen_to_a_terminal_that_shows_something_else(history: list[str]) -> None:
    direct, other = new_terminal(), new_terminal()
    grid = new_grid()
    full = "".join(f"\x1b[{y + 1};1H{'.' * WIDTH}" for y in range(HEIGHT))
    for frame in [full, *history]:
        direct.feed(frame.encode())
        grid.feed(frame)
    grid.take()
    other.feed(b"\x1b[1;31;44m" + ("rubbish" * 17).encode())
    grid.distrust()
    other.feed(grid.take().encode())
    assert other.cells() == direct.cells()


@few
@given(styles, styles)
def test_a_transition_is_never_longer_than_starting_afresh(first: str, second: str) -> None:
    before, after = apply_sgr(PLAIN, first[2:-1]), apply_sgr(PLAIN, second[2:-1])
    afresh = ";".join(["0", *after.attributes, *filter(None, after[:3])])
    assert len(transition(before, after)) <= len(f"\x1b[{afresh}m")


@few
@given(styles, styles)
def test_a_transition_followed_by_parsing_gives_the_wanted_style(first: str, second: str) -> None:
    before, after = apply_sgr(PLAIN, first[2:-1]), apply_sgr(PLAIN, second[2:-1])
    sent = transition(before, after)
    assert (apply_sgr(before, sent[2:-1]) if sent else before) == after


def test_a_parameter_nobody_knows_is_kept_and_removed_by_a_full_reset() -> None:
    curly = apply_sgr(PLAIN, "4:3;73")
    assert transition(PLAIN, curly) == "\x1b[4:3;73m"
    assert transition(curly, apply_sgr(PLAIN, "1")) == "\x1b[0;1m"


def test_a_changed_cell_costs_a_move_and_the_cell() -> None:
    grid = new_grid()
    grid.feed("\x1b[31m\x1b[3;5H12.50")
    grid.take()
    grid.feed("\x1b[3;5H12.51")
    assert grid.take() == "\x1b[3;9H1"


def test_synchronization_marks_surround_a_difference_and_nothing_else() -> None:
    grid = new_grid()
    grid.feed(f"{SYNC_BEGIN}{SYNC_END}")
    assert grid.take() == ""
    grid.feed(f"{SYNC_BEGIN}\x1b[1;1Ha")
    assert grid.in_frame
    grid.feed(SYNC_END)
    assert grid.take() == f"{SYNC_BEGIN}\x1b[1H\x1b[ma{SYNC_END}"


def test_the_hidden_cursor_returns_to_where_the_application_left_it() -> None:
    grid = new_grid()
    grid.feed("\x1b[2;3Habc\x1b[4;5H")
    assert grid.take().endswith("\x1b[4;5H")


def test_a_link_opens_and_closes_around_its_cells() -> None:
    grid = new_grid()
    grid.feed("\x1b[1;1Hz")
    grid.take()
    grid.feed("\x1b[1;1H\x1b]8;id=1;https://example.org\x1b\\ab\x1b]8;;\x1b\\c")
    assert grid.take() == "\x1b[1H\x1b]8;id=1;https://example.org\x1b\\ab\x1b]8;;\x1b\\c"


def test_leaving_the_alternate_screen_drops_the_colours_and_coming_back_sends_the_screen() -> None:
    grid = new_grid()
    grid.feed("\x1b[1;1H\x1b[31mred")
    grid.take()
    grid.feed("\x1b[1;1Hnew\x1b[?1049l")
    assert grid.take() == "\x1b[m\x1b[?1049l"
    grid.feed("\x1b[?1049h")
    assert grid.take() == "\x1b[m\x1b[?1049h\x1b[1H\x1b[0;31mnew"


@pytest.mark.parametrize(
    "control", ["\x1b]52;c;QUJD\x07", "\x1b[?1004h", "\x1b[>25u", "\x1b[?2026$p", "\x1b[c", "\x1b[6n"]
)
def test_control_sequences_pass_in_order_and_leave_the_grid_alone(control: str) -> None:
    grid = new_grid()
    grid.feed("\x1b[1;1Habc")
    grid.take()
    grid.feed(f"{control}\x1b[1;1Habc\x1b[?25l")
    assert grid.take() == f"{control}\x1b[?25l"


@pytest.mark.parametrize("opaque", ["\x1b[2J", "\x1b7", "\x1bP1$r\x1b\\", "\x1b[3;8r", "\t", "\x1b[?6h"])
def test_what_is_not_understood_passes_verbatim_and_the_cells_are_sent_anew(opaque: str) -> None:
    grid = new_grid()
    grid.feed("\x1b[1;1Habc")
    grid.take()
    grid.feed(f"{opaque}\x1b[1;1Habc")
    sent = grid.take()
    assert opaque in sent
    assert sent.endswith("abc")


def test_controls_for_a_terminal_that_never_reads_are_bounded_and_modes_kept() -> None:
    grid = new_grid()
    for _ in range(40):
        grid.feed(f"\x1b]52;c;{'A' * 65536}\x07{BELL}")
    grid.feed("\x1b[?1000h")
    sent = grid.take()
    assert len(sent) < CONTROL_LIMIT + 65536 * 2
    assert sent.count(BELL) == sent.count("\x1b]52") + 1
    assert sent.endswith("\x1b[?1000h")


def test_text_beyond_the_edge_is_cut_and_half_a_wide_character_becomes_a_space() -> None:
    grid = new_grid(4, 1)
    grid.feed("\x1b[1;1Hab世界")
    terminal = Terminal(4, 1)
    terminal.feed(grid.take().encode())
    grid.feed("\x1b[1;4H世")
    terminal.feed(grid.take().encode())
    assert terminal.text() == "ab"
