"""The box of an anonymous poll: sums alone, sealed with the site's key, of the same length whatever is inside.

The database sees neither a ballot nor the sums: without the key its rows, their old versions, its log and its backups
tell nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from dvor.base import sealing
from dvor.polls import tally
from dvor.polls.models import Box, Poll
from dvor.polls.tally import Choice

_DIGITS = 10  # every sum is written as long as any


def make(poll: Poll) -> None:
    """An empty box for a new poll."""
    counted = [0] * tally.width(poll.kind, len(poll.options))
    Box.objects.create(poll=poll, sealed=_sealed(poll, counted))


def drop(poll: Poll, choice: Choice) -> None:
    """One answer more; the whole box is sealed anew. The caller holds the lock of the poll."""
    counted = tally.plus(poll.kind, len(poll.options), opened(poll), choice)
    Box.objects.filter(poll=poll).update(sealed=_sealed(poll, counted))


def opened(poll: Poll) -> list[int]:
    """The sums inside."""
    number, *counted = sealing.unseal(bytes(Box.objects.get(poll=poll).sealed)).split(",")
    assert int(number) == poll.pk, "a box of another poll"
    return [int(one) for one in counted]


def burn(poll: Poll) -> None:
    """Take the box away: the poll is closed."""
    Box.objects.filter(poll=poll).delete()


def _sealed(poll: Poll, counted: Sequence[int]) -> bytes:
    return sealing.seal(",".join(f"{number:0{_DIGITS}d}" for number in (poll.pk, *counted)))
