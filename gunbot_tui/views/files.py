"""The Files screen: a tree of configuration sections and folders at the left, what the chosen node holds at the right.

A node's key is its whole path, so that cursor and expansion survive a reload.
"""

from __future__ import annotations

from datetime import datetime

from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import ConfigEntry, Folder
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.panel import is_away, muted, problem_line, untold

COLUMNS = (Column("node", "", 28),)
CONFIG = "config"
SEPARATOR = "\x1f"
"""Between the parts of a key: a cleaned text never contains it."""
WIDEST_PATH = 48

OPEN, CLOSED, LEAF = "▾", "▸", " "


def nodes(snapshot: Snapshot, expanded: frozenset[str]) -> tuple[Row, ...]:
    """The visible part of the tree; `expanded` holds the keys of the open nodes."""
    return (*_config_nodes(snapshot, expanded), *_folder_nodes(snapshot, expanded))


def folders(snapshot: Snapshot) -> tuple[Folder, ...]:
    """The folders that the bot shows: one that keeps trades lets its strategies be read, and no other file."""
    return (Folder.STRATEGY,) if snapshot.capabilities.has_deals else tuple(Folder)


def is_file(key: str) -> bool:
    """True for a node that is a file, whose lines have numbers."""
    return not can_expand(key)


def topic(key: str) -> Topic:
    """What has to be read for a node's content."""
    kind, *parts = key.split(SEPARATOR)
    match kind, parts:
        case "folder", [folder]:
            return Topic(Kind.FILES, folder)
        case "file", [folder, name]:
            return Topic(Kind.FILE, f"{folder}/{name}")
        case _:
            return Topic(Kind.CONFIG)


def can_expand(key: str) -> bool:
    """True for a node that holds others."""
    return not key.startswith(f"file{SEPARATOR}")


def folder_key(folder: Folder) -> str:
    """The key of a folder's node."""
    return SEPARATOR.join(("folder", folder.value))


def file_key(folder: Folder, name: str) -> str:
    """The key of a file's node."""
    return SEPARATOR.join(("file", folder.value, name))


def config_key(*path: str) -> str:
    """The key of a configuration section's node."""
    return SEPARATOR.join((CONFIG, *path))


def title(key: str) -> Line:
    """The node's path as a person reads it."""
    kind, *parts = key.split(SEPARATOR)
    return (Span(".".join((CONFIG, *parts)) if kind == CONFIG else " / ".join(parts)),)


def content(snapshot: Snapshot, key: str, now: datetime, width: int) -> tuple[Line, ...]:
    """What a node holds: configuration values, names of files, or a file's text."""
    feed = snapshot.feed(topic(key))
    if feed.value is None:
        return (_missing(key, feed, now, snapshot),)
    kind, *parts = key.split(SEPARATOR)
    match kind, parts:
        case "folder", [folder]:
            listed = snapshot.files(Folder(folder)).value
            return tuple(_plain(name) for name in listed.names) if listed and listed.names else (muted(" empty"),)
        case "file", [folder, name]:
            text = snapshot.file(Folder(folder), name).value
            lines = tuple(_plain(line) for line in text.lines) if text else ()
            return (*lines, muted(" … the rest is not shown")) if text and text.is_cut else lines
        case _:
            return _values(snapshot, tuple(parts), width)


def _config_nodes(snapshot: Snapshot, expanded: frozenset[str]) -> tuple[Row, ...]:
    config = snapshot.config.value
    is_awaited = config is None and snapshot.config.problem is None and not is_away(snapshot.link)
    rows = [_node(CONFIG, "config …" if is_awaited else "config", 0, CONFIG in expanded)]
    if config is None or CONFIG not in expanded:
        return tuple(rows)
    sections = {entry.path[:depth]: None for entry in config.entries for depth in range(1, len(entry.path))}
    holders = {path[:-1] for path in sections}
    for path in _in_tree_order(tuple(sections)):
        ancestors = (config_key(*path[:depth]) for depth in range(1, len(path)))
        if all(ancestor in expanded for ancestor in ancestors):
            key = config_key(*path)
            rows.append(_node(key, path[-1], len(path), key in expanded if path in holders else None))
    return tuple(rows)


def _in_tree_order(paths: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Each section followed by its own sections, both in the configuration's order."""
    place = {path: index for index, path in enumerate(paths)}
    return tuple(sorted(paths, key=lambda path: [place[path[:depth]] for depth in range(1, len(path) + 1)]))


def _folder_nodes(snapshot: Snapshot, expanded: frozenset[str]) -> tuple[Row, ...]:
    rows: list[Row] = []
    for folder in folders(snapshot):
        listed, key = snapshot.files(folder).value, folder_key(folder)
        count = f" ({len(listed.names)})" if listed else ""
        rows.append(_node(key, f"{folder.value}{count}", 0, key in expanded))
        if key in expanded:
            names = listed.names if listed else ()
            rows += [_node(file_key(folder, name), name, 1, None) for name in names]
    return tuple(rows)


def _node(key: str, text: str, depth: int, is_open: bool | None, /) -> Row:
    """A node at its depth; `is_open` is None for one that holds no others."""
    sign = LEAF if is_open is None else OPEN if is_open else CLOSED
    return Row(key, (Cell(f"{'  ' * depth}{sign} {text}", Tone.STRONG if depth == 0 else Tone.PLAIN),))


def _values(snapshot: Snapshot, section: tuple[str, ...], width: int) -> tuple[Line, ...]:
    config = snapshot.config.value
    entries = [entry for entry in config.entries if entry.path[: len(section)] == section] if config else []
    names = [".".join(entry.path[len(section) :]) or entry.path[-1] for entry in entries]
    column = min(WIDEST_PATH, max(1, width // 2), max(map(fmt.width, names), default=1))
    return tuple(
        _value(entry, fmt.pad(_ending(name, column), column)) for entry, name in zip(entries, names, strict=True)
    )


def _ending(path: str, cells: int) -> str:
    """As much of the path's end as fits: the last part is the one that names the value."""
    while fmt.width(path) > cells:
        path = fmt.ELLIPSIS + path.removeprefix(fmt.ELLIPSIS)[1:]
    return path


def _value(entry: ConfigEntry, name: str) -> Line:
    value = Span(f"  {entry.text}  secret", Tone.MUTED) if entry.is_secret else Span(f"  {entry.text}")
    return (Span(f" {name}", Tone.MUTED), value)


def _missing(key: str, feed: Feed[object], now: datetime, snapshot: Snapshot) -> Line:
    if (reason := untold(snapshot, topic(key).kind)) is not None:
        return (Span(" "), *reason)
    return problem_line(feed, now, snapshot.link) or muted(" reading …")


def _plain(text: str) -> Line:
    return (Span(f" {text}"),)
