"""What holds for every test: garbage is not sought in what stays for the whole run, and no property is timed.

Imported modules and collected tests are most of the objects; looking through them again and again took a fifth of the
time of the screens' tests. How long one example of a property takes says more about the machine than about the product.
"""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

OBJECTS_BETWEEN_COLLECTIONS = 50_000


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
