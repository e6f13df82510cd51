"""Pictures of residents: decoded, freed of everything but pixels, encoded anew.

What was uploaded is never kept or served: place and time of a photograph, names of devices, and whatever else can hide
in a file end here. A picture is found by a random name; who may see it is asked by the view that serves it.
"""

from __future__ import annotations

import io
import secrets
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from dvor.base.refusals import Refusal

UPLOAD_BYTES_MAX = 10 * 2**20
SIDE_MAX = 1600  # pixels of the longer side that are kept
SMALL_SIDE = 480  # as wide as a card or a message on a sharp screen
PIXELS_MAX = 50_000_000  # what a telephone makes today; more is a bomb
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
NAME_BYTES = 24
_QUALITY = 82
_KEPT_SECONDS = 3_600  # by the browser that asked


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: WebP bytes and its size in pixels."""

    content: bytes
    width: int
    height: int


def read(upload: BinaryIO, *, bytes_max: int = UPLOAD_BYTES_MAX, side_max: int = SIDE_MAX) -> Picture:
    """Decode an upload and encode it anew, upright and not larger than ``side_max`` pixels; of a film the first frame.

    The format is known by its content, never by its name.

    Raises:
        Refusal: ``picture_too_big`` (413) by bytes or pixels; ``picture_unreadable`` (422).
    """
    content = upload.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise _too_big()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as found:
                if found.width * found.height > PIXELS_MAX:
                    raise _too_big()
                found.draft("RGB", (side_max, side_max))  # a JPEG is decoded at a fraction of its size
                upright = ImageOps.exif_transpose(found)
                upright.thumbnail((side_max, side_max))
                return _encode(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_big() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, OverflowError):
        raise Refusal(
            "picture_unreadable",
            _("This file is not a picture that we can read."),
            remedy=_("Send a JPEG, PNG, WebP or GIF; a photograph of a telephone is one."),
            field="picture",
        ) from None


def _encode(image: Image.Image) -> Picture:
    """Only the pixels go on: a new image has no profile, comment or thumbnail of the old one."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    pixels = image.convert("RGBA" if has_alpha else "RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    fresh.save(out, "WEBP", quality=_QUALITY, method=4)
    return Picture(out.getvalue(), fresh.width, fresh.height)


def keep(picture: Picture) -> str:
    """Store the picture under a name that cannot be guessed; its name."""
    name = secrets.token_hex(NAME_BYTES)
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(picture.content)
    return name


def keep_both(picture: Picture) -> tuple[str, str]:
    """Store the picture, and a small one for lists; their two names."""
    small = read(io.BytesIO(picture.content), side_max=SMALL_SIDE)
    return keep(picture), keep(small)


def load(name: str) -> bytes | None:
    """The bytes of a kept picture; nothing when it is gone, or the name is none of ours."""
    if len(name) != 2 * NAME_BYTES or not set(name) <= set("0123456789abcdef"):
        return None
    try:
        return _path(name).read_bytes()
    except FileNotFoundError:
        return None


def answer(name: str) -> HttpResponse | None:
    """The picture as an answer, data and nothing else, to be kept by the asker's own browser; nothing when it is gone.

    Nothing in it may run, load or be framed, whatever a browser makes of it.
    """
    content = load(name)
    if content is None:
        return None
    response = HttpResponse(content, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def remove(name: str) -> None:
    """Delete a kept picture; once more changes nothing."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    return Path(settings.DATA) / "pictures" / name[:2] / f"{name}.webp"


def _too_big() -> Refusal:
    return Refusal(
        "picture_too_big",
        _("The picture is too big."),
        remedy=_("Send one of up to 10 MB and 50 megapixels."),
        status=413,
        field="picture",
    )
