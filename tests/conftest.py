"""What holds for every test: the collector of garbage leaves alone what stays for the whole run.

Imported modules and collected tests are most of the objects; looking through them again and again took a fifth of the
time of the screens' tests.
"""

from __future__ import annotations

import gc

OBJECTS_BETWEEN_COLLECTIONS = 50_000


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
