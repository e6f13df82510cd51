"""Many at once: threads with connections of their own, let loose at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from dvor.base.refusals import Refusal

CONNECTIONS = 16


def storm(act: Callable[[int], object], *, people: int = CONNECTIONS) -> Counter[str]:
    """Run ``act(number)`` in so many threads at the same moment; count the outcomes.

    An outcome is ``done`` or the code of the refusal; any other exception, a deadlock too, fails the test.
    """
    gate = threading.Barrier(people)

    def one(number: int) -> str:
        try:
            connections["default"].ensure_connection()
            gate.wait(timeout=30)
            act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(people) as pool:
        return Counter(pool.map(one, range(people)))
