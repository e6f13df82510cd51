"""How many requests a minute one token or one address may send: a fixed window counted in the process (decision 0011).

It protects the machine, not a secret: guessing is limited in the database by :mod:`dvor.base.attempts`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ACTORS_MAX = 50_000  # a flood of addresses must not become a flood of memory


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one window: for the RateLimit-* headers."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def spent(self) -> bool:
        return self.remaining < 0

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.remaining, 0)),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Window:
    """Counts of all actors in the present window; the next window begins with none."""

    def __init__(self, seconds: int = 60) -> None:
        self.seconds = seconds
        self._number = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def spend(self, actor: str, *, limit: int, moment: float) -> Allowance:
        """Count one request of ``actor`` (its own key, such as ``resident:17``) at ``moment`` (Unix seconds)."""
        number, passed = divmod(int(moment), self.seconds)
        with self._lock:
            if number != self._number or len(self._counts) >= _ACTORS_MAX:
                self._number, self._counts = number, {}
            count = self._counts[actor] = self._counts.get(actor, 0) + 1
        return Allowance(limit, limit - count, self.seconds - passed)

    def count(self, actor: str, *, moment: float) -> int:
        """How often the actor was counted in the present window."""
        return self._counts.get(actor, 0) if int(moment) // self.seconds == self._number else 0


def address_of(meta: Mapping[str, Any], *, proxies: int) -> str:
    """The sender's address: of the connection, or what the nearest of our trusted proxies saw."""
    if proxies:
        seen = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(seen) >= proxies and seen[-proxies].strip():
            return seen[-proxies].strip()
    return str(meta.get("REMOTE_ADDR", ""))
