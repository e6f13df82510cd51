"""Pictures of ads: re-encoded, in order, six at most; bombs, lies and tricks are refused and leave no file."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from dvor.ads import album, endings, upkeep
from dvor.ads.models import Ad, Picture
from tests.ads.conftest import Poster, new_key, photo, refused
from tests.cast import Cast


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path / "pictures"


@pytest.fixture
def anna(client: Client, cast: Cast, at: datetime) -> Iterator[Client]:
    client.force_login(cast.anna)
    with time_machine.travel(at, tick=False):
        yield client


def files(folder: Path) -> set[str]:
    return {path.stem for path in folder.rglob("*") if path.is_file()}


def kept() -> set[str]:
    return {name for pair in Picture.objects.values_list("large", "small") for name in pair}


def test_a_picture_is_served_as_data_and_nothing_else(anna: Client, post: Poster) -> None:
    ad = post(uploads=[photo(size=(3000, 2000))])
    picture = ad.pictures.get()
    for path, side in (("", 1600), ("small/", 480)):
        answer = anna.get(f"/ads/{ad.pk}/pictures/{picture.pk}/{path}")
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "private" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
        with Image.open(io.BytesIO(answer.content)) as found:
            assert max(found.size) == side and not found.getexif()


def test_a_picture_is_found_under_its_own_ad_only(anna: Client, post: Poster, cast: Cast) -> None:
    mine, theirs = post(uploads=[photo()]), post(by=cast.gleb, uploads=[photo()])
    foreign = theirs.pictures.get()
    for path in (f"/ads/{mine.pk}/pictures/{foreign.pk}/", f"/ads/{theirs.pk}/pictures/{foreign.pk}/",
                 f"/ads/{mine.pk}/pictures/{10**25}/", f"/ads/{mine.pk}/pictures/0/small/"):  # fmt: skip
        assert anna.get(path).status_code == 404, path


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


HOSTILE = {
    "fifty megabytes": b"\xff\xd8\xff" + b"\0" * (50 * 2**20),
    "a bomb": _png(60_000, 60_000),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "half a jpeg": photo().getvalue()[:200],
    "a gif that is none": b"GIF89a<script>alert(1)</script>",
    "a broken png": _png(100, 100),
    "nothing": b"",
    "php": b"\xff\xd8\xff<?php system('id'); ?>",
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_what_is_no_picture_is_refused_and_leaves_nothing(anna: Client, folder: Path, what: str) -> None:
    bad = SimpleUploadedFile("../../../etc/passwd.jpg", HOSTILE[what], content_type="image/jpeg")
    good = SimpleUploadedFile("good.jpg", photo().getvalue(), content_type="image/jpeg")
    form = {"title": "Отдам диван", "reach": "1", "key": new_key(), "pictures": [good, bad]}
    answer = anna.post("/ads/new/?category=1", form)
    assert answer.status_code == 422 and not Ad.objects.exists()
    assert "ещё раз" in answer.content.decode()
    assert not files(folder)


def test_a_picture_that_carries_a_script_comes_out_without_it(anna: Client, folder: Path) -> None:
    image = photo().getvalue() + b"<script>alert(1)</script>"
    upload = SimpleUploadedFile("x.svg", image, content_type="image/svg+xml")
    anna.post("/ads/new/?category=1", {"title": "Отдам", "reach": "1", "key": new_key(), "pictures": upload})
    ad = Ad.objects.get()
    answer = anna.get(f"/ads/{ad.pk}/pictures/{ad.pictures.get().pk}/")
    assert answer["Content-Type"] == "image/webp" and b"script" not in answer.content
    assert all(len(name) == 48 for name in files(folder))


def test_six_are_enough_and_the_same_one_counts_once(cast: Cast, at: datetime, post: Poster, folder: Path) -> None:
    ad = post(uploads=[photo(colour) for colour in ("red", "green", "blue", "red")])
    assert ad.pictures.count() == 3
    album.add([photo("red"), photo("black")], ad_id=ad.pk, by=cast.anna, at=at)
    assert ad.pictures.count() == 4 and files(folder) == kept()
    with refused("pictures_too_many"):
        album.add([photo("gold"), photo("pink"), photo("tan")], ad_id=ad.pk, by=cast.anna, at=at)
    assert ad.pictures.count() == 4 and files(folder) == kept(), "files of what was refused are gone"


def test_order_words_and_removal(
    cast: Cast, at: datetime, post: Poster, folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    ad = post(uploads=[photo(colour) for colour in ("red", "green", "blue")])
    red, green, blue = (picture.pk for picture in ad.pictures.all())
    album.arrange([(red, 3, " Диван\n<b>"), (green, 1, ""), (blue, 2, "")], ad_id=ad.pk, by=cast.anna, at=at)
    assert [(one.pk, one.alt) for one in ad.pictures.all()] == [(green, ""), (blue, ""), (red, "Диван <b>")]
    with django_capture_on_commit_callbacks(execute=True):
        album.remove(green, ad_id=ad.pk, by=cast.anna, at=at)
    assert [(one.pk, one.position) for one in ad.pictures.all()] == [(blue, 1), (red, 2)]
    assert files(folder) == kept()
    with refused("picture_unknown"):
        album.remove(green, ad_id=ad.pk, by=cast.anna, at=at)


def test_nonsense_in_the_form_of_the_album_changes_nothing(anna: Client, post: Poster) -> None:
    ad = post(uploads=[photo("red"), photo("green")])
    before = list(ad.pictures.values_list("pk", "position"))
    nonsense = {
        "arrange": "1",
        "place-x": "1",
        "place-99999999999999999999": "1",
        f"place-{before[0][0]}": "²",
        "place-0": "",
    }
    assert anna.post(f"/ads/{ad.pk}/pictures/", nonsense).status_code == 303
    assert list(ad.pictures.values_list("pk", "position")) == before
    assert anna.post(f"/ads/{ad.pk}/pictures/", {"remove": "../1"}).status_code == 404


def test_pictures_go_thirty_days_after_the_end(
    cast: Cast, at: datetime, post: Poster, folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    gone, live = post(uploads=[photo("red")]), post(uploads=[photo("blue")], when=at + timedelta(days=20))
    endings.withdraw(ad_id=gone.pk, by=cast.anna, at=at)
    assert upkeep.clear(at=at + timedelta(days=29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert upkeep.clear(at=at + timedelta(days=31)) == 1
    assert files(folder) == kept() and Picture.objects.get().ad_id == live.pk
