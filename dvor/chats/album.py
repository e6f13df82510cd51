"""Pictures of messages: decoded, encoded anew in two sizes, kept under random names, removed with their message.

A file is written before its row and removed after it: a row never names a file that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import pictures
from dvor.base.refusals import Refusal
from dvor.chats.models import PICTURES_MAX, Message, Picture


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture whose files are written."""

    large: str
    small: str
    width: int
    height: int


@contextmanager
def kept(uploads: Sequence[BinaryIO]) -> Iterator[list[Kept]]:
    """Decode uploads and write their files, all of them or none; whoever fails or hangs none leaves no file behind.

    Raises:
        Refusal: ``pictures_too_many`` over four; ``picture_too_big`` (413), ``picture_unreadable``.
    """
    if len(uploads) > PICTURES_MAX:
        raise Refusal(
            "pictures_too_many",
            _("A message has up to %(most)s pictures.") % {"most": PICTURES_MAX},
            remedy=_("Send the others in another message."),
            field="pictures",
        )
    decoded = [pictures.read(upload) for upload in uploads]
    found: list[Kept] = []
    try:
        found.extend(map(_write, decoded))
        yield found
    except BaseException:
        drop(found)
        raise


def hang(message: Message, found: Sequence[Kept]) -> None:
    """Give a message its pictures."""
    Picture.objects.bulk_create(
        Picture(
            message=message, position=place, width=one.width, height=one.height, large=one.large, small=one.small
        )
        for place, one in enumerate(found, start=1)
    )  # fmt: skip


def clear(message_ids: Sequence[int]) -> None:
    """Delete the pictures of these messages, and their files once that is committed."""
    found = Picture.objects.filter(message__in=list(message_ids))
    names = [name for pair in found.values_list("large", "small") for name in pair]
    found.delete()
    transaction.on_commit(lambda: _remove(names))


def drop(found: Sequence[Kept]) -> None:
    """Remove files that no row names."""
    _remove([name for one in found for name in (one.large, one.small)])


def _write(picture: pictures.Picture) -> Kept:
    return Kept(*pictures.keep_both(picture), picture.width, picture.height)


def _remove(names: Sequence[str]) -> None:
    for name in names:
        pictures.remove(name)
