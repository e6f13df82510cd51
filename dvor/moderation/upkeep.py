"""What moderation need not keep: copies of decided cases, old counters and fingerprints, words of who has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dvor.moderation import repeats
from dvor.moderation.models import Appeal, Case, Print, Report, Tally

_TALLIES_KEPT = timedelta(days=2)


@transaction.atomic
def clear(*, at: datetime) -> int:
    """Drop what nobody needs any more; return how many cases lost their copies. Four statements."""
    Tally.objects.filter(started_at__lt=at - _TALLIES_KEPT).delete()
    Print.objects.filter(written_at__lt=at - repeats.KEPT).delete()
    over = Case.objects.filter(copies_until__lte=at)
    Report.objects.filter(case__in=over).update(note="")
    return over.update(copies=[], copies_until=None)


def erase(*, resident_ids: Sequence[int], at: datetime) -> None:
    """What a resident wrote who asked to be forgotten: the words go, that there was a report or an appeal stays."""
    del at
    Report.objects.filter(resident_id__in=resident_ids).update(note="")
    Appeal.objects.filter(decision__author_id__in=resident_ids).update(words="")
    Case.objects.filter(author_id__in=resident_ids, closed_at__isnull=False).update(copies=[], copies_until=None)
    Print.objects.filter(resident_id__in=resident_ids).delete()
    Tally.objects.filter(resident_id__in=resident_ids).delete()
