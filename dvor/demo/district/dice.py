"""Chance that repeats: the same seed and the same thing always fall the same way, in whatever order they are asked."""

from __future__ import annotations

import random


def dice(*names: object) -> random.Random:
    """A source of chance of its own for one thing, named from the seed down: ``dice(seed, unom, "flat", 17)``."""
    return random.Random("/".join(str(name) for name in names))  # noqa: S311 repeatable, nothing secret
