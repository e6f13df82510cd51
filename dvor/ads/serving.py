"""The bytes of a picture as an answer, for pages and for apps alike: data, and nothing else."""

from __future__ import annotations

from django.http import HttpResponse

from dvor.ads import refusals
from dvor.ads.models import Picture
from dvor.base import pictures

# Nothing in it may run, load or be framed, whatever a browser makes of it.
POLICY = "default-src 'none'; sandbox"
KEPT_SECONDS = 3_600


def answer(picture: Picture, *, is_small: bool) -> HttpResponse:
    """The picture as WebP, to be kept by the asker's own browser only.

    Raises:
        Refusal: ``picture_unknown`` (404) when its file is gone.
    """
    content = pictures.load(picture.small if is_small else picture.large)
    if content is None:
        raise refusals.picture_unknown()
    response = HttpResponse(content, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
