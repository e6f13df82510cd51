"""Pictures: only pixels are kept, whatever was sent."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from dvor.base import pictures
from dvor.base.refusals import Refusal


def encoded(image: Image.Image, format: str, **options: object) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, format, **options)
    out.seek(0)
    return out


def test_a_photograph_loses_where_and_when_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0110] = "SecretPhone 12"
    exif[0x8825] = {1: "N", 2: (55.0, 45.0, 0.0)}
    sent = encoded(Image.new("RGB", (40, 30), "red"), "JPEG", exif=exif, comment=b"hidden words")
    assert b"SecretPhone" in sent.getvalue()
    kept = pictures.read(sent)
    again = Image.open(io.BytesIO(kept.content))
    assert again.format == "WEBP" and not again.getexif() and "SecretPhone" not in kept.content.decode("latin-1")
    assert b"hidden words" not in kept.content


def test_a_lying_photograph_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = pictures.read(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif))
    assert (kept.width, kept.height) == (20, 40)


def test_a_large_picture_is_made_smaller_and_a_film_is_its_first_frame() -> None:
    kept = pictures.read(encoded(Image.new("RGB", (3000, 1500)), "PNG"), side_max=600)
    assert (kept.width, kept.height) == (600, 300)
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    film = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert getattr(Image.open(io.BytesIO(pictures.read(film).content)), "n_frames", 1) == 1


def bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


JPEG = encoded(Image.effect_noise((200, 200), 50).convert("RGB"), "JPEG").getvalue()
PNG = encoded(Image.effect_noise((200, 200), 50), "PNG").getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture_unreadable"),
        (b"<html><script>alert(1)</script>", "picture_unreadable"),
        (b"GIF89a<script>alert(1)</script>", "picture_unreadable"),
        (b"%PDF-1.7", "picture_unreadable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "picture_unreadable"),
        (JPEG[:400], "picture_unreadable"),
        (PNG[:-100], "picture_unreadable"),
        (PNG[:60] + bytes(300), "picture_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"A" * 5000, "picture_unreadable"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "picture_unreadable"),
        (bomb(), "picture_too_big"),
        (b"\0" * (pictures.UPLOAD_BYTES_MAX + 1), "picture_too_big"),
    ],
)
def test_what_is_no_picture_or_a_bomb_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        pictures.read(io.BytesIO(content))
    assert caught.value.code == code and str(caught.value.remedy)


def test_a_kept_picture_is_found_by_its_name_alone(tmp_path: Path, settings: object) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    name = pictures.keep(pictures.read(io.BytesIO(PNG)))
    assert pictures.load(name) is not None
    for wrong in ("", "../../etc/passwd", name[:-1], name.upper() + "/", "g" * 48, f"{name}\0"):
        assert pictures.load(wrong) is None
    pictures.remove(name)
    pictures.remove(name)
    assert pictures.load(name) is None
