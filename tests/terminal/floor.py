"""About the least bytes in which a change of the screen could be told, as a yardstick for what was really sent."""

from tests.terminal.terminal import Cell


def floor_bytes(before: list[list[Cell]], after: list[list[Cell]]) -> int:
    """Bytes of the changed cells with a move to each stretch of them and a colour change where it changes."""
    total = 0
    pen: Cell | None = None
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        last: int | None = None
        for x, (was, cell) in enumerate(zip(old, new, strict=True)):
            if was == cell:
                continue
            total += _move_bytes(y, last, x) + len(cell.text.encode())
            last = x
            if pen is None or pen[1:] != cell[1:]:
                total += _colour_bytes(pen, cell)
                pen = cell
    return total


def _move_bytes(y: int, last: int | None, x: int) -> int:
    address = len(f"\x1b[{y + 1};{x + 1}H")
    if last is None:
        return address
    gap = x - last - 1
    return min(gap, len(f"\x1b[{gap}C"), address)


def _colour_bytes(pen: Cell | None, cell: Cell) -> int:
    codes = []
    if pen is None or pen.foreground != cell.foreground:
        codes.append(_colour_code(cell.foreground))
    if pen is None or pen.background != cell.background:
        codes.append(_colour_code(cell.background))
    if pen is not None and pen.attributes != cell.attributes:
        codes.append("1")
    return len("\x1b[m") + len(";".join(codes))


def _colour_code(colour: str) -> str:
    if len(colour) == 6 and not set(colour) - set("0123456789abcdef"):
        return "38;2;" + ";".join(str(int(colour[i : i + 2], 16)) for i in (0, 2, 4))
    return "39"
