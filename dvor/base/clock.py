"""The clock, asked at doors only: acts take ``at`` so that a replay and a test decide what time it is."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, UTC; moved by whole days on a demo that pretends to live on another day."""
    moment: datetime = timezone.now() + settings.CLOCK_SHIFT  # noqa: TID251 the one place
    return moment


def outside(at: datetime) -> datetime:
    """The same moment on other people's clocks: for what a city ID signed, a browser's cookie, a session of Django."""
    return at - settings.CLOCK_SHIFT


def inside(moment: datetime) -> datetime:
    """The moment of ours that other people's clocks call ``moment``."""
    return moment + settings.CLOCK_SHIFT
