"""Pictures of an ad: decoded, encoded anew, kept under random names, put in order, removed.

A file is written before its row and removed after it: a row never names a file that is not there. Files without a row
(a transaction that failed) are removed at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.ads import refusals
from dvor.ads.models import ALT_LENGTH_MAX, PICTURES_MAX, Ad, Picture
from dvor.base import pictures, texts
from dvor.base.refusals import Refusal
from dvor.people.models import Resident


@dataclass
class Kept:
    """A picture whose files are written; ``digest`` is of its pixels as they are kept."""

    large: str
    small: str
    width: int
    height: int
    digest: bytes
    is_hung: bool = False


def read(uploads: Sequence[BinaryIO]) -> list[Kept]:
    """Decode uploads and write their files; of the same picture twice there is one. All of them or none.

    Raises:
        Refusal: ``pictures_too_many`` over six; ``picture_too_big`` (413), ``picture_unreadable``.
    """
    if len(uploads) > PICTURES_MAX:
        raise _too_many()
    read = [pictures.read(upload) for upload in uploads]
    found: dict[bytes, Kept] = {}
    for picture in read:
        digest = hashlib.sha256(picture.content).digest()
        if digest not in found:
            found[digest] = Kept(*pictures.keep_both(picture), picture.width, picture.height, digest)
    return list(found.values())


@contextmanager
def kept(found: Sequence[Kept]) -> Iterator[None]:
    """Removes the files of those that are not hung when the block ends, and of all when it fails."""
    try:
        yield
    except BaseException:
        _remove([name for one in found for name in (one.large, one.small)])
        raise
    _remove([name for one in found if not one.is_hung for name in (one.large, one.small)])


def hang(ad: Ad, found: Sequence[Kept], *, at: datetime) -> list[Picture]:
    """Give an ad these pictures behind those that it has; the same picture again stays where it is.

    Raises:
        Refusal: ``pictures_too_many`` (409) over six.
    """
    hanging = {bytes(one.digest): one for one in ad.pictures.all()}
    fresh = [one for one in found if one.digest not in hanging]
    if len(hanging) + len(fresh) > PICTURES_MAX:
        raise _too_many()
    last = max((one.position for one in hanging.values()), default=0)
    rows = [
        Picture(
            ad=ad, added_at=at, width=one.width, height=one.height, position=last + place, large=one.large,
            small=one.small, digest=one.digest,
        )
        for place, one in enumerate(fresh, start=1)
    ]  # fmt: skip
    Picture.objects.bulk_create(rows)
    for one in fresh:
        one.is_hung = True
    return rows


def add(uploads: Sequence[BinaryIO], *, ad_id: int, by: Resident, at: datetime) -> list[Picture]:
    """Add pictures to one's own ad; the same file again changes nothing. Returns the pictures of the ad in their order.

    Raises:
        Refusal: ``ad_unknown`` (404), ``ad_over`` (409), and those of :func:`read` and :func:`hang`.
    """
    _changeable(ad_id, by, at)  # before the work of decoding
    found = read(uploads)
    with kept(found), transaction.atomic():
        ad = _changeable(ad_id, by, at, lock=True)
        hang(ad, found, at=at)
        return list(ad.pictures.all())


@transaction.atomic
def arrange(told: Sequence[tuple[int, int, str]], *, ad_id: int, by: Resident, at: datetime) -> None:
    """Put the pictures of one's own ad in order and say what they show: (picture, wished place, words for it).

    Pictures that are not told stay, behind the others; the same place twice keeps the order they had.

    Raises:
        Refusal: ``ad_unknown`` (404), ``ad_over`` (409).
    """
    ad = _changeable(ad_id, by, at, lock=True)
    wished = {picture_id: (place, alt) for picture_id, place, alt in told}
    hanging = list(ad.pictures.all())
    order = sorted(hanging, key=lambda one: (wished.get(one.pk, (PICTURES_MAX + 1, ""))[0], one.position))
    for place, picture in enumerate(order, start=1):
        picture.position = place
        if picture.pk in wished:
            picture.alt = texts.line(wished[picture.pk][1], ALT_LENGTH_MAX)
    Picture.objects.bulk_update(order, ["position", "alt"])


@transaction.atomic
def remove(picture_id: int, *, ad_id: int, by: Resident, at: datetime) -> None:
    """Take a picture off one's own ad; its files go when that is certain.

    Raises:
        Refusal: ``ad_unknown``, ``picture_unknown`` (404), ``ad_over`` (409).
    """
    ad = _changeable(ad_id, by, at, lock=True)
    picture = ad.pictures.filter(pk=picture_id).first() if 0 < picture_id < 2**63 else None
    if picture is None:
        raise refusals.picture_unknown()
    clear([picture])
    left = list(ad.pictures.all())
    for place, one in enumerate(left, start=1):
        one.position = place
    Picture.objects.bulk_update(left, ["position"])


def clear(found: Sequence[Picture]) -> None:
    """Delete these rows, and their files once that is committed."""
    names = [name for one in found for name in (one.large, one.small)]
    Picture.objects.filter(pk__in=[one.pk for one in found]).delete()
    transaction.on_commit(lambda: _remove(names))


def _changeable(ad_id: int, by: Resident, at: datetime, *, lock: bool = False) -> Ad:
    from dvor.ads import ads  # posting hangs pictures, too

    ad = ads.mine(ad_id, by, lock=lock)
    if ad.done_at or ad.withdrawn_at or ad.expires_at <= at:
        raise refusals.ad_over()
    return ad


def _remove(names: Sequence[str]) -> None:
    for name in names:
        pictures.remove(name)


def _too_many() -> Refusal:
    return Refusal(
        "pictures_too_many",
        _("An ad has up to %(most)s pictures.") % {"most": PICTURES_MAX},
        remedy=_("Choose the best ones."),
        field="pictures",
    )
