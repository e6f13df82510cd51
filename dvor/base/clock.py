"""The clock, asked at doors only: acts take ``at`` so that a replay and a test decide what time it is."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, UTC."""
    return timezone.now()  # noqa: TID251 the one place
