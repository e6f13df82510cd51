"""The bytes of a picture as an answer, for pages and for apps alike."""

from __future__ import annotations

from django.http import HttpResponse

from dvor.ads import refusals
from dvor.ads.models import Picture
from dvor.base import pictures


def answer(picture: Picture, *, is_small: bool) -> HttpResponse:
    """The picture as WebP.

    Raises:
        Refusal: ``picture_unknown`` (404) when its file is gone.
    """
    response = pictures.answer(picture.small if is_small else picture.large)
    if response is None:
        raise refusals.picture_unknown()
    return response
